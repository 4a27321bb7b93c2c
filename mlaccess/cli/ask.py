"""`mlaccess ask`: questions as JSON lines in, answers as JSON lines out, in the same order."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from mlaccess.cli.console import Console, json_text
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.json_input import UsageError, read_json
from mlaccess.cli.options import add_export, check_one_subject, identity_from, moment, open_resolver
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.errors import MlAccessError
from mlaccess.render.json import access_json
from mlaccess.resolver import Resolver

__all__ = ["add_parser", "run"]

_EPILOG = """a question is one JSON object on one line:
  {"interface": "kibana", "user": "amira", "space": "default", "job": "order_volume"}
with any of interface, user, identity, api_key, space, job, job_type, model, sources, destinations, at.
`identity` or `api_key` says more than the name in `user`. Other keys are ignored; `id` is given back.

examples:
  mlaccess ask --questions questions.jsonl example:acme
  echo '{"user": "amira", "space": "default"}' | mlaccess ask --questions - example:acme

exit codes: 0 every line was answered or given an error on its line, 2 trouble
"""

_TEXTS = ("interface", "user", "api_key", "space", "job", "job_type", "model", "at")


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
        for line in lines:
            if line.strip():
                sys.stdout.write(json_text(answer_line(resolver, line, explain=args.explain)) + "\n")
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


def answer_line(resolver: Resolver, line: str | bytes, *, explain: bool = False) -> dict[str, Any]:
    """The answer to one line, or `{"error": ...}`."""
    id_: object = None
    try:
        question = _question(line)
        id_ = question.get("id")
        answer = access_json(resolver.access(**_arguments(question)), explain=explain)
    except (MlAccessError, ValueError) as error:
        answer = {"error": str(error)}
    except Exception as error:  # a bug at one question must not cost the answers to the others
        if os.environ.get("MLACCESS_DEBUG"):
            raise
        answer = {"error": f"this is a bug in mlaccess: {type(error).__name__}: {error}"}
    return answer if id_ is None else {"id": id_, **answer}


def _question(line: str | bytes) -> dict[str, Any]:
    """One line as an object. What could be read in two ways is refused: the answer is about someone's access."""
    if isinstance(line, bytes):
        try:
            line = line.decode("utf-8")
        except UnicodeDecodeError:
            raise UsageError("the line is not UTF-8") from None
    try:
        body = read_json(line.lstrip("\ufeff"))
    except ValueError:
        raise UsageError("the line is not JSON") from None
    if not isinstance(body, dict):
        raise UsageError("a question is a JSON object")
    return cast("dict[str, Any]", body)


def _arguments(question: dict[str, Any]) -> dict[str, Any]:
    """Keyword arguments of `Resolver.access`, checked."""
    for key in _TEXTS:
        if question.get(key) is not None and not isinstance(question[key], str):
            raise UsageError(f"`{key}` is a text")
        if question.get(key) == "" and key not in ("interface", "space"):
            raise UsageError(f"`{key}` is empty")
    check_one_subject(question.get("job"), question.get("model"), question.get("sources"))
    interface = question.get("interface") or "kibana"
    if interface not in ("kibana", "api", "dev_tools"):
        raise UsageError(f"`interface` is `{interface}`, expected kibana, api or dev_tools")
    if question.get("job_type") not in (None, "anomaly-detector", "data-frame-analytics"):
        raise UsageError(f"`job_type` is `{question['job_type']}`, expected anomaly-detector or data-frame-analytics")
    user: object = question.get("user")
    if question.get("api_key") is not None:
        user = None
    elif question.get("identity") is not None:
        user = identity_from(question["identity"])
    elif user is None:
        raise UsageError("a question names a `user`, an `identity` or an `api_key`")
    return {
        "user": user,
        "api_key": question.get("api_key"),
        "interface": interface,
        "space": question.get("space"),
        "job": question.get("job"),
        "job_type": question.get("job_type"),
        "model": question.get("model"),
        "sources": _names(question, "sources"),
        "destinations": _names(question, "destinations"),
        "at": moment(question.get("at")),
    }


def _names(question: dict[str, Any], key: str) -> list[str] | None:
    value = question.get(key)
    if value is None:
        return None
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(n, str) for n in cast("list[Any]", names)):
        raise UsageError(f"`{key}` is a list of texts")
    return cast("list[str]", names)
