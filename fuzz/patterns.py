"""Harness `patterns`: pattern sets and names; two matchers and the inclusion must tell the same story.

Input: three lines (patterns, patterns, names), members separated by tabs; `␤`, `␉` and `␀` stand for the characters.
"""

import re

from mlaccess.errors import PatternError
from mlaccess.patterns import (
    Language,
    StringMatcher,
    TooComplex,
    display,
    is_literal,
    is_regex,
    match_everything,
    minus,
    pattern,
    patterns,
    validate,
)
from tests import oracle_patterns, oracle_syntax

from .oracles import SLOWDOWN, bounded, check

__all__ = ["SEEDS", "SLOWDOWN", "run"]

SEEDS: dict[str, bytes] = {
    "stars": b"logs-*\tlog*-a\tlogs-?\nlogs-app-*\tlogs-app\nlogs-app-1\tlogs\t",
    "regex": b'/logs-(a|b){2,3}[c-f]+.*/\t/~(abc)&@/\n/logs-<1-31>/\t/"q*"/\nlogs-abc\tabc\tlogs-07',
    "escapes": b"a\\*b\ta\\\\\t\\\n/a\\.b\\d\\W/\ta\\*b*\na*b\ta\\*b\ta.b0-",
    "unions": b"*a*\t**\t*/x/\t/x/*\n*b\\*\t*?*\na\tb*\t/x/\tx",
    "broken": b"/a(b/\t/\t/a{3,1}/\t/[z-a]/\t/<a-b>/\n*\n/a{99999999999}/",
    "repeats": b"/((a{1,9}){1,9}){1,9}b/\t/(a|aa)*(a|aaa)*c/\n/a{1,200}/\naaaaaaab",
    "characters": "é*\t\\ü\t😀?\t␀␤␉\n/[^é-ü]*/\t/😀+/\n😀😀\té\t␀␤␉".encode(),
}
"""Small inputs, one idea each."""

_STAND_INS = str.maketrans({"␤": "\n", "␉": "\t", "␀": "\0"})


def run(data: bytes) -> str:
    """Checks one input; says what became of it."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")[:3]
    lines += [""] * (3 - len(lines))
    left, right, names = ([t.translate(_STAND_INS) for t in line.split("\t")][:6] for line in lines)
    questions = 20 + 3 * (len(left) + len(right)) * (1 + len(names))
    # Half a second is what the work limit of one question allows.
    with bounded("a set of patterns", max(2.0, questions / 2)):
        valid = [_one(text, names) for text in (*left, *right)]
        outer, inner = _several(left, names), _several(right, names)
        if outer is None or inner is None:
            return "refused" if not any(valid) else "partly refused"
        return _inclusion(outer, inner, names, left, right)


def _one(text: str, names: list[str]) -> bool:
    check(not (is_literal(text) and is_regex(text)), "a pattern is not literal and expression at once", text)
    try:
        validate(text)
    except PatternError as error:
        check(error.position is None or 0 <= error.position <= len(text) + 1, "an error points into the pattern", text)
        check(bool(str(error)), "an error has words", text)
        for other in (lambda: pattern(text), lambda: patterns([text]), lambda: StringMatcher.of([text])):
            try:
                other()
            except PatternError:
                continue
            except TooComplex:
                continue
            check(text == "*", "what validate refuses, all refuse", text)
        return False
    except TooComplex as error:
        check(bool(str(error)), "giving up has words", text)
        return False
    language = pattern(text)
    check(language is pattern(text), "a pattern is made once", text)
    # Only a pattern without any sign is compared as it stands by one of them and unescaped by the other.
    # The empty pattern is no pattern to one of them, and the empty name to the other.
    same = text != "" and not ("\\" in text and not text.startswith("/") and "*" not in text and "?" not in text)
    derived = _derived(text)
    matcher = StringMatcher.of([text])
    for name in names:
        try:
            one, other = language.matches(name), matcher.matches(name)
        except TooComplex:
            continue
        if derived is not None and len(name) <= 16:
            found = oracle_patterns.matches(derived, name)
            check(one == found, "the automaton and the derivatives agree on a name", text, name, one, found)
        check(one == other or not same, "the automaton and the matcher agree on a name", text, name, one, other)
        if is_literal(text) and text:
            check(one == (name == text), "a literal matches itself alone", text, name)
    check(not matcher.matches(None), "nothing matches no name")
    return True


_READ = re.compile(r"[a-z0-9*?-]{1,24}|/[a-z0-9|&~()@.*+?-]{1,16}/")


def _derived(text: str) -> oracle_patterns.Regex | None:
    """The pattern as the tests' second reader of patterns reads it; None where it is not in its part of the syntax."""
    if not _READ.fullmatch(text) or text.count("?") > 6:
        return None
    try:
        return oracle_syntax.pattern(text)
    except (AssertionError, IndexError):
        return None


def _several(texts: list[str], names: list[str]) -> Language | None:
    display(texts)
    try:
        language = patterns(texts)
    except (PatternError, TooComplex):
        return None
    for name in names:
        try:
            found = language.matches(name)
            each = [pattern(t).matches(name) for t in texts]
        except (TooComplex, PatternError):
            continue
        plain = all("\\" not in t and "**" not in t and "/" not in t for t in texts)
        # Elsewhere a union is put together from patterns whose outer stars were cut off as text, as upstream does.
        check(found == any(each) or not plain, "a union matches what one of its patterns matches", texts, name, each)
    try:
        total = match_everything(texts)
        check(not total or all(map(language.matches, names)), "what matches everything matches each name", texts)
    except TooComplex:
        pass
    return language


def _inclusion(outer: Language, inner: Language, names: list[str], left: list[str], right: list[str]) -> str:
    try:
        included = outer.includes(inner)
        witness = outer.counterexample(inner)
        check(included == (witness is None), "inclusion and counterexample agree", left, right, witness)
        if witness is not None:
            check(inner.matches(witness), "a counterexample is in the inner set", left, right, witness)
            check(not outer.matches(witness), "a counterexample is not in the outer set", left, right, witness)
        for name in names:
            if inner.matches(name):
                check(outer.matches(name) or not included, "inclusion holds for each name", left, right, name)
        rest = minus(left, right)
        for name in names:
            expected = outer.matches(name) and not inner.matches(name)
            check(rest.matches(name) == expected, "a difference is what one has and the other lacks", left, right, name)
        check(rest.is_empty() == inner.includes(outer), "an empty difference is an inclusion", left, right)
        shortest = outer.shortest()
        check((shortest is None) == outer.is_empty(), "the empty set has no shortest member", left)
        check(shortest is None or outer.matches(shortest), "the shortest member is a member", left, shortest)
        check(outer.equals(outer) and outer.includes(outer), "a set includes itself", left)
    except TooComplex:
        return "too complex"
    return "included" if included else "not included"
