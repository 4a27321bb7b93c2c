"""Who holds a fact, as conditions on roles: what `Judge` decides for one caller, decided for all sets of roles at once.

For each fact three sets of roles matter: those that certainly grant it alone, those that possibly do, and those that
could only contribute to it together with others. A rule over such facts folds into conditions of the same kind.
"""

from collections.abc import Callable, Iterable

import attrs

from mlaccess.automata import Language, TooComplex
from mlaccess.catalog.privileges import Selector, cluster_actions, cluster_privilege, index_privilege
from mlaccess.errors import PatternError
from mlaccess.permission.cluster import ClusterPermission
from mlaccess.permission.indices import split_selector
from mlaccess.rules import AllOf, AnyOf, Ask, Rule, Verdict, fold
from mlaccess.rules.facts import (
    AccountUsable,
    ClusterAction,
    ClusterPrivilege,
    Fact,
    IndexAction,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
)

from .compiled import CompiledRole
from .conditions import ALWAYS, GRANTED, NOBODY, Clause, Holders
from .expressions import Expression, parse_expression, separate
from .grant_index import Coverage, GrantIndex
from .kibana_holders import KibanaHolders
from .roster import Roster

__all__ = ["HoldersAlgebra", "HoldersOf"]

_PARTS = {s: tuple(p for p in (Selector.DATA, Selector.FAILURES) if s.covers(p)) for s in Selector}


