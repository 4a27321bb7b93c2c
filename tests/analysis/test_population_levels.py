"""Many questions at once are answered as each of them alone."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlaccess.errors import UnknownNameError
from mlaccess.resolver import Resolver
from mlaccess.stack import Deployment, FrozenMap, Users
from mlaccess.testing.strategies import deployments

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def names_of(part: object, *others: str | None) -> list[str | None]:
    listed = sorted(part) if isinstance(part, FrozenMap | Users) else []
    return [*listed, *others]


def alone(resolver: Resolver, user: str, space: str | None, job: str | None) -> object:
    try:
        access = resolver.access(user, space=space, job=job)
    except UnknownNameError as error:
        return error.kind, error.name
    return access.level, access.ceiling


def together(resolver: Resolver, user: str, space: str | None, job: str | None) -> object:
    try:
        return resolver.levels([(user, space, job)])[0]
    except UnknownNameError as error:
        return error.kind, error.name


@SLOW
@given(deployments(), st.data())
def test_many_questions_are_answered_as_each_alone(deployment: Deployment, data: st.DataObject) -> None:
    one, other = Resolver(deployment), Resolver(deployment)
    users = names_of(deployment.users, "nobody", "_anonymous")
    spaces = names_of(deployment.spaces, None, "elsewhere")
    jobs = [*names_of(deployment.jobs, None, "unheard-of"), *names_of(deployment.analytics)]
    for user in users:
        for space in spaces:
            for job in jobs:
                assert user is not None
                expected = alone(one, user, space, job)
                assert together(other, user, space, job) == expected, (user, space, job)
