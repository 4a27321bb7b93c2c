"""Every named cluster and index privilege, as rows: the actions it holds, since which version, how it is limited.

Rows are ordered by access, from least to most, as Elasticsearch orders them where a denial names what would help.
Sources, below `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/privilege/`:
`ClusterPrivilegeResolver.java`, `IndexPrivilege.java`, `IndexComponentSelectorPredicate.java`; names of actions:
`x-pack/plugin/security/qa/operator-privileges-tests/src/javaRestTest/java/org/elasticsearch/xpack/security/operator/
Constants.java`; versions: the availability notes of elastic/elasticsearch-specification.
"""

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import lru_cache
from typing import Literal, TypeAlias

import attrs

from mlaccess.automata import Language
from mlaccess.errors import RequestError
from mlaccess.patterns import minus, patterns

__all__ = [
    "CLUSTER_PRIVILEGES",
    "INDEX_PRIVILEGES",
    "NEWEST",
    "ClusterPrivilege",
    "IndexPrivilege",
    "Scope",
    "Selector",
    "UnknownPrivilege",
    "action_pattern_language",
    "builtin_privilege_names",
    "cluster_actions",
    "cluster_privilege",
    "cluster_privileges_granting",
    "index_actions",
    "index_privilege",
    "index_privileges_granting",
    "is_known",
    "resolve_index_privileges",
    "sort_by_access",
    "splits_by_selector",
    "system_user_may",
]

Scope: TypeAlias = Literal["cluster", "index"]
Version: TypeAlias = tuple[int, int]

NEWEST: Version = (9, 6)
"""The newest version whose privileges the rows describe. Of later ones nothing is known."""


class Selector(Enum):
    """Which part of a data stream an index privilege speaks of."""

    DATA = "data"
    FAILURES = "failures"
    DATA_AND_FAILURES = "data_and_failures"
    ALL = "all"

    def covers(self, part: "Selector") -> bool:
        """Whether the privilege reaches `DATA` or `FAILURES`."""
        return self is part or self in (Selector.DATA_AND_FAILURES, Selector.ALL)


class UnknownPrivilege(RequestError):
    """A privilege name that Elasticsearch would refuse; `reason` is its own text."""

    def __init__(self, reason: str, name: str) -> None:
        super().__init__(reason)
        self.name = name


@attrs.frozen
class ClusterPrivilege:
    """A cluster privilege: actions that match `allow` and not `exclude`.

    `conditional`: the request and the caller decide as well. `since`: the first version with the privilege;
    `absent_before`: where that is not settled, the version before which it is known to be absent. `raw`: no name but
    an action pattern.
    """

    name: str
    allow: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    conditional: bool = False
    deprecated: str = ""
    since: Version | None = None
    absent_before: Version | None = None
    backported: Version | None = None
    serverless: bool = False
    raw: bool = False
    source: str = "authz/privilege/ClusterPrivilegeResolver.java @ 2fa6a08aa035"

    @property
    def actions(self) -> Language:
        """The actions, whatever the request."""
        return action_pattern_language(self.allow, self.exclude)

    def known_in(self, version: str | None) -> bool | None:
        """Whether a version has the privilege; None where that is not settled."""
        return _known_in(self, version)


@attrs.frozen
class IndexPrivilege:
    """An index privilege: actions that match `allow`, on the part of a data stream that `selector` tells.

    `exact` is False where the patterns were inferred from the names of the actions, not read.
    """

    name: str
    allow: tuple[str, ...]
    selector: Selector = Selector.DATA
    since: Version | None = None
    absent_before: Version | None = None
    backported: Version | None = None
    exact: bool = True
    internal: bool = False
    serverless: bool = False
    raw: bool = False
    source: str = "authz/privilege/IndexPrivilege.java @ aff16e1c1403"

    @property
    def actions(self) -> Language:
        """The actions of the privilege."""
        return action_pattern_language(self.allow)

    def known_in(self, version: str | None) -> bool | None:
        """Whether a version has the privilege; None where that is not settled."""
        return _known_in(self, version)


