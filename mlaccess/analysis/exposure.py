"""Who sees more than they should: results without their sources, callers whom spaces do not confine, and escalation."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Literal, TypeAlias

import attrs

from mlaccess.catalog.documented import Interface, Target, level_rule
from mlaccess.resolver import Judge, Resolver
from mlaccess.resolver.questions import check_names
from mlaccess.rules import Finding, Verdict, VerdictAlgebra, fold
from mlaccess.rules.facts import ClusterPrivilege, Fact, IndexPrivilege, KibanaFeature
from mlaccess.stack import Identity, NotExported

from .cells import Caller, Item, World, chosen_items, chosen_spaces
from .crowd import Crowd
from .escalation import POWER_FACTS, Escalation, find_escalations, may_run_as, runs_as_anyone

__all__ = [
    "ExposedCaller",
    "ExposedResults",
    "Exposure",
    "MissingRead",
    "Route",
    "Unconfined",
    "Way",
    "exposure",
]

RouteKind: TypeAlias = Literal["Machine Learning: Read", "monitor_ml"]
WayKind: TypeAlias = Literal["elasticsearch", "results-index", "run-as", "api-key"]

RESULTS = ".ml-anomalies-"
_JOB = "anomaly-detector"


@attrs.frozen
class Route:
    """What lets a caller see results: a Kibana privilege in the space, or a cluster privilege."""

    kind: RouteKind
    finding: Finding = attrs.field(repr=False)


@attrs.frozen
class MissingRead:
    """The witness: a source of the job on which the caller lacks `read`."""

    source: str
    finding: Finding = attrs.field(repr=False)

    @property
    def name(self) -> str:
        """A concrete name that is not covered, where one was found; else the source's own expression."""
        return str(self.finding.values.get("witness", self.source))


@attrs.frozen
class ExposedCaller:
    """A caller who sees results of a job without `read` on its sources. `verdict` UNKNOWN: possibly."""

    caller: Caller
    verdict: Verdict
    routes: tuple[Route, ...]
    missing: tuple[MissingRead, ...]

    def __str__(self) -> str:
        sources = ", ".join(f"`{m.source}`" for m in self.missing)
        maybe = "" if self.verdict is Verdict.GRANTED else "possibly "
        return f"{maybe}{self.caller}, by {' and '.join(r.kind for r in self.routes)}, without `read` on {sources}"


@attrs.frozen(eq=False)
class ExposedResults:
    """One job in one space (or on the APIs) with everybody whom the page's warning is about (P30, or P16)."""

    interface: Interface
    space: str
    job: str
    sentence: str
    model_plot: bool
    """The job stores model plot, so even the charts of its metric are visible."""
    examples: bool
    """The job categorises, so its results hold examples of source text."""
    _who: tuple[tuple[Caller, Verdict], ...] = attrs.field(repr=False)
    _explain: Callable[[Caller, Verdict], ExposedCaller] = attrs.field(repr=False)

    def __len__(self) -> int:
        return len(self._who)

    def names(self, verdict: Verdict) -> tuple[str, ...]:
        """The callers exposed with this certainty."""
        return tuple(caller.name for caller, found in self._who if found is verdict)

    @cached_property
    def callers(self) -> tuple[ExposedCaller, ...]:
        """Everybody, with routes and witnesses."""
        return tuple(self._explain(caller, verdict) for caller, verdict in self._who)

    def __str__(self) -> str:
        where = f"in {self.space}" if self.space else f"by {self.interface}"
        return f"results of `{self.job}` {where}: {len(self)} callers without its sources ({self.sentence})"


@attrs.frozen
class Way:
    """A way around spaces. `detail` names the index, the other user or the key; `finding` is the evidence."""

    kind: WayKind
    verdict: Verdict
    detail: str
    finding: Finding | None = attrs.field(default=None, repr=False)

    def __str__(self) -> str:
        maybe = "" if self.verdict is Verdict.GRANTED else "possibly "
        return f"{maybe}{self.kind}: {self.detail}"


