"""Every requirement of the page in both directions: it is met, and then only it is taken away."""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from mlaccess import Deployment, NotExported, Resolver, UnknownNameError, Verdict
from mlaccess.catalog.documented import Interface, Level, Target, level_rule, upload_rule
from mlaccess.catalog.page import SENTENCES
from mlaccess.rules import Ask, Rule
from mlaccess.stack import (
    ApplicationGrant,
    DataView,
    FrozenMap,
    IndicesGrant,
    License,
    Node,
    RemoteIndicesGrant,
    RoleDescriptor,
    Space,
    SpaceAssignments,
    User,
    Users,
)

from .world import INDICES, KIBANA, NOW, ask, with_role, world

GONE = NotExported("for a test")


def levels(deployment: Deployment, **question: object) -> tuple[str, str, str]:
    """(level, ceiling, upload) of a question."""
    access = ask(deployment, **question)
    return access.level.word, access.ceiling.word, access.can_upload.word


def kibana(*privileges: str, spaces: tuple[str, ...] = ("space:sales",)) -> Deployment:
    """The world in which ana's Kibana privileges are these."""
    return with_role(applications=(ApplicationGrant("kibana-.kibana", privileges, spaces),))


def test_with_everything_in_place_the_level_is_full() -> None:
    """The world that every test below takes something from."""
    assert levels(world()) == ("full", "full", "granted")
    for question in ({"job": "web"}, {"job": "churn"}, {"model": "lang"}, {"sources": ["logs-web"]}):
        assert levels(world(), **question) == ("full", "full", "granted")
    assert levels(world(), user="otto", interface="api", space=None, job="churn") == ("full", "full", "denied")


@pytest.mark.parametrize("type_", ["basic", "standard", "gold"])
def test_p01_a_subscription_below_platinum_leaves_upload_only(type_: str) -> None:
    """The appropriate subscription level."""
    assert levels(world(license=License(type_, "active"))) == ("upload", "upload", "granted")