CLUSTER_PRIVILEGES: tuple[ClusterPrivilege, ...] = (
    ClusterPrivilege("manage_own_api_key", ("cluster:admin/xpack/security/api_key/*",), conditional=True),
    ClusterPrivilege("manage_data_stream_global_retention", (), deprecated="grants nothing since 8.16"),
    ClusterPrivilege("monitor_data_stream_global_retention", (), deprecated="grants nothing since 8.16"),
    ClusterPrivilege("none", ()),
    ClusterPrivilege("cancel_task", ("cluster:admin/tasks/cancel*",)),
    ClusterPrivilege(
        "clone_api_key",
        ("cluster:admin/xpack/security/api_key/clone*",),
        since=(9, 6),
        absent_before=(9, 3),
    ),
    ClusterPrivilege(
        "cross_cluster_replication",
        (
            "cluster:internal/remote_cluster/handshake",
            "cluster:internal/remote_cluster/nodes",
            "cluster:internal/admin/tasks/ban",
            "cluster:internal/admin/tasks/cancel_child",
            "cluster:monitor/xpack/info",
            "cluster:monitor/state",
        ),
    ),
    ClusterPrivilege(
        "cross_cluster_search",
        (
            "cluster:internal/remote_cluster/handshake",
            "cluster:internal/remote_cluster/nodes",
            "cluster:internal/admin/tasks/ban",
            "cluster:internal/admin/tasks/cancel_child",
            "cluster:monitor/xpack/info",
            "cluster:monitor/xpack/enrich/esql/resolve_policy",
            "cluster:internal:data/read/esql/open_exchange",
            "cluster:internal:data/read/esql/exchange",
            "cluster:monitor/stats/remote",
            "cluster:monitor/stats",
            "cluster:monitor/stats[n]",
        ),
    ),
    ClusterPrivilege(
        "delegate_pki",
        ("cluster:admin/xpack/security/delegate_pki", "cluster:admin/xpack/security/token/invalidate"),
    ),
    ClusterPrivilege("grant_api_key", ("cluster:admin/xpack/security/api_key/grant*",)),
    ClusterPrivilege("manage_autoscaling", ("cluster:admin/autoscaling/*",)),
    ClusterPrivilege(
        "manage_index_templates",
        (
            "indices:admin/template/*",
            "indices:admin/index_template/*",
            "cluster:admin/component_template/*",
        ),
    ),
    ClusterPrivilege("manage_logstash_pipelines", ("cluster:admin/logstash/pipeline/*",)),
    ClusterPrivilege("manage_oidc", ("cluster:admin/xpack/security/oidc/*",)),
    ClusterPrivilege(
        "manage_saml",
        (
            "cluster:admin/xpack/security/saml/*",
            "cluster:admin/xpack/security/token/invalidate",
            "cluster:admin/xpack/security/token/refresh",
            "cluster:monitor/xpack/security/saml/metadata",
        ),
    ),
    ClusterPrivilege("manage_search_application", ("cluster:admin/xpack/application/search_application/*",)),
    ClusterPrivilege("manage_search_query_rules", ("cluster:admin/xpack/query_rules/*",)),
    ClusterPrivilege(
        "manage_search_synonyms",
        ("cluster:admin/synonyms/*", "cluster:admin/synonyms_sets/*", "cluster:admin/synonym_rules/*"),
    ),
    ClusterPrivilege("manage_service_account", ("cluster:admin/xpack/security/service_account/*",)),
    ClusterPrivilege("manage_token", ("cluster:admin/xpack/security/token/*",)),
    ClusterPrivilege("manage_user_profile", ("cluster:admin/xpack/security/profile/*",)),
    ClusterPrivilege(
        "monitor_connector",
        (
            "cluster:admin/xpack/connector/get",
            "cluster:admin/xpack/connector/list",
            "cluster:admin/xpack/connector/sync_job/get",
            "cluster:admin/xpack/connector/sync_job/list",
        ),
    ),
    ClusterPrivilege("monitor_enrich", ("cluster:monitor/xpack/enrich/*", "cluster:admin/xpack/enrich/get")),
    ClusterPrivilege("monitor_esql", ("cluster:monitor/xpack/esql/*",), since=(9, 1), absent_before=(8, 17)),
    ClusterPrivilege(
        "monitor_inference",
        (
            "cluster:monitor/xpack/inference*",
            "cluster:monitor/xpack/ml/trained_models/deployment/infer",
        ),
    ),
    ClusterPrivilege("monitor_ml", ("cluster:monitor/xpack/ml/*",)),
    ClusterPrivilege("monitor_reindex", ("cluster:monitor/reindex/*",), since=(9, 5)),
    ClusterPrivilege("monitor_rollup", ("cluster:monitor/xpack/rollup/*",)),
    ClusterPrivilege(
        "monitor_snapshot",
        (
            "cluster:admin/snapshot/status*",
            "cluster:admin/snapshot/get",
            "cluster:admin/snapshot/status",
            "cluster:admin/repository/get",
        ),
    ),
    ClusterPrivilege("monitor_stats", ("cluster:monitor/stats*",), since=(8, 17)),
    ClusterPrivilege("monitor_text_structure", ("cluster:monitor/text_structure/*",)),
    ClusterPrivilege("monitor_watcher", ("cluster:monitor/xpack/watcher/*",)),
    ClusterPrivilege("post_behavioral_analytics_event", ("cluster:admin/xpack/application/analytics/post_event",)),
    ClusterPrivilege("read_ccr", ("cluster:monitor/state", "cluster:admin/xpack/security/user/has_privileges")),
    ClusterPrivilege("read_connector_secrets", ("cluster:admin/xpack/connector/secret/get",)),
    ClusterPrivilege("read_fleet_secrets", ("cluster:admin/fleet/secrets/get",)),
    ClusterPrivilege("read_ilm", ("cluster:admin/ilm/get", "cluster:admin/ilm/operation_mode/get")),
    ClusterPrivilege(
        "read_named_credentials",
        ("cluster:admin/xpack/security/named_credentials/get",),
        since=(9, 6),
        absent_before=(9, 3),
    ),
    ClusterPrivilege(
        "read_pipeline",
        ("cluster:admin/ingest/pipeline/get", "cluster:admin/ingest/pipeline/simulate"),
    ),
    ClusterPrivilege(
        "read_project_routing",
        ("cluster:monitor/project/*", "cluster:monitor/project_routing/*"),
        serverless=True,
    ),
    ClusterPrivilege(
        "read_security",
        (
            "cluster:admin/xpack/security/api_key/get",
            "cluster:admin/xpack/security/api_key/query",
            "cluster:admin/xpack/security/privilege/builtin/get",
            "cluster:admin/xpack/security/privilege/get",
            "cluster:admin/xpack/security/profile/get",
            "cluster:admin/xpack/security/profile/has_privileges",
            "cluster:admin/xpack/security/profile/suggest",
            "cluster:admin/xpack/security/role/get",
            "cluster:admin/xpack/security/role/query",
            "cluster:admin/xpack/security/role_mapping/get",
            "cluster:admin/xpack/security/service_account/get",
            "cluster:admin/xpack/security/service_account/credential/get*",
            "cluster:admin/xpack/security/user/get",
            "cluster:admin/xpack/security/user/query",
            "cluster:admin/xpack/security/user/list_privileges",
            "cluster:admin/xpack/security/user/has_privileges",
            "cluster:admin/xpack/security/settings/get",
        ),
    ),
    ClusterPrivilege(
        "read_slm",
        ("cluster:admin/slm/status", "cluster:admin/slm/get", "cluster:admin/ilm/operation_mode/get"),
    ),
    ClusterPrivilege("transport_client", ("cluster:monitor/nodes/liveness", "cluster:monitor/state")),
    ClusterPrivilege(
        "write_connector_secrets",
        (
            "cluster:admin/xpack/connector/secret/delete",
            "cluster:admin/xpack/connector/secret/post",
            "cluster:admin/xpack/connector/secret/put",
        ),
    ),
    ClusterPrivilege(
        "write_fleet_secrets",
        ("cluster:admin/fleet/secrets/post", "cluster:admin/fleet/secrets/delete"),
    ),
    ClusterPrivilege(
        "create_snapshot",
        (
            "cluster:admin/snapshot/create",
            "cluster:admin/snapshot/status*",
            "cluster:admin/snapshot/get",
            "cluster:admin/snapshot/status",
            "cluster:admin/repository/get",
        ),
    ),
    ClusterPrivilege("manage_behavioral_analytics", ("cluster:admin/xpack/application/analytics/*",)),
    ClusterPrivilege(
        "manage_ccr",
        (
            "cluster:admin/xpack/ccr/*",
            "cluster:monitor/state",
            "cluster:admin/xpack/security/user/has_privileges",
        ),
    ),
    ClusterPrivilege(
        "manage_connector",
        ("cluster:admin/xpack/connector/*",),
        exclude=(
            "cluster:admin/xpack/connector/secret/get",
            "cluster:admin/xpack/connector/secret/delete",
            "cluster:admin/xpack/connector/secret/post",
            "cluster:admin/xpack/connector/secret/put",
        ),
    ),
    ClusterPrivilege("manage_enrich", ("cluster:admin/xpack/enrich/*", "cluster:monitor/xpack/enrich/*")),
    ClusterPrivilege("manage_ilm", ("cluster:admin/ilm/*",)),
    ClusterPrivilege(
        "manage_inference",
        (
            "cluster:admin/xpack/inference/*",
            "cluster:monitor/xpack/inference*",
            "cluster:admin/xpack/ml/trained_models/deployment/start",
            "cluster:admin/xpack/ml/trained_models/deployment/stop",
            "cluster:monitor/xpack/ml/trained_models/deployment/infer",
        ),
    ),
    ClusterPrivilege("manage_ml", ("cluster:admin/xpack/ml/*", "cluster:monitor/xpack/ml/*")),
    ClusterPrivilege(
        "manage_named_credentials",
        ("cluster:admin/xpack/security/named_credentials/*",),
        since=(9, 6),
        absent_before=(9, 3),
    ),
    ClusterPrivilege(
        "manage_project_routing",
        (
            "cluster:monitor/project/*",
            "cluster:monitor/project_routing/*",
            "cluster:admin/project_routing/*",
        ),
        serverless=True,
    ),
    ClusterPrivilege("manage_reindex", ("cluster:admin/reindex/*", "cluster:monitor/reindex/*"), since=(9, 5)),
    ClusterPrivilege("manage_rollup", ("cluster:admin/xpack/rollup/*", "cluster:monitor/xpack/rollup/*")),
    ClusterPrivilege(
        "manage_slm",
        (
            "cluster:admin/slm/*",
            "cluster:admin/ilm/start",
            "cluster:admin/ilm/stop",
            "cluster:admin/ilm/operation_mode/get",
        ),
    ),
    ClusterPrivilege("manage_watcher", ("cluster:admin/xpack/watcher/*", "cluster:monitor/xpack/watcher/*")),
    ClusterPrivilege(
        "monitor_data_frame_transforms",
        ("cluster:monitor/data_frame/*", "cluster:monitor/transform/*"),
        deprecated="use monitor_transform",
    ),
    ClusterPrivilege("monitor_transform", ("cluster:monitor/data_frame/*", "cluster:monitor/transform/*")),
    ClusterPrivilege("manage_ingest_pipelines", ("cluster:admin/ingest/pipeline/*",)),
    ClusterPrivilege("manage_pipeline", ("cluster:admin/ingest/pipeline/*",)),
    ClusterPrivilege("manage_api_key", ("cluster:admin/xpack/security/api_key/*",)),
    ClusterPrivilege(
        "manage_data_frame_transforms",
        (
            "cluster:admin/data_frame/*",
            "cluster:monitor/data_frame/*",
            "cluster:monitor/transform/*",
            "cluster:admin/transform/*",
        ),
        deprecated="use manage_transform",
    ),
    ClusterPrivilege(
        "manage_transform",
        (
            "cluster:admin/data_frame/*",
            "cluster:monitor/data_frame/*",
            "cluster:monitor/transform/*",
            "cluster:admin/transform/*",
        ),
    ),
    ClusterPrivilege(
        "manage_security",
        ("cluster:admin/xpack/security/*",),
        exclude=("cluster:admin/xpack/security/delegate_pki",),
    ),
    ClusterPrivilege(
        "monitor",
        (
            "cluster:monitor/*",
            "indices:admin/template/get",
            "cluster:admin/component_template/get",
            "indices:admin/index_template/get",
        ),
    ),
    ClusterPrivilege(
        "manage",
        ("cluster:*", "indices:admin/template/*", "indices:admin/index_template/*"),
        exclude=("cluster:admin/xpack/security/*",),
    ),
    ClusterPrivilege("all", ("cluster:*", "indices:admin/template/*", "indices:admin/index_template/*")),
)

