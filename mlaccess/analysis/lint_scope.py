"""What every lint rule looks at: the roles of a deployment as they are in force, and the words for a finding."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Literal, TypeAlias

import attrs

from mlaccess.catalog.privileges import is_known
from mlaccess.permission.kibana import OWN_APPLICATION, KibanaPrivileges
from mlaccess.permission.kibana.matching import matches_application
from mlaccess.resolver.definitions import Definition, Definitions
from mlaccess.resolver.gates import Gates
from mlaccess.resolver.questions import saw_all_spaces
from mlaccess.stack import (
    ApplicationGrant,
    Deployment,
    IndicesGrant,
    NotExported,
    Origin,
    RemoteIndicesGrant,
    RoleDescriptor,
)

from .changes import Change, PutRole

__all__ = ["Hit", "Scope", "Severity", "index_entries", "is_own", "space_of"]

Severity: TypeAlias = Literal["error", "warning", "info"]

_SPACE = "space:"


@attrs.frozen
class Hit:
    """One thing that a rule found: about whom, where, in words. `change` removes it and changes no answer."""

    subject: str
    text: str
    origin: Origin | None = None
    change: Change | None = attrs.field(default=None, repr=False)

    @property
    def position(self) -> str:
        """Where it stands: file and pointer, else the subject."""
        return str(self.origin) if self.origin is not None else self.subject


class Scope:
    """One deployment as lint sees it. Built-in roles are left out: nobody can change them."""

    def __init__(self, deployment: Deployment, at: datetime | None = None) -> None:
        self.deployment = deployment
        self.definitions = Definitions(deployment)
        self.gates = Gates(deployment, at)
        self.version = deployment.version if isinstance(deployment.version, str) else None
        kibana = deployment.kibana_version
        self.kibana_version = kibana if isinstance(kibana, str) else self.version
        stored = deployment.application_privileges
        self.kibana = KibanaPrivileges(None if isinstance(stored, NotExported) else stored, self.kibana_version)
        self.stored: frozenset[str] | None = None
        if not isinstance(stored, NotExported):
            names = frozenset(name for app, name in stored if app == OWN_APPLICATION)
            self.stored = names or None

    @cached_property
    def defined(self) -> tuple[Definition, ...]:
        """Every role that somebody wrote, by the definition in force."""
        found = (self.definitions.of(name) for name in self.definitions.names())
        return tuple(d for d in found if d.descriptor is not None and not d.descriptor.reserved)

    @property
    def roles(self) -> Iterator[RoleDescriptor]:
        """The descriptors of these roles."""
        for definition in self.defined:
            if definition.descriptor is not None:
                yield definition.descriptor

    @cached_property
    def everything(self) -> tuple[RoleDescriptor, ...]:
        """The descriptors of all roles, built-in ones included."""
        found = (self.definitions.of(name).descriptor for name in self.definitions.names())
        return tuple(d for d in found if d is not None)

    @cached_property
    def spaces(self) -> frozenset[str] | None:
        """The ids of all spaces; None where the export may lack some."""
        spaces = self.deployment.spaces
        if isinstance(spaces, NotExported) or "spaces" in self.deployment.incomplete:
            return None
        return frozenset(spaces) if saw_all_spaces(self.deployment) else None

    def holders(self) -> Iterator[tuple[str, str, Origin | None]]:
        """(role, who, where) for every user and every mapping that gives a role by name."""
        for part in (self.deployment.users, self.deployment.file_users):
            if not isinstance(part, NotExported):
                for name, user in part.items():
                    for i, role in enumerate(user.roles):
                        yield role, f"user `{name}`", _child(user.origin, "roles", i)
        mappings = self.deployment.role_mappings
        if not isinstance(mappings, NotExported):
            for name, mapping in mappings.items():
                for i, role in enumerate(mapping.roles):
                    yield role, f"role mapping `{name}`", _child(mapping.origin, "roles", i)

    def with_role(self, role: RoleDescriptor) -> Change | None:
        """The edit that puts a role in place of the one in force; None where it stands in a file of a node."""
        return PutRole(role) if self.definitions.of(role.name).source in ("security_roles", "kibana_roles") else None

    def knows_all_privileges(self, role: RoleDescriptor) -> bool:
        """False for a role that Elasticsearch could not build, of which nothing is known."""
        index = [p for g in index_entries(role) for p in g.privileges]
        return all(is_known("cluster", n, self.version) for n in role.cluster) and all(
            is_known("index", n, self.version) for n in index
        )


def _child(origin: Origin | None, *parts: str | int) -> Origin | None:
    return None if origin is None else origin.child(*parts)


def index_entries(role: RoleDescriptor) -> "tuple[IndicesGrant | RemoteIndicesGrant, ...]":
    """The entries for indices, here and on remote clusters."""
    return (*role.indices, *role.remote_indices)


def is_own(grant: ApplicationGrant) -> bool:
    """Whether an application entry is about Kibana."""
    return matches_application(grant.application, OWN_APPLICATION)


def space_of(resource: str) -> str | None:
    """The one space that a resource names; None for `*` and other patterns."""
    if not resource.startswith(_SPACE) or any(c in resource for c in "*?"):
        return None
    return resource.removeprefix(_SPACE)
