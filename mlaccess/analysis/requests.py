"""Changes as the requests that make them."""

import json
from collections.abc import Iterable, Sequence
from typing import cast
from urllib.parse import quote

import attrs

from mlaccess.catalog.kibana_versions import parse
from mlaccess.loaders.role_print import to_body
from mlaccess.permission.kibana import from_elasticsearch
from mlaccess.permission.mapping import role_mapping_to_json
from mlaccess.stack import (
    Deployment,
    FrozenMap,
    Json,
    KibanaGrant,
    NotExported,
    RoleDescriptor,
    SpaceAssignments,
    freeze,
    thaw,
)

from .changes import (
    AddRole,
    AssignJob,
    Change,
    CreateDataView,
    HideMl,
    NotApplicable,
    PutRole,
    PutRoleMapping,
    PutSpace,
    PutUser,
    RemoveRole,
    SetEnabled,
    SetRoles,
    ShowMl,
    UnassignJob,
    apply_all,
)
from .gate_changes import AddMlNode, EnableMl, EndUpgrade, UseLicense

__all__ = ["ApiRequest", "requests_of"]

_MODEL = "trained-model"
_PUBLIC_SPACES_API = (9, 3, 0)
"""Since then the route is public: `x-pack/platform/plugins/shared/ml/server/routes/saved_objects.ts`."""


@attrs.frozen
class ApiRequest:
    """A request. A path that starts with `kbn:` is Kibana's. Without a method it is an edit of a file: see `note`."""

    method: str
    path: str
    body: FrozenMap[str, Json] | None = None
    note: str = ""

    def __str__(self) -> str:
        head = f"{self.method} {self.path}".strip()
        if self.note:
            head += f"    # {self.note}"
        return head if self.body is None else f"{head}\n{json.dumps(thaw(self.body), indent=2, ensure_ascii=False)}"


# -- changes to requests -----------------------------------------------------------------------------------------


def requests_of(deployment: Deployment, changes: Sequence[Change]) -> tuple[ApiRequest, ...]:
    """The requests that make these changes to a deployment, those about one user or one item as one.

    Roles with Kibana privileges go to Kibana's API, as Kibana asks; others to Elasticsearch's.
    """
    after = apply_all(deployment, list(changes))
    found: dict[object, ApiRequest] = {}
    for change in changes:
        key, request = _request(deployment, after, change, [c for c in changes if type(c) is type(change)])
        found.setdefault(key, request)
    return tuple(found.values())


def _request(
    before: Deployment, after: Deployment, change: Change, alike: Sequence[Change]
) -> tuple[object, ApiRequest]:
    match change:
        case AddRole(user) | RemoveRole(user) | SetRoles(user):
            return ("user", user), _user_request(after, user)
        case PutUser(user):
            return ("user", user.username), _user_request(after, user.username)
        case SetEnabled(user, enabled):
            word = "_enable" if enabled else "_disable"
            return ("enabled", user), ApiRequest("PUT", f"/_security/user/{quote(user, safe='')}/{word}")
        case PutRole(role):
            return ("role", role.name), _role_request(role)
        case PutRoleMapping(mapping):
            name = quote(mapping.name, safe="")
            return ("mapping", mapping.name), ApiRequest(
                "PUT", f"/_security/role_mapping/{name}", role_mapping_to_json(mapping)
            )
        case HideMl(space) | ShowMl(space):
            return ("space", space), _space_request(after, space)
        case PutSpace(space):
            return ("space", space.id), _space_request(after, space.id)
        case CreateDataView(space, title):
            view = FrozenMap[str, Json]({"title": title, "name": title})
            path = f"kbn:{_prefix(space)}/api/data_views/data_view"
            return change, ApiRequest("POST", path, FrozenMap({"data_view": view}))
        case AssignJob(kind, id_) | UnassignJob(kind, id_):
            mine = [c for c in alike if isinstance(c, AssignJob | UnassignJob) and (c.kind, c.id) == (kind, id_)]
            return ("spaces", type(change), kind, id_), _assignment_request(before, kind, id_, mine)
        case UseLicense(type_):
            if type_ == "trial":
                return change, ApiRequest("POST", "/_license/start_trial?acknowledge=true")
            return change, ApiRequest("PUT", "/_license", note=f"with the JSON of an active {type_} licence")
        case AddMlNode():
            return change, ApiRequest(
                "", "elasticsearch.yml", note="node.roles: [ ml, remote_cluster_client ] on a node"
            )
        case EnableMl():
            return change, ApiRequest("", "elasticsearch.yml", note="no `xpack.ml.enabled: false` on any node")
        case EndUpgrade():
            return change, ApiRequest("POST", "/_ml/set_upgrade_mode?enabled=false")
        case _:
            return change, ApiRequest("", "", note=str(change))


