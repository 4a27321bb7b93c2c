"""Collects the suites as tests, one a case, and prints the table of what was found."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.tally import TALLY

_CHUNK = 500
"""Lines of a JSON Lines suite per test: few enough to find a failure, many enough to collect fast."""


def _cases(folder: Path) -> Iterator[tuple[str, Any]]:
    for path in sorted((folder / "elasticsearch").glob("*.json")):
        suite = json.loads(path.read_text(encoding="utf-8"))
        for case in suite.get("cases", ()):
            case.setdefault("restricted_index_patterns", suite.get("restricted_index_patterns"))
            yield f"elasticsearch/{path.stem}/{case['id']}", (path.stem, case)


def _chunks(folder: Path, name: str) -> Iterator[tuple[str, Any]]:
    path = folder / "lucene" / name
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines()
        for start in range(0, len(lines), _CHUNK):
            yield f"lucene/{path.stem}/{start + 1}", lines[start : start + _CHUNK]


def _implication(folder: Path) -> Iterator[tuple[str, Any]]:
    path = folder / "lucene" / "implication.json"
    if path.exists():
        table = json.loads(path.read_text(encoding="utf-8"))
        for scope in ("cluster", "index"):
            if scope in table:
                yield f"lucene/implication/{scope}", (scope, table[scope])


def _kibana(folder: Path) -> Iterator[tuple[str, Any]]:
    for path in sorted((folder / "kibana").glob("*.json")):
        suite = json.loads(path.read_text(encoding="utf-8"))
        if "cases" in suite:
            head = {key: value for key, value in suite.items() if key != "cases"} | {"folder": str(path.parent)}
            for case in suite["cases"]:
                yield f"kibana/{path.stem}/{case['id']}", (head, case)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every fixture named after a kind of suite is filled from the folder given."""
    folder = Path(metafunc.config.getoption("--suites"))
    sources = {
        "elasticsearch_case": lambda: _cases(folder),
        "match_lines": lambda: _chunks(folder, "match.jsonl"),
        "subset_lines": lambda: _chunks(folder, "subset.jsonl"),
        "implication": lambda: _implication(folder),
        "kibana_case": lambda: _kibana(folder),
    }
    for name, source in sources.items():
        if name in metafunc.fixturenames:
            found = list(source())
            metafunc.parametrize(name, [value for _, value in found], ids=[id_ for id_, _ in found])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table: suite, kind, passed, failed, out of scope."""
    lines = TALLY.table()
    if lines:
        terminalreporter.section("conformance")
        for line in lines:
            terminalreporter.write_line(line)
