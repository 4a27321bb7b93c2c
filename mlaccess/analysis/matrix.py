"""Matrices of the levels of users, roles, spaces and jobs, and grand totals over all users, spaces and jobs."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from datetime import datetime
from typing import Literal, TypeAlias, get_args

import attrs

from mlaccess.catalog.documented import (
    Target,
    account_part,
    deployment_part,
    destinations_part,
    sources_part,
    upload_rule,
    use_part,
    visible_part,
)
from mlaccess.resolver import Access, AccessLevel, Resolver
from mlaccess.rules import AllOf, Population, Rule, Verdict
from mlaccess.stack import NOT_EXPORTED, Deployment, FrozenMap, NotExported, User, Users

from .census import Census

__all__ = ["Axis", "Matrix", "MatrixCell", "Totals", "matrix", "totals"]

Axis: TypeAlias = Literal["user", "role", "space", "job"]


@attrs.frozen
class MatrixCell:
    """One answer. Where `applies` is False, the job is certainly not in the space, and nobody has a level there."""

    level: AccessLevel
    ceiling: AccessLevel
    applies: bool = True

    @property
    def certain(self) -> bool:
        """Whether the level is known."""
        return self.level is self.ceiling

    def __str__(self) -> str:
        if not self.applies:
            return "n/a"
        return self.level.word if self.certain else f"{self.level.word} to {self.ceiling.word}"


@attrs.frozen(eq=False, repr=False)
class Matrix:
    """Levels in Kibana, by row and column."""

    rows: Axis
    cols: Axis
    row_names: tuple[str, ...]
    col_names: tuple[str, ...]
    cells: tuple[tuple[MatrixCell, ...], ...]
    ask: Callable[[str, str], Access]
    """The whole answer in one cell, by the names of its row and column, with its explanation."""

    def counts(self) -> dict[str, int]:
        """How many cells show each level, each interval of levels, and `n/a`."""
        found: dict[str, int] = {}
        for row in self.cells:
            for cell in row:
                found[str(cell)] = found.get(str(cell), 0) + 1
        return dict(sorted(found.items()))

    def to_csv(self) -> str:
        """A table with a header line; a cell is a level, `LEVEL to LEVEL` where it is not certain, or `n/a`."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([self.rows, *self.col_names])
        for name, row in zip(self.row_names, self.cells, strict=True):
            writer.writerow([name, *map(str, row)])
        return text.getvalue()

    def to_json(self) -> str:
        """An object with the axes, their names, the cells row by row, and counts."""
        rows = [
            [
                {"level": c.level.word, "ceiling": c.ceiling.word, "certain": c.certain, "applies": c.applies}
                for c in row
            ]
            for row in self.cells
        ]
        body = {
            "rows": {"kind": self.rows, "names": self.row_names},
            "columns": {"kind": self.cols, "names": self.col_names},
            "cells": rows,
            "counts": self.counts(),
        }
        return json.dumps(body, ensure_ascii=False, indent=2)

    def __repr__(self) -> str:
        return f"<Matrix of {len(self.row_names)} {self.rows}s by {len(self.col_names)} {self.cols}s>"


def matrix(
    resolver: Resolver,
    *,
    rows: Axis,
    cols: Axis,
    row_names: Iterable[str] | None = None,
    col_names: Iterable[str] | None = None,
    user: str | None = None,
    role: str | None = None,
    space: str | None = None,
    job: str | None = None,
    at: datetime | None = None,
) -> Matrix:
    """Levels in Kibana over two of user, role, space and job; the others are fixed by name.

    Names default to all that the export lists. A role stands for a caller who holds it alone, besides the roles of
    anonymous access. Without a space, `default` is asked about; without a job, no job in particular. Raises
    `ValueError` for axes that do not make a question, and `UnknownNameError` for names that certainly do not exist.
    """
    fixed = {"user": user, "role": role, "space": space, "job": job}
    if rows == cols or not {rows, cols} <= set(get_args(Axis)) or any(fixed[axis] is not None for axis in (rows, cols)):
        raise ValueError("two different axes are needed, and neither may be fixed")
    callers = [axis for axis in ("user", "role") if axis in (rows, cols) or fixed[axis] is not None]
    if len(callers) != 1:
        raise ValueError("one caller is needed: a user or a role, as an axis or by name")
    deployment = resolver.deployment
    row_list = tuple(row_names) if row_names is not None else _names(deployment, rows)
    col_list = tuple(col_names) if col_names is not None else _names(deployment, cols)
    if callers == ["role"]:
        held = row_list if rows == "role" else col_list if cols == "role" else (str(role),)
        resolver = Resolver(_with_single_roles(deployment, held))

    def place(row: str, col: str) -> tuple[str, str | None, str | None]:
        asked = {**fixed, rows: row, cols: col}
        return str(asked["user"] or asked["role"]), asked["space"], asked["job"]

    answers = iter(resolver.levels((place(row, col) for row in row_list for col in col_list), at=at))
    plan = resolver.plan(at)

    def cell(row: str, col: str) -> MatrixCell:
        level, ceiling = next(answers)
        _, in_space, about = place(row, col)
        part = plan.job(about)
        assigned = part.assigned.get(in_space or "default", part.elsewhere)
        return MatrixCell(level, ceiling, assigned is not Verdict.DENIED)

    def ask(row: str, col: str) -> Access:
        caller, in_space, about = place(row, col)
        return resolver.access(caller, space=in_space, job=about, at=at)

    cells = tuple(tuple(cell(row, col) for col in col_list) for row in row_list)
    return Matrix(rows, cols, row_list, col_list, cells, ask)


