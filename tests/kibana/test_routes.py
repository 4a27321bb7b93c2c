"""Routes: each asks its own rights and licence, and hiding machine learning in a space closes none."""

import pytest

from mlaccess.catalog.kibana_capabilities import CAPABILITIES
from mlaccess.catalog.kibana_identities import IDENTITIES, identity_rows_of, needs_rule, pressing_rule
from mlaccess.catalog.kibana_routes import NOTES, ROUTES, Route, find_route, route_rule
from mlaccess.rules import Verdict, facts_of
from mlaccess.rules.facts import (
    AssignedToSpace,
    ClusterPrivilege,
    IndexPrivilege,
    KibanaAction,
    LicenseFeature,
    MlVisible,
    NotUpgrading,
)
from mlaccess.twins.kibana import MlLicense, Switches, answer_route

GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED


def route(name: str) -> Route:
    found = find_route(name)
    assert found is not None, name
    return found


def status(
    name: str,
    *held: str,
    license_type: str | None = "platinum",
    switches: Switches | None = None,
    item_visible: Verdict = GRANTED,
) -> int | None:
    return answer_route(
        route(name),
        has_action=lambda action: Verdict.of(action in held),
        license_=MlLicense.of(license_type),
        switches=switches or Switches(),
        item_visible=item_visible,
    ).status


def test_there_are_169_routes_and_each_finds_itself() -> None:
    """No two share a name, and every note is about one of them."""
    assert len({r.name for r in ROUTES}) == len(ROUTES) == 169
    assert all(find_route(r.name) is r for r in ROUTES)
    assert set(NOTES) <= {r.name for r in ROUTES}
    assert all(" @ " in r.source for r in ROUTES)


@pytest.mark.parametrize("found", ROUTES, ids=lambda r: r.name)
def test_no_route_asks_whether_the_space_shows_machine_learning(found: Route) -> None:
    """Nor upgrade mode. What it asks are API actions, not interface ones."""
    facts = set(facts_of(route_rule(found, "s", item=("job", "web"))))
    assert not [f for f in facts if isinstance(f, MlVisible | NotUpgrading)]
    assert not [f for f in facts if isinstance(f, KibanaAction) and f.action.startswith("ui:")]
    licences = {f.family for f in facts if isinstance(f, LicenseFeature)}
    assert licences == {"full": {"kibana_full"}, "basic": {"kibana_minimum"}, "": set[str]()}[found.guard]


@pytest.mark.parametrize(
    ("request_", "template"),
    [
        ("GET /internal/ml/anomaly_detectors/_stats", "GET /internal/ml/anomaly_detectors/_stats"),
        ("GET /internal/ml/anomaly_detectors/web", "GET /internal/ml/anomaly_detectors/{jobId}"),
        ("GET /s/sales/internal/ml/trained_models", "GET /internal/ml/trained_models/{modelId?}"),
        ("get /internal/ml/calendars/x?size=1", "GET /internal/ml/calendars/{calendarIds}"),
        (
            "POST /internal/ml/anomaly_detectors/web/results/buckets",
            "POST /internal/ml/anomaly_detectors/{jobId}/results/buckets/{timestamp?}",
        ),
    ],
)
def test_requests_find_their_route(request_: str, template: str) -> None:
    """With a space before the path, a query after it, and literal parts before parameters."""
    assert route(request_).name == template


@pytest.mark.parametrize("request_", ["GET /internal/ml", "PATCH /internal/ml/info", "GET /api/ml", "canGetJobs", ""])
def test_other_requests_find_none(request_: str) -> None:
    """They are not machine learning routes."""
    assert find_route(request_) is None


def test_every_right_of_a_route_exists() -> None:
    """Capabilities, and the one right of file analysis."""
    for found in ROUTES:
        for action in found.actions:
            assert action == "api:fileUpload:analyzeFile" or action.removeprefix("api:ml:") in CAPABILITIES


