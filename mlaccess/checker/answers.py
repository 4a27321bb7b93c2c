"""The deployment read plainly: licence, nodes, settings, spaces, assignments and data views, as the APIs answer them.

Versions 8.0 to 9.6, literal and `*` names, one file of a kind. Whatever else turns up leaves a fact undecided.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar

from .check import Files

__all__ = ["Answers", "Unclear", "covers", "is_off", "is_plain", "millis", "or_none", "split", "unclear", "word"]

T = TypeVar("T")
_LICENSES = ("basic", "standard", "gold", "platinum", "enterprise", "trial")


class Unclear(Exception):
    """Plain reading does not settle it."""


class Answers:
    """The files of an export as answers of APIs."""

    def __init__(self, files: Files, at: int | None) -> None:
        self.files, self.at = files, at

    def doc(self, *names: str, folder: str | None = None) -> Any:
        """The value of the one file with such a name."""
        paths = [p for p in self.files.named(*names) if folder is None or _folder(p) == folder]
        if len({self.files.read(p)[0] for p in paths}) != 1:
            raise Unclear
        return self.files.read(paths[0])[1]

    # -- the deployment ---------------------------------------------------------------------------------------------

    def check_version(self) -> None:
        version = self.doc("version.json")["version"]
        numbers = tuple(int(n) for n in version["number"].split(".")[:2])
        if version.get("build_flavor") == "serverless" or not (8, 0) <= numbers <= (9, 6):
            raise Unclear

    def _nodes(self) -> list[dict[str, Any]]:
        doc = self.doc("nodes.json")
        counts, nodes = doc.get("_nodes", {}), list(doc["nodes"].values())
        if not nodes or counts.get("failed") or counts.get("total", len(nodes)) != len(nodes):
            raise Unclear
        return nodes

    def settings(self, key: str) -> list[Any]:
        """Every value that a node, or the defaults of the cluster, give a setting. Nodes must show theirs."""
        if any("settings" not in node for node in self._nodes()):
            raise Unclear
        return self.shown(key)

    def shown(self, key: str) -> list[Any]:
        """The values of a setting as far as the export shows them."""
        nodes = [n for p in self.files.named("nodes.json") for n in self.files.read(p)[1].get("nodes", {}).values()]
        found = [value for node in nodes for value in _values(node.get("settings", {}), key)]
        for path in self.files.named("cluster_settings_defaults.json", "cluster_settings.json"):
            found += _values(self.files.read(path)[1].get("defaults") or {}, key)
        return found

    def usage(self, part: str) -> bool:
        """Whether a usage report says that a part is disabled."""
        reports = self.files.named("xpack.json", "xpack_usage.json", "xpack_info.json")
        return any(self.files.read(path)[1][part].get("enabled") is False for path in reports)

    def subscription(self, minimum: str, active: bool) -> str:
        held = self.doc("licenses.json", "license.json", "_license.json")["license"]
        if _LICENSES.index(held["type"]) < _LICENSES.index(minimum):
            return "denied"
        if not active:
            return "granted"
        if self.at is None or held["status"] not in ("active", "expired") or self.at < held["issue_date_in_millis"]:
            raise Unclear
        if held["status"] == "expired" and self.at < held["expiry_date_in_millis"]:
            raise Unclear
        return word(self.at < held["expiry_date_in_millis"])

    def ml_enabled(self) -> str:
        return word(not self.usage("ml") and not any(map(is_off, self.settings("xpack.ml.enabled"))))

    def ml_node(self) -> str:
        nodes = [n for n in self._nodes() if not any(map(is_off, _values(n.get("settings", {}), "xpack.ml.enabled")))]
        return word(any("ml" in node["roles"] for node in nodes))

    # -- places -----------------------------------------------------------------------------------------------------

    def visible(self, space: str) -> str:
        [found] = [s for s in self.doc("kibana_spaces.json", "spaces.json") if s["id"] == space]
        if found.get("solution") not in (None, "", "classic") and not found["disabledFeatures"]:
            raise Unclear
        return word("ml" not in found["disabledFeatures"])

    def assigned(self, kind: str, id: str, space: str) -> str:
        model = kind == "trained-model"
        names = (
            ("trained_models_spaces.json", "model_spaces.json") if model else ("jobs_spaces.json", "job_spaces.json")
        )
        spaces = self.doc(*names)["trainedModels" if model else kind][id]
        if "*" in spaces or space in spaces:
            return "granted"
        return "unknown" if "?" in spaces else "denied"

    def data_view(self, expression: str, space: str) -> str:
        doc = self.doc("kibana_data_views.json", "data_views.json", folder="" if space == "default" else space)
        if set(doc) != {"data_view"} or "_" in space:
            raise Unclear
        titles = [view["title"] for view in doc["data_view"]]
        parts = [part.strip() for title in titles for part in title.split(",")]
        if expression in titles or (is_plain(expression) and any(covers(p, expression) for p in parts if is_plain(p))):
            return "granted" if not any(p.startswith("-") for p in parts) else unclear()
        if re.fullmatch(r"[^:,<*]+:[^:,<]+", expression) and expression not in parts:
            return "denied"
        return "denied" if is_plain(expression) and all(is_plain(p) or _remote(p) for p in parts) else unclear()


def unclear() -> NoReturn:
    """Gives up on a fact."""
    raise Unclear


def or_none(read: Callable[[], T]) -> T | None:
    """What can be read plainly. An answer of another shape than the usual is not plain."""
    try:
        return read()
    except (Unclear, KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError):
        return None


def millis(moment: Any) -> int:
    """Milliseconds since 1970 of a moment in the words of certificates and manifests; without a zone it is UTC."""
    if isinstance(moment, str):
        found = datetime.fromisoformat(moment)
        return round((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
    return int(moment)


def word(held: bool) -> str:
    """The verdict on something that is certain."""
    return "granted" if held else "denied"


def is_off(value: Any) -> bool:
    """Whether a switch is off."""
    return value is False or str(value).lower() == "false"


def _folder(path: str) -> str:
    """The space of a file of data views, by its folder."""
    folders = path.split("/")[:-1]
    if folders and folders[-1].startswith("space_"):
        return folders[-1].removeprefix("space_")
    return folders[-1] if len(folders) > 1 and folders[-2] == "spaces" else ""


def _values(settings: Any, key: str) -> Iterator[Any]:
    """The values of a setting in a tree of settings, dotted, nested or both."""
    for name, value in settings.items():
        if name == key or name.startswith(f"{key}."):
            yield value
        elif key.startswith(f"{name}."):
            yield from _values(value, key.removeprefix(f"{name}."))


def split(expressions: Iterable[str]) -> list[str]:
    """The members of lists of indices. A list with an exclusion, or a date, stays whole."""
    lists = [[e] if e.startswith("<") or ",-" in e else e.split(",") for e in expressions]
    return [*dict.fromkeys(part.strip() for parts in lists for part in parts if part.strip())]


def is_plain(name: str) -> bool:
    """Whether a name of an index is a literal or a `*` pattern of this cluster."""
    return not re.search(r"[?\\/<:,\s]|^-|^$", name)


def _remote(name: str) -> bool:
    return re.fullmatch(r"[^:,<]+:[^:,<]+", name) is not None


def covers(pattern: str, name: str) -> bool:
    """Whether a literal or `*` pattern covers a name or a `*` pattern, whose `*` stands for a letter of its own."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name.replace("*", "\0"), re.DOTALL) is not None
