"""Whether a place in an export can speak of a fact: a fitting file, and in it the right role, user, key or space.

Which of the caller's own roles, or which node, is quoted is not judged.
"""

from typing import Any, NamedTuple, cast

__all__ = ["Asked", "speaks_of"]

_SETTINGS = (
    "nodes nodes_short cluster_settings cluster_settings_defaults xpack xpack_usage xpack_info elasticsearch.yml"
)
_USERS = "security_users users"
_KEYS = "api_keys api_key security_api_keys"
_SERVICES = "service_accounts security_service_accounts service_account"
_ROLES = "security_roles roles roles.yml kibana_roles"
_MAPPINGS = "security_role_mappings role_mappings role_mapping role_mapping.yml"
_HELD = f"{_USERS} {_KEYS} {_SERVICES} {_ROLES} {_MAPPINGS} users_roles {_SETTINGS}"
_LICENSE = "licenses license _license xpack xpack_usage xpack_info"
_FILES = {
    "Subscription": _LICENSE,
    "MlEnabledEverywhere": _SETTINGS,
    "MlNode": f"{_SETTINGS} ml_info",
    "MlVisible": "kibana_spaces spaces kibana_status kibana_user",
    "AccountUsable": f"{_USERS} {_KEYS} {_SERVICES} {_MAPPINGS} users_roles {_SETTINGS}",
    "ClusterPrivilege": _HELD,
    "IndexPrivilege": _HELD,
    "KibanaFeature": f"{_HELD} security_priv security_privileges privileges",
    "AssignedToSpace": "jobs_spaces job_spaces trained_models_spaces model_spaces ml_anomaly_detectors "
    "anomaly_detectors ml_dataframe data_frame_analytics ml_trained_models trained_models",
    "DataViewCovers": "kibana_data_views data_views alias data_stream data_streams",
    "IndicesKnown": "ml_datafeeds datafeeds ml_dataframe data_frame_analytics ml_anomaly_detectors anomaly_detectors",
}
_PERSONAL = ("AccountUsable", "ClusterPrivilege", "IndexPrivilege", "KibanaFeature")


class Asked(NamedTuple):
    """What the places of a certificate are held against: who it is about, and the roles that it names."""

    kind: str
    name: str
    roles: frozenset[str]


def speaks_of(fact: str, of: dict[str, Any], asked: Asked, path: str, pointer: str, document: Any) -> bool:
    """Whether a place may be quoted for a fact. Facts of no known kind may quote anything."""
    base = path.rpartition("/")[2].removesuffix(".json")
    if fact in _FILES and base not in _FILES[fact].split():
        return False
    tokens = [t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:]]
    if fact in _PERSONAL and base in _SETTINGS.split():
        return "security" in pointer  # security that is off, and what everyone has
    if base in _ROLES.split() and tokens:
        return _named(document, tokens[0], "name") in asked.roles
    if base in _USERS.split() and tokens and asked.kind == "user":
        return _named(document, tokens[0], "username") == asked.name
    if base in _KEYS.split() and len(tokens) > 1:
        return asked.kind == "api_key" and _named(document[tokens[0]], tokens[1], "id") == asked.name
    if base in ("kibana_spaces", "spaces") and tokens and "space" in of:
        return _named(document, tokens[0], "id") == str(of["space"])
    if fact == "AssignedToSpace" and base.endswith("_spaces") and tokens:
        return tokens[-1] == str(of["id"])
    return True


def _named(document: Any, token: str, key: str) -> str:
    """The name of a member: its key in an object, or what it says itself in a list."""
    return cast("list[dict[str, str]]", document)[int(token)][key] if isinstance(document, list) else token
