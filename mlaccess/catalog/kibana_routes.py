"""Kibana's machine learning HTTP routes: what each asks of the caller, the licence guard, and whose identity it uses.

A route asks the action `api:ml:<capability>` of the caller's application privileges in the space of its path.
Neither the visibility of machine learning in the space nor upgrade mode is looked at: hiding the feature does not
close its routes. The licence guard is separate (`x-pack/platform/plugins/shared/ml/server/lib/route_guard.ts`
@ 027d2c3c2359 in elastic/kibana), and routes of a switched-off group are not registered at all.
"""

import re
from functools import cache
from typing import Literal, TypeAlias, cast

import attrs

from mlaccess.rules import AllOf, AnyOf, Ask, Rule
from mlaccess.rules.facts import AccountUsable, AssignedToSpace, CapabilitySwitch, KibanaAction

from .kibana_capabilities import CAPABILITIES, FULL_LICENSE, LOGIN, MINIMUM_LICENSE

__all__ = ["NOTES", "ROUTES", "Guard", "Identity", "ItemKind", "Route", "SpaceCheck", "find_route", "route_rule"]

Guard: TypeAlias = Literal["full", "basic", ""]
Identity: TypeAlias = Literal["internal", "current", "secondary", "internal and current", ""]
"""Who asks Elasticsearch: Kibana's own user, the caller, Kibana's user with the caller's credentials beside it
(secondary authorization: Elasticsearch checks and stores the caller's roles); empty where it was not read."""

ItemKind: TypeAlias = Literal["job", "datafeed", "analytics", "model"]
SpaceCheck: TypeAlias = Literal["", "login", "item", "body", "filtered", "creates", "capabilities"]
"""What the handler does about the space: nothing; it reads the active space, which needs login; the item in the path
must be visible in the space; items named in the body must be; answers keep only what is visible; what it creates
belongs to the space; its answer (not whether it answers) follows the resolved capabilities."""

_KINDS: dict[ItemKind, tuple[str, str]] = {
    "job": ("anomaly-detector", "ml-job"),
    "datafeed": ("anomaly-detector", "ml-job"),
    "analytics": ("data-frame-analytics", "ml-job"),
    "model": ("trained-model", "ml-trained-model"),
}
"""Kind in a path -> (saved-object kind of the assignment, saved-object type whose `find` the caller needs)."""


@attrs.frozen
class Route:
    """One route. `actions` are needed all, or any of them where `any_of`; none means that Kibana asks for none."""

    method: str
    path: str
    actions: tuple[str, ...]
    any_of: bool
    guard: Guard
    identity: Identity
    space: SpaceCheck
    item: ItemKind | None
    family: str = ""
    switches: tuple[str, ...] = ()
    """The route is registered where one of these switches is on; always where there is none."""
    source: str = ""
    """File in elastic/kibana @ commit."""

    @property
    def name(self) -> str:
        """`GET /internal/ml/info`."""
        return f"{self.method} {self.path}"

    @property
    def capabilities(self) -> tuple[str, ...]:
        """The capabilities whose API twins are asked."""
        return tuple(a.removeprefix("api:ml:") for a in self.actions if a.startswith("api:ml:"))

    @property
    def note(self) -> str:
        """What is surprising about it."""
        return NOTES.get(self.name, "")


def _r(
    method: str,
    path: str,
    actions: str,
    *,
    any_of: bool = False,
    guard: Guard = "full",
    identity: Identity = "",
    space: str = "",
) -> Route:
    check, _, item = space.partition(":")
    names = actions.split()
    return Route(
        method,
        path,
        tuple(f"api:ml:{a}" if a in CAPABILITIES else f"api:{a}" for a in names),
        any_of,
        guard,
        identity,
        cast("SpaceCheck", check),
        cast("ItemKind", item) if item else None,
    )


def _family(family: str, source: str, switches: str, *routes: Route) -> tuple[Route, ...]:
    return tuple(attrs.evolve(r, family=family, source=source, switches=tuple(switches.split())) for r in routes)


