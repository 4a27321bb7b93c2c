"""Kibana's role format and Elasticsearch's application privileges, both ways, and what Kibana refuses to write."""

import json
from pathlib import Path
from typing import Any, cast

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaccess import load
from mlaccess.errors import RequestError
from mlaccess.examples import __file__ as examples_file
from mlaccess.permission.kibana import (
    disagreements,
    from_elasticsearch,
    kibana_role,
    parse_kibana_grants,
    replace_deprecated,
    role_descriptor,
    to_elasticsearch,
)
from mlaccess.permission.kibana.roles import Restrictions
from mlaccess.stack import ApplicationGrant, FrozenMap, KibanaGrant, KibanaRole, RoleDescriptor, freeze
from mlaccess.twins.kibana import get_role, put_role

OWN = "kibana-.kibana"
ACME = Path(examples_file).parent / "acme" / "export"

IDS = st.text("abcXYZ019_-", min_size=1, max_size=6)
SPACES = st.one_of(
    st.just(("*",)),
    st.lists(st.text("ab09_-", min_size=1, max_size=4), min_size=1, max_size=3, unique=True).map(tuple),
)
FEATURES = st.dictionaries(IDS, st.lists(IDS, min_size=1, max_size=3, unique=True).map(tuple), min_size=1, max_size=3)
BASES = st.lists(st.sampled_from(["all", "read"]), min_size=1, max_size=2, unique=True).map(tuple)


@st.composite
def kibana_grants(draw: st.DrawFn) -> tuple[KibanaGrant, ...]:
    """Entries that Kibana would write, and the ones it only reads: reserved privileges, no space twice."""
    grants: list[KibanaGrant] = []
    seen: set[str] = set()
    for _ in range(draw(st.integers(0, 4))):
        spaces = draw(SPACES)
        if seen & set(spaces):
            continue
        seen.update(spaces)
        if draw(st.booleans()):
            grants.append(KibanaGrant(spaces, base=draw(BASES)))
        else:
            grants.append(KibanaGrant(spaces, feature=FrozenMap(draw(FEATURES))))
    if draw(st.booleans()):
        grants.append(KibanaGrant(("*",), reserved=("ml_admin",)))
    return tuple(grants)


def test_base_privileges_of_spaces_are_those_of_the_same_name() -> None:
    """The star too, which Kibana reads and never writes."""
    for name in ("all", "read", "*"):
        (grant,) = from_elasticsearch([ApplicationGrant(OWN, (f"space_{name}",), ("space:a",))]).kibana
        assert (grant.spaces, grant.base, grant.feature) == (("a",), (name,), FrozenMap())


@given(kibana_grants())
def test_a_role_comes_back_as_it_was_written(grants: tuple[KibanaGrant, ...]) -> None:
    """Kibana to Elasticsearch and back is the identity, whatever the features are called."""
    found = from_elasticsearch(to_elasticsearch(grants))
    assert (found.kibana, found.transform_error) == (grants, ())


@given(kibana_grants())
def test_what_kibana_shows_it_also_accepts(grants: tuple[KibanaGrant, ...]) -> None:
    """The body of `GET` is a body for `PUT`, reserved entries and empty parts aside."""
    raw = {"applications": [_body(e) for e in to_elasticsearch(grants)]}
    shown = cast("dict[str, Any]", get_role("r", raw).body)
    written = [{k: v for k, v in g.items() if v} for g in shown["kibana"] if "_reserved" not in g]
    expected = tuple(g for g in grants if not g.reserved)
    assert parse_kibana_grants(written) == expected


ENTRIES = st.lists(
    st.builds(
        lambda a, p, r: ApplicationGrant(a, tuple(p), tuple(r)),
        st.sampled_from([OWN, "kibana-*", "*", "logstash-default"]),
        st.lists(
            st.sampled_from(["all", "space_read", "*", "reserved_x", "feature_ml.all", "feature_!", "foo"]), max_size=3
        ),
        st.lists(st.sampled_from(["*", "space:a", "space:b", "odd"]), min_size=1, max_size=2),
    ),
    max_size=3,
)


