"""The shipped example, cut small: the files that structure-aware harnesses change."""

import json
from functools import cache

from mlaccess.examples import path

from .json_text import written

__all__ = ["EXTRA", "base_files", "base_text"]

_MOST = 2

EXTRA: dict[str, object] = {
    "service_accounts.json": {
        "elastic/fleet-server": {
            "role_descriptor": {
                "cluster": ["monitor"],
                "indices": [{"names": ["logs-*"], "privileges": ["read"], "allow_restricted_indices": False}],
                "applications": [],
                "run_as": [],
                "metadata": {},
                "transient_metadata": {"enabled": True},
            }
        }
    },
    "nodes_short.json": [{"name": "n1", "id": "Zq2Wv8s1", "master": "*", "ip": "10.0.0.1", "role": "hilmrst"}],
}
"""Files that the example has no copy of."""


@cache
def base_files() -> dict[str, object]:
    """Path below the export -> its JSON value, with long lists and maps cut to a few members."""
    root = path("acme")
    found: dict[str, object] = {}
    for file in sorted(root.rglob("*.json")):
        name = file.relative_to(root).as_posix()
        value = json.loads(file.read_text(encoding="utf-8"))
        found[name] = value if _is_small(name) else _cut(value, 0)
    return found


def _is_small(name: str) -> bool:
    return name.endswith(("manifest.json", "version.json", "licenses.json", "kibana_status.json", "spaces.json"))


def _cut(value: object, depth: int) -> object:
    most = _MOST + 2 * (depth == 0) + 20 * (depth > 2)
    if isinstance(value, dict):
        # A record keeps its keys; a map of many alike members does not.
        alike = len(value) > most and len({type(v) for v in value.values()}) == 1
        items = list(value.items())[: most if alike else None]
        return {key: _cut(member, depth + 1) for key, member in items}
    if isinstance(value, list):
        return [_cut(member, depth + 1) for member in value[:most]]
    return value


def base_text(name: str) -> str:
    """A small JSON text of a kind of file, by its base name; empty where there is none."""
    if name in EXTRA:
        return written(EXTRA[name])
    for file, value in base_files().items():
        if file.rpartition("/")[2] == name:
            return written(value)
    return ""
