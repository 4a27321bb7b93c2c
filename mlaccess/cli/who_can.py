"""`mlaccess who-can`: every listed user who reaches a level or can do something, with the reason on demand."""

import argparse

from mlaccess.analysis import WhoCan, who_can
from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.json_input import UsageError
from mlaccess.cli.options import add_common, add_export, moment, note_unlisted, open_resolver
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.render.json import explanation_json
from mlaccess.render.text import explanation_lines
from mlaccess.resolver import AccessLevel

__all__ = ["add_parser", "run"]

_EPILOG = """examples:
  mlaccess who-can --at-least full --space sales example:acme
  mlaccess who-can --at-least read-only --space fraud --job card_fraud_velocity --why kenza example:acme
  mlaccess who-can --can ml.put_job example:acme
  mlaccess who-can --can canCreateJob --space sales --format json example:acme

exit codes: 0 someone certainly can, 1 nobody can, 2 trouble, 3 someone possibly can and nobody certainly
"""


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "who-can", about, _EPILOG)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--at-least", choices=("upload", "read-only", "full"), help="reach this level or a better one")
    what.add_argument("--can", metavar="WHAT", help="a capability, API, `METHOD /path` or raw cluster action")
    parser.add_argument(
        "--interface",
        choices=("kibana", "api", "dev_tools"),
        help="how they come in, with --at-least (default: kibana)",
    )
    parser.add_argument("--space", metavar="ID", help="Kibana space (default: `default`)")
    parser.add_argument("--job", metavar="ID", help="anomaly detection or data frame analytics job")
    parser.add_argument("--job-type", choices=("anomaly-detector", "data-frame-analytics"), help="which kind of job")
    parser.add_argument("--model", metavar="ID", help="trained model")
    parser.add_argument("--source", action="append", metavar="INDEX", help="a source index; repeat for several")
    parser.add_argument("--at", metavar="TIME", help="moment for licences and keys, ISO 8601")
    parser.add_argument(
        "--why", action="append", default=[], metavar="USER", help="explain this user's answer; repeat for several"
    )
    add_common(parser)
    add_export(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Print who can."""
    if args.can is not None and args.interface is not None:
        raise UsageError("--interface goes with --at-least; what --can names says itself where it is asked")
    resolver = open_resolver(args, console)
    with console.progress("asking about every user"):
        found = who_can(
            resolver,
            args.can if args.at_least is None else AccessLevel.parse(args.at_least),
            interface=args.interface or "kibana",
            space=args.space,
            job=args.job,
            job_type=args.job_type,
            model=args.model,
            sources=args.source,
            at=moment(args.at),
        )
    listed = note_unlisted(resolver, console, "user")
    reasons = {user: found.reason(user).explanation for user in args.why}
    if args.format == "json":
        answer: dict[str, object] = {
            "question": _question(args),
            "users": found.asked,
            "certain": list(found.certain),
            "possible": list(found.possible),
        }
        if reasons:
            answer["why"] = {user: explanation_json(explanation) for user, explanation in reasons.items()}
        console.emit(answer)
        return _code(found, listed=listed)
    console.table(
        ("user", "certain"),
        [*((user, "yes") for user in found.certain), *((user, "no") for user in found.possible)],
    )
    console.say()
    console.say(
        f"{len(found.certain)} of {found.asked} listed users, and possibly {len(found.possible)} more"
        if found.possible
        else f"{len(found.certain)} of {found.asked} listed users"
    )
    for user, explanation in reasons.items():
        console.say()
        console.say(user, "bold")
        console.tree(explanation_lines(explanation))
    return _code(found, listed=listed)


def _code(found: WhoCan, *, listed: bool) -> ExitCode:
    if found.certain:
        return ExitCode.GRANTED
    return ExitCode.UNKNOWN if found.possible or not listed else ExitCode.DENIED


def _question(args: argparse.Namespace) -> dict[str, object]:
    asked: dict[str, object] = {"at_least": args.at_least} if args.at_least else {"can": args.can}
    if args.at_least:
        asked["interface"] = args.interface or "kibana"
    for name in ("space", "job", "job_type", "model", "source", "at"):
        value = getattr(args, name)
        if value is not None:
            asked[name] = value
    return asked
