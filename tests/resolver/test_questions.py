"""What a question is about: which job, of which kind, with which indices; and whether its space exists."""

import pytest

from mlaccess import NotExported, UnknownNameError
from mlaccess.catalog.documented import Target
from mlaccess.resolver.questions import check_space, find_target, split_expression
from mlaccess.stack import (
    AnomalyDetectionJob,
    Collector,
    Datafeed,
    DataFrameAnalyticsJob,
    FrozenMap,
    SpaceAssignments,
)

from .world import world

GONE = NotExported("for a test")
ANOMALY, ANALYTICS, MODEL = "anomaly-detector", "data-frame-analytics", "trained-model"
WEB = Target(ANOMALY, "web", ("logs-web",), ())
CHURN = Target(ANALYTICS, "churn", ("logs-web",), ("scores",))


def spaces(kind: str, id_: str) -> SpaceAssignments:
    names: FrozenMap[str, tuple[str, ...]] = FrozenMap({id_: ("sales",)})
    return SpaceAssignments(FrozenMap({kind: names}))


def partial(*names: str) -> frozenset[str]:
    return frozenset(names)


@pytest.mark.parametrize(
    ("parts", "job", "target"),
    [
        ({}, "web", WEB),
        ({}, "churn", CHURN),
        ({"analytics": GONE}, "web", WEB),
        ({"jobs": GONE}, "churn", CHURN),
        ({"jobs": GONE}, "web", WEB),
        ({"analytics": GONE}, "churn", Target(ANALYTICS, "churn", None, None)),
        ({"jobs": GONE, "analytics": GONE}, "web", WEB),
        ({"jobs": GONE, "analytics": GONE}, "churn", Target(ANALYTICS, "churn", None, None)),
        (
            {"jobs": GONE, "analytics": GONE, "datafeeds": GONE, "job_spaces": spaces(ANOMALY, "x")},
            "x",
            Target(ANOMALY, "x", None, ()),
        ),
        ({"jobs": GONE, "analytics": GONE, "datafeeds": GONE, "job_spaces": GONE}, "x", Target("job", "x", None, None)),
        (
            {
                "jobs": GONE,
                "analytics": GONE,
                "job_spaces": SpaceAssignments(
                    FrozenMap({kind: spaces(kind, "x").by_type[kind] for kind in (ANOMALY, ANALYTICS)})
                ),
            },
            "x",
            Target("job", "x", None, None),
        ),
        ({"incomplete": partial("jobs")}, "x", Target(ANOMALY, "x", (), ())),
        ({"incomplete": partial("analytics")}, "x", Target(ANALYTICS, "x", None, None)),
        ({"incomplete": partial("jobs", "analytics"), "job_spaces": GONE}, "x", Target("job", "x", None, None)),
        ({"datafeeds": GONE}, "web", Target(ANOMALY, "web", None, ())),
        ({"datafeeds": FrozenMap()}, "web", Target(ANOMALY, "web", (), ())),
        (
            {"datafeeds": FrozenMap(), "analytics": GONE, "job_spaces": GONE},
            "web",
            Target(ANOMALY, "web", (), ()),
        ),
        (
            {"datafeeds": FrozenMap(), "incomplete": partial("datafeeds")},
            "web",
            Target(ANOMALY, "web", None, ()),
        ),
        (
            {
                "datafeeds": GONE,
                "jobs": FrozenMap(
                    {"web": AnomalyDetectionJob("web", embedded_datafeed=Datafeed("d", "web", ("a,b",)))}
                ),
            },
            "web",
            Target(ANOMALY, "web", ("a", "b"), ()),
        ),
        (
            {"datafeeds": FrozenMap({"d": Datafeed("d", "web", ("a", "b,a")), "e": Datafeed("e", "other", ("c",))})},
            "web",
            Target(ANOMALY, "web", ("a", "b"), ()),
        ),
        ({"jobs": GONE, "job_spaces": GONE}, "churn", Target(ANALYTICS, "churn", ("logs-web",), ("scores",))),
        (
            {"analytics": FrozenMap({"churn": DataFrameAnalyticsJob("churn", ("a,b", "c,-d"), "out,put")})},
            "churn",
            Target(ANALYTICS, "churn", ("a", "b", "c,-d"), ("out,put",)),
        ),
    ],
)
def test_a_job_is_found_with_its_kind_and_indices(parts: dict[str, object], job: str, target: Target) -> None:
    """By the lists of jobs, else by its datafeed or its spaces; None: the export does not show the indices."""
    assert find_target(world(**parts), job=job) == target


@pytest.mark.parametrize(
    ("parts", "question"),
    [
        ({}, {"job": "nope"}),
        ({}, {"job": "churn", "job_type": ANOMALY}),
        ({}, {"job": "web", "job_type": ANALYTICS}),
        ({}, {"model": "nope"}),
        ({"analytics": FrozenMap({"web": DataFrameAnalyticsJob("web", ("a",), "b")})}, {"job": "web"}),
    ],
)
def test_a_job_or_model_that_certainly_does_not_exist_is_an_error(
    parts: dict[str, object], question: dict[str, str]
) -> None:
    """So is an id that two jobs of different kinds share, until the kind is said."""
    with pytest.raises(UnknownNameError):
        find_target(world(**parts), **question)  # type: ignore[arg-type]


def test_the_kind_tells_two_jobs_of_one_id_apart() -> None:
    both = world(analytics=FrozenMap({"web": DataFrameAnalyticsJob("web", ("a",), "b")}))
    assert find_target(both, job="web", job_type="anomaly-detector") == WEB
    assert find_target(both, job="web", job_type="data-frame-analytics") == Target(ANALYTICS, "web", ("a",), ("b",))


def test_a_model_reads_no_index() -> None:
    """Nor is it missing where its list is."""
    assert find_target(world(), model="lang") == Target(MODEL, "lang")
    assert find_target(world(trained_models=GONE), model="x") == Target(MODEL, "x")
    assert find_target(world(incomplete=partial("trained_models")), model="x") == Target(MODEL, "x")


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        (" a , b ,,", ["a", "b"]),
        ("a,-b", ["a,-b"]),
        ("a, -b", ["a, -b"]),
        ("-a,b", ["-a", "b"]),
        ("<a-{now/d}>,b", ["<a-{now/d}>,b"]),
    ],
)
def test_a_list_is_its_members_unless_one_of_them_takes_away(expression: str, parts: list[str]) -> None:
    """An exclusion, after whatever spaces, speaks of the whole."""
    assert split_expression(expression) == parts


def test_sources_of_a_question_are_taken_apart_and_asked_once() -> None:
    assert find_target(world(), sources=["a,b", "b", "c,-d"]) == Target(sources=("a", "b", "c,-d"))


@pytest.mark.parametrize(
    ("collector", "known"),
    [(Collector("boss", ("superuser",)), True), (Collector("x", ("viewer",)), False), (GONE, False)],
)
def test_a_space_that_is_not_listed_is_an_error_where_the_list_is_whole(collector: object, known: bool) -> None:
    """Whoever is no superuser may not have seen every space."""
    deployment = world(collector=collector)
    check_space(deployment, "sales")
    if known:
        with pytest.raises(UnknownNameError):
            check_space(deployment, "nope")
    else:
        check_space(deployment, "nope")
