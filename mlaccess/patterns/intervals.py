"""Lucene's numerical intervals, `<n-m>`, as expressions.

The rule is that of `makeDecimalInterval` in Lucene's `org/apache/lucene/util/automaton/Automata.java`: bounds of one
width fix the width, otherwise any number of leading zeros is allowed.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from mlaccess.automata import Expression, chars, choice, repeat, sequence, text

__all__ = ["INT_MAX", "interval", "java_int"]

INT_MAX: Final = 2**31 - 1


def java_int(digits: str) -> int | None:
    """`Integer.parseInt` of a text without a minus: a plus is allowed, and so are the digits of any script."""
    value = 0
    plain = digits.removeprefix("+")
    if not plain:
        return None
    for char in plain:
        digit = unicodedata.decimal(char, None) if char <= "\uffff" else None
        if digit is None:
            return None
        value = value * 10 + digit
        if value > INT_MAX:
            return None
    return value


def _digit(low: str, high: str) -> Expression:
    return chars(((ord(low), ord(high)),))


def interval(low: int, high: int, width: int) -> Expression:
    """The numerals from `low` to `high`: of this width, or with any number of leading zeros if it is 0."""
    size = width or len(str(high))
    within = _between(str(low).zfill(size), str(high).zfill(size))
    if width:
        return within
    # Every numeral with fewer digits than `high` has is one of `size` digits without some of its leading zeros.
    shorter = [_between(str(low).zfill(at), str(min(high, 10**at - 1))) for at in range(len(str(low)), size)]
    return sequence((repeat(text("0"), 0, None), choice([*shorter, within])))


def _between(low: str, high: str) -> Expression:
    """The numerals of the width of both from `low` to `high`."""
    if low == high:
        return text(low)
    at = 0
    while low[at] == high[at]:
        at += 1
    tail = len(low) - at - 1
    rest = repeat(_digit("0", "9"), tail, tail)
    parts: list[Expression] = []
    first, last = low[at], high[at]
    if tail:
        if set(low[at + 1 :]) != {"0"}:
            parts.append(sequence((text(first), _between(low[at + 1 :], "9" * tail))))
            first = chr(ord(first) + 1)
        if set(high[at + 1 :]) != {"9"}:
            parts.append(sequence((text(last), _between("0" * tail, high[at + 1 :]))))
            last = chr(ord(last) - 1)
    if first <= last:
        parts.append(sequence((_digit(first, last), rest)))
    return sequence((text(low[:at]), choice(parts)))
