"""A JSON value with its place in its file: reads it as the type a noun needs, and reports at the place if it is not."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

from mlaccess.stack import FrozenMap, Json, Origin

from .jsontext import escape
from .limits import MAX_DEPTH
from .report import Report

__all__ = ["Cursor", "describe"]

_VERSION = re.compile(r"\d+\.\d+([.-][0-9A-Za-z.+-]*)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def describe(value: object) -> str:
    """What was found, without its content: a misplaced value might be a secret."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list):
        return "a list"
    return "an object"


class Cursor:
    """A value at a place. Readers return a harmless value after reporting, so that one pass finds every problem."""

    __slots__ = ("file", "pointer", "report", "value")

    def __init__(self, value: object, file: str, report: Report, pointer: str = "") -> None:
        self.value: object = value
        self.file = file
        self.report = report
        self.pointer = pointer

    def __repr__(self) -> str:
        return f"<Cursor {self.position}>"

    @property
    def position(self) -> str:
        """`file#/json/pointer`."""
        return f"{self.file}#{self.pointer}"

    @property
    def origin(self) -> Origin:
        """The place as nouns carry it."""
        return Origin(self.file, self.pointer)

    def fail(self, expected: str) -> None:
        """Reports that the value is not what it must be."""
        self.report.problem(self.file, self.pointer, describe(self.value), expected)

    def refuse(self, found: str, expected: str = "") -> None:
        """Reports a problem that is not one of type."""
        self.report.problem(self.file, self.pointer, found, expected)

    def note(self, text: str, id: str = "") -> None:
        """Reports something odd that was understood."""
        self.report.notice(self.position, text, id)

    def at(self, key: str | int, value: object) -> "Cursor":
        """The cursor of a part."""
        return Cursor(value, self.file, self.report, f"{self.pointer}/{escape(key)}")

    @property
    def is_object(self) -> bool:
        """Whether the value is a JSON object."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether the value is a JSON list."""
        return isinstance(self.value, list)

    @property
    def members(self) -> "dict[str, object]":
        """The members of an object; empty for anything else."""
        value: object = self.value
        return cast("dict[str, object]", value) if isinstance(value, dict) else {}

    @property
    def keys(self) -> "frozenset[str]":
        """The keys of an object; empty for anything else."""
        return frozenset(self.members)

    def get(self, *names: str) -> "Cursor | None":
        """The member of the first name that is there and not null."""
        members = self.members
        for name in names:
            member = members.get(name)
            if member is not None:
                return self.at(name, member)
        return None

    def items(self, expected: str = "an object") -> "Iterator[tuple[str, Cursor]]":
        """The members of an object."""
        if not self.is_object:
            self.fail(expected)
            return
        for key, member in self.members.items():
            yield key, self.at(key, member)

    def elements(self, expected: str = "a list") -> "Iterator[Cursor]":
        """The elements of a list; a lone object counts as a list of one, with a notice."""
        value: object = self.value
        if isinstance(value, dict):
            self.note("one object where a list belongs, read as a list of one", "scalar")
            yield self
            return
        if not isinstance(value, list):
            self.fail(expected)
            return
        for i, element in enumerate(cast("list[object]", value)):
            yield self.at(i, element)

    def text(self, expected: str = "a text") -> str:
        """The value as a text."""
        if isinstance(self.value, str):
            return self.value
        self.fail(expected)
        return ""

    def strings(self, expected: str = "a list of texts") -> tuple[str, ...]:
        """The value as a list of texts; a lone text counts as a list of one, with a notice."""
        value = self.value
        if isinstance(value, str):
            self.note("a text where a list belongs, read as a list of one", "scalar")
            return (value,)
        if not isinstance(value, list):
            self.fail(expected)
            return ()
        found = cast("list[object]", value)
        for i, element in enumerate(found):
            if not isinstance(element, str):
                self.at(i, element).fail("a text")
        return tuple([element for element in found if isinstance(element, str)])

    def flag(self, expected: str = "true or false") -> bool:
        """The value as true or false; the texts `true` and `false` count, with a notice."""
        if isinstance(self.value, bool):
            return self.value
        if self.value in ("true", "false"):
            self.note("true or false written as a text", "scalar")
            return self.value == "true"
        self.fail(expected)
        return False

    def number(self, expected: str = "a number") -> int:
        """The value as a whole number."""
        if isinstance(self.value, int | float) and not isinstance(self.value, bool) and abs(self.value) < 1e18:
            return int(self.value)
        self.fail(expected)
        return 0

    def version(self) -> str:
        """The value as the version number of a product."""
        text = self.text("a version number")
        if isinstance(self.value, str) and not _VERSION.fullmatch(text):
            self.refuse("a text that is no version", "a version number such as 9.2.1")
        return text

    def moment(self, *, lenient: bool = False) -> datetime | None:
        """The value as a point in time: milliseconds since 1970, or an ISO 8601 text. None where there is none.

        `lenient` makes anything else a notice instead of a problem.
        """
        value = self.value
        if isinstance(value, str):
            found = _iso(value)
            if found is None and not lenient:
                self.refuse("a text that is no date", "a date in ISO 8601 or milliseconds since 1970")
            elif found is None:
                self.note("a text that is no date, ignored", "date")
            return found
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                return _EPOCH + timedelta(milliseconds=value)
            except OverflowError:
                # Elasticsearch writes Long.MAX_VALUE for "never": beyond every calendar.
                return datetime.max.replace(tzinfo=UTC) if value > 0 else datetime.min.replace(tzinfo=UTC)
        if lenient:
            self.note(f"{describe(value)} where a date belongs, ignored", "date")
        else:
            self.fail("a date in ISO 8601 or milliseconds since 1970")
        return None

    def json(self) -> Json:
        """The value as immutable JSON, at most `MAX_DEPTH` levels deep."""
        try:
            return _freeze(self.value, MAX_DEPTH)
        except RecursionError:
            self.refuse(f"nested more than {MAX_DEPTH} levels deep", f"at most {MAX_DEPTH} levels (MAX_DEPTH)")
            return None

    def json_object(self) -> FrozenMap[str, Json]:
        """The value as an immutable JSON object."""
        found = self.json()
        if isinstance(found, FrozenMap):
            return found
        if found is not None:
            self.fail("an object")
        return FrozenMap()

    def json_text(self) -> str:
        """The value as JSON text: a text as it is, anything else written out."""
        if isinstance(self.value, str):
            return self.value
        if self.json() is None:
            return ""
        return json.dumps(self.value, separators=(",", ":"), ensure_ascii=False)


def _freeze(value: object, depth: int) -> Json:
    if depth < 0:
        raise RecursionError
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return FrozenMap({key: _freeze(member, depth - 1) for key, member in members.items()})
    if isinstance(value, list):
        return tuple([_freeze(element, depth - 1) for element in cast("list[object]", value)])
    return cast("None | bool | int | float | str", value)


def _iso(text: str) -> datetime | None:
    clean = text.strip()
    # Python knows microseconds; Elasticsearch may write nanoseconds.
    head, dot, tail = clean.partition(".")
    if dot:
        digits = len(tail) - len(tail.lstrip("0123456789"))
        clean = f"{head}.{tail[:digits][:6].ljust(3, '0')}{tail[digits:]}"
    try:
        found = datetime.fromisoformat(clean)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
