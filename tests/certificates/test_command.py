"""`access --certificate` and `verify`: what they print, write and end with."""

import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mlaccess.checker import verify
from mlaccess.cli import main

from .conftest import ACME, QUESTIONS, Body

ASK = ["access", "amira", "--space", "default", "--job", "order_volume"]


def schema(name: str) -> Any:
    """A published schema."""
    return json.loads((files("mlaccess.render") / "schema" / name).read_text(encoding="utf-8"))


@pytest.fixture
def certificate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A certificate as the command writes it."""
    file = tmp_path / "amira.json"
    assert main([*ASK, "--certificate", str(file), "example:acme"]) == 1
    assert "`amira` has no access" in capsys.readouterr().out
    return file


@pytest.mark.parametrize("name", QUESTIONS)
def test_certificates_fit_their_schema(name: str, certificates: dict[str, Body]) -> None:
    """Of whatever question."""
    jsonschema.validate(json.loads(json.dumps(certificates[name])), schema("certificate.json"))


def test_a_certificate_that_holds(certificate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, in text and as JSON of the published shape."""
    assert main(["verify", str(certificate), "example:acme"]) == 0
    assert capsys.readouterr().out.startswith("holds: user `amira` by kibana in space `default` to `order_volume`")
    assert main(["verify", "--format", "json", str(certificate), "example:acme"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, schema("verify.json"))
    assert found["holds"] is True


def test_a_certificate_that_does_not_hold(certificate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, and the leaf by number and by what it asks."""
    text = certificate.read_text(encoding="utf-8")
    certificate.write_text(text.replace('"verdict": "denied"', '"verdict": "granted"'), encoding="utf-8")
    assert main(["verify", str(certificate), "example:acme"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("does not hold")
    assert "leaves/L10 (IndexPrivilege `orders-*` `read`): says granted, and the export says denied" in out
    assert main(["verify", "--format", "json", str(certificate), "example:acme"]) == 1
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, schema("verify.json"))
    assert "IndexPrivilege `orders-*` `read`" in {p["leaf"] for p in found["problems"]}


def test_what_cannot_be_read_is_trouble(certificate: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2: nothing was checked."""
    assert main(["verify", str(tmp_path / "none.json"), "example:acme"]) == 2
    assert main(["verify", str(certificate), str(tmp_path / "none")]) == 2
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    assert main(["verify", str(tmp_path / "other.json"), "example:acme"]) == 2
    assert "not a certificate: no `format`" in capsys.readouterr().err


def test_no_file_is_overwritten(certificate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name given by mistake may be that of an export."""
    before = certificate.read_bytes()
    assert main([*ASK, "--certificate", str(certificate), "example:acme"]) == 2
    assert "exists, and no file is overwritten" in capsys.readouterr().err
    assert certificate.read_bytes() == before


def test_a_dash_prints_the_certificate_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    """With the exit code of the answer."""
    assert main([*ASK, "--certificate", "-", "example:acme"]) == 1
    jsonschema.validate(json.loads(capsys.readouterr().out), schema("certificate.json"))


def test_strict_counts_leaves_that_are_read_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Even where the answer does not depend on them: here another leaf denies."""
    file = tmp_path / "vera.json"
    main(["access", "vera", "--space", "default", "--job", "order_volume", "--certificate", str(file), "example:acme"])
    body = json.loads(file.read_text(encoding="utf-8"))
    report = verify(file, ACME)
    assert report.problems == ()
    assert set(report.read_only) <= set(body["leaves"])
    asked = ["verify", "--format", "json"]
    assert main([*asked, str(file), "example:acme"]) == (3 if report.unproved else 0)
    capsys.readouterr()
    assert main([*asked, "--strict", str(file), "example:acme"]) == 3
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, schema("verify.json"))
    assert found["outcome"] == "not proved"
    assert {f"leaves/{i}" for i in report.read_only} <= {u["where"] for u in found["unproved"]}


def test_the_export_may_have_moved(certificate: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Elsewhere, in a folder above or below, in an archive or an archive of another name: content counts."""
    shutil.copytree(ACME, tmp_path / "deeper" / "export")
    assert main(["verify", str(certificate), str(tmp_path / "deeper")]) == 0
    first = shutil.make_archive(str(tmp_path / "first"), "zip", ACME)
    assert main(["verify", str(certificate), first]) == 0
    packed = tmp_path / "packed.json"
    main([*ASK, "--certificate", str(packed), first])
    assert main(["verify", str(packed), str(shutil.copy(first, tmp_path / "second.zip"))]) == 0
    assert main(["verify", str(packed), "example:acme"]) == 0
    assert main(["verify", str(packed), *map(str, sorted(ACME.iterdir()))]) == 0
    assert "does not hold" not in capsys.readouterr().out


def test_a_certificate_quotes_nothing_secret_or_personal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Members that name secrets, and those that tell of people, are left out by their key; and so they verify."""
    export = tmp_path / "export"
    shutil.copytree(ACME, export)
    roles = next(export.rglob("security_roles.json"))
    users = next(export.rglob("security_users.json"))
    body = json.loads(roles.read_text(encoding="utf-8"))
    body["ml_engineer"]["metadata"] = {"note": "hunter2"}
    body["ml_engineer"]["client_secret"] = "hunter2"
    roles.write_text(json.dumps(body), encoding="utf-8")
    listed = json.loads(users.read_text(encoding="utf-8"))
    listed["amira"] |= {"password": "hunter2", "full_name": "hunter2", "email": "hunter2"}
    users.write_text(json.dumps(listed), encoding="utf-8")
    file = tmp_path / "amira.json"
    main([*ASK, "--certificate", str(file), str(export)])
    text = file.read_text(encoding="utf-8")
    assert "hunter2" not in text
    assert '"client_secret": "(left out)"' in text
    assert main(["verify", str(file), str(export)]) == 0
    file.write_text(text.replace('"allow_restricted_indices": false', '"allow_restricted_indices": "(left out)"'))
    assert main(["verify", str(file), str(export)]) == 1
    capsys.readouterr()


def test_a_leaf_of_odd_values_is_told_and_no_bug(certificate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a forged leaf asks, it is printed as it stands."""
    body = json.loads(certificate.read_text(encoding="utf-8"))
    body["leaves"]["L6"] |= {"fact": 7, "of": {"features": [1, {"a": None}], "level": None}}
    certificate.write_text(json.dumps(body), encoding="utf-8")
    assert main(["verify", str(certificate), "example:acme"]) == 1
    assert 'leaves/L6 (7 `[1, {"a": null}]` `null`)' in capsys.readouterr().out
