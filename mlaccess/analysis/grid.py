"""GRID: the cells of two deployments that can differ, and those among them that do.

A cell's answer hangs on facts about the deployment, the space, the item, the item in the space, and the caller. The
first four are compared once for each place, the last once for each caller; cells whose inputs are all equal are not
asked. Users whom both sides list are asked all at once, place by place (`poll`); whoever else there is, one by one.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from mlaccess.catalog.documented import Interface, deployment_part, level_rule
from mlaccess.resolver.factors import view_titles
from mlaccess.resolver.subjects import Subject
from mlaccess.rules import Verdict, facts_of
from mlaccess.rules.facts import DataViewCovers, MlVisible
from mlaccess.stack import NotExported

from .blocks import Block
from .cells import Caller, Item, Reading, World
from .electorate import as_set, positions
from .parts import ENVIRONMENT, USERS, PartChange
from .poll import Place, Poll, Returns, differing

__all__ = ["Grid"]

_MANY = 2_000
"""So many cells, or more, are answered together: what makes that possible costs about as much as a thousand answers."""
_FEW = 20
"""Fewer users are asked one by one where no item is meant: capabilities and operations are many, and asked there."""
_AT_ONCE = 1 << 16
"""So many users are asked at a time, which bounds the memory."""


_Difference: TypeAlias = tuple[int, Reading | None, Reading | None]
"""The number of a place, with the answers before and after."""


class Grid:
    """The places that there are, and which of them differ on their own account."""

    def __init__(
        self,
        old: World,
        new: World,
        parts: Sequence[PartChange],
        items: Sequence[Item],
        spaces: Sequence[str],
        interfaces: Sequence[Interface],
    ) -> None:
        self._old = old
        self._new = new
        self._parts = parts
        self.evaluated = 0
        """For how many cells both answers had to be found."""
        places: list[tuple[Interface, str]] = [(i, "") for i in interfaces if i != "kibana"]
        places.extend(("kibana", s) for s in spaces)
        self.size = len(items) * len(places)
        self._everything = not self._same_environment()
        self._places: list[Place] = []
        self._changed: set[int] = set()
        """The places, by number, of which every caller has to be asked."""
        for interface, space in places:
            changed_space = bool(space) and not self._same_space(space)
            same_views = not space or self._same_views(space)
            for item in items:
                if item.id and space and self._nowhere(item, space):
                    continue
                if changed_space or self._everything or not self._same_item(item, space, same_views):
                    self._changed.add(len(self._places))
                self._places.append((interface, space, item))

    # -- places -------------------------------------------------------------------------------------------------------

    def _same_environment(self) -> bool:
        if any(part.part in ENVIRONMENT for part in self._parts):
            return False
        # The parts are equal, so only the moment can tell the two apart: whether the licence is in force at it.
        gates = {*facts_of(deployment_part()), *self._old.abilities.gates()}
        return all(self._old.impersonal(f) is self._new.impersonal(f) for f in gates)

    def _same_space(self, space: str) -> bool:
        if self._old.has_space(space) != self._new.has_space(space):
            return False
        if self._old.impersonal(MlVisible(space)) is not self._new.impersonal(MlVisible(space)):
            return False
        spaces = [w.deployment.spaces for w in (self._old, self._new)]
        bodies = [None if isinstance(s, NotExported) else s.get(space) for s in spaces]
        return not self._old.abilities.names or bodies[0] == bodies[1]

    def _nowhere(self, item: Item, space: str) -> bool:
        """An item that is in a space on neither side has no level there on either."""
        return all(w.target(item) is None or w.placed(item, space) is Verdict.DENIED for w in (self._old, self._new))

    def _same_views(self, space: str) -> bool:
        """Whether the data views of a space surely serve the same sources on both sides."""
        old, new = self._old.deployment, self._new.deployment
        titles = view_titles(old, space)
        return old.data_views is new.data_views or (titles is not None and titles == view_titles(new, space))

    def _same_item(self, item: Item, space: str, same_views: bool) -> bool:
        old, new = self._old.target(item), self._new.target(item)
        if old != new:
            return False
        if old is None:
            return True
        if space and item.id and self._old.placed(item, space) is not self._new.placed(item, space):
            return False
        if same_views:
            return True
        rule = level_rule("full", "kibana" if space else "api", space, old)
        views = {f for f in facts_of(rule) if isinstance(f, DataViewCovers)}
        return all(self._old.impersonal(f) is self._new.impersonal(f) for f in views)

    # -- callers ------------------------------------------------------------------------------------------------------

    def blocks(self, callers: Sequence[Caller], both: int) -> tuple[Block, ...]:
        """Where the answers of callers differ. The first of them, `both` in number, are users whom both sides list."""
        changed = self._changed_users([caller.name for caller in callers[:both]])
        if len(changed) * len(self._places) + (both - len(changed)) * len(self._changed) < _MANY:
            both = 0
        found: dict[_Difference, int] = {}
        for start in range(0, both, _AT_ONCE):
            for difference, users in self._ask_together(callers[start : min(start + _AT_ONCE, both)], changed):
                found[difference] = found.get(difference, 0) | users << start
        for number, caller in enumerate(callers[both:], both):
            same = self._same_caller(caller)
            for at in sorted(self._changed) if same else range(len(self._places)):
                for difference in self._ask_one(caller, at):
                    found[difference] = found.get(difference, 0) | 1 << number
        in_order = sorted(found.items(), key=lambda item: item[0][0])
        return tuple(Block(self._places[at], before, after, who) for (at, before, after), who in in_order)

    def _ask_one(self, caller: Caller, at: int) -> "Iterator[_Difference]":
        self.evaluated += 1
        place = self._places[at]
        before, after = self._old.read(caller, *place), self._new.read(caller, *place)
        if before != after and Block(place, before, after, 0).cell(caller).differs:
            yield at, before, after

    def _ask_together(self, users: Sequence[Caller], changed: frozenset[str]) -> "Iterator[tuple[_Difference, int]]":
        names = [user.name for user in users]
        old, new = Poll(self._old, names), Poll(self._new, names)
        everyone = (1 << len(names)) - 1
        some = as_set(number for number, name in enumerate(names) if name in changed)
        for at, place in enumerate(self._places):
            asked = everyone if at in self._changed else some
            if not asked:
                continue
            _, _, item = place
            if not item.id and asked.bit_count() < _FEW:
                for number in positions(asked):
                    yield from ((difference, 1 << number) for difference in self._ask_one(users[number], at))
                continue
            self.evaluated += asked.bit_count()
            before, after = old.returns(place), new.returns(place)
            differ = differing(before, after) & asked
            if differ:
                told = [returns for returns in (before, after) if returns is not None]
                for alike in _divided(differ, [members for returns in told for members in returns.sets()]):
                    yield (at, _answer(before, alike), _answer(after, alike)), alike

    def _changed_users(self, names: Sequence[str]) -> frozenset[str]:
        """Listed users who are edited, or have a role that does not come to the same on both sides."""
        edited = {part.name for part in self._parts if part.part in USERS}
        if "" in edited or not self._same_roles(()):
            return frozenset(names)
        same: dict[str, bool] = {}
        for name in names:
            for role in self._old.assigned(name) | self._new.assigned(name):
                if role not in same:
                    same[role] = self._same_roles((role,))
                if not same[role]:
                    edited.add(name)
                    break
        return frozenset(edited.intersection(names))

    def _same_roles(self, roles: tuple[str, ...]) -> bool:
        """Whether having these roles comes to the same on both sides."""
        judges = [w.resolver.judge_of_roles(roles, at=w.at) for w in (self._old, self._new)]
        return _same_sides(judges[0].subject, judges[1].subject)

    def _same_caller(self, caller: Caller) -> bool:
        old, new = self._old.judge(caller), self._new.judge(caller)
        if old is None or new is None:
            return old is None and new is None
        same_account = old.subject.account.verdict is new.subject.account.verdict
        return same_account and _same_sides(old.subject, new.subject)


def _divided(users: int, sets: Iterable[int]) -> Iterator[int]:
    """Users, divided by who is in the same sets."""
    found = [users]
    for members in sets:
        divided: list[int] = []
        for part in found:
            inside = part & members
            divided.extend(each for each in (inside, part ^ inside) if each)
        found = divided
    return iter(found)


def _answer(returns: Returns | None, users: int) -> Reading | None:
    """The answer that users of one class have in common."""
    return None if returns is None else returns.reading((users & -users).bit_length() - 1)


def _same_sides(one: Subject, other: Subject) -> bool:
    if len(one.sides) != len(other.sides):
        return False
    for x, y in zip(one.sides, other.sides, strict=True):
        doubts = [[(d.finding.verdict, d.kibana_only) for d in side.doubts] for side in (x, y)]
        if doubts[0] != doubts[1] or x.certain != y.certain or x.possible != y.possible:
            return False
    return True
