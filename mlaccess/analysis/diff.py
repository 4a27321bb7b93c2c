"""What a change does to access: exactly the cells whose answer differs, by class and by cause."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from functools import cached_property

import attrs

from mlaccess.catalog.documented import Interface
from mlaccess.resolver import Resolver
from mlaccess.resolver.questions import check_names
from mlaccess.rules import Verdict
from mlaccess.stack import Deployment, Identity, NotExported

from .blocks import Block, Blocks
from .causes import Causes
from .cells import Caller, Cell, CellClass, Item, World, chosen_items, chosen_spaces
from .grid import Grid
from .parts import USERS, PartChange, compare

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
    blocks: Blocks = attrs.field(repr=False)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells, caller by caller."""
        return tuple(self.blocks)

    @property
    def title(self) -> str:
        """The causes in words."""
        return "; ".join(map(str, self.causes)) or "the moment asked about"

    def __str__(self) -> str:
        return f"{self.title}: {len(self.blocks)} cells"


@attrs.frozen(eq=False)
class Diff:
    """The difference between two deployments. Empty if and only if no cell differs.

    Numbers of cells and what is gained and lost are read off `blocks`; `cells` are made when they are asked for.
    """

    blocks: Blocks = attrs.field(repr=False)
    parts: tuple[PartChange, ...] = attrs.field(repr=False)
    """Everything that was edited, whether it changes a cell or not."""
    asked: int
    """How many cells the comparison is about."""
    evaluated: int
    """For how many of them both answers had to be found; the inputs of the others are equal."""
    _causes: "Causes | None" = attrs.field(default=None, repr=False)

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that differ, caller by caller."""
        return tuple(self.blocks)

    def of(self, kind: CellClass) -> tuple[Cell, ...]:
        """The cells of one class."""
        return tuple(c for c in self.cells if c.kind is kind)

    @property
    def counts(self) -> dict[CellClass, int]:
        """How many cells are of each class that occurs."""
        return self.blocks.counts

    @property
    def summary(self) -> Summary:
        """Wider or stricter where all cells moved one way, in what is certain and in what is possible."""
        samples = self._samples()
        if not samples:
            return Summary.EQUIVALENT
        if all(c.wider for c in samples):
            return Summary.WIDER
        return Summary.STRICTER if all(c.stricter for c in samples) else Summary.INCOMPARABLE

    def _samples(self) -> list[Cell]:
        return [cell for cell, _ in self.blocks.samples]

    @property
    def new_access(self) -> Verdict:
        """Whether anybody certainly, possibly or certainly nobody gains anything."""
        return max((c.gain for c in self._samples()), default=Verdict.DENIED)

    @property
    def lost_access(self) -> Verdict:
        """Whether anybody certainly, possibly or certainly nobody loses anything."""
        return max((c.loss for c in self._samples()), default=Verdict.DENIED)

    @cached_property
    def groups(self) -> tuple[DiffGroup, ...]:
        """The cells by cause, most cells first. A cell with several sufficient causes is in each group."""
        if self._causes is None:
            return ()
        found: dict[tuple[PartChange, ...], list[Block]] = {}
        for block in self.blocks.blocks:
            for causes, callers in self._causes.of(block):
                found.setdefault(causes, []).append(attrs.evolve(block, callers=callers))
        groups = [DiffGroup(causes, Blocks(self.blocks.callers, tuple(blocks))) for causes, blocks in found.items()]
        return tuple(sorted(groups, key=lambda g: (-len(g.blocks), g.title)))

    @cached_property
    def without_effect(self) -> tuple[PartChange, ...]:
        """Edits that no cell hangs on."""
        used = {cause for group in self.groups for cause in group.causes}
        return tuple(p for p in self.parts if p not in used)

    def __str__(self) -> str:
        counts = ", ".join(f"{n} {kind.value}" for kind, n in self.counts.items())
        return f"{self.summary.value}: {len(self.blocks)} of {self.asked} cells differ" + (
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
    asked = dict.fromkeys(_users(worlds) if users is None else users)
    both = [n for n in asked if old.lists(n) and new.lists(n)]
    callers = [
        *(Caller("user", n) for n in dict.fromkeys((*both, *asked))),
        *(Caller("identity", i.username, i) for i in identities),
        *(Caller("api_key", k) for k in dict.fromkeys(keys)),
    ]
    deployments = [w.deployment for w in worlds]
    items = chosen_items(deployments, jobs)
    places = chosen_spaces(deployments, spaces)
    parts = compare(old.deployment, new.deployment)
    grid = Grid(old, new, parts, [Item(), *items], [*places] if "kibana" in interfaces else [], interfaces)
    blocks = Blocks(callers, grid.blocks(callers, len(both)))
    causes = Causes(old, new, parts, callers, len(both))
    return Diff(blocks, parts, grid.size * len(callers), grid.evaluated, causes)


def _resolver(given: Deployment | Resolver) -> Resolver:
    return given if isinstance(given, Resolver) else Resolver(given)


def _users(worlds: Sequence[World]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in USERS for name in _listed(worlds, part)))


def _listed(worlds: Sequence[World], part: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for world in worlds:
        value = getattr(world.deployment, part)
        if not isinstance(value, NotExported):
            found.update(dict.fromkeys(value))
    return tuple(found)
