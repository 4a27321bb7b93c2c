"""Which tests run which lines: the whole suite once, with a coverage context per test."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import coverage
import pytest

__all__ = ["ROOT", "TRACED", "UNTRACED", "WIDE", "TestMap", "trace"]

ROOT = Path(__file__).resolve().parents[2]
TRACED = (
    ("conformance",),
    ("kibana", "rules"),
    ("identities", "operations", "render", "docs/test_rendered_pages.py", "docs/test_kibana_pages.py"),
    ("permission", "resolver", "differential/test_cases.py"),
    ("analysis", "laws/test_quick.py", "laws/test_readings.py", "differential/test_against_oracle.py"),
)
"""The rings that are asked, in parts that are traced side by side: those that state answers one by one, and those that
hold one way to an answer against another, without which a short way to the same answer is hardly tested.
"""

WIDE = ("acme/test_acme.py",)
"""Whole deployments: every module takes part, so they are not traced, and asked after the others."""

UNTRACED = "lucene"
"""Tests of the pattern languages alone, which are no part of the rooms that are mutated."""


@attrs.frozen
class TestMap:
    """Processor seconds of each test, and per module the tests that ran each line of its functions."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, frozenset[str]]]

    @classmethod
    def read(cls, path: Path) -> "TestMap":
        """The map that `trace` wrote."""
        told = json.loads(path.read_text(encoding="utf-8"))
        lines = {
            module: {int(line): frozenset(tests) for line, tests in by_line.items()}
            for module, by_line in told["lines"].items()
        }
        return cls(told["seconds"], lines)


class _Tracer:
    """Switches the context before each test, and forgets what earlier tests computed."""

    def __init__(self, measured: coverage.Coverage, measuring: bool) -> None:
        self.measured, self.measuring = measured, measuring
        self.seconds: dict[str, float] = {}
        self.file = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """An answer cached by another file would hide the lines that a test rests on; clearing per test is too slow."""
        file = item.nodeid.partition("::")[0]
        if file != self.file:
            self.file = file
            _clear_caches()
        if self.measuring:
            self.measured.switch_context(item.nodeid)
        started = time.process_time()
        yield
        self.seconds[item.nodeid] = time.process_time() - started
        if self.measuring:
            self.measured.switch_context("")


def _clear_caches() -> None:
    modules = [m for name, m in sys.modules.items() if name.startswith("mlaccess.")]
    for value in [v for m in modules for v in vars(m).values()]:
        if callable(clear := getattr(value, "cache_clear", None)):
            clear()


def trace(path: Path, processes: int, changed: Sequence[str] = ()) -> None:
    """Run the traced rings, each part in a process of its own, and write the map.

    With `changed`, only these test files are run, and what the map that is there says of them is replaced.
    """
    os.chdir(ROOT)
    path.parent.mkdir(parents=True, exist_ok=True)
    rings = [[file] for file in changed] or [[f"tests/{ring}" for ring in part] for part in (*TRACED, WIDE)]
    parts = [path.with_suffix(f".{n}.json") for n in range(len(rings))]
    children: set[int] = set()
    for part, asked in zip(parts, rings, strict=True):
        if len(children) == processes:
            children.discard(os.wait()[0])
        if child := os.fork():
            children.add(child)
        else:
            os.setsid()
            part.write_text(json.dumps(_traced(asked, measure=asked != [f"tests/{w}" for w in WIDE])), encoding="utf-8")
            os._exit(0)
    while children:
        children.discard(os.wait()[0])
    told: dict[str, Any] = _without(changed, path) if changed else {"seconds": {}, "lines": {}}
    for part in parts:
        found = json.loads(part.read_text(encoding="utf-8"))
        part.unlink()
        told["seconds"] |= found["seconds"]
        for module, by_line in found["lines"].items():
            ours: dict[str, list[str]] = told["lines"].setdefault(module, {})
            for line, tests in by_line.items():
                ours[line] = [*ours.get(line, ()), *tests]
    path.write_text(json.dumps(told), encoding="utf-8")


def _without(files: Sequence[str], path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    def kept(test: str) -> bool:
        return test.partition("::")[0] not in files

    return {
        "seconds": {test: seconds for test, seconds in told["seconds"].items() if kept(test)},
        "lines": {
            module: {line: [test for test in tests if kept(test)] for line, tests in by_line.items()}
            for module, by_line in told["lines"].items()
        },
    }


def _traced(rings: list[str], *, measure: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        measured = coverage.Coverage(data_file=f"{folder}/data", include=["mlaccess/*"], config_file=False)
        tracer = _Tracer(measured, measure)
        if measure:
            measured.start()
        loaded = "ignore::pytest.PytestAssertRewriteWarning"  # hypothesis is there already and cannot be rewritten
        pytest.main(["-p", "no:cacheprovider", "-W", loaded, "-k", f"not {UNTRACED}", *rings], plugins=[tracer])
        if not measure:
            return {"seconds": tracer.seconds, "lines": {}}
        measured.stop()
        data = measured.get_data()
        lines = {
            Path(file).relative_to(ROOT).as_posix(): {
                line: sorted(c for c in contexts if c)
                for line, contexts in data.contexts_by_lineno(file).items()
                if any(contexts)
            }
            for file in data.measured_files()
        }
    return {"seconds": tracer.seconds, "lines": lines}
