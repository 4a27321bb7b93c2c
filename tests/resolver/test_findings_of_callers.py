"""Who a caller is: whether they can authenticate and why, which roles count, and what is doubtful about them."""

from datetime import timedelta
from typing import Any

import pytest

from mlaccess import NotExported, Resolver, UnknownNameError
from mlaccess.resolver.subjects import Subject
from mlaccess.stack import (
    ApiKey,
    ClusterSettings,
    FieldSecurity,
    FrozenMap,
    Identity,
    IndicesGrant,
    Json,
    License,
    Origin,
    RoleDescriptor,
    RoleMapping,
    User,
    Users,
    XPackUsage,
)

from .world import NOW, told, world

GONE = NotExported("was not asked", "GET /x")
HERE = Origin("x.json", "/here")
THERE = Origin("y.json", "/there")
DAY = timedelta(days=1)


def shown(subject: Subject) -> list[str]:
    """All of a caller: who, the account, the roles by name, then each side with its roles and doubts."""
    who = f"{subject.kind} {subject.name} realm={subject.realm} owner={subject.owner}"
    roles = f"assigned={subject.roles} undefined={subject.undefined_roles} dropped={subject.dropped_roles}"
    sides = [
        f"{side.label or 'side'}: {[d.name for d in side.certain]} perhaps {[d.name for d in side.possible]}"
        + "".join(f" doubt {told(d.finding)}{' (Kibana)' if d.kibana_only else ''}" for d in side.doubts)
        for side in subject.sides
    ]
    return [who, told(subject.account), roles, *sides]


def users(*several: User) -> Users:
    return Users(several)


ANA = User("ana", ("engineer", "operator"), origin=HERE)
LIMITED = RoleDescriptor("limited", indices=(IndicesGrant(("a",), ("read",), FieldSecurity(("f",))),))
ROLES = {"engineer": RoleDescriptor("engineer"), "operator": RoleDescriptor("operator"), "limited": LIMITED}
ANONYMOUS = "xpack.security.authc.anonymous.roles"
NAMED = "xpack.security.authc.anonymous.username"


def anonymous(**more: Any) -> dict[str, object]:
    return {"cluster_settings": ClusterSettings(defaults=FrozenMap({ANONYMOUS: ("operator",), **more}))}


def caller(who: str | Identity, parts: dict[str, Any]) -> Subject:
    given: dict[str, Any] = {"roles": FrozenMap(ROLES), "users": users(ANA), "kibana_roles": FrozenMap()}
    return Resolver(world(**(given | parts))).judge(who).subject


BASIC = {"license": License("basic", "active")}
UNLICENSED = {"license": GONE}
NATIVE_ONLY = {"xpack": XPackUsage(realms=("native", "reserved"))}
FLEET = RoleDescriptor("elastic/fleet-server", cluster=("monitor",), origin=HERE)