INDEX_PRIVILEGES: tuple[IndexPrivilege, ...] = (
    IndexPrivilege(
        "manage_failure_store",
        (
            "indices:monitor/*",
            "indices:admin/*",
            "indices:data/read/field_caps*",
            "indices:data/read/xpack/rollup/get/index/caps*",
        ),
        selector=Selector.FAILURES,
        since=(9, 1),
        backported=(8, 19),
    ),
    IndexPrivilege(
        "read_failure_store",
        ("indices:data/read/*", "indices:admin/resolve/index"),
        selector=Selector.FAILURES,
        since=(9, 1),
        backported=(8, 19),
    ),
    IndexPrivilege("none", ()),
    IndexPrivilege(
        "create_doc",
        (
            "indices:data/write/index",
            "indices:data/write/index[*",
            "indices:data/write/index:op_type/create",
            "indices:data/write/bulk*",
            "indices:data/write/simulate/bulk*",
        ),
    ),
    IndexPrivilege(
        "create",
        ("indices:data/write/index*", "indices:data/write/bulk*", "indices:data/write/simulate/bulk*"),
    ),
    IndexPrivilege("create_view", ("indices:admin/esql/view/put",), since=(9, 4), exact=False),
    IndexPrivilege("delete_view", ("indices:admin/esql/view/delete",), since=(9, 4), exact=False),
    IndexPrivilege("read_view_metadata", ("indices:admin/esql/view/get",), since=(9, 4), exact=False),
    IndexPrivilege("auto_configure", ("indices:admin/mapping/auto_put", "indices:admin/auto_create")),
    IndexPrivilege(
        "create_index",
        ("indices:admin/create", "indices:admin/auto_create", "indices:admin/data_stream/create"),
    ),
    IndexPrivilege("delete", ("indices:data/write/delete*", "indices:data/write/bulk*")),
    IndexPrivilege("delete_index", ("indices:admin/delete", "indices:admin/data_stream/delete")),
    IndexPrivilege(
        "index",
        (
            "indices:data/write/index*",
            "indices:data/write/bulk*",
            "indices:data/write/update*",
            "indices:data/write/simulate/bulk*",
        ),
    ),
    IndexPrivilege(
        "maintenance",
        (
            "indices:admin/refresh*",
            "indices:admin/flush*",
            "indices:admin/synced_flush",
            "indices:admin/forcemerge*",
        ),
    ),
    IndexPrivilege(
        "manage_data_stream_lifecycle",
        ("indices:admin/data_stream/lifecycle/*",),
        selector=Selector.DATA_AND_FAILURES,
    ),
    IndexPrivilege(
        "manage_follow_index",
        (
            "indices:admin/xpack/ccr/put_follow",
            "indices:admin/xpack/ccr/unfollow",
            "indices:admin/close*",
            "indices:admin/data_stream/promote",
            "indices:admin/rollover",
        ),
    ),
    IndexPrivilege("manage_ilm", ("indices:admin/ilm/*",)),
    IndexPrivilege("manage_leader_index", ("indices:admin/xpack/ccr/forget_follower*",)),
    IndexPrivilege("manage_view", ("indices:admin/esql/view/*",), since=(9, 4), exact=False),
    IndexPrivilege("monitor", ("indices:monitor/*",)),
    IndexPrivilege(
        "view_index_metadata",
        (
            "indices:admin/aliases/get",
            "indices:admin/get",
            "indices:admin/mappings/fields/get*",
            "indices:admin/mappings/get",
            "indices:admin/shards/search_shards",
            "indices:admin/search/search_shards",
            "indices:admin/validate/query*",
            "indices:monitor/settings/get",
            "indices:admin/ilm/explain",
            "indices:admin/data_stream/lifecycle/get",
            "indices:admin/data_stream/lifecycle/explain",
            "indices:admin/data_stream/get",
            "indices:admin/resolve/index",
            "indices:admin/resolve/cluster",
            "indices:data/read/field_caps*",
            "indices:data/read/xpack/rollup/get/index/caps*",
            "indices:monitor/transform/checkpoint*",
            "indices:monitor/get/metering/stats",
            "indices:admin/get/metering/stats",
        ),
    ),
    IndexPrivilege(
        "cross_cluster_replication",
        (
            "indices:data/read/xpack/ccr/shard_changes*",
            "indices:monitor/stats*",
            "indices:admin/seq_no/add_retention_lease*",
            "indices:admin/seq_no/remove_retention_lease*",
            "indices:admin/seq_no/renew_retention_lease*",
        ),
    ),
    IndexPrivilege(
        "cross_cluster_replication_internal",
        (
            "indices:internal/admin/ccr/restore/session/clear*",
            "indices:internal/admin/ccr/restore/file_chunk/get*",
            "indices:internal/admin/ccr/restore/session/put*",
            "internal:transport/proxy/indices:internal/admin/ccr/restore/session/clear*",
            "internal:transport/proxy/indices:internal/admin/ccr/restore/file_chunk/get*",
        ),
        internal=True,
    ),
    IndexPrivilege(
        "manage",
        (
            "indices:monitor/*",
            "indices:admin/*",
            "indices:data/read/field_caps*",
            "indices:data/read/xpack/rollup/get/index/caps*",
        ),
        selector=Selector.DATA_AND_FAILURES,
    ),
    IndexPrivilege("read", ("indices:data/read/*", "indices:admin/resolve/index", "indices:admin/resolve/cluster")),
    IndexPrivilege(
        "read_cross_cluster",
        (
            "internal:transport/proxy/indices:data/read/*",
            "indices:admin/shards/search_shards",
            "indices:admin/search/search_shards",
            "indices:admin/resolve/cluster",
            "indices:data/read/esql",
            "indices:data/read/esql/compute",
        ),
    ),
    IndexPrivilege("write", ("indices:data/write/*", "indices:admin/mapping/auto_put")),
    IndexPrivilege("all", ("indices:*", "internal:transport/proxy/indices:*"), selector=Selector.ALL),
)

