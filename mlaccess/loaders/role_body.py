"""Role bodies, read as strictly as Elasticsearch's REST layer reads them, and written back.

Every refusal is a `RequestError` with Elasticsearch's own reason. What needs privilege tables or patterns (unknown
privilege names, `except` outside `grant`) is checked later, by `permission.role_request`.
Sources, below `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/`: `authz/RoleDescriptor.java`,
`support/Validation.java`.
"""

import json
from typing import Any

import attrs

from mlaccess.errors import RequestError
from mlaccess.loaders.role_clauses import application_grant, global_privileges, remote_cluster_grants, workflows_of
from mlaccess.loaders.strict import entries, refuse, role_strings
from mlaccess.stack.origin import Origin
from mlaccess.stack.roles import FieldSecurity, IndicesGrant, RemoteIndicesGrant, RoleDescriptor
from mlaccess.stack.tokens import token_of
from mlaccess.stack.values import FrozenMap, Json, thaw

__all__ = ["parse_indices_grant", "parse_remote_indices_grant", "parse_role_body"]

_ENABLED: FrozenMap[str, Json] = FrozenMap({"enabled": True})
_MAX_NAME_LENGTH = 1024


def parse_role_body(
    name: str,
    body: Json,
    *,
    allow_restriction: bool = False,
    allow_description: bool = False,
    allow_2x_format: bool = False,
    origin: Origin | None = None,
) -> RoleDescriptor:
    """The descriptor that a role body means.

    `PUT _security/role` allows a description; API keys also allow a restriction. `allow_2x_format` reads `fields` as
    documents of the security index may still hold it. Raises RequestError with Elasticsearch's reason.
    """
    _check_name(name)
    if not isinstance(body, FrozenMap):
        refuse(f"failed to parse role [{name}]. expected an object but found [{token_of(body)}] instead")
    fields: dict[str, Any] = {"origin": origin}
    for key, value in body.items():
        match key:
            case "index" | "indices":
                grants = entries(value, key, f"failed to parse indices privileges for role [{name}]")
                fields["indices"] = tuple(
                    parse_indices_grant(name, g, key, allow_2x_format=allow_2x_format) for g in grants
                )
            case "run_as":
                fields["run_as"] = role_strings(name, key, value) or ()
            case "cluster":
                fields["cluster"] = role_strings(name, key, value) or ()
            case "applications" | "application":
                grants = entries(value, key, f"failed to parse application privileges for role [{name}]")
                fields["applications"] = tuple(application_grant(name, g, key) for g in grants)
            case "global":
                fields["global_"] = global_privileges(value)
            case "metadata":
                if not isinstance(value, FrozenMap):
                    refuse(f"expected field [{key}] to be of type object, but found [{token_of(value)}] instead")
                fields["metadata"] = value
            case "transient_metadata" if isinstance(value, FrozenMap):
                pass  # taken off the body and dropped
            case "remote_indices":
                grants = entries(value, key, f"failed to parse remote indices privileges for role [{name}]")
                fields["remote_indices"] = tuple(parse_remote_indices_grant(name, g, key) for g in grants)
            case "remote_cluster":
                fields["remote_cluster"] = remote_cluster_grants(name, value)
            case "restriction" if allow_restriction:
                fields["workflows"] = workflows_of(name, value)
            case "description" if allow_description:
                if not isinstance(value, str):
                    refuse(f"failed to parse role [{name}]. expected field [{key}] to be a string")
                fields["description"] = value
            case "type":
                pass  # documents of the security index carry it
            case _:
                refuse(f"failed to parse role [{name}]. unexpected field [{key}]")
    return RoleDescriptor(name, transient_metadata=_ENABLED, **fields)


def _check_name(name: str) -> None:
    printable = name.isascii() and name.isprintable()
    if not 1 <= len(name) <= _MAX_NAME_LENGTH or not printable or name.startswith(" ") or name.endswith(" "):
        raise RequestError(
            f"Validation Failed: 1: Role names must be at least 1 and no more than {_MAX_NAME_LENGTH} characters. "
            "They can contain alphanumeric characters (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in "
            "the Basic Latin (ASCII) block. Leading or trailing whitespace is not allowed.;",
            kind="validation_exception",
        )


@attrs.define
class _Group:
    """What an element of `indices` or `remote_indices` said so far."""

    names: tuple[str, ...] | None = None
    privileges: tuple[str, ...] | None = None
    grant: tuple[str, ...] | None = None
    except_: tuple[str, ...] | None = None
    query: str | None = None
    allow_restricted_indices: bool = False
    clusters: tuple[str, ...] | None = None

    @property
    def field_security(self) -> FieldSecurity | None:
        if self.grant is None and self.except_ is None:
            return None
        return FieldSecurity(self.grant, self.except_)