@pytest.mark.parametrize(
    ("name", "parts", "expected"),
    [
        pytest.param(
            "ana",
            {},
            [
                "user ana realm= owner=",
                "granted account.enabled user=ana | user ana x.json#/here",
                "assigned=('engineer', 'operator') undefined=() dropped=()",
                "side: ['engineer', 'operator'] perhaps []",
            ],
            id="enabled",
        ),
        pytest.param(
            "ana",
            {"users": users(User("ana", ("operator",), enabled=False, origin=HERE))},
            [
                "user ana realm= owner=",
                "denied account.disabled user=ana | user ana x.json#/here",
                "assigned=('operator',) undefined=() dropped=()",
                "side: ['operator'] perhaps []",
            ],
            id="disabled",
        ),
        pytest.param(
            "ana",
            {"users": users(User("ana", ("operator", "ghost", "operator")))},
            [
                "user ana realm= owner=",
                "granted account.enabled user=ana | user ana",
                "assigned=('operator', 'ghost') undefined=('ghost',) dropped=()",
                "side: ['operator'] perhaps []",
            ],
            id="undefined role",
        ),
        pytest.param(
            "ana",
            {"users": users(User("ana", ("limited", "engineer")))},
            [
                "user ana realm= owner=",
                "granted account.enabled user=ana | user ana",
                "assigned=('limited', 'engineer') undefined=() dropped=()",
                "side: ['limited', 'engineer'] perhaps []",
            ],
            id="licensed role",
        ),
        pytest.param(
            "ana",
            {"users": users(User("ana", ("limited", "engineer")))} | BASIC,
            [
                "user ana realm= owner=",
                "granted account.enabled user=ana | user ana",
                "assigned=('limited', 'engineer') undefined=() dropped=('limited',)",
                "side: ['engineer'] perhaps []",
            ],
            id="unlicensed role",
        ),
        pytest.param(
            "ana",
            {"users": users(User("ana", ("limited", "engineer")))} | UNLICENSED,
            [
                "user ana realm= owner=",
                "granted account.enabled user=ana | user ana",
                "assigned=('limited', 'engineer') undefined=() dropped=()",
                "side: ['engineer'] perhaps ['limited']",
            ],
            id="no licence",
        ),
        pytest.param(
            "ana",
            {"roles": GONE, "kibana_roles": GONE},
            [
                "user ana realm= owner=",
                "granted account.enabled user=ana | user ana x.json#/here",
                "assigned=('engineer', 'operator') undefined=() dropped=()",
                (
                    "side: [] perhaps [] doubt unknown role.not_exported reason=was not asked role=engineer"
                    " | absence roles was not asked doubt unknown role.not_exported reason=was not asked"
                    " role=operator | absence roles was not asked"
                ),
            ],
            id="no roles",
        ),
        pytest.param(
            "ana",
            anonymous() | {"users": users(User("ana", ("engineer",)))},
            [
                "user ana realm= owner=",
                "granted account.enabled user=ana | user ana",
                "assigned=('engineer', 'operator') undefined=() dropped=()",
                "side: ['engineer', 'operator'] perhaps []",
            ],
            id="roles of anonymous access",
        ),
        pytest.param(
            "ana",
            {"cluster_settings": GONE, "nodes": GONE},
            [
                "user ana realm= owner=",
                "granted account.enabled user=ana | user ana x.json#/here",
                "assigned=('engineer', 'operator') undefined=() dropped=()",
                "side: ['engineer', 'operator'] perhaps [] doubt unknown anonymous.unknown",
            ],
            id="no settings",
        ),
        pytest.param(
            "ana",
            {"file_users": users(User("ana", ("limited", "engineer"), origin=THERE))},
            [
                "user ana realm= owner=",
                "granted account.two_realms user=ana | user ana x.json#/here | user ana y.json#/there",
                "assigned=('engineer',) undefined=() dropped=()",
                "side: ['engineer'] perhaps ['operator', 'limited']",
            ],
            id="in two realms",
        ),
        pytest.param(
            "ana",
            {"file_users": users(User("ana", ("limited",), enabled=False, origin=THERE))} | BASIC,
            [
                "user ana realm= owner=",
                "unknown account.two_realms user=ana | user ana x.json#/here | user ana y.json#/there",
                "assigned=() undefined=() dropped=('limited',)",
                "side: [] perhaps ['engineer', 'operator']",
            ],
            id="in two realms, disabled in one",
        ),
        pytest.param(
            "ana",
            {"users": users(User("ana", (), enabled=False)), "file_users": users(User("ana", (), enabled=False))},
            [
                "user ana realm= owner=",
                "denied account.two_realms user=ana | user ana | user ana",
                "assigned=() undefined=() dropped=()",
                "side: [] perhaps []",
            ],
            id="in two realms, disabled in both",
        ),
        pytest.param(
            "ben",
            {"file_users": users(User("ben", ("operator",), origin=THERE))},
            [
                "user ben realm= owner=",
                "granted account.enabled user=ben | user ben y.json#/there",
                "assigned=('operator',) undefined=() dropped=()",
                "side: ['operator'] perhaps []",
            ],
            id="in the file realm",
        ),
        pytest.param(
            "_anonymous",
            anonymous(),
            [
                "user _anonymous realm= owner=",
                "granted account.anonymous",
                "assigned=('operator',) undefined=() dropped=()",
                "side: ['operator'] perhaps []",
            ],
            id="anonymous",
        ),
        pytest.param(
            "guest",
            anonymous(**{NAMED: "guest"}),
            [
                "user guest realm= owner=",
                "granted account.anonymous",
                "assigned=('operator',) undefined=() dropped=()",
                "side: ['operator'] perhaps []",
            ],
            id="anonymous under another name",
        ),
        pytest.param(
            "ben",
            {"users": GONE},
            [
                "user ben realm= owner=",
                "unknown user.not_exported reason=was not asked user=ben | absence users was not asked",
                "assigned=() undefined=() dropped=()",
                (
                    "side: [] perhaps [] doubt unknown user.not_exported reason=was not asked user=ben"
                    " | absence users was not asked"
                ),
            ],
            id="no users",
        ),
        pytest.param(
            "ben",
            {"incomplete": frozenset({"users"})},
            [
                "user ben realm= owner=",
                (
                    "unknown user.not_listed reason=the list of users is incomplete user=ben"
                    " | absence users the list of users is incomplete"
                ),
                "assigned=() undefined=() dropped=()",
                (
                    "side: [] perhaps [] doubt unknown user.not_listed reason=the list of users is incomplete"
                    " user=ben | absence users the list of users is incomplete"
                ),
            ],
            id="some users",
        ),
        pytest.param(
            "ben",
            {},
            [
                "user ben realm= owner=",
                "unknown user.maybe_external reason= user=ben | absence users",
                "assigned=() undefined=() dropped=()",
                "side: [] perhaps [] doubt unknown user.maybe_external reason= user=ben | absence users",
            ],
            id="maybe of another realm",
        ),
        pytest.param(
            "ben",
            {"xpack": XPackUsage(realms=("native", "saml"))},
            [
                "user ben realm= owner=",
                "unknown user.maybe_external reason= user=ben | absence users",
                "assigned=() undefined=() dropped=()",
                "side: [] perhaps [] doubt unknown user.maybe_external reason= user=ben | absence users",
            ],
            id="of another realm",
        ),
        pytest.param(
            "ben",
            NATIVE_ONLY | {"build_flavor": "serverless"},
            [
                "user ben realm= owner=",
                "unknown user.maybe_external reason= user=ben | absence users",
                "assigned=() undefined=() dropped=()",
                "side: [] perhaps [] doubt unknown user.maybe_external reason= user=ben | absence users",
            ],
            id="serverless",
        ),
        pytest.param(
            "elastic/fleet-server",
            {"service_accounts": FrozenMap({"elastic/fleet-server": FLEET})} | anonymous(),
            [
                "service_account elastic/fleet-server realm= owner=",
                (
                    "granted account.service user=elastic/fleet-server"
                    " | service_account elastic/fleet-server x.json#/here"
                ),
                "assigned=() undefined=() dropped=()",
                "side: ['elastic/fleet-server'] perhaps []",
            ],
            id="exported service account",
        ),
        pytest.param(
            "elastic/kibana",
            {"service_accounts": FrozenMap[str, RoleDescriptor]()},
            [
                "service_account elastic/kibana realm= owner=",
                "granted account.service user=elastic/kibana",
                "assigned=() undefined=() dropped=()",
                "side: [] perhaps [] doubt unknown role.reserved_unknown_version role=kibana_system version=9.2.1",
            ],
            id="known service account",
        ),
        pytest.param(
            "elastic/kibana",
            {"service_accounts": GONE},
            [
                "service_account elastic/kibana realm= owner=",
                "granted account.service user=elastic/kibana",
                "assigned=() undefined=() dropped=()",
                "side: [] perhaps [] doubt unknown role.reserved_unknown_version role=kibana_system version=9.2.1",
            ],
            id="service account",
        ),
    ],
)
def test_a_user(name: str, parts: dict[str, Any], expected: list[str]) -> None:
    assert shown(caller(name, parts)) == expected


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("anna", NATIVE_ONLY),
        ("ben", NATIVE_ONLY | {"service_accounts": FrozenMap({"ben": FLEET})}),
        ("elastic/nope", NATIVE_ONLY),
        ("_anonymous", NATIVE_ONLY),
        ("_anonymous", NATIVE_ONLY | anonymous(**{NAMED: "guest"})),
    ],
)
def test_a_user_whom_no_realm_can_hold_is_an_error(name: str, parts: dict[str, Any]) -> None:
    """The error suggests a name that there is, and tells of identities."""
    with pytest.raises(UnknownNameError) as caught:
        caller(name, parts)
    assert (caught.value.kind, caught.value.name) == ("user", name)
    assert "identity" in str(caught.value)
    assert (caught.value.suggestions == ("ana",)) is (name == "anna")