_CLUSTER = {row.name: row for row in CLUSTER_PRIVILEGES}
_INDEX = {row.name: row for row in INDEX_PRIVILEGES}
_CLUSTER_ACTION_PREFIXES = ("cluster:", "indices:admin/template/", "indices:admin/index_template/")
_INDEX_ACTION_PREFIXES = ("indices:", "internal:transport/proxy/indices:")

_PROXY = "internal:transport/proxy/"
_SYSTEM_USER_ACTIONS = (
    "internal:*",
    "indices:monitor/*",
    "cluster:monitor/*",
    "cluster:admin/bootstrap/*",
    "cluster:admin/reroute",
    "indices:admin/mapping/put",
    "indices:admin/mapping/auto_put",
    "indices:admin/template/put",
    "indices:admin/template/delete",
    "indices:admin/seq_no/global_checkpoint_sync*",
    "indices:admin/seq_no/retention_lease_sync*",
    "indices:admin/seq_no/retention_lease_background_sync*",
    "indices:admin/seq_no/add_retention_lease*",
    "indices:admin/seq_no/remove_retention_lease*",
    "indices:admin/seq_no/renew_retention_lease*",
    "indices:admin/settings/update*",
    "cluster:admin/persistent/completion",
    "indices:data/write/*",
    "indices:data/read/*",
    "indices:admin/refresh",
    "indices:admin/aliases",
    "indices:admin/create*",
    "indices:admin/block/add*",
    "indices:admin/search/search_shards",
    "cluster:admin/xpack/security/remote_cluster_credentials/reload",
)
"""`authz/privilege/SystemPrivilege.java`: what the internal user `_system` may do; no role gives it."""


