"""Role descriptors written as Elasticsearch writes them, and compared as it compares them.

Source: `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/RoleDescriptor.java`.
"""

from collections.abc import Mapping
from typing import cast

from mlaccess.loaders.role_clauses import REMOTE_CLUSTER_PRIVILEGES
from mlaccess.stack.roles import IndicesGrant, RemoteIndicesGrant, RoleDescriptor
from mlaccess.stack.values import FrozenMap, Json, thaw

__all__ = [
    "indices_grant_to_json",
    "is_empty",
    "role_to_json",
    "same_role",
    "to_body",
    "unsupported_in_cross_cluster_api_key",
]


def indices_grant_to_json(grant: IndicesGrant | RemoteIndicesGrant) -> dict[str, object]:
    """One element of `indices` or `remote_indices`, as `GET _security/role` prints it."""
    body: dict[str, object] = {"names": list(grant.names), "privileges": list(grant.privileges)}
    if grant.field_security is not None:
        fields = {"grant": grant.field_security.grant, "except": grant.field_security.except_}
        body["field_security"] = {key: list(names) for key, names in fields.items() if names is not None}
    if grant.query is not None:
        body["query"] = grant.query
    body["allow_restricted_indices"] = grant.allow_restricted_indices
    if isinstance(grant, RemoteIndicesGrant):
        body["clusters"] = list(grant.clusters)
    return body


def role_to_json(role: RoleDescriptor) -> dict[str, object]:
    """A role as `GET _security/role` prints it under its name."""
    body: dict[str, object] = {"cluster": list(role.cluster)}
    merged = _global(role)
    if merged:
        body["global"] = merged
    body["indices"] = [indices_grant_to_json(g) for g in role.indices]
    body["applications"] = [
        {"application": g.application, "privileges": list(g.privileges), "resources": list(g.resources)}
        for g in role.applications
    ]
    body["run_as"] = list(role.run_as)
    body["metadata"] = thaw(role.metadata)
    body["transient_metadata"] = thaw(role.transient_metadata) if role.transient_metadata else {"enabled": True}
    if role.remote_indices:
        body["remote_indices"] = [indices_grant_to_json(g) for g in role.remote_indices]
    if role.remote_cluster:
        body["remote_cluster"] = [
            {"privileges": list(g.privileges), "clusters": list(g.clusters)} for g in role.remote_cluster
        ]
    if role.workflows:
        body["restriction"] = {"workflows": list(role.workflows)}
    if role.description:
        body["description"] = role.description
    return body


def to_body(role: RoleDescriptor) -> dict[str, object]:
    """The body of `PUT _security/role/{name}` that makes this role; it carries nothing that the API would refuse.

    Entries that Elasticsearch grants implicitly are not part of it, nor is metadata that only built-in roles may carry.
    """
    body = role_to_json(role)
    del body["transient_metadata"]
    body["indices"] = [indices_grant_to_json(g) for g in role.indices if not g.implicitly_granted]
    metadata = cast("dict[str, object]", body["metadata"])
    body["metadata"] = {key: value for key, value in metadata.items() if not key.startswith("_")}
    return {key: value for key, value in body.items() if value or key in ("cluster", "indices")}


def is_empty(role: RoleDescriptor) -> bool:
    """Whether the role grants and says nothing; a description and transient metadata do not count."""
    filled = (
        role.cluster,
        role.global_,
        role.indices,
        role.applications,
        role.run_as,
        role.metadata,
        role.remote_indices,
        role.remote_cluster,
        role.workflows,
    )
    return not any(map(bool, filled))


def unsupported_in_cross_cluster_api_key(role: RoleDescriptor) -> bool:
    """Whether the role holds what the API key of a remote cluster's connection cannot carry."""
    others = (
        role.global_,
        role.applications,
        role.run_as,
        role.remote_indices,
        role.remote_cluster,
        role.workflows,
    )
    return any(map(bool, others)) or not set(role.cluster) <= set(REMOTE_CLUSTER_PRIVILEGES)


def same_role(a: RoleDescriptor, b: RoleDescriptor) -> bool:
    """Whether Elasticsearch takes two descriptors for equal: lists in order, `global` and its applications as sets."""
    left, right = role_to_json(a), role_to_json(b)
    for body, role in ((left, a), (right, b)):
        del body["transient_metadata"]
        body["global"] = _as_sets(_global(role))
    return a.name == b.name and left == right


def _global(role: RoleDescriptor) -> dict[str, object]:
    merged: dict[str, object] = {}
    for element in role.global_:
        if isinstance(element, FrozenMap):
            for category, body in element.items():
                plain = thaw(body)
                known = merged.setdefault(category, {})
                if isinstance(plain, dict) and isinstance(known, dict):
                    cast("dict[str, object]", known).update(cast("dict[str, object]", plain))
    return {category: body for category, body in merged.items() if body}


def _as_sets(value: object) -> Json:
    """The value with every list of texts sorted and without duplicates."""
    if isinstance(value, Mapping):
        return FrozenMap({k: _as_sets(v) for k, v in cast("Mapping[str, object]", value).items()})
    if isinstance(value, list):
        items = cast("list[object]", value)
        if all(isinstance(v, str) for v in items):
            return tuple(sorted(set(cast("list[str]", items))))
        return tuple(map(_as_sets, items))
    return cast("Json", value)
