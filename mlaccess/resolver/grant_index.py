"""The index entries of all roles by the names they are about: who covers a pattern costs a few look-ups, not a scan.

Elasticsearch asks whether entries cover a pattern, names of system indices left out, and what those that do hold
together. The laws of `mlaccess.permission.plain` make look-ups exact.

Where a law does not apply, the roles concerned are tested one by one, and sets of roles that might do together what
none of them does alone are told apart: whoever holds two of them is judged on their own.
"""

from collections.abc import Callable, Mapping

import attrs

from mlaccess.automata import Language, TooComplex
from mlaccess.automata.globs import matches_segments
from mlaccess.catalog.privileges import Selector, index_actions, index_privilege, splits_by_selector
from mlaccess.catalog.restricted import restricted_names
from mlaccess.errors import PatternError
from mlaccess.patterns import pattern, patterns
from mlaccess.permission.groups import MergedGrant, resolve_privileges
from mlaccess.permission.indices import IndicesPermission, split_selector
from mlaccess.permission.plain import add_up, gives_for, is_plain, sample

from .compiled import CompiledRole
from .conditions import NOBODY
from .roster import Roster

__all__ = ["Coverage", "GrantIndex"]

_Given = frozenset[str]


@attrs.frozen(eq=False)
class Coverage:
    """Which roles hold an index privilege on one pattern, for one part of a data stream.

    `alone`: by one entry, certainly in force; `possibly`: the same, possibly in force. `joint`: may hold it together.
    `touched`: hold it by several entries, which other roles can part, or what they hold is past the work limit.
    `failing`: cannot be compared with the pattern, which no role can, and no roles together.
    """

    alone: tuple[frozenset[int], ...] = ()
    possibly: tuple[frozenset[int], ...] = ()
    joint: frozenset[int] = NOBODY
    touched: frozenset[int] = NOBODY
    failing: frozenset[int] = NOBODY


class _Name:
    """One name of entries, with the roles that have it by the privileges they have on it."""

    __slots__ = ("given", "roles")

    def __init__(self) -> None:
        self.roles: dict[_Given, set[int]] = {}
        self.given: dict[tuple[str, Selector], tuple[frozenset[int], frozenset[int]]] = {}


