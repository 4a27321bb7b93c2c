"""Cluster permissions."""

import pytest

from mlaccess.automata import Language
from mlaccess.catalog.privileges import UnknownPrivilege
from mlaccess.patterns import patterns
from mlaccess.permission import Authentication, ClusterPermission, Request
from mlaccess.stack import FrozenMap, Json, freeze

API_KEY = "cluster:admin/xpack/security/api_key/"


def request(kind: str, **fields: object) -> Request:
    frozen = freeze(fields)
    assert isinstance(frozen, FrozenMap)
    return Request(kind, frozen)


def global_(text: object) -> list[Json]:
    return [freeze(text)]


def test_privileges_add_up_to_others() -> None:
    """`monitor_ml` and the raw actions of administration together are `manage_ml`."""
    permission = ClusterPermission.of(["monitor_ml", "cluster:admin/xpack/ml/*"])
    assert permission.implies("manage_ml")
    assert not ClusterPermission.of(["cluster:admin/xpack/ml/*"]).implies("manage_ml")
    assert permission.implying("manage_ml") == ()
    assert permission.implying("monitor_ml") == ("monitor_ml",)


def test_evidence_of_an_action_names_each_privilege_that_grants_it_alone() -> None:
    """As the role writes them; one that depends on the request is none."""
    permission = ClusterPermission.of(["monitor", "manage_ml", "monitor_ml", "manage_own_api_key", "none"])
    assert set(permission.granting("cluster:monitor/xpack/ml/job/get")) == {"monitor", "manage_ml", "monitor_ml"}
    assert permission.granting("cluster:admin/xpack/ml/job/put") == ("manage_ml",)
    assert permission.granting(API_KEY + "get") == ()


def test_a_role_without_privileges_implies_not_even_none() -> None:
    """One that holds anything unconditional does."""
    assert not ClusterPermission.of([]).implies("none")
    assert not ClusterPermission.of(["manage_own_api_key"]).implies("none")
    assert ClusterPermission.of(["monitor"]).implies("none")
    assert ClusterPermission.of(["none"]).implies("none")
    assert not ClusterPermission.of(["none"]).implies("monitor")


def test_own_keys_are_implied_by_all_keys_but_imply_only_themselves() -> None:
    """A privilege that hangs on the request gives no unconditional one."""
    assert ClusterPermission.of(["manage_api_key"]).implies("manage_own_api_key")
    assert ClusterPermission.of(["all"]).implies("manage_own_api_key")
    assert not ClusterPermission.of(["monitor"]).implies("manage_own_api_key")
    own = ClusterPermission.of(["manage_own_api_key"])
    assert own.implies("manage_own_api_key")
    assert not own.implies("grant_api_key")


def test_unknown_names_give_nothing_and_are_told() -> None:
    """Asking for one is an error."""
    permission = ClusterPermission.of(["Monitor", "nonsense"])
    assert permission.unknown == ("nonsense",)
    assert permission.implies("monitor_ml")
    with pytest.raises(UnknownPrivilege):
        permission.implies("nonsense")


@pytest.mark.parametrize(
    ("body", "caller", "granted"),
    [
        (request("get_api_key", owned_by_authenticated_user=True), Authentication("joe", "r1"), True),
        (request("get_api_key", username="joe", realm_name="r1"), Authentication("joe", "r1"), True),
        (request("get_api_key", username="joe", realm_name="r2"), Authentication("joe", "r1"), False),
        (request("get_api_key", username="", realm_name=""), Authentication("", ""), False),
        (request("get_api_key", id="k1"), Authentication("joe", "r1"), False),
        (request("get_api_key", id="k1"), Authentication("joe", "r1", "k1"), True),
        (request("get_api_key", id="k1", with_limited_by=True), Authentication("joe", "r1", "k1"), False),
        (request("get_api_key", owned_by_authenticated_user=True), Authentication("joe", "r1", "k1"), False),
        (request("invalidate_api_key", ids=["k1", "k2"]), Authentication("joe", "r1", "k1"), False),
        (request("grant_api_key"), Authentication("joe", "r1"), False),
        (None, Authentication("joe", "r1"), False),
    ],
)
def test_own_keys_are_recognised(body: Request | None, caller: Authentication, granted: bool) -> None:
    """By their owner, or by being the key that asks."""
    permission = ClusterPermission.of(["manage_own_api_key"])
    assert permission.grants(API_KEY + "get", body, caller) is granted
    assert permission.depends_on_request(API_KEY + "get")


