"""The clauses of a strict role body besides `indices`: applications, `global`, `remote_cluster`, `restriction`.

Sources, below `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/`: `authz/RoleDescriptor.java`,
`authz/restriction/WorkflowsRestriction.java`, `authz/permission/RemoteClusterPermission{s,Group}.java`,
`authz/privilege/ConfigurableClusterPrivileges.java`.
"""

from typing import NoReturn

from mlaccess.errors import RequestError
from mlaccess.loaders.strict import entries, refuse, role_strings, strings
from mlaccess.stack.roles import ApplicationGrant, RemoteClusterGrant
from mlaccess.stack.tokens import token_of
from mlaccess.stack.values import FrozenMap, Json

__all__ = [
    "REMOTE_CLUSTER_PRIVILEGES",
    "application_grant",
    "global_privileges",
    "remote_cluster_grants",
    "workflows_of",
]

REMOTE_CLUSTER_PRIVILEGES = ("monitor_enrich", "monitor_stats")
"""The cluster privileges that `remote_cluster` may give."""

_GLOBAL = {"application": "manage", "profile": "write", "role": "manage"}
"""Categories of `global` in Elasticsearch's order, each with the one privilege that it knows."""


def application_grant(name: str, entry: Json, outer: str) -> ApplicationGrant:
    """One element of `applications` of the role `name`."""
    start = f"failed to parse application privileges for role [{name}]"
    if not isinstance(entry, FrozenMap):
        refuse(
            f"{start}. expected field [{outer}] value to be an array of objects, "
            f"but found an array element of type [{token_of(entry)}]"
        )
    for key in entry:
        if key not in ("application", "privileges", "resources"):
            raise RequestError(f"[application] unknown field [{key}]", kind="x_content_parse_exception")
    application = entry.get("application")
    if application is not None and not isinstance(application, str):
        _unsupported("application", application)
    lists: dict[str, tuple[str, ...]] = {}
    for key in ("resources", "privileges"):
        given = entry.get(key)
        if given is None:
            refuse(f"{start}. missing required [{key}] field")
        items = given if isinstance(given, tuple) else (given,)
        if not all(isinstance(item, str) for item in items):
            _unsupported(key, given)
        lists[key] = tuple(item for item in items if isinstance(item, str))
    if not application:
        raise RequestError("application privileges must have an application name")
    if not lists["privileges"]:
        raise RequestError("application privileges must define at least one privilege")
    if not lists["resources"]:
        raise RequestError("application privileges must refer to at least one resource")
    return ApplicationGrant(application, lists["privileges"], lists["resources"])


def _unsupported(key: str, value: Json) -> NoReturn:
    raise RequestError(
        f"[application] {key} doesn't support values of type: {token_of(value)}", kind="x_content_parse_exception"
    )


def _expect(value: Json, kind: type[FrozenMap[str, Json]] | type[tuple[Json, ...]], token: str) -> None:
    if not isinstance(value, kind):
        raise RequestError(
            f"failed to parse privilege. expected [{token}] but found [{token_of(value)}] instead",
            kind="x_content_parse_exception",
        )


def _expect_field(found: str, *expected: str) -> None:
    if found not in expected:
        what = "field name" if len(expected) == 1 else "one of"
        raise RequestError(
            f"failed to parse privilege. expected {what} [{','.join(expected)}] but found [{found}] instead",
            kind="x_content_parse_exception",
        )


def _object(value: Json) -> FrozenMap[str, Json]:
    _expect(value, FrozenMap, "START_OBJECT")
    assert isinstance(value, FrozenMap)
    return value


def global_privileges(value: Json) -> tuple[Json, ...]:
    """Each privilege of `global` alone, in the order of the categories; an empty category gives none."""
    found: list[tuple[str, Json]] = []
    for category, body in _object(value).items():
        _expect_field(category, *_GLOBAL)
        for key, privilege in _object(body).items():
            _expect_field(key, _GLOBAL[category])
            content = _roles_privilege(privilege) if category == "role" else _applications(privilege)
            found.append((category, FrozenMap[str, Json]({key: content})))
    order = list(_GLOBAL)
    return tuple(
        FrozenMap[str, Json]({category: body}) for category, body in sorted(found, key=lambda f: order.index(f[0]))
    )