@given(ENTRIES)
def test_kibana_shows_entries_or_one_error_never_both(entries: list[ApplicationGrant]) -> None:
    """Whatever a role holds; and what it shows without error converts back to the same view."""
    found = from_elasticsearch(entries)
    assert len(found.transform_error) <= 1
    if found.transform_error:
        assert found.kibana == ()
        known = [e for e in entries if e.application in (OWN, "kibana-*", "*")]
        role = KibanaRole("r", RoleDescriptor("r"), transform_error=found.transform_error)
        carried = role_descriptor(role)
        assert carried is not None
        assert list(carried.applications) == known
    else:
        assert len(found.kibana) == sum(e.application != "logstash-default" for e in entries)


def _body(entry: ApplicationGrant) -> dict[str, object]:
    return {"application": entry.application, "privileges": [*entry.privileges], "resources": [*entry.resources]}


REASONS: list[tuple[str, list[ApplicationGrant]]] = [
    ("reserved_privileges_mixed", [ApplicationGrant("kibana-*", ("all",), ("*",))]),
    ("reserved_privileges_mixed", [ApplicationGrant("*", ("reserved_a", "feature_ml.all"), ("*",))]),
    ("reserved_privileges_wrong_app", [ApplicationGrant(OWN, ("reserved_a",), ("*",))]),
    ("space_privileges_global", [ApplicationGrant(OWN, ("space_all",), ("*",))]),
    ("global_privileges_space", [ApplicationGrant(OWN, ("read",), ("space:a",))]),
    ("global_privileges_space", [ApplicationGrant("kibana-*", ("reserved_a",), ("space:a",))]),
    ("base_feature_privileges_mixed", [ApplicationGrant(OWN, ("all", "feature_ml.all"), ("*",))]),
    ("global_resource_mixed", [ApplicationGrant(OWN, ("all",), ("*", "space:a"))]),
    ("invalid_resource_format", [ApplicationGrant(OWN, ("feature_ml.all",), ("a",))]),
    (
        "duplicated_resources",
        [ApplicationGrant(OWN, ("space_all",), ("space:a",)), ApplicationGrant(OWN, ("space_read",), ("space:a",))],
    ),
    ("transformation_exception", [ApplicationGrant(OWN, ("feature_ml",), ("*",))]),
]


@pytest.mark.parametrize(("reason", "entries"), REASONS)
def test_each_reason_is_reported_in_each_shape(reason: str, entries: list[ApplicationGrant]) -> None:
    """The newest shape carries the entries, so nothing is lost; the older ones name the reason, or only the section."""
    newest = cast("Any", from_elasticsearch(entries).transform_error[0])
    assert newest["reason"] == f"kibana:{reason}"
    assert newest["state"] == tuple(freeze(_body(e)) for e in entries)
    assert from_elasticsearch(entries, error_shape="reason").transform_error == (f"kibana:{reason}",)
    assert from_elasticsearch(entries, error_shape="section").transform_error == ("kibana",)
    raw = RoleDescriptor("r", applications=tuple(entries))
    assert kibana_role(raw).elasticsearch == RoleDescriptor("r")
    assert kibana_role(raw).transform_error == from_elasticsearch(entries).transform_error
    assert kibana_role(raw, error_shape="reason").transform_error == (f"kibana:{reason}",)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("all_spaces", "feature_requires_all_spaces"), ("disabled", "disabled_feature_privileges")],
)
def test_restricted_feature_privileges_are_refused_both_ways(kind: Any, reason: str) -> None:
    """None of the machine learning feature's, but a plugin may declare its own."""
    entries = [ApplicationGrant(OWN, ("feature_x.all",), ("space:a",))]
    found = from_elasticsearch(entries, restrictions={("x", "all"): kind}, error_shape="reason")
    assert found.transform_error == (f"kibana:{reason}",)
    with pytest.raises(RequestError, match=r"x\.all"):
        parse_kibana_grants([{"feature": {"x": ["all"]}, "spaces": ["a"]}], restrictions={("x", "all"): kind})


