"""Role descriptors as `GET _security/role` answers them and as people write them.

Shapes: `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/RoleDescriptor.java`. Names are
kept as they are written; whether Elasticsearch knows them is asked elsewhere.
"""

from collections.abc import Iterable

from mlaccess.stack import (
    ApplicationGrant,
    FieldSecurity,
    IndicesGrant,
    Json,
    RemoteClusterGrant,
    RemoteIndicesGrant,
    RoleDescriptor,
)

from .cursor import Cursor
from .secrets import metadata_of

__all__ = ["application_grants", "looks_like_descriptor", "role_descriptor"]

_CLAUSES = frozenset(
    {
        "applications",
        "cluster",
        "global",
        "index",
        "indices",
        "remote_cluster",
        "remote_indices",
        "runAs",
        "run_as",
    }
)
_KNOWN = _CLAUSES | {
    "_sort",
    "description",
    "elasticsearch",
    "kibana",
    "metadata",
    "name",
    "restriction",
    "role_templates",
    "transient_metadata",
}
_KNOWN_INDICES = frozenset(
    [
        "names",
        "privileges",
        "field_security",
        "fields",
        "query",
        "allow_restricted_indices",
        "implicitly_granted",
        "clusters",
    ]
)


def looks_like_descriptor(body: Cursor) -> bool:
    """Whether an object is one role's body rather than a map of roles by name."""
    for key in _CLAUSES - {"global"}:
        member = body.get(key)
        if member is not None and not member.is_object:
            return True
    configurable = body.get("global")
    if configurable is None:
        return False
    return configurable.is_list or configurable.keys <= {"application", "profile", "role"}


def role_descriptor(name: str, body: Cursor) -> RoleDescriptor:
    """One role. Anything of the wrong type is reported at its place."""
    if not body.is_object:
        body.fail("a role: an object with `cluster`, `indices`, `applications`")
        return RoleDescriptor(name, origin=body.origin)
    if body.keys - _KNOWN and not body.keys & _CLAUSES:
        body.refuse("an object without any clause of a role", "`cluster`, `indices`, `applications`")
    _note_unknown(body, _KNOWN, "role")
    if body.get("index") is not None and body.get("indices") is None:
        body.note("`index` where Elasticsearch writes `indices`, read as such", "spelling")
    description = body.get("description")
    return RoleDescriptor(
        name,
        cluster=_strings(body.get("cluster"), "a list of cluster privileges"),
        indices=tuple(_indices_grant(e) for e in _entries(body.get("indices", "index"))),
        applications=application_grants(body.get("applications")),
        run_as=_strings(body.get("run_as", "runAs"), "a list of user names"),
        global_=_global(body.get("global")),
        remote_indices=tuple(_remote_indices_grant(e) for e in _entries(body.get("remote_indices"))),
        remote_cluster=tuple(_remote_cluster_grant(e) for e in _entries(body.get("remote_cluster"))),
        metadata=metadata_of(body),
        transient_metadata=metadata_of(body, "transient_metadata"),
        workflows=_workflows(body.get("restriction")),
        description=description.text() if description else "",
        origin=body.origin,
    )


def application_grants(applications: Cursor | None) -> tuple[ApplicationGrant, ...]:
    """The elements of `applications`."""
    return tuple(
        ApplicationGrant(
            _required_text(entry, "application", "the name of an application"),
            _required_strings(entry, "privileges", "a list of application privileges"),
            _resources(entry),
            origin=entry.origin,
        )
        for entry in _entries(applications)
    )


def _note_unknown(body: Cursor, known: frozenset[str], of: str) -> None:
    unknown = sorted(body.keys - known)
    if unknown:
        names = ", ".join(f"`{key}`" for key in unknown[:5])
        body.note(f"keys that a {of} does not have are ignored: {names}", "unknown-key")


def _strings(member: Cursor | None, expected: str) -> tuple[str, ...]:
    return member.strings(expected) if member is not None else ()


def _required_strings(entry: Cursor, key: str, expected: str) -> tuple[str, ...]:
    member = entry.get(key)
    if member is None:
        entry.refuse(f"no `{key}`", expected)
        return ()
    return member.strings(expected)


def _required_text(entry: Cursor, key: str, expected: str) -> str:
    member = entry.get(key)
    if member is None:
        entry.refuse(f"no `{key}`", expected)
        return ""
    return member.text(expected)