def _number(version: str | None) -> Version | None:
    found = re.match(r"(\d+)\.(\d+)", version or "")
    return (int(found[1]), int(found[2])) if found else None


def _known_in(row: ClusterPrivilege | IndexPrivilege, version: str | None) -> bool | None:
    if version == "serverless":
        return None if row.since is not None else True
    number = _number(version)
    if row.serverless:
        return None if number is None else False
    if row.since is None:
        return True
    if number is None:
        return None
    if number >= row.since:
        return True
    if row.backported is not None and row.backported <= number and number[0] == row.backported[0]:
        return True
    if row.absent_before is not None and number >= row.absent_before:
        return None
    return False


@lru_cache(4096)
def is_known(scope: Scope, name: str, version: str | None = None) -> bool:
    """Whether a version would accept the name of a privilege. An action pattern is always accepted.

    False only where it is certain: the name is in no row, or its row begins after `version`.
    """
    try:
        if scope == "cluster":
            cluster_privilege(name, version)
        else:
            index_privilege(name, version)
    except UnknownPrivilege:
        return False
    return True


def builtin_privilege_names(scope: Scope, version: str | None = None) -> tuple[str, ...]:
    """The names `GET _security/privilege/_builtin` lists, sorted; those not settled for `version` are left out."""
    rows: Sequence[ClusterPrivilege | IndexPrivilege] = CLUSTER_PRIVILEGES if scope == "cluster" else INDEX_PRIVILEGES
    return tuple(sorted(row.name for row in rows if version is None or row.known_in(version) is True))


