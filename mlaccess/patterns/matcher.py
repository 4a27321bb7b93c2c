"""Whether a role's index patterns match a name at the moment of an access.

Elasticsearch answers that with `StringMatcher`
(`x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/support/StringMatcher.java`), not with the
automaton that `has_privileges` compares. The two differ in one point: a pattern without `*`, `?` and leading `/` is
compared as it stands, so a backslash in it is a backslash.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from mlaccess.automata import Language, TooComplex
from mlaccess.errors import PatternError
from mlaccess.patterns.dialect import patterns

__all__ = ["StringMatcher"]


class StringMatcher:
    """A set of name patterns, ready to be asked about names."""

    __slots__ = ("_matches", "language", "texts")

    texts: tuple[str, ...]
    language: Language
    """The names that match."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self.texts = texts
        self.language = _language(texts)
        self._matches = self.language.matches

    @staticmethod
    def of(texts: Iterable[str]) -> StringMatcher:
        """The matcher of these patterns. Raises `PatternError` for the whole set if one of them is not valid."""
        return _matcher(tuple(texts))

    def matches(self, name: str | None) -> bool:
        """Whether one of the patterns matches the name; no pattern matches None. Raises `TooComplex`."""
        return name is not None and self._matches(name)

    def is_total(self) -> bool:
        """Whether `*` is one of the patterns, which matches everything whatever stands beside it."""
        return self.language is Language.everything()

    def __str__(self) -> str:
        texts = self.texts
        if not texts:
            return "(empty)"
        if len(texts) == 1 or sum(map(len, texts)) < 250:
            return "|".join(texts)
        longest = max(16, 250 // len(texts))
        return "|".join(text if len(text) <= longest else text[: longest - 3] + "..." for text in texts)

    def __repr__(self) -> str:
        return f"<StringMatcher {self}>"


@lru_cache(4096)
def _matcher(texts: tuple[str, ...]) -> StringMatcher:
    return StringMatcher(texts)


def _language(texts: tuple[str, ...]) -> Language:
    if "*" in texts:
        return Language.everything()
    exact: list[Language] = []
    others: list[str] = []
    for text in dict.fromkeys(texts):
        if text.startswith("/") or "*" in text or "?" in text:
            others.append(text)
        else:
            exact.append(Language.literal(text))
    if not others:
        return Language.union_of(exact)
    try:
        return Language.union_of([*exact, patterns(others)])
    except PatternError as error:
        raise PatternError(
            f"The set of patterns [{_cut(others)}] is invalid",
            pattern=error.pattern,
            position=error.position,
            error_class="ElasticsearchSecurityException",
        ) from error
    except TooComplex as error:
        raise TooComplex(f"The set of patterns [{_cut(others)}] is too complex to evaluate") from error


def _cut(texts: list[str]) -> str:
    described = ",".join(texts)
    return described if len(described) <= 80 else described[:80] + "..."
