"""Cases of the suites' shapes that the suites kept here do not hold, asked through the same adapters."""

import json
from functools import cache
from typing import Any

import pytest

from tests.conformance import elasticsearch, kibana, lucene
from tests.conformance.kibana_world import SUITES

ML = "x-pack/platform/test/api_integration/apis/ml/system"
ROLES = "x-pack/platform/plugins/shared/security/server/routes/authorization/roles/get_all.test.ts"
TWICE = [
    {"application": "kibana-.kibana", "privileges": [name], "resources": ["*"]} for name in ("feature_ml.all", "read")
]


@cache
def head() -> dict[str, Any]:
    """The users, roles and fixtures of the suite kept here."""
    found: dict[str, Any] = json.loads((SUITES / "functional_cases.json").read_text(encoding="utf-8"))
    return {key: value for key, value in found.items() if key != "cases"}


def ask(path: str, given: dict[str, Any], expect: dict[str, Any]) -> None:
    kibana.check_case({"source": {"path": path}, "given": given, "expect": expect}, head())


@pytest.mark.parametrize("name", ["info.ts", "index_exists.ts", "has_privileges.ts"])
def test_a_denial_is_asked_though_the_case_states_nothing_else(name: str) -> None:
    """The test's file tells the question where neither a request nor an answer does."""
    given = {"user": "ft_ml_unauthorized", "space": "default"}
    if name == "has_privileges.ts":
        given["request"] = {"index": []}
    ask(f"{ML}/{name}", given, {"status": 403, "error": "Forbidden"})
    with pytest.raises(AssertionError, match="status"):
        ask(f"{ML}/{name}", given | {"user": "ft_ml_poweruser"}, {"status": 403})


def test_an_object_that_is_not_there_is_missed_only_by_those_let_in() -> None:
    """404 comes after the checks of the route, 403 from them."""
    given = {"space": "default", "request": "GET /internal/ml/filters/unknown"}
    ask("get_filters.ts", given | {"user": "ft_ml_poweruser"}, {"status": 404, "error": "Not Found"})
    ask("get_filters.ts", given | {"user": "ft_ml_viewer"}, {"status": 403, "error": "Forbidden"})


def test_without_spaces_no_space_hides_machine_learning() -> None:
    """`mlFeatureEnabledInSpace` is true then, even in a space that hides the feature."""
    given = {"user": "ft_ml_poweruser", "space": "space_no_ml"}
    for spaces in (True, False):
        ask(f"{ML}/capabilities.ts", given | {"spaces": spaces}, {"mlFeatureEnabledInSpace": not spaces})


@pytest.mark.parametrize(
    ("licence", "full"),
    [("trial (default)", True), ("enterprise", True), ("expired platinum", False), ("trial, expired", False)],
)
def test_a_licence_is_read_in_any_words(licence: str, full: bool) -> None:
    """An expired one is no full one."""
    given = {"user": "ft_ml_poweruser", "space": "default", "licence": licence}
    expect = {"isPlatinumOrTrialLicense": full, "capabilities": {"canCreateJob": full, "canGetMlInfo": True}}
    ask(f"{ML}/capabilities.ts", given, expect)


@pytest.mark.parametrize(
    "errors",
    [["kibana"], ["kibana:duplicated_resources"], [{"reason": "kibana:duplicated_resources", "state": TWICE}]],
)
def test_errors_of_a_role_are_compared_in_the_shape_of_the_case(errors: list[Any]) -> None:
    """Kibana gave the section's name, then the reason, then both with the entries."""
    ask(ROLES, {"es_applications": TWICE}, {"kibana": [], "_transform_error": errors})


def test_a_role_for_all_spaces_is_listed_for_each() -> None:
    """As is one for the space itself; one for another space is not."""
    roles = {"everywhere": ["*"], "here": ["space:a"], "elsewhere": ["space:b"]}
    ask(
        "roles.ts",
        {"space": "a", "roles": roles},
        {"contains": ["everywhere", "here"], "does_not_contain": "elsewhere"},
    )


def test_a_space_without_a_solution_is_listed_as_it_is_stored() -> None:
    """One with a solution is not: it cannot hide machine learning."""
    path = "x-pack/platform/test/spaces_api_integration/common/suites/get_all.agnostic.ts"
    for space, solution, hidden in (
        ("default", None, False),
        ("space_no_ml", None, True),
        ("space_no_ml", "es", False),
    ):
        ask(path, {"space": space, "solution": solution}, {"ml_in_disabledFeatures": hidden, "solution": solution})
    ask(path, {"space": "default"}, {"disabledFeatures": [], "solution": None})


def test_parts_of_the_listing_of_privileges_are_asked_alone() -> None:
    """The bases, without a feature beside them."""
    ask("privileges.ts", {}, {"global": ["all", "read"]})
    ask("privileges.ts", {}, {"space": ["all", "read"]})


def test_a_slash_begins_no_regular_expression_where_only_wildcards_are_known() -> None:
    """Elasticsearch's `wildcard` takes it for a character; its `pattern` does not."""
    for engine, name, expected in (("wildcard", "/a.c/", True), ("wildcard", "abc", False), ("pattern", "abc", True)):
        lucene.check_pattern_case(
            {"kind": "pattern_match", "engine": engine, "patterns": ["/a.c/"], "text": name, "expected": expected}
        )
    lucene.check_pattern_case(
        {"kind": "pattern_valid", "engine": "wildcard", "patterns": ["/te*"], "expected": {"valid": True}}
    )


def test_a_name_without_a_permission_has_no_limits_to_compare() -> None:
    """No query and no fields: Elasticsearch holds neither for a name that no group matches."""
    expected = {"granted": False, "has_field_level_security": {"b": False}, "document_queries": {"b": None}}
    case = {"roles": {"r": {"indices": [{"names": ["a"], "privileges": ["read"], "query": "{}"}]}}}
    assertion = {"action": "indices:data/read/search", "indices": ["a", "b"], "expected": expected}
    elasticsearch.ADAPTERS["authorize"](case | {"cluster_metadata": {"indices": {"a": {}, "b": {}}}}, assertion)