def test_rights_licence_registration_and_visibility_each_refuse() -> None:
    """In this order: not registered, refused, not found."""
    name = "GET /internal/ml/anomaly_detectors/{jobId}"
    assert status(name, "api:ml:canGetJobs") == 200
    assert status(name) == 403
    assert status(name, "api:ml:canGetJobs", license_type="basic") == 403
    assert status(name, "api:ml:canGetJobs", switches=Switches(ad=DENIED)) == 404
    assert status(name, "api:ml:canGetJobs", item_visible=DENIED) == 404
    assert status(name, "api:ml:canGetJobs", item_visible=UNKNOWN) is None


def test_any_or_all_of_several_rights() -> None:
    """Notifications need all three, the list of spaces one of two."""
    three = ("api:ml:canGetJobs", "api:ml:canGetDataFrameAnalytics", "api:ml:canGetTrainedModels")
    assert status("GET /internal/ml/notifications", *three) == 200
    assert status("GET /internal/ml/notifications", *three[:2]) == 403
    assert status("GET /internal/ml/saved_objects/jobs_spaces", three[1]) == 200
    assert status("GET /internal/ml/saved_objects/jobs_spaces") == 403


def test_importing_asks_no_right_of_kibana_and_no_licence() -> None:
    """Elasticsearch decides as the caller."""
    assert status("POST /internal/file_upload/import", license_type=None) == 200
    assert status("POST /internal/file_upload/analyze_file") == 403
    assert status("POST /internal/file_upload/analyze_file", "api:fileUpload:analyzeFile", license_type="basic") == 200


def test_the_capabilities_route_needs_the_space_and_licence_information_only() -> None:
    """No API right."""
    assert status("GET /internal/ml/ml_capabilities", "login:", license_type="basic") == 200
    assert status("GET /internal/ml/ml_capabilities") == 403


def test_items_must_be_assigned_and_findable() -> None:
    """Of the kind in the path; creating asks neither."""
    facts = set(facts_of(route_rule(route("GET /internal/ml/datafeeds/{datafeedId}"), "s", item=("job", "web"))))
    assert AssignedToSpace("anomaly-detector", "web", "s") in facts
    assert KibanaAction("saved_object:ml-job/find", "s") in facts
    model = set(facts_of(route_rule(route("DELETE /internal/ml/trained_models/{modelId}"), "s", item=("model", "m"))))
    assert {
        AssignedToSpace("trained-model", "m", "s"),
        KibanaAction("saved_object:ml-trained-model/find", "s"),
    } <= model
    creating = facts_of(route_rule(route("PUT /internal/ml/anomaly_detectors/{jobId}"), "s", item=("job", "web")))
    assert not [f for f in creating if isinstance(f, AssignedToSpace)]


def test_identity_rows_name_capabilities_that_exist_and_ask_only_as_the_caller() -> None:
    """What runs as Kibana's own user asks nothing of the caller."""
    for row in IDENTITIES:
        assert set(row.capabilities) <= set(CAPABILITIES)
        assert bool(row.needs) == bool(row.refused)
        assert row.identity != "internal" or not row.needs


def test_saving_an_analytics_job_asks_the_callers_own_privileges() -> None:
    """On local sources and on the destination; view_index_metadata and manage are not asked."""
    (row,) = (r for r in identity_rows_of("canCreateDataFrameAnalytics") if r.id == "put_analytics")
    facts = set(facts_of(needs_rule(row, sources=("logs", "other:logs"), destinations=("out",))))
    wanted = {("logs", "read"), ("out", "read"), ("out", "index"), ("out", "create_index")}
    assert facts == {IndexPrivilege(e, p) for e, p in wanted}
    pressed = pressing_rule(row, "canCreateDataFrameAnalytics", "s", sources=("logs",), destinations=("out",))
    assert KibanaAction("ui:ml/canCreateDataFrameAnalytics", "s") in set(facts_of(pressed))


def test_testing_a_pipeline_asks_the_caller_since_models_are_for_admins() -> None:
    """Before, it ran as Kibana's user."""
    before = identity_rows_of("canTestTrainedModels", "readers_test_models")
    after = identity_rows_of("canTestTrainedModels", "admins_test_models")
    assert not [n for r in before for n in r.needs]
    (row,) = (r for r in after if r.needs)
    assert set(facts_of(needs_rule(row))) == {ClusterPrivilege("manage_pipeline")}
