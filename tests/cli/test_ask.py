"""`mlaccess ask`: every line gets its own answer or its own error."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from mlaccess.cli import main


def _asked(tmp_path: Path, capsys: pytest.CaptureFixture[str], *lines: bytes) -> list[dict[str, Any]]:
    questions = tmp_path / "questions.jsonl"
    questions.write_bytes(b"\n".join(lines))
    assert main(["ask", "--questions", str(questions), "example:acme"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"user": "a", "user": "b"}', "`user` is there twice"),
        (b'{"user": ""}', "`user` is empty"),
        (b'{"user": "amira", "id": NaN}', "the line is not JSON"),
        (b'\xff{"user": "amira"}', "the line is not UTF-8"),
        (b'{"user": "amira", "space": ["default"]}', "`space` must be a text, found a list"),
        (b'{"user": "amira", "sources": [1]}', "`sources` must be a list of texts"),
        (b'{"user": "amira", "at": "soon"}', "`soon` is not a moment, expected ISO 8601 such as 2026-12-01T10:00Z"),
        (b'{"identity": {"realm": "x"}}', "an identity is an object with `username`"),
        (b'{"identity": {"username": "x", "metadata": []}}', "`metadata` of an identity must be an object"),
        (b'{"user": "amira", "job": "a", "model": "b"}', "a question has `job` or `model`, not both"),
        (b'{"user": "amira", "job": "a", "sources": ["b"]}', "a question has `job` or `sources`, not both"),
        (b'{"user": "amira", "sapce": "default"}', "`sapce` is no key of a question (did you mean `space`?)"),
        (b'{"user": "amira", "job_id": "order_volume"}', "`job_id` is no key of a question (did you mean `job`?)"),
        (b'{"Username": "amira"}', "`Username` is no key of a question (did you mean `user`?)"),
        (b'{"user": "amira", "source": "orders"}', "`source` is no key of a question (did you mean `sources`?)"),
        (
            b'{"identity": {"username": "x", "roles": ["y"]}}',
            "`roles` is no key of an identity, expected username, realm, realm_type, groups, dn, metadata",
        ),
        (
            b'{"spaces": "x", "job": 1, "interface": "web"}',
            "`spaces` is no key of a question (did you mean `space`?); "
            "`interface` is `web`, expected kibana, api or dev_tools; `job` must be a text, found a number; "
            "a question names a `user`, an `identity` or an `api_key`",
        ),
        (b"[" * 100_000, "the line is not JSON"),
        (
            b'{"identity": {"username": "x", "metadata": ' + b'{"a":' * 900 + b"1" + b"}" * 902,
            "`metadata` of an identity is nested too deeply",
        ),
    ],
    ids=lambda value: value[:50] if isinstance(value, str) else "",
)
def test_a_line_that_cannot_be_understood_says_why_and_the_rest_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: bytes, error: str
) -> None:
    """What could be read in two ways is refused, never guessed."""
    first, second = _asked(tmp_path, capsys, line, b'{"user": "amira"}')
    assert first["error"].startswith(error)
    assert first["line"] == 1
    assert second["level"] == "full"


def test_what_has_nothing_to_do_with_the_question_is_ignored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Notes and expected answers may stand beside a question."""
    line = {"id": 7, "user": "amira", "level": "none", "reason": "x", "rule": "P21", "choice": 1, "replace": {}}
    (answer,) = _asked(tmp_path, capsys, json.dumps(line).encode())
    assert (answer["id"], answer["level"]) == (7, "full")


def test_a_bug_at_one_question_costs_only_that_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is said to be one."""
    from mlaccess.resolver import Resolver

    real = Resolver.access

    def broken(self: Resolver, user: Any = None, **question: Any) -> Any:
        if user == "bruno":
            raise ZeroDivisionError("oops")
        return real(self, user, **question)

    monkeypatch.setattr(Resolver, "access", broken)
    monkeypatch.delenv("MLACCESS_DEBUG", raising=False)
    first, second = _asked(tmp_path, capsys, b'{"id": 1, "user": "bruno"}', b'{"id": 2, "user": "amira"}')
    assert first == {"id": 1, "error": "this is a bug in mlaccess: ZeroDivisionError: oops", "line": 1}
    assert (second["id"], second["level"]) == (2, "full")


def test_lines_may_come_from_standard_input_with_a_mark_of_their_encoding(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As PowerShell writes them."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'\xef\xbb\xbf{"user": "amira"}\r\n\r\n')))
    assert main(["ask", "--questions", "-", "example:acme"]) == 0
    assert json.loads(capsys.readouterr().out)["level"] == "full"


def test_an_identity_or_a_key_says_more_than_the_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The name in `user` is then only a name; `null` and absent keys differ."""
    known = {"username": "t.anders", "realm": "saml-acme", "realm_type": "saml", "metadata": None}
    lines = [
        {"user": "amira", "identity": {**known, "groups": ["marketing-analysts"]}, "space": "marketing"},
        {"user": "amira", "identity": {**known, "groups": None}, "space": "marketing"},
        {"user": "amira", "identity": known, "space": "marketing"},
        {"user": "amira", "api_key": "iFyO1gJVVfaDsH_uMBnS", "interface": "api"},
    ]
    answers = _asked(tmp_path, capsys, *(json.dumps(line).encode() for line in lines))
    assert [(a["user"], a["level"], a["ceiling"]) for a in answers] == [
        ("t.anders", "read-only", "read-only"),
        ("t.anders", "none", "none"),
        ("t.anders", "none", "read-only"),
        ("iFyO1gJVVfaDsH_uMBnS", "full", "full"),
    ]


def test_the_command_takes_an_identity_as_json_or_as_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same object as in a question."""
    text = '{"username": "t.anders", "realm": "saml-acme", "realm_type": "saml", "groups": ["marketing-analysts"], "metadata": {}}'  # noqa: E501  # one argument
    (tmp_path / "identity.json").write_text(text, encoding="utf-8")
    said: list[str] = []
    for given in (text, str(tmp_path / "identity.json")):
        assert main(["access", "-", "--identity", given, "--space", "marketing", "example:acme"]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert said[0].startswith("`t.anders` has read-only access in space `marketing`")


@pytest.mark.parametrize(
    "arguments",
    [
        ["-"],
        ["x", "--identity", "{"],
        ["x", "--identity", "[]"],
        ["x", "--identity", "no-such-file"],
        ["x", "--identity", '{"username": "x"}', "--realm", "y"],
        ["-", "--api-key", "iFyO1gJVVfaDsH_uMBnS", "--group", "y"],
        ["amira", "--job", "order_volume", "--source", "y"],
    ],
    ids=" ".join,
)
def test_a_caller_or_subject_that_is_named_twice_or_not_at_all_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Which one was meant would decide the answer."""
    assert main(["access", *arguments, "example:acme"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("error: ")
    assert said.out == ""
