"""Grand totals of the whole matrix: `python benchmarks/matrix.py [--scale small|medium|large] [--processes N]`.

Prints the time from the deployment to the totals, by the clock and of the processor, and the peak of memory; in
estates of up to 10,000 users, jobs are counted user by user first, by single answers to many questions.
"""

import argparse
import random
import resource
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from estate import SCALES, deployment, estate

from mlaccess.analysis.cells import Item
from mlaccess.analysis.totals import Totals, totals
from mlaccess.resolver import AccessLevel, Resolver


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", choices=tuple(SCALES), default="medium")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--check", type=int, default=20, help="jobs that are counted user by user")
    options = parser.parse_args()
    data = estate(options.scale)
    whole = deployment(data)
    where = [(job["id"], job["spaces"]) for job in data["jobs"]]
    spaces = [space["id"] for space in data["spaces"]]
    del data
    start, cpu = time.perf_counter(), _processor()
    if options.processes > 1:
        with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as executor:
            found = totals(Resolver(whole), executor=executor, parts=options.processes)
    else:
        found = totals(Resolver(whole))
    took, used = time.perf_counter() - start, _processor() - cpu
    print(f"{options.scale}: {found.tally.total:,} cells in {took:.2f} s ({used:.2f} s of processor)")
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    print(f"peak {here:.2f} GB" + (f", and {children:.2f} GB in the largest child" if children else ""))
    for level in AccessLevel:
        print(f"{level.word:10} {found.tally.at(level):>24,} cells, {found.tally.at(level, certain=True):>24,} certain")
    print(f"of these in no space of the job {found.tally.not_applicable:,}")
    if found.users * len(spaces) <= 2_000_000:
        check(found, Resolver(whole), tuple(whole.users or ()), where, spaces, options.check)  # type: ignore[arg-type]


def _processor() -> float:
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(t.ru_utime + t.ru_stime for t in times)


def check(
    found: Totals,
    resolver: Resolver,
    users: tuple[str, ...],
    where: list[tuple[str, list[str]]],
    spaces: list[str],
    count: int,
) -> None:
    """Random jobs counted user by user in every space they are in."""
    rng = random.Random(5)
    kinds = {item.id: item for item in found.jobs}
    for job, listed in rng.sample(where, min(count, len(where))):
        inside = spaces if listed == ["*"] else listed
        counted = Counter(resolver.levels((user, space, job) for user in users for space in inside))
        counted[AccessLevel.NONE, AccessLevel.NONE] += len(users) * (len(spaces) - len(inside))
        item: Item = kinds[job]
        assert dict(found.by_job[item].cells) == {pair: n for pair, n in counted.items() if n}, job
    print(f"{min(count, len(where))} jobs counted user by user: the same")


if __name__ == "__main__":
    main()
