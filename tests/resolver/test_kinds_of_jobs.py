"""Which kind of job a name means, where the lists of jobs are not in the export."""

import attrs
import pytest

from mlaccess import NotExported, Resolver, Verdict
from mlaccess.errors import UnknownNameError
from mlaccess.rules.facts import AssignedToSpace
from mlaccess.stack import Deployment, FrozenMap, SpaceAssignments

from .world import world

GONE = NotExported("for a test")


def blind(**spaces: tuple[str, ...]) -> Deployment:
    """No job, analytics job or datafeed exported; only where jobs called `x` are, by kind (with `_` for `-`)."""
    by_type = {kind.replace("_", "-"): FrozenMap({"x": places}) for kind, places in spaces.items()}
    assignments = SpaceAssignments(FrozenMap(by_type))
    return world(jobs=GONE, analytics=GONE, datafeeds=GONE, job_spaces=assignments)


@pytest.mark.parametrize(
    ("deployment", "kind"),
    [
        (blind(anomaly_detector=("sales",)), "anomaly-detector"),
        (blind(data_frame_analytics=("sales",)), "data-frame-analytics"),
        (blind(anomaly_detector=("sales",), data_frame_analytics=("sales",)), "job"),
        (blind(), "job"),
    ],
    ids=["anomaly detection", "analytics", "both", "neither"],
)
def test_the_assignments_tell_the_kind_if_only_one_kind_is_assigned(deployment: Deployment, kind: str) -> None:
    """Otherwise the kind stays open."""
    assert Resolver(deployment).access("ana", space="sales", job="x").target.kind == kind


@pytest.mark.parametrize(
    ("deployment", "verdict"),
    [
        (blind(anomaly_detector=("sales",), data_frame_analytics=("sales",)), Verdict.GRANTED),
        (blind(anomaly_detector=("sales",), data_frame_analytics=("default",)), Verdict.UNKNOWN),
        (blind(anomaly_detector=("default",), data_frame_analytics=("sales",)), Verdict.UNKNOWN),
        (blind(anomaly_detector=("default",), data_frame_analytics=("default",)), Verdict.DENIED),
    ],
    ids=["both here", "one here", "the other here", "none here"],
)
def test_a_job_of_open_kind_is_in_a_space_if_both_kinds_are(deployment: Deployment, verdict: Verdict) -> None:
    """And in none if neither is; anything else depends on the kind."""
    assert Resolver(deployment).judge("ana").verdict(AssignedToSpace("job", "x", "sales")) is verdict


def test_an_id_of_a_job_and_an_analytics_job_asks_for_the_kind() -> None:
    """Either is meant once the kind is said."""
    twice = attrs.evolve(world(), jobs=FrozenMap({**dict(world().jobs), "churn": world().jobs["web"]}))  # type: ignore[index,call-overload]
    with pytest.raises(UnknownNameError, match="job_type"):
        Resolver(twice).access("ana", space="sales", job="churn")
    for kind in ("anomaly-detector", "data-frame-analytics"):
        access = Resolver(twice).access("ana", space="sales", job="churn", job_type=kind)  # type: ignore[arg-type]
        assert access.target.kind == kind
