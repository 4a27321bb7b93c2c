"""Every row of the catalogue against a second statement of it, `rows/*.json`, written from the sources of the rows.

A row is a fact about Elasticsearch or Kibana. Where one is dropped, or a name, a pattern, a level, a licence or a flag
in it changes, nothing inside the program can notice; these files do.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

from mlaccess.catalog.discrepancies import DISCREPANCIES
from mlaccess.catalog.kibana_capabilities import CAPABILITIES, capabilities_granted, in_read, removed_in_upgrade_mode
from mlaccess.catalog.kibana_features import FEATURES, Declaration
from mlaccess.catalog.kibana_identities import IDENTITIES as ACTS
from mlaccess.catalog.kibana_routes import ROUTES
from mlaccess.catalog.kibana_versions import Profile
from mlaccess.catalog.operations import actions, operations
from mlaccess.catalog.privileges import (
    CLUSTER_PRIVILEGES,
    INDEX_PRIVILEGES,
    ClusterPrivilege,
    IndexPrivilege,
    cluster_privilege,
    index_privilege,
)
from mlaccess.catalog.reserved_roles import (
    BUILT_IN_USERS,
    RESERVED_ROLE_NAMES,
    SERVICE_ACCOUNTS,
    ServiceAccount,
    reserved_role,
)
from mlaccess.catalog.restricted import RESTRICTED_PATTERNS
from mlaccess.loaders.cursor import Cursor
from mlaccess.loaders.descriptors import role_descriptor
from mlaccess.loaders.report import Report
from mlaccess.stack import FrozenMap, RoleDescriptor
from mlaccess.stack.values import Json

PROFILES: tuple[Profile, ...] = ("readers_test_models", "admins_test_models")


def rows(name: str) -> dict[str, Any]:
    """The second statement of a table."""
    text = (Path(__file__).parent / "rows" / f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


PRIVILEGES = rows("privileges")
ROLES = rows("reserved_roles")
IDENTITIES = rows("identities")
OPERATIONS = rows("operations")
KIBANA_ROUTES = rows("routes")
KIBANA_FEATURES = rows("features")
KIBANA_CAPABILITIES = rows("capabilities")
KIBANA_ACTS = rows("acts")
DISAGREEMENTS = rows("discrepancies")


def test_cluster_privileges_hold_exactly_these_actions() -> None:
    """`allow` less `exclude`, for each of the seventy."""
    found = {row.name: _given(allow=sorted(row.allow), exclude=sorted(row.exclude)) for row in CLUSTER_PRIVILEGES}
    assert found == {name: {k: sorted(v) for k, v in row.items()} for name, row in PRIVILEGES["cluster"].items()}


def test_index_privileges_hold_exactly_these_actions_on_these_parts_of_a_data_stream() -> None:
    """For each of the twenty-eight."""
    found = {row.name: _given(allow=sorted(row.allow), selector=row.selector.value) for row in INDEX_PRIVILEGES}
    assert found == {
        name: _given(allow=sorted(row.get("allow", ())), selector=row["selector"])
        for name, row in PRIVILEGES["index"].items()
    }


def _given(**members: object) -> dict[str, Any]:
    return {key: value for key, value in members.items() if value}


@pytest.mark.parametrize("version", list(ROLES))
def test_reserved_roles_are_what_elasticsearch_answers(version: str) -> None:
    """As `GET _security/role` gives them in that version, read by the loader; words aside."""
    for name, body in ROLES[version].items():
        report = Report()
        expected = _comparable(role_descriptor(name, Cursor(body, name, report)))
        found = reserved_role(name, version)
        assert found is not None, name
        assert _comparable(found) == expected, name


def _comparable(role: RoleDescriptor) -> RoleDescriptor:
    """Without words, and with the configurable privileges in one object, as the API gives them."""
    parts = (part for part in role.global_ if isinstance(part, FrozenMap))
    together: FrozenMap[str, Json] = FrozenMap({key: value for part in parts for key, value in part.items()})
    return attrs.evolve(role, description="", transient_metadata=FrozenMap(), global_=(together,) if together else ())


def test_there_are_no_other_reserved_roles() -> None:
    """Every name of the table is in some version's answer."""
    assert {name for version in ROLES.values() for name in version} == set(RESERVED_ROLE_NAMES)


def test_each_api_has_these_routes_and_actions() -> None:
    """By its name in Elastic's specification."""
    found = {
        row.name: (sorted(map(str, row.routes)), [a.name for a in row.actions], row.serverless) for row in operations()
    }
    for name, api in OPERATIONS["apis"].items():
        assert found[name] == (sorted(api["routes"]), api["actions"], api["serverless"]), name


