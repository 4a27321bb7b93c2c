"""The check of a request on concrete names: aliases, data streams, their indices, and what is seen of each.

Source: `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/permission/IndicesPermission.java`
(`authorize`) and `x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/authz/RBACEngine.java`
(the names a caller may see).
"""

from collections.abc import Iterable, Mapping, Sequence

import attrs

from mlaccess.catalog.privileges import Selector
from mlaccess.permission.fields import ALL_FIELDS, FieldPermissions
from mlaccess.permission.groups import BWC_MAPPING_PRIVILEGES, MAPPING_UPDATES, IndicesGroup
from mlaccess.permission.indices import IndicesPermission, split_selector
from mlaccess.stack.indices import DataStream, IndexNames

__all__ = ["IndexAccess", "IndicesAccess", "Names", "authorize", "authorized_names"]


@attrs.frozen
class IndexAccess:
    """What is seen of one index: documents that match one query of each set in `queries`; none set means all."""

    queries: tuple[frozenset[str], ...] = ()
    fields: FieldPermissions = ALL_FIELDS

    def limit(self, other: "IndexAccess") -> "IndexAccess":
        """What both let see."""
        return IndexAccess((*self.queries, *other.queries), self.fields.limit(other.fields))


@attrs.frozen
class IndicesAccess:
    """The outcome of a check. `indices`: what is seen of each granted name, of the indices behind it too.

    `everything`: some entry is total, so any name is granted and all of it is seen. `warnings`: what Elasticsearch
    would put in its deprecation log.
    """

    granted: bool
    indices: Mapping[str, IndexAccess]
    everything: bool = False
    warnings: tuple[str, ...] = ()

    def of(self, name: str) -> IndexAccess | None:
        """What is seen of a name; None where it is not granted."""
        found = self.indices.get(name)
        return IndexAccess() if found is None and self.everything else found

    def limit(self, other: "IndicesAccess") -> "IndicesAccess":
        """What both sides grant."""
        if self.everything or other.everything:
            return other if self.everything else self
        both = {
            name: access.limit(other.indices[name]) for name, access in self.indices.items() if name in other.indices
        }
        return IndicesAccess(self.granted and other.granted, both, warnings=(*self.warnings, *other.warnings))


class Names:
    """Names of a cluster and what they stand for."""

    __slots__ = ("aliases", "data_streams", "indices", "parents")

    def __init__(self, names: IndexNames) -> None:
        self.data_streams: dict[str, DataStream] = dict(names.data_streams)
        self.parents: dict[str, tuple[DataStream, bool]] = {}
        """index -> its data stream, and whether it is one of the indices of failures"""
        for stream in self.data_streams.values():
            self.parents.update((index, (stream, False)) for index in stream.backing_indices)
            self.parents.update((index, (stream, True)) for index in stream.failure_indices)
        self.aliases: dict[str, list[str]] = {}
        for index, aliases in names.aliases.items():
            for alias in aliases:
                self.aliases.setdefault(alias, []).append(index)
        self.indices = frozenset(name for name in (*names.aliases, *self.parents) if name not in self.data_streams)

    def behind(self, name: str, selector: Selector) -> tuple[str, ...]:
        """The indices behind an alias or data stream; an index stands for itself."""
        if name in self.data_streams:
            stream = self.data_streams[name]
            return stream.failure_indices if selector is Selector.FAILURES else stream.backing_indices
        if name not in self.aliases:
            return (name,)
        found: list[str] = []
        for target in self.aliases[name]:
            if target in self.data_streams:
                found.extend(self.behind(target, selector))
            elif selector is not Selector.FAILURES:
                found.append(target)
            elif target in self.parents:
                found.extend(self.parents[target][0].failure_indices)
        return tuple(dict.fromkeys(found))

    def all(self) -> tuple[str, ...]:
        """Every index, alias and data stream."""
        return (*self.indices, *self.aliases, *self.data_streams)


