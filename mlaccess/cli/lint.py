"""`mlaccess lint`: what is odd, dead or broader than it looks."""

import argparse
from pathlib import Path

from mlaccess.analysis import Suppression, lint, parse_suppressions
from mlaccess.analysis.lint import rule_ids
from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.json_input import UsageError, text_of_file
from mlaccess.cli.options import add_common, add_export, moment, open_resolver
from mlaccess.cli.parsers import Subparsers, add_command

__all__ = ["add_parser", "run"]

_EPILOG = """examples:
  mlaccess lint example:acme
  mlaccess lint --rule ML105 --format json example:acme
  mlaccess lint --suppressions suppressions.json export/

a suppression is over on the day after `expires`, by the clock of the export, or of --at.
exit codes: 0 nothing found at or above --fail-on, 1 something found, 2 trouble
"""
_SEVERITIES = ("info", "warning", "error")
_STYLES = {"info": "", "warning": "yellow", "error": "red"}


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "lint", about, _EPILOG)
    parser.add_argument("--rule", action="append", metavar="ID", help="only this rule; repeat for several")
    parser.add_argument("--suppressions", metavar="FILE", help="findings that are accepted, with a reason and a day")
    parser.add_argument(
        "--fail-on", choices=_SEVERITIES, default="info", help="the least severity that exits with 1 (default: info)"
    )
    parser.add_argument("--at", metavar="TIME", help="moment for licences and suppressions, ISO 8601")
    add_common(parser)
    add_export(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Print every finding."""
    unknown = [rule for rule in args.rule or () if rule not in rule_ids()]
    if unknown:
        raise UsageError(f"no rule `{unknown[0]}`, expected one of {', '.join(rule_ids())}")
    suppressions: tuple[Suppression, ...] = ()
    if args.suppressions is not None:
        if not Path(args.suppressions).is_file():
            raise UsageError(f"{args.suppressions}: no such file")
        text = text_of_file(args.suppressions)
        suppressions = parse_suppressions(text, args.suppressions, rules=rule_ids())
    deployment = open_resolver(args, console).deployment
    found = lint(deployment, suppressions=suppressions, rules=args.rule, at=moment(args.at))
    if args.format == "json":
        console.emit(
            [
                {
                    "rule": f.rule,
                    "severity": str(f.severity),
                    "subject": f.subject,
                    "text": f.text,
                    "position": f.position,
                    "fix": f.fix,
                    "help": f.anchor,
                }
                for f in found
            ]
        )
    else:
        for f in found:
            console.say(f"{f.severity} {f.rule}: {f.subject}: {f.text}", _STYLES[f.severity])
            console.say(f"  at {f.position}")
            console.say(f"  help: {f.fix}")
        if found:
            console.say()
        count = len(found)
        console.say(f"{count} finding{'' if count == 1 else 's'}")
    least = _SEVERITIES.index(args.fail_on)
    grave = any(_SEVERITIES.index(f.severity) >= least for f in found)
    return ExitCode.DENIED if grave else ExitCode.GRANTED
