"""What the code checks for a question of the enforced rulebook, in order: each fact, each alternative, what is left."""

from typing import Any

import pytest

from mlaccess import Resolver, UnknownNameError
from mlaccess.resolver.enforced import EnforcedDecision
from mlaccess.rules import AllOf, Ask, Rule
from mlaccess.rules.facts import said_by
from mlaccess.stack import FrozenMap, License, MlInfo, Node, NotExported, User, Users

from .world import with_role, world


def can(what: str, user: str = "otto", deployment: Any = None, **question: Any) -> EnforcedDecision:
    question.setdefault("space", "sales")
    return Resolver(deployment or world()).can(user, what, **question)


def written(rule: Rule) -> str:
    """A rule on one line: facts by name and values, `&` for all of, `|` for any of."""
    if isinstance(rule, Ask):
        fact = rule.fact
        return f"{type(fact).__name__}({', '.join(map(str, said_by(fact).values()))})"
    parts = (" & " if isinstance(rule, AllOf) else " | ").join(map(written, rule.parts))
    return f"[{rule.title}: {parts}]" if rule.title else f"({parts})"


WEB, CHURN = {"job": "web"}, {"job": "churn"}


@pytest.mark.parametrize(
    ("what", "question", "expected"),
    [
        (
            "ml.put_job",
            {},
            [
                "operation ml.put_job",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:admin/xpack/ml/job/put)",
                "NotUpgrading()",
                "LicenseFeature(ml, platinum, elasticsearch)",
                "- indices:data/read/search on the datafeed indices, when the body has `datafeed_config`",
                (
                    "- indices:data/read/xpack/rollup/search on the datafeed indices, when the body has"
                    " `datafeed_config` and its indices hold rollup jobs"
                ),
            ],
        ),
        (
            "ml.put_datafeed",
            {},
            [
                "operation ml.put_datafeed",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:admin/xpack/ml/datafeeds/put)",
                "NotUpgrading()",
                "LicenseFeature(ml, platinum, elasticsearch)",
                "- indices:data/read/search on the datafeed indices",
                "- indices:data/read/xpack/rollup/search on the datafeed indices, when the indices hold rollup jobs",
            ],
        ),
        (
            "ml.put_datafeed",
            WEB,
            [
                "operation ml.put_datafeed",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:admin/xpack/ml/datafeeds/put)",
                "NotUpgrading()",
                "LicenseFeature(ml, platinum, elasticsearch)",
                "[datafeed indices: IndexPrivilege(logs-web, indices:data/read/search)]",
                (
                    "([datafeed indices: IndexPrivilege(logs-web, indices:data/read/xpack/rollup/search)]"
                    " | RequestDetail(unless the indices hold rollup jobs))"
                ),
            ],
        ),
        (
            "ml.put_datafeed",
            {"sources": ["eu:logs-*", "logs-a", "logs-b::failures"]},
            [
                "operation ml.put_datafeed",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:admin/xpack/ml/datafeeds/put)",
                "NotUpgrading()",
                "LicenseFeature(ml, platinum, elasticsearch)",
                (
                    "[datafeed indices: IndexPrivilege(logs-a, indices:data/read/search) &"
                    " IndexPrivilege(logs-b::failures, indices:data/read/search)]"
                ),
                (
                    "([datafeed indices: IndexPrivilege(logs-a, indices:data/read/xpack/rollup/search) &"
                    " IndexPrivilege(logs-b::failures, indices:data/read/xpack/rollup/search)]"
                    " | RequestDetail(unless the indices hold rollup jobs))"
                ),
            ],
        ),
        (
            "ml.start_datafeed",
            WEB,
            [
                "operation ml.start_datafeed",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:admin/xpack/ml/datafeed/start)",
                "NotUpgrading()",
                "LicenseFeature(ml, platinum, elasticsearch)",
                (
                    "(RequestDetail(a node with remote_cluster_client)"
                    " | RequestDetail(unless an index expression of the datafeed names a remote cluster))"
                ),
            ],
        ),
        (
            "ml.put_data_frame_analytics",
            CHURN,
            [
                "operation ml.put_data_frame_analytics",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:admin/xpack/ml/data_frame/analytics/put)",
                "NotUpgrading()",
                "LicenseFeature(ml, platinum, elasticsearch)",
                "[source indices: IndexPrivilege(logs-web, read)]",
                (
                    "[destination indices: IndexPrivilege(scores, read) & IndexPrivilege(scores, index) &"
                    " IndexPrivilege(scores, create_index)]"
                ),
            ],
        ),
        (
            "ml.start_data_frame_analytics",
            CHURN,
            [
                "operation ml.start_data_frame_analytics",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:admin/xpack/ml/data_frame/analytics/start)",
                "NotUpgrading()",
                "LicenseFeature(ml, platinum, elasticsearch)",
                (
                    "(MlNode()"
                    " | RequestDetail(`allow_lazy_start` of the job, or `xpack.ml.max_lazy_ml_nodes` above 0:"
                    " it waits for a node))"
                ),
                (
                    "- indices:data/read/search, indices:data/read/field_caps, indices:admin/mappings/get,"
                    " indices:monitor/settings/get on the source, asked of who created the job"
                ),
                "- indices:admin/create on the destination, asked of who created the job",
                (
                    "- indices:data/read/search, indices:admin/mapping/put on the destination, asked of who"
                    " created the job"
                ),
                "- indices:data/write/bulk on the destination, asked of who created the job",
            ],
        ),
        (
            "ml.start_data_frame_analytics",
            {},
            [
                "operation ml.start_data_frame_analytics",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:admin/xpack/ml/data_frame/analytics/start)",
                "NotUpgrading()",
                "LicenseFeature(ml, platinum, elasticsearch)",
                (
                    "(MlNode()"
                    " | RequestDetail(`allow_lazy_start` of the job, or `xpack.ml.max_lazy_ml_nodes` above 0:"
                    " it waits for a node))"
                ),
                (
                    "- indices:data/read/search, indices:data/read/field_caps, indices:admin/mappings/get,"
                    " indices:monitor/settings/get on the source indices"
                ),
                "- indices:admin/create on the destination indices, when the destination does not exist",
                (
                    "- indices:data/read/search, indices:admin/mapping/put on the destination indices, when"
                    " the destination exists"
                ),
                "- indices:data/write/bulk on the destination indices",
            ],
        ),
        (
            "ml.evaluate_data_frame",
            {"index": ["a", "b"]},
            [
                "operation ml.evaluate_data_frame",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:monitor/xpack/ml/data_frame/evaluate)",
                (
                    "[index indices: IndexAction(a, indices:data/read/search) & IndexAction(b,"
                    " indices:data/read/search)]"
                ),
            ],
        ),
        (
            "ml.evaluate_data_frame",
            {},
            [
                "operation ml.evaluate_data_frame",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:monitor/xpack/ml/data_frame/evaluate)",
                "- indices:data/read/search on the index indices",
            ],
        ),
        (
            "ml.infer_trained_model",
            {},
            [
                "operation ml.infer_trained_model",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:monitor/xpack/ml/inference/infer)",
                (
                    "(LicenseFeature(ml, platinum, elasticsearch)"
                    " | RequestDetail(a model whose `license_level` is `basic`, such as `lang_ident_model_1`))"
                ),
            ],
        ),
        (
            "ml.explain_data_frame_analytics",
            {},
            [
                "operation ml.explain_data_frame_analytics",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:admin/xpack/ml/data_frame/analytics/explain)",
                "LicenseFeature(ml, platinum, elasticsearch)",
                "- indices:data/read/field_caps, indices:data/read/search on the source indices",
            ],
        ),
        (
            "ml.open_job",
            {},
            [
                "operation ml.open_job",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:admin/xpack/ml/job/open)",
                "NotUpgrading()",
                "LicenseFeature(ml, platinum, elasticsearch)",
                (
                    "(MlNode()"
                    " | RequestDetail(`allow_lazy_open` of the job, or `xpack.ml.max_lazy_ml_nodes` above 0:"
                    " it waits for a node))"
                ),
            ],
        ),
        (
            "ml.info",
            {},
            [
                "operation ml.info",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:monitor/xpack/ml/info/get)",
            ],
        ),
        ("security.has_privileges", {}, ["operation security.has_privileges", "AccountUsable()"]),
        (
            "ingest.put_pipeline",
            {},
            ["operation ingest.put_pipeline", "AccountUsable()", "ClusterAction(cluster:admin/ingest/pipeline/put)"],
        ),
        (
            "text_structure.find_structure",
            {},
            [
                "operation text_structure.find_structure",
                "AccountUsable()",
                "ClusterAction(cluster:monitor/text_structure/findstructure)",
            ],
        ),
        (
            " PUT /_ml/anomaly_detectors/web ",
            {},
            [
                "operation ml.put_job",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:admin/xpack/ml/job/put)",
                "NotUpgrading()",
                "LicenseFeature(ml, platinum, elasticsearch)",
                "- indices:data/read/search on the datafeed indices, when the body has `datafeed_config`",
                (
                    "- indices:data/read/xpack/rollup/search on the datafeed indices, when the body has"
                    " `datafeed_config` and its indices hold rollup jobs"
                ),
            ],
        ),
        (
            "cluster:admin/xpack/ml/job/put",
            {},
            [
                "action cluster:admin/xpack/ml/job/put",
                "AccountUsable()",
                "ClusterAction(cluster:admin/xpack/ml/job/put)",
                "NotUpgrading()",
                "LicenseFeature(ml, platinum, elasticsearch)",
                "- indices:data/read/search on the datafeed indices, when the body has `datafeed_config`",
                (
                    "- indices:data/read/xpack/rollup/search on the datafeed indices, when the body has"
                    " `datafeed_config` and its indices hold rollup jobs"
                ),
            ],
        ),
        (
            "cluster:monitor/nobody/knows",
            {},
            ["action cluster:monitor/nobody/knows", "AccountUsable()", "ClusterAction(cluster:monitor/nobody/knows)"],
        ),
        (
            "indices:data/read/search",
            {"index": ["a", "b"]},
            [
                "action indices:data/read/search",
                "AccountUsable()",
                (
                    "[index indices: IndexAction(a, indices:data/read/search) & IndexAction(b,"
                    " indices:data/read/search)]"
                ),
            ],
        ),
        (
            "indices:data/read/search",
            WEB,
            ["action indices:data/read/search", "AccountUsable()", "IndexAction(logs-web, indices:data/read/search)"],
        ),
        (
            "indices:data/read/search",
            {},
            [
                "action indices:data/read/search",
                "AccountUsable()",
                "RequestDetail(the indices)",
                "- the indices: name them with `index`",
            ],
        ),
        (
            "canGetJobs",
            {},
            [
                "capability canGetJobs",
                (
                    "[canGetJobs: AccountUsable() & KibanaAction(login:, sales) &"
                    " KibanaAction(ui:ml/canGetJobs, sales) & MlVisible(sales) & LicenseFeature(ml, platinum,"
                    " kibana_full) & MlEnabledInKibana() & CapabilitySwitch(ad)]"
                ),
            ],
        ),
        (
            "GET /internal/ml/anomaly_detectors/web",
            WEB,
            [
                "route GET /internal/ml/anomaly_detectors/{jobId}",
                (
                    "[GET /internal/ml/anomaly_detectors/{jobId}: AccountUsable() &"
                    " KibanaAction(api:ml:canGetJobs, sales) & LicenseFeature(ml, platinum, kibana_full) &"
                    " [the route is registered: CapabilitySwitch(ad)] & [visible in the space:"
                    " AssignedToSpace(anomaly-detector, web, sales) & KibanaAction(saved_object:ml-job/find,"
                    " sales)]]"
                ),
            ],
        ),
        (
            "GET /internal/ml/anomaly_detectors/web",
            {},
            [
                "route GET /internal/ml/anomaly_detectors/{jobId}",
                (
                    "[GET /internal/ml/anomaly_detectors/{jobId}: AccountUsable() &"
                    " KibanaAction(api:ml:canGetJobs, sales) & LicenseFeature(ml, platinum, kibana_full) &"
                    " [the route is registered: CapabilitySwitch(ad)]]"
                ),
            ],
        ),
        (
            "GET /internal/ml/trained_models/lang",
            {"model": "lang"},
            [
                "route GET /internal/ml/trained_models/{modelId?}",
                (
                    "[GET /internal/ml/trained_models/{modelId?}: AccountUsable() &"
                    " KibanaAction(api:ml:canGetTrainedModels, sales) & LicenseFeature(ml, platinum,"
                    " kibana_full) & [the route is registered: CapabilitySwitch(dfa)"
                    " | CapabilitySwitch(nlp)] & [visible in the space: AssignedToSpace(trained-model, lang,"
                    " sales) & KibanaAction(saved_object:ml-trained-model/find, sales)]]"
                ),
            ],
        ),
        (
            "GET /internal/ml/data_frame/analytics/churn",
            CHURN,
            [
                "route GET /internal/ml/data_frame/analytics/{analyticsId}",
                (
                    "[GET /internal/ml/data_frame/analytics/{analyticsId}: AccountUsable() &"
                    " KibanaAction(api:ml:canGetDataFrameAnalytics, sales) & LicenseFeature(ml, platinum,"
                    " kibana_full) & [the route is registered: CapabilitySwitch(dfa)] & [visible in the space:"
                    " AssignedToSpace(data-frame-analytics, churn, sales) &"
                    " KibanaAction(saved_object:ml-job/find, sales)]]"
                ),
            ],
        ),
        (
            "cat.ml_trained_models",
            {},
            [
                "operation cat.ml_trained_models",
                "MlEnabledInKibana()",
                "AccountUsable()",
                "ClusterAction(cluster:monitor/xpack/ml/inference/get)",
                "ClusterAction(cluster:monitor/xpack/ml/inference/stats/get)",
            ],
        ),
    ],
)
def test_a_question_is_these_checks(what: str, question: dict[str, Any], expected: list[str]) -> None:
    """The kind and the name of the question, a line per step, and after `-` what only a job or indices would add."""
    asked = can(what, **question).question
    said = [f"{asked.kind} {asked.name}", *(written(step.rule) for step in asked.steps)]
    assert [*said, *(f"- {text}" for text in asked.not_asked)] == expected


