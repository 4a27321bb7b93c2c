"""The rule language of role mappings: parsed as Elasticsearch parses it, matched in three values.

Sources, below `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authc/support/`:
`mapper/expressiondsl/{ExpressionParser,ExpressionModel,FieldExpression,RoleMapperExpressionValidator}.java` and
`UserRoleMapper.java`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

import attrs
from mlaccess.automata import Language, TooComplex
from mlaccess.patterns import pattern

from mlaccess.errors import PatternError, RequestError
from mlaccess.permission.dn import is_descendant, normalize_dn
from mlaccess.rules.verdict import Verdict
from mlaccess.stack.users import Identity
from mlaccess.stack.values import FrozenMap, Json

__all__ = [
    "AllRule",
    "AnyRule",
    "ExceptRule",
    "FieldRule",
    "MappingRule",
    "Model",
    "RuleValue",
    "parse_rules",
    "rules_to_json",
    "test_field",
    "undefined_field",
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


def _token(value: Json) -> str:
    """The name of the JSON token a value starts with, as Elasticsearch's messages call it."""
    match value:
        case None:
            return "VALUE_NULL"
        case bool():
            return "VALUE_BOOLEAN"
        case str():
            return "VALUE_STRING"
        case int() | float():
            return "VALUE_NUMBER"
        case tuple():
            return "START_ARRAY"
        case FrozenMap():
            return "START_OBJECT"


def parse_rules(rules: Json, *, name: str = "rules") -> MappingRule:
    """The `rules` of a role mapping.

    `name` is what Elasticsearch calls the outermost object: the mapping's name. Raises RequestError with
    Elasticsearch's reason, also for an invalid pattern, and TooComplex.
    """
    return _rules_object(rules, name, allow_except=False)


def _rules_object(value: Json, name: str, *, allow_except: bool) -> MappingRule:
    if not isinstance(value, FrozenMap):
        raise _refused(f"expected [{name}] to be an object but found [{_token(value)}] instead")
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
        raise _refused(f"expected an object but found [{_token(value)}] instead")
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
        raise _refused(f"expected a field value but found [{_token(value)}] instead")
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
            return FrozenMap({"field": FrozenMap({field: shown})})


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


Test: TypeAlias = Callable[[RuleValue], bool]


@attrs.frozen
class Model:
    """A user as the rules see them: a test per known field, and which fields are not known.

    A field that is neither is missing, and a missing field matches only `null`.
    """

    tests: Mapping[str, Test]
    unknown: frozenset[str] = frozenset()
    metadata_known: bool = True
    unusable: str = ""
    """Why Elasticsearch cannot map this user at all; empty where it can."""

    @classmethod
    def of_fields(cls, fields: Mapping[str, Json]) -> "Model":
        """A model of plain values, each compared by its type."""
        return cls({name: _plain_test(value) for name, value in fields.items()})

    @classmethod
    def of(cls, identity: Identity) -> "Model":
        """The model of a caller from an external realm."""
        tests: dict[str, Test] = {"username": _plain_test(identity.username)}
        unknown: set[str] = set()
        unusable = ""
        if identity.dn is not None:
            tests["dn"] = _dn_test(identity.dn)
        elif not identity.dn_known:
            unknown.add("dn")
        if identity.groups is None:
            unknown.add("groups")
        else:
            tests["groups"] = _any_test(map(_dn_test, identity.groups))
        if identity.realm is None:
            unknown.add("realm.name")
        else:
            tests["realm.name"] = _plain_test(identity.realm)
        for key, value in (identity.metadata or {}).items():
            if _is_plain(value):
                tests[f"metadata.{key}"] = _plain_test(value)
            else:
                unusable = f"metadata `{key}` holds an object, which Elasticsearch's role mapper cannot compare"
        return cls(tests, frozenset(unknown), identity.metadata is not None, unusable)

    def is_unknown(self, field: str) -> bool:
        """Whether nothing is known about the field, not even that the user lacks it."""
        return field in self.unknown or (not self.metadata_known and field.startswith("metadata."))

    def match(self, rule: MappingRule) -> Verdict:
        """Whether the user satisfies the rule."""
        if self.unusable:
            return Verdict.UNKNOWN
        match rule:
            case AllRule(elements):
                return min((self.match(e) for e in elements), default=Verdict.GRANTED)
            case AnyRule(elements):
                return max((self.match(e) for e in elements), default=Verdict.DENIED)
            case ExceptRule(element):
                return Verdict(Verdict.GRANTED - self.match(element))
            case FieldRule(field, values):
                return test_field(self, field, values)

    def unknown_fields(self, rule: MappingRule) -> frozenset[str]:
        """The fields of the rule that are not known of this user."""
        match rule:
            case AllRule(elements) | AnyRule(elements):
                return frozenset[str]().union(*map(self.unknown_fields, elements))
            case ExceptRule(element):
                return self.unknown_fields(element)
            case FieldRule(field):
                return frozenset({field}) if self.is_unknown(field) else frozenset()


