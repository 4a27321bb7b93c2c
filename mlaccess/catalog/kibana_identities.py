"""Whose identity Kibana uses with Elasticsearch, and so which of the caller's own privileges an action really needs.

This is why a button can be there and fail: the capability comes from Kibana's privileges, the refusal from
Elasticsearch. Sources in elastic/kibana: `x-pack/platform/plugins/shared/ml/server/lib/ml_client/ml_client.ts`
@ 02d08c1cc674 and the routes; in elastic/elasticsearch: the authorization checks of the put actions of datafeeds and
data frame analytics (`x-pack/plugin/ml/src/main/java/org/elasticsearch/xpack/ml/action/`), and `x-pack/platform/
plugins/private/file_upload/server/` for the upload.
"""

from typing import Literal, TypeAlias

import attrs

from mlaccess.rules import AllOf, Ask, Rule
from mlaccess.rules.facts import ClusterPrivilege, IndexPrivilege

from .kibana_capabilities import capability_rule
from .kibana_routes import Identity
from .kibana_versions import Profile

__all__ = [
    "IDENTITIES",
    "About",
    "IdentityRow",
    "Need",
    "On",
    "Refusal",
    "identity_rows_of",
    "needs_rule",
    "pressing_rule",
]

On: TypeAlias = Literal["source", "destination", "cluster"]
About: TypeAlias = Literal["anomaly-detector", "data-frame-analytics", "trained-model", "file", ""]
Refusal: TypeAlias = Literal["at once", "in the wizard", "later", "in part", ""]
"""Where a missing privilege shows: the request is refused; a step before it is; the datafeed fails later; a part of
the page stays empty. Empty where the caller needs nothing of their own."""


@attrs.frozen
class Need:
    """A privilege, or a raw action, that the caller needs on each source or destination, or on the cluster."""

    on: On
    name: str


def _on(on: On, *names: str) -> tuple[Need, ...]:
    return tuple(Need(on, n) for n in names)


@attrs.frozen
class IdentityRow:
    """One thing people do in Kibana. `capabilities` show the button; `needs` are the caller's own privileges."""

    id: str
    title: str
    capabilities: tuple[str, ...]
    identity: Identity
    needs: tuple[Need, ...] = ()
    refused: Refusal = ""
    about: About = ""
    """The kind of job it is about; empty for anything."""
    profile: Profile | None = None
    """The version profile the row holds for; None for all."""
    note: str = ""
    local_only: bool = False
    """Whether Elasticsearch leaves sources on remote clusters out of its check."""


