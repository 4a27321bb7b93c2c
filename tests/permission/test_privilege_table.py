"""The table of named privileges, and how names are read."""

import pytest

from mlaccess.catalog.privileges import (
    CLUSTER_PRIVILEGES,
    INDEX_PRIVILEGES,
    Selector,
    UnknownPrivilege,
    builtin_privilege_names,
    cluster_actions,
    cluster_privilege,
    cluster_privileges_granting,
    index_privilege,
    index_privileges_granting,
    is_known,
    resolve_index_privileges,
    sort_by_access,
    splits_by_selector,
    system_user_may,
)


def test_rows_stand_in_order_of_access() -> None:
    """The tables are sorted as Elasticsearch sorts them, from least to most."""
    assert tuple(row.name for row in CLUSTER_PRIVILEGES) == sort_by_access(
        "cluster", builtin_privilege_names("cluster")
    )
    assert tuple(row.name for row in INDEX_PRIVILEGES) == sort_by_access("index", builtin_privilege_names("index"))


def test_every_name_is_lower_case_and_named_once() -> None:
    """Looking up a row by its name gives that row."""
    for row in CLUSTER_PRIVILEGES:
        assert cluster_privilege(row.name) is row
        assert cluster_privilege(row.name.upper()) is row
    for index_row in INDEX_PRIVILEGES:
        assert index_privilege(index_row.name) is index_row


@pytest.mark.parametrize("name", ["cluster:admin/xpack/ml/*", "indices:admin/template/get", "CLUSTER:monitor/main"])
def test_a_cluster_action_is_a_privilege_of_all_actions_that_start_with_it(name: str) -> None:
    """The pattern of a raw action gets a star at its end, and its case is folded."""
    row = cluster_privilege(name)
    assert row.raw
    assert row.allow == (name.lower() + "*",)


@pytest.mark.parametrize("name", ["*", "feature_ml.all", "indices:data/read/*", "manage_esql", ""])
def test_other_texts_are_no_cluster_privilege(name: str) -> None:
    """The refusal is Elasticsearch's own and lists the names."""
    with pytest.raises(UnknownPrivilege) as caught:
        cluster_privilege(name)
    reason = caught.value.reason
    assert reason.startswith(f"unknown cluster privilege [{name}]. a privilege must be either one of the predefined ")
    assert "cluster privilege names [manage_own_api_key," in reason
    assert reason.endswith(",all] or a pattern over one of the available cluster actions")


def test_the_refusal_of_an_index_privilege_lists_the_sorted_names_of_the_version() -> None:
    """Names that the version lacks are not offered."""
    with pytest.raises(UnknownPrivilege) as caught:
        index_privilege("read_failure_store", "8.17.0")
    assert "indices privileges [all,auto_configure,create,create_doc," in caught.value.reason
    assert "manage_failure_store" not in caught.value.reason
    assert index_privilege("read_failure_store", "8.19.3").selector is Selector.FAILURES


@pytest.mark.parametrize(
    ("scope", "name", "version", "known"),
    [
        ("cluster", "manage_ml", "7.17.0", True),
        ("cluster", "monitor_stats", "8.16.4", False),
        ("cluster", "monitor_stats", "8.17.0", True),
        ("cluster", "clone_api_key", "9.2.0", False),
        ("cluster", "clone_api_key", "9.4.0", True),
        ("cluster", "manage_project_routing", "9.4.0", False),
        ("cluster", "manage_project_routing", "serverless", True),
        ("cluster", "nonsense", None, False),
        ("cluster", "cluster:whatever", "6.8.0", True),
        ("index", "read_failure_store", "9.0.4", False),
        ("index", "read_failure_store", "8.19.0", True),
        ("index", "read_failure_store", "9.1.0", True),
        ("index", "create_view", "9.3.0", False),
        ("index", "monitor", "6.8.23", True),
    ],
)
def test_a_name_is_unknown_only_where_its_version_certainly_lacks_it(
    scope: str, name: str, version: str | None, known: bool
) -> None:
    """What is not settled counts as known: a role that holds the name was accepted once."""
    assert is_known("cluster" if scope == "cluster" else "index", name, version) is known


