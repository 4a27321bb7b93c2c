"""`mlaccess fix`: what it prints, the shape of its JSON, and its exit codes."""

import json
from importlib.resources import files

import jsonschema
import pytest

from mlaccess.cli import main

EXPORT = "example:acme"


def test_the_best_fix_comes_first_with_its_requests(capsys: pytest.CaptureFixture[str]) -> None:
    """The change, what it grants, whom else it touches, and the requests ready to be sent."""
    assert main(["fix", "bruno", "--space", "default", "--job", "web_request_rate", EXPORT]) == 0
    out = capsys.readouterr().out
    assert "1. assign role `web_logs_reader` to user `bruno`" in out
    assert "PUT /_security/user/bruno" in out
    assert out.index("1. ") < out.index("2. ")


def test_what_is_no_permission_problem_is_said_to_be_none(capsys: pytest.CaptureFixture[str]) -> None:
    """The space hides machine learning; showing it is the fix."""
    assert main(["fix", "kenza", "--space", "legal", EXPORT]) == 0
    out = capsys.readouterr().out
    assert "not a permission problem" in out
    assert "PUT kbn:/api/spaces/space/legal" in out


def test_exit_codes_tell_granted_fixable_hopeless_and_unsettled_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """0 for granted or fixable, 1 where nothing helps, 2 for trouble, 3 where the export does not say."""
    assert main(["fix", "amira", "--space", "default", EXPORT]) == 0
    assert "granted already" in capsys.readouterr().out
    key = "p8knDAbvXDagXGPq_Rmm"
    assert main(["fix", "-", "--api-key", key, "--interface", "api", "--source", "nowhere", EXPORT]) == 1
    assert main(["fix", "amira", "--to", "everything", EXPORT]) == 2
    assert main(["fix", "amira", "--to", "none", EXPORT]) == 2
    assert main(["fix", "amira", "--limit", "0", EXPORT]) == 2
    assert main(["fix", "nobody-listed", "--space", "default", EXPORT]) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["bruno", "--space", "default", "--job", "web_request_rate"],
        ["kenza", "--space", "legal"],
        ["ines", "--space", "ops", "--job", "edge_store_traffic", "--to", "read-only"],
        ["celia", "--can", "canCreateJob", "--space", "marketing"],
        ["zoe", "--realm", "saml-acme", "--realm-type", "saml", "--group", "x", "--space", "marketing"],
        ["amira", "--space", "default"],
    ],
    ids=lambda a: a[0],
)
def test_json_has_the_published_shape(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """`schema/fix.json`, for every kind of answer."""
    main(["fix", *arguments, "--format", "json", EXPORT])
    schema = json.loads((files("mlaccess.render") / "schema" / "fix.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(capsys.readouterr().out), schema)
