"""Hostile arguments, files and lines: one clear line of trouble, never a crash and never a guess."""

import io
import sys
from pathlib import Path

import pytest

from mlaccess.cli import main
from mlaccess.cli.json_input import UsageError, read_json
from mlaccess.errors import RequestError
from mlaccess.permission.mapping import matches
from mlaccess.stack import FrozenMap, Identity

DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "text", ["NaN", "[-Infinity]", '{"x": 1e999}', DEEP, '{"x": ' * 5000, "", "{'a': 1}", "9" * 5000]
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_json(text)


def test_a_key_that_is_there_twice_is_refused() -> None:
    """At any depth, for either value could be meant."""
    with pytest.raises(UsageError, match="`groups` is there twice"):
        read_json('{"username": "a", "x": [{"groups": [], "b": 1, "groups": ["admins"]}]}')


def trouble(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main([*words, "example:acme"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "bug in mlaccess" not in said.err
    return said.err.rstrip()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("access", "x", "--identity", '{"username": "x", "username": "elastic"}'), "error: `username` is there twice"),
        (
            ("access", "x", "--realm", "r", "--metadata", '{"a": 1e999}'),
            'error: --metadata: `{"a": 1e999}` is not JSON',
        ),
        (
            ("has-privileges", "nadia", "--body", '{"cluster": [], "cluster": ["all"]}'),
            "error: `cluster` is there twice",
        ),
        (("has-privileges", "nadia", "--body", '{"cluster": NaN}'), "error: --body: not JSON"),
        (("ask", "--questions", "a\0b"), "error: a\\x00b: no such file"),
        (("lint", "--suppressions", "a\0b"), "error: a\\x00b: no such file"),
        (("what-if", "--edit-role", "x", "a\0b"), "error: a\\x00b: no such file"),
    ],
    ids=lambda v: v if isinstance(v, str) else v[0],
)
def test_arguments_that_cannot_be_meant(words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert trouble(capsys, *words) == told


@pytest.mark.parametrize(
    "words",
    [
        ("has-privileges", "nadia", "--body"),
        ("lint", "--suppressions"),
        ("what-if", "--edit-role", "ml_viewer"),
        ("access", "x", "--identity"),
    ],
    ids=lambda w: w[0],
)
@pytest.mark.parametrize(
    "content", [b"\xff\xfe", DEEP.encode(), b'{"a": 1e999}', b"\0"], ids=["bytes", "deep", "inf", "null"]
)
def test_files_that_cannot_be_read(
    tmp_path: Path, words: tuple[str, ...], content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """The complaint names the file or the option."""
    file = tmp_path / "given.json"
    file.write_bytes(content)
    told = trouble(capsys, *words, str(file))
    assert "given.json" in told or words[-1] in told


def test_standard_input_that_is_not_utf_8(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff{}"), encoding="utf-8"))
    assert trouble(capsys, "has-privileges", "nadia", "--body", "-") == "error: standard input: not UTF-8"


def test_a_number_without_end_in_a_rule_is_refused_as_one_too_large() -> None:
    """No API answers with one, but a rule may be made by hand."""
    rules = FrozenMap({"field": FrozenMap({"metadata.x": float("inf")})})
    with pytest.raises(RequestError, match="out of range of long"):
        matches(rules, Identity("ana"))
