"""What PUT role refuses although the body has the right shape."""

import json

import pytest

from mlaccess.errors import RequestError
from mlaccess.loaders.role_body import parse_role_body
from mlaccess.permission.role_request import check_field_security, role_errors, validate_role
from mlaccess.stack import FieldSecurity, RemoteIndicesGrant, RoleDescriptor, freeze


def role(body: object) -> RoleDescriptor:
    return parse_role_body("r", freeze(body), allow_description=True)


def with_query(query: object) -> RoleDescriptor:
    return role({"indices": [{"names": ["a", "b"], "privileges": ["read"], "query": query}]})


def with_fields(grant: list[str], except_: list[str]) -> RoleDescriptor:
    fields = {"grant": grant, "except": except_}
    return role({"indices": [{"names": ["a"], "privileges": ["read"], "field_security": fields}]})


@pytest.mark.parametrize("name", ["index::failures", "*::", "::", ":::", " ::", "test-*::*"])
def test_selectors_are_not_allowed_in_index_names(name: str) -> None:
    found = role({"indices": [{"names": ["a", name], "privileges": ["read"]}]})
    assert list(role_errors(found)) == [":: selectors are not allowed in the index name expression"]


@pytest.mark.parametrize("name", ["index:failures", ": :", "f:g:h", "/[a-b]*test:[a-b]*:failures/", ""])
def test_colons_apart_are_allowed(name: str) -> None:
    validate_role(role({"indices": [{"names": [name], "privileges": ["read"]}]}))


def test_all_reasons_are_given_at_once_and_numbered() -> None:
    with pytest.raises(RequestError) as caught:
        validate_role(role({"metadata": {"_reserved": True}, "description": "x" * 1001}))
    assert caught.value.reason == (
        "Validation Failed: 1: role descriptor metadata keys may not start with [_];"
        "2: Role description must be less than 1000 characters.;"
    )


@pytest.mark.parametrize(
    ("grant", "except_"),
    [(["f1", "f2"], ["f1"]), (["*"], ["x*"]), (["f*"], ["f1", "f2*"]), (["a"], ["_id"]), (["/a|b/"], ["b"])],
)
def test_an_exception_within_the_granted_fields_is_accepted(grant: list[str], except_: list[str]) -> None:
    check_field_security(with_fields(grant, except_))


def test_an_exception_is_held_to_the_granted_fields_on_other_clusters_too() -> None:
    fields = FieldSecurity(("f1",), ("f3",))
    with pytest.raises(RequestError, match="f3 is not a subset of f1"):
        check_field_security(
            RoleDescriptor("r", remote_indices=(RemoteIndicesGrant(("eu",), ("a",), ("read",), fields),))
        )


def test_an_exception_outside_the_granted_fields_is_refused() -> None:
    with pytest.raises(RequestError) as caught:
        check_field_security(with_fields(["f1", "f2"], ["f3"]))
    assert caught.value.reason == (
        "failed to parse indices privileges for role [r] - Exceptions for field permissions must be a subset of the "
        "granted fields but f3 is not a subset of f1,f2"
    )
    with pytest.raises(RequestError):
        check_field_security(with_fields(["f1*"], ["f*"]))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"terms": {"user": {"index": "i", "id": "1", "path": "p"}}}, "terms query with terms lookup"),
        ({"geo_shape": {"g": {"indexed_shape": {}}}}, "geoshape query referring to indexed shapes"),
        ({"has_child": {}}, "has_child query"),
        ({"bool": {"filter": {"has_parent": {}}}}, "has_parent query"),
        ({"bool": {"must": [{"match_all": {}}, {"percolate": {}}]}}, "percolate query"),
        ({"constant_score": {"filter": {"boosting": {"negative": {"has_child": {}}}}}}, "has_child query"),
        ({"function_score": {"query": {"has_child": {}}}}, "has_child query"),
        ({"bool": {"should": [{"has_child": {}}]}}, "has_child query"),
        ({"bool": {"must_not": {"percolate": {}}}}, "percolate query"),
        ({"boosting": {"positive": {"has_parent": {}}, "negative": {"match_all": {}}}}, "has_parent query"),
    ],
)
def test_a_query_that_looks_elsewhere_is_refused_at_any_depth(query: object, reason: str) -> None:
    with pytest.raises(RequestError) as caught:
        validate_role(with_query(query))
    assert caught.value.reason == (
        "failed to parse field 'query' for indices [a,b] at index privilege [0] of role descriptor. "
        f"{reason} isn't supported as part of a role query"
    )


