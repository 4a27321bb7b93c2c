"""`python -m tests.mutation --sample 20 mlaccess/permission`: which wrong programs the tests would let pass."""

import argparse
import gc
import json
import os
import random
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import hypothesis

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.report import table
from tests.mutation.running import run_module
from tests.mutation.tracing import ROOT, TestMap, trace

_PRELOADED = (
    "pytest",
    "_pytest.assertion.rewrite",
    "hypothesis.strategies",
    "jsonschema",
    "rich.console",
    "yaml",
    "typing_extensions",
)


def sampled(path: str, number: int, seed: int) -> tuple[list[Mutant], int]:
    """Up to `number` mutants of a module that still compile, and how many there are; equal seeds give equal samples."""
    source = (ROOT / path).read_bytes()
    found = mutants(path, source)
    shuffled = random.Random(f"{seed} {path}").sample(found, len(found))
    kept: list[Mutant] = []
    for mutant in shuffled:
        if len(kept) == number:
            break
        if _compiles(mutant.apply(source)):
            kept.append(mutant)
    return kept, len(found)


def _compiles(source: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "mutant", "exec")
        except SyntaxError:
            return False
    return True


def files(arguments: Iterable[str], left_out: Iterable[str]) -> Iterator[str]:
    """The modules below the folders named."""
    for argument in arguments:
        target = ROOT / argument
        for path in [target] if target.is_file() else sorted(target.rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name not in left_out:
                yield name


def main(arguments: list[str] | None = None) -> int:
    """Trace if there is no map, run the sample, print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="*", help="modules or folders of the package")
    parser.add_argument("--sample", type=int, default=20, help="mutants per module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--budget", type=float, default=30, help="seconds of tests a surviving mutant is shown to")
    parser.add_argument("--without", action="append", default=[], help="a module to leave out")
    parser.add_argument("--map", type=Path, default=ROOT / ".mutation" / "map.json", help="which tests run which lines")
    parser.add_argument("--changed", action="append", default=[], help="a test file to trace anew into the map")
    parser.add_argument("--results", type=Path, default=ROOT / ".mutation" / "results.jsonl")
    parser.add_argument("--again", type=Path, help="run the survivors of these results again, instead of a sample")
    parser.add_argument("--report", action="store_true", help="only print the table of the results")
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    if not options.report:
        _run(options)
    sys.stdout.write(table(options.results))
    return 0


def _run(options: argparse.Namespace) -> None:
    if not options.map.exists():
        trace(options.map, options.processes)
    elif options.changed:
        trace(options.map, options.processes, options.changed)
    options.results.parent.mkdir(parents=True, exist_ok=True)
    done = _done(options.results)
    hypothesis.settings.register_profile(
        "mutation",
        derandomize=True,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    for module in _PRELOADED:
        __import__(module)
    tests = TestMap.read(options.map)
    survivors = _survivors(options.again) if options.again else {}
    gc.collect()
    gc.freeze()
    running: set[int] = set()
    for path in survivors or files(options.paths, options.without):
        if len(running) == options.processes:
            running.discard(os.wait()[0])
        if child := os.fork():
            running.add(child)
        else:
            os.setsid()
            chosen = _found_again(path, survivors[path]) if survivors else _sample(path, options)
            wanted = [m for m in chosen if (m.path, m.start, m.end, m.text) not in done]
            if wanted:
                run_module(path, wanted, tests, options.budget, options.results)
            os._exit(0)
    while running:
        running.discard(os.wait()[0])


def _sample(path: str, options: argparse.Namespace) -> list[Mutant]:
    chosen, total = sampled(path, options.sample, options.seed)
    if chosen:
        with options.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"module": path, "mutants": total, "seed": options.seed}) + "\n")
    return chosen


def _survivors(results: Path) -> dict[str, set[str]]:
    survivors: dict[str, set[str]] = {}
    for line in results.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        if "outcome" in told and told["outcome"]["verdict"] in ("survived", "unasked", "invalid"):
            survivors.setdefault(told["mutant"]["path"], set()).add(_plain(told["shown"]))
    return survivors


def _found_again(path: str, shown: set[str]) -> list[Mutant]:
    """The survivors of an earlier run, in the module as it is now."""
    source = (ROOT / path).read_bytes()
    return [m for m in mutants(path, source) if _plain(m.describe(source)) in shown]


def _plain(shown: str) -> str:
    """Without the number of the line, which other changes move."""
    place, _, change = shown.partition(" ")
    return f"{place.partition(':')[0]} {change}"


def _done(results: Path) -> set[tuple[str, int, int, str]]:
    if not results.exists():
        return set()
    told = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    return {tuple(t["mutant"][k] for k in ("path", "start", "end", "text")) for t in told if "outcome" in t}


if __name__ == "__main__":
    raise SystemExit(main())
