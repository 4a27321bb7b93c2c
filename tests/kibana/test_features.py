"""The table of features: what privileges grant, and where Kibana's versions differ."""

import pytest

from mlaccess.catalog.kibana_capabilities import CAPABILITIES, LOGIN
from mlaccess.catalog.kibana_features import (
    BASE_PRIVILEGES,
    FEATURES,
    RESERVED,
    base_actions,
    feature_actions,
    reserved_actions,
)
from mlaccess.catalog.kibana_versions import BASE_INCLUDES_ML, CATALOGUED, FEATURE_PRIVILEGES, Span, parse, profile_of
from mlaccess.rules.verdict import Verdict

NOW = "9.2.1"


def test_there_are_44_capabilities_and_machine_learning_all_grants_each() -> None:
    """Kibana's own test counts them."""
    assert len(CAPABILITIES) == 44
    granted = feature_actions("ml", "all", NOW).actions
    assert {c.ui_action for c in CAPABILITIES.values()} <= granted
    assert {c.api_action for c in CAPABILITIES.values()} <= granted


@pytest.mark.parametrize("feature", FEATURES)
def test_all_holds_what_read_holds_of_machine_learning_and_login(feature: str) -> None:
    """Both open the space; no saved-object right of Read is missing from All where both are listed."""
    for level in ("all", "read", "minimal_all", "minimal_read"):
        assert LOGIN in feature_actions(feature, level, NOW).actions
    read = feature_actions(feature, "read", NOW)
    everything = feature_actions(feature, "all", NOW)
    for action in read.actions:
        if action.startswith(("ui:", "api:", "app:")):
            assert everything.verdict(action) is Verdict.GRANTED, action


def test_minimal_privileges_of_machine_learning_are_the_whole_ones() -> None:
    """The feature has no sub-features."""
    for level in ("all", "read"):
        assert feature_actions("ml", f"minimal_{level}", NOW) == feature_actions("ml", level, NOW)


def test_minimal_privileges_of_discover_lack_the_sub_features() -> None:
    """Short addresses and search sessions are sub-features, file analysis is not."""
    minimal = feature_actions("discover_v2", "minimal_all", NOW)
    assert minimal.verdict("ui:discover_v2/createShortUrl") is Verdict.DENIED
    assert feature_actions("discover_v2", "all", NOW).verdict("ui:discover_v2/createShortUrl") is Verdict.GRANTED
    assert minimal.verdict("api:fileUpload:analyzeFile") is Verdict.GRANTED
    assert feature_actions("discover_v2", "read", NOW).verdict("api:fileUpload:analyzeFile") is Verdict.DENIED


def test_a_condition_that_the_export_does_not_show_leaves_a_sub_feature_unknown() -> None:
    """Reports are registered where reporting is on."""
    assert feature_actions("discover_v2", "all", NOW).verdict("ui:discover_v2/generateCsv") is Verdict.UNKNOWN


def test_deprecated_features_also_show_what_replaced_them() -> None:
    """Only interface actions of the newer feature are added, not its saved objects or routes."""
    old = feature_actions("discover", "all", NOW)
    assert old.verdict("ui:discover_v2/show") is Verdict.GRANTED
    assert old.verdict("ui:savedQueryManagement/saveQuery") is Verdict.GRANTED
    assert old.verdict("api:store_search_session") is Verdict.GRANTED
    assert feature_actions("dashboard", "minimal_read", NOW).verdict("ui:dashboard_v2/show") is Verdict.GRANTED
    assert feature_actions("dashboard", "minimal_read", NOW).verdict("ui:dashboard_v2/createNew") is Verdict.DENIED


def test_unknown_privilege_ids_of_a_known_feature_grant_nothing() -> None:
    """`ml: ["none"]` is accepted by the role API, stored, and grants nothing, not even entry."""
    found = feature_actions("ml", "none", NOW)
    assert found.verdict(LOGIN) is Verdict.DENIED
    assert found.verdict("ui:ml/canGetJobs") is Verdict.DENIED


def test_an_uncatalogued_feature_is_unknown_but_not_machine_learning() -> None:
    """A feature's own interface bucket is granted by that feature alone."""
    found = feature_actions("apm", "all", NOW)
    assert found.verdict(LOGIN) is Verdict.UNKNOWN
    assert found.verdict("saved_object:index-pattern/create") is Verdict.UNKNOWN
    assert found.verdict("ui:ml/canGetJobs") is Verdict.DENIED


@pytest.mark.parametrize("version", [None, "", "nonsense", "6.8.0", "10.0.0"])
def test_outside_the_versions_known_nothing_is_certain(version: str | None) -> None:
    """A row holds for its span and no further."""
    for found in (
        feature_actions("ml", "all", version),
        base_actions("all", version),
        reserved_actions("ml_admin", version),
    ):
        assert found.verdict("ui:ml/canGetJobs") is Verdict.UNKNOWN
        assert found.verdict(LOGIN) is Verdict.UNKNOWN


