"""Sets of characters, as sorted runs of code points.

A `Charset` is a tuple of disjoint, non-adjacent `(first, last)` pairs in ascending order. Every code point from 0 to
0x10FFFF is a character here, surrogates and NUL included, because names may hold them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Final

__all__ = ["ALL_CHARS", "LAST", "Charset", "Run", "charset", "inverse", "pick"]

Run = tuple[int, int]
Charset = tuple[Run, ...]

LAST: Final = 0x10FFFF
ALL_CHARS: Final[Charset] = ((0, LAST),)

_READABLE: Final = "abcdefghijklmnopqrstuvwxyz0123456789-_.:/ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def charset(pairs: Iterable[Run]) -> Charset:
    """The union of runs given in any order; runs whose first exceeds their last hold nothing."""
    merged: list[Run] = []
    for first, last in sorted(pairs):
        if first > last:
            continue
        if merged and first <= merged[-1][1] + 1:
            if last > merged[-1][1]:
                merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return tuple(merged)


def inverse(chars: Charset) -> Charset:
    """Every character that is not in `chars`."""
    runs: list[Run] = []
    start = 0
    for first, last in chars:
        if start < first:
            runs.append((start, first - 1))
        start = last + 1
    if start <= LAST:
        runs.append((start, LAST))
    return tuple(runs)


def pick(first: int, last: int, taken: Container[str] = ()) -> str | None:
    """A character of the run that is not `taken`, one that reads well if there is one; None if all are taken."""
    for char in _READABLE:
        if first <= ord(char) <= last and char not in taken:
            return char
    for code in range(first, last + 1):
        char = chr(code)
        if char not in taken:
            return char
    return None
