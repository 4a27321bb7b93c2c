"""What a role may do with indices: on a pattern, as `_has_privileges` decides, and on a concrete name.

Source: `IndicesPermission.java` in
`x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/permission/`;
how selectors take part in `_has_privileges`: `x-pack/plugin/security/qa/security-trial/src/javaRestTest/java/org/
elasticsearch/xpack/security/failurestore/FailureStoreSecurityRestIT.java`.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from mlaccess.automata import Language
from mlaccess.catalog.privileges import IndexPrivilege, Selector, index_actions, index_privilege
from mlaccess.catalog.restricted import restricted_names
from mlaccess.patterns import is_regex, pattern
from mlaccess.permission.groups import BWC_MAPPING_PRIVILEGES, MAPPING_UPDATES, IndicesGroup, MergedGrant, merge_roles
from mlaccess.stack.roles import RoleDescriptor

__all__ = ["IndicesPermission", "split_selector"]


def split_selector(expression: str) -> tuple[str, Selector | None]:
    """An index expression without its `::data` or `::failures`, and that selector; None where it has none."""
    if "::" in expression and not is_regex(expression):
        name, _, selector = expression.rpartition("::")
        if selector == "data":
            return name, Selector.DATA
        if selector == "failures":
            return name, Selector.FAILURES
    return expression, None


@lru_cache(4096)
def _overlaps(asked: Language, restricted: Language) -> bool:
    return asked.overlaps(restricted)


@lru_cache(4096)
def _without(asked: Language, restricted: Language) -> Language:
    return asked.minus(restricted)


@lru_cache(4096)
def _union(languages: tuple[Language, ...]) -> Language:
    return Language.union_of(languages)


@lru_cache(16384)
def _holds(privileges: frozenset[str], asked: str) -> bool:
    """Whether privileges together hold all actions of another."""
    return index_actions(privileges).includes(index_privilege(asked).actions)


_PARTS = {
    selector: tuple(part for part in (Selector.DATA, Selector.FAILURES) if selector.covers(part))
    for selector in Selector
}


@lru_cache(8192)
def _wanted(name: str, allow_restricted: bool, restricted: Language) -> tuple[Language | None, Selector | None]:
    """The names to be covered, None where nothing is left of the pattern; and the part of a data stream it tells."""
    bare, part = split_selector(name)
    asked = pattern(bare)
    named = "*" not in bare and restricted.matches(bare)  # a system index asked for as such
    if not allow_restricted and not named and asked.overlaps(restricted):
        asked = _without(asked, restricted)
    return None if asked.is_empty() else asked, part


class IndicesPermission:
    """The index entries of a role, merged. Languages are made when first needed and shared between roles."""

    __slots__ = ("_covering", "groups", "restricted")

    def __init__(self, groups: Sequence[IndicesGroup], restricted: Language | None = None) -> None:
        self.groups: tuple[IndicesGroup, ...] = tuple(groups)
        self.restricted = restricted_names() if restricted is None else restricted
        self._covering: dict[Selector, tuple[tuple[frozenset[str], tuple[IndicesGroup, ...]], ...]] = {}

    @staticmethod
    def of(roles: Iterable[RoleDescriptor], restricted: Language | None = None) -> "IndicesPermission":
        """The merged permission of several roles. `restricted` are the names of system indices."""
        return IndicesPermission.compile(merge_roles(roles), restricted)

    @staticmethod
    def compile(
        merged: Iterable[MergedGrant], restricted: Language | None = None, *, split: bool = True
    ) -> "IndicesPermission":
        """The permission of merged entries. `split`: the version tells the data of a data stream from its failures."""
        names = restricted_names() if restricted is None else restricted
        return IndicesPermission(IndicesGroup.compile(merged, names, split=split), names)

    # -- on patterns --------------------------------------------------------------------------------------------------

    def check(
        self,
        name: str,
        privileges: Iterable[str],
        *,
        allow_restricted: bool = False,
        join: bool = False,
        alone: bool = False,
    ) -> dict[str, bool]:
        """Which privileges are held on every name that a pattern matches: the answer of `_has_privileges`.

        Entries with equal privileges count together, others each by itself; what those that cover the pattern hold
        together is granted. Names of system indices are left out of the pattern, except with `allow_restricted` or
        where it is exactly one of them. The part of a data stream is that which the privilege speaks of, or the one
        that `::data` or `::failures` after the name tells. With `join`, entries that only together cover the pattern
        count as well (Elasticsearch does so where it judges a role to be put). With `alone`, entries with equal
        privileges do not count together: what is held then, no further role can take away, while entries that need each
        other are parted where another role adds privileges to the names of one of them.

        Raises UnknownPrivilege, PatternError and TooComplex.
        """
        rows = [(asked, index_privilege(asked)) for asked in privileges]
        wanted, part = _wanted(name, allow_restricted, self.restricted)
        if wanted is None:
            return {asked: False for asked, _ in rows}
        held: dict[Selector, frozenset[str]] = {}
        found: dict[str, bool] = {}
        for asked, row in rows:
            granted = True
            for each in (part,) if part is not None else _PARTS[row.selector]:
                if each not in held:
                    held[each] = self._held(wanted, each, alone=alone)
                granted = bool(held[each]) and _holds(held[each], asked)
                granted = granted or (join and self._joined(wanted, each, row))
                if not granted:
                    break
            found[asked] = granted
        return found

    def holds(self, name: str, privilege: str, *, allow_restricted: bool = False) -> bool:
        """`check` for one privilege."""
        return self.check(name, (privilege,), allow_restricted=allow_restricted)[privilege]

    def witness(self, name: str, privilege: str, *, allow_restricted: bool = False) -> str | None:
        """A shortest name of a pattern on which no entry alone gives a privilege; None if there is none.

        There may be none although `check` says no: entries with unequal privileges then cover the pattern only
        together. Raises as `check` does.
        """
        row = index_privilege(privilege)
        wanted, part = _wanted(name, allow_restricted, self.restricted)
        if wanted is None:
            return pattern(split_selector(name)[0]).shortest()
        for each in (part,) if part is not None else _PARTS[row.selector]:
            giving = [g for g in self.groups if g.selector.covers(each) and _holds(g.privileges, privilege)]
            missing = self._names(giving, wanted).counterexample(wanted)
            if missing is not None:
                return missing
        return None

    def covering(self, name: str, *, allow_restricted: bool = False) -> tuple[IndicesGroup, ...]:
        """The groups that cover every name of a pattern, each by itself: the evidence for what `check` grants."""
        wanted, part = _wanted(name, allow_restricted, self.restricted)
        if wanted is None:
            return ()
        groups = [g for g in self.groups if part is None or g.selector.covers(part)]
        return tuple(g for g in groups if self._covers(g, wanted))

    def _sets(self, part: Selector) -> tuple[tuple[frozenset[str], tuple[IndicesGroup, ...]], ...]:
        """The groups about one part of a data stream, those with equal privileges together."""
        found = self._covering.get(part)
        if found is None:
            sets: dict[frozenset[str], list[IndicesGroup]] = {}
            for group in self.groups:
                if group.selector.covers(part):
                    sets.setdefault(group.privileges, []).append(group)
            found = tuple((privileges, tuple(groups)) for privileges, groups in sets.items())
            self._covering[part] = found
        return found

    def _held(self, wanted: Language, part: Selector, *, alone: bool = False) -> frozenset[str]:
        held: list[str] = []
        for privileges, groups in self._sets(part):
            if any(self._covers(group, wanted) for group in groups) or (
                len(groups) > 1 and not alone and self._names(groups, wanted).includes(wanted)
            ):
                held.extend(privileges)
        return frozenset(held)

    def _covers(self, group: IndicesGroup, wanted: Language) -> bool:
        return (group.allow_restricted or not _overlaps(wanted, self.restricted)) and group.language.includes(wanted)

    def _names(self, groups: Sequence[IndicesGroup], wanted: Language) -> Language:
        """What several groups cover together of `wanted`."""
        plain = tuple(g.language for g in groups if not g.allow_restricted)
        total = tuple(g.language for g in groups if g.allow_restricted)
        if plain and _overlaps(wanted, self.restricted):
            plain = tuple(_without(language, self.restricted) for language in plain)
        return _union((*plain, *total))

    def _joined(self, wanted: Language, part: Selector, asked: IndexPrivilege) -> bool:
        """Whether each action of a privilege is given on all names by the groups with that action together."""
        groups = [g for g in self.groups if g.selector.covers(part)]
        atoms: list[tuple[Language, list[IndicesGroup]]] = [(asked.actions, [])]
        for group in groups:
            refined: list[tuple[Language, list[IndicesGroup]]] = []
            for actions, holders in atoms:
                inside, outside = actions.intersect(group.actions), actions.minus(group.actions)
                refined.extend(
                    (language, members)
                    for language, members in ((inside, [*holders, group]), (outside, holders))
                    if not language.is_empty()
                )
            atoms = refined
        return bool(atoms) and all(holders and self._names(holders, wanted).includes(wanted) for _, holders in atoms)

    # -- on concrete names --------------------------------------------------------------------------------------------

    def grants(
        self,
        action: str,
        name: str,
        *,
        selector: Selector = Selector.DATA,
        data_stream: bool = False,
    ) -> bool:
        """Whether an action is granted on a name, as the role has it: without a look at aliases or data streams.

        `data_stream`: the name is that of a data stream or of one of its indices, so that mappings are not updated by
        privileges to write.
        """
        mapping_update = action in MAPPING_UPDATES and not data_stream
        return any(
            group.matches(name)
            and (
                (group.selector.covers(selector) and group.actions.matches(action))
                or (mapping_update and not BWC_MAPPING_PRIVILEGES.isdisjoint(group.privileges))
            )
            for group in self.groups
        )

    def grants_somewhere(self, action: str) -> bool:
        """Whether an action is granted on any name at all."""
        mapping_update = action in MAPPING_UPDATES
        return any(
            group.actions.matches(action)
            or (mapping_update and not BWC_MAPPING_PRIVILEGES.isdisjoint(group.privileges))
            for group in self.groups
        )

    @property
    def is_total(self) -> bool:
        """Whether an entry lets everything be done with every index."""
        return any(group.is_total for group in self.groups)

    @property
    def limits_documents_or_fields(self) -> bool:
        """Whether document or field level security takes part; not where some entry is total."""
        return not self.is_total and any(g.queries is not None or g.fields.limits for g in self.groups)

    def __repr__(self) -> str:
        return f"<IndicesPermission {len(self.groups)} groups>"
