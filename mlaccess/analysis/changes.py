"""Changes to a deployment as values: each says what it does and yields the deployment after it."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

import attrs

from mlaccess.errors import MlAccessError, UnknownNameError
from mlaccess.permission.kibana import kibana_role
from mlaccess.resolver.questions import check_space
from mlaccess.stack import (
    ALL_SPACES,
    DataView,
    Deployment,
    FrozenMap,
    NotExported,
    Part,
    RoleDescriptor,
    RoleMapping,
    Space,
    SpaceAssignments,
    User,
    Users,
)

from .parts import with_part

__all__ = [
    "AddRole",
    "AssignJob",
    "Change",
    "CreateDataView",
    "DeleteRole",
    "HideMl",
    "NotApplicable",
    "PutRole",
    "PutRoleMapping",
    "PutSpace",
    "PutUser",
    "RemoveRole",
    "SetEnabled",
    "SetRoles",
    "ShowMl",
    "UnassignJob",
    "apply_all",
    "missing_part",
]


class NotApplicable(MlAccessError):
    """A change that this deployment cannot show: the part it changes is not exported, or the stack would refuse it."""


class Change(Protocol):
    """A frozen change. `apply` raises `UnknownNameError` for a name that is not there, else `NotApplicable`."""

    def apply(self, deployment: Deployment) -> Deployment:
        """The deployment after the change; the given one stays as it is."""
        ...

    def __str__(self) -> str: ...


def apply_all(deployment: Deployment, changes: "tuple[Change, ...] | list[Change]") -> Deployment:
    """The deployment after several changes, one after the other."""
    for change in changes:
        deployment = change.apply(deployment)
    return deployment


def missing_part(what: str, part: NotExported) -> NotApplicable:
    """The refusal to change a part that is not exported."""
    return NotApplicable(f"{what} are not exported, so this change cannot be shown: {part.reason}")


# -- users -------------------------------------------------------------------------------------------------------


_Edit: TypeAlias = Callable[[User], User]


def _edit_user(deployment: Deployment, name: str, edit: _Edit) -> Deployment:
    found = False
    known: list[str] = []
    for field in ("users", "file_users"):
        part: Part[Users] = getattr(deployment, field)
        if isinstance(part, NotExported):
            continue
        known.extend(part)
        if name in part:
            deployment = with_part(deployment, field, part.with_user(edit(part[name])))
            found = True
    if found:
        return deployment
    if isinstance(deployment.users, NotExported):
        raise missing_part("users", deployment.users)
    raise UnknownNameError("user", name, known)


@attrs.frozen
class AddRole:
    """Assign a role to a user of the native or file realm; a role that the user has stays as it is."""

    user: str
    role: str

    def apply(self, deployment: Deployment) -> Deployment:
        def add(user: User) -> User:
            return attrs.evolve(user, roles=tuple(dict.fromkeys((*user.roles, self.role))))

        return _edit_user(deployment, self.user, add)

    def __str__(self) -> str:
        return f"assign role `{self.role}` to user `{self.user}`"


@attrs.frozen
class RemoveRole:
    """Take a role from a user."""

    user: str
    role: str

    def apply(self, deployment: Deployment) -> Deployment:
        def remove(user: User) -> User:
            if self.role not in user.roles:
                raise UnknownNameError("role", self.role, user.roles, where=f"among the roles of user `{self.user}`")
            return attrs.evolve(user, roles=tuple(r for r in user.roles if r != self.role))

        return _edit_user(deployment, self.user, remove)

    def __str__(self) -> str:
        return f"take role `{self.role}` from user `{self.user}`"


@attrs.frozen
class SetRoles:
    """Give a user exactly these roles."""

    user: str
    roles: tuple[str, ...]

    def apply(self, deployment: Deployment) -> Deployment:
        return _edit_user(deployment, self.user, lambda user: attrs.evolve(user, roles=self.roles))

    def __str__(self) -> str:
        return f"give user `{self.user}` the roles {_quoted(self.roles)}"


@attrs.frozen
class SetEnabled:
    """Enable or disable a user."""

    user: str
    enabled: bool

    def apply(self, deployment: Deployment) -> Deployment:
        return _edit_user(deployment, self.user, lambda user: attrs.evolve(user, enabled=self.enabled))

    def __str__(self) -> str:
        return f"{'enable' if self.enabled else 'disable'} user `{self.user}`"


@attrs.frozen
class PutUser:
    """Create a native user or replace one of the same name."""

    user: User

    def apply(self, deployment: Deployment) -> Deployment:
        part = deployment.users
        if isinstance(part, NotExported):
            raise missing_part("users", part)
        return attrs.evolve(deployment, users=part.with_user(self.user))

    def __str__(self) -> str:
        return f"put user `{self.user.username}` with the roles {_quoted(self.user.roles)}"


# -- roles -------------------------------------------------------------------------------------------------------


@attrs.frozen
class PutRole:
    """Create a role or replace one of the same name, in whichever exports of roles there are."""

    role: RoleDescriptor

    def apply(self, deployment: Deployment) -> Deployment:
        role = self.role
        roles, shown = deployment.roles, deployment.kibana_roles
        if isinstance(roles, NotExported) and isinstance(shown, NotExported):
            raise missing_part("roles", roles)
        if not isinstance(roles, NotExported):
            if role.name in roles and roles[role.name].reserved:
                raise NotApplicable(f"role `{role.name}` is built in and cannot be changed")
            deployment = attrs.evolve(deployment, roles=roles.with_item(role.name, role))
        if not isinstance(shown, NotExported):
            deployment = attrs.evolve(deployment, kibana_roles=shown.with_item(role.name, kibana_role(role)))
        return deployment

    def __str__(self) -> str:
        return f"put role `{self.role.name}`"


@attrs.frozen
class DeleteRole:
    """Delete a role; users and mappings that name it keep the name, which then means nothing."""

    name: str

    def apply(self, deployment: Deployment) -> Deployment:
        found = False
        known: list[str] = []
        for field in ("roles", "kibana_roles"):
            part: Part[FrozenMap[str, RoleDescriptor]] = getattr(deployment, field)
            if isinstance(part, NotExported):
                continue
            known.extend(part)
            if self.name in part:
                deployment = with_part(deployment, field, part.without(self.name))
                found = True
        if not found:
            raise UnknownNameError("role", self.name, known)
        return deployment

    def __str__(self) -> str:
        return f"delete role `{self.name}`"


@attrs.frozen
class PutRoleMapping:
    """Create a role mapping or replace one of the same name."""

    mapping: RoleMapping

    def apply(self, deployment: Deployment) -> Deployment:
        part = deployment.role_mappings
        if isinstance(part, NotExported):
            raise missing_part("role mappings", part)
        return attrs.evolve(deployment, role_mappings=part.with_item(self.mapping.name, self.mapping))

    def __str__(self) -> str:
        return f"put role mapping `{self.mapping.name}`"


# -- spaces ------------------------------------------------------------------------------------------------------


def _edit_space(deployment: Deployment, id_: str, edit: Callable[[Space], Space]) -> Deployment:
    spaces = deployment.spaces
    if isinstance(spaces, NotExported):
        raise missing_part("spaces", spaces)
    if id_ not in spaces:
        raise UnknownNameError("space", id_, tuple(spaces))
    space = spaces[id_]
    if space.solution not in (None, "", "classic"):
        raise NotApplicable(
            f"space `{id_}` has the solution view `{space.solution}`, which decides what it hides and never hides "
            "machine learning"
        )
    return attrs.evolve(deployment, spaces=spaces.with_item(id_, edit(space)))


@attrs.frozen
class HideMl:
    """Hide machine learning in a space."""

    space: str

    def apply(self, deployment: Deployment) -> Deployment:
        def hide(space: Space) -> Space:
            return attrs.evolve(space, disabled_features=space.disabled_features | {"ml"})

        return _edit_space(deployment, self.space, hide)

    def __str__(self) -> str:
        return f"hide machine learning in space `{self.space}`"


@attrs.frozen
class ShowMl:
    """Show machine learning in a space."""

    space: str

    def apply(self, deployment: Deployment) -> Deployment:
        def show(space: Space) -> Space:
            return attrs.evolve(space, disabled_features=space.disabled_features - {"ml"})

        return _edit_space(deployment, self.space, show)

    def __str__(self) -> str:
        return f"show machine learning in space `{self.space}`"


@attrs.frozen
class PutSpace:
    """Create a space or replace one of the same id."""

    space: Space

    def apply(self, deployment: Deployment) -> Deployment:
        spaces = deployment.spaces
        if isinstance(spaces, NotExported):
            raise missing_part("spaces", spaces)
        return attrs.evolve(deployment, spaces=spaces.with_item(self.space.id, self.space))

    def __str__(self) -> str:
        return f"put space `{self.space.id}`"


@attrs.frozen
class CreateDataView:
    """Create a data view in a space."""

    space: str
    title: str

    def apply(self, deployment: Deployment) -> Deployment:
        part = deployment.data_views
        if isinstance(part, NotExported):
            raise missing_part("data views", part)
        views = part.get(self.space)
        if views is None:
            raise NotApplicable(f"the data views of space `{self.space}` are not exported")
        if isinstance(views, NotExported):
            raise missing_part(f"the data views of space `{self.space}`", views)
        new = DataView(f"new:{self.title}", self.title, (self.space,), self.title)
        return attrs.evolve(deployment, data_views=part.with_item(self.space, (*views, new)))

    def __str__(self) -> str:
        return f"create data view `{self.title}` in space `{self.space}`"


_MODEL = "trained-model"


def _edit_assignment(
    deployment: Deployment, kind: str, id_: str, edit: Callable[[tuple[str, ...]], tuple[str, ...]]
) -> Deployment:
    field = "model_spaces" if kind == _MODEL else "job_spaces"
    part: Part[SpaceAssignments] = getattr(deployment, field)
    if isinstance(part, NotExported):
        raise missing_part("space assignments", part)
    items = part.by_type.get(kind, FrozenMap())
    spaces = edit(items.get(id_, ()))
    by_type = part.by_type.with_item(kind, items.with_item(id_, spaces))
    return with_part(deployment, field, attrs.evolve(part, by_type=by_type))


@attrs.frozen
class AssignJob:
    """Assign a job or model to a space (`*`: to all). `kind` is its saved-object type, `anomaly-detector` and so on."""

    kind: str
    id: str
    space: str

    def apply(self, deployment: Deployment) -> Deployment:
        if self.space != ALL_SPACES:
            check_space(deployment, self.space)

        def add(spaces: tuple[str, ...]) -> tuple[str, ...]:
            return (ALL_SPACES,) if self.space == ALL_SPACES else tuple(dict.fromkeys((*spaces, self.space)))

        return _edit_assignment(deployment, self.kind, self.id, add)

    def __str__(self) -> str:
        where = "all spaces" if self.space == ALL_SPACES else f"space `{self.space}`"
        return f"assign {_noun(self.kind)} `{self.id}` to {where}"


@attrs.frozen
class UnassignJob:
    """Take a job or model out of a space. Kibana refuses to leave it without any."""

    kind: str
    id: str
    space: str

    def apply(self, deployment: Deployment) -> Deployment:
        def remove(spaces: tuple[str, ...]) -> tuple[str, ...]:
            left = tuple(s for s in spaces if s != self.space)
            if spaces and not left:
                raise NotApplicable(f"cannot remove {_noun(self.kind)} `{self.id}` from all spaces")
            return left

        return _edit_assignment(deployment, self.kind, self.id, remove)

    def __str__(self) -> str:
        return f"take {_noun(self.kind)} `{self.id}` out of space `{self.space}`"


def _noun(kind: str) -> str:
    return {_MODEL: "trained model", "data-frame-analytics": "analytics job"}.get(kind, "job")


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{n}`" for n in names) or "none"
