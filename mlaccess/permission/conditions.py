"""Cluster privileges that hang on the request: who asks, for which keys, applications, profiles or roles.

Sources, below `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/privilege/`:
`ManageOwnApiKeyClusterPrivilege.java`, `ConfigurableClusterPrivileges.java`.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import attrs

from mlaccess.automata import Language
from mlaccess.catalog.restricted import restricted_names
from mlaccess.patterns import patterns
from mlaccess.permission.groups import IndicesGroup
from mlaccess.permission.indices import IndicesPermission
from mlaccess.stack.roles import IndicesGrant
from mlaccess.stack.values import FrozenMap, Json

__all__ = ["Authentication", "Condition", "Request", "conditions_of", "owns_api_keys"]

_API_KEY = "cluster:admin/xpack/security/api_key/"
_ALWAYS_OWN = {
    _API_KEY + "create": "create_api_key",
    _API_KEY + "update": "update_api_key",
    _API_KEY + "bulk_update": "bulk_update_api_key",
}
"""The requests that are about the caller's own keys whatever they say; any other that says nothing is not."""


@attrs.frozen
class Authentication:
    """Who sends a request. `username` and `realm` are those of the effective user, of a key's owner for an API key."""

    username: str = ""
    realm: str = ""
    api_key_id: str | None = None


@attrs.frozen
class Request:
    """What a request says. `type` in the words of the API: `get_api_key`, `put_role`, `update_profile_data`."""

    type: str
    fields: FrozenMap[str, Json] = FrozenMap()

    def texts(self, field: str) -> tuple[str, ...]:
        """The values of a field that holds one text or several."""
        value = self.fields.get(field)
        if isinstance(value, str):
            return (value,)
        if isinstance(value, FrozenMap):
            return tuple(value)
        return tuple(v for v in value if isinstance(v, str)) if isinstance(value, tuple) else ()

    def flag(self, field: str) -> bool:
        """Whether a field is true."""
        return self.fields.get(field) is True

    def text(self, field: str) -> str | None:
        """The value of a field that holds a text."""
        value = self.fields.get(field)
        return value if isinstance(value, str) else None


def owns_api_keys(action: str, request: Request | None, caller: Authentication | None) -> bool:
    """Whether a request about API keys is about the caller's own: what `manage_own_api_key` asks.

    Without a request it counts as one that names no key.
    """
    request = request or Request(_ALWAYS_OWN.get(action, ""))
    caller = caller or Authentication()
    by_key = caller.api_key_id is not None
    match request.type:
        case "create_api_key" | "update_api_key" | "bulk_update_api_key":
            # Whose key is updated is asked later, by the API itself.
            return True
        case "get_api_key":
            if by_key and request.flag("with_limited_by"):
                return False
            return _owns(request, caller, request.text("id"))
        case "invalidate_api_key":
            keys = request.texts("ids") or request.texts("id")
            return all(_owns(request, caller, key) for key in keys) if keys else _owns(request, caller, None)
        case "query_api_key":
            if by_key and request.flag("with_limited_by"):
                return False
            return request.flag("filter_for_current_user")
        case _:
            return False


def _owns(request: Request, caller: Authentication, key: str | None) -> bool:
    if caller.api_key_id is not None:
        # An API key owns no key but itself.
        return key is not None and key == caller.api_key_id
    if request.flag("owned_by_authenticated_user"):
        return True
    username, realm = request.text("username"), request.text("realm_name")
    return bool(username and realm) and username == caller.username and realm == caller.realm


