"""Every cell of a matrix is the single answer, and totals are its cells counted."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, given, settings

from mlaccess.analysis.matrix import Tally, Totals, matrix, totals
from mlaccess.errors import UnknownNameError
from mlaccess.examples import acme
from mlaccess.resolver import AccessLevel, Resolver
from mlaccess.stack import Deployment, FrozenMap, NotExported
from mlaccess.testing.strategies import deployments

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def names(*parts: object) -> list[str]:
    return list(dict.fromkeys(n for p in parts if not isinstance(p, NotExported) for n in p))  # type: ignore[attr-defined]


def counted(deployment: Deployment) -> Totals:
    """The totals by asking every cell alone."""
    resolver = Resolver(deployment)
    users, spaces = names(deployment.users, deployment.file_users), names(deployment.spaces)
    by_space: dict[str, list[list[int]]] = {s: [[0] * 4, [0] * 4] for s in spaces}
    by_job: dict[str, list[list[int]]] = {}
    left_out, cells, away = [], 0, 0
    for job in names(deployment.jobs, deployment.analytics):
        try:
            part = resolver.plan().job(job)
        except UnknownNameError:
            left_out.append(job)
            continue
        by_job[job] = [[0] * 4, [0] * 4]
        for space in spaces:
            for user in users:
                cells += 1
                if part.assigned.get(space, part.elsewhere).word == "denied":
                    away += 1
                    continue
                access = resolver.access(user, space=space, job=job)
                for tally in (by_space[space], by_job[job]):
                    tally[0][access.level] += 1
                    tally[1][access.level] += access.certain
    made = {n: Tally(tuple(t[0]), tuple(t[1])) for n, t in by_job.items()}  # type: ignore[arg-type]
    made_spaces = {n: Tally(tuple(t[0]), tuple(t[1])) for n, t in by_space.items()}  # type: ignore[arg-type]
    every = sum(made.values(), Tally())
    return Totals(cells, away, every, FrozenMap(made_spaces), FrozenMap(made), tuple(sorted(left_out)))


@SLOW
@given(deployments())
def test_totals_are_the_single_answers_counted(deployment: Deployment) -> None:
    assert totals(Resolver(deployment)) == counted(deployment)


@SLOW
@given(deployments())
def test_every_cell_is_the_single_answer(deployment: Deployment) -> None:
    found = matrix(Resolver(deployment), rows="user", cols="space")
    other = Resolver(deployment)
    for user, row in zip(found.row_names, found.cells, strict=True):
        for space, cell in zip(found.col_names, row, strict=True):
            access = other.access(user, space=space)
            assert (cell.level, cell.ceiling) == (access.level, access.ceiling)
            assert found.ask(user, space).level is access.level


def small() -> Deployment:
    return acme_deployment()


def acme_deployment() -> Deployment:
    from importlib.resources import files

    from mlaccess.loaders import load

    return load(str(files(acme.__package__ or "mlaccess.examples") / "export")).deployment


def test_axes_must_make_a_question() -> None:
    resolver = Resolver(Deployment())
    with pytest.raises(ValueError, match="axes"):
        matrix(resolver, rows="user", cols="user")
    with pytest.raises(ValueError, match="caller"):
        matrix(resolver, rows="space", cols="job")
    with pytest.raises(ValueError, match="caller"):
        matrix(resolver, rows="user", cols="role")


def test_a_level_is_in_the_csv_by_its_word() -> None:
    assert str(AccessLevel.READ_ONLY) == "read-only"