@pytest.mark.parametrize(
    ("what", "kind", "suggestion"),
    [
        ("canCreateJobs", "capability, operation, route or action", "canCreateJob"),
        ("ml.put_jobs", "capability, operation, route or action", "ml.put_job"),
        ("PUT /_ml/anomaly_detector/web", "request", ""),
    ],
)
def test_what_no_table_knows_is_an_error(what: str, kind: str, suggestion: str) -> None:
    """With what is like it."""
    with pytest.raises(UnknownNameError) as caught:
        can(what)
    assert (caught.value.kind, caught.value.name) == (kind, what)
    assert not suggestion or caught.value.suggestions[0] == suggestion
    assert "in the tables" in str(caught.value)


BASIC = {"deployment": world(license=License("basic", "active"))}
UPGRADING = {"deployment": world(ml_info=MlInfo(upgrade_mode=True))}
NO_NODE = {"deployment": world(nodes=FrozenMap({"n": Node("n", "n", ("data",))}))}
OFF = {"deployment": world(settings_files=(FrozenMap({"xpack.ml.enabled": False}),), nodes=NotExported("gone"))}
DISABLED = {"deployment": world(users=Users([User("otto", ("operator",), enabled=False)]))}
NO_INDEX = {"deployment": with_role("operator", indices=())}