class HoldersOf:
    """Finds who holds a fact, once per fact.

    `impersonal` decides the facts that are the same for every caller; `account` is the verdict on `AccountUsable` of
    the callers meant.
    """

    def __init__(
        self, roster: Roster, impersonal: Callable[[Fact], Verdict], account: Verdict = Verdict.GRANTED
    ) -> None:
        self.roster = roster
        self.impersonal = impersonal
        self._account = account
        self._index: list[GrantIndex] = []  # made when first needed, and shared
        self._kibana = KibanaHolders(roster)
        self._found: dict[Fact, Holders] = {}
        self._members: dict[str, tuple[Expression, ...]] = {}

    def having(self, account: Verdict) -> "HoldersOf":
        """The same for callers of whose accounts something else is known; what was found about roles is shared."""
        other = HoldersOf(self.roster, self.impersonal, account)
        other._index, other._kibana = self._index, self._kibana
        other._found, other._members = self._found, self._members
        return other

    def __call__(self, fact: Fact) -> Holders:
        """Who holds a fact."""
        if isinstance(fact, AccountUsable):
            return GRANTED if self.roster.security_off else Holders.of(self._account)
        found = self._found.get(fact)
        if found is None:
            found = self._found[fact] = self._find(fact)
        return found

    def rule(self, rule: Rule) -> Holders:
        """Who meets a rule."""
        return fold(rule, HoldersAlgebra(self))

    def _find(self, fact: Fact) -> Holders:
        if not isinstance(fact, _PERSONAL):
            return Holders.of(self.impersonal(fact))
        if self.roster.security_off:
            return GRANTED
        match fact:
            case ClusterPrivilege(privilege):
                return self._cluster(
                    lambda role: role.implies(privilege), cluster_privilege(privilege).actions.overlaps
                )
            case ClusterAction(action):
                return self._cluster(lambda role: role.grants(action), lambda actions: actions.matches(action))
            case IndexPrivilege(expression, privilege):
                return self._on_indices(expression, privilege)
            case IndexAction(expression, action):
                return self._on_indices(expression, action)
            case KibanaFeature():
                return self._kibana.feature(fact)
            case KibanaAction():
                return self._kibana.action(fact)
            case _:
                raise AssertionError(f"not a fact about roles: {fact!r}")

    # -- privileges on the cluster ------------------------------------------------------------------------------------

    def _cluster(self, test: Callable[[ClusterPermission], bool], shares: Callable[[Language], bool]) -> Holders:
        """Who passes a test of cluster permissions, which more privileges never make fail."""
        granted: set[int] = set()
        possibly: set[int] = set()
        rest: dict[int, CompiledRole] = {}
        failing: set[int] = set()
        known: dict[tuple[object, ...], bool] = {}
        for number, role in self.roster.known():
            cluster = role.permission.cluster
            key = (frozenset(cluster.names), cluster.conditions)
            try:
                passes = known.get(key)
                if passes is None:
                    passes = known[key] = test(cluster)
            except (TooComplex, PatternError):
                failing.add(number)
                continue
            if passes:
                (possibly if number in self.roster.possible else granted).add(number)
            else:
                rest[number] = role
        return self._settle(
            [(frozenset(granted),)],
            [(frozenset(possibly),)],
            joint=self._jointly(test, shares, rest),
            touched=frozenset(failing),
        )

    def _jointly(
        self,
        test: Callable[[ClusterPermission], bool],
        shares: Callable[[Language], bool],
        rest: dict[int, CompiledRole],
    ) -> frozenset[int]:
        """Of roles that each fail a test, those that may pass it together: none if all of them together fail."""
        names = dict.fromkeys(name for role in rest.values() for name in role.permission.cluster.names)
        globals_ = dict.fromkeys(g for role in rest.values() for g in role.descriptor.global_)
        try:
            if not test(ClusterPermission(names, globals_)):
                return NOBODY
            partial = {
                name for name in names if (plain := ClusterPermission((name,)).plain) and shares(cluster_actions(plain))
            }
        except (TooComplex, PatternError):
            return frozenset(rest)
        return frozenset(n for n, role in rest.items() if not partial.isdisjoint(role.permission.cluster.names))

    # -- privileges on indices ----------------------------------------------------------------------------------------

    def _on_indices(self, expression: str, privilege: str) -> Holders:
        """An index expression is judged cluster by cluster."""
        members = self._members.get(expression)
        if members is None:
            members = tuple(parse_expression(member) for member in separate(expression))
            self._members[expression] = members
        return Holders.all_of([self._on_expression(member, privilege) for member in members])

    def _on_expression(self, expression: Expression, privilege: str) -> Holders:
        if expression.cluster:
            return self._remote(expression.cluster, expression.names[0], privilege)
        if not self._index:
            self._index.append(GrantIndex(self.roster))
        index = self._index[0]
        found: dict[tuple[str, Selector], Coverage] = {}
        for name in expression.names:
            _, told = split_selector(name)
            for part in (told,) if told is not None else _PARTS[index_privilege(privilege).selector]:
                found[name, part] = index.coverage(name, privilege, part)
        holders = self._covering(tuple(found.values()))
        if expression.date_math or expression.exclusions:
            # What such an expression comes to is not known here, so that nobody certainly lacks a privilege on it.
            return Holders(holders.granted, ALWAYS)
        return holders

    def _covering(self, atoms: tuple[Coverage, ...]) -> Holders:
        """Who covers every atom, by an entry of some role for each."""
        touched = NOBODY.union(*(atom.touched for atom in atoms))
        failing = NOBODY.union(*(atom.failing for atom in atoms))
        doubtful = NOBODY
        if len(atoms) == 1:
            # No role can be compared with the pattern, alone or with others: whoever has one is in doubt.
            doubtful = failing.difference(self.roster.possible)
        return self._settle(
            [atom.alone for atom in atoms],
            [atom.possibly for atom in atoms],
            joint=NOBODY.union(*(atom.joint for atom in atoms)),
            touched=touched | (failing - doubtful),
            doubtful=doubtful,
        )

    def _remote(self, cluster: str, name: str, privilege: str) -> Holders:
        """An index of a remote cluster: certain by one entry, unknown otherwise (choice C06)."""
        granted: set[int] = set()
        failing: set[int] = set()
        for number, role in self.roster.certain.items():
            if role.unknown or not role.descriptor.remote_indices:
                continue
            try:
                if role.permission.remote_check(cluster, name, privilege):
                    granted.add(number)
            except (TooComplex, PatternError):
                failing.add(number)
        clause = self.roster.clause([frozenset(granted)])
        return Holders(self.roster.condition([clause], touched=frozenset(failing)), ALWAYS)

    # -- conditions ---------------------------------------------------------------------------------------------------

    def _settle(
        self,
        granted: Iterable[tuple[frozenset[int], ...]],
        possibly: Iterable[tuple[frozenset[int], ...]],
        *,
        joint: frozenset[int],
        touched: frozenset[int],
        doubtful: frozenset[int] = NOBODY,
    ) -> Holders:
        """Conditions from sets of roles, one tuple for each thing that must be held."""
        roster = self.roster
        granted = tuple(granted)
        clauses = [roster.clause(sets) for sets in granted]
        certain = roster.condition(clauses, joint, touched)
        if roster.everyone_in_doubt:
            return Holders(certain, ALWAYS)
        doubtful |= roster.in_doubt
        possibly = tuple(possibly)
        if not doubtful and not any(map(any, possibly)):
            return Holders(certain, certain)
        wider: list[Clause] = [
            roster.clause((*sets, *more, doubtful)) for sets, more in zip(granted, possibly, strict=True)
        ]
        return Holders(certain, roster.condition(wider, joint, touched))


_PERSONAL = (ClusterPrivilege, ClusterAction, IndexPrivilege, IndexAction, KibanaFeature, KibanaAction)


@attrs.frozen
class HoldersAlgebra:
    """The reading of a rule as conditions on roles."""

    holders: Callable[[Fact], Holders]

    def leaf(self, rule: Ask) -> Holders:
        return self.holders(rule.fact)

    def all_of(self, rule: AllOf, parts: Iterable[Holders]) -> Holders:
        return Holders.all_of(parts)

    def any_of(self, rule: AnyOf, parts: Iterable[Holders]) -> Holders:
        return Holders.any_of(parts)
