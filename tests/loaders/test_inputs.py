"""What can be given: folders, archives, several of them, single files, and the layouts of the collectors."""

import os
from pathlib import Path

import pytest

from mlaccess.errors import LoadError
from mlaccess.loaders import load
from mlaccess.stack import DataView, Deployment, NotExported

from .conftest import WriteFolder, WriteZip

USERS = {"ana": {"username": "ana", "roles": ["analyst"], "enabled": True}}
ROLES = {"analyst": {"cluster": ["monitor_ml"], "indices": [], "applications": [], "run_as": []}}
SPACES = [{"id": "default", "name": "Default", "disabledFeatures": []}, {"id": "ops", "disabledFeatures": []}]
STATUS = {"version": {"number": "9.2.1", "build_flavor": "traditional"}}
VERSION = {"version": {"number": "9.2.1", "build_flavor": "default"}}

ES = {"version.json": VERSION, "commercial/security_users.json": USERS, "commercial/security_roles.json": ROLES}
KIBANA = {"kibana_spaces.json": SPACES, "kibana_status.json": STATUS}


def views(*titles: str) -> dict[str, object]:
    return {"data_view": [{"id": title, "title": title} for title in titles]}


def holds_both(deployment: Deployment) -> None:
    assert not isinstance(deployment.users, NotExported)
    assert not isinstance(deployment.spaces, NotExported)
    assert deployment.users["ana"].roles == ("analyst",)
    assert set(deployment.spaces) == {"default", "ops"}
    assert deployment.version == deployment.kibana_version == "9.2.1"


def titles(deployment: Deployment, space: str) -> tuple[str, ...]:
    assert not isinstance(deployment.data_views, NotExported)
    found = deployment.data_views[space]
    assert not isinstance(found, NotExported)
    return tuple(v.title for v in found)


def test_a_folder_of_two_bundles_with_their_top_folders(folder: WriteFolder) -> None:
    """As the two archives unzip side by side."""
    files = {f"api-diagnostics-1/{k}": v for k, v in ES.items()}
    files |= {f"kibana-api-diagnostics-2/{k}": v for k, v in KIBANA.items()}
    holds_both(load(folder(files)))


def test_two_archives_in_one_call(archive: WriteZip) -> None:
    """Paths begin with the archive's name, so that files of the same name stay apart."""
    deployment = load(archive(ES, "es.zip"), archive(KIBANA, "kibana.zip"))
    holds_both(deployment)
    assert {i.path.partition("/")[0] for i in deployment.inputs} == {"es.zip", "kibana.zip"}


def test_an_archive_with_a_top_folder(archive: WriteZip) -> None:
    """Collectors put everything into one folder; others do not."""
    holds_both(load(archive({f"local-diagnostics-20260101-000000/{k}": v for k, v in {**ES, **KIBANA}.items()})))


def test_a_folder_that_holds_archives_and_files(folder: WriteFolder, archive: WriteZip) -> None:
    """Archives beside the extra files: read in place, nothing is written."""
    es, kibana = archive(ES, "es.zip"), archive(KIBANA, "kibana.zip")
    root = folder({"es.zip": es.read_bytes(), "sub/kibana.zip": kibana.read_bytes(), "jobs_spaces.json": {}})
    before = sorted(root.rglob("*"))
    deployment = load(root)
    holds_both(deployment)
    assert not isinstance(deployment.job_spaces, NotExported)
    assert "sub/kibana.zip/kibana_spaces.json" in {i.path for i in deployment.inputs}
    assert sorted(root.rglob("*")) == before


def test_a_flat_folder_of_the_same_answers(folder: WriteFolder) -> None:
    """Names alone matter, and short ones are understood."""
    flat = {k.rpartition("/")[2]: v for k, v in {**ES, **KIBANA}.items()}
    holds_both(load(folder(flat)))
    short = {"version.json": VERSION, "users.json": USERS, "roles.json": ROLES, "spaces.json": SPACES} | {
        "kibana_status.json": STATUS
    }
    holds_both(load(folder(short, "short")))


def test_a_single_file(folder: WriteFolder) -> None:
    """All else is not exported."""
    root = folder({"security_users.json": USERS})
    deployment = load(root / "security_users.json")
    assert not isinstance(deployment.users, NotExported)
    assert str(deployment.users["ana"].origin) == "security_users.json#/ana"
    assert isinstance(deployment.roles, NotExported)


