"""Plain names and patterns are decided by looking at texts, exactly as their languages would decide."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import product

import pytest

from mlaccess.automata import Language
from mlaccess.catalog.privileges import Selector, index_actions, index_privilege
from mlaccess.patterns import pattern, patterns
from mlaccess.permission.plain import PlainName, PlainPattern, add_up, gives, is_plain, parts_of, sample

NOTHING = Language.nothing()
RESTRICTED = patterns([".ml*", "sys"])
SHORT = ("".join(letters) for length in range(1, 4) for letters in product("ab*", repeat=length))
PLAIN = (*(text for text in SHORT if "**" not in text), "*a*b", "a*b*a")
TEXTS = ("", *("".join(letters) for length in range(1, 6) for letters in product("abc", repeat=length)))


@cache
def matched(text: str) -> frozenset[str]:
    """The short texts that a plain pattern matches, by a regular expression of Python's."""
    regex = re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)
    return frozenset(t for t in TEXTS if regex.fullmatch(t))


@pytest.mark.parametrize("text", ["a", "logs-*", "*", ".ds-logs", "a:b", "X", "*x*y*"])
def test_texts_and_single_stars_are_plain(text: str) -> None:
    assert is_plain(text)


@pytest.mark.parametrize("text", ["", "a?", "a\\b", "/a/", "a/b", "a**b", "é", "a*é"])
def test_what_means_more_than_texts_and_stars_is_not_plain(text: str) -> None:
    """Wildcards of one character, escapes, regular expressions, and characters that count as several."""
    assert not is_plain(text)


def test_a_name_matches_the_texts_of_its_pattern_and_no_others() -> None:
    """Every pattern up to four characters, every text up to five."""
    for text in PLAIN:
        name = PlainName.of(text)
        assert frozenset(t for t in TEXTS if name.matches(t)) == matched(text), text


def test_texts_between_gaps_follow_each_other_and_do_not_overlap() -> None:
    """What one part took, the next cannot have."""
    name = PlainName.of("*ab*ba*")
    assert [text for text in ("aba", "abba", "xabybaz", "baab") if name.matches(text)] == ["abba", "xabybaz"]
    assert PlainName.of("*a*b*").matches("aba")  # by the first of them, not the last


def test_names_overlap_a_pattern_where_some_text_is_matched_by_both() -> None:
    """Whether either of them has a star or none."""
    for text, asked in product(PLAIN, PLAIN):
        common = not pattern(text).intersect(pattern(asked)).is_empty()
        assert PlainName.of(text).overlaps(PlainPattern(asked)) is common, (text, asked)


def test_the_sample_of_a_pattern_tells_whether_a_name_covers_it() -> None:
    """Its gaps hold a character that no name mentions, so who matches it matches all."""
    for text, asked in product(PLAIN, PLAIN):
        covers = pattern(text).includes(pattern(asked))
        assert PlainName.of(text).matches(sample(asked)) is covers, (text, asked)
    assert len(sample("a?b*")) == 4
    assert not PlainName.of("a?").matches(sample("a?"))
    assert PlainName.of("a*").matches(sample("a?b"))


@pytest.mark.parametrize(
    ("text", "literal", "first", "last", "shortest"),
    [
        ("logs", True, "logs", "logs", "logs"),
        ("logs-*", False, "logs-", "", "logs-"),
        ("*-logs", False, "", "-logs", "-logs"),
        ("a*b*c", False, "a", "c", "abc"),
        ("X*X", False, "X", "X", "XX"),
    ],
)
def test_a_pattern_knows_its_ends_and_its_one_shortest_name(
    text: str, literal: bool, first: str, last: str, shortest: str
) -> None:
    found = PlainPattern.of(text, NOTHING)
    assert found is not None
    assert (found.is_literal, found.first, found.last, found.shortest) == (literal, first, last, shortest)
    assert (found.text, found.sample) == (text, sample(text))
    assert pattern(text).shortest() == shortest


@pytest.mark.parametrize("text", ["a?", "/a/", "", "a::failures", "remote:a*", "*", ".ml*", ".ml-1", "sys", "s*ys"])
def test_other_patterns_are_left_to_their_languages(text: str) -> None:
    """No plain text; a part of a data stream or a remote cluster; no shortest name; a system index among them."""
    assert PlainPattern.of(text, RESTRICTED) is None


def test_a_pattern_of_which_only_some_names_are_restricted_is_decided_by_text() -> None:
    """Neither the sample of `.m*` nor its shortest name is that of a system index."""
    assert PlainPattern.of(".m*", RESTRICTED) is not None
    assert PlainPattern.of("syst*", RESTRICTED) is not None


@pytest.mark.parametrize(
    ("privilege", "parts"),
    [
        ("read", (Selector.DATA,)),
        ("read_failure_store", (Selector.FAILURES,)),
        ("manage", (Selector.DATA, Selector.FAILURES)),
        ("all", (Selector.DATA, Selector.FAILURES)),
        ("indices:data/read/search", (Selector.DATA,)),
    ],
)
def test_a_privilege_speaks_of_these_parts_of_a_data_stream(privilege: str, parts: tuple[Selector, ...]) -> None:
    assert parts_of(privilege) == parts


@pytest.mark.parametrize(
    ("given", "privilege", "split", "whole"),
    [
        ({"read"}, "read", 0b1, 0b1),
        ({"read"}, "write", 0, 0),
        ({"read"}, "manage", 0, 0),
        ({"all"}, "manage", 0b11, 0b11),
        ({"manage"}, "manage", 0b11, 0b11),
        ({"all"}, "read_failure_store", 0b1, 0b1),
        ({"read"}, "read_failure_store", 0, 0b1),
        ({"read_failure_store"}, "indices:data/read/search", 0, 0b1),
        ({"read", "read_failure_store"}, "all", 0, 0),
        ({"manage", "read"}, "monitor", 0b1, 0b1),
        ({"create", "index"}, "create_doc", 0b1, 0b1),
        ({"read", "monitor"}, "read", 0b1, 0b1),
    ],
)
def test_an_entry_gives_a_privilege_for_parts(given: set[str], privilege: str, split: int, whole: int) -> None:
    """A bit for each part; where a version does not tell the parts, everything is about everything."""
    assert gives(frozenset(given), privilege, True) == split
    parts = len(parts_of(privilege))
    assert gives(frozenset(given), privilege, False) == ((1 << parts) - 1 if whole else 0)


def held(names: Iterable[str], privilege: str) -> bool:
    return index_actions(frozenset(names)).includes(index_privilege(privilege).actions)


@pytest.mark.parametrize(
    ("names", "privilege", "together"),
    [
        ({"manage", "monitor"}, "cross_cluster_replication", False),
        ({"read", "manage", "monitor"}, "cross_cluster_replication", True),
        ({"read", "write"}, "all", False),
        ({"read"}, "read", False),
        ({"all", "read", "write"}, "all", False),
        (set[str](), "read", False),
        ({"indices:data/read/*", "indices:admin/*"}, "read", True),
    ],
)
def test_privileges_may_add_up_to_another(names: set[str], privilege: str, together: bool) -> None:
    """Those that hold it alone are left out: only the rest may do it together."""
    assert add_up(frozenset(names), privilege) is together
    assert not together or held(names, privilege)
    assert not together or not any(held({name}, privilege) for name in names)
