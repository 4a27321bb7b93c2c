"""How a difference between two deployments is printed, for `diff` and `what-if`."""

import argparse

from mlaccess.analysis import Diff
from mlaccess.cli.console import Console
from mlaccess.cli.parsers import number_of

__all__ = ["add_compared", "add_limit", "compared", "diff_json", "print_diff"]

_SHOWN = 20


def add_compared(parser: argparse.ArgumentParser) -> None:
    """What is compared besides levels."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        "--capability",
        action="append",
        metavar="WHAT",
        help="besides levels, compare only this capability, API or action, not all of them; repeat for several",
    )
    group.add_argument("--levels-only", action="store_true", help="compare levels and uploads alone")


def add_limit(parser: argparse.ArgumentParser) -> None:
    """How many cells are listed."""
    parser.add_argument(
        "--limit",
        type=number_of("cells", 0, 1_000_000_000),
        metavar="N",
        help=f"list at most so many cells of each cause (default: {_SHOWN} as text, all as JSON); all are counted",
    )


def compared(args: argparse.Namespace) -> list[str] | None:
    """The capabilities to compare; None for all that are known."""
    return [] if args.levels_only else args.capability


def print_diff(found: Diff, console: Console, limit: int | None = None) -> None:
    """The summary, then the cells by cause, at most so many of each."""
    limit = _SHOWN if limit is None else limit
    console.say(str(found))
    for group in found.groups:
        console.say()
        console.say(str(group), "bold")
        shown = group.blocks.first(limit)
        besides = any(cell.abilities for cell in shown)
        if shown:
            console.table(
                ("caller", "interface", "space", "job", "before", "after", "class", *(("besides",) if besides else ())),
                [
                    (
                        str(c.caller),
                        c.interface,
                        c.space or "–",
                        c.item.id or "–",
                        str(c.before) if c.before is not None else "not there",
                        str(c.after) if c.after is not None else "not there",
                        c.kind.value,
                        *((c.besides,) if besides else ()),
                    )
                    for c in shown
                ],
            )
        if len(group.blocks) > len(shown):
            more = len(group.blocks) - len(shown)
            console.say(f"and {more:,} more; --limit {len(group.blocks)} or --format json lists them all")
    if found.without_effect:
        console.say()
        console.say("changed without effect on what was compared: " + "; ".join(map(str, found.without_effect)))


def diff_json(found: Diff, limit: int | None = None) -> dict[str, object]:
    """`schema/diff.json`, with at most so many cells of each cause; None: all."""
    return {
        "summary": found.summary.value,
        "asked": found.asked,
        "counts": {kind.value: n for kind, n in found.counts.items()},
        "groups": [
            {
                "causes": [str(cause) for cause in group.causes],
                "count": len(group.blocks),
                "cells": [
                    {
                        "caller": str(c.caller),
                        "interface": c.interface,
                        "space": c.space or None,
                        "kind": c.item.kind or None,
                        "job": c.item.id or None,
                        "before": None if c.before is None else str(c.before),
                        "after": None if c.after is None else str(c.after),
                        "abilities": [
                            {"name": name, "before": before.word, "after": after.word}
                            for name, before, after in c.abilities
                        ],
                        "class": c.kind.value,
                    }
                    for c in (group.blocks if limit is None else group.blocks.first(limit))
                ],
            }
            for group in found.groups
        ],
        "without_effect": [str(part) for part in found.without_effect],
    }
