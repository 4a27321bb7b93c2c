"""Kibana's role format and Elasticsearch's application privileges, converted both ways.

Sources in elastic/kibana, `x-pack/platform/plugins/shared/security/server/`:
`authorization/privilege_serializer.ts` @ b4099342f24d (the strings), `lib/role_utils.ts` @ b4099342f24d (writing),
`authorization/roles/elasticsearch_role.ts` @ 0a95f6e543fe (reading, and the order of its checks),
`routes/authorization/roles/get_all.test.ts` @ 46e930a5d457 (the newest shape of a transform error).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

import attrs

from mlaccess.catalog.kibana_features import FEATURES, Replacement
from mlaccess.errors import RequestError
from mlaccess.stack.kibana import KibanaGrant, KibanaRole
from mlaccess.stack.roles import ApplicationGrant, RoleDescriptor
from mlaccess.stack.values import FrozenMap, Json

__all__ = [
    "FEATURE_PRIVILEGE",
    "OWN_APPLICATION",
    "REASONS",
    "RESERVED_APPLICATION",
    "ErrorShape",
    "Replacements",
    "Restrictions",
    "Transformed",
    "catalogued_replacements",
    "from_elasticsearch",
    "kibana_role",
    "replace_deprecated",
    "role_descriptor",
    "to_elasticsearch",
]

OWN_APPLICATION = "kibana-.kibana"
RESERVED_APPLICATION = "kibana-*"
"""The application of built-in roles. Elasticsearch matches it as a wildcard; Kibana knows only this very text."""

FEATURE_PRIVILEGE = re.compile(r"feature_([a-zA-Z0-9_-]+)\.([a-zA-Z0-9_-]+)\Z")

_GLOBAL_BASE = ("all", "read", "*")
_SPACE_BASE = ("space_all", "space_read", "space_*")
_RESERVED = "reserved_"
_SPACE = "space:"

ErrorShape: TypeAlias = Literal["section", "reason", "state"]
"""How a transform error is written: `"kibana"` (8.x), `"kibana:<reason>"`, or an object with the raw entries."""

Restrictions: TypeAlias = Mapping[tuple[str, str], Literal["all_spaces", "disabled"]]
"""Feature privileges that may be given on all spaces only, or not at all. The machine learning feature has none."""

Replacements: TypeAlias = Mapping[tuple[str, str], tuple[Replacement, ...]]
"""What a deprecated feature's privilege is replaced by. A listed feature without an entry has no replacement."""


@attrs.frozen
class Transformed:
    """The Kibana part of a role as `GET /api/security/role` shows it."""

    kibana: tuple[KibanaGrant, ...]
    transform_error: tuple[Json, ...]
    unrecognized_applications: tuple[str, ...]


class _TransformationError(Exception):
    """A privilege that Kibana fails to read while it deserialises a role."""


# -- Kibana to Elasticsearch -------------------------------------------------------------------------------------


def to_elasticsearch(
    grants: Iterable[KibanaGrant], *, application: str = OWN_APPLICATION
) -> tuple[ApplicationGrant, ...]:
    """The application entries that Kibana writes for its own entries: one each, base privileges before features.

    Entries with `_reserved`, which Kibana reads but never writes, become entries on `kibana-*`.
    """
    return tuple(_entry(grant, application) for grant in grants)


def _entry(grant: KibanaGrant, application: str) -> ApplicationGrant:
    everywhere = grant.spaces == ("*",)
    base = grant.base if everywhere else tuple(f"space_{b}" for b in grant.base)
    features = tuple(f"feature_{f}.{p}" for f, privileges in grant.feature.items() for p in privileges)
    reserved = tuple(f"{_RESERVED}{r}" for r in grant.reserved)
    return ApplicationGrant(
        application=RESERVED_APPLICATION if reserved else application,
        privileges=(*base, *features, *reserved),
        resources=("*",) if everywhere else tuple(_SPACE + s for s in grant.spaces),
        origin=grant.origin,
    )


def role_descriptor(role: KibanaRole, *, application: str = OWN_APPLICATION) -> RoleDescriptor | None:
    """The Elasticsearch role behind a role in Kibana's shape, its application entries included.

    None where a transform error hides the entries: the role is in force all the same, and only the raw role or an
    error that carries the raw entries says what it grants. Applications that Kibana does not recognise are lost.
    """
    if role.transform_error:
        applications = _carried(role.transform_error)
        if applications is None:
            return None
    else:
        applications = to_elasticsearch(role.kibana, application=application)
    return attrs.evolve(role.elasticsearch, name=role.name, applications=applications)