@attrs.frozen
class Condition:
    """One privilege of `global`. `kind`: `application`, `profile` or `role`; `body` as the role has it."""

    kind: str
    applications: tuple[str, ...] = ()
    groups: tuple[IndicesGrant, ...] = ()
    body: Json = None

    @property
    def actions(self) -> Language:
        """The actions that the privilege is about."""
        return patterns(_ACTIONS[self.kind])

    def grants(self, action: str, request: Request | None, restricted: Language | None = None) -> bool:
        """Whether the action is granted for a request; never where the request is not given."""
        if request is None or not self.actions.matches(action):
            return False
        match self.kind:
            case "application":
                return self._application(request)
            case "profile":
                names = {*request.texts("labels"), *request.texts("data")}
                return request.type == "update_profile_data" and all(map(patterns(self.applications).matches, names))
            case _:
                return self._role(request, restricted)

    def _application(self, request: Request) -> bool:
        if request.type not in ("get_privileges", "put_privileges", "delete_privileges"):
            return False
        names = {*request.texts("application"), *request.texts("applications")}
        if not names:
            return "*" in self.applications
        return all(map(patterns(self.applications).matches, names))

    def _role(self, request: Request, restricted: Language | None) -> bool:
        if request.type in ("delete_role", "bulk_delete_roles"):
            return True
        if request.type == "bulk_put_roles":
            roles = request.fields.get("roles")
            bodies = (
                roles if isinstance(roles, tuple) else tuple(roles.values()) if isinstance(roles, FrozenMap) else ()
            )
            return all(isinstance(body, FrozenMap) and self._may_put(body, restricted) for body in bodies)
        return request.type == "put_role" and self._may_put(request.fields, restricted)

    def _may_put(self, body: Mapping[str, Json], restricted: Language | None) -> bool:
        """Whether a role has nothing but index privileges, and each of them is within the groups of this privilege."""
        if any(
            body.get(key) for key in ("cluster", "run_as", "applications", "remote_indices", "remote_cluster", "global")
        ):
            return False
        permission = _permission(self.groups, restricted_names() if restricted is None else restricted)
        asked = body.get("indices") or ()
        return isinstance(asked, tuple) and all(
            isinstance(entry, FrozenMap) and _within(permission, Request("", entry)) for entry in asked
        )


def _within(permission: IndicesPermission, entry: Request) -> bool:
    names, privileges = entry.texts("names"), entry.texts("privileges")
    return all(
        all(permission.check(name, privileges, join=any(n.startswith("/") for n in names)).values()) for name in names
    )


@lru_cache(256)
def _permission(groups: tuple[IndicesGrant, ...], restricted: Language) -> IndicesPermission:
    return IndicesPermission(IndicesGroup.split(groups, restricted), restricted)


_ACTIONS = {
    "application": ("cluster:admin/xpack/security/privilege/*",),
    "profile": ("cluster:admin/xpack/security/profile/put/data",),
    "role": (
        "cluster:admin/xpack/security/role/put",
        "cluster:admin/xpack/security/role/bulk_put",
        "cluster:admin/xpack/security/role/delete",
        "cluster:admin/xpack/security/role/bulk_delete",
    ),
}


def conditions_of(global_: Sequence[Json]) -> tuple[Condition, ...]:
    """The privileges of `global`, each by itself, as the API prints them."""
    found: list[Condition] = []
    for element in global_:
        if not isinstance(element, FrozenMap):
            continue
        for kind, key in (("application", "manage"), ("profile", "write"), ("role", "manage")):
            category = element.get(kind)
            content = category.get(key) if isinstance(category, FrozenMap) else None
            if isinstance(content, FrozenMap):
                found.append(_condition(kind, key, content))
    return tuple(dict.fromkeys(found))


def _condition(kind: str, key: str, content: FrozenMap[str, Json]) -> Condition:
    body = FrozenMap[str, Json]({kind: FrozenMap[str, Json]({key: content})})
    if kind != "role":
        return Condition(kind, Request("", content).texts("applications"), body=body)
    entries = content.get("indices")
    groups = tuple(
        IndicesGrant(Request("", entry).texts("names"), Request("", entry).texts("privileges"))
        for entry in (entries if isinstance(entries, tuple) else ())
        if isinstance(entry, FrozenMap)
    )
    return Condition(kind, groups=groups, body=body)
