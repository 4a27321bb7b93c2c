"""`mlaccess diff`: what a change does to access, cell by cell and by cause."""

import argparse

from mlaccess.analysis import diff
from mlaccess.cli.console import Console
from mlaccess.cli.diffs import add_compared, add_limit, compared, diff_json, print_diff
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.options import add_common, load_export, moment
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.rules import Verdict

__all__ = ["add_parser", "run"]

_EPILOG = """examples:
  mlaccess diff before.zip after.zip
  mlaccess diff --forbid-new-access main-export/ branch-export/
  mlaccess diff --capability canCreateJob --format json before/ after/
  mlaccess diff --limit 0 --format json before/ after/   (counts by cause, no cells)

exit codes: 0 nothing that was forbidden, 1 a violation, 2 trouble, 3 a possible violation
"""


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "diff", about, _EPILOG)
    parser.add_argument("--forbid-new-access", action="store_true", help="exit 1 if anybody gains anything")
    parser.add_argument("--require-no-loss", action="store_true", help="exit 1 if anybody loses anything")
    parser.add_argument("--user", action="append", help="only this user; repeat for several")
    parser.add_argument("--space", action="append", help="only this space; repeat for several")
    parser.add_argument("--job", action="append", help="only this job or model; repeat for several")
    add_compared(parser)
    add_limit(parser)
    parser.add_argument("--at", metavar="TIME", help="moment for both sides, ISO 8601 (default: each export's own)")
    add_common(parser)
    parser.add_argument("--keep-going", action="store_true", help="treat broken files as not exported")
    parser.add_argument("before", metavar="BEFORE", help="the earlier export")
    parser.add_argument("after", metavar="AFTER", help="the later export")


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Compare and print."""
    sides = [
        load_export(argparse.Namespace(exports=[name], keep_going=args.keep_going), console)
        for name in (args.before, args.after)
    ]
    with console.progress("comparing"):
        found = diff(
            *sides,
            users=args.user,
            spaces=args.space,
            jobs=args.job,
            capabilities=compared(args),
            at=moment(args.at),
        )
    if args.format == "json":
        console.emit(diff_json(found, args.limit))
    else:
        print_diff(found, console, args.limit)
    worst = Verdict.DENIED
    if args.forbid_new_access:
        worst = max(worst, found.new_access)
    if args.require_no_loss:
        worst = max(worst, found.lost_access)
    return {Verdict.DENIED: ExitCode.GRANTED, Verdict.UNKNOWN: ExitCode.UNKNOWN, Verdict.GRANTED: ExitCode.DENIED}[
        worst
    ]
