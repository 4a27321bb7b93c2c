"""Every finding about licence, nodes, settings, upgrade mode, switches and spaces: reason, values and proof."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from mlaccess import NotExported
from mlaccess.resolver.everyone import Everyone
from mlaccess.resolver.gates import Gates
from mlaccess.resolver.places import Places
from mlaccess.rules import Finding
from mlaccess.rules.facts import (
    FACTS,
    PARTICULAR,
    PERSONAL,
    AccountUsable,
    AssignedToSpace,
    CapabilitySwitch,
    DataViewCovers,
    Fact,
    IndicesKnown,
    KibanaProfile,
    LicenseFeature,
    MlEnabledEverywhere,
    MlEnabledInKibana,
    MlNode,
    MlVisible,
    NotUpgrading,
    RequestDetail,
    Subscription,
)
from mlaccess.stack import ClusterSettings, FrozenMap, Json, License, MlInfo, Node, Origin, Space, XPackUsage

from .world import NOW, told, world

HERE = Origin("x.json", "/here")
THERE = Origin("y.json", "/there")
GONE = NotExported("was not asked", "GET /x")
SILENT = NotExported("was not asked")
DAY = timedelta(days=1)
SERVERLESS = {"build_flavor": "serverless"}


def licence(
    type_: str = "platinum", status: str = "active", ends: datetime | None = None, issued: datetime | None = None
) -> dict[str, object]:
    return {"license": License(type_, status, expires_at=ends, issued_at=issued, origin=HERE)}


def node(name: str, roles: tuple[str, ...] = ("ml",), **settings: Json) -> Node:
    flat: dict[str, Json] = {key.replace("_", "."): value for key, value in settings.items()}
    return Node(name, name, roles, settings=FrozenMap(flat), origin=Origin("nodes.json", f"/{name}"))


def nodes(*several: Node, **more: object) -> dict[str, object]:
    return {"nodes": FrozenMap({n.name: n for n in several}), **more}


def settings(**defaults: Json) -> dict[str, object]:
    flat: dict[str, Json] = {key.replace("_", "."): value for key, value in defaults.items()}
    return {"cluster_settings": ClusterSettings(defaults=FrozenMap(flat), defaults_origin=THERE)}


def usage(**said: bool | None) -> dict[str, object]:
    return {"xpack": XPackUsage(**said, origin=THERE)}  # type: ignore[arg-type]  # flags of the usage


def said(finding: Finding | None) -> str:
    return "nothing" if finding is None else told(finding)


PLATINUM, ANY_TIME = Subscription("platinum"), Subscription("platinum", active=False)


@pytest.mark.parametrize(
    ("parts", "at", "fact", "finding"),
    [
        (SERVERLESS, None, PLATINUM, "granted serverless.subscription | setting build_flavor"),
        (licence("ruby"), None, PLATINUM, "unknown license.unknown_type type=ruby | license ruby active x.json#/here"),
        (
            licence(),
            None,
            Subscription("ruby"),
            "unknown license.unknown_type type=platinum | license platinum active x.json#/here",
        ),
        (
            licence("gold"),
            None,
            PLATINUM,
            "denied license.type_too_low minimum=platinum type=gold | license gold active x.json#/here",
        ),
        (
            licence(ends=NOW - DAY),
            None,
            ANY_TIME,
            "granted license.type status=active type=platinum | license platinum active x.json#/here",
        ),
        (
            licence(ends=NOW + DAY),
            None,
            PLATINUM,
            "granted license.active_until type=platinum until=2026-06-02 | license platinum active x.json#/here",
        ),
        (
            licence(ends=NOW + DAY),
            NOW + DAY,
            PLATINUM,
            "denied license.expired on=2026-06-02 type=platinum | license platinum active x.json#/here",
        ),
        (
            licence(ends=NOW + DAY),
            (NOW + DAY).replace(tzinfo=None),
            PLATINUM,
            "denied license.expired on=2026-06-02 type=platinum | license platinum active x.json#/here",
        ),
        (
            licence(ends=NOW, issued=NOW - DAY),
            NOW - 2 * DAY,
            PLATINUM,
            "unknown license.not_yet_issued on=2026-05-31 type=platinum | license platinum active x.json#/here",
        ),
        (
            licence(ends=NOW + DAY, issued=NOW),
            NOW,
            PLATINUM,
            "granted license.active_until type=platinum until=2026-06-02 | license platinum active x.json#/here",
        ),
        (
            licence(ends=NOW - DAY) | {"version": "7.17.0"},
            None,
            PLATINUM,
            "unknown license.grace_period on=2026-05-31 type=platinum | license platinum active x.json#/here",
        ),
        (
            licence(ends=NOW - 7 * DAY) | {"version": "7.17.0"},
            None,
            PLATINUM,
            "denied license.expired on=2026-05-25 type=platinum | license platinum active x.json#/here",
        ),
        (
            licence(ends=NOW - DAY) | {"version": "5.6.0"},
            None,
            PLATINUM,
            "unknown license.grace_period on=2026-05-31 type=platinum | license platinum active x.json#/here",
        ),
        (
            licence(ends=NOW - DAY) | {"version": GONE},
            None,
            PLATINUM,
            "unknown license.grace_period on=2026-05-31 type=platinum | license platinum active x.json#/here",
        ),
        (
            licence(),
            None,
            PLATINUM,
            "granted license.active status=active type=platinum | license platinum active x.json#/here",
        ),
        (
            licence(),
            NOW,
            PLATINUM,
            "unknown license.no_expiry_date type=platinum | license platinum active x.json#/here",
        ),
        (
            licence("basic"),
            NOW,
            Subscription("basic"),
            "granted license.active status=active type=basic | license basic active x.json#/here",
        ),
        (
            licence(status="expired"),
            None,
            PLATINUM,
            "denied license.said_expired type=platinum | license platinum expired x.json#/here",
        ),
        (
            licence(status="expired"),
            NOW,
            PLATINUM,
            "denied license.said_expired type=platinum | license platinum expired x.json#/here",
        ),
        (
            licence(status="invalid"),
            None,
            PLATINUM,
            "denied license.invalid type=platinum | license platinum invalid x.json#/here",
        ),
        (
            licence(status="invalid", ends=NOW + DAY),
            None,
            PLATINUM,
            "denied license.invalid type=platinum | license platinum invalid x.json#/here",
        ),
        (
            licence(status="expired", ends=NOW + DAY),
            None,
            PLATINUM,
            "denied license.said_expired type=platinum | license platinum expired x.json#/here",
        ),
        (
            licence(status="expired", ends=NOW + DAY),
            NOW,
            PLATINUM,
            "denied license.said_expired type=platinum | license platinum expired x.json#/here",
        ),
        (
            licence(status="expired", ends=NOW + DAY),
            NOW - DAY,
            PLATINUM,
            "unknown license.expired_some_time type=platinum | license platinum expired x.json#/here",
        ),
        (
            licence(status="expired"),
            NOW - DAY,
            PLATINUM,
            "unknown license.expired_some_time type=platinum | license platinum expired x.json#/here",
        ),
        (
            licence(status="expired") | {"collected_at": GONE},
            NOW,
            PLATINUM,
            "unknown license.expired_some_time type=platinum | license platinum expired x.json#/here",
        ),
        (
            licence(status="Expired", ends=NOW - DAY) | {"version": "7.1.0"},
            NOW,
            PLATINUM,
            "unknown license.grace_period on=2026-05-31 type=platinum | license platinum Expired x.json#/here",
        ),
        (
            licence(status="odd"),
            None,
            PLATINUM,
            "unknown license.unknown_status status=odd type=platinum | license platinum odd x.json#/here",
        ),
        (
            licence(status="odd", ends=NOW + DAY),
            NOW,
            PLATINUM,
            "unknown license.unknown_status status=odd type=platinum | license platinum odd x.json#/here",
        ),
        (
            licence(status="odd", ends=NOW - DAY),
            NOW,
            PLATINUM,
            "denied license.expired on=2026-05-31 type=platinum | license platinum odd x.json#/here",
        ),
        (
            licence(ends=NOW + DAY) | {"collected_at": GONE},
            None,
            PLATINUM,
            "granted license.active status=active type=platinum | license platinum active x.json#/here",
        ),
        (
            licence(status="expired", ends=NOW - DAY) | {"collected_at": GONE},
            None,
            PLATINUM,
            "denied license.expired on=2026-05-31 type=platinum | license platinum expired x.json#/here",
        ),
        (
            licence(status="expired", ends=NOW - DAY) | {"collected_at": GONE, "version": "7.1.0"},
            None,
            PLATINUM,
            "unknown license.grace_period on=2026-05-31 type=platinum | license platinum expired x.json#/here",
        ),
        (
            licence(status="odd", ends=NOW - DAY) | {"collected_at": GONE},
            None,
            PLATINUM,
            "unknown license.unknown_status status=odd type=platinum | license platinum odd x.json#/here",
        ),
        (
            {"license": GONE},
            None,
            PLATINUM,
            "unknown license.not_exported minimum=platinum reason=was not asked | absence license GET /x",
        ),
        (
            {"license": SILENT},
            None,
            PLATINUM,
            "unknown license.not_exported minimum=platinum reason=was not asked | absence license was not asked",
        ),
        (
            {"license": GONE, **usage(ml_available=True)},
            None,
            PLATINUM,
            "granted license.usage_available | license xpack usage ml.available y.json#/there",
        ),
        (
            {"license": GONE, **usage(ml_available=True)},
            NOW,
            PLATINUM,
            "unknown license.not_exported minimum=platinum reason=was not asked | absence license GET /x",
        ),
        (
            {"license": GONE, **usage(ml_available=False)},
            None,
            PLATINUM,
            "denied license.usage_unavailable | license xpack usage ml.available y.json#/there",
        ),
        (
            {"license": GONE, **usage(ml_available=False)},
            None,
            ANY_TIME,
            "unknown license.not_exported minimum=platinum reason=was not asked | absence license GET /x",
        ),
        (
            {"license": GONE, **usage(ml_available=None)},
            None,
            PLATINUM,
            "unknown license.not_exported minimum=platinum reason=was not asked | absence license GET /x",
        ),
    ],
)
def test_a_subscription(parts: dict[str, Any], at: datetime | None, fact: Subscription, finding: str) -> None:
    assert told(Gates(world(**parts), at).subscription(fact)) == finding


@pytest.mark.parametrize(
    ("parts", "family", "finding"),
    [
        (
            licence("basic", "expired"),
            "kibana_minimum",
            "granted license.type status=expired type=basic | license basic expired x.json#/here",
        ),
        (
            licence("ruby"),
            "kibana_minimum",
            "granted license.type status=active type=ruby | license ruby active x.json#/here",
        ),
        (
            licence("missing"),
            "kibana_minimum",
            "denied license.type_too_low minimum=platinum type=missing | license missing active x.json#/here",
        ),
        (
            {"license": GONE},
            "kibana_minimum",
            "unknown license.not_exported minimum=platinum reason=was not asked | absence license GET /x",
        ),
        (
            {"license": GONE, **SERVERLESS},
            "kibana_minimum",
            "granted serverless.subscription | setting build_flavor",
        ),
        (
            licence("basic"),
            "kibana_full",
            "denied license.type_too_low minimum=platinum type=basic | license basic active x.json#/here",
        ),
        (
            licence("platinum", "expired"),
            "kibana_valid",
            "denied license.said_expired type=platinum | license platinum expired x.json#/here",
        ),
        (
            licence("gold"),
            "elasticsearch",
            "denied license.type_too_low minimum=platinum type=gold | license gold active x.json#/here",
        ),
    ],
)
def test_a_licensed_feature(parts: dict[str, Any], family: str, finding: str) -> None:
    """Kibana's minimum is a licence of any type; all others are asked as a subscription in force."""
    assert told(Gates(world(**parts), None).license_feature(LicenseFeature("ml", "platinum", family))) == finding


