"""Index entries as Elasticsearch holds them: merged over roles by their names, then split by part of a data stream.

Sources: `x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/authz/store/CompositeRolesStore.java`
(merging) and `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/permission/
IndicesPermission.java` (a group).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import attrs

from mlaccess.automata import Language
from mlaccess.catalog.privileges import Selector, UnknownPrivilege, index_actions, resolve_index_privileges
from mlaccess.patterns import StringMatcher, patterns
from mlaccess.permission.fields import FieldPermissions
from mlaccess.stack.origin import Origin
from mlaccess.stack.roles import FieldSecurity, IndicesGrant, RemoteIndicesGrant, RoleDescriptor

__all__ = [
    "BWC_MAPPING_PRIVILEGES",
    "MAPPING_UPDATES",
    "IndicesGroup",
    "MergedGrant",
    "merge_grants",
    "merge_roles",
    "resolve_privileges",
]

MAPPING_UPDATES = ("indices:admin/mapping/put", "indices:admin/mapping/auto_put")

BWC_MAPPING_PRIVILEGES = frozenset({"create", "create_doc", "index", "write"})
"""Privileges that still let mappings of a plain index be updated, with a warning."""

AnyGrant = IndicesGrant | RemoteIndicesGrant


@attrs.frozen
class MergedGrant:
    """Entries of several roles with the same names and the same flag: privileges together.

    `queries` is None where some entry has no query, for then all documents are seen.
    """

    names: tuple[str, ...]
    privileges: tuple[str, ...]
    allow_restricted: bool
    field_security: tuple[FieldSecurity | None, ...]
    queries: tuple[str, ...] | None
    roles: tuple[str, ...]
    origins: tuple[Origin, ...]


def merge_roles(roles: Iterable[RoleDescriptor]) -> tuple[MergedGrant, ...]:
    """The `indices` of several roles, merged.

    A role whose only entry has `none` as its first privilege counts as one without entries.
    """
    return merge_grants((role.name, grant) for role in roles if not _denies(role.indices) for grant in role.indices)


def _denies(grants: Sequence[IndicesGrant]) -> bool:
    return len(grants) == 1 and grants[0].privileges[:1] != () and grants[0].privileges[0].lower() == "none"


def merge_grants(grants: Iterable[tuple[str, AnyGrant]]) -> tuple[MergedGrant, ...]:
    """Entries, each with the name of its role, merged where names and flag are equal."""
    merged: dict[tuple[frozenset[str], bool], list[tuple[str, AnyGrant]]] = {}
    for role, grant in grants:
        merged.setdefault((frozenset(grant.names), grant.allow_restricted_indices), []).append((role, grant))
    return tuple(_merge(entries) for entries in merged.values())


def _merge(entries: Sequence[tuple[str, AnyGrant]]) -> MergedGrant:
    role, first = entries[0]
    if len(entries) == 1:
        return MergedGrant(
            first.names,
            first.privileges,
            first.allow_restricted_indices,
            (first.field_security,),
            None if first.query is None else (first.query,),
            (role,),
            () if first.origin is None else (first.origin,),
        )
    queries = tuple(dict.fromkeys(grant.query for _, grant in entries))
    return MergedGrant(
        first.names,
        tuple(dict.fromkeys(name for _, grant in entries for name in grant.privileges)),
        first.allow_restricted_indices,
        tuple(dict.fromkeys(grant.field_security for _, grant in entries)),
        None if None in queries else tuple(query for query in queries if query is not None),
        tuple(dict.fromkeys(role for role, _ in entries)),
        tuple(grant.origin for _, grant in entries if grant.origin is not None),
    )


class IndicesGroup:
    """What an index permission is made of: names, privileges of one kind, and limits. Compiled when first asked.

    `privileges` are lower-cased; `selector` tells which part of a data stream they speak of.
    """

    __slots__ = ("_actions", "_language", "_matcher", "merged", "privileges", "restricted", "selector")

    def __init__(
        self, merged: MergedGrant, selector: Selector, privileges: frozenset[str], restricted: Language
    ) -> None:
        self.merged = merged
        self.selector = selector
        self.privileges = privileges
        self.restricted = restricted
        self._language: Language | None = None
        self._matcher: StringMatcher | None = None
        self._actions: Language | None = None

    @staticmethod
    def compile(merged: Iterable[MergedGrant], restricted: Language, *, split: bool) -> "tuple[IndicesGroup, ...]":
        """The groups of merged entries. Names of privileges that nothing knows are left out.

        Without `split`, all privileges of an entry stay together, as before there were failure stores.
        """
        return tuple(
            IndicesGroup(grant, selector, privileges, restricted)
            for grant in merged
            for selector, privileges in resolve_privileges(frozenset(grant.privileges), split)
        )

    @staticmethod
    def split(grants: Iterable[IndicesGrant], restricted: Language) -> "tuple[IndicesGroup, ...]":
        """The groups of entries that are not merged."""
        return IndicesGroup.compile((_merge([("", grant)]) for grant in grants), restricted, split=True)

    @property
    def names(self) -> tuple[str, ...]:
        """The name patterns as the role has them."""
        return self.merged.names

    @property
    def allow_restricted(self) -> bool:
        """Whether names of system indices are among them."""
        return self.merged.allow_restricted

    @property
    def queries(self) -> tuple[str, ...] | None:
        """The queries of document level security; None where all documents are seen."""
        return self.merged.queries

    @property
    def fields(self) -> FieldPermissions:
        """The fields that may be seen."""
        return FieldPermissions.of(self.merged.field_security)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles whose entries make up the group."""
        return self.merged.roles

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where those entries were read."""
        return self.merged.origins

    @property
    def actions(self) -> Language:
        """The actions that the privileges hold."""
        if self._actions is None:
            self._actions = index_actions(self.privileges)
        return self._actions

    @property
    def language(self) -> Language:
        """The names as a language, system indices included whatever the flag says."""
        if self._language is None:
            self._language = patterns(self.merged.names)
        return self._language

    def matches(self, name: str) -> bool:
        """Whether the group is about a concrete name."""
        if self._matcher is None:
            self._matcher = StringMatcher.of(self.merged.names)
        return self._matcher.matches(name) and (self.merged.allow_restricted or not self.restricted.matches(name))

    @property
    def is_total(self) -> bool:
        """Whether it lets everything be done with every index, system indices included."""
        return (
            self.merged.allow_restricted
            and "*" in self.merged.names
            and "all" in self.privileges
            and self.merged.queries is None
            and not self.fields.limits
        )

    def __repr__(self) -> str:
        return f"<IndicesGroup {','.join(sorted(self.privileges))} on {','.join(self.names)}>"


@lru_cache(4096)
def resolve_privileges(names: frozenset[str], split: bool) -> tuple[tuple[Selector, frozenset[str]], ...]:
    """The privileges of one entry by the part of a data stream they speak of; names that nothing knows are left out.

    Without `split`, they stay together, as before there were failure stores.
    """
    try:
        found = resolve_index_privileges(names)
    except UnknownPrivilege:
        known = frozenset(name for name in names if _known(name))
        found = resolve_index_privileges(known) if known else ()
    if split or not found:
        return found
    return ((Selector.ALL, frozenset(name for _, privileges in found for name in privileges)),)


def _known(name: str) -> bool:
    try:
        resolve_index_privileges(frozenset((name,)))
    except UnknownPrivilege:
        return False
    return True
