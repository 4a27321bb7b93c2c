"""Every cell of a matrix is the single answer."""

import pytest
from hypothesis import HealthCheck, given, settings

from mlaccess import load
from mlaccess.analysis.matrix import matrix
from mlaccess.examples import path
from mlaccess.resolver import AccessLevel, Resolver
from mlaccess.stack import Deployment
from mlaccess.testing.strategies import deployments

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


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