OFF: Any = {"xpack_ml_enabled": "false"}


@pytest.mark.parametrize(
    ("parts", "everywhere", "in_kibana", "running"),
    [
        (
            SERVERLESS,
            "granted serverless.nodes | setting build_flavor",
            "granted serverless.nodes | setting build_flavor",
            "granted serverless.nodes | setting build_flavor",
        ),
        (
            nodes(node("a"), node("b", ("data", "master"))),
            "granted nodes.ml_enabled count=2 | node a nodes.json#/a | node b nodes.json#/b",
            "granted nodes.ml_enabled count=2 | node a nodes.json#/a | node b nodes.json#/b",
            "granted nodes.with_ml nodes=('a',) | node a role ml nodes.json#/a",
        ),
        (
            nodes(node("a", **OFF), node("b", ("data",))),
            "denied nodes.ml_disabled nodes=('a',) | node a xpack.ml.enabled: false nodes.json#/a",
            "unknown nodes.ml_mixed count=2 off=1 | node a xpack.ml.enabled: false nodes.json#/a",
            "denied nodes.without_ml count=2 | node a ml nodes.json#/a | node b data nodes.json#/b",
        ),
        (
            nodes(node("b", **OFF), node("a", **OFF)),
            (
                "denied nodes.ml_disabled nodes=('a', 'b') | node b xpack.ml.enabled: false nodes.json#/b"
                " | node a xpack.ml.enabled: false nodes.json#/a"
            ),
            (
                "denied nodes.ml_disabled nodes=('a', 'b') | node b xpack.ml.enabled: false nodes.json#/b"
                " | node a xpack.ml.enabled: false nodes.json#/a"
            ),
            "denied nodes.without_ml count=2 | node b ml nodes.json#/b | node a ml nodes.json#/a",
        ),
        (
            nodes(node("a", xpack_ml_enabled=False)),
            "denied nodes.ml_disabled nodes=('a',) | node a xpack.ml.enabled: false nodes.json#/a",
            "denied nodes.ml_disabled nodes=('a',) | node a xpack.ml.enabled: false nodes.json#/a",
            "denied nodes.without_ml count=1 | node a ml nodes.json#/a",
        ),
        (
            nodes(node("a", xpack_ml_enabled="True")),
            "granted nodes.ml_enabled count=1 | node a nodes.json#/a",
            "granted nodes.ml_enabled count=1 | node a nodes.json#/a",
            "granted nodes.with_ml nodes=('a',) | node a role ml nodes.json#/a",
        ),
        (
            nodes(node("b", xpack_ml_enabled="FALSE"), node("a")),
            "denied nodes.ml_disabled nodes=('b',) | node b xpack.ml.enabled: false nodes.json#/b",
            "unknown nodes.ml_mixed count=2 off=1 | node b xpack.ml.enabled: false nodes.json#/b",
            "granted nodes.with_ml nodes=('a',) | node a role ml nodes.json#/a",
        ),
        (nodes(), "unknown nodes.none_listed", "unknown nodes.none_listed", "unknown nodes.roles_not_exported"),
        (
            {"nodes": GONE},
            "unknown nodes.not_exported reason=was not asked | absence nodes GET /x",
            "unknown nodes.not_exported reason=was not asked | absence nodes GET /x",
            "unknown nodes.not_exported reason=was not asked | absence nodes GET /x",
        ),
        (
            nodes(node("a"), incomplete=frozenset({"nodes"})),
            "unknown nodes.incomplete",
            "unknown nodes.incomplete",
            "granted nodes.with_ml nodes=('a',) | node a role ml nodes.json#/a",
        ),
        (
            nodes(node("a", ("data",)), incomplete=frozenset({"nodes"})),
            "unknown nodes.incomplete",
            "unknown nodes.incomplete",
            "unknown nodes.roles_not_exported",
        ),
        (
            nodes(Node("b", "b", settings_exported=False), Node("a", "a", settings_exported=False)),
            "unknown nodes.settings_not_exported nodes=('a', 'b')",
            "unknown nodes.settings_not_exported nodes=('a', 'b')",
            "denied nodes.without_ml count=2 | node b | node a",
        ),
        (
            nodes(node("a", ("data",)), Node("b", "b", roles_exported=False)),
            "granted nodes.ml_enabled count=2 | node a nodes.json#/a | node b",
            "granted nodes.ml_enabled count=2 | node a nodes.json#/a | node b",
            "unknown nodes.roles_not_exported",
        ),
        (
            nodes(Node("a", "a", attributes=FrozenMap({"ml.enabled": "true"}), origin=HERE)),
            "granted nodes.ml_enabled count=1 | node a x.json#/here",
            "granted nodes.ml_enabled count=1 | node a x.json#/here",
            "granted nodes.with_ml nodes=('a',) | node a role ml x.json#/here",
        ),
        (
            nodes(Node("a", "a", attributes=FrozenMap({"ml.enabled": "false"}), origin=HERE)),
            "granted nodes.ml_enabled count=1 | node a x.json#/here",
            "granted nodes.ml_enabled count=1 | node a x.json#/here",
            "denied nodes.without_ml count=1 | node a x.json#/here",
        ),
        (
            nodes(node("a")) | settings(**OFF),
            (
                "denied nodes.ml_disabled nodes=('the answering node',)"
                " | setting the answering node xpack.ml.enabled: false y.json#/there"
            ),
            ("unknown nodes.ml_mixed count=1 off=0 | setting the answering node xpack.ml.enabled: false y.json#/there"),
            "granted nodes.with_ml nodes=('a',) | node a role ml nodes.json#/a",
        ),
        (
            nodes(node("a")) | usage(ml_enabled=False),
            (
                "denied nodes.ml_disabled nodes=('the answering node',)"
                " | setting the answering node ml.enabled: false y.json#/there"
            ),
            "unknown nodes.ml_mixed count=1 off=0 | setting the answering node ml.enabled: false y.json#/there",
            "granted nodes.with_ml nodes=('a',) | node a role ml nodes.json#/a",
        ),
        (
            nodes(node("a")) | usage(ml_enabled=True),
            "granted nodes.ml_enabled count=1 | node a nodes.json#/a",
            "granted nodes.ml_enabled count=1 | node a nodes.json#/a",
            "granted nodes.with_ml nodes=('a',) | node a role ml nodes.json#/a",
        ),
        (
            {"nodes": GONE} | usage(ml_enabled=False),
            (
                "denied nodes.ml_disabled nodes=('the answering node',)"
                " | setting the answering node ml.enabled: false y.json#/there"
            ),
            (
                "denied nodes.ml_disabled nodes=('the answering node',)"
                " | setting the answering node ml.enabled: false y.json#/there"
            ),
            "unknown nodes.not_exported reason=was not asked | absence nodes GET /x",
        ),
        (
            nodes(node("a"), settings_files=(FrozenMap({"xpack.ml.enabled": "false"}),)),
            (
                "denied nodes.ml_disabled nodes=('elasticsearch.yml',)"
                " | setting elasticsearch.yml xpack.ml.enabled: false"
            ),
            "unknown nodes.ml_mixed count=1 off=0 | setting elasticsearch.yml xpack.ml.enabled: false",
            "granted nodes.with_ml nodes=('a',) | node a role ml nodes.json#/a",
        ),
        (
            nodes(node("a"), settings_files=(FrozenMap({"xpack.ml.enabled": "true"}),)),
            "granted nodes.ml_enabled count=1 | node a nodes.json#/a",
            "granted nodes.ml_enabled count=1 | node a nodes.json#/a",
            "granted nodes.with_ml nodes=('a',) | node a role ml nodes.json#/a",
        ),
    ],
)
def test_nodes(parts: dict[str, Any], everywhere: str, in_kibana: str, running: str) -> None:
    """Whether machine learning is on everywhere, on where Kibana asks, and has a node to run on."""
    gates = Gates(world(**parts), None)
    assert told(gates.ml_enabled_everywhere()) == everywhere
    assert told(gates.ml_enabled_in_kibana()) == in_kibana
    assert told(gates.ml_node()) == running


