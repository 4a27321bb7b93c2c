"""Languages: sets of strings, their union, difference and inclusion, with a shortest witness of what is missing.

True of any strings at all: nothing here has heard of Elastic. `Language` is the thing to use; expressions and globs are
the words in which a language can be told.
"""

from mlaccess.automata.charset import ALL_CHARS, Charset, charset, inverse
from mlaccess.automata.expression import (
    ANY_CHAR_EXPRESSION,
    ANY_TEXT_EXPRESSION,
    EMPTY_TEXT,
    NOTHING,
    Expression,
    both,
    chars,
    choice,
    negate,
    repeat,
    sequence,
    text,
)
from mlaccess.automata.flat import Collector, has_strings
from mlaccess.automata.globs import ANY_CHAR, ANY_TEXT, Parts
from mlaccess.automata.language import Language
from mlaccess.automata.limits import WORK_LIMIT, TooComplex, Work

__all__ = [
    "ALL_CHARS",
    "ANY_CHAR",
    "ANY_CHAR_EXPRESSION",
    "ANY_TEXT",
    "ANY_TEXT_EXPRESSION",
    "EMPTY_TEXT",
    "NOTHING",
    "WORK_LIMIT",
    "Charset",
    "Collector",
    "Expression",
    "Language",
    "Parts",
    "TooComplex",
    "Work",
    "both",
    "chars",
    "charset",
    "choice",
    "has_strings",
    "inverse",
    "negate",
    "repeat",
    "sequence",
    "text",
]
