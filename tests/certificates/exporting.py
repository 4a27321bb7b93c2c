"""A deployment as the files that an export would hold: what the loaders read, and certificates quote."""

import json
from pathlib import Path
from typing import Any

from mlaccess.loaders.role_print import role_to_json
from mlaccess.stack import ApiKey, Deployment, NotExported, Users, thaw

__all__ = ["export"]


def export(deployment: Deployment, folder: Path) -> None:
    """Writes a flat folder. Parts that no API shows, and that a list is not whole, are lost."""
    for name, content in _files(deployment).items():
        if content is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content), encoding="utf-8")


def _files(deployment: Deployment) -> dict[str, Any]:
    found: dict[str, Any] = {
        "version.json": _if(
            deployment.version, lambda v: {"version": {"number": v, "build_flavor": _flavor(deployment)}}
        ),
        "kibana_status.json": _if(deployment.kibana_version, lambda v: {"version": {"number": v}}),
        "diagnostic_manifest.json": _if(
            deployment.collected_at, lambda at: {"product": "elasticsearch", "timestamp": at.isoformat()}
        ),
        "licenses.json": _if(deployment.license, _license),
        "nodes.json": _if(deployment.nodes, lambda nodes: {"nodes": {n.id: _node(n) for n in nodes.values()}}),
        "cluster_settings_defaults.json": _if(
            deployment.cluster_settings,
            lambda s: {"persistent": {}, "transient": {}, "defaults": thaw(s.defaults) if s.defaults else {}},
        ),
        "security_users.json": _if(deployment.users, _users),
        "security_roles.json": _if(deployment.roles, lambda r: {name: role_to_json(role) for name, role in r.items()}),
        "security_role_mappings.json": _if(
            deployment.role_mappings,
            lambda m: {n: {"enabled": x.enabled, "roles": list(x.roles), "rules": thaw(x.rules)} for n, x in m.items()},
        ),
        "api_keys.json": _if(deployment.api_keys, lambda keys: {"api_keys": [_key(k) for k in keys.values()]}),
        "kibana_spaces.json": _if(deployment.spaces, lambda s: [_space(x) for x in s.values()]),
        "ml_info.json": _if(deployment.ml_info, lambda info: {"upgrade_mode": info.upgrade_mode, "limits": {}}),
        "ml_anomaly_detectors.json": _if(deployment.jobs, lambda jobs: {"jobs": [{"job_id": j} for j in jobs]}),
        "ml_datafeeds.json": _if(
            deployment.datafeeds,
            lambda feeds: {
                "datafeeds": [
                    {"datafeed_id": f.id, "job_id": f.job_id, "indices": list(f.indices)} for f in feeds.values()
                ]
            },
        ),
        "ml_dataframe.json": _if(
            deployment.analytics,
            lambda jobs: {
                "data_frame_analytics": [
                    {"id": j.id, "source": {"index": list(j.source)}, "dest": {"index": j.destination}}
                    for j in jobs.values()
                ]
            },
        ),
        "ml_trained_models.json": _if(
            deployment.trained_models, lambda models: {"trained_model_configs": [{"model_id": m} for m in models]}
        ),
        "jobs_spaces.json": _if(deployment.job_spaces, lambda s: thaw(s.by_type)),
        "trained_models_spaces.json": _if(
            deployment.model_spaces, lambda s: {"trainedModels": thaw(s.of("trained-model"))}
        ),
    }
    privileges: dict[str, dict[str, Any]] = {}
    if not isinstance(deployment.application_privileges, NotExported):
        for (application, name), privilege in deployment.application_privileges.items():
            body = {"application": application, "name": name, "actions": sorted(privilege.actions), "metadata": {}}
            privileges.setdefault(application, {})[name] = body
        found["security_priv.json"] = privileges
    if not isinstance(deployment.data_views, NotExported):
        for space, views in deployment.data_views.items():
            path = "kibana_data_views.json" if space == "default" else f"space_{space}/kibana_data_views.json"
            found[path] = _if(views, lambda v: {"data_view": [{"id": x.id, "title": x.title} for x in v]})
    return found


def _if(part: Any, write: Any) -> Any:
    return None if isinstance(part, NotExported) else write(part)


def _flavor(deployment: Deployment) -> str:
    return deployment.build_flavor if isinstance(deployment.build_flavor, str) else "default"


def _license(license_: Any) -> Any:
    body = {"type": license_.type, "status": license_.status}
    dates = {"issue": license_.issued_at, "expiry": license_.expires_at}
    return {"license": {**body, **{f"{k}_date_in_millis": _millis(v) for k, v in dates.items() if v is not None}}}


def _millis(moment: Any) -> int:
    return round(moment.timestamp() * 1000)


def _node(node: Any) -> Any:
    body: dict[str, Any] = {"name": node.name, "roles": list(node.roles)}
    return {**body, "settings": thaw(node.settings)} if node.settings_exported else body


def _users(users: Users) -> Any:
    return {
        name: {"username": name, "roles": list(users[name].roles), "enabled": users[name].enabled, "metadata": {}}
        for name in users
    }


def _space(space: Any) -> Any:
    body = {"id": space.id, "name": space.id, "disabledFeatures": sorted(space.disabled_features)}
    return body if space.solution is None else {**body, "solution": space.solution}


def _key(key: ApiKey) -> Any:
    body: dict[str, Any] = {"id": key.id, "type": key.type, "username": key.username, "invalidated": key.invalidated}
    if key.expires_at is not None:
        body["expiration"] = _millis(key.expires_at)
    if key.role_descriptors is not None:
        body["role_descriptors"] = {d.name: role_to_json(d) for d in key.role_descriptors}
    if key.limited_by is not None:
        body["limited_by"] = [{d.name: role_to_json(d) for d in owner} for owner in key.limited_by]
    return body
