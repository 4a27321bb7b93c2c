"""Role descriptors, field for field as `GET _security/role` returns them.

Names are kept exactly as exported; what they mean is the business of `catalog` and `permission`.
"""

import attrs

from .origin import Origin
from .values import FrozenMap, Json

__all__ = [
    "ApplicationGrant",
    "FieldSecurity",
    "IndicesGrant",
    "RemoteClusterGrant",
    "RemoteIndicesGrant",
    "RoleDescriptor",
]


@attrs.frozen
class FieldSecurity:
    """Field level security of an indices entry; `grant` None means that no grant list was given (all fields)."""

    grant: tuple[str, ...] | None = None
    except_: tuple[str, ...] | None = None

    @property
    def limits(self) -> bool:
        """Whether any field is withheld; `grant: ["*"]` alone is no limit (`RoleDescriptor.java`)."""
        return bool(self.except_) or (self.grant is not None and self.grant != ("*",))


@attrs.frozen
class IndicesGrant:
    """One element of `indices`. `query` is the document level security query as text, None where there is none."""

    names: tuple[str, ...]
    privileges: tuple[str, ...]
    field_security: FieldSecurity | None = None
    query: str | None = None
    allow_restricted_indices: bool = False
    implicitly_granted: bool = False
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class RemoteIndicesGrant:
    """One element of `remote_indices`: an indices entry for the clusters whose alias matches `clusters`."""

    clusters: tuple[str, ...]
    names: tuple[str, ...]
    privileges: tuple[str, ...]
    field_security: FieldSecurity | None = None
    query: str | None = None
    allow_restricted_indices: bool = False
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class RemoteClusterGrant:
    """One element of `remote_cluster`."""

    clusters: tuple[str, ...]
    privileges: tuple[str, ...]
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class ApplicationGrant:
    """One element of `applications`, such as Kibana's privileges on `space:sales`."""

    application: str
    privileges: tuple[str, ...]
    resources: tuple[str, ...]
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class RoleDescriptor:
    """A role, or the inline descriptor of an API key or service account."""

    name: str
    cluster: tuple[str, ...] = ()
    indices: tuple[IndicesGrant, ...] = ()
    applications: tuple[ApplicationGrant, ...] = ()
    run_as: tuple[str, ...] = ()
    global_: tuple[Json, ...] = ()
    """`global`: each element one object of configurable cluster privileges."""
    remote_indices: tuple[RemoteIndicesGrant, ...] = ()
    remote_cluster: tuple[RemoteClusterGrant, ...] = ()
    metadata: FrozenMap[str, Json] = FrozenMap()
    transient_metadata: FrozenMap[str, Json] = FrozenMap()
    workflows: tuple[str, ...] | None = None
    """`restriction.workflows`; None where the descriptor has no restriction."""
    description: str = ""
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def reserved(self) -> bool:
        """Whether Elasticsearch marks it as built in."""
        return self.metadata.get("_reserved") is True

    @property
    def uses_dls_or_fls(self) -> bool:
        """Whether any entry limits documents or fields (needs a platinum licence)."""
        grants: tuple[IndicesGrant | RemoteIndicesGrant, ...] = (*self.indices, *self.remote_indices)
        return any(g.query is not None or (g.field_security is not None and g.field_security.limits) for g in grants)
