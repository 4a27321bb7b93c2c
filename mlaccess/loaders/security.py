"""Elasticsearch's security answers: roles, role mappings, API keys, service accounts, application privileges."""

import re
from collections.abc import Mapping
from typing import cast

from mlaccess.stack import (
    ApiKey,
    ApplicationPrivilege,
    FrozenMap,
    Json,
    RoleDescriptor,
    RoleMapping,
    RoleTemplate,
)

from .cursor import Cursor
from .descriptors import looks_like_descriptor, role_descriptor
from .jsontext import embedded_object
from .lists import named
from .outcome import Gave
from .secrets import metadata_of

__all__ = ["read_api_keys", "read_application_privileges", "read_role_mappings", "read_roles", "read_service_accounts"]


def read_roles(root: Cursor) -> Gave[FrozenMap[str, RoleDescriptor]] | None:
    """`GET _security/role`, `POST _security/_query/role`, a list of roles, or one role's body."""
    found = named(
        root, envelope=("roles",), name_key=("name",), what="role", is_body=looks_like_descriptor, map_by_name=True
    )
    if found is None:
        return None
    roles: dict[str, RoleDescriptor] = {name: role_descriptor(name, body) for name, body in found}
    return Gave(FrozenMap(roles), f"{len(roles)} roles", complete=found.complete)


_TIME_TO_LIVE = re.compile(r"\d+(nanos|micros|ms|s|m|h|d)")
"""A length of time as `TimeValue.java` reads it."""


def read_role_mappings(root: Cursor) -> Gave[FrozenMap[str, RoleMapping]] | None:
    """`GET _security/role_mapping`, a list of mappings, or one mapping's body."""
    found = named(
        root,
        envelope=("role_mappings",),
        name_key=("name",),
        what="role mapping",
        is_body=lambda body: "rules" in body.keys and ("roles" in body.keys or "role_templates" in body.keys),
        map_by_name=True,
    )
    if found is None:
        return None
    mappings: dict[str, RoleMapping] = {}
    for name, body in found:
        if body.is_object:
            mappings[name] = _role_mapping(name, body)
        else:
            body.fail("a role mapping, an object with `rules`")
    return Gave(FrozenMap(mappings), f"{len(mappings)} role mappings", complete=found.complete)


def _role_mapping(name: str, body: Cursor) -> RoleMapping:
    enabled = body.get("enabled")
    roles = body.get("roles")
    templates = body.get("role_templates")
    rules = body.get("rules")
    if enabled is None:
        body.note("a role mapping that does not say whether it is `enabled`, read as enabled", "default")
    if rules is None:
        body.refuse("no `rules`", "the rules of a role mapping")
    elif not rules.is_object:
        rules.fail("a rule, an object")
        rules = None
    if roles is None and templates is None:
        body.refuse("neither `roles` nor `role_templates`", "the roles that the mapping gives")
    elif roles is not None and templates is not None and roles.value and templates.value:
        body.note("both `roles` and `role_templates`, which Elasticsearch refuses; both are read", "refused")
    return RoleMapping(
        name,
        enabled=enabled.flag() if enabled is not None else True,
        rules=_rules(rules) if rules is not None else FrozenMap(),
        roles=roles.strings("a list of role names") if roles is not None else (),
        role_templates=tuple(_template(t) for t in templates.elements("a list of templates")) if templates else (),
        metadata=metadata_of(body),
        origin=body.origin,
    )


def _rules(cursor: Cursor) -> FrozenMap[str, Json]:
    """The rules without the values of keys that rules do not have: these might be anything, a secret too."""
    found = _known_rules(cursor.json_object())
    return found if isinstance(found, FrozenMap) else FrozenMap()


def _known_rules(value: Json) -> Json:
    if isinstance(value, tuple):
        return tuple(map(_known_rules, value))
    if not isinstance(value, FrozenMap):
        return value
    return FrozenMap(
        {
            key: member if key == "field" else _known_rules(member) if key in ("all", "any", "except") else None
            for key, member in value.items()
        }
    )


def _template(entry: Cursor) -> RoleTemplate:
    if not entry.is_object:
        entry.fail("a role template, an object with `template`")
        return RoleTemplate("")
    member, format_ = entry.get("template"), entry.get("format")
    kind = format_.text("`string` or `json`").lower() if format_ is not None else "string"
    if member is None:
        entry.refuse("no `template`", "the template's source")
        return RoleTemplate("", kind)
    if not isinstance(member.value, str | dict):
        member.fail("a template: a text or an object with `source`")
        return RoleTemplate("", kind)
    return RoleTemplate(_template_source(member), kind)


