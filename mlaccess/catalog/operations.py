"""The table of operations: every API of machine learning and inference, of ingest pipelines and of find_structure,
and what Elasticsearch checks before it answers. Licence and identity APIs that the page's readers need are here too.

Rows hold for Elasticsearch 9 (and, but for what a note says, 8). Names and routes: elastic/elasticsearch-specification;
names of actions: `x-pack/plugin/security/qa/operator-privileges-tests/src/javaRestTest/java/org/elasticsearch/xpack/
security/operator/Constants.java`; each check has its own source beside it.
"""

from collections.abc import Mapping
from functools import lru_cache

from mlaccess.catalog.operation_rows import (
    Access,
    ActionRow,
    Area,
    IndexCheck,
    LicenseCheck,
    NodeCheck,
    Operation,
    Route,
    Serverless,
)
from mlaccess.errors import UnknownNameError
from mlaccess.stack.values import FrozenMap

__all__ = ["Operation", "action_row", "actions", "operation", "operation_at", "operations", "operations_of"]

_ML = "x-pack/plugin/ml/src/main/java/org/elasticsearch/xpack/ml/"

_NAMES: Mapping[tuple[Area, Access], tuple[str, ...]] = {
    ("anomaly", "write"): (
        "cluster:admin/xpack/ml/calendars/delete",
        "cluster:admin/xpack/ml/calendars/events/delete",
        "cluster:admin/xpack/ml/calendars/events/post",
        "cluster:admin/xpack/ml/calendars/jobs/update",
        "cluster:admin/xpack/ml/calendars/put",
        "cluster:admin/xpack/ml/datafeed/start",
        "cluster:admin/xpack/ml/datafeed/stop",
        "cluster:admin/xpack/ml/datafeeds/delete",
        "cluster:admin/xpack/ml/datafeeds/put",
        "cluster:admin/xpack/ml/datafeeds/update",
        "cluster:admin/xpack/ml/filters/delete",
        "cluster:admin/xpack/ml/filters/put",
        "cluster:admin/xpack/ml/filters/update",
        "cluster:admin/xpack/ml/job/close",
        "cluster:admin/xpack/ml/job/data/post",
        "cluster:admin/xpack/ml/job/delete",
        "cluster:admin/xpack/ml/job/flush",
        "cluster:admin/xpack/ml/job/forecast",
        "cluster:admin/xpack/ml/job/forecast/delete",
        "cluster:admin/xpack/ml/job/model_snapshots/delete",
        "cluster:admin/xpack/ml/job/model_snapshots/revert",
        "cluster:admin/xpack/ml/job/model_snapshots/update",
        "cluster:admin/xpack/ml/job/model_snapshots/upgrade",
        "cluster:admin/xpack/ml/job/model_snapshots/upgrade/cancel",
        "cluster:admin/xpack/ml/job/open",
        "cluster:admin/xpack/ml/job/persist",
        "cluster:admin/xpack/ml/job/put",
        "cluster:admin/xpack/ml/job/reset",
        "cluster:admin/xpack/ml/job/update",
    ),
    ("dfa", "write"): (
        "cluster:admin/xpack/ml/data_frame/analytics/delete",
        "cluster:admin/xpack/ml/data_frame/analytics/put",
        "cluster:admin/xpack/ml/data_frame/analytics/start",
        "cluster:admin/xpack/ml/data_frame/analytics/stop",
        "cluster:admin/xpack/ml/data_frame/analytics/update",
    ),
    ("dfa", "read"): (
        "cluster:admin/xpack/ml/data_frame/analytics/explain",
        "cluster:admin/xpack/ml/data_frame/analytics/preview",
        "cluster:monitor/xpack/ml/data_frame/analytics/get",
        "cluster:monitor/xpack/ml/data_frame/analytics/stats/get",
    ),
    ("anomaly", "read"): (
        "cluster:admin/xpack/ml/datafeeds/preview",
        "cluster:admin/xpack/ml/filters/get",
        "cluster:admin/xpack/ml/job/estimate_model_memory",
        "cluster:admin/xpack/ml/job/validate",
        "cluster:admin/xpack/ml/job/validate/detector",
        "cluster:monitor/xpack/ml/calendars/events/get",
        "cluster:monitor/xpack/ml/calendars/get",
        "cluster:monitor/xpack/ml/datafeeds/get",
        "cluster:monitor/xpack/ml/datafeeds/stats/get",
        "cluster:monitor/xpack/ml/job/get",
        "cluster:monitor/xpack/ml/job/model_snapshots/get",
        "cluster:monitor/xpack/ml/job/model_snapshots/upgrade/stats/get",
        "cluster:monitor/xpack/ml/job/results/buckets/get",
        "cluster:monitor/xpack/ml/job/results/categories/get",
        "cluster:monitor/xpack/ml/job/results/influencers/get",
        "cluster:monitor/xpack/ml/job/results/overall_buckets/get",
        "cluster:monitor/xpack/ml/job/results/records/get",
        "cluster:monitor/xpack/ml/job/stats/get",
    ),
    ("ml", "write"): (
        "cluster:admin/xpack/ml/delete_expired_data",
        "cluster:admin/xpack/ml/upgrade_mode",
    ),
    ("trained_models", "write"): (
        "cluster:admin/xpack/ml/inference/delete",
        "cluster:admin/xpack/ml/inference/put",
        "cluster:admin/xpack/ml/inference/model_aliases/put",
        "cluster:admin/xpack/ml/inference/model_aliases/delete",
        "cluster:admin/xpack/ml/inference/clear_model_cache",
        "cluster:admin/xpack/ml/trained_models/deployment/clear_cache",
        "cluster:admin/xpack/ml/trained_models/deployment/start",
        "cluster:admin/xpack/ml/trained_models/deployment/stop",
        "cluster:admin/xpack/ml/trained_models/deployment/update",
        "cluster:admin/xpack/ml/trained_models/part/put",
        "cluster:admin/xpack/ml/trained_models/vocabulary/put",
    ),
    ("ml", "read"): (
        "cluster:monitor/xpack/ml/autoscaling/stats/get",
        "cluster:monitor/xpack/ml/info/get",
        "cluster:monitor/xpack/ml/memory/stats/get",
    ),
    ("dfa", "execute"): ("cluster:monitor/xpack/ml/data_frame/evaluate",),
    ("trained_models", "read"): (
        "cluster:monitor/xpack/ml/inference/get",
        "cluster:monitor/xpack/ml/inference/stats/get",
    ),
    ("trained_models", "execute"): (
        "cluster:monitor/xpack/ml/inference/infer",
        "cluster:monitor/xpack/ml/trained_models/deployment/infer",
    ),
    ("ml", "internal"): (
        "cluster:internal/xpack/ml/auditor/reset",
        "cluster:internal/xpack/ml/notification",
        "cluster:internal/xpack/ml/reset_mode",
    ),
    ("trained_models", "internal"): (
        "cluster:internal/xpack/ml/coordinatedinference",
        "cluster:internal/xpack/ml/inference/infer",
        "cluster:internal/xpack/ml/model_allocation/create",
        "cluster:internal/xpack/ml/model_allocation/delete",
        "cluster:internal/xpack/ml/model_allocation/update",
        "cluster:internal/xpack/ml/trained_models/cache/info",
        "cluster:internal/xpack/ml/trained_models/deployments/stats/get",
        "cluster:internal/xpack/ml/trained_models/package_loader/get_config",
        "cluster:internal/xpack/ml/trained_models/package_loader/load",
    ),
    ("anomaly", "internal"): (
        "cluster:internal/xpack/ml/datafeed/isolate",
        "cluster:internal/xpack/ml/datafeed/running_state",
        "cluster:internal/xpack/ml/job/finalize_job_execution",
        "cluster:internal/xpack/ml/job/kill/process",
        "cluster:internal/xpack/ml/job/update/process",
    ),
    ("inference", "write"): (
        "cluster:admin/xpack/inference/put",
        "cluster:admin/xpack/inference/delete",
        "cluster:admin/xpack/inference/update",
        "cluster:admin/xpack/inference/ccm/put",
        "cluster:admin/xpack/inference/ccm/delete",
        "cluster:admin/xpack/inference/region_policy/put",
        "cluster:admin/xpack/inference/region_policy/delete",
    ),
    ("inference", "execute"): ("cluster:monitor/xpack/inference/post",),
    ("inference", "read"): (
        "cluster:monitor/xpack/inference/get",
        "cluster:monitor/xpack/inference/ccm/get",
        "cluster:monitor/xpack/inference/diagnostics/get",
        "cluster:monitor/xpack/inference/region_policy/get",
        "cluster:monitor/xpack/inference/services/get",
    ),
    ("inference", "internal"): (
        "cluster:internal/xpack/inference",
        "cluster:internal/xpack/inference/unified",
        "cluster:internal/xpack/inference/embedding",
        "cluster:internal/xpack/inference/rerank",
    ),
    ("ingest", "write"): (
        "cluster:admin/ingest/pipeline/delete",
        "cluster:admin/ingest/pipeline/put",
    ),
    ("ingest", "read"): (
        "cluster:admin/ingest/pipeline/get",
        "cluster:admin/ingest/processor/grok/get",
        "cluster:admin/ingest/pipeline/simulate",
    ),
    ("license", "write"): (
        "cluster:admin/xpack/license/delete",
        "cluster:admin/xpack/license/put",
        "cluster:admin/xpack/license/start_basic",
        "cluster:admin/xpack/license/start_trial",
    ),
    ("license", "read"): (
        "cluster:monitor/xpack/license/get",
        "cluster:admin/xpack/license/basic_status",
        "cluster:admin/xpack/license/trial_status",
        "cluster:monitor/xpack/info",
    ),
    ("security", "read"): (
        "cluster:admin/xpack/security/user/authenticate",
        "cluster:admin/xpack/security/user/list_privileges",
        "cluster:admin/xpack/security/user/has_privileges",
    ),
    ("text_structure", "read"): (
        "cluster:monitor/text_structure/find_field_structure",
        "cluster:monitor/text_structure/find_message_structure",
        "cluster:monitor/text_structure/findstructure",
        "cluster:monitor/text_structure/test_grok_pattern",
    ),
}
"""Every action by what it is about and what it does. `internal` ones are called by nodes, and granted by none of the
machine learning privileges."""

