"""More never lowers, less never raises, and what is not exported never flips an answer."""

from datetime import timedelta

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mlaccess.permission import Role
from mlaccess.stack import (
    ALL_SPACES,
    NOT_EXPORTED,
    Deployment,
    FrozenMap,
    NotExported,
    RoleDescriptor,
    Space,
    SpaceAssignments,
    Users,
)
from mlaccess.testing import vocabulary as words
from mlaccess.testing.roles import role_descriptors
from mlaccess.testing.strategies import PARTS, worlds
from mlaccess.testing.worlds import World
from tests.laws.asking import LAW, answer, every_role, is_plain, rewrite, with_roles, with_users

MORE = role_descriptors(name="more", hostile=False)


@LAW
@given(worlds(), MORE)
def test_more_grants_in_a_role_never_lower_an_answer(world: World, more: RoleDescriptor) -> None:
    """Precondition: index names are literals or `*` patterns, no role limits documents or fields, no `none` denies.

    Where it fails without them: `tests/differential/test_cases.py`.
    """
    assume(is_plain(world.deployment))

    def add(role: RoleDescriptor) -> RoleDescriptor:
        return attrs.evolve(
            role,
            cluster=(*role.cluster, *more.cluster),
            indices=(*role.indices, *more.indices),
            applications=(*role.applications, *more.applications),
        )

    # Kibana's shape of a role carries its applications in another way, so the law speaks of raw roles.
    deployment = attrs.evolve(world.deployment, kibana_roles=NOT_EXPORTED)
    before = answer(World(deployment, world.question))
    assert answer(World(with_roles(deployment, add), world.question)).at_least(before)


@LAW
@given(worlds(), MORE)
def test_one_more_role_never_lowers_an_answer(world: World, more: RoleDescriptor) -> None:
    """A further role for everybody. Precondition as above."""
    deployment = world.deployment
    assume(is_plain(deployment))
    assume(not isinstance(deployment.roles, NotExported))
    deployment = attrs.evolve(deployment, roles=FrozenMap({**deployment.roles, "more": more}))
    after = with_users(deployment, lambda user: attrs.evolve(user, roles=(*user.roles, "more")))
    assert answer(World(after, world.question)).at_least(answer(world))


@LAW
@given(worlds())
def test_disabling_an_account_never_raises_an_answer(world: World) -> None:
    """For every user; no precondition."""
    disabled = with_users(world.deployment, lambda user: attrs.evolve(user, enabled=False))
    assert answer(world).at_least(answer(World(disabled, world.question)))


@LAW
@given(worlds())
def test_hiding_machine_learning_never_raises_an_answer(world: World) -> None:
    """In all spaces at once; no precondition."""

    def hide(value: object) -> object:
        if isinstance(value, Space):
            return attrs.evolve(value, disabled_features=value.disabled_features | {"ml"})
        return value

    assert answer(world).at_least(answer(World(rewrite(world.deployment, hide), world.question)))


@LAW
@given(worlds(), st.integers(0, 400), st.integers(0, 400))
def test_time_never_raises_an_answer(world: World, first: int, further: int) -> None:
    """Licences and keys expire, and nothing begins.

    Preconditions: both moments are after the licence was issued; index names and licensed limits as for more grants (a
    licence that expires takes whole roles away).
    """
    assume(is_plain(world.deployment))
    moments = [words.COLLECTED + timedelta(days=days) for days in (first, first + further)]
    early, late = (answer(World(world.deployment, attrs.evolve(world.question, at=at))) for at in moments)
    assert early.at_least(late)


def _everywhere(role: RoleDescriptor) -> RoleDescriptor:
    return attrs.evolve(role, applications=tuple(attrs.evolve(a, resources=("*",)) for a in role.applications))