def _entries(member: Cursor | None) -> Iterable[Cursor]:
    if member is None:
        return
    if isinstance(member.value, str):
        member.note("a text where entries belong, read as a name without privileges", "scalar")
        yield Cursor({"names": [member.value], "privileges": []}, member.file, member.report, member.pointer)
        return
    for element in member.elements("a list of entries"):
        if element.is_object:
            yield element
        else:
            element.fail("an entry: an object with `privileges`")


def _indices_grant(entry: Cursor) -> IndicesGrant:
    _note_unknown(entry, _KNOWN_INDICES, "entry of `indices`")
    return IndicesGrant(
        names=_names(entry),
        privileges=_required_strings(entry, "privileges", "a list of index privileges"),
        field_security=_field_security(entry),
        query=_query(entry.get("query")),
        allow_restricted_indices=_flag(entry.get("allow_restricted_indices")),
        implicitly_granted=_flag(entry.get("implicitly_granted")),
        origin=entry.origin,
    )


def _remote_indices_grant(entry: Cursor) -> RemoteIndicesGrant:
    return RemoteIndicesGrant(
        clusters=_scalar_or_list(entry, "clusters", "a list of cluster aliases"),
        names=_names(entry),
        privileges=_required_strings(entry, "privileges", "a list of index privileges"),
        field_security=_field_security(entry),
        query=_query(entry.get("query")),
        allow_restricted_indices=_flag(entry.get("allow_restricted_indices")),
        origin=entry.origin,
    )


def _remote_cluster_grant(entry: Cursor) -> RemoteClusterGrant:
    return RemoteClusterGrant(
        clusters=_scalar_or_list(entry, "clusters", "a list of cluster aliases"),
        privileges=_required_strings(entry, "privileges", "a list of remote cluster privileges"),
        origin=entry.origin,
    )


def _resources(entry: Cursor) -> tuple[str, ...]:
    member = entry.get("resources")
    if member is None:
        entry.note("no `resources`, which Elasticsearch refuses: the entry grants nothing", "refused")
        return ()
    return member.strings("a list of resources")


def _names(entry: Cursor) -> tuple[str, ...]:
    return _scalar_or_list(entry, "names", "a list of index names")


def _scalar_or_list(entry: Cursor, key: str, expected: str) -> tuple[str, ...]:
    """Members that Elasticsearch itself accepts as one text."""
    member = entry.get(key)
    if member is None:
        entry.refuse(f"no `{key}`", expected)
        return ()
    return (member.value,) if isinstance(member.value, str) else member.strings(expected)


def _flag(member: Cursor | None) -> bool:
    return member.flag() if member is not None else False


def _query(member: Cursor | None) -> str | None:
    """The document level security query as JSON text: answers hold a text, requests may hold an object."""
    if member is None:
        return None
    value: object = member.value
    if value == "":  # is no query, and a role without one needs no licence for it
        return None
    if not isinstance(value, str | dict):
        member.fail("a query: a JSON text or an object")
        return None
    return member.json_text()


def _field_security(entry: Cursor) -> FieldSecurity | None:
    member = entry.get("field_security")
    if member is None:
        # Before 6.0 the granted fields stood in `fields`, as a list or as an object with `grant` and `except`.
        legacy = entry.get("fields")
        if legacy is None:
            return None
        if not legacy.is_object:
            return FieldSecurity(grant=legacy.strings("a list of field names"))
        member = legacy
    elif not member.is_object:
        member.fail("an object with `grant` and `except`")
        return None
    grant, except_ = member.get("grant"), member.get("except")
    return FieldSecurity(
        grant=_fields(grant) if grant is not None else None,
        except_=_fields(except_) if except_ is not None else None,
    )


def _fields(member: Cursor) -> tuple[str, ...]:
    return (member.value,) if isinstance(member.value, str) else member.strings("a list of field names")


def _global(member: Cursor | None) -> tuple[Json, ...]:
    if member is None:
        return ()
    if member.is_list:
        return tuple(e.json_object() for e in member.elements())
    if not member.is_object:
        member.fail("an object of configurable cluster privileges")
        return ()
    found = member.json_object()
    return (found,) if found else ()


def _workflows(restriction: Cursor | None) -> tuple[str, ...] | None:
    if restriction is None:
        return None
    if not restriction.is_object:
        restriction.fail("an object with `workflows`")
        return None
    workflows = restriction.get("workflows")
    return workflows.strings("a list of workflows") if workflows is not None else None
