"""What a role may do with the cluster: named privileges, raw actions, and privileges that hang on the request.

Source: `ClusterPermission.java` in
`x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/permission/`.
That `all`, `manage_security` and `manage_api_key` imply `manage_own_api_key`: `ClusterPermissionTests.
testImpliesOnSecurityPrivilegeHierarchy` and `ClusterPrivilegeResolverTests.testSortByAccessLevel` in
`x-pack/plugin/core/src/test/java/org/elasticsearch/xpack/core/security/authz/`.
"""

from collections.abc import Iterable
from functools import lru_cache

from mlaccess.automata import Language
from mlaccess.catalog.privileges import UnknownPrivilege, cluster_actions, cluster_privilege
from mlaccess.permission.conditions import Authentication, Condition, Request, conditions_of, owns_api_keys
from mlaccess.stack.values import Json

__all__ = ["ClusterPermission"]


@lru_cache(16384)
def _includes(held: frozenset[str], asked: str) -> bool:
    return cluster_actions(held).includes(cluster_privilege(asked).actions)


@lru_cache(4096)
def _split(names: frozenset[str]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Names of privileges with actions, of those that hang on the request, and those that nothing knows."""
    plain: list[str] = []
    conditional: list[str] = []
    unknown: list[str] = []
    for name in names:
        try:
            row = cluster_privilege(name)
        except UnknownPrivilege:
            unknown.append(name)
        else:
            (conditional if row.conditional else plain).append(row.name)
    return frozenset(plain), frozenset(conditional), frozenset(unknown)


class ClusterPermission:
    """The `cluster` and `global` of one role or of several together."""

    __slots__ = ("_actions", "conditional", "conditions", "names", "plain", "restricted")

    def __init__(
        self, names: Iterable[str], global_: Iterable[Json] = (), *, restricted: Language | None = None
    ) -> None:
        self.names: tuple[str, ...] = tuple(dict.fromkeys(names))
        self.plain, self.conditional, _ = _split(frozenset(self.names))
        self.conditions: tuple[Condition, ...] = conditions_of(tuple(global_))
        self.restricted = restricted
        self._actions: Language | None = None

    @staticmethod
    def of(names: Iterable[str], global_: Iterable[Json] = ()) -> "ClusterPermission":
        """The permission of these privileges together. Names that nothing knows give nothing: see `unknown`."""
        return ClusterPermission(names, global_)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names that are no privilege in any version."""
        unknown = _split(frozenset(self.names))[2]
        return tuple(name for name in self.names if name in unknown)

    @property
    def actions(self) -> Language:
        """The actions granted whatever the request."""
        if self._actions is None:
            self._actions = cluster_actions(self.plain)
        return self._actions

    def implies(self, privilege: str) -> bool:
        """Whether a privilege is held, or others that together hold all of its actions.

        A role without any unconditional privilege implies none but those conditional ones it holds. Raises
        UnknownPrivilege, TooComplex.
        """
        row = cluster_privilege(privilege)
        if row.name in self.plain or row.name in self.conditional:
            return True
        return bool(self.plain) and _includes(self.plain, row.name)

    def implies_all(self, privileges: Iterable[str]) -> bool:
        """Whether several privileges are held, each as `implies` has it."""
        return all(self.implies(name) for name in privileges)

    def grants(self, action: str, request: Request | None = None, authentication: Authentication | None = None) -> bool:
        """Whether an action is granted, for a request and a caller where privileges hang on them.

        Without a request, a privilege that depends on what it says grants nothing.
        """
        if self.plain and self.actions.matches(action):
            return True
        if any(cluster_privilege(name).actions.matches(action) for name in self.conditional) and owns_api_keys(
            action, request, authentication
        ):
            return True
        return any(condition.grants(action, request, self.restricted) for condition in self.conditions)

    def depends_on_request(self, action: str) -> bool:
        """Whether an action that is not granted for all requests may be granted for some."""
        return any(cluster_privilege(name).actions.matches(action) for name in self.conditional) or any(
            condition.actions.matches(action) for condition in self.conditions
        )

    def implying(self, privilege: str) -> tuple[str, ...]:
        """The names, as the role has them, that each alone imply a privilege: evidence for `implies`."""
        return tuple(name for name in self.names if ClusterPermission((name,)).implies(privilege))

    def granting(self, action: str) -> tuple[str, ...]:
        """The names, as the role has them, that each alone grant an action for every request."""
        return tuple(name for name in self.names if ClusterPermission((name,)).grants(action))

    def __repr__(self) -> str:
        return f"<ClusterPermission {','.join(self.names)}>"
