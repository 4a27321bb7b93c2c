"""Languages: sets of strings that can be combined and compared.

This is what the room is for. A `Language` never changes and may be shared between threads. Most questions are answered
from the texts of its globs; the rest walk a graph that grows only as far as the question needs, and every question ends
within the work limit, in an answer or in `TooComplex`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Final

from mlaccess.automata.expression import INFINITE, Expression
from mlaccess.automata.limits import DEPTH_LIMIT, TooComplex, Work
from mlaccess.automata.nodes import Cores
from mlaccess.automata.search import shortest_difference
from mlaccess.automata.states import NONE, State, States
from mlaccess.automata.walk import Walk

__all__ = ["Language", "search"]


class Language:
    """A set of strings. Operations that walk a graph raise `TooComplex` past the work limit."""

    __slots__ = ("_walk", "depth")

    def __init__(self, depth: int = 0) -> None:
        if depth > DEPTH_LIMIT:
            raise TooComplex(f"differences and intersections are nested more than {DEPTH_LIMIT} deep (DEPTH_LIMIT)")
        self.depth = depth
        self._walk: Walk | None = None

    @staticmethod
    def nothing() -> Language:
        """The language without strings."""
        return flat.NOTHING

    @staticmethod
    def everything() -> Language:
        """The language of all strings."""
        return flat.EVERYTHING

    @staticmethod
    def literal(text: str) -> Language:
        """The language of this one string."""
        collector = flat.Collector()
        collector.literals.append(text)
        return collector.language()

    @staticmethod
    def prefix(text: str) -> Language:
        """Every string that starts with `text`."""
        collector = flat.Collector()
        collector.prefixes.append(text)
        return collector.language()

    @staticmethod
    def of(expression: Expression) -> Language:
        """The strings of an expression."""
        collector = flat.Collector()
        collector.add_expression(expression)
        return collector.language()

    @staticmethod
    def union(*languages: Language) -> Language:
        """The strings of any of these languages; of no languages, none."""
        return Language.union_of(languages)

    @staticmethod
    def union_of(languages: Iterable[Language]) -> Language:
        """The strings of any of these languages; of no languages, none."""
        distinct = tuple(dict.fromkeys(languages))
        if len(distinct) == 1:
            return distinct[0]
        collector = flat.Collector()
        for language in distinct:
            language.collect(collector)
        return collector.language()

    def minus(self, other: Language) -> Language:
        """The strings of this language that `other` lacks."""
        return mixed.difference(self, other)

    def intersect(self, other: Language) -> Language:
        """The strings that both languages hold."""
        return mixed.intersection(self, other)

    def complement(self) -> Language:
        """Every string that this language lacks."""
        return mixed.difference(flat.EVERYTHING, self)

    @abstractmethod
    def matches(self, text: str) -> bool:
        """Whether the language holds `text`."""

    def includes(self, other: Language) -> bool:
        """Whether the language holds every string of `other`."""
        return self is other or other.shortfall((self,), Work(), shortest=False) is None

    def counterexample(self, other: Language) -> str | None:
        """A shortest string of `other` that this language lacks; None if it holds them all."""
        return None if self is other else other.shortfall((self,), Work(), shortest=True)

    def equals(self, other: Language) -> bool:
        """Whether both languages hold the same strings."""
        return self.includes(other) and other.includes(self)

    def is_empty(self) -> bool:
        """Whether the language has no strings."""
        return self.shortfall((), Work(), shortest=False) is None

    def is_total(self) -> bool:
        """Whether the language holds every string."""
        return self.includes(flat.EVERYTHING)

    def overlaps(self, other: Language) -> bool:
        """Whether some string is in both languages."""
        return not mixed.intersection(self, other).is_empty()

    def shortest(self) -> str | None:
        """A shortest string of the language; None if it has none."""
        return self.shortfall((), Work(), shortest=True)

    # For the other files of this room.

    @abstractmethod
    def shortfall(self, outers: tuple[Language, ...], work: Work, *, shortest: bool) -> str | None:
        """A string of this language (a shortest, if asked) that none of `outers` holds; None if there is none."""

    @abstractmethod
    def samples(self) -> Iterable[str]:
        """A few strings of the language that are quick to name."""

    def covers(self, sample: str, work: Work) -> bool:
        """Whether the language plainly holds every string of the glob whose gaps were filled in to make `sample`."""
        return False

    def collect(self, collector: flat.Collector) -> None:
        """Add the strings of this language to a union."""
        collector.compounds.append(self)

    @abstractmethod
    def find_start(self, walk: Walk, work: Work) -> Cores:
        """The nodes at which the language starts."""

    def walk(self, work: Work) -> Walk:
        """The walk through the graph of this language, begun."""
        walk = self._walk
        if walk is None or walk.full:
            walk = Walk()
            walk.begin(self.find_start(walk, work), work)
            self._walk = walk
        return walk

    def start(self, work: Work) -> Cores:
        """The nodes at which the language starts, the same ones each time while the walk is kept."""
        cores = self.walk(work).cores
        assert cores is not None
        return cores

    def forget(self) -> None:
        """Throw away what was kept of the walks."""
        self._walk = None


def search(
    inner: Language, cores: Cores, outers: tuple[Language, ...], work: Work, bound: int = INFINITE
) -> str | None:
    """A shortest string, shorter than `bound`, of the nodes `cores` of `inner` that none of `outers` holds."""
    try:
        return shortest_difference(cores, _beginning(outers, work), work, bound)
    finally:
        if work.heavy:
            _JOINED.pop(outers, None)
            for language in (inner, *outers):
                language.forget()


_JOINED: Final[dict[tuple[Language, ...], State]] = {}
_JOINED_LIMIT: Final = 64
"""Of so many unions of outer languages the states are kept; then all are forgotten."""


def _beginning(outers: tuple[Language, ...], work: Work) -> State:
    """The state in which reading a text of any of `outers` begins."""
    if not outers:
        return NONE
    if len(outers) == 1:
        state = outers[0].walk(work).state
        assert state is not None
        return state
    state = _JOINED.get(outers)
    if state is None or state.states.full:
        state = States().state([core for outer in outers for core in outer.start(work)], work)
        if len(_JOINED) >= _JOINED_LIMIT:
            _JOINED.clear()
        _JOINED[outers] = state
    return state


# The kinds of language need the class above; its methods need them only when they are called.
from mlaccess.automata import flat, mixed  # noqa: E402
