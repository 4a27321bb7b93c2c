"""Elasticsearch's APIs that tell a user what they may do, answered for any user of an exported deployment.

`POST _security/user/_has_privileges`, `GET _security/user/_privileges`, `GET _security/_authenticate`. Sources, below
`x-pack/plugin/`: `core/src/main/java/org/elasticsearch/xpack/core/security/authz/RoleDescriptor.java`
(`parsePrivilegesToCheck`), `core/src/main/java/org/elasticsearch/xpack/core/security/authz/AuthorizationEngine.java`
(`PrivilegesToCheck`), `security/src/main/java/org/elasticsearch/xpack/security/authz/RBACEngine.java`,
`core/src/main/java/org/elasticsearch/xpack/core/security/action/user/GetUserPrivilegesResponse.java`,
`core/src/main/java/org/elasticsearch/xpack/core/security/authc/Authentication.java`.
"""

from collections.abc import Iterable, Mapping

import attrs

from mlaccess.automata import TooComplex
from mlaccess.catalog.privileges import cluster_privilege, index_privilege
from mlaccess.errors import PatternError, RequestError
from mlaccess.loaders.role_body import parse_indices_grant
from mlaccess.loaders.role_clauses import application_grant
from mlaccess.loaders.strict import entries, refuse, strings
from mlaccess.permission import LimitedRole, Permission, Role
from mlaccess.permission.applications import validate_application_name
from mlaccess.permission.fields import FieldPermissions
from mlaccess.permission.groups import MergedGrant
from mlaccess.permission.indices import split_selector
from mlaccess.stack.roles import ApplicationGrant, FieldSecurity, IndicesGrant
from mlaccess.stack.tokens import token_of
from mlaccess.stack.users import ApiKey, User
from mlaccess.stack.values import FrozenMap, freeze, thaw

__all__ = [
    "PrivilegesToCheck",
    "Realm",
    "authenticate_api_key",
    "authenticate_service_account",
    "authenticate_user",
    "check_privileges",
    "has_privileges",
    "parse_privileges_to_check",
    "user_privileges",
]


# -- POST _security/user/_has_privileges -------------------------------------------------------------------------------


@attrs.frozen
class PrivilegesToCheck:
    """What a body of `_has_privileges` asks for."""

    cluster: tuple[str, ...] = ()
    index: tuple[IndicesGrant, ...] = ()
    application: tuple[ApplicationGrant, ...] = ()


def parse_privileges_to_check(username: str, body: object) -> PrivilegesToCheck:
    """Read a request body, as `json.loads` gives it. Raises RequestError with the reason of the live API."""
    frozen = freeze(body)
    if not isinstance(frozen, FrozenMap):
        refuse(
            f"failed to parse privileges check [{username}]. expected an object but found [{token_of(frozen)}] instead"
        )
    cluster: tuple[str, ...] | None = None
    index: tuple[IndicesGrant, ...] | None = None
    application: tuple[ApplicationGrant, ...] | None = None
    for key, value in frozen.items():
        if key == "index":
            start = f"failed to parse indices privileges for role [{username}]"
            index = tuple(parse_indices_grant(username, entry, key) for entry in entries(value, key, start))
        elif key == "cluster":
            cluster = strings(key, value, allow_null=True)
        elif key in ("application", "applications"):
            start = f"failed to parse application privileges for role [{username}]"
            application = tuple(application_grant(username, entry, key) for entry in entries(value, key, start))
        else:
            refuse(f"failed to parse privileges check [{username}]. unexpected field [{key}]")
    if cluster is None and index is None and application is None:
        refuse(
            f"failed to parse privileges check [{username}]. "
            "All privilege fields [index,cluster,applications] are missing"
        )
    for grant in index or ():
        if grant.field_security is not None and grant.field_security.limits:
            refuse("Field [field_security] is not supported in a has_privileges request")
        if grant.query is not None:
            refuse("Field [query] is not supported in a has_privileges request")
    return PrivilegesToCheck(cluster or (), index or (), application or ())


