"""The Kibana part of a role body, checked as `PUT /api/security/role/{name}` checks it.

`x-pack/platform/plugins/shared/security/server/lib/role_utils.ts` @ b4099342f24d and the role schema of
`@kbn/security-plugin-types-server`, in elastic/kibana.
"""

import re
from collections.abc import Mapping, Sequence
from typing import cast

from mlaccess.errors import RequestError
from mlaccess.stack.kibana import KibanaGrant
from mlaccess.stack.values import FrozenMap

from .roles import Restrictions

__all__ = ["parse_kibana_grants"]

_SPACE_ID = re.compile(r"[a-z0-9_-]+\Z")
_NAME = re.compile(r"[a-zA-Z0-9_-]+\Z")
_BASE = ("all", "read")


def parse_kibana_grants(body: object, *, restrictions: Restrictions | None = None) -> tuple[KibanaGrant, ...]:
    """The entries of `kibana` in a role body. Absent means none.

    Ids of features and privileges are checked by their characters only: an unknown one is stored and grants nothing.
    Raises `RequestError` (status 400) where Kibana refuses the body.
    """
    if body is None:
        return ()
    grants = tuple(_grant(f"[kibana.{i}", entry) for i, entry in enumerate(_list("[kibana]", body)))
    seen: set[str] = set()
    repeated: list[str] = []
    for grant in grants:
        repeated.extend(s for s in grant.spaces if s in seen and s not in repeated)
        seen.update(grant.spaces)
    if repeated:
        raise RequestError(
            f"[kibana]: more than one privilege is applied to the following spaces: [{', '.join(repeated)}]"
        )
    for grant in grants:
        _check_restrictions(grant, restrictions or {})
    return grants


def _grant(where: str, entry: object) -> KibanaGrant:
    if not isinstance(entry, dict):
        raise RequestError(f"{where}]: expected an object")
    fields = cast("dict[str, object]", entry)
    for key in fields:
        if key not in ("spaces", "base", "feature"):
            # `_reserved` among them: reserved privileges are read, never written.
            raise RequestError(f"{where}.{key}]: definition for this key is missing")
    spaces = tuple(_strings(f"{where}.spaces]", fields.get("spaces", ["*"])))
    if spaces != ("*",):
        if not spaces:
            raise RequestError(f"{where}.spaces]: array size is [0], but cannot be smaller than [1]")
        for space in spaces:
            if not _SPACE_ID.match(space):
                raise RequestError(
                    f"{where}.spaces]: must be lower case, a-z, 0-9, '_', and '-' are allowed, OR '*' alone"
                )
        if len(set(spaces)) != len(spaces):
            raise RequestError(f"{where}.spaces]: the same space is given twice")
    base = tuple(_strings(f"{where}.base]", fields.get("base") or []))
    for name in base:
        if name not in _BASE:
            raise RequestError(f'{where}.base]: unknown base privilege "{name}", must be one of [all,read]')
    features = _features(f"{where}.feature", fields.get("feature"))
    if base and features:
        raise RequestError(f"{where}.feature]: definition of [feature] isn't allowed when non-empty [base] is defined.")
    if not base and not any(features.values()):
        raise RequestError(f"{where}]: either [base] or [feature] is expected, but none of them specified")
    return KibanaGrant(spaces=spaces, base=base, feature=FrozenMap(features))


def _features(where: str, value: object) -> dict[str, tuple[str, ...]]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RequestError(f"{where}]: expected an object")
    found: dict[str, tuple[str, ...]] = {}
    for id_, privileges in cast("Mapping[str, object]", value).items():
        if not _NAME.match(id_):
            raise RequestError(f"{where}.{id_}]: only a-z, A-Z, 0-9, '_', and '-' are allowed")
        names = tuple(_strings(f"{where}.{id_}]", privileges))
        for name in names:
            if not _NAME.match(name):
                raise RequestError(f"{where}.{id_}]: only a-z, A-Z, 0-9, '_', and '-' are allowed")
        found[id_] = names
    return found


def _check_restrictions(grant: KibanaGrant, restrictions: Restrictions) -> None:
    for feature, privileges in grant.feature.items():
        for privilege in privileges:
            kind = restrictions.get((feature, privilege))
            if kind == "disabled":
                raise RequestError(f"feature privilege [{feature}.{privilege}] is disabled")
            if kind == "all_spaces" and grant.spaces != ("*",):
                raise RequestError(
                    f"feature privilege [{feature}.{privilege}] requires all spaces to be selected but received "
                    f"[{', '.join(grant.spaces)}]"
                )


def _list(where: str, value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise RequestError(f"{where}: expected an array")
    return cast("list[object]", value)


def _strings(where: str, value: object) -> list[str]:
    found = _list(where, value)
    if not all(isinstance(v, str) for v in found):
        raise RequestError(f"{where}: expected an array of strings")
    return cast("list[str]", found)