def _names(deployment: Deployment, axis: Axis) -> tuple[str, ...]:
    parts = {
        "user": (deployment.users, deployment.file_users),
        "role": (deployment.roles, deployment.file_roles, deployment.kibana_roles),
        "space": (deployment.spaces,),
        "job": (deployment.jobs, deployment.analytics),
    }[axis]
    listed = [tuple(part) for part in parts if not isinstance(part, NotExported)]
    found = dict.fromkeys(name for names in listed for name in names)
    if axis == "job" and len(found) < sum(map(len, listed)):
        # An id that two jobs of different kinds share does not name one of them.
        shared = set(listed[0]).intersection(listed[-1])
        return tuple(name for name in found if name not in shared)
    return tuple(found)


def _with_single_roles(deployment: Deployment, roles: Iterable[str]) -> Deployment:
    """The deployment with one user for each role, of the same name, who holds just that."""
    users = Users([User(name, (name,)) for name in dict.fromkeys(roles)])
    return attrs.evolve(deployment, users=users, file_users=NOT_EXPORTED, incomplete=deployment.incomplete - {"users"})


# -- grand totals -----------------------------------------------------------------------------------------------------


@attrs.frozen
class Tally:
    """How many (user, space, job) reach which level: in all, and those of them for which it is certain."""

    levels: tuple[int, int, int, int] = (0, 0, 0, 0)
    """By `AccessLevel`, none to full. Cells where the job is not in the space are not among them."""
    certain: tuple[int, int, int, int] = (0, 0, 0, 0)

    def __add__(self, other: "Tally") -> "Tally":
        a, b = self.levels, other.levels
        c, d = self.certain, other.certain
        return Tally(
            (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]), (c[0] + d[0], c[1] + d[1], c[2] + d[2], c[3] + d[3])
        )


@attrs.frozen
class Totals:
    """The matrix of all listed users, spaces and jobs, counted."""

    cells: int
    not_applicable: int
    """Cells where the job is certainly not in the space."""
    all: Tally
    spaces: FrozenMap[str, Tally]
    jobs: FrozenMap[str, Tally]
    left_out: tuple[str, ...] = ()
    """Ids of jobs about which no question can be asked, since two jobs share them."""


def totals(
    resolver: Resolver, *, executor: Executor | None = None, parts: int = 4, at: datetime | None = None
) -> Totals:
    """Count the levels of every listed user in every listed space about every listed job.

    With an `executor`, the jobs are split in `parts` which it counts; for processes, the deployment is sent to each.
    """
    deployment = resolver.deployment
    jobs = _names(deployment, "job")
    spaces = _names(deployment, "space")
    if executor is None:
        counted = [_count(Census(resolver, at=at), spaces, jobs)]
    else:
        chunks = [jobs[number::parts] for number in range(parts)]
        counted = list(executor.map(_count_apart, [(deployment, spaces, chunk, at) for chunk in chunks]))
    by_job = {job: tally for _, found in counted for job, tally in found.items()}
    by_space = {space: sum((found[space] for found, _ in counted), Tally()) for space in spaces}
    every = sum(by_job.values(), Tally())
    cells = len(Census(resolver, at=at).names) * len(spaces) * len(jobs)
    known = {
        name for part in (deployment.jobs, deployment.analytics) if not isinstance(part, NotExported) for name in part
    }
    return Totals(
        cells,
        cells - sum(every.levels),
        every,
        FrozenMap(by_space),
        FrozenMap({job: by_job[job] for job in jobs}),
        tuple(sorted(known.difference(jobs))),
    )


_NEEDS_KEPT = 256

_Counted: TypeAlias = tuple[dict[str, Tally], dict[str, Tally]]


def _count_apart(work: tuple[Deployment, tuple[str, ...], tuple[str, ...], datetime | None]) -> _Counted:
    deployment, spaces, jobs, at = work
    return _count(Census(Resolver(deployment), at=at), spaces, jobs)


