"""`GET /api/security/privileges` offline: the privileges that Kibana registers with Elasticsearch, from the catalogue.

In elastic/kibana: `x-pack/platform/packages/private/security/authorization_core/src/privileges/privileges.ts`
@ 0658193b46dd; its test is `x-pack/platform/test/api_integration/apis/security/privileges.ts` @ 0403165bc712.
"""

from collections.abc import Iterator, Mapping

from mlaccess.catalog.kibana_features import (
    BASE_PRIVILEGES,
    FEATURES,
    RESERVED,
    ActionSet,
    base_actions,
    feature_actions,
    reserved_actions,
    visible_types,
)
from mlaccess.catalog.kibana_versions import parse
from mlaccess.permission.kibana import OWN_APPLICATION
from mlaccess.stack.kibana import ApplicationPrivilege

from .answer import Answer

__all__ = ["privileges_answer", "registered_privileges"]


def registered_privileges(
    version: str, *, application: str = OWN_APPLICATION, conditional: bool = True
) -> Mapping[tuple[str, str], ApplicationPrivilege]:
    """The stored application privileges of a Kibana that had the catalogued features and no others.

    `conditional` includes what is registered under some licences or configurations only.
    """
    return {
        (application, name): ApplicationPrivilege(application, name, _literal(found, conditional))
        for name, found in _all(version)
    }


def _all(version: str) -> Iterator[tuple[str, ActionSet]]:
    for name in BASE_PRIVILEGES:
        yield name, base_actions(name, version)
    for feature in FEATURES.values():
        if feature.span.holds(parse(version)):
            for privilege in feature.privilege_ids:
                yield f"feature_{feature.id}.{privilege}", feature_actions(feature.id, privilege, version)
    for reserved, kind in RESERVED.items():
        if kind != "other":
            yield f"reserved_{reserved}", reserved_actions(reserved, version)


def _literal(found: ActionSet, conditional: bool) -> frozenset[str]:
    every: frozenset[str] = frozenset(f"saved_object:{t}/{o}" for t in visible_types() for o in found.every_type)
    actions = found.actions | every
    return actions | found.maybe if conditional else actions


def privileges_answer(version: str, *, include_actions: bool = False) -> Answer:
    """The body lists deprecated features too. With `include_actions`, each privilege comes with its actions."""
    stored = registered_privileges(version)

    def shown(names: Mapping[str, str]) -> object:
        if not include_actions:
            return list(names)
        return {short: sorted(stored[OWN_APPLICATION, name].actions) for short, name in names.items()}

    features = {
        f.id: shown({p: f"feature_{f.id}.{p}" for p in f.privilege_ids})
        for f in FEATURES.values()
        if f.span.holds(parse(version))
    }
    reserved: object = sorted(RESERVED)
    if include_actions:
        reserved = shown({r: f"reserved_{r}" for r, kind in RESERVED.items() if kind != "other"})
    return Answer(
        200,
        {
            "global": shown({"all": "all", "read": "read"}),
            "space": shown({"all": "space_all", "read": "space_read"}),
            "features": features,
            "reserved": reserved,
        },
    )
