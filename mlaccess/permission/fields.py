"""Document and field level security: what a role limits. It is said, not evaluated: no query runs here.

Sources, below `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/permission/`:
`FieldPermissions.java`, `DocumentPermissions.java`.
"""

from collections.abc import Iterable
from functools import lru_cache

import attrs

from mlaccess.automata import Language
from mlaccess.patterns import patterns
from mlaccess.stack.roles import FieldSecurity

__all__ = ["ALL_FIELDS", "FieldPermissions", "before_exceptions"]


def before_exceptions(fields: FieldSecurity) -> Language:
    """The fields that `grant` names, before `except` is taken away."""
    if fields.grant is None or "*" in fields.grant:
        # Then Elasticsearch does not look at the other patterns, which may be invalid.
        return Language.everything()
    # Fields of metadata, such as `_id`, are granted with any.
    return Language.union(patterns(fields.grant), Language.prefix("_"))


@lru_cache(1024)
def _granted(fields: FieldSecurity | None) -> Language:
    if fields is None:
        return Language.everything()
    granted = before_exceptions(fields)
    return granted.minus(patterns(fields.except_)) if fields.except_ else granted


@attrs.frozen
class FieldPermissions:
    """The fields that a role lets see on an index: of any of `entries`, and of the limiting side where there is one."""

    entries: frozenset[FieldSecurity | None] = frozenset({None})
    limited_by: "FieldPermissions | None" = None

    @staticmethod
    def of(entries: Iterable[FieldSecurity | None]) -> "FieldPermissions":
        """The union of what the entries of several groups grant; an entry without field security grants all."""
        return FieldPermissions(frozenset(entries))

    @property
    def language(self) -> Language:
        """The names of the granted fields."""
        own = Language.union_of(_granted(entry) for entry in self.entries)
        return own if self.limited_by is None else own.intersect(self.limited_by.language)

    @property
    def limits(self) -> bool:
        """Whether some field is not granted. Raises TooComplex."""
        own = None not in self.entries and not Language.union_of(_granted(e) for e in self.entries).is_total()
        return own or (self.limited_by is not None and self.limited_by.limits)

    def grants(self, field: str) -> bool:
        """Whether a field may be seen."""
        own = any(_granted(entry).matches(field) for entry in self.entries)
        return own and (self.limited_by is None or self.limited_by.grants(field))

    def limit(self, other: "FieldPermissions") -> "FieldPermissions":
        """The fields that both grant."""
        return FieldPermissions(self.entries, other if self.limited_by is None else self.limited_by.limit(other))


ALL_FIELDS = FieldPermissions()
