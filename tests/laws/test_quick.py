"""The quick way of judging a privilege, where each role is asked on its own, finds what the general way finds."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaccess import NotExported, Resolver, UnknownNameError, Verdict, load
from mlaccess.examples import path
from mlaccess.permission.plain import is_plain
from mlaccess.resolver import shares
from mlaccess.resolver.cohort import Cohorts
from mlaccess.resolver.compiled import Compiler
from mlaccess.resolver.everyone import Everyone
from mlaccess.resolver.gates import Gates
from mlaccess.resolver.judge import Judge
from mlaccess.resolver.places import Places
from mlaccess.resolver.quick import Standing
from mlaccess.rules import facts_of
from mlaccess.rules.facts import (
    ClusterAction,
    ClusterPrivilege,
    Fact,
    IndexAction,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
)
from mlaccess.stack import ApplicationGrant, ClusterSettings, Deployment, FrozenMap, IndicesGrant, RoleDescriptor
from mlaccess.testing.strategies import worlds
from mlaccess.testing.worlds import World
from tests.laws.asking import LAW

OF_ROLES = (ClusterPrivilege, ClusterAction, IndexPrivilege, IndexAction, KibanaFeature, KibanaAction)

TEXTS = ("a", "b", "ab", "-", ".kibana", ".ml-anomalies-", "logs")
NAMES = st.lists(st.sampled_from((*TEXTS, "*", "*", "*")), min_size=1, max_size=5).map("".join)
PRIVILEGES = (
    "read",
    "view_index_metadata",
    "manage",
    "all",
    "write",
    "none",
    "monitor",
    "create_index",
    "read_failure_store",
    "manage_failure_store",
    "read_view_metadata",
    "cross_cluster_replication",
    "cross_cluster_replication_internal",
    "indices:data/read/search",
    "indices:data/read/*",
)
ASKED = st.sampled_from(PRIVILEGES[:4] * 4 + PRIVILEGES)
CLUSTER = ("monitor", "manage", "manage_ml", "monitor_ml", "manage_own_api_key", "all", "none", "cluster:monitor/*")
KIBANA = (
    "all",
    "read",
    "*",
    "feature_ml.all",
    "feature_ml.read",
    "feature_indexPatterns.all",
    "feature_discover.all",
    "feature_discover_v2.minimal_read",
    "reserved_ml_admin",
    "ui:ml/*",
    "saved_object:*",
    "api:*",
)
RESOURCES = ("*", "space:default", "space:a", "space:b", "space:a*", "other")


def some(names: tuple[str, ...], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of these, one or more."""
    return st.lists(st.sampled_from(names), min_size=1, max_size=most, unique=True).map(tuple)


ENTRIES = st.builds(
    IndicesGrant,
    st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    st.one_of(some(PRIVILEGES[:8]), some(PRIVILEGES[:8]), some(PRIVILEGES)),
    allow_restricted_indices=st.booleans(),
)
APPLICATIONS = st.builds(
    ApplicationGrant, st.sampled_from(("kibana-.kibana", "kibana-*", "other")), some(KIBANA), some(RESOURCES, 2)
)
ROLES = st.builds(
    RoleDescriptor,
    st.just("role"),
    cluster=st.lists(st.sampled_from(CLUSTER), max_size=2).map(tuple),
    indices=st.lists(ENTRIES, max_size=3).map(tuple),
    applications=st.lists(APPLICATIONS, max_size=2).map(tuple),
)
VERSIONS = st.sampled_from(("9.2.1", "8.11.0", "7.17.0"))
FACTS: st.SearchStrategy[Fact] = st.one_of(
    st.builds(IndexPrivilege, NAMES, ASKED),
    st.builds(IndexAction, NAMES, st.sampled_from(("indices:data/read/search", "indices:data/write/index"))),
    st.builds(ClusterPrivilege, st.sampled_from(CLUSTER)),
    st.builds(ClusterAction, st.sampled_from(("cluster:monitor/main", "cluster:admin/xpack/ml/job/put"))),
    st.builds(
        KibanaFeature,
        st.sampled_from((("ml",), ("indexPatterns",), ("discover_v2", "discover"))),
        st.sampled_from(("all", "read")),
        st.sampled_from(("default", "a", "c", "*")),
    ),
    st.builds(
        KibanaAction,
        st.sampled_from(("ui:ml/canCreateJob", "login:", "saved_object:dashboard/get")),
        st.sampled_from(("default", "a", "c", "*")),
    ),
)


