"""Grand totals of the whole matrix: `python benchmarks/matrix.py [--scale small|medium|large] [--check N]`.

Prints the time from the first question to the totals, and the peak of memory; checks N random users and spaces
against single answers first, job by job.
"""

import argparse
import random
import resource
import time
from collections import Counter

from estate import SCALES, deployment, estate

from mlaccess.analysis.matrix import totals
from mlaccess.resolver import Resolver


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", choices=tuple(SCALES), default="medium")
    parser.add_argument("--check", type=int, default=20, help="spaces whose totals are counted one by one (small only)")
    options = parser.parse_args()
    data = estate(options.scale)
    whole = deployment(data)
    start, cpu = time.perf_counter(), time.process_time()
    found = totals(Resolver(whole))
    took, used = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{options.scale}: {found.cells:,} cells in {took:.2f} s ({used:.2f} s of processor), peak {peak:.2f} GB")
    print(f"not applicable {found.not_applicable:,}; none, upload, read-only, full: {found.all.levels}")
    check(data, Resolver(whole), found, options.check)


def check(data: dict, resolver: Resolver, found, count: int) -> None:  # type: ignore[no-untyped-def, type-arg]
    """Random (job, space) pairs counted user by user; in estates of up to 10,000 users also whole jobs."""
    rng = random.Random(5)
    users = [user["username"] for user in data["users"]]
    spaces = [space["id"] for space in data["spaces"]]
    if len(users) * len(spaces) > 2_000_000:
        return
    for job in rng.sample(data["jobs"], min(count, len(data["jobs"]))):
        inside = spaces if job["spaces"] == ["*"] else job["spaces"]
        levels = Counter(int(level) for level, _ in resolver.levels((u, s, job["id"]) for u in users for s in inside))
        assert found.jobs[job["id"]].levels == tuple(levels[level] for level in range(4)), job["id"]
    print(f"{min(count, len(data['jobs']))} jobs counted user by user: the same")


if __name__ == "__main__":
    main()
