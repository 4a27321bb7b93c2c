"""Kibana's role API offline: `PUT` and `GET /api/security/role`, roles of a space, and who may list the features.

In elastic/kibana, `x-pack/platform/plugins/shared/security/server/`: `routes/authorization/roles/put.ts`, `get_all.ts`
@ 1371992c1c55, `lib/role_utils.ts` @ b4099342f24d.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from mlaccess.errors import RequestError
from mlaccess.permission.kibana import (
    OWN_APPLICATION,
    ErrorShape,
    from_elasticsearch,
    parse_kibana_grants,
    to_elasticsearch,
)
from mlaccess.permission.kibana.roles import RESERVED_APPLICATION, Replacements, Restrictions
from mlaccess.rules.verdict import Verdict
from mlaccess.stack.kibana import KibanaGrant, KibanaRole
from mlaccess.stack.roles import ApplicationGrant
from mlaccess.stack.values import thaw

from .answer import Answer, error_body

__all__ = ["features_answer", "get_role", "get_roles", "put_role", "roles_of_space"]

_ROLE_PARTS = ("cluster", "indices", "remote_indices", "remote_cluster", "run_as")


def put_role(
    body: Mapping[str, object],
    *,
    existing: Mapping[str, object] | None = None,
    create_only: bool = False,
    dls_fls_licensed: bool = True,
    application: str = OWN_APPLICATION,
    restrictions: Restrictions | None = None,
) -> tuple[Answer, dict[str, object] | None]:
    """`PUT /api/security/role/{name}`: the answer, and the Elasticsearch role that is written (None where refused).

    `existing` is the raw role, whose foreign applications are kept after Kibana's own entries.
    """
    try:
        grants = parse_kibana_grants(body.get("kibana"), restrictions=restrictions)
    except RequestError as refusal:
        return Answer(refusal.status, error_body(refusal.status, "Bad Request", refusal.reason)), None
    if create_only and existing is not None:
        return Answer(409, error_body(409, "Conflict", "the role already exists and cannot be created")), None
    elasticsearch = cast("Mapping[str, object]", body.get("elasticsearch") or {})
    if not dls_fls_licensed and _limits_documents_or_fields(elasticsearch):
        message = "current license is non-compliant for [field and document level security]"
        return Answer(403, error_body(403, "Forbidden", message)), None
    role: dict[str, object] = {key: elasticsearch[key] for key in _ROLE_PARTS if key in elasticsearch}
    role["applications"] = [
        *(_application_body(e) for e in to_elasticsearch(grants, application=application)),
        *_foreign(existing, application),
    ]
    for key in ("metadata", "description"):
        if key in body:
            role[key] = body[key]
    return Answer(204), role


def _limits_documents_or_fields(elasticsearch: Mapping[str, object]) -> bool:
    for key in ("indices", "remote_indices"):
        for entry in cast("Sequence[Mapping[str, object]]", elasticsearch.get(key) or []):
            if entry.get("query") or entry.get("field_security"):
                return True
    return False


def _application_body(entry: ApplicationGrant) -> dict[str, object]:
    return {
        "application": entry.application,
        "privileges": list(entry.privileges),
        "resources": list(entry.resources),
    }


def _foreign(existing: Mapping[str, object] | None, application: str) -> list[Mapping[str, object]]:
    entries = cast("Sequence[Mapping[str, object]]", (existing or {}).get("applications") or [])
    own = (application, RESERVED_APPLICATION, "*")
    return [e for e in entries if e.get("application") not in own]


def get_role(
    name: str,
    role: Mapping[str, object],
    *,
    application: str = OWN_APPLICATION,
    replacements: Replacements | None = None,
    restrictions: Restrictions | None = None,
    error_shape: ErrorShape = "state",
) -> Answer:
    """`GET /api/security/role/{name}` from the raw role as `GET _security/role` returns it."""
    entries = tuple(
        ApplicationGrant(
            str(e.get("application")),
            tuple(cast("Sequence[str]", e.get("privileges") or [])),
            tuple(cast("Sequence[str]", e.get("resources") or [])),
        )
        for e in cast("Sequence[Mapping[str, object]]", role.get("applications") or [])
    )
    try:
        found = from_elasticsearch(
            entries,
            application=application,
            replacements=replacements,
            restrictions=restrictions,
            error_shape=error_shape,
        )
    except RequestError as failure:
        return Answer(failure.status, error_body(failure.status, failure.kind, "An internal server error occurred"))
    body: dict[str, object] = {"name": name}
    if "description" in role:
        body["description"] = role["description"]
    body["metadata"] = role.get("metadata", {})
    body["transient_metadata"] = role.get("transient_metadata", {})
    body["elasticsearch"] = {key: role[key] for key in _ROLE_PARTS if key in role}
    body["kibana"] = [_grant_body(g) for g in found.kibana]
    body["_transform_error"] = [thaw(e) for e in found.transform_error]
    body["_unrecognized_applications"] = list(found.unrecognized_applications)
    return Answer(200, body)


def get_roles(roles: Mapping[str, Mapping[str, object]], *, application: str = OWN_APPLICATION) -> Answer:
    """`GET /api/security/role`: every role, sorted by name. One role that fails fails the request."""
    found: list[object] = []
    for name in sorted(roles):
        answer = get_role(name, roles[name], application=application)
        if answer.status != 200:
            return answer
        found.append(answer.body)
    return Answer(200, found)


def _grant_body(grant: KibanaGrant) -> dict[str, object]:
    body: dict[str, object] = {"_reserved": list(grant.reserved)} if grant.reserved else {}
    body["base"] = list(grant.base)
    body["feature"] = {feature: list(privileges) for feature, privileges in grant.feature.items()}
    body["spaces"] = list(grant.spaces)
    return body


def roles_of_space(roles: Iterable[KibanaRole], space: str) -> tuple[str, ...]:
    """`GET /internal/security/roles/{space}`: names of the roles with an entry for the space or for all spaces."""
    return tuple(sorted(r.name for r in roles if any("*" in g.spaces or space in g.spaces for g in r.kibana)))


def features_answer(may_read_features: Verdict, ids: Iterable[str]) -> Answer:
    """`GET /api/features`: needs the action `api:read_features` on all spaces, which only base `all` on `*` has."""
    if may_read_features is Verdict.DENIED:
        return Answer(403, error_body(403, "Forbidden", "Forbidden"))
    return Answer(200 if may_read_features is Verdict.GRANTED else None, list[object]({"id": i} for i in ids))
