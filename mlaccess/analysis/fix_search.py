"""The search for fixes: minimal sets of missing facts, every way of granting them, and nothing that is not needed."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import combinations
from typing import TypeAlias

import attrs

from mlaccess.catalog.reserved_roles import BUILT_IN_USERS
from mlaccess.resolver import Judge, Resolver
from mlaccess.resolver.cohort import Cohorts
from mlaccess.resolver.compiled import Compiler
from mlaccess.resolver.definitions import Definitions
from mlaccess.resolver.everyone import Everyone
from mlaccess.resolver.expressions import title_covers
from mlaccess.resolver.gates import Gates
from mlaccess.resolver.places import Places
from mlaccess.resolver.subjects import Side
from mlaccess.rules import FixesAlgebra, Rule, Verdict, VerdictAlgebra, facts_of, fold
from mlaccess.rules.facts import (
    AccountUsable,
    AssignedToSpace,
    ClusterAction,
    ClusterPrivilege,
    DataViewCovers,
    Fact,
    IndexAction,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
    LicenseFeature,
    MlEnabledEverywhere,
    MlEnabledInKibana,
    MlNode,
    MlVisible,
    NotUpgrading,
    Subscription,
)
from mlaccess.stack import FrozenMap, Json, NotExported, RoleDescriptor, RoleMapping

from .cells import Caller
from .changes import (
    AddRole,
    AssignJob,
    Change,
    CreateDataView,
    PutRole,
    PutRoleMapping,
    SetEnabled,
    ShowMl,
)
from .fix_cost import Cost, CostModel, Reach
from .fix_grants import Grant, Granter, atoms_of_grant, with_grants
from .gate_changes import AddMlNode, EnableMl, EndUpgrade, UseLicense

__all__ = ["BUILT_IN_ROLES", "GATE_CHANGES", "Candidate", "Search"]

_PERSONAL = (ClusterPrivilege, ClusterAction, IndexPrivilege, IndexAction, KibanaFeature, KibanaAction)
GATE_CHANGES = (UseLicense, EnableMl, AddMlNode, ShowMl, EndUpgrade)
BUILT_IN_ROLES = frozenset(role for roles in BUILT_IN_USERS.values() for role in roles)
"""The stack's own roles; nobody is offered them."""
_MOST_FACTS = 64
_ROLES_TRIED = 16
"""How many existing roles that would help are combined: those that bring least along."""
_ROLES_IN_THREES = 8

Item: TypeAlias = tuple[str, object]


@attrs.frozen(eq=False)
class Candidate:
    """Changes that should reach what was asked. `items` are what it consists of, grants one by one."""

    changes: tuple[Change, ...]
    gates: tuple[Change, ...]
    grants: tuple[Grant, ...]
    items: frozenset[Item]
    cost: Cost


@attrs.frozen
class _Plan:
    """Roles to assign, grants to put into a role (`into`: its name, empty for a new one), and other changes."""

    roles: tuple[str, ...]
    grants: tuple[Grant, ...]
    into: str
    changes: tuple[Change, ...]

    @property
    def items(self) -> frozenset[Item]:
        found: list[Item] = [("role", r) for r in self.roles]
        found += [(f"grant into {self.into}", g) for g in self.grants]
        found += [("change", c) for c in self.changes]
        return frozenset(found)