def test_field(model: Model, field: str, values: Iterable[RuleValue]) -> Verdict:
    """Whether any of the values matches the user's field; UNKNOWN where the field's unknown value decides."""
    if model.is_unknown(field):
        return max((_unknown_value(field, v) for v in values), default=Verdict.DENIED)
    test = model.tests.get(field, _is_null)
    try:
        return Verdict.of(any(test(v) for v in values))
    except TooComplex:
        return Verdict.UNKNOWN


def undefined_field(model: Model, field: str, values: Iterable[RuleValue]) -> str | None:
    """Elasticsearch's debug message for a rule on a field that the user does not have, None where there is none."""
    values = tuple(values)
    if field in model.tests or model.is_unknown(field) or any(map(_is_null, values)):
        return None
    shown = ",".join(_text(v) for v in values)
    return (
        f"Attempt to test field [{field}] against value(s) [{shown}], but the field [{field}] does not have a value"
        f" on this object; known fields are [{','.join(model.tests)}]"
    )


def _text(value: RuleValue) -> str:
    match value.value:
        case None:
            return "null"
        case bool(flag):
            return "true" if flag else "false"
        case other:
            return str(other)


def _unknown_value(field: str, value: RuleValue) -> Verdict:
    """What a rule value says about a field of which only the kind is known."""
    if field.startswith("metadata."):
        return Verdict.UNKNOWN
    if field == "dn" and value.value is None:
        return Verdict.UNKNOWN  # the user may have no DN
    if not isinstance(value.value, str):
        return Verdict.DENIED  # groups and the realm's name are always there, and always text
    if field == "realm.name" and value.value and not value.value.strip("*"):
        return Verdict.GRANTED  # every realm has a name
    return Verdict.UNKNOWN


def _is_null(value: RuleValue) -> bool:
    return value.value is None


def _is_plain(value: Json) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return not isinstance(value, FrozenMap)


def _any_test(tests: Iterable[Test]) -> Test:
    members = tuple(tests)
    return lambda value: any(test(value) for test in members)


def _plain_test(known: Json) -> Test:
    match known:
        case None:
            return _is_null
        case bool():
            return lambda value: value.value is known
        case int() | float():
            return lambda value: _equal_numbers(known, value.value)
        case str():
            return lambda value: value.value == known if value.language is None else value.language.matches(known)
        case tuple():
            return _any_test(map(_plain_test, known))
        case FrozenMap():
            raise RequestError("Unsupported value type class java.util.HashMap")


def _equal_numbers(known: int | float, value: None | bool | int | str) -> bool:
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return float(known) == float(value) if isinstance(known, float) else known == value


def _dn_test(text: str) -> Test:
    """The test of a DN or a group: as text without case, as a DN, and `*,suffix` as a subtree."""
    normal = normalize_dn(text)

    def test(value: RuleValue) -> bool:
        wanted = value.value
        if not isinstance(wanted, str):
            return False
        if value.language is None:
            if _equal_ignoring_case(wanted, text):
                return True
            if normal is None:
                return False
            wanted_normal = normalize_dn(wanted)
            return wanted_normal == normal if wanted_normal is not None else _equal_ignoring_case(wanted, normal)
        matches = value.language.matches
        if matches(text) or (normal is not None and matches(normal)) or matches(text.lower()) or matches(text.upper()):
            return True
        suffix = wanted.removeprefix("*,")
        return (
            normal is not None
            and suffix != wanted
            and "*" not in suffix
            and is_descendant(normal, normalize_dn(suffix))
        )

    return test


def _equal_ignoring_case(a: str, b: str) -> bool:
    # Java folds character by character, so a sharp s never equals two s.
    return len(a) == len(b) and all(x == y or _fold(x) == _fold(y) for x, y in zip(a, b, strict=True))


def _fold(c: str) -> str:
    upper = c.upper()
    return (upper if len(upper) == 1 else c).lower()[0]
