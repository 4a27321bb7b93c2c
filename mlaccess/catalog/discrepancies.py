"""Where the page and the code disagree: each row pairs a documented answer with what the stack checks instead.

The page is `catalog.documented`; what is enforced comes from the tables of operations, capabilities and routes, and for
files from `x-pack/platform/plugins/private/file_upload/server/check_privileges.ts` @ 25d6d3ae0825 (elastic/kibana).
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

import attrs

from mlaccess.catalog.documented import Interface, Target, assignment_part
from mlaccess.catalog.kibana_capabilities import capability_rule
from mlaccess.catalog.kibana_routes import find_route, route_rule
from mlaccess.catalog.kibana_upload import UploadQuery, import_rule
from mlaccess.catalog.kibana_versions import Profile
from mlaccess.rules import AllOf, Ask, Rule
from mlaccess.rules.facts import AccountUsable, ClusterAction, IndexPrivilege

__all__ = ["DISCREPANCIES", "Comparison", "DiscrepancyRow"]

Documented: TypeAlias = Literal["full", "read_only", "upload"]


@attrs.frozen
class Comparison:
    """What a row is evaluated for."""

    interface: Interface
    space: str
    target: Target
    destinations: tuple[str, ...] = ()
    profile: Profile | None = None


@attrs.frozen
class DiscrepancyRow:
    """One disagreement: the documented decision it is measured by, and the rule that the code makes of the same wish.

    `build` gives the enforced rule, or None where the row does not apply to what is compared.
    """

    id: str
    title: str
    documented: Documented
    sentences: tuple[str, ...]
    more: str
    """What it means if the code allows more than the page."""
    less: str
    """What it means if the code allows less."""
    build: Callable[[Comparison], Rule | None] = attrs.field(eq=False)
    source: str = ""

    def __reduce__(self) -> "tuple[Callable[[str], DiscrepancyRow], tuple[str]]":
        """Pickled by its id: the table is the same everywhere."""
        return (_row, (self.id,))


def _row(id_: str) -> DiscrepancyRow:
    return next(row for row in DISCREPANCIES if row.id == id_)


_SEARCH = "indices:data/read/search"


def _local(names: tuple[str, ...] | None) -> tuple[str, ...]:
    """Names the local check is made on: Elasticsearch leaves remote ones out."""
    return tuple(n for n in names or () if ":" not in n.replace("::", ""))


def _capability(name: str, c: Comparison) -> Rule:
    return capability_rule(name, c.space, c.profile)


def _visible(c: Comparison) -> tuple[Rule, ...]:
    return (assignment_part(c.target.kind, c.target.id, c.space),) if c.target.id else ()


def _use(c: Comparison) -> Rule | None:
    """Reading, as the interface shows it."""
    if c.interface != "kibana" or c.target.kind not in ("", "anomaly-detector"):
        return None
    return AllOf((_capability("canGetJobs", c), *_visible(c)), "anomaly detection in Kibana's interface")


def _results(c: Comparison) -> Rule | None:
    """Reading results, which Kibana fetches with its own rights."""
    if c.target.kind != "anomaly-detector":
        return None
    if c.interface != "kibana":
        asks = (Ask(AccountUsable()), Ask(ClusterAction("cluster:monitor/xpack/ml/job/results/records/get")))
        return AllOf(asks, "GET _ml/anomaly_detectors/{job_id}/results/records")
    route = find_route("POST /internal/ml/results/anomalies_table_data")
    assert route is not None
    return route_rule(route, c.space, item=("job", c.target.id))


def _hidden_routes(c: Comparison) -> Rule | None:
    """Reading through the routes, whatever the space shows."""
    if c.interface != "kibana" or c.target.id:
        return None
    route = find_route("GET /internal/ml/anomaly_detectors")
    assert route is not None
    return route_rule(route, c.space)


def _annotate(c: Comparison) -> Rule | None:
    if c.interface != "kibana" or c.target.id:
        return None
    return _capability("canCreateAnnotation", c)


def _test_model(c: Comparison) -> Rule | None:
    if c.interface != "kibana" or c.target.kind not in ("", "trained-model"):
        return None
    return AllOf((_capability("canTestTrainedModels", c), *_visible(c)), "testing a trained model")


def _create_button(c: Comparison) -> Rule | None:
    if c.interface != "kibana" or c.target.id or c.target.sources:
        return None
    return _capability("canCreateJob", c)


def _create_datafeed(c: Comparison) -> Rule | None:
    """What putting a job like this one asks: the right to create, and search on the sources as the caller."""
    if c.target.kind not in ("", "anomaly-detector") or not _local(c.target.sources):
        return None
    search = tuple(Ask(IndexPrivilege(s, _SEARCH)) for s in _local(c.target.sources))
    if c.interface == "kibana":
        return AllOf((_capability("canCreateJob", c), *_visible(c), *search), "creating such a job in Kibana")
    put = (Ask(AccountUsable()), Ask(ClusterAction("cluster:admin/xpack/ml/datafeeds/put")))
    return AllOf((*put, *search), "PUT _ml/datafeeds/{datafeed_id}")


def _create_analytics(c: Comparison) -> Rule | None:
    if c.target.kind != "data-frame-analytics" or c.target.sources is None or c.target.destinations is None:
        return None
    asks = [Ask(IndexPrivilege(s, "read")) for s in _local(c.target.sources)]
    asks += [Ask(IndexPrivilege(d, p)) for d in c.target.destinations for p in ("read", "index", "create_index")]
    if c.interface == "kibana":
        right = _capability("canCreateDataFrameAnalytics", c)
        return AllOf((right, *_visible(c), *asks), "creating such an analytics job in Kibana")
    put = (Ask(AccountUsable()), Ask(ClusterAction("cluster:admin/xpack/ml/data_frame/analytics/put")))
    return AllOf((*put, *asks), "PUT _ml/data_frame/analytics/{id}")


def _import(c: Comparison) -> Rule | None:
    if c.interface != "kibana" or c.target.id:
        return None
    queries = [UploadQuery(manage_pipeline=True, index=d) for d in c.destinations or (None,)]
    return AllOf(tuple(import_rule(q, c.space) for q in queries), "GET /internal/file_upload/has_import_permission")


DISCREPANCIES: tuple[DiscrepancyRow, ...] = (
    DiscrepancyRow(
        "D01",
        "seeing machine learning",
        "read_only",
        ("P07", "P26", "P27", "P28"),
        "Kibana shows anomaly detection, and this job, without what the page lists for reading",
        "the page grants reading, yet Kibana shows nothing: no login in the space, or no Kibana privilege for it",
        _use,
    ),
    DiscrepancyRow(
        "D02",
        "reading results",
        "read_only",
        ("P16", "P28", "P30"),
        "the job's results can be read without read on its sources: machine learning fetches them with its own rights",
        "the page grants reading, yet the results are refused",
        _results,
    ),
    DiscrepancyRow(
        "D03",
        "hiding machine learning in a space",
        "read_only",
        ("P04", "P09", "P18"),
        "Kibana's machine learning routes answer in this space: hiding a feature closes no route",
        "the page grants reading, yet the routes refuse: they ask for Kibana privileges, not Elasticsearch ones",
        _hidden_routes,
    ),
    DiscrepancyRow(
        "D04",
        "writing annotations",
        "full",
        ("P26",),
        "annotations can be written and deleted without full access, other people's included",
        "the page grants full access, yet annotations cannot be written",
        _annotate,
    ),
    DiscrepancyRow(
        "D05",
        "testing trained models",
        "full",
        ("P26",),
        "models can be tested without full access",
        "the page grants full access, yet models cannot be tested",
        _test_model,
    ),
    DiscrepancyRow(
        "D06",
        "the Create button",
        "full",
        ("P21", "P22"),
        "jobs can be created without Data Views Management: All, which the page lists",
        "the page grants full access, yet Kibana offers no job creation",
        _create_button,
    ),
    DiscrepancyRow(
        "D07",
        "creating an anomaly detection job on these sources",
        "full",
        ("P11", "P23", "P24"),
        "the datafeed is accepted with search on the sources; view_index_metadata and data views are not asked",
        "the page grants full access, yet creating the datafeed is refused",
        _create_datafeed,
    ),
    DiscrepancyRow(
        "D08",
        "creating a data frame analytics job",
        "full",
        ("P12", "P25"),
        "the job is accepted with read on the sources and read, index and create_index on the destination",
        "the page grants full access, yet creating the job is refused",
        _create_analytics,
    ),
    DiscrepancyRow(
        "D09",
        "importing a file",
        "upload",
        ("P33", "P34", "P35", "P36"),
        "the import is accepted with a login, manage_pipeline, create and create_index; no Kibana feature is asked",
        "the page grants the upload, yet the import is refused",
        _import,
    ),
)