@attrs.frozen(eq=False)
class _InSpace:
    """What a space contributes for everyone: sets of users, and the other spaces that contribute the same."""

    full: Population
    read: Population
    upload: Population
    views: int
    sample: str
    spaces: tuple[str, ...]


def _count(census: Census, spaces: Sequence[str], jobs: Sequence[str]) -> _Counted:
    """By space and by job. Spaces that contribute the same are counted once, and so are jobs with the same indices."""
    groups = _groups(census, spaces)
    group_of = {space: number for number, group in enumerate(groups) for space in group.spaces}
    by_space = dict.fromkeys(spaces, Tally())
    group_tallies = [Tally() for _ in groups]
    by_job: dict[str, Tally] = {}
    needs: dict[object, tuple[Population, Population]] = {}
    cells: dict[object, Tally] = {}

    def cell(group: int, key: object, target: Target, assigned: Verdict) -> Tally:
        known = (group, key, assigned)
        found = cells.get(known)
        if found is None:
            at = groups[group]
            need_key = (key, at.views)
            need = needs.get(need_key)
            if need is None:
                if len(needs) >= _NEEDS_KEPT:
                    needs.clear()
                need = needs[need_key] = _indices(census, target, at.sample)
            found = cells[known] = _tally(census.everyone, at, need, assigned)
        return found

    for job in jobs:
        target, assigned_to, elsewhere = census.plan.whereabouts(job)
        key = (target.sources, target.destinations)
        total = Tally()
        if elsewhere is not Verdict.DENIED:
            for number, group in enumerate(groups):
                others = [s for s in group.spaces if s not in assigned_to]
                if not others:
                    continue
                one = cell(number, key, target, elsewhere)
                total += _times(one, len(others))
                if len(others) == len(group.spaces):
                    group_tallies[number] += one
                else:
                    for space in others:
                        by_space[space] += one
        for space, assigned in assigned_to.items():
            if space in group_of and assigned is not Verdict.DENIED:
                one = cell(group_of[space], key, target, assigned)
                total += one
                by_space[space] += one
        by_job[job] = total
    for group, tally in zip(groups, group_tallies, strict=True):
        for space in group.spaces:
            by_space[space] += tally
    return by_space, by_job


def _groups(census: Census, spaces: Sequence[str]) -> list[_InSpace]:
    found: dict[object, _InSpace] = {}
    for space in spaces:
        part = census.plan.space(space)
        shared = (deployment_part(), visible_part(space), account_part())
        full = census.population(AllOf((*shared, use_part("full", space))))
        read = census.population(AllOf((*shared, use_part("read-only", space))))
        upload = census.population(upload_rule(space))
        key = (full, read, upload, part.views)
        known = found.get(key)
        others = known.spaces if known is not None else ()
        found[key] = _InSpace(full, read, upload, part.views, part.sample, (*others, space))
    return list(found.values())


def _indices(census: Census, target: Target, sample: str) -> tuple[Population, Population]:
    def rule(level: Literal["full", "read-only"]) -> Rule:
        return AllOf((sources_part(level, target, sample), destinations_part(level, target, sample)))

    return census.population(rule("full")), census.population(rule("read-only"))


def _tally(everyone: int, at: _InSpace, need: tuple[Population, Population], assigned: Verdict) -> Tally:
    """One space and one job: the levels of everyone, from what is granted, and the ceilings, from what is possible."""
    people = everyone.bit_count()
    full, read, upload = at.full.possible & need[0].possible, at.read.possible & need[1].possible, at.upload.possible
    surely_full, surely_read, surely_upload = 0, 0, 0
    if assigned is Verdict.GRANTED:
        surely_full, surely_read = at.full.granted & need[0].granted, at.read.granted & need[1].granted
        surely_upload = at.upload.granted
    levels = _by_level(people, surely_full, surely_read, surely_upload)
    if surely_full == full and surely_read == read and surely_upload == upload:
        return Tally(levels, levels)
    readers, any_level = full | read, full | read | upload
    certain = (
        people - any_level.bit_count(),
        (surely_upload & ~readers).bit_count(),
        (surely_read & ~full).bit_count(),
        surely_full.bit_count(),
    )
    return Tally(levels, certain)


def _by_level(people: int, full: int, read: int, upload: int) -> tuple[int, int, int, int]:
    in_full = full.bit_count()
    in_read = (full | read).bit_count() if read else in_full
    in_any = (full | read | upload).bit_count() if upload else in_read
    return people - in_any, in_any - in_read, in_read - in_full, in_full


def _times(tally: Tally, count: int) -> Tally:
    a, b = tally.levels, tally.certain
    return Tally(
        (a[0] * count, a[1] * count, a[2] * count, a[3] * count),
        (b[0] * count, b[1] * count, b[2] * count, b[3] * count),
    )
