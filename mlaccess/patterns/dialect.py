"""Elastic's patterns as languages: one pattern, a union of patterns, one union minus another.

The rules are those of `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/support/Automatons.java`.
A pattern that starts with `/` is a regular expression and must end with `/`; any other is a wildcard pattern, in which
`*` is any text, `?` any one character, and a backslash takes the next character literally. A union of two or more
patterns is put together as Elasticsearch does it, from patterns whose outer `*` were cut off as text first; where that
changes the meaning (`**`, a backslash before the last `*`, a slash after the first), it changes it here as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from mlaccess.automata import (
    ANY_CHAR,
    ANY_TEXT,
    ANY_TEXT_EXPRESSION,
    Collector,
    Expression,
    Language,
    Parts,
    sequence,
)
from mlaccess.automata.globs import Gap
from mlaccess.errors import PatternError
from mlaccess.patterns.regex import parse

__all__ = [
    "clear_caches",
    "display",
    "is_literal",
    "is_regex",
    "match_everything",
    "minus",
    "pattern",
    "patterns",
    "validate",
]

_LIGHT: Final = 16_384
"""Characters of patterns up to which a language is kept among many; heavier ones are kept among few."""

_TOKENS: Final = re.compile(r"[^*?\\]+|\*+|\?|\\.?", re.DOTALL)
_SURROGATES: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def pattern(text: str) -> Language:
    """The names that one pattern matches. Raises `PatternError`; `TooComplex` for an enormous one.

    The answer that `Automatons.pattern` gives.
    """
    return _one(text) if len(text) <= _LIGHT else _one_heavy(text)


def patterns(texts: Sequence[str]) -> Language:
    """The names that any of the patterns matches, as `Automatons.patterns` unites them. Raises `PatternError`."""
    distinct = tuple(dict.fromkeys(texts))
    if len(distinct) == 1:
        return pattern(distinct[0])
    return _many(distinct) if sum(map(len, distinct)) <= _LIGHT else _many_heavy(distinct)


def minus(texts: Sequence[str], without: Sequence[str]) -> Language:
    """The names that `texts` match and `without` do not (`Automatons.minusAndDeterminize`). Raises `PatternError`."""
    return _difference(patterns(texts), patterns(without))


def validate(text: str) -> None:
    """Raise `PatternError` if the pattern is not valid."""
    pattern(text)


def is_literal(text: str) -> bool:
    """Whether the pattern is a plain name: no wildcard, no escape, no regular expression."""
    return not (text.startswith("/") or "*" in text or "?" in text or "\\" in text)


def is_regex(text: str) -> bool:
    """Whether the pattern is a regular expression (`Automatons.isLuceneRegex`)."""
    return len(text) > 1 and text.startswith("/") and text.endswith("/")


def match_everything(texts: Sequence[str]) -> bool:
    """Whether the patterns match every name. Raises `PatternError` and `TooComplex`."""
    return "*" in texts or patterns(texts).is_total()


def display(texts: Sequence[str]) -> str:
    """The patterns as Elasticsearch prints a set of them (`Automatons.predicate`)."""
    return "|".join(texts)


def build(texts: Sequence[str]) -> Language:
    """`patterns`, past its cache."""
    return _build(tuple(dict.fromkeys(texts)))


def clear_caches() -> None:
    """Forget every language made so far (for benchmarks)."""
    for cached in (_one, _one_heavy, _many, _many_heavy, _difference):
        cached.cache_clear()


def _build_one(text: str) -> Language:
    collector = Collector()
    if text.startswith("/"):
        collector.add_expression(_regex(text))
    else:
        _add_wildcard(text, collector)
    return collector.language()


def _build(distinct: tuple[str, ...]) -> Language:
    if len(distinct) == 1:
        return _build_one(distinct[0])
    collector = Collector()
    for text in distinct:
        if text.startswith("/"):
            collector.add(pattern(text))
        elif "*" not in text or len(text) == 1:
            _add_wildcard(text, collector)
        elif text[0] == "*":
            if text[-1] == "*":
                _add_stripped(text, text[1:-1], collector, before=True, after=True)
            else:
                _add_stripped(text, text[1:], collector, before=True, after=False)
        elif text[-1] == "*" and text.index("*") != len(text) - 1:
            _add_stripped(text, text[:-1], collector, before=False, after=True)
        else:
            _add_wildcard(text, collector)
    return collector.language()


_one = lru_cache(4096)(_build_one)
_one_heavy = lru_cache(8)(_build_one)
_many = lru_cache(4096)(_build)
_many_heavy = lru_cache(8)(_build)


@lru_cache(2048)
def _difference(left: Language, right: Language) -> Language:
    return left.minus(right)


def _add_stripped(text: str, inner: str, collector: Collector, *, before: bool, after: bool) -> None:
    """Add the pattern `inner` with any text before or after it; `text` is what it was before its stars were cut off."""
    if not inner:
        return
    if inner.startswith("/"):
        around: list[Expression] = [_regex(inner)]
        if before:
            around.insert(0, ANY_TEXT_EXPRESSION)
        if after:
            around.append(ANY_TEXT_EXPRESSION)
        collector.add_expression(sequence(around))
    elif "\\" not in text:
        _add_wildcard(text, collector)
    else:
        parts = _parts(inner)
        if before and (not parts or parts[0] is not ANY_TEXT):
            parts = (ANY_TEXT, *parts)
        if after and parts[-1] is not ANY_TEXT:
            parts = (*parts, ANY_TEXT)
        collector.add_glob(parts)


def _add_wildcard(text: str, collector: Collector) -> None:
    """Add a wildcard pattern; the empty one matches nothing, not even the empty name."""
    if not text:
        return
    if not text.isascii():
        text = _joined(text)
    if "\\" in text or "?" in text:
        collector.add_glob(_parts(text))
    elif "*" not in text:
        collector.literals.append(text)
    else:
        segments = text.split("*")
        if len(segments) > 2 and "" in segments[1:-1]:
            segments = [segments[0], *filter(None, segments[1:-1]), segments[-1]]
        collector.add_segments(tuple(segments))


def _parts(text: str) -> Parts:
    """A wildcard pattern as texts and gaps."""
    parts: list[str | Gap] = []
    letters: list[str] = []
    for token in _TOKENS.findall(_joined(text)):
        first = token[0]
        if first == "*" or first == "?":
            if letters:
                parts.append("".join(letters))
                letters.clear()
            if first == "?":
                parts.append(ANY_CHAR)
            elif not parts or parts[-1] is not ANY_TEXT:
                parts.append(ANY_TEXT)
        else:
            letters.append(token[1:] or token if first == "\\" else token)
    if letters:
        parts.append("".join(letters))
    return tuple(parts)


def _regex(text: str) -> Expression:
    if len(text) == 1 or not text.endswith("/"):
        raise PatternError(
            f"invalid pattern [{text}]. patterns starting with '/' indicate regular expression pattern and therefore "
            "must also end with '/'. other patterns (those that do not start with '/') will be treated as simple "
            "wildcard patterns",
            pattern=text,
            position=len(text),
            error_class="IllegalArgumentException",
        )
    return parse(_joined(text[1:-1]), text)


def _joined(text: str) -> str:
    """The text with surrogate pairs joined, as Java reads it."""
    if text.isascii() or _SURROGATES.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
