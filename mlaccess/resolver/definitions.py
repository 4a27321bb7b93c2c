"""Role names to role descriptors: which definition is in force, and what is not known about it.

Order of role providers (reserved, file, native; the first hit wins):
`x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/authz/store/CompositeRolesStore.java`.
"""

from collections.abc import Iterable

import attrs

from mlaccess.catalog import reserved_roles
from mlaccess.errors import UnknownNameError
from mlaccess.permission import kibana as kibana_roles
from mlaccess.rules import Evidence, Finding, Verdict
from mlaccess.stack import Deployment, KibanaRole, NotExported, RoleDescriptor

__all__ = ["Definition", "Definitions", "check_roles"]


@attrs.frozen
class Definition:
    """What a role name stands for. Exactly one of `descriptor`, `undefined` and `doubt` speaks.

    A descriptor may come with a doubt: what it certainly gives, and why it may give more.
    """

    name: str
    descriptor: RoleDescriptor | None = None
    undefined: bool = False
    doubt: Finding | None = None
    kibana_only: bool = False
    """Whether the doubt is about Kibana privileges alone."""
    source: str = ""
    """`security_roles`, `kibana_roles`, `roles.yml` or `catalogue`."""


def _doubt(code: str, name: str, evidence: tuple[Evidence, ...] = (), **values: str) -> Finding:
    return Finding.of(Verdict.UNKNOWN, code, evidence, role=name, **values)


class Definitions:
    """Looks up role names in one deployment; answers are kept."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._version = deployment.version if isinstance(deployment.version, str) else None
        self._known: dict[str, Definition] = {}

    def of(self, name: str) -> Definition:
        """The definition in force for a role name."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._look_up(name)
        return found

    def names(self) -> tuple[str, ...]:
        """Every role name that some export defines, in order of first appearance."""
        parts = (self._deployment.roles, self._deployment.file_roles, self._deployment.kibana_roles)
        seen: dict[str, None] = {}
        for part in parts:
            if not isinstance(part, NotExported):
                seen.update(dict.fromkeys(part))
        return tuple(seen)

    def _look_up(self, name: str) -> Definition:
        deployment = self._deployment
        native = deployment.roles
        if not isinstance(native, NotExported) and name in native and native[name].reserved:
            return Definition(name, native[name], source="security_roles")
        file_roles = deployment.file_roles
        if not isinstance(file_roles, NotExported) and name in file_roles and not reserved_roles.is_reserved(name):
            return Definition(name, file_roles[name], source="roles.yml")
        if not isinstance(native, NotExported) and name in native:
            return Definition(name, native[name], source="security_roles")
        in_kibana = deployment.kibana_roles
        if not isinstance(in_kibana, NotExported) and name in in_kibana:
            return self._from_kibana(in_kibana[name])
        return self._unlisted(name)

    def _from_kibana(self, role: KibanaRole) -> Definition:
        """A role that only Kibana's export shows; its Elasticsearch part is whole, its Kibana part is converted."""
        descriptor = kibana_roles.role_descriptor(role)
        if descriptor is not None:
            return Definition(role.name, attrs.evolve(descriptor, origin=role.origin), source="kibana_roles")
        doubt = _doubt("role.transform_error", role.name, (Evidence("role", role.name, origin=role.origin),))
        bare = attrs.evolve(role.elasticsearch, name=role.name, applications=(), origin=role.origin)
        return Definition(role.name, bare, doubt=doubt, kibana_only=True, source="kibana_roles")

    def _unlisted(self, name: str) -> Definition:
        deployment = self._deployment
        if reserved_roles.is_reserved(name):
            row = reserved_roles.reserved_role(name, self._version)
            if row is not None and reserved_roles.exact_for(name, self._version):
                return Definition(name, row, source="catalogue")
            return Definition(
                name, doubt=_doubt("role.reserved_unknown_version", name, version=self._version or "unknown")
            )
        absent = isinstance(deployment.roles, NotExported) or "roles" in deployment.incomplete
        absent_in_kibana = isinstance(deployment.kibana_roles, NotExported) or "kibana_roles" in deployment.incomplete
        if absent and absent_in_kibana:
            reason = deployment.roles.reason if isinstance(deployment.roles, NotExported) else "the list is incomplete"
            return Definition(
                name,
                doubt=_doubt(
                    "role.not_exported",
                    name,
                    (Evidence("absence", "roles", reason),),
                    reason=reason,
                ),
            )
        if deployment.file_realm_announced and isinstance(deployment.file_roles, NotExported):
            return Definition(name, doubt=_doubt("role.maybe_in_file", name))
        if deployment.file_realm_announced:
            return Definition(name, doubt=_doubt("role.maybe_elsewhere", name))
        return Definition(name, undefined=True)


def check_roles(deployment: Deployment, names: Iterable[str]) -> None:
    """Raises `UnknownNameError` for a role that certainly nothing defines; a user who has it has it for nothing."""
    definitions = Definitions(deployment)
    for name in names:
        if definitions.of(name).undefined:
            raise UnknownNameError("role", name, definitions.names())
