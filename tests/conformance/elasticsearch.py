"""Adapters for the assertions about privileges, permissions, reserved roles and the privilege APIs.

Each takes a case and one of its assertions, as read from the suite's JSON, and raises AssertionError. The case holds
`restricted_index_patterns` of its own or of its file.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, ClassVar, TypeAlias

import attrs

from mlaccess.automata import Language
from mlaccess.catalog import privileges as table
from mlaccess.catalog.privileges import Selector
from mlaccess.catalog.reserved_roles import check_include_setting, is_reserved, reserved_role
from mlaccess.catalog.restricted import restricted_names, system_index_language
from mlaccess.errors import RequestError
from mlaccess.loaders.role_body import parse_role_body
from mlaccess.permission import (
    Authentication,
    ClusterPermission,
    HeldPrivilege,
    LimitedRole,
    Names,
    Permission,
    Request,
    Role,
    authorize_role,
    authorized_names_of,
)
from mlaccess.permission.applications import validate_application_privilege
from mlaccess.permission.fields import FieldPermissions
from mlaccess.stack import (
    ApplicationPrivilege,
    DataStream,
    FieldSecurity,
    FrozenMap,
    IndexNames,
    RoleDescriptor,
    freeze,
)
from mlaccess.stack.roles import ApplicationGrant, IndicesGrant
from mlaccess.twins.elasticsearch import PrivilegesToCheck, check_privileges, has_privileges, user_privileges

__all__ = ["ADAPTERS", "OUT_OF_SCOPE"]

Case: TypeAlias = Mapping[str, Any]
Assertion: TypeAlias = Mapping[str, Any]

OUT_OF_SCOPE: dict[str, str] = {}


# -- the subject of a case ---------------------------------------------------------------------------------------------


class _Compiled:
    """What the assertions of one case share. Only the last case is kept."""

    case: ClassVar[Case] = {}
    roles: ClassVar[dict[object, Permission]] = {}


def _descriptors(roles: Mapping[str, Any]) -> dict[str, RoleDescriptor]:
    return {name: _descriptor(name, body) for name, body in roles.items()}


def _descriptor(name: str, body: Mapping[str, Any]) -> RoleDescriptor:
    """A role of a case. Elasticsearch's tests build some that no body could say: entries without privileges."""
    spoken = dict(body)
    bare: dict[str, list[Any]] = {}
    for key in ("indices", "applications"):
        entries = body.get(key) or []
        bare[key] = [entry for entry in entries if not entry.get("privileges")]
        spoken[key] = [entry for entry in entries if entry.get("privileges")]
    role = parse_role_body(name, freeze(spoken), allow_restriction=True, allow_description=True)
    return attrs.evolve(
        role,
        indices=(
            *role.indices,
            *(
                IndicesGrant(tuple(e["names"]), (), allow_restricted_indices=e.get("allow_restricted_indices", False))
                for e in bare["indices"]
            ),
        ),
        applications=(
            *role.applications,
            *(ApplicationGrant(e["application"], (), tuple(e["resources"])) for e in bare["applications"]),
        ),
    )


def _restricted(case: Case) -> Language:
    texts = case.get("restricted_index_patterns")
    return restricted_names() if texts is None else system_index_language(texts)


def _stored(case: Case) -> FrozenMap[tuple[str, str], ApplicationPrivilege]:
    return FrozenMap(
        {
            (p["application"], p["name"]): ApplicationPrivilege(p["application"], p["name"], frozenset(p["actions"]))
            for p in case.get("application_privileges", ())
        }
    )


def _compile(case: Case, roles: Mapping[str, Any], names: Any = None) -> Role:
    found = _descriptors(roles)
    chosen = [found[name] for name in (found if names is None else names) if name in found]
    return Role.of(chosen, stored=_stored(case), restricted=_restricted(case))


def _subject(case: Case, assertion: Assertion) -> Permission:
    if _Compiled.case is not case:
        _Compiled.case, _Compiled.roles = case, {}
    which = assertion.get("subject")
    found = _Compiled.roles.get(which)
    if found is None:
        found = _Compiled.roles[which] = _build(case, which)
    return found


