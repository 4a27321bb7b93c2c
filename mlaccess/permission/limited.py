"""A role within the limits of another, as an API key has it: both must permit.

Source: `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/permission/LimitedRole.java`.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from mlaccess.catalog.privileges import Selector
from mlaccess.permission.applications import HeldPrivilege
from mlaccess.permission.authorize import IndicesAccess, Names, authorize, authorized_names
from mlaccess.permission.conditions import Authentication, Request
from mlaccess.permission.role import NOTHING, Role

__all__ = ["LimitedRole", "Permission", "authorize_role", "authorized_names_of"]


class _Cluster:
    __slots__ = ("_sides",)

    def __init__(self, sides: Sequence["Permission"]) -> None:
        self._sides = sides

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names that are no privilege in any version."""
        return tuple(dict.fromkeys(name for side in self._sides for name in side.cluster.unknown))

    def implies(self, privilege: str) -> bool:
        """Whether both sides imply a privilege."""
        return all(side.cluster.implies(privilege) for side in self._sides)

    def implies_all(self, privileges: Iterable[str]) -> bool:
        """Whether both sides imply several privileges."""
        return all(self.implies(name) for name in privileges)

    def grants(self, action: str, request: Request | None = None, authentication: Authentication | None = None) -> bool:
        """Whether both sides grant an action."""
        return all(side.cluster.grants(action, request, authentication) for side in self._sides)

    def depends_on_request(self, action: str) -> bool:
        """Whether an action that is not granted for all requests may be granted for some."""
        return all(side.cluster.grants(action) or side.cluster.depends_on_request(action) for side in self._sides)


class _Indices:
    __slots__ = ("_sides",)

    def __init__(self, sides: Sequence["Permission"]) -> None:
        self._sides = sides

    def check(
        self, name: str, privileges: Iterable[str], *, allow_restricted: bool = False, join: bool = False
    ) -> dict[str, bool]:
        """Which privileges both sides hold on every name of a pattern."""
        asked = tuple(privileges)
        answers = [
            side.indices.check(name, asked, allow_restricted=allow_restricted, join=join) for side in self._sides
        ]
        return {privilege: all(answer[privilege] for answer in answers) for privilege in asked}

    def holds(self, name: str, privilege: str, *, allow_restricted: bool = False) -> bool:
        """`check` for one privilege."""
        return self.check(name, (privilege,), allow_restricted=allow_restricted)[privilege]

    def witness(self, name: str, privilege: str, *, allow_restricted: bool = False) -> str | None:
        """A shortest name of a pattern on which one of the sides does not give a privilege."""
        found = [side.indices.witness(name, privilege, allow_restricted=allow_restricted) for side in self._sides]
        return min((text for text in found if text is not None), key=lambda text: (len(text), text), default=None)

    def grants(self, action: str, name: str, *, selector: Selector = Selector.DATA, data_stream: bool = False) -> bool:
        """Whether both sides grant an action on a name."""
        return all(
            side.indices.grants(action, name, selector=selector, data_stream=data_stream) for side in self._sides
        )

    def grants_somewhere(self, action: str) -> bool:
        """Whether each side grants an action on some name."""
        return all(side.indices.grants_somewhere(action) for side in self._sides)

    @property
    def limits_documents_or_fields(self) -> bool:
        """Whether document or field level security takes part on some side."""
        return any(side.indices.limits_documents_or_fields for side in self._sides)


class _Applications:
    __slots__ = ("_sides",)

    def __init__(self, sides: Sequence["Permission"]) -> None:
        self._sides = sides

    def resolve(self, application: str, privileges: Iterable[str]) -> HeldPrivilege:
        """Names and action patterns of one application as a privilege."""
        return self._sides[0].applications.resolve(application, privileges)

    def check(self, application: str, privileges: Iterable[str], resource: str) -> dict[str, bool]:
        """Which privileges both sides hold on a resource."""
        asked = tuple(privileges)
        answers = [side.applications.check(application, asked, resource) for side in self._sides]
        return {privilege: all(answer[privilege] for answer in answers) for privilege in asked}

    def grants(self, privilege: HeldPrivilege, resource: str) -> bool:
        """Whether both sides give a privilege on a resource."""
        return all(side.applications.grants(privilege, resource) for side in self._sides)


class LimitedRole:
    """What `role` and `limited_by` both permit. Limits may be nested. It answers as a `Role` does."""

    __slots__ = ("applications", "cluster", "indices", "limited_by", "role")

    def __init__(self, role: "Permission", limited_by: "Permission") -> None:
        self.role = role
        self.limited_by = limited_by
        sides = (role, limited_by)
        self.cluster = _Cluster(sides)
        self.indices = _Indices(sides)
        self.applications = _Applications(sides)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of privileges that the version does not know, on either side."""
        return tuple(dict.fromkeys((*self.role.unknown, *self.limited_by.unknown)))

    @property
    def dropped(self) -> tuple[str, ...]:
        """Roles left out for the licence, on either side."""
        return tuple(dict.fromkeys((*self.role.dropped, *self.limited_by.dropped)))

    def may_run_as(self, username: str) -> bool:
        """Whether both sides may act as a user."""
        return self.role.may_run_as(username) and self.limited_by.may_run_as(username)

    def remote_check(self, cluster: str, name: str, privilege: str) -> bool:
        """Whether the `remote_indices` of both sides give a privilege."""
        return self.role.remote_check(cluster, name, privilege) and self.limited_by.remote_check(
            cluster, name, privilege
        )

    @property
    def limits_documents_or_fields(self) -> bool:
        """Whether document or field level security takes part on some side."""
        return self.role.limits_documents_or_fields or self.limited_by.limits_documents_or_fields

    @property
    def workflows(self) -> frozenset[str] | None:
        """The workflows outside of which it permits nothing; None where there is no restriction."""
        found = [names for names in (self.role.workflows, self.limited_by.workflows) if names is not None]
        return found[0] if len(found) == 1 else found[0] & found[1] if found else None

    def for_workflow(self, workflow: str | None) -> "Permission":
        """The role within a workflow: itself, or one that permits nothing."""
        workflows = self.workflows
        return self if workflows is None or workflow in workflows else NOTHING

    def __repr__(self) -> str:
        return f"<LimitedRole {self.role!r} by {self.limited_by!r}>"


Permission: TypeAlias = Role | LimitedRole


def authorize_role(role: Permission, action: str, requested: Sequence[str], names: Names) -> IndicesAccess:
    """Whether an action is granted on every requested name, and what is seen of each; by both sides where limited."""
    if isinstance(role, LimitedRole):
        own = authorize_role(role.role, action, requested, names)
        return own.limit(authorize_role(role.limited_by, action, requested, names))
    return authorize(role.indices, action, requested, names)


def authorized_names_of(role: Permission, action: str, names: Names) -> frozenset[str]:
    """The indices, aliases and data streams that an action may see."""
    if isinstance(role, LimitedRole):
        own = authorized_names_of(role.role, action, names)
        return own & authorized_names_of(role.limited_by, action, names)
    return authorized_names(role.indices, action, names)
