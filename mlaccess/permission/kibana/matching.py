"""Do the patterns of an application entry match: application names, resources, actions. Literals and `x*` are fast."""

from collections.abc import Iterable
from functools import lru_cache

from mlaccess import patterns
from mlaccess.rules.verdict import Verdict
from mlaccess.stack.roles import ApplicationGrant

__all__ = ["ELSEWHERE", "covers_resource", "matches_action", "matches_application", "named_spaces"]

_SPACE = "space:"
ELSEWHERE = "\U0010ffff"
"""A space that no entry names."""


def matches_application(entry: str, application: str) -> bool:
    """Whether the application of a role entry, literal or with a trailing `*`, is this Kibana's."""
    return entry == application or (entry.endswith("*") and application.startswith(entry[:-1]))


@lru_cache(maxsize=16384)
def covers_resource(resources: tuple[str, ...], resource: str) -> Verdict:
    """Whether the resources of an entry cover one resource. `*` asks for every resource there could be.

    Unknown where a pattern is invalid or past the work limit of the languages.
    """
    simple = [r for r in resources if _simple(r)]
    if resource in resources or any(r.endswith("*") and resource.startswith(r[:-1]) for r in simple):
        return Verdict.GRANTED
    if len(simple) == len(resources):
        # Literals and prefixes other than `*` never cover everything together.
        return Verdict.DENIED
    try:
        return Verdict.of(patterns.patterns(resources).includes(patterns.pattern(resource)))
    except (patterns.PatternError, patterns.TooComplex):
        return Verdict.UNKNOWN


@lru_cache(maxsize=65536)
def matches_action(pattern: str, action: str) -> Verdict:
    """Whether an action pattern of a role or of a stored privilege matches an action; unknown as for resources."""
    if _simple(pattern):
        return Verdict.of(pattern == action or (pattern.endswith("*") and action.startswith(pattern[:-1])))
    try:
        return Verdict.of(patterns.pattern(pattern).matches(action))
    except (patterns.PatternError, patterns.TooComplex):
        return Verdict.UNKNOWN


def named_spaces(entries: Iterable[ApplicationGrant]) -> tuple[str, ...] | None:
    """The spaces that entries name; None where some entry has a pattern instead.

    In a space that they do not name they hold what they hold `ELSEWHERE`.
    """
    named: dict[str, None] = {}
    for entry in entries:
        for resource in entry.resources:
            if resource == "*":
                continue
            if any(c in resource for c in "*?\\") or resource.startswith("/"):
                return None
            if resource.startswith(_SPACE):
                named[resource.removeprefix(_SPACE)] = None
    return tuple(named)


def _simple(text: str) -> bool:
    return not text.startswith("/") and "?" not in text and "\\" not in text and "*" not in text[:-1]
