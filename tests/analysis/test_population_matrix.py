"""Every cell of a matrix is the single answer, and totals are its cells counted."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, given, settings

from mlaccess import load
from mlaccess.analysis.matrix import Tally, Totals, matrix, totals
from mlaccess.errors import UnknownNameError
from mlaccess.examples import path
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


ACME = load(path("acme"))


def test_parts_counted_by_other_processes_add_up_to_the_same() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        assert totals(Resolver(ACME), executor=executor, parts=2) == totals(Resolver(ACME))


def test_roles_in_spaces_say_what_a_caller_with_one_role_reaches() -> None:
    found = matrix(Resolver(ACME), rows="role", cols="space")
    assert "superuser" not in found.row_names or found.counts()
    assert found.to_csv().splitlines()[0] == ",".join(["role", *found.col_names])
    assert sum(found.counts().values()) == len(found.row_names) * len(found.col_names)


def test_jobs_that_are_elsewhere_do_not_apply_and_are_not_unknown() -> None:
    found = matrix(Resolver(ACME), rows="job", cols="space", user="amira")
    shown = {
        (job, space): cell
        for job, row in zip(found.row_names, found.cells, strict=True)
        for space, cell in zip(found.col_names, row, strict=True)
    }
    assert shown["web_request_rate", "default"].applies
    away = [cell for cell in shown.values() if not cell.applies]
    assert away
    assert {str(cell) for cell in away} == {"n/a"}
    assert all(cell.certain and cell.level is AccessLevel.NONE for cell in away)


def test_axes_must_make_a_question() -> None:
    resolver = Resolver(Deployment())
    with pytest.raises(ValueError, match="axes"):
        matrix(resolver, rows="user", cols="user")
    with pytest.raises(ValueError, match="caller"):
        matrix(resolver, rows="space", cols="job")
    with pytest.raises(ValueError, match="caller"):
        matrix(resolver, rows="user", cols="role")