def _carried(errors: Sequence[Json]) -> tuple[ApplicationGrant, ...] | None:
    """The raw entries inside a transform error of the newest shape."""
    for error in errors:
        state = error.get("state") if isinstance(error, FrozenMap) else None
        if isinstance(state, tuple):
            return tuple(_raw(entry) for entry in state if isinstance(entry, FrozenMap))
    return None


def _raw(entry: FrozenMap[str, Json]) -> ApplicationGrant:
    def texts(key: str) -> tuple[str, ...]:
        value = entry.get(key)
        return tuple(str(v) for v in value) if isinstance(value, tuple) else ()

    return ApplicationGrant(str(entry.get("application", "")), texts("privileges"), texts("resources"))


# -- Elasticsearch to Kibana -------------------------------------------------------------------------------------


def from_elasticsearch(
    applications: Iterable[ApplicationGrant],
    *,
    application: str = OWN_APPLICATION,
    restrictions: Restrictions | None = None,
    replacements: Replacements | None = None,
    error_shape: ErrorShape = "state",
) -> Transformed:
    """What Kibana makes of a role's application entries. Only its own application, `kibana-*` and `*` count.

    With `replacements`, privileges of deprecated features are replaced (`?replaceDeprecatedPrivileges=true`).
    Raises `RequestError` (status 500) for an entry without resources: Kibana's whole request fails then.
    """
    entries = tuple(applications)
    known = (application, RESERVED_APPLICATION, "*")
    considered = tuple(e for e in entries if e.application in known)
    unrecognized = tuple(dict.fromkeys(e.application for e in entries if e.application not in known))
    if any(not e.resources for e in considered):
        raise RequestError("an application entry has no resources", status=500, kind="Internal Server Error")
    reason = next((name for name, check in REASONS.items() if check(considered, application)), None)
    reason = reason or _restricted(considered, restrictions or {})
    grants: tuple[KibanaGrant, ...] = ()
    if reason is None:
        try:
            grants = tuple(_grant(e) for e in considered)
            if replacements is not None:
                grants = _replaced(grants, replacements)
        except _TransformationError:
            grants, reason = (), "transformation_exception"
    error = () if reason is None else (_error(reason, considered, error_shape),)
    return Transformed(grants, error, unrecognized)


def kibana_role(
    descriptor: RoleDescriptor, *, application: str = OWN_APPLICATION, error_shape: ErrorShape = "state"
) -> KibanaRole:
    """A raw role as Kibana would show it."""
    found = from_elasticsearch(descriptor.applications, application=application, error_shape=error_shape)
    return KibanaRole(
        descriptor.name,
        attrs.evolve(descriptor, applications=()),
        kibana=found.kibana,
        transform_error=found.transform_error,
        unrecognized_applications=found.unrecognized_applications,
        metadata=descriptor.metadata,
        description=descriptor.description,
        origin=descriptor.origin,
    )


_Check: TypeAlias = Callable[[tuple[ApplicationGrant, ...], str], bool]


def _is_reserved(privilege: str) -> bool:
    return privilege.startswith(_RESERVED)


def _is_feature(privilege: str) -> bool:
    return privilege.startswith("feature_")


def _own(entries: tuple[ApplicationGrant, ...], application: str) -> tuple[ApplicationGrant, ...]:
    return tuple(e for e in entries if e.application == application)


def _duplicated(entries: tuple[ApplicationGrant, ...], application: str) -> bool:
    resources = [r for e in _own(entries, application) for r in e.resources]
    return len(resources) != len(set(resources))


REASONS: dict[str, _Check] = {
    "reserved_privileges_mixed": lambda entries, application: any(
        not _is_reserved(p) and p != "*" for e in entries if e.application != application for p in e.privileges
    ),
    "reserved_privileges_wrong_app": lambda entries, application: any(
        _is_reserved(p) for e in _own(entries, application) for p in e.privileges
    ),
    "space_privileges_global": lambda entries, _: any(
        "*" in e.resources and p in _SPACE_BASE for e in entries for p in e.privileges
    ),
    "global_privileges_space": lambda entries, _: any(
        "*" not in e.resources and (p in _GLOBAL_BASE or _is_reserved(p)) for e in entries for p in e.privileges
    ),
    "base_feature_privileges_mixed": lambda entries, _: any(
        any(map(_is_feature, e.privileges)) and any(p in _GLOBAL_BASE or p in _SPACE_BASE for p in e.privileges)
        for e in entries
    ),
    "global_resource_mixed": lambda entries, _: any("*" in e.resources and len(e.resources) > 1 for e in entries),
    "invalid_resource_format": lambda entries, application: any(
        r != "*" and not r.startswith(_SPACE) for e in _own(entries, application) for r in e.resources
    ),
    "duplicated_resources": _duplicated,
}
"""Why Kibana refuses to show a role, in the order in which it looks: the first that holds is the reason."""


