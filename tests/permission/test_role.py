"""Roles, limited roles, and checks on concrete names."""

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from mlaccess.permission import LimitedRole, Names, Role, authorize_role, authorized_names_of
from mlaccess.stack import (
    DataStream,
    FieldSecurity,
    FrozenMap,
    IndexNames,
    IndicesGrant,
    Origin,
    RemoteIndicesGrant,
    RoleDescriptor,
)

SEARCH = "indices:data/read/search"
NAMES = Names(
    IndexNames(
        FrozenMap({"web-1": frozenset({"web"}), "web-2": frozenset({"web"}), "shop": frozenset()}),
        FrozenMap({"logs": DataStream("logs", (".ds-logs-1", ".ds-logs-2"), (".fs-logs-1",))}),
    )
)


def test_a_wildcard_sees_aliases_by_their_own_names() -> None:
    """A grant on an alias does not show the indices behind it, and one on an index not its alias."""
    assert authorized_names_of(role(IndicesGrant(("web",), ("read",))), SEARCH, NAMES) == {"web"}
    assert authorized_names_of(role(IndicesGrant(("web-1",), ("read",))), SEARCH, NAMES) == {"web-1"}
    assert authorized_names_of(role(IndicesGrant(("web*",), ("read",))), SEARCH, NAMES) == {"web", "web-1", "web-2"}


def test_a_wildcard_sees_the_failures_of_a_data_stream_with_a_privilege_on_them() -> None:
    """The stream itself only with a privilege on its data."""
    failures = role(IndicesGrant(("logs",), ("read_failure_store",)))
    assert authorized_names_of(failures, SEARCH, NAMES) == {".fs-logs-1"}
    both = role(IndicesGrant(("logs",), ("read", "read_failure_store")))
    assert authorized_names_of(both, SEARCH, NAMES) == {"logs", ".ds-logs-1", ".ds-logs-2", ".fs-logs-1"}


def role(*grants: IndicesGrant, **more: object) -> Role:
    return Role.of([RoleDescriptor("r", indices=grants, **more)])  # type: ignore[arg-type]  # keywords of the noun


def test_roles_with_limits_are_left_out_without_a_licence() -> None:
    """Whole, and told; a grant of all fields is no limit."""
    limited = RoleDescriptor("limited", ("monitor",), (IndicesGrant(("a",), ("read",), query="{}"),))
    free = RoleDescriptor(
        "free", ("manage_ml",), (IndicesGrant(("a",), ("read",), field_security=FieldSecurity(("*",))),)
    )
    found = Role.of([limited, free], licensed_for_dls=False)
    assert found.dropped == ("limited",)
    assert found.names == ("free",)
    assert not found.cluster.implies("monitor")
    assert Role.of([limited, free]).dropped == ()
    owner = Role.of([attrs.evolve(limited, name="owners"), limited], licensed_for_dls=False)
    assert LimitedRole(found, owner).dropped == ("limited", "owners")


def test_unknown_names_are_told_for_the_version() -> None:
    """Index and cluster names alike, each once."""
    descriptor = RoleDescriptor("r", ("monitor_stats", "nonsense"), (IndicesGrant(("a",), ("read", "nope")),))
    assert Role.of([descriptor, descriptor]).unknown == ("nonsense", "nope")
    assert Role.of([descriptor], version="8.16.0").unknown == ("monitor_stats", "nonsense", "nope")
    other = Role.of([RoleDescriptor("o", ("nonsense", "bogus"))])
    assert LimitedRole(Role.of([descriptor]), other).unknown == ("nonsense", "nope", "bogus")


def test_groups_tell_their_roles_and_origins() -> None:
    """So that evidence can name the entry."""
    entry = IndicesGrant(("a",), ("read",), origin=Origin("roles.json", "/x/indices/0"))
    group = Role.of([RoleDescriptor("x", indices=(entry,))]).indices.groups[0]
    assert group.roles == ("x",)
    assert [str(origin) for origin in group.origins] == ["roles.json#/x/indices/0"]


def test_run_as_matches_names() -> None:
    """By pattern; nobody where there is none."""
    found = Role.of([RoleDescriptor("r", run_as=("svc-*", "bob"))])
    assert found.may_run_as("svc-1")
    assert not found.may_run_as("alice")
    assert not Role.of([RoleDescriptor("r")]).may_run_as("")


