"""Index permissions on patterns and on names."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlaccess.catalog.privileges import Selector, UnknownPrivilege, index_actions, resolve_index_privileges
from mlaccess.errors import PatternError
from mlaccess.patterns import patterns
from mlaccess.permission import IndicesPermission
from mlaccess.permission.groups import resolve_privileges
from mlaccess.permission.indices import split_selector
from mlaccess.stack import IndicesGrant, RoleDescriptor


def role(*grants: tuple[Iterable[str], Iterable[str]] | IndicesGrant, name: str = "r") -> RoleDescriptor:
    made = (g if isinstance(g, IndicesGrant) else IndicesGrant(tuple(g[0]), tuple(g[1])) for g in grants)
    return RoleDescriptor(name, indices=tuple(made))


def permission(*grants: tuple[Iterable[str], Iterable[str]] | IndicesGrant) -> IndicesPermission:
    return IndicesPermission.of([role(*grants)])


def test_entries_with_equal_privileges_cover_a_pattern_together() -> None:
    """Others each have to cover it alone."""
    same = permission((["a?"], ["read"]), (["/a..+/", "a"], ["read"]))
    assert same.holds("a*", "read")
    differing = permission((["a?"], ["read"]), (["/a..+/", "a"], ["read", "write"]))
    assert not differing.holds("a*", "read")
    assert differing.holds("a?", "read")
    assert differing.holds("abc", "read")


def test_other_names_may_be_restricted() -> None:
    """Those of the cluster's own system indices, in place of the usual ones."""
    everything = role((["*"], ["read"]))
    usual = IndicesPermission.of([everything])
    own = IndicesPermission.of([everything], patterns([".mine*"]))
    assert [usual.holds(name, "read") for name in (".ml-config", ".mine-1", "*")] == [False, True, True]
    assert [own.holds(name, "read") for name in (".ml-config", ".mine-1", "*")] == [True, False, True]


def test_privileges_of_all_covering_entries_add_up() -> None:
    """`write` and `read` of different entries are both held, and a privilege that needs both is."""
    both = permission((["logs-*"], ["read"]), (["*"], ["manage", "monitor"]))
    assert both.check("logs-a*", ["read", "manage", "cross_cluster_replication", "write"]) == {
        "read": True,
        "manage": True,
        "cross_cluster_replication": True,
        "write": False,
    }


def test_merging_roles_may_give_what_each_alone_does_not_and_the_other_way_round() -> None:
    """Entries with equal names become one, and then no longer join with others that had the same privileges."""
    a = role((["a?"], ["read"]), (["/a..+/", "a"], ["read"]), name="a")
    b = role((["a?"], ["write"]), name="b")
    assert IndicesPermission.of([a]).holds("a*", "read")
    assert not IndicesPermission.of([a, b]).holds("a*", "read")
    assert IndicesPermission.of([a, b]).holds("a?", "write")
    merged = [group for group in IndicesPermission.of([a, b]).groups if group.names == ("a?",)]
    assert [(group.privileges, group.roles) for group in merged] == [(frozenset({"read", "write"}), ("a", "b"))]


def test_restricted_names_are_left_out_of_a_pattern_unless_it_asks_for_them() -> None:
    """A pattern that holds only restricted names is empty, and nothing is held on it."""
    plain = permission((["*"], ["all"]))
    assert plain.holds("*", "read")
    assert plain.holds(".ml-*", "read")
    assert not plain.holds(".ml-*", "read", allow_restricted=True)
    assert not plain.holds(".ml-config*", "read")
    assert not plain.holds(".ml-config", "read")
    allowed = permission(IndicesGrant(("*",), ("read",), allow_restricted_indices=True))
    assert allowed.holds(".ml-*", "read", allow_restricted=True)
    assert allowed.holds(".ml-config", "read")
    assert not allowed.holds(".ml-config*", "read"), "empty once the restricted names are taken away"


def test_failures_are_asked_for_by_privileges_or_by_name() -> None:
    """Without a selector in the name, the privilege tells what part of the data stream is meant."""
    reader = permission((["ds"], ["read"]))
    failures = permission((["ds"], ["read_failure_store"]))
    assert reader.check("ds", ["read", "read_failure_store"]) == {"read": True, "read_failure_store": False}
    assert failures.check("ds", ["read", "read_failure_store"]) == {"read": False, "read_failure_store": True}
    assert not reader.holds("ds::failures", "read")
    assert failures.holds("ds::failures", "read_failure_store")
    assert reader.holds("ds::data", "read")
    manager = permission((["ds"], ["manage"]))
    assert manager.check("ds::failures", ["manage_failure_store", "read"]) == {
        "manage_failure_store": True,
        "read": False,
    }
    assert not permission((["ds"], ["read", "read_failure_store"])).holds("ds", "all")
    assert permission((["ds"], ["all"])).holds("ds::failures", "all")


