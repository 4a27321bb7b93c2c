"""Names that generated worlds are made of: few, so that they meet; simplest first, so that examples shrink to those.

Each pool is a pair: what administrators write every day, and what breaks tools.
"""

from datetime import UTC, datetime
from functools import lru_cache

from mlaccess.catalog.kibana_features import FEATURES, base_actions, feature_actions, reserved_actions
from mlaccess.stack import ApplicationPrivilege, FrozenMap

__all__ = [
    "APPLICATIONS",
    "CLUSTER_PRIVILEGES",
    "COLLECTED",
    "EXPRESSIONS",
    "GROUPS",
    "INDEX_NAMES",
    "INDEX_PRIVILEGES",
    "KIBANA_PRIVILEGES",
    "LATER",
    "RESERVED_ROLES",
    "RESOURCES",
    "ROLES",
    "SPACES",
    "TITLES",
    "USERS",
    "VERSIONS",
    "Pool",
    "stored_privileges",
]

Pool = tuple[tuple[str, ...], tuple[str, ...]]
"""(ordinary, hostile)"""

COLLECTED = datetime(2026, 1, 1, tzinfo=UTC)
"""When generated exports were made."""

LATER = datetime(2026, 6, 1, tzinfo=UTC)
"""A moment after every expiry date of generated licences and keys."""

USERS = ("ana", "ben", "cem")
ROLES = ("r1", "r2", "r3", "r4")
SPACES = ("default", "sales", "ops")
GROUPS = ("analysts", "leads")

RESERVED_ROLES: Pool = (
    ("machine_learning_user", "machine_learning_admin", "superuser", "ingest_admin"),
    ("viewer", "editor", "kibana_admin", "monitoring_user", "data_frame_transforms_admin", "kibana_system"),
)

VERSIONS: Pool = (("9.2.1", "8.17.0"), ("9.4.5", "9.6.0", "7.17.3", "7.9.3", "10.0.0", "unreleased"))

CLUSTER_PRIVILEGES: Pool = (
    ("manage_ml", "monitor_ml", "manage_ingest_pipelines", "manage_pipeline", "monitor", "manage", "all"),
    (
        "MANAGE_ML",
        "cluster:admin/xpack/ml/*",
        "cluster:monitor/xpack/ml/*",
        "cluster:admin/ingest/pipeline/*",
        "cluster:*",
        "manage_own_api_key",
        "none",
        "manage_everything",
    ),
)

INDEX_PRIVILEGES: Pool = (
    ("read", "view_index_metadata", "manage", "index", "create", "create_index", "write", "monitor", "all"),
    (
        "READ",
        "indices:data/read/*",
        "indices:data/read/search",
        "none",
        "create_doc",
        "read_failure_store",
        "manage_failure_store",
        "read_cross_cluster",
        "peruse",
    ),
)

INDEX_NAMES: Pool = (
    ("logs-a", "logs-*", "*", "logs-b", "logs-a*", "out"),
    (
        "logs-?",
        "/logs-[ab]/",
        "/logs-~(a.*)/",
        "/logs-(a.*|[^a].*)?/",
        "*-a",
        "l*s-*",
        "?*",
        ".ml-config",
        ".ml-*",
        ".ml-anomalies-*",
        ".*",
        "/~(\\..*)/",
        "logs-a?*",
        "logs\\-a",
    ),
)

EXPRESSIONS: Pool = (
    ("logs-a", "logs-*", "logs-b", "logs-a*", "out", "*"),
    (
        "logs-?",
        "logs-a,logs-b",
        "logs-*,-logs-b",
        "far:logs-*",
        "far:logs-*,out",
        "<logs-{now/d}>",
        "_all",
        ".ml-config",
        ".ml-anomalies-x",
        ".ml-*",
        ".*",
        "logs-a::failures",
        "logs-*::data",
        "logs-a?*",
    ),
)
"""What jobs read and questions name."""

TITLES: Pool = (
    ("logs-a", "logs-*", "*", "out", "logs-a,logs-b"),
    (
        "logs-*,-logs-b",
        "far:logs-*",
        "logs-?",
        "<logs-{now/d}>",
        "far:*,logs-*",
        "*,-logs-*",
        "logs-a?*,logs-a",
        "logs-*::failures",
    ),
)
"""Titles of data views."""

APPLICATIONS: Pool = (("kibana-.kibana",), ("kibana-*", "*", "kibana-.other", "logstash-x"))

RESOURCES: Pool = (("*", "space:default", "space:sales", "space:ops"), ("space:*", "/space:(sales|ops)/", "space:?ps"))

KIBANA_PRIVILEGES: Pool = (
    (
        "feature_ml.all",
        "feature_ml.read",
        "feature_indexPatterns.all",
        "feature_discover_v2.all",
        "space_all",
        "all",
        "read",
        "space_read",
    ),
    (
        "feature_ml.minimal_all",
        "feature_ml.minimal_read",
        "feature_discover.all",
        "feature_discover_v2.minimal_all",
        "feature_indexPatterns.read",
        "feature_dashboard_v2.all",
        "reserved_ml_user",
        "reserved_ml_admin",
        "*",
        "feature_ml.none",
        "feature_maps.all",
        "ui:*",
        "api:ml:*",
        "login:",
        "saved_object:*",
    ),
)


def _actions(name: str, version: str) -> frozenset[str]:
    if name.startswith("feature_"):
        feature, _, privilege = name.removeprefix("feature_").partition(".")
        return feature_actions(feature, privilege, version).actions
    if name.startswith("reserved_"):
        return reserved_actions(name.removeprefix("reserved_"), version).actions
    return base_actions(name, version).actions


@lru_cache(64)
def stored_privileges(
    version: str, without: frozenset[str] = frozenset()
) -> FrozenMap[tuple[str, str], ApplicationPrivilege]:
    """`GET _security/privilege` of a Kibana of a version, as far as the catalogue knows it, less some names."""
    names = [f"feature_{f.id}.{p}" for f in FEATURES.values() for p in ("all", "read", "minimal_all", "minimal_read")]
    names += ["all", "read", "space_all", "space_read", "reserved_ml_user", "reserved_ml_admin"]
    application = "kibana-.kibana"
    return FrozenMap(
        {
            (application, name): ApplicationPrivilege(application, name, _actions(name, version))
            for name in names
            if name not in without
        }
    )
