"""The errors mlaccess raises. There are three; a denial is not an error, and neither is ignorance.

Messages follow one style: lower case, no final period, position first, the caller's own words in back-ticks,
and advice on a separate ``help:`` line. No message names a Python type.
"""

from collections.abc import Sequence
from difflib import get_close_matches

__all__ = ["LoadError", "MlAccessError", "PatternError", "Problem", "RequestError", "UnknownNameError"]


class MlAccessError(Exception):
    """Base of every error that mlaccess raises on purpose; catching it never hides a bug."""


class Problem:
    """One thing wrong with an input file: where, what was found, what was expected."""

    __slots__ = ("expected", "file", "found", "pointer")

    def __init__(self, file: str, pointer: str, found: str, expected: str = "") -> None:
        self.file = file
        self.pointer = pointer
        self.found = found
        self.expected = expected

    @property
    def position(self) -> str:
        """`file#/json/pointer`, or the file alone where the whole file is meant."""
        return f"{self.file}#{self.pointer}" if self.pointer else self.file

    def __str__(self) -> str:
        expected = f", expected {self.expected}" if self.expected else ""
        return f"{self.position}: {self.found}{expected}"

    def __repr__(self) -> str:
        return f"<Problem {self}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


class LoadError(MlAccessError):
    """An export cannot be read. `problems` holds every problem of every file, in the order of the files."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class PatternError(MlAccessError):
    """A name pattern is not valid. `message` is Elasticsearch's own wording; `position` an offset into `pattern`."""

    def __init__(self, message: str, *, pattern: str, position: int | None = None, error_class: str = "") -> None:
        self.message = message
        self.pattern = pattern
        self.position = position
        self.error_class = error_class
        super().__init__(message)

    def __str__(self) -> str:
        if self.position is None or len(self.pattern) > 200 or not self.pattern.isprintable():
            return self.message
        return f"{self.message}\n  {self.pattern}\n  {' ' * self.position}^"


class RequestError(MlAccessError):
    """A request body that the live API would refuse. `status` is the HTTP status, `reason` Elasticsearch's text."""

    def __init__(self, reason: str, *, status: int = 400, kind: str = "illegal_argument_exception") -> None:
        self.reason = reason
        self.status = status
        self.kind = kind
        super().__init__(reason)


class UnknownNameError(MlAccessError, LookupError):
    """A question names something that the export certainly does not hold."""

    def __init__(
        self, kind: str, name: str, known: Sequence[str] = (), *, hint: str = "", where: str = "in the export"
    ) -> None:
        self.kind = kind
        self.name = name
        self.suggestions: tuple[str, ...] = tuple(get_close_matches(name, known, n=3, cutoff=0.6))
        text = f"no {kind} `{name}` {where}"
        if self.suggestions:
            text += "\nhelp: did you mean " + " or ".join(f"`{s}`" for s in self.suggestions) + "?"
        if hint:
            text += f"\nhelp: {hint}"
        super().__init__(text)
