"""Adapters for the assertions about role mappings, role bodies and the APIs of machine learning.

Each takes a case and one of its assertions, as read from the suite's JSON, and raises AssertionError.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from mlaccess.catalog.operation_rows import ClusterActionCheck, IndexCheck
from mlaccess.catalog.operations import operation
from mlaccess.catalog.privileges import cluster_privileges_granting, index_privileges_granting
from mlaccess.errors import RequestError
from mlaccess.loaders.role_body import parse_indices_grant, parse_remote_indices_grant, parse_role_body
from mlaccess.loaders.role_print import (
    indices_grant_to_json,
    is_empty,
    role_to_json,
    same_role,
    unsupported_in_cross_cluster_api_key,
)
from mlaccess.permission.denial import DeniedCaller, denial_message, indices_context
from mlaccess.permission.mapping import matches, parse_role_mapping, role_mapping_to_json
from mlaccess.permission.mapping_model import Model, field_matches, undefined_field
from mlaccess.permission.mapping_rules import FieldRule, RuleValue, parse_rules, rules_to_json, validate_realm_scope
from mlaccess.permission.role import Role
from mlaccess.permission.role_request import check_field_security, validate_role
from mlaccess.rules.verdict import Verdict
from mlaccess.stack import FrozenMap, Identity, Json, RoleDescriptor, freeze, thaw

__all__ = ["ADAPTERS", "OUT_OF_SCOPE"]

Case: TypeAlias = Mapping[str, Any]
Assertion: TypeAlias = Mapping[str, Any]

OUT_OF_SCOPE: dict[str, str] = {}

_PARENTS = {
    "x_content_parse_exception": "illegal_argument_exception",
    "action_request_validation_exception": "validation_exception",
}
"""Exceptions that Elasticsearch's tests may name by their parent."""


def _verdict(expected: bool) -> Verdict:
    return Verdict.GRANTED if expected else Verdict.DENIED


def _frozen(value: object) -> FrozenMap[str, Json]:
    found = freeze(value)
    assert isinstance(found, FrozenMap)
    return found


def _judge(attempt: Callable[[], object], expected: Mapping[str, Any]) -> object:
    """Runs something that may be refused; checks the refusal against the expectation. None where refused."""
    result: object = None
    refusal: RequestError | None = None
    try:
        result = attempt()
    except RequestError as error:
        refusal = error
    if refusal is None:
        assert expected["valid"] is True, "accepted, where Elasticsearch refuses"
        return result
    assert expected["valid"] is False, f"refused: {refusal.reason}"
    for part in expected.get("error_contains", ()):
        assert part in refusal.reason, f"{part!r} not in {refusal.reason!r}"
    if "error_type" in expected:
        assert expected["error_type"] in (refusal.kind, _PARENTS.get(refusal.kind)), refusal.kind
    return None


# --- role mappings ---


def _identity(user: Mapping[str, Any]) -> Identity:
    realm = user.get("realm") or {}
    return Identity(
        user["username"],
        realm=realm.get("name"),
        realm_type=realm.get("type"),
        dn=user.get("dn"),
        dn_known=True,
        groups=tuple(user.get("groups") or ()),
        metadata=_frozen(user.get("metadata") or {}),
    )


def rule_value_match(_case: Case, assertion: Assertion) -> None:
    model = Model.of_fields({"field": freeze(assertion["user_value"])})
    verdict = field_matches(model, "field", [RuleValue.of(assertion["rule_value"])])
    assert verdict == _verdict(assertion["expected"])


def rule_model_match(_case: Case, assertion: Assertion) -> None:
    model = Model.of_fields({name: freeze(value) for name, value in assertion["model"].items()})
    values = [RuleValue.of(value) for value in assertion["rule_values"]]
    assert field_matches(model, assertion["field"], values) == _verdict(assertion["expected"])
    if "debug_message" in assertion:
        assert undefined_field(model, assertion["field"], values) == assertion["debug_message"]


def rule_match(_case: Case, assertion: Assertion) -> None:
    verdict = matches(_frozen(assertion["rules"]), _identity(assertion["user"]))
    assert verdict == _verdict(assertion["expected"])


def rule_parse(_case: Case, assertion: Assertion) -> None:
    expected = assertion["expected"]
    rule = _judge(lambda: parse_rules(freeze(assertion["rules"])), expected)
    if rule is None:
        return
    if "type" in expected:
        assert type(rule).__name__.removesuffix("Rule").lower() == expected["type"]
    if "field" in expected:
        assert isinstance(rule, FieldRule)
        assert rule.field == expected["field"]
        assert [v.value for v in rule.values] == expected["values"]


