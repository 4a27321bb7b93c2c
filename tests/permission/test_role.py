"""Roles, limited roles, and checks on concrete names."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlaccess.catalog.privileges import Selector
from mlaccess.catalog.restricted import system_index_language
from mlaccess.permission import (
    Authentication,
    LimitedRole,
    Names,
    Request,
    Role,
    authorize_role,
    authorized_names_of,
)
from mlaccess.stack import (
    ApplicationGrant,
    ApplicationPrivilege,
    DataStream,
    FieldSecurity,
    FrozenMap,
    IndexNames,
    IndicesGrant,
    Origin,
    RemoteClusterGrant,
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


def test_the_names_of_system_indices_are_those_that_are_given() -> None:
    """Those of Elasticsearch, unless others are named."""
    everything = [RoleDescriptor("r", indices=(IndicesGrant(("*",), ("read",)),))]
    assert not Role.of(everything).indices.holds(".ml-config", "read")
    assert Role.of(everything, restricted=system_index_language(["secret-*"])).indices.holds(".ml-config", "read")
    assert not Role.of(everything, restricted=system_index_language(["secret-*"])).indices.holds("secret-1", "read")


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
    later = role(IndicesGrant(("/~(az)/",), ("read",)))  # the shorter comes last among texts
    for sides in ((short, later), (later, short)):
        assert LimitedRole(*sides).indices.witness("a*", "read") == "az"


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


UPDATE = "indices:admin/mapping/put"


def test_names_stand_for_the_indices_behind_them() -> None:
    """An index, and a name that nothing has, for itself; an alias and a data stream for theirs."""
    assert NAMES.behind("shop", Selector.DATA) == ("shop",)
    assert NAMES.behind("shop", Selector.FAILURES) == ("shop",)
    assert NAMES.behind("nowhere", Selector.DATA) == ("nowhere",)
    assert set(NAMES.behind("web", Selector.DATA)) == {"web-1", "web-2"}
    assert NAMES.behind("web", Selector.FAILURES) == ()
    assert NAMES.behind("logs", Selector.DATA) == (".ds-logs-1", ".ds-logs-2")
    assert NAMES.behind("logs", Selector.FAILURES) == (".fs-logs-1",)
    assert set(NAMES.all()) == {"web", "web-1", "web-2", "shop", "logs", ".ds-logs-1", ".ds-logs-2", ".fs-logs-1"}
    assert NAMES.indices == {"web-1", "web-2", "shop", ".ds-logs-1", ".ds-logs-2", ".fs-logs-1"}


def test_an_alias_on_an_index_of_a_data_stream_reaches_the_failures_of_that_stream() -> None:
    stream = DataStream("logs", (".ds-logs-1",), (".fs-logs-1",))
    names = Names(IndexNames(FrozenMap({".ds-logs-1": frozenset({"one"})}), FrozenMap({"logs": stream})))
    assert names.behind("one", Selector.DATA) == (".ds-logs-1",)
    assert names.behind("one", Selector.FAILURES) == (".fs-logs-1",)


def test_mappings_are_updated_by_privileges_to_write_in_plain_indices_alone() -> None:
    """With a warning for each privilege that allowed it; a privilege that holds the action needs none."""
    writer = role(IndicesGrant(("shop", "logs", "web-1"), ("index", "write")))
    access = authorize_role(writer, UPDATE, ["shop", "web-1"], NAMES)
    assert access.granted
    assert set(access.indices) == {"shop", "web-1"}
    assert [w.partition(" allowed")[0] for w in access.warnings] == [
        "the index privilege [index]",
        "the index privilege [write]",
        "the index privilege [index]",
        "the index privilege [write]",
    ]
    assert access.warnings[0] == (
        "the index privilege [index] allowed the update mapping action [indices:admin/mapping/put] on index [shop], "
        "this privilege will not permit mapping updates in the next major release - users who require access to "
        "update mappings must be granted explicit privileges"
    )
    for name in ("logs", ".ds-logs-1", "logs::failures"):
        denied = authorize_role(writer, UPDATE, [name], NAMES)
        assert (denied.granted, dict(denied.indices), denied.warnings) == (False, {}, ())
    assert not authorize_role(writer, SEARCH, ["shop"], NAMES).granted
    manager = authorize_role(role(IndicesGrant(("shop",), ("manage", "write"))), UPDATE, ["shop"], NAMES)
    assert (manager.granted, manager.warnings) == (True, ())
    both = authorize_role(LimitedRole(writer, writer), UPDATE, ["shop"], NAMES)
    assert both.granted
    assert len(both.warnings) == 4


def test_a_wildcard_shows_where_mappings_may_be_updated() -> None:
    """Neither a data stream nor its indices or failures by a privilege to write; all by one to manage."""
    writer = role(IndicesGrant(("*",), ("create_doc", "read_failure_store")))
    assert authorized_names_of(writer, UPDATE, NAMES) == {"shop", "web", "web-1", "web-2"}
    manager = role(IndicesGrant(("logs",), ("manage",)))
    assert authorized_names_of(manager, UPDATE, NAMES) == {"logs", ".ds-logs-1", ".ds-logs-2", ".fs-logs-1"}


def test_one_name_that_is_not_granted_leaves_the_request_ungranted_but_the_others_in_place() -> None:
    found = role(IndicesGrant(("shop",), ("read",)))
    access = authorize_role(found, SEARCH, ["shop", "web", "shop"], NAMES)
    assert not access.granted
    assert set(access.indices) == {"shop"}
    assert access.of("web") is None
    assert not access.everything


def test_an_index_that_is_asked_for_itself_is_granted_by_itself() -> None:
    """Not by the alias beside it in the request."""
    found = role(IndicesGrant(("web",), ("read",)))
    access = authorize_role(found, SEARCH, ["web", "web-1"], NAMES)
    assert not access.granted
    assert set(access.indices) == {"web", "web-2"}


def test_what_two_sides_grant_is_limited_by_the_side_that_is_not_total() -> None:
    """Whichever it is; two total sides are total."""
    total = role(IndicesGrant(("*",), ("all",), allow_restricted_indices=True))
    shop = role(IndicesGrant(("shop",), ("read",), query="q"))
    for sides in ((total, shop), (shop, total)):
        access = authorize_role(LimitedRole(*sides), SEARCH, ["shop"], NAMES)
        assert (access.granted, access.everything, set(access.indices)) == (True, False, {"shop"})
        denied = authorize_role(LimitedRole(*sides), SEARCH, ["web"], NAMES)
        assert (denied.granted, denied.of("web")) == (False, None)
    assert authorize_role(LimitedRole(total, total), SEARCH, ["shop"], NAMES).everything
    web = role(IndicesGrant(("web*",), ("read",)))
    apart = authorize_role(LimitedRole(shop, web), SEARCH, ["shop"], NAMES)
    assert (apart.granted, dict(apart.indices)) == (False, {})


# -- each part of a limited role ----------------------------------------------------------------------------------

KEYS = "cluster:admin/xpack/security/api_key/get"


def descriptor(*cluster: str, **more: object) -> Role:
    return Role.of([RoleDescriptor("r", cluster, **more)])  # type: ignore[arg-type]  # keywords of the noun


@pytest.mark.parametrize(
    ("own", "owner", "granted", "depends"),
    [
        ("manage_api_key", "manage_api_key", True, True),
        ("manage_api_key", "manage_own_api_key", False, True),
        ("manage_own_api_key", "manage_api_key", False, True),
        ("manage_own_api_key", "manage_own_api_key", False, True),
        ("manage_own_api_key", "monitor", False, False),
        ("monitor", "manage_own_api_key", False, False),
        ("monitor", "manage_api_key", False, False),
    ],
)
def test_an_action_within_limits_depends_on_the_request_where_no_side_refuses_it(
    own: str, owner: str, granted: bool, depends: bool
) -> None:
    """And some side asks what the request is about."""
    both = LimitedRole(descriptor(own), descriptor(owner)).cluster
    assert both.grants(KEYS) is granted
    assert both.depends_on_request(KEYS) is depends


def test_the_cluster_part_of_a_limited_role_asks_both_sides() -> None:
    """For one privilege or several, with the request handed on, and telling what neither knows."""
    a, b = descriptor("manage_own_api_key", "monitor", "nope"), descriptor("manage_own_api_key", "manage_ml", "bogus")
    both = LimitedRole(a, b).cluster
    assert both.implies_all(["monitor_ml", "manage_own_api_key"])
    assert not both.implies_all(["monitor_ml", "manage_ml"])
    assert both.unknown == ("nope", "bogus")
    mine = Request("get_api_key", FrozenMap({"owned_by_authenticated_user": True}))
    assert both.grants(KEYS, mine, Authentication("joe", "r1"))
    assert not both.grants(KEYS, mine, Authentication("joe", "r1", "k1"))


def test_the_index_part_of_a_limited_role_asks_both_sides_the_whole_question() -> None:
    """The flag for system indices, the join of entries, the part of a data stream and whether it is one."""
    writer = descriptor(indices=(IndicesGrant(("*",), ("index", "read", "read_failure_store"), None, None, True),))
    both = LimitedRole(writer, writer).indices
    assert both.grants(UPDATE, "logs")
    assert not both.grants(UPDATE, "logs", data_stream=True)
    assert both.grants(SEARCH, "logs", selector=Selector.FAILURES)
    assert both.grants_somewhere(UPDATE)
    assert not both.grants_somewhere("indices:admin/delete")
    reader = descriptor(indices=(IndicesGrant(("*",), ("read",)),))
    mixed = LimitedRole(writer, reader).indices
    assert not mixed.grants(UPDATE, "logs")
    assert not mixed.grants(SEARCH, "logs", selector=Selector.FAILURES)
    assert not mixed.grants_somewhere(UPDATE)
    assert both.holds(".ml-*", "read", allow_restricted=True)
    assert mixed.holds(".ml-*", "read")
    assert not mixed.holds(".ml-*", "read", allow_restricted=True)
    assert both.witness(".ml-*", "read", allow_restricted=True) is None
    assert mixed.witness(".ml-config*", "read", allow_restricted=True) == ".ml-config"
    apart = descriptor(indices=(IndicesGrant(("a?",), ("read", "index")), IndicesGrant(("a", "/a..+/"), ("read",))))
    assert LimitedRole(apart, reader).indices.check("a*", ["read", "index"], join=True) == {
        "read": True,
        "index": False,
    }
    assert LimitedRole(apart, reader).indices.check("a*", ["read"]) == {"read": False}


def test_the_application_part_of_a_limited_role_asks_both_sides() -> None:
    """What names mean is the same on both."""
    stored = FrozenMap({("app", "read"): ApplicationPrivilege("app", "read", frozenset({"data:read/*"}))})
    a, b = (
        Role.of([RoleDescriptor("r", applications=(ApplicationGrant("app", names, ("*",)),))], stored=stored)
        for names in (("read", "data:write"), ("data:*",))
    )
    both = LimitedRole(a, b).applications
    assert both.check("app", ["read", "data:write", "data:other"], "x") == {
        "read": True,
        "data:write": True,
        "data:other": False,
    }
    asked = both.resolve("app", ["read"])
    assert (asked.names, asked.actions) == ({"read"}, {"data:read/*"})
    assert both.grants(asked, "x")
    assert not LimitedRole(a, descriptor()).applications.grants(asked, "x")
    assert not LimitedRole(descriptor(), a).applications.grants(asked, "x")


def test_acting_as_others_and_remote_indices_need_both_sides() -> None:
    a = descriptor(run_as=("svc-*",), remote_indices=(RemoteIndicesGrant(("eu",), ("*",), ("read",)),))
    b = descriptor(run_as=("svc-1",), remote_indices=(RemoteIndicesGrant(("*",), ("logs-*",), ("all",)),))
    for sides in ((a, b), (b, a)):
        both = LimitedRole(*sides)
        assert [both.may_run_as(user) for user in ("svc-1", "svc-2")] == [True, False]
        asked = (("eu", "logs-1", "read"), ("us", "logs-1", "read"), ("eu", "x", "read"), ("eu", "logs-1", "write"))
        assert [both.remote_check(*question) for question in asked] == [True, False, False, False]


def test_workflows_of_both_sides_restrict_together() -> None:
    """None where no side has any; those of one, or those that both have."""
    free, one, two = descriptor(), descriptor(workflows=("a",)), descriptor(workflows=("a", "b"))
    assert LimitedRole(free, free).workflows is None
    assert LimitedRole(free, two).workflows == LimitedRole(two, free).workflows == {"a", "b"}
    assert LimitedRole(one, two).workflows == {"a"}
    assert LimitedRole(one, two).for_workflow("b").indices.groups == ()  # type: ignore[union-attr]  # a plain role
    together = Role.of(
        [RoleDescriptor("r", workflows=("a",)), RoleDescriptor("s"), RoleDescriptor("t", workflows=("b",))]
    )
    assert together.workflows == {"a", "b"}


def test_limits_may_be_nested() -> None:
    a, b, c = (role(IndicesGrant((name,), ("read",))) for name in ("s*", "*p", "shop"))
    nested = LimitedRole(LimitedRole(a, b), c)
    assert authorize_role(nested, SEARCH, ["shop"], NAMES).granted
    assert authorized_names_of(nested, SEARCH, NAMES) == {"shop"}
    assert authorized_names_of(LimitedRole(a, LimitedRole(b, role())), SEARCH, NAMES) == frozenset()


def test_several_roles_are_one() -> None:
    """Their users, their remote clusters and their entries on the same clusters."""
    remote = RemoteClusterGrant(("eu",), ("monitor_enrich",))
    a = RoleDescriptor(
        "a",
        run_as=("x", "y"),
        remote_indices=(RemoteIndicesGrant(("eu", "us"), ("l*",), ("read",)),),
        remote_cluster=(remote,),
    )
    b = RoleDescriptor("b", run_as=("y",), remote_indices=(RemoteIndicesGrant(("us", "eu"), ("l*",), ("monitor",)),))
    both = Role.of([a, b])
    assert both.run_as == ("x", "y")
    assert both.remote_cluster == (remote,)
    assert [(entry.clusters, len(entry.grants)) for entry in both.remote_indices] == [(frozenset({"eu", "us"}), 1)]
    assert both.remote_indices[0].grants[0].privileges == ("read", "monitor")
    assert both.remote_indices[0].grants[0].roles == ("a", "b")
    assert both.remote_grants("us") == both.remote_indices[0].grants
    assert both.remote_grants("asia") == ()
    assert [grant.roles for grant in both.merged_indices] == []


def test_of_two_shortest_witnesses_against_a_limited_role_the_first_in_order_is_told() -> None:
    """Whichever side comes first, so that the answer is always the same."""
    without_a, without_b = role(IndicesGrant(("/[^a]/",), ("read",))), role(IndicesGrant(("/[^b]/",), ("read",)))
    for sides in ((without_a, without_b), (without_b, without_a)):
        assert LimitedRole(*sides).indices.witness("?", "read") == "a"
