"""`mlaccess exposure`: results without sources, whom spaces do not confine, who could make themselves full."""

import argparse

from mlaccess.analysis import Exposure, exposure
from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.options import add_common, add_export, moment, note_unlisted, open_resolver
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.rules import Verdict

__all__ = ["add_parser", "run"]

_EPILOG = """examples:
  mlaccess exposure example:acme
  mlaccess exposure --job card_fraud_velocity example:acme
  mlaccess exposure --format json example:acme

exit codes: 0 nothing found, 1 something found, 2 trouble, 3 only possible findings, or users, spaces or jobs not listed
"""


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "exposure", about, _EPILOG)
    parser.add_argument("--user", action="append", help="only this user; repeat for several")
    parser.add_argument("--space", action="append", help="only this space; repeat for several")
    parser.add_argument("--job", action="append", help="only this job; repeat for several")
    parser.add_argument("--reserved", action="store_true", help="the stack's own users too")
    parser.add_argument("--at", metavar="TIME", help="moment for licences and keys, ISO 8601")
    add_common(parser)
    add_export(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Print what is exposed."""
    resolver = open_resolver(args, console)
    asked = [kind for kind in ("user", "space", "job") if not getattr(args, kind)]
    listed = note_unlisted(resolver, console, *asked)
    with console.progress("looking"):
        found = exposure(
            resolver,
            users=args.user,
            spaces=args.space,
            jobs=args.job,
            reserved=args.reserved,
            at=moment(args.at),
        )
    if args.format == "json":
        console.emit(_json(found))
    else:
        _print(found, console)
    verdicts = [caller.verdict for row in found.results for caller in row.callers]
    verdicts += [way.verdict for one in found.unconfined for way in one.ways]
    verdicts += [power.verdict for one in found.escalations for power in one.powers]
    if Verdict.GRANTED in verdicts:
        return ExitCode.DENIED
    return ExitCode.UNKNOWN if verdicts or not listed else ExitCode.GRANTED


def _print(found: Exposure, console: Console) -> None:
    console.say("results visible without read on their sources", "bold")
    console.table(
        ("interface", "space", "job", "users", "possibly", "page"),
        [
            (
                row.interface,
                row.space or "–",
                row.job,
                ", ".join(row.names(Verdict.GRANTED)) or "–",
                ", ".join(row.names(Verdict.UNKNOWN)) or "–",
                row.sentence,
            )
            for row in found.results
        ],
    )
    console.say()
    console.say("not confined by spaces", "bold")
    for caller in found.unconfined:
        console.say(f"  {caller}")
    console.say()
    console.say("could make themselves full", "bold")
    for one in found.escalations:
        console.say(f"  {one}")


def _json(found: Exposure) -> dict[str, object]:
    return {
        "results": [
            {
                "interface": row.interface,
                "space": row.space or None,
                "job": row.job,
                "sentence": row.sentence,
                "model_plot": row.model_plot,
                "examples": row.examples,
                "callers": [
                    {
                        "caller": str(c.caller),
                        "verdict": c.verdict.word,
                        "routes": [r.kind for r in c.routes],
                        "missing": [{"source": m.source, "example": m.name} for m in c.missing],
                    }
                    for c in row.callers
                ],
            }
            for row in found.results
        ],
        "unconfined": [
            {
                "caller": str(one.caller),
                "ways": [{"kind": w.kind, "verdict": w.verdict.word, "detail": w.detail} for w in one.ways],
            }
            for one in found.unconfined
        ],
        "escalations": [
            {
                "caller": str(one.caller),
                "already": one.already,
                "powers": [{"id": p.id, "verdict": p.verdict.word} for p in one.powers],
            }
            for one in found.escalations
        ],
    }