def test_creating_a_key_is_always_about_an_own_one() -> None:
    """Even without a look at the request."""
    permission = ClusterPermission.of(["manage_own_api_key"])
    assert permission.grants(API_KEY + "create")
    assert not permission.grants("cluster:admin/xpack/security/user/put")


def test_application_privileges_are_managed_for_the_named_applications() -> None:
    """All applications of a request must be named; one that names none needs the star."""
    permission = ClusterPermission.of([], global_({"application": {"manage": {"applications": ["kibana-*"]}}}))
    action = "cluster:admin/xpack/security/privilege/put"
    assert permission.grants(action, request("put_privileges", applications=["kibana-.kibana"]))
    assert not permission.grants(action, request("put_privileges", applications=["kibana-.kibana", "apm"]))
    assert not permission.grants(action, request("get_privileges"))
    assert not permission.grants(action)
    every = ClusterPermission.of([], global_({"application": {"manage": {"applications": ["*"]}}}))
    assert every.grants(action, request("get_privileges"))
    assert not every.grants("cluster:admin/xpack/security/user/put", request("get_privileges"))


def test_profile_data_are_written_for_the_named_applications() -> None:
    """Both labels and data count, as names or as objects."""
    permission = ClusterPermission.of([], global_({"profile": {"write": {"applications": ["kibana*"]}}}))
    action = "cluster:admin/xpack/security/profile/put/data"
    assert permission.grants(action, request("update_profile_data", labels={"kibana": 1}, data={"kibana1": {}}))
    assert not permission.grants(action, request("update_profile_data", labels=["kibana"], data=["apm"]))


def test_roles_are_put_within_the_managed_groups() -> None:
    """Groups join where the request has a regular expression, and only there; other privileges are never put."""
    groups = [{"names": ["a"], "privileges": ["read", "create"]}, {"names": ["b"], "privileges": ["read", "delete"]}]
    permission = ClusterPermission.of([], global_({"role": {"manage": {"indices": groups}}}))
    action = "cluster:admin/xpack/security/role/put"

    def put(*names: str, privileges: list[str] | None = None, **more: object) -> bool:
        entry = {"names": list(names), "privileges": privileges or ["read"]}
        return permission.grants(action, request("put_role", indices=[entry], **more))

    assert put("a")
    assert put("a", "b")
    assert put("/[ab]/")
    assert not put("/[ab]/", privileges=["create"])
    assert not put("/[abc]/")
    assert not put("a", cluster=["monitor"])
    assert permission.grants("cluster:admin/xpack/security/role/delete", request("delete_role", name="x"))


def test_several_objects_and_one_object_of_global_mean_the_same() -> None:
    """An export prints them together, the API each alone."""
    application = {"application": {"manage": {"applications": ["kibana-*"]}}}
    profile = {"profile": {"write": {"applications": ["kibana*"]}}}
    together = ClusterPermission.of([], [freeze({**application, **profile})])
    apart = ClusterPermission.of([], [freeze(application), freeze(profile)])
    assert together.conditions == apart.conditions
    assert [condition.body for condition in together.conditions] == [freeze(application), freeze(profile)]


KEY, JOE = Authentication("joe", "r1", "k1"), Authentication("joe", "r1")


