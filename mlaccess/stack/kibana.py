"""Kibana's own nouns: spaces, data views, roles in Kibana's shape, and the application privileges it registers."""

from collections.abc import Iterable

import attrs

from .origin import Origin
from .roles import RoleDescriptor
from .values import FrozenMap, Json, json_map, text_set, texts

__all__ = ["ApplicationPrivilege", "Collector", "DataView", "KibanaGrant", "KibanaRole", "Space"]


@attrs.frozen
class ApplicationPrivilege:
    """A stored application privilege: `GET _security/privilege`."""

    application: str
    name: str
    actions: frozenset[str] = attrs.field(converter=text_set)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class Space:
    """A Kibana space. `effective` tells whether `disabled_features` is the effective list (an API export)
    or what someone wrote (Terraform, a request body), in which case a solution view replaces it."""

    id: str
    name: str = ""
    disabled_features: frozenset[str] = attrs.field(default=frozenset(), converter=text_set)
    solution: str | None = None
    effective: bool = True
    reserved: bool = False
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class DataView:
    """A data view of a space: an index pattern with a title such as `logs-*,metrics-*`."""

    id: str
    title: str
    namespaces: tuple[str, ...] = attrs.field(default=(), converter=texts)
    name: str = ""
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class KibanaGrant:
    """One element of `kibana` of a role in Kibana's shape."""

    spaces: tuple[str, ...] = attrs.field(converter=texts)
    base: tuple[str, ...] = attrs.field(default=(), converter=texts)
    feature: FrozenMap[str, tuple[str, ...]] = FrozenMap()
    reserved: tuple[str, ...] = attrs.field(default=(), converter=texts)
    """`_reserved`: privileges that only built-in roles carry."""
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


def _grants(value: Iterable[KibanaGrant]) -> tuple[KibanaGrant, ...]:
    return tuple(value)


@attrs.frozen
class KibanaRole:
    """A role as `GET kbn:/api/security/role` returns it.

    Where `transform_error` is not empty, `kibana` is empty and says nothing about access: the role's
    Elasticsearch application privileges stay in force.
    """

    name: str
    elasticsearch: RoleDescriptor
    kibana: tuple[KibanaGrant, ...] = attrs.field(default=(), converter=_grants)
    transform_error: tuple[Json, ...] = ()
    unrecognized_applications: tuple[str, ...] = attrs.field(default=(), converter=texts)
    metadata: FrozenMap[str, Json] = attrs.field(default=FrozenMap(), converter=json_map)
    description: str = ""
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class Collector:
    """Who made the Kibana export: what that user may not see, the export cannot show."""

    username: str
    roles: tuple[str, ...] = attrs.field(default=(), converter=texts)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
