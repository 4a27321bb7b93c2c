"""Lint: each rule finds what it is about and lets the good case pass; what is called shadowed changes no answer."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlaccess import LoadError, load
from mlaccess.analysis.changes import apply_all
from mlaccess.analysis.diff import diff
from mlaccess.analysis.lint import lint
from mlaccess.analysis.lint_rules import RULES, SUPPRESSION_RULES
from mlaccess.analysis.suppressions import Suppression, parse_suppressions
from mlaccess.examples import path
from mlaccess.render.lint_page import lint_page
from mlaccess.stack import (
    AnomalyDetectionJob,
    ApplicationGrant,
    ApplicationPrivilege,
    Collector,
    Datafeed,
    Deployment,
    FieldSecurity,
    FrozenMap,
    IndicesGrant,
    KibanaGrant,
    KibanaRole,
    License,
    Node,
    RoleDescriptor,
    RoleMapping,
    Space,
    SpaceAssignments,
    User,
    Users,
    freeze,
)
from tests.analysis.worlds import deployments, indices_grants, kibana_names, spaces_of_grant

KIBANA = "kibana-.kibana"


def role(**parts: Any) -> RoleDescriptor:
    """A role named `r`."""
    return RoleDescriptor("r", **parts)


def kibana(*privileges: str, on: tuple[str, ...] = ("space:s1",)) -> tuple[ApplicationGrant, ...]:
    """One Kibana entry."""
    return (ApplicationGrant(KIBANA, privileges, on),)


def world(*roles: RoleDescriptor, **parts: Any) -> Deployment:
    """A deployment with these roles, nothing odd about it otherwise."""
    base = Deployment(
        version="9.2.1",
        kibana_version="9.2.1",
        build_flavor="default",
        license=License("platinum", "active"),
        nodes=FrozenMap({"n": Node("n", "n", ("ml",))}),
        users=Users([User("ana", tuple(r.name for r in roles))]),
        roles=FrozenMap({r.name: r for r in roles}),
        role_mappings=FrozenMap(),
        spaces=FrozenMap({"s1": Space("s1"), "hidden": Space("hidden", disabled_features=frozenset({"ml"}))}),
        collector=Collector("elastic", ("superuser",)),
    )
    return attrs.evolve(base, **parts)


def index(names: str, *privileges: str, **more: Any) -> IndicesGrant:
    """An index entry on names given as a comma list."""
    return IndicesGrant(tuple(names.split(",")), privileges, **more)


def mapping(rules: object, *, enabled: bool = True, roles: tuple[str, ...] = ("superuser",)) -> Deployment:
    """A deployment with one role mapping."""
    frozen = freeze(rules)
    assert isinstance(frozen, FrozenMap)
    return world(role_mappings=FrozenMap({"m": RoleMapping("m", enabled, frozen, roles)}))


def stored(*names: str) -> FrozenMap[tuple[str, str], ApplicationPrivilege]:
    """Stored application privileges of these names."""
    return FrozenMap({(KIBANA, n): ApplicationPrivilege(KIBANA, n, frozenset({f"ui:{n}"})) for n in names})


def shown(*grants: KibanaGrant) -> FrozenMap[str, KibanaRole]:
    """One role as Kibana shows it."""
    return FrozenMap({"r": KibanaRole("r", RoleDescriptor("r"), grants)})


def old_role() -> RoleDescriptor:
    """A deprecated role."""
    return role(metadata=FrozenMap({"_deprecated": True, "_deprecated_reason": "use another"}))


def anonymous(name: str) -> FrozenMap[str, Node]:
    """A node that gives every user a role."""
    return FrozenMap({"n": Node("n", "n", ("ml",), FrozenMap({"xpack.security.authc.anonymous.roles": name}))})


G = {"groups": "a"}
CASES: list[tuple[str, Deployment, Deployment]] = [
    ("ML101", world(role(cluster=("manage_mll",))), world(role(cluster=("manage_ml", "cluster:monitor/xpack/ml/*")))),
    ("ML102", world(role(indices=(index("a", "reed"),))), world(role(indices=(index("a", "read"),)))),
    (
        "ML103",
        world(role(applications=kibana("feature_ml.full")), application_privileges=stored("feature_ml.read")),
        world(role(applications=kibana("feature_ml.read", "ui:x/*")), application_privileges=stored("feature_ml.read")),
    ),
    ("ML103", world(role(applications=kibana("feature_ml.full"))), world(role(applications=kibana("feature_x.full")))),
    (
        "ML104",
        world(role(applications=kibana("feature_ml.read", on=("space:gone",)))),
        world(role(applications=kibana("feature_ml.read", on=("space:s1", "*")))),
    ),
    ("ML105", world(users=Users([User("ana", ("ghost",))])), world(users=Users([User("ana", ("superuser",))]))),
    ("ML105", mapping({"field": G}, roles=("ghost",)), mapping({"field": G})),
    (
        "ML106",
        world(job_spaces=SpaceAssignments(FrozenMap({"anomaly-detector": FrozenMap({"j": ("gone",)})}))),
        world(job_spaces=SpaceAssignments(FrozenMap({"anomaly-detector": FrozenMap({"j": ("s1", "?", "*")})}))),
    ),
    ("ML107", world(role(indices=(index("/a(/", "read"),))), world(role(indices=(index("/a(b)/", "read"),)))),
    ("ML201", world(role(cluster=("monitor_ml", "manage_ml"))), world(role(cluster=("monitor_ml", "manage_pipeline")))),
    (
        "ML202",
        world(role(indices=(index("a-*", "read"), index("*", "read", "write")))),
        world(role(indices=(index("a-*", "read", "manage"), index("*", "read", "write")))),
    ),
    (
        "ML202",
        world(role(indices=(index("a", "read"), index("a", "read", "write")))),
        world(role(indices=(index("a", "read", query="{}"), index("a", "read", "write")))),
    ),
    (
        "ML203",
        world(role(applications=(*kibana("feature_ml.read"), *kibana("feature_ml.all", on=("*",))))),
        world(role(applications=(*kibana("feature_ml.all"), *kibana("feature_ml.read", on=("*",))))),
    ),
    ("ML204", world(role(indices=(index("a", "none"),))), world(role(indices=(index("a", "read"),)))),
    ("ML204", world(role(applications=kibana("feature_ml.none"))), world(role(applications=kibana("feature_ml.read")))),
    (
        "ML204",
        world(kibana_roles=shown(KibanaGrant(("*",), feature=FrozenMap({"ml": ()})))),
        world(kibana_roles=shown(KibanaGrant(("*",), feature=FrozenMap({"ml": ("read",)})))),
    ),
    (
        "ML205",
        world(role(applications=kibana("feature_ml.read", on=("space:hidden",)))),
        world(role(applications=kibana("feature_discover_v2.read", on=("space:hidden",)))),
    ),
    (
        "ML206",
        world(role(cluster=("monitor_ml",)), license=License("basic", "active")),
        world(role(cluster=("monitor_ml",)), license=License("trial", "active")),
    ),
    (
        "ML207",
        world(role(indices=(index(".security-7", "read"),))),
        world(
            role(
                indices=(index(".security-7", "read", allow_restricted_indices=True), index(".ml-anomalies-*", "read"))
            )
        ),
    ),
    (
        "ML301",
        world(role(applications=kibana("space_read", "feature_ml.all"))),
        world(role(applications=(*kibana("space_read"), *kibana("feature_ml.all", on=("*",))))),
    ),
    (
        "ML301",
        world(kibana_roles=shown(KibanaGrant(("*",), base=("read",), feature=FrozenMap({"ml": ("all",)})))),
        world(kibana_roles=shown(KibanaGrant(("*",), base=("read",), feature=FrozenMap({"ml": ()})))),
    ),
    ("ML302", world(old_role()), world(old_role(), users=Users([User("ana")]))),
    (
        "ML303",
        world(role(applications=kibana("feature_discover.all"))),
        world(role(applications=kibana("feature_discover.all")), version="8.17.0", kibana_version="8.17.0"),
    ),
    (
        "ML304",
        world(role(cluster=("manage_data_stream_global_retention",))),
        world(role(cluster=("monitor_data_stream_global_retention", "manage_ilm")[1:])),
    ),
    (
        "ML305",
        world(role(cluster=("monitor",)), kibana_roles=shown()),
        world(role(), kibana_roles=shown()),
    ),
    ("ML401", mapping({"field": G}, enabled=False), mapping({"field": G})),
    ("ML402", mapping({"field": {"group": "a"}}), mapping({"all": [{"field": G}, {"field": {"metadata.x": 1}}]})),
    ("ML403", mapping({"feild": G}), mapping({"field": G})),
    (
        "ML404",
        mapping({"any": [{"field": {"username": "*"}}]}),
        mapping({"all": [{"field": {"username": "*"}}, {"field": G}]}),
    ),
    ("ML501", world(role(cluster=("manage",))), world(role(cluster=("manage", "manage_ml")))),
    ("ML501", world(role(cluster=("ALL",))), world(role(cluster=("manage_security", "cluster:admin/xpack/ml/*")))),
    ("ML502", world(role(cluster=("monitor",))), world(role(cluster=("monitor", "monitor_ml")))),
    ("ML502", world(role(cluster=("monitor",))), world(role(cluster=("manage", "monitor_transform")))),
    (
        "ML503",
        world(role(applications=kibana("all", on=("*",)))),
        world(role(applications=(*kibana("all"), *kibana("read", on=("*",))))),
    ),
    (
        "ML504",
        world(role(indices=(index(".ml-anomalies-*", "read"),))),
        world(role(indices=(index(".ml-anomalies-*", "monitor"), index(".ml-notifications*,logs", "read")))),
    ),
    ("ML505", world(role(run_as=("*",))), world(role(run_as=("ana", "svc-*")))),
    (
        "ML506",
        world(role(cluster=("manage_ml",)), users=Users([User("ana", ("r",), enabled=False)])),
        world(role(cluster=("manage_ml",)), users=Users([User("ana", ("r",)), User("ben", enabled=False)])),
    ),
    (
        "ML507",
        world(role(cluster=("monitor_ml",)), nodes=anonymous("r")),
        world(role(cluster=("manage_pipeline",)), nodes=anonymous("r")),
    ),
]


@pytest.mark.parametrize(("rule", "bad", "good"), CASES, ids=[f"{r}-{i}" for i, (r, _, _) in enumerate(CASES)])
def test_a_rule_finds_what_it_is_about_and_lets_the_good_case_pass(
    rule: str, bad: Deployment, good: Deployment
) -> None:
    """Both directions of every rule of the table."""
    found = [f for f in lint(bad) if f.rule == rule]
    assert found
    assert [f.text for f in lint(good) if f.rule == rule] == []
    assert all(f.text and f.subject and f.position and f.fix and f.anchor.endswith(rule.lower()) for f in found)


def test_every_rule_has_a_case() -> None:
    """No rule without a test."""
    assert {r for r, _, _ in CASES} == {r.id for r in RULES}
    assert len({r.id for r in RULES}) == len(RULES)


def test_built_in_roles_are_not_judged() -> None:
    """Nobody can change them."""
    built_in = role(cluster=("manage",), metadata=FrozenMap({"_reserved": True}))
    assert lint(world(built_in)) == ()


def test_spaces_that_the_collector_may_not_see_are_not_called_unknown() -> None:
    """Whoever is no superuser may have been shown some spaces only."""
    bad = world(role(applications=kibana("feature_ml.read", on=("space:gone",))))
    partial = attrs.evolve(bad, collector=Collector("ana", ("viewer",)))
    assert [f.rule for f in lint(bad)] == ["ML104"]
    assert lint(partial) == ()


@st.composite
def redundant(draw: st.DrawFn) -> Deployment:
    """A small deployment whose roles repeat themselves, in full and in part."""
    base = draw(deployments(silent=False))
    roles: dict[str, RoleDescriptor] = {}
    for name, descriptor in base.roles.items():  # type: ignore[union-attr]  # drawn with nothing missing
        names = ("monitor_ml", "manage_ml", "monitor", "all", "manage", "manage_ingest_pipelines", "manage_pipeline")
        clusters = draw(st.lists(st.sampled_from(names), max_size=3))
        entries = draw(st.lists(indices_grants, max_size=3))
        if entries and draw(st.booleans()):
            entries.append(entries[0])
        if entries and draw(st.booleans()):
            entries[0] = attrs.evolve(entries[0], field_security=FieldSecurity(("a",)))
        privileges = st.lists(st.one_of(kibana_names, st.sampled_from(("feature_ml.none",))), min_size=1, max_size=3)
        applications = draw(
            st.lists(
                st.builds(lambda p, r: ApplicationGrant(KIBANA, tuple(p), r), privileges, spaces_of_grant), max_size=3
            )
        )
        roles[name] = attrs.evolve(
            descriptor,
            cluster=tuple(clusters),
            indices=tuple(entries),
            applications=(*descriptor.applications, *applications),
        )
    return attrs.evolve(base, roles=FrozenMap(roles))


@given(redundant())
@settings(max_examples=60, deadline=None)
def test_removing_what_is_called_without_effect_changes_no_cell(deployment: Deployment) -> None:
    """Each edit by itself, and for one role the last word of all of them."""
    capabilities = ["canGetJobs", "canCreateJob", "ml.put_job"]
    for finding in lint(deployment, rules=["ML201", "ML202", "ML203", "ML204"]):
        if finding.change is not None:
            after = finding.change.apply(deployment)
            assert after != deployment
            assert diff(deployment, after, capabilities=capabilities).cells == (), finding


@given(redundant())
@settings(max_examples=30, deadline=None)
def test_removing_one_after_another_ends_without_a_finding_and_without_a_change(deployment: Deployment) -> None:
    """Two grants that shadow each other are not both removed."""
    after = deployment
    for _ in range(40):
        changes = [f.change for f in lint(after, rules=["ML201", "ML202", "ML203"]) if f.change is not None]
        if not changes:
            break
        after = apply_all(after, changes[:1])
    else:
        raise AssertionError("removing shadows never ends")
    assert diff(deployment, after).cells == ()


def test_an_entry_that_counts_together_with_another_is_not_called_shadowed() -> None:
    """Entries with equal privileges cover a pattern together, so a narrower entry can matter beside a wider one."""
    narrow, wide = index("logs-a*", "read"), index("logs-a*,x*", "read", "write")
    rest = index("/logs-([^a].*)?/", "read")
    feed = Datafeed("feed", "ad", ("logs-*",))
    parts: dict[str, Any] = {"jobs": FrozenMap({"ad": AnomalyDetectionJob("ad")}), "datafeeds": FrozenMap({"f": feed})}
    three = world(role(cluster=("monitor_ml",), indices=(narrow, wide, rest)), **parts)
    two = world(role(cluster=("monitor_ml",), indices=(wide, rest)), **parts)
    assert [c.item.id for c in diff(three, two, interfaces=["api"]).cells] == ["ad"]
    assert lint(three, rules=["ML202"]) == ()
    assert [f.rule for f in lint(world(role(indices=(narrow, wide))), rules=["ML202"])] == ["ML202"]


# -- suppressions ------------------------------------------------------------------------------------------------

RULE_IDS = [r.id for r in RULES]
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def suppress(rule: str, position: str = "*", expires: str = "2029-12-31") -> Suppression:
    """One suppression, read from text."""
    text = f'[{{"rule": "{rule}", "position": "{position}", "reason": "known", "expires": "{expires}"}}]'
    return parse_suppressions(text, rules=RULE_IDS)[0]


def test_a_suppression_hides_findings_of_its_rule_at_its_position_until_its_day_is_over() -> None:
    """On the day itself it still holds; the day after, the finding is back and the suppression is reported."""
    bad = world(role(cluster=("manage",)))
    rules = lambda s, at: [f.rule for f in lint(bad, suppressions=[s], at=at)]  # noqa: E731
    assert rules(suppress("ML501"), datetime(2029, 12, 31, 23, tzinfo=UTC)) == []
    assert rules(suppress("ML501"), LATER) == ["ML501", "ML901"]
    assert rules(suppress("ML501", "role `other`"), None) == ["ML501", "ML902"]
    assert rules(suppress("ML502"), None) == ["ML501", "ML902"]


def test_a_suppression_of_a_rule_that_was_not_asked_is_not_called_unused() -> None:
    """Running one rule says nothing about the suppressions of others."""
    assert lint(world(), suppressions=[suppress("ML501")], rules=["ML101"]) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("{}", "not a list"),
        ("[1]", "not an object"),
        ('[{"rule": "ML501", "position": "*", "expires": "2029-01-01"}]', "`reason` is missing or empty"),
        (
            '[{"rule": "ML501", "position": "*", "reason": " ", "expires": "2029-01-01"}]',
            "`reason` is missing or empty",
        ),
        ('[{"rule": "ML501", "position": "*", "reason": "x"}]', "`expires` is missing or empty"),
        ('[{"rule": "ML501", "position": "*", "reason": "x", "expires": "soon"}]', "`soon` is no day"),
        ('[{"rule": "ML999", "position": "*", "reason": "x", "expires": "2029-01-01"}]', "no rule `ML999`"),
        ('[{"rule": "ML501", "position": "*", "reason": "x", "expires": "2029-01-01", "x": 1}]', "no such field"),
    ],
)
def test_a_file_of_suppressions_that_is_not_right_is_refused(text: str, said: str) -> None:
    """Without a reason or a day nothing is hidden."""
    with pytest.raises(LoadError) as error:
        parse_suppressions(text, "s.json", rules=RULE_IDS)
    assert said in str(error.value)
    assert str(error.value).startswith("s.json")


# -- the example and the page ------------------------------------------------------------------------------------


def test_the_example_has_exactly_the_oddities_that_it_was_given() -> None:
    """A role nothing defines, a disabled mapping, a disabled superuser; with positions in the export."""
    found = {(f.rule, f.subject, f.position.rpartition("#")[2]) for f in lint(load(path("acme")))}
    assert found == {
        ("ML105", "user `vera`", "/vera/roles/1"),
        ("ML401", "role mapping `saml_ml_platform`", "/saml_ml_platform"),
        ("ML506", "user `quinn`", "/quinn"),
    }


def test_the_page_of_rules_is_up_to_date_and_has_every_anchor() -> None:
    """`docs/reference/lint.md` is what the table says."""
    page = Path(__file__).parents[2] / "docs" / "reference" / "lint.md"
    text = page.read_text(encoding="utf-8")
    assert text == lint_page()
    assert all(f"\n## {rule.id}\n" in text for rule in (*RULES, *SUPPRESSION_RULES))
