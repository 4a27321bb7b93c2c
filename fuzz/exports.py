"""Harness `exports`: the shipped example with a few JSON values changed, loaded whole.

Input: decisions (`fuzz.choices`): which files, which places, which changes, which damage to the bytes.
"""

import contextlib
import json
from pathlib import Path
from typing import cast

from mlaccess import AccessLevel, Resolver
from mlaccess.errors import LoadError, MlAccessError
from mlaccess.loaders import load
from mlaccess.render.json import access_json
from mlaccess.stack import Deployment, FrozenMap, Identity, NotExported

from .base import EXTRA, base_files
from .choices import Choices
from .json_text import written
from .mutations import Document, change, damaged
from .oracles import (
    MARKER,
    SLOWDOWN,
    bounded,
    check,
    check_load,
    check_no_secret,
    outcome_of,
    parts_differ,
)
from .raw_files import scratch

__all__ = ["SEEDS", "SLOWDOWN", "run"]

SEEDS: dict[str, bytes] = {
    "null": bytes([0, 10, 0, 1, 0, 0, 0]),
    "two_files": bytes([1, 3, 0, 7, 0, 2, 2, 0, 20, 0, 9, 3]),
    "secret": bytes([0, 20, 0, 1, 7, 1, 0]),
    "twice": bytes([0, 19, 0, 0, 5, 0, 12, 3]),
    "truncated": bytes([0, 15, 0, 4, 3, 1, 200]),
    "second_copy": bytes([0, 20, 0, 1, 0, 0, 0, 0, 3]),
    "renamed": bytes([2, 21, 0, 6, 4, 1, 5, 30, 0, 9, 4, 1, 8, 12, 0, 5, 4, 0, 3]),
    "every_file": bytes(range(0, 240, 7)),
}
"""Streams of decisions."""

FILES: tuple[str, ...] = (*base_files(), *EXTRA)
_BASE: list[Deployment] = []
_WITHOUT: dict[frozenset[str], Deployment | LoadError] = {}
_ANSWERS: dict[frozenset[str], dict[tuple[str, str], tuple[AccessLevel, AccessLevel]]] = {}


def _root() -> Path:
    root = scratch() / "export"
    if not root.exists():
        for name, value in {**base_files(), **EXTRA}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(written(value), encoding="utf-8")
    return root


def _base() -> Deployment:
    if not _BASE:
        _BASE.append(load(_root()))
    return _BASE[0]


def run(data: bytes) -> str:
    """Checks one input; says what became of it."""
    c = Choices(data)
    root = _root()
    _base()
    changed: dict[str, bytes] = {}
    planted = False
    for _ in range(1 + c.byte() % 3):
        name = FILES[c.index(len(FILES))]
        document = Document({**base_files(), **EXTRA}[name])
        for _ in range(1 + c.byte() % 3):
            change(c, document)
        planted = planted or document.planted
        changed[name] = damaged(c, written(document.value))
    copies = {}
    if c.byte() % 8 == 3:
        # A second file of the same kind elsewhere: two exports in one folder, or an attacker's beside the true one.
        name = next(iter(changed))
        copies[f"{c.pick(('a', 'zz'))}/{name.rpartition('/')[2]}"] = changed[name]
    for name, content in {**changed, **copies}.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(content)
    try:
        with bounded("an export, read twice"):
            plain = outcome_of(lambda: load(root))
            going = outcome_of(lambda: load(root, keep_going=True))
        check_load(plain, going)
        return _checked(plain, going, changed, copies, planted=planted)
    finally:
        for name in changed:
            (root / name).write_text(written({**base_files(), **EXTRA}[name]), encoding="utf-8")
        for name in copies:
            (root / name).unlink()


