"""Lucene's answers about patterns, and the pattern questions of Elasticsearch's own tests, asked of this library.

Each function takes one line (or assertion) of a suite and raises AssertionError where the answer differs. Lines tagged
`work-limit` ask about patterns near Lucene's own work limit: there an answer must be right or explicitly `TooComplex`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlaccess.automata import Language, TooComplex
from mlaccess.patterns import (
    PatternError,
    StringMatcher,
    display,
    is_literal,
    match_everything,
    minus,
    patterns,
    validate,
)

__all__ = ["DISPUTED", "KINDS", "check_match", "check_pattern_case", "check_subset"]

DISPUTED: list[dict[str, Any]] = [
    # Derived, not asserted upstream: AutomatonsTests.testLiteralPartitionMatchesGeneralBuilderLanguage compares two
    # builders, and Lucene's automaton for the empty wildcard pattern holds no string, alone or in a union.
    {
        "kind": "pattern_match",
        "engine": "pattern",
        "patterns": ["", "lit1", "lit2"],
        "text": "",
        "expected": True,
    }
]
"""Assertions that contradict what Lucene itself answers."""

_TOO_COMPLEX = "TooComplexToDeterminizeException"


def check_match(line: dict[str, Any]) -> None:
    """One line of the matching suite: does the language, and does the matcher of index names, hold the name?"""
    texts: list[str] = line["patterns"]
    if line.get("error"):
        _check_refused(line, lambda: _language(texts, line.get("minus")))
    else:
        _check_answer(line, "expected", lambda: _language(texts, line.get("minus")).matches(line["name"]))
    if line.get("string_matcher") == "error":
        if "work-limit" not in line.get("tags", ()) and line.get("error_class") != _TOO_COMPLEX:
            try:
                StringMatcher.of(texts)
            except PatternError:
                return
            raise AssertionError(f"{_where(line)}: the matcher takes what it must refuse")
    elif "name" in line and "string_matcher" in line:
        without = patterns(line.get("minus", []))
        _check_answer(
            line,
            "string_matcher",
            lambda: StringMatcher.of(texts).matches(line["name"]) and not without.matches(line["name"]),
        )


def check_subset(line: dict[str, Any]) -> None:
    """One line of the inclusion suite: all relations of two languages, and a shortest witness where one is missing."""
    if line.get("error"):
        _check_refused(line, lambda: _pair(line))
        return
    try:
        inner, outer = _pair(line)
    except TooComplex:
        _excuse(line)
        return
    questions: dict[str, Callable[[], bool]] = {
        "expected": lambda: outer.includes(inner),
        "superset": lambda: inner.includes(outer),
        "equal": lambda: inner.equals(outer),
        "intersects": lambda: inner.overlaps(outer),
        "inner_empty": inner.is_empty,
        "outer_empty": outer.is_empty,
        "outer_total": outer.is_total,
    }
    for key, question in questions.items():
        if key in line:
            _check_answer(line, key, question)
    if "expected" not in line:
        return
    try:
        witness = outer.counterexample(inner)
    except TooComplex:
        _excuse(line)
        return
    if line["expected"]:
        assert witness is None, f"{_where(line)}: {witness!r} should not be missing"
        return
    assert witness is not None, f"{_where(line)}: no counterexample"
    assert inner.matches(witness), f"{_where(line)}: {witness!r} is not in the inner language"
    assert not outer.matches(witness), f"{_where(line)}: {witness!r} is in the outer language"
    if "witness" in line:
        assert len(witness) == len(line["witness"]), (
            f"{_where(line)}: {witness!r} has another length than the shortest {line['witness']!r}"
        )


def check_pattern_case(assertion: dict[str, Any]) -> bool | None:
    """One assertion of Elasticsearch's pattern tests. True if it holds, None if it is of another kind or disputed."""
    check = KINDS.get(assertion["kind"])
    if check is None or assertion in DISPUTED:
        return None
    check(assertion)
    return True


