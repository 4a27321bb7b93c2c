"""The order of least privilege: what a fix costs, compared number by number from the left."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache

import attrs

from mlaccess.automata import TooComplex
from mlaccess.catalog.privileges import CLUSTER_PRIVILEGES, INDEX_PRIVILEGES, UnknownPrivilege, index_privilege
from mlaccess.errors import PatternError
from mlaccess.patterns import pattern
from mlaccess.permission import ClusterPermission
from mlaccess.resolver.definitions import Definitions
from mlaccess.rules.facts import ClusterAction
from mlaccess.stack import Deployment, NotExported, RoleDescriptor

from .changes import AddRole, Change, PutRole, PutRoleMapping
from .escalation import POWERS
from .fix_grants import Atom, atoms_of

__all__ = ["Cost", "CostModel", "Means", "Reach"]


class Reach(IntEnum):
    """How far the widest grant of a fix reaches."""

    ASKED = 0
    """The index expressions and the space that the question is about, and nothing else."""
    NAMED = 1
    """Other named indices or spaces, or more of the same space."""
    EVERYWHERE = 2
    """All spaces, or all indices."""
    CLUSTER = 3
    """Cluster privileges: all spaces, and the APIs as well."""
    ADMINISTRATION = 4
    """Powers that can be turned into any other."""


class Means(IntEnum):
    """How the grant reaches the caller; of equal grants the first is taken."""

    NO_ROLE = 0
    EXISTING_ROLE = 1
    EDITED_ROLE = 2
    NEW_ROLE = 3


@attrs.frozen(order=True)
class Cost:
    """What a fix costs. Fields are compared in this order; a smaller one is less privilege, then less change."""

    gates: int
    """Changes to licence, nodes, settings or visibility."""
    reach: Reach
    others: int
    """Other users and mappings that hold a role which is edited."""
    excess: int
    """Grants that nobody asked for."""
    breadth: int
    """How many named privileges the grants imply, added up: `read` before `all`."""
    means: Means
    steps: int
    """Number of changes."""
    text: str
    """The changes in words, so that the order is always the same."""


class CostModel:
    """Costs of changes for one caller of one deployment, who asks for certain grants."""

    def __init__(
        self, deployment: Deployment, held: Iterable[RoleDescriptor], asked: Iterable[Atom], caller: str
    ) -> None:
        self._definitions = Definitions(deployment)
        self._held = frozenset(a for d in held for a in atoms_of(d))
        self._asked = frozenset(asked)
        self._holders = _holders(deployment, caller)

    def excess_of(self, role: RoleDescriptor) -> tuple[Reach, int]:
        """How far a role reaches, and how much of it nobody asked for."""
        new = frozenset(atoms_of(role)) - self._held
        return max(map(self._reach, new), default=Reach.ASKED), len(new - self._asked)

    def of(self, changes: Sequence[Change], gates: Collection[Change]) -> Cost:
        """What changes cost. `gates` are those among them that no privilege decides."""
        put = {c.role.name: c.role for c in changes if isinstance(c, PutRole)}
        assigned = [c.role for c in changes if isinstance(c, AddRole)]
        assigned += [r for c in changes if isinstance(c, PutRoleMapping) for r in c.mapping.roles]
        new: set[Atom] = set()
        others = 0
        means = Means.NO_ROLE
        for name, role in put.items():
            old = self._definitions.of(name).descriptor
            new |= frozenset(atoms_of(role)) - (frozenset(atoms_of(old)) if old is not None else frozenset())
            others += self._holders.get(name, 0) if old is not None else 0
            means = max(means, Means.NEW_ROLE if old is None else Means.EDITED_ROLE)
        for name in assigned:
            existing = self._definitions.of(name).descriptor
            if name not in put and existing is not None:
                new |= frozenset(atoms_of(existing)) - self._held
                means = max(means, Means.EXISTING_ROLE)
        return Cost(
            gates=len(gates),
            reach=max(map(self._reach, new), default=Reach.ASKED),
            others=others,
            excess=len(new - self._asked),
            breadth=sum(map(_breadth, new)),
            means=means,
            steps=len(changes),
            text="; ".join(sorted(map(str, changes))),
        )

    def _reach(self, atom: Atom) -> Reach:
        kind, what, _ = atom
        if kind == "cluster":
            return Reach.ADMINISTRATION if _administers(what) else Reach.CLUSTER
        if kind not in ("index", "kibana"):
            return Reach.ADMINISTRATION
        if atom in self._asked:
            return Reach.ASKED
        if kind == "kibana":
            return Reach.EVERYWHERE if what == "*" else Reach.NAMED
        return Reach.EVERYWHERE if _everything(what) else Reach.NAMED


def _holders(deployment: Deployment, caller: str) -> Mapping[str, int]:
    """How many users other than the caller, and how many mappings, hold each role."""
    counts: dict[str, int] = {}
    for users in (deployment.users, deployment.file_users):
        for name in () if isinstance(users, NotExported) else users:
            if name != caller and not isinstance(users, NotExported):
                for role in users.roles_of(name):
                    counts[role] = counts.get(role, 0) + 1
    mappings = deployment.role_mappings
    for mapping in () if isinstance(mappings, NotExported) else mappings.values():
        for role in mapping.roles:
            counts[role] = counts.get(role, 0) + 1
    return counts


@lru_cache(4096)
def _administers(privilege: str) -> bool:
    permission = ClusterPermission((privilege,))
    return any(isinstance(p.fact, ClusterAction) and permission.grants(p.fact.action) for p in POWERS)


@lru_cache(4096)
def _everything(name: str) -> bool:
    try:
        return pattern(name).is_total()
    except (PatternError, TooComplex):
        return True


_KIBANA_BREADTH = {"read": 1, "minimal_read": 1, "all": 2, "minimal_all": 2}
_ANY_FEATURE = 100
"""What a base privilege or a pattern of actions counts: more than any one feature."""


@lru_cache(4096)
def _breadth(atom: Atom) -> int:
    kind, what, detail = atom
    if kind == "cluster":
        permission = ClusterPermission((what,))
        return sum(permission.implies(row.name) for row in CLUSTER_PRIVILEGES if not row.conditional) or 1
    if kind == "index":
        try:
            held = index_privilege(detail).actions
        except UnknownPrivilege:
            return len(INDEX_PRIVILEGES)
        return sum(held.includes(row.actions) for row in INDEX_PRIVILEGES if row.allow) or 1
    if kind == "kibana":
        return _KIBANA_BREADTH.get(detail.partition(".")[2], _ANY_FEATURE)
    return _ANY_FEATURE