def test_each_api_is_granted_by_these_cluster_privileges_and_no_other() -> None:
    """All of its actions, whatever the request."""
    for name, api in OPERATIONS["apis"].items():
        granting = {p.name for p in CLUSTER_PRIVILEGES if all(map(p.actions.matches, api["actions"]))}
        assert granting == set(api["granted_by"]), name


def test_each_action_is_granted_by_these_cluster_privileges() -> None:
    """Of machine learning's actions: its own privileges and the broad ones."""
    for action, row in OPERATIONS["actions"].items():
        if "granted_by" in row:
            granting = {p.name for p in CLUSTER_PRIVILEGES if p.actions.matches(action)}
            assert set(row["granted_by"]) <= granting, action


def test_each_action_reads_writes_or_is_internal_and_asks_for_a_licence_or_not() -> None:
    """And belongs to one area of machine learning."""
    table = actions()
    for name, row in OPERATIONS["actions"].items():
        found = table[name]
        assert found.access == row["access"], name
        assert (found.license is not None) == row.get("licence", found.license is not None), name
        assert found.area == row.get("area", found.area), name


def test_upgrade_mode_refuses_exactly_these_actions() -> None:
    """What changes a job, datafeed, calendar, filter or model; not what reads, tests or deploys."""
    assert sorted(n for n, row in actions().items() if row.upgrade_blocked) == OPERATIONS["refused_in_upgrade_mode"]


def test_these_names_are_restricted_and_no_others() -> None:
    """The patterns that descriptors of system indices register."""
    assert sorted(row.pattern for row in RESTRICTED_PATTERNS) == rows("restricted")["patterns"]


def test_built_in_users_hold_these_roles() -> None:
    """Users of the reserved realm."""
    assert {name: list(roles) for name, roles in BUILT_IN_USERS.items()} == IDENTITIES["users"]


def test_service_accounts_hold_at_least_these_privileges() -> None:
    """A descriptor with the version since when it is known, or the name of the reserved role it equals."""
    assert set(SERVICE_ACCOUNTS) == set(IDENTITIES["service_accounts"])
    for name, told in IDENTITIES["service_accounts"].items():
        found = SERVICE_ACCOUNTS[name]
        if isinstance(told, str):
            assert found == told, name
            continue
        assert isinstance(found, ServiceAccount)
        body = {key: value for key, value in told.items() if key != "since"}
        assert found.descriptor == role_descriptor(name, Cursor(body, name, Report())), name
        assert ".".join(map(str, found.since)) == told["since"], name


@pytest.mark.parametrize(
    ("scope", "name", "absent", "unsettled", "known"),
    [
        ("cluster", "clone_api_key", ["8.19.0", "9.2.9"], ["9.3.0", "9.5.9"], ["9.6.0"]),
        ("cluster", "read_named_credentials", ["9.2.9"], ["9.3.0", "9.5.9"], ["9.6.0"]),
        ("cluster", "manage_named_credentials", ["9.2.9"], ["9.3.0", "9.5.9"], ["9.6.0"]),
        ("cluster", "monitor_esql", ["8.16.9"], ["8.17.0", "9.0.9"], ["9.1.0"]),
        ("cluster", "monitor_stats", ["8.16.9"], [], ["8.17.0", "9.0.0"]),
        ("cluster", "monitor_reindex", ["9.4.9"], [], ["9.5.0"]),
        ("cluster", "manage_reindex", ["9.4.9"], [], ["9.5.0"]),
        ("index", "read_failure_store", ["8.18.9", "9.0.9"], [], ["8.19.0", "9.1.0"]),
        ("index", "manage_failure_store", ["8.18.9", "9.0.9"], [], ["8.19.0", "9.1.0"]),
        ("index", "create_view", ["9.3.9"], [], ["9.4.0"]),
        ("index", "delete_view", ["9.3.9"], [], ["9.4.0"]),
        ("index", "read_view_metadata", ["9.3.9"], [], ["9.4.0"]),
        ("index", "manage_view", ["9.3.9"], [], ["9.4.0"]),
        ("cluster", "read_project_routing", ["9.6.0"], [], ["serverless"]),
        ("cluster", "manage_project_routing", ["9.6.0"], [], ["serverless"]),
    ],
)
def test_privileges_exist_from_a_version_on(
    scope: str, name: str, absent: list[str], unsettled: list[str], known: list[str]
) -> None:
    """The last version without, the first with; between them only where the sources leave it open."""
    row = cluster_privilege(name) if scope == "cluster" else index_privilege(name)
    assert [row.known_in(v) for v in absent] == [False] * len(absent)
    assert [row.known_in(v) for v in unsettled] == [None] * len(unsettled)
    assert [row.known_in(v) for v in known] == [True] * len(known)