def _validate(asked: PrivilegesToCheck, version: str | None) -> None:
    problems: list[str] = []
    if not (asked.cluster or asked.index or asked.application):
        problems.append("must specify at least one privilege")
    for grant in asked.index:
        if any(split_selector(name)[1] is not None for name in grant.names):
            # The refusal is certain, its wording is not.
            names = ",".join(grant.names)
            problems.append(f"selectors [::] are not allowed in the index name expression [{names}]")
    for application in asked.application:
        try:
            validate_application_name(application.application)
        except RequestError as error:
            problems.append(error.reason)
    if problems:
        numbered = "".join(f"{number}: {problem};" for number, problem in enumerate(problems, start=1))
        raise RequestError(f"Validation Failed: {numbered}", kind="action_request_validation_exception")
    for name in asked.cluster:
        cluster_privilege(name, version)
    for grant in asked.index:
        for name in grant.privileges:
            index_privilege(name, version)


def has_privileges(role: Permission, username: str, body: object, *, version: str | None = None) -> dict[str, object]:
    """The response body for a user with this role. Raises RequestError where the live API answers 400.

    `version`: decides which names of privileges are known; the newest where None.
    """
    asked = parse_privileges_to_check(username, body)
    _validate(asked, version)
    return check_privileges(role, username, asked)


def check_privileges(role: Permission, username: str, asked: PrivilegesToCheck) -> dict[str, object]:
    """The response body for a request that was read already. Raises RequestError for a pattern too complex."""
    cluster = {name: role.cluster.implies(name) for name in asked.cluster}
    index: dict[str, dict[str, bool]] = {}
    for grant in asked.index:
        for name in grant.names:
            answers = _check_index(role, name, grant)
            _and_into(index.setdefault(name, {}), answers)
    application: dict[str, dict[str, dict[str, bool]]] = {}
    for entry in asked.application:
        resources = application.setdefault(entry.application, {})
        for resource in entry.resources:
            answers = role.applications.check(entry.application, entry.privileges, resource)
            _and_into(resources.setdefault(resource, {}), answers)
    every = [*cluster.values()]
    every.extend(value for answers in index.values() for value in answers.values())
    every.extend(value for held in application.values() for answers in held.values() for value in answers.values())
    return {
        "username": username,
        "has_all_requested": all(every),
        "cluster": cluster,
        "index": index,
        "application": application,
    }


def _check_index(role: Permission, name: str, grant: IndicesGrant) -> dict[str, bool]:
    try:
        return role.indices.check(name, grant.privileges, allow_restricted=grant.allow_restricted_indices)
    except TooComplex as error:
        raise RequestError(f"the provided index pattern [{name}] is too complex to be evaluated") from error
    except PatternError as error:
        raise RequestError(error.message) from error


def _and_into(found: dict[str, bool], answers: Mapping[str, bool]) -> None:
    """Answers to a question that was asked twice count together."""
    for name, value in answers.items():
        found[name] = found.get(name, True) and value


# -- GET _security/user/_privileges ------------------------------------------------------------------------------------


def user_privileges(role: Permission) -> dict[str, object]:
    """The response body for a user with this role.

    Raises RequestError for an API key with role descriptors of its own, for which the live API answers 400 as well.
    """
    if isinstance(role, LimitedRole):
        raise RequestError(
            "Cannot retrieve privileges for API keys with assigned role descriptors. Please use the Get API key "
            "information API https://ela.co/es-api-get-api-key"
        )
    body: dict[str, object] = {
        "cluster": sorted({cluster_privilege(name).name for name in _known(role)}),
        "global": [thaw(condition.body) for condition in role.cluster.conditions],
        "indices": [_indices(grant) for grant in role.merged_indices],
        "applications": _applications(role),
        "run_as": sorted(role.run_as),
    }
    remote = [
        {**_indices(grant), "clusters": sorted(entry.clusters)}
        for entry in role.remote_indices
        for grant in entry.grants
    ]
    if remote:
        body["remote_indices"] = remote
    if role.remote_cluster:
        body["remote_cluster"] = [
            {"privileges": list(grant.privileges), "clusters": list(grant.clusters)} for grant in role.remote_cluster
        ]
    return body


def _known(role: Role) -> Iterable[str]:
    unknown = set(role.cluster.unknown)
    return (name for name in role.cluster.names if name not in unknown)


