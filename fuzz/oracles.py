"""What must hold of every load, whatever the files: the checks that harnesses share."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs

from mlaccess.errors import LoadError, MlAccessError
from mlaccess.loaders.catalogue import row_of
from mlaccess.stack import Deployment, FrozenMap, NotExported, Users

__all__ = ["MARKER", "SLOWDOWN", "Finding", "bounded", "check", "check_load", "deep_text", "outcome_of", "parts_differ"]

MARKER = "s3cr3tMARKERs3cr3t"
"""Stands in password, hash and key fields of generated inputs. It must never come out again."""

SECONDS = 2.0
"""Processor time that one input may cost."""

SLOWDOWN = [1.0]
"""How much slower the program runs under a fuzzer that counts its branches; `fuzz.run` sets it."""


class Finding(AssertionError):
    """A law of the program does not hold for an input."""


def check(holds: bool, law: str, *details: object) -> None:
    """Raises `Finding` where a law does not hold."""
    if not holds:
        raise Finding(f"{law}: " + " | ".join(repr(d)[:600] for d in details))


@contextmanager
def bounded(what: str, seconds: float = SECONDS) -> Iterator[None]:
    """Raises `Finding` where the block takes more processor time than an input may cost."""
    started = time.process_time()
    yield
    spent = time.process_time() - started
    check(spent <= seconds * SLOWDOWN[0], f"bounded time: {what}", f"{spent:.1f} s")


def outcome_of(act: Callable[[], Deployment]) -> Deployment | LoadError:
    """The deployment or the refusal; any other error goes through, and is a finding."""
    try:
        return act()
    except LoadError as error:
        return error


def check_refusal(error: LoadError) -> None:
    """A refusal tells every problem with its file, on lines that a terminal can show."""
    check(bool(error.problems), "a refusal tells its problems")
    for problem in error.problems:
        check(bool(problem.file) and bool(problem.found), "a problem names its file and what was found", problem)
        check(str(problem).isprintable(), "a problem is one printable line", str(problem))


def check_load(plain: Deployment | LoadError, going: Deployment | LoadError) -> None:
    """What must hold between a load and the same load with `keep_going`."""
    for outcome in (plain, going):
        if isinstance(outcome, LoadError):
            check_refusal(outcome)
            check(MARKER not in str(outcome) + repr(outcome), "no secret in an error", str(outcome))
    if not isinstance(plain, LoadError):
        check(plain == going, "keep_going changes nothing where nothing is broken", parts_differ(plain, going))
        check(not any(n.id == "broken" for n in plain.notices), "a load that succeeds has no broken file")
        return
    if isinstance(going, LoadError):
        return
    told = [str(p) for p in plain.problems]
    kept = [str(n) for n in going.notices if n.id == "broken"]
    check(told == kept, "keep_going notes what would have been refused", told, kept)
    positions = {p.file for p in plain.problems}
    half = [f.path for f in going.inputs if f.path in positions and f.status not in ("broken", "empty")]
    check(not half, "a file with a problem is not read", half, told)
    read = {f.part for f in going.inputs if f.status == "read"}
    for file in going.inputs:
        if file.status == "broken" and file.part not in read and file.part in attrs.fields_dict(Deployment):
            value = getattr(going, file.part)
            # The data views of each space are a part of their own, and the version may come from elsewhere.
            if file.part not in ("data_views", "kibana_version", "version", "license", "settings_files"):
                check(isinstance(value, NotExported), "a broken file gives nothing", file.path, value)


def parts_differ(one: Any, other: Any) -> list[str]:
    """Names of the parts in which two deployments differ."""
    if not isinstance(one, Deployment) or not isinstance(other, Deployment):
        return ["one of them was refused"]
    names = [f.name for f in attrs.fields(Deployment) if f.eq]
    return [n for n in names if not _same(getattr(one, n), getattr(other, n))]


def _same(one: object, other: object) -> bool:
    if isinstance(one, NotExported) or isinstance(other, NotExported):
        # The reason may differ: "broken" here, "no file" there.
        return isinstance(one, NotExported) and isinstance(other, NotExported)
    if isinstance(one, FrozenMap) and isinstance(other, FrozenMap):
        # A member that is not exported may be told as such, or not be told.
        absent = NotExported("")
        return all(_same(one.get(k, absent), other.get(k, absent)) for k in {*one, *other})
    return one == other


def deep_text(value: object) -> str:
    """Every text that hangs on a value, hidden fields included."""
    found: list[str] = []
    stack: list[object] = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            found.append(node)
        elif isinstance(node, Users):
            stack += [node[name] for name in node]
        elif isinstance(node, dict | FrozenMap):
            stack += [*node.keys(), *node.values()]
        elif isinstance(node, list | tuple | set | frozenset):
            stack += node
        elif attrs.has(type(node)):
            stack += [getattr(node, f.name) for f in attrs.fields(type(node))]
    return "\n".join(found)


def check_no_secret(deployment: Deployment) -> None:
    """A planted secret is nowhere in what was loaded."""
    for what, text in (("the repr of a deployment", repr(deployment)), ("a deployment", deep_text(deployment))):
        at = text.find(MARKER)
        check(at < 0, f"no secret in {what}", text[max(0, at - 80) : at + 40])


def is_documented(error: BaseException) -> bool:
    """Whether an error is one of those that mlaccess says it raises."""
    return isinstance(error, MlAccessError)


def part_of(path: str) -> str:
    """The part of a deployment that a file gives."""
    row = row_of(path.rpartition("/")[2])
    return row.part if row is not None else ""
