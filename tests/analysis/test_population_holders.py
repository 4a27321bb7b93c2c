"""Who holds a fact, as conditions on roles, is whom the judge of each caller says holds it."""

from collections.abc import Iterator

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlaccess.resolver import Resolver
from mlaccess.rules import Verdict
from mlaccess.rules.facts import (
    ClusterAction,
    ClusterPrivilege,
    Fact,
    IndexAction,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
)
from mlaccess.stack import (
    ApplicationGrant,
    ClusterSettings,
    Deployment,
    FieldSecurity,
    FrozenMap,
    IndicesGrant,
    License,
    RoleDescriptor,
    User,
    Users,
)
from mlaccess.testing import vocabulary as words
from mlaccess.testing.strategies import deployments

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

expressions = st.sampled_from([*words.EXPRESSIONS[0], *words.EXPRESSIONS[1], ".security-7", ".ml-*::failures"])
spaces = st.sampled_from(("default", "sales", "elsewhere", "*"))
features = st.sampled_from((("ml",), ("indexPatterns",), ("discover_v2", "discover")))
index_privileges = ("read", "view_index_metadata", "manage", "index", "create", "create_index")
facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(ClusterPrivilege, st.sampled_from(("manage_ml", "monitor_ml", "manage_ingest_pipelines", "none"))),
    st.builds(ClusterAction, st.sampled_from(("cluster:admin/xpack/ml/job/put", "cluster:monitor/main"))),
    st.builds(IndexPrivilege, expressions, st.sampled_from(index_privileges)),
    st.builds(IndexAction, expressions, st.just("indices:data/read/search")),
    st.builds(KibanaFeature, features, st.sampled_from(("all", "read")), spaces),
    st.builds(KibanaAction, st.sampled_from(("ui:ml/canCreateJob", "login:")), spaces),
)


