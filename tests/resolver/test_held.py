"""What a caller certainly holds in Elasticsearch, compiled, and why they may hold more; whom they may act as."""

from datetime import timedelta
from typing import Any

import pytest

from mlaccess import AccessLevel, NotExported, Resolver, Verdict
from mlaccess.stack import (
    ApiKey,
    ApplicationGrant,
    ApplicationPrivilege,
    FieldSecurity,
    FrozenMap,
    IndicesGrant,
    License,
    Origin,
    RoleDescriptor,
    User,
    Users,
)

from .world import NOW, told, world

GONE = NotExported("was not asked")
GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED


def role(name: str, *cluster: str, run_as: tuple[str, ...] = (), limited: bool = False) -> RoleDescriptor:
    fields = FieldSecurity(("f",)) if limited else None
    return RoleDescriptor(name, cluster, (IndicesGrant((f"{name}-*",), ("read",), fields),), run_as=run_as)


ROLES = {
    r.name: r
    for r in (
        role("all", "all"),
        role("monitor", "monitor"),
        role("ml", "monitor_ml", "manage_ml"),
        role("odd", "fly", run_as=("*",)),
        role("limited", "manage_ml", run_as=("ben",), limited=True),
        role("actor", run_as=("b*", "eve")),
    )
}


def resolver(*held: str, enabled: bool = True, **parts: Any) -> Resolver:
    users = Users([User("ana", held, enabled=enabled)])
    given: dict[str, Any] = {"users": users, "roles": FrozenMap(ROLES), "kibana_roles": FrozenMap[str, Any]()}
    return Resolver(world(**(given | parts)))


@pytest.mark.parametrize(
    ("held", "parts", "doubts"),
    [
        (("ml", "monitor"), {}, []),
        (("ml", "odd"), {}, ["unknown role.unknown_privilege role=odd"]),
        (("ml", "limited"), {"license": GONE}, ["unknown role.possibly_held role=limited"]),
        (("ml", "limited"), {"license": License("basic", "active")}, []),
        (
            ("ml", "ghost", "odd"),
            {"incomplete": frozenset({"roles", "kibana_roles"})},
            [
                "unknown role.not_exported reason=the list is incomplete role=ghost"
                " | absence roles the list is incomplete",
                "unknown role.unknown_privilege role=odd",
            ],
        ),
    ],
)
def test_what_is_certainly_held(held: tuple[str, ...], parts: dict[str, Any], doubts: list[str]) -> None:
    """Roles whose privileges are unknown give nothing, and a reason for doubt."""
    found = resolver(*held, **parts).permission("ana")
    assert found.subject.name == "ana"
    assert [told(doubt) for doubt in found.doubts] == doubts
    assert [found.permission.cluster.implies(name) for name in ("manage_ml", "all")] == [True, False]
    names = ("ml-1", "odd-1", "limited-1")
    assert [found.permission.indices.check(name, ["read"])["read"] for name in names] == [True, False, False]


@pytest.mark.parametrize(
    ("own", "owners", "held"),
    [
        (("ml",), (("all",),), "manage_ml monitor_ml"),
        (("all",), (("ml",),), "manage_ml monitor_ml"),
        ((), (("ml",),), "manage_ml monitor_ml"),
        (("all",), (("all",), ("ml",)), "manage_ml monitor_ml"),
        (("all",), (("ml",), ("all",)), "manage_ml monitor_ml"),
        (("all",), (("ml",), ("monitor",)), "monitor_ml"),
        (("monitor",), (("all",), ("all",)), "monitor_ml monitor"),
    ],
)
def test_an_api_key_holds_what_every_side_holds(
    own: tuple[str, ...], owners: tuple[tuple[str, ...], ...], held: str
) -> None:
    """Its own roles, and those of each of its owners."""
    key = ApiKey(
        "k",
        username="ana",
        role_descriptors=tuple(ROLES[name] for name in own),
        limited_by=tuple(tuple(ROLES[name] for name in owner) for owner in owners),
    )
    found = resolver(api_keys=FrozenMap({"k": key})).permission(api_key="k").permission
    assert [name for name in ("manage_ml", "monitor_ml", "monitor") if found.cluster.implies(name)] == held.split()


@pytest.mark.parametrize(("version", "held"), [("8.11.0", True), ("9.2.1", False)])
def test_failures_of_data_streams_are_held_apart_where_the_version_has_them(version: str, held: bool) -> None:
    """An action of indices is about data since then."""
    raw = RoleDescriptor("raw", indices=(IndicesGrant(("raw-*",), ("indices:*",)),))
    found = resolver("raw", roles=FrozenMap({"raw": raw}), version=version).permission("ana").permission
    assert found.indices.check("raw-*", ["manage"]) == {"manage": held}


