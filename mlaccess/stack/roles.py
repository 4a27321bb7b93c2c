"""Role descriptors, field for field as `GET _security/role` returns them.

Names are kept exactly as exported; what they mean is the business of `catalog` and `permission`.
"""

from collections.abc import Iterable

import attrs

from .origin import Origin
from .values import FrozenMap, Json, json_map, optional_texts, texts

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

    grant: tuple[str, ...] | None = attrs.field(default=None, converter=optional_texts)
    except_: tuple[str, ...] | None = attrs.field(default=None, converter=optional_texts)

    @property
    def limits(self) -> bool:
        """Whether any field is withheld; `grant: ["*"]` alone is no limit (`RoleDescriptor.java`)."""
        return bool(self.except_) or (self.grant is not None and self.grant != ("*",))


@attrs.frozen
class IndicesGrant:
    """One element of `indices`. `query` is the document level security query as text, None where there is none."""

    names: tuple[str, ...] = attrs.field(converter=texts)
    privileges: tuple[str, ...] = attrs.field(converter=texts)
    field_security: FieldSecurity | None = None
    query: str | None = None
    allow_restricted_indices: bool = False
    implicitly_granted: bool = False
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class RemoteIndicesGrant:
    """One element of `remote_indices`: an indices entry for the clusters whose alias matches `clusters`."""

    clusters: tuple[str, ...] = attrs.field(converter=texts)
    names: tuple[str, ...] = attrs.field(converter=texts)
    privileges: tuple[str, ...] = attrs.field(converter=texts)
    field_security: FieldSecurity | None = None
    query: str | None = None
    allow_restricted_indices: bool = False
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class RemoteClusterGrant:
    """One element of `remote_cluster`."""

    clusters: tuple[str, ...] = attrs.field(converter=texts)
    privileges: tuple[str, ...] = attrs.field(converter=texts)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class ApplicationGrant:
    """One element of `applications`, such as Kibana's privileges on `space:sales`."""

    application: str
    privileges: tuple[str, ...] = attrs.field(converter=texts)
    resources: tuple[str, ...] = attrs.field(converter=texts)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


def _indices(value: Iterable[IndicesGrant]) -> tuple[IndicesGrant, ...]:
    return tuple(value)


def _applications(value: Iterable[ApplicationGrant]) -> tuple[ApplicationGrant, ...]:
    return tuple(value)


def _remote_indices(value: Iterable[RemoteIndicesGrant]) -> tuple[RemoteIndicesGrant, ...]:
    return tuple(value)


def _remote_clusters(value: Iterable[RemoteClusterGrant]) -> tuple[RemoteClusterGrant, ...]:
    return tuple(value)


@attrs.frozen
class RoleDescriptor:
    """A role, or the inline descriptor of an API key or service account."""

    name: str
    cluster: tuple[str, ...] = attrs.field(default=(), converter=texts)
    indices: tuple[IndicesGrant, ...] = attrs.field(default=(), converter=_indices)
    applications: tuple[ApplicationGrant, ...] = attrs.field(default=(), converter=_applications)
    run_as: tuple[str, ...] = attrs.field(default=(), converter=texts)
    global_: tuple[Json, ...] = ()
    """`global`: each element one object of configurable cluster privileges."""
    remote_indices: tuple[RemoteIndicesGrant, ...] = attrs.field(default=(), converter=_remote_indices)
    remote_cluster: tuple[RemoteClusterGrant, ...] = attrs.field(default=(), converter=_remote_clusters)
    metadata: FrozenMap[str, Json] = attrs.field(default=FrozenMap(), converter=json_map)
    transient_metadata: FrozenMap[str, Json] = attrs.field(default=FrozenMap(), converter=json_map)
    workflows: tuple[str, ...] | None = attrs.field(default=None, converter=optional_texts)
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