@pytest.mark.parametrize(
    ("action", "body", "caller", "granted"),
    [
        ("create", None, None, True),
        ("update", None, None, True),
        ("bulk_update", None, None, True),
        ("get", None, KEY, False),
        ("query", None, JOE, False),
        ("invalidate", None, JOE, False),
        ("grant", None, JOE, False),
        ("update", request("update_api_key", id="k2"), KEY, True),
        ("bulk_update", request("bulk_update_api_key", ids=["k2"]), JOE, True),
        ("invalidate", request("invalidate_api_key", ids=["k1"]), KEY, True),
        ("invalidate", request("invalidate_api_key", ids=["k1", "k1"]), KEY, True),
        ("invalidate", request("invalidate_api_key", id="k1"), KEY, True),
        ("invalidate", request("invalidate_api_key", id="k2"), KEY, False),
        ("invalidate", request("invalidate_api_key"), KEY, False),
        ("invalidate", request("invalidate_api_key", ids=["k7"], owned_by_authenticated_user=True), JOE, True),
        ("invalidate", request("invalidate_api_key", owned_by_authenticated_user=True), JOE, True),
        ("invalidate", request("invalidate_api_key", username="joe", realm_name="r1"), JOE, True),
        ("invalidate", request("invalidate_api_key", username="joe"), JOE, False),
        ("invalidate", request("invalidate_api_key", realm_name="r1"), JOE, False),
        ("invalidate", request("invalidate_api_key", username="jim", realm_name="r1"), JOE, False),
        ("query", request("query_api_key", filter_for_current_user=True), JOE, True),
        ("query", request("query_api_key", filter_for_current_user=False), JOE, False),
        ("query", request("query_api_key"), JOE, False),
        ("query", request("query_api_key", filter_for_current_user=True), KEY, True),
        ("query", request("query_api_key", filter_for_current_user=True, with_limited_by=True), KEY, False),
        ("query", request("query_api_key", filter_for_current_user=True, with_limited_by=True), JOE, True),
        ("get", request("get_api_key", owned_by_authenticated_user=True, with_limited_by=True), JOE, True),
        ("get", request("get_api_key", username="joe", realm_name="r1"), None, False),
    ],
)
def test_each_request_about_keys_is_about_own_ones_or_not(
    action: str, body: Request | None, caller: Authentication | None, granted: bool
) -> None:
    """As `ManageOwnApiKeyClusterPrivilege` decides: creating and updating always, the others by what they name."""
    assert ClusterPermission.of(["manage_own_api_key"]).grants(API_KEY + action, body, caller) is granted


@pytest.mark.parametrize("type_", ["get_privileges", "put_privileges", "delete_privileges"])
def test_every_request_about_application_privileges_is_held_to_its_applications(type_: str) -> None:
    """Whether it names one or several, and no other request is granted."""
    permission = ClusterPermission.of([], global_({"application": {"manage": {"applications": ["app-*"]}}}))
    action = "cluster:admin/xpack/security/privilege/get"
    assert permission.grants(action, request(type_, application="app-1"))
    assert not permission.grants(action, request(type_, application="other"))
    assert not permission.grants(action, request(type_, application="app-1", applications=["other"]))
    assert not permission.grants(action, request("put_role", application="app-1"))
    assert permission.depends_on_request(action)
    assert not permission.depends_on_request("cluster:monitor/main")


def test_only_writing_profile_data_is_granted_by_profiles() -> None:
    permission = ClusterPermission.of([], global_({"profile": {"write": {"applications": ["kibana*"]}}}))
    action = "cluster:admin/xpack/security/profile/put/data"
    assert not permission.grants(action, request("put_role", labels=["kibana"]))
    assert not permission.grants(action, request("update_profile_data", labels=["apm"], data=["kibana"]))
    assert permission.grants(action, request("update_profile_data"))
    assert not permission.grants(action)
    assert permission.depends_on_request(action)
    assert not permission.depends_on_request(action + "/more")


A = {"names": ["a"], "privileges": ["read"]}
B = {"names": ["b"], "privileges": ["read"]}
ROLE = "cluster:admin/xpack/security/role/"


