"""What starting costs, and an explained answer: `python benchmarks/start.py`.

Import times are medians over fresh interpreters, less a bare one, in turns. The explained answer is about a user, space
and job drawn anew, on the medium estate: the level, and the explanation with every fact's verdict, reason, values,
evidence and nearest misses, nothing left to be made later. It is given several times: of a resolver that was asked 300
questions before and so has met few of the roles, spaces and patterns; of one that was asked 2,000 and more; of one that
was asked 20,000 and more, like one that serves; of all 100,000; and printed as text. The median says what an answer
takes, the mean what many do, garbage collection included. Reading every fact is timed apart, and the time as it passed
beside that which the processor spent, for a busy machine makes the first say little.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TypeAlias

from estate import deployment, estate, questions

from mlaccess.resolver import Resolver
from mlaccess.rules import Explanation

_Times: TypeAlias = tuple[float, float, float]
"""Seconds as they passed, of the processor, and then for reading the explanation."""


def import_times(modules: tuple[str, ...], rounds: int = 9) -> dict[str, float]:
    """Seconds to import each module beyond starting the interpreter."""
    found: dict[str, list[float]] = {name: [] for name in ("", *modules)}
    for _ in range(rounds):
        for name, times in found.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {name}" if name else "pass"], check=True)
            times.append(time.perf_counter() - start)
    bare = statistics.median(found.pop(""))
    return {name: statistics.median(times) - bare for name, times in found.items()}


def read_all(explanation: Explanation) -> list[object]:
    """Everything that the facts of an explanation say."""
    return [
        (leaf.verdict, finding.code, finding.values, finding.evidence, finding.near)
        for leaf in explanation.leaves()
        if (finding := leaf.finding) is not None
    ]


def main() -> None:
    for name, seconds in import_times(("attrs", "mlaccess")).items():
        print(f"import {name}: {seconds * 1e3:.0f} ms")
    data = estate("medium")
    resolver = Resolver(deployment(data))
    asked = questions(data, 100_000, seed=4)

    def answers(asked: list[tuple[str, str, str]], read: Callable[[Explanation], object]) -> list[_Times]:
        """What each answer took. Tuples of numbers are nothing that the garbage collector has to visit."""
        found: list[_Times] = []
        for user, space, job in asked:
            start_cpu, start = time.thread_time(), time.perf_counter()
            access = resolver.access(user, space=space, job=job)
            _ = access.level
            explanation = access.explanation
            made, made_cpu = time.perf_counter(), time.thread_time()
            read(explanation)
            found.append((made - start, made_cpu - start_cpu, time.perf_counter() - made))
        return found

    every: list[_Times] = []
    for what, before, some in (
        ("after 300", asked[:300], asked[300:600]),
        ("after 2,000", asked[600:2_000], asked[2_000:10_000]),
        ("after 20,000", asked[10_000:20_000], asked[20_000:]),
    ):
        every += answers(before, read_all)
        told = answers(some, read_all)
        every += told
        report(what, told)
    report("all 100,000 from the first", every)
    passed, _, printing = (list(times) for times in zip(*answers(asked[2_000:2_300], str), strict=True))
    print(f"printed: median {micros([a + b for a, b in zip(passed, printing, strict=True)])} us")


def report(what: str, times: list[_Times]) -> None:
    """Prints what answers took."""
    passed, spent, reading = (list(some) for some in zip(*times, strict=True))
    print(
        f"an explained answer, {what}: median {micros(passed)} us ({micros(spent)} us of processor), "
        f"mean {statistics.mean(passed) * 1e6:.0f} us, slowest {max(passed) * 1e3:.0f} ms; "
        f"reading every fact {micros(reading)} us"
    )


def micros(seconds: list[float]) -> str:
    """The median, in microseconds."""
    return f"{statistics.median(seconds) * 1e6:.0f}"


if __name__ == "__main__":
    main()
