"""Explanations: a rule with a verdict on every node, and how they are made, for one caller and for several alike."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import attrs

from mlaccess.stack.made import made

from .algebras import Judge, VerdictAlgebra
from .facts import PARTICULAR, PERSONAL, Fact
from .finding import Finding
from .rule import AllOf, AnyOf, Ask, Rule, fold
from .verdict import Verdict

__all__ = ["Common", "Explanation", "explain", "explanation_of", "refold"]


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
        return _whole(rule, tuple(parts))

    def any_of(self, rule: AnyOf, parts: Iterable[Explanation]) -> Explanation:
        return _whole(rule, tuple(parts))


def _whole(rule: AllOf | AnyOf, parts: Sequence[Explanation]) -> Explanation:
    whole = type(rule) is AllOf
    verdict = _GRANTED if whole else _DENIED
    for part in parts:
        held = part.verdict
        if held < verdict if whole else held > verdict:
            verdict = held
    return made(Explanation, (rule, verdict, tuple(parts), None))


def explain(rule: Rule, judge: Judge) -> Explanation:
    """The explanation reading of a rule."""
    return fold(rule, ExplanationAlgebra(judge))


def refold(explanation: Explanation) -> Verdict:
    """The verdict that an explanation's own leaves give: equal to its verdict, or the explanation is wrong."""
    verdicts = {leaf.rule.fact: leaf.verdict for leaf in explanation.leaves() if isinstance(leaf.rule, Ask)}
    return fold(explanation.rule, VerdictAlgebra(verdicts.__getitem__))


class Common(Protocol):
    """What is found alike for several callers, or for all."""

    @property
    def explained(self) -> dict[int, Explanation]:
        """Explanations of rules that ask nothing else, by the identity of the rule, which they keep alive."""
        ...

    @property
    def wider(self) -> "Common | None":
        """What these callers have in common with others."""
        ...

    def find(self, fact: Fact, /) -> Finding | None:
        """What all of them find on a fact; None where each must be judged. Never on a `PARTICULAR` fact."""
        ...


# The reading straight: these are the innermost loops, and there is no call for each leaf.


def explanation_of(
    rule: Rule, judge: Judge, common: Common, begun: Explanation | None = None, brief: bool = False
) -> Explanation:
    """The explanation reading of a rule: what folding it with `ExplanationAlgebra` gives.

    Parts of it that ask only what is held in `common` with others are explained once for all of them. The judge is
    asked for the rest. A `brief` explanation has the verdict, but only the parts that come before it is settled; it
    can be gone on with as one `begun`, which is given back if it lacks nothing.
    """
    if type(rule) is Ask:
        return begun or _explain_part(rule, judge, common)
    explained = common.explained
    whole = type(rule) is AllOf
    settles = _DENIED if whole else _GRANTED
    verdict = _GRANTED if whole else _DENIED
    parts: list[Explanation] = []
    rest = rule.parts
    if begun is not None:
        if len(begun.parts) == len(rest):
            return begun
        verdict = begun.verdict
        parts.extend(begun.parts)
        rest = rest[len(parts) :]
    for part in rest:
        if type(part) is Ask and type(fact := part.fact) in PARTICULAR:
            finding = judge(fact)
            held = finding.verdict
            found = made(Explanation, (part, held, (), finding))
        else:
            found = explained.get(id(part)) or _explain_part(part, judge, common)
            held = found.verdict
        parts.append(found)
        if held < verdict if whole else held > verdict:
            verdict = held
            if brief and held is settles:
                break
    return made(Explanation, (rule, verdict, tuple(parts), None))


def _explain_part(rule: Rule, judge: Judge, common: Common) -> Explanation:
    """A part of a rule that is not explained in common yet."""
    first = rule
    while type(first) is not Ask and first.parts:
        first = first.parts[0]
    kind = type(first.fact) if type(first) is Ask else None
    # A rule that begins with something particular is not worth trying.
    found = None if kind in PARTICULAR else _explain_in(common, rule, kind in PERSONAL)
    if found is not None:
        return found
    if type(rule) is not Ask:
        return explanation_of(rule, judge, common)
    finding = judge(rule.fact)
    return made(Explanation, (rule, finding.verdict, (), finding))


def _explain_in(common: Common, rule: Rule, personal: bool) -> Explanation | None:
    """A rule that asks nothing but what these callers have in common; None for another.

    Where it does not begin with something `personal`, it may be common to more callers, and then it is kept for all.
    """
    explained = common.explained
    found = explained.get(id(rule))
    if found is None:
        if common.wider is not None and not personal:
            found = _explain_in(common.wider, rule, personal)
        found = found or _explain_alike(rule, common.find)
        if found is not None:
            if len(explained) >= _KNOWN:
                explained.clear()
            explained[id(rule)] = found
    return found


def _explain_alike(rule: Rule, find: Callable[[Fact], Finding | None]) -> Explanation | None:
    """A rule that asks nothing but what is found; None for another."""
    if type(rule) is Ask:
        finding = find(rule.fact)
        return None if finding is None else made(Explanation, (rule, finding.verdict, (), finding))
    parts: list[Explanation] = []
    for part in rule.parts:
        found = _explain_alike(part, find)
        if found is None:
            return None
        parts.append(found)
    return _whole(rule, parts)


_GRANTED, _DENIED = Verdict.GRANTED, Verdict.DENIED
_KNOWN = 64
"""So many explanations of rules are kept for callers who have something in common."""