def in_one_realm(deployment: Deployment) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The users whose roles are known, with those."""
    parts = [part for part in (deployment.users, deployment.file_users) if isinstance(part, Users)]
    for part in parts:
        for name in part:
            if sum(name in other for other in parts) == 1:
                yield name, part.roles_of(name)


def verdict_of_set(resolver: Resolver, roles: tuple[str, ...], fact: Fact) -> Verdict | None:
    """What the conditions say; None where they leave it to the judge."""
    holders = resolver.holders()
    return holders(fact).verdict([holders.roster.numbers[role] for role in roles])


@SLOW
@given(deployments(), st.lists(facts, min_size=10, max_size=25))
def test_conditions_say_what_the_judge_says(deployment: Deployment, asked: list[Fact]) -> None:
    """Whatever roles, patterns, doubts and gaps; where conditions leave it open, the judge is asked anyway."""
    resolver, other = Resolver(deployment), Resolver(deployment)
    for user, roles in in_one_realm(deployment):
        judge = other.judge(user)
        for fact in asked:
            found = verdict_of_set(resolver, roles, fact)
            assert found is None or found is judge.verdict(fact), (user, fact)


# -- worlds in which one thing decides -------------------------------------------------------------------------------


SETTINGS = ClusterSettings(defaults=FrozenMap({"xpack.security.authc.anonymous.roles": ()}))


def role(name: str, *entries: tuple[str, str], cluster: tuple[str, ...] = (), limited: bool = False) -> RoleDescriptor:
    """A role with index entries of one name and one privilege each."""
    fields = FieldSecurity(("a",)) if limited else None
    grants = tuple(IndicesGrant((pattern,), (privilege,), fields) for pattern, privilege in entries)
    return RoleDescriptor(name, cluster=cluster, indices=grants)


def world(*roles: RoleDescriptor, **fields: object) -> Resolver:
    """A deployment with these roles, and one user who has them all."""
    base = Deployment(
        version="9.2.1",
        users=Users([User("ana", tuple(r.name for r in roles))]),
        roles=FrozenMap({r.name: r for r in roles}),
        cluster_settings=SETTINGS,
        license=License("platinum", "active"),
    )
    return Resolver(attrs.evolve(base, **fields))  # type: ignore[arg-type]  # fields of the deployment


READ = IndexPrivilege("logs-*", "read")


def said(resolver: Resolver, *roles: str, fact: Fact = READ) -> Verdict | None:
    return verdict_of_set(resolver, roles, fact)


def test_one_role_that_covers_a_pattern_settles_it() -> None:
    resolver = world(role("a", ("logs-*", "read")), role("b", ("logs-x*", "read")))
    assert said(resolver, "a") is Verdict.GRANTED
    assert said(resolver, "b") is Verdict.DENIED
    assert said(resolver, "b", "a") is Verdict.GRANTED


def test_plain_names_never_cover_a_pattern_together() -> None:
    """So that a miss is final although two roles touch the pattern."""
    resolver = world(role("a", ("logs-a*", "read")), role("b", ("logs-*b", "read")))
    assert said(resolver, "a", "b") is Verdict.DENIED


def test_names_that_are_not_plain_may_cover_a_pattern_together() -> None:
    """Who has both is left to the judge; who has one is denied."""
    resolver = world(role("a", ("/logs-a.*/", "read")), role("b", ("/logs-([^a].*)?/", "read")))
    assert said(resolver, "a") is Verdict.DENIED
    assert said(resolver, "a", "b") is None
    assert resolver.judge("ana").verdict(READ) is Verdict.GRANTED


def test_privileges_may_add_up_across_roles() -> None:
    """Two raw actions that together are a privilege, on the cluster and on indices."""
    resolver = world(
        role("a", ("logs-*", "indices:data/read"), cluster=("cluster:admin/xpack/ml",)),
        role("b", ("logs-*", "indices:admin/resolve"), cluster=("monitor_ml",)),
    )
    assert said(resolver, "a") is Verdict.DENIED
    assert said(resolver, "a", "b") is None
    assert resolver.judge("ana").verdict(READ) is Verdict.GRANTED
    manage = ClusterPrivilege("manage_ml")
    assert said(resolver, "b", fact=manage) is Verdict.DENIED
    assert said(resolver, "a", "b", fact=manage) in (None, resolver.judge("ana").verdict(manage))


def test_a_partial_privilege_elsewhere_opens_nothing() -> None:
    """Privileges that could add up, on names that do not cover the pattern."""
    resolver = world(role("a", ("logs-*", "indices:data/read")), role("b", ("other-*", "indices:admin/resolve")))
    assert said(resolver, "a", "b") is Verdict.DENIED


def test_a_role_with_an_unknown_privilege_leaves_doubt_as_a_set() -> None:
    resolver = world(role("a", ("logs-*", "peruse")), role("b", ("logs-*", "read")))
    assert said(resolver, "a") is Verdict.UNKNOWN
    assert said(resolver, "b") is Verdict.GRANTED


def test_an_undefined_role_grants_nothing() -> None:
    resolver = world(role("b", ("logs-*", "read")), users=Users([User("ana", ("ghost",))]))
    assert said(resolver, "ghost") is Verdict.DENIED


def test_roles_with_limits_count_by_the_licence() -> None:
    """Left out whole under a basic one, in doubt without one."""
    limited = role("a", ("logs-*", "read"), limited=True)
    assert said(world(limited), "a") is Verdict.GRANTED
    assert said(world(limited, license=License("basic", "active")), "a") is Verdict.DENIED
    assert said(world(limited, license=Deployment().license), "a") is Verdict.UNKNOWN


def test_everyone_has_the_roles_of_anonymous_access() -> None:
    anonymous = ClusterSettings(defaults=FrozenMap({"xpack.security.authc.anonymous.roles": ("a",)}))
    resolver = world(role("a", ("logs-*", "read")), users=Users([User("ana")]), cluster_settings=anonymous)
    assert said(resolver) is Verdict.GRANTED


def test_unknown_anonymous_roles_leave_everyone_in_doubt_and_nobody_to_be_asked_alone() -> None:
    resolver = world(role("a", ("logs-*", "read")), role("b"), cluster_settings=Deployment().cluster_settings)
    assert said(resolver, "a") is Verdict.GRANTED
    assert said(resolver, "b") is Verdict.UNKNOWN


def test_a_privilege_on_both_parts_of_a_data_stream_may_come_from_two_roles() -> None:
    resolver = world(role("a", ("logs-*", "manage")), role("b", ("logs-*", "manage_failure_store")))
    fact = IndexPrivilege("logs-*", "manage")
    for roles in (("a",), ("b",), ("a", "b")):
        alone = world(*(resolver.deployment.roles[name] for name in roles))  # type: ignore[index]
        assert said(resolver, *roles, fact=fact) in (None, alone.judge("ana").verdict(fact))


def test_system_indices_are_asked_of_every_role() -> None:
    fact = IndexPrivilege(".ml-config", "read")
    assert said(world(role("a", (".ml-*", "read"))), "a", fact=fact) is Verdict.DENIED
    broad = IndexPrivilege(".*", "read")
    assert said(world(role("a", (".*", "read"))), "a", fact=broad) is Verdict.GRANTED


def test_a_feature_is_held_where_an_entry_names_the_space() -> None:
    grant = ApplicationGrant("kibana-.kibana", ("feature_ml.read",), ("space:sales",))
    everywhere = ApplicationGrant("kibana-.kibana", ("feature_ml.read",), ("space:s*",))
    resolver = world(RoleDescriptor("a", applications=(grant,)), RoleDescriptor("b", applications=(everywhere,)))
    for space, first, second in (("sales", True, True), ("support", False, True), ("default", False, False)):
        fact = KibanaFeature(("ml",), "read", space)
        assert said(resolver, "a", fact=fact) is Verdict.of(first)
        assert said(resolver, "b", fact=fact) is Verdict.of(second)
