"""Lucene's regular expressions: what they mean, and how they are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaccess.automata import TooComplex
from mlaccess.patterns import PatternError, pattern

# (expression, names it holds, names it lacks)
MEANINGS = [
    ("", ["", ], ["a"]),
    ("ab*", ["a", "abb"], ["abab", ""]),
    ("(ab)+", ["ab", "abab"], ["", "aba"]),
    ("a{2}", ["aa"], ["a", "aaa"]),
    ("a{2,}", ["aa", "aaaa"], ["a"]),
    ("a{0,2}", ["", "aa"], ["aaa"]),
    ("a|b&c", ["a"], ["b", "c"]),
    ("a.*&.*b", ["ab", "axb"], ["a", "b"]),
    ("~ab", ["b", "aab", "xb"], ["ab"]),
    ("~(ab)", ["", "a", "abc"], ["ab"]),
    ("~a*", ["", "b", "bb", "aa"], []),
    ("~~a", ["a"], ["b"]),
    (".", ["a", "\n", "\U0001f600"], ["", "aa"]),
    ("@", ["", "a\nb"], []),
    ("a@b", ["ab", "a b"], ["a"]),
    ("#", [], ["", "#"]),
    ("#*", [], [""]),
    ("#?", [""], ["#"]),
    ("#{0,2}", [""], []),
    ("(a&b)*", [], [""]),
    ("a#|b", ["b"], ["a"]),
    ('"a*\\"', ["a*\\"], ["a"]),
    ("()", [""], ["()"]),
    ("^a$", ["^a$"], ["a"]),
    ("a/b", ["a/b"], []),
    ("[a-c]", ["b"], ["d", "-"]),
    ("[^a-c]", ["d", "-"], ["b", ""]),
    ("[]a]", ["]", "a"], [""]),
    ("[a\\-]", ["a", "-"], ["\\"]),
    ("[a-\\d]", ["a", "d"], ["1", "e"]),
    ("[\\d_]", ["1", "_"], ["d"]),
    ("[^\\s\\S]*", [], [""]),
    ("\\d\\w\\s", ["1_ ", "9z\t"], ["٣a ", "1- "]),
    ("\\D\\W\\S", ["a-b"], ["1-b"]),
    ("\\.\\-", [".-"], ["x-"]),
    ("|", ["|"], [""]),
    ("a||b", ["a", "|b"], ["b"]),
    ("(|a)", ["|a"], ["a", ""]),
    ("a&&b", [], ["a", "&b"]),
    ("*a", ["*a"], ["a"]),
    ("<1-10>", ["1", "10", "005", "010"], ["0", "11", ""]),
    ("<01-10>", ["01", "10"], ["1", "001"]),
    ("<10-1>", ["5"], ["0"]),
    ("<7-7>", ["7"], ["07"]),
    ("<98-1003>", ["98", "099", "1003", "0500"], ["97", "1004"]),
    ("<+1-20>", ["01", "20"], ["1"]),
]  # fmt: skip

# (pattern, message, class of error)
REFUSALS = [
    ("a|", "unexpected end-of-string"),
    ("a&", "unexpected end-of-string"),
    ("~", "unexpected end-of-string"),
    ("a\\", "unexpected end-of-string"),
    ("a)", "end-of-string expected at position 1"),
    ("(a", "expected ')' at position 2"),
    ("\U0001f600(a", "expected ')' at position 4"),
    ("[]", "expected ']' at position 2"),
    ("[^]", "expected ']' at position 3"),
    ("[a-]", "invalid range: from (97) cannot be > to (93)"),
    ("\\q", "invalid character class \\113"),
    ("[\\b]", "invalid character class \\98"),
    ("a{,3}", "integer expected at position 2"),
    ("a{1", "expected '}' at position 3"),
    ("a{3,2}", "invalid repetition range(out of order): 3..2"),
    ("<1->", "interval syntax error at position 3"),
    ("<1-2-3>", "interval syntax error at position 6"),
    ("<1-2147483648>", "interval syntax error at position 13"),
    ("<name>", "'name' not found"),
    ("<1-2", "expected '>' at position 4"),
    ('"a', "expected '\"' at position 2"),
]


@pytest.mark.parametrize(("expression", "names", "others"), MEANINGS, ids=[meaning[0] for meaning in MEANINGS])
def test_an_expression_matches_these_and_not_those(expression: str, names: list[str], others: list[str]) -> None:
    language = pattern(f"/{expression}/")
    assert [name for name in names if not language.matches(name)] == []
    assert [name for name in others if language.matches(name)] == []


@pytest.mark.parametrize(("expression", "message"), REFUSALS, ids=[refusal[0] for refusal in REFUSALS])
def test_an_expression_is_refused_with_lucenes_words(expression: str, message: str) -> None:
    with pytest.raises(PatternError) as caught:
        pattern(f"/{expression}/")
    assert caught.value.message == message
    assert caught.value.pattern == f"/{expression}/"
    assert caught.value.error_class == "IllegalArgumentException"


def test_a_count_over_the_integers_is_a_number_format_error() -> None:
    with pytest.raises(PatternError) as caught:
        pattern("/a{99999999999}/")
    assert caught.value.message == 'For input string: "99999999999"'
    assert caught.value.error_class == "NumberFormatException"


def test_an_error_points_at_its_place() -> None:
    with pytest.raises(PatternError) as caught:
        pattern("/a{x}/")
    assert str(caught.value).splitlines()[1:] == ["  /a{x}/", "     ^"]


def test_the_viewer_role_sees_all_but_hidden_names() -> None:
    viewer = pattern("/~(([.]|ilm-history-).*)/")
    assert viewer.matches("logs")
    assert not viewer.matches(".kibana")
    assert viewer.includes(pattern("logs-*"))
    assert viewer.counterexample(pattern("ilm*")) == "ilm-history-"


@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 3))
def test_an_interval_holds_the_numbers_in_between(low: int, high: int, number: int, zeros: int) -> None:
    inside = min(low, high) <= number <= max(low, high)
    if len(str(low)) != len(str(high)):
        assert pattern(f"/<{low}-{high}>/").matches("0" * zeros + str(number)) == inside
    fixed = pattern(f"/<{low:04d}-{high:04d}>/")
    assert fixed.matches(f"{number:04d}") == inside
    assert not fixed.matches(f"{number:05d}")


@given(st.text('ab.|&~#@*+?(){}[]<>-^\\"0123,', max_size=12))
def test_any_text_is_an_expression_or_is_refused(source: str) -> None:
    try:
        language = pattern(f"/{source}/")
    except (PatternError, TooComplex):
        return
    shortest = language.shortest()
    assert (shortest is None) == language.is_empty()
    assert shortest is None or language.matches(shortest)


def test_depth_and_length_exhaust_nothing() -> None:
    deep = pattern("/" + "(" * 15_000 + "a" + ")*" * 15_000 + "/")
    assert deep.matches("aaa")
    nested = pattern("/" + "(b|" * 2_000 + "a" + ")c" * 2_000 + "/")
    assert nested.matches("a" + "c" * 2_000)
    with pytest.raises(TooComplex):
        pattern("/" + "a|" * 500_000 + "b/")
    assert pattern("/a{1,1000000}/").matches("a" * 1000)
    assert pattern("/" + "~" * 10_001 + "a/").matches("b")