@attrs.frozen
class Unconfined:
    """A caller whom the assignment of jobs to spaces does not confine (P08)."""

    caller: Caller
    ways: tuple[Way, ...]

    def __str__(self) -> str:
        return f"{self.caller}: {'; '.join(map(str, self.ways))}"


@attrs.frozen
class Exposure:
    """What a deployment shows to whom beyond what its spaces and index privileges suggest."""

    results: tuple[ExposedResults, ...]
    unconfined: tuple[Unconfined, ...]
    escalations: tuple[Escalation, ...]
    silent: tuple[Item, ...]
    """Jobs whose sources the export does not show, so that nothing can be said about their results."""


def exposure(
    resolver: Resolver,
    *,
    users: Iterable[str] | None = None,
    identities: Iterable[Identity] = (),
    spaces: Iterable[str] | None = None,
    jobs: Iterable[str] | None = None,
    reserved: bool = False,
    at: datetime | None = None,
) -> Exposure:
    """Who can read results of which jobs without their sources, whom spaces do not confine, who could become full.

    None asks about everything listed; built-in users are left out unless `reserved`. Warnings P16 and P30 of the page;
    what the results hold, and that Kibana reads them as its own user: `x-pack/platform/plugins/shared/ml/server/lib/
    ml_client/search.ts` in elastic/kibana. Raises `UnknownNameError` for spaces and jobs that certainly do not exist.
    """
    check_names(users=users)
    world = World(resolver, at)
    crowd = Crowd(world, users, reserved)
    others = [Caller("identity", i.username, i) for i in identities]
    judged = [(c, j) for c in (*crowd.alone, *others) if (j := world.judge(c)) is not None]
    items = [i for i in chosen_items((world.deployment,), jobs) if i.kind == _JOB]
    places = chosen_spaces((world.deployment,), spaces)
    sources = {i: t.sources for i in items if (t := world.target(i)) is not None}
    return Exposure(
        tuple(_results(world, crowd, judged, places, sources)),
        tuple(_unconfined(world, crowd, judged)),
        find_escalations([*crowd.judged(POWER_FACTS, run_as=True), *judged]),
        tuple(i for i, found in sources.items() if found is None),
    )


_Judged: TypeAlias = Sequence[tuple[Caller, Judge]]
_Sources: TypeAlias = dict[Item, tuple[str, ...] | None]


# -- results without sources -------------------------------------------------------------------------------------


def _results(
    world: World, crowd: Crowd, judged: _Judged, spaces: Sequence[str], sources: _Sources
) -> Iterator[ExposedResults]:
    lacking = {item: crowd.lacking([IndexPrivilege(s, "read") for s in found or ()]) for item, found in sources.items()}
    places: list[tuple[Interface, str]] = [*(("kibana", s) for s in spaces), ("api", "")]
    for interface, space in places:
        rule = level_rule("read-only", interface, space, Target())
        reach = crowd.population(rule)
        alone = [(c, j, fold(rule, VerdictAlgebra(j.verdict))) for c, j in judged]
        for item, expressions in sources.items():
            placed = world.placed(item, space) if space else Verdict.GRANTED
            if placed is Verdict.DENIED or not expressions:
                continue
            possible = reach.possible & lacking[item].possible
            certain = reach.granted & lacking[item].granted if placed is Verdict.GRANTED else 0
            who = [*crowd.callers(certain, possible)]
            for caller, judge, seen in alone:
                verdict = min(seen, placed, max(_certainty(m) for m in _missing(judge, expressions, every=True)))
                if verdict is not Verdict.DENIED:
                    who.append((caller, verdict))
            if who:
                yield _row(world, interface, space, item, tuple(who), expressions)


def _certainty(missing: MissingRead) -> Verdict:
    """Whether `read` is missing, as a verdict on the exposure."""
    return Verdict(Verdict.GRANTED - missing.finding.verdict)


def _missing(judge: Judge, sources: Sequence[str], *, every: bool = False) -> tuple[MissingRead, ...]:
    found = (MissingRead(s, judge(IndexPrivilege(s, "read"))) for s in sources)
    return tuple(m for m in found if every or m.finding.verdict is not Verdict.GRANTED)


