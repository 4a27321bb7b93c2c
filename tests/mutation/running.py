"""Runs mutants: a process per module that has pytest and the modules below loaded, and a fork of it per mutant."""

import ast
import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import re
import select
import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import CodeType, ModuleType

import attrs
import pytest

from tests.mutation.mutants import Mutant
from tests.mutation.tracing import ROOT, WIDE, TestMap

__all__ = ["Outcome", "Selection", "run_module"]

_FIRST_SECONDS = 2.0
_FIRST_FILES = 2
_ARGUMENTS = (
    "-x",
    "-q",
    "--assert=plain",
    *("-p", "no:cacheprovider", "-p", "no:faulthandler", "-p", "no:unraisableexception", "-p", "no:threadexception"),
    "--hypothesis-profile=mutation",
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # what is loaded before the fork cannot be rewritten
)


@attrs.frozen
class Outcome:
    """What became of a mutant: `killed`, `timeout`, `survived`, `unasked` (no test runs it), `invalid`; by which test.

    A test counts only if it passes with the unchanged module in the same surroundings; where none is left to say so,
    the outcome is invalid. `asked` is the number of tests, `left_out` of those beyond the budget.
    """

    verdict: str
    by: str
    asked: int
    left_out: int
    seconds: float


class Selection:
    """Which tests a mutant is shown to, in which order."""

    def __init__(self, path: str, tests: TestMap, budget: float) -> None:
        self.path, self.tests, self.budget = path, tests, budget
        self.kills: Counter[str] = Counter()
        self.sound: set[str] = set()
        self.unsound: set[str] = set()
        name = _module_name(path)
        self.direct = {
            file.relative_to(ROOT).as_posix() for file in (ROOT / "tests").rglob("test_*.py") if _names(file, name)
        }
        graph, package = imports(), name.rpartition(".")[0]
        handed_on = name in graph.get(package, ())  # most who use a room's nouns take them from its package
        users = (user for user, used in graph.items() if name in used or (handed_on and package in used))
        near = {path, *map(_path_of, users)}
        touched = {t for module in near for ids in tests.lines.get(module, {}).values() for t in ids}
        files = {_file(t) for t in touched}
        self.touched = touched | {t for t in tests.seconds if _file(t) in self.direct}
        self.beside = {t for t in tests.seconds if _file(t) in files or _file(t).removeprefix("tests/") in WIDE}

    def stages(self, mutant: Mutant) -> tuple[list[list[str]], int]:
        """Two lists of tests, fastest first, and how many tests did not fit into the budget."""
        by_line = self.tests.lines.get(self.path, {})
        covering = {test for line in mutant.lines for test in by_line.get(line, ())}
        first_choice = covering or self.touched
        by_file: dict[str, list[str]] = {}
        for test in sorted(first_choice, key=self.tests.seconds.__getitem__):
            by_file.setdefault(_file(test), []).append(test)
        ranked = sorted(by_file, key=lambda f: (-self.kills[f], f not in self.direct, self._cost(by_file[f])))
        first = self._within(_FIRST_SECONDS, [t for f in ranked[:_FIRST_FILES] for t in by_file[f]])
        asked = set(first)
        named = self._within(self.budget, [t for f in ranked if f in self.direct for t in by_file[f] if t not in asked])
        asked |= set(named)
        rest = [t for f in ranked for t in by_file[f]] + sorted(self.beside - first_choice)
        second = self._within(self.budget, [t for t in rest if t not in asked])
        return [first, named + second], len(set(rest)) - len(first) - len(named) - len(second)

    def _cost(self, tests: Sequence[str]) -> float:
        return sum(self.tests.seconds[t] for t in tests)

    def _within(self, seconds: float, tests: Sequence[str]) -> list[str]:
        chosen: list[str] = []
        for test in sorted(tests, key=self.tests.seconds.__getitem__):
            seconds -= self.tests.seconds[test]
            if seconds < 0:
                break
            if test not in self.unsound:
                chosen.append(test)
        return chosen