def same(judge: Judge, fact: Fact) -> None:
    """Both ways agree, the second time as well."""
    expected = judge.at_length(fact)
    assert judge(fact) == expected, fact
    assert judge(fact) == expected, fact


@LAW
@given(st.lists(ROLES, min_size=1, max_size=4), VERSIONS, st.lists(FACTS, min_size=4, max_size=12), st.data())
def test_roles_are_judged_alike_both_ways(
    roles: list[RoleDescriptor], version: str, facts: list[Fact], data: st.DataObject
) -> None:
    """For roles whose entries meet, overlap and miss each other in every way: verdict, code, values and evidence."""
    named = {f"r{i}": attrs.evolve(role, name=f"r{i}") for i, role in enumerate(roles)}
    deployment = Deployment(
        version=version,
        kibana_version=version,
        roles=FrozenMap(named),
        cluster_settings=ClusterSettings(defaults=FrozenMap()),
    )
    resolver = Resolver(deployment)
    for held in (tuple(named), data.draw(st.permutations(list(named)))[:2], ("r0",)):
        judge = resolver.judge_of_roles(held)
        for fact in facts:
            same(judge, fact)


@LAW
@given(worlds())
def test_callers_of_generated_worlds_are_judged_alike_both_ways(world: World) -> None:
    """With doubts, roles of anonymous access, API keys, and names that break tools."""
    try:
        resolver = Resolver(world.deployment)
        access = world.question.access(resolver)
    except UnknownNameError:
        return
    judge = access.full.judge
    for decision in (access.full, access.read_only, access.upload):
        for fact in facts_of(decision.rule):
            if isinstance(fact, OF_ROLES) and judge(fact).code != "security.off":
                same(judge, fact)


@pytest.mark.parametrize("entry", [".fleet-actions-results*", ".fleet-*", ".fleet-actions-resu*", "*1"])
def test_a_pattern_that_holds_names_of_system_indices_is_judged_alike_both_ways(entry: str) -> None:
    """What is left of it without them may be covered by a name that does not cover the pattern."""
    resolver = Resolver(Deployment(version="9.2.1"))
    role = RoleDescriptor("r", indices=(IndicesGrant((entry,), ("read",)),))
    judge = Resolver(Deployment(version="9.2.1", roles=FrozenMap({"r": role}))).judge_of_roles(("r",))
    fact = IndexPrivilege(".fleet-actions-resu*lts1", "read")
    assert resolver.judge_of_roles(()).verdict(fact) is not Verdict.GRANTED
    same(judge, fact)


def test_the_usual_case_is_decided_the_quick_way() -> None:
    """All that is asked of those users of the example whose roles have plain names."""
    resolver = Resolver(load(path("acme")))
    users = resolver.deployment.users
    assert not isinstance(users, NotExported)
    asked: set[tuple[type, Verdict]] = set()
    for user in users:
        access = resolver.access(user, space="default", sources=["logs-web", "metrics-*"])
        judge = access.full.judge
        (side,) = judge.subject.sides
        if not all(is_plain(name) for role in side.certain for grant in role.indices for name in grant.names):
            continue
        everyone = Everyone(Gates(resolver.deployment, None), Places(resolver.deployment))
        standing = Standing(side, Cohorts(everyone, Compiler(resolver.deployment)))
        for decision in (access.full, access.read_only, access.upload):
            for fact in facts_of(decision.rule):
                if isinstance(fact, OF_ROLES):
                    found = standing.find(fact)
                    assert found is not None, (user, fact)
                    asked.add((type(fact), found.verdict))
    kinds = (ClusterPrivilege, IndexPrivilege, KibanaFeature)
    assert asked == {(kind, verdict) for kind in kinds for verdict in (Verdict.GRANTED, Verdict.DENIED)}


def test_what_roles_remember_is_bounded_and_may_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for three contributions in all, every finding is still the same."""
    monkeypatch.setattr(shares, "_REMEMBERED", 3)
    roles = {
        f"r{i}": RoleDescriptor(f"r{i}", ("monitor",), (IndicesGrant((f"logs-{i}*",), ("read",)),)) for i in range(3)
    }
    resolver = Resolver(
        Deployment(version="9.2.1", roles=FrozenMap(roles), cluster_settings=ClusterSettings(defaults=FrozenMap()))
    )
    for name in (*roles, *roles):
        judge = resolver.judge_of_roles([name, "r0"])
        for number in range(5):
            same(judge, IndexPrivilege(f"logs-{number}-*", "read"))
        same(judge, ClusterPrivilege("manage_ml"))
