"""`mlaccess verify`: whether a certificate of `access --certificate` holds for an export."""

import argparse
import json
from pathlib import Path
from typing import Any, cast

from mlaccess.checker import Report, verify
from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.options import add_common, export_paths
from mlaccess.cli.parsers import Subparsers, add_command

__all__ = ["add_parser", "run"]

_EPILOG = """examples:
  mlaccess access amira --space default --certificate amira.json example:acme
  mlaccess verify amira.json example:acme
  mlaccess verify --strict --format json amira.json export.zip

exit codes: 0 it holds, 1 it does not, 2 certificate or export cannot be read
"""


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "verify", about, _EPILOG)
    parser.add_argument("certificate", metavar="CERT", help="file that `access --certificate` wrote")
    parser.add_argument(
        "exports",
        nargs="+",
        metavar="EXPORT",
        help="the export that it speaks of: folder, zip or file, as it was given",
    )
    parser.add_argument(
        "--strict", action="store_true", help="a leaf whose verdict could not be decided again counts as not holding"
    )
    add_common(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Check and print."""
    report = verify(args.certificate, *export_paths(args))
    # Checked, so of the shape of a certificate. Only what was checked is told: its free text is nobody's word.
    body = cast("dict[str, Any]", json.loads(Path(args.certificate).read_bytes()))
    holds = not report.problems and not (args.strict and report.read_only)
    if args.format == "json":
        console.emit(_as_json(report, body, holds))
    else:
        _print(report, body, holds, console)
    return ExitCode.GRANTED if holds else ExitCode.DENIED


def _as_json(report: Report, body: dict[str, Any], holds: bool) -> dict[str, Any]:
    return {
        "holds": holds,
        "question": body["question"],
        "answer": body["answer"],
        "problems": [{"where": p.where, "what": p.what, "leaf": _asked(body, p.where)} for p in report.problems],
        "decided": list(report.decided),
        "read_only": [
            {"leaf": id_, "verdict": body["leaves"][id_]["verdict"], "asks": _asked(body, f"leaves/{id_}")}
            for id_ in report.read_only
        ],
    }


def _print(report: Report, body: dict[str, Any], holds: bool, console: Console) -> None:
    question, answer = body["question"], body["answer"]
    where = f" in space `{question['space']}`" if question["space"] else ""
    what = f" to `{question['target']['id']}`" if question["target"]["id"] else ""
    at = f", as of {question['at']}" if question["at"] else ""
    upto = "" if answer["level"] == answer["ceiling"] else f" (at most {answer['ceiling']})"
    caller = question["caller"]
    console.say(
        f"{'holds' if holds else 'does not hold'}: {str(caller['kind']).replace('_', ' ')} `{caller['name']}` by "
        f"{question['interface']}{where}{what}{at}: {answer['level']}{upto}, upload {answer['can_upload']}",
        "green" if holds else "red",
    )
    for problem in report.problems:
        asked = _asked(body, problem.where)
        console.say(f"{problem.where}{f' ({asked})' if asked else ''}: {problem.what}")
    console.say(f"leaves: {len(report.decided)} decided again, {len(report.read_only)} read only")
    for id_ in report.read_only:
        console.say(f"read only: {id_} ({_asked(body, f'leaves/{id_}')}): {body['leaves'][id_]['verdict']}")


def _asked(body: dict[str, Any], where: str) -> str:
    """What a leaf asks, in the words that were checked; empty for other places."""
    leaf = body["leaves"].get(where.removeprefix("leaves/")) if where.startswith("leaves/") else None
    if leaf is None:
        return ""
    of: dict[str, Any] = leaf["of"]
    told = (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in of.values())
    return " ".join([str(leaf["fact"]), *(f"`{value}`" for value in told)])
