"""Which roles hold a fact: per fact the roles that give it alone, and those whose holders need the exact judge.

A user is tested against a few sets of role numbers instead of having roles merged. That the test is exact rests on:

* A hit by one role is final, for the judge asks single roles first.
* Names made of literals and `*` cover such an expression together only if one of them does: put a character that no
  name contains for each `*` of the expression; the name that matches this text matches it with its own `*` there, and
  so matches whatever else stands in its place. What may be held by roles together are then only privileges that add
  up, and whether those of all roles together do is asked once.
* Everything else (regular expressions, `?`, system indices, remote clusters, doubts) is left to the judge on a miss.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import attrs

from mlaccess.automata import Language, TooComplex
from mlaccess.catalog.privileges import index_actions, index_privilege
from mlaccess.catalog.restricted import RESTRICTED_PATTERNS, restricted_names
from mlaccess.errors import PatternError
from mlaccess.patterns import pattern
from mlaccess.permission import Role
from mlaccess.rules import Verdict
from mlaccess.rules.facts import (
    ClusterAction,
    ClusterPrivilege,
    Fact,
    IndexAction,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
)
from mlaccess.stack import ApplicationGrant

from .compiled import CompiledRole, Compiler
from .definitions import Definitions
from .expressions import parse_expression
from .gates import Gates
from .grant_names import GrantNames, is_plain

__all__ = ["Held", "RoleSets"]

_Numbers = frozenset[int]
_NONE: _Numbers = frozenset()


@attrs.frozen(eq=False)
class Held:
    """Who holds a fact, in role numbers. Where all but `granting` are empty, a miss is a certain no."""

    granting: tuple[_Numbers, ...] = ()
    """A role in any of these sets gives it alone."""
    unknown: _Numbers = _NONE
    """Roles that possibly give it."""
    joint: _Numbers = _NONE
    """Two or more of these may give it together."""
    exact: _Numbers = _NONE
    """Whoever has one of these and no granting role is asked about one by one."""
    open: bool = False
    """Whether everyone without a granting role is asked about one by one."""

    @property
    def settled(self) -> bool:
        """Whether whoever has no granting role is certainly denied."""
        return not (self.unknown or self.joint or self.exact or self.open)

    def verdict(self, roles: Sequence[int]) -> Verdict | None:
        """The verdict for someone with these roles and no doubts; None where only the judge can tell."""
        for numbers in self.granting:
            if not numbers.isdisjoint(roles):
                return Verdict.GRANTED
        if self.open or not self.exact.isdisjoint(roles):
            return None
        if self.unknown and not self.unknown.isdisjoint(roles):
            return Verdict.UNKNOWN
        if self.joint and len(self.joint.intersection(roles)) > 1:
            return None
        return Verdict.DENIED


_OPEN = Held(open=True)


class RoleSets:
    """The holders of facts among the roles of one deployment; roles are numbered by their place in `names`."""

    def __init__(self, definitions: Definitions, compiler: Compiler, gates: Gates, names: Sequence[str]) -> None:
        self._compiler = compiler
        self._roles: dict[int, CompiledRole] = {}
        doubtful: list[int] = []
        licensed = gates.allows_dls()
        for number, name in enumerate(names):
            definition = definitions.of(name)
            descriptor = definition.descriptor
            if definition.doubt is not None:
                doubtful.append(number)
            elif descriptor is None:
                continue
            elif descriptor.uses_dls_or_fls and licensed is not Verdict.GRANTED:
                if licensed is Verdict.UNKNOWN:
                    doubtful.append(number)
            elif (role := compiler.role(descriptor)).unknown:
                doubtful.append(number)
            else:
                self._roles[number] = role
        self.doubtful: _Numbers = frozenset(doubtful)
        """Roles about which something is not known: their holders are asked about one by one."""
        self._facts: dict[Fact, Held] = {}
        self._spaces: dict[object, _BySpace] = {}
        self._adding_up: dict[object, bool] = {}
        self._names: GrantNames | None = None

    def of(self, fact: Fact) -> Held:
        """Who holds a fact about privileges. Raises `TypeError` for a fact that no role gives."""
        found = self._facts.get(fact)
        if found is None:
            found = self._facts[fact] = self._find(fact)
        return found

    def _find(self, fact: Fact) -> Held:
        match fact:
            case ClusterPrivilege(privilege):
                return self._cluster(lambda role: role.cluster.implies(privilege))
            case ClusterAction(action):
                return self._cluster(lambda role: role.cluster.grants(action))
            case IndexPrivilege(expression, privilege):
                return self._index(expression, privilege)
            case IndexAction(expression, action):
                return self._index(expression, action)
            case KibanaFeature() | KibanaAction():
                return self._kibana(fact)
            case _:
                raise TypeError(f"not a fact about privileges: {fact!r}")

    # -- the cluster --------------------------------------------------------------------------------------------------

    def _cluster(self, test: Callable[[Role], bool]) -> Held:
        granting, failing, rest = self._each(test, ((n, r) for n, r in self._roles.items() if _about_cluster(r)))
        joint = rest if len(rest) > 1 and self._together(test, rest) else _NONE
        return Held((granting,) if granting else (), joint=joint, exact=failing)

    def _each(
        self, test: Callable[[Role], bool], roles: Iterable[tuple[int, CompiledRole]]
    ) -> tuple[_Numbers, _Numbers, _Numbers]:
        """The roles that pass a test, those on which it fails for its work limit, and the others."""
        passing: list[int] = []
        failing: list[int] = []
        rest: list[int] = []
        for number, role in roles:
            try:
                (passing if test(role.permission) else rest).append(number)
            except (TooComplex, PatternError):
                failing.append(number)
        return frozenset(passing), frozenset(failing), frozenset(rest)

    def _together(self, test: Callable[[Role], bool], numbers: _Numbers) -> bool:
        """Whether cluster privileges of all these roles together pass: more never pass less."""
        try:
            return test(self._compiler.union([self._roles[n].descriptor for n in sorted(numbers)]))
        except (TooComplex, PatternError):
            return True

    # -- indices ------------------------------------------------------------------------------------------------------

    def _index(self, expression: str, privilege: str) -> Held:
        parsed = parse_expression(expression)
        if parsed.cluster or parsed.date_math or parsed.exclusions:
            return _OPEN
        if self._names is None:
            self._names = GrantNames(self._roles.items())
        names = self._names
        if len(parsed.names) != 1 or not is_plain(parsed.names[0]) or _may_be_restricted(parsed.names[0]):
            return self._by_every_role(parsed.names, privilege)
        name = parsed.names[0]
        granting, residue = names.granting(name, privilege)
        odd: _Numbers = names.odd

        def test(role: Role) -> bool:
            return role.indices.check(name, [privilege])[privilege]

        if odd:
            passing, _, _ = self._each(test, ((n, self._roles[n]) for n in sorted(odd)))
            granting = (*granting, passing) if passing else granting
        joint = _NONE
        if residue and _add_up(residue, privilege):
            partial = names.partial(name, privilege)
            passing, failing, joint = self._each(test, ((n, self._roles[n]) for n in sorted(partial)))
            granting = (*granting, passing) if passing else granting
            odd |= failing
        return Held(granting, joint=joint if len(joint) > 1 else _NONE, exact=odd)

    def _by_every_role(self, names: tuple[str, ...], privilege: str) -> Held:
        """The way for expressions that the index of names cannot answer: each role is asked."""

        def test(role: Role) -> bool:
            return all(role.indices.check(name, [privilege])[privilege] for name in names)

        about = ((n, r) for n, r in self._roles.items() if r.permission.indices.groups)
        granting, failing, rest = self._each(test, about)
        if len(rest) > 1 and not self._could_cover(rest, names):
            rest = _NONE
        return Held((granting,) if granting else (), joint=rest, exact=failing)

    def _could_cover(self, numbers: _Numbers, names: tuple[str, ...]) -> bool:
        """Whether all names of these roles together cover an expression, system indices left out.

        Without that no privilege on it can be held by any of them together, whatever their entries say.
        """
        try:
            groups = (g for n in sorted(numbers) for g in self._roles[n].permission.indices.groups)
            every = Language.union_of(dict.fromkeys(g.language for g in groups))
            return all(every.includes(pattern(name).minus(restricted_names())) for name in names)
        except (TooComplex, PatternError):
            return True

    # -- Kibana -------------------------------------------------------------------------------------------------------

    def _kibana(self, fact: KibanaFeature | KibanaAction) -> Held:
        key = (fact.features, fact.level) if isinstance(fact, KibanaFeature) else fact.action
        found = self._spaces.get(key)
        if found is None:
            found = self._spaces[key] = _BySpace(self._roles, self._kibana_test(fact))
        held = found.of(fact.space)
        if isinstance(fact, KibanaFeature) and self._may_add_up(fact):
            having = frozenset(n for n, role in self._roles.items() if role.descriptor.applications)
            return attrs.evolve(held, joint=having.difference(*held.granting))
        return held

    def _may_add_up(self, fact: KibanaFeature) -> bool:
        """Whether privileges that do not give a feature level alone give it together, were they all on one space.

        Asked once of the whole deployment, for it hardly ever happens; where it does, the judge is asked.
        """
        key = (fact.features, fact.level)
        found = self._adding_up.get(key)
        if found is None:
            kibana = self._compiler.kibana

            def gives(names: Iterable[str]) -> bool:
                entries = tuple(ApplicationGrant(kibana.application, (name,), ("*",)) for name in names)
                return any(
                    kibana.grants_feature(entries, f, fact.level, "*").verdict is not Verdict.DENIED
                    for f in fact.features
                )

            entries = (a for role in self._roles.values() for a in role.descriptor.applications)
            names = dict.fromkeys(name for entry in entries for name in entry.privileges)
            found = self._adding_up[key] = gives([name for name in names if not gives((name,))])
        return found

    def _kibana_test(self, fact: KibanaFeature | KibanaAction) -> Callable[[CompiledRole, str], Verdict]:
        kibana = self._compiler.kibana
        if isinstance(fact, KibanaAction):
            action = fact.action
            return lambda role, space: kibana.grants_action(role.descriptor, action, space).verdict
        features, level = fact.features, fact.level
        return lambda role, space: max(
            kibana.grants_feature(role.descriptor, feature, level, space).verdict for feature in features
        )


class _BySpace:
    """The holders of one Kibana privilege, space by space; the judge asks each role on its own for it.

    A role without patterns among its resources gives the same in every space that it does not name, so it is asked
    about one space that does not exist, and about those it names.
    """

    def __init__(self, roles: dict[int, CompiledRole], test: Callable[[CompiledRole, str], Verdict]) -> None:
        self._test = test
        everywhere: list[int] = []
        unsure: list[int] = []
        self._named: dict[str, list[tuple[int, CompiledRole]]] = {}
        self._patterned: list[tuple[int, CompiledRole]] = []
        self._roles = roles
        for number, role in roles.items():
            resources = {r for a in role.descriptor.applications for r in a.resources}
            if not resources:
                continue
            if any(r != "*" and not _is_literal(r) for r in resources):
                self._patterned.append((number, role))
                continue
            verdict = test(role, _NOWHERE)
            if verdict is Verdict.GRANTED:
                everywhere.append(number)
                continue
            if verdict is Verdict.UNKNOWN:
                unsure.append(number)
            for resource in resources - {"*"}:
                self._named.setdefault(resource.removeprefix("space:"), []).append((number, role))
        self._everywhere = frozenset(everywhere)
        self._unsure = frozenset(unsure)

    def of(self, space: str) -> Held:
        """The holders in one space; `*` asks for all spaces at once."""
        everyone = space in ("*", _NOWHERE)
        asked = self._roles.items() if everyone else (*self._named.get(space, ()), *self._patterned)
        found = [(number, self._test(role, space)) for number, role in asked]
        here = frozenset(number for number, verdict in found if verdict is Verdict.GRANTED)
        unsure = frozenset(number for number, verdict in found if verdict is Verdict.UNKNOWN)
        if everyone:
            return Held((here,) if here else (), unsure)
        granting = tuple(numbers for numbers in (self._everywhere, here) if numbers)
        return Held(granting, self._unsure | unsure if unsure else self._unsure)


_NOWHERE = "\N{LATIN SMALL LETTER A WITH OGONEK}-space-that-no-role-names"
"""Kibana's space ids are ASCII, so that no role names this one."""


def _is_literal(resource: str) -> bool:
    return not resource.startswith("/") and not any(c in resource for c in "*?\\")


def _about_cluster(role: CompiledRole) -> bool:
    return bool(role.descriptor.cluster or role.descriptor.global_)


_RESTRICTED_STARTS = frozenset(row.pattern[0] for row in RESTRICTED_PATTERNS) | {"*"}


def _may_be_restricted(name: str) -> bool:
    """Whether a plain expression may match names of system indices, by its first character and then in full."""
    if name[0] not in _RESTRICTED_STARTS:
        return False
    try:
        return pattern(name).overlaps(restricted_names())
    except (TooComplex, PatternError):
        return True


@lru_cache(16384)
def _add_up(privileges: frozenset[str], asked: str) -> bool:
    """Whether index privileges of several entries together hold another."""
    try:
        return index_actions(privileges).includes(index_privilege(asked).actions)
    except TooComplex:
        return True