def _template_source(member: Cursor) -> str:
    """Answers hold the script as JSON text (`{"source": "..."}`), requests as an object. A stored script has no source
    in the export; its text is kept as it stands, and no resolver can run it."""
    value: Mapping[str, object] | None
    if isinstance(member.value, str):
        value = embedded_object(member.value)
        if value is None:
            return member.value
    else:
        value = {key: item.value for key, item in member.items()}
    source = value.get("source", value.get("inline"))
    if isinstance(source, str):
        return source
    if isinstance(source, dict):
        return Cursor(cast("object", source), member.file, member.report, member.pointer).json_text()
    member.note("a stored script, whose source is not in the export", "stored-script")
    return member.json_text()


def read_api_keys(root: Cursor) -> Gave[FrozenMap[str, ApiKey]] | str | None:
    """`GET _security/api_key?with_limited_by=true`, `POST _security/_query/api_key`, or one key alone."""
    if _only_descriptors(root):
        root.note("role descriptors of keys or owners without their keys", "excerpt")
        return "the file holds role descriptors without their keys"
    found = named(
        root,
        envelope=("api_keys",),
        name_key=("id", "name"),
        what="API key",
        is_body=lambda body: body.get("id", "name") is not None or "role_descriptors" in body.keys,
        map_by_name=False,
    )
    if found is None:
        return None
    keys = {id_: _api_key(id_, body) for id_, body in found}
    return Gave(FrozenMap(keys), f"{len(keys)} API keys", complete=found.complete)


def _only_descriptors(root: Cursor) -> bool:
    """Whether a list is the excerpt `limited_by` of one key: maps of descriptors by role name."""
    if not root.is_list:
        return False
    sets = list(root.elements())
    return bool(sets) and all(
        owner.is_object and bool(owner.keys) and all(looks_like_descriptor(body) for _, body in owner.items())
        for owner in sets
    )


def _api_key(id_: str, body: Cursor) -> ApiKey:
    if body.get("id") is None:
        body.note("an API key without an id, as a request to create one: it is known by its name", "request-body")
    descriptors, limited_by = body.get("role_descriptors"), body.get("limited_by")
    created, expires = body.get("creation"), body.get("expiration")
    if expires is not None and isinstance(expires.value, str) and _TIME_TO_LIVE.fullmatch(expires.value):
        expires.note("a time to live instead of a date, as requests have it; the key counts as never expiring", "ttl")
        expires = None
    invalidated = body.get("invalidated")
    return ApiKey(
        id_,
        name=_text(body, "name"),
        type=_text(body, "type") or "rest",
        username=_text(body, "username"),
        realm=_text(body, "realm"),
        realm_type=_text(body, "realm_type"),
        created_at=created.moment() if created is not None else None,
        expires_at=expires.moment() if expires is not None else None,
        invalidated=invalidated.flag() if invalidated is not None else False,
        role_descriptors=_descriptors(descriptors) if descriptors is not None else None,
        limited_by=tuple(_descriptors(owner) for owner in limited_by.elements("a list of owners' roles"))
        if limited_by is not None
        else None,
        metadata=metadata_of(body),
        origin=body.origin,
    )


def _descriptors(member: Cursor) -> tuple[RoleDescriptor, ...]:
    return tuple(role_descriptor(name, body) for name, body in member.items("role descriptors by name"))


def _text(body: Cursor, key: str) -> str:
    member = body.get(key)
    return member.text() if member is not None else ""


def read_service_accounts(root: Cursor) -> Gave[FrozenMap[str, RoleDescriptor]] | None:
    """`GET _security/service`."""
    accounts: dict[str, RoleDescriptor] = {}
    for name, body in root.items("service accounts by name"):
        descriptor = body.get("role_descriptor")
        if descriptor is None:
            body.refuse("no `role_descriptor`", "the descriptor of a service account")
        else:
            accounts[name] = role_descriptor(name, descriptor)
    return Gave(FrozenMap(accounts), f"{len(accounts)} service accounts")


def read_application_privileges(root: Cursor) -> Gave[FrozenMap[tuple[str, str], ApplicationPrivilege]] | None:
    """`GET _security/privilege`."""
    found: dict[tuple[str, str], ApplicationPrivilege] = {}
    for application, privileges in root.items("application privileges by application"):
        for name, body in privileges.items("application privileges by name"):
            actions = body.get("actions")
            if actions is None:
                body.refuse("no `actions`" if body.is_object else "no object", "an application privilege")
                continue
            for key, expected in (("application", application), ("name", name)):
                told = body.get(key)
                if told is not None and told.value != expected:
                    told.refuse("another name than the privilege's key", f"`{expected}`")
            found[application, name] = ApplicationPrivilege(
                application, name, frozenset(actions.strings("a list of actions")), origin=body.origin
            )
    return Gave(FrozenMap(found), f"{len(found)} application privileges")
