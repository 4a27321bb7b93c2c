"""JSON output fits its published schema."""

import json
from importlib.resources import files

import jsonschema
import pytest

from mlaccess.cli import main

RUNS = [
    ("access", ["access", "amira", "--space", "default", "--explain", "example:acme"]),
    ("access", ["access", "celia", "--space", "marketing", "--job", "web_request_rate", "example:acme"]),
    ("access", ["access", "nadia", "--interface", "api", "--job", "edge_store_traffic", "example:acme"]),
    ("can", ["can", "otto", "ml.put_job", "--explain", "example:acme"]),
    ("can", ["can", "amira", "canCreateJob", "--space", "default", "example:acme"]),
    ("show", ["show", "example:acme"]),
    ("discrepancies", ["discrepancies", "--user", "gwen", "--user", "lars", "example:acme"]),
]


@pytest.mark.parametrize(("schema", "arguments"), RUNS, ids=[" ".join(a) for _, a in RUNS])
def test_output_fits_its_schema(schema: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """`--format json` prints one document of the shape that is published."""
    main([*arguments, "--format", "json"])
    published = json.loads((files("mlaccess.render") / "schema" / f"{schema}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(json.loads(capsys.readouterr().out), published)


def test_the_evidence_of_an_explanation_names_files_and_pointers(capsys: pytest.CaptureFixture[str]) -> None:
    """A script can find what decided."""
    main(["access", "amira", "--space", "default", "--explain", "--format", "json", "example:acme"])
    text = capsys.readouterr().out
    assert '"file": "api-diagnostics-20261102-081504/commercial/security_roles.json"' in text
    assert '"pointer": "/ml_engineer/applications/0"' in text
