"""The users that an analysis is about: asked all at once where they are listed, and one by one where they are not."""

from collections.abc import Container, Iterable, Iterator, Sequence

from mlaccess.resolver import Judge
from mlaccess.rules import Ask, Population, Rule, Verdict
from mlaccess.rules.facts import Fact
from mlaccess.stack import NotExported

from .cells import Caller, World
from .census import Census
from .electorate import positions

__all__ = ["Crowd"]


class Crowd:
    """Users of one side. `users` None means all that are listed, the built-in ones only with `reserved`."""

    def __init__(self, world: World, users: Iterable[str] | None = None, reserved: bool = True) -> None:
        self._world = world
        self._census = Census(world.resolver, world.at)
        self.names = self._census.names
        index = {name: i for i, name in enumerate(self.names)}
        if users is None:
            chosen = [i for i, name in enumerate(self.names) if reserved or not self._is_reserved(name)]
            self.alone: tuple[Caller, ...] = ()
        else:
            asked = tuple(users)
            chosen = [index[name] for name in asked if name in index]
            self.alone = tuple(Caller("user", name) for name in asked if name not in index)
        self.everyone = self._census.users.some(chosen)
        self._facts: dict[Fact, Population] = {}

    def _is_reserved(self, name: str) -> bool:
        users = self._world.deployment.users
        return not isinstance(users, NotExported) and name in users and users[name].reserved

    def population(self, rule: Rule) -> Population:
        """For whom a rule certainly holds, and for whom it is not denied."""
        return self._census.population(rule) & Population(self.everyone, self.everyone)

    def fact(self, fact: Fact) -> Population:
        """For whom one fact holds."""
        if fact not in self._facts:
            self._facts[fact] = self.population(Ask(fact))
        return self._facts[fact]

    def lacking(self, facts: Iterable[Fact]) -> Population:
        """For whom some of the facts certainly, or possibly, does not hold."""
        granted = possible = 0
        for fact in facts:
            found = self.fact(fact)
            granted |= self.everyone & ~found.possible
            possible |= self.everyone & ~found.granted
        return Population(granted, possible)

    def callers(self, certain: int, possible: int) -> Iterator[tuple[Caller, Verdict]]:
        """The users of two sets, in order."""
        for at in positions(possible):
            yield Caller("user", self.names[at]), Verdict.GRANTED if certain >> at & 1 else Verdict.UNKNOWN

    def judged(
        self, facts: Sequence[Fact], *, run_as: bool = False, names: Container[str] = ()
    ) -> Iterator[tuple[Caller, Judge]]:
        """Users for whom a fact may hold, who may act as somebody, or who are named, each with their judge."""
        chosen = 0
        for fact in facts:
            chosen |= self.fact(fact).possible
        if run_as:
            chosen |= self._runners()
        for at in positions(self.everyone):
            name = self.names[at]
            if chosen >> at & 1 or name in names:
                judge = self._world.judge(Caller("user", name))
                if judge is not None:
                    yield Caller("user", name), judge

    def _runners(self) -> int:
        """Who has a role with `run_as`; of a role that no export shows nothing is certain, it makes nobody a runner."""
        roster = self._census.holders.roster
        roles = (*roster.certain.items(), *roster.possible.items())
        runners = frozenset(number for number, role in roles if role.descriptor.run_as)
        return self.everyone if runners & roster.everyone else self._census.users.holding(runners)
