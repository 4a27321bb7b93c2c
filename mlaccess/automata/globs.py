"""Globs: texts with gaps, where a gap is any one character or any text at all.

Most patterns people write are globs, and most questions about them can be answered from the text alone. A glob without
single-character gaps is `Segments`: the texts between its any-text gaps. `Rest` nodes walk many globs at once, sharing
what they have in common, for the questions that need a graph.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final

from mlaccess.automata.limits import Work
from mlaccess.automata.nodes import ACCEPT, ANYTHING, Core, Cores, Moves

__all__ = ["ANY_CHAR", "ANY_TEXT", "FRESH", "Affixes", "Gap", "Glob", "Parts", "glob_cores", "matches_segments"]


class Gap(Enum):
    """What may stand between the texts of a glob."""

    CHAR = 1
    TEXT = 2


ANY_CHAR: Final = Gap.CHAR
ANY_TEXT: Final = Gap.TEXT

Parts = tuple[str | Gap, ...]
"""Texts (never empty, never two in a row) and gaps (never two `ANY_TEXT` in a row)."""

FRESH: Final = "\U0010ffff"
"""A character that no ordinary glob mentions (a noncharacter). Put into the gaps of a glob it gives its least
particular string: globs without single-character gaps hold that string only if they hold the whole glob."""


class Glob:
    """One glob, with the least length of what follows each of its parts."""

    __slots__ = ("parts", "tails")

    def __init__(self, parts: Parts) -> None:
        tails = [0] * len(parts)
        total = 0
        for at in range(len(parts) - 1, -1, -1):
            tails[at] = total
            part = parts[at]
            total += len(part) if isinstance(part, str) else 1 if part is ANY_CHAR else 0
        self.parts = parts
        self.tails = tails


_Place = tuple[Glob, int, int]


class Rest(Core):
    """What follows in several globs at once, each at its own place, none of them at an any-text gap."""

    __slots__ = ("looping", "places")

    def __init__(self, places: list[_Place], accepts: bool, looping: bool) -> None:
        super().__init__(0 if accepts else -1, accepts)
        self.places = places
        self.looping = looping

    @property
    def least(self) -> int:
        if self._least < 0:
            lengths: list[int] = []
            for glob, at, offset in self.places:
                part = glob.parts[at]
                lengths.append(glob.tails[at] + (len(part) - offset if isinstance(part, str) else 1))
            self._least = min(lengths)
        return self._least

    def _expand(self, work: Work) -> Moves:
        work.spend(len(self.places))
        letters: dict[str, list[_Place]] = {}
        anyhow: list[_Place] = []
        for glob, at, offset in self.places:
            part = glob.parts[at]
            if not isinstance(part, str):
                anyhow.append((glob, at + 1, 0))
                continue
            following = offset + 1
            place = (glob, at, following) if following < len(part) else (glob, at + 1, 0)
            char = part[offset]
            if char in letters:
                letters[char].append(place)
            else:
                letters[char] = [place]
        always: Cores = (self,) if self.looping else ()
        if anyhow:
            always += _settle(anyhow)
        return Moves({char: _settle(letters[char]) for char in sorted(letters)}, always)


def _settle(places: list[_Place]) -> Cores:
    """The nodes for these places: globs at their end accept, globs at an any-text gap loop."""
    standing: list[_Place] = []
    looping: list[_Place] = []
    accepts = False
    for place in places:
        glob, at, _ = place
        parts = glob.parts
        if at == len(parts):
            accepts = True
        elif parts[at] is ANY_TEXT:
            if at + 1 == len(parts):
                return (ANYTHING,)
            looping.append((glob, at + 1, 0))
        else:
            standing.append(place)
    cores: Cores = ()
    if standing:
        cores = (Rest(standing, accepts, looping=False),)
    elif accepts:
        cores = (ACCEPT,)
    return (*cores, Rest(looping, accepts=False, looping=True)) if looping else cores


def glob_cores(globs: Iterable[Parts], work: Work) -> Cores:
    """The nodes that read the union of these globs."""
    places: list[_Place] = []
    for parts in globs:
        work.spend(len(parts))
        places.append((Glob(parts), 0, 0))
    return _settle(places) if places else ()


def matches_segments(segments: tuple[str, ...], text: str) -> bool:
    """Whether `text` holds these texts in order, the first at its start and the last at its end (at least two)."""
    first, last = segments[0], segments[-1]
    start, end = len(first), len(text) - len(last)
    if start > end or not text.startswith(first) or not text.endswith(last):
        return False
    for segment in segments[1:-1]:
        found = text.find(segment, start, end)
        if found < 0:
            return False
        start = found + len(segment)
    return True


_FEW: Final = 12
"""So many affixes with the same first (or last) character are tried one by one; more are looked up by their length."""


class Affixes:
    """Prefixes (or suffixes), ready to be looked for in a text. None of them is empty."""

    __slots__ = ("at_end", "few", "lengths", "many")

    def __init__(self, texts: frozenset[str], *, at_end: bool) -> None:
        grouped: dict[str, list[str]] = {}
        for text in texts:
            char = text[-1] if at_end else text[0]
            if char in grouped:
                grouped[char].append(text)
            else:
                grouped[char] = [text]
        self.at_end = at_end
        self.few = {char: tuple(group) for char, group in grouped.items() if len(group) <= _FEW}
        """By their first (or last) character."""
        self.many = frozenset([text for group in grouped.values() if len(group) > _FEW for text in group])
        self.lengths = tuple(sorted({len(text) for text in self.many}))

    def matches(self, text: str) -> bool:
        """Whether `text` starts (or ends) with one of them."""
        few = self.few.get(text[-1:] if self.at_end else text[:1])
        if few is not None and (text.endswith(few) if self.at_end else text.startswith(few)):
            return True
        return self.matches_many(text) if self.lengths else False

    def matches_many(self, text: str) -> bool:
        """The same of those alone that are too many to be tried one by one."""
        many, size = self.many, len(text)
        for length in self.lengths:
            if length > size:
                return False
            if (text[size - length :] if self.at_end else text[:length]) in many:
                return True
        return False
