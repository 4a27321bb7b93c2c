"""Lint: contradictions, what is deprecated, mappings that map nobody, and grants broader than they look."""

from collections.abc import Iterable, Iterator

from mlaccess.automata import TooComplex
from mlaccess.catalog.kibana_features import FEATURES
from mlaccess.catalog.kibana_versions import parse
from mlaccess.catalog.privileges import cluster_privilege, is_known
from mlaccess.errors import PatternError, RequestError
from mlaccess.patterns import pattern
from mlaccess.permission import ClusterPermission, Role
from mlaccess.permission.kibana import disagreements
from mlaccess.permission.kibana.roles import FEATURE_PRIVILEGE
from mlaccess.permission.mapping_rules import AllRule, AnyRule, ExceptRule, FieldRule, MappingRule, parse_rules
from mlaccess.stack import NotExported, Origin, RoleDescriptor, RoleMapping

from .lint_scope import Hit, Scope, is_own

__all__ = [
    "all_spaces",
    "base_and_feature",
    "deprecated_features",
    "deprecated_privileges",
    "deprecated_roles",
    "disabled_mappings",
    "dormant_admins",
    "everyone",
    "exports_disagree",
    "mapping_for_all",
    "mapping_rules",
    "raw_results",
    "run_as_anyone",
    "unaware_admins",
    "unaware_readers",
    "unknown_mapping_fields",
]

# -- contradictions and deprecations -----------------------------------------------------------------------------

_BASE = frozenset({"all", "read", "space_all", "space_read"})


