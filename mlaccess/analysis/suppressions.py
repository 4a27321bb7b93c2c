"""Findings that somebody has looked at and accepts, each with a reason and a day on which to look again."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import cast

import attrs

from mlaccess.errors import LoadError, Problem

__all__ = ["Suppression", "parse_suppressions"]

_KEYS = ("rule", "position", "reason", "expires")


@attrs.frozen
class Suppression:
    """Accepts findings of a rule at positions that a glob matches, until the end of a day (UTC)."""

    rule: str
    position: str
    """A glob over the finding's position: `*` any text, `?` one character."""
    reason: str
    expires: date
    number: int = attrs.field(default=0, eq=False)
    """Its place in the file, counted from zero."""

    def covers(self, rule: str, position: str) -> bool:
        """Whether it speaks of a finding."""
        return rule == self.rule and fnmatchcase(position, self.position)

    def expired(self, at: datetime | None) -> bool:
        """Whether its day is over; without a moment nothing is."""
        return at is not None and at.date() > self.expires


def parse_suppressions(text: str, file: str = "suppressions.json", *, rules: Iterable[str]) -> tuple[Suppression, ...]:
    """Reads a list of objects with `rule`, `position`, `reason` and `expires` (a day, `2027-01-31`).

    Raises `LoadError` with every problem: what is not such a list, an unknown rule, an empty reason, a missing day.
    """
    try:
        body: object = json.loads(text)
    except ValueError as error:
        raise LoadError([Problem(file, "", f"not JSON: {error}")]) from None
    except RecursionError:
        raise LoadError([Problem(file, "", "nested too deeply", "a list of suppressions")]) from None
    if not isinstance(body, list):
        raise LoadError([Problem(file, "", "not a list", "a list of suppressions")])
    known = frozenset(rules)
    problems: list[Problem] = []
    found: list[Suppression] = []
    for i, entry in enumerate(cast("list[object]", body)):
        before = len(problems)
        fields = _fields(file, i, entry, problems)
        if fields.get("rule") and fields["rule"] not in known:
            problems.append(Problem(file, f"/{i}/rule", f"no rule `{fields['rule']}`"))
        expires = _day(file, i, fields.get("expires", ""), problems) if "expires" in fields else None
        if len(problems) == before and expires is not None:
            found.append(Suppression(fields["rule"], fields["position"], fields["reason"], expires, i))
    if problems:
        raise LoadError(problems)
    return tuple(found)


def _fields(file: str, i: int, entry: object, problems: list[Problem]) -> dict[str, str]:
    if not isinstance(entry, dict):
        problems.append(Problem(file, f"/{i}", "not an object"))
        return {}
    fields = cast("dict[str, object]", entry)
    for key in fields:
        if key not in _KEYS:
            problems.append(Problem(file, f"/{i}/{key}", "no such field", "one of " + ", ".join(_KEYS)))
    texts: dict[str, str] = {}
    for key in _KEYS:
        value = fields.get(key)
        if isinstance(value, str) and value.strip():
            texts[key] = value
        else:
            problems.append(Problem(file, f"/{i}", f"`{key}` is missing or empty", "a text"))
    return texts


def _day(file: str, i: int, text: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(Problem(file, f"/{i}/expires", f"`{text}` is no day", "one such as 2027-01-31"))
        return None