def _build(case: Case, which: str | None) -> Permission:
    user = case.get("user")
    role = _compile(case, case.get("roles") or {}, None if user is None else user["roles"])
    if case.get("limited_by") is None or which == "role":
        return role
    limit = _compile(case, case["limited_by"])
    return limit if which == "limited_by" else LimitedRole(role, limit)


def _names(case: Case) -> Names:
    metadata = case.get("cluster_metadata", {})
    streams = metadata.get("data_streams", {})
    return Names(
        IndexNames(
            FrozenMap(
                {name: frozenset((body or {}).get("aliases", ())) for name, body in metadata.get("indices", {}).items()}
            ),
            FrozenMap(
                {
                    name: DataStream(name, tuple(s.get("backing_indices", ())), tuple(s.get("failure_indices", ())))
                    for name, s in streams.items()
                }
            ),
        )
    )


def _username(case: Case) -> str:
    user = case.get("user")
    return "user" if user is None else str(user["username"])


def _same(found: object, expected: object) -> None:
    assert found == expected, f"{found!r}, not {expected!r}"


def _refusal(error: RequestError, expected: Mapping[str, Any]) -> None:
    for part in expected.get("error_contains", ()):
        assert part in error.reason, f"{part!r} not in {error.reason!r}"
    if "error_type" in expected:
        _same(error.kind, expected["error_type"])


def _judge(attempt: Callable[[], object], expected: Mapping[str, Any]) -> None:
    try:
        attempt()
    except RequestError as error:
        assert expected["valid"] is False, f"refused: {error.reason}"
        _refusal(error, expected)
    else:
        assert expected["valid"] is True, "accepted, where Elasticsearch refuses"


# -- permissions -------------------------------------------------------------------------------------------------------


def cluster_action(case: Case, assertion: Assertion) -> None:
    body = assertion.get("request")
    request = None
    if body is not None:
        fields = freeze({key: value for key, value in body.items() if key != "type"})
        assert isinstance(fields, FrozenMap)
        request = Request(body["type"], fields)
    who = assertion.get("authentication")
    caller = None
    if who is not None:
        caller = Authentication(who.get("user", ""), who.get("realm", ""), who.get("api_key_id"))
    role = _subject(case, assertion)
    _same(role.cluster.grants(assertion["action"], request, caller), assertion["expected"])


def index_action(case: Case, assertion: Assertion) -> None:
    role = _subject(case, assertion)
    found = role.indices.grants(
        assertion["action"],
        assertion["index"],
        selector=Selector(assertion.get("selector", "data")),
        data_stream=assertion.get("resource_type") in ("data_stream", "backing_index"),
    )
    _same(found, assertion["expected"])


def any_index_grants_action(case: Case, assertion: Assertion) -> None:
    _same(_subject(case, assertion).indices.grants_somewhere(assertion["action"]), assertion["expected"])


def run_as(case: Case, assertion: Assertion) -> None:
    _same(_subject(case, assertion).may_run_as(assertion["user"]), assertion["expected"])


def application_action(case: Case, assertion: Assertion) -> None:
    role = _subject(case, assertion)
    application, name = assertion["application"], assertion.get("privilege_name")
    names = frozenset({name}) if name is not None else frozenset({f"asked for {assertion['actions']}"})
    asked = HeldPrivilege(application, names, frozenset(assertion["actions"]))
    _same(role.applications.grants(asked, assertion["resource"]), assertion["expected"])


def application_resource_patterns(case: Case, assertion: Assertion) -> None:
    role = _subject(case, assertion)
    assert isinstance(role, Role)
    asked = role.applications.resolve(assertion["application"], assertion["privileges"])
    _same(role.applications.resource_patterns(asked), frozenset(assertion["expected"]))


