"""A folder of suites may lack files, hold others, repeat ids: what can be asked is asked, whatever else is there."""

import json
from pathlib import Path
from typing import Any

from tests.conformance.collect import SOURCES


def _write(root: Path, name: str, content: Any) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def _ids(root: Path, name: str) -> list[str]:
    return [id_ for id_, _ in SOURCES[name](root)]


def test_a_folder_without_suites_asks_nothing(tmp_path: Path) -> None:
    """Nor does one that is not there."""
    for root in (tmp_path, tmp_path / "absent"):
        assert all(not list(source(root)) for source in SOURCES.values())


def test_files_without_cases_ask_nothing(tmp_path: Path) -> None:
    """An empty list, no list, another document, a list of something, no JSON at all."""
    for number, content in enumerate([{"cases": []}, {"cases": None}, {"other": 1}, ["x"], "{ broken", ""]):
        for folder in ("elasticsearch", "kibana", "lucene"):
            _write(tmp_path, f"{folder}/{number}.json", content)
    assert not _ids(tmp_path, "elasticsearch_case") + _ids(tmp_path, "kibana_case") + _ids(tmp_path, "implication")
    assert _ids(tmp_path, "suite_file")[4:6] == ["elasticsearch/4.json", "elasticsearch/5.json"]


def test_a_suite_of_any_name_is_asked_with_the_folder_in_its_ids(tmp_path: Path) -> None:
    """Ids may repeat or be missing, and a case may hold keys that nobody reads."""
    cases = [{"id": "a", "assertions": [], "extra": 1}, {"id": "a"}, {"assertions": []}]
    _write(tmp_path, "elasticsearch/new.json", {"cases": cases, "restricted_index_patterns": [".x*"], "extra": 1})
    _write(tmp_path, "kibana/new.json", {"cases": [{"id": "b", "given": {}, "expect": {}}], "roles": {}})
    assert _ids(tmp_path, "elasticsearch_case") == [f"elasticsearch/new/{id_}" for id_ in ("a", "a", "2")]
    assert all(case["restricted_index_patterns"] == [".x*"] for _, (_, case) in SOURCES["elasticsearch_case"](tmp_path))
    ((id_, (head, case)),) = SOURCES["kibana_case"](tmp_path)
    assert (id_, head["roles"], case["id"]) == ("kibana/new/b", {}, "b")


def test_a_large_suite_is_read_whole(tmp_path: Path) -> None:
    """More than five megabytes."""
    _write(tmp_path, "elasticsearch/large.json", {"cases": [{"id": n, "notes": "x" * 1000} for n in range(6000)]})
    assert len(_ids(tmp_path, "elasticsearch_case")) == 6000


def test_lines_are_asked_by_what_they_hold(tmp_path: Path) -> None:
    """Whatever the file is called; blank lines do not count, and only a line feed ends a line."""
    match = json.dumps({"patterns": ["a\u2028*"], "name": "a\u2028b", "expected": True}, ensure_ascii=False)
    subset = json.dumps({"inner": ["a"], "outer": ["*"], "expected": True})
    _write(tmp_path, "lucene/more.jsonl", f"{match}\n\n{subset}\n{match}\n")
    ((id_, lines),) = SOURCES["match_lines"](tmp_path)
    assert (id_, lines) == ("lucene/more/1", [match, match])
    assert [lines for _, lines in SOURCES["subset_lines"](tmp_path)] == [[subset]]
