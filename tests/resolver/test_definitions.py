"""What a role name stands for: which export defines it, and what is doubtful where none does."""

from typing import Any

import attrs
import pytest

from mlaccess import Deployment, NotExported
from mlaccess.render import words
from mlaccess.resolver.definitions import Definition, Definitions
from mlaccess.stack import ApplicationGrant, FrozenMap, Json, KibanaGrant, KibanaRole, Origin, RoleDescriptor

from .world import world

GONE = NotExported("for a test")
RESERVED: FrozenMap[str, Json] = FrozenMap({"_reserved": True})
NATIVE = RoleDescriptor("r", cluster=("monitor",))
FILE = RoleDescriptor("r", cluster=("all",))
PLACE = Origin("kibana_roles.json", "/0")
SHOWN = KibanaRole(
    "r",
    RoleDescriptor("", cluster=("manage_ml",)),
    (KibanaGrant(("sales",), feature=FrozenMap({"ml": ("all",)})),),
    origin=PLACE,
)
ENTRIES = (ApplicationGrant("kibana-.kibana", ("feature_ml.all",), ("*",)),)
BROKEN = KibanaRole(
    "r", RoleDescriptor("", cluster=("manage_ml",), applications=ENTRIES), transform_error=("kibana:x",), origin=PLACE
)


def roles(*several: RoleDescriptor) -> FrozenMap[str, RoleDescriptor]:
    return FrozenMap({role.name: role for role in several})


def definition(name: str = "r", **parts: Any) -> Definition:
    """Of an export with these parts, and no other roles."""
    given = {
        "roles": FrozenMap[str, RoleDescriptor](),
        "kibana_roles": FrozenMap[str, KibanaRole](),
        "file_roles": GONE,
    }
    return Definitions(world(**(given | parts))).of(name)


@pytest.mark.parametrize(
    ("parts", "source", "cluster"),
    [
        ({"roles": roles(NATIVE)}, "security_roles", ("monitor",)),
        ({"roles": roles(NATIVE), "file_roles": roles(FILE)}, "roles.yml", ("all",)),
        (
            {"roles": roles(attrs.evolve(NATIVE, metadata=RESERVED)), "file_roles": roles(FILE)},
            "security_roles",
            ("monitor",),
        ),
        ({"file_roles": roles(FILE)}, "roles.yml", ("all",)),
        ({"kibana_roles": FrozenMap({"r": SHOWN})}, "kibana_roles", ("manage_ml",)),
        ({"roles": roles(NATIVE), "kibana_roles": FrozenMap({"r": SHOWN})}, "security_roles", ("monitor",)),
        ({"file_roles": roles(FILE), "kibana_roles": FrozenMap({"r": SHOWN})}, "roles.yml", ("all",)),
    ],
)
def test_a_file_goes_before_the_api_and_the_api_before_kibana(
    parts: dict[str, Any], source: str, cluster: tuple[str, ...]
) -> None:
    """Reserved roles go before files."""
    found = definition(**parts)
    assert found.descriptor is not None
    assert (found.source, found.descriptor.cluster, found.doubt, found.undefined) == (source, cluster, None, False)


def test_a_reserved_name_is_never_read_from_a_file() -> None:
    """Elasticsearch ignores it there."""
    file = roles(RoleDescriptor("machine_learning_user", cluster=("all",)))
    found = definition("machine_learning_user", file_roles=file)
    assert found.descriptor is not None
    assert (found.source, found.descriptor.cluster) == ("catalogue", ("monitor_ml",))


def test_a_role_that_only_kibana_shows_has_both_parts_and_kibanas_place() -> None:
    found = definition(kibana_roles=FrozenMap({"r": SHOWN})).descriptor
    assert found is not None
    assert (found.name, found.origin, found.cluster) == ("r", PLACE, ("manage_ml",))
    assert [(a.privileges, a.resources) for a in found.applications] == [(("feature_ml.all",), ("space:sales",))]


def test_a_role_that_kibana_could_not_show_is_known_but_for_its_kibana_privileges() -> None:
    """What Elasticsearch's part gives is certain."""
    found = definition(kibana_roles=FrozenMap({"r": BROKEN}))
    assert found.descriptor is not None
    assert (found.descriptor.name, found.descriptor.cluster, found.descriptor.applications) == ("r", ("manage_ml",), ())
    assert (found.kibana_only, found.source, found.descriptor.origin) == (True, "kibana_roles", PLACE)
    assert found.doubt is not None
    assert found.doubt.code in words.PHRASES
    assert [e.name for e in found.doubt.evidence] == ["r"]


@pytest.mark.parametrize(
    ("parts", "code", "says"),
    [
        ({"roles": GONE, "kibana_roles": GONE}, "role.not_exported", "for a test"),
        ({"incomplete": frozenset({"roles", "kibana_roles"})}, "role.not_exported", "the list is incomplete"),
        ({"roles": GONE, "incomplete": frozenset({"kibana_roles"})}, "role.not_exported", "for a test"),
        ({"file_realm_announced": True}, "role.maybe_in_file", "roles.yml"),
        ({"file_realm_announced": True, "file_roles": roles()}, "role.maybe_elsewhere", "another file"),
    ],
)
def test_a_name_that_nothing_defines_is_doubtful_where_an_export_is_missing(
    parts: dict[str, Any], code: str, says: str
) -> None:
    """The doubt names the role, and why."""
    found = definition(**parts)
    assert found.doubt is not None
    assert (found.descriptor, found.undefined, found.doubt.code) == (None, False, code)
    assert says in words.found(found.doubt)
    assert "`r`" in words.found(found.doubt)


@pytest.mark.parametrize("parts", [{}, {"roles": GONE}, {"kibana_roles": GONE}])
def test_one_whole_list_of_roles_is_enough_to_know_that_a_name_is_undefined(parts: dict[str, Any]) -> None:
    """Elasticsearch ignores such a name."""
    found = definition(**parts)
    assert found.undefined
    assert (found.descriptor, found.doubt) == (None, None)


@pytest.mark.parametrize(("version", "says"), [("7.17.0", "7.17.0"), (GONE, "unknown"), ("10.0.0", "10.0.0")])
def test_reserved_roles_of_a_version_that_was_not_read_are_doubtful(version: object, says: str) -> None:
    """Their names are known, what they grant is not."""
    found = definition("machine_learning_admin", version=version)
    assert found.doubt is not None
    assert found.doubt.code == "role.reserved_unknown_version"
    assert f"version {says} is unknown here" in words.found(found.doubt)


def test_names_of_all_exports_are_listed_once() -> None:
    """In order of first appearance."""
    deployment: Deployment = world(
        roles=roles(NATIVE, RoleDescriptor("a")),
        file_roles=roles(RoleDescriptor("b"), FILE),
        kibana_roles=FrozenMap({"r": SHOWN, "c": SHOWN}),
    )
    assert Definitions(deployment).names() == ("r", "a", "b", "c")
    assert Definitions(world(roles=GONE)).names() == ()
