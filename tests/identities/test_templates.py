"""Role templates are rendered exactly where the attributes suffice, and refused with a reason everywhere else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaccess.permission.templates import CannotRender, render_roles, script_of
from mlaccess.stack import FrozenMap, Identity, RoleTemplate, freeze


def render(source: str, format: str = "string", **parts: Any) -> set[str]:
    base: dict[str, Any] = {
        "username": "ana",
        "realm": "saml1",
        "dn": "cn=ana,dc=x",
        "groups": ("ml",),
        "metadata": FrozenMap(
            {
                "team": "red",
                "n": 7,
                "ok": True,
                "list": ("a", "b"),
                "none": None,
                "off": False,
                "blank": "",
                "share": 0.25,
            }
        ),
    }
    return set(render_roles(RoleTemplate(source, format), Identity(**{**base, **parts})))


@pytest.mark.parametrize(
    ("source", "role"),
    [
        ("kibana_user", "kibana_user"),
        ("_user_{{username}}", "_user_ana"),
        ("{{ username }}@{{realm.name}}", "ana@saml1"),
        ("{{metadata.team}}-{{metadata.n}}-{{metadata.ok}}", "red-7-true"),
        ("{{metadata.share}}", "0.25"),
        ("x{{metadata.missing}}y", "xy"),
        ("x{{metadata.none}}y", "xy"),
        ("{{!comment}}x", "x"),
        ("{{#metadata.ok}}yes{{/metadata.ok}}", "yes"),
        ("{{#metadata.missing}}yes{{/metadata.missing}}{{^metadata.missing}}no{{/metadata.missing}}", "no"),
        ("{{#metadata.list}}<{{.}}>{{/metadata.list}}", "<a><b>"),
        ("{{#join}}metadata.list{{/join}}", "a,b"),
        ("{{#join delimiter='-'}}metadata.list{{/join delimiter='-'}}", "a-b"),
        ("{{#groups}}g_{{.}}_{{username}}{{/groups}}", "g_ml_ana"),
        ("{{groups.0}}{{groups.size}}", "ml1"),
        ("{{#toJson}}metadata.team{{/toJson}}", "red"),
        ("{{^join delimiter='-'}}no such function{{/join delimiter='-'}}", "no such function"),
        ("{{#metadata.off}}yes{{/metadata.off}}{{^metadata.off}}no{{/metadata.off}}", "no"),
        ("{{#metadata.blank}}yes{{/metadata.blank}}{{^metadata.blank}}no{{/metadata.blank}}", "no"),
    ],
)
def test_a_template_of_one_name(source: str, role: str) -> None:
    assert render(source) == {role}


def test_values_are_escaped_for_json_unless_the_tag_or_the_content_type_says_otherwise() -> None:
    assert render("{{username}}", username='DOM\\a"b') == {'DOM\\\\a\\"b'}
    assert render("{{{username}}}", username="DOM\\ana") == {"DOM\\ana"}
    assert render("{{&username}}", username="DOM\\ana") == {"DOM\\ana"}
    plain = '{"source":"{{username}}","options":{"content_type":"text/plain"}}'
    assert render(plain, username="DOM\\ana") == {"DOM\\ana"}


def test_a_json_template_yields_a_list_or_one_name() -> None:
    assert render("{{#toJson}}groups{{/toJson}}", "json", groups=("b", "a")) == {"a", "b"}
    assert render("{{#tojson}}groups{{/tojson}}", "json", groups=()) == set()
    assert render('["x_{{username}}", null, "y"]', "json") == {"x_ana", "y"}
    assert render('{"source":"\\"{{username}}\\""}', "json", username='a"b') == {'a"b'}
    assert render('{"source":["caf\u00e9"]}') == {'["caf\u00e9"]'}


def test_the_script_is_read_from_the_json_that_elasticsearch_prints() -> None:
    script = script_of(RoleTemplate('{"source":"{{x}}","params":{"x":"p","username":"nobody"}}'))
    assert (script.source, script.params) == ("{{x}}", freeze({"x": "p", "username": "nobody"}))
    assert render('{"source":"{{x}}_{{username}}","params":{"x":"p","username":"nobody"}}') == {"p_ana"}


def test_a_flat_metadata_key_with_a_dot_is_found_by_its_whole_name() -> None:
    assert render("{{metadata.a.b}}", metadata=FrozenMap({"a.b": "x"})) == {"x"}


@pytest.mark.parametrize(
    ("source", "format", "parts"),
    [
        ("{{dn}}", "string", {"dn": None}),
        ("{{realm.name}}", "string", {"realm": None}),
        ("{{metadata.team}}", "string", {"metadata": None}),
        ("{{#toJson}}groups{{/toJson}}", "json", {"groups": None}),
        ("{{#groups}}x{{/groups}}", "string", {"groups": None}),
        ("{{#join}}groups{{/join}}", "string", {"groups": ("a", "b")}),
        ("{{groups.0}}", "string", {"groups": ("a", "b")}),
        ("{{groups}}", "string", {}),
        ("{{> partial}}", "string", {}),
        ("{{=<% %>=}}x", "string", {}),
        ("{{#url}}username{{/url}}", "string", {}),
        ("{{#groups}}x", "string", {}),
        ("x{{/groups}}", "string", {}),
        ("{{#a}}{{#b}}{{/a}}{{/b}}", "string", {}),
        ("{{username", "string", {}),
        ("{{.}}", "string", {}),
        ("a\n{{#groups}}\n{{.}}\n{{/groups}}", "string", {}),
        ("a\n{{!comment}}b", "string", {}),
        ("a\rb{{!comment}}c", "string", {}),
        ('{"id":"stored-script"}', "string", {}),
        ('{"source":"x{{username}}","options":{"content_type":"text/html"}}', "string", {}),
        ("{{username}}", "json", {}),
        ("[1]", "json", {}),
        ("{}", "json", {}),
        ("", "json", {}),
        ("{{#join}}username{{/join}}", "string", {}),
        ("{{#toJson}}metadata.missing{{/toJson}}", "json", {}),
        ("{{metadata.list}}", "string", {}),
        ("{{^groups}}x{{/groups}}", "string", {"groups": ()}),
        ('"{{username}}"', "json", {}),
    ],
)
def test_what_cannot_be_told_is_refused_with_a_reason(source: str, format: str, parts: dict[str, Any]) -> None:
    with pytest.raises(CannotRender) as caught:
        render(source, format, **parts)
    assert str(caught.value)


def test_an_order_of_groups_that_does_not_matter_is_no_obstacle() -> None:
    assert render('[{{#groups}}"{{.}}",{{/groups}}null]', "json", groups=("b", "a", "c")) == {"a", "b", "c"}


@given(st.text(), st.lists(st.text(max_size=5), max_size=4))
def test_groups_as_json_are_exactly_the_groups(username: str, groups: list[str]) -> None:
    assert render("{{#toJson}}groups{{/toJson}}", "json", username=username, groups=tuple(groups)) == set(groups)


@given(st.text(max_size=30))
def test_an_escaped_value_reads_back_from_json(username: str) -> None:
    assert render('["{{username}}"]', "json", username=username) == {username}


@given(st.text(alphabet="{}#/^.gu \n'\"&!", max_size=25), st.sampled_from(["string", "json"]))
def test_any_template_gives_names_or_a_reason(source: str, format: str) -> None:
    try:
        names = render(source, format)
    except CannotRender:
        return
    assert json.dumps(sorted(names))


@pytest.mark.parametrize("source", ["{{" * 200_000, "{{#groups}}" * 20_000, "{{{x}}", "{" * 100_000])
def test_a_hostile_template_ends_in_a_reason_or_a_name(source: str) -> None:
    try:
        render(source)
    except CannotRender as error:
        reason = str(error)
        assert len(reason) < 200
