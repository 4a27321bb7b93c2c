"""Where jobs, models and data views are: answers of other requests in their place, and what they say of themselves."""

import pytest

from mlaccess import LoadError
from mlaccess.loaders import load
from mlaccess.stack import Deployment, NotExported

from .conftest import WriteFolder

CHECKED = {
    "savedObjects": {
        "anomaly-detector": [{"jobId": "j", "type": "anomaly-detector", "datafeedId": None, "namespaces": ["ops"]}],
        "data-frame-analytics": [{"jobId": "d", "type": "data-frame-analytics", "namespaces": ["*"]}],
        "trained-model": [{"modelId": "m", "namespaces": ["ops", "?"], "job": None}],
    },
    "jobs": {"anomaly-detector": [{"jobId": "other", "checks": {"savedObjectExits": False}}]},
}


def test_the_status_of_saved_objects_tells_the_same_assignments(folder: WriteFolder) -> None:
    """One request shows jobs and models; a job without a saved object is in no space."""
    deployment = load(folder({"jobs_spaces.json": CHECKED, "trained_models_spaces.json": CHECKED}))
    assert not isinstance(deployment.job_spaces, NotExported)
    assert not isinstance(deployment.model_spaces, NotExported)
    assert dict(deployment.job_spaces.of("anomaly-detector")) == {"j": ("ops",)}
    assert dict(deployment.job_spaces.of("data-frame-analytics")) == {"d": ("*",)}
    assert dict(deployment.model_spaces.of("trained-model")) == {"m": ("ops", "?")}
    assert deployment.incomplete == frozenset()


@pytest.mark.parametrize(
    ("file", "body", "pointer"),
    [
        ("jobs_spaces.json", {"j": ["ops"]}, "jobs_spaces.json: no `anomaly-detector` or `data-frame-analytics`"),
        ("jobs_spaces.json", {"trainedModels": {"m": ["ops"]}}, "jobs_spaces.json: no `anomaly-detector`"),
        ("trained_models_spaces.json", {"m": ["ops"]}, "trained_models_spaces.json: no `trainedModels`"),
        ("jobs_spaces.json", {"savedObjects": {"anomaly-detector": [{}]}}, "#/savedObjects/anomaly-detector/0"),
    ],
)
def test_assignments_of_no_known_shape_are_an_error(folder: WriteFolder, file: str, body: object, pointer: str) -> None:
    """They are not an empty list, with which every job would certainly be in no space."""
    with pytest.raises(LoadError) as caught:
        load(folder({file: body}))
    assert pointer in str(caught.value)
    going_on = load(folder({file: body}), keep_going=True)
    assert isinstance(going_on.job_spaces, NotExported)
    assert isinstance(going_on.model_spaces, NotExported)


def titles(deployment: Deployment, space: str) -> list[str]:
    assert not isinstance(deployment.data_views, NotExported)
    views = deployment.data_views[space]
    assert not isinstance(views, NotExported)
    return [view.title for view in views]


def test_a_data_view_that_names_other_spaces_is_not_in_this_one(folder: WriteFolder) -> None:
    """A search over all spaces lists the data views of all of them in one file."""
    views = [
        {"id": "1", "title": "here", "namespaces": ["ops", "default"]},
        {"id": "2", "title": "elsewhere", "namespaces": ["ops"]},
        {"id": "3", "title": "everywhere", "namespaces": ["*"]},
        {"id": "4", "title": "unsaid"},
    ]
    spaces = [{"id": "default", "name": "d"}, {"id": "ops", "name": "o"}]
    files = {"kibana_spaces.json": spaces, "kibana_data_views.json": {"data_view": views}}
    deployment = load(folder({**files, "space_ops/kibana_data_views.json": {"data_view": views}}))
    assert titles(deployment, "default") == ["here", "everywhere", "unsaid"]
    assert titles(deployment, "ops") == ["here", "elsewhere", "everywhere", "unsaid"]
    assert [n.id for n in deployment.notices] == ["other-space"]


def test_a_folder_that_may_be_called_otherwise_than_its_space_keeps_its_data_views(folder: WriteFolder) -> None:
    """Without the list of spaces, the folder's name is all there is."""
    view = {"id": "1", "title": "t", "namespaces": ["a.b"]}
    deployment = load(folder({"space_a_b/kibana_data_views.json": {"data_view": [view]}}))
    assert titles(deployment, "a_b") == ["t"]
