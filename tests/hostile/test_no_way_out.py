"""Nothing that mlaccess does opens a socket, starts a program, or writes outside what was asked: an audit hook watches.

The whole command set and the API run over the example deployment in a process of their own, which writes down every
event that Python's runtime raises for the network, for other programs, and for changes to the file system.
"""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

import mlaccess
from mlaccess.cli.program import COMMANDS
from mlaccess.examples import path

HOOK = """
import os, sys
seen = []
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
GONE = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile", "pty.",
    "urllib.", "http.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "nntplib.", "telnetlib.", "webbrowser.",
    "shutil.", "tempfile.", "os.remove", "os.rename", "os.replace", "os.mkdir", "os.rmdir", "os.truncate", "os.link",
    "os.symlink", "os.chmod", "os.chown", "os.chflags", "os.utime", "os.setxattr", "os.removexattr", "os.lockf",
    "os.putenv", "os.unsetenv", "os.kill", "ctypes.", "pickle.", "marshal.dump",
)
def hook(event, args):
    if event.startswith(GONE):
        seen.append([event, str(args[:1])])
    elif event == "open":
        name, mode, flags = args
        if flags & WRITING or (isinstance(mode, str) and set(mode) & set("wax+")):
            seen.append([event, str(name)])
sys.addaudithook(hook)
"""
CONTROL = """
import io, json, socket, subprocess
from contextlib import redirect_stderr, redirect_stdout
found, seen[:] = list(seen), []
with open(sys.argv[1], "w"):
    pass
os.remove(sys.argv[1])
socket.socket().close()
subprocess.run([sys.executable, "-c", ""])
print(json.dumps({"found": found, "control": [event for event, _ in seen]}))
"""


def watched(code: str, tmp_path: Path, *arguments: str) -> list[tuple[str, str]]:
    """What a program did that it should not; a control shows that the hook would have told."""
    program = HOOK + textwrap.dedent(code) + CONTROL
    done = subprocess.run(
        [sys.executable, "-B", "-c", program, str(tmp_path / "control"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(mlaccess.__file__).parents[1])},
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert {"open", "os.remove", "subprocess.Popen"} <= set(told["control"])
    assert any(event.startswith("socket.") for event in told["control"])
    return [(event, what) for event, what in told["found"]]


RUN = """
    import io, json
    from contextlib import redirect_stderr, redirect_stdout
    from mlaccess.cli import main
    codes = {}
    for line in json.loads(sys.argv[2]):
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            codes[" ".join(line)] = main(line)
        if codes[" ".join(line)] not in (0, 1, 3) or "bug in mlaccess" in out.getvalue():
            raise SystemExit(f"{line}: {codes} {out.getvalue()[:2000]}")
"""


@pytest.fixture
def lines(tmp_path: Path) -> list[list[str]]:
    """Command lines for every command."""
    acme = "example:acme"
    archive = shutil.make_archive(str(tmp_path / "acme"), "zip", path("acme"))
    (tmp_path / "questions.jsonl").write_text('{"user": "amira", "space": "default"}\nnothing\n', encoding="utf-8")
    (tmp_path / "role.json").write_text('{"cluster": ["monitor_ml"]}', encoding="utf-8")
    body = '{"cluster": ["monitor_ml"], "index": [{"names": ["orders-*"], "privileges": ["read"]}]}'
    bruno = ["--space", "default", "--job", "order_volume"]
    return [
        ["access", "bruno", *bruno, "--explain", acme],
        [
            "access",
            "t.anders",
            "--realm",
            "saml-acme",
            "--group",
            "marketing-analysts",
            "--space",
            "marketing",
            archive,
        ],
        ["access", "bruno", *bruno, "--certificate", str(tmp_path / "bruno.certificate"), acme],
        ["verify", str(tmp_path / "bruno.certificate"), archive],
        ["can", "amira", "canCreateJob", "--space", "default", "--explain", acme],
        ["can", "otto", "ml.put_job", "--format", "json", acme],
        ["show", acme],
        ["ask", "--questions", str(tmp_path / "questions.jsonl"), "--explain", acme],
        ["discrepancies", "--user", "gwen", acme],
        ["diff", "--user", "amira", "--job", "order_volume", acme, archive],
        [
            "what-if",
            "--edit-role",
            "ml_engineer",
            str(tmp_path / "role.json"),
            "--user",
            "amira",
            "--space",
            "ops",
            acme,
        ],
        ["fix", "bruno", *bruno, acme],
        ["exposure", "--job", "card_fraud_velocity", acme],
        ["lint", acme],
        ["who-can", "--at-least", "full", "--space", "fraud", "--why", "rosa", acme],
        ["matrix", "--space", "fraud", "--cols", "job", "--format", "csv", acme],
        ["has-privileges", "amira", "--body", body, acme],
    ]


def test_every_command_keeps_to_itself(lines: list[list[str]], tmp_path: Path) -> None:
    """The only thing written is the certificate that was asked for."""
    assert {line[0] for line in lines} == set(COMMANDS)
    found = watched(RUN, tmp_path, json.dumps(lines))
    assert found == [("open", str(tmp_path / "bruno.certificate"))]
    allowed = {"acme.zip", "questions.jsonl", "role.json", "bruno.certificate"}
    assert {p.name for p in tmp_path.iterdir()} == allowed


API = """
    from pathlib import Path
    from mlaccess import Identity, LoadError, Resolver, certify, fixes, lint, load, matrix
    from mlaccess import totals, verify, what_if, who_can
    from mlaccess.analysis.changes import AddRole
    export, broken = map(Path, sys.argv[2:4])
    deployment = load(export)
    resolver = Resolver(deployment)
    access = resolver.access("bruno", space="default", job="order_volume")
    str(access.explanation), access.discrepancies, access.exposure, resolver.notices
    resolver.access(Identity("t.anders", realm="saml-acme", groups=("marketing-analysts",)), space="marketing")
    resolver.can("otto", "ml.put_job").explanation
    resolver.levels([("bruno", "default", None), ("amira", "ops", "order_volume")])
    resolver.saved_objects("celia", space="marketing", type="ml-job"), resolver.may_run_as("celia", "amira")
    fixes(resolver, access)
    certify(resolver, [export], user="bruno", space="default")
    who_can(resolver, "full", space="fraud"), matrix(resolver, rows="role", cols="space"), totals(resolver)
    lint(deployment), what_if(resolver, AddRole("celia", "ml_engineer")).resolver.access("celia", space="ops").level
    for input_ in sorted(broken.iterdir()):
        try:
            load(input_)
        except LoadError as error:
            assert error.problems
        try:
            verify(input_, export)
        except LoadError:
            pass
"""


def test_the_library_keeps_to_itself(tmp_path: Path) -> None:
    """Well-formed exports, broken ones, archives and YAML alike."""
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "security_users.json").write_text("[" * 10_000, encoding="utf-8")
    (broken / "export.zip").write_bytes(b"PK\x03\x04 and then nothing")
    (broken / "roles.yml").write_text("r: !!python/object/apply:os.system [id]\n", encoding="utf-8")
    (broken / "role_mapping.yml").write_text("a: &a [*a]\n", encoding="utf-8")
    (broken / "elasticsearch.yml").write_text("path.data: ${HOME}\n", encoding="utf-8")
    assert watched(API, tmp_path, str(path("acme")), str(broken)) == []
    assert [p.name for p in tmp_path.iterdir()] == ["broken"]
