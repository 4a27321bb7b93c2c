"""The readings of a rule: the verdict, the explanation, the population, and the fixes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import attrs

from .facts import Fact
from .finding import Finding
from .rule import AllOf, AnyOf, Ask, Rule, fold
from .verdict import Verdict

__all__ = [
    "Explanation",
    "FixesAlgebra",
    "Judge",
    "Population",
    "PopulationAlgebra",
    "VerdictAlgebra",
    "explain",
    "explanation_of",
    "refold",
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


class Explanation(NamedTuple):
    """A rule with a verdict on every node, a finding on every leaf. It *is* the explanation; `str` prints the tree."""

    # A named tuple, for dozens are made for an answer, and a frozen class of attrs takes three times as long to make.

    rule: Rule
    verdict: Verdict
    parts: "tuple[Explanation, ...]" = ()
    finding: Finding | None = None

    def leaves(self) -> "Iterator[Explanation]":
        """Every evaluated fact, left to right."""
        if self.finding is not None:
            return iter((self,))
        found: list[Explanation] = []
        self._gather(found)
        return iter(found)

    def _gather(self, found: "list[Explanation]") -> None:
        for part in self.parts:
            if part.parts:
                part._gather(found)
            elif part.finding is not None:
                found.append(part)

    def decisive(self) -> "tuple[Explanation, ...]":
        """The leaves that the verdict hangs on: of an "and" the parts with the same verdict, of an "or" likewise.

        Whatever else holds or fails could change without changing the verdict for the better.
        """
        if self.finding is not None:
            return (self,)
        found: list[Explanation] = []
        for part in self.parts:
            if part.verdict is self.verdict:
                found.extend(part.decisive())
                if self.verdict is Verdict.GRANTED and isinstance(self.rule, AnyOf):
                    break
        return tuple(found)

    def __str__(self) -> str:
        # Wording belongs to the windows; imported late because they lie above this room.
        from mlaccess.render.text import explanation_text

        return explanation_text(self)


@attrs.frozen
class ExplanationAlgebra:
    """Verdict and evidence for every node. Never stops early: an explanation lists everything that is missing."""

    judge: Judge

    def leaf(self, rule: Ask) -> Explanation:
        finding = self.judge(rule.fact)
        return Explanation(rule, finding.verdict, (), finding)

    def all_of(self, rule: AllOf, parts: Iterable[Explanation]) -> Explanation:
        found = tuple(parts)
        return Explanation(rule, min((p.verdict for p in found), default=Verdict.GRANTED), found)

    def any_of(self, rule: AnyOf, parts: Iterable[Explanation]) -> Explanation:
        found = tuple(parts)
        return Explanation(rule, max((p.verdict for p in found), default=Verdict.DENIED), found)


# The same readings straight: these are the innermost loops, and there is no call for each leaf.

_NOTHING: Mapping[Fact, Finding] = MappingProxyType({})
_NOT_EXPLAINED: Mapping[int, Explanation] = MappingProxyType({})


def verdict_of(
    rule: Rule,
    judge: Judge,
    findings: Mapping[Fact, Finding] = _NOTHING,
    known: Mapping[int, Explanation] = _NOT_EXPLAINED,
) -> Verdict:
    """The verdict reading of a rule: what folding it with `VerdictAlgebra` gives.

    The judge is asked for what is not among its `findings`. `known`: see `explanation_of`.
    """
    if isinstance(rule, Ask):
        return judge(rule.fact).verdict
    whole = isinstance(rule, AllOf)
    settles = _DENIED if whole else _GRANTED
    found = _GRANTED if whole else _DENIED
    for part in rule.parts:
        if type(part) is Ask:
            fact = part.fact
            verdict = (findings.get(fact) or judge(fact)).verdict
        else:
            explained = known.get(id(part))
            verdict = verdict_of(part, judge, findings, known) if explained is None else explained.verdict
        if verdict is settles:
            return verdict
        if verdict is _UNKNOWN:
            found = verdict
    return found


def explanation_of(
    rule: Rule,
    judge: Judge,
    findings: Mapping[Fact, Finding],
    particular: frozenset[type],
    known: dict[int, Explanation],
) -> Explanation:
    """The explanation reading of a rule: what folding it with `ExplanationAlgebra` gives.

    The judge is asked for what is not among its `findings`. Explanations of rules that ask no `particular` facts are
    kept in `known`, by the identity of the rule (which its explanation keeps alive), for all judges of one deployment.
    """
    found = known.get(id(rule))
    if found is not None:
        return found
    if isinstance(rule, Ask):
        finding = judge(rule.fact)
        explanation = Explanation(rule, finding.verdict, (), finding)
        return explanation if type(rule.fact) in particular else _keep(known, rule, explanation)
    parts: list[Explanation] = []
    general = True
    whole = isinstance(rule, AllOf)
    settles = _DENIED if whole else _GRANTED
    verdict = neutral = _GRANTED if whole else _DENIED
    for part in rule.parts:
        if type(part) is Ask and type(fact := part.fact) in particular:
            general = False
            finding = findings.get(fact) or judge(fact)
            held = finding.verdict
            found = _make(Explanation, (part, held, (), finding))
        else:
            found = known.get(id(part))
            if found is None:
                found = explanation_of(part, judge, findings, particular, known)
                general = general and id(part) in known
            held = found.verdict
        parts.append(found)
        if held is settles or (held is _UNKNOWN and verdict is neutral):
            verdict = held
    explanation = _make(Explanation, (rule, verdict, tuple(parts), None))
    return _keep(known, rule, explanation) if general else explanation


def _keep(known: dict[int, Explanation], rule: Rule, found: Explanation) -> Explanation:
    if len(known) >= _KNOWN:
        known.clear()
    known[id(rule)] = found
    return found


_Fields: TypeAlias = tuple[Rule, Verdict, tuple[Explanation, ...], Finding | None]
_make: Callable[[type[Explanation], _Fields], Explanation] = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # typeshed leaves the elements open
"""Makes an explanation of its four fields, in half the time that `Explanation` needs."""

_GRANTED, _UNKNOWN, _DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED
_KNOWN = 16_384
"""So many explanations of rules that ask nothing particular are kept."""


def explain(rule: Rule, judge: Judge) -> Explanation:
    """The explanation reading of a rule."""
    return fold(rule, ExplanationAlgebra(judge))


def refold(explanation: Explanation) -> Verdict:
    """The verdict that an explanation's own leaves give: equal to its verdict, or the explanation is wrong."""
    verdicts = {leaf.rule.fact: leaf.verdict for leaf in explanation.leaves() if isinstance(leaf.rule, Ask)}
    return fold(explanation.rule, VerdictAlgebra(verdicts.__getitem__))


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
