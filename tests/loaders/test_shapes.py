"""What people write by hand and what old versions answered: read in the one sensible way, with a notice."""

import pytest

from mlaccess.loaders import load
from mlaccess.stack import (
    ApplicationGrant,
    Deployment,
    FieldSecurity,
    FrozenMap,
    IndicesGrant,
    KibanaGrant,
    NotExported,
    RoleDescriptor,
)

from .conftest import WriteFolder


def role(deployment: Deployment, name: str = "r") -> RoleDescriptor:
    assert not isinstance(deployment.roles, NotExported)
    return deployment.roles[name]


def notices(deployment: Deployment) -> set[str]:
    return {n.id for n in deployment.notices}


def test_a_role_with_every_field(folder: WriteFolder) -> None:
    """Field for field as Elasticsearch answers, without a notice."""
    body = {
        "cluster": ["monitor_ml"],
        "indices": [
            {
                "names": ["logs-*"],
                "privileges": ["read"],
                "field_security": {"grant": ["*"], "except": ["secret"]},
                "query": '{"match_all":{}}',
                "allow_restricted_indices": True,
            }
        ],
        "remote_indices": [{"clusters": ["east"], "names": ["a"], "privileges": ["read"]}],
        "remote_cluster": [{"clusters": ["*"], "privileges": ["monitor_enrich"]}],
        "applications": [{"application": "kibana-.kibana", "privileges": ["feature_ml.all"], "resources": ["*"]}],
        "run_as": ["ben"],
        "global": {"application": {"manage": {"applications": ["app-*"]}}},
        "metadata": {"_reserved": True},
        "transient_metadata": {"enabled": True},
        "description": "words",
        "restriction": {"workflows": ["search_application_query"]},
    }
    deployment = load(folder({"security_roles.json": {"r": body}}))
    found = role(deployment)
    assert found.indices == (
        IndicesGrant(
            ("logs-*",),
            ("read",),
            FieldSecurity(("*",), ("secret",)),
            '{"match_all":{}}',
            allow_restricted_indices=True,
        ),
    )
    assert found.remote_indices[0].clusters == ("east",)
    assert found.remote_cluster[0].privileges == ("monitor_enrich",)
    assert found.applications == (ApplicationGrant("kibana-.kibana", ("feature_ml.all",), ("*",)),)
    manage = FrozenMap({"manage": FrozenMap({"applications": ("app-*",)})})
    assert found.global_ == (FrozenMap({"application": manage}),)
    assert (found.cluster, found.run_as, found.description) == (("monitor_ml",), ("ben",), "words")
    assert found.workflows == ("search_application_query",)
    assert found.reserved
    assert deployment.notices == ()


def test_a_text_where_a_list_belongs_is_a_list_of_one(folder: WriteFolder) -> None:
    """People write `"cluster": "all"` and `"names": "logs-*"`; Elasticsearch itself allows the latter."""
    body = {"cluster": "all", "indices": [{"names": "logs-*", "privileges": "read", "field_security": {"grant": "a"}}]}
    deployment = load(folder({"security_roles.json": {"r": body}}))
    assert role(deployment).cluster == ("all",)
    assert role(deployment).indices == (IndicesGrant(("logs-*",), ("read",), FieldSecurity(("a",))),)
    assert {n.position for n in deployment.notices if n.id == "scalar"} == {"security_roles.json#/r/cluster"}
    assert notices(deployment) == {"scalar"}


def test_one_entry_where_a_list_belongs_is_a_list_of_one(folder: WriteFolder) -> None:
    body = {"indices": {"names": ["a"], "privileges": ["read"]}}
    assert role(load(folder({"security_roles.json": {"r": body}}))).indices[0].names == ("a",)


def test_a_text_where_entries_belong_grants_nothing(folder: WriteFolder) -> None:
    """Elasticsearch refuses such a role."""
    found = role(load(folder({"security_roles.json": {"r": {"indices": "logs-*"}}})))
    assert found.indices == (IndicesGrant(("logs-*",), ()),)


