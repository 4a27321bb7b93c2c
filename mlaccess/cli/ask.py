"""`mlaccess ask`: questions as JSON lines in, answers as JSON lines out, in the same order."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlaccess.cli.console import Console, json_text
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.json_input import UsageError
from mlaccess.cli.options import add_export, open_resolver
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.cli.questions import arguments_of, question_of_line
from mlaccess.errors import MlAccessError
from mlaccess.render.json import access_json
from mlaccess.resolver import Resolver

__all__ = ["add_parser", "run"]

_EPILOG = """a question is one JSON object on one line:
  {"interface": "kibana", "user": "amira", "space": "default", "job": "order_volume"}
with any of interface, user, identity, api_key, space, job, job_type, model, sources, destinations, at.
`identity` or `api_key` says more than the name in `user`. `id` is given back. Other keys are ignored, unless one
looks like a key of this list: then the line gets an error that says which.

examples:
  mlaccess ask --questions questions.jsonl example:acme
  echo '{"user": "amira", "space": "default"}' | mlaccess ask --questions - example:acme

exit codes: 0 every line was answered or given an error on its line, 2 trouble
"""


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "ask", about, _EPILOG)
    parser.add_argument("--questions", required=True, metavar="FILE", help="file of JSON lines, `-` for standard input")
    parser.add_argument("--explain", action="store_true", help="add the explanation to every answer")
    add_export(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Answer every line; a line that cannot be understood gets an error and the rest go on."""
    with _lines(args.questions) as lines:
        resolver = open_resolver(args, console)
        for number, line in enumerate(lines, 1):
            if line.strip():
                sys.stdout.write(json_text(answer_line(resolver, line, number, explain=args.explain)) + "\n")
                if args.questions == "-":
                    sys.stdout.flush()  # whoever asks line by line waits for the answer
    return ExitCode.GRANTED


@contextmanager
def _lines(name: str) -> Iterator[Iterable[bytes | str]]:
    if name == "-":
        # Bytes, so that one line in another encoding costs one answer; a stand-in for stdin may have text only.
        yield getattr(sys.stdin, "buffer", sys.stdin)
        return
    if "\0" in name:  # which no path can hold
        raise UsageError(f"{name}: no such file")
    with Path(name).open("rb") as stream:
        yield stream


def answer_line(resolver: Resolver, line: str | bytes, number: int, *, explain: bool = False) -> dict[str, Any]:
    """The answer to one line, or `{"error": ..., "line": ...}` with the number of the line."""
    id_: object = None
    try:
        question = question_of_line(line)
        id_ = question.get("id")
        answer = access_json(resolver.access(**arguments_of(question)), explain=explain)
    except (MlAccessError, ValueError) as error:
        answer = {"error": str(error), "line": number}
    except Exception as error:  # a bug at one question must not cost the answers to the others
        if os.environ.get("MLACCESS_DEBUG"):
            raise
        answer = {"error": f"this is a bug in mlaccess: {type(error).__name__}: {error}", "line": number}
    return answer if id_ is None else {"id": id_, **answer}
