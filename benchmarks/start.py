"""What starting costs: importing the package beside attrs, loading the example, and one explained answer.

python -m benchmarks.start
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from mlaccess import Resolver, load
from mlaccess.examples import path

IMPORT = "import time; t = time.perf_counter(); import {}; print((time.perf_counter() - t) * 1000)"


def imported(module: str, runs: int = 15) -> float:
    """Median milliseconds to import a module in a fresh interpreter."""
    times = [
        float(subprocess.run([sys.executable, "-c", IMPORT.format(module)], capture_output=True, check=True).stdout)
        for _ in range(runs)
    ]
    return statistics.median(times)


def timed(work: Callable[[], object], runs: int) -> float:
    """Median milliseconds of some work."""
    times: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    deployment = load(path("acme"))
    resolver = Resolver(deployment)
    questions = [(user, space) for user in deployment.users for space in deployment.spaces]

    def answer() -> None:
        for user, space in questions:
            _ = resolver.access(user, space=space, job="web_request_rate").level

    def explained() -> None:
        for user, space in questions:
            _ = resolver.access(user, space=space, job="web_request_rate").explanation

    def cold() -> None:
        _ = Resolver(deployment).access("hugo", space="fraud", job="fraud_outliers").explanation

    rows = [
        ("import attrs", imported("attrs")),
        ("import mlaccess", imported("mlaccess")),
        ("load the example", timed(lambda: load(path("acme")), 20)),
        ("new resolver and one explained answer", timed(cold, 50)),
        ("one answer, warm", timed(answer, 20) / len(questions)),
        ("one explained answer, warm", timed(explained, 20) / len(questions)),
    ]
    for name, milliseconds in rows:
        print(f"{name:40} {milliseconds:9.3f} ms")


if __name__ == "__main__":
    main()