@pytest.mark.parametrize(
    ("what", "question", "answer"),
    [
        ("ml.put_job", {}, "none"),
        (
            "ml.put_job",
            {"user": "nobody"},
            (
                "403 action [cluster:admin/xpack/ml/job/put] is unauthorized for user [nobody] with"
                " effective roles [], this action is granted by the cluster privileges"
                " [manage_ml,manage,all]"
            ),
        ),
        ("ml.put_job", BASIC, "403 current license is non-compliant for [ml]"),
        (
            "ml.put_job",
            UPGRADING,
            "429 Cannot perform cluster:admin/xpack/ml/job/put action while upgrade mode is enabled",
        ),
        ("ml.infer_trained_model", BASIC, "none"),
        ("ml.open_job", NO_NODE, "none"),
        ("ml.start_data_frame_analytics", NO_NODE | CHURN, "none"),
        (
            "ml.put_datafeed",
            NO_INDEX | WEB,
            (
                "403 Cannot create datafeed [...] because user otto lacks permissions on the indices:"
                ' {"logs-web":{"indices:data/read/search":false}}'
            ),
        ),
        (
            "ml.put_data_frame_analytics",
            NO_INDEX | CHURN,
            (
                "403 Cannot create data frame analytics [...] because user otto lacks permissions on the"
                ' indices: {"logs-web":{"read":false}}'
            ),
        ),
        (
            "ml.evaluate_data_frame",
            {"index": ["a", "scores", "b"]},
            (
                "403 action [indices:data/read/search] is unauthorized for user [otto] with effective"
                " roles [operator] on indices [a,b], this action is granted by the index privileges"
                " [read,all]"
            ),
        ),
        (
            "indices:data/read/search",
            {"index": ["a", "scores", "b"]},
            (
                "403 action [indices:data/read/search] is unauthorized for user [otto] with effective"
                " roles [operator] on indices [a,b], this action is granted by the index privileges"
                " [read,all]"
            ),
        ),
        (
            "cluster:monitor/nobody/knows",
            {},
            (
                "403 action [cluster:monitor/nobody/knows] is unauthorized for user [otto] with effective"
                " roles [operator], this action is granted by the cluster privileges [monitor,manage,all]"
            ),
        ),
        ("ml.put_job", OFF, "400 no handler found for uri [/_ml/anomaly_detectors/{job_id}] and method [PUT]"),
        (
            "ml.put_job",
            OFF | {"user": "nobody"},
            "400 no handler found for uri [/_ml/anomaly_detectors/{job_id}] and method [PUT]",
        ),
        (
            "cluster:admin/xpack/ml/job/put",
            OFF | {"user": "nobody"},
            (
                "403 action [cluster:admin/xpack/ml/job/put] is unauthorized for user [nobody] with"
                " effective roles [], this action is granted by the cluster privileges"
                " [manage_ml,manage,all]"
            ),
        ),
        ("ml.put_job", DISABLED, "401 unable to authenticate user [otto]"),
        ("ml.explain_data_frame_analytics", DISABLED, "401 unable to authenticate user [otto]"),
        ("canCreateJob", {"user": "nobody"}, "none"),
        ("GET /internal/ml/anomaly_detectors/web", {"user": "nobody"}, "none"),
    ],
)
def test_the_first_check_that_fails_answers(what: str, question: dict[str, Any], answer: str) -> None:
    """Its status and reason; nothing where none fails or no words are known."""
    found = can(what, **question).answer
    assert ("none" if found is None else f"{found.status} {found.reason}") == answer