def authorize(case: Case, assertion: Assertion) -> None:
    expected = assertion["expected"]
    found = authorize_role(_subject(case, assertion), assertion["action"], assertion["indices"], _names(case))
    if expected.get("granted") is not None:
        _same(found.granted, expected["granted"])
    for name, granted in expected.get("has_index_permissions", {}).items():
        _same((name, found.of(name) is not None), (name, granted))
    for name, queries in expected.get("document_queries", {}).items():
        access = found.of(name)
        # Of a name without a permission Elasticsearch holds no query and no fields.
        sides = () if access is None else access.queries
        texts = frozenset(text for side in sides for text in side) if sides else None
        _same((name, texts), (name, None if queries is None else frozenset(queries)))
    for name, limited in expected.get("has_field_level_security", {}).items():
        access = found.of(name)
        _same((name, access is not None and access.fields.limits), (name, limited))
    for name, fields in expected.get("field_access", {}).items():
        access = found.of(name)
        assert access is not None, name
        for field, seen in fields.items():
            _same((name, field, access.fields.grants(field)), (name, field, seen))
    if "deprecation_warnings" in assertion:
        _same(set(found.warnings), set(assertion["deprecation_warnings"]))


def authorized_indices(case: Case, assertion: Assertion) -> None:
    found = authorized_names_of(_subject(case, assertion), assertion["action"], _names(case))
    if "expected" in assertion:
        _same(found, frozenset(assertion["expected"]))
    assert found >= set(assertion.get("expected_contains", ())), found


def role_has_dls_or_fls(case: Case, assertion: Assertion) -> None:
    _same(_subject(case, assertion).limits_documents_or_fields, assertion["expected"])


def role_for_workflow(case: Case, assertion: Assertion) -> None:
    role = _subject(case, assertion)
    within = role.for_workflow(assertion["workflow"])
    if assertion["expected"] == "same_role":
        assert within is role
    else:
        _same(assertion["expected"], "empty_role")
        assert isinstance(within, Role)
        assert within is not role
        _same(within.names, ())


def role_has_workflows_restriction(case: Case, assertion: Assertion) -> None:
    _same(_subject(case, assertion).workflows is not None, assertion["expected"])


def remote_index_groups(case: Case, assertion: Assertion) -> None:
    role = _subject(case, assertion)
    assert isinstance(role, Role)
    found = [
        (frozenset(g.names), frozenset(g.privileges), g.allow_restricted)
        for g in role.remote_grants(assertion["cluster"])
    ]
    expected = [
        (frozenset(g["names"]), frozenset(g["privileges"]), g.get("allow_restricted_indices", False))
        for g in assertion["expected"]
    ]
    _same(len(found), len(expected))
    _same(set(found), set(expected))


def role_has_remote_indices(case: Case, assertion: Assertion) -> None:
    name = assertion.get("role")
    if name is None:
        role = _compile(case, case["roles"])
    elif name in case["roles"]:
        role = _compile(case, case["roles"], [name])
    else:
        reserved = reserved_role(name)
        assert reserved is not None, f"no reserved role {name}"
        role = Role.of([reserved])
    _same(bool(role.remote_indices), assertion["expected"])


def role_metadata(case: Case, assertion: Assertion) -> None:
    found = _descriptors(case["roles"])
    role = found[assertion["role"]] if "role" in assertion else next(iter(found.values()))
    _same(role.metadata.get(assertion["key"]), freeze(assertion["expected"]))


def _fields(body: Mapping[str, Any] | None) -> FieldPermissions:
    if body is None:
        return FieldPermissions()
    grant, except_ = body.get("grant"), body.get("except")
    security = FieldSecurity(None if grant is None else tuple(grant), None if except_ is None else tuple(except_))
    return FieldPermissions.of([security])


def field_access(_case: Case, assertion: Assertion) -> None:
    found = _fields(assertion["field_security"]).limit(_fields(assertion["limited_by"]))
    _same(found.grants(assertion["field"]), assertion["expected"])


# -- privilege APIs ----------------------------------------------------------------------------------------------------


def has_privileges_(case: Case, assertion: Assertion) -> None:
    expected = assertion["expected"]
    try:
        found = has_privileges(_subject(case, assertion), _username(case), assertion["request"])
    except RequestError as error:
        assert "error_contains" in expected or "error_type" in expected, error.reason
        _refusal(error, expected)
        return
    for key, value in expected.items():
        _same((key, found[key]), (key, value))