def test_what_is_not_settled_is_said() -> None:
    """Between the last version known to lack a privilege and the first known to have it, there is no answer."""
    row = cluster_privilege("clone_api_key")
    assert [row.known_in(v) for v in ("9.2.9", "9.3.0", "9.5.0", "9.6.0", None)] == [False, None, None, True, None]


def test_an_exclusion_takes_nothing_from_other_privileges() -> None:
    """`manage` leaves out security, and together with `manage_security` only delegated PKI is missing."""
    together = cluster_actions(frozenset({"manage", "manage_security"}))
    assert together.matches("cluster:admin/xpack/security/user/put")
    assert not together.matches("cluster:admin/xpack/security/delegate_pki")
    assert not together.includes(cluster_actions(frozenset({"all"})))


def test_all_is_not_every_action() -> None:
    """`all` holds neither data stream actions nor internal ones."""
    everything = cluster_privilege("all").actions
    assert not everything.matches("indices:admin/data_stream/create")
    assert not everything.matches("internal:transport/handshake")


def test_privileges_that_grant_an_action_come_least_first() -> None:
    """As a denial names them."""
    assert index_privileges_granting("indices:data/write/index") == ("create_doc", "create", "index", "write", "all")
    assert index_privileges_granting("indices:data/read/field_caps") == ("view_index_metadata", "manage", "read", "all")
    assert cluster_privileges_granting("cluster:monitor/main") == ("monitor", "manage", "all")
    assert cluster_privileges_granting("cluster:admin/xpack/ml/job/put") == ("manage_ml", "manage", "all")


def test_privileges_of_the_failure_store_do_not_lower_those_of_the_data() -> None:
    """`manage_failure_store` holds the actions of `manage`, which is no lower for it than without it."""
    for version in (None, "9.0.0"):
        assert index_privileges_granting("indices:monitor/stats", version=version) == (
            "monitor",
            "cross_cluster_replication",
            "manage",
            "all",
        )
    assert sort_by_access("index", ["manage", "monitor", "manage_failure_store", "read_failure_store"]) == (
        "manage_failure_store",
        "read_failure_store",
        "monitor",
        "manage",
    )


def test_privileges_that_grant_an_action_on_failures_are_others() -> None:
    """`only` asks for those that speak of nothing else."""
    action = "indices:data/read/search"
    assert index_privileges_granting(action, part=Selector.FAILURES) == ("read_failure_store", "all")
    assert index_privileges_granting(action, part=Selector.FAILURES, only=True) == ("read_failure_store",)
    assert index_privileges_granting(action, part=Selector.FAILURES, version="9.0.0") == ("all",)


def test_an_entry_is_split_by_what_its_privileges_speak_of() -> None:
    """`all` keeps everything together; raw actions speak of data."""
    assert dict(
        resolve_index_privileges(frozenset({"Manage", "read", "indices:data/read/x", "read_failure_store"}))
    ) == {
        Selector.DATA_AND_FAILURES: {"manage"},
        Selector.FAILURES: {"read_failure_store"},
        Selector.DATA: {"read", "indices:data/read/x"},
    }
    assert resolve_index_privileges(frozenset({"all", "read_failure_store"})) == (
        (Selector.ALL, frozenset({"all", "read_failure_store"})),
    )
    assert resolve_index_privileges(frozenset()) == ((Selector.DATA, frozenset({"none"})),)


def test_only_newer_versions_tell_data_from_failures() -> None:
    """8.19 and 9.1 brought failure stores."""
    assert [splits_by_selector(v) for v in ("8.18.0", "8.19.0", "9.0.1", "9.1.0", None)] == [
        False,
        True,
        False,
        True,
        True,
    ]


def test_the_system_user_runs_proxied_actions_it_may_run_itself() -> None:
    """An action sent on to another node counts as that action."""
    assert system_user_may("internal:transport/proxy/indices:data/read/query")
    assert not system_user_may("internal:transport/proxy/indices:admin/delete")
    assert not system_user_may("cluster:admin/xpack/ml/job/put")
