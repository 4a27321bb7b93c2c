"""Nodes and settings: `GET _nodes`, `GET _cluster/settings`, `GET _ml/info`."""

import attrs

from .origin import Origin
from .values import FrozenMap, Json, json_map, optional_json_map, texts

__all__ = ["ClusterSettings", "MlInfo", "Node", "XPackUsage"]


@attrs.frozen
class Node:
    """One node. `roles` are long names (`ml`, `data_hot`); `settings` are the explicitly set ones, dotted keys."""

    id: str
    name: str
    roles: tuple[str, ...] = attrs.field(default=(), converter=texts)
    settings: FrozenMap[str, Json] = attrs.field(default=FrozenMap(), converter=json_map)
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

    persistent: FrozenMap[str, Json] = attrs.field(default=FrozenMap(), converter=json_map)
    transient: FrozenMap[str, Json] = attrs.field(default=FrozenMap(), converter=json_map)
    defaults: FrozenMap[str, Json] | None = attrs.field(default=None, converter=optional_json_map)
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
    realms: tuple[str, ...] = attrs.field(default=(), converter=texts)
    """Types of enabled realms, such as `native`, `file`, `saml`."""
    license_type: str | None = None
    license_status: str | None = None
    anonymous_enabled: bool | None = None
    ml_node_count: int | None = None
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
