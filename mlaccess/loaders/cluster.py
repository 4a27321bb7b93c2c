"""Answers about the cluster itself: version, licence, nodes, settings, X-Pack usage."""

from collections.abc import Iterator
from datetime import datetime
from typing import cast

import attrs

from mlaccess.stack import ClusterSettings, FrozenMap, Json, License, Node, XPackUsage

from .cursor import Cursor
from .outcome import Gave
from .secrets import is_secret_setting

__all__ = [
    "XPackAnswer",
    "read_cluster_settings",
    "read_license",
    "read_nodes",
    "read_version",
    "read_xpack",
]

# Letters of `GET _cat/nodes`: server/src/main/java/org/elasticsearch/cluster/node/DiscoveryNodeRole.java.
_ROLE_LETTERS = {
    "c": "data_cold",
    "d": "data",
    "f": "data_frozen",
    "h": "data_hot",
    "i": "ingest",
    "l": "ml",
    "m": "master",
    "r": "remote_cluster_client",
    "s": "data_content",
    "t": "transform",
    "v": "voting_only",
    "w": "data_warm",
    "I": "index",
    "S": "search",
}


def read_version(root: Cursor) -> Gave[tuple[str, str]] | None:
    """`GET /`: version number and build flavor."""
    version = root.get("version")
    number = version.get("number") if version is not None else None
    if version is None or number is None:
        root.refuse("no `version` with a `number`" if root.is_object else "no object", "the answer of GET /")
        return None
    flavor = version.get("build_flavor")
    text = number.version()
    return Gave((text, flavor.text("a build flavor") if flavor is not None else ""), f"Elasticsearch {text}")


def read_license(root: Cursor) -> Gave[License] | str | None:
    """`GET _license`; a text is the reason why the file says nothing about the licence in force."""
    body = root.get("license")
    if body is None:
        # `GET _license` may be saved without its envelope; `GET _licenses` of 2.x answers a list.
        many = root.get("licenses")
        body = next(iter(many.elements()), None) if many is not None else root
    if body is None or not body.is_object or body.get("type", "mode") is None:
        (body or root).refuse("no licence", "the answer of GET _license")
        return None
    kind, status = body.get("type", "mode"), body.get("status")
    if status is None:
        body.note(
            "a licence file, not the answer of GET _license: it does not say whether it is in force", "license-file"
        )
        return "the file is a licence, not the answer of GET _license: it does not say whether it is in force"
    starts = body.get("start_date_in_millis")
    license = License(
        type=kind.text("a licence type").lower() if kind is not None else "",
        status=status.text("a licence status").lower(),
        issued_at=_date(body, "issue_date"),
        expires_at=_date(body, "expiry_date"),
        starts_at=starts.moment() if starts is not None and starts.value != -1 else None,
        origin=body.origin,
    )
    return Gave(license, f"{license.type}, {license.status}")


def _date(body: Cursor, key: str) -> datetime | None:
    member = body.get(f"{key}_in_millis", key)
    return member.moment() if member is not None else None


def read_nodes(root: Cursor) -> Gave[FrozenMap[str, Node]] | str | None:
    """`GET _nodes`, or the rows of `GET _cat/nodes?format=json`, which show roles and no settings."""
    if root.is_list:
        rows = [_cat_node(row) for row in root.elements()]
        found = FrozenMap({node.id: node for node in rows if node is not None})
        return Gave(found, f"{len(found)} nodes, without settings")
    members = root.get("nodes")
    if members is None:
        root.refuse("no `nodes`" if root.is_object else "no object", "the answer of GET _nodes")
        return None
    nodes = {id_: _node(id_, body) for id_, body in members.items("nodes by id")}
    if not nodes and not root.report.has_problem(root.file):
        root.note("no node answered, although something did: nodes count as not exported", "no-nodes")
        return "no node is in the list"
    complete = True
    counts = root.get("_nodes")
    if counts is not None:
        failed, total = counts.get("failed"), counts.get("total")
        missing = max(
            failed.number() if failed is not None else 0,
            (total.number() if total is not None else 0) - len(nodes),
        )
        if missing > 0:
            counts.note(f"{missing} nodes did not answer; what they are is unknown", "incomplete")
            complete = False
    return Gave(FrozenMap(nodes), f"{len(nodes)} nodes", complete=complete)


def _node(id_: str, body: Cursor) -> Node:
    if not body.is_object:
        body.fail("a node, an object")
        return Node(id_, id_)
    name, version, roles = body.get("name"), body.get("version"), body.get("roles")
    settings, attributes = body.get("settings"), body.get("attributes")
    return Node(
        id_,
        name=name.text() if name is not None else id_,
        roles=roles.strings("a list of node roles") if roles is not None else (),
        settings=FrozenMap(flat(settings)) if settings is not None else FrozenMap(),
        attributes=FrozenMap({key: _scalar(item) for key, item in attributes.items()}) if attributes else FrozenMap(),
        version=version.text() if version is not None else "",
        settings_exported=settings is not None,
        roles_exported=roles is not None,
        origin=body.origin,
    )


