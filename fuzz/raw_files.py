"""Harness `raw_files`: bytes as they come, as each kind of exported JSON file.

Input: the file's name, a line break, and the bytes of the file.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from mlaccess.loaders import load
from mlaccess.loaders.catalogue import FILES
from mlaccess.stack import Deployment, NotExported

from .base import base_text
from .oracles import MARKER, SLOWDOWN, bounded, check, check_load, outcome_of, part_of

__all__ = ["NAMES", "SEEDS", "SLOWDOWN", "run", "scratch"]

NAMES: tuple[str, ...] = tuple(row.base_name for row in FILES)

SEEDS: dict[str, bytes] = {
    **{name: f"{name}\n{base_text(name)}".encode() for name in NAMES if base_text(name)},
    "error_body": b'security_roles.json\n{"error": {"type": "security_exception", "reason": "no"}, "status": 403}',
    "html": b"licenses.json\n<html><head><title>502 Bad Gateway</title></head></html>",
    "twice": b'security_users.json\n{"a": {"username": "a", "roles": []}, "a": {"username": "a", "roles": ["b"]}}',
    "numbers": b'nodes.json\n{"nodes": {"n": {"roles": ["ml"], "x": NaN, "y": 1e999, "z": 99999999999999999999}}}',
    "utf16": b"version.json\n" + '{"version": {"number": "9.2.1"}}'.encode("utf-16"),
}
"""One small file of each kind, and a few that are none."""

_FOLDER: list[Path] = []


def scratch() -> Path:
    """A folder of this process, made once."""
    if not _FOLDER:
        # Kept in memory where that can be had.
        _FOLDER.append(Path(tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None)))
        atexit.register(shutil.rmtree, _FOLDER[0], ignore_errors=True)
    return _FOLDER[0]


def run(data: bytes) -> str:
    """Checks one input; says what became of it."""
    head, _, content = data.partition(b"\n")
    name = head.decode("utf-8", "replace")
    if name not in NAMES:
        name = NAMES[sum(head) % len(NAMES)]
    path = scratch() / name
    path.write_bytes(content)
    try:
        return _checked(path, name, content)
    finally:
        path.unlink()


def _checked(path: Path, name: str, content: bytes) -> str:
    with bounded(f"a {name} of {len(content)} bytes, read twice"):
        plain = outcome_of(_loading(path, False))
        going = outcome_of(_loading(path, True))
    check_load(plain, going)
    if isinstance(plain, Deployment):
        if MARKER.encode() in content and (b'"password"' in content or b'"api_key"' in content):
            check(MARKER not in repr(plain), "no secret in a repr")
        part = getattr(plain, part_of(name), None) if part_of(name) != "index_names" else None
        return "not exported" if isinstance(part, NotExported) else "read"
    check(all(p.file == name for p in plain.problems), "the problems of a file name it", name, plain.problems)
    return "refused"


def _loading(path: Path, keep_going: bool) -> "Callable[[], Deployment]":
    return lambda: load(path, keep_going=keep_going)
