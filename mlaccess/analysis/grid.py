"""GRID: the cells of two deployments that can differ, and those among them that do.

A cell's answer hangs on facts about the deployment, the space, the item, the item in the space, and the caller. The
first four are compared once for each place, the last once for each caller; cells whose inputs are all equal are not
asked. Users whom both sides list are asked all at once, place by place (`poll`); whoever else there is, one by one.
"""

from collections.abc import Iterable, Iterator, Sequence

from mlaccess.catalog.documented import Interface, deployment_part, level_rule
from mlaccess.resolver.factors import view_titles
from mlaccess.resolver.subjects import Subject
from mlaccess.rules import Verdict, facts_of
from mlaccess.rules.facts import DataViewCovers, MlVisible
from mlaccess.stack import NotExported

from .blocks import Block
from .cells import Caller, Item, Reading, World
from .electorate import as_set
from .parts import PartChange
from .poll import Place, Poll, Returns

__all__ = ["Grid", "listed"]

# Parts on which every fact about every caller may hang.
_ENVIRONMENT = (
    "version",
    "build_flavor",
    "kibana_version",
    "license",
    "nodes",
    "cluster_settings",
    "xpack",
    "application_privileges",
    "ml_info",
    "settings_files",
    "file_realm_announced",
    "incomplete",
)
_USERS = ("users", "file_users")
_MANY = 1_000
"""So many cells, or more, are answered together."""
_AT_ONCE = 1 << 16
"""So many users are asked at a time, which bounds the memory."""