@pytest.mark.parametrize(
    ("info", "finding"),
    [
        (MlInfo(upgrade_mode=True, origin=HERE), "denied upgrade.on | setting upgrade_mode true x.json#/here"),
        (MlInfo(upgrade_mode=False, origin=HERE), "granted upgrade.off | setting upgrade_mode false x.json#/here"),
        (GONE, "unknown upgrade.not_exported reason=was not asked | absence ml_info GET /x"),
        (SILENT, "unknown upgrade.not_exported reason=was not asked | absence ml_info was not asked"),
    ],
)
def test_upgrade_mode(info: MlInfo | NotExported, finding: str) -> None:
    assert told(Gates(world(ml_info=info), None).not_upgrading()) == finding


SECURITY_OFF: Any = {"xpack_security_enabled": "false"}


@pytest.mark.parametrize(
    ("parts", "finding"),
    [
        (
            nodes(node("a"), node("b", **SECURITY_OFF)),
            "granted security.off | node b xpack.security.enabled: false nodes.json#/b",
        ),
        (settings(**SECURITY_OFF), "granted security.off | setting xpack.security.enabled false y.json#/there"),
        (
            settings(xpack_security_enabled=False),
            "granted security.off | setting xpack.security.enabled false y.json#/there",
        ),
        (usage(security_enabled=False), "granted security.off | setting security.enabled false y.json#/there"),
        (
            {"settings_files": (FrozenMap({"xpack.security.enabled": "false"}),)},
            "granted security.off | setting xpack.security.enabled false",
        ),
        (
            {"settings_files": (FrozenMap({"xpack.security.enabled": False}),)},
            "granted security.off | setting xpack.security.enabled false",
        ),
        ({"settings_files": (FrozenMap({"xpack.security.enabled": True}),)}, "nothing"),
        ({}, "nothing"),
        ({"nodes": GONE, "cluster_settings": GONE, "xpack": GONE}, "nothing"),
        ({"cluster_settings": ClusterSettings(defaults=None)}, "nothing"),
    ],
)
def test_security_that_is_off(parts: dict[str, Any], finding: str) -> None:
    """The first source that says so is the proof."""
    assert said(Gates(world(**parts), None).security_off()) == finding


