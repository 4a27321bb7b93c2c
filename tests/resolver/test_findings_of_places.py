"""Every finding about where things are and what names of roles stand for: reason, values, and what proves it."""

from typing import Any

import pytest

from mlaccess import NotExported, UnknownNameError
from mlaccess.resolver.definitions import Definitions
from mlaccess.resolver.places import Places
from mlaccess.resolver.questions import check_space, find_target
from mlaccess.rules.facts import AssignedToSpace, DataViewCovers
from mlaccess.stack import (
    AnomalyDetectionJob,
    Collector,
    DataFrameAnalyticsJob,
    DataView,
    FrozenMap,
    KibanaRole,
    Origin,
    RoleDescriptor,
    SpaceAssignments,
)

from .world import told, world

HERE = Origin("x.json", "/here")
GONE = NotExported("was not asked", "GET /x")
SILENT = NotExported("was not asked")
ANOMALY, ANALYTICS, MODEL = "anomaly-detector", "data-frame-analytics", "trained-model"


def assigned(*kinds: str, spaces: tuple[str, ...]) -> SpaceAssignments:
    """`x` of each kind is in these spaces."""
    return SpaceAssignments(
        FrozenMap({kind: FrozenMap({"x": spaces}) for kind in kinds}),
        origins=FrozenMap({(kind, "x"): Origin("spaces.json", f"/{kind}/x") for kind in kinds}),
        origin=HERE,
    )


@pytest.mark.parametrize(
    ("parts", "kind", "finding"),
    [
        (
            {"job_spaces": assigned(ANOMALY, spaces=("sales", "other"))},
            ANOMALY,
            ("granted assignment.listed id=x space=sales | assignment x sales, other spaces.json#/anomaly-detector/x"),
        ),
        (
            {"job_spaces": assigned(ANOMALY, spaces=("*", "sales"))},
            ANOMALY,
            ("granted assignment.all_spaces id=x space=sales | assignment x *, sales spaces.json#/anomaly-detector/x"),
        ),
        (
            {"job_spaces": assigned(ANOMALY, spaces=("other", "?"))},
            ANOMALY,
            ("unknown assignment.redacted id=x space=sales | assignment x other, ? spaces.json#/anomaly-detector/x"),
        ),
        (
            {"job_spaces": assigned(ANOMALY, spaces=("other", "more"))},
            ANOMALY,
            (
                "denied assignment.elsewhere id=x space=sales spaces=('other', 'more')"
                " | assignment x other, more spaces.json#/anomaly-detector/x"
            ),
        ),
        (
            {"job_spaces": assigned(ANOMALY, spaces=("sales",))},
            ANALYTICS,
            "denied assignment.unlisted id=x space=sales | assignment x not listed x.json#/here",
        ),
        (
            {"job_spaces": assigned(ANOMALY, spaces=("other", "?"))},
            ANALYTICS,
            "unknown assignment.unlisted_redacted id=x space=sales | assignment x not listed x.json#/here",
        ),
        (
            {"job_spaces": assigned(ANOMALY, spaces=("sales", "?"))},
            ANALYTICS,
            "denied assignment.unlisted id=x space=sales | assignment x not listed x.json#/here",
        ),
        (
            {"job_spaces": GONE},
            ANALYTICS,
            "unknown assignment.not_exported id=x reason=was not asked space=sales | absence assignments GET /x",
        ),
        (
            {"job_spaces": SILENT},
            ANOMALY,
            (
                "unknown assignment.not_exported id=x reason=was not asked space=sales"
                " | absence assignments was not asked"
            ),
        ),
        (
            {"model_spaces": GONE},
            MODEL,
            "unknown assignment.not_exported id=x reason=was not asked space=sales | absence assignments GET /x",
        ),
        (
            {"model_spaces": assigned(MODEL, spaces=("sales",))},
            MODEL,
            "granted assignment.listed id=x space=sales | assignment x sales spaces.json#/trained-model/x",
        ),
        (
            {"model_spaces": assigned("other", spaces=("?",))},
            MODEL,
            "unknown assignment.unlisted_redacted id=x space=sales | assignment x not listed x.json#/here",
        ),
        (
            {"model_spaces": SpaceAssignments(origin=HERE)},
            MODEL,
            "denied assignment.unlisted id=x space=sales | assignment x not listed x.json#/here",
        ),
        (
            {"model_spaces": SpaceAssignments(origin=HERE), "incomplete": frozenset({"model_spaces"})},
            MODEL,
            "unknown assignment.unlisted_redacted id=x space=sales | assignment x not listed x.json#/here",
        ),
        (
            {"model_spaces": SpaceAssignments(origin=HERE), "incomplete": frozenset({"job_spaces"})},
            MODEL,
            "denied assignment.unlisted id=x space=sales | assignment x not listed x.json#/here",
        ),
        (
            {"job_spaces": SpaceAssignments(origin=HERE), "incomplete": frozenset({"job_spaces"})},
            ANOMALY,
            "unknown assignment.unlisted_redacted id=x space=sales | assignment x not listed x.json#/here",
        ),
        (
            {"job_spaces": assigned(ANOMALY, ANALYTICS, spaces=("sales",))},
            "job",
            "granted assignment.listed id=x space=sales | assignment x sales spaces.json#/anomaly-detector/x",
        ),
        (
            {"job_spaces": assigned(ANOMALY, spaces=("sales",))},
            "job",
            "unknown assignment.kind_unknown id=x space=sales",
        ),
        (
            {"job_spaces": GONE},
            "job",
            "unknown assignment.not_exported id=x reason=was not asked space=sales | absence assignments GET /x",
        ),
    ],
)
def test_an_assignment(parts: dict[str, Any], kind: str, finding: str) -> None:
    """Of `x` to the space `sales`."""
    assert told(Places(world(**parts)).assigned(AssignedToSpace(kind, "x", "sales"))) == finding