def has_index_privileges(case: Case, assertion: Assertion) -> None:
    expected = assertion["expected"]
    grant = IndicesGrant(
        tuple(assertion["names"]),
        tuple(assertion["privileges"]),
        allow_restricted_indices=assertion.get("allow_restricted_indices", False),
    )
    try:
        found = check_privileges(_subject(case, assertion), "user", PrivilegesToCheck(index=(grant,)))
    except RequestError as error:
        assert "error_contains" in expected, error.reason
        _refusal(error, expected)
        return
    if "error_contains" in expected:
        # Elasticsearch gives up on a pattern. The work limit here is another: right is an answer that grants nothing on
        # it, or on any name where the error tells none.
        index = found["index"]
        assert isinstance(index, dict)
        told = [n for n in index if any(f"[{n}]" in part for part in expected["error_contains"])]
        assert not any(value for name in told or index for value in index[name].values()), found
        return
    _same(found["index"], expected["index"])
    _same(found["has_all_requested"], expected["has_all"])


def has_cluster_privilege(case: Case, assertion: Assertion) -> None:
    _same(_subject(case, assertion).cluster.implies(assertion["privilege"]), assertion["expected"])


def has_application_privileges(case: Case, assertion: Assertion) -> None:
    expected = assertion["expected"]
    application = assertion["application"]
    grant = ApplicationGrant(application, tuple(assertion["privileges"]), tuple(assertion["resources"]))
    found = check_privileges(_subject(case, assertion), "user", PrivilegesToCheck(application=(grant,)))
    _same(found["application"], {application: expected["application"]})
    _same(found["has_all_requested"], expected["has_all"])


def _as_set(value: object) -> object:
    """JSON for comparison: lists are sets; what is absent, false or empty is the same."""
    if isinstance(value, dict):
        return frozenset((key, _as_set(item)) for key, item in value.items() if item not in (None, False, [], {}))
    if isinstance(value, list):
        return frozenset(map(_as_set, value))
    return value


def get_user_privileges(case: Case, assertion: Assertion) -> None:
    expected = assertion["expected"]
    try:
        found = user_privileges(_subject(case, assertion))
    except RequestError as error:
        assert "error_contains" in expected or "error_type" in expected, error.reason
        _refusal(error, expected)
        return
    for key in {*expected, *found}:
        _same((key, _as_set(found.get(key, []))), (key, _as_set(expected.get(key, []))))


# -- named privileges --------------------------------------------------------------------------------------------------


def _language(scope: str, names: list[str]) -> Language:
    chosen = frozenset(names)
    return table.cluster_actions(chosen) if scope == "cluster" else table.index_actions(chosen)


def privilege_grants_action(_case: Case, assertion: Assertion) -> None:
    found = _language(assertion["scope"], [assertion["privilege"]]).matches(assertion["action"])
    _same(found, assertion["expected"])


def privilege_implies(_case: Case, assertion: Assertion) -> None:
    holder, implied = assertion["holder"], assertion["implied"]
    if assertion["scope"] == "cluster":
        found = ClusterPermission.of(holder).implies_all(implied)
    else:
        found = _language("index", holder).includes(_language("index", implied))
    _same(found, assertion["expected"])


def privilege_valid(_case: Case, assertion: Assertion) -> None:
    look_up = table.cluster_privilege if assertion["scope"] == "cluster" else table.index_privilege
    _judge(lambda: look_up(assertion["privilege"]), assertion["expected"])


def privilege_order(_case: Case, assertion: Assertion) -> None:
    rows = table.CLUSTER_PRIVILEGES if assertion["scope"] == "cluster" else table.INDEX_PRIVILEGES
    names = [row.name for row in rows]
    _same(names.index(assertion["lower"]) < names.index(assertion["higher"]), assertion["expected"])


def privileges_granting_action(_case: Case, assertion: Assertion) -> None:
    selector = assertion.get("selector", "data")
    if assertion["scope"] == "cluster":
        found = table.cluster_privileges_granting(assertion["action"])
    else:
        part = Selector(selector.removesuffix("_only"))
        found = table.index_privileges_granting(assertion["action"], part=part, only=selector.endswith("_only"))
    if assertion.get("ordered", False):
        _same(found, tuple(assertion["expected"]))
    else:
        _same(set(found), set(assertion["expected"]))


