"""The table of operations: what a row says, in which order, and how a request finds its row."""

import pytest

from mlaccess.catalog.operation_rows import (
    ClusterActionCheck,
    EndpointCheck,
    IndexCheck,
    LicenseCheck,
    NodeCheck,
    UpgradeModeCheck,
)
from mlaccess.catalog.operations import action_row, actions, operation, operation_at, operations, operations_of
from mlaccess.errors import UnknownNameError


def test_the_checks_of_opening_a_job_come_in_elasticsearchs_order() -> None:
    kinds = [type(check) for check in operation("ml.open_job").checks()]
    assert kinds == [EndpointCheck, ClusterActionCheck, UpgradeModeCheck, LicenseCheck, NodeCheck]


def test_every_check_by_has_privileges_says_what_could_not_be_created() -> None:
    """For that is what Elasticsearch's error says."""
    found = {(check.target, check.what) for row in actions().values() for check in row.index_checks if check.what}
    words = {"datafeed": "datafeed", "source": "data frame analytics", "destination": "data frame analytics"}
    assert found == set(words.items())
    for row in actions().values():
        for check in row.index_checks:
            assert check.manner == "request" or check.what == words[check.target], row.name


def test_creating_a_datafeed_asks_for_search_on_its_indices_as_has_privileges_does() -> None:
    checks = [c for c in operation("ml.put_datafeed").checks() if isinstance(c, IndexCheck)]
    assert [(c.target, c.privileges, c.manner, c.when) for c in checks] == [
        ("datafeed", ("indices:data/read/search",), "has_privileges", ""),
        (
            "datafeed",
            ("indices:data/read/xpack/rollup/search",),
            "has_privileges",
            "the indices hold rollup jobs",
        ),
    ]
    text = checks[0].message(id="datafeed-web", username="ana", privileges='{"web":{"indices:data/read/search":false}}')
    assert text == (
        "Cannot create datafeed [datafeed-web] because user ana lacks permissions on the indices: "
        '{"web":{"indices:data/read/search":false}}'
    )


def test_updating_a_datafeed_asks_for_no_index_privilege_and_no_licence() -> None:
    kinds = {type(check) for check in operation("ml.update_datafeed").checks()}
    assert kinds == {EndpointCheck, ClusterActionCheck, UpgradeModeCheck}


def test_starting_data_frame_analytics_uses_the_rights_of_whoever_configured_it() -> None:
    checks = [c for c in operation("ml.start_data_frame_analytics").checks() if isinstance(c, IndexCheck)]
    assert {c.subject for c in checks} == {"stored"}


def test_upgrade_mode_refuses_in_elasticsearchs_words() -> None:
    check = next(c for c in operation("ml.put_job").checks() if isinstance(c, UpgradeModeCheck))
    assert (check.status, check.message) == (
        429,
        "Cannot perform cluster:admin/xpack/ml/job/put action while upgrade mode is enabled",
    )


def test_a_basic_licence_is_refused_in_elasticsearchs_words() -> None:
    check = next(c for c in operation("ml.put_trained_model").checks() if isinstance(c, LicenseCheck))
    assert (check.status, check.minimum, check.message) == (
        403,
        "platinum",
        "current license is non-compliant for [ml]",
    )


@pytest.mark.parametrize("name", ["ml.get_jobs", "ml.get_job_stats", "ml.close_job", "ml.evaluate_data_frame"])
def test_reading_closing_and_evaluating_ask_for_no_licence(name: str) -> None:
    assert not any(isinstance(check, LicenseCheck) for check in operation(name).checks())


def test_find_structure_asks_for_its_action_alone_even_where_machine_learning_is_off() -> None:
    assert list(operation("text_structure.find_structure").checks()) == [
        ClusterActionCheck("cluster:monitor/text_structure/findstructure")
    ]


def test_every_authenticated_user_may_ask_about_their_own_privileges() -> None:
    (check,) = operation("security.has_privileges").checks()
    assert check == ClusterActionCheck("cluster:admin/xpack/security/user/has_privileges", same_user=True)


def test_a_cat_api_performs_each_of_its_actions() -> None:
    names = [action.name for action in operation("cat.ml_trained_models").actions]
    assert names == ["cluster:monitor/xpack/ml/inference/get", "cluster:monitor/xpack/ml/inference/stats/get"]


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("PUT", "/_ml/anomaly_detectors/web", "ml.put_job"),
        ("put", "_ml/anomaly_detectors/web/", "ml.put_job"),
        ("GET", "/_ml/anomaly_detectors/_stats?pretty", "ml.get_job_stats"),
        ("GET", "/_ml/anomaly_detectors/web", "ml.get_jobs"),
        ("POST", "/_ml/anomaly_detectors/_validate", "ml.validate"),
        ("POST", "/_ml/datafeeds/_preview", "ml.preview_datafeed"),
        ("PUT", "/_inference/sparse_embedding/my-elser", "inference.put"),
        ("POST", "/_inference/completion/my-llm", "inference.completion"),
        ("POST", "/_text_structure/find_structure", "text_structure.find_structure"),
    ],
)
def test_a_request_finds_its_operation(method: str, path: str, name: str) -> None:
    found = operation_at(method, path)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(("method", "path"), [("GET", "/_search"), ("DELETE", "/_ml/info"), ("GET", "/_ml")])
def test_a_request_outside_the_table_finds_nothing(method: str, path: str) -> None:
    assert operation_at(method, path) is None


def test_every_route_leads_back_to_an_operation_with_the_same_actions() -> None:
    for row in operations():
        for route in row.routes:
            found = operation_at(route.method, route.path)
            assert found is not None
            assert found.actions == row.actions, route


def test_an_unknown_operation_is_an_error_with_suggestions() -> None:
    with pytest.raises(UnknownNameError) as caught:
        operation("ml.put_jobs")
    assert "ml.put_job" in caught.value.suggestions
    assert "table of operations" in str(caught.value)


def test_actions_know_the_operations_that_perform_them() -> None:
    names = {row.name for row in operations_of("cluster:monitor/xpack/ml/job/stats/get")}
    assert names == {"cat.ml_jobs", "ml.get_job_stats"}
    assert operations_of("cluster:internal/xpack/ml/job/kill/process") == ()
    assert action_row("indices:data/read/search") is None


def test_internal_actions_are_named_so_and_every_other_ml_action_starts_with_a_public_prefix() -> None:
    for name, row in actions().items():
        internal = name.startswith("cluster:internal/")
        assert (row.access == "internal") is internal
        assert internal or name.startswith(("cluster:admin/", "cluster:monitor/"))


def test_every_check_beyond_the_privilege_cites_its_source() -> None:
    for row in actions().values():
        if row.license or row.upgrade_blocked or row.index_checks or row.nodes:
            assert row.sources, row.name
        for source in row.sources:
            assert ".java" in source


def test_names_are_unique_and_each_operation_has_a_route_and_an_action() -> None:
    names = [row.name for row in operations()]
    assert len(names) == len(set(names))
    assert all(row.routes and row.actions for row in operations())