def test_base_privileges_hold_machine_learning_since_8_only() -> None:
    """Before 8.0, `all` did not give machine learning; everything else it did."""
    for name, level in BASE_PRIVILEGES.items():
        creating = Verdict.of(level == "all")
        assert base_actions(name, "8.0.0").verdict("ui:ml/canGetJobs") is Verdict.GRANTED
        assert base_actions(name, "8.0.0").verdict("ui:ml/canCreateJob") is creating
        assert base_actions(name, "7.17.9").verdict("ui:ml/canGetJobs") is Verdict.DENIED
        assert base_actions(name, "7.17.9").verdict("ui:discover/show") is Verdict.GRANTED
        assert base_actions(name, "7.17.9").verdict(LOGIN) is Verdict.GRANTED


def test_only_the_global_base_privilege_manages_spaces_and_reads_features() -> None:
    """`space_all` holds the features of its space and nothing of Kibana as a whole."""
    assert base_actions("all", NOW).verdict("api:read_features") is Verdict.GRANTED
    for name in ("read", "space_all", "space_read"):
        assert base_actions(name, NOW).verdict("api:read_features") is not Verdict.GRANTED


@pytest.mark.parametrize(
    ("action", "holders"),
    [
        (LOGIN, {"all", "read", "space_all", "space_read"}),
        ("api:decryptedTelemetry", {"all", "read"}),
        ("ui:globalSettings/show", {"all", "read"}),
        ("ui:globalSettings/save", {"all"}),
        ("api:read_features", {"all"}),
        ("api:taskManager", {"all"}),
        ("api:manageSpaces", {"all"}),
        ("space:manage", {"all"}),
        ("ui:spaces/manage", {"all"}),
        ("ui:management/kibana/spaces", {"all"}),
        ("ui:catalogue/spaces", {"all"}),
        ("ui:enterpriseSearch/all", {"all"}),
    ],
)
def test_base_privileges_hold_these_actions_beside_those_of_features(action: str, holders: set[str]) -> None:
    """Global ones look after Kibana as a whole."""
    found = {
        n for n in ("all", "read", "space_all", "space_read") if base_actions(n, NOW).verdict(action) is Verdict.GRANTED
    }
    assert found == holders


@pytest.mark.parametrize("reserved", [r for r, kind in RESERVED.items() if kind != "other"])
def test_reserved_privileges_open_no_space(reserved: str) -> None:
    """That is why a user with only a built-in machine learning role cannot enter Kibana."""
    assert reserved_actions(reserved, NOW).verdict(LOGIN) is Verdict.DENIED
    assert reserved_actions(reserved, NOW).verdict("ui:ml/canGetJobs") is Verdict.GRANTED


def test_testing_models_moved_from_read_to_all() -> None:
    """By version: readers, unknown in between, admins."""
    action = "ui:ml/canTestTrainedModels"
    assert feature_actions("ml", "read", "9.2.1").verdict(action) is Verdict.GRANTED
    assert feature_actions("ml", "read", "9.5.0").verdict(action) is Verdict.UNKNOWN
    assert feature_actions("ml", "read", "9.6.0").verdict(action) is Verdict.DENIED
    for version in ("9.2.1", "9.5.0", "9.6.0"):
        assert feature_actions("ml", "all", version).verdict(action) is Verdict.GRANTED


def test_versions_are_read_with_or_without_a_suffix() -> None:
    """A snapshot is its version; words are no version."""
    assert parse("9.2.1-SNAPSHOT") == (9, 2, 1)
    assert parse("8.19") == (8, 19, 0)
    assert parse("unknown") is None
    assert profile_of("8.11.0") == "readers_test_models"
    assert profile_of("6.8.0") is None
    assert not CATALOGUED.holds(None)


@pytest.mark.parametrize(
    ("privilege", "on_rules", "on_alerts"),
    [
        ("all", "create delete disable enable find get update", "find get update"),
        ("read", "find get", "find get"),
    ],
)
def test_rules_and_alerts_come_with_the_feature(privilege: str, on_rules: str, on_alerts: str) -> None:
    """Of each kind of rule that machine learning registers."""
    found = feature_actions("ml", privilege, "9.2.1").actions
    for kind in FEATURES["ml"].rule_types:
        for what, operations in (("rule", on_rules), ("alert", on_alerts)):
            start = f"alerting:{kind}/ml/{what}/"
            assert " ".join(sorted(a.removeprefix(start) for a in found if a.startswith(start))) == operations


@pytest.mark.parametrize(
    ("span", "first", "before"),
    [
        (CATALOGUED, (7, 0, 0), (6, 9, 9)),
        (FEATURE_PRIVILEGES, (7, 9, 0), (7, 8, 9)),
        (BASE_INCLUDES_ML, (8, 0, 0), (7, 17, 99)),
    ],
)
def test_rows_hold_from_their_first_version_to_the_next_major_one(
    span: Span, first: tuple[int, int, int], before: tuple[int, int, int]
) -> None:
    """What 10.0 does is not known."""
    assert span.holds(first)
    assert span.holds((9, 99, 99))
    assert not any(map(span.holds, (None, before, (10, 0, 0))))
