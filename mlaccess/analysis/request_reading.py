"""Requests of Elasticsearch and Kibana, read back as the changes that they make."""

import re
from collections.abc import Callable, Mapping
from typing import cast
from urllib.parse import unquote

import attrs

from mlaccess.errors import RequestError
from mlaccess.loaders.role_body import parse_role_body
from mlaccess.permission.kibana import OWN_APPLICATION, parse_kibana_grants, to_elasticsearch
from mlaccess.permission.mapping import parse_role_mapping
from mlaccess.stack import ApplicationGrant, Deployment, FrozenMap, Json, NotExported, RoleDescriptor, Space, User, thaw

from .changes import (
    AssignJob,
    Change,
    CreateDataView,
    NotApplicable,
    PutRole,
    PutRoleMapping,
    PutSpace,
    PutUser,
    SetEnabled,
    UnassignJob,
)
from .gate_changes import EndUpgrade, UseLicense
from .requests import ApiRequest

__all__ = ["read_request"]

_MODEL = "trained-model"


def read_request(deployment: Deployment, request: ApiRequest) -> tuple[Change, ...]:
    """What a request does to a deployment.

    Raises `RequestError`, with the stack's reason, for a body that it would refuse, and `NotApplicable` for a request
    that is none of those that decide access.
    """
    for method, pattern, read in _READERS:
        found = re.fullmatch(pattern, request.path)
        if request.method == method and found:
            return read(deployment, tuple(unquote(g or "") for g in found.groups()), request.body or FrozenMap())
    raise NotApplicable(f"`{request.method} {request.path}` is no request that mlaccess can follow")


_Body = FrozenMap[str, Json]


def _read_role(deployment: Deployment, names: tuple[str, ...], body: _Body) -> tuple[Change, ...]:
    return (PutRole(parse_role_body(names[0], body, allow_description=True)),)


def _read_kibana_role(deployment: Deployment, names: tuple[str, ...], body: _Body) -> tuple[Change, ...]:
    inner = body.get("elasticsearch")
    role = parse_role_body(names[0], inner if isinstance(inner, FrozenMap) else FrozenMap[str, Json]())
    grants = parse_kibana_grants(thaw(body.get("kibana", ())))
    metadata, description = body.get("metadata"), body.get("description")
    # Kibana keeps what the role has of applications that are not its own.
    kept: tuple[ApplicationGrant, ...] = ()
    for part in (deployment.roles, deployment.kibana_roles):
        old = None if isinstance(part, NotExported) else part.get(names[0])
        if isinstance(old, RoleDescriptor):
            kept = tuple(g for g in old.applications if g.application != OWN_APPLICATION)
    return (
        PutRole(
            attrs.evolve(
                role,
                applications=(*to_elasticsearch(grants), *kept),
                metadata=metadata if isinstance(metadata, FrozenMap) else FrozenMap[str, Json](),
                description=description if isinstance(description, str) else "",
            )
        ),
    )


def _texts(body: Mapping[str, Json], key: str) -> tuple[str, ...]:
    value = body.get(key, ())
    if not isinstance(value, tuple) or not all(isinstance(v, str) for v in value):
        raise RequestError(f"[{key}]: expected an array of strings")
    return cast("tuple[str, ...]", value)


def _read_user(deployment: Deployment, names: tuple[str, ...], body: _Body) -> tuple[Change, ...]:
    for key in body:
        if key not in ("roles", "enabled", "metadata", "full_name", "email", "password", "password_hash", "username"):
            raise RequestError(f"failed to parse add user request. unexpected field [{key}]", kind="parse_exception")
    if "roles" not in body:
        raise RequestError("Validation Failed: 1: roles are missing;", kind="action_request_validation_exception")
    full_name, email, metadata = body.get("full_name"), body.get("email"), body.get("metadata")
    return (
        PutUser(
            User(
                names[0],
                _texts(body, "roles"),
                enabled=body.get("enabled", True) is True,
                full_name=full_name if isinstance(full_name, str) else None,
                email=email if isinstance(email, str) else None,
                metadata=metadata if isinstance(metadata, FrozenMap) else FrozenMap[str, Json](),
            )
        ),
    )


def _read_enabled(deployment: Deployment, names: tuple[str, ...], body: _Body) -> tuple[Change, ...]:
    return (SetEnabled(names[0], names[1] == "enable"),)


def _read_mapping(deployment: Deployment, names: tuple[str, ...], body: _Body) -> tuple[Change, ...]:
    return (PutRoleMapping(parse_role_mapping(names[0], body)),)


def _read_space(deployment: Deployment, names: tuple[str, ...], body: _Body) -> tuple[Change, ...]:
    name, solution = body.get("name"), body.get("solution")
    return (
        PutSpace(
            Space(
                names[0],
                name if isinstance(name, str) else "",
                frozenset(_texts(body, "disabledFeatures")),
                solution if isinstance(solution, str) else None,
                effective=solution in (None, "", "classic"),
            )
        ),
    )


def _read_view(deployment: Deployment, names: tuple[str, ...], body: _Body) -> tuple[Change, ...]:
    view = body.get("data_view")
    title = view.get("title") if isinstance(view, FrozenMap) else None
    if not isinstance(title, str):
        raise RequestError("[request body.data_view.title]: expected value of type [string]")
    return (CreateDataView(names[0] or "default", title),)


def _read_assignment(deployment: Deployment, names: tuple[str, ...], body: _Body) -> tuple[Change, ...]:
    kind = body.get("jobType") if names[1] == "jobs" else _MODEL
    if not isinstance(kind, str):
        raise RequestError("[request body.jobType]: types that failed validation")
    changes: list[Change] = []
    for id_ in _texts(body, "jobIds" if names[1] == "jobs" else "modelIds"):
        # Added first, so that an item that moves is never without a space.
        changes += [AssignJob(kind, id_, s) for s in _texts(body, "spacesToAdd")]
        changes += [UnassignJob(kind, id_, s) for s in _texts(body, "spacesToRemove")]
    return tuple(changes)


def _read_upgrade(deployment: Deployment, names: tuple[str, ...], body: _Body) -> tuple[Change, ...]:
    return (EndUpgrade(),)


def _read_trial(deployment: Deployment, names: tuple[str, ...], body: _Body) -> tuple[Change, ...]:
    return (UseLicense("trial"),)


_SPACE = r"(?:/s/([a-z0-9_-]+))?"
_Reader = Callable[[Deployment, tuple[str, ...], _Body], tuple[Change, ...]]
_READERS: tuple[tuple[str, str, _Reader], ...] = (
    ("PUT", r"/_security/role/([^/?]+)", _read_role),
    ("PUT", r"kbn:/api/security/role/([^/?]+)", _read_kibana_role),
    ("PUT", r"/_security/user/([^/?]+)", _read_user),
    ("PUT", r"/_security/user/([^/?]+)/_(enable|disable)", _read_enabled),
    ("PUT", r"/_security/role_mapping/([^/?]+)", _read_mapping),
    ("PUT", r"kbn:/api/spaces/space/([^/?]+)", _read_space),
    ("POST", rf"kbn:{_SPACE}/api/data_views/data_view", _read_view),
    (
        "POST",
        rf"kbn:{_SPACE}/(?:api|internal)/ml/saved_objects/update_(jobs|trained_models)_spaces",
        _read_assignment,
    ),
    ("POST", r"/_ml/set_upgrade_mode\?enabled=false", _read_upgrade),
    ("POST", r"/_license/start_trial\?acknowledge=true", _read_trial),
)
