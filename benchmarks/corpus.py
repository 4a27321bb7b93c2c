"""Loads every file of a folder of files that people wrote, each in the place of its kind, and tells what is refused.

The folder holds one folder per kind (`role_es`, `users`, ...) and, if there is one, a `manifest.json` whose `files` say
which of them parse: `python benchmarks/corpus.py FOLDER [--all] [--notices]`.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import cast

from mlaccess.errors import LoadError
from mlaccess.loaders import load
from mlaccess.stack import Deployment, NotExported

PLACES = {
    "api_key": ("api_keys.json", "api_keys"),
    "cluster_settings": ("cluster_settings.json", "cluster_settings"),
    "data_view": ("kibana_data_views.json", "data_views"),
    "diagnostics": ("diagnostic_manifest.json", "collected_at"),
    "license": ("licenses.json", "license"),
    "nodes": ("nodes.json", "nodes"),
    "role_es": ("security_roles.json", "roles"),
    "role_kibana": ("kibana_roles.json", "kibana_roles"),
    "role_mapping": ("security_role_mappings.json", "role_mappings"),
    "role_mapping_yml": ("role_mapping.yml", "file_role_mappings"),
    "roles_yml": ("roles.yml", "file_roles"),
    "service_accounts": ("service_accounts.json", "service_accounts"),
    "space": ("kibana_spaces.json", "spaces"),
    "users": ("security_users.json", "users"),
    "version": ("version.json", "version"),
    "xpack": ("xpack.json", "xpack"),
}
"""Kind -> the file that it stands in for, and the part that it gives."""


def place_of(kind: str, path: Path) -> "tuple[str, str] | None":
    """Where a file of a kind belongs. Machine learning's answers and the text files of users differ by their names."""
    name = path.name
    if kind == "users" and path.suffix == ".txt":
        return ("users_roles" if "users-roles" in name else "users"), "inputs"
    if kind == "ml":
        body: object = json.loads(path.read_text("utf-8"))
        keys = set(cast("dict[str, object]", body) if isinstance(body, dict) else ())
        if keys & {"upgrade_mode", "native_code"}:
            return "ml_info.json", "ml_info"
        if keys & {"trained_model_configs", "trained_model_stats"}:
            return "ml_trained_models.json", "trained_models"
        if "data_frame_analytics" in keys:
            return "ml_dataframe.json", "analytics"
        if keys & {"indices", "indexes", "datafeeds"}:
            return "ml_datafeeds.json", "datafeeds"
        return "ml_anomaly_detectors.json", "jobs"
    return PLACES.get(kind)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--all", action="store_true", help="files that do not parse, too")
    arguments.add_argument("--notices", action="store_true", help="print what was odd")
    given = arguments.parse_args()
    manifest = given.folder / "manifest.json"
    parses = (
        {row["file"]: str(row["parses"]) for row in json.loads(manifest.read_text("utf-8"))["files"]}
        if manifest.is_file()
        else {}
    )
    loaded: Counter[str] = Counter()
    empty: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for path in sorted(given.folder.glob("*/*")):
        kind = path.parent.name
        told = parses.get(f"{kind}/{path.name}", "json")
        if not given.all and told not in ("json", "text") and not told.startswith("yaml"):
            continue
        try:
            place = place_of(kind, path)
        except ValueError:
            place = None
        if place is None:
            continue
        name, part = place
        try:
            deployment = load_as(path, name)
        except LoadError as error:
            refused[kind] += 1
            print(f"refused  {kind}/{path.name}")
            for problem in error.problems[:5]:
                print(f"         {problem}")
            continue
        loaded[kind] += 1
        value = getattr(deployment, part)
        if isinstance(value, NotExported):
            empty[kind] += 1
            print(f"nothing  {kind}/{path.name}: {value.reason}")
        if given.notices:
            for notice in deployment.notices:
                print(f"notice   {kind}/{path.name}: {notice}")
    print(f"\n{'kind':18} {'loaded':>7} {'gave nothing':>13} {'refused':>8}")
    for kind in sorted({*loaded, *refused}):
        print(f"{kind:18} {loaded[kind]:7} {empty[kind]:13} {refused[kind]:8}")
    return 1 if refused else 0


def load_as(path: Path, name: str) -> Deployment:
    """The deployment of a folder in which the file stands under another name."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / name
        place.write_bytes(path.read_bytes())
        return load(folder)


if __name__ == "__main__":
    sys.exit(main())
