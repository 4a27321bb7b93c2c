"""Harness `command`: words of a command line, through the program's `main`, beside exports with hostile names.

Input: one word a line; after a line `%%`, what stands on standard input. Or, after a null byte, decisions
(`fuzz.choices`): which seed, and which of its words give way to words of other seeds or to hostile texts.
"""

import contextlib
import importlib
import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from mlaccess.cli import main
from mlaccess.cli.program import COMMANDS

from .base import base_files
from .choices import Choices
from .json_text import written
from .oracles import MARKER, SLOWDOWN, bounded, check
from .raw_files import scratch

__all__ = ["SEEDS", "SLOWDOWN", "run"]


for _name in COMMANDS:
    # A fuzzer counts the branches of what was imported with the harness; the program imports commands when it runs.
    importlib.import_module(f"mlaccess.cli.{_name.replace('-', '_')}")


def _line(text: str, stdin: str = "") -> bytes:
    return "\n".join([*text.split(" "), *(["%%", stdin] if stdin else [])]).encode()


_KEY = cast("list[dict[str, str]]", cast("dict[str, object]", base_files()["api_keys.json"])["api_keys"])[0]["id"]

SEEDS: dict[str, bytes] = {
    "access": _line("access amira --space default --job order_volume --explain small"),
    "access_json": _line("access amira --format json --interface api --at 2026-11-02T10:00Z small"),
    "source": _line("access bruno --source logs-* --destination up-1 small.zip"),
    "external": _line('access eve --realm saml1 --realm-type saml --group cn=a --dn cn=e --metadata {"a":[1]} small'),
    "identity": _line('can - canGetJobs --identity {"username":"x","groups":null} --format json small'),
    "key": _line(f"access - --api-key {_KEY} --format json small"),
    "can": _line("can amira ml.put_job --job j --explain small"),
    "can_path": b"can\namira\nPUT /_ml/anomaly_detectors/x\n--explain\nsmall",
    "show": _line("show --format json --keep-going broken"),
    "show_text": _line("show hostile"),
    "ask": _line(
        "ask --questions - small", '{"user": "amira", "space": "default"}\n{"id": 1, "identity": {}}\nnonsense'
    ),
    "ask_file": _line("ask --questions questions.jsonl --explain hostile"),
    "diff": _line("diff hostile changed --format json"),
    "what_if": _line("what-if --expire-license --hide-ml default small"),
    "fix": _line("fix amira --to full --limit 3 --format json small"),
    "exposure": _line("exposure --reserved hostile"),
    "lint": _line("lint --format json hostile"),
    "has": _line("has-privileges amira --body body.json small"),
    "discrepancies": _line("discrepancies --jobs small"),
    "who_can": _line("who-can --at-least full --job order_volume --why amira small"),
    "matrix": _line("matrix --format json hostile"),
    "matrix_csv": _line("matrix --rows role --cols space --format csv hostile"),
    "help": _line("lint --help"),
    "wrong": _line("acess --nonsense"),
    "chosen": bytes([0, 3, 1, 2, 4, 9, 2]),
    "chosen_names": bytes([0, 12, 3, 0, 0, 40, 0, 5, 0, 90, 2, 2, 1, 3, 1]),
}
"""Command lines, one for each command at least."""

_NAMES = ("\x1b[2Jeve\n", "[red]bob[/red]", "\u202eé😀\x9b", "-", "\x00 $(id)")


def _hostile() -> dict[str, object]:
    users = {n: {"username": n, "roles": [n, "superuser"], "enabled": True, "password_hash": MARKER} for n in _NAMES}
    entry = {"names": list(_NAMES), "privileges": ["read", "\x1b]0;x\x07"], "query": '{"match_all": {}}'}
    roles = {n: {"cluster": ["monitor_ml", n], "indices": [entry], "applications": [], "run_as": [n]} for n in _NAMES}
    spaces = [{"id": "default", "name": "\x1b[2J", "disabledFeatures": []}, {"id": "s\x1b", "disabledFeatures": ["ml"]}]
    return {
        "security_users.json": users,
        "security_roles.json": roles,
        "kibana_spaces.json": spaces,
        "version.json": {"version": {"number": "9.2.1", "build_flavor": "default"}},
        "kibana_status.json": {"version": {"number": "9.2.1"}},
    }