_UPGRADE_BLOCKED = frozenset(
    {
        "cluster:admin/xpack/ml/job/put",
        "cluster:admin/xpack/ml/job/update",
        "cluster:admin/xpack/ml/job/delete",
        "cluster:admin/xpack/ml/job/open",
        "cluster:admin/xpack/ml/job/flush",
        "cluster:admin/xpack/ml/job/close",
        "cluster:admin/xpack/ml/job/persist",
        "cluster:internal/xpack/ml/job/finalize_job_execution",
        "cluster:admin/xpack/ml/job/data/post",
        "cluster:admin/xpack/ml/job/model_snapshots/revert",
        "cluster:admin/xpack/ml/job/model_snapshots/update",
        "cluster:admin/xpack/ml/job/model_snapshots/delete",
        "cluster:admin/xpack/ml/datafeeds/put",
        "cluster:admin/xpack/ml/datafeeds/update",
        "cluster:admin/xpack/ml/datafeeds/delete",
        "cluster:admin/xpack/ml/datafeed/start",
        "cluster:admin/xpack/ml/datafeed/stop",
        "cluster:admin/xpack/ml/filters/put",
        "cluster:admin/xpack/ml/filters/update",
        "cluster:admin/xpack/ml/filters/delete",
        "cluster:admin/xpack/ml/calendars/put",
        "cluster:admin/xpack/ml/calendars/jobs/update",
        "cluster:admin/xpack/ml/calendars/events/post",
        "cluster:admin/xpack/ml/calendars/delete",
        "cluster:admin/xpack/ml/calendars/events/delete",
        "cluster:internal/xpack/ml/job/update/process",
        "cluster:internal/xpack/ml/job/kill/process",
        "cluster:admin/xpack/ml/delete_expired_data",
        "cluster:admin/xpack/ml/job/forecast",
        "cluster:admin/xpack/ml/job/forecast/delete",
        "cluster:admin/xpack/ml/data_frame/analytics/put",
        "cluster:admin/xpack/ml/data_frame/analytics/delete",
        "cluster:admin/xpack/ml/data_frame/analytics/start",
        "cluster:admin/xpack/ml/data_frame/analytics/stop",
        "cluster:admin/xpack/ml/inference/put",
        "cluster:admin/xpack/ml/inference/delete",
    }
)
"""Actions that upgrade mode refuses. Source: `MlUpgradeModeActionFilter.java`."""

_ML_API = LicenseCheck("ml", "platinum")
"""`MachineLearningField.ML_API_FEATURE` (`x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/ml/`)."""

_INFERENCE_API = LicenseCheck(
    "inference", "enterprise", exempt="endpoints of the Elastic Inference Service, which a basic licence allows"
)

_LICENSED: Mapping[str, tuple[LicenseCheck, str]] = {
    "cluster:admin/xpack/ml/job/put": (_ML_API, f"{_ML}action/TransportPutJobAction.java"),
    "cluster:admin/xpack/ml/job/open": (_ML_API, f"{_ML}action/TransportOpenJobAction.java"),
    "cluster:admin/xpack/ml/datafeeds/put": (_ML_API, f"{_ML}action/TransportPutDatafeedAction.java"),
    "cluster:admin/xpack/ml/datafeed/start": (_ML_API, f"{_ML}action/TransportStartDatafeedAction.java"),
    "cluster:admin/xpack/ml/data_frame/analytics/put": (
        _ML_API,
        f"{_ML}action/TransportPutDataFrameAnalyticsAction.java",
    ),
    "cluster:admin/xpack/ml/data_frame/analytics/update": (
        _ML_API,
        f"{_ML}action/TransportUpdateDataFrameAnalyticsAction.java",
    ),
    "cluster:admin/xpack/ml/data_frame/analytics/start": (
        _ML_API,
        f"{_ML}action/TransportStartDataFrameAnalyticsAction.java",
    ),
    "cluster:admin/xpack/ml/data_frame/analytics/explain": (
        _ML_API,
        f"{_ML}action/TransportExplainDataFrameAnalyticsAction.java",
    ),
    "cluster:admin/xpack/ml/data_frame/analytics/preview": (
        _ML_API,
        f"{_ML}action/TransportPreviewDataFrameAnalyticsAction.java",
    ),
    "cluster:admin/xpack/ml/inference/put": (_ML_API, f"{_ML}action/TransportPutTrainedModelAction.java"),
    "cluster:admin/xpack/ml/trained_models/deployment/start": (
        _ML_API,
        f"{_ML}action/TransportStartTrainedModelDeploymentAction.java",
    ),
    "cluster:monitor/xpack/ml/inference/infer": (
        LicenseCheck(
            "ml",
            "platinum",
            exempt="a model whose `license_level` is `basic`, such as `lang_ident_model_1`",
        ),
        f"{_ML}action/TransportInternalInferModelAction.java",
    ),
    "cluster:admin/xpack/inference/put": (
        _INFERENCE_API,
        "x-pack/plugin/inference/src/main/java/org/elasticsearch/xpack/inference/InferencePlugin.java",
    ),
    "cluster:admin/xpack/inference/update": (
        _INFERENCE_API,
        "x-pack/plugin/inference/src/main/java/org/elasticsearch/xpack/inference/InferencePlugin.java",
    ),
    "cluster:monitor/xpack/inference/post": (
        _INFERENCE_API,
        "x-pack/plugin/inference/src/main/java/org/elasticsearch/xpack/inference/InferencePlugin.java",
    ),
}
"""Actions that ask for a licence. Reading, statistics, deleting, closing, stopping and evaluating never do."""

