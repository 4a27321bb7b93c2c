"""Languages by example, and the bounds on what they may cost."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from mlaccess.automata import Collector, Language, TooComplex, choice, negate, repeat, sequence, text
from mlaccess.automata.charset import charset, inverse, pick


def test_a_literal_holds_itself_alone() -> None:
    assert Language.literal("a").matches("a")
    assert not Language.literal("a").matches("aa")
    assert Language.literal("").matches("")


def test_nothing_and_everything_are_what_they_say() -> None:
    assert Language.nothing().is_empty()
    assert Language.everything().is_total()
    assert Language.union() is Language.nothing()
    assert Language.nothing().complement().is_total()
    assert Language.everything().complement().is_empty()


def test_a_witness_reads_like_a_name() -> None:
    assert Language.prefix("logs-app-").counterexample(Language.prefix("logs-")) == "logs-"
    assert Language.prefix("a").minus(Language.literal("a")).shortest() == "aa"


def test_a_union_of_prefixes_needs_no_other_language_to_cover_jointly() -> None:
    prefixes = Language.union_of(Language.prefix(f"p{n}") for n in range(50))
    assert prefixes.includes(Language.prefix("p17x"))
    assert prefixes.counterexample(Language.prefix("p")) == "p"


def test_many_affixes_are_found_as_few_are() -> None:
    collector = Collector()
    for n in range(100):
        collector.add_segments((f"x{n}", ""))
        collector.add_segments(("", f"{n}y"))
    language = collector.language()
    assert language.matches("x42")
    assert language.matches("?42y")
    assert not language.matches("y42x")
    assert not language.matches("")


def test_a_character_nobody_thought_of_does_not_fool_the_comparison() -> None:
    last = "\U0010ffff"
    collector = Collector()
    collector.add_segments(("a", last, ""))
    language = collector.language()
    assert language.counterexample(Language.prefix("a")) == "a"
    assert not language.includes(Language.prefix("a"))
    assert language.includes(Language.prefix("a" + last))


def test_lone_surrogates_and_nul_are_characters() -> None:
    language = Language.of(sequence((text("\0"), negate(text("\ud800")))))
    assert language.matches("\0")
    assert language.matches("\0\udfff")
    assert not language.matches("\0\ud800")


def test_a_difference_inside_a_difference_of_the_same_is_decided_without_it() -> None:
    hidden = Language.of(sequence((text("."), repeat(choice((text("a"), text("b"))), 1, None))))
    names = Language.union(Language.prefix("."), Language.prefix("x"))
    assert names.minus(hidden).includes(Language.prefix(".").minus(hidden))
    assert names.minus(hidden).counterexample(Language.prefix(".")) in {".a", ".b"}


def test_nesting_without_end_is_refused() -> None:
    def nested(depth: int) -> Language:
        language = Language.prefix("a")
        for _ in range(depth):
            language = Language.prefix("b").minus(Language.prefix("c").intersect(language))
        return language

    assert nested(10).matches("b")
    with pytest.raises(TooComplex):
        nested(1000)


def test_an_exponential_question_ends() -> None:
    letter = choice((text("a"), text("b")))
    window = sequence((repeat(letter, 0, None), text("a"), repeat(letter, 30, 30)))
    other = sequence((repeat(letter, 0, None), text("a"), repeat(letter, 29, 29), text("b")))
    start = time.process_time()
    with pytest.raises(TooComplex):
        Language.of(negate(window)).includes(Language.of(negate(other)))
    assert time.process_time() - start < 2


def test_after_too_complex_a_language_still_answers() -> None:
    letter = choice((text("a"), text("b")))
    window = Language.of(negate(sequence((repeat(letter, 0, None), text("a"), repeat(letter, 30, 30)))))
    other = Language.of(negate(sequence((repeat(letter, 0, None), text("b"), repeat(letter, 29, 30)))))
    with pytest.raises(TooComplex):
        window.includes(other)
    assert window.matches("b" * 40)
    assert not window.matches("a" * 31)


def test_threads_may_share_a_language() -> None:
    language = Language.of(sequence((repeat(choice((text("ab"), text("ba"))), 1, None), text("c"))))

    def ask(n: int) -> bool:
        return language.matches("ab" * n + "c") and language.counterexample(Language.literal("ba" * n + "c")) is None

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(1, 60)))


def test_charsets_are_sorted_runs() -> None:
    assert charset([(5, 7), (1, 2), (3, 4), (9, 8)]) == ((1, 7),)
    assert inverse(((0, 96), (98, 0x10FFFF))) == ((97, 97),)
    assert inverse(()) == ((0, 0x10FFFF),)
    assert pick(0, 0x10FFFF) == "a"
    assert pick(1, 2, "\1\2") is None