def _restricted(entries: tuple[ApplicationGrant, ...], restrictions: Restrictions) -> str | None:
    def held(kind: str) -> Iterable[ApplicationGrant]:
        for entry in entries:
            for privilege in entry.privileges:
                found = FEATURE_PRIVILEGE.match(privilege)
                if found and restrictions.get((found[1], found[2])) == kind:
                    yield entry

    if any("*" not in e.resources for e in held("all_spaces")):
        return "feature_requires_all_spaces"
    return "disabled_feature_privileges" if any(True for _ in held("disabled")) else None


def _grant(entry: ApplicationGrant) -> KibanaGrant:
    everywhere = entry.resources == ("*",)
    if everywhere:
        base = tuple(p for p in entry.privileges if p in _GLOBAL_BASE)
    else:
        base = tuple(p.removeprefix("space_") for p in entry.privileges if p in _SPACE_BASE)
    features: dict[str, list[str]] = {}
    for privilege in filter(_is_feature, entry.privileges):
        found = FEATURE_PRIVILEGE.match(privilege)
        if not found:
            raise _TransformationError(privilege)
        privileges = features.setdefault(found[1], [])
        if found[2] not in privileges:
            privileges.append(found[2])
    return KibanaGrant(
        spaces=("*",) if everywhere else tuple(r.removeprefix(_SPACE) for r in entry.resources),
        base=base,
        feature=FrozenMap({f: tuple(p) for f, p in features.items()}),
        reserved=tuple(p.removeprefix(_RESERVED) for p in entry.privileges if _is_reserved(p)) if everywhere else (),
        origin=entry.origin,
    )


def _error(reason: str, entries: tuple[ApplicationGrant, ...], shape: ErrorShape) -> Json:
    if shape == "section":
        return "kibana"
    if shape == "reason":
        return f"kibana:{reason}"
    state = tuple(
        FrozenMap[str, Json]({"application": e.application, "privileges": e.privileges, "resources": e.resources})
        for e in entries
    )
    return FrozenMap({"reason": f"kibana:{reason}", "state": state})


# -- deprecated features -----------------------------------------------------------------------------------------


def catalogued_replacements() -> Replacements:
    """The replacements of the catalogued deprecated features."""
    return {
        (feature.id, privilege): replacement
        for feature in FEATURES.values()
        if feature.deprecated
        for privilege, replacement in feature.privileges_replaced_by.items()
    }


def replace_deprecated(
    grants: Iterable[KibanaGrant], replacements: Replacements | None = None
) -> tuple[KibanaGrant, ...]:
    """Entries with the privileges of deprecated features replaced, as Kibana's `?replaceDeprecatedPrivileges` does.

    Raises `RequestError` (status 500) for a deprecated privilege that has no replacement.
    """
    try:
        return _replaced(grants, catalogued_replacements() if replacements is None else replacements)
    except _TransformationError as error:
        raise RequestError(f"deprecated privilege `{error}` has no replacement", status=500) from None


def _replaced(grants: Iterable[KibanaGrant], replacements: Replacements) -> tuple[KibanaGrant, ...]:
    deprecated = {feature for feature, _ in replacements}
    result: list[KibanaGrant] = []
    for grant in grants:
        features: dict[str, list[str]] = {}
        for feature, privileges in grant.feature.items():
            for privilege in privileges:
                new: tuple[Replacement, ...] = (Replacement(feature, (privilege,)),)
                if feature in deprecated:
                    new = replacements.get((feature, privilege), ())
                    if not new:
                        raise _TransformationError(f"feature_{feature}.{privilege}")
                for replacement in new:
                    held = features.setdefault(replacement.feature, [])
                    held.extend(p for p in replacement.privileges if p not in held)
        result.append(attrs.evolve(grant, feature=FrozenMap({f: tuple(p) for f, p in features.items()})))
    return tuple(result)