NOTES: dict[str, str] = {
    "GET /internal/ml/ml_capabilities": "any authenticated user who may enter the space; it reads the active space",
    "POST /internal/ml/_has_privileges": "without security it answers the upgrade mode only",
    "POST /internal/ml/index_exists": "Elasticsearch asks the caller for view_index_metadata (or manage) on the index",
    "POST /internal/ml/jobs/bulk_create": "guarded by the right to preview datafeeds, not to create jobs",
    "PUT /internal/ml/datafeeds/{datafeedId}": "the datafeed keeps the caller's roles and searches with them",
    "PUT /internal/ml/data_frame/analytics/{analyticsId}": "Elasticsearch checks the caller on source and destination; "
    "creating the data view needs saved_object:index-pattern/create",
    "DELETE /internal/ml/data_frame/analytics/{analyticsId}": "with the destination index, the caller needs "
    "delete_index on it; without, the whole request is refused and the job stays",
    "POST /internal/ml/data_frame/analytics/jobs_exist": "with allSpaces it tells whether an id exists in any space",
    "POST /internal/ml/jobs/jobs_exist": "with allSpaces it tells whether an id exists in any space",
    "GET /internal/ml/data_frame/analytics/new_job_caps/{indexPattern}": "asks canGetJobs, an anomaly detection right",
    "POST /internal/ml/trained_models/pipeline_simulate": "asks as Kibana's user before pull request 282002, as the "
    "caller since",
    "GET /internal/ml/management/list/{listType}": "needs all three rights to create",
    "POST /internal/ml/annotations": "job ids are not checked against the space",
    "DELETE /internal/ml/annotations/delete/{annotationId}": "readers may delete, other people's annotations too",
    "GET /internal/ml/calendars": "calendars belong to no space; only their job ids are filtered",
    "GET /internal/ml/filters": "even reading filter lists is for Machine Learning: All",
    "POST /internal/ml/results/anomaly_search": "only the job ids are checked; an empty list is not",
    "POST /internal/ml/results/datafeed_results_chart": "results as Kibana's user, source data as the caller",
    "POST /internal/ml/results/anomaly_charts": "results as Kibana's user, source data as the caller",
    "POST /internal/ml/fields_service/field_cardinality": "its capability is a basic one, yet the guard is full",
    "POST /internal/ml/modules/setup/{moduleId}": "also writes saved objects with the caller's rights",
    "GET /api/ml/saved_objects/sync": "new saved objects go to all spaces by default since the newest version",
    "POST /api/ml/saved_objects/update_jobs_spaces": "public since 9.3",
    "POST /api/ml/saved_objects/update_trained_models_spaces": "public since 9.3",
    "POST /internal/ml/saved_objects/can_delete_ml_space_aware_item/{jobType}": "advice for the dialog; the DELETE "
    "routes ask only their own right and that the item is visible",
    "GET /internal/file_upload/has_import_permission": "answers false on any error",
    "POST /internal/file_upload/analyze_file": "the structure finder runs as Kibana's user",
}

