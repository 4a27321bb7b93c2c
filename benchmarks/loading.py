"""What loading costs: `python benchmarks/loading.py [--users N] [--roles N]` makes a bundle, loads it, and prints.

Users are given three of a thousand roles, a full name and an address. The size of the table is what `sys.getsizeof`
says of its columns, names included.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from mlaccess.loaders import load
from mlaccess.stack import NotExported, Users


def user(i: int) -> dict[str, object]:
    return {
        "username": f"user_{i:07d}",
        "roles": [f"role_{(i * 7 + k) % 1000}" for k in range(3)],
        "full_name": f"First Last {i}",
        "email": f"u{i}@example.org",
        "metadata": {},
        "enabled": i % 50 != 0,
    }


def role(i: int) -> dict[str, object]:
    entry = {"names": [f"logs-{i}-*", f"metrics-{i}-*"], "privileges": ["read", "view_index_metadata"]}
    kibana = {"application": "kibana-.kibana", "privileges": ["feature_ml.read"], "resources": ["space:a", "space:b"]}
    return {"cluster": ["monitor_ml"], "indices": [entry] * 3, "applications": [kibana], "run_as": [], "metadata": {}}


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
    arguments.add_argument("--users", type=int, default=5_000)
    arguments.add_argument("--roles", type=int, default=1_000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "security_users.json"
        with path.open("w", encoding="utf-8") as file:
            for i in range(given.users):
                file.write(("," if i else "{") + json.dumps(f"user_{i:07d}") + ":" + json.dumps(user(i)))
            file.write("}" if given.users else "{}")
        roles = {f"role_{i}": role(i) for i in range(given.roles)}
        (Path(folder) / "security_roles.json").write_text(json.dumps(roles), encoding="utf-8")
        start = time.perf_counter()
        for exported in Path(folder).iterdir():
            json.loads(exported.read_bytes())
        parsed = time.perf_counter() - start
        start = time.perf_counter()
        deployment = load(folder)
        loaded = time.perf_counter() - start
    assert not isinstance(deployment.users, NotExported)
    print(f"users {given.users}, roles {given.roles}")
    print(f"json.loads     {parsed:8.2f} s")
    print(f"load           {loaded:8.2f} s ({loaded - parsed:+.2f} s)")
    print(f"table of users {table_bytes(deployment.users) / max(given.users, 1):8.0f} bytes a user")
    print(f"peak memory    {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")


if __name__ == "__main__":
    main()