def test_before_failure_stores_an_entry_stays_whole() -> None:
    """Which entries join depends on that."""
    grants = role((["a?"], ["read", "manage"]), (["/a..+/", "a"], ["read"]))
    assert IndicesPermission.of([grants]).holds("a*", "read")
    whole = IndicesPermission.compile(
        [group.merged for group in IndicesPermission.of([grants]).groups if group.selector is Selector.DATA],
        split=False,
    )
    assert not whole.holds("a*", "read")
    assert whole.holds("a?", "manage")


def test_a_witness_is_a_shortest_name_not_covered() -> None:
    """None where every name is covered by some entry alone."""
    logs = permission((["logs-app-*"], ["read"]))
    assert logs.witness("logs-*", "read") == "logs-"
    assert logs.witness("logs-app-x*", "read") is None
    assert logs.witness("logs-app-1", "write") == "logs-app-1"
    plain = permission((["*"], ["read"]))
    assert plain.witness("*", "read") is None
    assert plain.witness(".ml-config*", "read", allow_restricted=True) == ".ml-config"
    # Nothing is left of a pattern of restricted names alone: it is denied, and its first name shows it.
    assert plain.witness(".ml-config*", "read") == ".ml-config"
    assert plain.witness(".ml-config*::failures", "read") == ".ml-config"


def test_covering_groups_are_the_evidence() -> None:
    """Each covers the pattern alone."""
    found = permission((["logs-*"], ["read"]), (["logs-a*"], ["write"]), (["x"], ["all"])).covering("logs-app*")
    assert [group.names for group in found] == [("logs-*",), ("logs-a*",)]
    assert permission((["*"], ["all"])).covering("/#/") == ()  # of a pattern that matches nothing there are none


def test_wrong_questions_are_errors() -> None:
    """An unknown privilege, and a pattern that is none."""
    logs = permission((["logs-*"], ["read"]))
    with pytest.raises(UnknownPrivilege):
        logs.check("logs-*", ["reed"])
    with pytest.raises(PatternError):
        logs.check("/logs", ["read"])


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("a::data", ("a", Selector.DATA)),
        ("a*::failures", ("a*", Selector.FAILURES)),
        ("a", ("a", None)),
        ("/a::failures/", ("/a::failures/", None)),
        ("a::other", ("a::other", None)),
    ],
)
def test_selectors_are_cut_off_names(expression: str, found: tuple[str, Selector | None]) -> None:
    """Not off regular expressions, and only the two there are."""
    assert split_selector(expression) == found


def test_a_name_is_granted_by_any_entry_that_matches_it() -> None:
    """Backslashes in a name without wildcards are plain characters at that moment."""
    odd = permission((["a\\b"], ["read"]), ([".ml*"], ["read"]))
    assert odd.grants("indices:data/read/search", "a\\b")
    assert not odd.grants("indices:data/read/search", "ab")
    assert odd.grants("indices:data/read/search", ".ml-anomalies-x")
    assert not odd.grants("indices:data/read/search", ".ml-config")
    assert not odd.grants("indices:data/read/search", "a\\b", selector=Selector.FAILURES)


def test_privileges_to_write_still_update_mappings_of_plain_indices() -> None:
    """Never those of data streams; and `_has_privileges` knows nothing of it."""
    writer = permission((["logs"], ["index"]))
    action = "indices:admin/mapping/put"
    assert writer.grants(action, "logs")
    assert not writer.grants(action, "logs", data_stream=True)
    assert writer.grants_somewhere(action)
    assert not writer.holds("logs", action)
    assert not permission((["logs"], ["read"])).grants(action, "logs")


def test_a_role_whose_only_entry_is_none_has_no_entries() -> None:
    """Beside others it is an entry that grants nothing."""
    assert permission((["a"], ["none"])).groups == ()
    assert len(permission((["a"], ["none"]), (["b"], ["read"])).groups) == 2
    assert not permission((["a"], [])).holds("a", "read")  # nor does one without any privilege


# -- a plain second reading: no pattern speaks of `d`, which stands for every other character -----------------------

NAMES = ("", *("".join(letters) for length in range(1, 6) for letters in product("abcd", repeat=length)))
PATTERNS = ("a", "ab", "a*", "*b", "b*", "*", "a?", "?", "?*", "/[ab]+/", "/~(a.*)/", "/b|a.+/")
PRIVILEGES = ("read", "write", "index", "create_doc", "manage", "monitor", "read_failure_store", "all", "none")
RESTRICTED = ("ab*", "/c+/")