@pytest.mark.parametrize("type_", ["platinum", "enterprise", "trial"])
def test_p01_platinum_enterprise_and_trial_will_do(type_: str) -> None:
    """Or the free trial period activated."""
    license_ = License(type_, "active", expires_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert levels(world(license=license_)) == ("full", "full", "granted")


@pytest.mark.parametrize("type_", ["platinum", "enterprise", "trial"])
def test_p01_an_expired_one_will_not_do(type_: str) -> None:
    """Judged at the moment of the export; upload needs no more than basic (C11)."""
    license_ = License(type_, "expired", expires_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert levels(world(license=license_)) == ("upload", "upload", "granted")


def test_p01_the_moment_decides_when_a_licence_has_expired() -> None:
    """`at` is the moment asked about; the boundary belongs to the expired."""
    on = datetime(2026, 7, 1, tzinfo=UTC)
    deployment = world(license=License("platinum", "active", expires_at=on))
    assert levels(deployment)[0] == "full"
    assert levels(deployment, at=on)[0] == "upload"
    assert levels(deployment, at=datetime(2026, 6, 30, 23, 59, tzinfo=UTC))[0] == "full"
    without_zone = on.replace(tzinfo=None)
    assert levels(deployment, at=without_zone)[0] == "upload"


def test_p01_without_a_moment_the_status_decides() -> None:
    """No manifest, no `at`: the licence's own word."""
    for status, level in (("active", "full"), ("expired", "upload"), ("invalid", "upload")):
        deployment = world(license=License("platinum", status, expires_at=NOW), collected_at=GONE)
        assert levels(deployment)[0] == level


def test_p01_a_licence_that_elasticsearch_calls_expired_is_none() -> None:
    """Whatever the dates say, from the moment of the export on; since when it is expired, nobody says."""
    deployment = world(license=License("platinum", "expired", expires_at=datetime(2027, 1, 1, tzinfo=UTC)))
    assert levels(deployment)[0] == "upload"
    assert levels(deployment, at=NOW + timedelta(days=1))[:2] == ("upload", "upload")
    assert levels(deployment, at=NOW - timedelta(days=1))[:2] == ("upload", "full")
    assert "the platinum licence has expired, says Elasticsearch" in str(ask(deployment))


def test_p01_without_the_licence_everything_is_open() -> None:
    """Upload too (C12)."""
    assert levels(world(license=GONE)) == ("none", "full", "unknown")


def test_p02_one_node_without_machine_learning_is_enough_to_fail() -> None:
    """On every node in the cluster."""
    off = Node("n3", "data-2", ("data",), settings=FrozenMap({"xpack.ml.enabled": "false"}))
    nodes = FrozenMap({**dict(world().nodes.items()), "n3": off})
    assert levels(world(nodes=nodes)) == ("upload", "upload", "granted")


def test_p03_without_a_node_with_the_role_nothing_runs() -> None:
    """At least one node with the role `ml`; a 6.x node says so by an attribute."""
    data = Node("n1", "data-1", ("master", "data"))
    assert levels(world(nodes=FrozenMap({"n1": data}))) == ("upload", "upload", "granted")
    old = attrs.evolve(data, attributes=FrozenMap({"ml.enabled": "true"}))
    assert levels(world(nodes=FrozenMap({"n1": old})))[0] == "full"


def test_p02_p03_without_nodes_both_are_unknown() -> None:
    """And so is whether anonymous access adds roles, unless default settings say it (C23)."""
    assert levels(world(nodes=GONE)) == ("upload", "full", "granted")


def test_p04_a_space_that_hides_machine_learning_stops_both_routes_but_not_the_upload() -> None:
    """C10."""
    hidden = FrozenMap({"sales": Space("sales", disabled_features=frozenset({"ml"}))})
    assert levels(world(spaces=hidden)) == ("upload", "upload", "granted")
    assert levels(world(spaces=hidden), user="otto")[0] == "none"
    assert levels(world(spaces=hidden), user="otto", interface="api")[0] == "full"
    assert levels(world(spaces=hidden), user="otto", interface="dev_tools")[0] == "full"


def test_p04_a_solution_view_ignores_what_somebody_wrote_into_a_space() -> None:
    """An export of the API lists the effective features; a hand-made file what was written."""
    for solution, effective, level in (("es", False, "full"), ("classic", False, "upload"), ("es", True, "upload")):
        space = Space("sales", disabled_features=frozenset({"ml"}), solution=solution, effective=effective)
        assert levels(world(spaces=FrozenMap({"sales": space})))[0] == level


def test_p05_a_disabled_user_has_nothing() -> None:
    """Whoever cannot authenticate."""
    users = Users([User("ana", ("engineer",), enabled=False)])
    assert levels(world(users=users)) == ("none", "none", "denied")


def test_p05_an_undefined_role_is_ignored_unless_a_file_realm_may_define_it() -> None:
    """C03."""
    users = Users([User("ana", ("ghost",))])
    assert levels(world(users=users)) == ("none", "none", "denied")
    assert levels(world(users=users, file_realm_announced=True)) == ("none", "full", "unknown")


def test_p07_either_route_is_enough_and_neither_is_not() -> None:
    """Kibana feature privileges, or Elasticsearch privileges."""
    assert levels(with_role(applications=(), cluster=("manage_ml",)))[0] == "full"
    assert levels(with_role(applications=(), cluster=("monitor_ml",)))[0] == "read-only"
    assert levels(with_role(applications=(), cluster=("cluster:admin/xpack/ml/*", "monitor_ml")))[0] == "full"
    assert levels(with_role(applications=(), cluster=("cluster:admin/xpack/ml/*",)))[0] == "none"
    assert levels(with_role(applications=(), cluster=())) == ("none", "none", "denied")
    for broad, level in (("manage", "full"), ("all", "full"), ("monitor", "read-only")):
        assert levels(with_role(applications=(), cluster=(broad,)))[0] == level


@pytest.mark.parametrize(
    ("privileges", "expected"),
    [
        (("feature_ml.all", "feature_indexPatterns.all"), "full"),
        (("feature_ml.minimal_all", "feature_indexPatterns.minimal_all"), "full"),
        (("feature_ml.all", "feature_indexPatterns.read"), "read-only"),
        (("feature_ml.all", "feature_savedObjectsManagement.all"), "read-only"),
        (("feature_ml.read", "feature_indexPatterns.all"), "read-only"),
        (("feature_ml.minimal_read",), "read-only"),
        (("space_all",), "full"),
        (("space_read",), "read-only"),
        (("feature_indexPatterns.all",), "none"),
        (("feature_discover_v2.read",), "none"),
        (("*",), "full"),
    ],
    ids=lambda p: "+".join(p) if isinstance(p, tuple) else p,
)
def test_p21_p22_p26_kibana_privileges_by_name(privileges: tuple[str, ...], expected: str) -> None:
    """Machine Learning: All with Data Views Management: All, or Machine Learning: Read."""
    deployment = attrs.evolve(kibana(*privileges))
    assert ask(deployment).full.verdict is Verdict.of(expected == "full")
    assert ask(deployment).read_only.verdict is Verdict.of(expected != "none")


@pytest.mark.parametrize("resources", [("*",), ("space:sales",), ("space:*",), ("space:other", "space:sales")])
def test_p21_privileges_count_where_their_resources_cover_the_space(resources: tuple[str, ...]) -> None:
    """And not in another space."""
    deployment = kibana("feature_ml.all", "feature_indexPatterns.all", spaces=resources)
    assert levels(deployment)[0] == "full"
    assert levels(deployment, space="default")[0] == ("full" if resources[0] in ("*", "space:*") else "none")


def test_p21_another_application_does_not_count() -> None:
    """Only this Kibana's own application, or a wildcard that matches it."""
    for application, level in (("kibana-.other", "none"), ("kibana-*", "full"), ("*", "full")):
        grant = attrs.evolve(KIBANA, application=application)
        assert ask(with_role(applications=(grant,))).full.verdict is Verdict.of(level == "full")


@pytest.mark.parametrize(("without", "full", "read"), [("read", False, False), ("view_index_metadata", False, True)])
@pytest.mark.parametrize("interface", ["kibana", "api"])
def test_p11_p14_p23_p28_privileges_on_sources(without: str, full: bool, read: bool, interface: str) -> None:
    """`read` for both levels, `view_index_metadata` for full."""
    user = "ana" if interface == "kibana" else "otto"
    grant = IndicesGrant(("logs-*",), tuple(p for p in ("read", "view_index_metadata") if p != without))
    deployment = with_role("engineer" if user == "ana" else "operator", indices=(grant, *INDICES[1:]))
    access = ask(deployment, user, interface=interface, job="web")
    assert (access.full.granted, access.read_only.granted) == (full, read)


def test_p23_a_grant_that_covers_part_of_the_expression_is_not_enough() -> None:
    """Names are compared as languages, with a shortest name that is not covered."""
    access = ask(world(), sources=["log*"])
    assert access.level.word == "upload"
    assert "not on `log`, for example" in str(access)


@pytest.mark.parametrize("without", ["read", "manage", "index"])
@pytest.mark.parametrize("interface", ["kibana", "api"])
def test_p12_p15_p25_p29_privileges_on_destinations(without: str, interface: str) -> None:
    """All three for full, `read` for read-only; asked of data frame analytics jobs only."""
    user = "ana" if interface == "kibana" else "otto"
    kept = tuple(p for p in ("read", "manage", "index") if p != without)
    deployment = with_role(
        "engineer" if user == "ana" else "operator", indices=(INDICES[0], IndicesGrant(("scores",), kept))
    )
    access = ask(deployment, user, interface=interface, job="churn")
    assert (access.full.granted, access.read_only.granted) == (False, without != "read")
    assert ask(deployment, user, interface=interface, job="web").full.granted


def test_p19_p24_p25_p27_p29_data_views_in_the_space() -> None:
    """For sources and destinations, on either route, in Kibana only (C05, C15)."""
    for views, job, granted in (
        ((DataView("1", "logs-*"),), "web", True),
        ((DataView("1", "logs-web,other"),), "web", True),
        ((DataView("1", "logs-w"),), "web", False),
        ((), "web", False),
        ((DataView("1", "logs-*"),), "churn", False),
        ((DataView("1", "*"),), "churn", True),
    ):
        deployment = world(data_views=FrozenMap({"sales": views}))
        access = ask(deployment, job=job)
        assert (access.full.granted, access.read_only.granted) == (granted, granted), (views, job)
    assert ask(world(data_views=GONE), job="web").full.verdict is Verdict.UNKNOWN
    assert ask(world(data_views=GONE), "otto", interface="api", job="web").full.granted


@pytest.mark.parametrize(
    ("spaces", "verdict"),
    [
        (("sales",), Verdict.GRANTED),
        (("*",), Verdict.GRANTED),
        (("default",), Verdict.DENIED),
        (("default", "?"), Verdict.UNKNOWN),
        (("?", "sales"), Verdict.GRANTED),
        ((), Verdict.DENIED),
    ],
)
def test_p20_a_job_counts_in_the_spaces_it_is_assigned_to(spaces: tuple[str, ...], verdict: Verdict) -> None:
    """All, one or several; `?` is a space that could not be seen. Not asked on the APIs."""
    assignments = SpaceAssignments(FrozenMap({"anomaly-detector": FrozenMap({"web": spaces, "x": ("sales",)})}))
    deployment = world(job_spaces=assignments)
    assert ask(deployment, job="web").full.verdict is verdict
    assert ask(deployment, "otto", interface="api", job="web").full.granted


def test_p20_a_job_that_is_not_listed_is_nowhere_unless_some_space_could_not_be_seen() -> None:
    """C04."""

    def assigned(other: tuple[str, ...]) -> Deployment:
        return world(job_spaces=SpaceAssignments(FrozenMap({"anomaly-detector": FrozenMap({"x": other})})))

    assert ask(assigned(("default",)), job="web").full.verdict is Verdict.DENIED
    assert ask(assigned(("default", "?")), job="web").full.verdict is Verdict.UNKNOWN
    assert ask(assigned(("sales", "?")), job="web").full.verdict is Verdict.DENIED


def test_c09_upload_is_the_level_only_where_the_job_is_certainly_in_the_space() -> None:
    """Certainly not: none. Unknown: it raises the ceiling."""
    hidden = FrozenMap({"sales": Space("sales", disabled_features=frozenset({"ml"}))})
    for spaces, expected in (
        (("sales",), ("upload", "upload")),
        (("default",), ("none", "none")),
        (("?",), ("none", "upload")),
    ):
        assignments = SpaceAssignments(FrozenMap({"anomaly-detector": FrozenMap({"web": spaces})}))
        found = levels(world(spaces=hidden, job_spaces=assignments), job="web")
        assert found == (*expected, "granted")


def test_c13_a_job_without_a_datafeed_has_no_sources() -> None:
    """But where datafeeds were not exported, its sources are unknown."""
    assert ask(with_role(indices=()), job="web").full.verdict is Verdict.DENIED
    bare = attrs.evolve(with_role(indices=()), datafeeds=FrozenMap())
    assert ask(bare, job="web").full.granted
    assert ask(attrs.evolve(bare, datafeeds=GONE), job="web").full.verdict is Verdict.UNKNOWN


def test_c06_a_remote_source_is_granted_by_remote_indices_and_unknown_otherwise() -> None:
    """Data views for it are matched on the whole text, alias included."""
    remote = RemoteIndicesGrant(("eu",), ("logs-*",), ("read", "view_index_metadata"))
    deployment = attrs.evolve(
        with_role(remote_indices=(remote,)), data_views=FrozenMap({"sales": (DataView("1", "eu:logs-web"),)})
    )
    assert ask(deployment, sources=["eu:logs-web"]).full.granted
    assert ask(deployment, sources=["us:logs-web"]).full.verdict is Verdict.DENIED  # no data view
    for title, verdict in (("*:logs-*", Verdict.GRANTED), ("logs-*", Verdict.DENIED)):
        views = FrozenMap({"sales": (DataView("1", title),)})
        assert ask(attrs.evolve(deployment, data_views=views), sources=["eu:logs-web"]).full.verdict is verdict
    bare = attrs.evolve(world(), data_views=deployment.data_views)
    assert ask(bare, sources=["eu:logs-web"]).full.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "privileges",
    [("feature_discover_v2.all",), ("feature_discover.all",), ("feature_ml.read",), ("feature_ml.all",)],
)
def test_p33_machine_learning_read_or_discover_all(privileges: tuple[str, ...]) -> None:
    """Either one, with Data Views Management: All."""
    assert ask(kibana(*privileges, "feature_indexPatterns.all")).can_upload is Verdict.GRANTED
    assert ask(kibana("feature_discover_v2.read", "feature_indexPatterns.all")).can_upload is Verdict.DENIED


def test_p34_upload_needs_data_views_management() -> None:
    """All, not Read."""
    assert ask(kibana("feature_ml.all", "feature_indexPatterns.read")).can_upload is Verdict.DENIED


@pytest.mark.parametrize(
    ("privilege", "verdict"),
    [
        ("manage_ingest_pipelines", Verdict.GRANTED),
        ("manage_pipeline", Verdict.GRANTED),
        ("manage", Verdict.GRANTED),
        ("all", Verdict.GRANTED),
        ("read_pipeline", Verdict.DENIED),
        ("monitor", Verdict.DENIED),
    ],
)
def test_p35_upload_needs_ingest_pipelines(privilege: str, verdict: Verdict) -> None:
    """By name or by anything that implies it; the built-in role ingest_admin has it."""
    assert ask(with_role(cluster=(privilege,))).can_upload is verdict
    users = Users([User("ana", ("engineer", "ingest_admin"))])
    assert ask(attrs.evolve(with_role(cluster=()), users=users)).can_upload is Verdict.GRANTED


@pytest.mark.parametrize("without", ["create", "create_index", "manage", "read"])
def test_p36_upload_needs_all_four_privileges_on_its_destinations(without: str) -> None:
    """`index` includes `create`, `manage` includes `create_index`, as in Elasticsearch; others stand alone."""
    kept = tuple(p for p in ("create", "create_index", "manage", "read") if p != without)
    deployment = with_role(indices=(INDICES[0], IndicesGrant(("uploads-*",), kept)))
    expected = Verdict.GRANTED if without == "create_index" else Verdict.DENIED
    assert ask(deployment, destinations=["uploads-1"]).can_upload is expected
    assert ask(world(), destinations=["uploads-1"]).can_upload is Verdict.GRANTED
    assert ask(world(), destinations=["uploads-1", "elsewhere"]).can_upload is Verdict.DENIED


def test_c24_with_security_off_every_privilege_holds_for_everyone() -> None:
    """The other requirements stay."""
    off = Node("n2", "ml-1", ("ml",), settings=FrozenMap({"xpack.security.enabled": "false"}))
    deployment = world(nodes=FrozenMap({"n2": off}), users=GONE, roles=GONE)
    assert levels(deployment, user="whoever", job="web") == ("full", "full", "granted")
    assert levels(attrs.evolve(deployment, license=License("basic", "active")), user="whoever")[0] == "upload"


def test_c25_a_role_with_unlicensed_document_level_security_is_left_out_whole() -> None:
    """The licence in force at the moment asked about decides."""
    limited = IndicesGrant(("other",), ("read",), query='{"match_all": {}}')
    deployment = with_role(indices=(*INDICES, limited))
    assert levels(deployment)[0] == "full"
    basic = attrs.evolve(deployment, license=License("basic", "active"))
    access = ask(basic)
    assert access.level.word == "none"
    assert access.dropped_roles == ("engineer",)


def test_serverless_counts_subscription_nodes_and_settings_as_granted() -> None:
    """They are the platform's."""
    deployment = world(build_flavor="serverless", license=GONE, nodes=GONE)
    assert levels(deployment)[0] == "full"


def test_a_role_with_a_privilege_unknown_to_its_version_gives_nothing_certain() -> None:
    """Elasticsearch cannot build such a role; what it gives is unknown."""
    deployment = with_role(cluster=("manage_ingest_pipelines", "manage_magic"))
    assert levels(deployment) == ("none", "full", "unknown")


def test_names_that_certainly_do_not_exist_are_errors_with_suggestions() -> None:
    """A typo must not look like a denial."""
    with pytest.raises(UnknownNameError, match="did you mean `web`"):
        ask(world(), job="wab")
    with pytest.raises(UnknownNameError):
        ask(world(), model="long-gone")
    assert ask(world(jobs=GONE, job_spaces=GONE), job="wab").full.verdict is Verdict.UNKNOWN


def test_what_to_know_before_any_answer_is_a_notice() -> None:
    """A privilege name that the version does not know, with the role that holds it."""
    notices = Resolver(with_role(cluster=("manage_magic",))).notices
    assert ["`manage_magic`" in str(n) and "`engineer`" in str(n) for n in notices] == [True]
    assert Resolver(world()).notices == ()


def test_a_service_account_has_its_own_descriptor_and_no_anonymous_roles() -> None:
    """Exported, it decides; not exported, what it may do is unknown."""
    account = RoleDescriptor("elastic/fleet-server", cluster=("monitor_ml",))
    exported = world(service_accounts=FrozenMap({"elastic/fleet-server": account}))
    assert levels(exported, user="elastic/fleet-server", interface="api", space=None)[0] == "read-only"
    assert levels(world(), user="elastic/auto-ops", interface="api", space=None)[:2] == ("none", "full")


@pytest.mark.parametrize(
    ("version", "least"), [("8.15.9", "none"), ("8.16.0", "read-only"), ("9.6.3", "read-only"), ("9.7.0", "none")]
)
def test_a_service_account_that_is_not_exported_holds_at_least_what_its_versions_have_in_common(
    version: str, least: str
) -> None:
    """`monitor` covers every machine learning action that only reads; whether it may do more is unknown."""
    found = levels(world(version=version), user="elastic/fleet-server", interface="api", space=None)
    assert found[:2] == (least, "full")


def test_the_account_of_kibana_holds_what_the_role_of_kibana_holds() -> None:
    """`ElasticServiceAccounts.java` builds it from the very descriptor of `kibana_system`."""
    role = RoleDescriptor("kibana_system", cluster=("monitor_ml",), metadata=FrozenMap({"_reserved": True}))
    deployment = world(roles=FrozenMap({"kibana_system": role}))
    assert levels(deployment, user="elastic/kibana", interface="api", space=None)[:2] == ("read-only", "read-only")
    assert levels(world(), user="elastic/kibana", interface="api", space=None)[:2] == ("none", "full")


def test_running_as_another_user_is_a_matter_of_names() -> None:
    """The pattern is the caller's; the other user's roles do not matter for it. It raises nobody's own level (C18)."""
    deployment = with_role(run_as=("ot*",), applications=(), cluster=())
    resolver = Resolver(deployment)
    assert resolver.may_run_as("ana", "otto") is Verdict.GRANTED
    assert resolver.may_run_as("ana", "ana") is Verdict.DENIED
    assert resolver.may_run_as("nobody", "otto") is Verdict.DENIED
    assert levels(deployment)[0] == "none"
    assert Resolver(world(users=GONE)).may_run_as("ana", "otto") is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "question",
    [{"sources": "orders-*"}, {"destinations": "uploads"}, {"interface": "API"}, {"job_type": "bogus", "job": "j"}],
    ids=str,
)
def test_what_is_no_question_is_refused_not_answered(question: dict[str, object]) -> None:
    """One text in place of a list would be taken letter by letter; another interface would be taken for an API."""
    with pytest.raises(ValueError, match=next(iter(question))):
        ask(world(), **question)


