"""Grand totals: how many users reach which level over all spaces and jobs, without a visit to every cell.

Work grows with roles, users, spaces, jobs and the assignments of jobs to spaces, not with cells.
"""

from collections.abc import Iterable
from concurrent.futures import Executor
from datetime import datetime

import attrs

from mlaccess.catalog.documented import Target, headline_rule, upload_rule
from mlaccess.resolver import AccessLevel, Resolver
from mlaccess.resolver.factors import ANY_SPACE, Factors, factors, in_space, level_factors, view_titles, whereabouts
from mlaccess.resolver.questions import find_target
from mlaccess.rules import Rule, Verdict, VerdictAlgebra, fold
from mlaccess.stack import Deployment, FrozenMap

from .cells import Item, known_items, known_spaces
from .census import Answer, Census
from .counting import PAIRS, Counts, Job, Payload, Place, Three, Verdicts, count_jobs
from .spreadsheets import csv_text

__all__ = ["Tally", "Totals", "totals"]


@attrs.frozen
class Tally:
    """How many cells have which level and ceiling. Certain are those whose level and ceiling are the same."""

    cells: FrozenMap[tuple[AccessLevel, AccessLevel], int]
    not_applicable: int = 0
    """Cells in which the job is certainly not in the space; nobody has a level there, and they count as `none`."""

    @staticmethod
    def of(cells: int, at_least: Counts, not_applicable: int = 0) -> "Tally":
        """From the number of cells, and the numbers of those with a level and a ceiling or better ones."""
        reached = dict(zip(PAIRS, at_least, strict=True))
        reached[0, 0] = cells

        def better(level: int, ceiling: int) -> int:
            return 0 if max(level, ceiling) > 3 else reached[level, max(level, ceiling)]

        found: dict[tuple[AccessLevel, AccessLevel], int] = {}
        for level in AccessLevel:
            for ceiling in AccessLevel:
                if level <= ceiling:
                    number = better(level, ceiling) - better(level + 1, ceiling)
                    number -= better(level, ceiling + 1) - better(level + 1, ceiling + 1)
                    if number:
                        found[level, ceiling] = number
        return Tally(FrozenMap(found), not_applicable)

    def at(self, level: AccessLevel, *, certain: bool | None = None) -> int:
        """How many cells have a level; of those the certain or the uncertain ones, if asked."""
        return sum(
            number
            for (lower, upper), number in self.cells.items()
            if lower is level and (certain is None or (lower is upper) is certain)
        )

    @property
    def total(self) -> int:
        """All cells."""
        return sum(self.cells.values())

    @property
    def certain(self) -> int:
        """The cells in which nothing is left in doubt."""
        return sum(number for (lower, upper), number in self.cells.items() if lower is upper)

    def plain(self) -> dict[str, object]:
        """As plain data: for each level the number of cells, and how many of them are certain."""
        levels: dict[str, object] = {
            level.word: {"cells": self.at(level), "certain": self.at(level, certain=True)}
            for level in reversed(AccessLevel)
        }
        return {**levels, "not_applicable": self.not_applicable}


@attrs.frozen(eq=False)
class Totals:
    """The levels of all users in Kibana, over all spaces and jobs."""

    users: int
    spaces: tuple[str, ...]
    jobs: tuple[Item, ...]
    tally: Tally
    by_space: FrozenMap[str, Tally]
    by_job: FrozenMap[Item, Tally]

    def plain(self) -> dict[str, object]:
        """As plain data, in the order of the export."""
        return {
            "users": self.users,
            "spaces": len(self.spaces),
            "jobs": len(self.jobs),
            "total": self.tally.plain(),
            "by_space": {space: tally.plain() for space, tally in self.by_space.items()},
            "by_job": [{"type": item.kind, "id": item.id, **tally.plain()} for item, tally in self.by_job.items()],
        }

    def to_csv(self) -> str:
        """A table with a header line: a line for all cells, one for each space and one for each job.

        For each level the cells that have it and, in the next column, how many of them are certain.
        """
        levels = [column for level in reversed(AccessLevel) for column in (level.word, f"{level.word} certain")]
        lines: list[tuple[str | int, ...]] = [("of", "type", "name", *levels, "not applicable")]
        rows = [("all", "", "", self.tally)]
        rows += [("space", "", space, tally) for space, tally in self.by_space.items()]
        rows += [("job", item.kind, item.id, tally) for item, tally in self.by_job.items()]
        for of, kind, name, tally in rows:
            cells = [n for level in reversed(AccessLevel) for n in (tally.at(level), tally.at(level, certain=True))]
            lines.append((of, kind, name, *cells, tally.not_applicable))
        return csv_text(lines)


