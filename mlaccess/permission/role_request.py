"""What `PUT _security/role` asks of a role beyond its shape: known privileges, valid names, fields and queries.

Sources, below `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/`:
`action/role/RoleDescriptorRequestValidator.java`, `authz/permission/FieldPermissions.java`.
"""

from collections.abc import Callable, Iterator
from functools import partial

from mlaccess.catalog.privileges import Selector, UnknownPrivilege, cluster_privilege, resolve_index_privileges
from mlaccess.errors import RequestError
from mlaccess.patterns import patterns
from mlaccess.permission.applications import validate_application_name, validate_privilege_or_action
from mlaccess.permission.fields import before_exceptions
from mlaccess.permission.role_query import check_role_queries
from mlaccess.stack.roles import IndicesGrant, RemoteIndicesGrant, RoleDescriptor

__all__ = ["check_field_security", "role_errors", "validate_role"]

_MAX_DESCRIPTION_LENGTH = 1000


def check_field_security(role: RoleDescriptor) -> None:
    """Raises RequestError unless every `except` lies within its `grant`; Elasticsearch asks this while it parses.

    Raises TooComplex for patterns over Elasticsearch's work limit.
    """
    grants: list[IndicesGrant | RemoteIndicesGrant] = [*role.indices, *role.remote_indices]
    for grant in grants:
        fields = grant.field_security
        if fields is not None and fields.except_ and not before_exceptions(fields).includes(patterns(fields.except_)):
            raise RequestError(
                f"failed to parse indices privileges for role [{role.name}] - Exceptions for field permissions must be "
                f"a subset of the granted fields but {','.join(fields.except_)} is not a subset of "
                f"{','.join(fields.grant or ())}",
                kind="parse_exception",
            )


def validate_role(role: RoleDescriptor) -> None:
    """Raises RequestError, with every reason at once, for a role that the API would refuse."""
    errors = list(role_errors(role))
    if errors:
        numbered = "".join(f"{number}: {error};" for number, error in enumerate(errors, start=1))
        raise RequestError(f"Validation Failed: {numbered}", kind="action_request_validation_exception")
    check_role_queries(role)


def role_errors(role: RoleDescriptor) -> Iterator[str]:
    """What is wrong with a role, in Elasticsearch's words and order."""
    for name in role.cluster:
        yield from _refusal(partial(cluster_privilege, name))
    for grant in role.indices:
        yield from (":: selectors are not allowed in the index name expression" for name in grant.names if "::" in name)
        _, problem = _selectors(grant.privileges)
        if problem:
            yield problem
    for remote in role.remote_indices:
        if "" in remote.clusters:
            yield "remote index cluster alias cannot be an empty string"
        selectors, problem = _selectors(remote.privileges)
        if problem:
            yield problem
        if Selector.FAILURES in selectors:
            yield "remote index privileges cannot contain privileges that grant access to the failure store"
    for application in role.applications:
        yield from _refusal(partial(validate_application_name, application.application, wildcard=True))
        for name in application.privileges:
            yield from _refusal(partial(validate_privilege_or_action, name))
    if any(key.startswith("_") for key in role.metadata):
        yield "role descriptor metadata keys may not start with [_]"
    if len(role.description) > _MAX_DESCRIPTION_LENGTH:
        yield f"Role description must be less than {_MAX_DESCRIPTION_LENGTH} characters."


def _refusal(check: Callable[[], object]) -> Iterator[str]:
    try:
        check()
    except RequestError as error:
        yield error.reason


def _selectors(privileges: tuple[str, ...]) -> tuple[frozenset[Selector], str]:
    """The parts of a data stream that index privileges speak of, or why the privileges are refused."""
    names = frozenset(privileges)
    if len(names) < len(privileges):
        # Elasticsearch puts them into a Java set that takes no element twice, and passes that refusal on.
        return frozenset(), f"duplicate element: {next(p for p in privileges if privileges.count(p) > 1)}"
    try:
        return frozenset(selector for selector, _ in resolve_index_privileges(names)), ""
    except UnknownPrivilege as error:
        return frozenset(), error.reason
