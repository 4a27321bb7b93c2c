"""Role bodies are accepted and refused as Elasticsearch's REST layer does, with its reasons."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaccess.errors import RequestError
from mlaccess.loaders.role_body import parse_role_body
from mlaccess.loaders.role_print import (
    is_empty,
    role_to_json,
    same_role,
    to_body,
    unsupported_in_cross_cluster_api_key,
)
from mlaccess.stack import IndicesGrant, RoleDescriptor, freeze

START = "failed to parse indices privileges for role [r]. "


def parse(body: object, **options: bool) -> RoleDescriptor:
    return parse_role_body("r", freeze(body), **options)


def indices(**entry: object) -> dict[str, Any]:
    return {"indices": [{"names": ["a"], "privileges": ["read"], **entry}]}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ([], "failed to parse role [r]. expected an object but found [START_ARRAY] instead"),
        ({"cluser": []}, "failed to parse role [r]. unexpected field [cluser]"),
        ({"description": "x"}, "failed to parse role [r]. unexpected field [description]"),
        ({"restriction": {}}, "failed to parse role [r]. unexpected field [restriction]"),
        (
            {"cluster": "all"},
            "failed to parse role [r]. could not parse [cluster] field. "
            "expected a string array but found [VALUE_STRING] value instead",
        ),
        (
            {"run_as": ["a", 1]},
            "failed to parse role [r]. could not parse [run_as] field. "
            "expected a string array but one of the value in the array is [VALUE_NUMBER]",
        ),
        ({"metadata": 1}, "expected field [metadata] to be of type object, but found [VALUE_NUMBER] instead"),
        ({"transient_metadata": 1}, "failed to parse role [r]. unexpected field [transient_metadata]"),
        (
            {"indices": {}},
            "failed to parse indices privileges for role [r]. "
            "expected field [indices] value to be an array, but found [START_OBJECT] instead",
        ),
        (
            {"index": ["a"]},
            START + "expected field [index] value to be an array of objects, "
            "but found an array element of type [VALUE_STRING]",
        ),
        ({"indices": [{"privileges": ["read"]}]}, START + "missing required [names] field"),
        ({"indices": [{"names": ["a"]}]}, START + "missing required [privileges] field"),
        ({"indices": [{"names": [], "privileges": []}]}, START + "[names] cannot be an empty array"),
        (
            {"indices": [{"names": 1, "privileges": []}]},
            START + "expected field [names] value to be a string or an array of strings, "
            "but found [VALUE_NUMBER] instead",
        ),
        (indices(privileges=[]), "indices privileges must define at least one privilege"),
        (
            indices(allow_restricted_indices="true"),
            START + "expected field [allow_restricted_indices] value to be a boolean, but found [VALUE_STRING] instead",
        ),
        (
            indices(query=1),
            START + "expected field [query] value to be null, a string, an array, or an object, "
            "but found [VALUE_NUMBER] instead",
        ),
        (indices(field_security={}), START + '"field_security" must not be empty.'),
        (
            indices(field_security={"grants": []}),
            START + '"field_security" only accepts options grant and except, but got: grants',
        ),
        (indices(field_security=[]), START + 'expected START_OBJECT but got START_ARRAY in "field_security".'),
        (indices(field_security={"grant": None}), START + "grant must not be null."),
        (indices(field_security={"except": ["a"]}), START + "field_security requires grant if except is given"),
        (
            indices(fields=["a"]),
            '["fields": [...]] format has changed for field permissions in role [r], '
            'use ["field_security": {"grant":[...],"except":[...]}] instead',
        ),
        (indices(clusters=["c"]), START + "unexpected field [clusters]"),
        (
            {"remote_indices": [{"names": ["a"], "privileges": ["read"]}]},
            "failed to parse remote indices privileges for role [r]. missing required [clusters] field",
        ),
        (
            {"remote_indices": [{"names": ["a"], "privileges": ["read"], "clusters": []}]},
            "the [remote_indices] sub-field [clusters] must refer to at least one cluster alias or "
            "cluster alias pattern",
        ),
        (
            {"applications": [{"application": "a", "privileges": ["p"]}]},
            "failed to parse application privileges for role [r]. missing required [resources] field",
        ),
        (
            {"applications": [{"application": 1, "privileges": ["p"], "resources": ["*"]}]},
            "[application] application doesn't support values of type: VALUE_NUMBER",
        ),
        (
            {"applications": [{"privileges": ["p"], "resources": ["*"]}]},
            "application privileges must have an application name",
        ),
        (
            {"global": {"apps": {}}},
            "failed to parse privilege. expected one of [application,profile,role] but found [apps] instead",
        ),
        (
            {"global": {"application": {"write": {}}}},
            "failed to parse privilege. expected field name [manage] but found [write] instead",
        ),
        (
            {"global": {"application": {"manage": {"applications": "a"}}}},
            "failed to parse privilege. expected [START_ARRAY] but found [VALUE_STRING] instead",
        ),
        ({"remote_cluster": [{"names": []}]}, "failed to parse remote_cluster for role [r]. unexpected field [names]"),
    ],
)
def test_a_body_is_refused_with_elasticsearchs_reason(body: object, reason: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse(body)
    assert caught.value.reason == reason
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("restriction", "reason"),
    [
        ({"workflows": []}, "[workflows] cannot be an empty array"),
        (
            {"workflows": None},
            "could not parse [workflows] field. expected a string array but found null value instead",
        ),
        ({"flows": []}, "unexpected field [flows]"),
    ],
)
def test_a_restriction_is_refused_with_elasticsearchs_reason(restriction: object, reason: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse({"restriction": restriction}, allow_restriction=True)
    assert caught.value.reason == f"failed to parse restriction for role [r]. {reason}"


@pytest.mark.parametrize("name", ["", " r", "r ", "r\u00f6le", "x" * 1025, "a\tb"])
def test_a_role_name_must_be_printable_ascii_without_space_around_it(name: str) -> None:
    with pytest.raises(RequestError, match="Role names must be at least 1 and no more than 1024 characters") as caught:
        parse_role_body(name, freeze({}))
    assert caught.value.kind == "validation_exception"


def test_null_lists_are_empty_lists() -> None:
    assert parse({"cluster": None, "run_as": None}) == parse({})


def test_a_lone_name_is_a_list_of_one_and_an_object_query_becomes_its_text() -> None:
    role = parse({"index": [{"names": "a*", "privileges": ["read"], "query": {"match_all": {}}}]})
    assert role.indices == (IndicesGrant(("a*",), ("read",), query='{"match_all":{}}'),)


@pytest.mark.parametrize("query", ["", None])
def test_an_empty_query_is_no_document_level_security(query: str | None) -> None:
    assert parse(indices(query=query)).indices[0].query is None


def test_the_old_form_of_field_security_is_read_only_where_it_is_allowed() -> None:
    role = parse(indices(fields=["a", "b"]), allow_2x_format=True)
    assert role.indices[0].field_security is not None
    assert role.indices[0].field_security.grant == ("a", "b")


def test_global_privileges_come_in_the_order_of_their_categories() -> None:
    role = parse({"global": {"profile": {"write": {"applications": ["p", "p"]}}, "application": {}, "role": {}}})
    assert role.global_ == (freeze({"profile": {"write": {"applications": ["p"]}}}),)


def test_remote_cluster_names_every_privilege_it_was_given_when_one_is_wrong() -> None:
    body = {"remote_cluster": [{"privileges": ["monitor_stats", "read_pipeline"], "clusters": ["*"]}]}
    with pytest.raises(RequestError) as caught:
        parse(body)
    assert caught.value.reason == (
        "failed to parse remote_cluster for role [r]. [monitor_enrich, monitor_stats] are the only values allowed for "
        "[privileges] within [remote_cluster]. Found [monitor_stats, read_pipeline]"
    )


def test_a_description_and_metadata_do_not_fill_a_role_alike() -> None:
    assert is_empty(parse({"description": "x"}, allow_description=True))
    assert not is_empty(parse({"metadata": {"team": "x"}}))


def test_a_cross_cluster_key_may_hold_two_cluster_privileges_and_indices() -> None:
    assert not unsupported_in_cross_cluster_api_key(parse({"cluster": ["monitor_stats"], **indices()}))
    assert unsupported_in_cross_cluster_api_key(parse({"cluster": ["monitor_stats", "monitor"]}))
    assert unsupported_in_cross_cluster_api_key(parse({"run_as": ["a"]}))


def test_equality_of_roles_minds_the_order_of_lists_but_not_of_global_applications() -> None:
    one = parse({"cluster": ["a", "b"], "global": {"application": {"manage": {"applications": ["x", "y"]}}}})
    other = parse({"cluster": ["a", "b"], "global": {"application": {"manage": {"applications": ["y", "x"]}}}})
    swapped = parse({"cluster": ["b", "a"], "global": {"application": {"manage": {"applications": ["x", "y"]}}}})
    assert same_role(one, other)
    assert not same_role(one, swapped)


def test_a_body_for_the_api_leaves_out_what_the_api_refuses() -> None:
    role = RoleDescriptor(
        "r",
        indices=(
            IndicesGrant(("a",), ("read",)),
            IndicesGrant((".cases",), ("read",), implicitly_granted=True),
        ),
        metadata=parse({"metadata": {"_reserved": True, "team": "x"}}).metadata,
    )
    assert to_body(role) == {
        "cluster": [],
        "indices": [{"names": ["a"], "privileges": ["read"], "allow_restricted_indices": False}],
        "metadata": {"team": "x"},
    }


NAMES = st.lists(st.sampled_from(["a", "b*", "/c/", "d"]), min_size=1, max_size=3)
GRANTS = st.fixed_dictionaries(
    {"names": NAMES, "privileges": NAMES},
    optional={
        "allow_restricted_indices": st.booleans(),
        "query": st.sampled_from(['{"match_all":{}}', "{{template}}"]),
        "field_security": st.fixed_dictionaries({"grant": NAMES}, optional={"except": NAMES}),
    },
)
ROLES = st.fixed_dictionaries(
    {},
    optional={
        "cluster": NAMES,
        "indices": st.lists(GRANTS, max_size=3),
        "run_as": NAMES,
        "applications": st.lists(
            st.fixed_dictionaries({"application": st.just("kibana-.kibana"), "privileges": NAMES, "resources": NAMES})
        ),
        "remote_indices": st.lists(st.tuples(GRANTS, NAMES).map(lambda pair: {**pair[0], "clusters": pair[1]})),
        "metadata": st.dictionaries(st.sampled_from(["x", "y"]), st.integers()),
        "description": st.text(max_size=5),
        "global": st.just({"application": {"manage": {"applications": ["k*"]}}}),
    },
)


@given(ROLES)
def test_a_printed_role_reads_back_as_itself(body: dict[str, object]) -> None:
    role = parse(body, allow_description=True)
    assert parse(role_to_json(role), allow_description=True) == role
    assert same_role(parse(to_body(role), allow_description=True), role)


KEYS = (
    "cluster indices names privileges field_security grant global application applications manage remote_cluster "
    "clusters query metadata role resources"
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=4)),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_role_or_a_refusal(body: object) -> None:
    with contextlib.suppress(RequestError):
        role = parse(body, allow_restriction=True, allow_description=True)
        assert parse(role_to_json(role), allow_restriction=True, allow_description=True) == role