def mapping(name: str, field: str, value: str, *roles: str, enabled: bool = True) -> RoleMapping:
    tested: FrozenMap[str, Json] = FrozenMap({field: value})
    rules: FrozenMap[str, Json] = FrozenMap({"field": tested})
    return RoleMapping(name, enabled, rules, roles, origin=Origin("mappings.json", f"/{name}"))


def mapped(*several: RoleMapping, **more: object) -> dict[str, object]:
    return {"role_mappings": FrozenMap({m.name: m for m in several}), **more}


IDENTITY = Identity("eve", realm="saml1", realm_type="saml", groups=("dev",))


@pytest.mark.parametrize(
    ("identity", "parts", "expected"),
    [
        pytest.param(
            IDENTITY,
            mapped(mapping("m", "groups", "dev", "operator", "engineer")),
            [
                "identity eve realm=saml1 owner=",
                "granted account.external realm=saml1 user=eve | mapping m engineer, operator mappings.json#/m",
                "assigned=('engineer', 'operator') undefined=() dropped=()",
                "side: ['engineer', 'operator'] perhaps []",
            ],
            id="mapped",
        ),
        pytest.param(
            IDENTITY,
            mapped(mapping("m", "groups", "ops", "operator")),
            [
                "identity eve realm=saml1 owner=",
                "granted account.external realm=saml1 user=eve ~ mapping m the rules do not match mappings.json#/m",
                "assigned=() undefined=() dropped=()",
                "side: [] perhaps []",
            ],
            id="not mapped",
        ),
        pytest.param(
            Identity("eve", realm_type="saml"),
            mapped(mapping("m", "groups", "ops", "operator")),
            [
                "identity eve realm= owner=",
                (
                    "granted account.external realm=an unknown realm user=eve"
                    " | mapping m not known of the user: `groups` mappings.json#/m"
                ),
                "assigned=() undefined=() dropped=()",
                "side: [] perhaps ['operator']",
            ],
            id="perhaps mapped",
        ),
        pytest.param(
            Identity("eve", realm_type="saml"),
            mapped(mapping("m", "groups", "dev", "ghost"), incomplete=frozenset({"roles"}), kibana_roles=GONE),
            [
                "identity eve realm= owner=",
                (
                    "granted account.external realm=an unknown realm user=eve"
                    " | mapping m not known of the user: `groups` mappings.json#/m"
                ),
                "assigned=() undefined=() dropped=()",
                (
                    "side: [] perhaps [] doubt unknown role.not_exported reason=the list is incomplete"
                    " role=ghost | absence roles the list is incomplete"
                ),
            ],
            id="perhaps mapped to a role that is not exported",
        ),
        pytest.param(
            IDENTITY,
            {"role_mappings": GONE},
            [
                "identity eve realm=saml1 owner=",
                "granted account.external realm=saml1 user=eve",
                "assigned=() undefined=() dropped=()",
                (
                    "side: [] perhaps [] doubt unknown mapping.unknown reason=role mappings are not exported:"
                    " was not asked user=eve"
                ),
            ],
            id="no mappings",
        ),
        pytest.param(
            IDENTITY,
            mapped(file_role_mappings=GONE, file_realm_announced=True),
            [
                "identity eve realm=saml1 owner=",
                "granted account.external realm=saml1 user=eve",
                "assigned=() undefined=() dropped=()",
                "side: [] perhaps []",
            ],
            id="no mapping file",
        ),
        pytest.param(
            IDENTITY,
            mapped(file_role_mappings=GONE),
            [
                "identity eve realm=saml1 owner=",
                "granted account.external realm=saml1 user=eve",
                "assigned=() undefined=() dropped=()",
                "side: [] perhaps []",
            ],
            id="no file realm",
        ),
        pytest.param(
            Identity("eve"),
            mapped(mapping("m", "username", "eve", "limited")) | UNLICENSED,
            [
                "identity eve realm= owner=",
                "granted account.external realm=an unknown realm user=eve | mapping m limited mappings.json#/m",
                "assigned=('limited',) undefined=() dropped=()",
                "side: [] perhaps ['limited']",
            ],
            id="no realm known",
        ),
        pytest.param(
            Identity("ana", realm_type="native"),
            mapped(),
            [
                "user ana realm= owner=",
                "granted account.enabled user=ana | user ana x.json#/here",
                "assigned=('engineer', 'operator') undefined=() dropped=()",
                "side: ['engineer', 'operator'] perhaps []",
            ],
            id="native",
        ),
        pytest.param(
            Identity("ana", realm_type="file"),
            mapped(),
            [
                "user ana realm= owner=",
                "granted account.enabled user=ana | user ana x.json#/here",
                "assigned=('engineer', 'operator') undefined=() dropped=()",
                "side: ['engineer', 'operator'] perhaps []",
            ],
            id="file",
        ),
    ],
)
def test_an_identity(identity: Identity, parts: dict[str, Any], expected: list[str]) -> None:
    """Mappings that apply are the proof of the account, those that do not come near."""
    assert shown(caller(identity, parts)) == expected


