"""`mlaccess verify`: whether a certificate of `access --certificate` holds for an export."""

import argparse
import json
from pathlib import Path
from typing import Any, cast

from mlaccess.checker import Mismatch, Report, verify
from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.options import add_common, export_paths
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.rules import Verdict

__all__ = ["add_parser", "run"]

_OUTCOMES = {
    Verdict.GRANTED: ("holds", "green"),
    Verdict.UNKNOWN: ("not proved", "yellow"),
    Verdict.DENIED: ("does not hold", "red"),
}
_STRICT = "was not decided again; the answer does not depend on it"

_EPILOG = """examples:
  mlaccess access amira --space default --certificate amira.json example:acme
  mlaccess verify amira.json example:acme
  mlaccess verify --strict --format json amira.json export.zip

exit codes: 0 it holds, 1 it does not, 2 certificate or export cannot be read, 3 not proved: nothing is wrong, and the
answer rests on something that was only read
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
        "--strict",
        action="store_true",
        help="a leaf that could not be decided again counts as not proved, even where the answer does not depend on it",
    )
    add_common(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Check and print."""
    report = verify(args.certificate, *export_paths(args))
    # Checked, so of the shape of a certificate. Only what was checked is told: its free text is nobody's word.
    body = cast("dict[str, Any]", json.loads(Path(args.certificate).read_bytes()))
    unproved = [*report.unproved]
    if args.strict:
        matter = {mismatch.where for mismatch in unproved}
        unproved += [Mismatch(f"leaves/{i}", _STRICT) for i in report.read_only if f"leaves/{i}" not in matter]
    outcome = Verdict.DENIED if report.problems else Verdict.UNKNOWN if unproved else Verdict.GRANTED
    if args.format == "json":
        console.emit(_as_json(report, body, outcome, unproved))
    else:
        _print(report, body, outcome, unproved, console)
    return ExitCode.of(outcome)


def _as_json(report: Report, body: dict[str, Any], outcome: Verdict, unproved: list[Mismatch]) -> dict[str, Any]:
    return {
        "holds": outcome is Verdict.GRANTED,
        "outcome": _OUTCOMES[outcome][0],
        "question": body["question"],
        "answer": body["answer"],
        "problems": [_told(body, problem) for problem in report.problems],
        "unproved": [_told(body, mismatch) for mismatch in unproved],
        "decided": list(report.decided),
        "read_only": [
            {"leaf": id_, "verdict": body["leaves"][id_]["verdict"], "asks": _asked(body, f"leaves/{id_}")}
            for id_ in report.read_only
        ],
    }


def _told(body: dict[str, Any], mismatch: Mismatch) -> dict[str, Any]:
    return {"where": mismatch.where, "what": mismatch.what, "leaf": _asked(body, mismatch.where)}


def _print(report: Report, body: dict[str, Any], outcome: Verdict, unproved: list[Mismatch], console: Console) -> None:
    question, answer = body["question"], body["answer"]
    where = f" in space `{question['space']}`" if question["space"] else ""
    what = f" to `{question['target']['id']}`" if question["target"]["id"] else ""
    at = f", as of {question['at']}" if question["at"] else ""
    upto = "" if answer["level"] == answer["ceiling"] else f" (at most {answer['ceiling']})"
    caller = question["caller"]
    word, color = _OUTCOMES[outcome]
    console.say(
        f"{word}: {str(caller['kind']).replace('_', ' ')} `{caller['name']}` by "
        f"{question['interface']}{where}{what}{at}: {answer['level']}{upto}, upload {answer['can_upload']}",
        color,
    )
    for problem in (*report.problems, *unproved):
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