def views(*titles: str) -> dict[str, object]:
    made = tuple(DataView(f"v{n}", title, origin=Origin("views.json", f"/{n}")) for n, title in enumerate(titles))
    return {"data_views": FrozenMap({"sales": made})}


@pytest.mark.parametrize(
    ("parts", "finding"),
    [
        (
            views("metrics-*", "logs-*", "*"),
            (
                "granted data_view.covers expression=logs-web space=sales title=logs-*"
                " | data_view v1 logs-* views.json#/1"
            ),
        ),
        (
            views("metrics-*", "<logs-{now/d}>", "<metrics-{now/d}>"),
            (
                "unknown data_view.undecided expression=logs-web space=sales"
                " | data_view v1 <logs-{now/d}> views.json#/1"
                " | data_view v2 <metrics-{now/d}> views.json#/2"
            ),
        ),
        (
            views("<logs-{now/d}>", "logs-*"),
            (
                "granted data_view.covers expression=logs-web space=sales title=logs-*"
                " | data_view v1 logs-* views.json#/1"
            ),
        ),
        (
            views("metrics-*", "logs-a"),
            (
                "denied data_view.missing expression=logs-web space=sales"
                " ~ data_view v0 metrics-* views.json#/0 ~ data_view v1 logs-a views.json#/1"
            ),
        ),
        (views(), "denied data_view.missing expression=logs-web space=sales"),
        (
            {"data_views": GONE},
            (
                "unknown data_view.not_exported expression=logs-web reason=was not asked space=sales"
                " | absence data_views was not asked"
            ),
        ),
        (
            {"data_views": FrozenMap({"other": ()})},
            (
                "unknown data_view.not_exported expression=logs-web reason=no file of this space"
                " space=sales | absence data_views no file of this space"
            ),
        ),
        (
            {"data_views": FrozenMap({"sales": GONE})},
            (
                "unknown data_view.not_exported expression=logs-web reason=was not asked space=sales"
                " | absence data_views was not asked"
            ),
        ),
    ],
)
def test_a_data_view(parts: dict[str, Any], finding: str) -> None:
    """That serves `logs-web` in the space `sales`."""
    assert told(Places(world(**parts)).data_view(DataViewCovers("logs-web", "sales"))) == finding


BROKEN = KibanaRole("r", RoleDescriptor("", ("manage_ml",)), transform_error=("x",), origin=HERE)
NOBODY: FrozenMap[str, RoleDescriptor] = FrozenMap()


