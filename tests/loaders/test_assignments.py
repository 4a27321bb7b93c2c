"""Where assignments stand: the pointer of each list of spaces is the file's own, whatever its shape."""

import json
from pathlib import Path
from typing import Any

import pytest

from mlaccess.loaders import load
from mlaccess.stack import SpaceAssignments

MODELS = {"trainedModels": {"lang": ["default"], "a/b": ["*"]}}
FOUND = {"saved_objects": [{"attributes": {"model_id": "lang"}, "namespaces": ["sales"]}]}


@pytest.mark.parametrize("content", [MODELS, FOUND], ids=["assignments", "saved objects"])
def test_the_origin_of_an_assignment_points_to_its_spaces(tmp_path: Path, content: Any) -> None:
    """Kibana's keys are not the types that this project speaks of, so a pointer made of a type leads nowhere."""
    (tmp_path / "trained_models_spaces.json").write_text(json.dumps(content), encoding="utf-8")
    found = load(tmp_path).model_spaces
    assert isinstance(found, SpaceAssignments)
    for (type_, id_), origin in found.origins.items():
        value: Any = content
        for token in origin.pointer.split("/")[1:]:
            key = token.replace("~1", "/")
            value = value[int(key) if isinstance(value, list) else key]
        assert tuple(value) == found.of(type_)[id_]
    assert len(found.origins) == len(found.of("trained-model"))
