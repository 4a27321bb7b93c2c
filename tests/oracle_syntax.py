"""How the oracle reads patterns: wildcards, and regular expressions between slashes."""

from functools import cache

from tests.oracle_patterns import ALL, ANY, EMPTY, NOTHING, Regex, both, cat, negate, star, union


def char(c: str) -> Regex:
    return ("set", frozenset(c), False)


@cache
def pattern(text: str) -> Regex:
    """A wildcard pattern or `/regular expression/`."""
    if text.startswith("/"):
        found, rest = _union(text[1:-1])
        assert not rest, f"not a pattern the oracle reads: {text}"
        return found
    found, escaped = [], False
    for c in text:
        if escaped or c not in "*?\\":
            found.append(char(c))
        elif c != "\\":
            found.append(ALL if c == "*" else ANY)
        escaped = c == "\\" and not escaped
    result = char("\\") if escaped else EMPTY
    for part in reversed(found):
        result = cat(part, result)
    return result


def patterns(texts) -> Regex:
    return union(*map(pattern, texts))


def _union(s: str) -> tuple[Regex, str]:
    left, s = _intersection(s)
    while s.startswith("|"):
        right, s = _intersection(s[1:])
        left = union(left, right)
    return left, s


def _intersection(s: str) -> tuple[Regex, str]:
    left, s = _sequence(s)
    while s.startswith("&"):
        right, s = _sequence(s[1:])
        left = both(left, right)
    return left, s


def _sequence(s: str) -> tuple[Regex, str]:
    parts = []
    while s and s[0] not in "|&)":
        part, s = _repeated(s)
        parts.append(part)
    result = EMPTY
    for part in reversed(parts):
        result = cat(part, result)
    return result, s


def _repeated(s: str) -> tuple[Regex, str]:
    part, s = _complement(s)
    while s and s[0] in "*+?":
        part = {"*": star(part), "+": cat(part, star(part)), "?": union(part, EMPTY)}[s[0]]
        s = s[1:]
    return part, s


def _complement(s: str) -> tuple[Regex, str]:
    if s[0] == "~":
        part, s = _complement(s[1:])
        return negate(part), s
    c, s = s[0], s[1:]
    if c == "(":
        part, s = _union(s)
        assert s.startswith(")")
        return part, s[1:]
    if c == "[":
        inside, _, s = s.partition("]")
        negated, inside = inside.startswith("^"), inside.removeprefix("^")
        chars = frozenset(inside)
        if len(inside) == 3 and inside[1] == "-":
            chars = frozenset(map(chr, range(ord(inside[0]), ord(inside[2]) + 1)))
        return ("set", chars, negated), s
    if c == "\\":
        return char(s[0]), s[1:]
    return {".": ANY, "@": ALL, "#": NOTHING}.get(c, char(c)), s