def test_index_is_read_as_indices(folder: WriteFolder) -> None:
    """Old requests and many pages write it so."""
    deployment = load(folder({"security_roles.json": {"r": {"index": [{"names": ["a"], "privileges": ["read"]}]}}}))
    assert role(deployment).indices[0].names == ("a",)
    assert notices(deployment) == {"spelling"}


def test_a_query_written_as_an_object_becomes_text(folder: WriteFolder) -> None:
    """Requests may hold an object, answers hold text."""
    body = {"indices": [{"names": ["a"], "privileges": ["read"], "query": {"term": {"team": "ß"}}}]}
    assert role(load(folder({"security_roles.json": {"r": body}}))).indices[0].query == '{"term":{"team":"ß"}}'


def test_an_empty_query_is_no_query(folder: WriteFolder) -> None:
    """A role with one needs no licence for document level security."""
    body = {"indices": [{"names": ["a"], "privileges": ["read"], "query": ""}]}
    assert not role(load(folder({"security_roles.json": {"r": body}}))).uses_dls_or_fls


def test_names_keep_their_case_and_spelling(folder: WriteFolder) -> None:
    """What Elasticsearch makes of `READ` is decided elsewhere."""
    body = {"cluster": ["MANAGE_ML"], "indices": [{"names": ["/Logs-[0-9]+/"], "privileges": ["READ"]}]}
    found = role(load(folder({"security_roles.json": {"r": body}})))
    assert (found.cluster, found.indices[0].privileges) == (("MANAGE_ML",), ("READ",))


def test_unknown_keys_are_ignored_and_told(folder: WriteFolder) -> None:
    deployment = load(folder({"security_roles.json": {"r": {"cluster": [], "colour": "red", "indices": []}}}))
    assert [n.text for n in deployment.notices] == ["keys that a role does not have are ignored: `colour`"]


def test_repeated_oddities_are_told_once_with_their_number(folder: WriteFolder) -> None:
    roles = {f"r{i}": {"cluster": "all"} for i in range(5)}
    deployment = load(folder({"security_roles.json": roles}))
    assert [n.text for n in deployment.notices] == [
        "a text where a list belongs, read as a list of one (and 4 more times in this file)"
    ]


def test_the_fields_of_version_5_are_field_security(folder: WriteFolder) -> None:
    body = {"indices": [{"names": ["a"], "privileges": ["read"], "fields": ["x"]}]}
    assert role(load(folder({"security_roles.json": {"r": body}}))).indices[0].field_security == FieldSecurity(("x",))


def test_an_application_entry_without_resources_grants_nothing(folder: WriteFolder) -> None:
    """Elasticsearch refuses the role."""
    body = {"applications": [{"application": "kibana-.kibana", "privileges": ["all"]}]}
    deployment = load(folder({"security_roles.json": {"r": body}}))
    assert role(deployment).applications[0].resources == ()
    assert notices(deployment) == {"refused"}


@pytest.mark.parametrize(
    ("file", "body", "part", "names"),
    [
        ("security_roles.json", {"cluster": ["all"], "indices": []}, "roles", ["security_roles"]),
        ("security_roles.json", {"name": "r", "cluster": ["all"]}, "roles", ["r"]),
        (
            "security_roles.json",
            {"global": {"profile": {"write": {"applications": ["x"]}}}},
            "roles",
            ["security_roles"],
        ),
        ("security_users.json", {"password": "pw", "roles": ["a"]}, "users", ["security_users"]),
        ("security_users.json", {"username": "u", "roles": "superuser"}, "users", ["u"]),
        ("security_role_mappings.json", {"roles": ["a"], "rules": {}}, "role_mappings", ["security_role_mappings"]),
        ("kibana_roles.json", {"elasticsearch": {}, "kibana": []}, "kibana_roles", ["kibana_roles"]),
        ("kibana_spaces.json", {"id": "ops", "name": "Ops"}, "spaces", ["ops"]),
        ("ml_anomaly_detectors.json", {"analysis_config": {}, "groups": "g"}, "jobs", ["ml_anomaly_detectors"]),
        ("ml_datafeeds.json", {"job_id": "j", "indexes": ["a"]}, "datafeeds", ["ml_datafeeds"]),
        ("api_keys.json", {"name": "k", "role_descriptors": {}}, "api_keys", ["k"]),
    ],
)
def test_the_body_of_one_member_stands_for_itself_alone(
    folder: WriteFolder, file: str, body: object, part: str, names: list[str]
) -> None:
    """It is named by its own name or after its file; everything that it does not name stays unknown."""
    deployment = load(folder({file: body}))
    assert list(getattr(deployment, part)) == names
    assert deployment.incomplete == {part}
    assert "single" in notices(deployment)