def rule_roundtrip(_case: Case, assertion: Assertion) -> None:
    assert thaw(rules_to_json(parse_rules(freeze(assertion["rules"])))) == assertion["expected"]


def rule_validate_realm_scope(_case: Case, assertion: Assertion) -> None:
    def attempt() -> bool:
        validate_realm_scope(parse_rules(freeze(assertion["rules"])))
        return True

    _judge(attempt, assertion["expected"])


def role_mapping_parse(_case: Case, assertion: Assertion) -> None:
    expected = assertion["expected"]
    body = freeze(assertion["body"])
    from_index = assertion.get("from_index", False)
    mapping = _judge(lambda: parse_role_mapping("mapping", body, from_index=from_index), expected)
    if mapping is None:
        return
    found: Any = mapping
    checks: dict[str, Callable[[], object]] = {
        "valid": lambda: True,
        "roles": lambda: list(found.roles),
        "enabled": lambda: found.enabled,
        "role_template_count": lambda: len(found.role_templates),
        "role_template_formats": lambda: [t.format for t in found.role_templates],
        "metadata": lambda: thaw(found.metadata),
        "rules": lambda: thaw(found.rules),
    }
    for key, value in expected.items():
        assert checks[key]() == value, key


def role_mapping_to_json_(_case: Case, assertion: Assertion) -> None:
    mapping = parse_role_mapping("mapping", freeze(assertion["role_mapping"]))
    printed = role_mapping_to_json(mapping, index_format=assertion.get("index_format", False))
    assert thaw(printed) == assertion["expected"]


# --- role bodies ---


def _role(body: object, name: str = "test") -> RoleDescriptor:
    return parse_role_body(name, freeze(body), allow_restriction=True, allow_description=True)


def parse_role(_case: Case, assertion: Assertion) -> None:
    expected = assertion["expected"]

    def attempt() -> RoleDescriptor:
        role = parse_role_body(
            assertion["role_name"],
            freeze(assertion["body"]),
            allow_restriction=assertion.get("allow_restriction", False),
            allow_description=assertion.get("allow_description", False),
        )
        check_field_security(role)
        return role

    found = _judge(attempt, expected)
    if found is None:
        return
    assert isinstance(found, RoleDescriptor)
    for key, value in expected.items():
        assert _role_property(found, key) == value, key


def _role_property(role: RoleDescriptor, key: str) -> object:
    match key:
        case "valid":
            return True
        case "cluster":
            return list(role.cluster)
        case "run_as":
            return list(role.run_as)
        case "index_group_count":
            return len(role.indices)
        case "application_count":
            return len(role.applications)
        case "remote_indices_count":
            return len(role.remote_indices)
        case "remote_cluster_count":
            return len(role.remote_cluster)
        case "index_names":
            return [list(g.names) for g in role.indices]
        case "allow_restricted_indices":
            return [g.allow_restricted_indices for g in role.indices]
        case "queries":
            return [g.query for g in role.indices]
        case "field_security":
            return [indices_grant_to_json(g).get("field_security") for g in role.indices]
        case "applications":
            return role_to_json(role)["applications"]
        case "remote_indices_clusters":
            return [list(g.clusters) for g in role.remote_indices]
        case "remote_cluster_groups":
            return [{"clusters": list(g.clusters), "privileges": list(g.privileges)} for g in role.remote_cluster]
        case "global_categories":
            return [category for element in _globals(role) for category in element]
        case "global_application_manage":
            return _global_applications(role, "application", "manage")
        case "global_profile_write":
            return _global_applications(role, "profile", "write")
        case "has_restriction" | "has_workflows_restriction":
            return bool(role.workflows)
        case "workflows":
            return list(role.workflows or ())
        case "metadata" | "transient_metadata":
            return thaw(getattr(role, key))
        case "description":
            return role.description
        case _:
            raise AssertionError(f"the suite asks for `{key}` of a role, which this adapter does not know")


def _globals(role: RoleDescriptor) -> list[dict[str, Any]]:
    return [cast("dict[str, Any]", thaw(element)) for element in role.global_]


def _global_applications(role: RoleDescriptor, category: str, privilege: str) -> object:
    return next(e[category][privilege]["applications"] for e in _globals(role) if category in e)


