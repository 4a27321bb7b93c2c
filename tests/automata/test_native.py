"""Names read by Python's own engine: it says what the graph says, and is given nothing that would keep it busy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaccess.automata import (
    ANY_CHAR_EXPRESSION,
    ANY_TEXT_EXPRESSION,
    Collector,
    Expression,
    Language,
    Parts,
    chars,
    choice,
    flat,
    negate,
    repeat,
    sequence,
    text,
)
from mlaccess.automata.native import LONGEST, native_reader
from mlaccess.automata.walk import Atom
from mlaccess.patterns import StringMatcher, patterns

from .test_laws import EXPRESSIONS, GLOB_SETS, STRINGS, glob_matches, held

SETS = [((97, 98),), ((97, 97),), ((0, 96), (98, 0x10FFFF)), ((0, 97), (99, 0x10FFFF)), ((98, 0x10FFFF),)]
LETTERS = st.sampled_from(SETS).map(chars) | st.just(ANY_CHAR_EXPRESSION)
READABLE = st.recursive(
    st.one_of(
        st.sampled_from(["", "a", "b", "ab", "ba", "z"]).map(text),
        LETTERS,
        st.just(ANY_TEXT_EXPRESSION),
        st.tuples(LETTERS, st.sampled_from([(0, 1), (0, None), (1, None), (2, 2), (1, 3), (2, None)])).map(
            lambda pair: repeat(pair[0], *pair[1])
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(sequence),
        st.lists(inner, min_size=2, max_size=3).map(choice),
        inner.map(lambda part: repeat(part, 0, 1)),
    ),
    max_leaves=5,
)
A = repeat(text("a"), 0, None)


def nested(depth: int) -> Expression:
    """`a*(b|a*(b|...))`."""
    return text("b") if not depth else sequence((A, choice((text("b"), nested(depth - 1)))))


def found(language: Language) -> frozenset[str]:
    return frozenset(string for string in STRINGS if language.matches(string))


@given(READABLE)
def test_an_expression_is_read_as_trying_every_reading_says(expression: Expression) -> None:
    read = native_reader((), [expression])
    if read is not None:
        assert frozenset(string for string in STRINGS if read(string) is not None) == held(expression)


def test_most_expressions_that_people_write_are_read() -> None:
    """So that the law above is about something."""
    for one in (sequence((text("b"), A)), choice((text("a"), sequence((text("b"), A, text("b")))))):
        assert native_reader((), [one]) is not None


@given(GLOB_SETS)
def test_globs_are_read_as_trying_every_reading_says(globs: list[Parts]) -> None:
    read = native_reader(globs, ())
    assert read is not None
    expected = frozenset(string for string in STRINGS if any(glob_matches(parts, string) for parts in globs))
    assert frozenset(string for string in STRINGS if read(string) is not None) == expected


@given(st.lists(EXPRESSIONS, min_size=1, max_size=2), GLOB_SETS)
def test_a_language_that_is_read_often_says_what_it_said(expressions: list[Expression], globs: list[Parts]) -> None:
    """The first time, and after it has gone over to the quicker reader, if it has one."""
    collector = Collector()
    collector.atoms += map(Atom, expressions)
    for parts in globs:
        collector.add_glob(parts)
    language = collector.language()
    expected = found(language)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flat, "_OFTEN", 1 + len(STRINGS))
        other = collector.language()
        for _ in range(3):
            assert found(other) == expected


@pytest.mark.parametrize(
    "expression",
    [
        repeat(choice((text("ab"), text("a"))), 0, None),
        repeat(sequence((A, text("b"))), 0, None),
        sequence((A, A, text("b"))),
        sequence([repeat(text("a"), 0, 1)] * 20),
        sequence([choice((text("a"), text("aa")))] * 20),
        negate(text("a")),
        choice([text(f"name-{n}-of-many") for n in range(1_000)]),
        nested(6),
    ],
    ids=["group", "nested", "twice", "optional", "choices", "complement", "long", "deep"],
)
def test_what_may_keep_it_busy_is_not_read(expression: Expression) -> None:
    """Repeated groups, many ways to divide a name, long or deep patterns; nor what it cannot say."""
    assert native_reader((), [expression]) is None


@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST, LONGEST + 1, 10 * LONGEST])
def test_names_of_any_length_are_read(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    """Those that are too long for the quicker reader by the graph."""
    monkeypatch.setattr(flat, "_OFTEN", 1)
    matcher = patterns(["/a[b-d]+/", "x*y*z"])
    for _ in range(3):
        assert matcher.matches("a" + "c" * (length - 1))
        assert not matcher.matches("a" + "c" * (length - 2) + "e")
        assert matcher.matches("x" + "y" * (length - 2) + "z")


def test_every_character_is_one() -> None:
    """Line ends, NUL, halves of surrogate pairs, and what means something to the other engine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flat, "_OFTEN", 1)
        matcher = StringMatcher.of(["/x[^a]y/", "/[]^\\-\\\\]z/", "a?*.(b"])
        for char in "\n\0\ud800\U0010ffff]^-\\.":
            for _ in range(3):
                assert matcher.matches(f"x{char}y")
                assert matcher.matches(f"{char}z") is (char in "]^-\\")
                assert matcher.matches(f"a{char}{char}.(b")
                assert not matcher.matches(f"a.{char}b")
