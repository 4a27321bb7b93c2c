"""Do the two exports of the roles agree: Elasticsearch's (`security_roles`) and Kibana's (`kibana_roles`)."""

from collections.abc import Iterator

from mlaccess.stack.deployment import Deployment, Notice
from mlaccess.stack.kibana import KibanaGrant, KibanaRole
from mlaccess.stack.origin import NotExported
from mlaccess.stack.roles import IndicesGrant, RoleDescriptor

from .roles import OWN_APPLICATION, from_elasticsearch

__all__ = ["disagreements"]


def disagreements(deployment: Deployment, *, application: str = OWN_APPLICATION) -> tuple[Notice, ...]:
    """What the raw roles and Kibana's roles of one export contradict each other in; nothing where one is missing.

    A disagreement means that the exports were made at different times or from different clusters, so an answer
    built on both may describe neither.
    """
    roles, shown = deployment.roles, deployment.kibana_roles
    if isinstance(roles, NotExported) or isinstance(shown, NotExported):
        return ()
    found: list[Notice] = []
    for name in sorted({*roles, *shown}):
        raw, role = roles.get(name), shown.get(name)
        if raw is None or role is None:
            present = raw if raw is not None else role
            side = "Kibana" if raw is None else "Elasticsearch"
            found.append(_notice(present, name, f"role `{name}` is in the export of {side} only"))
            continue
        found.extend(_notice(role, name, f"role `{name}`: {text}") for text in _differences(raw, role, application))
    return tuple(found)


def _notice(at: RoleDescriptor | KibanaRole | None, name: str, text: str) -> Notice:
    position = str(at.origin) if at is not None and at.origin is not None else name
    return Notice(position, text, "roles-disagree")


def _differences(raw: RoleDescriptor, role: KibanaRole, application: str) -> Iterator[str]:
    other = role.elasticsearch
    if set(raw.cluster) != set(other.cluster):
        yield f"cluster privileges differ: {_words(raw.cluster)} in Elasticsearch, {_words(other.cluster)} in Kibana"
    if set(raw.run_as) != set(other.run_as):
        yield f"`run_as` differs: {_words(raw.run_as)} in Elasticsearch, {_words(other.run_as)} in Kibana"
    if {_index_key(g) for g in raw.indices if not g.implicitly_granted} != {
        _index_key(g) for g in other.indices if not g.implicitly_granted
    }:
        yield "index privileges differ"
    if any(not e.resources for e in raw.applications):
        return
    expected = from_elasticsearch(raw.applications, application=application)
    if bool(expected.transform_error) != bool(role.transform_error):
        yield (
            "Kibana shows it, but could not read these application privileges"
            if expected.transform_error
            else "Kibana reports a transform error, but could read these application privileges"
        )
    elif not expected.transform_error and {_grant_key(g) for g in expected.kibana} != {
        _grant_key(g) for g in role.kibana
    }:
        yield "Kibana privileges differ from the application privileges in Elasticsearch"


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{n}`" for n in sorted(set(names))) or "none"


def _index_key(grant: IndicesGrant) -> object:
    return (
        frozenset(grant.names),
        frozenset(grant.privileges),
        grant.query,
        grant.field_security,
        grant.allow_restricted_indices,
    )


def _grant_key(grant: KibanaGrant) -> object:
    features = frozenset((f, frozenset(p)) for f, p in grant.feature.items())
    return (frozenset(grant.spaces), frozenset(grant.base), features, frozenset(grant.reserved))