def test_an_entry_without_resources_fails_the_whole_request() -> None:
    """Status 500, for every role of the list."""
    entries = [ApplicationGrant(OWN, ("all",), ())]
    with pytest.raises(RequestError) as caught:
        from_elasticsearch(entries)
    assert caught.value.status == 500


def test_foreign_applications_are_named_once() -> None:
    """They are no error; another Kibana's entries are foreign too."""
    foreign = ApplicationGrant("kibana-.other", ("all",), ("*",))
    found = from_elasticsearch([foreign, foreign, ApplicationGrant("logstash", ("x",), ("*",))])
    assert found.unrecognized_applications == ("kibana-.other", "logstash")
    assert (found.kibana, found.transform_error) == ((), ())


def test_a_hidden_role_is_unknown_unless_the_error_carries_the_entries() -> None:
    """A transform error says nothing about access; `kibana: []` beside one must not be read as "nothing"."""
    entries = [ApplicationGrant(OWN, ("all", "feature_ml.all"), ("*",))]
    for shape, known in (("section", False), ("reason", False), ("state", True)):
        error = from_elasticsearch(entries, error_shape=cast("Any", shape)).transform_error
        descriptor = role_descriptor(KibanaRole("r", RoleDescriptor("r"), transform_error=error))
        assert (descriptor is not None) is known
    assert descriptor is not None
    assert descriptor.applications == tuple(entries)
    nameless = freeze({"reason": "kibana:x", "state": [{"privileges": ["all"], "resources": ["*"]}]})
    descriptor = role_descriptor(KibanaRole("r", RoleDescriptor("r"), transform_error=(nameless,)))
    assert descriptor is not None
    assert descriptor.applications == (ApplicationGrant("", ("all",), ("*",)),)


REFUSALS: list[tuple[object, str]] = [
    ({"base": ["all"]}, "[kibana]: expected an array"),
    (["all"], "[kibana.0]: expected an object"),
    ([{"base": ["all"]}, {"extra": 1}], "[kibana.1.extra]: definition for this key is missing"),
    ([{"base": "all"}], "[kibana.0.base]: expected an array"),
    ([{"base": [1]}], "[kibana.0.base]: expected an array of strings"),
    ([{"base": ["x"]}], '[kibana.0.base]: unknown base privilege "x", must be one of [all,read]'),
    ([{"base": ["all"], "spaces": "a"}], "[kibana.0.spaces]: expected an array"),
    ([{"base": ["all"], "spaces": []}], "[kibana.0.spaces]: array size is [0], but cannot be smaller than [1]"),
    ([{"base": ["all"], "spaces": ["a", "a"]}], "[kibana.0.spaces]: the same space is given twice"),
    (
        [{"base": ["all"], "spaces": ["a\n"]}],
        "[kibana.0.spaces]: must be lower case, a-z, 0-9, '_', and '-' are allowed, OR '*' alone",
    ),
    ([{"feature": ["ml"]}], "[kibana.0.feature]: expected an object"),
    ([{"feature": {"ml": "all"}}], "[kibana.0.feature.ml]: expected an array"),
    ([{"feature": {"m.l": ["all"]}}], "[kibana.0.feature.m.l]: only a-z, A-Z, 0-9, '_', and '-' are allowed"),
    ([{"feature": {"ml": ["all\n"]}}], "[kibana.0.feature.ml]: only a-z, A-Z, 0-9, '_', and '-' are allowed"),
    (
        [{"base": ["read"], "feature": {"ml": ["all"]}}],
        "[kibana.0.feature]: definition of [feature] isn't allowed when non-empty [base] is defined.",
    ),
    ([{}], "[kibana.0]: either [base] or [feature] is expected, but none of them specified"),
    (
        [{"base": ["all"], "spaces": ["a", "b"]}] * 3,
        "[kibana]: more than one privilege is applied to the following spaces: [a, b]",
    ),
]