ROUTES: tuple[Route, ...] = (
    *_family(
        "system",
        "x-pack/platform/plugins/shared/ml/server/routes/system.ts @ 1ef0046b17c4",
        "",
        _r("POST", "/internal/ml/_has_privileges", "canGetMlInfo", guard="basic", identity="internal and current"),
        _r("GET", "/internal/ml/ml_capabilities", "", guard="basic", identity="internal", space="login"),
        _r("GET", "/internal/ml/ml_node_count", "canGetMlInfo", guard="basic", identity="internal"),
        _r("GET", "/internal/ml/info", "canGetMlInfo", guard="basic", identity="internal and current"),
        _r("POST", "/internal/ml/es_search", "canGetJobs", identity="current"),
        _r("POST", "/internal/ml/index_exists", "canGetFieldInfo", guard="basic", identity="current"),
        _r("POST", "/internal/ml/reindex_with_pipeline", "canCreateTrainedModels", identity="current"),
    ),
    *_family(
        "anomaly_detection_jobs",
        "x-pack/platform/plugins/shared/ml/server/routes/anomaly_detectors.ts @ 019338c84c26",
        "ad",
        _r("GET", "/internal/ml/anomaly_detectors", "canGetJobs", identity="internal", space="filtered"),
        _r("GET", "/internal/ml/anomaly_detectors/{jobId}", "canGetJobs", identity="internal", space="item:job"),
        _r("GET", "/internal/ml/anomaly_detectors/_stats", "canGetJobs", identity="internal", space="filtered"),
        _r("GET", "/internal/ml/anomaly_detectors/{jobId}/_stats", "canGetJobs", identity="internal", space="item:job"),
        _r("PUT", "/internal/ml/anomaly_detectors/{jobId}", "canCreateJob", identity="secondary", space="creates"),
        _r(
            "POST",
            "/internal/ml/anomaly_detectors/{jobId}/_update",
            "canUpdateJob",
            identity="internal",
            space="item:job",
        ),
        _r("POST", "/internal/ml/anomaly_detectors/{jobId}/_open", "canOpenJob", identity="internal", space="item:job"),
        _r(
            "POST",
            "/internal/ml/anomaly_detectors/{jobId}/_close",
            "canCloseJob",
            identity="internal",
            space="item:job",
        ),
        _r("DELETE", "/internal/ml/anomaly_detectors/{jobId}", "canDeleteJob", identity="internal", space="item:job"),
        _r(
            "DELETE",
            "/internal/ml/anomaly_detectors/{jobId}/_forecast/{forecastId}",
            "canDeleteForecast",
            identity="internal",
            space="item:job",
        ),
        _r(
            "POST",
            "/internal/ml/anomaly_detectors/{jobId}/_forecast",
            "canForecastJob",
            identity="internal",
            space="item:job",
        ),
        _r(
            "POST",
            "/internal/ml/anomaly_detectors/{jobId}/results/buckets/{timestamp?}",
            "canGetJobs",
            identity="internal",
            space="item:job",
        ),
        _r(
            "POST",
            "/internal/ml/anomaly_detectors/{jobId}/results/overall_buckets",
            "canGetJobs",
            identity="internal",
            space="item:job",
        ),
        _r(
            "GET",
            "/internal/ml/anomaly_detectors/{jobId}/results/categories/{categoryId}",
            "canGetJobs",
            identity="internal",
            space="item:job",
        ),
        _r(
            "GET",
            "/internal/ml/anomaly_detectors/{jobId}/model_snapshots",
            "canGetJobs",
            identity="internal",
            space="item:job",
        ),
        _r(
            "GET",
            "/internal/ml/anomaly_detectors/{jobId}/model_snapshots/{snapshotId}",
            "canGetJobs",
            identity="internal",
            space="item:job",
        ),
        _r(
            "POST",
            "/internal/ml/anomaly_detectors/{jobId}/model_snapshots/{snapshotId}/_update",
            "canCreateJob",
            identity="internal",
            space="item:job",
        ),
        _r(
            "DELETE",
            "/internal/ml/anomaly_detectors/{jobId}/model_snapshots/{snapshotId}",
            "canCreateJob",
            identity="internal",
            space="item:job",
        ),
    ),
    *_family(
        "datafeeds",
        "x-pack/platform/plugins/shared/ml/server/routes/datafeeds.ts @ 012f5d9816b7",
        "ad",
        _r("GET", "/internal/ml/datafeeds", "canGetDatafeeds", identity="internal", space="filtered"),
        _r("GET", "/internal/ml/datafeeds/{datafeedId}", "canGetDatafeeds", identity="internal", space="item:datafeed"),
        _r("GET", "/internal/ml/datafeeds/_stats", "canGetDatafeeds", identity="internal", space="filtered"),
        _r(
            "GET",
            "/internal/ml/datafeeds/{datafeedId}/_stats",
            "canGetDatafeeds",
            identity="internal",
            space="item:datafeed",
        ),
        _r("PUT", "/internal/ml/datafeeds/{datafeedId}", "canCreateDatafeed", identity="secondary", space="creates"),
        _r(
            "POST",
            "/internal/ml/datafeeds/{datafeedId}/_update",
            "canUpdateDatafeed",
            identity="secondary",
            space="item:datafeed",
        ),
        _r(
            "DELETE",
            "/internal/ml/datafeeds/{datafeedId}",
            "canDeleteDatafeed",
            identity="internal",
            space="item:datafeed",
        ),
        _r(
            "POST",
            "/internal/ml/datafeeds/{datafeedId}/_start",
            "canStartStopDatafeed",
            identity="internal",
            space="item:datafeed",
        ),
        _r(
            "POST",
            "/internal/ml/datafeeds/{datafeedId}/_stop",
            "canStartStopDatafeed",
            identity="internal",
            space="item:datafeed",
        ),
        _r(
            "GET",
            "/internal/ml/datafeeds/{datafeedId}/_preview",
            "canPreviewDatafeed",
            identity="secondary",
            space="item:datafeed",
        ),
    ),
    *_family(
        "job_service",
        "x-pack/platform/plugins/shared/ml/server/routes/job_service.ts @ 012f5d9816b7",
        "ad",
        _r("POST", "/internal/ml/jobs/force_start_datafeeds", "canStartStopDatafeed", space="body"),
        _r("POST", "/internal/ml/jobs/stop_datafeeds", "canStartStopDatafeed", space="body"),
        _r("POST", "/internal/ml/jobs/delete_jobs", "canDeleteJob", space="body"),
        _r("POST", "/internal/ml/jobs/close_jobs", "canCloseJob", space="body"),
        _r("POST", "/internal/ml/jobs/reset_jobs", "canResetJob", space="body"),
        _r("POST", "/internal/ml/jobs/force_stop_and_close_job", "canCloseJob canStartStopDatafeed", space="body"),
        _r("POST", "/internal/ml/jobs/jobs_summary", "canGetJobs", space="filtered"),
        _r("GET", "/internal/ml/jobs/jobs_with_geo", "canGetJobs", space="filtered"),
        _r("POST", "/internal/ml/jobs/jobs_with_time_range", "canGetJobs", space="filtered"),
        _r("POST", "/internal/ml/jobs/job_for_cloning", "canGetJobs", space="body"),
        _r("POST", "/internal/ml/jobs/jobs", "canGetJobs", space="filtered"),
        _r("GET", "/internal/ml/jobs/groups", "canGetJobs", space="filtered"),
        _r("POST", "/internal/ml/jobs/update_groups", "canUpdateJob", space="body"),
        _r("GET", "/internal/ml/jobs/blocking_jobs_tasks", "canGetJobs", space="filtered"),
        _r("POST", "/internal/ml/jobs/jobs_exist", "canGetJobs", space="filtered"),
        _r("GET", "/internal/ml/jobs/new_job_caps/{indexPattern}", "canGetJobs", identity="current"),
        _r("POST", "/internal/ml/jobs/new_job_line_chart", "canCreateJob", identity="current"),
        _r("POST", "/internal/ml/jobs/new_job_population_chart", "canCreateJob", identity="current"),
        _r("GET", "/internal/ml/jobs/all_jobs_and_group_ids", "canGetJobs", space="filtered"),
        _r("POST", "/internal/ml/jobs/look_back_progress", "canCreateJob", space="body"),
        _r("POST", "/internal/ml/jobs/categorization_field_validation", "canCreateJob", identity="current"),
        _r("POST", "/internal/ml/jobs/top_categories", "canGetJobs", space="body"),
        _r("POST", "/internal/ml/jobs/datafeed_preview", "canPreviewDatafeed", identity="secondary"),
        _r("POST", "/internal/ml/jobs/revert_model_snapshot", "canCreateJob canStartStopDatafeed", space="body"),
        _r("POST", "/internal/ml/jobs/bulk_create", "canPreviewDatafeed", identity="secondary"),
    ),
    *_family(
        "data_frame_analytics",
        "x-pack/platform/plugins/shared/ml/server/routes/data_frame_analytics.ts @ 027ff2160655",
        "dfa",
        _r(
            "GET",
            "/internal/ml/data_frame/analytics",
            "canGetDataFrameAnalytics",
            identity="internal",
            space="filtered",
        ),
        _r(
            "GET",
            "/internal/ml/data_frame/analytics/{analyticsId}",
            "canGetDataFrameAnalytics",
            identity="internal",
            space="item:analytics",
        ),
        _r(
            "GET",
            "/internal/ml/data_frame/analytics/_stats",
            "canGetDataFrameAnalytics",
            identity="internal",
            space="filtered",
        ),
        _r(
            "GET",
            "/internal/ml/data_frame/analytics/{analyticsId}/_stats",
            "canGetDataFrameAnalytics",
            identity="internal",
            space="item:analytics",
        ),
        _r(
            "PUT",
            "/internal/ml/data_frame/analytics/{analyticsId}",
            "canCreateDataFrameAnalytics",
            identity="secondary",
            space="creates",
        ),
        _r("POST", "/internal/ml/data_frame/_evaluate", "canGetDataFrameAnalytics", identity="secondary"),
        _r("POST", "/internal/ml/data_frame/analytics/_explain", "canCreateDataFrameAnalytics", identity="secondary"),
        _r(
            "DELETE",
            "/internal/ml/data_frame/analytics/{analyticsId}",
            "canDeleteDataFrameAnalytics",
            identity="internal and current",
            space="item:analytics",
        ),
        _r(
            "POST",
            "/internal/ml/data_frame/analytics/{analyticsId}/_start",
            "canStartStopDataFrameAnalytics",
            identity="internal",
            space="item:analytics",
        ),
        _r(
            "POST",
            "/internal/ml/data_frame/analytics/{analyticsId}/_stop",
            "canStartStopDataFrameAnalytics",
            identity="internal",
            space="item:analytics",
        ),
        _r(
            "POST",
            "/internal/ml/data_frame/analytics/{analyticsId}/_update",
            "canCreateDataFrameAnalytics",
            identity="secondary",
            space="item:analytics",
        ),
        _r(
            "GET",
            "/internal/ml/data_frame/analytics/{analyticsId}/messages",
            "canGetDataFrameAnalytics",
            identity="internal",
            space="item:analytics",
        ),
        _r(
            "POST",
            "/internal/ml/data_frame/analytics/jobs_exist",
            "canGetDataFrameAnalytics",
            identity="internal",
            space="filtered",
        ),
        _r(
            "GET",
            "/internal/ml/data_frame/analytics/map/{analyticsId}",
            "canGetDataFrameAnalytics",
            space="item:analytics",
        ),
        _r("GET", "/internal/ml/data_frame/analytics/new_job_caps/{indexPattern}", "canGetJobs", identity="current"),
        _r("POST", "/internal/ml/data_frame/analytics/validate", "canCreateDataFrameAnalytics", identity="current"),
    ),
    *_family(
        "trained_models",
        "x-pack/platform/plugins/shared/ml/server/routes/trained_models.ts @ 04738a172574",
        "dfa nlp",
        _r("GET", "/internal/ml/trained_models_list", "canGetTrainedModels", space="filtered"),
        _r(
            "GET",
            "/internal/ml/trained_models/{modelId?}",
            "canGetTrainedModels",
            identity="internal",
            space="item:model",
        ),
        _r("GET", "/internal/ml/trained_models/_stats", "canGetTrainedModels", identity="internal", space="filtered"),
        _r(
            "GET",
            "/internal/ml/trained_models/{modelId}/_stats",
            "canGetTrainedModels",
            identity="internal",
            space="item:model",
        ),
        _r("GET", "/internal/ml/trained_models/{modelId}/pipelines", "canGetTrainedModels", space="item:model"),
        _r("GET", "/internal/ml/trained_models/ingest_pipelines", "canGetTrainedModels", space="filtered"),
        _r("POST", "/internal/ml/trained_models/create_inference_pipeline", "canCreateTrainedModels"),
        _r(
            "PUT",
            "/internal/ml/trained_models/{modelId}",
            "canCreateTrainedModels",
            identity="internal",
            space="creates",
        ),
        _r(
            "DELETE",
            "/internal/ml/trained_models/{modelId}",
            "canDeleteTrainedModels",
            identity="internal",
            space="item:model",
        ),
        _r(
            "POST",
            "/internal/ml/trained_models/{modelId}/deployment/_start",
            "canStartStopTrainedModels",
            identity="internal",
            space="item:model",
        ),
        _r(
            "POST",
            "/internal/ml/trained_models/{modelId}/{deploymentId}/deployment/_update",
            "canStartStopTrainedModels",
            identity="internal",
            space="item:model",
        ),
        _r(
            "POST",
            "/internal/ml/trained_models/{modelId}/{deploymentId}/deployment/_stop",
            "canStartStopTrainedModels",
            identity="internal",
            space="item:model",
        ),
        _r(
            "POST",
            "/internal/ml/trained_models/pipeline_simulate",
            "canTestTrainedModels",
            identity="internal and current",
        ),
        _r(
            "POST",
            "/internal/ml/trained_models/infer/{modelId}/{deploymentId}",
            "canTestTrainedModels",
            identity="internal",
            space="item:model",
        ),
        _r("GET", "/internal/ml/trained_models/model_downloads", "canGetTrainedModels"),
        _r("GET", "/internal/ml/trained_models/elser_config", "canGetTrainedModels"),
        _r(
            "POST",
            "/internal/ml/trained_models/install_elastic_trained_model/{modelId}",
            "canCreateTrainedModels",
            space="creates",
        ),
        _r("GET", "/internal/ml/trained_models/download_status", "canCreateTrainedModels"),
        _r("GET", "/internal/ml/trained_models/curated_model_config/{modelName}", "canGetTrainedModels"),
    ),
    *_family(
        "inference_endpoints",
        "x-pack/platform/plugins/shared/ml/server/routes/inference_models.ts @ 0684005df448",
        "",
        _r("PUT", "/internal/ml/_inference/{taskType}/{inferenceId}", "canCreateInferenceEndpoint"),
        _r("GET", "/internal/ml/_inference/all", "canGetTrainedModels", identity="current"),
    ),
    *_family(
        "model_management",
        "x-pack/platform/plugins/shared/ml/server/routes/model_management.ts @ 0086c4b627f2",
        "",
        _r(
            "GET",
            "/internal/ml/model_management/nodes_overview",
            "canViewMlNodes canGetDataFrameAnalytics canGetJobs canGetTrainedModels",
            identity="internal",
        ),
        _r(
            "GET",
            "/internal/ml/model_management/memory_usage",
            "canViewMlNodes canGetDataFrameAnalytics canGetJobs canGetTrainedModels",
            identity="internal",
        ),
    ),
    *_family(
        "management",
        "x-pack/platform/plugins/shared/ml/server/routes/management.ts @ 2ca0daa6eccc",
        "",
        _r(
            "GET",
            "/internal/ml/management/list/{listType}",
            "canCreateJob canCreateDataFrameAnalytics canCreateTrainedModels",
            space="filtered",
        ),
    ),
    *_family(
        "annotations",
        "x-pack/platform/plugins/shared/ml/server/routes/annotations.ts @ 0613a36b809d",
        "ad",
        _r("POST", "/internal/ml/annotations", "canGetAnnotations", identity="internal"),
        _r("PUT", "/internal/ml/annotations/index", "canCreateAnnotation", identity="internal"),
        _r("DELETE", "/internal/ml/annotations/delete/{annotationId}", "canDeleteAnnotation", identity="internal"),
    ),
    *_family(
        "calendars",
        "x-pack/platform/plugins/shared/ml/server/routes/calendars.ts @ 52b417f36c1c",
        "ad",
        _r("GET", "/internal/ml/calendars", "canGetCalendars", identity="internal", space="filtered"),
        _r("GET", "/internal/ml/calendars/{calendarIds}", "canGetCalendars", identity="internal", space="filtered"),
        _r("PUT", "/internal/ml/calendars", "canCreateCalendar", identity="internal", space="filtered"),
        _r("PUT", "/internal/ml/calendars/{calendarId}", "canCreateCalendar", identity="internal"),
        _r("DELETE", "/internal/ml/calendars/{calendarId}", "canDeleteCalendar", identity="internal"),
    ),
    *_family(
        "filters",
        "x-pack/platform/plugins/shared/ml/server/routes/filters.ts @ 0f0eacc61555",
        "ad",
        _r("GET", "/internal/ml/filters", "canGetFilters", identity="internal"),
        _r("GET", "/internal/ml/filters/{filterId}", "canGetFilters", identity="internal"),
        _r("GET", "/internal/ml/filters/_stats", "canGetFilters", identity="internal"),
        _r("PUT", "/internal/ml/filters", "canCreateFilter", identity="internal"),
        _r("PUT", "/internal/ml/filters/{filterId}", "canCreateFilter", identity="internal"),
        _r("DELETE", "/internal/ml/filters/{filterId}", "canDeleteFilter", identity="internal"),
    ),
    *_family(
        "notifications",
        "x-pack/platform/plugins/shared/ml/server/routes/notifications.ts @ 0f0eacc61555",
        "",
        _r(
            "GET",
            "/internal/ml/notifications",
            "canGetJobs canGetDataFrameAnalytics canGetTrainedModels",
            identity="internal",
            space="filtered",
        ),
        _r(
            "GET",
            "/internal/ml/notifications/count",
            "canGetJobs canGetDataFrameAnalytics canGetTrainedModels",
            identity="internal",
            space="filtered",
        ),
    ),
    *_family(
        "job_audit_messages",
        "x-pack/platform/plugins/shared/ml/server/routes/job_audit_messages.ts @ 52b417f36c1c",
        "ad",
        _r(
            "GET",
            "/internal/ml/job_audit_messages/messages/{jobId}",
            "canGetJobs",
            identity="internal",
            space="item:job",
        ),
        _r("GET", "/internal/ml/job_audit_messages/messages", "canGetJobs", identity="internal", space="filtered"),
        _r("PUT", "/internal/ml/job_audit_messages/clear_messages", "canCreateJob", identity="internal", space="body"),
    ),
    *_family(
        "modules",
        "x-pack/platform/plugins/shared/ml/server/routes/modules.ts @ 0539bfe933ee",
        "ad",
        _r("GET", "/internal/ml/modules/recognize/{indexPatternTitle}", "canCreateJob", identity="current"),
        _r("GET", "/internal/ml/modules/recognize_by_module/{moduleId}", "canCreateJob"),
        _r("GET", "/internal/ml/modules/get_module/{moduleId?}", "canGetJobs"),
        _r("POST", "/internal/ml/modules/setup/{moduleId}", "canCreateJob"),
        _r("GET", "/internal/ml/modules/jobs_exist/{moduleId}", "canGetJobs"),
    ),
    *_family(
        "results",
        "x-pack/platform/plugins/shared/ml/server/routes/results_service.ts @ 0f0eacc61555",
        "ad",
        _r("POST", "/internal/ml/results/top_influencers", "canGetJobs", identity="internal", space="body"),
        _r("POST", "/internal/ml/results/anomalies_table_data", "canGetJobs", identity="internal", space="body"),
        _r("POST", "/internal/ml/results/category_definition", "canGetJobs", identity="internal", space="body"),
        _r("POST", "/internal/ml/results/max_anomaly_score", "canGetJobs", identity="internal", space="body"),
        _r("POST", "/internal/ml/results/category_examples", "canGetJobs", identity="internal", space="body"),
        _r("POST", "/internal/ml/results/partition_fields_values", "canGetJobs", identity="internal", space="body"),
        _r("POST", "/internal/ml/results/anomaly_search", "canGetJobs", identity="internal", space="body"),
        _r(
            "GET", "/internal/ml/results/{jobId}/categorizer_stats", "canGetJobs", identity="internal", space="item:job"
        ),
        _r("POST", "/internal/ml/results/category_stopped_partitions", "canGetJobs", identity="internal", space="body"),
        _r(
            "POST",
            "/internal/ml/results/datafeed_results_chart",
            "canGetJobs",
            identity="internal and current",
            space="body",
        ),
        _r("POST", "/internal/ml/results/anomaly_charts", "canGetJobs", identity="internal and current", space="body"),
        _r("POST", "/internal/ml/results/anomaly_records", "canGetJobs", identity="internal", space="body"),
        _r("POST", "/internal/ml/results/view_by/scores_by_bucket", "canGetJobs", identity="internal", space="body"),
        _r(
            "POST",
            "/internal/ml/results/view_by/influencer_values_by_time",
            "canGetJobs",
            identity="internal",
            space="body",
        ),
    ),
    *_family(
        "job_validation",
        "x-pack/platform/plugins/shared/ml/server/routes/job_validation.ts @ 0f0eacc61555",
        "ad",
        _r("POST", "/internal/ml/validate/estimate_bucket_span", "canCreateJob", identity="secondary"),
        _r("POST", "/internal/ml/validate/calculate_model_memory_limit", "canCreateJob", identity="secondary"),
        _r("POST", "/internal/ml/validate/cardinality", "canCreateJob", identity="secondary"),
        _r("POST", "/internal/ml/validate/job", "canCreateJob", identity="secondary"),
        _r("POST", "/internal/ml/validate/datafeed_preview", "canCreateJob", identity="secondary"),
    ),
    *_family(
        "fields_service",
        "x-pack/platform/plugins/shared/ml/server/routes/fields_service.ts @ 0467ecaf3875",
        "",
        _r("POST", "/internal/ml/fields_service/field_cardinality", "canGetFieldInfo", identity="current"),
        _r(
            "POST", "/internal/ml/fields_service/time_field_range", "canGetFieldInfo", guard="basic", identity="current"
        ),
    ),
    *_family(
        "data_visualizer_index",
        "x-pack/platform/plugins/shared/ml/server/routes/data_visualizer.ts @ 0f0eacc61555",
        "",
        _r(
            "POST",
            "/internal/ml/data_visualizer/get_field_histograms/{indexPattern}",
            "canGetFieldInfo",
            guard="basic",
            identity="current",
        ),
    ),
    *_family(
        "alerting",
        "x-pack/platform/plugins/shared/ml/server/routes/alerting.ts @ 52b417f36c1c",
        "",
        _r("POST", "/internal/ml/alerting/preview", "canGetJobs"),
    ),
    *_family(
        "ml_saved_objects",
        "x-pack/platform/plugins/shared/ml/server/routes/saved_objects.ts @ 11b6ba47ec2e",
        "",
        _r(
            "GET",
            "/internal/ml/saved_objects/status",
            "canGetJobs canGetDataFrameAnalytics canGetTrainedModels",
            any_of=True,
        ),
        _r(
            "GET",
            "/api/ml/saved_objects/sync",
            "canCreateJob canCreateDataFrameAnalytics canCreateTrainedModels",
            any_of=True,
        ),
        _r(
            "GET",
            "/internal/ml/saved_objects/initialize",
            "canCreateJob canCreateDataFrameAnalytics canCreateTrainedModels",
            any_of=True,
        ),
        _r(
            "POST",
            "/internal/ml/saved_objects/sync_check",
            "canGetJobs canGetDataFrameAnalytics canGetTrainedModels",
            any_of=True,
        ),
        _r(
            "POST",
            "/internal/ml/saved_objects/update_jobs_spaces",
            "canCreateJob canCreateDataFrameAnalytics",
            any_of=True,
        ),
        _r("POST", "/api/ml/saved_objects/update_jobs_spaces", "canCreateJob canCreateDataFrameAnalytics", any_of=True),
        _r("POST", "/internal/ml/saved_objects/update_trained_models_spaces", "canCreateTrainedModels"),
        _r("POST", "/api/ml/saved_objects/update_trained_models_spaces", "canCreateTrainedModels"),
        _r(
            "POST",
            "/internal/ml/saved_objects/remove_item_from_current_space",
            "canCreateJob canCreateDataFrameAnalytics canCreateTrainedModels",
            any_of=True,
        ),
        _r("GET", "/internal/ml/saved_objects/jobs_spaces", "canGetJobs canGetDataFrameAnalytics", any_of=True),
        _r("GET", "/internal/ml/saved_objects/trained_models_spaces", "canGetTrainedModels"),
        _r(
            "POST",
            "/internal/ml/saved_objects/can_delete_ml_space_aware_item/{jobType}",
            "canGetJobs canGetDataFrameAnalytics canGetTrainedModels",
            any_of=True,
            space="capabilities",
        ),
        _r(
            "GET",
            "/internal/ml/saved_objects/can_sync_to_all_spaces/{mlSavedObjectType?}",
            "canGetJobs canGetDataFrameAnalytics canGetTrainedModels",
            any_of=True,
        ),
    ),
    *_family(
        "file_upload",
        "x-pack/platform/plugins/private/file_upload/server/routes.ts @ 057dcf9cdc63",
        "",
        _r("GET", "/internal/file_upload/has_import_permission", "", guard="", identity="current"),
        _r("POST", "/internal/file_upload/analyze_file", "fileUpload:analyzeFile", guard="", identity="internal"),
        _r("POST", "/internal/file_upload/initialize_import", "", guard="", identity="current"),
        _r("POST", "/internal/file_upload/import", "", guard="", identity="current"),
        _r("POST", "/internal/file_upload/index_exists", "", guard="", identity="current"),
        _r("POST", "/internal/file_upload/time_field_range", "fileUpload:analyzeFile", guard="", identity="current"),
        _r(
            "POST",
            "/internal/file_upload/preview_index_time_range",
            "fileUpload:analyzeFile",
            guard="",
            identity="current",
        ),
        _r(
            "POST",
            "/internal/file_upload/preview_tika_contents",
            "fileUpload:analyzeFile",
            guard="",
            identity="current",
        ),
        _r(
            "DELETE",
            "/internal/file_upload/remove_pipelines/{pipelineIds}",
            "fileUpload:analyzeFile",
            guard="",
            identity="current",
        ),
    ),
)