class Grid:
    """The places that there are, and which of them differ on their own account."""

    def __init__(
        self, old: World, new: World, items: Sequence[Item], spaces: Sequence[str], interfaces: Sequence[Interface]
    ) -> None:
        self.old = old
        self.new = new
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
        self._found: dict[tuple[int, Reading | None, Reading | None], int] = {}

    # -- places -------------------------------------------------------------------------------------------------------

    def _same_environment(self) -> bool:
        old, new = self.old.deployment, self.new.deployment
        if any(_part_differs(getattr(old, p), getattr(new, p)) for p in _ENVIRONMENT):
            return False
        # The parts are equal, so only the moment can tell the two apart: whether the licence is in force at it.
        gates = {*facts_of(deployment_part()), *self.old.abilities.gates()}
        return all(self.old.impersonal(f) is self.new.impersonal(f) for f in gates)

    def _same_space(self, space: str) -> bool:
        if self.old.has_space(space) != self.new.has_space(space):
            return False
        if self.old.impersonal(MlVisible(space)) is not self.new.impersonal(MlVisible(space)):
            return False
        spaces = [w.deployment.spaces for w in (self.old, self.new)]
        bodies = [None if isinstance(s, NotExported) else s.get(space) for s in spaces]
        return not self.old.abilities.names or bodies[0] == bodies[1]

    def _nowhere(self, item: Item, space: str) -> bool:
        """An item that is in a space on neither side has no level there on either."""
        return all(w.target(item) is None or w.placed(item, space) is Verdict.DENIED for w in (self.old, self.new))

    def _same_views(self, space: str) -> bool:
        """Whether the data views of a space surely serve the same sources on both sides."""
        old, new = self.old.deployment, self.new.deployment
        titles = view_titles(old, space)
        return old.data_views is new.data_views or (titles is not None and titles == view_titles(new, space))

    def _same_item(self, item: Item, space: str, same_views: bool) -> bool:
        old, new = self.old.target(item), self.new.target(item)
        if old != new:
            return False
        if old is None:
            return True
        if space and item.id and self.old.placed(item, space) is not self.new.placed(item, space):
            return False
        if same_views:
            return True
        rule = level_rule("full", "kibana" if space else "api", space, old)
        views = {f for f in facts_of(rule) if isinstance(f, DataViewCovers)}
        return all(self.old.impersonal(f) is self.new.impersonal(f) for f in views)

    # -- callers ------------------------------------------------------------------------------------------------------

    def blocks(self, callers: Sequence[Caller], both: int, parts: Iterable[PartChange]) -> tuple[Block, ...]:
        """Where the answers of callers differ. The first of them, `both` in number, are users whom both sides list."""
        self._found = {}
        if both * len(self._places) < _MANY:
            both = 0
        names = [caller.name for caller in callers[:both]]
        edited = [p.name for p in parts if p.part in _USERS]
        for start in range(0, both, _AT_ONCE):
            self._ask_together(names[start : start + _AT_ONCE], start, frozenset(edited))
        for number, caller in enumerate(callers[both:], both):
            self._ask_one(caller, number)
        found = sorted(self._found.items(), key=lambda item: item[0][0])
        return tuple(Block(self._places[number], before, after, callers) for (number, before, after), callers in found)

    def _add(self, number: int, before: Reading | None, after: Reading | None, callers: int) -> None:
        key = number, before, after
        self._found[key] = self._found.get(key, 0) | callers

    def _ask_one(self, caller: Caller, number: int) -> None:
        same = self._same_caller(caller)
        for at, place in enumerate(self._places):
            if same and at not in self._changed:
                continue
            self.evaluated += 1
            before, after = self.old.read(caller, *place), self.new.read(caller, *place)
            if before != after and Block(place, before, after, 0).cell(caller).differs:
                self._add(at, before, after, 1 << number)

    def _ask_together(self, names: Sequence[str], start: int, edited: frozenset[str]) -> None:
        old, new = Poll(self.old, names), Poll(self.new, names)
        everyone = (1 << len(names)) - 1
        changed = everyone if self._everything else self._changed_users(names, edited, old, new)
        for number, place in enumerate(self._places):
            asked = everyone if number in self._changed else changed
            if not asked:
                continue
            self.evaluated += asked.bit_count()
            before, after = old.returns(place), new.returns(place)
            given = before or after
            if given is None:
                continue
            nobody = given.nobody() if before is None or after is None else given
            one, other = before or nobody, after or nobody
            differing = one.differing(other) & asked
            if differing:
                for users in _classes(differing, (*one.sets(), *other.sets())):
                    self._add(number, _of(before, users), _of(after, users), users << start)

    def _changed_users(self, names: Sequence[str], edited: frozenset[str], old: Poll, new: Poll) -> int:
        """The users who are edited, or have a role that does not come to the same on both sides."""
        everyone = (1 << len(names)) - 1
        if "" in edited or not self._same_roles(()):
            return everyone
        found = as_set(at for at, name in enumerate(names) if name in edited) if edited else 0
        for role in dict.fromkeys((*old.roles, *new.roles)):
            holding = old.holding(role) | new.holding(role)
            if holding & ~found and not self._same_roles((role,)):
                found |= holding
        return found

    def _same_roles(self, roles: tuple[str, ...]) -> bool:
        """Whether having these roles comes to the same on both sides."""
        judges = [w.resolver.judge_of_roles(roles, at=w.at) for w in (self.old, self.new)]
        return _same_sides(judges[0].subject, judges[1].subject)

    def _same_caller(self, caller: Caller) -> bool:
        old, new = self.old.judge(caller), self.new.judge(caller)
        if old is None or new is None:
            return old is None and new is None
        same_account = old.subject.account.verdict is new.subject.account.verdict
        return same_account and _same_sides(old.subject, new.subject)


def listed(world: World, name: str) -> bool:
    """Whether a deployment lists a user of this name."""
    return any(not isinstance(u, NotExported) and name in u for u in (getattr(world.deployment, p) for p in _USERS))


def _classes(users: int, sets: Iterable[int]) -> Iterator[int]:
    """Users, divided by who is in the same sets."""
    found = [users]
    for members in sets:
        divided: list[int] = []
        for part in found:
            inside = part & members
            divided.extend(each for each in (inside, part ^ inside) if each)
        found = divided
    return iter(found)


def _of(returns: Returns | None, users: int) -> Reading | None:
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


def _part_differs(old: object, new: object) -> bool:
    if isinstance(old, NotExported) and isinstance(new, NotExported):
        return False
    return old is not new and old != new
