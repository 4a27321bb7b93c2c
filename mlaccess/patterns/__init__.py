"""Elastic's pattern dialect: a wildcard or a `/regular expression/` becomes a language.

Admission: this room knows that `/x/` is a regular expression; it knows nothing of what the names are names of.
"""

from mlaccess.automata import Language, TooComplex
from mlaccess.errors import PatternError
from mlaccess.patterns.dialect import (
    clear_caches,
    display,
    is_literal,
    is_regex,
    match_everything,
    minus,
    pattern,
    patterns,
    validate,
)
from mlaccess.patterns.matcher import StringMatcher

__all__ = [
    "Language",
    "PatternError",
    "StringMatcher",
    "TooComplex",
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
