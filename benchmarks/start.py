"""What starting costs, and an explained answer: `python benchmarks/start.py`.

Import times are medians over fresh interpreters, less a bare one, in turns. The explained answer is that of a user
not asked about before, on the medium estate: the level, and every fact read with its verdict, reason, values, evidence
and nearest misses, nothing left to be made later. What is known by then is what 300 questions before have asked of the
same resolver: roles, spaces and patterns it has met, no answer about the user. The time is given as it passed and as
the processor spent it, for a busy machine makes the first say little; the second figure is the same with the whole
explanation printed as text.
"""

import statistics
import subprocess
import sys
import time

from estate import deployment, estate, questions

from mlaccess.resolver import Resolver
from mlaccess.rules import Explanation


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
    asked = questions(data, 900, seed=4)
    for user, space, job in asked[600:]:
        _ = resolver.access(user, space=space, job=job).explanation
    for what, read in (("an explained answer", read_all), ("an explained answer, printed", str)):
        passed, spent = [], []
        for user, space, job in asked[:300] if read is str else asked[300:]:
            start, start_cpu = time.perf_counter(), time.thread_time()
            access = resolver.access(user, space=space, job=job)
            _ = access.level
            read(access.explanation)
            passed.append(time.perf_counter() - start)
            spent.append(time.thread_time() - start_cpu)
        middle, busy = statistics.median(passed) * 1e6, statistics.median(spent) * 1e6
        print(f"{what}: median {middle:.0f} us ({busy:.0f} us of processor), slowest {max(passed) * 1e6:.0f} us")


if __name__ == "__main__":
    main()