_SEARCH = "indices:data/read/search"
_ROLLUP_SEARCH = "indices:data/read/xpack/rollup/search"
_FIELD_CAPS = "indices:data/read/field_caps"

_INDEX_CHECKS: Mapping[str, tuple[tuple[IndexCheck, ...], str]] = {
    "cluster:admin/xpack/ml/datafeeds/put": (
        (
            IndexCheck("datafeed", (_SEARCH,), what="datafeed"),
            IndexCheck("datafeed", (_ROLLUP_SEARCH,), when="the indices hold rollup jobs", what="datafeed"),
        ),
        f"{_ML}datafeed/DatafeedManager.java",
    ),
    "cluster:admin/xpack/ml/job/put": (
        (
            IndexCheck("datafeed", (_SEARCH,), when="the body has `datafeed_config`", what="datafeed"),
            IndexCheck(
                "datafeed",
                (_ROLLUP_SEARCH,),
                when="the body has `datafeed_config` and its indices hold rollup jobs",
                what="datafeed",
            ),
        ),
        f"{_ML}action/TransportPutJobAction.java",
    ),
    "cluster:admin/xpack/ml/datafeeds/preview": (
        (IndexCheck("datafeed", (_FIELD_CAPS, _SEARCH), "request"),),
        f"{_ML}action/TransportPreviewDatafeedAction.java",
    ),
    "cluster:admin/xpack/ml/data_frame/analytics/put": (
        (
            IndexCheck("source", ("read",), what="data frame analytics"),
            IndexCheck("destination", ("read", "index", "create_index"), what="data frame analytics"),
        ),
        f"{_ML}action/TransportPutDataFrameAnalyticsAction.java",
    ),
    "cluster:admin/xpack/ml/data_frame/analytics/start": (
        (
            IndexCheck(
                "source",
                (_SEARCH, _FIELD_CAPS, "indices:admin/mappings/get", "indices:monitor/settings/get"),
                "request",
                "stored",
            ),
            IndexCheck(
                "destination", ("indices:admin/create",), "request", "stored", when="the destination does not exist"
            ),
            IndexCheck(
                "destination",
                (_SEARCH, "indices:admin/mapping/put"),
                "request",
                "stored",
                when="the destination exists",
            ),
            IndexCheck("destination", ("indices:data/write/bulk",), "request", "stored"),
        ),
        f"{_ML}action/TransportStartDataFrameAnalyticsAction.java and {_ML}dataframe/DestinationIndex.java (7.x)",
    ),
    "cluster:admin/xpack/ml/data_frame/analytics/explain": (
        (IndexCheck("source", (_FIELD_CAPS, _SEARCH), "request"),),
        f"{_ML}action/TransportExplainDataFrameAnalyticsAction.java",
    ),
    "cluster:admin/xpack/ml/data_frame/analytics/preview": (
        (IndexCheck("source", (_FIELD_CAPS, _SEARCH), "request"),),
        f"{_ML}action/TransportPreviewDataFrameAnalyticsAction.java",
    ),
    "cluster:monitor/xpack/ml/data_frame/evaluate": (
        (IndexCheck("index", (_SEARCH,), "request"),),
        f"{_ML}action/TransportEvaluateDataFrameAction.java",
    ),
}

_LAZY = "`allow_lazy_open` of the job, or `xpack.ml.max_lazy_ml_nodes` above 0: it waits for a node"

_NODES: Mapping[str, tuple[tuple[NodeCheck, ...], str]] = {
    "cluster:admin/xpack/ml/job/open": (
        (
            NodeCheck(
                ("ml",),
                "Could not open job because no ML nodes with sufficient capacity were found",
                escape=_LAZY,
            ),
        ),
        f"{_ML}action/TransportOpenJobAction.java",
    ),
    "cluster:admin/xpack/ml/trained_models/deployment/start": (
        (
            NodeCheck(
                ("ml",),
                "Could not start deployment because no ML nodes with sufficient capacity were found",
                escape="`xpack.ml.max_lazy_ml_nodes` above 0: it waits for a node",
            ),
        ),
        f"{_ML}action/TransportStartTrainedModelDeploymentAction.java",
    ),
    "cluster:admin/xpack/ml/data_frame/analytics/start": (
        (
            NodeCheck(
                ("ml",),
                "",
                escape="`allow_lazy_start` of the job, or `xpack.ml.max_lazy_ml_nodes` above 0: it waits for a node",
            ),
        ),
        f"{_ML}action/TransportStartDataFrameAnalyticsAction.java",
    ),
    "cluster:admin/xpack/ml/datafeed/start": (
        (
            NodeCheck(
                ("remote_cluster_client",),
                "",
                when="an index expression of the datafeed names a remote cluster",
                status=400,
            ),
        ),
        f"{_ML}action/TransportStartDatafeedAction.java",
    ),
    "cluster:admin/xpack/ml/data_frame/analytics/explain": (
        (
            NodeCheck(
                ("ml", "master", "data", "data_content", "data_hot", "data_warm", "data_cold", "data_frozen", "ingest"),
                "No ML, data or ingest node to run on",
                status=400,
            ),
        ),
        f"{_ML}action/TransportExplainDataFrameAnalyticsAction.java",
    ),
}
"""Nodes that must be there. An empty message: Elasticsearch's wording was not established."""

_SAME_USER = frozenset(
    {
        "cluster:admin/xpack/security/user/authenticate",
        "cluster:admin/xpack/security/user/has_privileges",
        "cluster:admin/xpack/security/user/list_privileges",
    }
)
"""What every authenticated user may do for their own account. Source: `RBACEngine.java`."""

_NOTES: Mapping[str, str] = {
    "cluster:admin/xpack/ml/datafeeds/update": "asks for no index privilege, yet from then on the datafeed runs with "
    "the rights of whoever updated it",
    "cluster:admin/xpack/ml/data_frame/analytics/update": "asks for no index privilege, yet from then on the job runs "
    "with the rights of whoever updated it",
    "cluster:admin/xpack/ml/datafeed/start": "the datafeed runs with the rights of whoever created or last updated it, "
    "not of whoever starts it; a remote cluster's licence must allow machine learning too",
    "cluster:admin/xpack/ml/job/put": "if the check of an embedded datafeed fails, the job is removed again",
    "cluster:admin/xpack/ml/data_frame/analytics/explain": "the specification names `monitor_ml`, which does not grant "
    "it; `manage_ml` does",
    "cluster:admin/xpack/ml/data_frame/analytics/preview": "the specification names `monitor_ml`, which does not grant "
    "it; `manage_ml` does",
    "cluster:admin/xpack/license/basic_status": "the specification names `monitor`, which does not grant it; `manage` "
    "does",
    "cluster:admin/xpack/license/trial_status": "the specification names `monitor`, which does not grant it; `manage` "
    "does",
    "cluster:monitor/xpack/inference/get": "before 8.16 the action was `cluster:admin/xpack/inference/get`, which "
    "`monitor_inference` does not grant",
    "cluster:monitor/text_structure/findstructure": "no licence and no index is asked for: the file is in the request",
    "cluster:monitor/xpack/ml/job/results/buckets/get": "results are read with machine learning's own rights: the "
    "caller needs no privilege on `.ml-anomalies-*`",
    "cluster:monitor/xpack/ml/data_frame/evaluate": "asks for no licence",
}


