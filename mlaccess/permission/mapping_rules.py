"""The rule language of role mappings, parsed as Elasticsearch parses it and printed back.

Sources, below `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authc/support/`:
`mapper/expressiondsl/{ExpressionParser,FieldExpression,RoleMapperExpressionValidator}.java`.
"""

from math import isfinite
from typing import TypeAlias

import attrs

from mlaccess.automata import Language
from mlaccess.errors import PatternError, RequestError
from mlaccess.patterns import pattern
from mlaccess.stack.tokens import token_of
from mlaccess.stack.values import FrozenMap, Json

__all__ = [
    "AllRule",
    "AnyRule",
    "ExceptRule",
    "FieldRule",
    "MappingRule",
    "RuleValue",
    "parse_rules",
    "rules_to_json",
    "validate_realm_scope",
]

_LONG_MIN, _LONG_MAX = -(2**63), 2**63 - 1


@attrs.frozen
class RuleValue:
    """One value of a field rule. A text that holds `*`, or stands between slashes, is a pattern."""

    value: None | bool | int | str
    language: Language | None = attrs.field(default=None, eq=False, repr=False)

    @classmethod
    def of(cls, value: None | bool | int | str) -> "RuleValue":
        """The value with its pattern compiled.

        Raises PatternError for an invalid pattern and TooComplex for one over Elasticsearch's work limit.
        """
        if isinstance(value, str) and ("*" in value or (len(value) > 1 and value[0] == value[-1] == "/")):
            return cls(value, pattern(value))
        return cls(value)


@attrs.frozen
class FieldRule:
    """`{"field": {name: value | [values]}}`: true if any of the values matches."""

    field: str
    values: tuple[RuleValue, ...]


@attrs.frozen
class AllRule:
    """`{"all": [...]}`; an empty list is true."""

    elements: "tuple[MappingRule, ...]"


@attrs.frozen
class AnyRule:
    """`{"any": [...]}`; an empty list is false."""

    elements: "tuple[MappingRule, ...]"


@attrs.frozen
class ExceptRule:
    """`{"except": rule}`, legal only directly inside `all`."""

    element: "MappingRule"


MappingRule: TypeAlias = FieldRule | AllRule | AnyRule | ExceptRule


def _refused(text: str) -> RequestError:
    return RequestError(f"failed to parse rules expression. {text}", kind="parse_exception")


def parse_rules(rules: Json, *, name: str = "rules") -> MappingRule:
    """The `rules` of a role mapping.

    `name` is what Elasticsearch calls the outermost object: the mapping's name. Raises RequestError with
    Elasticsearch's reason, also for an invalid pattern, and TooComplex.
    """
    try:
        return _rules_object(rules, name, allow_except=False)
    except RecursionError:
        raise _refused("the rules are nested too deeply") from None


def _rules_object(value: Json, name: str, *, allow_except: bool) -> MappingRule:
    if not isinstance(value, FrozenMap):
        raise _refused(f"expected [{name}] to be an object but found [{token_of(value)}] instead")
    if not value:
        raise _refused(f"object [{name}] does not contain any fields")
    key = next(iter(value))
    rule = _expression(key, value[key], name, allow_except=allow_except)
    if len(value) > 1:
        raise _refused(f"object [{name}] contains multiple fields")
    return rule


def _expression(key: str, value: Json, name: str, *, allow_except: bool) -> MappingRule:
    match key:
        case "any":
            return AnyRule(tuple(_rules_object(v, key, allow_except=False) for v in _array(key, value)))
        case "all":
            return AllRule(tuple(_rules_object(v, key, allow_except=True) for v in _array(key, value)))
        case "field":
            return _field(value)
        case "except" if allow_except:
            return ExceptRule(_rules_object(_object(value), "except", allow_except=False))
        case "except":
            raise _refused(f"field [{key}] is not allowed within [{name}]")
        case _:
            raise _refused(f"field [{key}] is not recognised in object [{name}]")


def _array(key: str, value: Json) -> tuple[Json, ...]:
    if not isinstance(value, tuple):
        raise _refused(f"field [{key}] requires an array")
    return value


def _object(value: Json) -> FrozenMap[str, Json]:
    if not isinstance(value, FrozenMap):
        raise _refused(f"expected an object but found [{token_of(value)}] instead")
    return value


def _field(value: Json) -> FieldRule:
    body = _object(value)
    if not body:
        raise _refused("object [field] does not contain any fields")
    name = next(iter(body))
    given = body[name]
    values = tuple(_field_value(v) for v in (given if isinstance(given, tuple) else (given,)))
    if len(body) > 1:
        raise _refused("object [field] contains multiple fields")
    if not name:
        raise RequestError("null or empty field name ()")
    if not values:
        raise RequestError("null or empty values ([])")
    return FieldRule(name, values)


def _field_value(value: Json) -> RuleValue:
    if isinstance(value, tuple | FrozenMap):
        raise _refused(f"expected a field value but found [{token_of(value)}] instead")
    if isinstance(value, float) and not isfinite(value):
        raise RequestError(f"Numeric value ({value}) out of range of long ({_LONG_MIN} - {_LONG_MAX})")
    if isinstance(value, float):
        value = int(value)  # numbers are read as long integers, so a fraction is cut off
    if isinstance(value, int) and not isinstance(value, bool) and not _LONG_MIN <= value <= _LONG_MAX:
        raise RequestError(f"Numeric value ({value}) out of range of long ({_LONG_MIN} - {_LONG_MAX})")
    try:
        return RuleValue.of(value)
    except PatternError as error:
        raise RequestError(error.message) from error


def rules_to_json(rule: MappingRule) -> Json:
    """The rule as Elasticsearch prints it: a single value bare, several as an array."""
    match rule:
        case AllRule(elements):
            return FrozenMap({"all": tuple(map(rules_to_json, elements))})
        case AnyRule(elements):
            return FrozenMap({"any": tuple(map(rules_to_json, elements))})
        case ExceptRule(element):
            return FrozenMap({"except": rules_to_json(element)})
        case FieldRule(field, values):
            shown: Json = values[0].value if len(values) == 1 else tuple(v.value for v in values)
            return FrozenMap[str, Json]({"field": FrozenMap[str, Json]({field: shown})})


def validate_realm_scope(rule: MappingRule) -> None:
    """Raises RequestError unless the rule holds only for users of realms that it names without a pattern.

    Elasticsearch keeps this stricter check apart from the parser; a mapping put through its API need not pass it.
    """
    if not _names_realm(rule):
        reason = "role mapping must be scoped to a concrete realm name"
        raise RequestError(reason, status=500, kind="security_exception")


def _names_realm(rule: MappingRule) -> bool:
    match rule:
        case AllRule(elements):
            return any(map(_names_realm, elements))
        case AnyRule(elements):
            return all(map(_names_realm, elements))
        case FieldRule(field, values):
            return field == "realm.name" and all(v.language is None for v in values)
        case ExceptRule():
            return False
