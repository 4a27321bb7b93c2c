"""Worlds on which production and the oracle once disagreed, or on which the obvious answer is wrong; each decided."""

import attrs
import pytest

from mlaccess import Resolver, Verdict
from mlaccess.rules import Ask
from mlaccess.rules.facts import ClusterPrivilege, DataViewCovers, IndexPrivilege, LicenseFeature, Subscription
from mlaccess.stack import (
    ApplicationGrant,
    DataView,
    Deployment,
    FrozenMap,
    IndicesGrant,
    License,
    Node,
    RoleDescriptor,
    User,
    Users,
)

BARE = Deployment(version="9.2.1", nodes=FrozenMap({"n1": Node("n1", "node-1", ("ml",))}))


def verdict_on_index(*roles: RoleDescriptor, expression: str, privilege: str = "read") -> Verdict:
    """The verdict on an index privilege of a user with these roles."""
    deployment = attrs.evolve(
        BARE,
        roles=FrozenMap({role.name: role for role in roles}),
        users=Users([User("ana", tuple(role.name for role in roles))]),
    )
    return Resolver(deployment).judge("ana").verdict(IndexPrivilege(expression, privilege))


def covers(title: str, expression: str) -> Verdict:
    """Whether a data view with a title serves an expression in space `default`."""
    views = FrozenMap({"default": (DataView("v1", title),)})
    deployment = attrs.evolve(
        BARE, data_views=views, users=Users([User("ana")]), roles=FrozenMap[str, RoleDescriptor]()
    )
    return Resolver(deployment).judge("ana").verdict(DataViewCovers(expression, "default"))


@pytest.mark.parametrize(
    ("title", "expression", "verdict"),
    [
        ("far:*,logs-*", "logs-a", Verdict.GRANTED),
        ("logs-*,far:*", "logs-a", Verdict.GRANTED),
        ("logs-*,far:*", "out", Verdict.DENIED),
        ("far:*", "logs-a", Verdict.DENIED),
        ("logs-*,far:logs-*", "far:logs-*", Verdict.GRANTED),
        ("logs-*,far:*", "far:logs-*", Verdict.GRANTED),
        ("*:logs-*", "far:logs-a", Verdict.GRANTED),
        ("f*:*,-far:logs-a", "far:logs-*", Verdict.DENIED),
        ("far:logs-a", "far:logs-*", Verdict.DENIED),
        ("*", "far:logs-a", Verdict.DENIED),
        ("far:<logs-{now/d}>", "far:logs-a", Verdict.UNKNOWN),
        ("far:*", "far:logs-a::failures", Verdict.DENIED),
        ("/logs-.*/", "logs-a", Verdict.DENIED),
    ],
)
def test_a_title_over_several_clusters_offers_the_names_of_each(title: str, expression: str, verdict: Verdict) -> None:
    """Members are read one by one; those that name a cluster, perhaps by a wildcard, offer its names and no others."""
    assert covers(title, expression) is verdict


@pytest.mark.parametrize(
    ("title", "expression", "verdict"),
    [
        ("logs-*", "logs-a::failures", Verdict.DENIED),
        ("logs-*::failures", "logs-a::failures", Verdict.GRANTED),
        ("logs-*::failures", "logs-a", Verdict.DENIED),
        ("logs-*", "logs-a::data", Verdict.GRANTED),
    ],
)
def test_a_data_view_shows_failures_only_where_its_title_says_so(title: str, expression: str, verdict: Verdict) -> None:
    """A name without a selector means data, so `logs-*` does not show what `logs-a::failures` holds."""
    assert covers(title, expression) is verdict


def test_a_list_over_several_clusters_is_asked_member_by_member() -> None:
    """What the other cluster allows is unknown, but what is missing here is missing."""
    reader = RoleDescriptor("r1", indices=(IndicesGrant(("logs-*",), ("read",)),))
    assert verdict_on_index(reader, expression="far:logs-*,logs-a") is Verdict.UNKNOWN
    assert verdict_on_index(reader, expression="far:logs-*,out") is Verdict.DENIED


def test_date_math_in_a_list_is_decided_only_by_its_prefix() -> None:
    """`<logs-{now/d}>` names some index that begins with `logs-`."""
    reader = RoleDescriptor("r1", indices=(IndicesGrant(("logs-*", "out"), ("read",)),))
    narrow = RoleDescriptor("r1", indices=(IndicesGrant(("logs-a", "out"), ("read",)),))
    assert verdict_on_index(reader, expression="<logs-{now/d}>,out") is Verdict.GRANTED
    assert verdict_on_index(narrow, expression="<logs-{now/d}>,out") is Verdict.UNKNOWN


