"""Questions as asked, turned into questions about the export: which job, of which kind, with which indices."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal, TypeAlias, get_args

from mlaccess.catalog.documented import Interface, Target
from mlaccess.errors import UnknownNameError
from mlaccess.stack import Datafeed, Deployment, FrozenMap, NotExported

__all__ = [
    "JobType",
    "check_interface",
    "check_names",
    "check_space",
    "check_texts",
    "check_type",
    "find_target",
]

JobType: TypeAlias = Literal["anomaly-detector", "data-frame-analytics"]

_INTERFACES: tuple[Interface, ...] = get_args(Interface)

ANOMALY_DETECTOR: Literal["anomaly-detector"] = "anomaly-detector"
DATA_FRAME_ANALYTICS: Literal["data-frame-analytics"] = "data-frame-analytics"
TRAINED_MODEL = "trained-model"


def check_space(deployment: Deployment, space: str) -> None:
    """Raises `UnknownNameError` for a space that certainly does not exist."""
    spaces = deployment.spaces
    if isinstance(spaces, NotExported) or space in spaces or "spaces" in deployment.incomplete:
        return
    if saw_all_spaces(deployment):
        raise UnknownNameError("space", space, tuple(spaces))


def saw_all_spaces(deployment: Deployment) -> bool:
    """Whether whoever collected the export could see every space: certain of a superuser only."""
    collector = deployment.collector
    return not isinstance(collector, NotExported) and "superuser" in collector.roles


def check_interface(interface: str) -> None:
    """Raises `ValueError` for what is none of the interfaces."""
    if interface not in _INTERFACES:
        raise ValueError(f"`interface` is one of {', '.join(_INTERFACES)}, not {interface!r}")


def check_texts(**given: object) -> None:
    """Raises `TypeError` where something else stands for a name."""
    for name, value in given.items():
        if value is not None and not isinstance(value, str):
            raise TypeError(f"`{name}` must be a text, found {value!r}")


def check_type(expected: type, given: object) -> None:
    """Raises `TypeError` where something else stands for a deployment, a resolver or a moment."""
    if not isinstance(given, expected):
        raise TypeError(f"a {expected.__name__} is expected, found {given!r:.200}")


def check_names(**given: Iterable[str] | None) -> None:
    """Raises `ValueError` where one text stands for a list of names: its letters would be taken for the names."""
    for name, value in given.items():
        if isinstance(value, str):
            raise ValueError(f"`{name}` is a list of names, not one text; write [{value!r}]")


def find_target(
    deployment: Deployment,
    *,
    job: str | None = None,
    job_type: JobType | None = None,
    model: str | None = None,
    sources: Iterable[str] | None = None,
) -> Target:
    """What a question is about.

    Raises `UnknownNameError` for a job or model that the exported lists lack, `ValueError` for what is no question.
    """
    check_names(sources=sources)
    if job_type not in (None, ANOMALY_DETECTOR, DATA_FRAME_ANALYTICS):
        raise ValueError(f"`job_type` is {ANOMALY_DETECTOR} or {DATA_FRAME_ANALYTICS}, not {job_type!r}")
    if model is not None:
        return _model(deployment, model)
    if job is not None:
        return _job(deployment, job, job_type)
    return Target(sources=tuple(dict.fromkeys(part for s in sources or () for part in split_expression(s))))


def split_expression(expression: str) -> list[str]:
    """The parts of an index expression. A list with an exclusion stays whole: its parts do not speak for it."""
    parts = [part.strip() for part in expression.split(",") if part.strip()]
    if len(parts) < 2 or expression.startswith("<") or any(part.startswith("-") for part in parts[1:]):
        return [expression]
    return parts


def _flat(expressions: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for e in expressions for part in split_expression(e)))


def _model(deployment: Deployment, model: str) -> Target:
    models = deployment.trained_models
    if not isinstance(models, NotExported) and model not in models and "trained_models" not in deployment.incomplete:
        raise UnknownNameError("trained model", model, tuple(models))
    return Target(TRAINED_MODEL, model)


def _job(deployment: Deployment, job: str, job_type: JobType | None) -> Target:
    anomaly = _lists(deployment, "jobs", deployment.jobs, job)
    analytics = _lists(deployment, "analytics", deployment.analytics, job)
    if job_type is None:
        if anomaly is True and analytics is True:
            raise UnknownNameError(
                "single job", job, (), hint="an anomaly detection job and an analytics job have this id; say `job_type`"
            )
        if anomaly is False and analytics is False:
            raise UnknownNameError("job", job, _known_jobs(deployment))
        if anomaly is True or (analytics is False and anomaly is None):
            job_type = ANOMALY_DETECTOR
        elif analytics is True or (anomaly is False and analytics is None):
            job_type = DATA_FRAME_ANALYTICS
        else:
            job_type = _type_by_other_lists(deployment, job)
    elif (job_type == ANOMALY_DETECTOR and anomaly is False) or (
        job_type == DATA_FRAME_ANALYTICS and analytics is False
    ):
        raise UnknownNameError("job", job, _known_jobs(deployment))
    if job_type == ANOMALY_DETECTOR:
        return Target(ANOMALY_DETECTOR, job, _datafeed_indices(deployment, job), ())
    if job_type == DATA_FRAME_ANALYTICS:
        return _analytics_target(deployment, job)
    return Target("job", job, None, None)


def _lists(deployment: Deployment, name: str, part: "Mapping[str, object] | NotExported", job: str) -> bool | None:
    """Whether an exported list holds the id; None where it was not exported, or not whole."""
    if isinstance(part, NotExported):
        return None
    if job in part:
        return True
    return None if name in deployment.incomplete else False


def _known_jobs(deployment: Deployment) -> tuple[str, ...]:
    parts: tuple[Mapping[str, object] | NotExported, ...] = (deployment.jobs, deployment.analytics)
    return tuple(name for part in parts if not isinstance(part, NotExported) for name in part)


def _type_by_other_lists(deployment: Deployment, job: str) -> JobType | None:
    """The kind of a job that neither list shows, from its datafeed or its space assignments."""
    datafeeds = deployment.datafeeds
    if not isinstance(datafeeds, NotExported) and any(d.job_id == job for d in datafeeds.values()):
        return ANOMALY_DETECTOR
    if not isinstance(deployment.job_spaces, NotExported):
        kinds = [k for k in (ANOMALY_DETECTOR, DATA_FRAME_ANALYTICS) if job in deployment.job_spaces.of(k)]
        if kinds == [ANOMALY_DETECTOR]:
            return ANOMALY_DETECTOR
        if kinds == [DATA_FRAME_ANALYTICS]:
            return DATA_FRAME_ANALYTICS
    return None


@lru_cache(maxsize=8)
def _feeds_by_job(datafeeds: FrozenMap[str, Datafeed]) -> dict[str, list[Datafeed]]:
    """The datafeeds of each job, found once for a deployment."""
    found: dict[str, list[Datafeed]] = {}
    for datafeed in datafeeds.values():
        found.setdefault(datafeed.job_id, []).append(datafeed)
    return found


def _datafeed_indices(deployment: Deployment, job: str) -> tuple[str, ...] | None:
    """The source indices of an anomaly detection job; () where it certainly has no datafeed (choice C13)."""
    datafeeds, jobs = deployment.datafeeds, deployment.jobs
    if not isinstance(datafeeds, NotExported):
        own = _feeds_by_job(datafeeds).get(job)
        if own:
            return _flat(i for d in own for i in d.indices)
    if not isinstance(jobs, NotExported) and job in jobs:
        embedded = jobs[job].embedded_datafeed
        if embedded is not None:
            return _flat(embedded.indices)
    if isinstance(datafeeds, NotExported) or "datafeeds" in deployment.incomplete:
        return None
    return ()


def _analytics_target(deployment: Deployment, job: str) -> Target:
    analytics = deployment.analytics
    if isinstance(analytics, NotExported) or job not in analytics:
        return Target(DATA_FRAME_ANALYTICS, job, None, None)
    found = analytics[job]
    return Target(DATA_FRAME_ANALYTICS, job, _flat(found.source), (found.destination,))