def role_to_json_and_parse(_case: Case, assertion: Assertion) -> None:
    role = _role(assertion["role"], assertion["role_name"])
    again = _role(role_to_json(role), assertion["role_name"])
    for key, value in assertion["expected"].items():
        assert _role_property(again, key) == value, key


def roles_equal(_case: Case, assertion: Assertion) -> None:
    assert same_role(_role(assertion["role_a"]), _role(assertion["role_b"])) is assertion["expected"]


def role_is_empty(_case: Case, assertion: Assertion) -> None:
    assert is_empty(_role(assertion["role"])) is assertion["expected"]


def role_unsupported_in_cross_cluster_api_key(_case: Case, assertion: Assertion) -> None:
    assert unsupported_in_cross_cluster_api_key(_role(assertion["role"])) is assertion["expected"]


def _grant(group: Mapping[str, Any]) -> object:
    body = freeze(group)
    return parse_remote_indices_grant("test", body) if "clusters" in group else parse_indices_grant("test", body)


def index_group_to_json(_case: Case, assertion: Assertion) -> None:
    grant: Any = _grant(assertion["group"])
    assert indices_grant_to_json(grant) == assertion["expected"]


def index_group_valid(_case: Case, assertion: Assertion) -> None:
    _judge(lambda: _grant(assertion["group"]), assertion["expected"])


def role_index_name_valid(_case: Case, assertion: Assertion) -> None:
    name = assertion["name"]
    if name is None:
        # No body can hold it: an element of `names` must be a text. Upstream's code takes it for a name without colons.
        assert assertion["expected"]["valid"] is True
        return
    body = {"indices": [{"names": [name], "privileges": ["read"]}]}

    def attempt() -> bool:
        validate_role(_role(body))
        return True

    _judge(attempt, assertion["expected"])


def put_role_valid(_case: Case, assertion: Assertion) -> None:
    def attempt() -> bool:
        role = parse_role_body("test", freeze(assertion["body"]), allow_description=True)
        check_field_security(role)
        validate_role(role)
        return True

    _judge(attempt, assertion["expected"])


def get_role(case: Case, assertion: Assertion) -> None:
    name = assertion["role"]
    printed = role_to_json(_role(case["roles"][name], name))
    if "expected" in assertion:
        assert printed == assertion["expected"]
    if "expected_contains" in assertion:
        _assert_contains(printed, assertion["expected_contains"])


def _assert_contains(found: object, expected: object) -> None:
    if isinstance(expected, dict):
        assert isinstance(found, dict)
        for key, value in expected.items():
            assert key in found, key
            _assert_contains(found[key], value)
    elif isinstance(expected, list):
        assert isinstance(found, list)
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            _assert_contains(one, other)
    else:
        assert found == expected


# --- operations ---


def _permission(case: Case, username: str | None = None) -> tuple[Role, DeniedCaller]:
    """The compiled roles of one of the case's users, and how a denial names them."""
    users = [case[key] for key in ("user", "secondary_user") if key in case]
    user = next((u for u in users if username in (None, u["username"])), None)
    if user is None:
        user = {"username": username, "roles": list(case["roles"])}
    assigned = tuple(user["roles"])
    found = tuple(name for name in assigned if name in case["roles"])
    role = Role.of([_role(case["roles"][name], name) for name in found])
    return role, DeniedCaller(user["username"], effective_roles=found, assigned_roles=assigned)


def _cluster_denial(name: str, role: Role, caller: DeniedCaller) -> str | None:
    """The denial of the first action of an operation that the caller's cluster privileges lack."""
    for check in operation(name).checks():
        if isinstance(check, ClusterActionCheck) and not check.same_user and not role.cluster.grants(check.action):
            granting = cluster_privileges_granting(check.action)
            return denial_message(check.action, caller, cluster_privileges=granting)
    return None


def _index_denial(name: str, role: Role, caller: DeniedCaller, indices: list[str], *, rollup: bool) -> str | None:
    """The denial of the first index check that fails; checks with a condition count where the case meets it."""
    for check in operation(name).checks():
        if not isinstance(check, IndexCheck) or ("rollup" in check.when and not rollup):
            continue
        if check.manner == "has_privileges":
            held = {index: role.indices.check(index, check.privileges) for index in indices}
            if not all(all(answer.values()) for answer in held.values()):
                return check.message(id="datafeed", username=caller.username, privileges=json.dumps(held))
            continue
        for action in check.privileges:
            denied = [index for index in indices if not role.indices.grants(action, index)]
            if denied:
                granting = index_privileges_granting(action)
                return denial_message(action, caller, index_privileges=granting, context=indices_context(denied))
    return None


