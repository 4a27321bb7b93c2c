"""`mlaccess matrix`: the level in every cell of two of users, roles, spaces and jobs; or all cells, counted."""

import argparse
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from multiprocessing import get_context

from mlaccess.analysis import Axis, Matrix, Tally, Totals, matrix, totals
from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.json_input import UsageError
from mlaccess.cli.options import add_export, moment, note_unlisted, open_resolver
from mlaccess.cli.parsers import Subparsers, add_command, number_of
from mlaccess.render.json import explanation_json
from mlaccess.render.text import explanation_lines
from mlaccess.resolver import AccessLevel, Resolver

__all__ = ["add_parser", "run"]

_AXES = ("user", "role", "space", "job")

_EPILOG = """examples:
  mlaccess matrix --rows user --cols space example:acme
  mlaccess matrix --rows role --cols space --job card_fraud_velocity --format csv example:acme
  mlaccess matrix --rows user --cols job --space fraud --open kenza card_fraud_velocity example:acme
  mlaccess matrix --totals example:acme

A role stands for a user who holds it alone. A cell is a level, `LEVEL to LEVEL` where the export does not settle it,
or `n/a` where the job is certainly not in the space.

exit codes: 0 done, 2 trouble
"""


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "matrix", about, _EPILOG)
    parser.add_argument("--rows", choices=_AXES, help="what the rows are (default: user)")
    parser.add_argument("--cols", choices=_AXES, help="what the columns are (default: space)")
    for axis in _AXES:
        parser.add_argument(f"--{axis}", metavar="NAME", help=f"this {axis}, where no axis is one")
    parser.add_argument("--open", nargs=2, metavar=("ROW", "COLUMN"), help="explain one cell instead")
    parser.add_argument(
        "--totals", action="store_true", help="count the cells of all users, spaces and jobs, also per space and job"
    )
    parser.add_argument(
        "--processes", type=number_of("processes", 1, 256), default=1, metavar="N", help="count totals in N processes"
    )
    parser.add_argument("--at", metavar="TIME", help="moment for licences and keys, ISO 8601")
    parser.add_argument("--format", choices=("text", "json", "csv"), default="text", help="how to print")
    add_export(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Print the matrix, one of its cells, or what all cells count."""
    if args.totals:
        given = [f"--{name}" for name in ("rows", "cols", *_AXES, "open") if getattr(args, name) is not None]
        if given:
            raise UsageError(f"--totals counts all cells; {given[0]} chooses some")
        _totals(args, open_resolver(args, console), console)
        return ExitCode.GRANTED
    rows: Axis = args.rows or "user"
    cols: Axis = args.cols or "space"
    fixed = {axis: getattr(args, axis) for axis in _AXES}
    if rows == cols or fixed[rows] is not None or fixed[cols] is not None:
        raise UsageError("--rows and --cols are two different axes; a name is given for another one")
    if sum(axis in (rows, cols) or fixed[axis] is not None for axis in ("user", "role")) != 1:
        raise UsageError("one caller is needed: user or role, as --rows, as --cols or by name")
    resolver = open_resolver(args, console)
    if not args.open:
        note_unlisted(resolver, console, rows, cols)
    chosen = {"row_names": args.open[:1], "col_names": args.open[1:]} if args.open else {}
    with console.progress("asking about every cell"):
        found = matrix(resolver, rows=rows, cols=cols, **fixed, **chosen, at=moment(args.at))
    if args.format == "json":
        body = found.plain()
        if args.open:
            body["explanation"] = explanation_json(found.ask(*args.open).explanation)
        console.emit(body)
    elif args.format == "csv":
        _csv(found.to_csv(), console)
    elif args.open:
        _open(found, console)
    else:
        console.table(
            (rows, *found.col_names),
            [(name, *map(str, row)) for name, row in zip(found.row_names, found.cells, strict=True)],
        )
        console.say()
        console.table(("cell", "cells"), [(cell, str(n)) for cell, n in found.counts().items()], right=(1,))
    return ExitCode.GRANTED


def _csv(text: str, console: Console) -> None:
    for line in text.rstrip("\n").split("\n"):
        console.verbatim(line)


def _open(found: Matrix, console: Console) -> None:
    cell = found.cells[0][0]
    console.say(f"{found.row_names[0]}, {found.col_names[0]}: {cell}")
    console.say()
    console.tree(explanation_lines(found.ask(found.row_names[0], found.col_names[0]).explanation))


def _totals(args: argparse.Namespace, resolver: Resolver, console: Console) -> None:
    note_unlisted(resolver, console, "user", "space", "job")
    many = args.processes > 1
    pool = ProcessPoolExecutor(args.processes, mp_context=get_context("spawn")) if many else nullcontext()
    with pool as executor, console.progress("counting all cells"):
        found = totals(resolver, at=moment(args.at), executor=executor, parts=args.processes)
    if args.format == "json":
        console.emit(found.plain())
    elif args.format == "csv":
        _csv(found.to_csv(), console)
    else:
        _print_totals(found, console)


def _print_totals(found: Totals, console: Console) -> None:
    console.say(f"{found.users} users, {len(found.spaces)} spaces, {len(found.jobs)} jobs: {found.tally.total} cells")
    console.say()
    console.table(
        ("level", "cells", "certain"),
        [
            (level.word, str(found.tally.at(level)), str(found.tally.at(level, certain=True)))
            for level in reversed(AccessLevel)
        ],
        right=(1, 2),
    )
    console.say(f"of these {found.tally.not_applicable} where the job is certainly not in the space")
    for title, tallies in (
        ("space", found.by_space.items()),
        ("job", ((item.id, tally) for item, tally in found.by_job.items())),
    ):
        console.say()
        console.table(
            (title, *(level.word for level in reversed(AccessLevel)), "certain", "n/a"),
            [(name, *_numbers(tally)) for name, tally in tallies],
            right=range(1, 7),
        )


def _numbers(tally: Tally) -> tuple[str, ...]:
    levels = (str(tally.at(level)) for level in reversed(AccessLevel))
    return (*levels, str(tally.certain), str(tally.not_applicable))
