"""The names that index entries of roles speak of, indexed: which of them cover an expression, and what they give.

Finding every name that covers an expression of n characters costs about n look-ups, however many roles there are.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mlaccess.automata import TooComplex
from mlaccess.catalog.privileges import Selector, index_actions, index_privilege

from .compiled import CompiledRole

__all__ = ["GrantNames", "is_plain"]

_Numbers = frozenset[int]
_Signature = tuple[tuple[Selector, frozenset[str]], ...]
"""What one entry gives: privileges by the part of a data stream they speak of."""

_PLAIN = re.compile(r"[^*?\\/:]*(\*[^*?\\/:]+)*\*?", re.DOTALL)
_PARTS = (Selector.DATA, Selector.FAILURES)


def is_plain(name: str) -> bool:
    """Whether a name is made of literal text and single `*`, and means just that wherever it stands."""
    return bool(name) and _PLAIN.fullmatch(name) is not None


class _Name:
    """One name, with the roles that give something on it."""

    __slots__ = ("_by_privilege", "gifts")

    def __init__(self) -> None:
        self.gifts: dict[_Signature, set[int]] = {}
        self._by_privilege: dict[str, tuple[_Numbers, frozenset[str]]] = {}

    def giving(self, privilege: str) -> tuple[_Numbers, frozenset[str]]:
        """The roles with an entry that gives a privilege here, and what the other entries give."""
        found = self._by_privilege.get(privilege)
        if found is None:
            roles: set[int] = set()
            residue: set[str] = set()
            for signature, numbers in self.gifts.items():
                if _gives(signature, privilege):
                    roles |= numbers
                else:
                    residue.update(name for _, privileges in signature for name in privileges)
            found = self._by_privilege[privilege] = frozenset(roles), frozenset(residue)
        return found

    def without(self, privilege: str) -> Iterator[set[int]]:
        """The roles with entries here that do not give a privilege alone."""
        return (numbers for signature, numbers in self.gifts.items() if not _gives(signature, privilege))


class GrantNames:
    """The index entries of numbered roles, by name. Roles with an entry on names that are not plain are `odd`."""

    def __init__(self, roles: Iterable[tuple[int, CompiledRole]]) -> None:
        self._literal: dict[str, _Name] = {}
        self._prefix: dict[str, _Name] = {}
        self._suffix: dict[str, list[tuple[str, _Name]]] = {}
        self._other: list[tuple[re.Pattern[str], _Name]] = []
        odd: set[int] = set()
        known: dict[str, _Name] = {}
        signatures: dict[_Signature, _Signature] = {}
        for number, role in roles:
            entries: dict[int, tuple[tuple[str, ...], list[tuple[Selector, frozenset[str]]]]] = {}
            for group in role.permission.indices.groups:
                entries.setdefault(id(group.merged), (group.names, []))[1].append((group.selector, group.privileges))
            for names, gifts in entries.values():
                if not all(map(is_plain, names)):
                    odd.add(number)
                    continue
                signature = tuple(gifts)
                signature = signatures.setdefault(signature, signature)
                for name in names:
                    at = known.get(name)
                    if at is None:
                        at = known[name] = _Name()
                        self._place(name, at)
                    at.gifts.setdefault(signature, set()).add(number)
        self.odd: _Numbers = frozenset(odd)
        self._prefix_lengths = sorted({len(text) for text in self._prefix})
        self._suffix_lengths = sorted({len(text) for text in self._suffix})

    def _place(self, name: str, at: _Name) -> None:
        parts = name.split("*")
        if len(parts) == 1:
            self._literal[name] = at
        elif len(parts) > 2:
            self._other.append((re.compile(".*".join(map(re.escape, parts)), re.DOTALL), at))
        elif parts[1]:
            self._suffix.setdefault(parts[1], []).append((parts[0], at))
        else:
            self._prefix[parts[0]] = at

    def _covering(self, expression: str) -> Iterator[_Name]:
        """The names that cover a plain expression: those that match it as a text, `*` being a character like others."""
        found = self._literal.get(expression)
        if found is not None:
            yield found
        size = len(expression)
        for length in self._prefix_lengths:
            if length > size:
                break
            found = self._prefix.get(expression[:length])
            if found is not None:
                yield found
        for length in self._suffix_lengths:
            if length > size:
                break
            for head, at in self._suffix.get(expression[size - length :], ()):
                if len(head) + length <= size and expression.startswith(head):
                    yield at
        for regex, at in self._other:
            if regex.fullmatch(expression):
                yield at

    def granting(self, expression: str, privilege: str) -> tuple[tuple[_Numbers, ...], frozenset[str]]:
        """Sets of roles that give a privilege by one entry, and what the other entries that cover it give together."""
        found = [name.giving(privilege) for name in self._covering(expression)]
        residue: frozenset[str] = frozenset[str]().union(*(rest for _, rest in found))
        return tuple(roles for roles, _ in found if roles), residue

    def partial(self, expression: str, privilege: str) -> _Numbers:
        """The roles with an entry that covers an expression and does not give a privilege alone."""
        sets = [numbers for name in self._covering(expression) for numbers in name.without(privilege)]
        return frozenset[int]().union(*sets)


@lru_cache(16384)
def _gives(signature: _Signature, privilege: str) -> bool:
    row = index_privilege(privilege)
    for part in _PARTS:
        if not row.selector.covers(part):
            continue
        held = frozenset(name for selector, names in signature if selector.covers(part) for name in names)
        try:
            if not held or not index_actions(held).includes(row.actions):
                return False
        except TooComplex:
            return False
    return True
