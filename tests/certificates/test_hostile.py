"""Certificates and exports made to harm the checker: refused with a reason, or told not to hold; never an escape."""

import copy
import importlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from mlaccess.checker import verify
from mlaccess.errors import LoadError

from .conftest import ACME, Body, CheckFiles

checking = importlib.import_module("mlaccess.checker.check")
LICENSES = "api-diagnostics-20261102-081504/licenses.json"


def refusal(file: Path, *exports: Path) -> str:
    """What the checker says that it cannot read."""
    with pytest.raises(LoadError) as caught:
        verify(file, *(exports or (ACME,)))
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b'{"format": 1}',
        b"\xff\xfe\x00",
        b'{"format": "mlaccess-certificate", "version": NaN}',
        b'{"format": "x", "format": "mlaccess-certificate"}',
        b'{"format": "mlaccess-certificate", "version": 1}',
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_what_is_no_certificate(content: bytes, tmp_path: Path) -> None:
    """Nor a text, nor deep nesting, nor a key that is there twice."""
    file = tmp_path / "c.json"
    file.write_bytes(content)
    assert refusal(file).startswith("c.json: ")


def test_another_version_is_refused(certificates: dict[str, Body], tmp_path: Path) -> None:
    """What it would mean is not known."""
    file = tmp_path / "c.json"
    file.write_text(json.dumps({**certificates["denied"], "version": 2}), encoding="utf-8")
    assert refusal(file) == "c.json: another format or version, expected `mlaccess-certificate`, version 1"


def test_a_certificate_above_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MAX_CERTIFICATE_BYTES", 10)
    file = tmp_path / "c.json"
    file.write_text(" " * 11, encoding="utf-8")
    assert refusal(file) == "c.json: more than 10 bytes, expected at most MAX_CERTIFICATE_BYTES"


@pytest.mark.parametrize(
    "name", ["../../../../etc/passwd", "/etc/passwd", "C:\\secrets.json", "a\0b", "", ".", "x" * 100_000]
)
def test_names_in_a_certificate_are_never_opened(
    name: str, certificates: dict[str, Body], check_files: CheckFiles
) -> None:
    """They are looked up among the files of the export, and nothing else is touched."""
    body = copy.deepcopy(certificates["denied"])
    body["files"][name] = {"sha256": "0" * 64, "size": 1, "status": "read", "part": "roles"}
    body["evidence"]["E1"]["file"] = name
    opened: list[str] = []
    watching = True

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if watching and event == "open" and isinstance(args[0], str):
            opened.append(args[0])

    sys.addaudithook(watch)
    try:
        report = check_files(body, ACME)
    finally:
        watching = False
    assert f"files/{name}" in {p.where for p in report.problems}
    assert not [path for path in opened if "passwd" in path or "secrets" in path]


@pytest.mark.parametrize(
    "pointer", ["/../..", "/0", "/-1", "no slash", "/~2", "/amira/roles/0/0/0/0", "/" * 100_000, "/" + "9" * 10_000]
)
def test_pointers_that_lead_nowhere(pointer: str, certificates: dict[str, Body], check_files: CheckFiles) -> None:
    """Are told, whatever they are."""
    body = copy.deepcopy(certificates["denied"])
    cited = body["leaves"]["L1"]["evidence"][0]
    body["evidence"][cited]["pointer"] = pointer
    assert "leaves/L1" in {p.where for p in check_files(body, ACME).problems}


def test_a_deep_tree_in_a_certificate(certificates: dict[str, Body], tmp_path: Path) -> None:
    """No tree of the page is deep; folding one ends in a refusal, not in a crash."""
    text = json.dumps({**certificates["denied"], "trees": {"full": "HERE"}})
    deep = '{"verdict": "denied", "all_of": [' * 900 + "]}" * 900
    file = tmp_path / "c.json"
    file.write_text(text.replace('"HERE"', deep), encoding="utf-8")
    assert refusal(file).startswith("c.json: not a certificate")


def test_a_bomb_in_the_export(certificates: dict[str, Body], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unpacked is counted while it is read."""
    monkeypatch.setattr(checking, "MAX_CITED_BYTES", 1 << 20)
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(LICENSES, b" " * (2 << 20))
    file = tmp_path / "c.json"
    file.write_text(json.dumps(certificates["denied"]), encoding="utf-8")
    assert f"bomb.zip/{LICENSES}: more than 1048576 bytes" in refusal(file, bomb)


def test_a_ratio_beyond_measure(certificates: dict[str, Body], tmp_path: Path) -> None:
    """Small archives that grow a thousandfold are refused by name of the limit."""
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(LICENSES, b" " * ((32 << 20) + 1))
    file = tmp_path / "c.json"
    file.write_text(json.dumps(certificates["denied"]), encoding="utf-8")
    assert "MAX_CITED_RATIO" in refusal(file, bomb)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04 and then nothing", b"hello"])
def test_what_is_no_archive(content: bytes, certificates: dict[str, Body], tmp_path: Path) -> None:
    export, file = tmp_path / "export.zip", tmp_path / "c.json"
    export.write_bytes(content)
    file.write_text(json.dumps(certificates["denied"]), encoding="utf-8")
    assert refusal(file, export).startswith("export.zip: not a zip archive")


def test_too_many_files(certificates: dict[str, Body], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MAX_CITED_FILES", 3)
    file = tmp_path / "c.json"
    file.write_text(json.dumps(certificates["denied"]), encoding="utf-8")
    assert "MAX_CITED_FILES" in refusal(file, ACME)