def _row(name: str, area: Area, access: Access) -> ActionRow:
    license_, license_source = _LICENSED.get(name, (None, ""))
    index_checks, index_source = _INDEX_CHECKS.get(name, ((), ""))
    nodes, node_source = _NODES.get(name, ((), ""))
    blocked = name in _UPGRADE_BLOCKED
    sources = (f"{_ML}MlUpgradeModeActionFilter.java" if blocked else "", license_source, index_source, node_source)
    return ActionRow(
        name,
        area,
        access,
        license=license_,
        upgrade_blocked=blocked,
        index_checks=index_checks,
        nodes=nodes,
        same_user=name in _SAME_USER,
        note=_NOTES.get(name, ""),
        sources=tuple(dict.fromkeys(source for source in sources if source)),
    )


_ACTIONS: FrozenMap[str, ActionRow] = FrozenMap(
    {name: _row(name, area, access) for (area, access), names in _NAMES.items() for name in names}
)


def _api(
    name: str,
    routes: str | list[str],
    performs: str | list[str],
    source: str,
    *,
    serverless: Serverless = "public",
    deprecated: str = "",
) -> Operation:
    rows = tuple(_ACTIONS[action] for action in ([performs] if isinstance(performs, str) else performs))
    return Operation(
        name,
        tuple(Route(*route.split(" ", 1)) for route in ([routes] if isinstance(routes, str) else routes)),
        rows,
        serverless,
        deprecated,
        "; ".join(row.note for row in rows if row.note),
        f"specification/{source}" if source else "",
    )


