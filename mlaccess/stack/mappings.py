"""Role mappings: `GET _security/role_mapping`. The rule language is interpreted in `permission.mapping`."""

import attrs

from .origin import Origin
from .values import FrozenMap, Json, json_map, texts

__all__ = ["FileRoleMapping", "RoleMapping", "RoleTemplate"]


@attrs.frozen
class RoleTemplate:
    """A mustache template that yields role names; `format` is `string` (one name) or `json` (a list)."""

    source: str
    format: str = "string"


@attrs.frozen
class RoleMapping:
    """Gives roles to users of external realms who satisfy `rules`."""

    name: str
    enabled: bool
    rules: FrozenMap[str, Json] = attrs.field(converter=json_map)
    roles: tuple[str, ...] = attrs.field(default=(), converter=texts)
    role_templates: tuple[RoleTemplate, ...] = ()
    metadata: FrozenMap[str, Json] = attrs.field(default=FrozenMap(), converter=json_map)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class FileRoleMapping:
    """One line group of `role_mapping.yml`: a role and the distinguished names that get it."""

    role: str
    dns: tuple[str, ...] = attrs.field(converter=texts)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