IDENTITIES: tuple[IdentityRow, ...] = (
    IdentityRow(
        "view_results",
        "See anomaly results, jobs, models, notifications",
        ("canGetJobs",),
        "internal",
        note="nothing on the source indices: results are read as Kibana's user",
        about="anomaly-detector",
    ),
    IdentityRow(
        "view_source_charts",
        "See the source data behind an anomaly",
        ("canGetJobs",),
        "current",
        _on("source", "read"),
        "in part",
        note="with model plot the chart comes from results, and nothing is needed",
        about="anomaly-detector",
    ),
    IdentityRow(
        "operate_job",
        "Open, close, start, stop, update, reset, delete a job or datafeed",
        ("canOpenJob", "canCloseJob", "canStartStopDatafeed", "canUpdateJob", "canResetJob", "canDeleteJob"),
        "internal",
        about="anomaly-detector",
    ),
    IdentityRow(
        "job_wizard",
        "Create an anomaly detection job with a wizard",
        ("canCreateJob",),
        "current",
        _on("source", "read", "view_index_metadata"),
        "in the wizard",
        note="field capabilities, charts, bucket span, cardinality, memory, categorization and modules",
        about="anomaly-detector",
    ),
    IdentityRow(
        "put_job",
        "Save an anomaly detection job",
        ("canCreateJob",),
        "secondary",
        about="anomaly-detector",
    ),
    IdentityRow(
        "put_datafeed",
        "Save or change a datafeed",
        ("canCreateDatafeed", "canUpdateDatafeed"),
        "secondary",
        _on("source", "indices:data/read/search"),
        "at once",
        note="Elasticsearch checks the raw search action; the datafeed later searches with the saver's roles",
        local_only=True,
        about="anomaly-detector",
    ),
    IdentityRow(
        "preview_datafeed",
        "Preview a datafeed",
        ("canPreviewDatafeed",),
        "secondary",
        _on("source", "read"),
        "at once",
        about="anomaly-detector",
    ),
    IdentityRow(
        "analytics_wizard",
        "Create a data frame analytics job with the wizard",
        ("canCreateDataFrameAnalytics",),
        "current",
        _on("source", "read", "view_index_metadata"),
        "in the wizard",
        about="data-frame-analytics",
    ),
    IdentityRow(
        "put_analytics",
        "Save a data frame analytics job",
        ("canCreateDataFrameAnalytics",),
        "secondary",
        (*_on("source", "read"), *_on("destination", "read", "index", "create_index")),
        "at once",
        local_only=True,
        about="data-frame-analytics",
    ),
    IdentityRow(
        "explain_analytics",
        "Explain or update a data frame analytics job",
        ("canCreateDataFrameAnalytics",),
        "secondary",
        _on("source", "read", "view_index_metadata"),
        "at once",
        about="data-frame-analytics",
    ),
    IdentityRow(
        "start_analytics",
        "Start or stop a data frame analytics job",
        ("canStartStopDataFrameAnalytics",),
        "internal",
        note="it then runs with the roles stored with it",
        about="data-frame-analytics",
    ),
    IdentityRow(
        "evaluate_analytics",
        "Evaluate a data frame analytics job",
        ("canGetDataFrameAnalytics",),
        "secondary",
        _on("destination", "read"),
        "at once",
        about="data-frame-analytics",
    ),
    IdentityRow(
        "view_analytics_results",
        "See the results of a data frame analytics job",
        ("canGetDataFrameAnalytics",),
        "current",
        _on("destination", "read"),
        "in part",
        about="data-frame-analytics",
    ),
    IdentityRow(
        "delete_analytics_with_destination",
        "Delete a data frame analytics job together with its destination index",
        ("canDeleteDataFrameAnalytics",),
        "current",
        _on("destination", "delete_index"),
        "at once",
        note="the whole request is refused and the job stays",
        about="data-frame-analytics",
    ),
    IdentityRow(
        "delete_analytics",
        "Delete a data frame analytics job, keeping its destination index",
        ("canDeleteDataFrameAnalytics",),
        "internal",
        about="data-frame-analytics",
    ),
    IdentityRow(
        "deploy_model",
        "Start, stop, delete a trained model",
        ("canStartStopTrainedModels", "canDeleteTrainedModels"),
        "internal",
        about="trained-model",
    ),
    IdentityRow(
        "infer",
        "Test a trained model with text",
        ("canTestTrainedModels",),
        "internal",
        about="trained-model",
    ),
    IdentityRow(
        "simulate_pipeline",
        "Test a trained model in a pipeline",
        ("canTestTrainedModels",),
        "internal",
        profile="readers_test_models",
        about="trained-model",
    ),
    IdentityRow(
        "simulate_pipeline_as_caller",
        "Test a trained model in a pipeline",
        ("canTestTrainedModels",),
        "current",
        _on("cluster", "manage_pipeline"),
        "at once",
        profile="admins_test_models",
        about="trained-model",
    ),
    IdentityRow(
        "explore_index",
        "Explore an index in the Data Visualizer",
        ("canGetFieldInfo",),
        "current",
        _on("source", "read", "view_index_metadata"),
        "in part",
        note="index_exists asks for view_index_metadata and answers 403 without it",
    ),
    IdentityRow(
        "analyze_file",
        "Have the structure of a file found",
        ("canFindFileStructure",),
        "internal",
        about="file",
    ),
    IdentityRow(
        "import_file",
        "Import a file into a new index",
        ("canFindFileStructure",),
        "current",
        (*_on("cluster", "manage_pipeline"), *_on("destination", "create", "create_index")),
        "at once",
        note="read on the index is used afterwards; manage is never asked",
        about="file",
    ),
)


def identity_rows_of(capability: str, profile: Profile | None = None) -> tuple[IdentityRow, ...]:
    """What people do with a capability, in a version profile; both profiles' rows where that is unknown."""
    return tuple(
        r
        for r in IDENTITIES
        if capability in r.capabilities and (r.profile is None or profile is None or r.profile == profile)
    )


def needs_rule(row: IdentityRow, *, sources: tuple[str, ...] = (), destinations: tuple[str, ...] = ()) -> Rule:
    """The caller's own Elasticsearch privileges that an action needs, on these index expressions, as a tree.

    Sources on remote clusters (`alias:name`) are left out where Elasticsearch does not check them.
    """
    parts: list[Rule] = []
    for need in row.needs:
        if need.on == "cluster":
            parts.append(Ask(ClusterPrivilege(need.name)))
            continue
        for expression in sources if need.on == "source" else destinations:
            if row.local_only and need.on == "source" and ":" in expression:
                continue
            parts.append(Ask(IndexPrivilege(expression, need.name)))
    return AllOf(tuple(parts), f"the caller's own privileges, {row.id}")


def pressing_rule(
    row: IdentityRow,
    capability: str,
    space: str,
    *,
    sources: tuple[str, ...],
    destinations: tuple[str, ...],
    profile: Profile | None = None,
) -> Rule:
    """That the button is there *and* pressing it succeeds, as a tree of two halves: the capability, and the needs."""
    return AllOf(
        (
            capability_rule(capability, space, profile),
            needs_rule(row, sources=sources, destinations=destinations),
        ),
        row.title,
    )