@pytest.mark.parametrize(("body", "reason"), REFUSALS)
def test_a_refusal_says_where_and_what(body: object, reason: str) -> None:
    """The place by its path, and each repeated space once."""
    with pytest.raises(RequestError) as caught:
        parse_kibana_grants(body)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("grant", "reason"),
    [
        ({"feature": {"x": ["all"]}}, "feature privilege [x.all] is disabled"),
        (
            {"feature": {"x": ["read"]}, "spaces": ["a", "b"]},
            "feature privilege [x.read] requires all spaces to be selected but received [a, b]",
        ),
    ],
)
def test_a_restricted_privilege_is_refused_in_words(grant: object, reason: str) -> None:
    """One for all spaces only is accepted there; others anywhere."""
    restrictions: Restrictions = {("x", "all"): "disabled", ("x", "read"): "all_spaces"}
    with pytest.raises(RequestError) as caught:
        parse_kibana_grants([grant], restrictions=restrictions)
    assert caught.value.reason == reason
    accepted: list[object] = [{"feature": {"x": ["read"], "y": ["all"]}}, {"feature": {"y": ["all"]}, "spaces": ["a"]}]
    assert len(parse_kibana_grants(accepted, restrictions=restrictions)) == 2


def test_characters_of_spaces_and_names() -> None:
    """Kibana's own sets; capitals in names only."""
    spaces, names = ["az09_-", "x"], ["azAZ09_-", "x", "X"]
    (found,) = parse_kibana_grants([{"spaces": spaces, "feature": {"azAZ09_-": names}}])
    assert (found.spaces, found.feature, found.base) == (tuple(spaces), FrozenMap({"azAZ09_-": tuple(names)}), ())
    (both,) = parse_kibana_grants([{"base": ["all", "read"], "feature": {}, "spaces": ["*"]}])
    assert (both.spaces, both.base) == (("*",), ("all", "read"))


BODIES: list[tuple[object, str]] = [
    ([{"spaces": ["*"]}], "either [base] or [feature] is expected"),
    ([{"base": [], "feature": {}}], "either [base] or [feature] is expected"),
    ([{"base": [], "feature": {"ml": []}}], "either [base] or [feature] is expected"),
    ([{"base": ["all"], "feature": {"ml": ["all"]}}], "isn't allowed when non-empty [base]"),
    ([{"base": ["all"], "spaces": ["*", "a"]}], "OR '*' alone"),
    ([{"base": ["all"], "spaces": ["Big"]}], "must be lower case"),
    ([{"base": ["all"], "spaces": []}], "cannot be smaller than [1]"),
    ([{"base": ["everything"]}], "unknown base privilege"),
    ([{"base": ["*"]}], "unknown base privilege"),
    ([{"feature": {"m l": ["all"]}}], "are allowed"),
    ([{"feature": {"ml": ["a.b"]}}], "are allowed"),
    ([{"base": ["all"]}, {"base": ["read"]}], "following spaces: [*]"),
    ([{"base": ["all"], "spaces": ["a", "b"]}, {"base": ["read"], "spaces": ["b"]}], "following spaces: [b]"),
    ([{"_reserved": ["ml_admin"], "base": ["all"]}], "definition for this key is missing"),
    ({"base": ["all"]}, "expected an array"),
]


@pytest.mark.parametrize(("body", "message"), BODIES)
def test_a_body_that_kibana_refuses_is_refused(body: object, message: str) -> None:
    """With status 400 and a position."""
    with pytest.raises(RequestError) as caught:
        parse_kibana_grants(body)
    assert message in str(caught.value)
    assert caught.value.status == 400


def test_spaces_default_to_all_and_a_global_entry_may_stand_beside_single_ones() -> None:
    """Global and per-space entries of a role add up."""
    grants = parse_kibana_grants([{"base": ["read"]}, {"feature": {"ml": ["all"]}, "spaces": ["a"]}])
    assert [g.spaces for g in grants] == [("*",), ("a",)]
    assert parse_kibana_grants(None) == ()
    assert parse_kibana_grants([{"feature": {"ml": ["none"], "nosuch": ["x"]}}])[0].feature["ml"] == ("none",)


