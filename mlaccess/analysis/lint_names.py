"""Lint: names that nothing answers to. Privileges, features, spaces and roles that do not exist; invalid patterns."""

from collections.abc import Iterator

from mlaccess.automata import TooComplex
from mlaccess.catalog.kibana_features import FEATURES
from mlaccess.catalog.kibana_versions import parse
from mlaccess.catalog.privileges import is_known
from mlaccess.errors import PatternError
from mlaccess.patterns import validate
from mlaccess.permission.kibana.roles import FEATURE_PRIVILEGE
from mlaccess.stack import ALL_SPACES, UNSEEN_SPACE, NotExported, Origin

from .lint_scope import Hit, Scope, index_entries, is_own, space_of

__all__ = [
    "assigned_to_unknown_space",
    "invalid_patterns",
    "undefined_roles",
    "unknown_cluster_privileges",
    "unknown_index_privileges",
    "unknown_kibana_privileges",
    "unknown_spaces",
]


def unknown_cluster_privileges(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        for i, name in enumerate(role.cluster):
            if not is_known("cluster", name, scope.version):
                origin = role.origin.child("cluster", i) if role.origin is not None else None
                yield Hit(f"role `{role.name}`", f"`{name}` is no cluster privilege of this version", origin)


def unknown_index_privileges(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        for grant in index_entries(role):
            for i, name in enumerate(grant.privileges):
                if not is_known("index", name, scope.version):
                    origin = grant.origin.child("privileges", i) if grant.origin is not None else None
                    yield Hit(f"role `{role.name}`", f"`{name}` is no index privilege of this version", origin)


def unknown_kibana_privileges(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        for grant in filter(is_own, role.applications):
            for name in grant.privileges:
                if _unknown_kibana(scope, name):
                    text = f"`{name}` is no privilege of this Kibana: it grants nothing"
                    yield Hit(f"role `{role.name}`", text, grant.origin)


def _unknown_kibana(scope: Scope, name: str) -> bool:
    """What the deployment stores decides; without it only features whose privileges are all known can be judged."""
    feature = FEATURE_PRIVILEGE.match(name)
    if feature and feature[2] == "none":
        return False  # a finding of its own
    if scope.stored is not None:
        return bool(name) and name[0].islower() and ":" not in name and "*" not in name and name not in scope.stored
    row = FEATURES.get(feature[1]) if feature else None
    if feature is None or row is None or not row.span.holds(parse(scope.kibana_version)):
        return False
    return feature[2] not in row.privilege_ids


def unknown_spaces(scope: Scope) -> Iterator[Hit]:
    spaces = scope.spaces
    if spaces is None:
        return
    for role in scope.roles:
        for grant in filter(is_own, role.applications):
            for i, resource in enumerate(grant.resources):
                space = space_of(resource)
                if space is not None and space not in spaces:
                    origin = grant.origin.child("resources", i) if grant.origin is not None else None
                    yield Hit(f"role `{role.name}`", f"there is no space `{space}`", origin)


def assigned_to_unknown_space(scope: Scope) -> Iterator[Hit]:
    spaces = scope.spaces
    if spaces is None:
        return
    for part in (scope.deployment.job_spaces, scope.deployment.model_spaces):
        if isinstance(part, NotExported):
            continue
        for kind, items in part.by_type.items():
            for id_, places in items.items():
                for place in places:
                    if place not in (ALL_SPACES, UNSEEN_SPACE) and place not in spaces:
                        origin = part.origin.child(kind, id_) if part.origin is not None else None
                        yield Hit(f"`{id_}`", f"it is assigned to the space `{place}`, which does not exist", origin)


def undefined_roles(scope: Scope) -> Iterator[Hit]:
    for role, who, origin in scope.holders():
        if scope.definitions.of(role).undefined:
            yield Hit(who, f"no export defines the role `{role}`: Elasticsearch ignores it", origin)


def invalid_patterns(scope: Scope) -> Iterator[Hit]:
    for role in scope.roles:
        for grant in index_entries(role):
            for i, name in enumerate(grant.names):
                origin = grant.origin.child("names", i) if grant.origin is not None else None
                yield from _invalid(role.name, name, origin)
        for name in role.run_as:
            yield from _invalid(role.name, name, role.origin.child("run_as") if role.origin is not None else None)


def _invalid(role: str, text: str, where: Origin | None) -> Iterator[Hit]:
    try:
        validate(text)
    except PatternError as error:
        yield Hit(f"role `{role}`", f"`{text}` is no valid pattern: {error.message}", where)
    except TooComplex:
        yield Hit(f"role `{role}`", f"`{text}` is past Elasticsearch's work limit for patterns", where)
