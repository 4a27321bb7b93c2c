"""JSON output fits its published schema."""

import json
import re
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mlaccess.cli import main
from mlaccess.rules.facts import FACTS

RUNS = [
    ("access", ["access", "amira", "--space", "default", "--explain", "example:acme"]),
    ("access", ["access", "celia", "--space", "marketing", "--job", "web_request_rate", "example:acme"]),
    ("access", ["access", "nadia", "--interface", "api", "--job", "edge_store_traffic", "example:acme"]),
    ("can", ["can", "otto", "ml.put_job", "--explain", "example:acme"]),
    ("can", ["can", "amira", "canCreateJob", "--space", "default", "example:acme"]),
    ("show", ["show", "example:acme"]),
    ("discrepancies", ["discrepancies", "--user", "gwen", "--user", "lars", "example:acme"]),
    ("diff", ["diff", "example:acme", "example:acme"]),
    ("what_if", ["what-if", "--add-role", "celia", "ml_engineer", "--user", "celia", "example:acme"]),
    ("what_if", ["what-if", "--at", "2036-01-01", "--user", "amira", "--user", "nadia", "example:acme"]),
    ("what_if", ["what-if", "--hide-ml", "default", "--levels-only", "--limit", "3", "example:acme"]),
    ("exposure", ["exposure", "--job", "card_fraud_velocity", "example:acme"]),
    ("exposure", ["exposure", "--reserved", "example:acme"]),
    ("lint", ["lint", "example:acme"]),
    ("who_can", ["who-can", "--at-least", "full", "--space", "fraud", "--why", "rosa", "example:acme"]),
    ("who_can", ["who-can", "--can", "ml.put_job", "--job", "order_volume", "example:acme"]),
    ("matrix", ["matrix", "example:acme"]),
    ("matrix", ["matrix", "--cols", "job", "--space", "fraud", "--open", "rosa", "refund_spikes", "example:acme"]),
    ("totals", ["matrix", "--totals", "example:acme"]),
]
SCHEMAS = files("mlaccess.render") / "schema"


def _schema(name: str) -> Any:
    published = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    return published


@pytest.mark.parametrize(("schema", "arguments"), RUNS, ids=[" ".join(a) for _, a in RUNS])
def test_output_fits_its_schema(schema: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """`--format json` prints one document of the shape that is published."""
    main([*arguments, "--format", "json"])
    jsonschema.validate(json.loads(capsys.readouterr().out), _schema(schema))


def test_every_line_of_ask_fits_its_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Answers and errors alike."""
    questions = tmp_path / "questions.jsonl"
    questions.write_text(
        '{"id": "a", "user": "amira", "space": "default"}\n{"user": "celia", "job": "order_volume"}\nnothing\n'
        '{"id": [1], "user": "amira", "space": 7}\n{"user": "nadia", "interface": "dev_tools"}\n',
        encoding="utf-8",
    )
    assert main(["ask", "--explain", "--questions", str(questions), "example:acme"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ["error" in line for line in lines] == [False, False, True, True, False]
    for line in lines:
        jsonschema.validate(line, _schema("ask"))
    for line in lines:
        if "error" not in line:
            jsonschema.validate(line["explanation"], _schema("explanation"))
            jsonschema.validate({k: v for k, v in line.items() if k != "id"}, _schema("access"))


def test_schemas_that_share_a_shape_say_the_same_of_it() -> None:
    """Each schema stands alone, so shared parts are repeated: never differently."""
    shapes: dict[str, list[Any]] = {}
    for entry in SCHEMAS.iterdir():
        for name, shape in json.loads(entry.read_text(encoding="utf-8")).get("$defs", {}).items():
            shapes.setdefault(name, []).append(shape)
    assert {name for name, found in shapes.items() if any(other != found[0] for other in found)} == set()
    assert len(shapes["explanation"]) > 2


def test_a_schema_refuses_what_is_not_of_its_shape() -> None:
    """Otherwise fitting it would say nothing."""
    for name in ("access", "ask", "can", "show", "diff", "what_if", "exposure", "explanation"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({}, _schema(name))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{"rule": "ML001"}], _schema("lint"))


def test_every_schema_is_in_the_reference() -> None:
    """And every one of the reference exists."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    assert {entry.name for entry in SCHEMAS.iterdir()} == set(re.findall(r"^\| `([a-z_]+\.json)`", page, re.M))


def test_requests_for_a_missing_file_of_a_space_name_that_space(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text and JSON give the same request, to be copied as it is; no id of an export can break out of it."""
    from mlaccess.examples import path

    export = tmp_path / "export"
    shutil.copytree(path("acme"), export)
    next(p for p in export.rglob("space_fraud/kibana_data_views.json")).unlink()
    spaces = next(export.rglob("kibana_spaces.json"))
    listed = json.loads(spaces.read_text(encoding="utf-8"))
    spaces.write_text(json.dumps([*listed, {"id": "x$(reboot)", "name": "x"}]), encoding="utf-8")
    assert main(["show", "--format", "json", str(export)]) == 0
    gaps = {gap["space"]: gap for gap in json.loads(capsys.readouterr().out)["missing"] if gap["space"]}
    assert gaps["fraud"]["request"] == "GET kbn:/s/fraud/api/data_views"
    assert gaps["fraud"]["curl"] == (
        'curl -s --create-dirs -u "$AUTH" -H "kbn-xsrf: true" "$KIBANA_URL/s/fraud/api/data_views" '
        "-o space_fraud/kibana_data_views.json"
    )
    assert gaps["x$(reboot)"]["curl"] is None
    assert main(["show", str(export)]) == 0
    said = capsys.readouterr().out
    assert f"    Dev Tools:  {gaps['fraud']['request']}\n" in said
    assert f"    shell:      {gaps['fraud']['curl']}\n" in said


def test_every_fact_of_an_explanation_says_which_fact_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Also one that has a kind of its own: that of the job whose spaces it asks about."""
    main(["access", "bruno", "--job", "order_volume", "--explain", "--format", "json", "example:acme"])
    text = capsys.readouterr().out
    kinds = set(re.findall(r'"fact": \{\s+"kind": "([^"]+)"', text))
    assert kinds <= {fact.__name__ for fact in FACTS}
    assert "AssignedToSpace" in kinds
    assert '"object": "anomaly-detector"' in text


def test_the_evidence_of_an_explanation_names_files_and_pointers(capsys: pytest.CaptureFixture[str]) -> None:
    """A script can find what decided."""
    main(["access", "amira", "--space", "default", "--explain", "--format", "json", "example:acme"])
    text = capsys.readouterr().out
    assert '"file": "api-diagnostics-20261102-081504/commercial/security_roles.json"' in text
    assert '"pointer": "/ml_engineer/applications/0"' in text
