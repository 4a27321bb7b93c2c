"""Elasticsearch's privilege APIs for any caller of a deployment: the request body in, the response body out.

`POST _security/user/_has_privileges`, `GET _security/user/_privileges`, `GET _security/_authenticate`.
"""

from datetime import datetime
from typing import cast

import attrs

from mlaccess.errors import RequestError
from mlaccess.resolver import Caller, HeldPermission, Resolver
from mlaccess.rules import Finding, Verdict
from mlaccess.stack import Identity, NotExported
from mlaccess.twins import elasticsearch as twin

__all__ = ["TwinAnswer", "authenticate", "has_privileges", "user_privileges"]


@attrs.frozen
class TwinAnswer:
    """A response body. With `doubts`, whatever it says yes to is certain, and what it says no to may be held."""

    body: dict[str, object]
    doubts: tuple[Finding, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether the live API would answer exactly this."""
        return not self.doubts

    def settled(self) -> dict[str, object]:
        """The body with None (`null` in JSON) in place of every no that the export does not settle."""
        return {key: self._settled(value) for key, value in self.body.items()}

    def _settled(self, value: object) -> object:
        if value is False and self.doubts:
            return None
        if isinstance(value, dict):
            return {key: self._settled(inner) for key, inner in cast("dict[str, object]", value).items()}
        return value


def has_privileges(
    resolver: Resolver,
    user: Caller | None,
    body: object,
    *,
    api_key: str | None = None,
    at: datetime | None = None,
) -> TwinAnswer:
    """The response of `POST _security/user/_has_privileges` for a caller.

    Raises `RequestError`: 401 for a caller who cannot authenticate, 400 for a body that Elasticsearch refuses,
    and where security is off.
    """
    held = _held(resolver, user, api_key, at, "POST", "/_security/user/_has_privileges")
    answer = twin.has_privileges(held.permission, _name(held), body, version=_version(resolver))
    whole = answer.get("has_all_requested") is True
    return TwinAnswer(answer, () if whole else held.doubts)


def user_privileges(
    resolver: Resolver, user: Caller | None, *, api_key: str | None = None, at: datetime | None = None
) -> TwinAnswer:
    """The response of `GET _security/user/_privileges`. Raises `RequestError`, as the API does for keys with roles."""
    held = _held(resolver, user, api_key, at, "GET", "/_security/user/_privileges")
    return TwinAnswer(twin.user_privileges(held.permission), held.doubts)


def authenticate(
    resolver: Resolver, user: Caller | None, *, api_key: str | None = None, at: datetime | None = None
) -> TwinAnswer:
    """The response of `GET _security/_authenticate`. Raises `RequestError` (401) for who cannot authenticate."""
    held = _held(resolver, user, api_key, at, "GET", "/_security/_authenticate")
    deployment = resolver.deployment
    if api_key is not None:
        keys = deployment.api_keys
        assert not isinstance(keys, NotExported)
        return TwinAnswer(twin.authenticate_api_key(keys[api_key]))
    if isinstance(user, Identity):
        return TwinAnswer(_authenticated_identity(user, held), held.doubts)
    for users in (deployment.users, deployment.file_users):
        if not isinstance(users, NotExported) and user in users:
            in_file = users is deployment.file_users
            realm = twin.Realm("default_file", "file") if in_file else None
            return TwinAnswer(twin.authenticate_user(users[str(user)], realm=realm))
    raise RequestError(f"the export does not hold user [{user}]", status=401, kind="security_exception")


def _authenticated_identity(identity: Identity, held: HeldPermission) -> dict[str, object]:
    from mlaccess.stack import FrozenMap, User

    realm = twin.Realm(identity.realm or "", identity.realm_type or "")
    user = User(identity.username, tuple(sorted(held.subject.roles)), metadata=identity.metadata or FrozenMap())
    return twin.authenticate_user(user, realm=realm)


def _held(
    resolver: Resolver, user: Caller | None, api_key: str | None, at: datetime | None, method: str, path: str
) -> HeldPermission:
    """What the caller holds. Raises `RequestError` where the API gives no answer.

    With security off its handlers are not registered (`getRestHandlers` of
    `x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/Security.java`), so that the path is
    refused as any unknown one, since 8.0 in these words (`handleBadRequest` of
    `server/src/main/java/org/elasticsearch/rest/RestController.java`).
    """
    if resolver.security_off:
        raise RequestError(f"no handler found for uri [{path}] and method [{method}]", kind="")
    held = resolver.permission(user, api_key=api_key, at=at)
    if held.subject.account.verdict is Verdict.DENIED:
        raise RequestError(f"unable to authenticate user [{held.subject.name}]", status=401, kind="security_exception")
    return held


def _name(held: HeldPermission) -> str:
    return held.subject.owner or held.subject.name


def _version(resolver: Resolver) -> str | None:
    version = resolver.deployment.version
    return version if isinstance(version, str) else None
