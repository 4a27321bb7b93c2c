"""What would make a fact true: the narrowest grant for it, how a role takes it, and what else a role brings along."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import attrs

from mlaccess.catalog.kibana_features import FEATURES
from mlaccess.catalog.kibana_versions import parse
from mlaccess.catalog.privileges import cluster_privileges_granting, index_privileges_granting
from mlaccess.catalog.restricted import is_restricted
from mlaccess.permission.kibana import OWN_APPLICATION, KibanaPrivileges, kibana_role
from mlaccess.resolver.expressions import parse_expression
from mlaccess.rules.facts import (
    ClusterAction,
    ClusterPrivilege,
    Fact,
    IndexAction,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
)
from mlaccess.rules.verdict import Verdict
from mlaccess.stack import ApplicationGrant, Deployment, IndicesGrant, NotExported, RemoteIndicesGrant, RoleDescriptor

__all__ = [
    "Atom",
    "ClusterGrant",
    "Grant",
    "Granter",
    "IndexGrant",
    "KibanaPrivilegeGrant",
    "atoms_of",
    "atoms_of_grant",
    "with_grants",
]

_BASE = frozenset({"all", "read", "space_all", "space_read"})


@attrs.frozen
class ClusterGrant:
    """A cluster privilege."""

    privilege: str

    def __str__(self) -> str:
        return f"cluster privilege `{self.privilege}`"


@attrs.frozen
class IndexGrant:
    """An index privilege on the names of one expression; `cluster` is the alias of a remote cluster, or empty."""

    names: tuple[str, ...]
    privilege: str
    cluster: str = ""

    def __str__(self) -> str:
        where = f"{self.cluster}:" if self.cluster else ""
        return f"index privilege `{self.privilege}` on `{where}{','.join(self.names)}`"


@attrs.frozen
class KibanaPrivilegeGrant:
    """A Kibana privilege, such as `feature_ml.read`, in one space (`*`: in all)."""

    privilege: str
    space: str

    def __str__(self) -> str:
        where = "all spaces" if self.space == "*" else f"space `{self.space}`"
        return f"Kibana privilege `{self.privilege}` in {where}"


Grant: TypeAlias = ClusterGrant | IndexGrant | KibanaPrivilegeGrant

Atom: TypeAlias = tuple[str, str, str]
"""One thing that a role gives: (`cluster`, privilege, ''), (`index`, name, privilege), (`kibana`, resource, privilege),
or (what else, name, detail)."""


class Granter:
    """Knows the narrowest grant for a fact, with the privileges that this deployment's version has."""

    def __init__(self, deployment: Deployment) -> None:
        self._version = deployment.version if isinstance(deployment.version, str) else None
        stored = deployment.application_privileges
        kibana = deployment.kibana_version
        self._kibana_version = kibana if isinstance(kibana, str) else self._version
        self._stored: frozenset[str] | None = None
        if not isinstance(stored, NotExported):
            self._stored = frozenset(n for app, n in stored if app == OWN_APPLICATION) or None
        self._kibana = KibanaPrivileges(None if isinstance(stored, NotExported) else stored, self._kibana_version)

    def grant_for(self, fact: Fact) -> Grant | None:
        """The narrowest grant that makes a fact true; None where no privilege does."""
        match fact:
            case ClusterPrivilege(privilege):
                return ClusterGrant(privilege)
            case ClusterAction(action):
                names = cluster_privileges_granting(action, version=self._version)
                return ClusterGrant(names[0] if names else action)
            case IndexPrivilege(expression, privilege):
                return self._index(expression, privilege)
            case IndexAction(expression, action):
                names = index_privileges_granting(action, version=self._version)
                return self._index(expression, names[0] if names else action)
            case KibanaFeature(features, level, space):
                feature = next((f for f in features if self._has(f)), None)
                return None if feature is None else KibanaPrivilegeGrant(f"feature_{feature}.{level}", space)
            case KibanaAction(action, space):
                found = self._granting(action)
                return None if found is None else KibanaPrivilegeGrant(found, space)
            case _:
                return None

    @staticmethod
    def _index(expression: str, privilege: str) -> IndexGrant:
        parsed = parse_expression(expression)
        return IndexGrant(parsed.names, privilege, parsed.cluster)

    def _has(self, feature: str) -> bool:
        if self._stored is not None:
            return f"feature_{feature}.all" in self._stored
        return feature in FEATURES and FEATURES[feature].span.holds(parse(self._kibana_version))

    def _granting(self, action: str) -> str | None:
        """The feature privilege with the fewest actions that certainly grants one: Read before All."""
        names = [f"feature_{f}.{level}" for f in FEATURES for level in ("read", "all") if self._has(f)]
        probe = [ApplicationGrant(OWN_APPLICATION, (n,), ("*",)) for n in names]
        held = [
            n
            for n, grant in zip(names, probe, strict=True)
            if self._kibana.grants_action([grant], action, "*").verdict is Verdict.GRANTED
        ]
        return min(held, key=lambda n: (len(self._kibana.catalogued(n).actions), n), default=None)


