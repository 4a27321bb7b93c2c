"""`mlaccess fix`: what would help, least privilege first, as the requests that would do it."""

import argparse
from typing import Any

from mlaccess.analysis import Fixes, fixes
from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.json_input import UsageError
from mlaccess.cli.options import (
    add_caller,
    add_common,
    add_export,
    add_question,
    caller_of,
    moment,
    open_resolver,
    question_of,
    subject_of,
    suggest_user,
)
from mlaccess.cli.parsers import Subparsers, add_command, number_of
from mlaccess.render.fixes import effect_words, fixes_json, need_words, reach_words
from mlaccess.resolver import AccessLevel, Resolver
from mlaccess.rules import Verdict
from mlaccess.stack import Identity

__all__ = ["add_parser", "run"]

_EPILOG = """examples:
  mlaccess fix celia --space fraud --to read-only example:acme
  mlaccess fix bruno --space default --job web_request_rate --requests example:acme
  mlaccess fix celia --can canCreateJob --space marketing example:acme

exit codes: 0 granted already or a fix is offered, 1 no fix, 2 trouble, 3 no fix because the export does not settle it
"""
_SHOWN = 5


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "fix", about, _EPILOG)
    add_caller(parser)
    add_question(parser)
    parser.add_argument("--to", metavar="LEVEL", default="full", help="the level to reach (default: full)")
    parser.add_argument("--can", metavar="WHAT", help="a capability, API or action instead of a level")
    fixes_shown = number_of("fixes", 1, 1_000_000)
    parser.add_argument(
        "--limit", type=fixes_shown, default=_SHOWN, metavar="N", help=f"at most so many (default: {_SHOWN})"
    )
    parser.add_argument(
        "--requests", action="store_true", help="print the requests of every fix, not of the first alone"
    )
    add_common(parser)
    add_export(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Find, try and print."""
    caller = caller_of(args)
    resolver = open_resolver(args, console)
    suggest_user(caller["user"], resolver, console)
    with console.progress("trying"):
        found = _found(args, resolver, caller)
        for fix in found.fixes:
            _ = fix.diff
    if args.format == "json":
        console.emit(fixes_json(found))
    else:
        _print(found, console, args.requests)
    if found.verdict is Verdict.GRANTED or found.fixes:
        return ExitCode.GRANTED
    return ExitCode.UNKNOWN if found.unsettled else ExitCode.DENIED


def _found(args: argparse.Namespace, resolver: Resolver, caller: dict[str, Any]) -> Fixes:
    user = caller["user"]
    options: dict[str, Any] = {"limit": args.limit, "at": moment(args.at)}
    if isinstance(user, Identity):
        options["identity"] = user
    if args.can is not None:
        asked = resolver.can(user, args.can, api_key=caller["api_key"], **subject_of(args))
        return fixes(resolver, asked, **options)
    try:
        level = AccessLevel.parse(args.to)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if level is AccessLevel.NONE:
        raise UsageError("everyone reaches `none`")
    return fixes(resolver, resolver.access(**caller, **question_of(args)), to=level, **options)


def _print(found: Fixes, console: Console, all_requests: bool) -> None:
    if found.verdict is Verdict.GRANTED:
        console.say(f"{found.question}: granted already, nothing to fix")
        return
    now = "unknown" if found.verdict is Verdict.UNKNOWN else "denied"
    console.say(f"{found.question}: {now}" + ("; not a permission problem" if found.only_gates else ""))
    for need in found.gates:
        if need in found.unsettled:
            continue
        console.say(f"  needed, and no privilege gives it: {need_words(need)}")
    for need in found.unsettled:
        console.say(f"  the export does not show: {need_words(need)}")
    if not found.fixes:
        console.say("no change that this deployment can show would help")
    for number, fix in enumerate(found.fixes, start=1):
        console.say()
        console.say(f"{number}. {fix}", "bold")
        for grant in fix.grants:
            console.say(f"   with {grant}")
        console.say(f"   {reach_words(fix)}; {effect_words(fix)}")
        if number == 1 or all_requests:
            for request in fix.requests:
                console.say()
                for line in str(request).splitlines():
                    console.verbatim(line)
