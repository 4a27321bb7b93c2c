"""Names read by Python's own engine, where it surely reads them quickly.

`re` is several times as fast as a walk through a graph, but it tries one way after another. So it is given only what
leaves it few: globs, whose gaps never need to be tried again once the text behind them was found; and expressions
without repeated groups, of which the ways to divide a name among their parts are counted beforehand. Names longer than
`LONGEST` are not for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from mlaccess.automata.charset import ALL_CHARS, LAST, Charset, inverse
from mlaccess.automata.expression import Chars, Choice, Expression, Repeat, Sequence, Text
from mlaccess.automata.globs import ANY_CHAR, ANY_TEXT, Parts

__all__ = ["LONGEST", "native_reader"]

LONGEST: Final = 255
"""The longest name to read so, in characters: that of an index, in bytes."""

_WAYS: Final = 4 * (LONGEST + 1)
"""So many ways to divide a name may expressions leave to be tried."""
_SIZE: Final = 2_000
"""So long may the pattern be, for `re` takes its time to prepare it."""
_DEEP: Final = 4
"""So many groups may stand within each other."""

_NEVER: Final = "(?!)"

_Written = tuple[str, int]
"""A pattern of `re`, and how many ways it leaves to be tried."""


def native_reader(
    globs: Iterable[Parts], expressions: Iterable[Expression], last: Iterable[Parts] = ()
) -> Callable[[str], object] | None:
    """A function that finds something in the names, at most `LONGEST` long, that one of these holds, and else None.

    The globs in `last` are tried when nothing else was found. None instead of a function where reading, or preparing
    it, might take long.
    """
    texts = [_glob(parts) for parts in globs]
    ways = 0
    for expression in expressions:
        written = _expression(expression, _DEEP)
        if written is None:
            return None
        texts.append(written[0])
        ways += written[1]
        if ways > _WAYS:
            return None
    texts += [_glob(parts) for parts in last]
    pattern = "|".join(texts) if texts else _NEVER
    if len(pattern) > _SIZE:
        return None
    return re.compile(pattern, re.DOTALL).fullmatch


def _glob(parts: Parts) -> str:
    """Each text between gaps is found as early as it can be, and never looked for again: if not so, no other way."""
    texts = [""]
    for part in parts:
        if part is ANY_TEXT:
            texts.append("")
        else:
            texts[-1] += "." if part is ANY_CHAR else re.escape(part)
    if len(texts) == 1:
        return texts[0]
    first, *inner, last = texts
    if not first and not inner and last:
        return f"(?>.*)(?<={last})"  # the end is looked at once, where `.*` alone would be tried at every length
    return first + "".join([f"(?>.*?{text})" for text in inner]) + ".*" + last


def _expression(expression: Expression, deep: int) -> _Written | None:
    match expression:
        case Text(value=value):
            return re.escape(value), 1
        case Chars(chars=chars):
            return _class(chars), 1
        case Repeat(part=Chars(chars=chars), low=low, high=high):
            most = LONGEST if high is None else min(high, LONGEST)
            return f"{_class(chars)}{{{low},{'' if high is None else high}}}", max(1, most - low + 1)
        case Repeat(part=part, low=0, high=1) if deep:
            written = _expression(part, deep - 1)
            return None if written is None else (f"(?:{written[0]})?", written[1] + 1)
        case Sequence(parts=parts) | Choice(parts=parts) if deep and len(parts) <= _SIZE:
            found: list[_Written] = []
            for part in parts:
                written = _expression(part, deep - 1)
                if written is None:
                    return None
                found.append(written)
            return _sequence(found) if isinstance(expression, Sequence) else _choice(found)
        case _:
            return None


def _sequence(parts: Iterable[_Written]) -> _Written:
    text, ways = "", 1
    for part, more in parts:
        text += part
        ways *= more
    return text, ways


def _choice(parts: Iterable[_Written]) -> _Written:
    found = list(parts)
    if not found:
        return _NEVER, 1
    return f"(?:{'|'.join([text for text, _ in found])})", sum([ways for _, ways in found])


def _class(chars: Charset) -> str:
    if chars == ALL_CHARS:
        return "."
    # Of a set and what it leaves out, the one that does not reach to the last character is the shorter to write.
    if chars[-1][1] == LAST:
        return f"[^{_runs(inverse(chars))}]"
    return f"[{_runs(chars)}]"


def _runs(chars: Charset) -> str:
    return "".join([f"\\U{first:08x}-\\U{last:08x}" for first, last in chars])