_OPERATIONS: tuple[Operation, ...] = (
    _api(
        "cat.ml_data_frame_analytics",
        ["GET /_cat/ml/data_frame/analytics", "GET /_cat/ml/data_frame/analytics/{id}"],
        [
            "cluster:monitor/xpack/ml/data_frame/analytics/get",
            "cluster:monitor/xpack/ml/data_frame/analytics/stats/get",
        ],
        "cat/ml_data_frame_analytics/CatDataFrameAnalyticsRequest.ts",
    ),
    _api(
        "cat.ml_datafeeds",
        ["GET /_cat/ml/datafeeds", "GET /_cat/ml/datafeeds/{datafeed_id}"],
        "cluster:monitor/xpack/ml/datafeeds/stats/get",
        "cat/ml_datafeeds/CatDatafeedsRequest.ts",
    ),
    _api(
        "cat.ml_jobs",
        ["GET /_cat/ml/anomaly_detectors", "GET /_cat/ml/anomaly_detectors/{job_id}"],
        "cluster:monitor/xpack/ml/job/stats/get",
        "cat/ml_jobs/CatJobsRequest.ts",
    ),
    _api(
        "cat.ml_trained_models",
        ["GET /_cat/ml/trained_models", "GET /_cat/ml/trained_models/{model_id}"],
        ["cluster:monitor/xpack/ml/inference/get", "cluster:monitor/xpack/ml/inference/stats/get"],
        "cat/ml_trained_models/CatTrainedModelsRequest.ts",
    ),
    _api(
        "inference.put",
        ["PUT /_inference/{inference_id}", "PUT /_inference/{task_type}/{inference_id}"],
        "cluster:admin/xpack/inference/put",
        "inference/put/PutRequest.ts",
    ),
    _api(
        "inference.chat_completion_unified",
        "POST /_inference/chat_completion/{inference_id}/_stream",
        "cluster:monitor/xpack/inference/post",
        "inference/chat_completion_unified/UnifiedRequest.ts",
    ),
    _api(
        "inference.completion",
        "POST /_inference/completion/{inference_id}",
        "cluster:monitor/xpack/inference/post",
        "inference/completion/CompletionRequest.ts",
    ),
    _api(
        "inference.delete",
        ["DELETE /_inference/{inference_id}", "DELETE /_inference/{task_type}/{inference_id}"],
        "cluster:admin/xpack/inference/delete",
        "inference/delete/DeleteRequest.ts",
    ),
    _api(
        "inference.delete_region_policy",
        "DELETE /_inference/_region_policy",
        "cluster:admin/xpack/inference/region_policy/delete",
        "inference/delete_region_policy/DeleteRegionPolicyRequest.ts",
    ),
    _api(
        "inference.embedding",
        "POST /_inference/embedding/{inference_id}",
        "cluster:monitor/xpack/inference/post",
        "inference/embedding/EmbeddingRequest.ts",
    ),
    _api(
        "inference.get",
        [
            "GET /_inference",
            "GET /_inference/{inference_id}",
            "GET /_inference/{task_type}/{inference_id}",
            "GET /_inference/{task_type}/_all",
        ],
        "cluster:monitor/xpack/inference/get",
        "inference/get/GetRequest.ts",
    ),
    _api(
        "inference.get_region_policy",
        "GET /_inference/_region_policy",
        "cluster:monitor/xpack/inference/region_policy/get",
        "inference/get_region_policy/GetRegionPolicyRequest.ts",
    ),
    _api(
        "inference.inference",
        ["POST /_inference/{inference_id}", "POST /_inference/{task_type}/{inference_id}"],
        "cluster:monitor/xpack/inference/post",
        "inference/inference/InferenceRequest.ts",
    ),
    _api(
        "inference.put_ai21",
        "PUT /_inference/{task_type}/{ai21_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_ai21/PutAi21Request.ts",
    ),
    _api(
        "inference.put_alibabacloud",
        "PUT /_inference/{task_type}/{alibabacloud_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_alibabacloud/PutAlibabaCloudRequest.ts",
    ),
    _api(
        "inference.put_amazonbedrock",
        "PUT /_inference/{task_type}/{amazonbedrock_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_amazonbedrock/PutAmazonBedrockRequest.ts",
    ),
    _api(
        "inference.put_amazonsagemaker",
        "PUT /_inference/{task_type}/{amazonsagemaker_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_amazonsagemaker/PutAmazonSageMakerRequest.ts",
    ),
    _api(
        "inference.put_anthropic",
        "PUT /_inference/{task_type}/{anthropic_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_anthropic/PutAnthropicRequest.ts",
    ),
    _api(
        "inference.put_azureaistudio",
        "PUT /_inference/{task_type}/{azureaistudio_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_azureaistudio/PutAzureAiStudioRequest.ts",
    ),
    _api(
        "inference.put_azureopenai",
        "PUT /_inference/{task_type}/{azureopenai_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_azureopenai/PutAzureOpenAiRequest.ts",
    ),
    _api(
        "inference.put_cohere",
        "PUT /_inference/{task_type}/{cohere_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_cohere/PutCohereRequest.ts",
    ),
    _api(
        "inference.put_contextualai",
        "PUT /_inference/{task_type}/{contextualai_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_contextualai/PutContextualAiRequest.ts",
    ),
    _api(
        "inference.put_custom",
        "PUT /_inference/{task_type}/{custom_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_custom/PutCustomRequest.ts",
    ),
    _api(
        "inference.put_deepseek",
        "PUT /_inference/{task_type}/{deepseek_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_deepseek/PutDeepSeekRequest.ts",
    ),
    _api(
        "inference.put_elasticsearch",
        "PUT /_inference/{task_type}/{elasticsearch_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_elasticsearch/PutElasticsearchRequest.ts",
    ),
    _api(
        "inference.put_elser",
        "PUT /_inference/{task_type}/{elser_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_elser/PutElserRequest.ts",
        deprecated="since 8.16.0",
    ),
    _api(
        "inference.put_fireworksai",
        "PUT /_inference/{task_type}/{fireworksai_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_fireworksai/PutFireworksAiRequest.ts",
    ),
    _api(
        "inference.put_googleaistudio",
        "PUT /_inference/{task_type}/{googleaistudio_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_googleaistudio/PutGoogleAiStudioRequest.ts",
    ),
    _api(
        "inference.put_googlevertexai",
        "PUT /_inference/{task_type}/{googlevertexai_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_googlevertexai/PutGoogleVertexAiRequest.ts",
    ),
    _api(
        "inference.put_groq",
        "PUT /_inference/{task_type}/{groq_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_groq/PutGroqRequest.ts",
    ),
    _api(
        "inference.put_hugging_face",
        "PUT /_inference/{task_type}/{huggingface_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_hugging_face/PutHuggingFaceRequest.ts",
    ),
    _api(
        "inference.put_jinaai",
        "PUT /_inference/{task_type}/{jinaai_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_jinaai/PutJinaAiRequest.ts",
    ),
    _api(
        "inference.put_llama",
        "PUT /_inference/{task_type}/{llama_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_llama/PutLlamaRequest.ts",
    ),
    _api(
        "inference.put_mistral",
        "PUT /_inference/{task_type}/{mistral_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_mistral/PutMistralRequest.ts",
    ),
    _api(
        "inference.put_nvidia",
        "PUT /_inference/{task_type}/{nvidia_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_nvidia/PutNvidiaRequest.ts",
    ),
    _api(
        "inference.put_openai",
        "PUT /_inference/{task_type}/{openai_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_openai/PutOpenAiRequest.ts",
    ),
    _api(
        "inference.put_openshift_ai",
        "PUT /_inference/{task_type}/{openshiftai_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_openshift_ai/PutOpenShiftAiRequest.ts",
    ),
    _api(
        "inference.put_region_policy",
        "PUT /_inference/_region_policy",
        "cluster:admin/xpack/inference/region_policy/put",
        "inference/put_region_policy/PutRegionPolicyRequest.ts",
    ),
    _api(
        "inference.put_voyageai",
        "PUT /_inference/{task_type}/{voyageai_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_voyageai/PutVoyageAIRequest.ts",
    ),
    _api(
        "inference.put_watsonx",
        "PUT /_inference/{task_type}/{watsonx_inference_id}",
        "cluster:admin/xpack/inference/put",
        "inference/put_watsonx/PutWatsonxRequest.ts",
    ),
    _api(
        "inference.rerank",
        "POST /_inference/rerank/{inference_id}",
        "cluster:monitor/xpack/inference/post",
        "inference/rerank/RerankRequest.ts",
    ),
    _api(
        "inference.sparse_embedding",
        "POST /_inference/sparse_embedding/{inference_id}",
        "cluster:monitor/xpack/inference/post",
        "inference/sparse_embedding/SparseEmbeddingRequest.ts",
    ),
    _api(
        "inference.stream_completion",
        "POST /_inference/completion/{inference_id}/_stream",
        "cluster:monitor/xpack/inference/post",
        "inference/stream_completion/StreamInferenceRequest.ts",
    ),
    _api(
        "inference.text_embedding",
        "POST /_inference/text_embedding/{inference_id}",
        "cluster:monitor/xpack/inference/post",
        "inference/text_embedding/TextEmbeddingRequest.ts",
    ),
    _api(
        "inference.update",
        ["PUT /_inference/{inference_id}/_update", "PUT /_inference/{task_type}/{inference_id}/_update"],
        "cluster:admin/xpack/inference/update",
        "inference/update/UpdateInferenceRequest.ts",
    ),
    _api(
        "ingest.delete_pipeline",
        "DELETE /_ingest/pipeline/{id}",
        "cluster:admin/ingest/pipeline/delete",
        "ingest/delete_pipeline/DeletePipelineRequest.ts",
    ),
    _api(
        "ingest.get_pipeline",
        ["GET /_ingest/pipeline", "GET /_ingest/pipeline/{id}"],
        "cluster:admin/ingest/pipeline/get",
        "ingest/get_pipeline/GetPipelineRequest.ts",
    ),
    _api(
        "ingest.processor_grok",
        "GET /_ingest/processor/grok",
        "cluster:admin/ingest/processor/grok/get",
        "ingest/processor_grok/GrokProcessorPatternsRequest.ts",
    ),
    _api(
        "ingest.put_pipeline",
        "PUT /_ingest/pipeline/{id}",
        "cluster:admin/ingest/pipeline/put",
        "ingest/put_pipeline/PutPipelineRequest.ts",
    ),
    _api(
        "ingest.simulate",
        [
            "GET /_ingest/pipeline/_simulate",
            "POST /_ingest/pipeline/_simulate",
            "GET /_ingest/pipeline/{id}/_simulate",
            "POST /_ingest/pipeline/{id}/_simulate",
        ],
        "cluster:admin/ingest/pipeline/simulate",
        "ingest/simulate/SimulatePipelineRequest.ts",
    ),
    _api(
        "license.delete",
        "DELETE /_license",
        "cluster:admin/xpack/license/delete",
        "license/delete/DeleteLicenseRequest.ts",
        serverless="absent",
    ),
    _api("license.get", "GET /_license", "cluster:monitor/xpack/license/get", "license/get/GetLicenseRequest.ts"),
    _api(
        "license.get_basic_status",
        "GET /_license/basic_status",
        "cluster:admin/xpack/license/basic_status",
        "license/get_basic_status/GetBasicLicenseStatusRequest.ts",
        serverless="absent",
    ),
    _api(
        "license.get_trial_status",
        "GET /_license/trial_status",
        "cluster:admin/xpack/license/trial_status",
        "license/get_trial_status/GetTrialLicenseStatusRequest.ts",
        serverless="absent",
    ),
    _api(
        "license.post",
        ["PUT /_license", "POST /_license"],
        "cluster:admin/xpack/license/put",
        "license/post/PostLicenseRequest.ts",
        serverless="absent",
    ),
    _api(
        "license.post_start_basic",
        "POST /_license/start_basic",
        "cluster:admin/xpack/license/start_basic",
        "license/post_start_basic/StartBasicLicenseRequest.ts",
        serverless="absent",
    ),
    _api(
        "license.post_start_trial",
        "POST /_license/start_trial",
        "cluster:admin/xpack/license/start_trial",
        "license/post_start_trial/StartTrialLicenseRequest.ts",
        serverless="absent",
    ),
    _api(
        "ml.clear_trained_model_deployment_cache",
        "POST /_ml/trained_models/{model_id}/deployment/cache/_clear",
        "cluster:admin/xpack/ml/trained_models/deployment/clear_cache",
        "ml/clear_trained_model_deployment_cache/MlClearTrainedModelDeploymentCacheRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.close_job",
        "POST /_ml/anomaly_detectors/{job_id}/_close",
        "cluster:admin/xpack/ml/job/close",
        "ml/close_job/MlCloseJobRequest.ts",
    ),
    _api(
        "ml.delete_calendar",
        "DELETE /_ml/calendars/{calendar_id}",
        "cluster:admin/xpack/ml/calendars/delete",
        "ml/delete_calendar/MlDeleteCalendarRequest.ts",
    ),
    _api(
        "ml.delete_calendar_event",
        "DELETE /_ml/calendars/{calendar_id}/events/{event_id}",
        "cluster:admin/xpack/ml/calendars/events/delete",
        "ml/delete_calendar_event/MlDeleteCalendarEventRequest.ts",
    ),
    _api(
        "ml.delete_calendar_job",
        "DELETE /_ml/calendars/{calendar_id}/jobs/{job_id}",
        "cluster:admin/xpack/ml/calendars/jobs/update",
        "ml/delete_calendar_job/MlDeleteCalendarJobRequest.ts",
    ),
    _api(
        "ml.delete_data_frame_analytics",
        "DELETE /_ml/data_frame/analytics/{id}",
        "cluster:admin/xpack/ml/data_frame/analytics/delete",
        "ml/delete_data_frame_analytics/MlDeleteDataFrameAnalyticsRequest.ts",
    ),
    _api(
        "ml.delete_datafeed",
        "DELETE /_ml/datafeeds/{datafeed_id}",
        "cluster:admin/xpack/ml/datafeeds/delete",
        "ml/delete_datafeed/MlDeleteDatafeedRequest.ts",
    ),
    _api(
        "ml.delete_expired_data",
        ["DELETE /_ml/_delete_expired_data/{job_id}", "DELETE /_ml/_delete_expired_data"],
        "cluster:admin/xpack/ml/delete_expired_data",
        "ml/delete_expired_data/MlDeleteExpiredDataRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.delete_filter",
        "DELETE /_ml/filters/{filter_id}",
        "cluster:admin/xpack/ml/filters/delete",
        "ml/delete_filter/MlDeleteFilterRequest.ts",
    ),
    _api(
        "ml.delete_forecast",
        [
            "DELETE /_ml/anomaly_detectors/{job_id}/_forecast",
            "DELETE /_ml/anomaly_detectors/{job_id}/_forecast/{forecast_id}",
        ],
        "cluster:admin/xpack/ml/job/forecast/delete",
        "ml/delete_forecast/MlDeleteForecastRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.delete_job",
        "DELETE /_ml/anomaly_detectors/{job_id}",
        "cluster:admin/xpack/ml/job/delete",
        "ml/delete_job/MlDeleteJobRequest.ts",
    ),
    _api(
        "ml.delete_model_snapshot",
        "DELETE /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}",
        "cluster:admin/xpack/ml/job/model_snapshots/delete",
        "ml/delete_model_snapshot/MlDeleteModelSnapshotRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.delete_trained_model",
        "DELETE /_ml/trained_models/{model_id}",
        "cluster:admin/xpack/ml/inference/delete",
        "ml/delete_trained_model/MlDeleteTrainedModelRequest.ts",
    ),
    _api(
        "ml.delete_trained_model_alias",
        "DELETE /_ml/trained_models/{model_id}/model_aliases/{model_alias}",
        "cluster:admin/xpack/ml/inference/model_aliases/delete",
        "ml/delete_trained_model_alias/MlDeleteTrainedModelAliasRequest.ts",
    ),
    _api(
        "ml.estimate_model_memory",
        "POST /_ml/anomaly_detectors/_estimate_model_memory",
        "cluster:admin/xpack/ml/job/estimate_model_memory",
        "ml/estimate_model_memory/MlEstimateModelMemoryRequest.ts",
    ),
    _api(
        "ml.evaluate_data_frame",
        "POST /_ml/data_frame/_evaluate",
        "cluster:monitor/xpack/ml/data_frame/evaluate",
        "ml/evaluate_data_frame/MlEvaluateDataFrameRequest.ts",
    ),
    _api(
        "ml.explain_data_frame_analytics",
        [
            "GET /_ml/data_frame/analytics/_explain",
            "POST /_ml/data_frame/analytics/_explain",
            "GET /_ml/data_frame/analytics/{id}/_explain",
            "POST /_ml/data_frame/analytics/{id}/_explain",
        ],
        "cluster:admin/xpack/ml/data_frame/analytics/explain",
        "ml/explain_data_frame_analytics/MlExplainDataFrameAnalyticsRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.flush_job",
        "POST /_ml/anomaly_detectors/{job_id}/_flush",
        "cluster:admin/xpack/ml/job/flush",
        "ml/flush_job/MlFlushJobRequest.ts",
        deprecated="since 9.1.0",
    ),
    _api(
        "ml.forecast",
        "POST /_ml/anomaly_detectors/{job_id}/_forecast",
        "cluster:admin/xpack/ml/job/forecast",
        "ml/forecast/MlForecastJobRequest.ts",
    ),
    _api(
        "ml.get_buckets",
        [
            "GET /_ml/anomaly_detectors/{job_id}/results/buckets/{timestamp}",
            "POST /_ml/anomaly_detectors/{job_id}/results/buckets/{timestamp}",
            "GET /_ml/anomaly_detectors/{job_id}/results/buckets",
            "POST /_ml/anomaly_detectors/{job_id}/results/buckets",
        ],
        "cluster:monitor/xpack/ml/job/results/buckets/get",
        "ml/get_buckets/MlGetBucketsRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.get_calendar_events",
        "GET /_ml/calendars/{calendar_id}/events",
        "cluster:monitor/xpack/ml/calendars/events/get",
        "ml/get_calendar_events/MlGetCalendarEventsRequest.ts",
    ),
    _api(
        "ml.get_calendars",
        [
            "GET /_ml/calendars",
            "POST /_ml/calendars",
            "GET /_ml/calendars/{calendar_id}",
            "POST /_ml/calendars/{calendar_id}",
        ],
        "cluster:monitor/xpack/ml/calendars/get",
        "ml/get_calendars/MlGetCalendarsRequest.ts",
    ),
    _api(
        "ml.get_categories",
        [
            "GET /_ml/anomaly_detectors/{job_id}/results/categories/{category_id}",
            "POST /_ml/anomaly_detectors/{job_id}/results/categories/{category_id}",
            "GET /_ml/anomaly_detectors/{job_id}/results/categories",
            "POST /_ml/anomaly_detectors/{job_id}/results/categories",
        ],
        "cluster:monitor/xpack/ml/job/results/categories/get",
        "ml/get_categories/MlGetCategoriesRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.get_data_frame_analytics",
        ["GET /_ml/data_frame/analytics/{id}", "GET /_ml/data_frame/analytics"],
        "cluster:monitor/xpack/ml/data_frame/analytics/get",
        "ml/get_data_frame_analytics/MlGetDataFrameAnalyticsRequest.ts",
    ),
    _api(
        "ml.get_data_frame_analytics_stats",
        ["GET /_ml/data_frame/analytics/_stats", "GET /_ml/data_frame/analytics/{id}/_stats"],
        "cluster:monitor/xpack/ml/data_frame/analytics/stats/get",
        "ml/get_data_frame_analytics_stats/MlGetDataFrameAnalyticsStatsRequest.ts",
    ),
    _api(
        "ml.get_datafeed_stats",
        ["GET /_ml/datafeeds/{datafeed_id}/_stats", "GET /_ml/datafeeds/_stats"],
        "cluster:monitor/xpack/ml/datafeeds/stats/get",
        "ml/get_datafeed_stats/MlGetDatafeedStatsRequest.ts",
    ),
    _api(
        "ml.get_datafeeds",
        ["GET /_ml/datafeeds/{datafeed_id}", "GET /_ml/datafeeds"],
        "cluster:monitor/xpack/ml/datafeeds/get",
        "ml/get_datafeeds/MlGetDatafeedsRequest.ts",
    ),
    _api(
        "ml.get_filters",
        ["GET /_ml/filters", "GET /_ml/filters/{filter_id}"],
        "cluster:admin/xpack/ml/filters/get",
        "ml/get_filters/MlGetFiltersRequest.ts",
    ),
    _api(
        "ml.get_influencers",
        [
            "GET /_ml/anomaly_detectors/{job_id}/results/influencers",
            "POST /_ml/anomaly_detectors/{job_id}/results/influencers",
        ],
        "cluster:monitor/xpack/ml/job/results/influencers/get",
        "ml/get_influencers/MlGetInfluencersRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.get_job_stats",
        ["GET /_ml/anomaly_detectors/_stats", "GET /_ml/anomaly_detectors/{job_id}/_stats"],
        "cluster:monitor/xpack/ml/job/stats/get",
        "ml/get_job_stats/MlGetJobStatsRequest.ts",
    ),
    _api(
        "ml.get_jobs",
        ["GET /_ml/anomaly_detectors/{job_id}", "GET /_ml/anomaly_detectors"],
        "cluster:monitor/xpack/ml/job/get",
        "ml/get_jobs/MlGetJobsRequest.ts",
    ),
    _api(
        "ml.get_memory_stats",
        ["GET /_ml/memory/_stats", "GET /_ml/memory/{node_id}/_stats"],
        "cluster:monitor/xpack/ml/memory/stats/get",
        "ml/get_memory_stats/MlGetMemoryStatsRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.get_model_snapshot_upgrade_stats",
        "GET /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_upgrade/_stats",
        "cluster:monitor/xpack/ml/job/model_snapshots/upgrade/stats/get",
        "ml/get_model_snapshot_upgrade_stats/MlGetModelSnapshotUpgradeStatsRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.get_model_snapshots",
        [
            "GET /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}",
            "POST /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}",
            "GET /_ml/anomaly_detectors/{job_id}/model_snapshots",
            "POST /_ml/anomaly_detectors/{job_id}/model_snapshots",
        ],
        "cluster:monitor/xpack/ml/job/model_snapshots/get",
        "ml/get_model_snapshots/MlGetModelSnapshotsRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.get_overall_buckets",
        [
            "GET /_ml/anomaly_detectors/{job_id}/results/overall_buckets",
            "POST /_ml/anomaly_detectors/{job_id}/results/overall_buckets",
        ],
        "cluster:monitor/xpack/ml/job/results/overall_buckets/get",
        "ml/get_overall_buckets/MlGetOverallBucketsRequest.ts",
    ),
    _api(
        "ml.get_records",
        ["GET /_ml/anomaly_detectors/{job_id}/results/records", "POST /_ml/anomaly_detectors/{job_id}/results/records"],
        "cluster:monitor/xpack/ml/job/results/records/get",
        "ml/get_records/MlGetAnomalyRecordsRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.get_trained_models",
        ["GET /_ml/trained_models/{model_id}", "GET /_ml/trained_models"],
        "cluster:monitor/xpack/ml/inference/get",
        "ml/get_trained_models/MlGetTrainedModelRequest.ts",
    ),
    _api(
        "ml.get_trained_models_stats",
        ["GET /_ml/trained_models/{model_id}/_stats", "GET /_ml/trained_models/_stats"],
        "cluster:monitor/xpack/ml/inference/stats/get",
        "ml/get_trained_models_stats/MlGetTrainedModelStatsRequest.ts",
    ),
    _api(
        "ml.infer_trained_model",
        "POST /_ml/trained_models/{model_id}/_infer",
        "cluster:monitor/xpack/ml/inference/infer",
        "ml/infer_trained_model/MlInferTrainedModelRequest.ts",
    ),
    _api(
        "ml.infer_trained_model_deployment",
        "POST /_ml/trained_models/{model_id}/deployment/_infer",
        "cluster:monitor/xpack/ml/trained_models/deployment/infer",
        "",
        serverless="absent",
        deprecated="use `ml.infer_trained_model`",
    ),
    _api(
        "ml.info",
        "GET /_ml/info",
        "cluster:monitor/xpack/ml/info/get",
        "ml/info/MlInfoRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.open_job",
        "POST /_ml/anomaly_detectors/{job_id}/_open",
        "cluster:admin/xpack/ml/job/open",
        "ml/open_job/MlOpenJobRequest.ts",
    ),
    _api(
        "ml.post_calendar_events",
        "POST /_ml/calendars/{calendar_id}/events",
        "cluster:admin/xpack/ml/calendars/events/post",
        "ml/post_calendar_events/MlPostCalendarEventsRequest.ts",
    ),
    _api(
        "ml.post_data",
        "POST /_ml/anomaly_detectors/{job_id}/_data",
        "cluster:admin/xpack/ml/job/data/post",
        "ml/post_data/MlPostJobDataRequest.ts",
        serverless="absent",
        deprecated="since 7.11.0",
    ),
    _api(
        "ml.preview_data_frame_analytics",
        [
            "GET /_ml/data_frame/analytics/_preview",
            "POST /_ml/data_frame/analytics/_preview",
            "GET /_ml/data_frame/analytics/{id}/_preview",
            "POST /_ml/data_frame/analytics/{id}/_preview",
        ],
        "cluster:admin/xpack/ml/data_frame/analytics/preview",
        "ml/preview_data_frame_analytics/MlPreviewDataFrameAnalyticsRequest.ts",
    ),
    _api(
        "ml.preview_datafeed",
        [
            "GET /_ml/datafeeds/{datafeed_id}/_preview",
            "POST /_ml/datafeeds/{datafeed_id}/_preview",
            "GET /_ml/datafeeds/_preview",
            "POST /_ml/datafeeds/_preview",
        ],
        "cluster:admin/xpack/ml/datafeeds/preview",
        "ml/preview_datafeed/MlPreviewDatafeedRequest.ts",
    ),
    _api(
        "ml.put_calendar",
        "PUT /_ml/calendars/{calendar_id}",
        "cluster:admin/xpack/ml/calendars/put",
        "ml/put_calendar/MlPutCalendarRequest.ts",
    ),
    _api(
        "ml.put_calendar_job",
        "PUT /_ml/calendars/{calendar_id}/jobs/{job_id}",
        "cluster:admin/xpack/ml/calendars/jobs/update",
        "ml/put_calendar_job/MlPutCalendarJobRequest.ts",
    ),
    _api(
        "ml.put_data_frame_analytics",
        "PUT /_ml/data_frame/analytics/{id}",
        "cluster:admin/xpack/ml/data_frame/analytics/put",
        "ml/put_data_frame_analytics/MlPutDataFrameAnalyticsRequest.ts",
    ),
    _api(
        "ml.put_datafeed",
        "PUT /_ml/datafeeds/{datafeed_id}",
        "cluster:admin/xpack/ml/datafeeds/put",
        "ml/put_datafeed/MlPutDatafeedRequest.ts",
    ),
    _api(
        "ml.put_filter",
        "PUT /_ml/filters/{filter_id}",
        "cluster:admin/xpack/ml/filters/put",
        "ml/put_filter/MlPutFilterRequest.ts",
    ),
    _api(
        "ml.put_job",
        "PUT /_ml/anomaly_detectors/{job_id}",
        "cluster:admin/xpack/ml/job/put",
        "ml/put_job/MlPutJobRequest.ts",
    ),
    _api(
        "ml.put_trained_model",
        "PUT /_ml/trained_models/{model_id}",
        "cluster:admin/xpack/ml/inference/put",
        "ml/put_trained_model/MlPutTrainedModelRequest.ts",
    ),
    _api(
        "ml.put_trained_model_alias",
        "PUT /_ml/trained_models/{model_id}/model_aliases/{model_alias}",
        "cluster:admin/xpack/ml/inference/model_aliases/put",
        "ml/put_trained_model_alias/MlPutTrainedModelAliasRequest.ts",
    ),
    _api(
        "ml.put_trained_model_definition_part",
        "PUT /_ml/trained_models/{model_id}/definition/{part}",
        "cluster:admin/xpack/ml/trained_models/part/put",
        "ml/put_trained_model_definition_part/MlPutTrainedModelDefinitionPartRequest.ts",
    ),
    _api(
        "ml.put_trained_model_vocabulary",
        "PUT /_ml/trained_models/{model_id}/vocabulary",
        "cluster:admin/xpack/ml/trained_models/vocabulary/put",
        "ml/put_trained_model_vocabulary/MlPutTrainedModelVocabularyRequest.ts",
    ),
    _api(
        "ml.reset_job",
        "POST /_ml/anomaly_detectors/{job_id}/_reset",
        "cluster:admin/xpack/ml/job/reset",
        "ml/reset_job/MlResetJobRequest.ts",
    ),
    _api(
        "ml.revert_model_snapshot",
        "POST /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_revert",
        "cluster:admin/xpack/ml/job/model_snapshots/revert",
        "ml/revert_model_snapshot/MlRevertModelSnapshotRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.set_upgrade_mode",
        "POST /_ml/set_upgrade_mode",
        "cluster:admin/xpack/ml/upgrade_mode",
        "ml/set_upgrade_mode/MlSetUpgradeModeRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.start_data_frame_analytics",
        "POST /_ml/data_frame/analytics/{id}/_start",
        "cluster:admin/xpack/ml/data_frame/analytics/start",
        "ml/start_data_frame_analytics/MlStartDataFrameAnalyticsRequest.ts",
    ),
    _api(
        "ml.start_datafeed",
        "POST /_ml/datafeeds/{datafeed_id}/_start",
        "cluster:admin/xpack/ml/datafeed/start",
        "ml/start_datafeed/MlStartDatafeedRequest.ts",
    ),
    _api(
        "ml.start_trained_model_deployment",
        "POST /_ml/trained_models/{model_id}/deployment/_start",
        "cluster:admin/xpack/ml/trained_models/deployment/start",
        "ml/start_trained_model_deployment/MlStartTrainedModelDeploymentRequest.ts",
    ),
    _api(
        "ml.stop_data_frame_analytics",
        "POST /_ml/data_frame/analytics/{id}/_stop",
        "cluster:admin/xpack/ml/data_frame/analytics/stop",
        "ml/stop_data_frame_analytics/MlStopDataFrameAnalyticsRequest.ts",
    ),
    _api(
        "ml.stop_datafeed",
        "POST /_ml/datafeeds/{datafeed_id}/_stop",
        "cluster:admin/xpack/ml/datafeed/stop",
        "ml/stop_datafeed/MlStopDatafeedRequest.ts",
    ),
    _api(
        "ml.stop_trained_model_deployment",
        "POST /_ml/trained_models/{model_id}/deployment/_stop",
        "cluster:admin/xpack/ml/trained_models/deployment/stop",
        "ml/stop_trained_model_deployment/MlStopTrainedModelDeploymentRequest.ts",
    ),
    _api(
        "ml.update_data_frame_analytics",
        "POST /_ml/data_frame/analytics/{id}/_update",
        "cluster:admin/xpack/ml/data_frame/analytics/update",
        "ml/update_data_frame_analytics/MlUpdateDataFrameAnalyticsRequest.ts",
    ),
    _api(
        "ml.update_datafeed",
        "POST /_ml/datafeeds/{datafeed_id}/_update",
        "cluster:admin/xpack/ml/datafeeds/update",
        "ml/update_datafeed/MlUpdateDatafeedRequest.ts",
    ),
    _api(
        "ml.update_filter",
        "POST /_ml/filters/{filter_id}/_update",
        "cluster:admin/xpack/ml/filters/update",
        "ml/update_filter/MlUpdateFilterRequest.ts",
    ),
    _api(
        "ml.update_job",
        "POST /_ml/anomaly_detectors/{job_id}/_update",
        "cluster:admin/xpack/ml/job/update",
        "ml/update_job/MlUpdateJobRequest.ts",
    ),
    _api(
        "ml.update_model_snapshot",
        "POST /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_update",
        "cluster:admin/xpack/ml/job/model_snapshots/update",
        "ml/update_model_snapshot/MlUpdateModelSnapshotRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.update_trained_model_deployment",
        "POST /_ml/trained_models/{model_id}/deployment/_update",
        "cluster:admin/xpack/ml/trained_models/deployment/update",
        "ml/update_trained_model_deployment/MlUpdateTrainedModelDeploymentRequest.ts",
    ),
    _api(
        "ml.upgrade_job_snapshot",
        "POST /_ml/anomaly_detectors/{job_id}/model_snapshots/{snapshot_id}/_upgrade",
        "cluster:admin/xpack/ml/job/model_snapshots/upgrade",
        "ml/upgrade_job_snapshot/MlUpgradeJobSnapshotRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.validate",
        "POST /_ml/anomaly_detectors/_validate",
        "cluster:admin/xpack/ml/job/validate",
        "ml/validate/MlValidateJobRequest.ts",
        serverless="private",
    ),
    _api(
        "ml.validate_detector",
        "POST /_ml/anomaly_detectors/_validate/detector",
        "cluster:admin/xpack/ml/job/validate/detector",
        "ml/validate_detector/MlValidateDetectorRequest.ts",
        serverless="private",
    ),
    _api(
        "security.authenticate",
        "GET /_security/_authenticate",
        "cluster:admin/xpack/security/user/authenticate",
        "security/authenticate/SecurityAuthenticateRequest.ts",
    ),
    _api(
        "security.get_user_privileges",
        "GET /_security/user/_privileges",
        "cluster:admin/xpack/security/user/list_privileges",
        "security/get_user_privileges/SecurityGetUserPrivilegesRequest.ts",
        serverless="private",
    ),
    _api(
        "security.has_privileges",
        [
            "GET /_security/user/_has_privileges",
            "POST /_security/user/_has_privileges",
            "GET /_security/user/{user}/_has_privileges",
            "POST /_security/user/{user}/_has_privileges",
        ],
        "cluster:admin/xpack/security/user/has_privileges",
        "security/has_privileges/SecurityHasPrivilegesRequest.ts",
    ),
    _api(
        "text_structure.find_field_structure",
        "GET /_text_structure/find_field_structure",
        "cluster:monitor/text_structure/find_field_structure",
        "text_structure/find_field_structure/FindFieldStructureRequest.ts",
        serverless="absent",
    ),
    _api(
        "text_structure.find_message_structure",
        ["GET /_text_structure/find_message_structure", "POST /_text_structure/find_message_structure"],
        "cluster:monitor/text_structure/find_message_structure",
        "text_structure/find_message_structure/FindMessageStructureRequest.ts",
        serverless="absent",
    ),
    _api(
        "text_structure.find_structure",
        "POST /_text_structure/find_structure",
        "cluster:monitor/text_structure/findstructure",
        "text_structure/find_structure/FindStructureRequest.ts",
        serverless="private",
    ),
    _api(
        "text_structure.test_grok_pattern",
        ["GET /_text_structure/test_grok_pattern", "POST /_text_structure/test_grok_pattern"],
        "cluster:monitor/text_structure/test_grok_pattern",
        "text_structure/test_grok_pattern/TestGrokPatternRequest.ts",
        serverless="private",
    ),
    _api(
        "xpack.info",
        "GET /_xpack",
        "cluster:monitor/xpack/info",
        "xpack/info/XPackInfoRequest.ts",
        serverless="private",
    ),
)

