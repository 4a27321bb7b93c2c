"""The privilege APIs answered offline."""

import pytest

from mlaccess.errors import RequestError
from mlaccess.permission import LimitedRole, Role
from mlaccess.stack import (
    ApiKey,
    ApplicationGrant,
    FieldSecurity,
    FrozenMap,
    IndicesGrant,
    RemoteClusterGrant,
    RemoteIndicesGrant,
    RoleDescriptor,
    User,
)
from mlaccess.twins.elasticsearch import (
    Realm,
    authenticate_api_key,
    authenticate_service_account,
    authenticate_user,
    has_privileges,
    user_privileges,
)

ROLE = Role.of(
    [
        RoleDescriptor(
            "r",
            ("Monitor",),
            (IndicesGrant(("logs-*",), ("read",)),),
            (ApplicationGrant("kibana-.kibana", ("feature_ml.read",), ("space:a",)),),
        )
    ]
)


def test_every_part_of_a_request_is_answered() -> None:
    """Keys are the texts asked for; parts not asked for are empty objects."""
    body = {
        "cluster": ["monitor", "manage"],
        "index": [{"names": "logs-a*", "privileges": ["read", "write"]}],
        "application": [{"application": "kibana-.kibana", "privileges": ["feature_ml.read"], "resources": ["space:a"]}],
    }
    assert has_privileges(ROLE, "ana", body) == {
        "username": "ana",
        "has_all_requested": False,
        "cluster": {"monitor": True, "manage": False},
        "index": {"logs-a*": {"read": True, "write": False}},
        "application": {"kibana-.kibana": {"space:a": {"feature_ml.read": True}}},
    }
    assert has_privileges(ROLE, "ana", {"cluster": ["monitor"]}) == {
        "username": "ana",
        "has_all_requested": True,
        "cluster": {"monitor": True},
        "index": {},
        "application": {},
    }


def test_a_pattern_asked_for_twice_is_answered_once() -> None:
    """Privileges of both questions come together, and the same one asked twice must hold both times."""
    plain = {"names": [".ml-*"], "privileges": ["read"]}
    strict = {"names": [".ml-*"], "privileges": ["read", "write"], "allow_restricted_indices": True}
    role = Role.of([RoleDescriptor("r", indices=(IndicesGrant(("*",), ("read",)),))])
    assert has_privileges(role, "u", {"index": [plain]})["index"] == {".ml-*": {"read": True}}
    assert has_privileges(role, "u", {"index": [plain, strict]})["index"] == {".ml-*": {"read": False, "write": False}}


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ({}, "All privilege fields [index,cluster,applications] are missing"),
        ([], "expected an object"),
        ({"clusters": []}, "unexpected field [clusters]"),
        ({"cluster": []}, "must specify at least one privilege"),
        ({"cluster": ["nope"]}, "unknown cluster privilege [nope]"),
        ({"cluster": "monitor"}, "expected a string array"),
        ({"index": [{"names": ["a"], "privileges": ["nope"]}]}, "unknown index privilege [nope]"),
        (
            {"index": [{"names": ["a"], "privileges": ["read"], "query": {"match_all": {}}}]},
            "Field [query] is not supp",
        ),
        (
            {"index": [{"names": ["a"], "privileges": ["read"], "field_security": {"grant": ["x"]}}]},
            "Field [field_security] is not supported in a has_privileges request",
        ),
        ({"index": [{"names": ["a::failures"], "privileges": ["read"]}]}, "selectors [::] are not allowed"),
        ({"index": [{"names": ["/a"], "privileges": ["read"]}]}, "invalid pattern [/a]"),
        (
            {"application": [{"application": "kibana-*", "privileges": ["a"], "resources": ["*"]}]},
            "Application names may not contain '*'",
        ),
    ],
)
def test_what_the_live_api_refuses_is_refused(body: object, part: str) -> None:
    """With status 400 and its reason."""
    with pytest.raises(RequestError) as caught:
        has_privileges(ROLE, "ana", body)
    assert part in caught.value.reason
    assert caught.value.status == 400


def test_names_are_known_or_not_by_version() -> None:
    """8.16 had no `monitor_stats`."""
    assert has_privileges(ROLE, "u", {"cluster": ["monitor_stats"]}, version="8.17.0")["has_all_requested"] is True
    with pytest.raises(RequestError, match="unknown cluster privilege"):
        has_privileges(ROLE, "u", {"cluster": ["monitor_stats"]}, version="8.16.0")


