"""The traps of real exports: what collectors store in place of an answer, and what older stacks answer."""

from datetime import UTC, datetime

import pytest

from mlaccess.loaders import load, missing
from mlaccess.stack import Deployment, Node, NotExported

from .conftest import WriteFolder

ES_403 = {
    "error": {"root_cause": [], "type": "security_exception", "reason": "action is unauthorized for user [x]"},
    "status": 403,
}


def reason(part: object) -> str:
    assert isinstance(part, NotExported)
    return part.reason


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (ES_403, "status 403: `security_exception: action is unauthorized for user [x]`"),
        ({"error": "Incorrect HTTP method for uri [/_security/user]", "status": 405}, "status 405: `Incorrect HTTP"),
        ({"statusCode": 404, "error": "Not Found", "message": "Not Found"}, "status 404: `Not Found`"),
        ({"statusCode": 403, "error": "Forbidden", "message": "no rights"}, "status 403: `Forbidden: no rights`"),
        ({"ok": False, "message": "Unknown resource."}, "failed: `Unknown resource.`"),
        ({"errors": [{"code": "root.unauthorized", "message": "no token"}]}, "failed: `root.unauthorized: no token`"),
        ("<html><head><title>502 Bad Gateway</title></head></html>", "status 502: `502 Bad Gateway`"),
        ("<!DOCTYPE html><html><body>login</body></html>", "failed: `an HTML page`"),
        ("401 Unauthorized", "status 401: `401 Unauthorized`"),
        ("upstream connect error or disconnect/reset before headers", "failed: `upstream connect error"),
        ("", "the file is empty"),
        (" \n\t ", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
    ],
)
@pytest.mark.parametrize("file", ["security_users.json", "kibana_spaces.json", "licenses.json", "nodes.json"])
def test_an_error_stored_in_place_of_an_answer_is_not_exported(
    folder: WriteFolder, file: str, body: object, words: str
) -> None:
    """Never "there are none": the reason says what the request met, and the request is told."""
    deployment = load(folder({file: body}))
    part = {"security_users.json": "users", "kibana_spaces.json": "spaces", "licenses.json": "license"}.get(
        file, "nodes"
    )
    why = getattr(deployment, part)
    assert words in reason(why)
    assert isinstance(why, NotExported)
    assert why.request.startswith("GET ")
    assert why.file == file
    assert [i.status for i in deployment.inputs] == ["empty" if "empty" in words else "error body"]


def test_a_user_named_error_is_a_user(folder: WriteFolder) -> None:
    """Only a body that looks like an error in its values is one."""
    users = {"error": {"username": "error", "roles": ["r"], "enabled": True}}
    deployment = load(folder({"security_users.json": users}))
    assert not isinstance(deployment.users, NotExported)
    assert deployment.users["error"].roles == ("r",)


def test_the_data_views_of_one_space_may_be_forbidden(folder: WriteFolder) -> None:
    """The others stay known."""
    deployment = load(
        folder(
            {
                "kibana_data_views.json": {"data_view": []},
                "space_ops/kibana_data_views.json": {"statusCode": 403, "error": "Forbidden", "message": "Forbidden"},
            }
        )
    )
    assert not isinstance(deployment.data_views, NotExported)
    assert deployment.data_views["default"] == ()
    assert "403" in reason(deployment.data_views["ops"])


def test_a_light_bundle_says_why_it_lacks_parts(folder: WriteFolder) -> None:
    """What light mode leaves out is not blamed on the reader; Kibana's bundle knows no such mode."""
    manifest = {"product": "elasticsearch", "mode": "light", "version": "9.2.1", "timestamp": "2026-01-02T03:04:05Z"}
    deployment = load(folder({"diagnostic_manifest.json": manifest}))
    assert reason(deployment.users) == "the bundle was collected in mode `light`, which leaves it out"
    assert reason(deployment.license) == "the bundle was collected in mode `light`, which leaves it out"
    assert reason(deployment.spaces) == "no input file holds it"
    assert reason(deployment.nodes) == "no input file holds it"


def test_a_file_that_is_there_counts_whatever_the_mode_says(folder: WriteFolder) -> None:
    manifest = {"product": "elasticsearch", "mode": "light", "version": "9.2.1", "timestamp": "2026-01-02T03:04:05Z"}
    deployment = load(folder({"diagnostic_manifest.json": manifest, "security_users.json": {}}))
    assert not isinstance(deployment.users, NotExported)


