"""A rule split for many callers: what holds for all of them alike, and what depends on their roles, in clauses."""

from collections.abc import Iterable, Sequence
from itertools import chain, product

import attrs

from mlaccess.rules import AllOf, Ask, Fact, Rule, Verdict
from mlaccess.rules.facts import (
    AccountUsable,
    ClusterAction,
    ClusterPrivilege,
    IndexAction,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
)

from .role_sets import Held

__all__ = ["Clause", "Split", "is_personal", "split"]

_PERSONAL = (
    AccountUsable,
    ClusterPrivilege,
    ClusterAction,
    IndexPrivilege,
    IndexAction,
    KibanaFeature,
    KibanaAction,
)

_MOST_CLAUSES = 256
_LARGE = 64


def is_personal(fact: Fact) -> bool:
    """Whether a fact is about the caller; all others hold or fail for everyone alike."""
    return isinstance(fact, _PERSONAL)


@attrs.frozen(eq=False)
class Clause:
    """Facts of which one is enough, as sets of roles."""

    facts: tuple[Held, ...]
    granting: tuple[frozenset[int], ...]
    """The sets of all facts: a role in any of them is enough."""
    settled: bool
    """Whether without such a role it certainly does not hold."""

    @staticmethod
    def of(facts: Iterable[Held], *, merged: bool = False) -> "Clause":
        """A clause. `merged`: its sets are made one, which is faster to test and takes more room."""
        held = tuple(facts)
        sets = tuple(dict.fromkeys(chain.from_iterable(h.granting for h in held)))
        if len(sets) > 1:
            # Large sets are shared between clauses; small ones are tested faster as one.
            small = [numbers for numbers in sets if merged or len(numbers) < _LARGE]
            if len(small) > 1:
                sets = (*(numbers for numbers in sets if numbers not in small), frozenset[int]().union(*small))
        return Clause(held, tuple(sorted(sets, key=len, reverse=True)), all(h.settled for h in held))

    def verdict(self, roles: Sequence[int]) -> Verdict | None:
        """The best of the facts; None where only the judge can tell."""
        best: Verdict | None = Verdict.DENIED
        for held in self.facts:
            verdict = held.verdict(roles)
            if verdict is Verdict.GRANTED:
                return verdict
            best = None if best is None or verdict is None else max(best, verdict)
        return best


@attrs.frozen
class Split:
    """A rule as a conjunction: parts that hold for everyone alike, and clauses of facts about the caller."""

    gates: tuple[Rule, ...]
    clauses: tuple[tuple[Fact, ...], ...]


def split(rules: Iterable[Rule]) -> Split:
    """Split a conjunction of rules. That the account is usable is left out: it is no matter of roles.

    Raises `ValueError` for a disjunction of a fact about the caller and one about the deployment.
    """
    gates: list[Rule] = []
    clauses: dict[tuple[Fact, ...], None] = {}
    for rule in rules:
        if isinstance(rule, AllOf):
            inner = split(rule.parts)
            gates.extend(inner.gates)
            clauses.update(dict.fromkeys(inner.clauses))
        elif isinstance(rule, Ask):
            if not is_personal(rule.fact):
                gates.append(rule)
            elif not isinstance(rule.fact, AccountUsable):
                clauses[(rule.fact,)] = None
        else:
            parts = [split((part,)) for part in rule.parts]
            if not any(part.clauses for part in parts):
                gates.append(rule)
                continue
            if any(part.gates or not part.clauses for part in parts):
                raise ValueError("a rule that mixes the caller and the deployment in one alternative")
            chosen = product(*(part.clauses for part in parts))
            for number, choice in enumerate(chosen):
                if number >= _MOST_CLAUSES:
                    raise ValueError("a rule with too many alternatives")
                clauses[tuple(dict.fromkeys(chain.from_iterable(choice)))] = None
    return Split(tuple(gates), tuple(clauses))
