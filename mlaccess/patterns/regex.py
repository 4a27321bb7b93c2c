"""Lucene's regular expressions, read into expressions of the `automata` room.

The grammar is that of Lucene's `org/apache/lucene/util/automaton/RegExp.java` with the flags that Elasticsearch's
`Automatons.java` sets (`ALL | DEPRECATED_COMPLEMENT`), quirks included: the first token of an expression is never an
operator, `~` binds tighter than repetition, the star of an empty language is empty
(`org/apache/lucene/util/automaton/Operations.java`, `repeat`). Error texts are Lucene's own, with its UTF-16 positions.
The parser keeps its own stack, so that no depth of parentheses can exhaust Python's.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

from mlaccess.automata import (
    ANY_CHAR_EXPRESSION,
    ANY_TEXT_EXPRESSION,
    EMPTY_TEXT,
    NOTHING,
    Charset,
    Expression,
    TooComplex,
    Work,
    both,
    chars,
    charset,
    choice,
    has_strings,
    inverse,
    negate,
    repeat,
    sequence,
    text,
)
from mlaccess.errors import PatternError
from mlaccess.patterns.intervals import INT_MAX, interval, java_int

__all__ = ["LENGTH_LIMIT", "parse"]

LENGTH_LIMIT: Final = 50_000
"""Characters of a regular expression that are still read; a longer one is `TooComplex`."""

_PLAIN: Final = re.compile(r"[^.#@\"(<\\\[~?*+{&|)]+")
_DIGITS: Final = re.compile(r"[0-9]*")

_DIGIT: Final = ((48, 57),)
_SPACE: Final = ((9, 10), (13, 13), (32, 32))
_WORD: Final = ((48, 57), (65, 90), (95, 95), (97, 122))
_LETTERS: Final = frozenset("\\ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_CLASSES: Final[dict[str, Charset]] = {
    "\\": ((92, 92),),
    "d": _DIGIT,
    "D": inverse(_DIGIT),
    "s": _SPACE,
    "S": inverse(_SPACE),
    "w": _WORD,
    "W": inverse(_WORD),
}


class _Group:
    """An open parenthesis: the choices, conjuncts and factors read so far, and the `~` that stood before it."""

    __slots__ = ("choices", "conjuncts", "factors", "tildes")

    def __init__(self, tildes: int) -> None:
        self.tildes = tildes
        self.choices: list[Expression] = []
        self.conjuncts: list[Expression] = []
        self.factors: list[Expression] = []

    def end_conjunct(self) -> None:
        self.conjuncts.append(sequence(self.factors))
        self.factors = []

    def end_choice(self) -> None:
        self.end_conjunct()
        whole = self.conjuncts[0]
        for conjunct in self.conjuncts[1:]:
            whole = both(whole, conjunct)
        self.choices.append(whole)
        self.conjuncts = []

    def close(self) -> Expression:
        self.end_choice()
        return choice(self.choices)


class _Parser:
    __slots__ = ("at", "pattern", "size", "source", "unknown", "work")

    def __init__(self, source: str, pattern: str) -> None:
        self.source = source
        self.pattern = pattern
        self.size = len(source)
        self.at: int = 0
        self.unknown: str | None = None
        self.work = Work()

    def fail(self, message: str, *, error_class: str = "IllegalArgumentException") -> NoReturn:
        raise PatternError(message, pattern=self.pattern, position=min(self.at, self.size) + 1, error_class=error_class)

    def where(self, at: int | None = None) -> int:
        """A position as Java counts it."""
        before = self.source[: self.at if at is None else at]
        return len(before) + sum(char > "\uffff" for char in before)

    def next(self) -> str:
        if self.at >= self.size:
            self.fail("unexpected end-of-string")
        char = self.source[self.at]
        self.at += 1
        return char

    def accept(self, char: str) -> bool:
        if self.at < self.size and self.source[self.at] == char:
            self.at += 1
            return True
        return False

    def whole(self) -> Expression:
        source, size = self.source, self.size
        if not source:
            return EMPTY_TEXT
        groups = [_Group(0)]
        while True:
            tildes = 0
            while self.accept("~"):
                tildes += 1
            if self.at < size and source[self.at] == "(":
                self.at += 1
                if not self.accept(")"):
                    groups.append(_Group(tildes))
                    continue
                atom = EMPTY_TEXT
            else:
                atom = self.atom(groups[-1], tildes)
            groups[-1].factors.append(self.repeated(negate(atom) if tildes % 2 else atom))
            while self.at < size and source[self.at] == ")" and len(groups) > 1:
                self.at += 1
                group = groups.pop()
                atom = group.close()
                groups[-1].factors.append(self.repeated(negate(atom) if group.tildes % 2 else atom))
            if self.at >= size:
                break
            char = source[self.at]
            if char == "&":
                self.at += 1
                groups[-1].end_conjunct()
            elif char == "|":
                self.at += 1
                groups[-1].end_choice()
            elif char == ")":
                self.fail(f"end-of-string expected at position {self.where()}")
        if len(groups) > 1:
            self.fail(f"expected ')' at position {self.where()}")
        expression = groups[0].close()
        if self.unknown is not None:
            self.fail(f"'{self.unknown}' not found")
        return expression

    def atom(self, group: _Group, tildes: int) -> Expression:
        source = self.source
        found = _PLAIN.match(source, self.at)
        if found is not None:
            # Ordinary characters. What follows them may repeat the last one, what precedes them may negate the first.
            end = found.end()
            start = self.at
            if tildes:
                self.at = start + 1
            elif end - start > 1 and end < self.size and source[end] in "?*+{":
                group.factors.append(text(source[start : end - 1]))
                self.at = end
                return text(source[end - 1])
            else:
                self.at = end
            return text(source[start : self.at])
        char = self.next()
        match char:
            case "[":
                return self.bracket()
            case ".":
                return ANY_CHAR_EXPRESSION
            case "#":
                return NOTHING
            case "@":
                return ANY_TEXT_EXPRESSION
            case '"':
                return self.quoted()
            case "<":
                return self.interval()
            case "\\":
                if self.at < self.size and source[self.at] in _LETTERS:
                    return chars(self.predefined())
                return text(self.next())
            case _:
                return text(char)

    def repeated(self, part: Expression) -> Expression:
        source = self.source
        while self.at < self.size:
            match source[self.at]:
                case "?":
                    self.at += 1
                    part = repeat(part, 0, 1)
                case "*":
                    self.at += 1
                    part = self.starred(part)
                case "+":
                    self.at += 1
                    part = repeat(part, 1, None)
                case "{":
                    self.at += 1
                    part = self.counted(part)
                case _:
                    break
        return part

    def starred(self, part: Expression) -> Expression:
        return repeat(part, 0, None) if has_strings(part, self.work) else NOTHING

    def counted(self, part: Expression) -> Expression:
        low = self.number()
        if low is None:
            self.fail(f"integer expected at position {self.where()}")
        high = self.number() if self.accept(",") else low
        if not self.accept("}"):
            self.fail(f"expected '}}' at position {self.where()}")
        if high is None:
            return repeat(part, low, None) if low else self.starred(part)
        if low > high:
            self.fail(f"invalid repetition range(out of order): {low}..{high}")
        return repeat(part, low, high)

    def number(self) -> int | None:
        found = _DIGITS.match(self.source, self.at)
        digits = "" if found is None else found.group()
        if not digits:
            return None
        self.at += len(digits)
        significant = digits.lstrip("0")
        if len(significant) > 10 or int(significant or "0") > INT_MAX:
            self.fail(f'For input string: "{digits}"', error_class="NumberFormatException")
        return int(significant or "0")

    def bracket(self) -> Expression:
        negated = self.accept("^")
        runs: list[tuple[int, int]] = []
        while True:
            if self.accept("\\"):
                if self.at < self.size and self.source[self.at] in _LETTERS:
                    runs += self.predefined()
                else:
                    code = ord(self.next())
                    runs.append((code, code))
            else:
                first = last = ord(self.next())
                if self.accept("-"):
                    self.accept("\\")
                    last = ord(self.next())
                runs.append((first, last))
            if self.at >= self.size or self.source[self.at] == "]":
                break
        for first, last in runs:
            if first > last:
                self.fail(f"invalid range: from ({first}) cannot be > to ({last})")
        if not self.accept("]"):
            self.fail(f"expected ']' at position {self.where()}")
        members = charset(runs)
        return chars(inverse(members) if negated else members)

    def predefined(self) -> Charset:
        char = self.next()
        members = _CLASSES.get(char)
        if members is None:
            self.fail(f"invalid character class \\{ord(char)}")
        return members

    def quoted(self) -> Expression:
        start = self.at
        end = self.source.find('"', start)
        if end < 0:
            self.at = self.size
            self.fail(f"expected '\"' at position {self.where()}")
        self.at = end + 1
        return text(self.source[start:end])

    def interval(self) -> Expression:
        start = self.at
        end = self.source.find(">", start)
        if end < 0:
            self.at = self.size
            self.fail(f"expected '>' at position {self.where()}")
        self.at = end + 1
        inside = self.source[start:end]
        dashes = inside.count("-")
        if not dashes:
            if self.unknown is None:
                self.unknown = inside
            return EMPTY_TEXT
        first, _, second = inside.partition("-")
        low, high = java_int(first), java_int(second)
        if dashes > 1 or low is None or high is None:
            self.fail(f"interval syntax error at position {self.where(end)}")
        return interval(min(low, high), max(low, high), len(first) if len(first) == len(second) else 0)


def parse(source: str, pattern: str) -> Expression:
    """The expression for what stands between the slashes of `pattern`.

    Raises `PatternError` as Lucene would, and `TooComplex` beyond `LENGTH_LIMIT`.
    """
    if len(source) > LENGTH_LIMIT:
        raise TooComplex(f"a regular expression of more than {LENGTH_LIMIT} characters (LENGTH_LIMIT)")
    return _Parser(source, pattern).whole()
