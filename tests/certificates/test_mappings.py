"""The checker reads role mappings by itself: where it settles a rule, the engine says the same."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlaccess.checker.answers import Unclear, or_none
from mlaccess.checker.mappings import DENIED, GRANTED, OPEN, match
from mlaccess.checker.mappings import given as roles_given
from mlaccess.errors import RequestError
from mlaccess.permission.mapping import matches
from mlaccess.stack import FrozenMap, Identity, freeze

NAMES = (
    "ana", "Ana", "analysts", "Analysts", "cn=Ana,dc=Acme", "CN=ana, DC=acme", "cn=ana,dc=acme", "dc=acme",
    "ou=x,dc=acme", "cn=a\\,b,dc=acme", "cn=a+sn=b", "cn=äna,dc=acme", "Ä", "", " ", "cn=",
    "cn= ana  b ,dc=acme", 'cn="q",dc=acme', "a?b",
)  # fmt: skip
PATTERNS = (
    "*", "an*", "*,dc=acme", "*,dc=*", "*,DC=Acme", "cn=*", "CN=*", "*,", "*,x", "a*?", "?na*", "/an.*/", "/an", "/a*",
    "/[/", "//", "/", "a\\*", "*\\", "**", "**a", "/(an|b)/", "*,cn=a\\,b,dc=acme", "cn=ana,*",
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from((*NAMES, *PATTERNS)), st.sampled_from((None, True, False, 0, 1, 7, 2**70, 1.5, {}, []))
)
FIELDS = ("username", "dn", "groups", "realm.name", "metadata.a", "metadata.b.c", "metadata.", "metadata", "other", "")
PLAIN = st.one_of(st.sampled_from(NAMES), st.sampled_from((None, True, False, 0, 1, 7, 7.0, 1.5)))
HELD = st.one_of(PLAIN, st.lists(PLAIN, max_size=2), st.just({"x": 1}))
FIELD = st.builds(
    lambda field, values: {"field": {field: values}},
    st.sampled_from(FIELDS),
    st.one_of(VALUES, st.lists(VALUES, max_size=3)),
)
ODD = st.sampled_from(
    ({}, {"field": {}}, {"none": []}, {"any": [], "all": []}, {"except": {"any": []}}, 7, {"any": {}})
)
RULES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(FIELD, FIELD, FIELD, FIELD, ODD),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"any": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda part: {"all": [{"except": part}]}, inner),
    ),
    max_leaves=5,
)


@st.composite
def callers(draw: st.DrawFn) -> dict[str, Any]:
    """A caller as certificates tell one; what is absent is unknown."""
    told: dict[str, Any] = {"kind": "identity", "name": draw(st.sampled_from(NAMES))}
    for key, values in {
        "dn": st.one_of(st.none(), st.sampled_from(NAMES)),
        "groups": st.lists(st.sampled_from(NAMES), max_size=2),
        "realm": st.sampled_from(NAMES),
        "metadata": st.dictionaries(st.sampled_from(("a", "b.c", "")), HELD, max_size=2),
    }.items():
        if draw(st.integers(0, 3)):
            told[key] = draw(values)
    return told


def identity(told: dict[str, Any]) -> Identity:
    """The same caller for the engine."""
    metadata = freeze(told["metadata"]) if "metadata" in told else None
    assert metadata is None or isinstance(metadata, FrozenMap)
    groups = tuple(told["groups"]) if "groups" in told else None
    return Identity(
        told["name"], told.get("realm"), "saml", told.get("dn"), groups, metadata=metadata, dn_known="dn" in told
    )


@given(rules=RULES, told=callers())
@settings(max_examples=1500, deadline=None)
def test_what_is_settled_is_what_the_engine_says(rules: Any, told: dict[str, Any]) -> None:
    """Of rules valid and invalid, callers known and half known. Invalid rules are never settled."""
    found = or_none(lambda: match(rules, told))
    if found not in (None, OPEN):
        frozen = freeze(rules)
        assert isinstance(frozen, FrozenMap)
        try:
            assert int(matches(frozen, identity(told))) == found
        except RequestError as error:
            raise AssertionError(f"settled, and not valid: {error}") from error


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"all": [{"field": {"realm.name": "saml1"}}, {"field": {"groups": ["leads", "ANALYSTS"]}}]}, GRANTED),
        ({"all": [{"field": {"realm.name": "saml1"}}, {"except": {"field": {"groups": "analysts"}}}]}, DENIED),
        ({"any": [{"field": {"username": "b*"}}, {"field": {"metadata.team": ["x", "ml"]}}]}, GRANTED),
        ({"field": {"metadata.missing": None}}, GRANTED),
        ({"field": {"metadata.level": 3}}, GRANTED),
        ({"field": {"dn": "*,DC=Acme,dc=com"}}, GRANTED),
        ({"field": {"dn": "CN=Ana, DC=acme,  DC=com"}}, GRANTED),
        ({"field": {"dn": "cn=bob,dc=acme,dc=com"}}, DENIED),
        ({"field": {"groups": "/anal.*/"}}, OPEN),
        ({"any": []}, DENIED),
        ({"all": []}, GRANTED),
    ],
)
def test_usual_rules_are_settled(rules: Any, expected: int) -> None:
    """Realms, groups, patterns, metadata, names; regular expressions stay open."""
    told = {
        "name": "ana", "realm": "saml1", "groups": ["analysts"], "dn": "cn=ana,dc=acme,dc=com",
        "metadata": {"team": "ml", "level": 3},
    }  # fmt: skip
    assert match(rules, told) == expected


def test_what_is_not_told_is_open() -> None:
    """And so is what a certificate leaves out, for it may be an object, on which Elasticsearch fails."""
    rule = {"field": {"groups": "x"}}
    assert match(rule, {"name": "ana"}) == OPEN
    assert match({"field": {"dn": None}}, {"name": "ana"}) == OPEN
    assert match({"field": {"dn": None}}, {"name": "ana", "dn": None}) == GRANTED
    with pytest.raises(Unclear):
        match(rule, {"name": "ana", "groups": [], "metadata": {"email": "(left out)"}})


def test_templates_and_open_rules_leave_roles_open() -> None:
    """Disabled mappings give nothing; a template gives roles that are not read plainly."""
    granted, open_, denied = {"all": []}, {"field": {"username": "/a.*/"}}, {"any": []}
    mappings = {
        "a": {"enabled": True, "roles": ["r1"], "rules": granted},
        "b": {"enabled": True, "roles": ["r2"], "rules": open_},
        "c": {"enabled": False, "roles": ["r3"], "rules": granted},
        "d": {"enabled": True, "role_templates": [{"template": "x"}], "rules": denied},
    }
    assert roles_given(mappings, {"name": "ana"}) == ({"r1"}, {"r2"}, False)
    mappings["d"]["rules"] = open_
    assert roles_given(mappings, {"name": "ana"}).others is True
