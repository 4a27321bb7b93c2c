"""Every listed user at once: facts and rules answered as sets of users, one bit each."""

from collections.abc import Iterable, Iterator, Sized
from datetime import datetime
from functools import cached_property

from mlaccess.resolver import Resolver
from mlaccess.resolver.clauses import is_personal
from mlaccess.rules import Population, PopulationAlgebra, Rule, Verdict, fold
from mlaccess.rules.facts import AccountUsable, Fact

__all__ = ["Census"]

_BUDGET = 1 << 29
"""Bytes of sets of users that are kept, for facts and for sets of roles each."""


class Census:
    """The population reading of rules: bit i speaks of user i of `names`.

    Users whom sets of roles cannot answer for are asked about one by one, by the judge that answers for anyone.
    """

    def __init__(self, resolver: Resolver, *, at: datetime | None = None) -> None:
        self._resolver = resolver
        self._at = at
        self.plan = resolver.plan(at)
        self._columns = self.plan.users
        self.names: tuple[str, ...] = self._columns.names
        self._listed = len(self._columns.index)
        self.everyone = (1 << len(self.names)) - 1
        self._facts: dict[Fact, Population] = {}
        self._sets: dict[frozenset[int], int] = {}

    @cached_property
    def _alone(self) -> int:
        """Users to be asked about one by one whatever the fact."""
        flagged = self._columns.flagged
        listed = (1 << self._listed) - 1
        found = listed if isinstance(flagged, range) else self._bits(flagged)
        return found | (self.everyone ^ listed)

    def population(self, rule: Rule) -> Population:
        """The users for whom a rule certainly holds, and those for whom it is not denied."""
        return fold(rule, PopulationAlgebra(self.fact, self.everyone))

    def users(self, bits: int) -> Iterator[str]:
        """The names of the users of a set, in order."""
        return (self.names[position] for position in self._positions(bits))

    def fact(self, fact: Fact) -> Population:
        """The users for whom a fact certainly holds, and those for whom it is not denied."""
        found = self._facts.get(fact)
        if found is None:
            self._make_room(self._facts)
            found = self._facts[fact] = self._find(fact)
        return found

    def _make_room(self, kept: Sized) -> None:
        """Forget sets of users once they take more than the budget: they are found again when needed."""
        if len(kept) * (len(self.names) // 8 + 64) > _BUDGET:
            self._facts.clear()
            self._sets.clear()

    def _find(self, fact: Fact) -> Population:
        if not is_personal(fact):
            return _alike(self.plan.verdict(fact), self.everyone)
        if isinstance(fact, AccountUsable):
            granted, unknown, asked = self.everyone & ~self._alone, 0, self._alone
        else:
            held = self._columns.sets.of(fact)
            others = self.everyone & ~self._alone
            granted = 0
            for roles in held.granting:
                granted |= self._with(roles)
            granted &= others
            unknown = self._with(held.unknown) & others
            asked = self._alone | ((others if held.open else self._with(held.exact) & others) & ~granted)
            if held.joint:
                asked |= self._with_two(held.joint) & others & ~granted
        granted &= ~asked
        possible = granted | (unknown & ~asked)
        extra_granted: list[int] = []
        extra_possible: list[int] = []
        for position in self._positions(asked):
            verdict = self._resolver.judge(self.names[position], at=self._at).verdict(fact)
            if verdict is Verdict.GRANTED:
                extra_granted.append(position)
            if verdict is not Verdict.DENIED:
                extra_possible.append(position)
        granted |= self._bits(extra_granted)
        possible |= self._bits(extra_possible)
        return Population(granted, granted if possible == granted else possible)

    # -- sets of users ------------------------------------------------------------------------------------------------

    @cached_property
    def _members(self) -> dict[int, list[int]]:
        """The positions of the users who hold each role, anonymous roles aside."""
        found: dict[int, list[int]] = {}
        offsets, numbers = self._columns.offsets, self._columns.numbers
        start = 0
        for position in range(self._listed):
            end = offsets[position + 1]
            for number in numbers[start:end]:
                found.setdefault(number, []).append(position)
            start = end
        return found

    def _anonymous(self, sets: Iterable[frozenset[int]]) -> bool:
        return any(not roles.isdisjoint(self._columns.anonymous) for roles in sets)

    def _with(self, roles: frozenset[int]) -> int:
        """Users who hold one of the roles."""
        if not roles:
            return 0
        return self.everyone if self._anonymous((roles,)) else self._holding(roles)

    def _holding(self, roles: frozenset[int]) -> int:
        found = self._sets.get(roles)
        if found is None:
            self._make_room(self._sets)
            members = self._members
            found = self._bits(position for role in roles for position in members.get(role, ()))
            self._sets[roles] = found
        return found

    def _with_two(self, roles: frozenset[int]) -> int:
        """Users who hold two of the roles."""
        once = twice = 0
        for role in sorted(roles):
            holders = self._with(frozenset((role,)))
            twice |= once & holders
            once |= holders
        return twice

    def _bits(self, positions: Iterable[int]) -> int:
        buffer = bytearray((len(self.names) + 7) // 8)
        for position in positions:
            buffer[position >> 3] |= 1 << (position & 7)
        return int.from_bytes(buffer, "little")

    def _positions(self, bits: int) -> Iterator[int]:
        if not bits:
            return
        for start, byte in enumerate(bits.to_bytes((len(self.names) + 7) // 8, "little")):
            while byte:
                low = byte & -byte
                yield start * 8 + low.bit_length() - 1
                byte ^= low


def _alike(verdict: Verdict, everyone: int) -> Population:
    return Population(everyone if verdict is Verdict.GRANTED else 0, everyone if verdict is not Verdict.DENIED else 0)
