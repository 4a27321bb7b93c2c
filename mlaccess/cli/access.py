"""`mlaccess access`: the level of one caller, and why."""

import argparse
import json
from pathlib import Path
from typing import Any

from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.json_input import UsageError
from mlaccess.cli.options import (
    add_caller,
    add_common,
    add_export,
    add_question,
    caller_of,
    export_paths,
    open_resolver,
    question_of,
    suggest_user,
)
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.render.certificate import certify
from mlaccess.render.json import access_json
from mlaccess.render.text import access_sentence, explanation_lines
from mlaccess.resolver import Access, AccessLevel
from mlaccess.rules import Verdict

__all__ = ["add_parser", "run"]

_EPILOG = """examples:
  mlaccess access amira --space default example:acme
  mlaccess access amira --space default --job order_volume --explain example:acme
  mlaccess access nadia --interface api --at-least full example:acme
  mlaccess access t.anders --realm saml-acme --realm-type saml --group marketing-analysts \\
      --metadata '{}' --space marketing example:acme
  mlaccess access - --identity identity.json --space marketing example:acme
  mlaccess access - --api-key iFyO1gJVVfaDsH_uMBnS --interface api example:acme
  mlaccess access amira --space default --certificate amira.json example:acme

exit codes: 0 has at least LEVEL, 1 has not, 2 trouble, 3 the export does not settle it
"""


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "access", about, _EPILOG)
    add_caller(parser)
    add_question(parser)
    parser.add_argument(
        "--at-least", metavar="LEVEL", default="read-only", help="what exit code 0 means (default: read-only)"
    )
    parser.add_argument("--explain", action="store_true", help="print every requirement with its evidence")
    parser.add_argument(
        "--certificate",
        metavar="FILE",
        help="write the answer with its evidence as JSON that `verify` checks, to a new file; `-` prints it instead",
    )
    add_common(parser)
    add_export(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Answer and print."""
    try:
        wanted = AccessLevel.parse(args.at_least)
    except ValueError as error:
        raise UsageError(str(error)) from None
    question = {**caller_of(args), **question_of(args)}
    resolver = open_resolver(args, console)
    access = resolver.access(**question)
    if args.certificate is not None:
        certificate = certify(resolver, export_paths(args), at_least=wanted, **question)
        if args.certificate == "-":
            console.emit(certificate)
            return ExitCode.of(access.reaches(wanted))
        _write(Path(args.certificate), certificate)
    if args.format == "json":
        console.emit(access_json(access, explain=args.explain))
    else:
        _print(access, console, args.explain)
    suggest_user(question["user"], resolver, console)
    return ExitCode.of(access.reaches(wanted))


def _write(file: Path, certificate: dict[str, Any]) -> None:
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(json.dumps(certificate, indent=2) + "\n")
    except FileExistsError:
        raise UsageError(f"{file} exists, and no file is overwritten") from None


def _print(access: Access, console: Console, explain: bool) -> None:
    certain = access.level.word if access.certain else f"{access.level.word} (at most {access.ceiling.word})"
    console.say(access_sentence(access))
    console.say()
    console.table(
        ("access", "upload", "certain"),
        [(certain, access.can_upload.word, "yes" if access.certain else "no")],
    )
    if access.undefined_roles:
        console.say(f"note: ignored roles that nothing defines: {', '.join(access.undefined_roles)}")
    if access.dropped_roles:
        names = ", ".join(access.dropped_roles)
        console.say(f"note: left out roles whose document or field level security is not licensed: {names}")
    for note in access.exposure:
        possibly = "" if note.verdict is Verdict.GRANTED else "possibly "
        sources = ", ".join(f"`{s}`" for s in note.sources)
        console.say(
            f"warning: {possibly}sees the results of `{note.job}` without read on {sources} [{note.sentence}]", "yellow"
        )
    if access.obligations and access.level > AccessLevel.NONE:
        ids = ", ".join(s.id for s in access.obligations)
        about = "its space, its indices and their data views" if access.interface == "kibana" else "its indices"
        console.say(f"note: no job was named; a question about one also asks about {about} [{ids}]")
    if explain:
        console.say()
        console.tree(explanation_lines(access.explanation))
        for found in access.discrepancies:
            console.say()
            console.say(f"{found.severity} {found.row.id}, {found.row.title}: {found.meaning}", "yellow")
            console.tree(explanation_lines(found.enforced.explanation))
    elif access.discrepancies:
        count = len(access.discrepancies)
        console.say(f"note: page and code disagree on {count} point{'s' if count > 1 else ''}; see --explain")