_BY_NAME: FrozenMap[str, Operation] = FrozenMap({row.name: row for row in _OPERATIONS})


def operations() -> tuple[Operation, ...]:
    """Every operation, by name."""
    return tuple(_BY_NAME[name] for name in sorted(_BY_NAME))


def actions() -> FrozenMap[str, ActionRow]:
    """Every action that the table knows, also those without an API of their own."""
    return _ACTIONS


def operation(name: str) -> Operation:
    """The operation of a name such as `ml.put_job`. Raises UnknownNameError."""
    if name not in _BY_NAME:
        raise UnknownNameError("operation", name, list(_BY_NAME), where="in the table of operations")
    return _BY_NAME[name]


def action_row(action: str) -> ActionRow | None:
    """The row of an action such as `cluster:admin/xpack/ml/job/put`, None if the table lacks it."""
    return _ACTIONS.get(action)


@lru_cache(maxsize=1)
def _by_action() -> Mapping[str, tuple[Operation, ...]]:
    found: dict[str, tuple[Operation, ...]] = {}
    for row in _OPERATIONS:
        for action in row.actions:
            found[action.name] = (*found.get(action.name, ()), row)
    return found


def operations_of(action: str) -> tuple[Operation, ...]:
    """The operations that perform an action; empty for an unknown or internal one."""
    return _by_action().get(action, ())


def operation_at(method: str, path: str) -> Operation | None:
    """The operation behind `PUT` and `/_ml/anomaly_detectors/web`, None if the table has none.

    As in Elasticsearch a literal part of a route goes before a placeholder. A query string is ignored.
    """
    segments = tuple(path.partition("?")[0].strip("/").split("/"))
    verb = method.upper()
    fits = [
        (holes, row)
        for row in _OPERATIONS
        for route in row.routes
        if (holes := route.match(verb, segments)) is not None
    ]
    return min(fits, key=lambda fit: fit[0])[1] if fits else None