def test_a_collector_that_notes_the_status_of_requests_explains_absences(folder: WriteFolder) -> None:
    """Newer collectors leave files of failed requests out and keep the status in their manifest."""
    manifest = {
        "product": "elasticsearch",
        "version": "8.19.3",
        "timestamp": "2026-01-02T03:04:05Z",
        "requested_apis": {"security_users": {"status": 405}, "nodes": {"status": 200}},
    }
    deployment = load(folder({"diagnostic_manifest.json": manifest}))
    assert reason(deployment.users) == "the collector's request failed with status 405"
    assert reason(deployment.nodes) == "no input file holds it"
    assert deployment.version == "8.19.3"


def test_a_request_that_a_version_does_not_have_is_not_suggested(folder: WriteFolder) -> None:
    """Elasticsearch 6.8 knows no data frame analytics; its security lies below `_xpack`."""
    deployment = load(folder({"version.json": {"version": {"number": "6.8.23", "build_flavor": "default"}}}))
    assert reason(deployment.analytics) == "Elasticsearch 6.8.23 has no request for it: there is one since 7.3"
    requests = {m.part: m.request for m in missing(deployment)}
    assert requests["analytics"] == ""
    assert requests["users"] == "GET _xpack/security/user"
    assert requests["collector"] == "GET kbn:/api/security/v1/me"


NEW = {"product": "elasticsearch", "mode": "full", "version": "9.2.1", "timestamp": "2026-11-02T08:15:04.317123456Z"}
OLD = {
    "Product Version": {"version": "9.2.0"},
    "collectionDate": "2026-11-01T00:00:00.000Z",
}
OLD["diagnosticInputs"] = "DiagnosticInputs: {, diagType='api', mode='full', remoteUser=''}"


@pytest.mark.parametrize(
    ("files", "moment", "version"),
    [
        ({"diagnostic_manifest.json": NEW, "manifest.json": OLD}, datetime(2026, 11, 2, 8, 15, 4, 317123), "9.2.1"),
        ({"manifest.json": OLD}, datetime(2026, 11, 1), "9.2.0"),
        (
            {"manifest.json": {"collectionDate": 1777150329948, "version": "6.8.23", "product": "elasticsearch"}},
            datetime(2026, 4, 25, 20, 52, 9, 948000),
            "6.8.23",
        ),
    ],
)
def test_both_generations_of_manifests_are_read(
    folder: WriteFolder, files: dict[str, object], moment: datetime, version: str
) -> None:
    """`diagnostic_manifest.json` wins over `manifest.json`; nanoseconds and milliseconds since 1970 are understood."""
    deployment = load(folder(files))
    assert deployment.collected_at == moment.replace(tzinfo=UTC)
    assert deployment.version == version


def test_an_unreadable_date_in_a_manifest_is_a_notice(folder: WriteFolder) -> None:
    """A collector's own file is no answer of the stack: it may explain, never break."""
    deployment = load(folder({"manifest.json": {"collectionDate": "yesterday"}, "security_users.json": {}}))
    assert isinstance(deployment.collected_at, NotExported)
    assert [n.id for n in deployment.notices] == ["date"]


def test_the_licence_file_beats_the_licence_in_xpack(folder: WriteFolder) -> None:
    """`GET _xpack` shows the licence too; it speaks only where `licenses.json` is silent."""
    xpack = {"license": {"type": "trial", "mode": "trial", "status": "active"}, "features": {"ml": {"available": True}}}
    basic = {"license": {"type": "basic", "status": "active"}}
    both = load(folder({"licenses.json": basic, "xpack.json": xpack}, "both"))
    alone = load(folder({"licenses.json": ES_403, "xpack.json": xpack}, "alone"))
    assert not isinstance(both.license, NotExported)
    assert not isinstance(alone.license, NotExported)
    assert (both.license.type, alone.license.type) == ("basic", "trial")
    assert str(alone.license.origin) == "xpack.json#/license"


def test_usage_does_not_make_a_licence(folder: WriteFolder) -> None:
    """`ml.available` says that the licence allows machine learning, not which licence it is."""
    deployment = load(
        folder({"xpack.json": {"ml": {"available": True, "enabled": True}, "security": {"enabled": False}}})
    )
    assert isinstance(deployment.license, NotExported)
    assert not isinstance(deployment.xpack, NotExported)
    assert (deployment.xpack.ml_available, deployment.xpack.security_enabled) == (True, False)
    assert deployment.xpack.security_available is None


def test_a_licence_file_is_not_the_licence_in_force(folder: WriteFolder) -> None:
    """The file that one uploads has no status."""
    deployment = load(folder({"licenses.json": {"license": {"uid": "u", "type": "enterprise", "signature": "x"}}}))
    assert "does not say whether it is in force" in reason(deployment.license)
    assert "signature" not in repr(deployment)