def test_application_privileges_are_what_is_stored() -> None:
    """A name that nothing stores gives nothing."""
    stored = ApplicationPrivilege("app", "write", frozenset({"data:write/*"}))
    grants = (ApplicationGrant("app", ("write", "other"), ("room/1",)),)
    found = resolver(
        "user",
        roles=FrozenMap({"user": RoleDescriptor("user", applications=grants)}),
        application_privileges=FrozenMap({("app", "write"): stored}),
    ).permission("ana")
    actions = ("data:write/x", "data:read/x")
    held = {room: found.permission.applications.check("app", actions, room) for room in ("room/1", "room/2")}
    assert held == {
        "room/1": {"data:write/x": True, "data:read/x": False},
        "room/2": {"data:write/x": False, "data:read/x": False},
    }


@pytest.mark.parametrize(
    ("held", "parts", "target", "verdict"),
    [
        (("actor",), {}, "ben", GRANTED),
        (("actor",), {}, "eve", GRANTED),
        (("actor",), {}, "ana", DENIED),
        (("actor",), {"enabled": False}, "ben", DENIED),
        (("ml",), {}, "ben", DENIED),
        (("ml", "odd"), {}, "ben", UNKNOWN),
        (("actor", "odd"), {}, "ben", GRANTED),
        (("ml", "limited"), {"license": GONE}, "ben", UNKNOWN),
        (("ml", "limited"), {}, "ben", GRANTED),
    ],
)
def test_who_may_act_as_another_user(
    held: tuple[str, ...], parts: dict[str, Any], target: str, verdict: Verdict
) -> None:
    """By the patterns of the roles certainly held, if they can authenticate at all."""
    assert resolver(*held, **parts).may_run_as("ana", target) is verdict


def test_a_key_may_act_as_another_user_until_it_expires() -> None:
    """At the moment asked about."""
    key = ApiKey("k", username="ana", role_descriptors=(), limited_by=((ROLES["actor"],),), expires_at=NOW)
    found = resolver(api_keys=FrozenMap({"k": key}))
    assert found.may_run_as(None, "ben", api_key="k", at=NOW - timedelta(days=1)) is GRANTED
    assert found.may_run_as(None, "ben", api_key="k") is DENIED


def test_every_question_is_asked_of_its_moment() -> None:
    """After the licence has expired and the key too; of many users, also of one who is judged alone."""
    later = NOW + timedelta(days=3650)
    key = ApiKey("k", username="otto", role_descriptors=(), limited_by=((ROLES["all"],),), expires_at=later)
    twice = Users([User("ana", ("engineer",))])
    found = Resolver(world(api_keys=FrozenMap({"k": key}), file_users=twice))
    for at, verdict, level in ((None, GRANTED, AccessLevel.FULL), (later, DENIED, AccessLevel.UPLOAD)):
        assert found.can("otto", "ml.put_job", at=at).verdict is verdict
        objects = found.saved_objects(api_key="k", type="ml-job", at=at)
        assert objects.read.judge.subject.account.verdict is verdict
        access = found.access("ana", space="sales", at=at)
        assert access.full.verdict is verdict
        assert found.levels([("ana", "sales", None)], at=at) == [(access.level, access.ceiling)]
        assert access.level is level


def test_a_question_names_one_caller() -> None:
    for caller in ({}, {"user": "ana", "api_key": "k"}):
        with pytest.raises(ValueError, match="name one caller: a user, an identity or an API key"):
            resolver().judge(**caller)  # type: ignore[arg-type]


def test_notices_name_roles_with_privileges_that_nothing_knows() -> None:
    """With where they stand, and the version in which they are unknown."""
    for version, said in (("9.2.1", "version 9.2.1"), (GONE, "any version")):
        [notice] = resolver(version=version, kibana_roles=GONE).notices
        assert (notice.position, notice.text) == (
            "odd",
            f"role `odd`: no privilege of {said} is called `fly`, so what the role gives is unknown",
        )
    placed = {"odd": RoleDescriptor("odd", ("fly", "swim"), origin=Origin("roles.json", "/odd"))}
    [notice] = resolver(roles=FrozenMap(placed), kibana_roles=GONE).notices
    assert notice.position == "roles.json#/odd"
    assert "is called `fly`, `swim`," in notice.text
