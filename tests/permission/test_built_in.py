"""Reserved roles, built-in users and restricted names."""

import pytest

from mlaccess.catalog.privileges import is_known
from mlaccess.catalog.reserved_roles import (
    BUILT_IN_USERS,
    RESERVED_ROLE_NAMES,
    SERVICE_ACCOUNTS,
    check_include_setting,
    exact_for,
    is_reserved,
    reserved_role,
    reserved_role_row,
)
from mlaccess.catalog.restricted import is_restricted, system_index_language
from mlaccess.errors import RequestError
from mlaccess.permission import Role

VERSIONS = ("7.17.0", "8.16.0", "8.17.3", "8.19.0", "9.0.0", "9.1.0", "9.2.5", "9.4.0", "9.5.0", "9.6.0")


@pytest.mark.parametrize("version", VERSIONS)
def test_each_reserved_role_has_at_most_one_row_a_version(version: str) -> None:
    """The spans of the rows of a role do not overlap, and a row's role says that it is reserved."""
    for name in RESERVED_ROLE_NAMES:
        row = reserved_role_row(name, version)
        if row is not None:
            assert row.descriptor.name == name
            assert row.descriptor.reserved


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_reserved_roles_name_only_privileges_of_their_version(version: str) -> None:
    """An exact row names nothing that its version certainly lacks."""
    for name in RESERVED_ROLE_NAMES:
        role = reserved_role(name, version)
        if role is not None and exact_for(name, version):
            assert all(is_known("cluster", p, version) for p in role.cluster), name
            assert all(is_known("index", p, version) for g in role.indices for p in g.privileges), name


def test_roles_come_and_go_with_versions() -> None:
    """The roles of data frame transforms ended with 8.x."""
    assert is_reserved("data_frame_transforms_user", "8.19.0")
    assert not is_reserved("data_frame_transforms_user", "9.0.0")
    assert not is_reserved("kibana_dashboard_only_user")


@pytest.mark.parametrize("version", VERSIONS)
def test_viewers_read_and_nothing_else(version: str) -> None:
    """Since 9.4 views and inference endpoints too."""
    row = reserved_role_row("viewer", version)
    assert row is not None
    privileges = {name for grant in row.descriptor.indices for name in grant.privileges}
    newer = version >= "9.4"
    assert privileges == {"read", "view_index_metadata", *(("read_view_metadata",) if newer else ())}
    assert row.descriptor.cluster == (("monitor_inference",) if newer else ())
    assert [grant.privileges for grant in row.descriptor.applications] == [("read",)]


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("superuser", ["8.17.0"]),
        ("reporting_user", ["9.2.0"]),
        ("viewer", ["9.0.0", "9.4.0"]),
        ("editor", ["9.0.0"]),
        ("data_frame_transforms_admin", ["9.0.0"]),
        ("data_frame_transforms_user", ["9.0.0"]),
        ("machine_learning_admin", []),
    ],
)
def test_a_role_changes_with_the_versions_that_changed_it(name: str, changed: list[str]) -> None:
    """And with no other."""
    versions = ("8.16.9", "8.17.0", "8.19.9", "9.0.0", "9.1.9", "9.2.0", "9.3.9", "9.4.0", "9.5.0")
    rows = [reserved_role_row(name, version) for version in versions]
    differing = [later for later, one, other in zip(versions[1:], rows, rows[1:], strict=False) if one is not other]
    assert differing == changed


def test_a_row_is_exact_only_for_versions_that_were_read() -> None:
    """Older and newer versions, and reconstructed roles, are never exact."""
    assert exact_for("machine_learning_admin", "9.1.0")
    assert not exact_for("machine_learning_admin", "7.17.0")
    assert not exact_for("machine_learning_admin", "10.0.0")
    assert not exact_for("machine_learning_admin", None)
    assert exact_for("viewer", "8.17.0")
    assert not exact_for("viewer", "9.4.0")


def test_the_machine_learning_roles_hold_what_their_names_say() -> None:
    """The administrator manages and reads state; the user monitors; neither reads the configuration."""
    admin, user = (reserved_role(f"machine_learning_{who}") for who in ("admin", "user"))
    assert admin is not None
    assert user is not None
    manager, reader = Role.of([admin]), Role.of([user])
    assert manager.cluster.implies("manage_ml")
    assert not reader.cluster.implies("manage_ml")
    assert reader.cluster.implies("monitor_ml")
    assert manager.indices.holds(".ml-meta", "read", allow_restricted=True)
    assert not manager.indices.holds(".ml-config", "read", allow_restricted=True)
    assert reader.indices.holds(".ml-annotations-000001", "write")
    assert not reader.indices.holds("logs-*", "read")


def test_superuser_reads_but_does_not_write_restricted_names() -> None:
    """The second entry of the role allows restricted names, and holds no privilege to write."""
    superuser = reserved_role("superuser")
    assert superuser is not None
    role = Role.of([superuser])
    assert role.indices.check("*", ["all"]) == {"all": True}
    assert role.indices.check(".security-7", ["read", "write"]) == {"read": True, "write": False}


def test_built_in_users_and_service_accounts_have_known_roles() -> None:
    """Each named role is in the table."""
    assert all(is_reserved(role) for roles in BUILT_IN_USERS.values() for role in roles)
    assert all(is_reserved(d) for d in SERVICE_ACCOUNTS.values() if isinstance(d, str))


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["viewer"], "the [superuser] reserved role must be included"),
        (["superuser", "x"], "unknown reserved roles to include [x]"),
    ],
)
def test_the_list_of_roles_to_include_is_judged(names: list[str], reason: str) -> None:
    """As the setting of a node."""
    with pytest.raises(RequestError, match=r"reserved role") as caught:
        check_include_setting(names)
    assert caught.value.reason == reason
    check_include_setting(["superuser", "viewer"])


@pytest.mark.parametrize(
    ("name", "restricted"),
    [
        (".ml-config", True),
        (".ml-config-000002", True),
        (".ml-inference-native-000002", True),
        (".ml-meta", True),
        (".ml-anomalies-shared", False),
        (".ml-state-000001", False),
        (".ml-annotations-000001", False),
        (".security", True),
        (".security-7", True),
        (".security-x", False),
        (".security-7-reindexed-for-8", True),
        (".fleet-actions", True),
        (".fleet-actions-results", True),
        (".kibana", True),
        (".kibanafoo", False),
        ("logs-1", False),
    ],
)
def test_system_indices_are_restricted(name: str, restricted: bool) -> None:
    """Hidden results of machine learning are not."""
    assert is_restricted(name) is restricted


def test_patterns_of_system_indices_are_no_role_patterns() -> None:
    """A dot is a dot, classes count, and a complement is possible."""
    language = system_index_language([".a-[0-9]+*", ".b~(-c*)", ".d"])
    assert language.matches(".a-7xyz")
    assert not language.matches("xa-7")
    assert not language.matches(".a-x")
    assert language.matches(".b-x")
    assert not language.matches(".b-cc")
    assert language.matches(".d")
    assert not language.matches(".d-reindexed-for-9")