def _place() -> Path:
    root = scratch() / "command"
    if root.exists():
        return root
    small = {n.rpartition("/")[2]: v for n, v in base_files().items() if "space_" not in n}
    small = {n: v for n, v in small.items() if not n.startswith(("security_priv", "kibana_roles"))}
    broken = {**_hostile(), "licenses.json": {"license": []}, "nodes.json": "\x1b[2J", "api_keys.json": MARKER}
    changed = {**_hostile(), "kibana_spaces.json": [{"id": "default", "disabledFeatures": ["ml"]}]}
    for folder, files in (("small", small), ("hostile", _hostile()), ("changed", changed), ("broken", broken)):
        (root / folder).mkdir(parents=True)
        for name, value in files.items():
            (root / folder / name).write_text(written(value), encoding="utf-8")
    shutil.make_archive(str(root / "small"), "zip", root / "small")
    lines = [{"user": n, "space": "default", "sources": list(_NAMES)} for n in _NAMES]
    (root / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    body = {"cluster": ["manage_ml"], "index": [{"names": ["logs-*"], "privileges": ["read"]}], "application": []}
    (root / "body.json").write_text(json.dumps(body), encoding="utf-8")
    return root


def _split(data: bytes) -> tuple[list[str], bytes]:
    head, _, stdin = data.partition(b"\n%%\n")
    return [os.fsdecode(w) for w in head.split(b"\n")][:24], stdin


def _chosen(c: Choices) -> tuple[list[str], bytes]:
    words, stdin = _split(SEEDS[c.pick(tuple(SEEDS))])
    vocabulary = tuple(dict.fromkeys(w for seed in SEEDS.values() for w in _split(seed)[0]))
    for _ in range(c.pick((1, 1, 1, 2))):
        at = 1 + c.byte() % max(len(words), 1)
        word = c.text() if c.chance(3) else c.pick((*vocabulary, *_NAMES))
        match c.byte() % 4:
            case 0:
                words[at:at] = [word]
            case 1 if at < len(words):
                del words[at]
            case _:
                words[at : at + 1] = [word]
    if c.chance(2):
        stdin = stdin.replace(c.pick((b"amira", b'"default"', b"{", b",")), c.text().encode("utf-8", "replace"))
    return words, stdin


def run(data: bytes) -> str:
    """Checks one input; says what became of it."""
    words, stdin = _chosen(Choices(data[1:])) if data.startswith(b"\0") else _split(data)
    # The harness reads nothing but its own folder, whatever a fuzzer makes of a path.
    if any(w.startswith(("/", "~")) or ".." in w or ":acme" in w for w in words):
        return "outside"
    with _captured(stdin) as (out, err), bounded("one command"):
        code = main(words)
    printed, complained = out(), err()
    check(code in (0, 1, 2, 3), "an exit code is one of four", words, code)
    for text in (printed, complained):
        check("Traceback" not in text and "bug in mlaccess" not in text, "no traceback", words, text[-500:])
        check(MARKER not in text, "no secret is printed", words)
        odd = [c for c in text if not c.isprintable() and c != "\n"]
        check(not odd, "nothing that steers a terminal is printed", words, odd[:5])
    if code == 2 and words[0] not in ("ask", "has-privileges"):
        check(bool(complained.strip()), "trouble is told", words)
        check(not printed.strip(), "where there is trouble there is no answer", words, printed[:200])
    if code != 2 and "--format\njson" in "\n".join(words) and "-h" not in "\n".join(words):
        json.loads(printed, parse_constant=_no_constant)
    return f"exit {code}"


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


@contextlib.contextmanager
def _captured(stdin: bytes) -> Iterator[tuple[Callable[[], str], Callable[[], str]]]:
    """Standard streams of bytes, as a shell gives them, and the harness's folder."""
    kept, here = (sys.stdin, sys.stdout, sys.stderr), Path.cwd()
    buffers = (io.BytesIO(), io.BytesIO())
    streams = [io.TextIOWrapper(b, encoding="utf-8", write_through=True) for b in buffers]
    os.chdir(_place())
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    sys.stdout, sys.stderr = streams
    try:
        yield (lambda: buffers[0].getvalue().decode()), (lambda: buffers[1].getvalue().decode())
    finally:
        sys.stdin, sys.stdout, sys.stderr = kept
        os.chdir(here)
        for stream in streams:
            stream.detach()
