"""The spaces that jobs and trained models are assigned to: `namespaces` of machine learning's saved objects."""

from mlaccess.stack import FrozenMap, SpaceAssignments

from .cursor import Cursor
from .outcome import Gave

__all__ = ["read_job_spaces", "read_model_spaces"]

_TRAINED_MODEL = "trained-model"
_JOB_TYPES = {"anomaly-detector": "anomaly-detector", "data-frame-analytics": "data-frame-analytics"}
_MODEL_TYPES = {"trainedModels": _TRAINED_MODEL, _TRAINED_MODEL: _TRAINED_MODEL}


def read_job_spaces(root: Cursor) -> Gave[SpaceAssignments] | None:
    """`GET kbn:/internal/ml/saved_objects/jobs_spaces`, `.../status`, or a search for the type `ml-job`."""
    return _in_any_shape(root, _JOB_TYPES)


def read_model_spaces(root: Cursor) -> Gave[SpaceAssignments] | None:
    """`GET kbn:/internal/ml/saved_objects/trained_models_spaces`, `.../status`, or a search for `ml-trained-model`."""
    return _in_any_shape(root, _MODEL_TYPES)


def _in_any_shape(root: Cursor, types: dict[str, str]) -> Gave[SpaceAssignments] | None:
    if "saved_objects" in root.keys:
        return _saved_objects(root)
    checked = root.get("savedObjects")
    return _assignments(root, types) if checked is None else _checked(root, checked, types)


def _assignments(root: Cursor, types: dict[str, str]) -> Gave[SpaceAssignments] | None:
    by_type: dict[str, dict[str, Cursor]] = {}
    if root.keys and not root.keys & set(types):
        # Read as "nothing is assigned", another answer would deny everybody every job.
        root.refuse("no " + " or ".join(f"`{key}`" for key in types), "spaces by type and id")
        return None
    for key, members in root.items("spaces by type and id"):
        type_ = types.get(key)
        if type_ is None:
            members.note(f"a type that does not belong into this file, ignored: `{key}`", "unknown-key")
            continue
        for id_, spaces in members.items("spaces by id"):
            by_type.setdefault(type_, {})[id_] = spaces
    return _gave(root, by_type, complete=True)


def _checked(root: Cursor, checked: Cursor, types: dict[str, str]) -> Gave[SpaceAssignments]:
    """`GET kbn:/internal/ml/saved_objects/status`: the same assignments, with checks that are of no use here."""
    by_type: dict[str, dict[str, Cursor]] = {}
    for key, bodies in checked.items("saved objects by type"):
        for body in bodies.elements("a list of saved objects") if key in types else ():
            id_, namespaces = body.get("jobId", "modelId"), body.get("namespaces")
            if id_ is None or namespaces is None:
                body.refuse("no `namespaces` with a `jobId` or a `modelId`", "the spaces of a job or model")
                continue
            by_type.setdefault(types[key], {})[id_.text("an id")] = namespaces
    return _gave(root, by_type, complete=True)


def _saved_objects(root: Cursor) -> Gave[SpaceAssignments] | None:
    """`GET kbn:/api/saved_objects/_find?type=ml-job&namespaces=*`. The answer does not say in which spaces was
    searched, so what it does not list is unknown."""
    by_type: dict[str, dict[str, Cursor]] = {}
    members = root.get("saved_objects")
    for body in members.elements("a list of saved objects") if members is not None else ():
        attributes, namespaces = body.get("attributes"), body.get("namespaces")
        id_ = attributes.get("job_id", "model_id") if attributes is not None else None
        kind = attributes.get("type") if attributes is not None else None
        if id_ is None:
            body.refuse("no `attributes` with a `job_id` or a `model_id`", "a saved object of machine learning")
        elif namespaces is None:
            body.refuse("no `namespaces`", "the spaces of a saved object")
        else:
            model = id_.pointer.endswith("/model_id")
            type_ = _TRAINED_MODEL if model or kind is None else kind.text("a job type")
            by_type.setdefault(type_, {})[id_.text("an id")] = namespaces
    return _gave(root, by_type, complete=False)


def _gave(root: Cursor, by_type: dict[str, dict[str, Cursor]], *, complete: bool) -> Gave[SpaceAssignments]:
    spaces = {
        type_: FrozenMap({id_: place.strings("a list of space ids") for id_, place in members.items()})
        for type_, members in by_type.items()
    }
    origins = {(type_, id_): place.origin for type_, members in by_type.items() for id_, place in members.items()}
    assignments = SpaceAssignments(FrozenMap(spaces), origin=root.origin, origins=FrozenMap(origins))
    return Gave(assignments, f"{len(origins)} space assignments", complete=complete)