@pytest.mark.parametrize(
    "query",
    [
        {"terms": {"user": ["a", "b"], "boost": 1}},
        {"template": {"source": {"has_child": {}}}},
        {"match": {"has_child": "a field may be called so"}},
        {"match": {"user": {"index": "a field of no meaning here"}}},
        {"bool": {"must_not": {"term": {"index": "x"}}}},
        {"bool": {"must": ["no query", 1]}},
        {"bool": ["no object"]},
        {"terms": ["no object"]},
        {"geo_shape": {"g": {"shape": {"type": "point"}, "relation": "within"}}},
        {"shape": {"g": {"indexed_shape": {"index": "shapes", "id": "1"}}}},
        {"match": {"f": {"query": "x", "indexed_shape": "a field of no meaning here"}}},
    ],
)
def test_other_queries_and_templates_are_accepted(query: object) -> None:
    validate_role(with_query(query))


@pytest.mark.parametrize("query", ["not json", "[]", '["match_all"]', '"text"', "7", "{}", "[" * 5000])
def test_a_query_that_is_no_json_object_is_refused(query: str) -> None:
    with pytest.raises(RequestError, match="failed to parse field 'query'"):
        validate_role(with_query(query))


def test_the_queries_of_all_entries_are_looked_at() -> None:
    """Also behind one that has none."""
    entries = [{"names": [n], "privileges": ["read"]} for n in "ab"]
    found = role({"indices": [entries[0], {**entries[1], "query": '{"has_child": {}}'}]})
    with pytest.raises(RequestError, match=r"for indices \[b\] at index privilege \[1\]"):
        validate_role(found)


def test_a_query_nested_without_end_ends() -> None:
    """So deep no query is parsed, and what stands there is not looked for."""
    query: object = {"has_child": {}}
    for _ in range(400):
        query = {"bool": {"must": query}}
    validate_role(with_query(json.dumps(query)))


@pytest.mark.parametrize(
    ("body", "start"),
    [
        ({"cluster": ["Manage_ML", "nope"]}, "unknown cluster privilege [nope]. a privilege must be either one of"),
        (
            {"indices": [{"names": ["a"], "privileges": ["read", "nope"]}]},
            "unknown index privilege [nope]. a privilege must be either one of",
        ),
        ({"indices": [{"names": ["a"], "privileges": ["read", "read"]}]}, "duplicate element: read"),
        (
            {"remote_indices": [{"names": ["a"], "privileges": ["read"], "clusters": [""]}]},
            "remote index cluster alias cannot be an empty string",
        ),
        (
            {"remote_indices": [{"names": ["a"], "privileges": ["read_failure_store"], "clusters": ["c"]}]},
            "remote index privileges cannot contain privileges that grant access to the failure store",
        ),
    ],
)
def test_privileges_are_checked_by_name(body: object, start: str) -> None:
    (error,) = role_errors(role(body))
    assert error.startswith(start)


@pytest.mark.parametrize(
    ("application", "privilege", "part"),
    [
        ("Kibana-.kibana", "all", "An application name prefix must match the pattern"),
        ("*-kibana", "all", "only support trailing wildcards"),
        ("kibana-*", "Read All", "Application privileges names and actions must match the pattern"),
    ],
)
def test_applications_and_their_privileges_are_checked_by_name(application: str, privilege: str, part: str) -> None:
    entry = {"application": application, "privileges": [privilege], "resources": ["*"]}
    (error,) = role_errors(role({"applications": [entry]}))
    assert part in error


def test_raw_actions_are_privileges_too() -> None:
    body = {
        "cluster": ["cluster:admin/xpack/ml/*"],
        "indices": [{"names": ["a"], "privileges": ["indices:data/read/search"]}],
    }
    assert list(role_errors(role(body))) == []