def test_remote_entries_count_for_the_clusters_they_name() -> None:
    """Local entries never do."""
    grants = (
        RemoteIndicesGrant(("eu-*",), ("logs-*",), ("read",)),
        RemoteIndicesGrant(("us",), ("*",), ("read", "read_cross_cluster")),
    )
    found = Role.of([RoleDescriptor("r", indices=(IndicesGrant(("*",), ("all",)),), remote_indices=grants)])
    assert found.remote_check("eu-1", "logs-a*", "read")
    assert not found.remote_check("eu-1", "metrics-*", "read")
    assert found.remote_check("us", "metrics-*", "read")
    assert not found.remote_check("asia", "logs-*", "read")


def test_a_workflow_restriction_permits_nothing_elsewhere() -> None:
    """Within the workflow the role is itself."""
    restricted = role(IndicesGrant(("*",), ("all",)), workflows=("search_application_query",))
    assert restricted.for_workflow("search_application_query") is restricted
    assert restricted.for_workflow(None).names == ()
    limited = LimitedRole(role(IndicesGrant(("*",), ("all",))), restricted)
    assert limited.for_workflow("search_application_query") is limited
    assert limited.for_workflow("other") is not limited
    assert not limited.for_workflow("other").indices.holds("a", "read")


def test_an_alias_is_a_name_of_its_own() -> None:
    """A privilege on it reaches the indices behind it for that request, not when they are asked for."""
    found = role(IndicesGrant(("web",), ("read",)))
    access = authorize_role(found, SEARCH, ["web"], NAMES)
    assert access.granted
    assert set(access.indices) == {"web", "web-1", "web-2"}
    assert not authorize_role(found, SEARCH, ["web-1"], NAMES).granted
    assert not authorize_role(role(IndicesGrant(("web-1",), ("read",))), SEARCH, ["web"], NAMES).granted


def test_an_alias_may_stand_for_a_data_stream() -> None:
    """It reaches the indices of its data, or of its failures where those are asked for; an index has no failures."""
    stream = DataStream("logs", (".ds-logs-1",), (".fs-logs-1",))
    names = Names(
        IndexNames(FrozenMap({"logs": frozenset({"all"}), "web": frozenset({"all"})}), FrozenMap({"logs": stream}))
    )
    found = role(IndicesGrant(("all",), ("read", "read_failure_store")))
    assert set(authorize_role(found, SEARCH, ["all"], names).indices) == {"all", ".ds-logs-1", "web"}
    assert set(authorize_role(found, SEARCH, ["all::failures"], names).indices) == {"all::failures", ".fs-logs-1"}


def test_a_privilege_that_nobody_knows_leaves_the_others_of_its_entry() -> None:
    """Whether Elasticsearch drops the role for it is for whoever puts the role in force to say."""
    found = role(IndicesGrant(("a",), ("read", "nope")), IndicesGrant(("b",), ("nope",)))
    assert found.indices.check("a", ["read", "write"]) == {"read": True, "write": False}
    assert not found.indices.holds("b", "read")


def test_a_data_stream_reaches_its_indices() -> None:
    """Also where they are asked for by name; failures need a privilege on failures."""
    found = role(IndicesGrant(("logs",), ("read",)))
    assert authorize_role(found, SEARCH, [".ds-logs-1"], NAMES).granted
    assert not authorize_role(found, SEARCH, [".fs-logs-1"], NAMES).granted
    assert not authorize_role(found, SEARCH, ["logs::failures"], NAMES).granted
    failures = role(IndicesGrant(("logs",), ("read_failure_store",)))
    access = authorize_role(failures, SEARCH, ["logs::failures"], NAMES)
    assert set(access.indices) == {"logs::failures", ".fs-logs-1"}


def test_queries_and_fields_of_all_matching_entries_add_up() -> None:
    """One entry without a query lets all documents be seen, one without fields all fields."""
    a = IndicesGrant(("shop",), ("read",), field_security=FieldSecurity(("price",)), query="a")
    b = IndicesGrant(("sho*",), ("read",), field_security=FieldSecurity(("name",)), query="b")
    seen = authorize_role(role(a, b), SEARCH, ["shop"], NAMES).of("shop")
    assert seen is not None
    assert seen.queries == (frozenset({"a", "b"}),)
    assert seen.fields.limits
    assert [seen.fields.grants(f) for f in ("price", "name", "_id", "secret")] == [True, True, True, False]
    everything = authorize_role(role(a, b, IndicesGrant(("*",), ("read",))), SEARCH, ["shop"], NAMES).of("shop")
    assert everything is not None
    assert everything.queries == ()
    assert not everything.fields.limits


