"""What starting costs, and an explained answer: `python benchmarks/start.py`.

Import times are medians over fresh interpreters, less a bare one, in turns. The explained answer is that of a user
not asked about before, on the medium estate: the decision, and every fact with its evidence.
"""

import statistics
import subprocess
import sys
import time

from estate import deployment, estate, questions

from mlaccess.resolver import Resolver


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


def main() -> None:
    for name, seconds in import_times(("attrs", "mlaccess")).items():
        print(f"import {name}: {seconds * 1e3:.0f} ms")
    data = estate("medium")
    resolver = Resolver(deployment(data))
    asked = questions(data, 600, seed=4)
    for user, space, job in asked[:300]:
        _ = resolver.access(user, space=space, job=job).explanation
    times = []
    for user, space, job in asked[300:]:
        start = time.perf_counter()
        _ = resolver.access(user, space=space, job=job).explanation
        times.append(time.perf_counter() - start)
    print(f"an explained answer: median {statistics.median(times) * 1e6:.0f} us, slowest {max(times) * 1e6:.0f} us")


if __name__ == "__main__":
    main()
