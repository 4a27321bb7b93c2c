"""The roles Elasticsearch is built with, and its service accounts and users, as rows with their versions.

Reserved roles come before roles of the same name from files or the API, and cannot be changed.
Sources, below `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/store/`:
`ReservedRolesStore.java` (8.16) with elastic/elasticsearch pull requests 117519, 121897, 129662, 132766, 150858, 156478
and 157049 for what came later, and `KibanaOwnedReservedRoleDescriptors.java` @ 2fa6a08aa035; service accounts:
`x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/authc/service/ElasticServiceAccounts.java`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import attrs

from mlaccess.errors import RequestError
from mlaccess.stack.roles import (
    ApplicationGrant,
    IndicesGrant,
    RemoteClusterGrant,
    RemoteIndicesGrant,
    RoleDescriptor,
)
from mlaccess.stack.values import FrozenMap, Json, freeze

__all__ = [
    "BUILT_IN_USERS",
    "OLDEST_READ",
    "RESERVED_ROLE_NAMES",
    "SERVICE_ACCOUNTS",
    "ReservedRole",
    "ServiceAccount",
    "check_include_setting",
    "exact_for",
    "is_reserved",
    "reserved_role",
    "reserved_role_row",
]

Version = tuple[int, int]

OLDEST_READ: Version = (8, 16)
"""The oldest version whose roles were read; for older ones a row is the best guess, never exact."""

NEWEST_READ: Version = (9, 6)

_RESERVED: FrozenMap[str, Json] = FrozenMap({"_reserved": True})


def _deprecated(reason: str) -> FrozenMap[str, Json]:
    return FrozenMap({"_reserved": True, "_deprecated": True, "_deprecated_reason": reason})


@attrs.frozen
class ReservedRole:
    """A reserved role as it is from version `since` up to, not including, `until`. `note` says what is not exact."""

    descriptor: RoleDescriptor
    since: Version | None = None
    until: Version | None = None
    exact: bool = True
    note: str = ""

    def holds(self, number: Version | None) -> bool:
        """Whether the row is the one for a version; of no version, whether it is the newest."""
        if number is None:
            return self.until is None
        return (self.since is None or self.since <= number) and (self.until is None or number < self.until)


_Row = ReservedRole

_ROWS: tuple[ReservedRole, ...] = (
    _Row(
        RoleDescriptor(
            "superuser",
            cluster=("all",),
            indices=(
                IndicesGrant(("*",), ("all",)),
                IndicesGrant(
                    ("*",),
                    ("monitor", "read", "view_index_metadata", "read_cross_cluster"),
                    allow_restricted_indices=True,
                ),
            ),
            applications=(ApplicationGrant("*", ("*",), ("*",)),),
            run_as=("*",),
            remote_indices=(
                RemoteIndicesGrant(("*",), ("*",), ("all",)),
                RemoteIndicesGrant(
                    ("*",),
                    ("*",),
                    ("monitor", "read", "view_index_metadata", "read_cross_cluster"),
                    allow_restricted_indices=True,
                ),
            ),
            remote_cluster=(RemoteClusterGrant(("*",), ("monitor_enrich",)),),
            metadata=_RESERVED,
            description=(
                "Grants full access to cluster management and data indices. This role also grants direct "
                "read-only access to restricted indices like .security. A user with this role can impersonate "
                "any other user in the system, manage security and create roles with unlimited privileges. Take "
                "extra care when assigning it to a user."
            ),
        ),
        until=(8, 17),
    ),
    _Row(
        RoleDescriptor(
            "superuser",
            cluster=("all",),
            indices=(
                IndicesGrant(("*",), ("all",)),
                IndicesGrant(
                    ("*",),
                    ("monitor", "read", "view_index_metadata", "read_cross_cluster"),
                    allow_restricted_indices=True,
                ),
            ),
            applications=(ApplicationGrant("*", ("*",), ("*",)),),
            run_as=("*",),
            remote_indices=(
                RemoteIndicesGrant(("*",), ("*",), ("all",)),
                RemoteIndicesGrant(
                    ("*",),
                    ("*",),
                    ("monitor", "read", "view_index_metadata", "read_cross_cluster"),
                    allow_restricted_indices=True,
                ),
            ),
            remote_cluster=(RemoteClusterGrant(("*",), ("monitor_enrich", "monitor_stats")),),
            metadata=_RESERVED,
            description=(
                "Grants full access to cluster management and data indices. This role also grants direct "
                "read-only access to restricted indices like .security. A user with this role can impersonate "
                "any other user in the system, manage security and create roles with unlimited privileges. Take "
                "extra care when assigning it to a user."
            ),
        ),
        since=(8, 17),
    ),
    _Row(
        RoleDescriptor(
            "transport_client",
            cluster=("transport_client",),
            metadata=_RESERVED,
        ),
    ),
    _Row(
        RoleDescriptor(
            "kibana_admin",
            applications=(ApplicationGrant("kibana-.kibana", ("all",), ("*",)),),
            metadata=_RESERVED,
            description="Grants access to all features in Kibana.",
        ),
    ),
    _Row(
        RoleDescriptor(
            "kibana_user",
            applications=(ApplicationGrant("kibana-.kibana", ("all",), ("*",)),),
            metadata=_deprecated("Please use the [kibana_admin] role instead"),
            description="Grants access to all features in Kibana.",
        ),
    ),
    _Row(
        RoleDescriptor(
            "monitoring_user",
            cluster=("cluster:monitor/main", "cluster:monitor/xpack/info", "cluster:monitor/remote/info"),
            indices=(
                IndicesGrant((".monitoring-*",), ("read", "read_cross_cluster")),
                IndicesGrant(
                    ("/metrics-(beats|elasticsearch|enterprisesearch|kibana|logstash).*/",),
                    ("read", "read_cross_cluster"),
                ),
                IndicesGrant(("metricbeat-*",), ("read", "read_cross_cluster")),
            ),
            applications=(ApplicationGrant("kibana-*", ("reserved_monitoring",), ("*",)),),
            remote_indices=(
                RemoteIndicesGrant(("*",), (".monitoring-*",), ("read", "read_cross_cluster")),
                RemoteIndicesGrant(
                    ("*",),
                    ("/metrics-(beats|elasticsearch|enterprisesearch|kibana|logstash).*/",),
                    ("read", "read_cross_cluster"),
                ),
                RemoteIndicesGrant(("*",), ("metricbeat-*",), ("read", "read_cross_cluster")),
            ),
            metadata=_RESERVED,
        ),
    ),
    _Row(
        RoleDescriptor(
            "remote_monitoring_agent",
            cluster=(
                "manage_index_templates",
                "manage_ingest_pipelines",
                "monitor",
                "cluster:admin/ilm/get",
                "cluster:admin/ilm/put",
                "cluster:monitor/xpack/watcher/watch/get",
                "cluster:admin/xpack/watcher/watch/put",
                "cluster:admin/xpack/watcher/watch/delete",
            ),
            indices=(
                IndicesGrant((".monitoring-*",), ("all",)),
                IndicesGrant(
                    ("metricbeat-*",),
                    (
                        "index",
                        "create_index",
                        "view_index_metadata",
                        "indices:admin/aliases",
                        "indices:admin/rollover",
                    ),
                ),
            ),
            metadata=_RESERVED,
        ),
    ),
    _Row(
        RoleDescriptor(
            "remote_monitoring_collector",
            cluster=("monitor",),
            indices=(
                IndicesGrant(("*",), ("monitor",), allow_restricted_indices=True),
                IndicesGrant((".kibana*",), ("read",), allow_restricted_indices=True),
            ),
            metadata=_RESERVED,
            description="Grants the minimum privileges required to collect monitoring data for the Elastic Stack.",
        ),
    ),
    _Row(
        RoleDescriptor(
            "ingest_admin",
            cluster=("manage_index_templates", "manage_pipeline"),
            metadata=_RESERVED,
            description="Grants access to manage all index templates and all ingest pipeline configurations.",
        ),
    ),
    _Row(
        RoleDescriptor(
            "reporting_user",
            metadata=_deprecated("Please use Kibana feature privileges instead"),
        ),
        until=(9, 2),
    ),
    _Row(
        RoleDescriptor(
            "reporting_user",
            applications=(ApplicationGrant("kibana-.kibana", ("reserved_reporting_user",), ("*",)),),
            metadata=_deprecated("Please use Kibana feature privileges instead"),
        ),
        since=(9, 2),
        exact=False,
        note="inferred from the test of elastic/elasticsearch pull request 132766",
    ),
    _Row(
        RoleDescriptor(
            "logstash_system",
            cluster=("monitor", "cluster:admin/xpack/monitoring/bulk"),
            metadata=_RESERVED,
        ),
    ),
    _Row(
        RoleDescriptor(
            "beats_admin",
            indices=(IndicesGrant((".management-beats",), ("all",)),),
            metadata=_RESERVED,
            description=(
                "Grants access to the .management-beats index, which contains configuration information for the Beats."
            ),
        ),
    ),
    _Row(
        RoleDescriptor(
            "beats_system",
            cluster=("monitor", "cluster:admin/xpack/monitoring/bulk"),
            indices=(IndicesGrant((".monitoring-beats-*",), ("create_index", "create")),),
            metadata=_RESERVED,
        ),
    ),
    _Row(
        RoleDescriptor(
            "apm_system",
            cluster=("monitor", "cluster:admin/xpack/monitoring/bulk"),
            indices=(IndicesGrant((".monitoring-beats-*",), ("create_index", "create_doc")),),
            metadata=_RESERVED,
        ),
    ),
    _Row(
        RoleDescriptor(
            "inference_admin",
            cluster=("manage_inference",),
            metadata=_RESERVED,
            description="Grants access necessary to manage inference models and performing inference.",
        ),
    ),
    _Row(
        RoleDescriptor(
            "inference_user",
            cluster=("monitor_inference",),
            metadata=_RESERVED,
            description="Grants access necessary to perform inference.",
        ),
    ),
    _Row(
        RoleDescriptor(
            "machine_learning_user",
            cluster=("monitor_ml",),
            indices=(
                IndicesGrant((".ml-anomalies*", ".ml-notifications*"), ("view_index_metadata", "read")),
                IndicesGrant((".ml-annotations*",), ("view_index_metadata", "read", "write")),
            ),
            applications=(ApplicationGrant("kibana-*", ("reserved_ml_user",), ("*",)),),
            metadata=_RESERVED,
            description=(
                "Grants the minimum privileges required to view machine learning configuration, status, and work "
                "with results. This role grants monitor_ml cluster privileges, read access to the "
                ".ml-notifications and .ml-anomalies* indices (which store machine learning results), and write "
                "access to .ml-annotations* indices. Machine learning users also need index privileges for "
                "source and destination indices and roles that grant access to Kibana. "
            ),
        ),
    ),
    _Row(
        RoleDescriptor(
            "machine_learning_admin",
            cluster=("manage_ml",),
            indices=(
                IndicesGrant(
                    (
                        ".ml-anomalies*",
                        ".ml-notifications*",
                        ".ml-state*",
                        ".ml-meta*",
                        ".ml-stats-*",
                    ),
                    ("view_index_metadata", "read"),
                    allow_restricted_indices=True,
                ),
                IndicesGrant((".ml-annotations*",), ("view_index_metadata", "read", "write")),
            ),
            applications=(ApplicationGrant("kibana-*", ("reserved_ml_admin",), ("*",)),),
            metadata=_RESERVED,
            description=(
                "Provides all of the privileges of the machine_learning_user role plus the full use of the "
                "machine learning APIs. Grants manage_ml cluster privileges, read access to .ml-anomalies*, "
                ".ml-notifications*, .ml-state*, .ml-meta* indices and write access to .ml-annotations* indices. "
                "Machine learning administrators also need index privileges for source and destination indices "
                "and roles that grant access to Kibana."
            ),
        ),
    ),
    _Row(
        RoleDescriptor(
            "data_frame_transforms_admin",
            cluster=("manage_data_frame_transforms",),
            indices=(
                IndicesGrant(
                    (
                        ".transform-notifications-*",
                        ".data-frame-notifications-*",
                        ".transform-notifications-read",
                    ),
                    ("view_index_metadata", "read"),
                ),
            ),
            applications=(ApplicationGrant("kibana-*", ("reserved_ml_user",), ("*",)),),
            metadata=_deprecated("Please use the [transform_admin] role instead"),
        ),
        until=(9, 0),
    ),
    _Row(
        RoleDescriptor(
            "transform_admin",
            cluster=("manage_transform",),
            indices=(
                IndicesGrant(
                    (
                        ".transform-notifications-*",
                        ".data-frame-notifications-*",
                        ".transform-notifications-read",
                    ),
                    ("view_index_metadata", "read"),
                ),
            ),
            metadata=_RESERVED,
            description=(
                "Grants manage_transform cluster privileges, which enable you to manage transforms. This role "
                "also includes all Kibana privileges for the machine learning features."
            ),
        ),
    ),
    _Row(
        RoleDescriptor(
            "data_frame_transforms_user",
            cluster=("monitor_data_frame_transforms",),
            indices=(
                IndicesGrant(
                    (
                        ".transform-notifications-*",
                        ".data-frame-notifications-*",
                        ".transform-notifications-read",
                    ),
                    ("view_index_metadata", "read"),
                ),
            ),
            applications=(ApplicationGrant("kibana-*", ("reserved_ml_user",), ("*",)),),
            metadata=_deprecated("Please use the [transform_user] role instead"),
        ),
        until=(9, 0),
    ),
    _Row(
        RoleDescriptor(
            "transform_user",
            cluster=("monitor_transform",),
            indices=(
                IndicesGrant(
                    (
                        ".transform-notifications-*",
                        ".data-frame-notifications-*",
                        ".transform-notifications-read",
                    ),
                    ("view_index_metadata", "read"),
                ),
            ),
            metadata=_RESERVED,
            description=(
                "Grants monitor_transform cluster privileges, which enable you to perform read-only operations "
                "related to transforms. This role also includes all Kibana privileges for the machine learning "
                "features."
            ),
        ),
    ),
    _Row(
        RoleDescriptor(
            "watcher_admin",
            cluster=("manage_watcher",),
            indices=(
                IndicesGrant(
                    (".watches", ".triggered_watches", ".watcher-history-*"),
                    ("read",),
                    allow_restricted_indices=True,
                ),
            ),
            metadata=_RESERVED,
        ),
    ),
    _Row(
        RoleDescriptor(
            "watcher_user",
            cluster=("monitor_watcher",),
            indices=(
                IndicesGrant((".watches",), ("read",), allow_restricted_indices=True),
                IndicesGrant((".watcher-history-*",), ("read",)),
            ),
            metadata=_RESERVED,
        ),
    ),
    _Row(
        RoleDescriptor(
            "logstash_admin",
            cluster=("manage_logstash_pipelines",),
            indices=(
                IndicesGrant(
                    (".logstash*",),
                    ("create", "delete", "index", "manage", "read"),
                    allow_restricted_indices=True,
                ),
            ),
            metadata=_RESERVED,
        ),
    ),
    _Row(
        RoleDescriptor(
            "rollup_user",
            cluster=("monitor_rollup",),
            metadata=_RESERVED,
            description=(
                "Grants monitor_rollup cluster privileges, which enable you to perform read-only operations "
                "related to rollups."
            ),
        ),
    ),
    _Row(
        RoleDescriptor(
            "rollup_admin",
            cluster=("manage_rollup",),
            metadata=_RESERVED,
            description=(
                "Grants manage_rollup cluster privileges, which enable you to manage and execute all rollup actions."
            ),
        ),
    ),
    _Row(
        RoleDescriptor(
            "snapshot_user",
            cluster=("create_snapshot", "cluster:admin/repository/get"),
            indices=(IndicesGrant(("*",), ("view_index_metadata",), allow_restricted_indices=True),),
            metadata=_RESERVED,
        ),
    ),
    _Row(
        RoleDescriptor(
            "enrich_user",
            cluster=("manage_enrich", "manage_ingest_pipelines", "monitor"),
            indices=(
                IndicesGrant((".enrich-*",), ("read", "view_index_metadata"), allow_restricted_indices=True),
                IndicesGrant((".enrich-*",), ("manage", "write")),
            ),
            metadata=_RESERVED,
            description=(
                "Grants access to manage all enrich indices (.enrich-*) and all operations on ingest pipelines."
            ),
        ),
    ),
    _Row(
        RoleDescriptor(
            "viewer",
            cluster=("monitor_inference",),
            indices=(
                IndicesGrant(("/~(([.]|ilm-history-).*)/",), ("read", "view_index_metadata", "read_view_metadata")),
                IndicesGrant((".slo-observability.*",), ("read", "view_index_metadata")),
                IndicesGrant((".evaluation-*",), ("read", "view_index_metadata")),
                IndicesGrant(
                    (
                        ".siem-signals*",
                        ".lists-*",
                        ".items-*",
                        ".reindexed-v8-siem-signals*",
                        ".reindexed-v8-lists-*",
                        ".reindexed-v8-items-*",
                        ".entities.v1.latest.security_*",
                        ".entities.v2.latest.security_*",
                        ".entities.v2.updates.security_*",
                        ".entities.v2.metadata.security_*",
                        ".asset-criticality.asset-criticality-*",
                        ".entity_analytics.monitoring*",
                        ".entity_analytics.entity-leads*",
                        ".entity_analytics.watchlists.*",
                        ".entities.*.history.*",
                    ),
                    ("read", "view_index_metadata"),
                ),
                IndicesGrant((".alerts*", ".preview.alerts*", ".adhoc.alerts*"), ("read", "view_index_metadata")),
                IndicesGrant(("profiling-*", ".profiling-*"), ("read", "view_index_metadata")),
            ),
            applications=(ApplicationGrant("kibana-.kibana", ("read",), ("*",)),),
            metadata=_RESERVED,
            description=(
                "Grants read-only access to all features in Kibana (including Solutions) and to data indices."
            ),
        ),
        since=(9, 4),
        exact=False,
        note="put together from pull requests and a dump of roles of July 2026",
    ),
    _Row(
        RoleDescriptor(
            "viewer",
            indices=(
                IndicesGrant(("/~(([.]|ilm-history-).*)/",), ("read", "view_index_metadata")),
                IndicesGrant((".slo-observability.*",), ("read", "view_index_metadata")),
                IndicesGrant((".siem-signals*", ".lists-*", ".items-*"), ("read", "view_index_metadata")),
                IndicesGrant((".alerts*", ".preview.alerts*"), ("read", "view_index_metadata")),
                IndicesGrant(("profiling-*", ".profiling-*"), ("read", "view_index_metadata")),
            ),
            applications=(ApplicationGrant("kibana-.kibana", ("read",), ("*",)),),
            metadata=_RESERVED,
            description=(
                "Grants read-only access to all features in Kibana (including Solutions) and to data indices."
            ),
        ),
        until=(9, 0),
    ),
    _Row(
        RoleDescriptor(
            "viewer",
            indices=(
                IndicesGrant(("/~(([.]|ilm-history-).*)/",), ("read", "view_index_metadata")),
                IndicesGrant((".slo-observability.*",), ("read", "view_index_metadata")),
                IndicesGrant(
                    (
                        ".siem-signals*",
                        ".lists-*",
                        ".items-*",
                        ".reindexed-v8-siem-signals*",
                        ".reindexed-v8-lists-*",
                        ".reindexed-v8-items-*",
                    ),
                    ("read", "view_index_metadata"),
                ),
                IndicesGrant((".alerts*", ".preview.alerts*", ".adhoc.alerts*"), ("read", "view_index_metadata")),
                IndicesGrant(("profiling-*", ".profiling-*"), ("read", "view_index_metadata")),
            ),
            applications=(ApplicationGrant("kibana-.kibana", ("read",), ("*",)),),
            metadata=_RESERVED,
            description=(
                "Grants read-only access to all features in Kibana (including Solutions) and to data indices."
            ),
        ),
        since=(9, 0),
        until=(9, 4),
        exact=False,
        note="what 9.0 and 9.1 added to 8.16; 9.2 and 9.3 were not read",
    ),
    _Row(
        RoleDescriptor(
            "editor",
            cluster=("monitor_inference",),
            indices=(
                IndicesGrant(("/~(([.]|ilm-history-).*)/",), ("read", "view_index_metadata", "read_view_metadata")),
                IndicesGrant(("observability-annotations",), ("read", "view_index_metadata", "write")),
                IndicesGrant((".slo-observability.*",), ("read", "view_index_metadata", "write", "manage")),
                IndicesGrant(
                    (
                        ".siem-signals*",
                        ".lists-*",
                        ".items-*",
                        ".reindexed-v8-siem-signals*",
                        ".reindexed-v8-lists-*",
                        ".reindexed-v8-items-*",
                        ".asset-criticality.asset-criticality-*",
                    ),
                    ("read", "view_index_metadata", "write", "maintenance"),
                ),
                IndicesGrant(
                    (
                        ".entities.v1.latest.security_*",
                        ".entities.v2.latest.security_*",
                        ".entities.v2.updates.security_*",
                        ".entities.v2.metadata.security_*",
                        ".entity_analytics.monitoring*",
                        ".entity_analytics.entity-leads*",
                        ".entity_analytics.watchlists.*",
                        ".entities.*.history.*",
                    ),
                    ("read", "view_index_metadata"),
                ),
                IndicesGrant(
                    (
                        ".internal.alerts*",
                        ".alerts*",
                        ".internal.preview.alerts*",
                        ".preview.alerts*",
                        ".internal.adhoc.alerts*",
                        ".adhoc.alerts*",
                    ),
                    ("read", "view_index_metadata", "write", "maintenance"),
                ),
                IndicesGrant(("profiling-*", ".profiling-*"), ("read", "view_index_metadata")),
            ),
            applications=(ApplicationGrant("kibana-.kibana", ("all",), ("*",)),),
            metadata=_RESERVED,
            description=(
                "Grants full access to all features in Kibana (including Solutions) and read-only access to data "
                "indices."
            ),
        ),
        since=(9, 0),
        exact=False,
        note="put together from pull requests and a dump of roles of July 2026",
    ),
    _Row(
        RoleDescriptor(
            "editor",
            indices=(
                IndicesGrant(("/~(([.]|ilm-history-).*)/",), ("read", "view_index_metadata")),
                IndicesGrant(("observability-annotations",), ("read", "view_index_metadata", "write")),
                IndicesGrant((".slo-observability.*",), ("read", "view_index_metadata", "write", "manage")),
                IndicesGrant(
                    (".siem-signals*", ".lists-*", ".items-*"),
                    ("read", "view_index_metadata", "write", "maintenance"),
                ),
                IndicesGrant(
                    (
                        ".internal.alerts*",
                        ".alerts*",
                        ".internal.preview.alerts*",
                        ".preview.alerts*",
                    ),
                    ("read", "view_index_metadata", "write", "maintenance"),
                ),
                IndicesGrant(("profiling-*", ".profiling-*"), ("read", "view_index_metadata")),
            ),
            applications=(ApplicationGrant("kibana-.kibana", ("all",), ("*",)),),
            metadata=_RESERVED,
            description=(
                "Grants full access to all features in Kibana (including Solutions) and read-only access to data "
                "indices."
            ),
        ),
        until=(9, 0),
    ),
    _Row(
        RoleDescriptor(
            "kibana_system",
            cluster=(
                "monitor",
                "manage_index_templates",
                "manage_inference",
                "cluster:admin/xpack/monitoring/bulk",
                "manage_saml",
                "manage_token",
                "manage_oidc",
                "manage_enrich",
                "manage_pipeline",
                "manage_ilm",
                "monitor_connector",
                "manage_transform",
                "cluster:admin/xpack/security/api_key/invalidate",
                "grant_api_key",
                "clone_api_key",
                "manage_own_api_key",
                "cluster:admin/xpack/security/privilege/builtin/get",
                "delegate_pki",
                "cluster:admin/xpack/security/profile/get",
                "cluster:admin/xpack/security/profile/activate",
                "cluster:admin/xpack/security/profile/suggest",
                "cluster:admin/xpack/security/profile/has_privileges",
                "write_fleet_secrets",
                "manage_named_credentials",
                "manage_ml",
                "cluster:admin/analyze",
                "cluster:admin/script/put",
                "cluster:admin/script/get",
                "cluster:admin/project_routing/delete",
                "monitor_text_structure",
                "cancel_task",
                "cluster:admin/streams/logs/toggle",
            ),
            indices=(
                IndicesGrant(
                    (".kibana*", ".reindexed-v8-kibana*", ".reporting-*", ".chat-*", ".workflows-*"),
                    ("all",),
                    allow_restricted_indices=True,
                ),
                IndicesGrant((".contextengine-*",), ("read", "write", "manage"), allow_restricted_indices=True),
                IndicesGrant((".monitoring-*",), ("read", "read_cross_cluster")),
                IndicesGrant((".management-beats",), ("create_index", "read", "write")),
                IndicesGrant((".ml-anomalies*", ".ml-stats-*"), ("read",)),
                IndicesGrant((".ml-annotations*", ".ml-notifications*"), ("read", "write")),
                IndicesGrant(
                    (".reindexed-v8-ml-annotations*", ".reindexed-v8-ml-notifications*"),
                    ("read", "write"),
                ),
                IndicesGrant((".apm-agent-configuration",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".apm-custom-link",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".apm-source-map",), ("all",), allow_restricted_indices=True),
                IndicesGrant(("apm-*",), ("read", "read_cross_cluster")),
                IndicesGrant(("logs-apm.*",), ("read", "read_cross_cluster")),
                IndicesGrant(("metrics-apm.*",), ("read", "read_cross_cluster")),
                IndicesGrant(("traces-apm.*",), ("read", "read_cross_cluster")),
                IndicesGrant(("traces-apm-*",), ("read", "read_cross_cluster")),
                IndicesGrant(("metrics-logstash.*",), ("read",)),
                IndicesGrant(("*",), ("view_index_metadata", "monitor")),
                IndicesGrant((".logs-endpoint.diagnostic.collection-*",), ("read", "create_index")),
                IndicesGrant(
                    (".fleet-secrets*",),
                    ("write", "delete", "create_index"),
                    allow_restricted_indices=True,
                ),
                IndicesGrant(
                    (".integration_knowledge*",),
                    ("read", "write", "create_index"),
                    allow_restricted_indices=True,
                ),
                IndicesGrant((".fleet-actions*",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".fleet-agents*",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".fleet-artifacts*",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".fleet-enrollment-api-keys*",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".fleet-policies*",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".fleet-policies-leader*",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".fleet-servers*",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".fleet-fileds*",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".fleet-file-data-*",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".fleet-files-*",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".fleet-filedelivery-data-*",), ("all",), allow_restricted_indices=True),
                IndicesGrant((".fleet-filedelivery-meta-*",), ("all",), allow_restricted_indices=True),
                IndicesGrant(("logs-elastic_agent.status_change-*",), ("all",)),
                IndicesGrant(("logs-elastic_agent*",), ("read",)),
                IndicesGrant(("metrics-fleet_server*",), ("all",)),
                IndicesGrant(("logs-fleet_server*",), ("read", "delete_index")),
                IndicesGrant(
                    ("fleet-synced-integrations", "fleet-synced-integrations-ccr*"),
                    ("create_index", "manage", "read", "write"),
                ),
                IndicesGrant((".siem-signals*", ".reindexed-v8-siem-signals*"), ("all",)),
                IndicesGrant((".lists-*", ".items-*", ".reindexed-v8-lists-*", ".reindexed-v8-items-*"), ("all",)),
                IndicesGrant((".internal.alerts*", ".reindexed-v8-internal.alerts*"), ("all",)),
                IndicesGrant((".alerts*",), ("all",)),
                IndicesGrant((".internal.cases*",), ("all",)),
                IndicesGrant((".cases*",), ("all",)),
                IndicesGrant((".alert-actions*",), ("all",)),
                IndicesGrant((".rule-events*",), ("all",)),
                IndicesGrant(
                    (".internal.adhoc.alerts*", ".adhoc.alerts*"),
                    (
                        "create_index",
                        "read",
                        "write",
                        "view_index_metadata",
                        "maintenance",
                        "indices:admin/rollover",
                        "indices:admin/aliases",
                        "indices:admin/mapping/put",
                        "indices:admin/mapping/auto_put",
                        "indices:admin/settings/update",
                    ),
                ),
                IndicesGrant((".preview.alerts*",), ("all",)),
                IndicesGrant((".internal.preview.alerts*", ".reindexed-v8-internal.preview.alerts*"), ("all",)),
                IndicesGrant(("metrics-endpoint.policy-*",), ("read",)),
                IndicesGrant(("metrics-endpoint.metrics-*",), ("read",)),
                IndicesGrant(("logs-endpoint.events.*",), ("read",)),
                IndicesGrant(
                    (
                        "logs-*",
                        "synthetics-*",
                        "traces-*",
                        "/metrics-.*&~(metrics-endpoint\\.metadata_current_default.*)/",
                        ".logs-endpoint.action.responses-*",
                        ".logs-endpoint.diagnostic.collection-*",
                        ".logs-endpoint.actions-*",
                        ".logs-endpoint.heartbeat-*",
                        ".logs-osquery_manager.actions-*",
                        ".logs-osquery_manager.action.responses-*",
                        "logs-osquery_manager.action.responses-*",
                        "logs-osquery_manager.result-*",
                        "profiling-*",
                    ),
                    (
                        "indices:admin/settings/update",
                        "indices:admin/mapping/put",
                        "indices:admin/rollover",
                        "indices:admin/data_stream/lifecycle/put",
                        "indices:admin/forcemerge*",
                    ),
                ),
                IndicesGrant(("logs", "logs.*", "$.logs", "$.logs.*"), ("read", "manage")),
                IndicesGrant(("logs-*.*",), ("read",)),
                IndicesGrant(("traces-*.otel-*", "metrics-*.otel-*"), ("read",)),
                IndicesGrant(
                    (".endpoint-fleetfiles-*",),
                    ("auto_configure", "read", "write", "delete", "create_index", "manage"),
                ),
                IndicesGrant(
                    (".logs-endpoint.action.responses-*",),
                    ("auto_configure", "read", "write", "create_index"),
                ),
                IndicesGrant((".logs-endpoint.actions-*",), ("auto_configure", "read", "write", "create_index")),
                IndicesGrant(
                    (".logs-osquery_manager.action.responses-*",),
                    ("auto_configure", "create_index", "read", "index", "delete"),
                ),
                IndicesGrant(("logs-osquery_manager.action.responses-*",), ("read", "view_index_metadata")),
                IndicesGrant(
                    (".logs-osquery_manager.actions-*",),
                    ("auto_configure", "create_index", "read", "index", "write", "delete"),
                ),
                IndicesGrant(("logs-osquery_manager.result-*",), ("read", "view_index_metadata")),
                IndicesGrant(
                    (
                        "logs-sentinel_one.*",
                        "logs-crowdstrike.*",
                        "logs-microsoft_defender_endpoint.*",
                        "logs-m365_defender.*",
                    ),
                    ("read",),
                ),
                IndicesGrant(
                    (
                        ".logs-endpoint.diagnostic.collection-*",
                        "logs-apm-*",
                        "logs-apm.*-*",
                        "logs-cloud_security_posture.findings-*",
                        "logs-cloud_security_posture.vulnerabilities-*",
                        "metrics-apm-*",
                        "metrics-apm.*-*",
                        "traces-apm-*",
                        "traces-apm.*-*",
                        "synthetics-http-*",
                        "synthetics-icmp-*",
                        "synthetics-tcp-*",
                        "synthetics-browser-*",
                        "synthetics-browser.network-*",
                        "synthetics-browser.screenshot-*",
                    ),
                    ("indices:admin/delete",),
                ),
                IndicesGrant(("metrics-endpoint.metadata*",), ("read", "view_index_metadata")),
                IndicesGrant(
                    (
                        "metrics-endpoint.metadata_current_default*",
                        ".metrics-endpoint.metadata_current_default*",
                        ".metrics-endpoint.metadata_united_default*",
                    ),
                    (
                        "create_index",
                        "delete_index",
                        "read",
                        "index",
                        "indices:admin/aliases",
                        "indices:admin/settings/update",
                    ),
                ),
                IndicesGrant(
                    ("logs-ti_*_latest.*",),
                    (
                        "create_index",
                        "delete_index",
                        "read",
                        "index",
                        "delete",
                        "manage",
                        "indices:admin/aliases",
                        "indices:admin/settings/update",
                    ),
                ),
                IndicesGrant(("logs-ti_*.*-*",), ("indices:admin/delete", "read", "view_index_metadata")),
                IndicesGrant(
                    ("kibana_sample_data_*",),
                    (
                        "create_index",
                        "delete_index",
                        "read",
                        "index",
                        "view_index_metadata",
                        "indices:admin/aliases",
                        "indices:admin/settings/update",
                    ),
                ),
                IndicesGrant(
                    (
                        "logs-cloud_security_posture.findings-*",
                        "logs-cloud_security_posture.vulnerabilities-*",
                    ),
                    ("read", "view_index_metadata"),
                ),
                IndicesGrant(
                    (
                        "logs-cloud_security_posture.findings_latest-default*",
                        "logs-cloud_security_posture.vulnerabilities_latest-default*",
                    ),
                    (
                        "create_index",
                        "read",
                        "index",
                        "delete",
                        "indices:admin/delete",
                        "manage",
                        "indices:admin/aliases",
                        "indices:admin/settings/update",
                    ),
                ),
                IndicesGrant(
                    ("logs-cloud_security_posture.scores-default*",),
                    (
                        "create_index",
                        "read",
                        "index",
                        "delete",
                        "indices:admin/delete",
                        "indices:admin/aliases",
                        "indices:admin/settings/update",
                        "indices:admin/mapping/auto_put",
                    ),
                ),
                IndicesGrant(
                    (
                        "logs-wiz.vulnerability-*",
                        "logs-wiz.cloud_configuration_finding-*",
                        "logs-wiz.cloud_configuration_finding_full_posture-*",
                        "logs-google_scc.finding-*",
                        "logs-aws.securityhub_findings-*",
                        "logs-aws.securityhub_findings_full_posture-*",
                        "logs-aws_securityhub.finding-*",
                        "logs-aws.inspector-*",
                        "logs-aws.config-*",
                        "logs-amazon_security_lake.findings-*",
                        "logs-qualys_vmdr.asset_host_detection-*",
                        "logs-tenable_sc.vulnerability-*",
                        "logs-tenable_io.vulnerability-*",
                        "logs-rapid7_insightvm.vulnerability-*",
                        "logs-rapid7_insightvm.asset_vulnerability-*",
                        "logs-carbon_black_cloud.asset_vulnerability_summary-*",
                    ),
                    ("read", "view_index_metadata"),
                ),
                IndicesGrant(
                    (
                        "logs-m365_defender.vulnerability-*",
                        "logs-microsoft_defender_endpoint.vulnerability-*",
                        "logs-microsoft_defender_cloud.assessment-*",
                        "logs-prisma_cloud.misconfiguration-*",
                        "logs-prisma_cloud.vulnerability-*",
                        "logs-sentinel_one.application_risk-*",
                    ),
                    ("read", "view_index_metadata", "indices:admin/delete"),
                ),
                IndicesGrant(
                    (
                        "logs-extrahop.investigation-*",
                        "logs-qualys_gav.asset-*",
                        "logs-sentinel_one.application-*",
                        "logs-sentinel_one.threat_event-*",
                        "logs-sentinel_one.unified_alert-*",
                        "logs-island_browser.user-*",
                        "logs-island_browser.device-*",
                        "logs-cyera.classification-*",
                        "logs-cyera.issue-*",
                        "logs-cyera.datastore-*",
                        "logs-ironscales.incident-*",
                        "logs-axonius.adapter-*",
                        "logs-axonius.alert_finding-*",
                        "logs-axonius.application-*",
                        "logs-axonius.compute-*",
                        "logs-axonius.exposure-*",
                        "logs-axonius.gateway-*",
                        "logs-axonius.identity-*",
                        "logs-axonius.incident-*",
                        "logs-axonius.network-*",
                        "logs-axonius.storage-*",
                        "logs-axonius.ticket-*",
                        "logs-axonius.user-*",
                        "logs-jupiter_one.risks_and_alerts-*",
                    ),
                    (
                        "manage",
                        "create_index",
                        "read",
                        "index",
                        "write",
                        "delete",
                        "indices:admin/delete",
                        "indices:admin/aliases",
                        "indices:admin/mapping/auto_put",
                    ),
                ),
                IndicesGrant(
                    (
                        "security_solution-*.vulnerability_latest",
                        "security_solution-*.misconfiguration_latest",
                    ),
                    ("manage", "read", "indices:admin/aliases", "indices:admin/settings/update"),
                ),
                IndicesGrant(
                    (
                        "security_solution-*.vulnerability_latest-*",
                        "security_solution-*.misconfiguration_latest-*",
                    ),
                    (
                        "create_index",
                        "index",
                        "manage",
                        "read",
                        "delete",
                        "indices:admin/aliases",
                        "indices:admin/settings/update",
                    ),
                ),
                IndicesGrant(("risk-score.risk-*",), ("all",)),
                IndicesGrant((".entity_analytics.*",), ("all",)),
                IndicesGrant(
                    (".asset-criticality.asset-criticality-*",),
                    ("create_index", "manage", "read", "write"),
                ),
                IndicesGrant((".entities.*",), ("auto_configure", "create_index", "read", "write")),
                IndicesGrant((".entities.*history*",), ("create_index", "manage", "read", "write")),
                IndicesGrant((".entities.*updates*",), ("create_index", "manage", "read", "write")),
                IndicesGrant((".entities.*reset*",), ("create_index", "manage", "read", "write")),
                IndicesGrant(("logs-cloud_defend.*", "metrics-cloud_defend.*"), ("read", "view_index_metadata")),
                IndicesGrant((".slo-observability.*",), ("all",)),
                IndicesGrant((".evaluation-*",), ("all",)),
                IndicesGrant((".logs-endpoint.heartbeat-*",), ("read", "create_index")),
                IndicesGrant(
                    (".edr-workflow-insights-*",),
                    (
                        "create_index",
                        "auto_configure",
                        "manage",
                        "read",
                        "write",
                        "delete",
                        "indices:admin/settings/update",
                        "indices:admin/mapping/put",
                        "indices:admin/rollover",
                    ),
                ),
                IndicesGrant((".elastic-connectors*",), ("read",)),
                IndicesGrant((".ai-index-idx-sml-data", ".ai-index-idx-sml-data-*"), ("all",)),
                IndicesGrant(
                    (".significant_events-*",),
                    (
                        "auto_configure",
                        "create_index",
                        "read",
                        "write",
                        "indices:admin/rollover",
                        "indices:admin/mapping/put",
                        "indices:admin/mapping/auto_put",
                        "indices:admin/settings/update",
                        "indices:admin/data_stream/lifecycle/put",
                    ),
                ),
                IndicesGrant(
                    ("traces-agent_builder.otel-*", "logs-agent_builder.otel-*"),
                    ("auto_configure", "create_doc"),
                ),
            ),
            global_=(
                freeze({"application": {"manage": {"applications": ["kibana-*"]}}}),
                freeze({"profile": {"write": {"applications": ["kibana*"]}}}),
            ),
            remote_indices=(
                RemoteIndicesGrant(("*",), (".monitoring-*",), ("read", "read_cross_cluster")),
                RemoteIndicesGrant(("*",), ("apm-*",), ("read", "read_cross_cluster")),
                RemoteIndicesGrant(("*",), ("logs-apm.*",), ("read", "read_cross_cluster")),
                RemoteIndicesGrant(("*",), ("metrics-apm.*",), ("read", "read_cross_cluster")),
                RemoteIndicesGrant(("*",), ("traces-apm.*",), ("read", "read_cross_cluster")),
                RemoteIndicesGrant(("*",), ("traces-apm-*",), ("read", "read_cross_cluster")),
            ),
            remote_cluster=(RemoteClusterGrant(("*",), ("monitor_stats",)),),
            metadata=_RESERVED,
        ),
        exact=False,
        note="newest state; two names of ES|QL views are missing; all that concerns machine learning is exact",
    ),
)

BUILT_IN_USERS: FrozenMap[str, tuple[str, ...]] = FrozenMap(
    {
        "elastic": ("superuser",),
        "kibana_system": ("kibana_system",),
        "kibana": ("kibana_system",),
        "logstash_system": ("logstash_system",),
        "beats_system": ("beats_system",),
        "apm_system": ("apm_system",),
        "remote_monitoring_user": ("remote_monitoring_collector", "remote_monitoring_agent"),
    }
)
"""Users of the reserved realm and their roles."""


@attrs.frozen
class ServiceAccount:
    """What a service account holds at least, in every version from `since` up to the newest that was read."""

    descriptor: RoleDescriptor
    since: Version

    def covers(self, version: str | None) -> bool:
        """Whether a version is one of these."""
        number = _number(version)
        return number is not None and self.since <= number <= NEWEST_READ


_SERVICE_ACCOUNTS: tuple[ServiceAccount, ...] = (
    ServiceAccount(
        RoleDescriptor(
            "elastic/fleet-server",
            cluster=("monitor", "manage_own_api_key"),
            indices=(
                IndicesGrant(
                    (
                        "logs-*",
                        "metrics-*",
                        "traces-*",
                        ".logs-endpoint.diagnostic.collection-*",
                        ".logs-endpoint.action.responses-*",
                    ),
                    ("write", "create_index", "auto_configure"),
                ),
                IndicesGrant(("profiling-*",), ("read", "write")),
                IndicesGrant(("traces-apm.sampled-*",), ("read", "monitor", "maintenance")),
                IndicesGrant((".fleet-secrets*",), ("read",), allow_restricted_indices=True),
                IndicesGrant(
                    (
                        ".fleet-actions*",
                        ".fleet-agents*",
                        ".fleet-artifacts*",
                        ".fleet-enrollment-api-keys*",
                        ".fleet-policies*",
                        ".fleet-servers*",
                    ),
                    ("read", "write", "monitor", "create_index", "auto_configure", "maintenance"),
                    allow_restricted_indices=True,
                ),
                IndicesGrant(("synthetics-*",), ("read", "write", "create_index", "auto_configure")),
            ),
            applications=(ApplicationGrant("kibana-*", ("reserved_fleet-setup",), ("*",)),),
        ),
        since=OLDEST_READ,
    ),
    ServiceAccount(
        RoleDescriptor(
            "elastic/fleet-server-remote",
            cluster=("monitor", "manage_own_api_key"),
            indices=(IndicesGrant(("logs-*", "metrics-*", "traces-*"), ("write", "create_index", "auto_configure")),),
        ),
        since=NEWEST_READ,
    ),
    ServiceAccount(
        RoleDescriptor(
            "elastic/auto-ops",
            cluster=("monitor", "read_ilm", "read_slm"),
            indices=(IndicesGrant(("*",), ("monitor", "view_index_metadata"), allow_restricted_indices=True),),
        ),
        since=NEWEST_READ,
    ),
)

_BY_ACCOUNT: dict[str, ServiceAccount | str] = {"elastic/kibana": "kibana_system"}
_BY_ACCOUNT.update((account.descriptor.name, account) for account in _SERVICE_ACCOUNTS)

SERVICE_ACCOUNTS: FrozenMap[str, ServiceAccount | str] = FrozenMap(_BY_ACCOUNT)
"""Service accounts: the reserved role that one equals, or what it holds at least. `fleet-server` was read in a state
before 8.16 and in one of 9.x, and both give what is here; of the other two only the newest state was read.
`GET _security/service` exports them whole."""

RESERVED_ROLE_NAMES: tuple[str, ...] = tuple(dict.fromkeys(row.descriptor.name for row in _ROWS))


def _number(version: str | None) -> Version | None:
    found = re.match(r"(\d+)\.(\d+)", version or "")
    return (int(found[1]), int(found[2])) if found else None


def reserved_role_row(name: str, version: str | None = None) -> ReservedRole | None:
    """The row of a reserved role for a version, the newest where none is given; None if it has no such role."""
    return _row(name, _number(version))


@lru_cache(256)
def _row(name: str, number: Version | None) -> ReservedRole | None:
    return next((row for row in _ROWS if row.descriptor.name == name and row.holds(number)), None)


def reserved_role(name: str, version: str | None = None) -> RoleDescriptor | None:
    """The descriptor of a reserved role; None if a version has no such role."""
    row = reserved_role_row(name, version)
    return None if row is None else row.descriptor


def exact_for(name: str, version: str | None) -> bool:
    """Whether the descriptor that `reserved_role` gives is known to be that version's to the letter."""
    number = _number(version)
    if number is None or not OLDEST_READ <= number <= NEWEST_READ:
        return False
    row = _row(name, number)
    return row is not None and row.exact


def is_reserved(name: str, version: str | None = None) -> bool:
    """Whether the name belongs to a reserved role."""
    return reserved_role_row(name, version) is not None


def check_include_setting(names: Sequence[str]) -> None:
    """Raise RequestError where the setting `xpack.security.reserved_roles.include` would be refused."""
    known = set(RESERVED_ROLE_NAMES)
    if "superuser" not in names:
        raise RequestError("the [superuser] reserved role must be included")
    unknown = sorted(set(names) - known)
    if unknown:
        raise RequestError(f"unknown reserved roles to include [{','.join(unknown)}]")
