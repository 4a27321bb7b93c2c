"""Why a cell differs: the edits that alone change its answer, found by making each of them alone."""

from collections.abc import Iterable, Sequence

import attrs

from mlaccess.resolver import Resolver
from mlaccess.stack import Deployment, NotExported

from .cells import Cell, World
from .parts import PartChange

__all__ = ["Causes"]

_ROLES = ("roles", "kibana_roles", "file_roles")
_ITEMS = ("jobs", "analytics", "trained_models")
# Anyone's access may hang on these; so does anyone's on a part that is exported on one side only.
_ANYONE = frozenset(
    {
        "version",
        "build_flavor",
        "kibana_version",
        "collected_at",
        "license",
        "nodes",
        "cluster_settings",
        "xpack",
        "application_privileges",
        "ml_info",
        "collector",
        "settings_files",
        "file_realm_announced",
        "incomplete",
    }
)
_MOST_JOINT = 8


class Causes:
    """Finds the causes of cells. Each edit is made alone to the earlier deployment once, however many cells ask."""

    def __init__(self, old: World, new: World, parts: Sequence[PartChange]) -> None:
        self._old = old
        self._new = new
        self._anyone = tuple(p for p in parts if p.part in _ANYONE or not p.name)
        self._by_name: dict[tuple[str, str], PartChange] = {(p.part, p.name): p for p in parts if p.name}
        self._mappings = tuple(p for p in parts if p.part == "role_mappings" and p.name)
        self._worlds: dict[PartChange, World] = {}
        self._sets: dict[tuple[PartChange, ...], World] = {}
        self._moment: World | None = None

    def of(self, cell: Cell) -> tuple[tuple[PartChange, ...], ...]:
        """Each cause of one cell: an edit that alone makes its answer another, or edits that do so only together.

        The empty cause is the moment asked about.
        """
        candidates = tuple(dict.fromkeys(self._relevant(cell)))
        alone = [(c,) for c in candidates if self._differs(cell, self._alone(c))]
        if alone:
            return tuple(alone)
        if self._old.at != self._new.at:
            if self._moment is None:
                self._moment = World(self._old.resolver, self._new.at, self._new.abilities.names)
            if self._differs(cell, self._moment):
                return ((),)
        return (self._together(cell, candidates),)

    def _differs(self, cell: Cell, world: World) -> bool:
        reading = world.read(cell.caller, cell.interface, cell.space, cell.item)
        return attrs.evolve(cell, after=reading).differs

    def _alone(self, change: PartChange) -> World:
        if change not in self._worlds:
            self._worlds[change] = self._world(change.carried(self._old.deployment, self._new.deployment))
        return self._worlds[change]

    def _world(self, deployment: Deployment) -> World:
        return World(Resolver(deployment), self._old.at, self._old.abilities.names)

    def _together(self, cell: Cell, candidates: tuple[PartChange, ...]) -> tuple[PartChange, ...]:
        """A set of edits that together change the answer, none of them in it without need."""
        if len(candidates) > _MOST_JOINT:
            return candidates
        kept = list(candidates)
        for change in candidates:
            rest = [c for c in kept if c is not change]
            if rest and self._differs(cell, self._several(tuple(rest))):
                kept = rest
        return tuple(kept)

    def _several(self, changes: tuple[PartChange, ...]) -> World:
        if changes not in self._sets:
            deployment = self._old.deployment
            for change in changes:
                deployment = change.carried(deployment, self._new.deployment)
            self._sets[changes] = self._world(deployment)
        return self._sets[changes]

    def _relevant(self, cell: Cell) -> Iterable[PartChange]:
        yield from self._anyone
        yield from self._named(("users", "file_users"), cell.caller.name if cell.caller.kind == "user" else "")
        yield from self._named(("api_keys",), cell.caller.name if cell.caller.kind == "api_key" else "")
        for role in self._roles(cell):
            yield from self._named(_ROLES, role)
        if cell.caller.kind == "identity":
            yield from self._mappings
        yield from self._named(("spaces", "data_views"), cell.space)
        yield from self._named(_ITEMS, cell.item.id)
        yield from self._named(("job_spaces", "model_spaces"), f"{cell.item.kind}/{cell.item.id}")
        for world in (self._old, self._new):
            feeds = world.deployment.datafeeds
            if cell.item.kind == "anomaly-detector" and not isinstance(feeds, NotExported):
                for feed in feeds.values():
                    if feed.job_id == cell.item.id:
                        yield from self._named(("datafeeds",), feed.id)

    def _named(self, parts: Sequence[str], name: str) -> Iterable[PartChange]:
        found = (self._by_name.get((part, name)) for part in parts)
        return [c for c in found if c is not None]

    def _roles(self, cell: Cell) -> Iterable[str]:
        names: dict[str, None] = {}
        for world in (self._old, self._new):
            judge = world.judge(cell.caller)
            if judge is not None:
                names.update(dict.fromkeys(judge.subject.roles))
                names.update(dict.fromkeys(d.name for side in judge.subject.sides for d in side.possible))
        return names