def test_a_basic_licence_never_expires(folder: WriteFolder) -> None:
    deployment = load(
        folder({"licenses.json": {"license": {"type": "basic", "status": "active", "start_date_in_millis": -1}}})
    )
    assert not isinstance(deployment.license, NotExported)
    assert deployment.license.expires_at is None
    assert deployment.license.starts_at is None


def node(deployment: Deployment, id_: str = "n1") -> Node:
    assert not isinstance(deployment.nodes, NotExported)
    return deployment.nodes[id_]


@pytest.mark.parametrize(
    "settings",
    [
        {"xpack": {"ml": {"enabled": "false"}}, "node": {"roles": ["ml"]}},
        {"xpack.ml.enabled": "false", "node.roles": ["ml"]},
        {"xpack": {"ml.enabled": "false"}, "node": {"roles": ["ml"]}},
    ],
)
def test_settings_of_nodes_are_read_flat_or_nested(folder: WriteFolder, settings: object) -> None:
    """`flat_settings` is the caller's choice."""
    found = node(load(folder({"nodes.json": {"nodes": {"n1": {"name": "a", "roles": ["ml"], "settings": settings}}}})))
    assert dict(found.settings) == {"xpack.ml.enabled": "false", "node.roles": ("ml",)}
    assert found.settings_exported


def test_a_node_without_settings_says_nothing_about_them(folder: WriteFolder) -> None:
    """An absent key then does not mean the default."""
    found = node(load(folder({"nodes.json": {"nodes": {"n1": {"name": "a", "roles": []}}}})))
    assert not found.settings_exported
    assert found.roles_exported


def test_a_node_of_version_6_keeps_the_attribute_that_announces_machine_learning(folder: WriteFolder) -> None:
    """There was no role `ml` before 7.0."""
    body = {"name": "a", "roles": ["data"], "attributes": {"ml.enabled": "true"}, "settings": {}, "version": "6.8.23"}
    found = node(load(folder({"nodes.json": {"nodes": {"n1": body}}})))
    assert found.attributes["ml.enabled"] == "true"
    assert found.version == "6.8.23"


def test_rows_of_cat_nodes_stand_in_for_missing_nodes(folder: WriteFolder) -> None:
    """They show roles by letters and no settings; letters of old versions tell nothing about machine learning."""
    rows = [{"id": "n1", "name": "a", "role": "dlm"}, {"id": "n2", "name": "b", "role": "mdi"}]
    found = load(folder({"nodes_short.json": rows}, "unknown"))
    assert node(found).roles == ("data", "ml", "master")
    assert not node(found).settings_exported
    assert not node(found, "n2").roles_exported
    new = load(folder({"nodes_short.json": rows, "version.json": {"version": {"number": "8.1.0"}}}, "new"))
    assert node(new, "n2").roles_exported


def test_nodes_that_did_not_answer_leave_the_list_incomplete(folder: WriteFolder) -> None:
    """A node nobody heard of may lack the setting that every node must have."""
    answer = {"_nodes": {"total": 3, "successful": 2, "failed": 1}, "nodes": {"n1": {"name": "a", "roles": ["ml"]}}}
    assert load(folder({"nodes.json": answer})).incomplete == {"nodes"}


def test_a_list_without_nodes_is_not_exported(folder: WriteFolder) -> None:
    """Whoever answered is a node."""
    assert isinstance(load(folder({"nodes.json": {"nodes": {}}})).nodes, NotExported)


def test_an_empty_list_of_spaces_is_not_exported(folder: WriteFolder) -> None:
    """Every Kibana has the space `default`; some collectors save an empty list."""
    deployment = load(folder({"kibana_spaces.json": []}))
    assert "every Kibana has the space `default`" in reason(deployment.spaces)


@pytest.mark.parametrize(
    ("file", "body", "part", "known"),
    [
        ("ml_trained_models.json", {"count": 250, "trained_model_configs": [{"model_id": "m"}]}, "trained_models", "m"),
        ("security_users.json", {"total": 12, "count": 1, "users": [{"username": "u", "roles": []}]}, "users", "u"),
        ("security_roles.json", {"total": 2, "count": 1, "roles": [{"name": "r", "cluster": []}]}, "roles", "r"),
        ("api_keys.json", {"total": 2, "count": 1, "api_keys": [{"id": "k"}]}, "api_keys", "k"),
    ],
)
def test_a_page_of_a_longer_list_is_incomplete(
    folder: WriteFolder, file: str, body: object, part: str, known: str
) -> None:
    """What it lists is known; what it does not list is unknown, not absent."""
    deployment = load(folder({file: body}))
    assert list(getattr(deployment, part)) == [known]
    assert deployment.incomplete == {part}
    assert "incomplete" in {n.id for n in deployment.notices}


