"""The table of results: per module and per room the share of mutants killed, and what the sample says of the rest."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import attrs

__all__ = ["Stratum", "table"]

_NORMAL = 1.96
"""Quantile of a two-sided interval of 95 %."""


@attrs.frozen
class Stratum:
    """A module: how many mutants it has, how many were run, how many of those survived."""

    path: str
    mutants: int
    run: int
    survived: int

    @property
    def room(self) -> str:
        """`catalog`, `rules`, …"""
        return self.path.split("/")[1]


def table(results: Path) -> str:
    """A Markdown table by room, and the survivors."""
    strata, survivors = _read(results)
    rows = ["| room | mutants | run | killed | survived | killed of those run | estimate for all |"]
    rows.append("|---|---|---|---|---|---|---|")
    for room in dict.fromkeys(s.room for s in strata):
        rows.append(_row(room, [s for s in strata if s.room == room]))
    rows.append(_row("all", strata))
    return "\n".join([*rows, "", *survivors, ""])


def _row(title: str, strata: Sequence[Stratum]) -> str:
    total, run = sum(s.mutants for s in strata), sum(s.run for s in strata)
    survived = sum(s.survived for s in strata)
    share, margin = estimate(strata)
    return (
        f"| {title} | {total:,} | {run} | {run - survived} | {survived} | {_percent(run - survived, run)} "
        f"| {100 * share:.1f} ± {100 * margin:.1f} % |"
    )


def estimate(strata: Iterable[Stratum]) -> tuple[float, float]:
    """Share of all mutants that would be killed, each module weighing what it has, and half of the 95 % interval.

    The variance of a module is that of its sample with one survivor and one kill more, so that a module without
    survivors does not count as certain.
    """
    kept = [s for s in strata if s.run]
    total = sum(s.mutants for s in kept)
    share = variance = 0.0
    for s in kept:
        weight = s.mutants / total
        share += weight * (1 - s.survived / s.run)
        cautious = (s.survived + 1) / (s.run + 2)
        variance += weight**2 * cautious * (1 - cautious) / s.run * (1 - s.run / s.mutants)
    return share, _NORMAL * variance**0.5


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _read(results: Path) -> tuple[list[Stratum], list[str]]:
    totals: dict[str, int] = {}
    outcomes: dict[str, dict[tuple[int, int, str], str]] = {}
    shown: list[str] = []
    for line in results.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        if "module" in told:
            totals[told["module"]] = told["mutants"]
            continue
        mutant, verdict = told["mutant"], told["outcome"]["verdict"]
        outcomes.setdefault(mutant["path"], {})[mutant["start"], mutant["end"], mutant["text"]] = verdict
        if verdict != "killed" and verdict != "timeout":
            shown.append(told["shown"])
    strata = [
        Stratum(
            path, totals.get(path, len(found)), len(found), sum(v not in ("killed", "timeout") for v in found.values())
        )
        for path, found in sorted(outcomes.items())
    ]
    return strata, sorted(shown)