def _reaches(group: IndicesGroup, name: str, selector: Selector, names: Names) -> bool:
    """Whether a group is about a name, by itself or as an index of a data stream."""
    if name in names.parents:
        stream, failure = names.parents[name]
        if group.matches(stream.name) and group.selector.covers(Selector.FAILURES if failure else selector):
            return True
    return group.matches(name) and group.selector.covers(selector)


def _in_data_stream(name: str, names: Names) -> bool:
    return name in names.data_streams or name in names.parents


def authorize(permission: IndicesPermission, action: str, requested: Sequence[str], names: Names) -> IndicesAccess:
    """Whether an action is granted on every requested name, and what is seen of each.

    Names may carry `::data` or `::failures`. Wildcards are not expanded here.
    """
    if permission.is_total:
        return IndicesAccess(True, {}, everything=True)
    groups_of: dict[str, list[IndicesGroup]] = {}
    granted: dict[str, None] = {}
    warnings: list[str] = []
    complete = True
    for expression in requested:
        name, selector = split_selector(expression)
        key = name if selector is not Selector.FAILURES else expression
        granting, lenient = _granting(permission, action, name, selector or Selector.DATA, names)
        if lenient:
            warnings.extend(_warning(privilege, action, name) for privilege in _bwc_privileges(lenient))
            granting = lenient
        if not granting:
            complete = False
            continue
        behind = [index for index in names.behind(name, selector or Selector.DATA) if index != name]
        for target in (key, *behind):
            granted[target] = None
            groups_of.setdefault(target, []).extend(granting)
    for expression in requested:
        # A name that is asked for itself is granted by itself, not by what it stands behind.
        name, selector = split_selector(expression)
        key = name if selector is not Selector.FAILURES else expression
        if key in granted and not _grants(permission, action, name, selector or Selector.DATA, names):
            del granted[key]
    return IndicesAccess(
        complete,
        {name: _access(groups_of[name]) for name in granted},
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _granting(
    permission: IndicesPermission, action: str, name: str, selector: Selector, names: Names
) -> tuple[list[IndicesGroup], list[IndicesGroup]]:
    """The groups that grant an action on a name, and those that grant it only for compatibility."""
    reaching = [group for group in permission.groups if _reaches(group, name, selector, names)]
    granting = [group for group in reaching if group.actions.matches(action)]
    if granting or action not in MAPPING_UPDATES or _in_data_stream(name, names):
        return granting, []
    return [], [group for group in reaching if not BWC_MAPPING_PRIVILEGES.isdisjoint(group.privileges)]


def _grants(permission: IndicesPermission, action: str, name: str, selector: Selector, names: Names) -> bool:
    return any(_granting(permission, action, name, selector, names))


def _access(groups: Iterable[IndicesGroup]) -> IndexAccess:
    found = list(groups)
    queries = [group.queries for group in found]
    limited = None not in queries
    return IndexAccess(
        (frozenset(text for each in queries if each is not None for text in each),) if limited else (),
        FieldPermissions.of(entry for group in found for entry in group.merged.field_security),
    )


def _bwc_privileges(groups: Iterable[IndicesGroup]) -> tuple[str, ...]:
    return tuple(name for group in groups for name in sorted(group.privileges & BWC_MAPPING_PRIVILEGES))


def _warning(privilege: str, action: str, name: str) -> str:
    return (
        f"the index privilege [{privilege}] allowed the update mapping action [{action}] on index [{name}], this "
        "privilege will not permit mapping updates in the next major release - users who require access to update "
        "mappings must be granted explicit privileges"
    )


def authorized_names(permission: IndicesPermission, action: str, names: Names) -> frozenset[str]:
    """The indices, aliases and data streams that an action may see: what a wildcard expands to.

    With a data stream come its indices. Names of indices count by themselves, not by their data stream.
    """
    found: set[str] = set()
    for name in names.all():
        if permission.grants(action, name, data_stream=_in_data_stream(name, names)):
            found.add(name)
            if name in names.data_streams:
                found.update(names.data_streams[name].backing_indices)
        if name in names.data_streams and permission.grants(action, name, selector=Selector.FAILURES, data_stream=True):
            found.update(names.data_streams[name].failure_indices)
    return frozenset(found)