def _checked(
    plain: Deployment | LoadError,
    going: Deployment | LoadError,
    changed: dict[str, bytes],
    copies: dict[str, bytes],
    *,
    planted: bool,
) -> str:
    if isinstance(going, LoadError):
        check(isinstance(plain, LoadError), "keep_going refuses no more than without it", going)
        return "refused"
    if planted:
        check_no_secret(going)
        check(MARKER not in "\n".join(map(str, going.notices)), "no secret in a notice")
    broken = frozenset(f.path for f in going.inputs if f.status == "broken")
    if isinstance(plain, LoadError):
        places = {p.file for p in plain.problems}
        # Of two files that differ, the first in order of their names counts as the first.
        ours = {p.file for p in plain.problems if not any(f"differs from {copy}" in p.found for copy in copies)}
        check(ours <= {*changed, *copies}, "a problem is told of the file that has it", plain.problems)
        _check_places(plain, {**changed, **copies})
        if not copies:
            check(broken == places, "every file with a problem is broken, and no other", broken, places)
    if not broken:
        _ask(going)
    others = [f for f in changed if f not in broken]
    if broken and not copies and not others:
        _check_absence(going, broken)
        return "all broken"
    return "some broken" if broken else "read"


def _ask(deployment: Deployment) -> None:
    """What was accepted can be asked about: an answer, or an error of mlaccess."""
    resolver = Resolver(deployment)
    who = Identity("eve", realm="saml-acme", realm_type="saml", groups=("admins",), metadata=FrozenMap({"a": "b"}))
    callers: list[str | Identity] = [who, "amira"]
    if not isinstance(deployment.users, NotExported):
        callers += list(deployment.users)[:2]
    jobs = () if isinstance(deployment.jobs, NotExported) else tuple(deployment.jobs)[:1]
    for caller in callers:
        for job in (None, *jobs):
            with contextlib.suppress(MlAccessError):
                access = resolver.access(caller, space="default", job=job)
                check(access.level <= access.ceiling, "what is certain is possible", caller, job, access)
                json.dumps(access_json(access, explain=True), allow_nan=False)
            with contextlib.suppress(MlAccessError):
                resolver.can(caller, "canCreateJob", space="default")


def _check_places(error: LoadError, files: dict[str, bytes]) -> None:
    """A JSON pointer of a problem leads to a value of the file."""
    for problem in error.problems:
        if not problem.pointer or "\\u" in problem.pointer:
            continue
        try:
            value: object = json.loads(files[problem.file].decode("utf-8-sig"))
        except (ValueError, RecursionError):
            continue
        for token in problem.pointer.split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict):
                check(key in value, "a pointer leads to a value", problem)
                value = cast("dict[str, object]", value)[key]
            else:
                known = isinstance(value, list) and key.isdigit() and int(key) < len(value)
                check(known, "a pointer leads to a value", problem)
                value = cast("list[object]", value)[int(key)]


def _check_absence(going: Deployment, broken: frozenset[str]) -> None:
    """A broken file is as good as none, and gives nobody more than the whole export."""
    if broken not in _WITHOUT:
        _WITHOUT[broken] = outcome_of(lambda: load(_root(), keep_going=True, without=broken))
    absent = _WITHOUT[broken]
    check(not parts_differ(going, absent), "a broken file is as good as none", broken, parts_differ(going, absent))
    if broken in _ANSWERS or len(_ANSWERS) > 5000:
        return
    whole = _ANSWERS.setdefault(frozenset(), _answers(_base()))
    _ANSWERS[broken] = _answers(going)
    for question, (level, ceiling) in _ANSWERS[broken].items():
        check(level <= whole[question][0], "a broken file raises no certain access", broken, question, level)
        check(ceiling >= whole[question][1], "a broken file rules nothing out", broken, question, ceiling)


def _answers(deployment: Deployment) -> dict[tuple[str, str], tuple[AccessLevel, AccessLevel]]:
    resolver = Resolver(deployment)
    users = _base().users
    assert not isinstance(users, NotExported)
    found: dict[tuple[str, str], tuple[AccessLevel, AccessLevel]] = {}
    for user in users:
        for space in ("default", "marketing"):
            access = resolver.access(user, space=space)
            found[user, space] = (access.level, access.ceiling)
    return found