@pytest.mark.parametrize(
    ("action", "body", "granted"),
    [
        ("put", request("put_role", indices=[A]), True),
        ("put", request("put_role", indices=[A, B]), False),
        ("put", request("put_role", indices=[B]), False),
        ("put", request("put_role"), True),
        ("put", request("put_role", indices="a"), False),
        ("put", request("put_role", indices=["a"]), False),
        ("put", request("put_role", indices=[{"names": "a", "privileges": "read"}]), True),
        ("put", request("put_role", indices=[{"names": ["a"], "privileges": ["read", "write"]}]), False),
        ("put", request("put_role", indices=[{"names": ["a"], "privileges": ["read_failure_store"]}]), False),
        ("put", request("put_role", indices=[A], cluster=[], run_as=[]), True),
        ("put", request("put_role", indices=[A], run_as=["bob"]), False),
        ("put", request("put_role", indices=[A], applications=[{"application": "x"}]), False),
        ("put", request("put_role", indices=[A], remote_indices=[A]), False),
        ("put", request("put_role", indices=[A], remote_cluster=[A]), False),
        ("put", request("put_role", indices=[A], **{"global": {"profile": {}}}), False),
        ("put", request("get_roles", indices=[A]), False),
        ("put", None, False),
        ("bulk_put", request("bulk_put_roles", roles=[{"indices": [A]}]), True),
        ("bulk_put", request("bulk_put_roles", roles={"r": {"indices": [A]}}), True),
        ("bulk_put", request("bulk_put_roles", roles=[{"indices": [A]}, {"indices": [B]}]), False),
        ("bulk_put", request("bulk_put_roles", roles={"r": {"indices": [A]}, "s": {"indices": [B]}}), False),
        ("bulk_put", request("bulk_put_roles", roles=["r"]), False),
        ("delete", request("delete_role", name="anything"), True),
        ("bulk_delete", request("bulk_delete_roles", names=["x"]), True),
        ("get", request("delete_role", name="anything"), False),
    ],
)
def test_roles_may_hold_nothing_but_index_privileges_within_the_groups(
    action: str, body: Request | None, granted: bool
) -> None:
    """Whether one is put or several; deleting is not confined."""
    permission = ClusterPermission.of([], global_({"role": {"manage": {"indices": [A]}}}))
    assert permission.grants(ROLE + action, body) is granted
    assert permission.depends_on_request(ROLE + action) is (action != "get")


def test_the_groups_of_managed_roles_leave_system_indices_out() -> None:
    """Those of Elasticsearch, or those of the cluster that are given."""
    everything = global_({"role": {"manage": {"indices": [{"names": ["*"], "privileges": ["read"]}]}}})

    def put(name: str, restricted: Language | None) -> bool:
        body = request("put_role", indices=[{"names": [name], "privileges": ["read"]}])
        return ClusterPermission([], everything, restricted=restricted).grants(ROLE + "put", body)

    own = patterns([".mine"])
    assert [put(".ml-config", r) for r in (None, own)] == [False, True]
    assert [put(".mine", r) for r in (None, own)] == [True, False]


def test_what_global_holds_beside_privileges_is_no_privilege() -> None:
    """Wrong shapes and other categories are left out, and a privilege given twice counts once."""
    application = {"application": {"manage": {"applications": ["x"]}}}
    role = {"role": {"manage": {"indices": [A, "no entry"]}}}
    odd: list[object] = ["x", {"application": []}, {"application": {"manage": ["x"]}}, {"role": {"write": {}}}]
    found = ClusterPermission.of([], [freeze(e) for e in (*odd, application, application, role)]).conditions
    assert [(c.kind, c.applications) for c in found] == [("application", ("x",)), ("role", ())]
    assert [(g.names, g.privileges) for g in found[1].groups] == [(("a",), ("read",))]
    assert [c.body for c in found] == [freeze(application), freeze(role)]
    assert ClusterPermission.of([], [freeze({"role": {"manage": {"indices": "a"}}})]).conditions[0].groups == ()


def test_fields_of_a_request_hold_one_text_or_several() -> None:
    """Names of an object count as texts; anything else is none."""
    found = request("x", one="a", several=["a", 1, "b"], named={"a": 1, "b": 2}, number=7, yes=True, text="true")
    assert [found.texts(f) for f in ("one", "several", "named", "number", "missing")] == [
        ("a",),
        ("a", "b"),
        ("a", "b"),
        (),
        (),
    ]
    assert [found.flag(f) for f in ("yes", "text", "number", "missing")] == [True, False, False, False]
    assert [found.text(f) for f in ("one", "several", "missing")] == ["a", None, None]
