"""The cells of a deployment: every question about a level that can be asked of it, and how two answers compare."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import Enum

import attrs

from mlaccess.catalog.documented import Interface, LevelRules, Target, level_rules
from mlaccess.errors import UnknownNameError
from mlaccess.resolver import AccessLevel, Judge, Resolver
from mlaccess.resolver.factors import whereabouts
from mlaccess.resolver.questions import check_names, check_space, check_type, find_target, saw_all_spaces
from mlaccess.resolver.subjects import Subject
from mlaccess.rules import Finding, Verdict
from mlaccess.rules.facts import Fact
from mlaccess.stack import ALL_SPACES, UNSEEN_SPACE, Deployment, FrozenMap, Identity, NotExported, SpaceAssignments

from .abilities import Abilities
from .parts import USERS

__all__ = [
    "Caller",
    "Cell",
    "CellClass",
    "Item",
    "Reading",
    "World",
    "chosen_items",
    "chosen_spaces",
    "known_items",
    "known_spaces",
]

_KINDS = ("anomaly-detector", "data-frame-analytics")
_MODEL = "trained-model"
_NAMED = 3
"""So many capabilities and operations of a cell are named in words; the others are counted."""


@attrs.frozen
class Caller:
    """Who asks: `kind` is `user`, `identity` or `api_key`; `name` the user's name, or the key's id."""

    kind: str
    name: str
    identity: Identity | None = attrs.field(default=None, repr=False)

    def __str__(self) -> str:
        return f"API key {self.name}" if self.kind == "api_key" else self.name


@attrs.frozen(order=True)
class Item:
    """A job or trained model by its saved-object type and id; both are empty where a question names none."""

    kind: str = ""
    id: str = ""

    def __str__(self) -> str:
        return self.id


@attrs.frozen
class Reading:
    """The answer in a cell: an interval of levels, whether files can be uploaded, and the capabilities asked for.

    Upload is an ability in a space whatever the job, so `upload` is asked where no job is, and None elsewhere.
    """

    level: AccessLevel = AccessLevel.NONE
    ceiling: AccessLevel = AccessLevel.NONE
    upload: Verdict | None = None
    abilities: FrozenMap[str, Verdict] = attrs.field(factory=FrozenMap[str, Verdict])

    def intervals(self) -> Iterator[tuple[int, int]]:
        """Each aspect as what is certain and what is still possible."""
        yield int(self.level), int(self.ceiling)
        for verdict in (self.upload, *self.abilities.values()):
            if verdict is not None:
                yield int(verdict is Verdict.GRANTED), int(verdict is not Verdict.DENIED)

    def reaches(self, level: AccessLevel) -> Verdict:
        """Whether it is at least this level."""
        if self.level >= level:
            return Verdict.GRANTED
        return Verdict.UNKNOWN if self.ceiling >= level else Verdict.DENIED

    @property
    def nothing(self) -> "Reading":
        """The answer of nobody in particular to the same questions: nothing is granted."""
        upload = None if self.upload is None else Verdict.DENIED
        return Reading(upload=upload, abilities=FrozenMap(dict.fromkeys(self.abilities, Verdict.DENIED)))

    def __str__(self) -> str:
        level = self.level.word if self.level is self.ceiling else f"{self.level.word} to {self.ceiling.word}"
        return level if self.upload is None else f"{level}, upload {self.upload.word}"


class CellClass(Enum):
    """How a cell differs. `CHANGED`: something is gained and something lost, or neither is certain."""

    GAINED = "gained"
    LOST = "lost"
    CHANGED = "changed"
    NOW_UNKNOWN = "now unknown"
    NOW_KNOWN = "now known"


@attrs.frozen
class Cell:
    """One question with the answers of two deployments. None: the user, space or job is not in that deployment."""

    caller: Caller
    interface: Interface
    space: str
    item: Item
    before: Reading | None
    after: Reading | None

    def _pairs(self) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        before, after = self._filled(self.before, self.after), self._filled(self.after, self.before)
        return zip(before.intervals(), after.intervals(), strict=True)

    @staticmethod
    def _filled(reading: Reading | None, other: Reading | None) -> Reading:
        """Who or what is not there has no access: nothing granted, in the same aspects as the other side."""
        if reading is not None:
            return reading
        return Reading() if other is None else other.nothing

    @property
    def differs(self) -> bool:
        """Whether any aspect differs. A cell that is on one side only differs where that side grants something."""
        return any(old != new for old, new in self._pairs())

    @property
    def gain(self) -> Verdict:
        """Whether something is granted that was not: certainly, possibly, or certainly nothing."""
        return max((_more(old, new) for old, new in self._pairs() if old != new), default=Verdict.DENIED)

    @property
    def loss(self) -> Verdict:
        """Whether something is no longer granted: certainly, possibly, or certainly nothing."""
        return max((_more(new, old) for old, new in self._pairs() if old != new), default=Verdict.DENIED)

    @property
    def wider(self) -> bool:
        """Whether what is certain and what is possible have both grown or stayed."""
        return all(new[0] >= old[0] and new[1] >= old[1] for old, new in self._pairs())

    @property
    def stricter(self) -> bool:
        """Whether what is certain and what is possible have both shrunk or stayed."""
        return all(new[0] <= old[0] and new[1] <= old[1] for old, new in self._pairs())

    @property
    def kind(self) -> CellClass:
        """The class of the difference."""
        gain, loss = self.gain, self.loss
        if Verdict.GRANTED in (gain, loss):
            other = loss if gain is Verdict.GRANTED else gain
            if other is not Verdict.DENIED:
                return CellClass.CHANGED
            return CellClass.GAINED if gain is Verdict.GRANTED else CellClass.LOST
        unsure_before = any(old[0] != old[1] for old, new in self._pairs() if old != new)
        unsure_after = any(new[0] != new[1] for old, new in self._pairs() if old != new)
        if unsure_before and unsure_after:
            return CellClass.CHANGED
        return CellClass.NOW_UNKNOWN if unsure_after else CellClass.NOW_KNOWN

    @property
    def abilities(self) -> tuple[tuple[str, Verdict, Verdict], ...]:
        """The capabilities and operations whose verdict differs, with the verdict before and after."""
        before, after = self._filled(self.before, self.after), self._filled(self.after, self.before)
        pairs = zip(before.abilities.items(), after.abilities.values(), strict=True)
        return tuple((name, old, new) for (name, old), new in pairs if old is not new)

    @property
    def besides(self) -> str:
        """The capabilities and operations that are granted, denied or unknown now and were not, in a few words."""
        said: list[str] = []
        for verdict, sign in ((Verdict.GRANTED, "+"), (Verdict.DENIED, "-"), (Verdict.UNKNOWN, "?")):
            names = [name for name, _, after in self.abilities if after is verdict]
            if names:
                more = ", …" if len(names) > _NAMED else ""
                said.append(f"{sign}{len(names)}: {', '.join(names[:_NAMED])}{more}")
        return "; ".join(said)

    @property
    def where(self) -> str:
        """The question in words: who, by which interface, in which space, to what."""
        place = f" in {self.space}" if self.space else ""
        what = f" to {self.item.id}" if self.item.id else ""
        return f"{self.caller} by {self.interface}{place}{what}"

    def __str__(self) -> str:
        before = "not there" if self.before is None else str(self.before)
        after = "not there" if self.after is None else str(self.after)
        return f"{self.where}: {before} -> {after}" + (f" ({self.besides})" if self.abilities else "")


def _more(old: tuple[int, int], new: tuple[int, int]) -> Verdict:
    """Whether the truth within `new` is above the truth within `old`."""
    if new[0] > old[1]:
        return Verdict.GRANTED
    return Verdict.UNKNOWN if new[1] > old[0] else Verdict.DENIED


# -- what there is to ask about ----------------------------------------------------------------------------------


def known_spaces(deployment: Deployment) -> tuple[str, ...]:
    """The spaces of a deployment: those exported, else those that other files mention, `default` always among them."""
    if not isinstance(deployment.spaces, NotExported):
        return tuple(deployment.spaces)
    found: dict[str, None] = {"default": None}
    if not isinstance(deployment.data_views, NotExported):
        found.update(dict.fromkeys(deployment.data_views))
    for part in (deployment.job_spaces, deployment.model_spaces):
        if not isinstance(part, NotExported):
            found.update(dict.fromkeys(sorted(part.spaces - {ALL_SPACES, UNSEEN_SPACE})))
    return tuple(found)


def known_items(deployment: Deployment) -> tuple[Item, ...]:
    """The jobs and trained models of a deployment, from the lists, datafeeds and space assignments."""
    found: dict[Item, None] = {}
    parts = (deployment.jobs, deployment.analytics, deployment.trained_models)
    for kind, part in zip((*_KINDS, _MODEL), parts, strict=True):
        if not isinstance(part, NotExported):
            found.update(dict.fromkeys(Item(kind, id_) for id_ in part))
    # Without a whole list of jobs, their datafeeds name them.
    whole = not isinstance(deployment.jobs, NotExported) and "jobs" not in deployment.incomplete
    if not whole and not isinstance(deployment.datafeeds, NotExported):
        found.update(dict.fromkeys(Item(_KINDS[0], feed.job_id) for feed in deployment.datafeeds.values()))
    for assignments in (deployment.job_spaces, deployment.model_spaces):
        if not isinstance(assignments, NotExported):
            found.update(dict.fromkeys(_assigned(assignments)))
    return tuple(found)


def chosen_spaces(deployments: Sequence[Deployment], names: Iterable[str] | None) -> tuple[str, ...]:
    """All spaces of some deployments, or those named. Raises `UnknownNameError` for one that certainly none has."""
    check_names(spaces=names)
    if names is None:
        return tuple(dict.fromkeys(s for d in deployments for s in known_spaces(d)))
    chosen = tuple(dict.fromkeys(names))
    for name in chosen:
        refusals: list[UnknownNameError] = []
        for deployment in deployments:
            try:
                check_space(deployment, name)
            except UnknownNameError as error:
                refusals.append(error)
        if len(refusals) == len(deployments):
            raise refusals[-1]
    return chosen


def chosen_items(deployments: Sequence[Deployment], ids: Iterable[str] | None) -> tuple[Item, ...]:
    """All jobs and models of some deployments, or those with these ids. Raises `UnknownNameError` for an id of none."""
    check_names(jobs=ids)
    items = tuple(dict.fromkeys(i for d in deployments for i in known_items(d)))
    if ids is None:
        return items
    wanted, known = set(ids), {i.id for i in items}
    for id_ in sorted(wanted - known):
        raise UnknownNameError("job or model", id_, tuple(known))
    return tuple(i for i in items if i.id in wanted)


def _assigned(assignments: SpaceAssignments) -> Iterator[Item]:
    for kind in (*_KINDS, _MODEL):
        for id_ in assignments.of(kind):
            yield Item(kind, id_)


class World:
    """One side of a comparison: a resolver, asked about callers, spaces and items that need not be in it."""

    def __init__(self, resolver: Resolver, at: datetime | None = None, abilities: Iterable[str] | None = ()) -> None:
        check_type(Resolver, resolver)
        self.resolver = resolver
        self.deployment = resolver.deployment
        self.at = at
        self.abilities = Abilities(abilities, resolver.profile)
        self._targets: dict[Item, Target | None] = {}
        self._judges: dict[Caller, Judge | None] = {}
        self._whereabouts: dict[Item, tuple[dict[str, Verdict], Verdict]] = {}
        self._on_api: dict[Item, LevelRules] = {}
        nobody = Subject("user", "", Finding(Verdict.UNKNOWN, "account.nobody"), ())
        self._nobody = resolver.judge_of(nobody, at=at)

    def judge(self, caller: Caller) -> Judge | None:
        """The judge of a caller; None where the deployment certainly has no such account."""
        if caller not in self._judges:
            self._judges[caller] = self._judge(caller)
        return self._judges[caller]

    def _judge(self, caller: Caller) -> Judge | None:
        deployment = self.deployment
        try:
            if caller.kind == "api_key":
                return self.resolver.judge(api_key=caller.name, at=self.at)
            if caller.identity is not None:
                return self.resolver.judge(caller.identity, at=self.at)
            whole = not isinstance(deployment.users, NotExported) and "users" not in deployment.incomplete
            if whole and not self.lists(caller.name):
                # The cell is about the listed account; that a realm nobody listed may know the name is no change.
                return None
            return self.resolver.judge(caller.name, at=self.at)
        except UnknownNameError:
            return None

    def lists(self, user: str) -> bool:
        """Whether the deployment lists a user of this name."""
        parts = (getattr(self.deployment, part) for part in USERS)
        return any(not isinstance(users, NotExported) and user in users for users in parts)

    def assigned(self, user: str) -> set[str]:
        """The roles that the deployment's lists give a user."""
        parts = (getattr(self.deployment, part) for part in USERS)
        return {
            r for users in parts if not isinstance(users, NotExported) and user in users for r in users.roles_of(user)
        }

    def target(self, item: Item) -> Target | None:
        """What a question about an item is about; None where the deployment certainly lacks the item."""
        if item not in self._targets:
            self._targets[item] = self._target(item)
        return self._targets[item]

    def _target(self, item: Item) -> Target | None:
        try:
            if item.kind == _MODEL:
                return find_target(self.deployment, model=item.id)
            if item.kind == "anomaly-detector":
                return find_target(self.deployment, job=item.id, job_type="anomaly-detector")
            if item.kind == "data-frame-analytics":
                return find_target(self.deployment, job=item.id, job_type="data-frame-analytics")
        except UnknownNameError:
            return None
        return Target()

    def has_space(self, space: str) -> bool:
        """False where the space certainly does not exist."""
        deployment = self.deployment
        spaces = deployment.spaces
        listed = isinstance(spaces, NotExported) or space in spaces or "spaces" in deployment.incomplete
        return listed or not saw_all_spaces(deployment)

    def impersonal(self, fact: Fact) -> Verdict:
        """The verdict on a fact that is the same for every caller."""
        return self._nobody.verdict(fact)

    def placed(self, item: Item, space: str) -> Verdict:
        """Whether an item is in a space."""
        found = self._whereabouts.get(item)
        if found is None:
            found = self._whereabouts[item] = whereabouts(self.deployment, self.impersonal, Target(item.kind, item.id))
        assigned, elsewhere = found
        return assigned.get(space, elsewhere)

    def read(self, caller: Caller, interface: Interface, space: str, item: Item) -> Reading | None:
        """The answer to one question; None where caller, space or item is certainly not there."""
        judge, target = self.judge(caller), self.target(item)
        if judge is None or target is None or (space and not self.has_space(space)):
            return None
        if item.id and interface != "kibana":
            return self._read_on_api(judge, item, target)
        access = self.resolver.access_to(judge, interface, space, target)
        if item.id:
            return Reading(access.level, access.ceiling)
        abilities = {name: judge.verdict_of(rule) for name, rule in self.abilities.at(interface, space)}
        upload = access.can_upload if interface == "kibana" else None
        return Reading(access.level, access.ceiling, upload, FrozenMap(abilities))

    def _read_on_api(self, judge: Judge, item: Item, target: Target) -> Reading:
        """The answer about an item on the APIs, where no space makes it another rule for each: full, else reading."""
        rules = self._on_api.get(item)
        if rules is None:
            rules = self._on_api[item] = level_rules("api", "", target)
        full, read = judge.verdict_of(rules.full), judge.verdict_of(rules.read_only)
        level, ceiling = (
            AccessLevel.FULL if full >= least else AccessLevel.READ_ONLY if read >= least else AccessLevel.NONE
            for least in (Verdict.GRANTED, Verdict.UNKNOWN)
        )
        return Reading(level, ceiling)