def run_module(path: str, chosen: Sequence[Mutant], tests: TestMap, budget: float, results: Path) -> None:
    """Run the mutants of one module, each in a fork; one line of `results` per mutant."""
    source = (ROOT / path).read_bytes()
    selection = Selection(path, tests, budget)
    _load_what_does_not_need(_module_name(path))
    for mutant in chosen:
        outcome = _run(mutant, source, selection)
        line = json.dumps(
            {"mutant": attrs.asdict(mutant), "shown": mutant.describe(source), "outcome": attrs.asdict(outcome)}
        )
        with results.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def _run(mutant: Mutant, source: bytes, selection: Selection) -> Outcome:
    started, asked = time.monotonic(), 0
    name = _module_name(mutant.path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = compile(mutant.apply(source), str(ROOT / mutant.path), "exec")
        unchanged = compile(source, str(ROOT / mutant.path), "exec")
    stages, left_out = selection.stages(mutant)
    for stage in filter(None, stages):
        expected = sum(selection.tests.seconds[t] for t in stage)
        verdict, by = _forked(name, code, stage, timeout=60 + 60 * expected)
        asked += len(stage)
        if verdict == "survived":
            continue
        if verdict == "killed" and by not in selection.sound:
            alone = [by] if by in selection.tests.seconds else stage
            if _forked(name, unchanged, alone, timeout=120 + 60 * expected)[0] != "survived":
                selection.unsound.add(by)
                return _run(mutant, source, selection) if alone == [by] else Outcome("invalid", by, asked, left_out, 0)
            selection.sound.add(by)
        selection.kills[_file(by)] += 1
        return Outcome(verdict, by, asked, left_out, time.monotonic() - started)
    verdict = "survived" if asked else "unasked"
    return Outcome(verdict, "", asked, left_out, time.monotonic() - started)


def _forked(name: str, code: CodeType, stage: Sequence[str], timeout: float) -> tuple[str, str]:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        os.setpgid(0, 0)
        verdict, by = _ask(name, code, stage)
        os.write(write, json.dumps([verdict, by]).encode())
        os._exit(0)
    os.close(write)
    told = b""
    if select.select([read], [], [], timeout)[0]:
        told = os.read(read, 65536)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(read)
    verdict, by = json.loads(told) if told else ("timeout", stage[0])
    return verdict, by


def _ask(name: str, code: CodeType, stage: Sequence[str]) -> tuple[str, str]:
    """In the fork: import the mutant instead of the module, and run the tests up to the first that fails."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    sys.meta_path.insert(0, _Instead(name, code))
    chooser = _Chooser(stage)
    files = list(dict.fromkeys(_file(t) for t in stage))
    try:
        status = pytest.main([*_ARGUMENTS, *files], plugins=[chooser])
    except BaseException as error:
        return "killed", f"{files[0]}: {type(error).__name__}"
    if status == pytest.ExitCode.OK:
        return "survived", ""
    return "killed", chooser.failed or f"{files[0]}: exit {int(status)}"


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutant's code where the module is imported."""

    def __init__(self, name: str, code: CodeType) -> None:
        self.name, self.code = name, code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Only of the one module."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.code.co_filename, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutant."""
        exec(self.code, module.__dict__)


class _Chooser:
    """Keeps the tests of a stage, fastest first, and remembers the one that failed."""

    def __init__(self, stage: Sequence[str]) -> None:
        self.order = {test: n for n, test in enumerate(stage)}
        self.failed = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """In the order of the stage."""
        kept = [item for item in items if item.nodeid in self.order]
        items[:] = sorted(kept, key=lambda item: self.order[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The first failure ends the run."""
        if report.failed and not self.failed:
            self.failed = report.nodeid


def _names(test: Path, module: str) -> bool:
    """Whether a test file imports from a module, be it through the package that hands its names on."""
    source = (ROOT / _path_of(module)).read_text(encoding="utf-8")
    public = set(re.findall(r'"(\w+)"', source.partition("__all__ = [")[2].partition("]")[0]))
    for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == module:
                return True
            if module.startswith(f"{node.module}.") and public & {alias.name for alias in node.names}:
                return True
    return False


def _file(test: str) -> str:
    return test.partition("::")[0]


def _module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _path_of(name: str) -> str:
    path = name.replace(".", "/")
    return f"{path}/__init__.py" if (ROOT / path).is_dir() else f"{path}.py"


def imports() -> dict[str, frozenset[str]]:
    """Per module of the package, the modules of the package that it names in an import, its own packages included."""
    files = {_module_name(f.relative_to(ROOT).as_posix()): f for f in (ROOT / "mlaccess").rglob("*.py")}
    return {name: frozenset(_imported(name, file, files)) for name, file in files.items()}


def _imported(name: str, file: Path, known: Iterable[str]) -> set[str]:
    package = name.split(".") if file.name == "__init__.py" else name.split(".")[:-1]
    found = {".".join(package[: n + 1]) for n in range(len(package))}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *((node.module or "").split(".") if node.module else [])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    found.discard(name)
    return found & set(known)


def _load_what_does_not_need(name: str) -> None:
    """Import the modules that do not lead to the mutated one, so that forks need not."""
    graph = imports()
    needing = {name}
    while more := {m for m, used in graph.items() if used & needing} - needing:
        needing |= more
    for module in sorted(set(graph) - needing):
        if module.rpartition(".")[2] != "__main__" and not module.startswith("mlaccess.cli"):
            importlib.import_module(module)
    loaded = {m for m in sys.modules if m in needing}
    if loaded:
        raise AssertionError(f"loaded although they need {name}: {sorted(loaded)}")
