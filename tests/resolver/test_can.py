"""What Elasticsearch and Kibana check, and what the first check that fails answers."""

import pytest

from mlaccess import Deployment, Resolver, Verdict
from mlaccess.resolver.enforced import EnforcedDecision
from mlaccess.stack import (
    ApiKey,
    FrozenMap,
    IndicesGrant,
    License,
    MlInfo,
    Node,
    RoleDescriptor,
    User,
    Users,
)

from .world import API_ROLE, with_role, world

GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED
WITHOUT_INDICES = with_role("operator", indices=())
READER = with_role("operator", indices=(IndicesGrant(("logs-*",), ("read",)),))
DATA = Node("n1", "d", ("data",))
ON_DATA = world(nodes=FrozenMap({"n1": DATA}))
OFF = world(nodes=FrozenMap({"n1": Node("n1", "d", ("data",), settings=FrozenMap({"xpack.ml.enabled": "false"}))}))
WEB = {"job": "web", "space": "sales"}
CHURN = {"job": "churn", "space": "sales"}


def can(deployment: Deployment, user: str, what: str, **question: object) -> EnforcedDecision:
    return Resolver(deployment).can(user, what, **question)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("deployment", "user", "what", "question", "status", "reason"),
    [
        pytest.param(
            WITHOUT_INDICES,
            "otto",
            "ml.put_datafeed",
            WEB,
            403,
            "Cannot create datafeed [...] because user otto lacks permissions on the indices: "
            '{"logs-web":{"indices:data/read/search":false}}',
            id="search on the sources of a datafeed",
        ),
        pytest.param(
            WITHOUT_INDICES,
            "otto",
            "ml.put_data_frame_analytics",
            CHURN,
            403,
            "Cannot create data frame analytics [...] because user otto lacks permissions on the indices: "
            '{"logs-web":{"read":false}}',
            id="read on the sources of an analytics job",
        ),
        pytest.param(
            READER,
            "otto",
            "ml.put_data_frame_analytics",
            CHURN,
            403,
            "Cannot create data frame analytics [...] because user otto lacks permissions on the indices: "
            '{"scores":{"create_index":false,"index":false,"read":false}}',
            id="privileges on the destination",
        ),
        pytest.param(
            WITHOUT_INDICES,
            "otto",
            "ml.preview_datafeed",
            WEB,
            403,
            "action [indices:data/read/field_caps] is unauthorized for user [otto] with effective roles [operator] "
            "on indices [logs-web], this action is granted by the index privileges "
            "[view_index_metadata,manage,read,all]",
            id="a preview is a search of the caller",
        ),
        pytest.param(
            world(),
            "otto",
            "ml.evaluate_data_frame",
            {"index": ["scores", "other"]},
            403,
            "action [indices:data/read/search] is unauthorized for user [otto] with effective roles [operator] "
            "on indices [other], this action is granted by the index privileges [read,all]",
            id="the indices of the request that are not granted",
        ),
        pytest.param(
            world(),
            "ana",
            "indices:data/read/search",
            {"index": ["logs-a", "nope"]},
            403,
            "action [indices:data/read/search] is unauthorized for user [ana] with effective roles [engineer] "
            "on indices [nope], this action is granted by the index privileges [read,all]",
            id="a raw action",
        ),
        pytest.param(
            world(),
            "nobody",
            "ml.get_jobs",
            {},
            403,
            "action [cluster:monitor/xpack/ml/job/get] is unauthorized for user [nobody] with effective roles [], "
            "this action is granted by the cluster privileges [monitor_ml,manage_ml,monitor,manage,all]",
            id="a cluster privilege",
        ),
        pytest.param(
            world(ml_info=MlInfo(upgrade_mode=True), license=License("basic", "active")),
            "otto",
            "ml.put_job",
            {},
            429,
            "Cannot perform cluster:admin/xpack/ml/job/put action while upgrade mode is enabled",
            id="upgrade mode, before the licence",
        ),
        pytest.param(
            world(license=License("basic", "active")),
            "otto",
            "ml.put_job",
            {},
            403,
            "current license is non-compliant for [ml]",
            id="the licence",
        ),
        pytest.param(
            OFF,
            "nobody",
            "PUT /_ml/anomaly_detectors/web",
            {},
            400,
            "no handler found for uri [/_ml/anomaly_detectors/{job_id}] and method [PUT]",
            id="machine learning is off, before privileges",
        ),
        pytest.param(
            world(users=Users([User("ana", ("engineer",), enabled=False)])),
            "ana",
            "ml.get_jobs",
            {},
            401,
            "unable to authenticate user [ana]",
            id="a disabled account",
        ),
    ],
)
def test_the_first_check_that_fails_answers(
    deployment: Deployment, user: str, what: str, question: dict[str, object], status: int, reason: str
) -> None:
    """In Elasticsearch's words."""
    found = can(deployment, user, what, **question)
    assert found.verdict is DENIED
    assert found.answer is not None
    assert (found.answer.status, found.answer.reason) == (status, reason)


