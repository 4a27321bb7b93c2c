"""Strategies for what surrounds roles: licences, nodes, spaces, jobs with their indices, models and data views."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, TypeVar

import attrs
from hypothesis import strategies as st

from mlaccess.stack import (
    ALL_SPACES,
    NOT_EXPORTED,
    UNSEEN_SPACE,
    AnomalyDetectionJob,
    Datafeed,
    DataFrameAnalyticsJob,
    DataView,
    FrozenMap,
    Json,
    License,
    Node,
    Part,
    Space,
    SpaceAssignments,
    TrainedModel,
)

from . import vocabulary as words
from .roles import choice, one_in, some, subset

__all__ = [
    "ANALYSES",
    "ANALYTICS",
    "ANOMALY",
    "JOBS",
    "MODEL",
    "MODELS",
    "licenses",
    "machine_learning",
    "nodes",
    "spaces",
]

T = TypeVar("T")

ANOMALY: Literal["anomaly-detector"] = "anomaly-detector"
ANALYTICS: Literal["data-frame-analytics"] = "data-frame-analytics"
MODEL = "trained-model"
JOBS = ("web", "orders")
ANALYSES = ("churn", "web")
"""`web` may be both kinds of job: a question about it then has to say which."""
MODELS = ("ner",)


@st.composite
def _licenses(draw: st.DrawFn, hostile: bool) -> License:
    issued, expires = words.COLLECTED - timedelta(days=300), words.COLLECTED + timedelta(days=60)
    if not hostile or not draw(one_in(3)):
        return License(draw(choice("platinum", "enterprise", "trial")), "active", issued, expires)
    type_ = draw(choice("basic", "platinum", "trial", "gold", "standard", "DEV", "missing", "diamond"))
    past = words.COLLECTED - timedelta(days=draw(choice(0, 1, 30)))
    ends: tuple[datetime | None, ...] = (expires, past, None)
    end = draw(choice(*ends))
    # Where the end lies ahead, or is not told, "expired" is what Elasticsearch may still have said.
    status = draw(choice("active", "valid", "invalid", "closed", "expired"))
    return License(type_, "expired" if end == past else status, issued, end)


@cache
def licenses(*, hostile: bool = True) -> st.SearchStrategy[License]:
    """A licence: mostly an active one that includes machine learning."""
    return _licenses(hostile)


_ROLES = (("ml", "data"),) * 4 + (("data",), ())
_ANONYMOUS: tuple[Json, ...] = ("r1", "r2,r3", ("r1",))


@st.composite
def _node(draw: st.DrawFn, number: int, hostile: bool) -> Node:
    settings: dict[str, Json] = {}
    roles: tuple[str, ...] = ("ml", "data") if number == 1 else ("data",)
    told = True
    if hostile and draw(one_in(3)):
        roles = draw(choice(*_ROLES))
        if draw(one_in(4)):
            settings["xpack.ml.enabled"] = draw(choice("true", "false"))
        if draw(one_in(4)):
            settings["xpack.security.authc.anonymous.roles"] = draw(choice(*_ANONYMOUS))
        if draw(one_in(16)):
            settings["xpack.security.enabled"] = "false"
        told = not draw(one_in(12))
    return Node(f"n{number}", f"node-{number}", roles, FrozenMap(settings), settings_exported=told)


@st.composite
def _nodes(draw: st.DrawFn, hostile: bool) -> FrozenMap[str, Node]:
    count = draw(choice(1, 1, 1, 2, 2, 2, 1, 2, 1, 0)) if hostile else 1
    return FrozenMap({f"n{n}": draw(_one_node(n, hostile)) for n in range(1, count + 1)})


@cache
def _one_node(number: int, hostile: bool) -> st.SearchStrategy[Node]:
    return _node(number, hostile)


@cache
def nodes(*, hostile: bool = True) -> st.SearchStrategy[FrozenMap[str, Node]]:
    """The nodes of a cluster, mostly one that can run jobs."""
    return _nodes(hostile)


_DISABLED = (frozenset[str](),) * 4 + (frozenset({"discover"}), frozenset({"ml"}))


@st.composite
def _spaces(draw: st.DrawFn, id_: str, hostile: bool) -> Space:
    space = Space(id_, disabled_features=draw(choice(*_DISABLED)))
    if not hostile or not draw(one_in(6)):
        return space
    solution = draw(choice("classic", "es", "security", "oblt", "futuristic"))
    return attrs.evolve(space, solution=solution, effective=draw(choice(True, False)))


@cache
def spaces(*, id: str = "default", hostile: bool = True) -> st.SearchStrategy[Space]:
    """A space of an id: now and then one that hides machine learning."""
    return _spaces(id, hostile)


@st.composite
def _machine_learning(draw: st.DrawFn, ids: tuple[str, ...], hostile: bool) -> dict[str, Any]:
    def expressions() -> tuple[str, ...]:
        ready = draw(choice(("logs-a",), ("logs-*",), None, None))
        return ready or draw(some(words.EXPRESSIONS, hostile, least=1))

    jobs: dict[str, AnomalyDetectionJob] = {}
    feeds: dict[str, Datafeed] = {}
    for id_ in draw(subset(JOBS)):
        job = AnomalyDetectionJob(id_)
        how = draw(choice("listed", "listed", "embedded", "none")) if hostile else "listed"
        feed = Datafeed(f"feed-{id_}", id_, expressions()) if how != "none" else None
        if feed is not None:
            feeds[feed.id] = feed
        jobs[id_] = attrs.evolve(job, embedded_datafeed=feed if how == "embedded" else None)
    analyses = {
        id_: DataFrameAnalyticsJob(id_, expressions(), draw(choice("out", "logs-a")))
        for id_ in draw(subset(ANALYSES if hostile else ANALYSES[:1]))
    }
    models = {id_: TrainedModel(id_) for id_ in draw(subset(MODELS))}
    pool = (*ids, ALL_SPACES, UNSEEN_SPACE) if hostile else (*ids, ALL_SPACES)

    def assigned(items: dict[str, T]) -> FrozenMap[str, tuple[str, ...]]:
        listed = [i for i in items if not (hostile and draw(one_in(8)))]
        return FrozenMap({i: draw(subset(pool, 1, 2)) for i in listed})

    views: dict[str, Part[tuple[DataView, ...]]] = {}
    for space in ids:
        odd = draw(one_in(16)) if hostile else False
        if not odd:
            titles = ("*",) if draw(one_in(2)) else draw(some(words.TITLES, hostile))
            views[space] = tuple([DataView(f"v{n}", t) for n, t in enumerate(titles, 1)])
        elif draw(choice(True, False)):
            views[space] = NOT_EXPORTED
    return {
        "jobs": FrozenMap(jobs),
        "datafeeds": FrozenMap(feeds),
        "analytics": FrozenMap(analyses),
        "trained_models": FrozenMap(models),
        "job_spaces": SpaceAssignments(FrozenMap({ANOMALY: assigned(jobs), ANALYTICS: assigned(analyses)})),
        "model_spaces": SpaceAssignments(FrozenMap({MODEL: assigned(models)})),
        "data_views": FrozenMap(views),
    }


@cache
def machine_learning(ids: tuple[str, ...], *, hostile: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Jobs, datafeeds, models, data views and assignments for these spaces, as fields of a deployment."""
    return _machine_learning(ids, hostile)