def totals(
    resolver: Resolver,
    *,
    spaces: Iterable[str] | None = None,
    jobs: Iterable[Item] | None = None,
    at: datetime | None = None,
    executor: Executor | None = None,
    parts: int = 2,
    census: Census | None = None,
) -> Totals:
    """Count the cells of all listed users, spaces and jobs by level and certainty, with totals per space and per job.

    Spaces and jobs are those that the deployment knows (trained models only if named). With an `executor` of
    `concurrent.futures` (a process pool, or another that keeps to its interface), the jobs are counted in so many
    `parts`. Raises `UnknownNameError` for jobs that certainly do not exist.
    """
    census = census or Census(resolver, at)
    columns = tuple(dict.fromkeys(spaces)) if spaces is not None else known_spaces(resolver.deployment)
    if jobs is None:
        jobs = (item for item in known_items(resolver.deployment) if item.kind != "trained-model")
    items = tuple(dict.fromkeys(jobs))
    worlds = _Worlds(census, columns)
    asked = worlds.jobs(items)
    payload = worlds.payload()
    if not asked:
        counted = []
    elif executor is None or parts < 2 or len(asked) < 2:
        counted = [count_jobs(payload, asked)]
    else:
        shares = [asked[part::parts] for part in range(min(parts, len(asked)))]
        counted = [task.result() for task in [executor.submit(count_jobs, payload, share) for share in shares]]
    size = census.users.size
    rows: dict[int, Counts] = {}
    sums: list[Counts] = [[0] * len(PAIRS) for _ in columns]
    for found, by_space in counted:
        for number, counts in found.items():
            rows[number] = _sum(rows[number], counts) if number in rows else counts
        sums = [_sum(*pair) for pair in zip(sums, by_space, strict=True)]
    nothing: Counts = [0] * len(PAIRS)
    grand = [sum(counts[i] for counts in sums) for i in range(len(PAIRS))]

    def space_tally(number: int) -> Tally:
        return Tally.of(size * len(items), sums[number], size * (len(items) - worlds.jobs_in[number]))

    def job_tally(number: int) -> Tally:
        return Tally.of(size * len(columns), rows.get(number, nothing), size * worlds.spaces_without[number])

    return Totals(
        size,
        columns,
        items,
        Tally.of(size * len(columns) * len(items), grand, size * sum(worlds.spaces_without)),
        FrozenMap({space: space_tally(number) for number, space in enumerate(columns)}),
        FrozenMap({item: job_tally(number) for number, item in enumerate(items)}),
    )


def _sum(one: Counts, other: Counts) -> Counts:
    return [a + b for a, b in zip(one, other, strict=True)]


