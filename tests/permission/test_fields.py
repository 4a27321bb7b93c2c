"""Field level security: which fields entries grant, and what two sides grant together."""

import pytest

from mlaccess.permission import LimitedRole, Role
from mlaccess.permission.fields import ALL_FIELDS, FieldPermissions, before_exceptions
from mlaccess.stack import FieldSecurity, IndicesGrant, RoleDescriptor

NAMES = ("a", "ab", "b", "_id", "_source")
EVERYTHING = frozenset(NAMES)


@pytest.mark.parametrize(
    ("entries", "granted", "limits"),
    [
        ([None], EVERYTHING, False),
        ([FieldSecurity()], EVERYTHING, False),
        ([FieldSecurity(("*",))], EVERYTHING, False),
        ([FieldSecurity(("a", "*"))], EVERYTHING, False),
        ([FieldSecurity(("*", "/(/"))], EVERYTHING, False),
        ([FieldSecurity(("a*",))], {"a", "ab", "_id", "_source"}, True),
        ([FieldSecurity(())], {"_id", "_source"}, True),
        ([FieldSecurity(("a*",), ("ab",))], {"a", "_id", "_source"}, True),
        ([FieldSecurity(None, ("a*",))], {"b", "_id", "_source"}, True),
        ([FieldSecurity(("*",), ("_*",))], {"a", "ab", "b"}, True),
        ([FieldSecurity(("a",)), FieldSecurity(("b",))], {"a", "b", "_id", "_source"}, True),
        ([FieldSecurity(None, ("a",)), FieldSecurity(("a",))], EVERYTHING, False),
        ([FieldSecurity(("a",)), None], EVERYTHING, False),
    ],
)
def test_entries_grant_the_union_of_their_fields(
    entries: list[FieldSecurity | None], granted: set[str], limits: bool
) -> None:
    """Beside `*` no other pattern is looked at, be it valid or not; fields of metadata come with any grant."""
    found = FieldPermissions.of(entries)
    assert {name for name in NAMES if found.grants(name)} == granted
    assert {name for name in NAMES if found.language.matches(name)} == granted
    assert found.limits is limits


def test_two_sides_grant_the_fields_that_both_grant() -> None:
    """However many sides there are, and whichever of them limits."""
    a, b, c = (FieldPermissions.of([FieldSecurity(names)]) for names in (("a", "ab"), ("ab", "b"), ("b",)))
    for sides, granted in (((a, b), {"ab"}), ((b, a), {"ab"}), ((ALL_FIELDS, a), {"a", "ab"})):
        both = sides[0].limit(sides[1])
        assert {n for n in ("a", "ab", "b") if both.grants(n)} == granted
        assert {n for n in ("a", "ab", "b") if both.language.matches(n)} == granted
        assert both.limits
    three = a.limit(b).limit(c)
    assert not any(three.grants(n) for n in ("a", "ab", "b"))
    assert three.grants("_id")
    assert not ALL_FIELDS.limit(ALL_FIELDS).limits
    assert a.limit(ALL_FIELDS).limits


def test_exceptions_are_taken_from_what_the_grant_names() -> None:
    """Every field where there is no grant."""
    assert before_exceptions(FieldSecurity(None, ("a",))).is_total()
    assert before_exceptions(FieldSecurity(("*", "a"), ("a",))).is_total()
    assert not before_exceptions(FieldSecurity(("a*",), ("ab",))).matches("b")


def role(*grants: IndicesGrant) -> Role:
    return Role.of([RoleDescriptor("r", indices=grants)])


@pytest.mark.parametrize(
    ("grants", "limits"),
    [
        ((), False),
        ((IndicesGrant(("a",), ("read",)),), False),
        ((IndicesGrant(("a",), ("read",), query="{}"),), True),
        ((IndicesGrant(("a",), ("read",), field_security=FieldSecurity(("x",))),), True),
        ((IndicesGrant(("a",), ("read",), field_security=FieldSecurity(("*",))),), False),
        ((IndicesGrant(("a",), ("read",)), IndicesGrant(("b",), ("read",), query="{}")), True),
        (
            (
                IndicesGrant(("a",), ("read",), query="{}"),
                IndicesGrant(("*",), ("all",), allow_restricted_indices=True),
            ),
            False,
        ),
    ],
)
def test_a_role_limits_documents_or_fields_where_an_entry_does(grants: tuple[IndicesGrant, ...], limits: bool) -> None:
    """And no other entry is total; a limited role where either side does."""
    found, free = role(*grants), role(IndicesGrant(("*",), ("read",)))
    assert found.limits_documents_or_fields is limits
    for sides in ((found, free), (free, found)):
        assert LimitedRole(*sides).limits_documents_or_fields is limits
        assert LimitedRole(*sides).indices.limits_documents_or_fields is limits


TOTAL = IndicesGrant(("*",), ("all",), allow_restricted_indices=True)


@pytest.mark.parametrize(
    ("grant", "total"),
    [
        (TOTAL, True),
        (IndicesGrant(("a", "*"), ("ALL", "read"), allow_restricted_indices=True), True),
        (IndicesGrant(("*",), ("all",)), False),
        (IndicesGrant(("a*",), ("all",), allow_restricted_indices=True), False),
        (IndicesGrant(("*",), ("manage",), allow_restricted_indices=True), False),
        (IndicesGrant(("*",), ("all",), query="{}", allow_restricted_indices=True), False),
        (IndicesGrant(("*",), ("all",), FieldSecurity(("a",)), allow_restricted_indices=True), False),
        (IndicesGrant(("*",), ("all",), FieldSecurity(("*",)), allow_restricted_indices=True), True),
    ],
)
def test_an_entry_is_total_if_nothing_at_all_is_left_out(grant: IndicesGrant, total: bool) -> None:
    """System indices, documents and fields included."""
    assert role(grant).indices.is_total is total
    assert role(IndicesGrant(("a",), ("read",)), grant).indices.is_total is total
