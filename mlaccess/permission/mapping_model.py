"""A user as the rules of role mappings see them, and whether the user satisfies a rule, in three values.

Sources, below `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authc/support/`:
`mapper/expressiondsl/{ExpressionModel,FieldExpression}.java` and `UserRoleMapper.java`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

import attrs

from mlaccess.automata import TooComplex
from mlaccess.errors import RequestError
from mlaccess.permission.dn import is_descendant, normalize_dn
from mlaccess.permission.mapping_rules import AllRule, AnyRule, ExceptRule, FieldRule, MappingRule, RuleValue
from mlaccess.rules.verdict import Verdict
from mlaccess.stack.users import Identity
from mlaccess.stack.values import FrozenMap, Json

__all__ = ["Model", "field_matches", "undefined_field"]

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
                return field_matches(self, field, values)

    def unknown_fields(self, rule: MappingRule) -> frozenset[str]:
        """The fields of the rule that are not known of this user."""
        match rule:
            case AllRule(elements) | AnyRule(elements):
                return frozenset[str]().union(*map(self.unknown_fields, elements))
            case ExceptRule(element):
                return self.unknown_fields(element)
            case FieldRule(field):
                return frozenset({field}) if self.is_unknown(field) else frozenset()


def field_matches(model: Model, field: str, values: Iterable[RuleValue]) -> Verdict:
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
