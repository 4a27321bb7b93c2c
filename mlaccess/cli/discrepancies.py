"""`mlaccess discrepancies`: where the page and the code disagree, for a whole deployment."""

import argparse
from collections.abc import Callable, Iterator

from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.options import add_common, add_export, moment, note_unlisted, open_resolver
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.render.json import discrepancy_json
from mlaccess.resolver import Access, Resolver
from mlaccess.stack import NotExported

__all__ = ["add_parser", "run"]

_EPILOG = """examples:
  mlaccess discrepancies example:acme
  mlaccess discrepancies --user kenza --format json example:acme
  mlaccess discrepancies --space legal example:acme

exit codes: 0 none found, 1 some found, 2 trouble, 3 users not listed
"""


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "discrepancies", about, _EPILOG)
    parser.add_argument("--user", action="append", help="only this user; repeat for several")
    parser.add_argument("--space", action="append", help="only this space; repeat for several")
    parser.add_argument("--jobs", action="store_true", help="also for every job in every space")
    parser.add_argument("--at", metavar="TIME", help="moment for licences and keys, ISO 8601")
    add_common(parser)
    add_export(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """List them."""
    resolver = open_resolver(args, console)
    listed = bool(args.user) or note_unlisted(resolver, console, "user")
    with console.progress("comparing") as report:
        found: list[Access] = []
        for access in _questions(resolver, args, report):
            if access.discrepancies:
                found.append(access)
    if args.format == "json":
        console.emit(
            [
                {"user": a.user, "space": a.space, "job": a.target.id or None, **discrepancy_json(d)}
                for a in found
                for d in a.discrepancies
            ]
        )
    else:
        pairs = [(a, d) for a in found for d in a.discrepancies]
        rows = [(a.user, a.space, a.target.id or "–", d.row.id, d.severity, d.row.title) for a, d in pairs]
        console.table(("user", "space", "job", "id", "severity", "about"), rows)
        for d in {(d.row.id, d.severity): d for _, d in pairs}.values():
            console.say(f"{d.row.id}: {d.meaning} [{', '.join(d.row.sentences)}]")
    if found:
        return ExitCode.DENIED
    return ExitCode.GRANTED if listed else ExitCode.UNKNOWN


def _questions(resolver: Resolver, args: argparse.Namespace, report: Callable[[str], None]) -> Iterator[Access]:
    deployment = resolver.deployment
    users = args.user or ([] if isinstance(deployment.users, NotExported) else list(deployment.users))
    spaces = args.space or (["default"] if isinstance(deployment.spaces, NotExported) else list(deployment.spaces))
    jobs: list[str | None] = [None]
    if args.jobs:
        for part in (deployment.jobs, deployment.analytics):
            jobs.extend([] if isinstance(part, NotExported) else list(part))
    for user in users:
        report(user)
        for space in spaces:
            for job in jobs:
                yield resolver.access(user, space=space, job=job, at=moment(args.at))
