"""Descriptors compiled once: each role's permission, what its version does not know, and answers already found."""

from collections.abc import Iterable, Sequence

from mlaccess.catalog.privileges import splits_by_selector
from mlaccess.permission import LimitedRole, Permission, Role
from mlaccess.permission.kibana import KibanaPrivileges
from mlaccess.stack import Deployment, NotExported, RoleDescriptor

from .shares import Ledger, RoleShares

__all__ = ["CompiledRole", "Compiler"]


class CompiledRole:
    """One descriptor with its permission."""

    __slots__ = ("descriptor", "permission", "shares", "unknown")

    def __init__(
        self, descriptor: RoleDescriptor, version: str | None, kibana: KibanaPrivileges, ledger: Ledger
    ) -> None:
        self.descriptor = descriptor
        self.permission = Role.of([descriptor], version=version)
        self.unknown: tuple[str, ...] = self.permission.unknown
        self.shares = RoleShares(descriptor, self.permission, kibana, ledger)

    @property
    def name(self) -> str:
        """The role's name."""
        return self.descriptor.name


class Compiler:
    """Compiles each descriptor of a deployment at most once."""

    def __init__(self, deployment: Deployment) -> None:
        self.version = deployment.version if isinstance(deployment.version, str) else None
        stored = deployment.application_privileges
        kibana_version = deployment.kibana_version
        self._stored = None if isinstance(stored, NotExported) else stored
        self.kibana = KibanaPrivileges(
            self._stored,
            kibana_version if isinstance(kibana_version, str) else self.version,
        )
        # Keyed by identity, for hashing a descriptor costs more than using one; the values keep the keys alive.
        self._roles: dict[int, CompiledRole] = {}
        self.split = splits_by_selector(self.version)
        """Whether the version tells the data of a data stream from its failures."""
        self._ledger = Ledger()
        self._index_privileges: frozenset[str] = frozenset()
        self._unions: dict[tuple[int, ...], tuple[Role, tuple[RoleDescriptor, ...]]] = {}

    def role(self, descriptor: RoleDescriptor) -> CompiledRole:
        """The compiled form of one descriptor."""
        found = self._roles.get(id(descriptor))
        if found is None:
            if len(self._roles) >= _KEPT:
                self._roles.clear()
                self._ledger = Ledger()
            found = self._roles[id(descriptor)] = CompiledRole(descriptor, self.version, self.kibana, self._ledger)
        return found

    def index_privileges(self, given: Iterable[frozenset[str]]) -> frozenset[str]:
        """Names of index privileges among which these are: those seen so far, so that it is mostly the same set."""
        names = self._index_privileges
        for some in given:
            if not some <= names:
                names = self._index_privileges = names | some
        return names

    def permission(self, sides: Sequence[Sequence[RoleDescriptor]]) -> Permission:
        """What a caller holds who must be granted on every side, application privileges as stored."""
        roles: list[Permission] = [Role.of(list(side), stored=self._stored, version=self.version) for side in sides]
        held = roles[0]
        for limit in roles[1:]:
            held = LimitedRole(held, limit)
        return held

    def union(self, descriptors: Sequence[RoleDescriptor]) -> Role:
        """Several descriptors merged as Elasticsearch merges them."""
        key = tuple(id(d) for d in descriptors)
        found = self._unions.get(key)
        if found is None:
            if len(self._unions) >= _KEPT:
                self._unions.clear()
            role = Role.of(list(descriptors), version=self.version)
            found = self._unions[key] = (role, tuple(descriptors))
        return found[0]


_KEPT = 65_536
"""So many descriptors and unions are kept: more come only of API keys and templates, made anew for every moment."""
