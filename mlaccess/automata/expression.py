"""Regular expressions as values: what a language is made of before it becomes a graph.

The operators are those of any textbook plus intersection and complement. The functions at the end of the file are the
only way in; they simplify what is plainly the same language, and they note for each expression what is known of it
without exploring: the least length of its strings, whether it holds the empty string, and whether it is empty.
Nothing here recurses, so the depth of an expression is bounded by memory alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mlaccess.automata.charset import ALL_CHARS, Charset
from mlaccess.automata.limits import DEPTH_LIMIT, TooComplex

__all__ = [
    "ANY_CHAR_EXPRESSION",
    "ANY_TEXT_EXPRESSION",
    "EMPTY_TEXT",
    "INFINITE",
    "NOTHING",
    "Both",
    "Chars",
    "Choice",
    "Expression",
    "Not",
    "Repeat",
    "Sequence",
    "Text",
    "both",
    "chars",
    "choice",
    "negate",
    "repeat",
    "sequence",
    "text",
]

_LONG: Final = 1 << 16
"""The length up to which a repeated text is written out."""

INFINITE: Final = 1 << 60
"""The least length of the strings of a language that has none."""


class Expression:
    """Base of all expressions. `empty` is None where only a search can tell whether the language has strings."""

    __slots__ = ("depth", "empty", "least", "nullable")

    def __init__(self, least: int, nullable: bool, empty: bool | None, depth: int) -> None:
        self.least = min(least, INFINITE)
        self.nullable = nullable
        self.empty = empty
        self.depth = depth


class Text(Expression):
    """Exactly this string."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        super().__init__(len(value), not value, False, 0)
        self.value = value


class Chars(Expression):
    """One character of a set that is not empty."""

    __slots__ = ("chars",)

    def __init__(self, chars: Charset) -> None:
        super().__init__(1, False, False, 0)
        self.chars = chars


class Sequence(Expression):
    """One after the other."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Expression, ...]) -> None:
        least, nullable, empty, depth = 0, True, False, 0
        unsure = False
        for part in parts:
            least += part.least
            nullable = nullable and part.nullable
            empty = empty or part.empty is True
            unsure = unsure or part.empty is None
            depth = max(depth, part.depth)
        super().__init__(least, nullable, True if empty else None if unsure else False, depth)
        self.parts = parts


class Choice(Expression):
    """Any of these; no choices means no strings."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Expression, ...]) -> None:
        least, nullable, empty, depth = INFINITE, False, True, 0
        unsure = False
        for part in parts:
            least = min(least, part.least)
            nullable = nullable or part.nullable
            empty = empty and part.empty is not False
            unsure = unsure or part.empty is None
            depth = max(depth, part.depth)
        super().__init__(least, nullable, None if empty and unsure else empty, depth)
        self.parts = parts


class Repeat(Expression):
    """`part`, at least `low` and at most `high` times (None: without end)."""

    __slots__ = ("high", "low", "part")

    def __init__(self, part: Expression, low: int, high: int | None) -> None:
        nullable = low == 0 or part.nullable
        super().__init__(part.least * low, nullable, False if nullable else part.empty, part.depth)
        self.part = part
        self.low = low
        self.high = high


class Both(Expression):
    """The strings that two expressions share."""

    __slots__ = ("left", "right")

    def __init__(self, left: Expression, right: Expression) -> None:
        nullable = left.nullable and right.nullable
        least = max(left.least, right.least)
        super().__init__(least, nullable, False if nullable else None, _deeper(left, right))
        self.left = left
        self.right = right


class Not(Expression):
    """Every string that is not one of `part`."""

    __slots__ = ("part",)

    def __init__(self, part: Expression) -> None:
        nullable = not part.nullable
        super().__init__(0 if nullable else 1, nullable, False if nullable else None, _deeper(part))
        self.part = part


def _deeper(*parts: Expression) -> int:
    depth = 1 + max(part.depth for part in parts)
    if depth > DEPTH_LIMIT:
        raise TooComplex(f"complements and intersections are nested more than {DEPTH_LIMIT} deep (DEPTH_LIMIT)")
    return depth


NOTHING: Final[Expression] = Choice(())
EMPTY_TEXT: Final[Expression] = Text("")
ANY_CHAR_EXPRESSION: Final[Expression] = Chars(ALL_CHARS)
ANY_TEXT_EXPRESSION: Final[Expression] = Repeat(ANY_CHAR_EXPRESSION, 0, None)


def text(value: str) -> Expression:
    """Exactly `value`."""
    return Text(value) if value else EMPTY_TEXT


def chars(members: Charset) -> Expression:
    """One character out of `members`; nothing at all if there are none."""
    if members == ALL_CHARS:
        return ANY_CHAR_EXPRESSION
    if len(members) == 1 and members[0][0] == members[0][1]:
        return Text(chr(members[0][0]))
    return Chars(members) if members else NOTHING


def sequence(parts: Iterable[Expression]) -> Expression:
    """One part after the other; neighbouring texts are joined."""
    joined: list[Expression] = []
    letters: list[str] = []
    for part in parts:
        if part.empty is True:
            return NOTHING
        if isinstance(part, Text):
            letters.append(part.value)
            continue
        if letters:
            joined.append(text("".join(letters)))
            letters.clear()
        joined.append(part)
    if letters:
        joined.append(text("".join(letters)))
    if len(joined) > 1:
        joined = [part for part in joined if part is not EMPTY_TEXT]
    if not joined:
        return EMPTY_TEXT
    return joined[0] if len(joined) == 1 else Sequence(tuple(joined))


def choice(parts: Iterable[Expression]) -> Expression:
    """Any of the parts."""
    kept = tuple(dict.fromkeys(part for part in parts if part.empty is not True))
    if not kept:
        return NOTHING
    return kept[0] if len(kept) == 1 else Choice(kept)


def repeat(part: Expression, low: int, high: int | None) -> Expression:
    """`part`, `low` to `high` times in a row. No string repeated no time is still the empty string."""
    if high == 0 or part is EMPTY_TEXT:
        return EMPTY_TEXT
    if part.empty is True:
        return EMPTY_TEXT if low == 0 else NOTHING
    if (low, high) == (1, 1):
        return part
    if isinstance(part, Repeat):
        if part.low == 0 and part.high is None:
            return part
        if part.low == 1 and part.high is None and high is None and low <= 1:
            return Repeat(part.part, low, None)
        if (part.low, part.high) == (0, 1) and low == 0 and high is None:
            return Repeat(part.part, 0, None)
    if isinstance(part, Text):
        if len(part.value) == 1:
            part = Chars(((ord(part.value), ord(part.value)),))
        elif low and len(part.value) * low <= _LONG:
            due = text(part.value * low)
            return due if low == high else sequence((due, repeat(part, 0, None if high is None else high - low)))
    return Repeat(part, low, high)


def both(left: Expression, right: Expression) -> Expression:
    """The strings of `left` that are also strings of `right`."""
    if left.empty is True or right.empty is True:
        return NOTHING
    if left is right or right is ANY_TEXT_EXPRESSION:
        return left
    return right if left is ANY_TEXT_EXPRESSION else Both(left, right)


def negate(part: Expression) -> Expression:
    """Every string that `part` does not hold."""
    if part.empty is True:
        return ANY_TEXT_EXPRESSION
    if part is ANY_TEXT_EXPRESSION:
        return NOTHING
    return part.part if isinstance(part, Not) else Not(part)