def base_and_feature(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        for grant in filter(is_own, role.applications):
            base = [n for n in grant.privileges if n in _BASE]
            features = [n for n in grant.privileges if n.startswith("feature_")]
            if base and features:
                text = f"`{base[0]}` and `{features[0]}` in one entry: Kibana refuses to show or edit such a role"
                yield Hit(f"role `{role.name}`", text, grant.origin)
    shown = scope.deployment.kibana_roles
    for kibana_role in () if isinstance(shown, NotExported) else shown.values():
        for entry in kibana_role.kibana:
            if entry.base and any(entry.feature.values()):
                yield Hit(
                    f"role `{kibana_role.name}`", "`base` and `feature` in one entry: Kibana refuses it", entry.origin
                )


def exports_disagree(scope: Scope) -> Iterator[Hit]:
    for notice in disagreements(scope.deployment):
        yield Hit(notice.position, notice.text)


def deprecated_roles(scope: Scope) -> Iterator[Hit]:
    for name, who, origin in scope.holders():
        descriptor = scope.definitions.of(name).descriptor
        if descriptor is not None and descriptor.metadata.get("_deprecated") is True:
            reason = descriptor.metadata.get("_deprecated_reason")
            said = f": {reason}" if isinstance(reason, str) else ""
            yield Hit(who, f"the role `{name}` is deprecated{said}", origin)


def deprecated_privileges(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        for i, name in enumerate(role.cluster):
            if is_known("cluster", name, scope.version) and cluster_privilege(name).deprecated:
                origin = role.origin.child("cluster", i) if role.origin is not None else None
                yield Hit(f"role `{role.name}`", f"`{name}`: {cluster_privilege(name).deprecated}", origin)


def deprecated_features(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        for grant in filter(is_own, role.applications):
            for id_ in dict.fromkeys(f[1] for n in grant.privileges if (f := FEATURE_PRIVILEGE.match(n))):
                new = _replacements(scope, id_)
                if new:
                    text = f"the feature `{id_}` is deprecated, its successor is {', '.join(f'`{n}`' for n in new)}"
                    yield Hit(f"role `{role.name}`", text, grant.origin)


def _replacements(scope: Scope, feature: str) -> tuple[str, ...]:
    """The successors of a deprecated feature that this Kibana certainly has."""
    row = FEATURES.get(feature)
    if row is None or not row.deprecated:
        return ()
    if scope.stored is not None:
        return tuple(n for n in row.replaced_by if f"feature_{n}.all" in scope.stored)
    number = parse(scope.kibana_version)
    return tuple(n for n in row.replaced_by if n in FEATURES and FEATURES[n].span.holds(number))


# -- role mappings -----------------------------------------------------------------------------------------------

_FIELDS = frozenset({"username", "dn", "groups", "realm.name"})


def _mappings(scope: Scope) -> Iterable[RoleMapping]:
    mappings = scope.deployment.role_mappings
    return () if isinstance(mappings, NotExported) else mappings.values()


def disabled_mappings(scope: Scope) -> Iterator[Hit]:
    for mapping in _mappings(scope):
        if not mapping.enabled:
            yield Hit(f"role mapping `{mapping.name}`", "it is disabled: it maps nobody", mapping.origin)


def mapping_rules(scope: Scope) -> Iterator[Hit]:
    for mapping in _mappings(scope):
        try:
            parse_rules(mapping.rules, name=mapping.name)
        except (RequestError, PatternError) as error:
            yield Hit(f"role mapping `{mapping.name}`", f"its rules are not valid: {error}", _rules(mapping))
        except TooComplex:
            yield Hit(f"role mapping `{mapping.name}`", "a pattern is past Elasticsearch's work limit", _rules(mapping))


def unknown_mapping_fields(scope: Scope) -> Iterator[Hit]:
    for mapping in _mappings(scope):
        for field in dict.fromkeys(_fields_of(_parsed(mapping))):
            if field not in _FIELDS and not field.startswith("metadata."):
                text = f"no user has a field `{field}`; there are {', '.join(sorted(_FIELDS))} and `metadata.*`"
                yield Hit(f"role mapping `{mapping.name}`", text, _rules(mapping))


def mapping_for_all(scope: Scope) -> Iterator[Hit]:
    for mapping in _mappings(scope):
        if mapping.enabled and _always(_parsed(mapping)):
            roles = ", ".join(f"`{r}`" for r in mapping.roles) or "roles by template"
            text = f"it maps every user of every external realm to {roles}"
            yield Hit(f"role mapping `{mapping.name}`", text, _rules(mapping))


def _rules(mapping: RoleMapping) -> Origin | None:
    return None if mapping.origin is None else mapping.origin.child("rules")


def _parsed(mapping: RoleMapping) -> MappingRule | None:
    try:
        return parse_rules(mapping.rules, name=mapping.name)
    except (RequestError, PatternError, TooComplex):
        return None


def _fields_of(rule: MappingRule | None) -> Iterator[str]:
    match rule:
        case AllRule(elements) | AnyRule(elements):
            for element in elements:
                yield from _fields_of(element)
        case ExceptRule(element):
            yield from _fields_of(element)
        case FieldRule(field):
            yield field
        case None:
            return


def _always(rule: MappingRule | None) -> bool:
    match rule:
        case AllRule(elements):
            return all(map(_always, elements))
        case AnyRule(elements):
            return any(map(_always, elements))
        case FieldRule(field, values):
            return field in ("username", "realm.name") and any(v.value == "*" for v in values)
        case _:
            return False


# -- broader than they look --------------------------------------------------------------------------------------


def unaware_admins(scope: Scope) -> Iterator[Hit]:
    yield from _unaware(scope, "manage_ml", "makes an administrator of machine learning in all spaces and on the APIs")


def unaware_readers(scope: Scope) -> Iterator[Hit]:
    yield from _unaware(scope, "monitor_ml", "shows the jobs and results of all spaces")


def _unaware(scope: Scope, privilege: str, text: str) -> Iterator[Hit]:
    """Names that hold a machine learning privilege without saying so, in roles that do not say so elsewhere either."""
    for role in scope.roles:
        for i, name in enumerate(role.cluster):
            if not is_known("cluster", name, scope.version) or _says_ml(name) or not _holds(name, privilege):
                continue
            if any(_says_ml(n) and _holds(n, privilege) for n in role.cluster):
                continue
            if privilege == "monitor_ml" and _holds(name, "manage_ml"):
                continue
            origin = role.origin.child("cluster", i) if role.origin is not None else None
            yield Hit(f"role `{role.name}`", f"`{name}` holds `{privilege}`: it {text}", origin)


def _says_ml(name: str) -> bool:
    return name.lower().endswith("_ml") or "xpack/ml" in name.lower()


def _holds(name: str, privilege: str) -> bool:
    try:
        return ClusterPermission((name,)).implies(privilege)
    except (RequestError, TooComplex):
        return False


def all_spaces(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        for grant in filter(is_own, role.applications):
            if "*" not in grant.resources:
                continue
            for name in grant.privileges:
                if name in ("all", "*", "feature_ml.all", "feature_ml.minimal_all"):
                    text = f"`{name}` on all spaces: machine learning in every space that is or will be"
                    yield Hit(f"role `{role.name}`", text, grant.origin)


def raw_results(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        if not scope.knows_all_privileges(role):
            continue
        for grant in role.indices:
            alone = Role.of([RoleDescriptor(role.name, indices=(grant,))])
            found = [n for n in grant.names if n.startswith(".ml-") and _reads_results(alone, n)]
            if found:
                text = f"`read` on `{', '.join(found)}` opens results of all spaces, whatever space a job is in"
                yield Hit(f"role `{role.name}`", text, grant.origin)


def _reads_results(role: Role, name: str) -> bool:
    try:
        return pattern(name).overlaps(pattern(".ml-anomalies-*")) and role.indices.holds(name, "read")
    except (PatternError, TooComplex):
        return False


def run_as_anyone(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        for i, name in enumerate(role.run_as):
            if name and not name.strip("*"):
                origin = role.origin.child("run_as", i) if role.origin is not None else None
                yield Hit(f"role `{role.name}`", "it may act as any user, and so has whatever anybody has", origin)


def dormant_admins(scope: Scope) -> Iterator[Hit]:
    for part in (scope.deployment.users, scope.deployment.file_users):
        for user in () if isinstance(part, NotExported) else part.values():
            if user.enabled or user.reserved:
                continue
            found = (scope.definitions.of(r).descriptor for r in user.roles)
            roles = [d for d in found if d is not None]
            if any(_holds(n, "manage_ml") for d in roles for n in d.cluster):
                text = "the account is disabled and keeps roles that manage machine learning"
                yield Hit(f"user `{user.username}`", text, user.origin)


def everyone(scope: Scope) -> Iterator[Hit]:
    for name in scope.gates.anonymous_roles() or ():
        descriptor = scope.definitions.of(name).descriptor
        if descriptor is None:
            continue
        cluster = any(_holds(n, "monitor_ml") for n in descriptor.cluster)
        kibana = any(
            n in _BASE or n.startswith("feature_ml.")
            for g in filter(is_own, descriptor.applications)
            for n in g.privileges
        )
        if cluster or kibana:
            text = f"the anonymous role `{name}` grants machine learning to every user, and to requests without one"
            yield Hit(f"role `{name}`", text, descriptor.origin)