@pytest.mark.parametrize(
    ("file", "body", "part"),
    [
        ("security_users.json", [{"username": "x", "roles": [], "enabled": True}], "users"),
        ("security_users.json", {"users": {"x": {"roles": [], "enabled": True}}}, "users"),
        ("security_users.json", {"users": [{"username": "x", "roles": [], "enabled": True}]}, "users"),
        ("security_roles.json", [{"name": "x", "cluster": []}], "roles"),
        ("security_roles.json", {"roles": {"x": {"cluster": []}}}, "roles"),
        ("kibana_roles.json", {"roles": [{"name": "x", "elasticsearch": {}, "kibana": []}]}, "kibana_roles"),
        ("kibana_roles.json", {"x": {"elasticsearch": {}, "kibana": []}}, "kibana_roles"),
        ("api_keys.json", [{"id": "x"}], "api_keys"),
        ("ml_datafeeds.json", [{"datafeed_id": "x", "job_id": "j", "indices": ["a"]}], "datafeeds"),
    ],
)
def test_lists_maps_and_envelopes_are_all_lists(folder: WriteFolder, file: str, body: object, part: str) -> None:
    """`{name: body}`, `[{name, …}]`, `{"users": …}` say the same."""
    deployment = load(folder({file: body}))
    assert list(getattr(deployment, part)) == ["x"]
    assert deployment.incomplete == frozenset()


def test_a_user_may_be_named_like_an_envelope(folder: WriteFolder) -> None:
    """`users` is a fine name for a user."""
    deployment = load(
        folder({"security_users.json": {"users": {"username": "users", "roles": ["a"], "enabled": True}}})
    )
    assert not isinstance(deployment.users, NotExported)
    assert deployment.users["users"].roles == ("a",)


def test_the_origin_of_a_user_follows_the_shape(folder: WriteFolder) -> None:
    """A map is pointed into by name, a list by number."""
    by_name = load(folder({"security_users.json": {"a/b": {"roles": [], "enabled": True}}}, "map"))
    by_number = load(folder({"security_users.json": {"users": [{"username": "a", "roles": []}]}}, "list"))
    assert not isinstance(by_name.users, NotExported)
    assert not isinstance(by_number.users, NotExported)
    assert str(by_name.users["a/b"].origin) == "security_users.json#/a~1b"
    assert str(by_number.users["a"].origin) == "security_users.json#/users/0"


def test_users_keep_what_elasticsearch_says_of_them(folder: WriteFolder) -> None:
    """Also where something is odd and the quick way is left."""
    plain = {
        "roles": ["a", "b"],
        "full_name": "Ana B",
        "email": "a@example.org",
        "metadata": {"n": 1},
        "enabled": False,
    }
    odd = {**plain, "metadata": {"team": ["x"]}, "roles": "a"}
    users = load(folder({"security_users.json": {"plain": plain, "odd": odd}})).users
    assert not isinstance(users, NotExported)
    assert users["plain"].roles == ("a", "b")
    assert users["odd"].roles == ("a",)
    assert users["plain"].metadata == FrozenMap({"n": 1})
    assert users["odd"].metadata == FrozenMap({"team": ("x",)})
    for name in ("plain", "odd"):
        assert (users[name].full_name, users[name].email, users[name].enabled) == ("Ana B", "a@example.org", False)
    assert len(users.disabled()) == 2


