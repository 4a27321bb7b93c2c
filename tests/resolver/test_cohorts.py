"""Callers with the same roles about a space find the same there; whoever differs in anything that matters does not."""

from itertools import permutations

import attrs
import pytest

from mlaccess import NotExported, Resolver
from mlaccess.catalog.documented import Target, level_rules
from mlaccess.resolver import cohort
from mlaccess.rules import explain
from mlaccess.rules.facts import (
    AccountUsable,
    AssignedToSpace,
    ClusterPrivilege,
    DataViewCovers,
    Fact,
    IndexPrivilege,
    KibanaFeature,
    MlNode,
    MlVisible,
)
from mlaccess.stack import (
    ApplicationGrant,
    ClusterSettings,
    Deployment,
    FrozenMap,
    IndicesGrant,
    KibanaRole,
    RoleDescriptor,
    User,
    Users,
)

from .world import ROLE, world


def kibana(name: str, privileges: str, *resources: str, cluster: tuple[str, ...] = ()) -> RoleDescriptor:
    grant = ApplicationGrant("kibana-.kibana", tuple(privileges.split()), resources or ("*",))
    return RoleDescriptor(name, cluster, applications=(grant,))


ROLES = (
    ROLE,
    kibana("reader", "feature_ml.read"),
    kibana("editor", "feature_ml.all feature_indexPatterns.all"),
    kibana("views", "feature_indexPatterns.all", "space:sales"),
    kibana("patterned", "feature_ml.all", "space:sal*"),
    kibana("elsewhere", "all", "space:default"),
    RoleDescriptor(
        "here and there",
        applications=(
            ApplicationGrant("kibana-.kibana", ("feature_ml.all", "feature_indexPatterns.all"), ("space:sales",)),
            ApplicationGrant("kibana-.kibana", ("feature_ml.read",), ("space:default",)),
        ),
    ),
    kibana("admin", "feature_discover_v2.all", cluster=("manage_ml",)),
    RoleDescriptor("monitor", ("monitor_ml",)),
    RoleDescriptor("logs", indices=(IndicesGrant(("logs-*",), ("read",)),)),
    RoleDescriptor("odd", ("no_such_privilege",)),
    attrs.evolve(kibana("limited", "all"), indices=(IndicesGrant(("x",), ("read",), query="{}"),)),
)
BROKEN = KibanaRole("broken", RoleDescriptor(""), transform_error=("x",))
USERS = {
    "engineer": (ROLE.name,),
    "reader": ("reader",),
    "reader with indices": ("reader", "logs"),
    "reader and more": ("reader", "views"),
    "more and reader": ("views", "reader"),
    "reader elsewhere too": ("reader", "elsewhere"),
    "editor": ("editor",),
    "here and there": ("here and there",),
    "patterned": ("patterned",),
    "admin": ("admin",),
    "reader and monitor": ("reader", "monitor"),
    "monitor": ("monitor",),
    "nobody": (),
    "reader in doubt": ("reader", "ghost"),
    "reader in doubt in Kibana": ("reader", "broken"),
    "reader with an odd role": ("reader", "odd"),
    "reader with a limited role": ("reader", "limited"),
    "nobody in doubt": ("ghost",),
    "nobody in doubt in Kibana": ("broken",),
}


def deployment(**changes: object) -> Deployment:
    parts: dict[str, object] = {
        "users": Users([User(name, roles) for name, roles in USERS.items()]),
        "roles": FrozenMap({role.name: role for role in ROLES}),
        "kibana_roles": FrozenMap({"broken": BROKEN}),
        "incomplete": frozenset({"roles", "kibana_roles"}),
    }
    return world(**{**parts, **changes})


SPACES = ("sales", "default", "other", "")
WORLDS = {
    "as it is": deployment(),
    "without a licence that decides": deployment(license=NotExported("for a test"), xpack=NotExported("for a test")),
    "with anonymous access": deployment(
        cluster_settings=ClusterSettings(
            defaults=FrozenMap({"xpack.security.enabled": "true", "xpack.security.authc.anonymous.roles": "reader"})
        )
    ),
}