class GrantIndex:
    """The index entries of the roles of a deployment."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        version = roster.compiler.version
        self._split = splits_by_selector(version)
        self._restricted = restricted_names()
        self._literal: dict[str, _Name] = {}
        self._prefix: dict[str, _Name] = {}
        self._suffix: dict[str, list[tuple[str, _Name]]] = {}
        self._inner: list[tuple[tuple[str, ...], _Name]] = []
        self._odd: dict[int, CompiledRole] = {}
        """Roles with names that are not plain. They are tested one by one."""
        self._roles: dict[int, CompiledRole] = dict(roster.known())
        self._names: dict[str, _Name] = {}
        self._entries: dict[int, tuple[MergedGrant, ...]] = {}
        for number, role in self._roles.items():
            entries = role.permission.merged_indices
            if not entries:
                continue
            self._entries[number] = entries
            if all(is_plain(name) for entry in entries for name in entry.names):
                for entry in entries:
                    given = frozenset(entry.privileges)
                    for name in entry.names:
                        self._name(name).roles.setdefault(given, set()).add(number)
            else:
                self._odd[number] = role
        self._prefix_lengths = sorted({len(text) for text in self._prefix})
        self._suffix_lengths = sorted({len(text) for text in self._suffix})
        self._possible = frozenset(roster.possible)
        self._found: dict[str, tuple[_Name, ...]] = {}
        self._jointly: dict[str, bool] = {}
        self._partial: dict[tuple[_Given, str], bool] = {}

    def _name(self, text: str) -> _Name:
        found = self._names.get(text)
        if found is not None:
            return found
        found = self._names[text] = _Name()
        parts = text.split("*")
        if len(parts) == 1:
            self._literal[text] = found
        elif len(parts) == 2 and not parts[1]:
            self._prefix[parts[0]] = found
        elif len(parts) == 2:
            self._suffix.setdefault(parts[1], []).append((parts[0], found))
        else:
            self._inner.append((tuple(parts), found))
        return found

    # -- look-ups ---------------------------------------------------------------------------------------------------

    def _matching(self, text: str) -> tuple[_Name, ...]:
        """The plain names that match a text."""
        found = self._found.get(text)
        if found is not None:
            return found
        names: list[_Name] = []
        literal = self._literal.get(text)
        if literal is not None:
            names.append(literal)
        size = len(text)
        for length in self._prefix_lengths:
            if length > size:
                break
            prefix = self._prefix.get(text[:length])
            if prefix is not None:
                names.append(prefix)
        for length in self._suffix_lengths:
            if length > size:
                break
            for head, name in self._suffix.get(text[size - length :], ()):
                if len(head) <= size - length and text.startswith(head):
                    names.append(name)
        names.extend(name for parts, name in self._inner if matches_segments(parts, text))
        result = self._found[text] = tuple(names)
        return result

    def _roles_of(self, name: _Name, privilege: str, part: Selector) -> tuple[frozenset[int], frozenset[int]]:
        """Which roles give a privilege on a name: certainly, and possibly in force."""
        key = (privilege, part)
        found = name.given.get(key)
        if found is None:
            roles: set[int] = set()
            for given, numbers in name.roles.items():
                if gives_for(given, privilege, part, self._split):
                    roles |= numbers
            possible = roles & self._possible
            found = name.given[key] = (frozenset(roles - possible), frozenset(possible))
        return found

    # -- answers ----------------------------------------------------------------------------------------------------

    def coverage(self, name: str, privilege: str, part: Selector) -> Coverage:
        """Which roles hold a privilege on every name that a pattern matches, for one part of a data stream."""
        bare, _ = split_selector(name)
        if not self._by_look_up(bare):
            try:
                asked = pattern(bare)
                asked.overlaps(self._restricted)
            except (TooComplex, PatternError):
                return Coverage(failing=frozenset(self._roles))
            return self._tested(bare, privilege, part, self._roles, (), (), lambda held: self._scan(asked, held))
        alone: list[frozenset[int]] = []
        possibly: list[frozenset[int]] = []
        for found in self._matching(bare):
            certain, possible = self._roles_of(found, privilege, part)
            if certain:
                alone.append(certain)
            if possible:
                possibly.append(possible)
        if not self._odd and not self._may_join(privilege):
            return Coverage(tuple(alone), tuple(possibly))

        def partners(held: frozenset[int]) -> dict[int, list[MergedGrant]]:
            if self._odd_matches(bare, privilege, held):
                return self._scan(pattern(bare), held)
            if not self._may_join(privilege):
                return {}
            return self._partners(bare, held)

        return self._tested(bare, privilege, part, self._odd, tuple(alone), tuple(possibly), partners)

    def _by_look_up(self, bare: str) -> bool:
        """Whether the laws above hold for a pattern."""
        if bare == "" or "/" in bare or "\\" in bare or "**" in bare or not bare.isascii():
            return False
        return not self._restricted.matches(sample(bare))

    def _may_join(self, privilege: str) -> bool:
        """Whether privileges of the deployment of which none holds the asked one might hold it together (law 3)."""
        found = self._jointly.get(privilege)
        if found is None:
            names = frozenset(
                name
                for entries in self._entries.values()
                for entry in entries
                for _, names in self._groups(entry)
                for name in names
            )
            found = self._jointly[privilege] = add_up(names, privilege)
        return found

    # -- roles tested one by one --------------------------------------------------------------------------------------

    def _tested(
        self,
        bare: str,
        privilege: str,
        part: Selector,
        roles: Mapping[int, CompiledRole],
        alone: tuple[frozenset[int], ...],
        possibly: tuple[frozenset[int], ...],
        partners: Callable[[frozenset[int]], dict[int, list[MergedGrant]]],
    ) -> Coverage:
        """What some roles, each asked, add to what look-ups found; and which roles may do together what none does."""
        name = f"{bare}::{part.value}"
        sure: set[int] = set()
        unsure: set[int] = set()
        touched: set[int] = set()
        for number, role in roles.items():
            certain = number not in self._possible
            try:
                if not role.permission.indices.holds(name, privilege):
                    continue
            except (TooComplex, PatternError):
                touched.add(number)
                continue
            if self._by_one_entry(number, name, privilege):
                (sure if certain else unsure).add(number)
            else:
                touched.add(number)
        alone = (*alone, frozenset(sure)) if sure else alone
        possibly = (*possibly, frozenset(unsure)) if unsure else possibly
        joint, unsettled = self._joint(bare, privilege, partners(NOBODY.union(*alone, *possibly)))
        return Coverage(alone, possibly, joint, unsettled | touched)

    def _by_one_entry(self, number: int, name: str, privilege: str) -> bool:
        """Whether one entry of a role holds it by itself: then so does every union with other roles."""
        return any(
            IndicesPermission.compile((entry,), split=self._split).holds(name, privilege)
            for entry in self._entries[number]
        )

    def _joint(
        self, bare: str, privilege: str, partners: dict[int, list[MergedGrant]]
    ) -> tuple[frozenset[int], frozenset[int]]:
        """Of roles that might take part in granting it together, those that may; and those past the work limit."""
        if self._odd:
            try:
                odd = (patterns(e.names) for number in self._odd for e in self._entries[number])
                Language.union_of(odd).includes(pattern(bare))
            except (TooComplex, PatternError):
                return frozenset(partners), frozenset(self._odd)
        if len(partners) < 2:
            return NOBODY, NOBODY
        entries = [entry for found in partners.values() for entry in found]
        try:
            asked = pattern(bare)
            if asked.overlaps(self._restricted):
                asked = asked.minus(self._restricted)
            held = {name for e in entries for _, names in self._groups(e) for name in names}
            if not index_actions(frozenset(held)).includes(index_privilege(privilege).actions):
                return NOBODY, NOBODY
            if not Language.union_of([patterns(entry.names) for entry in entries]).includes(asked):
                return NOBODY, NOBODY
        except (TooComplex, PatternError):
            return NOBODY, frozenset(partners)
        return frozenset(partners), NOBODY

    def _odd_matches(self, bare: str, privilege: str, held: frozenset[int]) -> bool:
        """Whether a name that is not plain matches the text that stands for a pattern (law 1), with some privilege."""
        text = sample(bare)
        for number in self._odd.keys() - held:
            for entry in self._entries[number]:
                if self._contributes(entry, privilege):
                    try:
                        if patterns(entry.names).matches(text):
                            return True
                    except (TooComplex, PatternError):
                        return True
        return False

    def _partners(self, bare: str, held: frozenset[int]) -> dict[int, list[MergedGrant]]:
        """Roles with a plain name that covers a pattern, with those entries."""
        matching = set(self._matching(bare))
        numbers = {n for name in matching for roles in name.roles.values() for n in roles} - held
        return {
            n: [e for e in self._entries[n] if any(self._names[text] in matching for text in e.names)] for n in numbers
        }

    def _scan(self, asked: Language, held: frozenset[int]) -> dict[int, list[MergedGrant]]:
        """All roles with an entry about some name of a pattern, with those entries."""
        found: dict[int, list[MergedGrant]] = {}
        for number, entries in self._entries.items():
            if number not in held:
                touching = [entry for entry in entries if _overlap(entry, asked)]
                if touching:
                    found[number] = touching
        return found

    def _groups(self, entry: MergedGrant) -> tuple[tuple[Selector, frozenset[str]], ...]:
        """The privileges of an entry as Elasticsearch splits them by part of a data stream."""
        return resolve_privileges(frozenset(entry.privileges), self._split)

    def _contributes(self, entry: MergedGrant, privilege: str) -> bool:
        """Whether an entry has some of the actions of a privilege."""
        given = frozenset(entry.privileges)
        key = (given, privilege)
        found = self._partial.get(key)
        if found is None:
            actions = index_privilege(privilege).actions
            found = self._partial[key] = any(
                index_actions(privileges).overlaps(actions) for _, privileges in self._groups(entry)
            )
        return found


def _overlap(entry: MergedGrant, asked: Language) -> bool:
    try:
        return patterns(entry.names).overlaps(asked)
    except (TooComplex, PatternError):
        return True
