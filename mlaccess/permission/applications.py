"""What a role may do in applications, such as Kibana: stored privileges or raw actions, on resources.

Sources, below `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/`:
`privilege/ApplicationPrivilege.java`, `permission/ApplicationPermission.java`; merging:
`x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/authz/store/CompositeRolesStore.java`.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

import attrs

from mlaccess.automata import Language
from mlaccess.errors import RequestError
from mlaccess.patterns import pattern, patterns
from mlaccess.stack.kibana import ApplicationPrivilege
from mlaccess.stack.origin import Origin
from mlaccess.stack.roles import RoleDescriptor
from mlaccess.stack.values import FrozenMap

__all__ = [
    "ApplicationEntry",
    "ApplicationPermission",
    "HeldPrivilege",
    "Stored",
    "is_privilege_name",
    "validate_application_name",
    "validate_application_privilege",
    "validate_privilege_or_action",
]

Stored: TypeAlias = FrozenMap[tuple[str, str], ApplicationPrivilege]
"""Stored application privileges by application and name."""

_PRIVILEGE_NAME = re.compile(r"[a-z][a-zA-Z0-9_.-]*")
_APPLICATION_PREFIX = re.compile(r"[a-z][A-Za-z0-9]*")
_OLD_APPLICATION_NAME = re.compile(r"[a-z][A-Za-z0-9_-]{2,}")
_NOT_IN_FILE_NAMES = '\\/*?"<>| ,'


def is_privilege_name(text: str) -> bool:
    """Whether a text of a role entry is the name of a privilege; any other is an action pattern."""
    return _PRIVILEGE_NAME.fullmatch(text) is not None


@attrs.frozen
class HeldPrivilege:
    """Privileges of one application resolved to action patterns. Equal ones are one privilege."""

    application: str
    names: frozenset[str]
    actions: frozenset[str]

    @property
    def language(self) -> Language:
        """The actions."""
        return _actions(self.actions)

    def matches(self, other: "HeldPrivilege") -> bool:
        """Whether holding this privilege gives `other`: it is the same, or holds all its actions.

        A privilege without actions is given only by itself, or by one that holds every action.
        """
        if self == other:
            return True
        if not pattern(self.application).matches(other.application):
            return False
        if self.language.is_total():
            return True
        return (
            bool(self.actions)
            and bool(other.actions)
            and not self.language.is_empty()
            and not other.language.is_empty()
            and self.language.includes(other.language)
        )


@lru_cache(4096)
def _actions(texts: frozenset[str]) -> Language:
    return patterns(sorted(texts))


@lru_cache(4096)
def _resources(texts: frozenset[str]) -> Language:
    return patterns(sorted(texts))


@lru_cache(65536)
def _matches(held: HeldPrivilege, other: HeldPrivilege) -> bool:
    return held.matches(other)


@attrs.frozen
class ApplicationEntry:
    """A resolved privilege with the resources it is held on."""

    privilege: HeldPrivilege
    resources: frozenset[str]
    roles: tuple[str, ...]
    origins: tuple[Origin, ...]

    def grants(self, privilege: HeldPrivilege, resource: str) -> bool:
        """Whether it gives a privilege on a resource; the resource may be a pattern, all of which is asked for."""
        return _matches(self.privilege, privilege) and (
            "*" in self.resources or _resources(self.resources).includes(pattern(resource))
        )


@attrs.frozen
class _Entry:
    """Entries of roles with the same application and resources, merged."""

    application: str
    privileges: tuple[str, ...]
    resources: frozenset[str]
    roles: tuple[str, ...]
    origins: tuple[Origin, ...]


def _merged(roles: Iterable[RoleDescriptor]) -> list[_Entry]:
    found: dict[tuple[str, frozenset[str]], _Entry] = {}
    for role in roles:
        for grant in role.applications:
            key = (grant.application, frozenset(grant.resources))
            before = found.get(key)
            origins = () if grant.origin is None else (grant.origin,)
            if before is None:
                found[key] = _Entry(grant.application, tuple(grant.privileges), key[1], (role.name,), origins)
            else:
                found[key] = _Entry(
                    grant.application,
                    (*before.privileges, *grant.privileges),
                    key[1],
                    tuple(dict.fromkeys((*before.roles, role.name))),
                    (*before.origins, *origins),
                )
    return list(found.values())


@lru_cache(64)
def _by_application(stored: Stored) -> dict[str, dict[str, frozenset[str]]]:
    found: dict[str, dict[str, frozenset[str]]] = {}
    for (application, name), privilege in stored.items():
        found.setdefault(application, {})[name] = privilege.actions
    return found


class ApplicationPermission:
    """The `applications` of one role or of several together, resolved by the stored privileges."""

    __slots__ = ("_stored", "entries")

    def __init__(self, entries: Iterable[ApplicationEntry], stored: Stored) -> None:
        self.entries: tuple[ApplicationEntry, ...] = tuple(entries)
        self._stored = stored

    @staticmethod
    def of(roles: Iterable[RoleDescriptor], stored: Stored | None = None) -> "ApplicationPermission":
        """The permission of several roles together.

        A wildcard application stands for the stored applications that define one of the privileges named, and for
        itself where there are none. A name that is not stored keeps its name and has no actions.
        """
        stored = FrozenMap() if stored is None else stored
        merged = _merged(roles)
        named = frozenset(name for entry in merged for name in entry.privileges)
        joined: dict[HeldPrivilege, ApplicationEntry] = {}
        for entry in merged:
            for privilege in _resolve(entry.application, frozenset(entry.privileges), stored, named):
                before = joined.get(privilege)
                if before is None:
                    joined[privilege] = ApplicationEntry(privilege, entry.resources, entry.roles, entry.origins)
                else:
                    joined[privilege] = ApplicationEntry(
                        privilege,
                        before.resources | entry.resources,
                        tuple(dict.fromkeys((*before.roles, *entry.roles))),
                        (*before.origins, *entry.origins),
                    )
        return ApplicationPermission(joined.values(), stored)

    def resolve(self, application: str, privileges: Iterable[str]) -> HeldPrivilege:
        """Names and action patterns of one application as a privilege, by the stored ones."""
        return _resolve_one(application, frozenset(privileges), _by_application(self._stored).get(application, {}))

    def check(self, application: str, privileges: Iterable[str], resource: str) -> dict[str, bool]:
        """Which privileges, by name or action pattern, are held on a resource: the answer of `_has_privileges`."""
        return {name: self.grants(self.resolve(application, (name,)), resource) for name in privileges}

    def grants(self, privilege: HeldPrivilege, resource: str) -> bool:
        """Whether one entry gives a privilege on a resource."""
        return any(entry.grants(privilege, resource) for entry in self.entries)

    def granting(self, application: str, privilege: str, resource: str) -> tuple[ApplicationEntry, ...]:
        """The entries that give a privilege on a resource: evidence for `check`."""
        asked = self.resolve(application, (privilege,))
        return tuple(entry for entry in self.entries if entry.grants(asked, resource))

    def resource_patterns(self, privilege: HeldPrivilege) -> frozenset[str]:
        """The resources on which a privilege is held, as the roles have them."""
        return frozenset(
            text for entry in self.entries if _matches(entry.privilege, privilege) for text in entry.resources
        )

    def __repr__(self) -> str:
        return f"<ApplicationPermission {len(self.entries)} entries>"


def _resolve(
    application: str, names: frozenset[str], stored: Stored, named: frozenset[str]
) -> tuple[HeldPrivilege, ...]:
    if not names:
        return (HeldPrivilege(application, frozenset(), frozenset()),)
    known = _by_application(stored)
    if "*" in application:
        matches = pattern(application).matches
        found = [app for app, privileges in known.items() if matches(app) and not named.isdisjoint(privileges)]
        if found:
            return tuple(_resolve_one(app, names, known[app]) for app in found)
    return (_resolve_one(application, names, known.get(application, {})),)


def _resolve_one(application: str, names: frozenset[str], stored: Mapping[str, frozenset[str]]) -> HeldPrivilege:
    actions: set[str] = set()
    for name in names:
        if is_privilege_name(name):
            actions.update(stored.get(name, ()))
        else:
            actions.add(name)
    return HeldPrivilege(application, names, frozenset(actions))


# -- what names may look like ------------------------------------------------------------------------------------------


def validate_application_name(name: str, *, wildcard: bool = False, before_6_5: bool = False) -> None:
    """Raise RequestError for a name that no application may have. `before_6_5`: by the stricter rule of 6.4."""
    if before_6_5:
        if _OLD_APPLICATION_NAME.fullmatch(name) is None:
            raise RequestError(
                f"Application names must match the pattern {_OLD_APPLICATION_NAME.pattern} (but was '{name}')"
            )
        return
    if not name:
        raise RequestError("Application names cannot be blank")
    star = name.find("*")
    if star != -1:
        if not wildcard:
            raise RequestError(f"Application names may not contain '*' (found '{name}')")
        if name == "*":
            return
        if star != len(name) - 1:
            raise RequestError(f"Application name patterns only support trailing wildcards (found '{name}')")
    if re.search(r"\s", name):
        raise RequestError(f"Application names may not contain whitespace (found '{name}')")
    prefix, *rest = re.split("[_-]", name, maxsplit=1)
    prefix = prefix.removesuffix("*")
    if _APPLICATION_PREFIX.fullmatch(prefix) is None:
        raise RequestError(
            f"An application name prefix must match the pattern ^{_APPLICATION_PREFIX.pattern}$ (found '{prefix}')"
        )
    if len(prefix) < 3 and star == -1:
        raise RequestError(f"An application name prefix must be at least 3 characters long (found '{prefix}')")
    suffix = rest[0].removesuffix("*") if rest and wildcard else rest[0] if rest else ""
    if any(character in _NOT_IN_FILE_NAMES for character in suffix):
        raise RequestError(
            f"An application name suffix may not contain any of the characters '{_NOT_IN_FILE_NAMES}' "
            f"(found '{suffix}')"
        )


def validate_privilege_or_action(text: str) -> None:
    """Raise RequestError for a text that is neither the name of a privilege nor an action pattern."""
    if not is_privilege_name(text) and not _looks_like_action(text):
        raise RequestError(
            "Application privileges names and actions must match the pattern "
            f"^{_PRIVILEGE_NAME.pattern}$ or contain one of [ '/' , '*' , ':' ] (found '{text}')"
        )


def validate_application_privilege(
    application: str, name: str, actions: Iterable[str], *, before_6_5: bool = False
) -> None:
    """Raise RequestError for a privilege that could not be stored: its application, its name, or an action."""
    validate_application_name(application, before_6_5=before_6_5)
    if not is_privilege_name(name):
        raise RequestError(
            f"Application privilege names must match the pattern ^{_PRIVILEGE_NAME.pattern}$ (found '{name}')"
        )
    for action in actions:
        if not _looks_like_action(action):
            raise RequestError(f"The application privilege pattern [{action}] must contain one of [ '/' , '*' , ':' ]")


def _looks_like_action(text: str) -> bool:
    return any(character in text for character in "/*:")