@pytest.mark.parametrize(
    ("name", "parts", "finding"),
    [
        (
            "r",
            {"roles": GONE, "kibana_roles": GONE},
            "no descriptor; unknown role.not_exported reason=was not asked role=r | absence roles was not asked",
        ),
        (
            "r",
            {"incomplete": frozenset({"roles", "kibana_roles"})},
            (
                "no descriptor; unknown role.not_exported reason=the list is incomplete role=r"
                " | absence roles the list is incomplete"
            ),
        ),
        (
            "r",
            {"roles": GONE, "incomplete": frozenset({"kibana_roles"})},
            "no descriptor; unknown role.not_exported reason=was not asked role=r | absence roles was not asked",
        ),
        (
            "r",
            {"kibana_roles": GONE, "incomplete": frozenset({"roles"})},
            (
                "no descriptor; unknown role.not_exported reason=the list is incomplete role=r"
                " | absence roles the list is incomplete"
            ),
        ),
        ("r", {"incomplete": frozenset({"roles"})}, "no descriptor; undefined: True"),
        ("r", {"incomplete": frozenset({"kibana_roles"})}, "no descriptor; undefined: True"),
        ("r", {"file_realm_announced": True}, "no descriptor; unknown role.maybe_in_file role=r"),
        (
            "r",
            {"file_realm_announced": True, "file_roles": NOBODY},
            "no descriptor; unknown role.maybe_elsewhere role=r",
        ),
        ("r", {"file_roles": NOBODY}, "no descriptor; undefined: True"),
        (
            "r",
            {"kibana_roles": FrozenMap({"r": BROKEN})},
            "kibana_roles ('manage_ml',); unknown role.transform_error role=r | role r x.json#/here",
        ),
        ("machine_learning_admin", {}, "catalogue ('manage_ml',); undefined: False"),
        (
            "machine_learning_admin",
            {"version": "10.0.0"},
            "no descriptor; unknown role.reserved_unknown_version role=machine_learning_admin version=10.0.0",
        ),
        (
            "machine_learning_admin",
            {"version": GONE},
            "no descriptor; unknown role.reserved_unknown_version role=machine_learning_admin version=unknown",
        ),
    ],
)
def test_a_role_that_no_list_of_roles_defines(name: str, parts: dict[str, Any], finding: str) -> None:
    """What is doubtful about it, if anything is."""
    given: dict[str, Any] = {"roles": NOBODY, "kibana_roles": FrozenMap[str, KibanaRole](), "file_roles": GONE}
    found = Definitions(world(**(given | parts))).of(name)
    descriptor = f"{found.source} {found.descriptor.cluster}" if found.descriptor else "no descriptor"
    doubt = told(found.doubt) if found.doubt else f"undefined: {found.undefined}"
    assert found.name == name
    assert f"{descriptor}; {doubt}" == finding


SUPERUSER = {"collector": Collector("boss", ("viewer", "superuser"))}
TWICE = {
    "jobs": FrozenMap({"web-1": AnomalyDetectionJob("web-1"), "x": AnomalyDetectionJob("x")}),
    "analytics": FrozenMap(
        {"web-2": DataFrameAnalyticsJob("web-2", ("a",), "b"), "x": DataFrameAnalyticsJob("x", (), "")}
    ),
}


@pytest.mark.parametrize(
    ("question", "parts", "kind", "name", "suggestions"),
    [
        ({"job": "web-3"}, TWICE, "job", "web-3", ("web-2", "web-1")),
        ({"job": "web-2", "job_type": ANOMALY}, TWICE, "job", "web-2", ("web-2", "web-1")),
        ({"job": "web-1", "job_type": ANALYTICS}, TWICE, "job", "web-1", ("web-1", "web-2")),
        ({"job": "web-1", "job_type": ANALYTICS}, TWICE | {"jobs": GONE}, "job", "web-1", ("web-2",)),
        ({"job": "x"}, TWICE, "single job", "x", ()),
        ({"model": "lang-2"}, {"trained_models": FrozenMap({"lang-1": None})}, "trained model", "lang-2", ("lang-1",)),
    ],
)
def test_a_name_that_does_not_exist(
    question: dict[str, Any], parts: dict[str, Any], kind: str, name: str, suggestions: tuple[str, ...]
) -> None:
    """The error says what kind of thing it would be, and which names are like it."""
    with pytest.raises(UnknownNameError) as caught:
        find_target(world(**parts), **question)
    assert (caught.value.kind, caught.value.name, caught.value.suggestions) == (kind, name, suggestions)


@pytest.mark.parametrize(
    ("parts", "space", "missing"),
    [
        (SUPERUSER, "sale", True),
        (SUPERUSER, "sales", False),
        (SUPERUSER | {"spaces": GONE}, "sale", False),
        (SUPERUSER | {"incomplete": frozenset({"spaces"})}, "sale", False),
        ({"collector": Collector("boss", ("viewer",))}, "sale", False),
        ({}, "sale", False),
    ],
)
def test_a_space_that_does_not_exist(parts: dict[str, Any], space: str, missing: bool) -> None:
    """Certain only where a superuser collected the whole list."""
    if not missing:
        check_space(world(**parts), space)
        return
    with pytest.raises(UnknownNameError) as caught:
        check_space(world(**parts), space)
    assert (caught.value.kind, caught.value.name, caught.value.suggestions) == ("space", "sale", ("sales",))