@pytest.mark.parametrize(
    ("level", "interface", "ids"),
    [
        ("full", "kibana", "P01 P02 P03 P04 P05 P07 P20 P21 P22 P23 P24 P25"),
        ("read-only", "kibana", "P01 P02 P03 P04 P05 P07 P20 P26 P27 P28 P29"),
        ("full", "api", "P01 P02 P03 P05 P10 P11 P12"),
        ("read-only", "api", "P01 P02 P03 P05 P13 P14 P15"),
        ("upload", "kibana", "P05 P33 P34 P35 P36"),
    ],
)
def test_each_requirement_of_a_level_names_its_sentence(level: Level, interface: Interface, ids: str) -> None:
    """About an analytics job, which has sources and destinations; every one of them is a sentence of the page."""
    target = Target("data-frame-analytics", "churn", ("logs",), ("scores",))
    rule = upload_rule("sales", ("up",)) if level == "upload" else level_rule(level, interface, "sales", target)
    assert " ".join(sorted(named_sentences(rule))) == ids
    assert named_sentences(rule) <= {s.id for s in SENTENCES}


def named_sentences(rule: Rule) -> set[str]:
    """The sentences that a rule and its parts name."""
    below = () if isinstance(rule, Ask) else rule.parts
    return {rule.sentence} - {""} | {name for part in below for name in named_sentences(part)}
