"""Application permissions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlaccess.errors import RequestError
from mlaccess.permission import ApplicationPermission
from mlaccess.permission.applications import (
    validate_application_name,
    validate_application_privilege,
    validate_privilege_or_action,
)
from mlaccess.stack import ApplicationGrant, ApplicationPrivilege, FrozenMap, Origin, RoleDescriptor

KIBANA = "kibana-.kibana"


def stored(**actions: list[str]) -> FrozenMap[tuple[str, str], ApplicationPrivilege]:
    return FrozenMap({(KIBANA, name): ApplicationPrivilege(KIBANA, name, frozenset(a)) for name, a in actions.items()})


PRIVILEGES = stored(all=["*"], read=["login:", "ui:read/*"], ml=["ui:ml/*", "login:"], empty=[])


def permission(*grants: tuple[str, list[str], list[str]]) -> ApplicationPermission:
    made = tuple(ApplicationGrant(app, tuple(names), tuple(resources)) for app, names, resources in grants)
    return ApplicationPermission.of([RoleDescriptor("r", applications=made)], PRIVILEGES)


def test_a_privilege_is_held_by_those_that_hold_all_its_actions() -> None:
    """By name, by a bigger one, or by actions; each on the resources of its entry."""
    held = permission((KIBANA, ["read"], ["space:a"]), (KIBANA, ["all"], ["space:b"]))
    assert held.check(KIBANA, ["read", "ml", "ui:read/x", "*"], "space:a") == {
        "read": True,
        "ml": False,
        "ui:read/x": True,
        "*": False,
    }
    assert held.check(KIBANA, ["read", "ml", "*"], "space:b") == {"read": True, "ml": True, "*": True}
    assert held.check(KIBANA, ["read"], "space:*") == {"read": False}
    assert held.check("other", ["read"], "space:a") == {"read": False}


def test_privileges_of_several_entries_do_not_add_up() -> None:
    """Unless they are on the same resources, for then they are one entry."""
    apart = permission((KIBANA, ["read"], ["space:a"]), (KIBANA, ["ml"], ["space:*"]))
    assert apart.check(KIBANA, ["ui:*"], "space:a") == {"ui:*": False}
    asked = permission((KIBANA, ["read"], ["space:a"]), (KIBANA, ["ml"], ["space:a"])).resolve(KIBANA, ["read", "ml"])
    assert permission((KIBANA, ["read"], ["space:a"]), (KIBANA, ["ml"], ["space:a"])).grants(asked, "space:a")
    assert not apart.grants(asked, "space:a")


def test_resources_of_equal_privileges_are_united() -> None:
    """`/[ab]/` is covered by two entries of the same privilege, though by none alone."""
    held = permission((KIBANA, ["read"], ["a"]), (KIBANA, ["read"], ["b"]))
    assert held.check(KIBANA, ["read"], "/[ab]/") == {"read": True}
    assert [entry.resources for entry in held.entries] == [frozenset({"a", "b"})]
    assert permission((KIBANA, ["read"], ["a"]), (KIBANA, ["all"], ["b"])).check(KIBANA, ["read"], "/[ab]/") == {
        "read": False
    }


def test_a_name_that_is_not_stored_equals_only_itself() -> None:
    """It has no actions, so nothing but itself or everything gives it."""
    held = permission((KIBANA, ["unheard"], ["*"]))
    assert held.check(KIBANA, ["unheard", "read", "empty"], "x") == {"unheard": True, "read": False, "empty": False}
    assert permission((KIBANA, ["all"], ["*"])).check(KIBANA, ["unheard", "empty"], "x") == {
        "unheard": True,
        "empty": True,
    }
    assert permission((KIBANA, ["read"], ["*"])).check(KIBANA, ["empty"], "x") == {"empty": False}


def test_a_wildcard_application_stands_for_those_that_define_the_privilege() -> None:
    """Where none does, it stays a pattern."""
    known = permission(("kibana-*", ["read"], ["*"]))
    assert [entry.privilege.application for entry in known.entries] == [KIBANA]
    assert known.check(KIBANA, ["read"], "x") == {"read": True}
    unknown = permission(("kibana-*", ["unheard"], ["*"]))
    assert [entry.privilege.application for entry in unknown.entries] == ["kibana-*"]
    assert unknown.check(KIBANA, ["unheard"], "x") == {"unheard": False}
    assert permission(("*", ["*"], ["*"])).check("any-app", ["unheard", "a:b"], "x") == {"unheard": True, "a:b": True}


def test_evidence_names_the_entries() -> None:
    """Those that give the privilege on the resource."""
    held = permission((KIBANA, ["read"], ["space:a"]), (KIBANA, ["all"], ["space:a", "x"]))
    assert len(held.granting(KIBANA, "read", "space:a")) == 2
    assert len(held.granting(KIBANA, "ml", "space:a")) == 1
    assert held.granting(KIBANA, "ml", "space:z") == ()


def test_evidence_says_where_each_entry_stands() -> None:
    """Of entries that were merged, or joined over resources: where each of them stands."""
    places = [Origin("roles.json", f"/r/applications/{n}") for n in range(3)]
    grants = (
        ApplicationGrant(KIBANA, ("read",), ("a",), origin=places[0]),
        ApplicationGrant(KIBANA, ("read",), ("a",), origin=places[1]),
        ApplicationGrant(KIBANA, ("read",), ("b",), origin=places[2]),
        ApplicationGrant(KIBANA, ("ml",), ("c",)),
    )
    other = RoleDescriptor("s", applications=(ApplicationGrant(KIBANA, ("read",), ("d",)),))
    held = ApplicationPermission.of([RoleDescriptor("r", applications=grants), other], PRIVILEGES)
    assert [entry.roles for entry in held.granting(KIBANA, "read", "b")] == [("r", "s")]
    assert [entry.origins for entry in held.granting(KIBANA, "read", "b")] == [tuple(places)]
    assert [entry.origins for entry in held.granting(KIBANA, "ui:ml/x", "c")] == [()]


entries = st.lists(
    st.tuples(
        st.sampled_from([KIBANA, "other"]),
        st.lists(st.sampled_from(["read", "all", "ml", "none_such", "ui:ml/*", "*"]), min_size=1, max_size=2),
        st.lists(st.sampled_from(["*", "space:a", "space:*"]), min_size=1, max_size=2),
    ),
    max_size=4,
)
resources = st.sampled_from(["space:a", "space:*", "*"])


@settings(max_examples=150, deadline=None)
@given(entries, st.sampled_from(["read", "ml", "none_such", "ui:ml/job"]), resources)
def test_another_star_of_everything_gives_everything(
    grants: list[tuple[str, list[str], list[str]]], privilege: str, resource: str
) -> None:
    """Whatever is held beside it."""
    assert permission(*grants, ("kibana-*", ["*"], ["/.*/"])).check(KIBANA, [privilege], resource)[privilege]


@settings(max_examples=150, deadline=None)
@given(entries, entries, st.sampled_from(["read", "ml", "none_such", "ui:ml/job"]), resources)
def test_more_entries_on_other_resources_take_nothing_away(
    grants: list[tuple[str, list[str], list[str]]],
    more: list[tuple[str, list[str], list[str]]],
    privilege: str,
    resource: str,
) -> None:
    """Nor do those on the same ones, for their privileges come together."""
    if permission(*grants).check(KIBANA, [privilege], resource)[privilege]:
        after = permission(*grants, *((app, names, [*where, "more"]) for app, names, where in more))
        assert after.check(KIBANA, [privilege], resource)[privilege]


@pytest.mark.parametrize(
    ("name", "wildcard", "part"),
    [
        ("", False, "cannot be blank"),
        ("ap", False, "at least 3 characters"),
        ("App", False, "must match the pattern"),
        ("kibana-*", False, "may not contain '*'"),
        ("kib*ana", True, "only support trailing wildcards"),
        ("my app", False, "whitespace"),
        ("kibana-a/b", False, "suffix may not contain"),
    ],
)
def test_names_of_applications_are_judged(name: str, wildcard: bool, part: str) -> None:
    """In the words of Elasticsearch."""
    with pytest.raises(RequestError) as caught:
        validate_application_name(name, wildcard=wildcard)
    assert part in caught.value.reason


@pytest.mark.parametrize(
    ("name", "wildcard"),
    [(KIBANA, False), ("kibana-*", True), ("kibana*", True), ("ki*", True), ("*", True), ("app_x.y", False)],
)
def test_good_names_of_applications_pass(name: str, wildcard: bool) -> None:
    """A suffix may hold nearly anything."""
    validate_application_name(name, wildcard=wildcard)


def test_a_privilege_to_be_stored_is_judged() -> None:
    """Its actions must look like actions."""
    validate_application_privilege("app", "read", ["data:read"])
    for name, actions in (("Read", ["a:b"]), ("read", ["plain"])):
        with pytest.raises(RequestError):
            validate_application_privilege("app", name, actions)
    validate_privilege_or_action("Read:x")
    with pytest.raises(RequestError):
        validate_privilege_or_action("Read")


def test_an_entry_that_several_roles_have_names_them_all() -> None:
    """Each once, as evidence."""
    one = ApplicationGrant("app-1", ("read",), ("*",))
    roles = [RoleDescriptor(name, applications=(one, one)) for name in ("a", "b")]
    (entry,) = ApplicationPermission.of(roles).entries
    assert entry.roles == ("a", "b")
