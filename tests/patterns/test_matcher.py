"""The matcher of index names, where it differs from the automaton and where it does not."""

from __future__ import annotations

import pytest

from mlaccess.patterns import PatternError, StringMatcher, patterns


def test_no_patterns_match_no_name() -> None:
    assert not StringMatcher.of([]).matches("a")
    assert str(StringMatcher.of([])) == "(empty)"


def test_no_pattern_matches_an_absent_name() -> None:
    assert not StringMatcher.of(["*"]).matches(None)


def test_a_star_matches_everything_even_beside_an_invalid_pattern() -> None:
    matcher = StringMatcher.of(["*", "/["])
    assert matcher.matches("")
    assert matcher.is_total()


def test_a_backslash_without_wildcards_is_a_backslash() -> None:
    assert StringMatcher.of(["a\\b"]).matches("a\\b")
    assert not StringMatcher.of(["a\\b"]).matches("ab")
    assert patterns(["a\\b"]).matches("ab")


def test_the_empty_pattern_matches_the_empty_name() -> None:
    assert StringMatcher.of([""]).matches("")
    assert not StringMatcher.of([""]).matches("a")


def test_exact_names_do_not_make_a_union_of_one_pattern() -> None:
    assert StringMatcher.of(["**", "foo"]).matches("bar")
    assert not patterns(["**", "foo"]).matches("bar")


def test_literals_wildcards_and_expressions_work_together() -> None:
    matcher = StringMatcher.of(["exact", "abc*", "*suffix", "a?c", "/x[0-9]+/"])
    assert all(map(matcher.matches, ["exact", "abc", "some suffix", "axc", "x12"]))
    assert not any(map(matcher.matches, ["exact1", "ab", "suffix1", "ac", "x", ""]))


def test_an_invalid_pattern_refuses_the_whole_set() -> None:
    with pytest.raises(PatternError) as caught:
        StringMatcher.of(["fine", "/[0-9/", "/a/"])
    assert caught.value.message == "The set of patterns [/[0-9/,/a/] is invalid"
    assert caught.value.pattern == "/[0-9/"
    assert isinstance(caught.value.__cause__, PatternError)


def test_a_long_list_is_described_briefly() -> None:
    texts = ["a" * 100, "b" * 200]
    assert len(str(StringMatcher.of(texts))) < 251
    assert str(StringMatcher.of(["a", "b"])) == "a|b"
    assert repr(StringMatcher.of(["a", "b"])) == "<StringMatcher a|b>"
