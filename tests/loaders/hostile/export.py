"""A small, whole export: one file of every kind, each with the members that matter. Cases change one thing in it."""

from typing import Any

__all__ = ["FILES", "REALM"]

_ENTRY = {"names": ["logs-*"], "privileges": ["read"], "allow_restricted_indices": False}
_ROLE = {
    "cluster": ["monitor_ml"],
    "indices": [_ENTRY],
    "applications": [{"application": "kibana-.kibana", "privileges": ["feature_ml.read"], "resources": ["space:ops"]}],
    "run_as": [],
    "metadata": {},
    "transient_metadata": {"enabled": True},
}

FILES: dict[str, Any] = {
    "version.json": {"name": "n1", "version": {"number": "9.2.1", "build_flavor": "default"}},
    "diagnostic_manifest.json": {
        "mode": "full",
        "product": "elasticsearch",
        "version": "9.2.1",
        "timestamp": "2026-11-02T08:15:04.317Z",
    },
    "manifest.json": {"Product Version": "9.2.1", "collectionDate": "2026-11-02T08:15:04.317Z"},
    "licenses.json": {"license": {"status": "active", "type": "platinum", "expiry_date_in_millis": 2052432000000}},
    "nodes.json": {"nodes": {"id1": {"name": "n1", "roles": ["ml"], "version": "9.2.1", "settings": {"node": {}}}}},
    "nodes_short.json": [{"name": "n1", "id": "id1", "role": "hilmrst"}],
    "cluster_settings.json": {"persistent": {"xpack.ml.enabled": "true"}, "transient": {}},
    "cluster_settings_defaults.json": {
        "persistent": {},
        "transient": {},
        "defaults": {"xpack.security.enabled": "true"},
    },
    "xpack.json": {
        "security": {"available": True, "enabled": True, "realms": {"native": {"enabled": True, "name": ["native1"]}}},
        "ml": {"available": True, "enabled": True, "node_count": 1},
    },
    "security_users.json": {
        "ana": {"username": "ana", "roles": ["viewer"], "enabled": True, "metadata": {"team": "ml"}},
        "bob": {"username": "bob", "roles": [], "enabled": False, "metadata": {}},
    },
    "security_roles.json": {"viewer": _ROLE, "other": {"cluster": [], "indices": [], "applications": []}},
    "security_role_mappings.json": {
        "m1": {
            "enabled": True,
            "roles": ["viewer"],
            "rules": {"all": [{"field": {"realm.name": "saml1"}}, {"except": {"field": {"groups": "out"}}}]},
            "metadata": {},
        }
    },
    "security_priv.json": {
        "kibana-.kibana": {
            "all": {"application": "kibana-.kibana", "name": "all", "actions": ["login:"], "metadata": {}}
        }
    },
    "ml_info.json": {"upgrade_mode": False, "limits": {}},
    "ml_anomaly_detectors.json": {
        "count": 1,
        "jobs": [{"job_id": "j1", "datafeed_config": {"datafeed_id": "f1", "job_id": "j1", "indices": ["logs-web"]}}],
    },
    "ml_datafeeds.json": {
        "count": 1,
        "datafeeds": [
            {"datafeed_id": "f1", "job_id": "j1", "indices": ["logs-web"], "authorization": {"roles": ["x"]}}
        ],
    },
    "ml_dataframe.json": {
        "count": 1,
        "data_frame_analytics": [{"id": "d1", "source": {"index": ["logs-web"]}, "dest": {"index": "out"}}],
    },
    "ml_trained_models.json": {"count": 1, "trained_model_configs": [{"model_id": "t1", "tags": [], "metadata": {}}]},
    "alias.json": {"logs-web": {"aliases": {"web": {}}}},
    "data_stream.json": {"data_streams": [{"name": "logs-ds", "indices": [{"index_name": ".ds-logs-ds-1"}]}]},
    "kibana_status.json": {"version": {"number": "9.2.1", "build_flavor": "traditional"}},
    "kibana_user.json": {"username": "elastic", "roles": ["superuser"], "enabled": True},
    "kibana_spaces.json": [
        {"id": "default", "name": "Default", "disabledFeatures": []},
        {"id": "ops", "name": "Ops", "disabledFeatures": ["ml"], "solution": "classic"},
    ],
    "kibana_roles.json": [
        {
            "name": "kr",
            "metadata": {},
            "elasticsearch": {"cluster": ["monitor_ml"], "indices": [_ENTRY]},
            "kibana": [{"base": [], "feature": {"ml": ["read"]}, "spaces": ["ops"]}],
        }
    ],
    "kibana_data_views.json": {"data_view": [{"id": "v1", "title": "logs-*", "name": "Logs"}]},
    "jobs_spaces.json": {"anomaly-detector": {"j1": ["ops"]}, "data-frame-analytics": {"d1": ["*"]}},
    "trained_models_spaces.json": {"trainedModels": {"t1": ["default"]}},
    "api_keys.json": {
        "api_keys": [
            {
                "id": "k1",
                "name": "key",
                "creation": 1772000000000,
                "expiration": 2208988800000,
                "invalidated": False,
                "username": "ana",
                "realm": "native1",
                "metadata": {},
                "role_descriptors": {"r": {"cluster": ["monitor_ml"], "indices": [_ENTRY]}},
                "limited_by": [{"viewer": _ROLE}],
            }
        ]
    },
    "service_accounts.json": {"elastic/fleet-server": {"role_descriptor": {"cluster": ["monitor"], "indices": []}}},
}
"""Name -> the JSON value of the file."""

REALM: dict[str, str] = {
    "users": "fay:$2a$10$hashhashhash\ngus:$2a$10$hashhashhash\n",
    "users_roles": "viewer:fay\nmonitor_role:fay,gus\n",
    "roles.yml": "monitor_role:\n  cluster: [ monitor_ml ]\n  indices:\n    - names: [ 'logs-*' ]\n"
    "      privileges: [ read ]\nadmin_role:\n  cluster: [ all ]\n",
    "role_mapping.yml": 'viewer:\n  - "cn=admins,dc=example"\n',
    "elasticsearch.yml": "xpack.ml.enabled: true\nxpack.security.authc.anonymous:\n  roles: viewer\n",
}
"""Name -> the text of a file of the file realm."""