def _indices(grant: MergedGrant) -> dict[str, object]:
    found: dict[str, object] = {
        "names": sorted(grant.names),
        "privileges": sorted({name.lower() for name in grant.privileges}),
    }
    if FieldPermissions.of(grant.field_security).limits:
        found["field_security"] = [_fields(fields) for fields in grant.field_security if fields is not None]
    if grant.queries is not None:
        found["query"] = sorted(grant.queries)
    found["allow_restricted_indices"] = grant.allow_restricted
    return found


def _fields(fields: FieldSecurity) -> dict[str, object]:
    found: dict[str, object] = {}
    if fields.grant:
        found["grant"] = list(fields.grant)
    if fields.except_:
        found["except"] = list(fields.except_)
    return found


def _applications(role: Role) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for entry in role.applications.entries:
        resources = role.applications.resource_patterns(entry.privilege)
        if resources:
            found.append(
                {
                    "application": entry.privilege.application,
                    "privileges": sorted(entry.privilege.names),
                    "resources": sorted(resources),
                }
            )
    return found


# -- GET _security/_authenticate ---------------------------------------------------------------------------------------


@attrs.frozen
class Realm:
    """A realm by name and type."""

    name: str
    type: str


_NATIVE = Realm("default_native", "native")
_RESERVED = Realm("reserved", "reserved")
_API_KEY = Realm("_es_api_key", "_es_api_key")
_SERVICE_ACCOUNT = Realm("_service_account", "_service_account")


def authenticate_user(
    user: User,
    *,
    realm: Realm | None = None,
    lookup_realm: Realm | None = None,
    authentication_type: str = "realm",
) -> dict[str, object]:
    """The response body for a user. Raises RequestError (401) for a disabled one.

    `realm`: where they authenticated; the reserved or the native realm where None. `lookup_realm`: where the user was
    found, if elsewhere: for a user that another acts as, `realm` is that other's.
    """
    if not user.enabled:
        raise RequestError(f"failed to authenticate user [{user.username}]", status=401, kind="security_exception")
    own = realm or (_RESERVED if user.reserved else _NATIVE)
    return {
        "username": user.username,
        "roles": list(user.roles),
        "full_name": user.full_name,
        "email": user.email,
        "metadata": thaw(user.metadata),
        "enabled": True,
        **_realms(own, lookup_realm or own),
        "authentication_type": authentication_type,
    }


def authenticate_api_key(key: ApiKey, *, managed_by: str | None = None) -> dict[str, object]:
    """The response body for an API key: the owner's name without their roles. Raises RequestError (401) if invalidated.

    `managed_by`: `elasticsearch` or `cloud`, which newer versions say; None leaves it out.
    """
    if key.invalidated:
        raise RequestError("api key has been invalidated", status=401, kind="security_exception")
    described = {"id": key.id, "name": key.name}
    if managed_by is not None:
        described["managed_by"] = managed_by
    return {
        "username": key.username,
        "roles": [],
        "full_name": None,
        "email": None,
        "metadata": {},
        "enabled": True,
        **_realms(_API_KEY, _API_KEY),
        "authentication_type": "api_key",
        "api_key": described,
    }


def authenticate_service_account(
    principal: str,
    *,
    token_name: str,
    token_type: str = "_service_account_index",
    managed_by: str | None = None,
) -> dict[str, object]:
    """The response body for a service account such as `elastic/fleet-server`, by one of its tokens."""
    token = {"name": token_name, "type": token_type}
    if managed_by is not None:
        token["managed_by"] = managed_by
    return {
        "username": principal,
        "roles": [],
        "full_name": f"Service account - {principal}",
        "email": None,
        "metadata": {"_elastic_service_account": True},
        "enabled": True,
        **_realms(_SERVICE_ACCOUNT, _SERVICE_ACCOUNT),
        "authentication_type": "token",
        "token": token,
    }


def _realms(own: Realm, lookup: Realm) -> dict[str, object]:
    return {
        "authentication_realm": {"name": own.name, "type": own.type},
        "lookup_realm": {"name": lookup.name, "type": lookup.type},
    }
