"""The oracle's patterns are its own, so they are held against Lucene's answers as production's are."""

import json
from pathlib import Path

from tests.oracle_patterns import both, covers, negate
from tests.oracle_syntax import patterns

VECTORS = Path(__file__).parents[1] / "conformance" / "suites" / "lucene" / "subset.jsonl"


def _is_read(case: dict[str, list[str]]) -> bool:
    """Whether a case is small and written in the part of the syntax that the oracle reads."""
    texts = [t for key in ("inner", "outer", "inner_minus", "outer_minus") for t in case.get(key) or []]
    return (
        "expected" in case
        and len(texts) <= 10
        and sum(map(len, texts)) <= 300
        and all(t not in ("", "**") and t.count("?") <= 6 and not set(t) & set('"<{\\\0\1') for t in texts)
        and not any(t.startswith("/") and "#" in t for t in texts)
    )


def test_inclusion_by_derivatives_is_lucenes_inclusion() -> None:
    """Every vector of inclusion that the oracle can read has Lucene's answer."""
    read = 0
    for line in VECTORS.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if not _is_read(case):
            continue
        try:
            inner, outer = patterns(case["inner"]), patterns(case["outer"])
            inner = both(inner, negate(patterns(case.get("inner_minus") or ())))
            outer = both(outer, negate(patterns(case.get("outer_minus") or ())))
        except (AssertionError, IndexError):  # syntax that the oracle does not read
            continue
        assert covers(outer, inner) is case["expected"], case["id"]
        read += 1
    assert read > 2000, read
