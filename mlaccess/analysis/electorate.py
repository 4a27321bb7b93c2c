"""Users as bits: the sets of users who meet conditions on roles, as integers. Knows nothing but numbers."""

from array import array
from collections.abc import Iterable, Iterator, Sequence

from mlaccess.resolver.conditions import Clause, Condition

__all__ = ["Electorate", "as_set", "positions"]


class Electorate:
    """Some users, by the numbers of the roles they hold. Bit i of every set is user i."""

    def __init__(self, offsets: Sequence[int], numbers: "array[int]") -> None:
        self._offsets = offsets
        self._numbers = numbers
        self.size = len(offsets) - 1
        self.everyone = (1 << self.size) - 1
        self._members: dict[int, array[int]] | None = None
        self._of_role: dict[int, int] = {}
        self._of_large: dict[frozenset[int], int] = {}
        self._of_clause: dict[Clause, int] = {}

    def block(self, start: int, end: int) -> "Electorate":
        """The users from one position to another, numbered anew from 0."""
        first = self._offsets[start]
        offsets = array("I", (offset - first for offset in self._offsets[start : end + 1]))
        return Electorate(offsets, self._numbers[first : self._offsets[end]])

    def roles_of(self, position: int) -> "array[int]":
        """The roles of one user."""
        return self._numbers[self._offsets[position] : self._offsets[position + 1]]

    def _holders(self, role: int) -> int:
        found = self._of_role.get(role)
        if found is None:
            if self._members is None:
                members: dict[int, array[int]] = {}
                numbers, offsets = self._numbers, self._offsets
                start = 0
                for position in range(self.size):
                    end = offsets[position + 1]
                    for number in numbers[start:end]:
                        held = members.get(number)
                        if held is None:
                            held = members[number] = array("I")
                        held.append(position)
                    start = end
                self._members = members
            found = self._of_role[role] = self.some(self._members.pop(role, ()))
        return found

    def some(self, chosen: Iterable[int]) -> int:
        """The set of users at these positions."""
        return _packed(chosen, self.size)

    def holding(self, roles: frozenset[int]) -> int:
        """The users who hold one of some roles."""
        if len(roles) < _LARGE:
            return self._union(roles)
        found = self._of_large.get(roles)
        if found is None:
            found = self._of_large[roles] = self._union(roles)
        return found

    def _union(self, roles: frozenset[int]) -> int:
        found = 0
        for role in roles:
            found |= self._holders(role)
        return found

    def _clause(self, clause: Clause) -> int:
        found = self._of_clause.get(clause)
        if found is None:
            found = 0
            for roles in clause:
                found |= self.holding(roles)
            if len(self._of_clause) * self.size > _KEPT_BITS:
                self._of_clause.clear()
            self._of_clause[clause] = found
        return found

    def meeting(self, condition: Condition) -> int:
        """The users who meet the clauses of a condition."""
        if condition.clauses is None:
            return 0
        found = self.everyone
        for clause in condition.clauses:
            found &= self._clause(clause)
            if not found:
                break
        return found

    def open(self, condition: Condition) -> int:
        """The users for whom the clauses of a condition, where they are not met, do not decide."""
        if condition.open_to_all:
            return self.everyone
        found = self.holding(condition.touched)
        once = 0
        for role in condition.joint:
            holders = self._holders(role)
            found |= once & holders
            once |= holders
        return found


def as_set(chosen: Iterable[int]) -> int:
    """The set of users at these positions."""
    found = tuple(chosen)
    return _packed(found, max(found, default=-1) + 1)


def _packed(chosen: Iterable[int], size: int) -> int:
    buffer = bytearray((size + 7) // 8)
    for position in chosen:
        buffer[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(buffer, "little")


def positions(users: int) -> Iterator[int]:
    """The positions of a set of users, ascending."""
    data = users.to_bytes((users.bit_length() + 7) // 8, "little")
    for at, byte in enumerate(data):
        if byte:
            for bit in _BITS[byte]:
                yield at * 8 + bit


_BITS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))

_LARGE = 64
_KEPT_BITS = 4_000_000_000
"""About 500 MB of sets of users are kept for clauses that may come again."""
