"""Gates: licence, nodes, settings, upgrade mode and Kibana's switches, by what an export says and leaves out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from mlaccess import NotExported
from mlaccess.render import words
from mlaccess.resolver.gates import Gates, license_rank, setting_list
from mlaccess.rules import Finding, Verdict
from mlaccess.rules.facts import CapabilitySwitch, KibanaProfile, LicenseFeature, MlVisible, Subscription
from mlaccess.stack import ClusterSettings, FrozenMap, Json, License, MlInfo, Node, Space, XPackUsage

from .world import NOW, world

GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED
GONE = NotExported("for a test", "GET /x")
PLATINUM = Subscription("platinum")
OFF: FrozenMap[str, Json] = FrozenMap({"xpack.ml.enabled": "false"})


class Spoken:
    """Gates whose every finding can be put into words."""

    def __init__(self, asked: Gates) -> None:
        self._asked = asked

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(*facts: object) -> object:
            found = getattr(self._asked, name)(*facts)
            if isinstance(found, Finding):
                assert found.code in words.PHRASES
            return found

        return ask


def gates(at: datetime | None = None, **changes: Any) -> Spoken:
    return Spoken(Gates(world(**changes), at))


@pytest.mark.parametrize(
    ("word", "rank"),
    [
        ("missing", 0),
        ("basic", 1),
        ("standard", 2),
        ("gold", 3),
        ("silver", 3),
        ("platinum", 4),
        ("internal", 4),
        ("cloud_internal", 4),
        ("enterprise", 5),
        ("trial", 6),
        ("dev", 6),
        ("development", 6),
        ("none", 6),
        ("Platinum", 4),
        ("ruby", None),
    ],
)
def test_licences_have_an_order_with_trial_above_all(word: str, rank: int | None) -> None:
    """Old words stand for what they became; case does not matter."""
    assert license_rank(word) == rank


@pytest.mark.parametrize(
    ("type_", "minimum", "verdict"),
    [
        ("basic", "basic", GRANTED),
        ("basic", "platinum", DENIED),
        ("gold", "platinum", DENIED),
        ("platinum", "platinum", GRANTED),
        ("enterprise", "platinum", GRANTED),
        ("platinum", "enterprise", DENIED),
        ("trial", "enterprise", GRANTED),
        ("ruby", "platinum", UNKNOWN),
    ],
)
def test_a_licence_allows_what_asks_for_its_type_or_less(type_: str, minimum: str, verdict: Verdict) -> None:
    assert gates(license=License(type_, "active")).subscription(Subscription(minimum)).verdict is verdict


@pytest.mark.parametrize(
    ("version", "days", "verdict"),
    [
        ("9.2.1", -1, GRANTED),
        ("9.2.1", 0, DENIED),
        ("9.2.1", 1, DENIED),
        ("8.0.0", 1, DENIED),
        ("7.17.9", 0, UNKNOWN),
        ("7.17.9", 6, UNKNOWN),
        ("7.17.9", 7, DENIED),
        ("6.8.0", 6, UNKNOWN),
    ],
)
def test_a_licence_ends_at_its_date_and_before_8_perhaps_a_week_later(
    version: str, days: int, verdict: Verdict
) -> None:
    """The moment itself is past the end."""
    license_ = License("platinum", "active", expires_at=NOW - timedelta(days=days))
    assert gates(version=version, license=license_).subscription(PLATINUM).verdict is verdict


def test_a_licence_without_its_version_may_have_a_grace_period() -> None:
    license_ = License("platinum", "active", expires_at=NOW - timedelta(days=1))
    assert gates(version=GONE, license=license_).subscription(PLATINUM).verdict is UNKNOWN


def test_a_licence_that_was_issued_later_says_nothing_of_the_time_before() -> None:
    """Another one may have been in force."""
    license_ = License("platinum", "active", expires_at=NOW + timedelta(days=9), issued_at=NOW)
    assert gates(license=license_).subscription(PLATINUM).verdict is GRANTED
    assert gates(NOW - timedelta(seconds=1), license=license_).subscription(PLATINUM).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("type_", "status", "asked_at", "verdict"),
    [
        ("platinum", "active", False, GRANTED),
        ("platinum", "active", True, UNKNOWN),
        ("platinum", "expired", False, DENIED),
        ("platinum", "expired", True, DENIED),
        ("platinum", "invalid", True, DENIED),
        ("platinum", "Invalid", False, DENIED),
        ("basic", "active", True, GRANTED),
    ],
)
def test_a_licence_without_a_date_is_judged_by_its_status(
    type_: str, status: str, asked_at: bool, verdict: Verdict
) -> None:
    """A basic one never ends; of another nobody knows what it will be at a moment that was asked for."""
    found = gates(NOW if asked_at else None, license=License(type_, status)).subscription(Subscription(type_))
    assert found.verdict is verdict


@pytest.mark.parametrize(
    ("version", "status", "verdict"),
    [
        ("9.2.1", "active", GRANTED),
        ("9.2.1", "valid", GRANTED),
        ("9.2.1", "expired", DENIED),
        ("7.17.0", "expired", UNKNOWN),
        ("9.2.1", "invalid", DENIED),
        ("9.2.1", "odd", UNKNOWN),
    ],
)
def test_without_any_moment_the_status_of_the_licence_decides(version: str, status: str, verdict: Verdict) -> None:
    """No date of the export, and none in the question."""
    license_ = License("platinum", status, expires_at=NOW - timedelta(days=1))
    assert gates(version=version, collected_at=GONE, license=license_).subscription(PLATINUM).verdict is verdict


@pytest.mark.parametrize(
    ("available", "active", "asked_at", "verdict"),
    [
        (True, True, False, GRANTED),
        (False, True, False, DENIED),
        (False, False, False, UNKNOWN),
        (None, True, False, UNKNOWN),
        (True, True, True, UNKNOWN),
    ],
)
def test_usage_stands_in_for_a_licence_that_was_not_exported(
    available: bool | None, active: bool, asked_at: bool, verdict: Verdict
) -> None:
    """It speaks of the moment of the export, and of a licence in force."""
    found = gates(NOW if asked_at else None, license=GONE, xpack=XPackUsage(ml_available=available))
    assert found.subscription(Subscription("platinum", active)).verdict is verdict


def test_a_licence_that_need_not_be_in_force_is_judged_by_its_type() -> None:
    expired = License("platinum", "expired", expires_at=NOW - timedelta(days=1))
    assert gates(license=expired).subscription(Subscription("platinum", active=False)).verdict is GRANTED
    assert gates(license=expired).subscription(Subscription("enterprise", active=False)).verdict is DENIED


@pytest.mark.parametrize(
    ("license_", "serverless", "verdict"),
    [
        (License("basic", "active"), False, GRANTED),
        (License("platinum", "expired", expires_at=NOW - timedelta(days=1)), False, GRANTED),
        (License("missing", "active"), False, DENIED),
        (GONE, False, UNKNOWN),
        (GONE, True, GRANTED),
    ],
)
def test_kibanas_minimum_is_any_licence_at_all(license_: object, serverless: bool, verdict: Verdict) -> None:
    """An expired one too."""
    flavor = "serverless" if serverless else "default"
    feature = LicenseFeature("ml", "basic", "kibana_minimum")
    assert gates(license=license_, build_flavor=flavor).license_feature(feature).verdict is verdict


def test_kibanas_full_licence_is_one_in_force() -> None:
    feature = LicenseFeature("ml", "platinum", "kibana_full")
    assert gates().license_feature(feature).verdict is GRANTED
    assert gates(license=License("platinum", "expired")).license_feature(feature).verdict is DENIED
    assert gates(license=License("gold", "active")).license_feature(feature).verdict is DENIED


def nodes(*several: Node) -> FrozenMap[str, Node]:
    return FrozenMap({n.name: n for n in several})


ML = Node("ml-1", "ml-1", ("ml",))
DATA = Node("data-1", "data-1", ("data",))
ML_OFF = Node("ml-2", "ml-2", ("ml",), settings=OFF)
DATA_OFF = Node("data-2", "data-2", ("data",), settings=OFF)
MUTE = Node("mute", "mute", ("ml",), settings_exported=False)


@pytest.mark.parametrize(
    ("given", "everywhere", "in_kibana", "node"),
    [
        (nodes(ML, DATA), GRANTED, GRANTED, GRANTED),
        (nodes(DATA), GRANTED, GRANTED, DENIED),
        (nodes(ML, DATA_OFF), DENIED, UNKNOWN, GRANTED),
        (nodes(ML_OFF, DATA), DENIED, UNKNOWN, DENIED),
        (nodes(ML_OFF, DATA_OFF), DENIED, DENIED, DENIED),
        (nodes(MUTE, DATA), UNKNOWN, UNKNOWN, GRANTED),
        (nodes(), UNKNOWN, UNKNOWN, UNKNOWN),
        (GONE, UNKNOWN, UNKNOWN, UNKNOWN),
        (nodes(Node("x", "x", (), roles_exported=False)), GRANTED, GRANTED, UNKNOWN),
    ],
)
def test_nodes_say_whether_machine_learning_is_on_and_can_run(
    given: object, everywhere: Verdict, in_kibana: Verdict, node: Verdict
) -> None:
    """On every node; on the one that Kibana asks, whichever it is; on one with the role."""
    found = gates(nodes=given)
    assert found.ml_enabled_everywhere().verdict is everywhere
    assert found.ml_enabled_in_kibana().verdict is in_kibana
    assert found.ml_node().verdict is node


def test_a_list_of_nodes_that_is_not_whole_settles_no_absence() -> None:
    """What is there is there."""
    partly = gates(nodes=nodes(DATA), incomplete=frozenset({"nodes"}))
    assert partly.ml_node().verdict is UNKNOWN
    assert partly.ml_enabled_everywhere().verdict is UNKNOWN
    assert gates(nodes=nodes(ML), incomplete=frozenset({"nodes"})).ml_node().verdict is GRANTED


@pytest.mark.parametrize(
    "where",
    [
        {"cluster_settings": ClusterSettings(defaults=FrozenMap({"xpack.ml.enabled": "false"}))},
        {"xpack": XPackUsage(ml_enabled=False)},
        {"settings_files": (FrozenMap({"xpack.ml.enabled": False}),)},
        {"settings_files": (FrozenMap({"xpack.ml.enabled": "false"}),)},
    ],
)
def test_every_source_may_say_that_machine_learning_is_off(where: dict[str, Any]) -> None:
    found = gates(**where).ml_enabled_everywhere()
    assert found.verdict is DENIED
    assert [e.detail.endswith("ml.enabled: false") for e in found.evidence] == [True]


@pytest.mark.parametrize(
    "where",
    [
        {"nodes": nodes(Node("n", "n", ("ml",), settings=FrozenMap({"xpack.security.enabled": "false"})))},
        {"cluster_settings": ClusterSettings(defaults=FrozenMap({"xpack.security.enabled": "false"}))},
        {"xpack": XPackUsage(security_enabled=False)},
        {"settings_files": (FrozenMap({"xpack.security.enabled": False}),)},
        {"settings_files": (FrozenMap({"xpack.security.enabled": "false"}),)},
    ],
)
def test_every_source_may_say_that_security_is_off(where: dict[str, Any]) -> None:
    """Silence does not."""
    found = gates(**where).security_off()
    assert found is not None
    assert found.verdict is GRANTED
    assert ["false" in e.detail for e in found.evidence] == [True]
    assert gates(nodes=GONE, cluster_settings=GONE, xpack=GONE).security_off() is None
    assert gates(xpack=XPackUsage(security_enabled=True)).security_off() is None


@pytest.mark.parametrize(
    ("where", "roles"),
    [
        ({}, ()),
        ({"nodes": GONE, "cluster_settings": GONE}, None),
        ({"nodes": GONE}, ()),
        ({"cluster_settings": GONE}, ()),
        ({"cluster_settings": GONE, "nodes": nodes(ML, MUTE)}, None),
        ({"cluster_settings": GONE, "nodes": nodes()}, None),
        ({"cluster_settings": ClusterSettings(defaults=None), "nodes": GONE}, None),
        ({"settings_files": (FrozenMap[str, object](),), "nodes": GONE, "cluster_settings": GONE}, ()),
    ],
)
def test_anonymous_roles_are_none_only_where_settings_were_exported(
    where: dict[str, Any], roles: tuple[str, ...] | None
) -> None:
    """Of all nodes, as default settings, or in the file."""
    assert gates(**where).anonymous_roles() == roles


KEY = "xpack.security.authc.anonymous.roles"


@pytest.mark.parametrize(
    "where",
    [
        {"nodes": nodes(Node("n", "n", ("ml",), settings=FrozenMap({KEY: "b, a"})))},
        {
            "nodes": nodes(
                Node("n", "n", ("ml",), settings=FrozenMap({KEY + ".0": "a", KEY + ".1": "b", KEY + "x": "c"}))
            )
        },
        {"cluster_settings": ClusterSettings(defaults=FrozenMap({KEY: ("a", "b")}))},
        {"settings_files": (FrozenMap({KEY: "a,,b"}),)},
        {"nodes": nodes(MUTE, Node("n", "n", (), settings=FrozenMap({KEY: "a,b"}))), "cluster_settings": GONE},
    ],
)
def test_anonymous_roles_are_read_wherever_they_stand(where: dict[str, Any]) -> None:
    """As a list, a text with commas, or numbered."""
    assert gates(**where).anonymous_roles() == ("a", "b")


def test_anonymous_requests_run_under_the_name_that_is_set() -> None:
    key = "xpack.security.authc.anonymous.username"
    assert gates().anonymous_username() == "_anonymous"
    named = nodes(ML, Node("n", "n", (), settings=FrozenMap({key: "guest"})))
    assert gates(nodes=named).anonymous_username() == "guest"
    defaults = ClusterSettings(defaults=FrozenMap({key: "visitor"}))
    assert gates(cluster_settings=defaults).anonymous_username() == "visitor"
    assert gates(nodes=GONE, cluster_settings=GONE).anonymous_username() == "_anonymous"


def test_a_list_setting_is_a_list_or_a_text_with_commas() -> None:
    assert setting_list(" a, b ,,") == ("a", "b")
    assert setting_list(("a", 1)) == ("a", "1")
    assert setting_list(None) == ()


def test_upgrade_mode_is_what_the_info_says() -> None:
    assert gates().not_upgrading().verdict is GRANTED
    assert gates(ml_info=MlInfo(upgrade_mode=True)).not_upgrading().verdict is DENIED
    assert gates(ml_info=GONE).not_upgrading().verdict is UNKNOWN


def test_kibanas_switches_are_at_their_defaults() -> None:
    """On serverless the kind of project decides, and there are no nodes to see."""
    for name in ("ad", "dfa", "nlp", "aiops", "nodes"):
        assert gates().capability_switch(CapabilitySwitch(name)).verdict is GRANTED
    found = {
        name: gates(build_flavor="serverless").capability_switch(CapabilitySwitch(name)).verdict
        for name in ("ad", "nodes")
    }
    assert found == {"ad": UNKNOWN, "nodes": DENIED}


@pytest.mark.parametrize(
    ("kibana", "cluster", "readers"),
    [
        ("9.2.1", "9.9.9", GRANTED),
        ("9.4.0", "9.2.1", GRANTED),
        ("9.4.1", "9.2.1", UNKNOWN),
        ("9.5.9", "9.2.1", UNKNOWN),
        ("9.6.0", "9.2.1", DENIED),
        ("10.0.0", "9.2.1", UNKNOWN),
        ("7.0.0", "9.2.1", GRANTED),
        (GONE, "9.2.1", GRANTED),
        (GONE, GONE, UNKNOWN),
    ],
)
def test_who_tests_models_hangs_on_kibanas_version(kibana: object, cluster: object, readers: Verdict) -> None:
    """The cluster's stands in for it."""
    found = gates(kibana_version=kibana, version=cluster)
    assert found.kibana_profile(KibanaProfile("readers_test_models")).verdict is readers
    admins = {GRANTED: DENIED, DENIED: GRANTED, UNKNOWN: UNKNOWN}[readers]
    assert found.kibana_profile(KibanaProfile("admins_test_models")).verdict is admins


@pytest.mark.parametrize(
    ("spaces", "verdict"),
    [
        (FrozenMap({"sales": Space("sales")}), GRANTED),
        (FrozenMap({"sales": Space("sales", disabled_features=frozenset({"ml"}))}), DENIED),
        (FrozenMap({"sales": Space("sales", solution="tomorrow", effective=False)}), UNKNOWN),
        (FrozenMap({"other": Space("other")}), UNKNOWN),
        (GONE, UNKNOWN),
    ],
)
def test_a_space_shows_machine_learning_or_hides_it(spaces: object, verdict: Verdict) -> None:
    assert gates(spaces=spaces).visible(MlVisible("sales")).verdict is verdict


def test_serverless_counts_subscription_and_nodes_as_there() -> None:
    found = gates(build_flavor="serverless", license=GONE, nodes=GONE)
    assert found.subscription(PLATINUM).verdict is GRANTED
    assert found.ml_enabled_everywhere().verdict is GRANTED
    assert found.ml_node().verdict is GRANTED
    assert found.anonymous_roles() == ()