@LAW
@given(worlds(hostile=False))
def test_a_grant_on_all_spaces_holds_in_every_space(world: World) -> None:
    """With every Kibana grant on `*` and every job in `*`, all spaces are alike, those of tomorrow included.

    Precondition: the spaces hide the same features and have the same data views.
    """
    ids = ("default", "sales", "ops", "made-tomorrow")

    def assigned(value: object) -> object:
        if isinstance(value, SpaceAssignments):
            kinds = {k: FrozenMap(dict.fromkeys(v, (ALL_SPACES,))) for k, v in value.by_type.items()}
            return SpaceAssignments(FrozenMap(kinds))
        return value

    views = world.deployment.data_views
    assert isinstance(views, FrozenMap)
    deployment = attrs.evolve(
        rewrite(with_roles(world.deployment, _everywhere), assigned),
        spaces=FrozenMap({i: Space(i) for i in ids}),
        data_views=FrozenMap(dict.fromkeys(ids, views["default"])),
    )
    question = attrs.evolve(world.question, interface="kibana")
    assert len({answer(World(deployment, attrs.evolve(question, space=i))) for i in ids}) == 1


@LAW
@given(worlds())
def test_a_grant_on_all_spaces_covers_the_same_grant_on_one(world: World) -> None:
    """Widening resources to `*` never lowers an answer; no precondition."""
    deployment = attrs.evolve(world.deployment, kibana_roles=NOT_EXPORTED)
    widened = World(with_roles(deployment, _everywhere), world.question)
    assert answer(widened).at_least(answer(World(deployment, world.question)))


def _agrees_with_itself(deployment: Deployment, part: str) -> bool:
    """Whether what stands in for a part that is missing says the same as the part."""
    if part == "application_privileges":
        stored, version = deployment.application_privileges, deployment.kibana_version
        return not isinstance(stored, FrozenMap) or (
            isinstance(version, str) and stored == words.stored_privileges(version)
        )
    if part == "roles":
        return not isinstance(deployment.kibana_roles, FrozenMap) or _survive_kibana(deployment)
    if part == "nodes" and isinstance(deployment.nodes, FrozenMap):
        return all("xpack.security.enabled" not in n.settings for n in deployment.nodes.values())
    if part == "version" and isinstance(deployment.version, str):
        return not any(Role.of([r], version=deployment.version).unknown for r in every_role(deployment))
    if part == "users":
        return not (isinstance(deployment.users, Users) and isinstance(deployment.file_users, Users)) or not (
            set(deployment.users) & set(deployment.file_users)
        )
    if part == "kibana_version":
        return isinstance(deployment.version, NotExported) or deployment.version == deployment.kibana_version
    return True


def _survive_kibana(deployment: Deployment) -> bool:
    """Whether Kibana's export of roles shows all that the raw roles hold of applications."""
    grants = [a for role in every(deployment.roles) for a in role.applications]
    return all(
        a.application == "kibana-.kibana" and all(p.startswith(("feature_", "space_")) for p in a.privileges)
        for a in grants
    )


def every(roles: FrozenMap[str, RoleDescriptor] | NotExported) -> tuple[RoleDescriptor, ...]:
    """The roles of a part, none where it was not exported."""
    return () if isinstance(roles, NotExported) else tuple(roles.values())


@pytest.mark.parametrize("part", PARTS)
def test_removing_a_part_of_the_export_never_flips_an_answer(part: str) -> None:
    """What is certain stays or becomes unknown.

    Preconditions: parts that stand in for one another say the same (raw roles and Kibana's, stored privileges and the
    catalogue, the two versions), and no name is in two realms. What the export does not say is as by default: security
    is on, and roles name no privileges that their version lacks.
    """

    @LAW
    @given(worlds())
    def law(world: World) -> None:
        assume(not isinstance(getattr(world.deployment, part), NotExported))
        assume(_agrees_with_itself(world.deployment, part))
        whole = answer(world)
        assume(whole.placed)
        partial = answer(World(attrs.evolve(world.deployment, **{part: NOT_EXPORTED}), world.question))
        assert partial.placed
        assert partial.within(whole)
        assert partial.level <= whole.level
        assert partial.ceiling >= whole.ceiling

    law()