def test_the_witness_against_a_limited_role_is_the_shorter_of_its_sides() -> None:
    """A name that one of them does not give, whichever side it is."""
    long = role(IndicesGrant(("/.|..|...|..../",), ("read",)))
    short = role(IndicesGrant(("/.|../",), ("read",)))
    everything = role(IndicesGrant(("*",), ("read",)))
    for sides in ((long, short), (short, long)):
        witness = LimitedRole(*sides).indices.witness("a*", "read")
        assert witness is not None
        assert len(witness) == 3
    assert LimitedRole(everything, everything).indices.witness("a*", "read") is None


def test_both_sides_of_a_limited_role_limit_what_is_seen() -> None:
    """Their queries both apply, and fields must be granted by both."""
    own = role(IndicesGrant(("shop",), ("read",), field_security=FieldSecurity(("a", "b")), query="x"))
    owner = role(IndicesGrant(("*",), ("read",), field_security=FieldSecurity(("b", "c")), query="y"))
    access = authorize_role(LimitedRole(own, owner), SEARCH, ["shop"], NAMES)
    seen = access.of("shop")
    assert access.granted
    assert seen is not None
    assert set(seen.queries) == {frozenset({"x"}), frozenset({"y"})}
    assert [seen.fields.grants(f) for f in ("a", "b", "c")] == [False, True, False]


def test_a_total_entry_grants_all_there_is() -> None:
    """Also names that do not exist; limits of other entries do not count."""
    total = role(
        IndicesGrant(("*",), ("all",), allow_restricted_indices=True), IndicesGrant(("a",), ("read",), query="q")
    )
    access = authorize_role(total, SEARCH, ["nowhere"], NAMES)
    assert access.everything
    assert access.of("anything") is not None
    assert not total.limits_documents_or_fields


def test_names_that_a_wildcard_expands_to() -> None:
    """With data streams come their indices; both sides of a limited role must see a name."""
    found = role(IndicesGrant(("logs", "web-*"), ("read",)))
    assert authorized_names_of(found, SEARCH, NAMES) == {"logs", ".ds-logs-1", ".ds-logs-2", "web-1", "web-2"}
    owner = role(IndicesGrant(("web-1", "logs"), ("read",)))
    assert authorized_names_of(LimitedRole(found, owner), SEARCH, NAMES) == {
        "logs",
        ".ds-logs-1",
        ".ds-logs-2",
        "web-1",
    }


descriptors = st.builds(
    RoleDescriptor,
    st.just("r"),
    st.lists(st.sampled_from(["monitor", "manage_ml", "cluster:admin/xpack/ml/*", "all"]), max_size=2).map(tuple),
    st.lists(
        st.builds(
            IndicesGrant,
            st.lists(st.sampled_from(["a*", "ab", "*", "b*"]), min_size=1, max_size=2).map(tuple),
            st.lists(st.sampled_from(["read", "write", "manage"]), min_size=1, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(descriptors, descriptors, st.sampled_from(["a*", "ab", "b", "*"]), st.sampled_from(["read", "write", "manage"]))
def test_a_limited_role_permits_what_both_sides_permit(
    own: RoleDescriptor, owner: RoleDescriptor, name: str, privilege: str
) -> None:
    """Nothing more and nothing less, on patterns, on names and in the cluster."""
    a, b = Role.of([own]), Role.of([owner])
    both = LimitedRole(a, b)
    assert both.indices.holds(name, privilege) is (
        a.indices.holds(name, privilege) and b.indices.holds(name, privilege)
    )
    assert both.cluster.implies("manage_ml") is (a.cluster.implies("manage_ml") and b.cluster.implies("manage_ml"))
    assert both.indices.grants(SEARCH, "ab") is (a.indices.grants(SEARCH, "ab") and b.indices.grants(SEARCH, "ab"))


@settings(max_examples=150, deadline=None)
@given(descriptors, descriptors, st.sampled_from(["a*", "ab", "b", "*"]), st.sampled_from(["read", "write", "manage"]))
def test_another_role_takes_nothing_away(
    first: RoleDescriptor, second: RoleDescriptor, name: str, privilege: str
) -> None:
    """Where names are literals and star patterns."""
    if Role.of([first]).indices.holds(name, privilege):
        assert Role.of([first, second]).indices.holds(name, privilege)
    if Role.of([first]).cluster.implies("manage_ml"):
        assert Role.of([first, second]).cluster.implies("manage_ml")
