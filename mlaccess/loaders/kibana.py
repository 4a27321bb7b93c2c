"""Kibana's answers: roles in its shape, spaces, data views, the collecting user, and its status."""

from collections.abc import Iterator

from mlaccess.stack import Collector, DataView, FrozenMap, Json, KibanaGrant, KibanaRole, Space

from .cursor import Cursor
from .descriptors import role_descriptor
from .lists import named
from .outcome import Gave
from .secrets import metadata_of, scrubbed

__all__ = [
    "read_collector",
    "read_data_views",
    "read_kibana_roles",
    "read_kibana_version",
    "read_spaces",
]


def read_kibana_roles(root: Cursor) -> Gave[FrozenMap[str, KibanaRole]] | None:
    """`GET kbn:/api/security/role`."""
    found = named(
        root,
        envelope=("roles",),
        name_key=("name",),
        what="role",
        is_body=lambda body: "elasticsearch" in body.keys or "kibana" in body.keys,
        map_by_name=True,
    )
    if found is None:
        return None
    roles: dict[str, KibanaRole] = {}
    for name, body in found:
        if body.is_object:
            roles[name] = _kibana_role(name, body)
        else:
            body.fail("a role, an object with `elasticsearch` and `kibana`")
    return Gave(FrozenMap(roles), f"{len(roles)} roles in Kibana's shape", complete=found.complete)


def _kibana_role(name: str, body: Cursor) -> KibanaRole:
    elasticsearch = body.get("elasticsearch")
    if elasticsearch is None and body.get("kibana") is None:
        body.refuse("neither `elasticsearch` nor `kibana`", "a role in Kibana's shape")
    if elasticsearch is None:
        elasticsearch = body.at("elasticsearch", {})
    grants = body.get("kibana")
    description = body.get("description")
    unrecognized = body.get("_unrecognized_applications")
    return KibanaRole(
        name,
        elasticsearch=role_descriptor(name, elasticsearch),
        kibana=tuple(_grants(grants)) if grants is not None else (),
        transform_error=_transform_error(body.get("_transform_error")),
        unrecognized_applications=_unrecognized(unrecognized),
        metadata=metadata_of(body),
        description=description.text() if description is not None else "",
        origin=body.origin,
    )


def _transform_error(member: Cursor | None) -> tuple[Json, ...]:
    """A list of sections (`["kibana"]`, until 8), a list of reasons with the raw entries (`[{"reason", "state"}]`), or
    true or false. Anything but empty means that `kibana` says nothing."""
    if member is None or member.value is False:
        return ()
    if isinstance(member.value, bool | str | dict):
        found = scrubbed(member.json())
        return (found,) if found is not None else ()
    return tuple(scrubbed(element.json()) for element in member.elements("a list of transformation errors"))


def _unrecognized(member: Cursor | None) -> tuple[str, ...]:
    if member is None or isinstance(member.value, bool):
        return ()
    return member.strings("a list of applications")


def _grants(member: Cursor) -> Iterator[KibanaGrant]:
    if member.is_object and member.keys & {"global", "space"}:
        yield from _grants_of_6_5(member)
        return
    for entry in member.elements("a list of Kibana privileges"):
        if not entry.is_object:
            entry.fail("Kibana privileges: an object with `base`, `feature`, `spaces`")
            continue
        spaces = entry.get("spaces")
        if spaces is None:
            # Requests may leave `spaces` out, and Kibana then takes all of them; answers always name them.
            entry.note("no `spaces`, read as all spaces, as Kibana does", "default")
        features = entry.get("feature")
        yield KibanaGrant(
            spaces=_spaces(spaces) if spaces is not None else ("*",),
            base=_strings(entry, "base"),
            feature=FrozenMap(
                {
                    feature: privileges.strings("a list of feature privileges")
                    for feature, privileges in (features.items("features by id") if features is not None else ())
                }
            ),
            reserved=_strings(entry, "_reserved"),
            origin=entry.origin,
        )


def _spaces(member: Cursor) -> tuple[str, ...]:
    return (member.value,) if isinstance(member.value, str) else member.strings("a list of space ids")


def _strings(entry: Cursor, key: str) -> tuple[str, ...]:
    member = entry.get(key)
    return member.strings("a list of privileges") if member is not None else ()


