"""Differences and intersections of languages.

They are kept as what they are. A difference moves to the other side of an inclusion (A minus B is inside C exactly if A
is inside B or C together), so that asking about it costs no more than asking about its parts.
"""

from __future__ import annotations

from collections.abc import Iterable

from mlaccess.automata import flat
from mlaccess.automata import nodes as graph
from mlaccess.automata.language import Language, search
from mlaccess.automata.limits import Work
from mlaccess.automata.nodes import Cores
from mlaccess.automata.walk import Walk

__all__ = ["Difference", "Intersection", "difference", "intersection"]


def difference(left: Language, right: Language) -> Language:
    """The strings of `left` that `right` lacks."""
    if left is right or left is flat.NOTHING or right is flat.EVERYTHING:
        return flat.NOTHING
    if right is flat.NOTHING:
        return left
    if left is flat.EVERYTHING and isinstance(right, Difference) and right.left is flat.EVERYTHING:
        return right.right
    if isinstance(left, flat.Flat) and left.only_literals:
        return _literals(text for text in left.literals if not right.matches(text))
    return Difference(left, right)


def intersection(left: Language, right: Language) -> Language:
    """The strings that both hold."""
    if left is right or right is flat.EVERYTHING or left is flat.NOTHING:
        return left
    if left is flat.EVERYTHING or right is flat.NOTHING:
        return right
    for one, other in ((left, right), (right, left)):
        if isinstance(one, flat.Flat) and one.only_literals:
            return _literals(text for text in one.literals if other.matches(text))
    return Intersection(left, right)


def _literals(texts: Iterable[str]) -> Language:
    collector = flat.Collector()
    collector.literals += texts
    return collector.language()


class Difference(Language):
    """The strings of `left` that `right` lacks."""

    __slots__ = ("left", "right")

    def __init__(self, left: Language, right: Language) -> None:
        super().__init__(1 + max(left.depth, right.depth))
        self.left = left
        self.right = right

    def matches(self, text: str) -> bool:
        return self.left.matches(text) and not self.right.matches(text)

    def samples(self) -> Iterable[str]:
        return (sample for sample in self.left.samples() if not self.right.matches(sample))

    def shortfall(self, outers: tuple[Language, ...], work: Work, *, shortest: bool) -> str | None:
        right = self.right
        opened = [outer.left if isinstance(outer, Difference) and outer.right is right else outer for outer in outers]
        return self.left.shortfall((*opened, right), work, shortest=shortest)

    def find_start(self, walk: Walk, work: Work) -> Cores:
        lefts = self.left.start(work)
        outside = walk.states.state(self.right.start(work), work).complement(walk.graph)
        return graph.intersection(lefts, outside, walk.graph, work)

    def forget(self) -> None:
        super().forget()
        self.left.forget()
        self.right.forget()


class Intersection(Language):
    """The strings that `left` and `right` share."""

    __slots__ = ("left", "right")

    def __init__(self, left: Language, right: Language) -> None:
        super().__init__(1 + max(left.depth, right.depth))
        self.left = left
        self.right = right

    def matches(self, text: str) -> bool:
        return self.left.matches(text) and self.right.matches(text)

    def samples(self) -> Iterable[str]:
        yield from (sample for sample in self.left.samples() if self.right.matches(sample))
        yield from (sample for sample in self.right.samples() if self.left.matches(sample))

    def covers(self, sample: str, work: Work) -> bool:
        return self.left.covers(sample, work) and self.right.covers(sample, work)

    def shortfall(self, outers: tuple[Language, ...], work: Work, *, shortest: bool) -> str | None:
        if not shortest:
            for sample in self.samples():
                if not any(outer.matches(sample) for outer in outers):
                    return sample
        return search(self, self.start(work), outers, work)

    def find_start(self, walk: Walk, work: Work) -> Cores:
        return graph.intersection(self.left.start(work), self.right.start(work), walk.graph, work)

    def forget(self) -> None:
        super().forget()
        self.left.forget()
        self.right.forget()
