"""Laws of languages, against a matcher too simple to be wrong.

Expressions and globs are made at random over two letters; what they hold is decided by trying every way to read a
string, and every string up to a length is tried.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from mlaccess.automata import (
    ANY_CHAR,
    ANY_CHAR_EXPRESSION,
    ANY_TEXT,
    ANY_TEXT_EXPRESSION,
    NOTHING,
    Collector,
    Expression,
    Language,
    Parts,
    both,
    chars,
    choice,
    has_strings,
    negate,
    repeat,
    sequence,
    text,
)
from mlaccess.automata.expression import Both, Chars, Choice, Not, Repeat, Sequence, Text
from mlaccess.automata.flat import Flat
from mlaccess.automata.limits import Work
from mlaccess.automata.walk import Atom

LETTERS = "abz"
STRINGS = ["".join(letters) for size in range(5) for letters in product(LETTERS, repeat=size)]


def ends(expression: Expression, string: str, start: int) -> frozenset[int]:
    """Where a string of the expression can end if it begins at `start`."""
    size = len(string)
    match expression:
        case Text(value=value):
            return frozenset({start + len(value)} if string.startswith(value, start) else ())
        case Chars(chars=members):
            inside = start < size and any(first <= ord(string[start]) <= last for first, last in members)
            return frozenset({start + 1} if inside else ())
        case Sequence(parts=parts):
            here = frozenset({start})
            for part in parts:
                here = frozenset(end for at in here for end in ends(part, string, at))
            return here
        case Choice(parts=parts):
            return frozenset(end for part in parts for end in ends(part, string, start))
        case Repeat(part=part, low=low, high=high):
            here = frozenset({start})
            for _ in range(low):
                here = frozenset(end for at in here for end in ends(part, string, at))
            seen = here
            for _ in range(size + 1 if high is None else high - low):
                here = frozenset(end for at in here for end in ends(part, string, at))
                seen |= here
            return seen
        case Both(left=left, right=right):
            return ends(left, string, start) & ends(right, string, start)
        case Not(part=part):
            return frozenset(range(start, size + 1)) - ends(part, string, start)
        case _:
            raise AssertionError(expression)


def held(expression: Expression) -> frozenset[str]:
    """The short strings that the expression holds."""
    return frozenset(string for string in STRINGS if len(string) in ends(expression, string, 0))


@lru_cache(1000)
def glob_matches(parts: Parts, string: str) -> bool:
    if not parts:
        return not string
    first, rest = parts[0], parts[1:]
    if first is ANY_TEXT:
        return any(glob_matches(rest, string[at:]) for at in range(len(string) + 1))
    if first is ANY_CHAR:
        return bool(string) and glob_matches(rest, string[1:])
    assert isinstance(first, str)
    return string.startswith(first) and glob_matches(rest, string[len(first) :])


def through_graph(expression: Expression) -> Language:
    """The language of the expression, decided by its graph alone."""
    collector = Collector()
    collector.atoms.append(Atom(expression))
    return Flat(collector)


def short(language: Language) -> frozenset[str]:
    return frozenset(string for string in STRINGS if language.matches(string))


def normal(parts: list[str | object]) -> Parts:
    """Neighbouring texts joined, neighbouring any-text gaps made one."""
    joined: list[object] = []
    for part in parts:
        if joined and part is ANY_TEXT and joined[-1] is ANY_TEXT:
            continue
        if joined and isinstance(part, str) and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(joined)  # type: ignore[arg-type]


LEAVES = st.one_of(
    st.sampled_from(["", "a", "b", "ab", "ba"]).map(text),
    st.sampled_from([((97, 98),), ((97, 97),), ((0, 96), (98, 0x10FFFF))]).map(chars),
    st.sampled_from([ANY_CHAR_EXPRESSION, ANY_TEXT_EXPRESSION, NOTHING]),
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(sequence),
        st.lists(inner, min_size=2, max_size=3).map(choice),
        st.tuples(inner, st.sampled_from([(0, 1), (0, None), (1, None), (2, 2), (1, 3), (2, None)])).map(
            lambda pair: repeat(pair[0], *pair[1])
        ),
        st.tuples(inner, inner).map(lambda pair: both(*pair)),
        inner.map(negate),
    ),
    max_leaves=6,
)
GLOBS = st.lists(st.sampled_from(["a", "b", "ab", ANY_CHAR, ANY_TEXT, ANY_TEXT]), max_size=5).map(normal)
GLOB_SETS = st.lists(GLOBS, max_size=5)


def from_globs(globs: list[Parts]) -> Language:
    collector = Collector()
    for parts in globs:
        collector.add_glob(parts)
    return collector.language()


def globs_through_graph(globs: list[Parts]) -> Language:
    words = {ANY_CHAR: ANY_CHAR_EXPRESSION, ANY_TEXT: ANY_TEXT_EXPRESSION}
    return through_graph(
        choice(sequence(text(part) if isinstance(part, str) else words[part] for part in parts) for parts in globs)
    )


LANGUAGES = st.recursive(
    st.one_of(GLOB_SETS.map(from_globs), EXPRESSIONS.map(Language.of)),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: Language.union(*pair)),
        st.tuples(inner, inner).map(lambda pair: pair[0].minus(pair[1])),
        st.tuples(inner, inner).map(lambda pair: pair[0].intersect(pair[1])),
        inner.map(Language.complement),
    ),
    max_leaves=3,
)


@given(EXPRESSIONS)
def test_an_expression_holds_what_trying_every_reading_says(expression: Expression) -> None:
    expected = held(expression)
    assert short(Language.of(expression)) == expected
    assert short(through_graph(expression)) == expected


@given(EXPRESSIONS)
def test_what_an_expression_notes_about_itself_is_true(expression: Expression) -> None:
    expected = held(expression)
    assert expression.nullable == ("" in expected)
    assert all(len(string) >= expression.least for string in expected)
    if expected:
        assert has_strings(expression, Work())
    if not has_strings(expression, Work()):
        assert not expected


@given(GLOB_SETS)
def test_globs_hold_what_trying_every_reading_says(globs: list[Parts]) -> None:
    expected = frozenset(string for string in STRINGS if any(glob_matches(parts, string) for parts in globs))
    assert short(from_globs(globs)) == expected
    assert short(globs_through_graph(globs)) == expected


@given(GLOB_SETS, GLOB_SETS)
def test_comparing_texts_and_walking_graphs_agree(outer: list[Parts], inner: list[Parts]) -> None:
    fast, slow = from_globs(outer), globs_through_graph(outer)
    fast_inner, slow_inner = from_globs(inner), globs_through_graph(inner)
    assert fast.includes(fast_inner) == slow.includes(slow_inner)
    assert fast.overlaps(fast_inner) == slow.overlaps(slow_inner)
    assert fast.is_total() == slow.is_total()
    assert fast.is_empty() == slow.is_empty()
    ours, theirs = fast.counterexample(fast_inner), slow.counterexample(slow_inner)
    assert (ours is None) == (theirs is None)
    assert ours is None or theirs is None or len(ours) == len(theirs)
    ours, theirs = fast.shortest(), slow.shortest()
    assert (ours is None) == (theirs is None)
    assert ours is None or theirs is None or len(ours) == len(theirs)


@given(LANGUAGES, LANGUAGES)
@settings(max_examples=300)
def test_a_counterexample_is_a_shortest_one_and_there_is_one_exactly_if_not_included(
    outer: Language, inner: Language
) -> None:
    witness = outer.counterexample(inner)
    assert outer.includes(inner) == (witness is None)
    missing = sorted(short(inner) - short(outer), key=len)
    if witness is None:
        assert not missing
    else:
        assert inner.matches(witness)
        assert not outer.matches(witness)
        assert not missing or len(witness) == len(missing[0])


@given(LANGUAGES, LANGUAGES)
@settings(max_examples=200)
def test_union_difference_and_intersection_are_those_of_sets(left: Language, right: Language) -> None:
    ours, theirs = short(left), short(right)
    assert short(Language.union(left, right)) == ours | theirs
    assert short(left.minus(right)) == ours - theirs
    assert short(left.intersect(right)) == ours & theirs
    assert short(left.complement()) == frozenset(STRINGS) - ours
    assert left.intersect(right).includes(left.minus(left.minus(right)))


@given(LANGUAGES, LANGUAGES)
@settings(max_examples=200)
def test_de_morgan(left: Language, right: Language) -> None:
    assert Language.union(left, right).complement().equals(left.complement().intersect(right.complement()))
    assert left.intersect(right).complement().equals(Language.union(left.complement(), right.complement()))


@given(LANGUAGES, LANGUAGES)
@settings(max_examples=200)
def test_the_questions_about_two_languages_fit_together(left: Language, right: Language) -> None:
    assert left.overlaps(right) == (not left.intersect(right).is_empty()) == right.overlaps(left)
    assert left.includes(right) == right.minus(left).is_empty()
    assert left.includes(right) == (not right.overlaps(left.complement()))
    assert left.is_total() == left.complement().is_empty()
    assert left.is_empty() == (left.shortest() is None)
    assert Language.union(left, right).includes(left)
    assert left.includes(left.intersect(right))


@given(LANGUAGES)
def test_asking_twice_gives_the_same_answer(language: Language) -> None:
    other = Language.prefix("a")
    first = (language.counterexample(other), other.counterexample(language), short(language))
    language.forget()
    assert (language.counterexample(other), other.counterexample(language), short(language)) == first