def test_role_is_read_as_roles(folder: WriteFolder) -> None:
    deployment = load(folder({"security_users.json": {"u": {"role": ["a"], "enabled": True}}}))
    assert not isinstance(deployment.users, NotExported)
    assert deployment.users["u"].roles == ("a",)
    assert notices(deployment) == {"spelling"}


def test_role_templates_are_read_from_answers_and_requests(folder: WriteFolder) -> None:
    """Answers hold the script as text, requests as an object; a stored script cannot be read."""
    templates = [
        {"template": '{"source":"_user_{{username}}"}', "format": "string"},
        {"template": {"source": "{{#tojson}}groups{{/tojson}}"}, "format": "json"},
        {"template": "saml_user"},
        {"template": {"source": ["a", "b"], "id": "x"}},
    ]
    body = {"m": {"enabled": True, "role_templates": templates, "rules": {"field": {"username": "*"}}}}
    deployment = load(folder({"security_role_mappings.json": body}))
    assert not isinstance(deployment.role_mappings, NotExported)
    found = deployment.role_mappings["m"].role_templates
    assert [(t.source, t.format) for t in found[:3]] == [
        ("_user_{{username}}", "string"),
        ("{{#tojson}}groups{{/tojson}}", "json"),
        ("saml_user", "string"),
    ]
    assert notices(deployment) == {"stored-script"}


def test_a_mapping_with_roles_and_templates_is_read_with_both(folder: WriteFolder) -> None:
    """Elasticsearch refuses the pair; leaving one out could hide access."""
    body = {"m": {"enabled": True, "roles": ["a"], "role_templates": [{"template": "b"}], "rules": {}}}
    deployment = load(folder({"security_role_mappings.json": body}))
    assert notices(deployment) == {"refused"}


@pytest.mark.parametrize(
    ("kibana", "grants"),
    [
        (
            [{"base": [], "feature": {"ml": ["read"]}, "spaces": ["ops"]}],
            (KibanaGrant(("ops",), feature=FrozenMap({"ml": ("read",)})),),
        ),
        ([{"base": ["all"], "spaces": ["*"]}], (KibanaGrant(("*",), base=("all",)),)),
        ([{"feature": {"ml": ["all"]}}], (KibanaGrant(("*",), feature=FrozenMap({"ml": ("all",)})),)),
        (
            [{"base": [], "_reserved": ["ml_user"], "spaces": ["*"]}],
            (KibanaGrant(("*",), reserved=("ml_user",)),),
        ),
        (
            {"global": ["read"], "space": {"ops": ["all"]}},
            (KibanaGrant(("*",), base=("read",)), KibanaGrant(("ops",), base=("all",))),
        ),
    ],
)
def test_roles_in_every_shape_that_kibana_had(
    folder: WriteFolder, kibana: object, grants: tuple[KibanaGrant, ...]
) -> None:
    """Lists of entries, and `global` with `space` of Kibana 6.5; requests may leave `spaces` out, meaning all."""
    deployment = load(folder({"kibana_roles.json": [{"name": "r", "elasticsearch": {}, "kibana": kibana}]}))
    assert not isinstance(deployment.kibana_roles, NotExported)
    assert deployment.kibana_roles["r"].kibana == grants


STATE = [{"application": "kibana-.kibana", "privileges": ["all"], "resources": ["*", "space:ops"]}]