@lru_cache(4096)
def cluster_privilege(name: str, version: str | None = None) -> ClusterPrivilege:
    """The privilege of a name, or of an action pattern such as `cluster:admin/xpack/ml/*`. Case does not matter.

    Raises UnknownPrivilege, also for a name that `version` certainly lacks.
    """
    lowered = name.lower()
    if lowered.startswith(_CLUSTER_ACTION_PREFIXES):
        return ClusterPrivilege(lowered, (lowered + "*",), raw=True)
    row = _CLUSTER.get(lowered)
    if row is None or row.known_in(version) is False:
        names = [row.name for row in CLUSTER_PRIVILEGES if row.known_in(version) is not False]
        raise UnknownPrivilege(
            f"unknown cluster privilege [{lowered}]. a privilege must be either one of the predefined cluster "
            f"privilege names [{','.join(names)}] or a pattern over one of the available cluster actions",
            name,
        )
    return row


@lru_cache(4096)
def index_privilege(name: str, version: str | None = None) -> IndexPrivilege:
    """The privilege of a name, or of an action pattern such as `indices:data/read/search`. Case does not matter.

    An action pattern speaks of the data of a data stream. Raises UnknownPrivilege, also for a name that `version`
    certainly lacks.
    """
    lowered = name.lower()
    if lowered.startswith(_INDEX_ACTION_PREFIXES):
        return IndexPrivilege(lowered, (lowered + "*",), raw=True)
    row = _INDEX.get(lowered)
    if row is None or row.known_in(version) is False:
        names = sorted(row.name for row in INDEX_PRIVILEGES if row.known_in(version) is not False)
        raise UnknownPrivilege(
            f"unknown index privilege [{lowered}]. a privilege must be either one of the predefined fixed indices "
            f"privileges [{','.join(names)}] or a pattern over one of the available index actions",
            name,
        )
    return row