class Search:
    """Finds candidates for one rule and one caller."""

    def __init__(self, resolver: Resolver, rule: Rule, judge: Judge, caller: Caller) -> None:
        self.rule = rule
        self.caller = caller
        self._judge = judge
        self._deployment = resolver.deployment
        self._definitions = Definitions(resolver.deployment)
        self._granter = Granter(resolver.deployment)
        everyone = Everyone(Gates(resolver.deployment, None), Places(resolver.deployment))
        self._cohorts = Cohorts(everyone, Compiler(resolver.deployment))
        sets = fold(rule, FixesAlgebra(judge.verdict, _MOST_FACTS))
        self.missing: tuple[frozenset[Fact], ...] = tuple(
            sorted(sets, key=lambda facts: (len(facts), sorted(map(repr, facts))))
        )
        asked = [g for f in facts_of(rule) if (g := self._granter.grant_for(f)) is not None]
        held = [d for side in judge.subject.sides for d in side.certain]
        self._cost = CostModel(resolver.deployment, held, (a for g in asked for a in atoms_of_grant(g)), caller.name)
        self._judges: dict[tuple[int, ...], tuple[Judge, tuple[RoleDescriptor, ...]]] = {}

    # -- single facts -----------------------------------------------------------------------------------------------

    def change_for(self, fact: Fact) -> Change | None:
        """The change that makes a fact true which is no privilege; None for privileges, and where nothing does."""
        match fact:
            case AccountUsable() if self.caller.kind == "user" and not self._reserved_user:
                return SetEnabled(self.caller.name, True)
            case DataViewCovers(expression, space):
                return CreateDataView(space, expression)
            case AssignedToSpace(kind, id_, space) if kind != "job":
                return AssignJob(kind, id_, space)
            case MlVisible(space):
                return ShowMl(space)
            case Subscription(minimum) | LicenseFeature(_, minimum):
                return UseLicense(minimum)
            case MlEnabledEverywhere() | MlEnabledInKibana():
                return EnableMl()
            case MlNode():
                return AddMlNode()
            case NotUpgrading():
                return EndUpgrade()
            case _:
                return None

    @cached_property
    def _reserved_user(self) -> bool:
        users = self._deployment.users
        return not isinstance(users, NotExported) and self.caller.name in users and users[self.caller.name].reserved

    # -- candidates -------------------------------------------------------------------------------------------------

    def candidates(self) -> Iterator[Candidate]:
        """Candidates, by and large in the order of cost: each is cut down to what it needs when its turn comes."""
        rough: list[tuple[Cost, int, _Plan]] = []
        for facts in self.missing:
            for plan in self._plans(facts):
                candidate = self._candidate(plan)
                if candidate is not None:
                    rough.append((candidate.cost, len(rough), plan))
        seen: set[frozenset[Item]] = set()
        for _, _, plan in sorted(rough, key=lambda row: row[:2]):
            least = self._least(plan)
            if least is None or least.items in seen:
                continue
            seen.add(least.items)
            candidate = self._candidate(least)
            if candidate is not None:
                yield candidate

    def _candidate(self, plan: _Plan) -> Candidate | None:
        changes = self._changes(plan)
        if changes is None:
            return None
        gates = tuple(c for c in changes if isinstance(c, GATE_CHANGES))
        return Candidate(changes, gates, plan.grants, plan.items, self._cost.of(changes, gates))

    def _plans(self, facts: frozenset[Fact]) -> Iterator[_Plan]:
        grants: dict[Grant, None] = {}
        changes: dict[Change, None] = {}
        for fact in sorted(facts, key=repr):
            if isinstance(fact, _PERSONAL):
                grant = self._granter.grant_for(fact)
                if grant is None or not self._can_be_granted:
                    return
                grants[grant] = None
            else:
                change = self.change_for(fact)
                if change is None:
                    return
                changes[change] = None
        # First what is redundant whoever grants it: `manage` holds `view_index_metadata`.
        least = self._least(_Plan((), tuple(grants), "", tuple(changes)))
        if least is None:
            return
        if not least.grants:
            yield least
            return
        for roles, covered in self._covers(least.grants):
            left = tuple(g for g in least.grants if g not in covered)
            for into in self._fillers if left else ("",):
                yield _Plan(roles, left, into, least.changes)

    @property
    def _can_be_granted(self) -> bool:
        """A key never gains, and built-in users keep their roles."""
        return self.caller.kind in ("user", "identity") and not self._reserved_user and bool(self._judge.subject.sides)

    @cached_property
    def _fillers(self) -> tuple[str, ...]:
        """Where grants can go: a new role (empty), or a role of the caller's that somebody wrote."""
        own: list[str] = []
        for name in self._judge.subject.roles:
            definition = self._definitions.of(name)
            descriptor = definition.descriptor
            written = definition.source in ("security_roles", "kibana_roles") and definition.doubt is None
            if written and descriptor is not None and not descriptor.reserved and descriptor in self._side.certain:
                own.append(name)
        return ("", *own)

    @cached_property
    def _assignable(self) -> dict[str, RoleDescriptor]:
        """Roles the caller could be given: not the stack's own, which its built-in users hold, nor deprecated ones."""
        found: dict[str, RoleDescriptor] = {}
        for name in self._definitions.names():
            descriptor = self._definitions.of(name).descriptor
            if descriptor is None or name in BUILT_IN_ROLES or name in self._judge.subject.roles:
                continue
            if descriptor.metadata.get("_deprecated") is not True:
                found[name] = descriptor
        return found

    @property
    def _side(self) -> Side:
        return self._judge.subject.sides[0]

    def _covers(self, grants: Sequence[Grant]) -> Iterator[tuple[tuple[str, ...], frozenset[Grant]]]:
        """Existing roles to assign, none, or up to three, with the grants that they make unnecessary."""
        yield (), frozenset()
        facts = [(f, g) for f in facts_of(self.rule) if (g := self._granter.grant_for(f)) in grants and g is not None]
        ranked: list[tuple[Reach, int, str, frozenset[Grant]]] = []
        for name, descriptor in self._assignable.items():
            judge = self._judge_with((*self._side.certain, descriptor))
            lacking = {g for f, g in facts if judge.verdict(f) is not Verdict.GRANTED}
            given = frozenset(g for g in grants if g not in lacking)
            if given:
                ranked.append((*self._cost.excess_of(descriptor), name, given))
        ranked.sort(key=lambda row: row[:3])
        helpful = [(name, given) for _, _, name, given in ranked[:_ROLES_TRIED]]
        for size in (1, 2, 3):
            pool = helpful if size < 3 else helpful[:_ROLES_IN_THREES]
            for chosen in combinations(pool, size):
                if all(_adds(given, [g for n, g in chosen if n != name]) for name, given in chosen):
                    yield tuple(n for n, _ in chosen), frozenset[Grant]().union(*(g for _, g in chosen))

    # -- what a plan makes true -------------------------------------------------------------------------------------

    def _least(self, plan: _Plan) -> _Plan | None:
        """The plan without what it does not need; None where it does not do."""
        if not self._works(plan):
            return None
        for role in plan.roles:
            smaller = attrs.evolve(plan, roles=tuple(r for r in plan.roles if r != role))
            plan = smaller if self._works(smaller) else plan
        for grant in sorted(plan.grants, key=str):
            smaller = attrs.evolve(plan, grants=tuple(g for g in plan.grants if g != grant))
            plan = smaller if self._works(smaller) else plan
        for change in plan.changes:
            smaller = attrs.evolve(plan, changes=tuple(c for c in plan.changes if c != change))
            plan = smaller if self._works(smaller) else plan
        return plan if plan.grants else attrs.evolve(plan, into="")

    def _works(self, plan: _Plan) -> bool:
        descriptors = self._descriptors(plan)
        if descriptors is None:
            return False
        judge = self._judge_with(descriptors) if self._can_be_granted else self._judge

        def decide(fact: Fact) -> Verdict:
            if isinstance(fact, _PERSONAL):
                return judge.verdict(fact)
            if any(self._makes_true(change, fact) for change in plan.changes):
                return Verdict.GRANTED
            return self._judge.verdict(fact)

        return fold(self.rule, VerdictAlgebra(decide)) is Verdict.GRANTED

    def _makes_true(self, change: Change, fact: Fact) -> bool:
        if isinstance(change, CreateDataView) and isinstance(fact, DataViewCovers):
            return change.space == fact.space and title_covers(change.title, fact.expression) is True
        return change == self.change_for(fact)

    def _descriptors(self, plan: _Plan) -> tuple[RoleDescriptor, ...] | None:
        if not self._judge.subject.sides:
            return ()
        certain = list(self._side.certain)
        for name in plan.roles:
            descriptor = self._definitions.of(name).descriptor
            if descriptor is None:
                return None
            certain.append(descriptor)
        if plan.grants:
            written = self._written(plan)
            if written is None:
                return None
            certain = [written if plan.into and d.name == plan.into else d for d in certain]
            if not plan.into:
                certain.append(written)
        return tuple(certain)

    def _written(self, plan: _Plan) -> RoleDescriptor | None:
        """The role that takes the grants."""
        old = self._definitions.of(plan.into).descriptor if plan.into else RoleDescriptor(self._new_name)
        if old is None:
            return None
        return with_grants(old, plan.grants)

    @cached_property
    def _new_name(self) -> str:
        bare = "".join(c if " " < c <= "~" and c not in "/" else "_" for c in self.caller.name) or "user"
        name, number = f"ml_for_{bare}", 1
        while not self._definitions.of(name).undefined and self._definitions.of(name).descriptor is not None:
            number += 1
            name = f"ml_for_{bare}_{number}"
        return name

    def _judge_with(self, descriptors: tuple[RoleDescriptor, ...]) -> Judge:
        """A judge of the caller with other roles. Facts about the deployment are not asked of it."""
        key = tuple(map(id, descriptors))
        if key not in self._judges:
            side = self._side._replace(certain=descriptors)
            subject = self._judge.subject._replace(sides=(side,))
            judge = Judge(subject, self._cohorts)
            self._judges[key] = (judge, descriptors)
        return self._judges[key][0]

    # -- a plan as changes ------------------------------------------------------------------------------------------

    def _changes(self, plan: _Plan) -> tuple[Change, ...] | None:
        changes: list[Change] = list(plan.changes)
        assigned = list(plan.roles)
        if plan.grants:
            written = self._written(plan)
            if written is None:
                return None
            changes.append(PutRole(written))
            if not plan.into:
                assigned.append(written.name)
        if assigned and self.caller.identity is not None:
            changes.append(PutRoleMapping(self._mapping(assigned)))
        else:
            changes.extend(AddRole(self.caller.name, role) for role in assigned)
        return tuple(changes)

    def _mapping(self, roles: Sequence[str]) -> RoleMapping:
        """A mapping that gives roles to this one user of an external realm."""
        identity = self.caller.identity
        rules: list[Json] = [_field("username", self.caller.name)]
        if identity is not None and identity.realm is not None:
            rules.append(_field("realm.name", identity.realm))
        return RoleMapping(self._new_name, True, FrozenMap({"all": tuple(rules)}), tuple(roles))


def _adds(given: frozenset[Grant], others: Sequence[frozenset[Grant]]) -> bool:
    """Whether a role gives something that the others together do not."""
    return not given <= frozenset[Grant]().union(*others)


def _field(name: str, value: str) -> Json:
    return FrozenMap[str, Json]({"field": FrozenMap[str, Json]({name: value})})