def test_a_whole_list_is_complete(folder: WriteFolder) -> None:
    body = {"total": 1, "count": 1, "users": [{"username": "u", "roles": [], "enabled": True}]}
    assert load(folder({"security_users.json": body})).incomplete == frozenset()


def test_settings_with_defaults_and_without_are_one_part(folder: WriteFolder) -> None:
    """Explicit settings may be nested, defaults flat."""
    deployment = load(
        folder(
            {
                "cluster_settings.json": {"persistent": {"xpack": {"ml": {"max_lazy_ml_nodes": "3"}}}, "transient": {}},
                "cluster_settings_defaults.json": {
                    "persistent": {"xpack.ml.max_lazy_ml_nodes": "3"},
                    "transient": {},
                    "defaults": {"xpack.security.enabled": "false"},
                },
            }
        )
    )
    settings = deployment.cluster_settings
    assert not isinstance(settings, NotExported)
    assert dict(settings.persistent) == {"xpack.ml.max_lazy_ml_nodes": "3"}
    assert settings.defaults is not None
    assert settings.defaults["xpack.security.enabled"] == "false"
    assert str(settings.defaults_origin).startswith("cluster_settings_defaults.json")


def test_without_defaults_nothing_is_said_about_them(folder: WriteFolder) -> None:
    deployment = load(folder({"cluster_settings.json": {"persistent": {}, "transient": {}}}))
    assert not isinstance(deployment.cluster_settings, NotExported)
    assert deployment.cluster_settings.defaults is None


def test_a_space_that_the_collector_may_not_see_stays_a_question_mark(folder: WriteFolder) -> None:
    body = {"anomaly-detector": {"j": ["ops", "?"]}, "data-frame-analytics": {"d": ["*"]}}
    deployment = load(folder({"jobs_spaces.json": body, "trained_models_spaces.json": {"trainedModels": {"m": ["?"]}}}))
    assert not isinstance(deployment.job_spaces, NotExported)
    assert not isinstance(deployment.model_spaces, NotExported)
    assert dict(deployment.job_spaces.of("anomaly-detector")) == {"j": ("ops", "?")}
    assert dict(deployment.model_spaces.of("trained-model")) == {"m": ("?",)}


def test_assignments_found_among_saved_objects_leave_the_rest_unknown(folder: WriteFolder) -> None:
    """The answer of a search does not say in which spaces was searched."""
    found = {
        "total": 2,
        "saved_objects": [
            {"type": "ml-job", "attributes": {"job_id": "j", "type": "anomaly-detector"}, "namespaces": ["ops"]},
            {"type": "ml-job", "attributes": {"job_id": "d", "type": "data-frame-analytics"}, "namespaces": ["*"]},
        ],
    }
    models = {"saved_objects": [{"type": "ml-trained-model", "attributes": {"model_id": "m"}, "namespaces": ["ops"]}]}
    deployment = load(folder({"jobs_spaces.json": found, "trained_models_spaces.json": models}))
    assert not isinstance(deployment.job_spaces, NotExported)
    assert not isinstance(deployment.model_spaces, NotExported)
    assert dict(deployment.job_spaces.of("data-frame-analytics")) == {"d": ("*",)}
    assert dict(deployment.model_spaces.of("trained-model")) == {"m": ("ops",)}
    assert deployment.incomplete == {"job_spaces", "model_spaces"}


def test_counted_roles_in_files_announce_a_file_realm(folder: WriteFolder) -> None:
    """The cluster itself says that roles exist which no API shows."""
    security = {"available": True, "enabled": True, "roles": {"file": {"size": 2}}, "realms": {}}
    assert load(folder({"xpack.json": {"security": security}}, "two")).file_realm_announced
    security["roles"] = {"file": {"size": 0}}
    assert not load(folder({"xpack.json": {"security": security}}, "none")).file_realm_announced


def test_a_serverless_deployment_is_recognised(folder: WriteFolder) -> None:
    """By Elasticsearch, or by Kibana where Elasticsearch says nothing."""
    es = load(folder({"version.json": {"version": {"number": "8.11.0", "build_flavor": "serverless"}}}, "es"))
    status = {"version": {"number": "9.3.0", "build_flavor": "serverless"}}
    kibana = load(folder({"kibana_status.json": status}, "kibana"))
    assert es.serverless
    assert kibana.serverless


def test_a_usage_report_about_other_things_is_not_exported(folder: WriteFolder) -> None:
    """`show` would otherwise list it as a second witness for what it does not say."""
    assert "nothing about machine learning" in reason(load(folder({"xpack.json": {"watcher": {}}})).xpack)