def _matches(assertion: dict[str, Any]) -> None:
    texts, name = assertion["patterns"], assertion["text"]
    if assertion["engine"] == "string_matcher":
        answer = StringMatcher.of(texts).matches(name)
    else:
        answer = patterns(_spoken(assertion)).matches(name)
    assert answer is assertion["expected"], f"{texts} on {name!r}: {answer}"


def _spoken(assertion: dict[str, Any]) -> list[str]:
    """The patterns of a question, where only wildcards are known a leading slash escaped: it is a character there."""
    only_wildcards = assertion["engine"] == "wildcard"
    return [f"\\{t}" if only_wildcards and t.startswith("/") else t for t in assertion["patterns"]]


def _valid(assertion: dict[str, Any]) -> None:
    expected: dict[str, Any] = assertion["expected"]
    texts: list[str] = assertion["patterns"]
    try:
        if assertion["engine"] == "string_matcher":
            StringMatcher.of(texts)
        else:
            for text in _spoken(assertion):
                validate(text)
    except PatternError as error:
        assert not expected["valid"], f"{texts}: {error}"
        for part in expected.get("error_contains", ()):
            assert part in error.message, f"{texts}: {part!r} is not in {error.message!r}"
        kinds = {
            "illegal_argument_exception": "IllegalArgumentException",
            "security_exception": "ElasticsearchSecurityException",
        }
        if "error_type" in expected:
            assert error.error_class == kinds[expected["error_type"]], f"{texts}: {error.error_class}"
    else:
        assert expected["valid"], f"{texts} is taken as valid"


def _is_literal(assertion: dict[str, Any]) -> None:
    assert is_literal(assertion["pattern"]) is assertion["expected"], assertion["pattern"]


def _match_everything(assertion: dict[str, Any]) -> None:
    assert match_everything(assertion["patterns"]) is assertion["expected"], assertion["patterns"]
    assert StringMatcher.of(assertion["patterns"]).is_total() is assertion["expected"], assertion["patterns"]


def _display(assertion: dict[str, Any]) -> None:
    assert display(assertion["patterns"]) == assertion["expected"], assertion["patterns"]


KINDS: dict[str, Callable[[dict[str, Any]], None]] = {
    "pattern_match": _matches,
    "pattern_valid": _valid,
    "pattern_is_literal": _is_literal,
    "patterns_match_everything": _match_everything,
    "pattern_set_display": _display,
}


def _language(texts: list[str], without: list[str] | None) -> Language:
    return patterns(texts) if without is None else minus(texts, without)


def _pair(line: dict[str, Any]) -> tuple[Language, Language]:
    return _language(line["inner"], line.get("inner_minus")), _language(line["outer"], line.get("outer_minus"))


def _check_answer(line: dict[str, Any], key: str, question: Callable[[], bool]) -> None:
    try:
        answer = question()
    except TooComplex:
        _excuse(line)
        return
    assert answer is line[key], f"{_where(line)}: {key} is {answer}, not {line[key]}"


def _check_refused(line: dict[str, Any], build: Callable[[], object]) -> None:
    """Refused with the same class of error. What Lucene finds too complex may be answered here."""
    try:
        build()
    except TooComplex:
        assert line["error_class"] == _TOO_COMPLEX, f"{_where(line)}: too complex, not {line['error_class']}"
    except PatternError as error:
        assert error.error_class == line["error_class"], (
            f"{_where(line)}: {error.error_class}, not {line['error_class']}"
        )
        said = line.get("message", error.message)
        assert error.message == said, f"{_where(line)}: {error.message!r}, not {said!r}"
    else:
        assert line["error_class"] == _TOO_COMPLEX, f"{_where(line)}: taken as valid, not {line['error_class']}"


def _excuse(line: dict[str, Any]) -> None:
    assert "work-limit" in line.get("tags", ()), f"{_where(line)}: too complex"


def _where(line: dict[str, Any]) -> str:
    shown = {
        key: line[key]
        for key in ("patterns", "minus", "inner", "inner_minus", "outer", "outer_minus", "name")
        if key in line
    }
    return f"{line.get('id', 'line')} {shown!r:.400}"