def test_several_single_files_and_a_folder(folder: WriteFolder) -> None:
    """Files, folders and archives may be mixed; folders are told by their own name."""
    root = folder({**ES, **KIBANA})
    extra = folder({"jobs_spaces.json": {"anomaly-detector": {"j": ["ops"]}}}, "extra")
    deployment = load(root, extra / "jobs_spaces.json")
    holds_both(deployment)
    assert {"export/version.json", "jobs_spaces.json"} <= {i.path for i in deployment.inputs}


def test_the_layout_of_eck_diagnostics(archive: WriteZip) -> None:
    """`<namespace>/<elasticsearch|kibana>/<name>/…`, beside lists of Kubernetes that share names with the stack's."""
    files: dict[str, object] = {f"prod/elasticsearch/main/{k}": v for k, v in ES.items()}
    files |= {f"prod/kibana/main/{k}": v for k, v in KIBANA.items()}
    files |= {
        "nodes.json": {"kind": "NodeList", "apiVersion": "v1", "items": []},
        "version.json": {"ServerVersion": {"major": "1", "gitVersion": "v1.30.0"}},
    }
    deployment = load(archive(files))
    holds_both(deployment)
    assert isinstance(deployment.nodes, NotExported)
    assert {i.path for i in deployment.inputs if i.status == "ignored"} == {
        "export.zip/nodes.json",
        "export.zip/version.json",
    }


def test_both_layouts_of_spaces(folder: WriteFolder) -> None:
    """`space_<id>/` with the default space at the root, and `spaces/<id>/`."""
    old = {"kibana_data_views.json": views("logs-*"), "space_ops/kibana_data_views.json": views("ops-*")}
    new = {
        "spaces/default/kibana_data_views.json": views("logs-*"),
        "spaces/ops/kibana_data_views.json": views("ops-*"),
    }
    for name, layout in {"old": old, "new": new}.items():
        deployment = load(folder({**KIBANA, **layout}, name))
        assert titles(deployment, "default") == ("logs-*",)
        assert titles(deployment, "ops") == ("ops-*",)


def test_a_folder_name_is_mapped_back_to_the_space(folder: WriteFolder) -> None:
    """Collectors write `_` for what a folder name should not hold."""
    spaces = [{"id": "team.a", "disabledFeatures": []}, {"id": "b", "disabledFeatures": []}]
    root = folder({"kibana_spaces.json": spaces, "space_team_a/kibana_data_views.json": views("a-*")})
    assert titles(load(root), "team.a") == ("a-*",)


def test_a_folder_name_that_fits_two_spaces_is_unknown_for_both(folder: WriteFolder) -> None:
    """Neither space gets data views that may be the other's."""
    spaces = [{"id": "team.a", "disabledFeatures": []}, {"id": "team_a", "disabledFeatures": []}]
    deployment = load(folder({"kibana_spaces.json": spaces, "space_team_a/kibana_data_views.json": views("a-*")}))
    assert not isinstance(deployment.data_views, NotExported)
    assert all(isinstance(deployment.data_views[s], NotExported) for s in ("team.a", "team_a"))
    assert [n.id for n in deployment.notices] == ["ambiguous-space"]


def test_data_views_saved_as_saved_objects(folder: WriteFolder) -> None:
    """Kibana 7 has no request for data views, but finds index patterns among its saved objects."""
    found = {
        "page": 1,
        "total": 1,
        "saved_objects": [{"type": "index-pattern", "id": "x", "attributes": {"title": "logs-*"}}],
    }
    deployment = load(folder({"kibana_data_views.json": found}))
    assert not isinstance(deployment.data_views, NotExported)
    assert deployment.data_views["default"] == (DataView("x", "logs-*"),)


def test_the_same_file_twice_is_read_once(folder: WriteFolder) -> None:
    """Equal bytes are a notice."""
    deployment = load(folder({"a/security_users.json": USERS, "b/security_users.json": USERS}))
    assert not isinstance(deployment.users, NotExported)
    assert [n.id for n in deployment.notices] == ["twice"]


@pytest.mark.parametrize(
    ("kibana", "told"), [("9.1.0", True), ("8.14.3", True), ("8.15.2", False), ("8.15.0-SNAPSHOT", False)]
)
def test_another_minor_version_of_kibana_is_a_notice(folder: WriteFolder, kibana: str, told: bool) -> None:
    """Two exports may have been mixed; during an upgrade it is so for a while, so that nothing is refused."""
    files = {
        "version.json": {"version": {"number": "8.15.0", "build_flavor": "default"}},
        "kibana_status.json": {"version": {"number": kibana}},
    }
    deployment = load(folder(files))
    assert (deployment.version, deployment.kibana_version) == ("8.15.0", kibana)
    notices = [n for n in deployment.notices if n.id == "versions"]
    assert [n.position for n in notices] == (["kibana_status.json"] if told else [])
    assert all(kibana in n.text and "8.15.0" in n.text for n in notices)