@pytest.mark.parametrize(
    ("error", "failed"),
    [
        ([], False),
        (None, False),
        (False, False),
        (True, True),
        (["kibana"], True),
        ([{"reason": "kibana:global_resource_mixed"}], True),
        ([{"reason": "kibana:global_resource_mixed", "state": STATE}], True),
    ],
)
def test_every_shape_of_a_failed_transformation_is_kept(folder: WriteFolder, error: object, failed: bool) -> None:
    """Whatever the version writes: empty means that `kibana` counts; the raw entries in `state` stay readable."""
    body = {
        "name": "r",
        "elasticsearch": {},
        "kibana": [],
        "_transform_error": error,
        "_unrecognized_applications": ["x"],
    }
    deployment = load(folder({"kibana_roles.json": [body]}))
    assert not isinstance(deployment.kibana_roles, NotExported)
    found = deployment.kibana_roles["r"]
    assert bool(found.transform_error) is failed
    assert found.unrecognized_applications == ("x",)
    if isinstance(error, list) and error and isinstance(error[0], dict) and "state" in error[0]:
        first = found.transform_error[0]
        assert isinstance(first, FrozenMap)
        assert isinstance(first["state"], tuple)


@pytest.mark.parametrize(
    ("space", "disabled", "solution", "effective"),
    [
        ({"disabledFeatures": ["ml"]}, {"ml"}, None, True),
        ({"disabledFeatures": ["siem"], "solution": "oblt"}, {"siem"}, "oblt", True),
        ({"disabledFeatures": [], "solution": "classic"}, set[str](), "classic", True),
        ({"disabledFeatures": [], "solution": "oblt"}, set[str](), "oblt", False),
        ({"solution": "es"}, set[str](), "es", False),
        ({}, set[str](), None, True),
    ],
)
def test_a_solution_view_without_its_features_was_written_by_hand(
    folder: WriteFolder, space: dict[str, object], disabled: set[str], solution: str | None, effective: bool
) -> None:
    """Kibana answers the effective list, which no solution view leaves empty; Kibana 6 had no such list."""
    deployment = load(folder({"kibana_spaces.json": [{"id": "s", **space}]}))
    assert not isinstance(deployment.spaces, NotExported)
    found = deployment.spaces["s"]
    assert (found.disabled_features, found.solution, found.effective) == (frozenset(disabled), solution, effective)


def test_machine_learning_in_the_shapes_of_all_versions(folder: WriteFolder) -> None:
    """`indexes`, one text for a list, an embedded datafeed, credentials without anything secret."""
    deployment = load(
        folder(
            {
                "ml_anomaly_detectors.json": {
                    "count": 1,
                    "jobs": [
                        {
                            "job_id": "j",
                            "groups": ["g"],
                            "results_index_name": "custom-x",
                            "model_plot_config": {"enabled": True},
                            "analysis_config": {"categorization_field_name": "message"},
                            "datafeed_config": {"datafeed_id": "d", "indices": ["logs-*"]},
                        }
                    ],
                },
                "ml_datafeeds.json": {
                    "count": 1,
                    "datafeeds": [
                        {
                            "datafeed_id": "d",
                            "job_id": "j",
                            "indexes": "logs-*",
                            "authorization": {"api_key": {"id": "i", "name": "n", "api_key": "planted"}, "x": 1},
                        }
                    ],
                },
                "ml_dataframe.json": {
                    "count": 1,
                    "data_frame_analytics": [
                        {
                            "id": "a",
                            "source": {"index": "src"},
                            "dest": {"index": "dst"},
                            "authorization": {"roles": ["r"]},
                        }
                    ],
                },
                "ml_trained_models.json": {
                    "count": 1,
                    "trained_model_configs": [{"model_id": "m", "metadata": {"analytics_config": {"id": "a"}}}],
                },
                "ml_info.json": {"upgrade_mode": True, "defaults": {}},
            }
        )
    )
    assert not isinstance(deployment.jobs, NotExported)
    assert not isinstance(deployment.datafeeds, NotExported)
    assert not isinstance(deployment.analytics, NotExported)
    assert not isinstance(deployment.trained_models, NotExported)
    assert not isinstance(deployment.ml_info, NotExported)
    job = deployment.jobs["j"]
    assert (job.groups, job.results_index_name, job.model_plot) == (("g",), "custom-x", True)
    assert job.categorization_field == "message"
    assert job.embedded_datafeed is not None
    assert (job.embedded_datafeed.id, job.embedded_datafeed.indices) == ("d", ("logs-*",))
    assert deployment.datafeeds["d"].indices == ("logs-*",)
    assert deployment.datafeeds["d"].authorization == FrozenMap({"api_key": FrozenMap({"id": "i", "name": "n"})})
    assert deployment.analytics["a"].source == ("src",)
    assert deployment.trained_models["m"].created_by_job == "a"
    assert deployment.ml_info.upgrade_mode