def resolve_index_privileges(_case: Case, assertion: Assertion) -> None:
    found = table.resolve_index_privileges(frozenset(assertion["privileges"]))
    expected = {(Selector(group["selector"]), frozenset(group["privileges"])) for group in assertion["expected"]}
    _same(len(found), len(assertion["expected"]))
    _same(set(found), expected)


def sort_privileges_by_access(_case: Case, assertion: Assertion) -> None:
    found = table.sort_by_access(assertion["scope"], assertion["privileges"])
    _same(found, tuple(assertion["expected"]))


def builtin_privilege_count(_case: Case, assertion: Assertion) -> None:
    """The count of an unnamed version, perhaps of one in the making: it must lie between two that follow each other."""
    scope = assertion["scope"]
    rows = table.CLUSTER_PRIVILEGES if scope == "cluster" else table.INDEX_PRIVILEGES
    versions = sorted({table.NEWEST, (8, 16), *(row.since for row in rows if row.since is not None)})
    counts: list[tuple[int, int]] = []
    for major, minor in versions:
        known = [row.known_in(f"{major}.{minor}") for row in rows]
        counts.append((sum(k is True for k in known), sum(k is not False for k in known)))
    between = [(low, high) for (low, _), (_, high) in pairwise(counts)]
    assert any(low <= assertion["expected"] <= high for low, high in between), counts


def action_pattern_permission(_case: Case, assertion: Assertion) -> None:
    language = table.action_pattern_language(tuple(assertion["allowed"]), tuple(assertion["excluded"]))
    _same(language.matches(assertion["action"]), assertion["expected"])


def system_privilege(_case: Case, assertion: Assertion) -> None:
    _same(table.system_user_may(assertion["action"]), assertion["expected"])


def application_privilege_valid(_case: Case, assertion: Assertion) -> None:
    # Elasticsearch's test of these names is of 6.4, whose rule for applications was stricter.
    _judge(
        lambda: validate_application_privilege(
            assertion["application"], assertion["name"], assertion["actions"], before_6_5=True
        ),
        assertion["expected"],
    )


def is_reserved_(_case: Case, assertion: Assertion) -> None:
    _same(is_reserved(assertion["role"]), assertion["expected"])


def setting_valid(_case: Case, assertion: Assertion) -> None:
    _same(assertion["setting"], "xpack.security.reserved_roles.include")
    _judge(lambda: check_include_setting(assertion["value"]), assertion["expected"])


ADAPTERS: dict[str, Callable[[Case, Assertion], None]] = {
    "action_pattern_permission": action_pattern_permission,
    "any_index_grants_action": any_index_grants_action,
    "application_action": application_action,
    "application_privilege_valid": application_privilege_valid,
    "application_resource_patterns": application_resource_patterns,
    "authorize": authorize,
    "authorized_indices": authorized_indices,
    "builtin_privilege_count": builtin_privilege_count,
    "cluster_action": cluster_action,
    "field_access": field_access,
    "get_user_privileges": get_user_privileges,
    "has_application_privileges": has_application_privileges,
    "has_cluster_privilege": has_cluster_privilege,
    "has_index_privileges": has_index_privileges,
    "has_privileges": has_privileges_,
    "index_action": index_action,
    "is_reserved": is_reserved_,
    "privilege_grants_action": privilege_grants_action,
    "privilege_implies": privilege_implies,
    "privilege_order": privilege_order,
    "privilege_valid": privilege_valid,
    "privileges_granting_action": privileges_granting_action,
    "remote_index_groups": remote_index_groups,
    "resolve_index_privileges": resolve_index_privileges,
    "role_for_workflow": role_for_workflow,
    "role_has_dls_or_fls": role_has_dls_or_fls,
    "role_has_remote_indices": role_has_remote_indices,
    "role_has_workflows_restriction": role_has_workflows_restriction,
    "role_metadata": role_metadata,
    "run_as": run_as,
    "setting_valid": setting_valid,
    "sort_privileges_by_access": sort_privileges_by_access,
    "system_privilege": system_privilege,
}
