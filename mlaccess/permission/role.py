"""Role descriptors compiled: what one role, or several together, permit. Each part is made when first asked for.

Source: `x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/authz/store/CompositeRolesStore.java`;
roles without a licence for document or field level security: `RoleDescriptorStore.java` beside it; workflows:
`x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/restriction/WorkflowsRestriction.java`.
"""

from collections.abc import Iterable, Sequence

import attrs

from mlaccess.automata import Language
from mlaccess.catalog.privileges import is_known, splits_by_selector
from mlaccess.patterns import StringMatcher, patterns
from mlaccess.permission.applications import ApplicationPermission, Stored
from mlaccess.permission.cluster import ClusterPermission
from mlaccess.permission.groups import MergedGrant, merge_grants, merge_roles
from mlaccess.permission.indices import IndicesPermission
from mlaccess.stack.roles import RemoteClusterGrant, RoleDescriptor

__all__ = ["RemoteIndices", "Role"]


@attrs.frozen
class RemoteIndices:
    """The `remote_indices` entries for the same clusters, merged."""

    clusters: frozenset[str]
    grants: tuple[MergedGrant, ...]

    def matches(self, cluster: str) -> bool:
        """Whether the entries speak of a cluster with this alias."""
        return StringMatcher.of(tuple(sorted(self.clusters))).matches(cluster)


class Role:
    """The union of role descriptors. Making one costs little: nothing is compiled before it is asked for."""

    __slots__ = (
        "_applications",
        "_cluster",
        "_indices",
        "_remote",
        "_restricted",
        "_stored",
        "_unknown",
        "_version",
        "descriptors",
        "dropped",
    )

    def __init__(
        self,
        descriptors: Iterable[RoleDescriptor],
        *,
        stored: Stored | None = None,
        licensed_for_dls: bool = True,
        version: str | None = None,
        restricted: Language | None = None,
    ) -> None:
        given = tuple(descriptors)
        dropped = () if licensed_for_dls else tuple(d for d in given if d.uses_dls_or_fls)
        self.descriptors: tuple[RoleDescriptor, ...] = tuple(d for d in given if d not in dropped) if dropped else given
        self.dropped: tuple[str, ...] = tuple(d.name for d in dropped)
        self._stored = stored
        self._version = version
        self._restricted = restricted
        self._cluster: ClusterPermission | None = None
        self._indices: IndicesPermission | None = None
        self._applications: ApplicationPermission | None = None
        self._remote: tuple[RemoteIndices, ...] | None = None
        self._unknown: tuple[str, ...] | None = None

    @classmethod
    def of(
        cls,
        descriptors: Sequence[RoleDescriptor],
        *,
        stored: Stored | None = None,
        licensed_for_dls: bool = True,
        version: str | None = None,
        restricted: Language | None = None,
    ) -> "Role":
        """The roles together.

        `stored`: the stored application privileges. `licensed_for_dls`: False leaves out whole each role that uses
        document or field level security (`dropped` names them); descriptors of API keys are never left out, so give
        True for them. `version`: decides which names of privileges are `unknown`. `restricted`: the names of system
        indices, those of Elasticsearch where None.
        """
        return cls(
            descriptors, stored=stored, licensed_for_dls=licensed_for_dls, version=version, restricted=restricted
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the roles that take part."""
        return tuple(descriptor.name for descriptor in self.descriptors)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of privileges that the version does not know. Such a role cannot be built; what it gives is unknown."""
        if self._unknown is None:
            version = self._version
            found: dict[str, None] = {}
            for descriptor in self.descriptors:
                for name in descriptor.cluster:
                    if not is_known("cluster", name, version):
                        found[name] = None
                for names in (g.privileges for gs in (descriptor.indices, descriptor.remote_indices) for g in gs):
                    for name in names:
                        if not is_known("index", name, version):
                            found[name] = None
            self._unknown = tuple(found)
        return self._unknown

    @property
    def cluster(self) -> ClusterPermission:
        """What it may do with the cluster."""
        if self._cluster is None:
            self._cluster = ClusterPermission(
                [name for descriptor in self.descriptors for name in descriptor.cluster],
                [element for descriptor in self.descriptors for element in descriptor.global_],
                restricted=self._restricted,
            )
        return self._cluster

    @property
    def merged_indices(self) -> tuple[MergedGrant, ...]:
        """The index entries, merged but not yet split by part of a data stream."""
        return merge_roles(self.descriptors)

    @property
    def indices(self) -> IndicesPermission:
        """What it may do with indices."""
        if self._indices is None:
            self._indices = IndicesPermission.compile(
                self.merged_indices, self._restricted, split=splits_by_selector(self._version)
            )
        return self._indices

    @property
    def applications(self) -> ApplicationPermission:
        """What it may do in applications."""
        if self._applications is None:
            self._applications = ApplicationPermission.of(self.descriptors, self._stored)
        return self._applications

    @property
    def run_as(self) -> tuple[str, ...]:
        """The patterns of the users it may act as."""
        return tuple(dict.fromkeys(name for descriptor in self.descriptors for name in descriptor.run_as))

    def may_run_as(self, username: str) -> bool:
        """Whether it may act as a user."""
        names = self.run_as
        return bool(names) and patterns(names).matches(username)

    @property
    def remote_indices(self) -> tuple[RemoteIndices, ...]:
        """What it may do with indices of remote clusters, by the clusters meant."""
        if self._remote is None:
            clusters: dict[frozenset[str], list[tuple[str, RoleDescriptor, int]]] = {}
            for descriptor in self.descriptors:
                for number, grant in enumerate(descriptor.remote_indices):
                    clusters.setdefault(frozenset(grant.clusters), []).append((descriptor.name, descriptor, number))
            self._remote = tuple(
                RemoteIndices(names, merge_grants((role, d.remote_indices[i]) for role, d, i in entries))
                for names, entries in clusters.items()
            )
        return self._remote

    @property
    def remote_cluster(self) -> tuple[RemoteClusterGrant, ...]:
        """Cluster privileges on remote clusters."""
        return tuple(grant for descriptor in self.descriptors for grant in descriptor.remote_cluster)

    def remote_grants(self, cluster: str) -> tuple[MergedGrant, ...]:
        """The entries for the indices of one remote cluster."""
        return tuple(grant for entry in self.remote_indices if entry.matches(cluster) for grant in entry.grants)

    def remote_check(self, cluster: str, name: str, privilege: str) -> bool:
        """Whether its `remote_indices` give a privilege on every name that a pattern matches in a remote cluster.

        What the remote cluster itself allows is not asked.
        """
        grants = self.remote_grants(cluster)
        return bool(grants) and IndicesPermission.compile(grants, self._restricted).holds(name, privilege)

    @property
    def limits_documents_or_fields(self) -> bool:
        """Whether document or field level security takes part."""
        return self.indices.limits_documents_or_fields

    @property
    def workflows(self) -> frozenset[str] | None:
        """The workflows outside of which it permits nothing; None where there is no restriction."""
        restricted = [d.workflows for d in self.descriptors if d.workflows is not None]
        return frozenset(name for names in restricted for name in names) if restricted else None

    def for_workflow(self, workflow: str | None) -> "Role":
        """The role within a workflow, None standing for none: itself, or one that permits nothing."""
        workflows = self.workflows
        return self if workflows is None or workflow in workflows else NOTHING

    def __repr__(self) -> str:
        return f"<Role {','.join(self.names)}>"


NOTHING = Role(())