def _scalar(member: Cursor) -> str:
    value = member.value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else member.text()


def _cat_node(row: Cursor) -> Node | None:
    if not row.is_object:
        row.fail("a row of GET _cat/nodes")
        return None
    letters, name, id_ = row.get("role", "node.role", "r"), row.get("name"), row.get("id")
    if letters is None:
        row.refuse("no `role`", "the roles of a node")
        return None
    text = letters.text("the letters of a node's roles")
    label = name.text() if name is not None else ""
    return Node(
        id_.text() if id_ is not None else label or row.pointer,
        label,
        roles=tuple(_ROLE_LETTERS[letter] for letter in text if letter in _ROLE_LETTERS),
        settings_exported=False,
        # Before 7.3 the letters did not tell machine learning; newer ones always hold letters outside these four.
        roles_exported=not set(text) <= set("mdi-"),
        origin=row.origin,
    )


def flat(settings: Cursor) -> Iterator[tuple[str, Json]]:
    """Settings with dotted keys, whether exported flat or nested; those whose names tell of secrets are left out."""
    stack: list[tuple[str, Cursor]] = [("", settings)]
    seen: dict[str, Json] = {}
    while stack:
        prefix, node = stack.pop()
        members = list(node.items("settings by name"))
        for key, member in reversed(members):
            name = f"{prefix}{key}"
            if member.is_object:
                stack.append((f"{name}.", member))
            elif not is_secret_setting(name, member.value):
                value = member.json()
                if seen.setdefault(name, value) != value:
                    member.refuse(f"the setting `{name}` twice with different values", "each setting once")
                yield name, value


def read_cluster_settings(root: Cursor) -> Gave[ClusterSettings] | None:
    """`GET _cluster/settings`, with `defaults` where `include_defaults` was asked."""
    if not root.is_object or not root.keys & {"persistent", "transient", "defaults"}:
        root.refuse("no `persistent` or `transient`" if root.is_object else "no object", "cluster settings")
        return None
    persistent, transient, defaults = (root.get(key) for key in ("persistent", "transient", "defaults"))
    settings = ClusterSettings(
        persistent=FrozenMap(flat(persistent)) if persistent is not None else FrozenMap(),
        transient=FrozenMap(flat(transient)) if transient is not None else FrozenMap(),
        defaults=FrozenMap(flat(defaults)) if defaults is not None else None,
        origin=root.origin,
        defaults_origin=root.origin if defaults is not None else None,
    )
    words = f"{len(settings.persistent) + len(settings.transient)} settings"
    return Gave(settings, words + (f", {len(settings.defaults)} defaults" if settings.defaults is not None else ""))


@attrs.frozen
class XPackAnswer:
    """`GET _xpack/usage` or `GET _xpack`; only the latter shows the licence."""

    usage: XPackUsage
    license: License | None
    file_realm: bool
    """Whether the cluster counts roles or users in files that no API shows."""


def read_xpack(root: Cursor) -> Gave[XPackAnswer] | str | None:
    """`GET _xpack/usage`, or `GET _xpack` with the licence; a text is the reason why it says nothing."""
    if not root.is_object:
        root.fail("the answer of GET _xpack/usage")
        return None
    features = root.get("features") or root
    ml, security = features.get("ml"), features.get("security")
    body = root.get("license")
    if ml is None and security is None and body is None:
        return "it says nothing about machine learning, security or the licence"
    license: License | None = None
    if body is not None and body.get("status") is not None:
        gave = read_license(root)
        license = gave.value if isinstance(gave, Gave) else None
    realms = security.get("realms") if security is not None else None
    enabled_realms: list[str] = []
    file_users = False
    for name, realm in realms.items("realms by type") if realms is not None else ():
        if realm.is_object and _flag(realm, "enabled"):
            enabled_realms.append(name)
            file_users = file_users or (name == "file" and _size(realm.get("size")) > 0)
    roles = security.get("roles") if security is not None else None
    file_roles = roles.get("file") if roles is not None else None
    anonymous = security.get("anonymous") if security is not None else None
    count = ml.get("node_count") if ml is not None else None
    usage = XPackUsage(
        ml_available=_flag(ml, "available"),
        ml_enabled=_flag(ml, "enabled"),
        security_available=_flag(security, "available"),
        security_enabled=_flag(security, "enabled"),
        realms=tuple(enabled_realms),
        license_type=license.type if license is not None else None,
        license_status=license.status if license is not None else None,
        anonymous_enabled=_flag(anonymous, "enabled"),
        ml_node_count=count.number() if count is not None else None,
        origin=root.origin,
    )
    in_files = file_users or (file_roles is not None and _size(file_roles.get("size")) > 0)
    return Gave(XPackAnswer(usage, license, in_files), "features in use")


def _flag(body: Cursor | None, key: str) -> bool | None:
    member = body.get(key) if body is not None else None
    return member.flag() if member is not None else None


def _size(member: Cursor | None) -> int:
    """A count, or a list with one count per realm of the type."""
    if member is None:
        return 0
    value = member.value
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    return sum(n for n in values if isinstance(n, int))
