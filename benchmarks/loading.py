"""What loading costs: `python benchmarks/loading.py [--scale medium|large]` writes an export, loads it, and asks.

The size of the table of users is what `sys.getsizeof` says of its columns, names included.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from estate import SCALES, estate, questions, write

from mlaccess.loaders import load
from mlaccess.resolver import Resolver
from mlaccess.stack import NotExported, Users


def table_bytes(users: Users) -> int:
    """The bytes of the columns of a table of users."""
    offsets, numbers, _ = users.columns()
    table = users._table
    texts = (table.full_names, table.emails, table.metadata)
    size = sys.getsizeof(table.index) + sum(sys.getsizeof(name) + sys.getsizeof(i) for name, i in table.index.items())
    size += sys.getsizeof(offsets) + sys.getsizeof(numbers) + sys.getsizeof(table.disabled)
    return size + sum(sys.getsizeof(c._data) + sys.getsizeof(c._ends) for c in texts)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", choices=tuple(SCALES), default="medium")
    given = arguments.parse_args()
    size = SCALES[given.scale]
    with tempfile.TemporaryDirectory() as folder:
        data = estate(given.scale)
        (user, space, job), *_ = questions(data, 1, seed=5)
        write(data, Path(folder))
        del data
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        for exported in Path(folder).rglob("*.json"):
            json.loads(exported.read_bytes())
        parsed = time.perf_counter() - start
        start = time.perf_counter()
        deployment = load(folder)
        loaded = time.perf_counter() - start
    start = time.perf_counter()
    resolver = Resolver(deployment)
    access = resolver.access(user, space=space, job=job)
    answered = time.perf_counter() - start
    start = time.perf_counter()
    assert resolver.levels([(user, space, job)]) == [(access.level, access.ceiling)]
    many = time.perf_counter() - start
    assert not isinstance(deployment.users, NotExported)
    print(f"{given.scale}: {size}")
    print(f"json.loads               {parsed:8.2f} s")
    print(f"load                     {loaded:8.2f} s ({loaded - parsed:+.2f} s)")
    print(f"first answer             {answered:8.2f} s")
    print(f"first of many questions  {many:8.2f} s")
    print(f"table of users           {table_bytes(deployment.users) / size.users:8.0f} bytes a user")
    print(f"peak memory              {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB", end=" ")
    print(f"({before / 1024:.0f} MB of them for making the export)")


if __name__ == "__main__":
    main()