def test_an_api_key_is_answered_for_by_both_sides() -> None:
    """And its privileges cannot be listed."""
    owner = Role.of([RoleDescriptor("o", ("all",), (IndicesGrant(("logs-a*",), ("all",)),))])
    key = LimitedRole(ROLE, owner)
    body = {"cluster": ["monitor"], "index": [{"names": ["logs-a1", "logs-b1"], "privileges": ["read"]}]}
    assert has_privileges(key, "ana", body)["index"] == {"logs-a1": {"read": True}, "logs-b1": {"read": False}}
    with pytest.raises(RequestError, match="Cannot retrieve privileges for API keys with assigned role descriptors"):
        user_privileges(key)


def test_own_privileges_are_listed_sorted_and_merged() -> None:
    """Entries with the same names are one; fields and queries are shown where they limit."""
    a = RoleDescriptor(
        "a",
        ("monitor", "MANAGE_ML"),
        (IndicesGrant(("b", "a"), ("write", "read"), FieldSecurity(("f",), ("g",)), query="q1"),),
        (ApplicationGrant("app", ("read",), ("1",)), ApplicationGrant("app", ("read",), ("2",))),
        ("u2",),
        remote_indices=(RemoteIndicesGrant(("c",), ("r",), ("read",)),),
        remote_cluster=(RemoteClusterGrant(("c",), ("monitor_enrich",)),),
    )
    b = RoleDescriptor("b", ("monitor",), (IndicesGrant(("a", "b"), ("read",), FieldSecurity(("h",)), query="q0"),))
    assert user_privileges(Role.of([a, b])) == {
        "cluster": ["manage_ml", "monitor"],
        "global": [],
        "indices": [
            {
                "names": ["a", "b"],
                "privileges": ["read", "write"],
                "field_security": [{"grant": ["f"], "except": ["g"]}, {"grant": ["h"]}],
                "query": ["q0", "q1"],
                "allow_restricted_indices": False,
            }
        ],
        "applications": [{"application": "app", "privileges": ["read"], "resources": ["1", "2"]}],
        "run_as": ["u2"],
        "remote_indices": [
            {"names": ["r"], "privileges": ["read"], "allow_restricted_indices": False, "clusters": ["c"]}
        ],
        "remote_cluster": [{"privileges": ["monitor_enrich"], "clusters": ["c"]}],
    }


def test_an_entry_without_limits_takes_away_those_of_another() -> None:
    """The merged entry shows neither fields nor queries."""
    a = RoleDescriptor("a", indices=(IndicesGrant(("x",), ("read",), FieldSecurity(("f",)), query="q"),))
    b = RoleDescriptor("b", indices=(IndicesGrant(("x",), ("write",)),))
    assert user_privileges(Role.of([a, b]))["indices"] == [
        {"names": ["x"], "privileges": ["read", "write"], "allow_restricted_indices": False}
    ]


def test_users_authenticate_in_their_realm() -> None:
    """Reserved users in the reserved one; a disabled user not at all."""
    body = authenticate_user(User("ana", ("r",), full_name="Ana", metadata=FrozenMap({"team": "ml"})))
    assert body == {
        "username": "ana",
        "roles": ["r"],
        "full_name": "Ana",
        "email": None,
        "metadata": {"team": "ml"},
        "enabled": True,
        "authentication_realm": {"name": "default_native", "type": "native"},
        "lookup_realm": {"name": "default_native", "type": "native"},
        "authentication_type": "realm",
    }
    elastic = User("elastic", ("superuser",), metadata=FrozenMap({"_reserved": True}))
    assert authenticate_user(elastic)["authentication_realm"] == {"name": "reserved", "type": "reserved"}
    ldap = authenticate_user(User("bob"), realm=Realm("ldap1", "ldap"))
    assert ldap["lookup_realm"] == {"name": "ldap1", "type": "ldap"}
    with pytest.raises(RequestError) as caught:
        authenticate_user(User("eve", enabled=False))
    assert caught.value.status == 401


def test_keys_and_service_accounts_authenticate_without_roles() -> None:
    """They name the key, or the token."""
    key = authenticate_api_key(ApiKey("id1", "ci", username="ana"))
    assert (key["username"], key["roles"], key["authentication_type"]) == ("ana", [], "api_key")
    assert key["api_key"] == {"id": "id1", "name": "ci"}
    with pytest.raises(RequestError):
        authenticate_api_key(ApiKey("id2", invalidated=True))
    account = authenticate_service_account("elastic/fleet-server", token_name="t", managed_by="elasticsearch")
    assert account["metadata"] == {"_elastic_service_account": True}
    assert account["token"] == {"name": "t", "type": "_service_account_index", "managed_by": "elasticsearch"}