@lru_cache(4096)
def action_pattern_language(allow: tuple[str, ...], exclude: tuple[str, ...] = ()) -> Language:
    """The actions that match one of `allow` and none of `exclude`."""
    return minus(allow, exclude) if exclude else patterns(allow)


@lru_cache(4096)
def cluster_actions(names: frozenset[str]) -> Language:
    """The actions of several unconditional cluster privileges together, each less what it excludes itself."""
    return Language.union_of(cluster_privilege(name).actions for name in sorted(names))


@lru_cache(4096)
def index_actions(names: frozenset[str]) -> Language:
    """The actions of several index privileges together, whatever part of a data stream each speaks of."""
    rows = [index_privilege(name) for name in sorted(names)]
    raw = [text for row in rows if row.raw for text in row.allow]
    return Language.union_of([patterns(raw), *(row.actions for row in rows if not row.raw)])


@lru_cache(4096)
def resolve_index_privileges(names: frozenset[str]) -> tuple[tuple[Selector, frozenset[str]], ...]:
    """The privileges of one index entry, lower-cased and split by the part of a data stream they speak of.

    With `all` among them they stay together, and so they do where there is only one kind. No name at all is `none`.
    Raises UnknownPrivilege.
    """
    rows = [index_privilege(name) for name in sorted(names)]
    if not rows:
        return ((Selector.DATA, frozenset({"none"})),)
    if any(row.selector is Selector.ALL for row in rows):
        return ((Selector.ALL, frozenset(row.name for row in rows)),)
    found: list[tuple[Selector, frozenset[str]]] = []
    for selector in (Selector.DATA_AND_FAILURES, Selector.FAILURES, Selector.DATA):
        part = frozenset(row.name for row in rows if row.selector is selector)
        if part:
            found.append((selector, part))
    return tuple(found)


