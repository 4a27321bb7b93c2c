"""Index entries whose names are plain (texts and `*`): what covers a plain pattern is found by looking at texts.

Three laws make that exact.

1. If the names of entries are plain, and so is the pattern or it has single-character gaps, then names that cover it
   together include one that covers it alone: put a character that no name mentions into the gaps of the pattern; the
   name that matches this one text covers the whole pattern. So a name covers it exactly if it matches the text of the
   pattern.
2. The same holds for a pattern less the system indices if that one text is not the name of a system index.
3. If the privileges that do not hold an asked one each by itself do not hold it all together, then an entry that takes
   part in granting it holds it by itself.
"""

from functools import lru_cache

from mlaccess.automata import Language, TooComplex
from mlaccess.catalog.privileges import Selector, index_actions, index_privilege
from mlaccess.errors import PatternError

from .groups import resolve_privileges

__all__ = ["PlainName", "PlainPattern", "add_up", "gives", "gives_for", "is_plain", "parts_of", "sample"]

_FRESH = "\U0010ffff"
"""A character that no name of an index mentions (a noncharacter)."""


def is_plain(text: str) -> bool:
    """Whether a name of an entry means the same alone and among others, and is made of texts and `*` only."""
    return (
        text != "" and text.isascii() and "?" not in text and "\\" not in text and "/" not in text and "**" not in text
    )


def sample(bare: str) -> str:
    """The text that stands for a pattern: a character that no name mentions in each of its gaps."""
    return bare.replace("*", _FRESH).replace("?", _FRESH)


class PlainPattern:
    """A plain pattern that is asked about."""

    __slots__ = ("first", "is_literal", "last", "sample", "shortest", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_literal = "*" not in text
        self.first = text[: text.find("*")] if not self.is_literal else text
        self.last = text[text.rfind("*") + 1 :]
        self.sample = sample(text)
        self.shortest = text.replace("*", "")
        """The one shortest name that it matches."""

    @staticmethod
    @lru_cache(16384)
    def of(text: str, restricted: Language) -> "PlainPattern | None":
        """A pattern of which the laws speak; None where they do not, or where they say nothing of the shortest name."""
        if not is_plain(text) or ":" in text:
            return None
        found = PlainPattern(text)
        if not found.shortest or restricted.matches(found.sample) or restricted.matches(found.shortest):
            return None
        return found


class PlainName:
    """A plain name of an entry."""

    __slots__ = ("_inner", "_last", "_size", "first", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        first, *inner, last = text.split("*") if "*" in text else (text, "")
        self.first = first
        """Up to the first `*`."""
        self._last = last
        self._inner: tuple[str, ...] | None = tuple(inner) if "*" in text else None
        """The texts between the first `*` and the last; None for a name without any."""
        self._size = len(first) + len(last)

    @staticmethod
    @lru_cache(16384)
    def of(text: str) -> "PlainName":
        """The name with this text."""
        return PlainName(text)

    def matches(self, text: str) -> bool:
        """Whether it matches a text."""
        inner = self._inner
        if inner is None:
            return text == self.first
        if not text.startswith(self.first) or not text.endswith(self._last) or len(text) < self._size:
            return False
        if inner:
            start, end = len(self.first), len(text) - len(self._last)
            for part in inner:
                at = text.find(part, start, end)
                if at < 0:
                    return False
                start = at + len(part)
        return True

    def overlaps(self, asked: PlainPattern) -> bool:
        """Whether it and a pattern match a common name.

        Two patterns with a `*` do if their beginnings agree as far as both go, and their ends: between those there is
        room for all that either wants.
        """
        if asked.is_literal:
            return self.matches(asked.text)
        if self._inner is None:
            return PlainName.of(asked.text).matches(self.first)
        first, last = self.first, self._last
        return (first.startswith(asked.first) or asked.first.startswith(first)) and (
            last.endswith(asked.last) or asked.last.endswith(last)
        )


# -- privileges -----------------------------------------------------------------------------------------------------


_PARTS = {s: tuple(p for p in (Selector.DATA, Selector.FAILURES) if s.covers(p)) for s in Selector}


@lru_cache(4096)
def parts_of(privilege: str) -> tuple[Selector, ...]:
    """The parts of a data stream that a privilege speaks of."""
    return _PARTS[index_privilege(privilege).selector]


@lru_cache(16384)
def gives(given: frozenset[str], privilege: str, split: bool) -> int:
    """For which parts of `parts_of` an entry with these privileges holds another: bit i speaks of part i.

    `split`: the version tells the data of a data stream from its failures.
    """
    return sum(1 << bit for bit, part in enumerate(parts_of(privilege)) if gives_for(given, privilege, part, split))


@lru_cache(16384)
def gives_for(given: frozenset[str], privilege: str, part: Selector, split: bool) -> bool:
    """Whether an entry with these privileges holds another for a part of a data stream."""
    actions = index_privilege(privilege).actions
    return any(
        selector.covers(part) and index_actions(names).includes(actions)
        for selector, names in resolve_privileges(given, split)
    )


@lru_cache(1024)
def add_up(names: frozenset[str], privilege: str) -> bool:
    """Whether privileges that do not hold another each by itself might hold it together (law 3 says nothing then)."""
    actions = index_privilege(privilege).actions
    try:
        rest = frozenset(name for name in names if not index_actions(frozenset((name,))).includes(actions))
        return bool(rest) and index_actions(rest).includes(actions)
    except (TooComplex, PatternError):
        return True
