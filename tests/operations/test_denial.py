"""Denials are worded as Elasticsearch words them."""

from mlaccess.permission.denial import DeniedCaller, denial_message, indices_context, run_as_denial_message


def test_a_user_is_named_with_the_roles_in_force_and_those_that_were_not_found() -> None:
    caller = DeniedCaller("ana", effective_roles=("viewer",), assigned_roles=("viewer", "zeta", "gone"))
    assert denial_message(
        "cluster:admin/xpack/ml/job/put", caller, cluster_privileges=("manage_ml", "manage", "all")
    ) == (
        "action [cluster:admin/xpack/ml/job/put] is unauthorized for user [ana] with effective roles [viewer] "
        "(assigned roles [gone,zeta] were not found), "
        "this action is granted by the cluster privileges [manage_ml,manage,all]"
    )


def test_an_api_key_is_named_without_roles() -> None:
    caller = DeniedCaller("elastic", effective_roles=("superuser",), api_key_id="XC55")
    assert denial_message("cluster:monitor/main", caller, cluster_privileges=("monitor", "manage", "all")) == (
        "action [cluster:monitor/main] is unauthorized for API key id [XC55] of user [elastic], "
        "this action is granted by the cluster privileges [monitor,manage,all]"
    )


def test_a_service_account_is_named_without_roles() -> None:
    assert str(DeniedCaller("elastic/fleet-server", service_account=True)) == "service account [elastic/fleet-server]"


def test_indices_are_named_before_the_index_privileges() -> None:
    caller = DeniedCaller("ana", effective_roles=())
    context = indices_context(["logs", ".ml-config", "metrics"], lambda name: name.startswith(".ml-config"))
    assert context == "on indices [logs,metrics] and restricted indices [.ml-config]"
    assert denial_message("indices:data/read/search", caller, index_privileges=("read", "all"), context=context) == (
        "action [indices:data/read/search] is unauthorized for user [ana] with effective roles [] "
        "on indices [logs,metrics] and restricted indices [.ml-config], "
        "this action is granted by the index privileges [read,all]"
    )


def test_restricted_indices_alone_and_no_indices_at_all() -> None:
    assert indices_context([".ml-config"], lambda name: True) == "on restricted indices [.ml-config]"
    assert indices_context([]) == ""


def test_an_action_that_no_privilege_grants_is_said_without_a_list() -> None:
    caller = DeniedCaller("ana", effective_roles=("viewer",))
    assert denial_message("internal:gateway", caller).endswith("with effective roles [viewer]")


def test_running_as_another_user_names_the_roles_of_that_user() -> None:
    caller = DeniedCaller("ops", effective_roles=("viewer",), runs_as="ana")
    assert str(caller) == "user [ops] run as [ana] with effective roles [viewer]"


def test_a_denied_run_as_names_who_authenticated() -> None:
    caller = DeniedCaller("user1", effective_roles=("user1_role",), runs_as="user3")
    assert run_as_denial_message("cluster:admin/xpack/security/user/authenticate", caller, "user3") == (
        "action [cluster:admin/xpack/security/user/authenticate] is unauthorized for user [user1] with effective roles "
        "[user1_role], because user [user1] is unauthorized to run as [user3]"
    )


def test_roles_that_are_not_resolved_are_called_assigned() -> None:
    assert str(DeniedCaller("ana", assigned_roles=("a", "b"))) == "user [ana] with assigned roles [a,b]"
