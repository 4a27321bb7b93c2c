"""`mlaccess has-privileges`: Elasticsearch's has_privileges API, answered offline."""

import argparse
from pathlib import Path

from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.json_input import UsageError, read_json, text_of_file
from mlaccess.cli.options import add_caller, add_export, caller_of, moment, open_resolver, suggest_user
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.errors import RequestError
from mlaccess.render.words import found
from mlaccess.twins.callers import has_privileges

__all__ = ["add_parser", "run"]

_EPILOG = """examples:
  mlaccess has-privileges nadia --body '{"cluster": ["manage_ml"]}' example:acme
  mlaccess has-privileges nadia --body request.json example:acme
  mlaccess has-privileges - --api-key iFyO1gJVVfaDsH_uMBnS --body - example:acme

prints the response body of POST _security/user/_has_privileges; null where the export does not settle the answer.
exit codes: 0 has all requested, 1 has not, 2 trouble (also where the API would refuse), 3 the export does not settle it
"""


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "has-privileges", about, _EPILOG)
    add_caller(parser)
    parser.add_argument(
        "--body", required=True, metavar="JSON", help="the request body: JSON, a file, or `-` for standard input"
    )
    parser.add_argument("--at", metavar="TIME", help="moment for licences and keys, ISO 8601")
    add_export(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Answer and print the body."""
    caller = caller_of(args)
    resolver = open_resolver(args, console)
    suggest_user(caller["user"], resolver, console)
    try:
        answer = has_privileges(
            resolver, caller["user"], _body(args.body), api_key=caller["api_key"], at=moment(args.at)
        )
    except RequestError as error:
        console.complain(f"{error.status}: {error.reason}")
        if resolver.security_off:
            console.note(
                "note: security is switched off, so that everybody may do everything and this API is not there"
            )
        return ExitCode.DENIED if error.status == 401 else ExitCode.TROUBLE
    console.emit(answer.settled())
    for doubt in answer.doubts:
        console.note(f"note: {found(doubt)}")
    if answer.body["has_all_requested"] is True:
        return ExitCode.GRANTED
    return ExitCode.DENIED if answer.certain else ExitCode.UNKNOWN


def _body(text: str) -> object:
    if text == "-":
        text = text_of_file(text)
    elif not text.lstrip().startswith("{"):
        if not Path(text).is_file():
            raise UsageError(f"--body: `{text}` is neither JSON nor a file")
        text = text_of_file(text)
    try:
        return read_json(text)
    except ValueError:
        raise UsageError("--body: not JSON") from None
