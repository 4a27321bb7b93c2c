"""A small world in which `ana` has full access to everything, for tests that take one thing away."""

from datetime import UTC, datetime

import attrs

from mlaccess import Deployment, Resolver
from mlaccess.resolver import Access
from mlaccess.rules import Evidence, Finding
from mlaccess.stack import (
    AnomalyDetectionJob,
    ApplicationGrant,
    ClusterSettings,
    Datafeed,
    DataFrameAnalyticsJob,
    DataView,
    FrozenMap,
    IndicesGrant,
    License,
    MlInfo,
    Node,
    RoleDescriptor,
    Space,
    SpaceAssignments,
    TrainedModel,
    User,
    Users,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)

KIBANA = ApplicationGrant(
    "kibana-.kibana", ("feature_ml.all", "feature_indexPatterns.all", "feature_discover_v2.all"), ("space:sales",)
)
INDICES = (
    IndicesGrant(("logs-*",), ("read", "view_index_metadata")),
    IndicesGrant(("scores", "uploads-*"), ("read", "manage", "index", "create", "create_index")),
)
ROLE = RoleDescriptor("engineer", cluster=("manage_ingest_pipelines",), indices=INDICES, applications=(KIBANA,))
API_ROLE = RoleDescriptor("operator", cluster=("manage_ml",), indices=INDICES)


def world(**changes: object) -> Deployment:
    """The world, with some parts replaced."""
    nodes = {
        "n1": Node("n1", "data-1", ("master", "data")),
        "n2": Node("n2", "ml-1", ("ml",)),
    }
    base = Deployment(
        version="9.2.1",
        build_flavor="default",
        kibana_version="9.2.1",
        collected_at=NOW,
        license=License("platinum", "active", expires_at=datetime(2030, 1, 1, tzinfo=UTC)),
        nodes=FrozenMap(nodes),
        cluster_settings=ClusterSettings(defaults=FrozenMap({"xpack.security.enabled": "true"})),
        users=Users([User("ana", ("engineer",)), User("otto", ("operator",)), User("nobody")]),
        roles=FrozenMap({"engineer": ROLE, "operator": API_ROLE}),
        role_mappings=FrozenMap(),
        api_keys=FrozenMap(),
        spaces=FrozenMap({"sales": Space("sales"), "default": Space("default")}),
        data_views=FrozenMap({"sales": (DataView("1", "logs-*"), DataView("2", "scores")), "default": ()}),
        jobs=FrozenMap({"web": AnomalyDetectionJob("web")}),
        datafeeds=FrozenMap({"datafeed-web": Datafeed("datafeed-web", "web", ("logs-web",))}),
        analytics=FrozenMap({"churn": DataFrameAnalyticsJob("churn", ("logs-web",), "scores")}),
        trained_models=FrozenMap({"lang": TrainedModel("lang")}),
        job_spaces=SpaceAssignments(
            FrozenMap(
                {
                    "anomaly-detector": FrozenMap({"web": ("sales",)}),
                    "data-frame-analytics": FrozenMap({"churn": ("sales",)}),
                }
            )
        ),
        model_spaces=SpaceAssignments(FrozenMap({"trained-model": FrozenMap({"lang": ("sales",)})})),
        ml_info=MlInfo(upgrade_mode=False),
    )
    return attrs.evolve(base, **changes)  # type: ignore[arg-type]


def with_role(name: str = "engineer", **changes: object) -> Deployment:
    """The world, with one of its roles changed."""
    descriptors = {"engineer": ROLE, "operator": API_ROLE}
    descriptors[name] = attrs.evolve(descriptors[name], **changes)  # type: ignore[arg-type]
    return world(roles=FrozenMap(descriptors))


def ask(deployment: Deployment, user: str = "ana", **question: object) -> Access:
    """The access of a user, in space `sales` unless said otherwise."""
    question.setdefault("space", "sales")
    return Resolver(deployment).access(user, **question)  # type: ignore[arg-type]


def told(finding: Finding) -> str:
    """All that a finding says, on one line: verdict, code, values, then evidence, and after `~` what comes near."""
    values = "".join(f" {key}={value}" for key, value in sorted(finding.values.items()))
    evidence = "".join(f" | {_proof(e)}" for e in finding.evidence)
    near = "".join(f" ~ {_proof(e)}" for e in finding.near)
    return f"{finding.verdict.word} {finding.code}{values}{evidence}{near}"


def _proof(evidence: Evidence) -> str:
    return " ".join(filter(None, (evidence.kind, evidence.name, evidence.detail, str(evidence.origin or ""))))