@pytest.mark.parametrize("name", WORLDS)
def test_whoever_is_asked_first_the_other_is_answered_as_if_alone(name: str) -> None:
    """Any two of them: their levels, with reasons, and what the code lets them do."""
    found = WORLDS[name]

    def answer(resolver: Resolver, user: str, space: str) -> list[object]:
        if not space:
            access = resolver.access(user, interface="api")
            return [access.level, access.ceiling, access.explanation]
        access = resolver.access(user, space=space, job="web")
        decision = resolver.can(user, "canCreateJob", space=space).decision
        said = [access.level, access.ceiling, access.explanation, access.upload_level.explanation]
        return [*said, decision.verdict, decision.explanation]

    def answers(resolver: Resolver, user: str) -> list[object]:
        return [answer(resolver, user, space) for space in SPACES]

    alone = {user: [answer(Resolver(found), user, space) for space in SPACES] for user in USERS}
    assert len({repr(said) for said in alone.values()}) == len(USERS)
    for first, second in permutations(USERS, 2):
        resolver = Resolver(found)
        assert answers(resolver, first) == alone[first], first
        assert answers(resolver, second) == alone[second], (first, second)


def test_what_is_common_is_what_no_caller_job_or_index_can_change() -> None:
    """As far as one space and the cluster go."""
    common = Resolver(deployment()).judge("reader").in_common("sales")
    shared: list[Fact] = [
        MlVisible("sales"),
        MlNode(),
        ClusterPrivilege("manage_ml"),
        KibanaFeature(("ml",), "read", "sales"),
    ]
    apart: list[Fact] = [
        KibanaFeature(("ml",), "read", "default"),
        AccountUsable(),
        IndexPrivilege("logs-*", "read"),
        AssignedToSpace("anomaly-detector", "web", "sales"),
        DataViewCovers("logs-web", "sales"),
    ]
    judge = Resolver(deployment()).judge("reader")
    assert [common.find(fact) for fact in shared] == [judge(fact) for fact in shared]
    assert [common.find(fact) for fact in apart] == [None] * len(apart)


def test_a_rule_about_another_space_than_was_said_is_explained_all_the_same() -> None:
    """What is kept for a space is about that space alone."""
    judges = [Resolver(deployment()).judge("more and reader") for _ in range(2)]
    rules = level_rules("kibana", "sales", Target()), level_rules("kibana", "default", Target())
    for rule in (rules[0].full, rules[1].full, rules[0].full, rules[0].upload, rules[1].upload, rules[0].upload):
        assert judges[0].explain(rule, "default") == judges[1].explain(rule) == explain(rule, judges[1])


def test_those_whose_other_roles_speak_of_other_things_are_one_cohort() -> None:
    """Their explanations of the use of machine learning are one object; others' are not."""
    resolver = Resolver(deployment())

    def use(user: str, space: str = "sales") -> object:
        (found,) = [p for p in resolver.access(user, space=space).read_only.explanation.parts if len(p.parts) == 2]
        return found

    assert use("reader") is use("reader with indices")
    assert use("reader") is use("reader elsewhere too")
    assert use("reader", "default") is not use("reader elsewhere too", "default")
    for other in ("reader and more", "reader and monitor", "editor", "nobody", "reader in doubt"):
        assert use("reader") is not use(other), other


def test_those_who_are_met_again_stay_known_and_others_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cohort, "_COHORTS", 2)
    resolver = Resolver(deployment())

    def known(user: str) -> object:
        return resolver.judge_of(resolver.judge(user).subject).in_common("sales")

    reader, editor = known("reader"), known("editor")
    nobody = known("nobody")  # these are too many: the first two are now those known before
    assert known("reader") is reader
    monitor = known("monitor")  # now those met since then are, and the editor is no more
    assert [known("reader"), known("monitor")] == [reader, monitor]
    assert known("editor") is not editor
    assert known("nobody") is not nobody
