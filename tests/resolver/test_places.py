"""Where jobs, models and data views are: in which spaces, for which indices."""

import pytest

from mlaccess import NotExported
from mlaccess.render import words
from mlaccess.resolver.places import Places
from mlaccess.rules import Verdict
from mlaccess.rules.facts import AssignedToSpace, DataViewCovers
from mlaccess.stack import DataView, FrozenMap, SpaceAssignments

from .world import world

GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED
GONE = NotExported("for a test")
ANOMALY, ANALYTICS, MODEL = "anomaly-detector", "data-frame-analytics", "trained-model"


def assignments(**of: dict[str, tuple[str, ...]]) -> SpaceAssignments:
    kinds = {"anomaly": ANOMALY, "analytics": ANALYTICS, "model": MODEL}
    return SpaceAssignments(FrozenMap({kinds[k]: FrozenMap(v) for k, v in of.items()}))


@pytest.mark.parametrize(
    ("spaces", "verdict", "code"),
    [
        (("sales",), GRANTED, "assignment.listed"),
        (("other", "sales"), GRANTED, "assignment.listed"),
        (("*",), GRANTED, "assignment.all_spaces"),
        (("other",), DENIED, "assignment.elsewhere"),
        ((), DENIED, "assignment.elsewhere"),
        (("?",), UNKNOWN, "assignment.redacted"),
        (("other", "?"), UNKNOWN, "assignment.redacted"),
        (("?", "sales"), GRANTED, "assignment.listed"),
    ],
)
def test_a_job_is_in_the_spaces_it_is_assigned_to(spaces: tuple[str, ...], verdict: Verdict, code: str) -> None:
    """`*` is every space, `?` one that the collector could not see."""
    found = Places(world(job_spaces=assignments(anomaly={"web": spaces}))).assigned(
        AssignedToSpace(ANOMALY, "web", "sales")
    )
    assert (found.verdict, found.code) == (verdict, code)
    assert found.code in words.PHRASES
    assert [e.name for e in found.evidence] == ["web"]


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        ({"job_spaces": assignments(anomaly={})}, DENIED),
        ({"job_spaces": assignments(anomaly={}), "incomplete": frozenset({"job_spaces"})}, UNKNOWN),
        ({"job_spaces": assignments(anomaly={}), "incomplete": frozenset({"model_spaces"})}, DENIED),
        ({"job_spaces": assignments(anomaly={"other": ("?",)})}, UNKNOWN),
        ({"job_spaces": assignments(anomaly={"other": ("?", "sales")})}, DENIED),
        ({"job_spaces": GONE}, UNKNOWN),
        ({"model_spaces": GONE, "job_spaces": assignments()}, DENIED),
    ],
)
def test_a_job_that_is_not_listed_is_in_no_space_that_was_seen(parts: dict[str, object], verdict: Verdict) -> None:
    """A list that is not whole, or redacted and silent about the space, settles nothing."""
    found = Places(world(**parts)).assigned(AssignedToSpace(ANOMALY, "nope", "sales"))
    assert found.verdict is verdict
    assert found.code in words.PHRASES


def test_models_have_assignments_of_their_own() -> None:
    """In whichever way those of jobs were exported."""
    fact = AssignedToSpace(MODEL, "lang", "sales")
    assert Places(world(job_spaces=GONE)).assigned(fact).verdict is GRANTED
    assert Places(world(model_spaces=GONE)).assigned(fact).verdict is UNKNOWN
    assert Places(world(model_spaces=assignments(model={}))).assigned(fact).verdict is DENIED
    redacted = world(model_spaces=assignments(model={"x": ("?",)}))
    assert Places(redacted).assigned(fact).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("anomaly", "analytics", "verdict"),
    [
        (("sales",), ("sales",), GRANTED),
        (("sales",), ("other",), UNKNOWN),
        (("other",), ("sales",), UNKNOWN),
        (("other",), ("other",), DENIED),
    ],
)
def test_of_a_job_whose_kind_is_unknown_only_what_both_kinds_share_is_certain(
    anomaly: tuple[str, ...], analytics: tuple[str, ...], verdict: Verdict
) -> None:
    given = assignments(anomaly={"x": anomaly}, analytics={"x": analytics})
    found = Places(world(job_spaces=given)).assigned(AssignedToSpace("job", "x", "sales"))
    assert found.verdict is verdict
    assert found.code in words.PHRASES


@pytest.mark.parametrize(
    ("views", "verdict", "named"),
    [
        (FrozenMap({"sales": (DataView("1", "metrics-*"), DataView("2", "logs-*"))}), GRANTED, ["2"]),
        (FrozenMap({"sales": (DataView("1", "metrics-*"),)}), DENIED, []),
        (FrozenMap({"sales": ()}), DENIED, []),
        (FrozenMap({"sales": (DataView("1", "<logs-{now/d}>"), DataView("2", "x"))}), UNKNOWN, ["1"]),
        (FrozenMap({"sales": (DataView("1", "<logs-{now/d}>"), DataView("2", "logs-*"))}), GRANTED, ["2"]),
        (FrozenMap({"other": (DataView("1", "logs-*"),)}), UNKNOWN, ["data_views"]),
        (FrozenMap({"sales": GONE}), UNKNOWN, ["data_views"]),
        (GONE, UNKNOWN, ["data_views"]),
    ],
)
def test_a_data_view_of_the_space_serves_the_indices(views: object, verdict: Verdict, named: list[str]) -> None:
    """One that does is the evidence; without any, those of the space come near."""
    found = Places(world(data_views=views)).data_view(DataViewCovers("logs-web", "sales"))
    assert found.verdict is verdict
    assert [e.name for e in found.evidence] == named
    assert found.code in words.PHRASES
    if verdict is DENIED:
        assert [e.name for e in found.near] == [v.id for v in views["sales"]]  # type: ignore[index]
