"""Users in columns behave as a mapping of users, whichever way they came in."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mlaccess.loaders.cursor import Cursor
from mlaccess.loaders.report import Report
from mlaccess.loaders.users import read_users
from mlaccess.stack import FrozenMap, Origin, User, Users, UserTable

names = st.text(min_size=1, max_size=6)
users = st.lists(
    st.builds(
        User,
        names,
        st.lists(names, max_size=4).map(tuple),
        enabled=st.booleans(),
        full_name=st.none() | names,
        email=st.none() | names,
        metadata=st.dictionaries(st.sampled_from("abc"), st.none() | st.integers() | names).map(FrozenMap),
    ),
    unique_by=lambda u: u.username,
    max_size=8,
)


@given(users)
@settings(max_examples=80, deadline=None)
def test_what_goes_in_comes_out(given_users: list[User]) -> None:
    """Names, roles in order, being enabled, and everything else a user has."""
    table = Users(given_users, file="f")
    assert list(table) == [u.username for u in given_users]
    assert list(table.values()) == given_users
    for user in given_users:
        assert table.roles_of(user.username) == user.roles
        assert table.is_enabled(user.username) is user.enabled
    assert {list(table)[i] for i in table.disabled()} == {u.username for u in given_users if not u.enabled}
    offsets, numbers, roles = table.columns()
    assert [tuple(roles[n] for n in numbers[offsets[i] : offsets[i + 1]]) for i in range(len(table))] == [
        u.roles for u in given_users
    ]


@given(users)
@settings(max_examples=80, deadline=None)
def test_the_quick_way_and_the_close_look_agree(given_users: list[User]) -> None:
    """A map takes the quick way where it can, a list never does; both give the same users."""
    bodies = {
        u.username: {
            "username": u.username,
            "roles": list(u.roles),
            "enabled": u.enabled,
            "full_name": u.full_name,
            "email": u.email,
            "metadata": dict(u.metadata),
        }
        for u in given_users
    }
    report = Report()
    quick = read_users(Cursor(dict(bodies), "f", report))
    close = read_users(Cursor({"users": list(bodies.values())}, "f", report))
    assert quick is not None
    assert close is not None
    assert quick.value == close.value == Users(given_users)
    assert not report.problems


def test_a_user_added_to_a_copy_leaves_the_original_alone() -> None:
    before = Users([User("ana", ("a",))], file="f")
    after = before.with_user(User("ben", ("b",))).with_user(User("ana", ("c",), enabled=False))
    assert (before["ana"].roles, "ben" in before) == (("a",), False)
    assert (after["ana"].roles, after["ana"].enabled, after["ben"].roles) == (("c",), False, ("b",))


def test_odd_origins_are_kept() -> None:
    """Most users lie under their names; what lies elsewhere says so."""
    table = UserTable()
    table.add("ana", ["a"])
    table.add("ben", [], origin=Origin("f", "/users/7"))
    found = table.users(file="f")
    assert (str(found["ana"].origin), str(found["ben"].origin)) == ("f#/ana", "f#/users/7")