def test_two_deployments_in_one_folder_are_refused(folder: WriteFolder) -> None:
    """Mixing the users of two clusters would answer for neither."""
    other = {"ben": {"username": "ben", "roles": [], "enabled": True}}
    with pytest.raises(LoadError) as caught:
        load(folder({"a/security_users.json": USERS, "b/security_users.json": other}))
    assert str(caught.value) == (
        "b/security_users.json: a second `security_users.json` that differs from a/security_users.json, "
        "expected the export of one deployment"
    )


def test_a_file_fetched_later_stands_in_for_an_error_body(folder: WriteFolder) -> None:
    """Of two files for one part, the one that gives something is used."""
    refused = {"error": {"type": "security_exception", "reason": "no"}, "status": 403}
    deployment = load(folder({"a/security_users.json": refused, "security_users.json": USERS}))
    assert not isinstance(deployment.users, NotExported)


@pytest.mark.parametrize("given", ["nothing-here", "nothing-here.zip"])
def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path, given: str) -> None:
    """Even with `keep_going`: it is a slip of the caller's."""
    for keep_going in (False, True):
        with pytest.raises(LoadError, match="no such file or folder"):
            load(tmp_path / given, keep_going=keep_going)


def test_no_path_is_an_error() -> None:
    with pytest.raises(LoadError, match="no path given"):
        load()


def test_inputs_without_any_known_file_are_an_error(folder: WriteFolder) -> None:
    """An answer from nothing would be unknown throughout, and the path is probably wrong."""
    with pytest.raises(LoadError, match="no file that mlaccess knows"):
        load(folder({"readme.txt": "hello", "package.json": {}}))


def test_a_single_file_of_an_unknown_name_is_an_error(folder: WriteFolder) -> None:
    """The error suggests the name that was probably meant."""
    root = folder({"security_user.json": USERS})
    with pytest.raises(LoadError, match=r"not a file that mlaccess knows by name, expected .*`security_users\.json`"):
        load(root / "security_user.json")


def test_leaving_out_the_only_file_leaves_everything_unknown(folder: WriteFolder) -> None:
    """A file that was there and is left out is not a wrong path."""
    deployment = load(folder({"security_users.json": USERS}), without=["security_users.json"])
    assert isinstance(deployment.users, NotExported)


def test_a_link_out_of_the_folder_is_not_followed(folder: WriteFolder, tmp_path: Path) -> None:
    """An export from elsewhere must not make mlaccess read the reader's own files."""
    secret = tmp_path / "outside.json"
    secret.write_text('{"ana": {"roles": ["superuser"], "enabled": true}}')
    root = folder({"version.json": VERSION})
    os.symlink(secret, root / "security_users.json")
    os.symlink(tmp_path, root / "loop")
    deployment = load(root)
    assert isinstance(deployment.users, NotExported)
    assert {n.text for n in deployment.notices} == {
        "a symbolic link that leaves the folder, not read",
        "a symbolic link to a folder, not followed",
    }


def test_a_link_inside_the_folder_is_read(folder: WriteFolder) -> None:
    """It leads to what was given anyway."""
    root = folder({"version.json": VERSION, "users-2026.txt": USERS})
    os.symlink(root / "users-2026.txt", root / "security_users.json")
    assert not isinstance(load(root).users, NotExported)


def test_files_of_the_file_realm_are_read_beside_the_bundle(folder: WriteFolder) -> None:
    """Their names suffice; giving them announces that such roles exist."""
    deployment = load(
        folder(
            {
                "version.json": VERSION,
                "config/users": "fay:$2a$10$NotARealHashNotARealHash\n",
                "config/users_roles": "ml_ops:fay\n",
                "config/elasticsearch.yml": "xpack.ml.enabled: false\n",
            }
        )
    )
    assert not isinstance(deployment.file_users, NotExported)
    assert deployment.file_users["fay"].roles == ("ml_ops",)
    assert deployment.file_realm_announced
    assert {i.path: i.gave for i in deployment.inputs}["config/users"] == "1 users"
    assert [dict(s) for s in deployment.settings_files] == [{"xpack.ml.enabled": "false"}]
    assert isinstance(deployment.file_roles, NotExported)