def find_route(request: str) -> Route | None:
    """The route that answers a request such as `POST /s/sales/internal/ml/jobs/jobs?x=1`, or a route's own name.

    Literal parts of a path win over parameters. None where no machine learning route answers.
    """
    method, _, path = request.strip().partition(" ")
    path = re.sub(r"^/s/[a-z0-9_-]+(?=/)", "", path.strip().partition("?")[0] if "?}" not in path else path.strip())
    exact = [r for r in ROUTES if r.method == method.upper() and r.path == path]
    if exact:
        return exact[0]
    found = [r for r in ROUTES if r.method == method.upper() and _pattern(r.path).fullmatch(path)]
    return min(found, key=lambda r: (r.path.count("{"), -len(r.path)), default=None)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts: list[str] = []
    for part in template.split("/")[1:]:
        if part.startswith("{"):
            parts.append("(?:/[^/]+)?" if part.endswith("?}") else "/[^/]+")
        else:
            parts.append("/" + re.escape(part))
    return re.compile("".join(parts))


@cache
def route_rule(route: Route, space: str, *, item: tuple[ItemKind, str] | None = None) -> Rule:
    """What a caller needs so that a route answers in a space, as a tree of facts.

    `item` names the job or model a request is about, for routes that have it in the path or the body; its kind is
    the path's for the first. Upgrade mode and the visibility of machine learning close no route. What Elasticsearch
    then asks of the caller is the business of the identity table.
    """
    parts: list[Rule] = [Ask(AccountUsable())]
    asked = tuple(Ask(KibanaAction(action, space)) for action in route.actions)
    if len(asked) > 1 and route.any_of:
        parts.append(AnyOf(asked, "one of these rights"))
    else:
        parts.extend(asked)
    if route.guard:
        parts.append(Ask(FULL_LICENSE if route.guard == "full" else MINIMUM_LICENSE))
    switches = tuple(Ask(CapabilitySwitch(s)) for s in route.switches)
    if switches:
        parts.append(AnyOf(switches, "the route is registered"))
    if route.space == "login":
        parts.append(Ask(KibanaAction(LOGIN, space)))
    if route.space in ("item", "body") and item is not None:
        kind, type_ = _KINDS[route.item or item[0]]
        visible = (Ask(AssignedToSpace(kind, item[1], space)), Ask(KibanaAction(f"saved_object:{type_}/find", space)))
        parts.append(AllOf(visible, "visible in the space"))
    return AllOf(tuple(parts), route.name)
