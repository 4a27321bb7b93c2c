"""What a change does to access: exactly the cells whose answer differs, by class and by cause."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import TypeAlias

import attrs

from mlaccess.catalog.documented import Interface, deployment_part, level_rule
from mlaccess.resolver import Resolver
from mlaccess.resolver.factors import view_titles
from mlaccess.resolver.questions import check_names
from mlaccess.rules import Verdict, facts_of
from mlaccess.rules.facts import DataViewCovers, MlVisible
from mlaccess.stack import Deployment, Identity, NotExported

from .causes import Causes
from .cells import Caller, Cell, CellClass, Item, Reading, World, chosen_items, chosen_spaces
from .parts import PartChange, compare

__all__ = ["Diff", "DiffGroup", "Summary", "diff"]


class Summary(Enum):
    """How the later deployment compares with the earlier, over all cells asked."""

    EQUIVALENT = "equivalent"
    STRICTER = "stricter"
    WIDER = "wider"
    INCOMPARABLE = "incomparable"


@attrs.frozen
class DiffGroup:
    """The cells that one change, or several only together, made differ."""

    causes: tuple[PartChange, ...]
    cells: tuple[Cell, ...] = attrs.field(repr=False)

    @property
    def title(self) -> str:
        """The causes in words."""
        return "; ".join(map(str, self.causes)) or "the moment asked about"

    def __str__(self) -> str:
        return f"{self.title}: {len(self.cells)} cells"


@attrs.frozen(eq=False)
class Diff:
    """The difference between two deployments. Empty if and only if no cell differs."""

    cells: tuple[Cell, ...] = attrs.field(repr=False)
    parts: tuple[PartChange, ...] = attrs.field(repr=False)
    """Everything that was edited, whether it changes a cell or not."""
    asked: int
    """How many cells the comparison is about."""
    evaluated: int
    """For how many of them both answers had to be found; the inputs of the others are equal."""
    _causes: "Causes | None" = attrs.field(default=None, repr=False)

    def __bool__(self) -> bool:
        return bool(self.cells)

    def of(self, kind: CellClass) -> tuple[Cell, ...]:
        """The cells of one class."""
        return tuple(c for c in self.cells if c.kind is kind)

    @property
    def counts(self) -> dict[CellClass, int]:
        """How many cells are of each class that occurs."""
        found: dict[CellClass, int] = {}
        for cell in self.cells:
            found[cell.kind] = found.get(cell.kind, 0) + 1
        return found

    @property
    def summary(self) -> Summary:
        """Wider or stricter where all cells moved one way, in what is certain and in what is possible."""
        if not self.cells:
            return Summary.EQUIVALENT
        if all(c.wider for c in self.cells):
            return Summary.WIDER
        return Summary.STRICTER if all(c.stricter for c in self.cells) else Summary.INCOMPARABLE

    @property
    def new_access(self) -> Verdict:
        """Whether anybody certainly, possibly or certainly nobody gains anything."""
        return max((c.gain for c in self.cells), default=Verdict.DENIED)

    @property
    def lost_access(self) -> Verdict:
        """Whether anybody certainly, possibly or certainly nobody loses anything."""
        return max((c.loss for c in self.cells), default=Verdict.DENIED)

    @cached_property
    def groups(self) -> tuple[DiffGroup, ...]:
        """The cells by cause, most cells first. A cell with several sufficient causes is in each group."""
        if self._causes is None:
            return ()
        found: dict[tuple[PartChange, ...], list[Cell]] = {}
        for cell in self.cells:
            for cause in self._causes.of(cell):
                found.setdefault(cause, []).append(cell)
        groups = [DiffGroup(causes, tuple(cells)) for causes, cells in found.items()]
        return tuple(sorted(groups, key=lambda g: (-len(g.cells), g.title)))

    @cached_property
    def without_effect(self) -> tuple[PartChange, ...]:
        """Edits that no cell hangs on."""
        used = {cause for group in self.groups for cause in group.causes}
        return tuple(p for p in self.parts if p not in used)

    def __str__(self) -> str:
        counts = ", ".join(f"{n} {kind.value}" for kind, n in self.counts.items())
        return f"{self.summary.value}: {len(self.cells)} of {self.asked} cells differ" + (
            f" ({counts})" if counts else ""
        )


def diff(
    before: Deployment | Resolver,
    after: Deployment | Resolver,
    *,
    users: Iterable[str] | None = None,
    identities: Iterable[Identity] = (),
    api_keys: Iterable[str] | None = None,
    spaces: Iterable[str] | None = None,
    jobs: Iterable[str] | None = None,
    interfaces: Sequence[Interface] = ("kibana", "api"),
    capabilities: Iterable[str] | None = None,
    at: datetime | None = None,
    at_after: datetime | None = None,
) -> Diff:
    """The cells (caller, interface, space, job or model) whose level, ceiling, upload verdict or ability differs.

    None asks about everything listed in either deployment; naming users leaves API keys out that are not named, and
    naming keys leaves out no user. `jobs` are ids of jobs and trained models. `capabilities` names capabilities,
    operations and actions to compare beside levels: None means all capabilities and operations of machine learning.
    Users who are listed on one side only have no access on the other. `at` is the moment both are judged at, `at_after`
    another one for the later side (defaults: when each export was made). Raises `UnknownNameError` for spaces and jobs
    that neither side has, and for capabilities that no table has.
    """
    check_names(users=users, api_keys=api_keys, capabilities=capabilities)
    old = World(_resolver(before), at, capabilities)
    new = World(_resolver(after), at if at_after is None else at_after, capabilities)
    worlds = (old, new)
    everybody = users is None and api_keys is None
    keys = _listed(worlds, "api_keys") if everybody else tuple(api_keys or ())
    callers = [
        *(Caller("user", n) for n in (_users(worlds) if users is None else users)),
        *(Caller("identity", i.username, i) for i in identities),
        *(Caller("api_key", k) for k in keys),
    ]
    deployments = [w.deployment for w in worlds]
    items = chosen_items(deployments, jobs)
    places = chosen_spaces(deployments, spaces)
    grid = _Grid(old, new, [Item(), *items], [*places] if "kibana" in interfaces else [], interfaces)
    cells = [cell for caller in callers for cell in grid.cells(caller)]
    parts = compare(old.deployment, new.deployment)
    return Diff(tuple(cells), parts, grid.size * len(callers), grid.evaluated, Causes(old, new, parts))


def _resolver(given: Deployment | Resolver) -> Resolver:
    return given if isinstance(given, Resolver) else Resolver(given)


def _users(worlds: Sequence[World]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_listed(worlds, "users"), *_listed(worlds, "file_users"))))


def _listed(worlds: Sequence[World], part: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for world in worlds:
        value = getattr(world.deployment, part)
        if not isinstance(value, NotExported):
            found.update(dict.fromkeys(value))
    return tuple(found)


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


_Place: TypeAlias = tuple[Interface, str, Item]
_Readings: TypeAlias = dict[_Place, Reading]
_MANY = 100
"""So many cells of one caller are answered together."""


class _Grid:
    """Walks the cells of a caller, and skips those whose inputs are equal on both sides.

    A cell's answer hangs on facts about the deployment, the space, the item, the item in the space, and the caller.
    The first four are compared once; the last once per caller. An item that is in a space on neither side has no level
    there on either.
    """

    def __init__(
        self, old: World, new: World, items: Sequence[Item], spaces: Sequence[str], interfaces: Sequence[Interface]
    ) -> None:
        self.old = old
        self.new = new
        self.evaluated = 0
        self._items = items
        places: list[tuple[Interface, str]] = [(i, "") for i in interfaces if i != "kibana"]
        places.extend(("kibana", s) for s in spaces)
        self.size = len(items) * len(places)
        self._everything = not self._same_environment()
        self._plan: list[_Place] = []
        self._changed_only: list[_Place] = []
        for interface, space in places:
            changed_space = bool(space) and not self._same_space(space)
            same_views = not space or self._same_views(space)
            for item in items:
                if item.id and space and self._nowhere(item, space):
                    continue
                self._plan.append((interface, space, item))
                if changed_space or self._everything or not self._same_item(item, space, same_views):
                    self._changed_only.append(self._plan[-1])
        self._by_id = frozenset(i for i in items if i.id and old.named_by_id(i) and new.named_by_id(i))
        self._spaces = frozenset(s for s in spaces if old.has_space(s) and new.has_space(s))
        self._equal: dict[tuple[int, int], bool] = {}

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

    def cells(self, caller: Caller) -> Iterator[Cell]:
        """The cells of one caller that differ."""
        rows = self._changed_only if self._same_caller(caller) else self._plan
        self.evaluated += len(rows)
        old, new = self._together(caller, rows)
        for row in rows:
            interface, space, item = row
            before = old[row] if row in old else self.old.read(caller, interface, space, item)
            after = new[row] if row in new else self.new.read(caller, interface, space, item)
            if before == after:
                continue
            cell = Cell(caller, interface, space, item, before, after)
            if cell.differs:
                yield cell

    def _together(self, caller: Caller, rows: Sequence[_Place]) -> tuple[_Readings, _Readings]:
        """The answers on both sides about jobs in spaces, many at once where there are enough of them."""
        listed = caller.kind == "user" and all(world.judge(caller) is not None for world in (self.old, self.new))
        if len(rows) < _MANY or not listed:
            return {}, {}
        many = [row for row in rows if row[0] == "kibana" and row[1] in self._spaces and row[2] in self._by_id]
        if len(many) < _MANY:
            return {}, {}
        places = [(space, item) for _, space, item in many]
        old, new = (dict(zip(many, world.levels(caller.name, places), strict=True)) for world in (self.old, self.new))
        return old, new

    def _same_caller(self, caller: Caller) -> bool:
        old, new = self.old.judge(caller), self.new.judge(caller)
        if old is None or new is None:
            return old is None and new is None
        a, b = old.subject, new.subject
        if a.account.verdict is not b.account.verdict or len(a.sides) != len(b.sides):
            return False
        for x, y in zip(a.sides, b.sides, strict=True):
            if [(d.finding.verdict, d.kibana_only) for d in x.doubts] != [
                (d.finding.verdict, d.kibana_only) for d in y.doubts
            ]:
                return False
            if not self._same_roles(x.certain, y.certain) or not self._same_roles(x.possible, y.possible):
                return False
        return True

    def _same_roles(self, old: Sequence[object], new: Sequence[object]) -> bool:
        if len(old) != len(new):
            return False
        for x, y in zip(old, new, strict=True):
            key = (id(x), id(y))
            if key not in self._equal:
                self._equal[key] = x is y or x == y
            if not self._equal[key]:
                return False
        return True


def _part_differs(old: object, new: object) -> bool:
    if isinstance(old, NotExported) and isinstance(new, NotExported):
        return False
    return old is not new and old != new
