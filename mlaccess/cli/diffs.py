"""How a difference between two deployments is printed, for `diff` and `what-if`."""

from mlaccess.analysis import Diff
from mlaccess.cli.console import Console

__all__ = ["diff_json", "print_diff"]

_SHOWN = 20


def print_diff(found: Diff, console: Console) -> None:
    """The summary, then the cells by cause."""
    console.say(str(found))
    for group in found.groups:
        console.say()
        console.say(str(group), "bold")
        console.table(
            ("caller", "interface", "space", "job", "before", "after", "class"),
            [
                (
                    str(c.caller),
                    c.interface,
                    c.space or "–",
                    c.item.id or "–",
                    str(c.before) if c.before is not None else "not there",
                    str(c.after) if c.after is not None else "not there",
                    c.kind.value,
                )
                for c in group.cells[:_SHOWN]
            ],
        )
        if len(group.cells) > _SHOWN:
            console.say(f"and {len(group.cells) - _SHOWN} more; --format json lists them all")
    if found.without_effect:
        console.say()
        console.say("changed, and no cell hangs on it: " + "; ".join(map(str, found.without_effect)))


def diff_json(found: Diff) -> dict[str, object]:
    """`schema/diff.json`."""
    return {
        "summary": found.summary.value,
        "asked": found.asked,
        "counts": {kind.value: n for kind, n in found.counts.items()},
        "groups": [
            {
                "causes": [str(cause) for cause in group.causes],
                "cells": [
                    {
                        "caller": str(c.caller),
                        "interface": c.interface,
                        "space": c.space or None,
                        "kind": c.item.kind or None,
                        "job": c.item.id or None,
                        "before": None if c.before is None else str(c.before),
                        "after": None if c.after is None else str(c.after),
                        "class": c.kind.value,
                    }
                    for c in group.cells
                ],
            }
            for group in found.groups
        ],
        "without_effect": [str(part) for part in found.without_effect],
    }
