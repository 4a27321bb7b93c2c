"""Lint: grants that do nothing. Duplicates and shadows, hidden spaces, restricted names, `none`, missing licences.

What is called shadowed can be removed without changing any answer; each such finding carries the edit.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import attrs

from mlaccess.automata import TooComplex
from mlaccess.catalog.privileges import cluster_privilege
from mlaccess.catalog.restricted import restricted_names
from mlaccess.errors import PatternError
from mlaccess.patterns import pattern, patterns
from mlaccess.permission import ClusterPermission, Role
from mlaccess.permission.kibana.matching import covers_resource
from mlaccess.permission.kibana.roles import FEATURE_PRIVILEGE, OWN_APPLICATION
from mlaccess.rules import Verdict
from mlaccess.rules.facts import MlVisible, Subscription
from mlaccess.stack import ApplicationGrant, IndicesGrant, NotExported, Origin, RoleDescriptor

from .lint_scope import Hit, Scope, is_own, space_of

__all__ = [
    "empty_grants",
    "hidden_in_space",
    "restricted_without_flag",
    "shadowed_cluster_privileges",
    "shadowed_index_entries",
    "shadowed_kibana_privileges",
    "without_license",
]

# -- shadows -----------------------------------------------------------------------------------------------------


def shadowed_cluster_privileges(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        if not scope.knows_all_privileges(role):
            continue
        kept = list(enumerate(role.cluster))
        for i, name in reversed(list(enumerate(role.cluster))):
            rest = [(j, n) for j, n in kept if j != i]
            names = [n for _, n in rest]
            repeated = name.lower() in {n.lower() for n in names}
            if not repeated and (cluster_privilege(name).conditional or not _implies(names, name)):
                continue
            kept = rest
            origin = role.origin.child("cluster", i) if role.origin is not None else None
            by = name if repeated else _shadow(names, name)
            text = f"`{name}` is given twice" if repeated else f"`{name}` adds nothing to {by}"
            # Each edit stands for itself; all of them together remove the same names, so order does not matter.
            without = attrs.evolve(role, cluster=tuple(n for j, n in enumerate(role.cluster) if j != i))
            yield Hit(f"role `{role.name}`", text, origin, scope.with_role(without))


def _implies(names: Sequence[str], name: str) -> bool:
    try:
        return ClusterPermission(names).implies(name)
    except TooComplex:
        return False


def _shadow(names: Sequence[str], name: str) -> str:
    alone = ClusterPermission(names).implying(name)
    return f"`{alone[0]}`" if alone else "the others together"


def shadowed_index_entries(scope: Scope) -> Iterator[Hit]:
    joint = _JointCoverage(scope)
    for role in scope.roles:
        names = [p.lower() for g in role.indices for p in g.privileges]
        # A role whose only entry is `none` counts as one without entries, so what remains could change its meaning.
        if not scope.knows_all_privileges(role) or "none" in names:
            continue
        kept = list(enumerate(role.indices))
        for i, entry in reversed(list(enumerate(role.indices))):
            rest = [(j, g) for j, g in kept if j != i]
            shadow = next((g for _, g in rest if _covers(g, entry, joint)), None)
            if shadow is None:
                continue
            kept = rest
            same = set(shadow.names) == set(entry.names) and _lower(shadow) == _lower(entry)
            text = "the same entry is given twice" if same else f"it adds nothing to {_entry_words(shadow)}"
            without = attrs.evolve(role, indices=tuple(g for j, g in enumerate(role.indices) if j != i))
            yield Hit(f"role `{role.name}`", f"{_entry_words(entry)}: {text}", entry.origin, scope.with_role(without))


def _lower(grant: IndicesGrant) -> frozenset[str]:
    return frozenset(p.lower() for p in grant.privileges)


def _entry_words(grant: IndicesGrant) -> str:
    return f"`{', '.join(grant.privileges)}` on `{', '.join(grant.names)}`"


def _limited(grant: IndicesGrant) -> bool:
    return grant.query is not None or grant.field_security is not None


def _covers(outer: IndicesGrant, inner: IndicesGrant, joint: "_JointCoverage") -> bool:
    if _limited(outer) or _limited(inner):
        return False
    same_flag = outer.allow_restricted_indices == inner.allow_restricted_indices
    if same_flag and set(outer.names) == set(inner.names) and _lower(inner) <= _lower(outer):
        return True  # Elasticsearch merges the two into one entry, which stays the same
    if inner.allow_restricted_indices and not outer.allow_restricted_indices:
        return False
    if joint.matters(inner):
        return False
    alone = Role.of([RoleDescriptor("outer", indices=(outer,))])
    try:
        return all(
            all(alone.indices.check(n, inner.privileges, allow_restricted=inner.allow_restricted_indices).values())
            for n in inner.names
        )
    except (PatternError, TooComplex):
        return False


class _JointCoverage:
    """Whether an entry may count together with others of equal privileges, of the same role or of another.

    With literals and `*` only, a union of names covers a pattern only if one of them does. Joint coverage therefore
    needs names with `?` or a regular expression; where some entry with such names could have the same privileges, or
    another entry has the same names, the entry's absence could be felt.
    """

    def __init__(self, scope: Scope) -> None:
        self._odd: dict[frozenset[str], set[str]] = {}
        self._names: dict[frozenset[str], int] = {}
        for role in scope.everything:
            for grant in role.indices:
                key = frozenset(grant.names)
                self._names[key] = self._names.get(key, 0) + 1
                if not all(map(_simple, grant.names)):
                    self._odd.setdefault(key, set()).update(_lower(grant))

    def matters(self, entry: IndicesGrant) -> bool:
        if not self._odd:
            return False
        key = frozenset(entry.names)
        return key in self._odd or self._names.get(key, 0) > 1 or any(_lower(entry) <= u for u in self._odd.values())


def _simple(name: str) -> bool:
    return not name.startswith("/") and "?" not in name and "\\" not in name


_Level = Literal["all", "read"]
_LEVELS: tuple[_Level, ...] = ("all", "read")
_ASKED = ("ml", "indexPatterns", "discover", "discover_v2")
"""The features that levels of access ask for by name."""


def shadowed_kibana_privileges(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        if not scope.knows_all_privileges(role):
            continue
        kept = [(i, k) for i, g in enumerate(role.applications) for k in range(len(g.privileges))]
        for i, k in reversed(kept.copy()):
            entry = role.applications[i]
            if entry.application != OWN_APPLICATION:
                continue
            name = entry.privileges[k]
            rest = [place for place in kept if place != (i, k)]
            shadow = next(
                (
                    (role.applications[j], role.applications[j].privileges[m])
                    for j, m in rest
                    if _holds_as_much(scope, role.applications[j], role.applications[j].privileges[m], entry, name)
                ),
                None,
            )
            if shadow is None:
                continue
            kept = rest
            where = "" if shadow[0] is entry else f" on {', '.join(shadow[0].resources)}"
            text = f"`{name}` adds nothing to `{shadow[1]}`{where}"
            change = scope.with_role(_without_privilege(role, i, k))
            yield Hit(f"role `{role.name}`", text, entry.origin, change)


def _holds_as_much(
    scope: Scope, outer: ApplicationGrant, outer_name: str, inner: ApplicationGrant, inner_name: str
) -> bool:
    if not is_own(outer) or any(covers_resource(outer.resources, r) is not Verdict.GRANTED for r in inner.resources):
        return False
    if outer_name == inner_name:
        return True
    held, asked = _actions(scope, outer_name), _actions(scope, inner_name)
    if held is None or asked is None or not asked <= held:
        return False
    one = ApplicationGrant(OWN_APPLICATION, (outer_name,), ("space:x",))
    other = ApplicationGrant(OWN_APPLICATION, (inner_name,), ("space:x",))
    return all(
        scope.kibana.grants_feature([one], feature, level, "x").verdict
        >= scope.kibana.grants_feature([other], feature, level, "x").verdict
        for feature in _ASKED
        for level in _LEVELS
    )


def _actions(scope: Scope, name: str) -> frozenset[str] | None:
    """All actions of a privilege; None where they are not known, or not listed one by one."""
    if not name[:1].islower() or ":" in name or "*" in name:
        return None
    stored = scope.deployment.application_privileges
    if scope.stored is not None and not isinstance(stored, NotExported):
        found = stored.get((OWN_APPLICATION, name))
        return None if found is None or any("*" in a for a in found.actions) else found.actions
    known = scope.kibana.catalogued(name)
    return known.actions if known.complete and not known.every_type and not known.maybe else None


def _without_privilege(role: RoleDescriptor, index: int, number: int) -> RoleDescriptor:
    entry = role.applications[index]
    left = tuple(p for k, p in enumerate(entry.privileges) if k != number)
    entries = [g if i != index else attrs.evolve(g, privileges=left) for i, g in enumerate(role.applications)]
    return attrs.evolve(role, applications=tuple(g for i, g in enumerate(entries) if g.privileges or i != index))


# -- grants that cannot take effect ------------------------------------------------------------------------------


def empty_grants(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        for entry in role.indices:
            if _lower(entry) == frozenset({"none"}):
                # Beside other entries its absence may count, see above.
                change = scope.with_role(attrs.evolve(role, indices=())) if len(role.indices) == 1 else None
                yield Hit(f"role `{role.name}`", f"{_entry_words(entry)} grants nothing", entry.origin, change)
        for i, grant in enumerate(role.applications):
            for k, name in enumerate(grant.privileges if is_own(grant) else ()):
                found = FEATURE_PRIVILEGE.match(name)
                if found and found[2] == "none":
                    text = f"`{found[1]}: none` grants nothing and takes nothing away"
                    change = scope.with_role(_without_privilege(role, i, k))
                    yield Hit(f"role `{role.name}`", text, grant.origin, change)
    shown = scope.deployment.kibana_roles
    for kibana_role in () if isinstance(shown, NotExported) else shown.values():
        for grant_ in () if kibana_role.elasticsearch.reserved else kibana_role.kibana:
            if not grant_.base and not grant_.reserved and not any(grant_.feature.values()):
                text = f"the entry for {', '.join(grant_.spaces)} names no privilege: it grants nothing"
                yield Hit(f"role `{kibana_role.name}`", text, grant_.origin)


def hidden_in_space(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        for grant in filter(is_own, role.applications):
            if not any(name.startswith("feature_ml.") for name in grant.privileges):
                continue
            for space in filter(None, map(space_of, grant.resources)):
                if scope.gates.visible(MlVisible(space)).verdict is Verdict.DENIED:
                    text = f"space `{space}` hides machine learning: the Kibana privilege opens nothing there"
                    yield Hit(f"role `{role.name}`", text, grant.origin)


_ML_CLUSTER = ("manage_ml", "monitor_ml")


def without_license(scope: Scope) -> Iterator[Hit]:
    finding = scope.gates.subscription(Subscription("platinum"))
    if finding.verdict is not Verdict.DENIED:
        return
    roles = [
        role.name
        for role in scope.roles
        if any(n.lower() in _ML_CLUSTER for n in role.cluster)
        or any(n.startswith("feature_ml.") for g in filter(is_own, role.applications) for n in g.privileges)
    ]
    if roles:
        origin = next((e.origin for e in finding.evidence if e.origin is not None), None)
        names = ", ".join(f"`{n}`" for n in roles)
        yield Hit("licence", f"machine learning is granted by {names}, and no licence with it is in force", origin)


def restricted_without_flag(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        for grant in role.indices:
            if grant.allow_restricted_indices:
                continue
            for i, name in enumerate(grant.names):
                if _only_restricted(name):
                    origin: Origin | None = grant.origin.child("names", i) if grant.origin is not None else None
                    text = (
                        f"`{name}` is a system index and the entry lacks `allow_restricted_indices`: it grants nothing"
                    )
                    yield Hit(f"role `{role.name}`", text, origin)


def _only_restricted(name: str) -> bool:
    try:
        return not pattern(name).is_empty() and restricted_names().includes(patterns((name,)))
    except (PatternError, TooComplex):
        return False