def test_possible_roles_of_an_identity_are_left_out_without_their_licence() -> None:
    """As certain ones are."""
    unsure = mapped(mapping("m", "groups", "dev", "limited")) | BASIC
    subject = caller(Identity("eve", realm_type="saml"), unsure)
    assert subject.dropped_roles == ("limited",)
    assert subject.sides[0].possible == ()


KEY = ApiKey("k", "builds", username="ana", realm="native1", origin=HERE)
INSIDE = RoleDescriptor("inside", cluster=("monitor",))
WORKFLOW = RoleDescriptor("workflow", cluster=("monitor",), workflows=("search_application_query",))


def key(**more: Any) -> dict[str, object]:
    fields: dict[str, Any] = {"role_descriptors": (), "limited_by": ((INSIDE,),)}
    given = {f: getattr(KEY, f) for f in ("id", "name", "username", "realm", "origin")}
    return {"api_keys": FrozenMap({"k": ApiKey(**(given | fields | more))})}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(
            key(),
            [
                "api_key k realm=native1 owner=ana",
                "granted api_key.usable key=k | api_key k builds x.json#/here",
                "assigned=() undefined=() dropped=()",
                "owner: ['inside'] perhaps []",
            ],
            id="as its owner",
        ),
        pytest.param(
            key(role_descriptors=(INSIDE, WORKFLOW)),
            [
                "api_key k realm=native1 owner=ana",
                "granted api_key.usable key=k | api_key k builds x.json#/here",
                "assigned=() undefined=() dropped=()",
                "key: ['inside'] perhaps []",
                "owner: ['inside'] perhaps []",
            ],
            id="with roles of its own",
        ),
        pytest.param(
            key(role_descriptors=(WORKFLOW,)),
            [
                "api_key k realm=native1 owner=ana",
                "granted api_key.usable key=k | api_key k builds x.json#/here",
                "assigned=() undefined=() dropped=()",
                "key: [] perhaps []",
                "owner: ['inside'] perhaps []",
            ],
            id="for a workflow",
        ),
        pytest.param(
            key(role_descriptors=None),
            [
                "api_key k realm=native1 owner=ana",
                "granted api_key.usable key=k | api_key k builds x.json#/here",
                "assigned=() undefined=() dropped=()",
                (
                    "key: [] perhaps [] doubt unknown api_key.descriptors_not_exported key=k"
                    " | api_key k builds x.json#/here"
                ),
                "owner: ['inside'] perhaps []",
            ],
            id="with unknown roles",
        ),
        pytest.param(
            key(limited_by=None),
            [
                "api_key k realm=native1 owner=ana",
                "granted api_key.usable key=k | api_key k builds x.json#/here",
                "assigned=() undefined=() dropped=()",
                ("owner: [] perhaps [] doubt unknown api_key.owner_not_exported key=k | api_key k builds x.json#/here"),
            ],
            id="with an unknown owner",
        ),
        pytest.param(
            key(limited_by=()),
            [
                "api_key k realm=native1 owner=ana",
                "granted api_key.usable key=k | api_key k builds x.json#/here",
                "assigned=() undefined=() dropped=()",
                "owner: [] perhaps []",
            ],
            id="with an owner without roles",
        ),
        pytest.param(
            key(limited_by=((INSIDE,), (WORKFLOW,))),
            [
                "api_key k realm=native1 owner=ana",
                "granted api_key.usable key=k | api_key k builds x.json#/here",
                "assigned=() undefined=() dropped=()",
                "owner: ['inside'] perhaps []",
                "owner: ['workflow'] perhaps []",
            ],
            id="with two owners",
        ),
        pytest.param(
            key(invalidated=True, expires_at=NOW - DAY),
            [
                "api_key k realm=native1 owner=ana",
                "denied api_key.invalidated key=k | api_key k builds x.json#/here",
                "assigned=() undefined=() dropped=()",
                "owner: ['inside'] perhaps []",
            ],
            id="invalidated",
        ),
        pytest.param(
            key(type="cross_cluster"),
            [
                "api_key k realm=native1 owner=ana",
                "denied api_key.cross_cluster key=k | api_key k builds x.json#/here",
                "assigned=() undefined=() dropped=()",
                "owner: ['inside'] perhaps []",
            ],
            id="for another cluster",
        ),
        pytest.param(
            key(expires_at=NOW),
            [
                "api_key k realm=native1 owner=ana",
                "denied api_key.expired key=k on=2026-06-01 | api_key k builds x.json#/here",
                "assigned=() undefined=() dropped=()",
                "owner: ['inside'] perhaps []",
            ],
            id="expired this moment",
        ),
        pytest.param(
            key(expires_at=NOW + DAY),
            [
                "api_key k realm=native1 owner=ana",
                "granted api_key.usable key=k | api_key k builds x.json#/here",
                "assigned=() undefined=() dropped=()",
                "owner: ['inside'] perhaps []",
            ],
            id="to expire",
        ),
        pytest.param(
            key(expires_at=NOW + DAY) | {"collected_at": GONE},
            [
                "api_key k realm=native1 owner=ana",
                "unknown api_key.expiry_unknown key=k on=2026-06-02 | api_key k builds x.json#/here",
                "assigned=() undefined=() dropped=()",
                "owner: ['inside'] perhaps []",
            ],
            id="to expire, some time",
        ),
        pytest.param(
            {"api_keys": GONE},
            [
                "api_key k realm= owner=",
                "unknown api_key.not_exported key=k reason=was not asked | absence api_keys was not asked",
                "assigned=() undefined=() dropped=()",
                (
                    "key: [] perhaps [] doubt unknown api_key.not_exported key=k reason=was not asked"
                    " | absence api_keys was not asked"
                ),
            ],
            id="no keys",
        ),
        pytest.param(
            {"incomplete": frozenset({"api_keys"})},
            [
                "api_key k realm= owner=",
                (
                    "unknown api_key.not_exported key=k reason=the list of keys is incomplete"
                    " | absence api_keys the list of keys is incomplete"
                ),
                "assigned=() undefined=() dropped=()",
                (
                    "key: [] perhaps [] doubt unknown api_key.not_exported key=k reason=the list of keys is"
                    " incomplete | absence api_keys the list of keys is incomplete"
                ),
            ],
            id="some keys",
        ),
    ],
)
def test_an_api_key(parts: dict[str, Any], expected: list[str]) -> None:
    """Its own roles on one side, those of its owner on the other; roles of anonymous access on neither."""
    assert shown(Resolver(world(**(anonymous() | parts))).judge(api_key="k").subject) == expected


def test_a_key_that_is_not_in_the_whole_list_is_an_error() -> None:
    with pytest.raises(UnknownNameError) as caught:
        Resolver(world(api_keys=FrozenMap({"build-1": KEY}))).judge(api_key="build-2")
    assert (caught.value.kind, caught.value.name, caught.value.suggestions) == ("API key", "build-2", ("build-1",))


def test_roles_may_be_asked_about_without_a_user() -> None:
    """Somebody there might be, who can authenticate."""
    resolver = Resolver(world(roles=FrozenMap(ROLES), kibana_roles=GONE))
    assert shown(resolver.judge_of_roles(("engineer", "ghost")).subject) == [
        "roles engineer, ghost realm= owner=",
        "granted account.supposed roles=('engineer', 'ghost')",
        "assigned=('engineer', 'ghost') undefined=('ghost',) dropped=()",
        "side: ['engineer'] perhaps []",
    ]
