"""Why cells differ: the edits that alone change an answer, found by making each of them alone.

The callers of a block are asked together where there are many, and are divided by what they answer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from mlaccess.resolver import Resolver
from mlaccess.stack import NotExported

from .blocks import Block
from .cells import Caller, World
from .electorate import as_set, positions
from .parts import ENVIRONMENT, USERS, PartChange
from .poll import Place, Poll, Returns, differing

__all__ = ["Causes"]

_ROLES = ("roles", "kibana_roles", "file_roles")
_ITEMS = ("jobs", "analytics", "trained_models")
_ANYONE = ENVIRONMENT | {"collected_at", "collector"}
"""Anyone's access may hang on these; so does anyone's on a part that is exported on one side only."""
_MOST_JOINT = 8
_FEW = 2_000
"""So many cells are asked of edits one by one; after that, users are asked together."""


class Causes:
    """Finds the causes of blocks. Edits are made to the earlier deployment once, however many cells ask.

    The first of the callers, `both` in number, are users whom both sides list.
    """

    def __init__(
        self, old: World, new: World, parts: Sequence[PartChange], callers: Sequence[Caller], both: int
    ) -> None:
        self._old = old
        self._new = new
        self._callers = callers
        self._both = both
        self._anyone = tuple(p for p in parts if p.part in _ANYONE or not p.name)
        self._named: dict[tuple[str, str], PartChange] = {(p.part, p.name): p for p in parts if p.name}
        self._edited: dict[tuple[PartChange, ...], _Edited] = {}
        self._moment: _Edited | None = None

    def of(self, block: Block) -> Iterator[tuple[tuple[PartChange, ...], int]]:
        """The causes of a block, and the callers of whose cells each is one.

        A cause is an edit that alone makes the answer another, or edits that do so only together. The empty cause is
        the moment asked about.
        """
        for edits, callers in self._found(block):
            yield from self._user_by_user(edits, callers)

    def _found(self, block: Block) -> Iterator[tuple[tuple[PartChange, ...], int]]:
        candidates = [(edit, callers & block.callers) for edit, callers in self._relevant(block.place)]
        left = block.callers
        if self._old.at == self._new.at:
            # Of whom one edit alone is relevant, that one is the cause: there is nothing else that could be.
            once = twice = 0
            for _, callers in candidates:
                twice |= once & callers
                once |= callers
            for edit, callers in candidates:
                if callers & ~twice:
                    yield (edit,), callers & ~twice
            left &= twice | ~once
        explained = 0
        for edit, callers in candidates:
            alone = self._differing(block, (edit,), callers & left)
            if alone:
                yield (edit,), alone
                explained |= alone
        left &= ~explained
        if left and self._old.at != self._new.at:
            by_moment = self._at_another_moment().differing(block, left)
            if by_moment:
                yield (), by_moment
                left &= ~by_moment
        for edits, callers in _divided(candidates, left):
            yield from self._together(block, edits, edits if len(edits) <= _MOST_JOINT else (), callers)

    def _together(
        self, block: Block, kept: tuple[PartChange, ...], tried: tuple[PartChange, ...], callers: int
    ) -> Iterator[tuple[tuple[PartChange, ...], int]]:
        """Edits that together change the answers, none of them among them without need."""
        if not tried:
            yield kept, callers
            return
        rest = tuple(edit for edit in kept if edit is not tried[0])
        needless = self._differing(block, rest, callers) if rest else 0
        if needless:
            yield from self._together(block, rest, tried[1:], needless)
        if callers & ~needless:
            yield from self._together(block, kept, tried[1:], callers & ~needless)

    # -- edits made alone ---------------------------------------------------------------------------------------------

    def _differing(self, block: Block, edits: tuple[PartChange, ...], callers: int) -> int:
        """The callers whose answer some edits, and no others, make another than it was."""
        if not callers:
            return 0
        made = self._edited.get(edits)
        if made is None:
            deployment = self._old.deployment
            for edit in edits:
                deployment = edit.carried(deployment, self._new.deployment)
            world = World(Resolver(deployment), self._old.at, self._old.abilities.names)
            made = self._edited[edits] = _Edited(world, self._callers, self._both)
        return made.differing(block, callers)

    def _at_another_moment(self) -> "_Edited":
        if self._moment is None:
            world = World(self._old.resolver, self._new.at, self._old.abilities.names)
            self._moment = _Edited(world, self._callers, self._both)
        return self._moment

    # -- edits that may be the cause ----------------------------------------------------------------------------------

    def _relevant(self, place: Place) -> Iterator[tuple[PartChange, int]]:
        """The edits on which an answer at a place may hang, and whose."""
        yield from self._anywhere
        _, space, item = place
        everybody = (1 << len(self._callers)) - 1
        for edit in (
            *self._edits_of(("spaces", "data_views"), space),
            *self._edits_of(_ITEMS, item.id),
            *self._edits_of(("job_spaces", "model_spaces"), f"{item.kind}/{item.id}"),
            *(self._of_feeds.get(item.id, ()) if item.kind == "anomaly-detector" else ()),
        ):
            yield edit, everybody

    @cached_property
    def _anywhere(self) -> tuple[tuple[PartChange, int], ...]:
        """The edits on which answers hang at any place."""
        return tuple(self._found_anywhere())

    def _found_anywhere(self) -> Iterator[tuple[PartChange, int]]:
        everybody = (1 << len(self._callers)) - 1
        for edit in self._anyone:
            yield edit, everybody
        yield from self._of_callers()
        for role, holding in self._holders().items():
            yield from ((edit, holding) for edit in self._edits_of(_ROLES, role))
        identities = as_set(at for at, caller in enumerate(self._callers) if caller.kind == "identity")
        if identities:
            yield from ((edit, identities) for (part, _), edit in self._named.items() if part == "role_mappings")

    def _edits_of(self, parts: Sequence[str], name: str) -> list[PartChange]:
        found = (self._named.get((part, name)) for part in parts)
        return [edit for edit in found if edit is not None]

    def _of_callers(self) -> Iterator[tuple[PartChange, int]]:
        """Edits of the callers themselves. Those of users are made at once, for none decides about another."""
        for part in USERS:
            edited = as_set(
                at for at, c in enumerate(self._callers) if c.kind == "user" and (part, c.name) in self._named
            )
            if edited:
                yield PartChange(part, "", "changed"), edited
        for at, caller in enumerate(self._callers):
            if caller.kind == "api_key":
                yield from ((edit, 1 << at) for edit in self._edits_of(("api_keys",), caller.name))

    def _user_by_user(
        self, edits: tuple[PartChange, ...], callers: int
    ) -> Iterator[tuple[tuple[PartChange, ...], int]]:
        """Edits of users that were made at once, told apart again."""
        at_once = {edit for edit in edits if edit.part in USERS and edit.how == "changed" and not edit.name}
        if not at_once:
            yield edits, callers
            return
        for at in positions(callers):
            name = self._callers[at].name
            yield tuple(self._named[e.part, name] if e in at_once else e for e in edits), 1 << at

    def _holders(self) -> Mapping[str, int]:
        """For each role that was edited, the callers who have it on either side."""
        found: dict[str, list[int]] = {name: [] for part, name in self._named if part in _ROLES}
        for at, caller in enumerate(self._callers) if found else ():
            for role in self._held(caller, listed=at < self._both) & found.keys():
                found[role].append(at)
        common = self._of_everybody() & found.keys() if found else ()
        everybody = (1 << len(self._callers)) - 1
        return {role: everybody if role in common else as_set(held) for role, held in found.items()}

    def _held(self, caller: Caller, *, listed: bool) -> set[str]:
        """The roles that a caller has on either side, beside those of everybody."""
        names: set[str] = set()
        for world in (self._old, self._new):
            if listed:
                names |= world.assigned(caller.name)
                continue
            judge = world.judge(caller)
            if judge is not None:
                names.update(judge.subject.roles)
                names.update(d.name for side in judge.subject.sides for d in side.possible)
        return names

    def _of_everybody(self) -> set[str]:
        """The roles of anonymous access."""
        rosters = [world.resolver.holders(world.at).roster for world in (self._old, self._new)]
        return {roster.names[number] for roster in rosters for number in roster.everyone}

    @cached_property
    def _of_feeds(self) -> dict[str, tuple[PartChange, ...]]:
        """Edits of datafeeds by the jobs that they feed on either side."""
        found: dict[str, dict[PartChange, None]] = {}
        for world in (self._old, self._new):
            feeds = world.deployment.datafeeds
            for feed in () if isinstance(feeds, NotExported) else feeds.values():
                edit = self._named.get(("datafeeds", feed.id))
                if edit is not None:
                    found.setdefault(feed.job_id, {})[edit] = None
        return {job: tuple(edits) for job, edits in found.items()}


class _Edited:
    """The earlier deployment with some edits made to it."""

    def __init__(self, world: World, callers: Sequence[Caller], both: int) -> None:
        self._world = world
        self._callers = callers
        self._both = both if all(world.lists(caller.name) for caller in callers[:both]) else 0
        self._asked = 0
        self._poll: Poll | None = None

    def differing(self, block: Block, callers: int) -> int:
        """Those of some callers whose answer is another than it was."""
        found = 0
        together = callers & ((1 << self._both) - 1)
        self._asked += together.bit_count()
        if self._asked > _FEW:
            if self._poll is None:
                self._poll = Poll(self._world, [caller.name for caller in self._callers[: self._both]])
            before = None if block.before is None else Returns.alike(block.before)
            found = together & differing(before, self._poll.returns(block.place))
            callers &= ~together
        for at in positions(callers):
            caller = self._callers[at]
            cell = Block(block.place, block.before, self._world.read(caller, *block.place), 0).cell(caller)
            if cell.differs:
                found |= 1 << at
        return found


def _divided(
    candidates: Iterable[tuple[PartChange, int]], callers: int
) -> Iterator[tuple[tuple[PartChange, ...], int]]:
    """Callers, divided by the edits that may be the cause."""
    found: list[tuple[tuple[PartChange, ...], int]] = [((), callers)] if callers else []
    for edit, concerned in candidates:
        divided: list[tuple[tuple[PartChange, ...], int]] = []
        for edits, part in found:
            inside = part & concerned
            divided.extend(each for each in (((*edits, edit), inside), (edits, part ^ inside)) if each[1])
        found = divided
    return iter(found)
