"""Two deployments compared part by part: what somebody changed, item by item, before asking what it does."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias, cast

import attrs

from mlaccess.stack import Deployment, FrozenMap, NotExported, Origin, SpaceAssignments, Users

__all__ = ["ENVIRONMENT", "NOUNS", "USERS", "How", "PartChange", "compare", "with_part"]

How: TypeAlias = Literal["added", "removed", "changed", "now exported", "no longer exported"]

NOUNS: Mapping[str, str] = {
    "version": "Elasticsearch version",
    "build_flavor": "build flavor",
    "kibana_version": "Kibana version",
    "collected_at": "time of the export",
    "license": "licence",
    "nodes": "nodes",
    "cluster_settings": "cluster settings",
    "xpack": "usage report",
    "users": "user",
    "roles": "role",
    "kibana_roles": "role in Kibana",
    "role_mappings": "role mapping",
    "api_keys": "API key",
    "application_privileges": "stored application privileges",
    "file_users": "user of the file realm",
    "file_roles": "role of `roles.yml`",
    "file_role_mappings": "mappings of `role_mapping.yml`",
    "spaces": "space",
    "data_views": "data views of space",
    "jobs": "job",
    "datafeeds": "datafeed",
    "analytics": "analytics job",
    "trained_models": "trained model",
    "job_spaces": "space assignment of",
    "model_spaces": "space assignment of",
    "ml_info": "upgrade mode",
    "collector": "collector of the export",
    "settings_files": "settings files",
    "file_realm_announced": "file realm",
    "incomplete": "completeness of the export",
}
"""The parts that decide access, with the words for them. Other parts of a deployment decide nothing."""

ENVIRONMENT = frozenset(
    {
        "version",
        "build_flavor",
        "kibana_version",
        "license",
        "nodes",
        "cluster_settings",
        "xpack",
        "application_privileges",
        "ml_info",
        "settings_files",
        "file_realm_announced",
        "incomplete",
    }
)
"""Parts on which every fact about every caller may hang."""

USERS = ("users", "file_users")
"""Parts that list users."""

# Taken as one: nobody edits one stored privilege or one node's role list apart from an upgrade or a redesign.
_WHOLE = {"application_privileges", "nodes"}


@attrs.frozen
class PartChange:
    """One item that differs: `part` is the field of `Deployment`; `name` its key, empty where the part is one value.

    Keys of space assignments are `kind/id`.
    """

    part: str
    name: str
    how: How
    before: Origin | None = attrs.field(default=None, eq=False)
    after: Origin | None = attrs.field(default=None, eq=False)

    @property
    def noun(self) -> str:
        """What kind of thing changed, in words."""
        return NOUNS[self.part]

    @property
    def origin(self) -> Origin | None:
        """Where it stands: in the later export, or in the earlier one where it was removed."""
        return self.after if self.after is not None else self.before

    def carried(self, before: Deployment, after: Deployment) -> Deployment:
        """The earlier deployment with this one change made to it. Users come at once: none decides about another."""
        new = getattr(after, self.part)
        old = getattr(before, self.part)
        if not self.name or isinstance(old, Users | NotExported) or isinstance(new, NotExported):
            return with_part(before, self.part, new)
        return with_part(before, self.part, _with_item(old, new, self.name))

    def __str__(self) -> str:
        name = f" `{self.name}`" if self.name else ""
        return f"{self.noun}{name} {self.how}"


def with_part(deployment: Deployment, part: str, value: object) -> Deployment:
    """A copy in which one part, named by its field, has another value."""
    changes: dict[str, Any] = {part: value}
    return attrs.evolve(deployment, **changes)


def _with_item(old: object, new: object, name: str) -> object:
    if isinstance(old, SpaceAssignments) and isinstance(new, SpaceAssignments):
        kind, _, id_ = name.partition("/")
        items = old.by_type.get(kind, FrozenMap())
        changed = new.by_type.get(kind, FrozenMap())
        items = items.with_item(id_, changed[id_]) if id_ in changed else items.without(id_)
        return attrs.evolve(old, by_type=old.by_type.with_item(kind, items))
    olds, news = cast("FrozenMap[str, object]", old), cast("FrozenMap[str, object]", new)
    return olds.with_item(name, news[name]) if name in news else olds.without(name)


def compare(before: Deployment, after: Deployment) -> tuple[PartChange, ...]:
    """Every item that differs, part by part in the order of `Deployment`. Where an item was read does not matter."""
    return tuple(change for part in NOUNS for change in _part(part, getattr(before, part), getattr(after, part)))


def _part(part: str, old: object, new: object) -> Iterator[PartChange]:
    if isinstance(old, NotExported) or isinstance(new, NotExported):
        if not isinstance(old, NotExported):
            yield PartChange(part, "", "no longer exported", _origin(old))
        elif not isinstance(new, NotExported):
            yield PartChange(part, "", "now exported", None, _origin(new))
        return
    if isinstance(old, Users) and isinstance(new, Users):
        yield from _users(part, old, new)
        return
    olds, news = _items(part, old), _items(part, new)
    if olds is None or news is None:
        if old != new:
            yield PartChange(part, "", "changed", _origin(old), _origin(new))
        return
    for name in (*olds, *(n for n in news if n not in olds)):
        if name not in news:
            yield PartChange(part, name, "removed", _origin(olds[name]))
        elif name not in olds:
            yield PartChange(part, name, "added", None, _origin(news[name]))
        elif _differs(olds[name], news[name]):
            yield PartChange(part, name, "changed", _origin(olds[name]), _origin(news[name]))


def _users(part: str, old: Users, new: Users) -> Iterator[PartChange]:
    """Of a user only the roles and whether the account is enabled decide access."""
    for name in (*old, *(n for n in new if n not in old)):
        if name not in new:
            yield PartChange(part, name, "removed", old[name].origin)
        elif name not in old:
            yield PartChange(part, name, "added", None, new[name].origin)
        elif old.is_enabled(name) != new.is_enabled(name) or set(old.roles_of(name)) != set(new.roles_of(name)):
            yield PartChange(part, name, "changed", old[name].origin, new[name].origin)


def _items(part: str, value: object) -> Mapping[str, object] | None:
    """The items of a part by name; None where the part counts as one."""
    if part in _WHOLE:
        return None
    if isinstance(value, SpaceAssignments):
        origin = value.origin
        return {
            f"{kind}/{id_}": _Assigned(frozenset(spaces), origin.child(kind, id_) if origin is not None else None)
            for kind, items in value.by_type.items()
            for id_, spaces in items.items()
        }
    return cast("Mapping[str, object]", value) if isinstance(value, FrozenMap) else None


@attrs.frozen
class _Assigned:
    spaces: frozenset[str]
    origin: Origin | None = attrs.field(default=None, eq=False)


def _differs(old: object, new: object) -> bool:
    if isinstance(old, NotExported) and isinstance(new, NotExported):
        return False
    return old is not new and old != new


def _origin(value: object) -> Origin | None:
    """Where an item stands; of several together, such as data views, where the first does."""
    found: object = getattr(
        _first(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value, "origin", None
    )
    return found if isinstance(found, Origin) else None


def _first(values: tuple[object, ...]) -> object:
    return values[0] if values else None