@pytest.mark.parametrize(
    ("parts", "name", "finding"),
    [
        ({}, "nodes", "granted switch.not_serverless switch=nodes"),
        ({}, "ad", "granted switch.default switch=ad"),
        (SERVERLESS, "nodes", "denied switch.serverless_nodes switch=nodes"),
        (SERVERLESS, "ad", "unknown switch.serverless_project switch=ad"),
    ],
)
def test_a_switch_of_kibana(parts: dict[str, Any], name: str, finding: str) -> None:
    assert told(Gates(world(**parts), None).capability_switch(CapabilitySwitch(name))) == finding


@pytest.mark.parametrize(
    ("parts", "profile", "finding"),
    [
        ({}, "readers_test_models", "granted kibana.profile profile=readers_test_models"),
        ({}, "admins_test_models", "denied kibana.profile profile=readers_test_models"),
        (
            {"kibana_version": GONE, "version": GONE},
            "readers_test_models",
            "unknown kibana.profile_unknown profile=readers_test_models",
        ),
    ],
)
def test_a_profile_of_kibana(parts: dict[str, Any], profile: str, finding: str) -> None:
    assert told(Gates(world(**parts), None).kibana_profile(KibanaProfile(profile))) == finding


def space(**said: Any) -> dict[str, object]:
    return {"spaces": FrozenMap({"sales": Space("sales", origin=HERE, **said)})}


