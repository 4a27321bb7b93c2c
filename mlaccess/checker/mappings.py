"""Role mappings read plainly: the roles that they give somebody of an external realm, as far as that is settled.

Whatever is odd (most regular expressions, escapes, unusual distinguished names, templates) leaves a mapping open, and
so does what is not told of the caller. Sources, below `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/
security/authc/support/`: `mapper/expressiondsl/{ExpressionParser,FieldExpression}.java`, `UserRoleMapper.java`.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, cast

from .answers import Unclear, or_none

__all__ = ["DENIED", "GRANTED", "INSIDE", "OPEN", "Given", "given", "match"]

DENIED, OPEN, GRANTED = range(3)
INSIDE = ("native", "file", "reserved")
"""Realms whose users no mapping is for."""
_DEEPEST = 40
_LONG = range(-(2**63), 2**63)
_LEFT_OUT = "(left out)"


class Given(NamedTuple):
    """The roles that mappings certainly give, those that they may give, and whether there may be others."""

    certain: frozenset[str]
    possible: frozenset[str]
    others: bool


def given(mappings: dict[str, Any], caller: dict[str, Any]) -> Given:
    """The roles of a caller, told as certificates tell them, from the answer of `GET _security/role_mapping`."""
    certain, possible, others = set[str](), set[str](), False
    for mapping in mappings.values():
        enabled: Any = mapping["enabled"]
        roles: Any = mapping.get("roles", [])
        if type(enabled) is not bool or type(roles) is not list or not all(isinstance(r, str) for r in _items(roles)):
            raise Unclear
        found = or_none(partial(match, mapping["rules"], caller)) if enabled else DENIED
        if found != DENIED:
            (certain if found == GRANTED else possible).update(cast("list[str]", roles))
            others = others or bool(mapping.get("role_templates"))
    return Given(frozenset(certain), frozenset(possible - certain), others)


def match(rule: Any, caller: dict[str, Any], depth: int = 0, *, may_except: bool = False) -> int:
    """Whether a caller satisfies a rule. Raises `Unclear` where a rule is none, as then the whole mapping is open."""
    if depth == 0 and not _is_plain([*(caller.get("metadata") or {}).values()]):
        raise Unclear  # Elasticsearch fails on objects, and what was left out may be one
    if not isinstance(rule, dict) or len(cast("dict[str, Any]", rule)) != 1 or depth > _DEEPEST:
        raise Unclear
    [(name, of)] = cast("dict[str, Any]", rule).items()
    if name in ("all", "any") and isinstance(of, list):
        parts = [match(p, caller, depth + 1, may_except=name == "all") for p in _items(of)]
        return min(parts, default=GRANTED) if name == "all" else max(parts, default=DENIED)
    if name == "except" and may_except:
        return GRANTED - match(of, caller, depth + 1)
    if name != "field":
        raise Unclear
    [(field, values)] = of.items()
    listed = _items(values) if type(values) is list else [values]
    if not listed or not field or not all(map(_is_value, listed)):
        raise Unclear
    for value in listed:
        _pattern(value)  # an invalid pattern spoils the mapping, whatever the field
    test = _field(field, caller)
    return max(test(value) for value in listed)


def _items(value: Any) -> list[Any]:
    """What is a list, as one."""
    return cast("list[Any]", value)


def _is_value(value: Any) -> bool:
    """Whether a value of a rule is one that is read plainly."""
    return value is None or isinstance(value, bool | str) or (type(value) is int and value in _LONG)


def _field(field: str, caller: dict[str, Any]) -> Callable[[Any], int]:
    """The test of a field of the caller. One that is not told is open, one that the caller lacks equals `null`."""
    told: Any = caller.get("metadata") or {}
    named = {"username": "name", "realm.name": "realm"}
    if field in named:
        return _plainly(caller[named[field]]) if named[field] in caller else _open
    if field == "dn" and (caller.get("dn") is not None or "dn" not in caller):
        return _as_name(caller["dn"]) if "dn" in caller else _open
    if field == "groups":
        return _any_of([_as_name(g) for g in caller["groups"]]) if "groups" in caller else _open
    key = field.removeprefix("metadata.")
    if key != field and "metadata" not in caller:
        return _open
    return _plainly(told[key] if key != field and key in told else None)


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_plain, _items(value)))
    return not isinstance(value, dict) and value != _LEFT_OUT


def _open(value: Any) -> int:
    return OPEN


def _any_of(tests: list[Callable[[Any], int]]) -> Callable[[Any], int]:
    return lambda value: max((test(value) for test in tests), default=DENIED)


def _plainly(held: Any) -> Callable[[Any], int]:
    """The test of a value that is compared by its type."""
    if isinstance(held, list):
        return _any_of([_plainly(one) for one in _items(held)])
    if isinstance(held, float):
        return lambda value: OPEN if type(value) is int else DENIED
    if isinstance(held, str):
        return lambda value: _text(value, held) if isinstance(value, str) else DENIED
    return lambda value: _sure(type(value) is type(held) and value == held)


def _sure(held: bool) -> int:
    return GRANTED if held else DENIED


def _pattern(value: Any) -> "re.Pattern[str] | None | str":
    """A text that is a pattern, itself where it is none, None for a regular expression, which stays open."""
    if not isinstance(value, str):
        return None
    if value[:1] == "/" and len(value) > 1 and (value[-1] == "/" or "*" in value):
        if not re.fullmatch(r"/(?:[A-Za-z0-9_ ,=-]|\.\*){0,60}/", value):
            raise Unclear  # not surely valid, and an invalid one spoils the mapping
        return None
    if "*" not in value:
        return value
    if "\\" in value or value.count("?") > 5:
        raise Unclear
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in re.sub(r"\*+", "*", value))
    return re.compile("".join(parts), re.DOTALL)


def _text(value: str, held: str) -> int:
    pattern = _pattern(value)
    if pattern is None:
        return OPEN
    return _sure(pattern == held if isinstance(pattern, str) else pattern.fullmatch(held) is not None)


def _as_name(held: str) -> Callable[[Any], int]:
    """The test of a distinguished name or a group: as text without case, as a name, and `*,…` as all below it."""

    def test(value: Any) -> int:
        if not isinstance(value, str):
            return DENIED
        pattern = _pattern(value)
        if pattern is None:
            return OPEN
        if isinstance(pattern, str):
            return _same_name(value, held)
        spellings = [held, *([held.lower(), held.upper()] if held.isascii() else []), _normal(held) or held]
        if any(pattern.fullmatch(spelling) for spelling in spellings):
            return GRANTED
        if not held.isascii() or _is_odd(held):
            return OPEN
        below = value.removeprefix("*,")
        if below == value or "*" in below or "=" not in held:
            return DENIED
        if _is_odd(below):
            return OPEN
        return _sure("=" in below and str(_normal(held)).endswith(f",{_normal(below)}"))

    return test


def _same_name(value: str, held: str) -> int:
    if value == held or (value.isascii() and held.isascii() and value.lower() == held.lower()):
        return GRANTED
    if not value.isascii() or not held.isascii() or not held.strip():
        return OPEN
    if "=" not in held or (value.strip() and "=" not in value):
        return DENIED
    return OPEN if _is_odd(value) or _is_odd(held) else _sure(_normal(value) == _normal(held))


def _is_odd(text: str) -> bool:
    """Whether a text may be a distinguished name, and is not one of the usual kind."""
    return not text.isascii() or not text.strip() or ("=" in text and _normal(text) is None)


def _normal(text: str) -> str | None:
    """A distinguished name of the usual kind without case and superfluous spaces; None for other texts."""
    parts = text.split(",")
    if not all(
        re.fullmatch(r" *[A-Za-z][A-Za-z0-9.-]* *= *[A-Za-z0-9_.@/:'()&!-][A-Za-z0-9_.@/:'()&! -]*", p) for p in parts
    ):
        return None
    pairs = (part.partition("=") for part in parts)
    return ",".join(f"{name.strip().lower()}={' '.join(value.split()).lower()}" for name, _, value in pairs)