def splits_by_selector(version: str | None) -> bool:
    """Whether a version tells the data of a data stream from its failures; the newest does where None is given."""
    return index_privilege("read_failure_store").known_in(version) is not False


def sort_by_access(scope: Scope, names: Iterable[str]) -> tuple[str, ...]:
    """Names from the least privileged to the most, then by name.

    A cluster privilege is the higher the more of the others it implies, an index privilege the fewer of the others
    hold all of its actions. Index privileges that speak of failures alone come first, compared with each other only.
    """
    given = tuple(dict.fromkeys(name.lower() for name in names))
    if scope == "cluster":
        counts = {name: sum(_cluster_implies(name, other) for other in given if other != name) for name in given}
        return tuple(sorted(given, key=lambda name: (counts[name], name)))
    failures = tuple(name for name in given if index_privilege(name).selector is Selector.FAILURES)
    others = tuple(name for name in given if name not in failures)
    return _from_least(failures) + _from_least(others)


def _from_least(names: tuple[str, ...]) -> tuple[str, ...]:
    counts = {name: sum(_index_implies(other, name) for other in names if other != name) for name in names}
    return tuple(sorted(names, key=lambda name: (-counts[name], name)))


def _cluster_implies(holder: str, name: str) -> bool:
    held, asked = cluster_privilege(holder), cluster_privilege(name)
    return held == asked if held.conditional else held.actions.includes(asked.actions)


def _index_implies(holder: str, name: str) -> bool:
    return index_privilege(holder).actions.includes(index_privilege(name).actions)


def cluster_privileges_granting(action: str, *, version: str | None = None) -> tuple[str, ...]:
    """Named cluster privileges that grant an action, least access first; not those that hang on the request."""
    return tuple(
        row.name
        for row in CLUSTER_PRIVILEGES
        if not row.conditional
        and (version is None or row.known_in(version) is not False)
        and row.actions.matches(action)
    )


def index_privileges_granting(
    action: str, *, part: Selector = Selector.DATA, only: bool = False, version: str | None = None
) -> tuple[str, ...]:
    """Named index privileges that grant an action on the data or the failures of a data stream, least access first.

    With `only`, those that speak of nothing else.
    """
    return tuple(
        name
        for name in _index_order(version)
        for row in (_INDEX[name],)
        if (row.selector is part if only else row.selector.covers(part)) and row.actions.matches(action)
    )


@lru_cache(16)
def _index_order(version: str | None) -> tuple[str, ...]:
    """The index privileges of a version; which others there are decides their order."""
    return sort_by_access("index", [row.name for row in INDEX_PRIVILEGES if row.known_in(version) is not False])


def system_user_may(action: str) -> bool:
    """Whether the internal user `_system` may run an action; a proxied action counts as the action itself."""
    return patterns(_SYSTEM_USER_ACTIONS).matches(action.removeprefix(_PROXY))