@pytest.mark.parametrize(
    ("parts", "finding"),
    [
        (space(), "granted space.shows_ml space=sales | space sales x.json#/here"),
        (space(disabled_features=frozenset({"ml"})), "denied space.hides_ml space=sales | space sales x.json#/here"),
        (
            space(solution="tomorrow", effective=False),
            "unknown space.solution_unknown solution=tomorrow space=sales | space sales x.json#/here",
        ),
        ({"spaces": FrozenMap({"other": Space("other")})}, "unknown space.not_listed space=sales"),
        ({"spaces": GONE}, "unknown space.not_exported reason=was not asked space=sales | absence spaces GET /x"),
        (
            {"spaces": SILENT},
            "unknown space.not_exported reason=was not asked space=sales | absence spaces was not asked",
        ),
    ],
)
def test_a_space(parts: dict[str, Any], finding: str) -> None:
    assert told(Gates(world(**parts), None).visible(MlVisible("sales"))) == finding


def test_each_kind_of_fact_that_is_the_same_for_everybody_has_its_own_decision() -> None:
    """The first time and again; facts about a caller are not decided here."""
    found = world()
    gates, places = Gates(found, None), Places(found)
    everyone = Everyone(gates, places)
    decided: list[tuple[Fact, Finding]] = [
        (Subscription("platinum"), gates.subscription(Subscription("platinum"))),
        (LicenseFeature("ml", "platinum"), gates.license_feature(LicenseFeature("ml", "platinum"))),
        (MlEnabledEverywhere(), gates.ml_enabled_everywhere()),
        (MlEnabledInKibana(), gates.ml_enabled_in_kibana()),
        (MlNode(), gates.ml_node()),
        (NotUpgrading(), gates.not_upgrading()),
        (CapabilitySwitch("ad"), gates.capability_switch(CapabilitySwitch("ad"))),
        (KibanaProfile("readers_test_models"), gates.kibana_profile(KibanaProfile("readers_test_models"))),
        (MlVisible("sales"), gates.visible(MlVisible("sales"))),
        (AssignedToSpace("job", "web", "sales"), places.assigned(AssignedToSpace("job", "web", "sales"))),
        (DataViewCovers("logs-web", "sales"), places.data_view(DataViewCovers("logs-web", "sales"))),
    ]
    assert {type(fact) for fact, _ in decided} | {RequestDetail, IndicesKnown} == set(FACTS) - PERSONAL
    for fact, finding in decided:
        assert everyone.find(fact) == everyone.find(fact) == finding
        assert everyone.verdict(fact) is finding.verdict
        common = everyone.in_space("sales").find(fact)
        assert common == (None if type(fact) in PARTICULAR else finding)
    assert told(everyone.find(RequestDetail("a body"))) == "unknown request.detail text=a body"
    assert told(everyone.find(IndicesKnown("job", "web", "source"))) == "unknown indices.source_not_exported id=web"
    with pytest.raises(KeyError, match="AccountUsable"):
        everyone.find(AccountUsable())
