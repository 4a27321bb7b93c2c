"""Order, duplicates and the layout of roles are not access: what says the same in another way is answered the same."""

from typing import Any

import attrs
from hypothesis import assume, given

from mlaccess.stack import ApplicationGrant, Deployment, FrozenMap, IndicesGrant, NotExported, RoleDescriptor, User
from mlaccess.testing.strategies import worlds
from mlaccess.testing.worlds import World
from tests.laws.asking import LAW, answer, every_role, rewrite, with_users

_LISTS: dict[type, tuple[str, ...]] = {
    RoleDescriptor: ("cluster", "indices", "applications", "remote_indices", "run_as"),
    IndicesGrant: ("names", "privileges"),
    ApplicationGrant: ("privileges", "resources"),
    User: ("roles",),
}


def _with_lists(value: Any, change: Any) -> Any:
    names = _LISTS.get(type(value), ())
    return attrs.evolve(value, **{name: change(getattr(value, name)) for name in names}) if names else value


def _backwards(value: Any) -> Any:
    if isinstance(value, FrozenMap):
        return FrozenMap(reversed(list(value.items())))
    return _with_lists(value, lambda items: items[::-1])


def _twice(value: Any) -> Any:
    return _with_lists(value, lambda items: items + items)


def _changed(world: World, change: Any) -> World:
    """The world with its deployment changed; rules of mappings are no sets, and Kibana's shape has rules of its own."""
    kept = {name: getattr(world.deployment, name) for name in ("role_mappings", "kibana_roles")}
    return World(attrs.evolve(rewrite(world.deployment, change), **kept), world.question)


def _denies_nowhere(deployment: Deployment) -> bool:
    return all("none" not in g.privileges for role in every_role(deployment) for g in role.indices)


@LAW
@given(worlds())
def test_the_order_of_lists_never_matters(world: World) -> None:
    """Roles of users, entries of roles, names, privileges, resources, and every map, read backwards.

    Precondition: no entry has the privilege `none`, which first in a role's only entry silences the others after it.
    """
    assume(_denies_nowhere(world.deployment))
    assert answer(_changed(world, _backwards)) == answer(world)


@LAW
@given(worlds())
def test_duplicates_never_matter(world: World) -> None:
    """Everything that is listed twice is there once. Precondition as above: one such entry denies, two do not."""
    assume(_denies_nowhere(world.deployment))
    assert answer(_changed(world, _twice)) == answer(world)


def _split(deployment: Deployment) -> Deployment:
    """Each role as two, one with the index entries and one with the rest; everybody gets both."""
    roles = deployment.roles
    assert not isinstance(roles, NotExported)
    halves: dict[str, RoleDescriptor] = {}
    for name, role in roles.items():
        halves[name] = attrs.evolve(role, indices=())
        halves[f"{name}+"] = RoleDescriptor(f"{name}+", indices=role.indices)

    def both(user: User) -> User:
        return attrs.evolve(user, roles=(*user.roles, *(f"{n}+" for n in user.roles if n in roles)))

    return with_users(attrs.evolve(deployment, roles=FrozenMap(halves)), both)


@LAW
@given(worlds(hostile=False))
def test_how_grants_are_shared_out_among_roles_never_matters(world: World) -> None:
    """What one role holds may as well be two, for permissions are united.

    Preconditions: all privileges are known (a role with an unknown one cannot be built, whole) and none needs a licence
    (a role without it is left out, whole); and the caller is a listed user.
    """
    assume(isinstance(world.question.user, str))
    assert answer(World(_split(world.deployment), world.question)) == answer(world)
