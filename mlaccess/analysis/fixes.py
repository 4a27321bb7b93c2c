"""What would help: the smallest changes that reach a level, least privilege first, each tried before it is given."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

import attrs

from mlaccess.errors import UnknownNameError
from mlaccess.resolver import Access, AccessLevel, Decision, EnforcedDecision, Judge, Resolver
from mlaccess.resolver.questions import check_type
from mlaccess.rules import Finding, Rule, Verdict, VerdictAlgebra, facts_of, fold
from mlaccess.rules.facts import GATES, Fact, KibanaAction, KibanaFeature
from mlaccess.stack import Deployment, Identity

from .cells import Caller, Cell, World
from .changes import Change, NotApplicable, apply_all
from .diff import Diff, diff
from .fix_cost import Cost
from .fix_grants import Grant
from .fix_search import Candidate, Search
from .requests import ApiRequest, requests_of

__all__ = ["Fix", "Fixes", "Need", "fixes"]


@attrs.frozen(eq=False)
class Fix:
    """Changes that reach the level, tried on the deployment; without any one of them it is not reached."""

    changes: tuple[Change, ...]
    gates: tuple[Change, ...]
    """Those among them that no privilege decides: licence, nodes, settings, visibility."""
    grants: tuple[Grant, ...]
    """What goes into the role that is put, one by one; empty where existing roles or other changes do."""
    cost: Cost
    deployment: Deployment = attrs.field(repr=False)
    """The deployment after the changes."""
    _before: Resolver = attrs.field(repr=False)
    _asked: "_Asked" = attrs.field(repr=False)
    _at: datetime | None = attrs.field(default=None, repr=False)

    @cached_property
    def requests(self) -> tuple[ApiRequest, ...]:
        """The requests that make the changes, in order."""
        return requests_of(self._before.deployment, self.changes)

    @cached_property
    def diff(self) -> Diff:
        """Every cell that the changes make differ."""
        identity = self._asked.caller.identity
        return diff(self._before, self.deployment, identities=[identity] if identity is not None else [], at=self._at)

    @property
    def side_effects(self) -> tuple[Cell, ...]:
        """The cells that differ, other than the one asked about."""
        return tuple(c for c in self.diff.cells if not self._asked.is_about(c))

    @property
    def brings(self) -> tuple[str, ...]:
        """What comes with what was asked, for the same caller in the same place: levels, capabilities, operations."""
        return tuple(name for c in self.diff.cells if self._asked.is_about(c) for name in self._asked.besides(c))

    def __str__(self) -> str:
        return "; ".join(map(str, self.changes))


@attrs.frozen
class _Asked:
    """Where the question belongs among the cells of a comparison, as far as it belongs to one of them."""

    caller: Caller
    interface: str
    space: str
    item: str
    ability: str = ""
    """The capability, operation or action that was asked for; empty for a level."""

    def is_about(self, cell: Cell) -> bool:
        """Whether a cell is that of the question."""
        return (cell.caller, cell.interface, cell.space, cell.item.id) == (
            self.caller,
            self.interface,
            self.space,
            self.item,
        )

    def besides(self, cell: Cell) -> Iterator[str]:
        """What else differs in that cell."""
        before, after = cell.before, cell.after
        if before is not None and after is not None:
            if self.ability and (before.level, before.ceiling) != (after.level, after.ceiling):
                yield f"{after.level.word} access"
            if before.upload is not after.upload:
                yield "upload"
        for name, _, _ in cell.abilities:
            if name != self.ability:
                yield name


@attrs.frozen
class Need:
    """Something that is missing and that no grant gives. `change` is what would bring it about, where that is known."""

    fact: Fact
    finding: Finding = attrs.field(repr=False)
    change: Change | None = None


@attrs.frozen(eq=False)
class Fixes:
    """What would help a caller reach a level, or be granted what was asked."""

    question: str
    verdict: Verdict
    """How the question is answered now."""
    fixes: tuple[Fix, ...]
    only_gates: bool
    """Whether it is not a permission problem: nothing but `gates` stands in the way."""
    gates: tuple[Need, ...]
    unsettled: tuple[Need, ...]
    """What the export does not show, so that nobody can say whether it needs fixing."""

    @property
    def best(self) -> Fix | None:
        """The fix with the least privilege."""
        return self.fixes[0] if self.fixes else None

    def __str__(self) -> str:
        if self.verdict is Verdict.GRANTED:
            return f"{self.question}: granted already"
        if self.only_gates:
            needs = ", ".join(str(n.change or n.fact) for n in self.gates)
            return f"{self.question}: not a permission problem; {needs}"
        return f"{self.question}: {self.best}" if self.best is not None else f"{self.question}: no fix found"


def fixes(
    resolver: Resolver,
    asked: Access | Decision | EnforcedDecision,
    *,
    to: AccessLevel | str = AccessLevel.FULL,
    identity: Identity | None = None,
    at: datetime | None = None,
    limit: int = 10,
) -> Fixes:
    """The minimal sets of changes that reach `to` (of an access) or make a decision granted, least privilege first.

    `identity` and `at` are those of the question, where it had them. At most `limit` fixes are tried and kept; none
    contains another. `to` is a level or its word. Raises `ValueError` for `NONE`, and for a question about
    an identity that is not given.
    """
    check_type(Resolver, resolver)
    decision = asked.decision(to) if isinstance(asked, Access) else _decision(asked)
    judge = decision.judge
    caller = _caller(judge, identity)
    search = Search(resolver, decision.rule, judge, caller)
    needs = tuple(_needs(search, judge))
    found: tuple[Fix, ...] = ()
    if decision.verdict is not Verdict.GRANTED:
        found = tuple(_tried(resolver, search, _where(asked, decision.rule, caller), at, limit))
    return Fixes(
        question=f"{decision.question} for `{caller.name}`",
        verdict=decision.verdict,
        fixes=found,
        only_gates=decision.only_gates_fail,
        gates=tuple(n for n in needs if isinstance(n.fact, GATES)),
        unsettled=tuple(n for n in needs if n.finding.verdict is Verdict.UNKNOWN),
    )


def _decision(asked: Decision | EnforcedDecision) -> Decision:
    return asked.decision if isinstance(asked, EnforcedDecision) else asked


def _where(asked: Access | Decision | EnforcedDecision, rule: Rule, caller: Caller) -> _Asked:
    if isinstance(asked, Access):
        return _Asked(caller, asked.interface, asked.space, asked.target.id)
    spaces = {f.space for f in facts_of(rule) if isinstance(f, KibanaAction | KibanaFeature)}
    space = spaces.pop() if len(spaces) == 1 else ""
    return _Asked(caller, "kibana" if space else "api", space, "", _decision(asked).question)


def _caller(judge: Judge, identity: Identity | None) -> Caller:
    subject = judge.subject
    if subject.kind == "identity" and identity is None:
        raise ValueError("a question about an identity needs that identity again")
    return Caller(subject.kind, subject.name, identity if subject.kind == "identity" else None)


def _needs(search: Search, judge: Judge) -> Iterator[Need]:
    """Every fact that some minimal set misses, less those that a grant makes true."""
    for fact in dict.fromkeys(f for facts in search.missing for f in sorted(facts, key=repr)):
        finding = judge(fact)
        if isinstance(fact, GATES) or finding.verdict is Verdict.UNKNOWN:
            yield Need(fact, finding, search.change_for(fact))


def _tried(
    resolver: Resolver,
    search: Search,
    where: _Asked,
    at: datetime | None,
    limit: int,
) -> Iterator[Fix]:
    kept: list[tuple[Candidate, Deployment]] = []
    for candidate in search.candidates():
        if len(kept) >= limit:
            break
        if any(k.items <= candidate.items for k, _ in kept):
            continue
        try:
            deployment = apply_all(resolver.deployment, list(candidate.changes))
        except (NotApplicable, UnknownNameError):
            continue
        if _holds(deployment, search.rule, search.caller, at):
            kept = [(k, d) for k, d in kept if not candidate.items <= k.items]
            kept.append((candidate, deployment))
    for candidate, deployment in sorted(kept, key=lambda row: row[0].cost):
        yield Fix(candidate.changes, candidate.gates, candidate.grants, candidate.cost, deployment, resolver, where, at)


def _holds(deployment: Deployment, rule: Rule, caller: Caller, at: datetime | None) -> bool:
    judge = World(Resolver(deployment), at).judge(caller)
    return judge is not None and fold(rule, VerdictAlgebra(judge.verdict)) is Verdict.GRANTED
