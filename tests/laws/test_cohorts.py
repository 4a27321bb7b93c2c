"""Callers share what they have in common: an answer is the same whoever was asked about before, reasons included."""

import attrs
from hypothesis import given
from hypothesis import strategies as st

from mlaccess import Access, NotExported, Resolver, UnknownNameError
from mlaccess.resolver.enforced import EnforcedDecision
from mlaccess.rules import Explanation
from mlaccess.stack import ClusterSettings, Deployment, FrozenMap, License, RoleDescriptor, Space, User, Users
from mlaccess.testing.strategies import worlds
from mlaccess.testing.worlds import World
from tests.laws.asking import LAW
from tests.laws.test_quick import ROLES, VERSIONS

SPACES = ("default", "a", "b", "c")
CAPABILITIES = ("canCreateJob", "canGetJobs", "canDeleteJob")


def told(access: Access) -> tuple[object, ...]:
    """All that an answer says."""
    return access.level, access.ceiling, access.explanation, access.upload_level.explanation, access.exposure


def why(decision: EnforcedDecision) -> Explanation:
    return decision.decision.explanation


@LAW
@given(
    st.lists(ROLES, min_size=2, max_size=5),
    st.lists(st.sets(st.integers(0, 4), max_size=3), min_size=3, max_size=5),
    VERSIONS,
    st.sampled_from(["enterprise", "basic"]),
    st.data(),
)
def test_answers_about_users_with_roles_in_common_do_not_depend_on_each_other(
    roles: list[RoleDescriptor], held: list[set[int]], version: str, license_: str, data: st.DataObject
) -> None:
    """For roles about named spaces, all spaces and patterns of spaces, in every order, each user asked about twice."""
    named = [attrs.evolve(role, name=f"r{i}") for i, role in enumerate(roles)]
    users = [User(f"u{i}", tuple(f"r{n % len(roles)}" for n in numbers)) for i, numbers in enumerate(held)]
    deployment = Deployment(
        version=version,
        kibana_version=version,
        license=License(license_, "active"),
        roles=FrozenMap({role.name: role for role in named}),
        users=Users(users),
        spaces=FrozenMap({space: Space(space) for space in SPACES}),
        cluster_settings=ClusterSettings(defaults=FrozenMap()),
    )
    questions = [(user.username, space) for user in users for space in SPACES]
    shared = Resolver(deployment)
    for user, space in (*data.draw(st.permutations(questions)), *questions):
        alone = Resolver(deployment)
        sources = ["logs-*", "a"]
        assert told(shared.access(user, space=space, sources=sources)) == told(
            alone.access(user, space=space, sources=sources)
        )
        for capability in CAPABILITIES:
            assert why(shared.can(user, capability, space=space)) == why(alone.can(user, capability, space=space))


@LAW
@given(worlds())
def test_answers_about_all_users_of_a_world_do_not_depend_on_each_other(world: World) -> None:
    """With doubts, roles that may be in force, anonymous roles, and security switched off."""
    deployment = world.deployment
    if isinstance(deployment.users, NotExported):
        return
    shared = Resolver(deployment)
    users = [*deployment.users][:6]
    for user in (*users, *reversed(users)):
        question = attrs.evolve(world.question, user=user, api_key=None)
        try:
            alone = question.access(Resolver(deployment))
        except UnknownNameError:
            return
        assert told(question.access(shared)) == told(alone)
