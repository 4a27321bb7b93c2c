"""Matrices of the levels of users, roles, spaces and jobs: every cell of two of these, the others fixed."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal, TypeAlias, get_args

import attrs

from mlaccess.resolver import Access, AccessLevel, Resolver
from mlaccess.resolver.definitions import check_roles
from mlaccess.resolver.questions import check_texts, check_type
from mlaccess.rules import Verdict
from mlaccess.stack import NOT_EXPORTED, Deployment, NotExported, User, Users

from .cells import known_items, known_spaces
from .spreadsheets import csv_text

__all__ = ["Axis", "Matrix", "MatrixCell", "matrix"]

Axis: TypeAlias = Literal["user", "role", "space", "job"]
_JOBS = ("anomaly-detector", "data-frame-analytics")


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
        """A table with a header line; a cell is a level, `LEVEL to LEVEL` where it is not certain, or `n/a`.

        A name that a spreadsheet would take for a formula has an apostrophe before it.
        """
        lines = [(name, *map(str, row)) for name, row in zip(self.row_names, self.cells, strict=True)]
        return csv_text([(self.rows, *self.col_names), *lines])

    def plain(self) -> dict[str, object]:
        """As plain data: the axes, their names, the cells row by row, and counts."""
        rows = [
            [
                {"level": c.level.word, "ceiling": c.ceiling.word, "certain": c.certain, "applies": c.applies}
                for c in row
            ]
            for row in self.cells
        ]
        return {
            "rows": {"kind": self.rows, "names": list(self.row_names)},
            "columns": {"kind": self.cols, "names": list(self.col_names)},
            "cells": rows,
            "counts": self.counts(),
        }

    def to_json(self) -> str:
        """`plain` as JSON."""
        return json.dumps(self.plain(), ensure_ascii=False, indent=2)

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

    Names default to all that the export lists; spaces and jobs that it does not list, to those that its other files
    mention. A role stands for a caller who holds it alone, besides the roles of
    anonymous access. Without a space, `default` is asked about; without a job, no job in particular. Raises
    `ValueError` for axes that do not make a question, and `UnknownNameError` for names that certainly do not exist.
    """
    check_type(Resolver, resolver)
    check_texts(user=user, role=role, space=space, job=job)
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
        check_roles(deployment, held)
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
    if axis == "space":
        return known_spaces(deployment)
    if axis == "job":
        ids = [item.id for item in known_items(deployment) if item.kind in _JOBS]
        # An id that two jobs of different kinds share does not name one of them.
        return tuple(id_ for id_, count in Counter(ids).items() if count == 1)
    parts = {
        "user": (deployment.users, deployment.file_users),
        "role": (deployment.roles, deployment.file_roles, deployment.kibana_roles),
    }[axis]
    return tuple(dict.fromkeys(name for part in parts if not isinstance(part, NotExported) for name in part))


def _with_single_roles(deployment: Deployment, roles: Iterable[str]) -> Deployment:
    """The deployment with one user for each role, of the same name, who holds just that."""
    users = Users([User(name, (name,)) for name in dict.fromkeys(roles)])
    return attrs.evolve(deployment, users=users, file_users=NOT_EXPORTED, incomplete=deployment.incomplete - {"users"})