def _user_request(after: Deployment, name: str) -> ApiRequest:
    users = after.users
    if isinstance(users, NotExported) or name not in users:
        files = after.file_users
        roles = () if isinstance(files, NotExported) or name not in files else files[name].roles
        return ApiRequest("", "users_roles", note=f"`{name}` in the lines of the roles {', '.join(roles)}")
    user = users[name]
    body: dict[str, Json] = {"roles": user.roles, "enabled": user.enabled, "metadata": user.metadata}
    if user.full_name is not None:
        body["full_name"] = user.full_name
    if user.email is not None:
        body["email"] = user.email
    return ApiRequest("PUT", f"/_security/user/{quote(name, safe='')}", FrozenMap(body))


def _role_request(role: RoleDescriptor) -> ApiRequest:
    name = quote(role.name, safe="")
    body = _kibana_body(role)
    if body is None:
        frozen = cast("FrozenMap[str, Json]", freeze(to_body(role)))
        return ApiRequest("PUT", f"/_security/role/{name}", frozen)
    return ApiRequest("PUT", f"kbn:/api/security/role/{name}", body)


def _kibana_body(role: RoleDescriptor) -> FrozenMap[str, Json] | None:
    """The body for Kibana; None where the role has nothing of Kibana's, or what Kibana reads but never writes."""
    if not role.applications or any(not g.resources for g in role.applications):
        return None
    found = from_elasticsearch(role.applications)
    if found.transform_error or found.unrecognized_applications or any(g.reserved for g in found.kibana):
        return None
    raw = to_body(role)
    kept = ("cluster", "indices", "run_as", "remote_indices", "remote_cluster")
    body: dict[str, object] = {"elasticsearch": {k: raw[k] for k in kept if k in raw}}
    body["kibana"] = [_kibana_entry(g) for g in found.kibana]
    if role.description:
        body["description"] = role.description
    if raw.get("metadata"):
        body["metadata"] = raw["metadata"]
    return cast("FrozenMap[str, Json]", freeze(body))


def _kibana_entry(grant: KibanaGrant) -> dict[str, object]:
    features = {f: list(p) for f, p in grant.feature.items()}
    return {"spaces": list(grant.spaces), "base": list(grant.base), "feature": features}


def _space_request(after: Deployment, id_: str) -> ApiRequest:
    spaces = after.spaces
    if isinstance(spaces, NotExported):
        raise NotApplicable("spaces are not exported")
    space = spaces[id_]
    body: dict[str, Json] = {
        "id": id_,
        "name": space.name or id_,
        "disabledFeatures": tuple(sorted(space.disabled_features)),
    }
    if space.solution is not None:
        body["solution"] = space.solution
    return ApiRequest("PUT", f"kbn:/api/spaces/space/{id_}", FrozenMap(body))


def _assignment_request(
    before: Deployment, kind: str, id_: str, changes: Iterable[AssignJob | UnassignJob]
) -> ApiRequest:
    add = tuple(c.space for c in changes if isinstance(c, AssignJob))
    remove = tuple(c.space for c in changes if isinstance(c, UnassignJob))
    body: dict[str, Json] = {"spacesToAdd": add, "spacesToRemove": remove}
    route = "update_trained_models_spaces" if kind == _MODEL else "update_jobs_spaces"
    body = {"modelIds": (id_,), **body} if kind == _MODEL else {"jobType": kind, "jobIds": (id_,), **body}
    version = before.kibana_version if isinstance(before.kibana_version, str) else before.version
    number = parse(version if isinstance(version, str) else None)
    public = number is not None and number >= _PUBLIC_SPACES_API
    api = "/api" if public else "/internal"
    prefix = _prefix(_one_space(before, kind, id_))
    return ApiRequest("POST", f"kbn:{prefix}{api}/ml/saved_objects/{route}", FrozenMap(body))


def _one_space(deployment: Deployment, kind: str, id_: str) -> str:
    """A space in which the item can be seen now: Kibana changes the spaces of what the current space shows."""
    part = deployment.model_spaces if kind == _MODEL else deployment.job_spaces
    spaces = part.of(kind).get(id_, ()) if isinstance(part, SpaceAssignments) else ()
    return next((s for s in spaces if s not in ("*", "?")), "default")


def _prefix(space: str) -> str:
    return "" if space == "default" else f"/s/{space}"