@lru_cache(None)
def matching(text: str) -> frozenset[str]:
    if text == "/~(a.*)/":
        return frozenset(name for name in NAMES if not name.startswith("a"))
    regex = text[1:-1] if text.startswith("/") else text.replace("?", ".").replace("*", ".*")
    return frozenset(name for name in NAMES if re.fullmatch(regex, name, re.DOTALL))


SYSTEM = frozenset[str]().union(*map(matching, RESTRICTED))


def plainly_held(roles: list[RoleDescriptor], asked: str, privilege: str, allow_restricted: bool) -> bool:
    """What `_has_privileges` answers, read off the sets of all short names."""
    entries: dict[tuple[frozenset[str], bool], set[str]] = {}
    for each in roles:
        if len(each.indices) == 1 and each.indices[0].privileges[0] == "none":
            continue
        for grant in each.indices:
            key = (frozenset(grant.names), grant.allow_restricted_indices)
            entries.setdefault(key, set()).update(grant.privileges)
    wanted = matching(asked)
    concrete_system = not any(c in asked for c in "*/") and asked in SYSTEM
    if not allow_restricted and not concrete_system:
        wanted -= SYSTEM
    if not wanted:
        return False
    for part in (Selector.DATA, Selector.FAILURES):
        if not resolve_index_privileges(frozenset({privilege}))[0][0].covers(part):
            continue
        sets: dict[frozenset[str], set[str]] = {}
        for (names, flag), privileges in entries.items():
            for selector, kind in resolve_index_privileges(frozenset(privileges)):
                if selector.covers(part):
                    covered = set[str]().union(*map(matching, names))
                    sets.setdefault(kind, set()).update(covered if flag else covered - SYSTEM)
        held = frozenset(p for kind, covered in sets.items() if covered >= wanted for p in kind)
        if not held or not index_actions(held).includes(index_actions(frozenset({privilege}))):
            return False
    return True


grants = st.builds(
    IndicesGrant,
    st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2, unique=True).map(tuple),
    st.lists(st.sampled_from(PRIVILEGES), min_size=1, max_size=2, unique=True).map(tuple),
    allow_restricted_indices=st.booleans(),
)
roles_of_grants = st.lists(
    st.lists(grants, min_size=1, max_size=3).map(lambda gs: RoleDescriptor("r", indices=tuple(gs))),
    min_size=1,
    max_size=3,
)


@settings(max_examples=300, deadline=None)
@given(roles_of_grants, st.sampled_from(PATTERNS), st.sampled_from(PRIVILEGES), st.booleans())
def test_patterns_are_decided_as_sets_of_names(
    roles: list[RoleDescriptor], asked: str, privilege: str, allow_restricted: bool
) -> None:
    """The languages answer as the sets of all names up to five letters do."""
    compiled = IndicesPermission.of(roles, patterns(RESTRICTED))
    found = compiled.holds(asked, privilege, allow_restricted=allow_restricted)
    assert found is plainly_held(roles, asked, privilege, allow_restricted)


@settings(max_examples=200, deadline=None)
@given(roles_of_grants, st.sampled_from(PATTERNS), st.sampled_from(PRIVILEGES))
def test_a_witness_is_a_name_of_the_pattern_without_the_privilege(
    roles: list[RoleDescriptor], asked: str, privilege: str
) -> None:
    """And where the pattern is held, there is none, unless it is held only by privileges that add up."""
    compiled = IndicesPermission.of(roles, patterns(RESTRICTED))
    witness = compiled.witness(asked, privilege)
    if witness is not None:
        assert patterns([asked]).matches(witness)
        giving = [
            g for g in compiled.groups if index_actions(g.privileges).includes(index_actions(frozenset({privilege})))
        ]
        parts = [
            p
            for p in (Selector.DATA, Selector.FAILURES)
            if resolve_index_privileges(frozenset({privilege}))[0][0].covers(p)
        ]
        assert any(not any(g.matches(witness) and g.selector.covers(p) for g in giving) for p in parts)


@settings(max_examples=150, deadline=None)
@given(roles_of_grants, st.randoms(use_true_random=False), st.sampled_from(PATTERNS), st.sampled_from(PRIVILEGES))
def test_order_and_duplicates_of_roles_do_not_matter(
    roles: list[RoleDescriptor], random: object, asked: str, privilege: str
) -> None:
    """A role held twice gives what it gives once."""
    again = [*reversed(roles), *roles]
    first = IndicesPermission.of(roles, patterns(RESTRICTED)).holds(asked, privilege)
    assert IndicesPermission.of(again, patterns(RESTRICTED)).holds(asked, privilege) is first


def test_an_entry_of_unknown_privileges_alone_gives_no_part_anything() -> None:
    """Before failure stores too, when the parts were one."""
    for split in (False, True):
        assert resolve_privileges(frozenset({"no_such_privilege"}), split) == ()