def _grants_of_6_5(member: Cursor) -> Iterator[KibanaGrant]:
    """`{"global": ["all"], "space": {"sales": ["read"]}}`, the shape of Kibana 6.5 and 6.6."""
    member.note("Kibana privileges in the shape of Kibana 6.5", "old-shape")
    everywhere, spaces = member.get("global"), member.get("space")
    if everywhere is not None and everywhere.value:
        yield KibanaGrant(("*",), base=everywhere.strings("a list of privileges"), origin=everywhere.origin)
    for space, privileges in spaces.items("privileges by space") if spaces is not None else ():
        yield KibanaGrant((space,), base=privileges.strings("a list of privileges"), origin=privileges.origin)


def read_spaces(root: Cursor) -> Gave[FrozenMap[str, Space]] | str | None:
    """`GET kbn:/api/spaces/space`; a text is the reason why the answer counts as not exported."""
    found = named(
        root,
        envelope=("spaces",),
        name_key=("id",),
        what="space",
        is_body=lambda body: isinstance(body.get("id"), Cursor),
        map_by_name=False,
    )
    if found is None:
        return None
    if not found.members:
        root.note(
            "an empty list, although every Kibana has the space `default`: spaces count as not exported", "no-spaces"
        )
        return "the list is empty, although every Kibana has the space `default`"
    spaces = {id_: _space(id_, body) for id_, body in found}
    return Gave(FrozenMap(spaces), f"{len(spaces)} spaces", complete=found.complete)


def _space(id_: str, body: Cursor) -> Space:
    name, disabled, solution, reserved = (body.get(k) for k in ("name", "disabledFeatures", "solution", "_reserved"))
    view = solution.text("a solution view").lower() if solution is not None else None
    features = disabled.strings("a list of feature ids") if disabled is not None else ()
    # A solution view always switches features off, so an empty list beside one is what somebody wrote.
    by_hand = view not in (None, "", "classic") and not features
    return Space(
        id_,
        name=name.text() if name is not None else "",
        disabled_features=frozenset(features),
        solution=view or None,
        effective=not by_hand,
        reserved=reserved.flag() if reserved is not None else False,
        origin=body.origin,
    )


def read_data_views(root: Cursor) -> Gave[tuple[DataView, ...]] | None:
    """`GET kbn:/s/<space>/api/data_views`."""
    found = named(
        root,
        envelope=("data_view", "data_views", "saved_objects"),
        name_key=("id",),
        what="data view",
        is_body=lambda body: "title" in body.keys or isinstance(body.get("data_view"), Cursor),
        map_by_name=False,
    )
    if found is None:
        return None
    views: list[DataView] = []
    for id_, body in found:
        inner = body.get("data_view")
        view = inner if inner is not None and inner.is_object else body
        # A saved object, as Kibana 7 has to be asked for: `GET kbn:/api/saved_objects/_find?type=index-pattern`.
        described = view.get("attributes") or view
        title, namespaces, name = described.get("title"), view.get("namespaces"), described.get("name")
        given = view.get("id")
        if title is None:
            view.refuse("no `title`", "the index pattern of a data view")
        views.append(
            DataView(
                given.text() if given is not None else id_,
                title.text("an index pattern") if title is not None else "",
                namespaces=namespaces.strings("a list of space ids") if namespaces is not None else (),
                name=name.text() if name is not None else "",
                origin=view.origin,
            )
        )
    return Gave(tuple(views), f"{len(views)} data views", complete=found.complete)


def read_collector(root: Cursor) -> Gave[Collector] | None:
    """`GET kbn:/internal/security/me`: who made the export."""
    username, roles = root.get("username"), root.get("roles")
    if username is None:
        root.refuse("no `username`" if root.is_object else "no object", "the collecting user")
        return None
    name = username.text("a user name")
    held = roles.strings("a list of role names") if roles is not None else ()
    return Gave(Collector(name, held, origin=root.origin), f"collected by `{name}`")


def read_kibana_version(root: Cursor) -> Gave[tuple[str, str]] | None:
    """`GET kbn:/api/status`: version number and build flavor."""
    version = root.get("version")
    number = version.get("number") if version is not None and version.is_object else version
    if version is None or number is None:
        root.refuse("no `version`" if root.is_object else "no object", "the status of a Kibana")
        return None
    flavor = version.get("build_flavor")
    text = number.version()
    return Gave((text, flavor.text() if flavor is not None else ""), f"Kibana {text}")