LEFT = IndicesGrant(("logs-a*",), ("read",))
RIGHT = IndicesGrant(("/logs-~(a.*)/",), ("read",))
PARTING = IndicesGrant(("logs-a*",), ("monitor",))


def test_a_further_role_may_part_entries_that_cover_a_pattern_together() -> None:
    """Elasticsearch joins entries of equal privileges, after it has merged those with equal names.

    `r1` holds `read` on all of `logs-*` in two entries; `r2` adds a privilege to the first, whose set then differs, so
    `_has_privileges` says no. More grants lowered an answer; only where names have `?` or regular expressions.
    """
    r1 = RoleDescriptor("r1", indices=(LEFT, RIGHT))
    r2 = RoleDescriptor("r2", indices=(PARTING,))
    assert verdict_on_index(r1, expression="logs-*") is Verdict.GRANTED
    assert verdict_on_index(r1, r2, expression="logs-*") is Verdict.DENIED


def test_entries_that_need_each_other_are_not_certain_while_roles_are_unknown() -> None:
    """A role that no export shows could be the one that parts them."""
    r1 = RoleDescriptor("r1", indices=(LEFT, RIGHT))
    deployment = attrs.evolve(
        BARE,
        nodes=FrozenMap({"n1": Node("n1", "node-1", ("ml",), settings_exported=False)}),
        roles=FrozenMap({"r1": r1}),
        users=Users([User("ana", ("r1",))]),
    )
    assert Resolver(deployment).judge("ana").verdict(IndexPrivilege("logs-*", "read")) is Verdict.UNKNOWN


def test_without_a_moment_an_expired_licence_of_a_version_with_a_grace_period_is_unknown() -> None:
    """6.x and 7.x may keep features for a week after expiry; without a moment nobody can tell how long it is over.

    Removing the date of the export turned unknown into denied.
    """
    for version, verdict in (("7.17.3", Verdict.UNKNOWN), ("9.2.1", Verdict.DENIED)):
        deployment = attrs.evolve(
            BARE, version=version, license=License("platinum", "expired"), users=Users([User("ana")])
        )
        assert Resolver(deployment).judge("ana").verdict(Subscription("platinum")) is verdict


@pytest.mark.parametrize("capability", ["canFindFileStructure", "canCreateJob"])
def test_on_serverless_no_licence_of_an_export_counts(capability: str) -> None:
    """The subscription is the platform's, so that a file that says otherwise says nothing about it.

    The documented levels kept to this, and Kibana's basic capabilities were denied for a licence called `missing`.
    """
    role = RoleDescriptor("r1", applications=(ApplicationGrant("kibana-.kibana", ("feature_ml.all",), ("*",)),))
    deployment = attrs.evolve(
        BARE,
        build_flavor="serverless",
        license=License("missing", "active"),
        roles=FrozenMap({"r1": role}),
        users=Users([User("ana", ("r1",))]),
    )
    decision = Resolver(deployment).can("ana", capability, space="default")
    asked = {leaf.rule.fact: leaf.verdict for leaf in decision.explanation.leaves() if isinstance(leaf.rule, Ask)}
    assert [verdict for fact, verdict in asked.items() if isinstance(fact, LicenseFeature)] == [Verdict.GRANTED]


def test_serverless_has_no_anonymous_access() -> None:
    """Settings are the platform's: roles that the settings of some node give to everybody are nobody's there."""
    settings = FrozenMap({"xpack.security.authc.anonymous.roles": "r1"})
    deployment = attrs.evolve(
        BARE,
        nodes=FrozenMap({"n1": Node("n1", "node-1", ("ml",), settings)}),
        roles=FrozenMap({"r1": RoleDescriptor("r1", cluster=("monitor_ml",))}),
        users=Users([User("ana")]),
    )
    for flavor, verdict in (("default", Verdict.GRANTED), ("serverless", Verdict.DENIED)):
        judge = Resolver(attrs.evolve(deployment, build_flavor=flavor)).judge("ana")
        assert judge.verdict(ClusterPrivilege("monitor_ml")) is verdict
