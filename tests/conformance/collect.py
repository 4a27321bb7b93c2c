"""Finds what a folder of suites asks: `elasticsearch/`, `kibana/` and `lucene/`, any of which may be missing.

What a file asks is told by what it holds, not by its name. Each test's id begins with the folder's name.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = ["SOURCES"]

_CHUNK = 500
"""Lines of a JSON Lines suite per test: few enough to find a failure, many enough to collect fast."""

Found = Iterator[tuple[str, Any]]


def _suites(root: Path, name: str) -> Iterator[tuple[Path, Any]]:
    """The JSON files of a folder that can be read. One that cannot is a failing test of its own, `readable`."""
    for path in sorted((root / name).glob("*.json")):
        with suppress(ValueError, OSError):
            yield path, json.loads(path.read_text(encoding="utf-8"))


def _files(root: Path) -> Found:
    for name in ("elasticsearch", "kibana", "lucene"):
        for path in sorted((root / name).glob("*.json*")):
            yield f"{name}/{path.name}", path


def _stated(suite: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cases of a suite, with their ids. Another file beside the suites has none."""
    cases = suite.get("cases") if isinstance(suite, dict) else None
    for number, case in enumerate(cases or ()):
        yield str(case.get("id", number)), case


def _cases(root: Path) -> Found:
    for path, suite in _suites(root, "elasticsearch"):
        for id_, case in _stated(suite):
            case.setdefault("restricted_index_patterns", suite.get("restricted_index_patterns"))
            yield f"elasticsearch/{path.stem}/{id_}", (path.stem, case)


def _kibana(root: Path) -> Found:
    for path, suite in _suites(root, "kibana"):
        for id_, case in _stated(suite):
            head = {key: value for key, value in suite.items() if key != "cases"} | {"folder": str(path.parent)}
            yield f"kibana/{path.stem}/{id_}", (head, case)


def _chunks(root: Path, told_by: str) -> Found:
    """The lines that hold a key, of every JSON Lines file: the key tells what they ask, whatever the file is called."""
    for path in sorted((root / "lucene").glob("*.jsonl")):
        # Not `splitlines`: a line of JSON Lines may hold characters that Python takes for the end of one.
        lines = [
            line for line in path.read_text(encoding="utf-8", errors="replace").split("\n") if f'"{told_by}"' in line
        ]
        for start in range(0, len(lines), _CHUNK):
            yield f"lucene/{path.stem}/{start + 1}", lines[start : start + _CHUNK]


def _implication(root: Path) -> Found:
    for path, table in _suites(root, "lucene"):
        for scope in ("cluster", "index"):
            if isinstance(table, dict) and scope in table:
                yield f"lucene/{path.stem}/{scope}", (scope, table[scope])


SOURCES: dict[str, Callable[[Path], Found]] = {
    "elasticsearch_case": _cases,
    "match_lines": lambda root: _chunks(root, "patterns"),
    "subset_lines": lambda root: _chunks(root, "inner"),
    "implication": _implication,
    "kibana_case": _kibana,
    "suite_file": _files,
}
"""What each fixture of the tests is filled with: ids and values."""