def parse_indices_grant(name: str, entry: Json, key: str = "indices", *, allow_2x_format: bool = False) -> IndicesGrant:
    """One element of `indices` of the role `name`."""
    group = _group(name, entry, key, allow_2x_format=allow_2x_format, allow_clusters=False)
    names, privileges = _complete(group)
    return IndicesGrant(
        names,
        privileges,
        field_security=group.field_security,
        query=group.query,
        allow_restricted_indices=group.allow_restricted_indices,
    )


def parse_remote_indices_grant(name: str, entry: Json, key: str = "remote_indices") -> RemoteIndicesGrant:
    """One element of `remote_indices` of the role `name`."""
    group = _group(name, entry, key, allow_2x_format=False, allow_clusters=True)
    names, privileges = _complete(group)
    if group.clusters is None:
        refuse(f"failed to parse remote indices privileges for role [{name}]. missing required [clusters] field")
    if not group.clusters:
        raise RequestError(
            "the [remote_indices] sub-field [clusters] must refer to at least one cluster alias or "
            "cluster alias pattern"
        )
    return RemoteIndicesGrant(
        group.clusters,
        names,
        privileges,
        field_security=group.field_security,
        query=group.query,
        allow_restricted_indices=group.allow_restricted_indices,
    )


def _complete(group: _Group) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not group.names:
        raise RequestError("indices privileges must refer to at least one index name or index name pattern")
    if not group.privileges:
        raise RequestError("indices privileges must define at least one privilege")
    return group.names, group.privileges


def _group(name: str, entry: Json, outer: str, *, allow_2x_format: bool, allow_clusters: bool) -> _Group:
    start = f"failed to parse indices privileges for role [{name}]"
    if not isinstance(entry, FrozenMap):
        refuse(
            f"{start}. expected field [{outer}] value to be an array of objects, "
            f"but found an array element of type [{token_of(entry)}]"
        )
    group = _Group()
    for key, value in entry.items():
        match key:
            case "names":
                group.names = _names(name, value, start)
            case "allow_restricted_indices":
                if not isinstance(value, bool):
                    refuse(
                        f"{start}. expected field [{key}] value to be a boolean, but found [{token_of(value)}] instead"
                    )
                group.allow_restricted_indices = value
            case "query":
                group.query = _query(value, start)
            case "field_security":
                _field_security(name, value, start, group)
            case "privileges":
                group.privileges = role_strings(name, key, value)
            case "fields" if allow_2x_format:
                group.grant = role_strings(name, key, value)
            case "fields":
                refuse(
                    f'["fields": [...]] format has changed for field permissions in role [{name}], '
                    'use ["field_security": {"grant":[...],"except":[...]}] instead'
                )
            case "transient_metadata":
                if not isinstance(value, FrozenMap):
                    refuse(
                        f"failed to parse transient metadata for role [{name}]. "
                        f'expected START_OBJECT but got {token_of(value)} in "{key}".'
                    )
            case "clusters" if allow_clusters:
                group.clusters = role_strings(name, key, value, allow_null=False)
            case _:
                refuse(f"{start}. unexpected field [{key}]")
    if group.names is None:
        refuse(f"{start}. missing required [names] field")
    if group.privileges is None:
        refuse(f"{start}. missing required [privileges] field")
    if group.except_ is not None and group.grant is None:
        refuse(f"{start}. field_security requires grant if except is given")
    return group


def _names(name: str, value: Json, start: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, tuple):
        refuse(
            f"{start}. expected field [names] value to be a string or an array of strings, "
            f"but found [{token_of(value)}] instead"
        )
    names = role_strings(name, "names", value, allow_null=False)
    if not names:
        refuse(f"{start}. [names] cannot be an empty array")
    return names


def _query(value: Json, start: str) -> str | None:
    if isinstance(value, FrozenMap):
        return json.dumps(thaw(value), separators=(",", ":"), ensure_ascii=False)
    if isinstance(value, str):
        return value or None
    if value is not None:
        refuse(
            f"{start}. expected field [query] value to be null, a string, an array, or an object, "
            f"but found [{token_of(value)}] instead"
        )
    return None


def _field_security(name: str, value: Json, start: str, group: _Group) -> None:
    if not isinstance(value, FrozenMap):
        refuse(f'{start}. expected START_OBJECT but got {token_of(value)} in "field_security".')
    if not value:
        refuse(f'{start}. "field_security" must not be empty.')
    for key, fields in value.items():
        if key not in ("grant", "except"):
            refuse(f'{start}. "field_security" only accepts options grant and except, but got: {key}')
        given = role_strings(name, key, fields)
        if given is None:
            refuse(f"{start}. {key} must not be null.")
        if key == "grant":
            group.grant = given
        else:
            group.except_ = given