def test_an_api_key_knows_what_its_export_shows(folder: WriteFolder) -> None:
    """No `role_descriptors` is unknown, empty ones mean "as the owner"; likewise `limited_by`."""
    keys = [
        {"id": "bare", "name": "x", "creation": 1_700_000_000_000, "invalidated": True, "realm_type": "native"},
        {"id": "whole", "role_descriptors": {}, "limited_by": [{"r": {"cluster": ["all"]}}], "expiration": 9e17},
    ]
    deployment = load(folder({"api_keys.json": {"api_keys": keys}}))
    assert not isinstance(deployment.api_keys, NotExported)
    bare, whole = deployment.api_keys["bare"], deployment.api_keys["whole"]
    assert (bare.role_descriptors, bare.limited_by, bare.invalidated) == (None, None, True)
    assert whole.role_descriptors == ()
    assert whole.limited_by is not None
    assert whole.limited_by[0][0].cluster == ("all",)
    assert whole.expires_at is not None
    assert bare.created_at is not None
    assert bare.created_at.year == 2023


def test_role_descriptors_without_their_keys_are_no_keys(folder: WriteFolder) -> None:
    """The excerpt `limited_by` alone."""
    deployment = load(folder({"api_keys.json": [{"r": {"cluster": ["all"]}}, {"s": {"cluster": []}}]}))
    assert isinstance(deployment.api_keys, NotExported)


def test_service_accounts_privileges_aliases_and_data_streams(folder: WriteFolder) -> None:
    """The remaining answers, as Elasticsearch gives them."""
    deployment = load(
        folder(
            {
                "service_accounts.json": {"elastic/fleet-server": {"role_descriptor": {"cluster": ["monitor"]}}},
                "security_priv.json": {
                    "kibana-.kibana": {"all": {"application": "kibana-.kibana", "name": "all", "actions": ["x", "y"]}}
                },
                "alias.json": {"logs-1": {"aliases": {"logs": {}}}, "bare": {"aliases": {}}},
                "data_stream.json": {
                    "data_streams": [
                        {
                            "name": "ds",
                            "indices": [{"index_name": ".ds-1"}],
                            "failure_store": {"enabled": True, "indices": [{"index_name": ".fs-1"}]},
                        }
                    ]
                },
            }
        )
    )
    assert not isinstance(deployment.service_accounts, NotExported)
    assert not isinstance(deployment.application_privileges, NotExported)
    assert not isinstance(deployment.index_names, NotExported)
    assert deployment.service_accounts["elastic/fleet-server"].cluster == ("monitor",)
    assert deployment.application_privileges["kibana-.kibana", "all"].actions == {"x", "y"}
    assert deployment.index_names.aliases["logs-1"] == {"logs"}
    assert deployment.index_names.data_streams["ds"].backing_indices == (".ds-1",)
    assert deployment.index_names.data_streams["ds"].failure_indices == (".fs-1",)
    assert deployment.index_names.aliases_exported
    assert deployment.index_names.data_streams_exported


def test_aliases_alone_say_nothing_about_data_streams(folder: WriteFolder) -> None:
    names = load(folder({"alias.json": {}})).index_names
    assert not isinstance(names, NotExported)
    assert not names.data_streams_exported