def _routes(judge: Judge, space: str) -> tuple[Route, ...]:
    monitor = judge(ClusterPrivilege("monitor_ml"))
    asked: list[Route] = [Route("monitor_ml", monitor)]
    if space:
        asked.insert(0, Route("Machine Learning: Read", judge(KibanaFeature(("ml",), "read", space))))
    best = max(r.finding.verdict for r in asked)
    return tuple(r for r in asked if r.finding.verdict is best)


def _row(
    world: World,
    interface: Interface,
    space: str,
    item: Item,
    who: tuple[tuple[Caller, Verdict], ...],
    sources: tuple[str, ...],
) -> ExposedResults:
    jobs = world.deployment.jobs
    job = None if isinstance(jobs, NotExported) else jobs.get(item.id)

    def explain(caller: Caller, verdict: Verdict) -> ExposedCaller:
        judge = world.judge(caller)
        assert judge is not None
        missing = _missing(judge, sources)
        if verdict is Verdict.GRANTED:
            # The certain witnesses of a certain exposure; all of them of a possible one.
            missing = tuple(m for m in missing if m.finding.verdict is Verdict.DENIED)
        return ExposedCaller(caller, verdict, _routes(judge, space), missing)

    return ExposedResults(
        interface,
        space,
        item.id,
        "P30" if space else "P16",
        job is not None and job.model_plot,
        job is not None and bool(job.categorization_field),
        who,
        explain,
    )


# -- callers whom spaces do not confine --------------------------------------------------------------------------


def _unconfined(world: World, crowd: Crowd, judged: _Judged) -> Iterator[Unconfined]:
    keys = _keys(world)
    facts: list[Fact] = [ClusterPrivilege("monitor_ml"), *(IndexPrivilege(n, "read") for n in _result_indices(world))]
    everyone = [*crowd.judged(facts, run_as=True, names=keys), *judged]
    usable = [(c, j) for c, j in everyone if j.subject.account.verdict is not Verdict.DENIED]
    own = {caller: tuple(_own_ways(world, judge)) for caller, judge in usable}
    for caller, judge in usable:
        ways = [*own[caller], *keys.get(caller.name, ())]
        for other, _ in usable if runs_as_anyone(judge) else ():
            if other != caller and own[other] and may_run_as(judge, other.name):
                ways.append(Way("run-as", own[other][0].verdict, f"acts as `{other.name}`: {own[other][0].detail}"))
        if ways:
            yield Unconfined(caller, tuple(ways))


def _own_ways(world: World, judge: Judge) -> Iterator[Way]:
    account = judge.subject.account.verdict
    if account is Verdict.DENIED:
        return
    monitor = judge(ClusterPrivilege("monitor_ml"))
    if monitor.verdict is not Verdict.DENIED:
        yield Way("elasticsearch", min(account, monitor.verdict), "`monitor_ml` shows the jobs of all spaces", monitor)
    for name in _result_indices(world):
        finding = judge(IndexPrivilege(name, "read"))
        if finding.verdict is not Verdict.DENIED:
            yield Way("results-index", min(account, finding.verdict), f"`read` on `{name}`", finding)
            if name == RESULTS + "*":
                return


def _result_indices(world: World) -> Iterator[str]:
    """All result indices as one pattern, and each that a job writes to."""
    yield RESULTS + "*"
    jobs = world.deployment.jobs
    if not isinstance(jobs, NotExported):
        names = dict.fromkeys(j.results_index_name or "shared" for j in jobs.values())
        yield from (n if n.startswith(RESULTS) else RESULTS + n for n in names)


def _keys(world: World) -> dict[str, list[Way]]:
    """By owner: the usable keys that reach Elasticsearch's machine learning, whatever the owner's roles are now."""
    keys = world.deployment.api_keys
    found: dict[str, list[Way]] = {}
    for id_, key in () if isinstance(keys, NotExported) else keys.items():
        judge = world.judge(Caller("api_key", id_))
        if judge is None:
            continue
        for way in _own_ways(world, judge):
            name = f"`{key.name}` " if key.name else ""
            detail = f"key {name}({id_}): {way.detail}"
            found.setdefault(key.username, []).append(Way("api-key", way.verdict, detail, way.finding))
    return found
