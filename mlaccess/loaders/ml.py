"""Machine learning's answers: jobs, datafeeds, data frame analytics jobs, trained models, and the upgrade mode."""

from collections.abc import Callable

from mlaccess.stack import (
    AnomalyDetectionJob,
    Datafeed,
    DataFrameAnalyticsJob,
    FrozenMap,
    Json,
    MlInfo,
    TrainedModel,
)

from .cursor import Cursor
from .lists import Named, named
from .outcome import Gave

__all__ = ["read_analytics", "read_datafeeds", "read_jobs", "read_ml_info", "read_trained_models"]

_AUTHORIZATION = frozenset({"roles", "api_key", "service_account"})


def _members(
    root: Cursor, envelope: tuple[str, ...], name_key: tuple[str, ...], what: str, is_body: Callable[[Cursor], bool]
) -> Named | None:
    return named(root, envelope=envelope, name_key=name_key, what=what, is_body=is_body, map_by_name=False)


def read_jobs(root: Cursor) -> Gave[FrozenMap[str, AnomalyDetectionJob]] | None:
    """`GET _ml/anomaly_detectors`, or one job's body."""
    found = _members(
        root, ("jobs",), ("job_id",), "job", lambda body: bool(body.keys & {"job_id", "analysis_config", "job_type"})
    )
    if found is None:
        return None
    jobs = {id_: _job(id_, body) for id_, body in found}
    return Gave(FrozenMap(jobs), f"{len(jobs)} anomaly detection jobs", complete=found.complete)


def _job(id_: str, body: Cursor) -> AnomalyDetectionJob:
    groups, results, plot = body.get("groups"), body.get("results_index_name"), _object(body, "model_plot_config")
    analysis, feed = _object(body, "analysis_config"), _object(body, "datafeed_config")
    enabled = plot.get("enabled") if plot is not None else None
    field = analysis.get("categorization_field_name") if analysis is not None else None
    embedded = None
    if feed is not None and feed.get("indices", "indexes") is not None:
        feed_id = feed.get("datafeed_id", "id")
        embedded = _datafeed(feed_id.text() if feed_id is not None else f"datafeed-{id_}", feed, job_id=id_)
    return AnomalyDetectionJob(
        id_,
        groups=groups.strings("a list of groups") if groups is not None else (),
        results_index_name=results.text() if results is not None else "",
        model_plot=enabled.flag() if enabled is not None else False,
        categorization_field=field.text() if field is not None else "",
        embedded_datafeed=embedded,
        origin=body.origin,
    )


def _object(body: Cursor, key: str) -> Cursor | None:
    member = body.get(key)
    if member is not None and not member.is_object:
        member.fail("an object")
    return member


def read_datafeeds(root: Cursor) -> Gave[FrozenMap[str, Datafeed]] | None:
    """`GET _ml/datafeeds`, or one datafeed's body."""
    found = _members(
        root,
        ("datafeeds",),
        ("datafeed_id",),
        "datafeed",
        lambda body: bool(body.keys & {"datafeed_id", "indices", "indexes"}),
    )
    if found is None:
        return None
    feeds = {id_: _datafeed(id_, body) for id_, body in found}
    return Gave(FrozenMap(feeds), f"{len(feeds)} datafeeds", complete=found.complete)


def _datafeed(id_: str, body: Cursor, *, job_id: str = "") -> Datafeed:
    job, indices = body.get("job_id"), body.get("indices", "indexes")
    if job is None and not job_id:
        body.refuse("no `job_id`", "the job of a datafeed")
    if indices is None:
        body.refuse("no `indices`", "the indices that a datafeed reads")
    return Datafeed(
        id_,
        job.text("a job id") if job is not None else job_id,
        _index_list(indices) if indices is not None else (),
        authorization=_authorization(body),
        origin=body.origin,
    )


def _index_list(member: Cursor) -> tuple[str, ...]:
    """Elasticsearch accepts one text where it lists index expressions."""
    return (member.value,) if isinstance(member.value, str) else member.strings("a list of index expressions")


def _authorization(body: Cursor) -> FrozenMap[str, Json] | None:
    """The credentials stored with a job: names of roles, or the key's id and name."""
    member = body.get("authorization")
    if member is None:
        return None
    found: dict[str, Json] = {}
    for key, item in member.items("stored credentials"):
        if key == "api_key" and item.is_object:
            found[key] = FrozenMap({k: v.json() for k, v in item.items() if k in ("id", "name")})
        elif key == "roles":
            found[key] = item.strings("a list of role names")
        elif key in _AUTHORIZATION and key != "api_key":
            found[key] = item.json()
    return FrozenMap(found)


def read_analytics(root: Cursor) -> Gave[FrozenMap[str, DataFrameAnalyticsJob]] | None:
    """`GET _ml/data_frame/analytics`, or one job's body."""
    found = _members(
        root,
        ("data_frame_analytics",),
        ("id",),
        "data frame analytics job",
        lambda body: "source" in body.keys and "dest" in body.keys,
    )
    if found is None:
        return None
    jobs = {id_: _analytics_job(id_, body) for id_, body in found}
    return Gave(FrozenMap(jobs), f"{len(jobs)} data frame analytics jobs", complete=found.complete)


def _analytics_job(id_: str, body: Cursor) -> DataFrameAnalyticsJob:
    source, dest = body.get("source"), body.get("dest")
    index = source.get("index") if source is not None else None
    destination = dest.get("index") if dest is not None else None
    if index is None:
        body.refuse("no `source` with an `index`", "the source of a data frame analytics job")
    if destination is None:
        body.refuse("no `dest` with an `index`", "the destination of a data frame analytics job")
    return DataFrameAnalyticsJob(
        id_,
        _index_list(index) if index is not None else (),
        destination.text("an index name") if destination is not None else "",
        authorization=_authorization(body),
        origin=body.origin,
    )


def read_trained_models(root: Cursor) -> Gave[FrozenMap[str, TrainedModel]] | None:
    """`GET _ml/trained_models`; the statistics name the models too."""
    found = _members(
        root,
        ("trained_model_configs", "trained_model_stats"),
        ("model_id",),
        "trained model",
        lambda body: bool(body.keys & {"model_id", "inference_config"}),
    )
    if found is None:
        return None
    models = {id_: _trained_model(id_, body) for id_, body in found}
    return Gave(FrozenMap(models), f"{len(models)} trained models", complete=found.complete)


def _trained_model(id_: str, body: Cursor) -> TrainedModel:
    kind, level, tags, metadata = (body.get(k) for k in ("model_type", "license_level", "tags", "metadata"))
    analytics = metadata.get("analytics_config") if metadata is not None else None
    job = analytics.get("id") if analytics is not None else None
    return TrainedModel(
        id_,
        type=kind.text() if kind is not None else "",
        license_level=level.text() if level is not None else "",
        tags=tags.strings("a list of tags") if tags is not None else (),
        created_by_job=job.text() if job is not None else None,
        origin=body.origin,
    )


def read_ml_info(root: Cursor) -> Gave[MlInfo] | None:
    """`GET _ml/info`."""
    if not root.is_object or not root.keys & {"upgrade_mode", "defaults", "limits", "native_code"}:
        root.refuse("no answer of machine learning" if root.is_object else "no object", "the answer of GET _ml/info")
        return None
    upgrading = root.get("upgrade_mode")
    on = upgrading.flag() if upgrading is not None else False
    return Gave(MlInfo(on, origin=root.origin), "upgrade mode on" if on else "upgrade mode off")