def test_putting_a_role_keeps_foreign_applications_after_kibanas_own() -> None:
    """Kibana's own old entries go, also those of built-in roles."""
    existing = {
        "applications": [
            {"application": OWN, "privileges": ["read"], "resources": ["*"]},
            {"application": "logstash", "privileges": ["x"], "resources": ["*"]},
            {"application": "kibana-*", "privileges": ["reserved_a"], "resources": ["*"]},
        ]
    }
    answer, role = put_role({"kibana": [{"base": ["all"]}]}, existing=existing)
    assert (answer.status, role is not None) == (204, True)
    assert role is not None
    assert [e["application"] for e in cast("Any", role["applications"])] == [OWN, "logstash"]


def test_deprecated_privileges_are_replaced_without_repetition() -> None:
    """Default and minimal privileges have their own replacements; features that are not deprecated stay."""
    grant = KibanaGrant(
        ("*",),
        feature=FrozenMap({"discover": ("all", "minimal_read"), "dashboard": ("all",), "ml": ("read",)}),
    )
    (found,) = replace_deprecated([grant])
    assert found.feature == FrozenMap(
        {
            "discover_v2": ("all", "minimal_read"),
            "savedQueryManagement": ("all", "minimal_read"),
            "dashboard_v2": ("all",),
            "ml": ("read",),
        }
    )
    with pytest.raises(RequestError, match="no replacement"):
        replace_deprecated([KibanaGrant(("*",), feature=FrozenMap({"discover": ("nosuch",)}))])


def test_every_role_of_the_example_goes_both_ways_and_the_exports_agree() -> None:
    """Raw role to Kibana's view and back, for every role that both exports hold."""
    deployment = load(ACME)
    assert disagreements(deployment) == ()
    roles, shown = cast("Any", deployment.roles), cast("Any", deployment.kibana_roles)
    assert len(shown) > 10
    for name, role in shown.items():
        descriptor = role_descriptor(role)
        assert descriptor is not None
        assert kibana_role(descriptor).kibana == role.kibana, name
        elsewhere = role_descriptor(role, application="kibana-.kibana_two")
        assert elsewhere is not None
        assert {grant.application for grant in elsewhere.applications} <= {"kibana-.kibana_two", "kibana-*"}
        assert len(elsewhere.applications) == len(descriptor.applications)
        assert kibana_role(roles[name]).kibana == role.kibana, name


def test_exports_that_disagree_are_reported_with_the_role_and_the_difference() -> None:
    """Before any answer is built on them."""
    deployment = load(ACME)
    roles = dict(cast("Any", deployment.roles))
    changed = RoleDescriptor(
        "ml_engineer", cluster=("manage_ml",), applications=(ApplicationGrant(OWN, ("all",), ("*",)),)
    )
    roles["ml_engineer"] = changed
    roles["only_here"] = RoleDescriptor("only_here")
    del roles["data_steward"]
    found = [n.text for n in disagreements(attrs.evolve(deployment, roles=FrozenMap(roles)))]
    assert len(found) == 4
    assert "role `data_steward` is in the export of Kibana only" in found
    assert "role `ml_engineer`: cluster privileges differ: `manage_ml` in Elasticsearch, none in Kibana" in found
    assert "role `ml_engineer`: Kibana privileges differ from the application privileges in Elasticsearch" in found
    assert "role `only_here` is in the export of Elasticsearch only" in found


def test_bodies_of_answers_are_plain_json() -> None:
    """Ready for `json.dumps`."""
    raw = {"applications": [_body(ApplicationGrant(OWN, ("all", "feature_ml.all"), ("*",)))]}
    assert json.loads(json.dumps(get_role("r", raw).body))["_transform_error"][0]["reason"].startswith("kibana:")