class _Worlds:
    """The rules of all levels, taken apart by what they depend on, with who meets each part."""

    def __init__(self, census: Census, spaces: tuple[str, ...]) -> None:
        self._census = census
        self._deployment: Deployment = census.resolver.deployment
        self._decide = VerdictAlgebra(census.holders.impersonal)
        self._spaces = spaces
        self._numbers = {space: number for number, space in enumerate(spaces)}
        self._answers: dict[Rule, Answer] = {}
        self._space_rules: tuple[Rule, Rule, Rule] | None = None
        self._groups = self._by_data_views()
        self.jobs_in = [0] * len(spaces)
        """For each space the number of jobs that are not certainly elsewhere."""
        self.spaces_without: list[int] = []
        """For each job the number of spaces in which it certainly is not."""
        self._group_of = {number: group for group, numbers in enumerate(self._groups) for number in numbers}

    def _answer(self, rule: Rule) -> Answer:
        found = self._answers.get(rule)
        if found is None:
            found = self._answers[rule] = self._census.answer(rule)
        return found

    def payload(self) -> Payload:
        """What the counting of jobs needs to know of users and spaces."""
        rules = self._space_rules or ()
        answers: list[Three] = []
        for space in self._spaces:
            if rules:
                full, read, upload = (self._answer(in_space(rule, space)) for rule in rules)
                answers.append((full, read, upload))
        census = self._census
        return Payload(census.offsets, census.numbers, census.disabled, tuple(answers))

    # -- jobs -------------------------------------------------------------------------------------------------------

    def jobs(self, items: tuple[Item, ...]) -> list[Job]:
        """The jobs, those together of which the same is asked."""
        asked: dict[tuple[object, ...], tuple[Three, dict[Place, list[int]]]] = {}
        for number, item in enumerate(items):
            target = _target(self._deployment, item)
            upload_there = headline_rule(upload_rule(ANY_SPACE), "kibana", ANY_SPACE, target)
            parts = [level_factors("full", target), level_factors("read-only", target), factors(upload_there)]
            full, read, upload = (self._answer(part.job) for part in parts)
            self._same_space_rules(parts)
            three = (full, read, upload)
            _, places = asked.setdefault(tuple(answer.key for answer in three), (three, {}))
            for place in self._places(target, parts):
                places.setdefault(place, []).append(number)
        return [
            Job(three, tuple((place, tuple(numbers)) for place, numbers in places.items()))
            for three, places in asked.values()
            if places
        ]

    def _same_space_rules(self, parts: list[Factors]) -> None:
        full, read, upload = (part.space for part in parts)
        if self._space_rules is None:
            self._space_rules = full, read, upload
        elif self._space_rules != (full, read, upload):
            raise AssertionError("what is asked of a caller in a space depends on the job")

    # -- jobs in spaces -----------------------------------------------------------------------------------------------

    def _by_data_views(self) -> list[tuple[int, ...]]:
        """The spaces with the same titles of data views, in groups."""
        groups: dict[object, list[int]] = {}
        for number, space in enumerate(self._spaces):
            groups.setdefault(view_titles(self._deployment, space), []).append(number)
        return [tuple(group) for group in groups.values()]

    def _places(self, target: Target, parts: list[Factors]) -> list[Place]:
        """Where something about a job and a space is not denied to everyone: groups of spaces with equal verdicts."""
        own, elsewhere = whereabouts(self._deployment, self._census.holders.impersonal, target)
        self._note(own, elsewhere)
        group_of = self._group_of
        found: dict[Verdicts, list[int]] = {}
        verdicts: dict[tuple[int, Verdict], Verdicts] = {}
        if elsewhere is Verdict.DENIED:
            for space, assigned in own.items():
                number = self._numbers.get(space)
                if number is not None and assigned is not Verdict.DENIED:
                    key = group_of[number], assigned
                    if key not in verdicts:
                        verdicts[key] = self._verdicts(parts, space)
                    found.setdefault(verdicts[key], []).append(number)
        else:
            for group in self._groups:
                rest = [n for n in group if self._spaces[n] not in own] if own else group
                for space in (self._spaces[n] for n in group if self._spaces[n] in own):
                    found.setdefault(self._verdicts(parts, space), []).append(self._numbers[space])
                if rest:
                    found.setdefault(self._verdicts(parts, self._spaces[rest[0]]), []).extend(rest)
        return [Place(v, tuple(n)) for v, n in found.items() if max(v) is not Verdict.DENIED]

    def _note(self, own: dict[str, Verdict], elsewhere: Verdict) -> None:
        """Note of a job in which spaces it certainly is not."""
        numbers, jobs_in = self._numbers, self.jobs_in
        if elsewhere is Verdict.DENIED:
            there = [numbers[space] for space, v in own.items() if v is not Verdict.DENIED and space in numbers]
        else:
            away = {space for space, verdict in own.items() if verdict is Verdict.DENIED}
            there = [number for space, number in numbers.items() if space not in away]
        self.spaces_without.append(len(self._spaces) - len(there))
        for number in there:
            jobs_in[number] += 1

    def _verdicts(self, parts: list[Factors], space: str) -> Verdicts:
        full, read, upload = (
            min((fold(in_space(rule, space), self._decide) for rule in part.both), default=Verdict.GRANTED)
            for part in parts
        )
        return full, read, upload


def _target(deployment: Deployment, item: Item) -> Target:
    if item.kind == "trained-model":
        return find_target(deployment, model=item.id)
    if item.kind == "anomaly-detector":
        return find_target(deployment, job=item.id, job_type="anomaly-detector")
    if item.kind == "data-frame-analytics":
        return find_target(deployment, job=item.id, job_type="data-frame-analytics")
    return find_target(deployment, job=item.id)