# -- roles and what they give ------------------------------------------------------------------------------------


def atoms_of(role: RoleDescriptor) -> Iterator[Atom]:
    """Everything a role gives, one by one."""
    for name in role.cluster:
        yield ("cluster", name.lower(), "")
    for entry in role.indices:
        for name in entry.names:
            for privilege in entry.privileges:
                yield ("index", name, privilege.lower())
    for remote in role.remote_indices:
        for cluster in remote.clusters:
            for name in remote.names:
                for privilege in remote.privileges:
                    yield ("index", f"{cluster}:{name}", privilege.lower())
    for grant in role.applications:
        for resource in grant.resources:
            for privilege in grant.privileges:
                yield ("kibana", resource, privilege)
    for name in role.run_as:
        yield ("run_as", name, "")
    for element in role.global_:
        yield ("global", str(hash(element)), "")
    for far in role.remote_cluster:
        yield ("remote_cluster", ",".join(far.clusters), ",".join(far.privileges))


def atoms_of_grant(grant: Grant) -> Iterator[Atom]:
    """What a grant gives, in the same terms."""
    match grant:
        case ClusterGrant(privilege):
            yield ("cluster", privilege.lower(), "")
        case IndexGrant(names, privilege, cluster):
            for name in names:
                yield ("index", f"{cluster}:{name}" if cluster else name, privilege.lower())
        case KibanaPrivilegeGrant(privilege, space):
            yield ("kibana", _resource(space), privilege)


def _resource(space: str) -> str:
    return "*" if space == "*" else f"space:{space}"


def with_grants(role: RoleDescriptor, grants: Iterable[Grant]) -> RoleDescriptor | None:
    """A role with more grants; None where Kibana could not write it, for base and feature privileges do not mix."""
    grants = tuple(grants)
    for grant in grants:
        match grant:
            case ClusterGrant(privilege):
                role = attrs.evolve(role, cluster=tuple(dict.fromkeys((*role.cluster, privilege))))
            case IndexGrant(names, privilege, ""):
                role = attrs.evolve(role, indices=_with_index(role.indices, names, privilege))
            case IndexGrant(names, privilege, cluster):
                remote = RemoteIndicesGrant((cluster,), names, (privilege,))
                role = attrs.evolve(role, remote_indices=_with_remote(role.remote_indices, remote))
            case KibanaPrivilegeGrant(privilege, space):
                applications = _with_kibana(role.applications, privilege, _resource(space))
                if applications is None:
                    return None
                role = attrs.evolve(role, applications=applications)
    # A role that Kibana cannot read it cannot edit either.
    kibana = any(isinstance(grant, KibanaPrivilegeGrant) for grant in grants)
    return None if kibana and kibana_role(role).transform_error else role


def _with_index(entries: tuple[IndicesGrant, ...], names: tuple[str, ...], privilege: str) -> tuple[IndicesGrant, ...]:
    restricted = any(is_restricted(n) for n in names)
    for i, entry in enumerate(entries):
        limited = entry.query is not None or entry.field_security is not None
        if entry.names == names and not limited and entry.allow_restricted_indices == restricted:
            wider = attrs.evolve(entry, privileges=tuple(dict.fromkeys((*entry.privileges, privilege))))
            return (*entries[:i], wider, *entries[i + 1 :])
    return (*entries, IndicesGrant(names, (privilege,), allow_restricted_indices=restricted))


def _with_remote(entries: tuple[RemoteIndicesGrant, ...], new: RemoteIndicesGrant) -> tuple[RemoteIndicesGrant, ...]:
    for i, entry in enumerate(entries):
        if (entry.clusters, entry.names, entry.query, entry.field_security) == (new.clusters, new.names, None, None):
            wider = attrs.evolve(entry, privileges=tuple(dict.fromkeys((*entry.privileges, *new.privileges))))
            return (*entries[:i], wider, *entries[i + 1 :])
    return (*entries, new)


def _with_kibana(
    entries: tuple[ApplicationGrant, ...], privilege: str, resource: str
) -> tuple[ApplicationGrant, ...] | None:
    """Kibana knows a space in one entry of a role only, so an entry for several spaces is split."""
    for i, entry in enumerate(entries):
        if entry.application != OWN_APPLICATION or resource not in entry.resources:
            continue
        if any(p in _BASE or not p.startswith("feature_") for p in entry.privileges):
            return None
        weaker = {privilege.removesuffix(".all") + end for end in (".read", ".minimal_read", ".minimal_all")}
        kept = tuple(p for p in entry.privileges if not (privilege.endswith(".all") and p in weaker))
        own = attrs.evolve(entry, privileges=tuple(dict.fromkeys((*kept, privilege))), resources=(resource,))
        rest = tuple(r for r in entry.resources if r != resource)
        others = (attrs.evolve(entry, resources=rest),) if rest else ()
        return (*entries[:i], *others, own, *entries[i + 1 :])
    return (*entries, ApplicationGrant(OWN_APPLICATION, (privilege,), (resource,)))
