"""Wildcard patterns, alone and united, as Elasticsearch reads them."""

from __future__ import annotations

import pytest

from mlaccess.patterns import (
    PatternError,
    display,
    is_literal,
    is_regex,
    match_everything,
    minus,
    pattern,
    patterns,
    validate,
)


def test_a_star_is_any_text_and_a_question_mark_any_one_character() -> None:
    assert pattern("logs-*").matches("logs-")
    assert pattern("logs-*").matches("logs-\n\U0001f600")
    assert pattern("l?gs").matches("l\U0001f600gs")
    assert not pattern("l?gs").matches("lgs")


def test_matching_is_anchored_and_case_sensitive() -> None:
    assert not pattern("logs").matches("logs-1")
    assert not pattern("Logs*").matches("logs-1")


def test_brackets_dots_and_braces_mean_themselves() -> None:
    assert pattern("a.[b]{1}+*").matches("a.[b]{1}+x")
    assert not pattern("a.b").matches("axb")


def test_a_backslash_takes_the_next_character_literally() -> None:
    assert pattern("a\\*").matches("a*")
    assert not pattern("a\\*").matches("ab")
    assert pattern("a\\b").matches("ab")
    assert pattern("\\/a/").matches("/a/")


def test_a_backslash_at_the_end_is_a_backslash() -> None:
    assert pattern("a\\").matches("a\\")


def test_the_empty_pattern_matches_nothing_not_even_the_empty_name() -> None:
    assert pattern("").is_empty()
    assert not patterns(["", "a"]).matches("")
    assert patterns([]).is_empty()


def test_two_stars_are_one_alone_and_nothing_in_a_union() -> None:
    assert pattern("**").is_total()
    assert patterns(["**"]).is_total()
    assert not patterns(["**", "foo"]).matches("bar")
    assert patterns(["**", "foo"]).matches("foo")
    assert patterns(["***", "foo"]).is_total()


def test_a_union_cuts_off_an_escaped_last_star_as_if_it_were_a_wildcard() -> None:
    assert pattern("*foo\\*").matches("a foo*")
    assert not pattern("*foo\\*").matches("a foo\\b")
    assert patterns(["*foo\\*", "zz*"]).matches("a foo\\b")
    assert patterns(["a*b\\*", "zz*"]).matches("aab\\ and more")
    assert patterns(["foo\\*", "zz*"]).matches("foo*")
    assert not patterns(["foo\\*", "zz*"]).matches("foo\\")


def test_a_union_takes_what_is_between_two_stars_as_a_regular_expression_if_it_looks_like_one() -> None:
    assert pattern("*/a+/*").matches("x/a+/y")
    assert patterns(["*/a+/*", "q"]).matches("xaay")
    assert not patterns(["*/a+/*", "q"]).matches("x/+/y")
    with pytest.raises(PatternError, match="invalid pattern \\[/b\\]"):
        patterns(["*/b*", "q"])


def test_the_same_pattern_twice_is_no_union() -> None:
    assert patterns(["**", "**"]).is_total()


def test_patterns_cover_jointly() -> None:
    assert patterns(["a?*", "a"]).includes(pattern("a*"))
    assert patterns(["a?*"]).counterexample(pattern("a*")) == "a"
    assert patterns(["/[a-m].*/", "/[^a-m].*/"]).counterexample(pattern("*")) == ""


def test_restricted_names_are_subtracted() -> None:
    language = minus(["*"], [".security*", "/\\.tasks[0-9]*/"])
    assert language.matches(".tasksx")
    assert not language.matches(".tasks12")
    assert pattern("*").includes(language)
    assert language.counterexample(pattern(".s*")) == ".security"


def test_literals_and_regular_expressions_are_told_apart() -> None:
    assert [is_literal(text) for text in ("", "a/b", "a*", "a?", "a\\b", "/a/")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert [is_regex(text) for text in ("/", "//", "/a/", "a/")] == [False, True, True, False]


def test_a_star_among_others_matches_everything_at_once() -> None:
    assert match_everything(["*a*b*c*", "*", "/[/"])
    assert not match_everything(["a*"])
    assert match_everything(["a*", "/~(a.*)/"])


def test_a_set_is_displayed_with_bars() -> None:
    assert display(["a", "b*"]) == "a|b*"


def test_an_unclosed_slash_is_refused_with_elasticsearchs_words() -> None:
    for text in ("/", "/foo", "/te*"):
        with pytest.raises(PatternError) as caught:
            validate(text)
        assert caught.value.message.startswith(f"invalid pattern [{text}]. patterns starting with '/' indicate")
        assert caught.value.error_class == "IllegalArgumentException"


def test_surrogate_halves_side_by_side_are_one_character() -> None:
    assert pattern("\ud83d\ude00?").matches("\U0001f600x")
    assert pattern("/\ud83d\ude00/").matches("\U0001f600")
    assert pattern("?").matches("\ud800")


def test_results_are_kept() -> None:
    assert pattern("kept-*") is pattern("kept-*")
    assert patterns(["kept-*", "b"]) is patterns(["kept-*", "b", "b"])
    assert minus(["kept-*"], ["b"]) is minus(["kept-*"], ["b"])