def _only_field(value: Json, key: str) -> tuple[Json, ...]:
    """The list of an object with one field."""
    body = _object(value)
    if not body:
        raise RequestError(
            "failed to parse privilege. expected [FIELD_NAME] but found [END_OBJECT] instead",
            kind="x_content_parse_exception",
        )
    first = next(iter(body))
    _expect_field(first, key)
    _expect(body[first], tuple, "START_ARRAY")
    items = body[first]
    assert isinstance(items, tuple)
    if len(body) > 1:
        raise RequestError(
            "failed to parse privilege. expected [END_OBJECT] but found [FIELD_NAME] instead",
            kind="x_content_parse_exception",
        )
    return items


def _applications(value: Json) -> Json:
    names = strings("applications", _only_field(value, "applications"), allow_null=False) or ()
    return FrozenMap[str, Json]({"applications": tuple(dict.fromkeys(names))})


def _roles_privilege(value: Json) -> Json:
    groups: list[Json] = []
    for entry in _only_field(value, "indices"):
        group: dict[str, Json] = {}
        for key, names in _object(entry).items():
            _expect_field(key, "names", "privileges")
            group[key] = strings(key, names, allow_null=False)
        for key in ("names", "privileges"):
            if not group.get(key):
                raise RequestError(f"Indices privileges must refer to at least one of [{key}]")
        groups.append(FrozenMap(group))
    return FrozenMap[str, Json]({"indices": tuple(groups)})


def remote_cluster_grants(name: str, value: Json) -> tuple[RemoteClusterGrant, ...]:
    """The elements of `remote_cluster` of the role `name`."""
    start = f"failed to parse remote_cluster for role [{name}]"
    groups: list[RemoteClusterGrant] = []
    for entry in entries(value, "remote_cluster", start):
        if not isinstance(entry, FrozenMap):
            refuse(
                f"{start}. expected field [remote_cluster] value to be an array of objects, "
                f"but found an array element of type [{token_of(entry)}]"
            )
        given: dict[str, tuple[str, ...] | None] = {"privileges": None, "clusters": None}
        for key, items in entry.items():
            if key not in given:
                refuse(f"{start}. unexpected field [{key}]")
            names = role_strings(name, key, items, allow_null=False) or ()
            if key == "privileges" and any(n.lower() not in REMOTE_CLUSTER_PRIVILEGES for n in names):
                refuse(
                    f"{start}. [{', '.join(REMOTE_CLUSTER_PRIVILEGES)}] are the only values allowed for [{key}] "
                    f"within [remote_cluster]. Found [{', '.join(names)}]"
                )
            given[key] = names
        privileges, clusters = given["privileges"], given["clusters"]
        if privileges is not None and clusters is None:
            refuse(f"{start}. [clusters] must be defined when [privileges] are defined")
        if privileges is None and clusters is not None:
            refuse(f"{start}. [privileges] must be defined when [clusters] are defined")
        if not privileges or not clusters:
            raise RequestError("remote cluster groups must not be null or empty")
        if not all(map(str.strip, clusters)):
            raise RequestError("remote_cluster clusters aliases must contain valid non-empty, non-null values")
        groups.append(RemoteClusterGrant(clusters, privileges))
    return tuple(groups)


def workflows_of(name: str, value: Json) -> tuple[str, ...] | None:
    """The workflows of a `restriction`; None where it names none."""
    start = f"failed to parse restriction for role [{name}]"
    if not isinstance(value, FrozenMap):
        refuse(f"{start}. expected an object but found [{token_of(value)}] instead")
    workflows: tuple[str, ...] | None = None
    for key, items in value.items():
        if key != "workflows":
            refuse(f"{start}. unexpected field [{key}]")
        try:
            workflows = strings(key, items, allow_null=False)
        except RequestError as error:
            raise RequestError(f"{start}. {error.reason}", kind="parse_exception") from error
        if not workflows:
            refuse(f"{start}. [{key}] cannot be an empty array")
    return workflows
