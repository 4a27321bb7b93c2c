"""How much work a question about languages may cost.

Deciding inclusion is exponential in the worst case, and patterns come from people we do not know. Every operation that
explores a graph pays for each step out of one budget, and ends in `TooComplex` when the budget is spent: an explicit
outcome, never a hang and never a guess.
"""

from __future__ import annotations

from typing import Final

__all__ = ["DEPTH_LIMIT", "KEEP_LIMIT", "WORK_LIMIT", "TooComplex", "Work"]

WORK_LIMIT: Final = 100_000
"""Steps that one question may take: nodes visited plus the sizes of the node sets made. At most ~0.5 s and ~35 MB."""

KEEP_LIMIT: Final = 10_000
"""Steps whose results a language may keep for the next question; beyond it the scratch is thrown away."""

DEPTH_LIMIT: Final = 32
"""How deeply complements, intersections and differences may be nested in each other."""


class TooComplex(Exception):
    """The question cannot be decided within `WORK_LIMIT` steps, or its expression nests beyond `DEPTH_LIMIT`."""


class Work:
    """A budget. `spend` takes from it and raises `TooComplex` once it is used up."""

    __slots__ = ("left",)

    def __init__(self, left: int = WORK_LIMIT) -> None:
        self.left = left

    @property
    def heavy(self) -> bool:
        """Whether more was spent than is worth keeping the results of."""
        return self.left < WORK_LIMIT - KEEP_LIMIT

    def spend(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise TooComplex(f"the question needs more than {WORK_LIMIT} steps (WORK_LIMIT)")
