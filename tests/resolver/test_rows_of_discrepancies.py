"""Where a disagreement between page and code is none: questions that the code's check does not answer."""

import attrs
import pytest

from mlaccess import Resolver
from mlaccess.catalog.discrepancies import DISCREPANCIES, Comparison
from mlaccess.catalog.documented import Target
from mlaccess.stack import Deployment, IndicesGrant

from .world import with_role, world


def rows(deployment: Deployment, user: str = "ana", **question: object) -> set[str]:
    return {found.row.id for found in Resolver(deployment).access(user, **question).discrepancies}  # type: ignore[arg-type]


READER = with_role("engineer", cluster=(), applications=(), indices=(IndicesGrant(("logs-*",), ("read",)),))


def test_who_may_not_put_datafeeds_is_not_told_that_theirs_would_be_accepted() -> None:
    """Read on the sources alone creates nothing."""
    assert "D07" not in rows(READER, interface="api", job="web")
    holder = with_role("engineer", cluster=("manage_ml",), indices=(IndicesGrant(("logs-*",), ("read",)),))
    assert "D07" in rows(holder, interface="api", job="web")


def test_who_may_not_put_analytics_jobs_is_not_told_that_theirs_would_be_accepted() -> None:
    grants = (IndicesGrant(("logs-*", "scores"), ("read", "index", "create_index")),)
    assert "D08" not in rows(with_role("engineer", cluster=(), indices=grants), interface="api", job="churn")
    assert "D08" in rows(with_role("engineer", cluster=("manage_ml",), indices=grants), interface="api", job="churn")


IMPORTER = world().roles["engineer"]  # type: ignore[index]


def importer(*cluster: str, privileges: tuple[str, ...] = ("create", "create_index")) -> Deployment:
    """May log in to every space and import into `up`, by what the code asks; the page asks for more."""
    grants = (IndicesGrant(("up",), privileges),)
    everywhere = tuple(attrs.evolve(grant, resources=("*",)) for grant in IMPORTER.applications)
    return with_role("engineer", cluster=cluster, indices=grants, applications=everywhere)


def test_an_import_needs_all_that_the_code_asks() -> None:
    """The pipeline, and both privileges on the destination; the page lists `manage` and `read` besides."""
    question = {"space": "sales", "destinations": ("up",)}
    assert "D09" in rows(importer("manage_pipeline"), **question)
    assert "D09" not in rows(importer(), **question)
    assert "D09" not in rows(importer("manage_pipeline", privileges=("create",)), **question)
    assert "D09" not in rows(importer("manage_pipeline", privileges=("create_index",)), **question)


@pytest.mark.parametrize(
    "question",
    [{"interface": "api", "destinations": ("up",)}, {"space": "sales", "job": "web", "destinations": ("up",)}],
    ids=["on the API", "about a job"],
)
def test_an_import_is_asked_in_a_space_and_about_no_job(question: dict[str, object]) -> None:
    assert "D09" not in rows(importer("manage_pipeline"), **question)


@pytest.mark.parametrize(
    "compared",
    [
        Comparison("api", "", Target()),
        Comparison("kibana", "sales", Target("anomaly-detector", "web")),
        Comparison("kibana", "sales", Target(sources=("logs-*",))),
    ],
    ids=["on the API", "about a job", "about sources"],
)
def test_the_create_button_is_asked_about_in_a_space_alone(compared: Comparison) -> None:
    """It is on the page of all jobs."""
    (row,) = (row for row in DISCREPANCIES if row.id == "D06")
    assert row.build(compared) is None
    assert row.build(Comparison("kibana", "sales", Target(sources=()))) is not None


@pytest.mark.parametrize(
    ("sources", "destinations", "asked"),
    [(("a",), ("b",), True), (None, ("b",), False), (("a",), None, False), (None, None, False)],
)
def test_creating_an_analytics_job_is_asked_about_where_its_indices_are_known(
    sources: tuple[str, ...] | None, destinations: tuple[str, ...] | None, asked: bool
) -> None:
    """Both its sources and its destinations."""
    (row,) = (row for row in DISCREPANCIES if row.id == "D08")
    target = Target("data-frame-analytics", "churn", sources, destinations)
    assert (row.build(Comparison("api", "", target)) is not None) == asked


def test_creating_a_datafeed_is_asked_about_where_local_sources_are_known() -> None:
    """Those of other clusters are not checked here."""
    (row,) = (row for row in DISCREPANCIES if row.id == "D07")
    for sources, asked in ((None, False), ((), False), (("eu:a",), False), (("eu:a", "b::failures"), True)):
        target = Target("anomaly-detector", "web", sources)
        assert (row.build(Comparison("kibana", "sales", target)) is not None) == asked