def test_an_api_key_is_denied_by_its_id_and_owner() -> None:
    """Not by the names of the roles inside it."""
    key = ApiKey("k1", username="otto", role_descriptors=(RoleDescriptor("inside", cluster=("monitor",)),))
    resolver = Resolver(world(api_keys=FrozenMap({"k1": key})))
    found = resolver.can(None, "ml.put_job", api_key="k1")
    assert found.answer is not None
    assert found.answer.reason.startswith(
        "action [cluster:admin/xpack/ml/job/put] is unauthorized for API key id [k1] of user [otto]"
    )


@pytest.mark.parametrize(
    ("deployment", "user", "what", "question", "verdict"),
    [
        (world(), "otto", "ml.put_datafeed", WEB, GRANTED),
        (world(), "otto", "ml.put_data_frame_analytics", CHURN, GRANTED),
        (world(), "ana", "ml.put_datafeed", WEB, DENIED),
        (world(), "otto", "ml.put_datafeed", {"sources": ["eu:logs-*"]}, GRANTED),
        (WITHOUT_INDICES, "otto", "ml.put_datafeed", {"sources": ["eu:logs-*"]}, GRANTED),
        (WITHOUT_INDICES, "otto", "ml.put_datafeed", {"sources": ["eu:logs-*", "logs-a"]}, DENIED),
        (WITHOUT_INDICES, "otto", "ml.update_datafeed", WEB, GRANTED),
        (WITHOUT_INDICES, "otto", "ml.start_datafeed", WEB, UNKNOWN),
        (WITHOUT_INDICES, "otto", "ml.get_buckets", WEB, GRANTED),
        (ON_DATA, "otto", "ml.open_job", {}, UNKNOWN),
        (world(), "otto", "ml.open_job", {}, GRANTED),
        (ON_DATA, "otto", "ml.explain_data_frame_analytics", {}, GRANTED),
        (OFF, "otto", "ml.put_job", {}, DENIED),
        (OFF, "otto", "cluster:admin/xpack/ml/job/put", {}, GRANTED),
        (world(), "otto", "text_structure.find_structure", {}, DENIED),
        (OFF, "ana", "ingest.put_pipeline", {}, GRANTED),
        (world(), "nobody", "security.has_privileges", {}, GRANTED),
        (world(license=License("gold", "active")), "otto", "ml.infer_trained_model", {}, UNKNOWN),
        (world(), "otto", "ml.infer_trained_model", {}, GRANTED),
        (world(license=License("basic", "active")), "otto", "ml.get_jobs", {}, GRANTED),
        (world(), "ana", "canCreateJob", {"space": "sales"}, GRANTED),
        (world(), "otto", "canCreateJob", {"space": "sales"}, DENIED),
        (world(), "ana", "canCreateJob", {"space": "default"}, DENIED),
        (world(), "ana", "GET /internal/ml/anomaly_detectors/web", {"space": "sales"}, GRANTED),
        (world(), "otto", "GET /internal/ml/anomaly_detectors/web", {"space": "sales"}, DENIED),
    ],
)
def test_what_the_code_checks_decides(
    deployment: Deployment, user: str, what: str, question: dict[str, object], verdict: Verdict
) -> None:
    """No more than that: results need no index privilege, and remote names are for the remote cluster."""
    assert can(deployment, user, what, **question).verdict is verdict


def test_checks_that_need_a_job_are_named_where_the_question_names_none() -> None:
    """And those that are made for who created it."""
    assert can(world(), "otto", "ml.put_datafeed").not_asked == (
        "indices:data/read/search on the datafeed indices",
        "indices:data/read/xpack/rollup/search on the datafeed indices, when the indices hold rollup jobs",
    )
    assert can(world(), "otto", "ml.put_datafeed", **WEB).not_asked == ()
    started = can(world(), "otto", "ml.start_data_frame_analytics", **CHURN)
    assert started.verdict is GRANTED
    assert all(text.endswith("asked of who created the job") for text in started.not_asked)
    assert len(started.not_asked) == 4


def test_a_privilege_to_be_denied_names_no_role_that_counts_for_nothing() -> None:
    """Roles that nothing defines are assigned, and not effective."""
    deployment = world(
        users=Users([User("otto", ("operator", "ghost"))]),
        roles=FrozenMap({"operator": RoleDescriptor("operator", indices=API_ROLE.indices)}),
        kibana_roles=FrozenMap(),
    )
    found = can(deployment, "otto", "ml.put_job")
    assert found.answer is not None
    assert "with effective roles [operator] (assigned roles [ghost] were not found)" in found.answer.reason


@pytest.mark.parametrize(
    ("deployment", "user", "what", "only_gates"),
    [
        (world(ml_info=MlInfo(upgrade_mode=True)), "ana", "canCreateJob", True),
        (world(ml_info=MlInfo(upgrade_mode=True)), "nobody", "canCreateJob", False),
        (world(license=License("basic", "active")), "ana", "canCreateJob", True),
        (world(license=License("basic", "active")), "otto", "ml.put_job", True),
        (OFF, "otto", "ml.put_job", True),
        (OFF, "nobody", "ml.put_job", False),
        (world(), "ana", "ml.put_job", False),
    ],
)
def test_what_is_no_problem_of_permissions(deployment: Deployment, user: str, what: str, only_gates: bool) -> None:
    """Upgrade mode, the licence and settings of nodes, where the caller may do it otherwise."""
    found = can(deployment, user, what, space="sales")
    assert found.verdict is DENIED
    assert found.only_gates_fail is only_gates
