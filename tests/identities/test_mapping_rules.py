"""The rule language of role mappings: what it accepts, how values match, and what stays unknown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaccess.errors import RequestError
from mlaccess.permission.mapping import matches
from mlaccess.permission.mapping_model import Model, field_matches, undefined_field
from mlaccess.permission.mapping_rules import RuleValue, parse_rules, rules_to_json, validate_realm_scope
from mlaccess.rules.verdict import Verdict
from mlaccess.stack import FrozenMap, Identity, Json, freeze

DENIED, UNKNOWN, GRANTED = Verdict.DENIED, Verdict.UNKNOWN, Verdict.GRANTED
START = "failed to parse rules expression. "


def ask(rules: object, identity: Identity) -> Verdict:
    frozen = freeze(rules)
    assert isinstance(frozen, FrozenMap)
    return matches(frozen, identity)


def known(**parts: Any) -> Identity:
    """A caller of whom everything is known."""
    base: dict[str, Any] = {
        "username": "ana",
        "realm": "saml1",
        "realm_type": "saml",
        "dn_known": True,
        "groups": (),
        "metadata": FrozenMap(),
    }
    return Identity(**{**base, **parts})


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ([], START + "expected [m1] to be an object but found [START_ARRAY] instead"),
        ({}, START + "object [m1] does not contain any fields"),
        ({"none": []}, START + "field [none] is not recognised in object [m1]"),
        ({"any": [], "all": []}, START + "object [m1] contains multiple fields"),
        ({"any": {}}, START + "field [any] requires an array"),
        ({"except": {}}, START + "field [except] is not allowed within [m1]"),
        ({"any": [{"except": {"any": []}}]}, START + "field [except] is not allowed within [any]"),
        (
            {"all": [{"except": {"except": {"any": []}}}]},
            START + "field [except] is not allowed within [except]",
        ),
        ({"all": [{"except": []}]}, START + "expected an object but found [START_ARRAY] instead"),
        ({"all": ["x"]}, START + "expected [all] to be an object but found [VALUE_STRING] instead"),
        ({"field": "x"}, START + "expected an object but found [VALUE_STRING] instead"),
        ({"field": {}}, START + "object [field] does not contain any fields"),
        ({"field": {"a": 1, "b": 2}}, START + "object [field] contains multiple fields"),
        ({"field": {"a": {}}}, START + "expected a field value but found [START_OBJECT] instead"),
        ({"field": {"a": [["b"]]}}, START + "expected a field value but found [START_ARRAY] instead"),
        ({"field": {"a": []}}, "null or empty values ([])"),
        ({"field": {"a": 2**63}}, f"Numeric value ({2**63}) out of range of long (-{2**63} - {2**63 - 1})"),
        ({"field": {"a": -(2**63) - 1}}, f"Numeric value (-{2**63 + 1}) out of range of long (-{2**63} - {2**63 - 1})"),
    ],
)
def test_rules_are_refused_with_elasticsearchs_reason(rules: object, reason: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_rules(freeze(rules), name="m1")
    assert caught.value.reason == reason


def test_an_invalid_pattern_is_refused_when_the_rules_are_parsed() -> None:
    with pytest.raises(RequestError):
        parse_rules(freeze({"field": {"username": "/(/"}}))


@pytest.mark.parametrize(
    ("user_value", "rule_value", "expected"),
    [
        (1, 1, True),
        (1, True, False),
        (True, 1, False),
        (1.0, 1, True),
        (1.5, 1, False),
        (2**60 + 1, 2**60, False),
        ("a?c", "a?c", True),
        ("abc", "a?c", False),
        ("abc", "a?c*", True),
        ("/a", "/a", True),
        ("A", "a", False),
        ("a", "/A|a/", True),
        (("x", "y"), "y", True),
        (("x", "y"), None, False),
        ((), None, False),
        (None, None, True),
    ],
)
def test_values_match_by_their_type(user_value: Json, rule_value: Json, expected: bool) -> None:
    model = Model.of_fields({"f": user_value})
    value = RuleValue.of(rule_value)  # type: ignore[arg-type]  # the cases hold plain values only
    assert field_matches(model, "f", [value]) == Verdict.of(expected)


def test_a_lone_slash_is_no_pattern() -> None:
    assert RuleValue.of("/").language is None
    assert field_matches(Model.of_fields({"f": "/"}), "f", [RuleValue.of("/")]) == GRANTED


@pytest.mark.parametrize(("held", "ruled"), [("A", "a"), ("\u017f", "s"), ("s", "\u017f"), ("\u0130", "i")])
def test_names_are_equal_as_java_ignores_case(held: str, ruled: str) -> None:
    """Character by character, in upper case and from there in lower case; a name of a user that is no DN."""
    assert ask({"field": {"dn": ruled}}, known(dn=held)) == GRANTED


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63)])
def test_the_first_and_last_long_integers_are_values(value: int) -> None:
    """What lies beyond is refused."""
    assert ask({"field": {"metadata.n": value}}, known(metadata=FrozenMap({"n": value}))) == GRANTED


def test_a_fraction_in_a_rule_is_cut_off() -> None:
    rule = parse_rules(freeze({"field": {"metadata.n": 3.9}}))
    assert rules_to_json(rule) == freeze({"field": {"metadata.n": 3}})


def test_a_missing_field_matches_null_alone() -> None:
    identity = known()
    assert ask({"field": {"metadata.x": None}}, identity) == GRANTED
    assert ask({"field": {"metadata.x": "*"}}, identity) == DENIED
    assert ask({"field": {"email": None}}, identity) == GRANTED
    assert ask({"field": {"dn": None}}, identity) == GRANTED
    assert ask({"field": {"groups": None}}, identity) == DENIED


def test_the_words_for_an_undefined_field_are_elasticsearchs() -> None:
    model = Model.of_fields({"some_int": 7})
    values = [RuleValue.of("bork"), RuleValue.of(True)]
    assert undefined_field(model, "other", values) == (
        "Attempt to test field [other] against value(s) [bork,true], but the field [other] does not have a value on "
        "this object; known fields are [some_int]"
    )
    assert undefined_field(model, "some_int", values) is None
    assert undefined_field(Model({}, frozenset({"other"})), "other", values) is None  # it may have a value


@pytest.mark.parametrize(
    ("group", "wanted", "expected"),
    [
        ("CN=Admins, DC=Example", "cn=admins,dc=example", True),
        ("cn=admins,dc=example", "CN=ADMINS,DC=EXAMPLE", True),
        ("Admins", "ADMINS", True),
        ("stra\u00dfe", "STRASSE", False),
        ("Admins", "adm*", True),
        ("adMins", "adM*", True),
        ("aDMINs", "aD*x", False),
        ("cn=a, ou=b, dc=c", "*,ou=b,dc=c", True),
        ("cn=a, OU=B , dc=c", "*,ou=b,dc=c", True),
        ("ou=b,dc=c", "*,ou=b,dc=c", False),
        ("cn=a,ou=b,dc=c", "*,OU=B, DC=C", True),
        ("cn=a,ou=x,dc=c", "*,OU=B, DC=C", False),
        ("cn=a,ou=b,dc=c", "*,ou=*,dc=c", True),
        ("cn=a,ou=x,dc=c", "*,ou=b*,dc=c", False),
        ("plain", "cn=plain", False),
        ("cn=a+sn=b,dc=c", "sn=b+cn=a,dc=c", True),
    ],
)
def test_groups_compare_as_distinguished_names_and_without_case(group: str, wanted: str, expected: bool) -> None:
    assert ask({"field": {"groups": wanted}}, known(groups=("other", group))) == Verdict.of(expected)
    assert ask({"field": {"dn": wanted}}, known(dn=group)) == Verdict.of(expected)


def test_usernames_compare_with_case() -> None:
    assert ask({"field": {"username": "Ana"}}, known()) == DENIED


def test_empty_all_holds_and_empty_any_does_not() -> None:
    assert ask({"all": []}, known()) == GRANTED
    assert ask({"any": []}, known()) == DENIED


def test_an_exception_turns_its_rule_around_and_leaves_unknown_unknown() -> None:
    rules = {"all": [{"except": {"field": {"groups": "x"}}}]}
    assert ask(rules, known(groups=("x",))) == DENIED
    assert ask(rules, known(groups=())) == GRANTED
    assert ask(rules, known(groups=None)) == UNKNOWN


@pytest.mark.parametrize(
    ("field", "values", "expected"),
    [
        ("groups", ["x"], UNKNOWN),
        ("groups", [None, 1, True], DENIED),
        ("dn", [None], UNKNOWN),
        ("dn", [1], DENIED),
        ("dn", ["*"], UNKNOWN),
        ("realm.name", ["*"], GRANTED),
        ("realm.name", ["saml*"], UNKNOWN),
        ("realm.name", [None], DENIED),
        ("metadata.x", [None], UNKNOWN),
        ("metadata.x", [1], UNKNOWN),
        ("email", ["x"], DENIED),
        ("username", ["ana"], GRANTED),
    ],
)
def test_of_an_unknown_field_only_the_impossible_and_the_certain_are_said(
    field: str, values: list[object], expected: Verdict
) -> None:
    assert ask({"field": {field: values}}, Identity("ana")) == expected


def test_one_known_branch_may_settle_an_unknown_one() -> None:
    unknown = {"field": {"groups": "x"}}
    yes, no = {"field": {"username": "ana"}}, {"field": {"username": "bob"}}
    assert ask({"any": [unknown, yes]}, Identity("ana")) == GRANTED
    assert ask({"all": [unknown, no]}, Identity("ana")) == DENIED
    assert ask({"all": [unknown, yes]}, Identity("ana")) == UNKNOWN


def test_metadata_that_elasticsearch_cannot_compare_leaves_everything_unknown() -> None:
    identity = known(metadata=FrozenMap({"team": freeze({"a": 1})}))
    assert ask({"field": {"username": "ana"}}, identity) == UNKNOWN


def test_a_rule_on_a_realm_scopes_it_unless_a_pattern_or_another_branch_opens_it() -> None:
    validate_realm_scope(parse_rules(freeze({"all": [{"field": {"realm.name": ["a", "b"]}}]})))
    for rules in (
        {"field": {"realm.name": ["a", "b*"]}},
        {"any": [{"field": {"realm.name": "a"}}, {"field": {"username": "x"}}]},
        {"all": [{"except": {"field": {"realm.name": "a"}}}]},
    ):
        with pytest.raises(RequestError, match="role mapping must be scoped to a concrete realm name"):
            validate_realm_scope(parse_rules(freeze(rules)))


def test_rules_nested_without_end_are_refused() -> None:
    rules: FrozenMap[str, Json] = FrozenMap({"any": ()})
    for _ in range(3000):
        rules = FrozenMap({"all": (rules,)})
    with pytest.raises(RequestError, match="nested too deeply"):
        parse_rules(rules)


VALUES = st.sampled_from(["a", "a*", "/a|b/", "*", None, 1, True])
FIELD = st.builds(
    lambda field, value: {"field": {field: value}},
    st.sampled_from(["username", "groups", "dn", "realm.name", "metadata.k", "other"]),
    VALUES | st.lists(VALUES, min_size=2, max_size=2),
)


def _nest(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    exceptions = st.builds(lambda rule: {"except": rule}, inner)
    any_of = st.builds(lambda items: {"any": items}, st.lists(inner, max_size=3))
    return any_of | st.builds(lambda items: {"all": items}, st.lists(inner | exceptions, max_size=3))


RULES = st.recursive(FIELD, _nest, max_leaves=6)
ATTRIBUTES = st.fixed_dictionaries(
    {
        "username": st.sampled_from(["a", "b"]),
        "realm": st.sampled_from(["a", "b"]),
        "dn": st.sampled_from([None, "a", "cn=a"]),
        "groups": st.sampled_from([(), ("a",), ("b", "c")]),
        "metadata": st.sampled_from([FrozenMap(), FrozenMap({"k": "a"}), FrozenMap({"k": 1})]),
    }
)


@given(RULES)
def test_rules_print_back_as_themselves(rules: dict[str, Any]) -> None:
    parsed = parse_rules(freeze(rules))
    assert parse_rules(rules_to_json(parsed)) == parsed


@given(RULES, ATTRIBUTES, st.sets(st.sampled_from(["realm", "dn", "groups", "metadata"])))
def test_forgetting_an_attribute_never_flips_a_verdict(
    rules: dict[str, Any], attributes: dict[str, Any], forgotten: set[str]
) -> None:
    full = ask(rules, Identity(**attributes, dn_known=True))
    assert full != UNKNOWN
    less = {key: value for key, value in attributes.items() if key not in forgotten}
    partial = ask(rules, Identity(**less, dn_known="dn" not in forgotten))
    assert partial in (full, UNKNOWN)