def test_every_other_privilege_exists_in_every_version() -> None:
    """Those that came or stayed away at some version are listed above."""
    table: list[ClusterPrivilege | IndexPrivilege] = [*CLUSTER_PRIVILEGES, *INDEX_PRIVILEGES]
    late = {row.name for row in table if row.since or row.serverless}
    assert len(late) == 15
    assert all(row.known_in("8.0.0") for row in table if row.name not in late)


def test_each_kibana_route_asks_these_rights_this_licence_and_as_this_user() -> None:
    """And is registered where one of these switches is on."""
    found: dict[str, dict[str, Any]] = {
        row.name: _given(all=[] if row.any_of else list(row.actions), any=list(row.actions) if row.any_of else [])
        | {"licence": row.guard, "registered": list(row.switches), "asks_as": row.identity}
        for row in ROUTES
    }
    assert found == KIBANA_ROUTES


def test_each_act_of_kibana_is_made_as_this_user_and_needs_these_privileges_of_the_caller() -> None:
    """With the capabilities that offer it, where a refusal shows, and in which version it is so."""
    found = {
        row.id: {
            "capabilities": list(row.capabilities),
            "asks_as": row.identity,
            "needs": {
                on: [need.name for need in row.needs if need.on == on]
                for on in ("source", "destination", "cluster")
                if any(need.on == on for need in row.needs)
            },
            "refused": row.refused,
            "about": row.about,
            "only": [row.profile] if row.profile else [],
            "local_only": row.local_only,
        }
        for row in ACTS
    }
    assert found == KIBANA_ACTS


def test_each_disagreement_is_measured_by_this_decision_and_names_these_sentences() -> None:
    """The sentences of the page that the code does not keep."""
    assert {row.id: [row.documented, *row.sentences] for row in DISCREPANCIES} == DISAGREEMENTS


@pytest.mark.parametrize("profile", PROFILES)
def test_each_capability_comes_with_these_levels_and_goes_with_these_gates(profile: Profile) -> None:
    """Levels, licence, switch and upgrade mode."""
    assert tuple(CAPABILITIES) == tuple(KIBANA_CAPABILITIES)
    found = {
        name: {
            "all": name in capabilities_granted("all", profile),
            "read": in_read(row, profile),
            "apm_user": row.apm_user,
            "basic": row.basic,
            "group": [row.group] if row.group else [],
            "upgrade": removed_in_upgrade_mode(row, profile),
        }
        for name, row in CAPABILITIES.items()
    }
    assert found == {
        name: row | {"read": row["read"][profile], "upgrade": row["upgrade"][profile]}
        for name, row in KIBANA_CAPABILITIES.items()
    }


@pytest.mark.parametrize("name", list(KIBANA_FEATURES))
def test_each_kibana_feature_declares_exactly_this(name: str) -> None:
    """Applications, API and interface actions, saved objects, for All and Read and what lies below them."""
    row, expected = FEATURES[name], KIBANA_FEATURES[name]
    assert (row.name, row.category) == (expected["name"], expected["category"])
    assert _declared(row.all) == _sorted(expected["all"])
    assert _declared(row.read) == _sorted(expected["read"])
    assert list(row.replaced_by) == expected.get("replaced_by", [])
    assert row.deprecated == ("replaced_by" in expected)
    sub = expected.get("sub", {})
    assert [s.id for s in row.sub] == list(sub)
    assert {s.id: _declared(s.declaration) for s in row.sub if s.declaration} == {
        id_: _sorted(declaration) for id_, declaration in sub.items() if declaration
    }
    assert {
        old: {r.feature: list(r.privileges) for r in new} for old, new in row.privileges_replaced_by.items()
    } == _replacements(expected.get("privileges_replaced_by", {}))


def test_there_are_no_other_features() -> None:
    """Each has its own test."""
    assert set(FEATURES) == set(KIBANA_FEATURES)


def _declared(declaration: Declaration) -> dict[str, Any]:
    told = attrs.asdict(declaration)
    management: dict[str, list[str]] = {}
    for section, entry in declaration.management:
        management.setdefault(section, []).append(entry)
    del told["alerting"]
    return _sorted(told | {"management": management})


def _sorted(declaration: Mapping[str, Any]) -> dict[str, Any]:
    """As sets in order, what is empty left out."""
    return {key: value if key == "management" else sorted(set(value)) for key, value in declaration.items() if value}


def _replacements(told: Mapping[str, Any]) -> dict[str, dict[str, list[str]]]:
    """Kibana's own form: a list, or one for the level and one for its minimal form."""
    found: dict[str, dict[str, list[str]]] = {}
    for old, new in told.items():
        if "default" in new:
            found[old], found[f"minimal_{old}"] = _by_feature(new["default"]), _by_feature(new["minimal"])
        else:
            found[old] = _by_feature(new)
    return found


def _by_feature(references: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    return {r["feature"]: r["privileges"] for r in references}
