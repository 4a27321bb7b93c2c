"""Who can is the set of users of whom the single answer says so."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlaccess.analysis.who_can import who_can
from mlaccess.errors import UnknownNameError
from mlaccess.resolver import AccessLevel, Resolver
from mlaccess.rules import Verdict
from mlaccess.stack import Deployment, FrozenMap
from mlaccess.testing.strategies import deployments

SLOW = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
CAPABILITIES = ("canGetJobs", "canCreateJob", "ml.put_job", "ml.get_records")


def listed(deployment: Deployment) -> list[str]:
    parts = (deployment.users, deployment.file_users)
    return list(dict.fromkeys(name for part in parts if hasattr(part, "columns") for name in part))


@SLOW
@given(deployments(), st.sampled_from(list(AccessLevel)[1:]), st.data())
def test_it_is_everyone_of_whom_access_says_so(deployment: Deployment, level: AccessLevel, data: st.DataObject) -> None:
    spaces = list(deployment.spaces) if isinstance(deployment.spaces, FrozenMap) else ["default"]
    jobs = [None, *(deployment.jobs if isinstance(deployment.jobs, FrozenMap) else ())]
    space, job = data.draw(st.sampled_from(spaces)), data.draw(st.sampled_from(jobs))
    interface = data.draw(st.sampled_from(("kibana", "api")))
    resolver = Resolver(deployment)
    try:
        found = who_can(resolver, level, space=space, job=job, interface=interface)
    except UnknownNameError:
        return
    other = Resolver(deployment)
    said = {u: other.access(u, space=space, job=job, interface=interface).reaches(level) for u in listed(deployment)}
    assert list(found.certain) == [u for u, verdict in said.items() if verdict is Verdict.GRANTED]
    assert list(found.possible) == [u for u, verdict in said.items() if verdict is Verdict.UNKNOWN]
    for user in found.certain:
        assert found.reason(user).granted


@SLOW
@given(deployments(), st.sampled_from(CAPABILITIES))
def test_it_is_everyone_whom_the_code_lets(deployment: Deployment, what: str) -> None:
    spaces = list(deployment.spaces) if isinstance(deployment.spaces, FrozenMap) else ["default"]
    found = who_can(Resolver(deployment), what, space=spaces[0])
    other = Resolver(deployment)
    said = {u: other.can(u, what, space=spaces[0]).verdict for u in listed(deployment)}
    assert list(found.certain) == [u for u, verdict in said.items() if verdict is Verdict.GRANTED]
    assert list(found.possible) == [u for u, verdict in said.items() if verdict is Verdict.UNKNOWN]


def test_everyone_reaches_none() -> None:
    with pytest.raises(ValueError, match="everyone"):
        who_can(Resolver(Deployment()), AccessLevel.NONE)
