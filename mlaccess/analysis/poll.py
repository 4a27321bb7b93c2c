"""POLL: what listed users of one deployment reach at a place, all of them at once, as sets of users.

A place is a question without its caller: an interface, a space, and a job or model or none. The users who meet a rule
about a job in a space are those who meet what it asks in the space and what it asks about the job, unless what job and
space have in common decides for everyone (`mlaccess.resolver.factors`), so that a place costs a few intersections.
"""

from collections.abc import Hashable, Sequence
from typing import TypeAlias

import attrs

from mlaccess.catalog.documented import Interface, Level, Target, level_rules, upload_rule
from mlaccess.resolver import AccessLevel
from mlaccess.resolver.factors import in_space, level_factors, view_titles
from mlaccess.rules import AllOf, Population, Rule, Verdict, VerdictAlgebra, fold
from mlaccess.stack import FrozenMap

from .cells import Item, Reading, World
from .census import Census

__all__ = ["Place", "Poll", "Returns", "differing"]

Place: TypeAlias = tuple[Interface, str, Item]

_LEVELS: tuple[Level, Level] = ("full", "read-only")
_NOBODY = Population.of(Verdict.DENIED)


@attrs.frozen(eq=False)
class Returns:
    """The answers of everybody at a place. Who reaches a level is among those who reach a lower one."""

    full: Population
    read_only: Population
    upload_level: Population
    upload: Population | None
    """Who can upload whatever the job, where that is asked."""
    abilities: tuple[tuple[str, Population], ...] = ()

    @staticmethod
    def of(
        full: Population,
        read: Population,
        headline: Population = _NOBODY,
        upload: Population | None = None,
        abilities: tuple[tuple[str, Population], ...] = (),
    ) -> "Returns":
        """From who meets the rules of full access, of reading, and of uploading as a level."""
        read |= full
        return Returns(full, read, read | headline, upload, abilities)

    @staticmethod
    def alike(reading: Reading) -> "Returns":
        """Where everybody has the same answer."""
        levels = (AccessLevel.FULL, AccessLevel.READ_ONLY, AccessLevel.UPLOAD)
        full, read, headline = (Population.of(reading.reaches(level)) for level in levels)
        upload = None if reading.upload is None else Population.of(reading.upload)
        abilities = tuple((name, Population.of(verdict)) for name, verdict in reading.abilities.items())
        return Returns(full, read, headline, upload, abilities)

    def sets(self) -> list[int]:
        """All sets: users of whom the same sets say the same have the same answer."""
        found: list[int] = []
        for population in self.populations():
            found.append(population.granted)
            if population.possible is not population.granted:
                found.append(population.possible)
        return found

    def populations(self) -> list[Population]:
        """All sets, in the same order for the same place."""
        found = [self.full, self.read_only, self.upload_level]
        if self.upload is not None:
            found.append(self.upload)
        found.extend(population for _, population in self.abilities)
        return found

    def reading(self, position: int) -> Reading:
        """The answer of one user."""
        levels = (self.full, self.read_only, self.upload_level)
        return Reading(
            AccessLevel(sum(p.granted >> position & 1 for p in levels)),
            AccessLevel(sum(p.possible >> position & 1 for p in levels)),
            None if self.upload is None else self.upload.verdict(position),
            FrozenMap({name: population.verdict(position) for name, population in self.abilities}),
        )


def differing(before: Returns | None, after: Returns | None) -> int:
    """The users whose answers differ in two polls about the same place; where it is not there, nobody reaches anything.

    The number may be negative, which is everybody but some; intersect it with the users meant.
    """
    given = before if before is not None else after
    if given is None:
        return 0
    nobody = Returns.alike(given.reading(0).nothing) if before is None or after is None else given
    found = 0
    one, other = before or nobody, after or nobody
    for old, new in zip(one.populations(), other.populations(), strict=True):
        if old.granted != new.granted:
            found |= old.granted ^ new.granted
        if old.possible != new.possible:
            found |= old.possible ^ new.possible
    return found


@attrs.frozen(eq=False)
class _AboutItem:
    """What is asked about an item: who meets it, and what is asked of the item in a space."""

    full: Population
    read: Population
    both: tuple[Rule, Rule]
    verdicts: dict[tuple[int, Verdict], tuple[Verdict, Verdict]]
    """What is found of the item in a space, by the number of its data views and whether it is there."""


class Poll:
    """Asks some users, all of whom the deployment lists, about one place after another."""

    def __init__(self, world: World, names: Sequence[str]) -> None:
        self._world = world
        self._census = Census(world.resolver, world.at, names)
        self._spaces: dict[str, tuple[Population, Population, Population]] = {}
        self._items: dict[Item, _AboutItem] = {}
        self._views: dict[Hashable, int] = {}
        self._views_of: dict[str, int] = {}

    def returns(self, place: Place) -> Returns | None:
        """The answers of everybody; None where the space or the item is certainly not there."""
        interface, space, item = place
        world = self._world
        target = world.target(item)
        if target is None or (space and not world.has_space(space)):
            return None
        if item.id and interface == "kibana":
            return self._placed(space, item, target)
        rules = level_rules(interface, space, target)
        full, read = self._census.population(rules.full), self._census.population(rules.read_only)
        if item.id:
            return Returns.of(full, read)
        abilities = tuple((n, self._census.population(rule)) for n, rule in world.abilities.at(interface, space))
        if interface != "kibana":
            return Returns.of(full, read, abilities=abilities)
        upload = self._census.population(rules.upload)
        return Returns.of(full, read, upload, upload, abilities)

    # -- an item in a space -------------------------------------------------------------------------------------------

    def _placed(self, space: str, item: Item, target: Target) -> Returns:
        placed = self._world.placed(item, space)
        if placed is Verdict.DENIED:
            return Returns.of(_NOBODY, _NOBODY)
        here, about = self._in_space(space), self._about(item, target)
        views = self._views_in(space)
        verdicts = about.verdicts.get((views, placed))
        if verdicts is None:
            algebra = VerdictAlgebra(self._world.impersonal)
            full, read = (fold(in_space(rule, space), algebra) for rule in about.both)
            verdicts = about.verdicts[views, placed] = full, read
        return Returns.of(
            here[0] & about.full & Population.of(verdicts[0]),
            here[1] & about.read & Population.of(verdicts[1]),
            here[2] & Population.of(placed),
        )

    def _in_space(self, space: str) -> tuple[Population, Population, Population]:
        """Who meets what is asked in a space whatever the job: for full access, for reading, for uploading."""
        found = self._spaces.get(space)
        if found is None:
            rules = [in_space(level_factors(level, Target()).space, space) for level in _LEVELS]
            full, read, upload = map(self._census.population, (*rules, upload_rule(space)))
            found = self._spaces[space] = full, read, upload
        return found

    def _about(self, item: Item, target: Target) -> _AboutItem:
        found = self._items.get(item)
        if found is None:
            full, read = (level_factors(level, target) for level in _LEVELS)
            found = self._items[item] = _AboutItem(
                self._census.population(full.job),
                self._census.population(read.job),
                (AllOf(full.both), AllOf(read.both)),
                {},
            )
        return found

    def _views_in(self, space: str) -> int:
        """A number for what the data views of a space say."""
        found = self._views_of.get(space)
        if found is None:
            titles = view_titles(self._world.deployment, space)
            found = self._views_of[space] = self._views.setdefault(titles, len(self._views))
        return found