def _judge_denial(denial: str | None, expected: Mapping[str, Any]) -> None:
    assert (denial is None) is expected["allowed"], denial
    for part in expected.get("error_contains", ()):
        assert denial is not None
        assert part in denial, f"{part!r} not in {denial!r}"
    if "status" in expected:
        assert expected["status"] == (200 if denial is None else 403)


def rest_api_allowed(case: Case, assertion: Assertion) -> None:
    name = assertion["api"]
    actions = [action.name for action in operation(name).actions]
    if "required_cluster_action" in assertion:
        assert assertion["required_cluster_action"] in actions
    denial = _cluster_denial(name, *_permission(case, assertion.get("user")))
    error = assertion.get("error", {})
    _judge_denial(denial, {"allowed": assertion["expected"], "error_contains": error.get("contains", ())})
    if error:
        assert (error["status"], error["type"]) == (403, "security_exception")


def ml_put_datafeed(case: Case, assertion: Assertion) -> None:
    rollup = bool(assertion.get("rollup_indices"))
    if "required_index_privileges" in assertion:
        checks = [c for c in operation("ml.put_datafeed").checks() if isinstance(c, IndexCheck)]
        asked = [p for c in checks if rollup or "rollup" not in c.when for p in c.privileges]
        assert sorted(asked) == sorted(assertion["required_index_privileges"])
    _judge_datafeed("ml.put_datafeed", case, assertion, rollup=rollup)


def ml_preview_datafeed(case: Case, assertion: Assertion) -> None:
    _judge_datafeed("ml.preview_datafeed", case, assertion, rollup=False)


def ml_start_datafeed(case: Case, assertion: Assertion) -> None:
    _judge_datafeed("ml.start_datafeed", case, assertion, rollup=False)


def _judge_datafeed(name: str, case: Case, assertion: Assertion, *, rollup: bool) -> None:
    role, caller = _permission(case, assertion["user"])
    denial = _cluster_denial(name, role, caller)
    if denial is None:
        # The user of `es-secondary-authorization` is the one whose index privileges count.
        role, caller = _permission(case, assertion.get("secondary_user", assertion["user"]))
        denial = _index_denial(name, role, caller, assertion.get("indices", []), rollup=rollup)
    _judge_denial(denial, assertion["expected"])


def ml_run_datafeed(case: Case, assertion: Assertion) -> None:
    """Records are read exactly where the search is granted; how many there are is no question of access."""
    expected = assertion["expected"]
    role, caller = _permission(case, assertion["runs_as"])
    action = "indices:data/read/xpack/rollup/search" if assertion.get("rollup_indices") else "indices:data/read/search"
    denied = [index for index in assertion["indices"] if not role.indices.grants(action, index)]
    assert bool(denied) is (expected["input_record_count"] == 0)
    text = denial_message(
        action, caller, index_privileges=index_privileges_granting(action), context=indices_context(denied)
    )
    notification = f"Datafeed is encountering errors extracting data: {text}"
    for part in expected.get("notification_contains", ()):
        assert part in notification


ADAPTERS: dict[str, Callable[[Case, Assertion], None]] = {
    "rule_value_match": rule_value_match,
    "rule_model_match": rule_model_match,
    "rule_match": rule_match,
    "rule_parse": rule_parse,
    "rule_roundtrip": rule_roundtrip,
    "rule_validate_realm_scope": rule_validate_realm_scope,
    "role_mapping_parse": role_mapping_parse,
    "role_mapping_to_json": role_mapping_to_json_,
    "parse_role": parse_role,
    "role_to_json_and_parse": role_to_json_and_parse,
    "roles_equal": roles_equal,
    "role_is_empty": role_is_empty,
    "role_unsupported_in_cross_cluster_api_key": role_unsupported_in_cross_cluster_api_key,
    "index_group_to_json": index_group_to_json,
    "index_group_valid": index_group_valid,
    "role_index_name_valid": role_index_name_valid,
    "put_role_valid": put_role_valid,
    "get_role": get_role,
    "rest_api_allowed": rest_api_allowed,
    "ml_put_datafeed": ml_put_datafeed,
    "ml_preview_datafeed": ml_preview_datafeed,
    "ml_start_datafeed": ml_start_datafeed,
    "ml_run_datafeed": ml_run_datafeed,
}
