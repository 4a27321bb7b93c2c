"""The readings of a rule: the verdict, the population, and the fixes; for the explanation see `explanation`."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

import attrs

from .facts import Fact
from .finding import Finding
from .rule import AllOf, AnyOf, Ask, Rule
from .verdict import Verdict

__all__ = [
    "FixesAlgebra",
    "Judge",
    "Population",
    "PopulationAlgebra",
    "VerdictAlgebra",
    "verdict_of",
]

Judge: TypeAlias = Callable[[Fact], Finding]


@attrs.frozen
class VerdictAlgebra:
    """Denied < unknown < granted; stops as soon as the answer is settled."""

    decide: Callable[[Fact], Verdict]

    def leaf(self, rule: Ask) -> Verdict:
        return self.decide(rule.fact)

    def all_of(self, rule: AllOf, parts: Iterable[Verdict]) -> Verdict:
        worst = Verdict.GRANTED
        for verdict in parts:
            if verdict is Verdict.DENIED:
                return verdict
            if verdict < worst:
                worst = verdict
        return worst

    def any_of(self, rule: AnyOf, parts: Iterable[Verdict]) -> Verdict:
        best = Verdict.DENIED
        for verdict in parts:
            if verdict is Verdict.GRANTED:
                return verdict
            if verdict > best:
                best = verdict
        return best


def verdict_of(rule: Rule, judge: Judge) -> Verdict:
    """The verdict reading of a rule: what folding it with `VerdictAlgebra` gives."""
    if isinstance(rule, Ask):
        return judge(rule.fact).verdict
    whole = isinstance(rule, AllOf)
    settles = Verdict.DENIED if whole else Verdict.GRANTED
    found = Verdict.GRANTED if whole else Verdict.DENIED
    for part in rule.parts:
        verdict = judge(part.fact).verdict if type(part) is Ask else verdict_of(part, judge)
        if verdict is settles:
            return verdict
        if verdict is Verdict.UNKNOWN:
            found = verdict
    return found


@attrs.frozen
class Population:
    """The answer for every caller at once: bit i of `granted` and of `possible` speaks of caller i.

    `possible` has the callers who are not denied, so `granted` is within it.
    """

    granted: int
    possible: int

    @staticmethod
    def of(verdict: Verdict) -> "Population":
        """The same verdict for every caller, however many there are: every bit is set, or none."""
        return _OF_EVERYBODY[verdict]

    def verdict(self, caller: int) -> Verdict:
        """The verdict for one caller."""
        if self.granted >> caller & 1:
            return Verdict.GRANTED
        return Verdict.UNKNOWN if self.possible >> caller & 1 else Verdict.DENIED

    # Where nothing is in doubt, one number is both sets, and half the work is enough.

    def __and__(self, other: "Population") -> "Population":
        granted = self.granted & other.granted
        certain = self.possible is self.granted and other.possible is other.granted
        return Population(granted, granted if certain else self.possible & other.possible)

    def __or__(self, other: "Population") -> "Population":
        granted = self.granted | other.granted
        certain = self.possible is self.granted and other.possible is other.granted
        return Population(granted, granted if certain else self.possible | other.possible)


_OF_EVERYBODY = {
    Verdict.GRANTED: Population(-1, -1),
    Verdict.UNKNOWN: Population(0, -1),
    Verdict.DENIED: Population(0, 0),
}


@attrs.frozen
class PopulationAlgebra:
    """ "And" and "or" as integer operations on bit sets of callers."""

    census: Callable[[Fact], Population]
    everyone: int

    def leaf(self, rule: Ask) -> Population:
        return self.census(rule.fact)

    def all_of(self, rule: AllOf, parts: Iterable[Population]) -> Population:
        found = Population(self.everyone, self.everyone)
        for part in parts:
            found &= part
            if not found.possible:
                break
        return found

    def any_of(self, rule: AnyOf, parts: Iterable[Population]) -> Population:
        found = Population(0, 0)
        for part in parts:
            found |= part
            if found.granted == self.everyone:
                break
        return found


FixSets: TypeAlias = frozenset[frozenset[Fact]]


@attrs.frozen
class FixesAlgebra:
    """The minimal sets of facts that would have to become true: {{}} where the rule holds already.

    A set is left out once it is larger than `limit` facts; none is kept that contains another.
    """

    decide: Callable[[Fact], Verdict]
    limit: int

    def leaf(self, rule: Ask) -> FixSets:
        if self.decide(rule.fact) is Verdict.GRANTED:
            return frozenset({frozenset()})
        return frozenset({frozenset({rule.fact})})

    def all_of(self, rule: AllOf, parts: Iterable[FixSets]) -> FixSets:
        sets: FixSets = frozenset({frozenset()})
        for part in parts:
            sets = _minimal(a | b for a in sets for b in part if len(a | b) <= self.limit)
        return sets

    def any_of(self, rule: AnyOf, parts: Iterable[FixSets]) -> FixSets:
        return _minimal(s for part in parts for s in part)


def _minimal(sets: Iterable[frozenset[Fact]]) -> FixSets:
    kept: list[frozenset[Fact]] = []
    for candidate in sorted(set(sets), key=len):
        if not any(k <= candidate for k in kept):
            kept.append(candidate)
    return frozenset(kept)
