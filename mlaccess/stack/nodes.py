"""Nodes and settings: `GET _nodes`, `GET _cluster/settings`, `GET _ml/info`."""

import attrs

from .origin import Origin
from .values import FrozenMap, Json

__all__ = ["ClusterSettings", "MlInfo", "Node", "XPackUsage"]


@attrs.frozen
class Node:
    """One node. `roles` are long names (`ml`, `data_hot`); `settings` are the explicitly set ones, dotted keys."""

    id: str
    name: str
    roles: tuple[str, ...] = ()
    settings: FrozenMap[str, Json] = FrozenMap()
    attributes: FrozenMap[str, str] = FrozenMap()
    version: str = ""
    settings_exported: bool = True
    """False where the collector left `settings` out, so an absent key says nothing."""
    roles_exported: bool = True
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class ClusterSettings:
    """Flat cluster settings: `persistent`, `transient`, and `defaults` where `include_defaults` was asked.

    `defaults` speak for the answering node only.
    """

    persistent: FrozenMap[str, Json] = FrozenMap()
    transient: FrozenMap[str, Json] = FrozenMap()
    defaults: FrozenMap[str, Json] | None = None
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
    defaults_origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class MlInfo:
    """`GET _ml/info`: only what decides access."""

    upgrade_mode: bool = False
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class XPackUsage:
    """`GET _xpack/usage`: a second witness for the licence, ML and security. None = not said."""

    ml_available: bool | None = None
    ml_enabled: bool | None = None
    security_available: bool | None = None
    security_enabled: bool | None = None
    realms: tuple[str, ...] = ()
    """Types of enabled realms, such as `native`, `file`, `saml`."""
    license_type: str | None = None
    license_status: str | None = None
    anonymous_enabled: bool | None = None
    ml_node_count: int | None = None
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
