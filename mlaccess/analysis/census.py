"""The population reading of rules for any number of users: conditions on roles first, sets of users after.

Doubts are conditions too: a million users of whom nothing is certain cost no more than a million of whom all is.
"""

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime

import attrs

from mlaccess.resolver import Judge, Resolver
from mlaccess.resolver.conditions import Condition, Holders
from mlaccess.resolver.holdings import HoldersOf
from mlaccess.resolver.questions import check_type
from mlaccess.rules import Population, Rule, Verdict, VerdictAlgebra, fold
from mlaccess.stack import NotExported, Users

from .electorate import Electorate, positions

__all__ = ["Answer", "Census"]


@attrs.frozen(eq=False)
class Answer:
    """Who meets a rule: conditions for users who can authenticate and for disabled ones, and the users judged alone."""

    enabled: Holders
    disabled: Holders
    alone: tuple[tuple[int, Verdict], ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for answers with the same conditions."""
        conditions = (self.enabled.granted, self.enabled.possible, self.disabled.granted, self.disabled.possible)
        return (*(condition.clauses for condition in conditions), self.alone)

    def population(self, users: Electorate, disabled: int, start: int = 0) -> Population:
        """The two sets of users. `start` is the position of the first of `users` among all users."""
        granted = _meeting(users, self.enabled.granted, self.disabled.granted, disabled)
        possible = granted
        if not (self.enabled.certain and self.disabled.certain):
            possible |= _meeting(users, self.enabled.possible, self.disabled.possible, disabled)
        if not self.alone:
            return Population(granted, possible)
        here = [(at - start, verdict) for at, verdict in self.alone if start <= at < start + users.size]
        kept = users.everyone ^ users.some(at for at, _ in here)
        sure = users.some(at for at, verdict in here if verdict is Verdict.GRANTED)
        maybe = users.some(at for at, verdict in here if verdict is not Verdict.DENIED)
        return Population(granted & kept | sure, possible & kept | maybe)


def _meeting(users: Electorate, enabled: Condition, disabled: Condition, off: int) -> int:
    found = users.meeting(enabled)
    if not off or enabled is disabled:
        return found
    return found & (users.everyone ^ off) | users.meeting(disabled) & off


class Census:
    """Every user that a deployment lists, at one moment: native users first, then those whom only a file lists.

    With `names`, these listed users alone, in that order.
    """

    def __init__(self, resolver: Resolver, at: datetime | None = None, names: Sequence[str] | None = None) -> None:
        check_type(Resolver, resolver)
        self.resolver = resolver
        self.at = at
        deployment = resolver.deployment
        native = Users() if isinstance(deployment.users, NotExported) else deployment.users
        in_file = Users() if isinstance(deployment.file_users, NotExported) else deployment.file_users
        self._native = native
        self._only_in_file = tuple(name for name in in_file if name not in native)
        self.holders: HoldersOf = resolver.holders(at)
        self._holders_disabled = self.holders.having(Verdict.DENIED)
        offsets, numbers, _ = native.columns()
        if names is not None or self._only_in_file:
            offsets, numbers = self._columns(native, in_file, names)
        self.offsets, self.numbers = offsets, numbers
        self.users = Electorate(offsets, numbers)
        # The same name in two realms: which user it is, is not in the export.
        if names is None:
            off = [*native.disabled()]
            off += [len(native) + i for i, name in enumerate(self._only_in_file) if not in_file.is_enabled(name)]
            twice = [native.position(name) for name in in_file if name in native]
        else:
            off = [i for i, name in enumerate(names) if not (native if name in native else in_file).is_enabled(name)]
            twice = [i for i, name in enumerate(names) if name in native and name in in_file]
        self.disabled = self.users.some(off)
        self._in_two_realms = self.users.some(twice)
        self._names: tuple[str, ...] | None = None if names is None else tuple(names)

    def _columns(self, native: Users, in_file: Users, names: Sequence[str] | None) -> "tuple[array[int], array[int]]":
        """The roles of users, as `Users.columns` has them: of some by name, or of all and those whom a file lists."""
        offsets, numbers, _ = native.columns()
        number_of = self.holders.roster.numbers
        if names is None:
            places, held = offsets[:], numbers[:]
            names = self._only_in_file
        else:
            places, held = offsets[:1], numbers[:0]
        for name in names:
            if name in native:
                position = native.position(name)
                held.extend(numbers[offsets[position] : offsets[position + 1]])
            else:
                held.extend([number_of[role] for role in in_file.roles_of(name)])
            places.append(len(held))
        return places, held

    @property
    def names(self) -> tuple[str, ...]:
        """Every user, by position."""
        if self._names is None:
            self._names = (*self._native, *self._only_in_file)
        return self._names

    def named(self, users: int) -> Iterator[str]:
        """The names of a set of users, in order."""
        names = self.names
        return (names[position] for position in positions(users))

    def judge(self, position: int) -> Judge:
        """The judge of one user."""
        return self.resolver.judge(self.names[position], at=self.at)

    def answer(self, rule: Rule) -> Answer:
        """Who meets a rule: for any part of the users, and without the deployment at hand."""
        enabled, disabled = self.holders.rule(rule), self._holders_disabled.rule(rule)
        alone = self._in_two_realms
        for holders in (enabled, disabled):
            if not holders.decided:
                unsettled = self.users.open(holders.granted) | self.users.open(holders.possible)
                alone |= unsettled & ~self.users.meeting(holders.granted)
        if not alone:
            return Answer(enabled, disabled)
        judged = ((at, fold(rule, VerdictAlgebra(self.judge(at).verdict))) for at in positions(alone))
        return Answer(enabled, disabled, tuple(judged))

    def population(self, rule: Rule) -> Population:
        """All users who meet a rule: those who certainly do, and those who are not certainly denied."""
        return self.answer(rule).population(self.users, self.disabled)
