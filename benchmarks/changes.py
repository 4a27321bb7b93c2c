"""Comparing two estates that differ by one role: `python benchmarks/changes.py [--scale small|medium] [--role NAME]`.

The role loses all its privileges. Before anything is timed, cells drawn at random are asked one by one on both sides
and held against the difference. Printed are the cells asked and found, the time to find them, that to find their
causes, and the peak of memory.
"""

import argparse
import random
import resource
import time

import attrs
from estate import SCALES, deployment, estate, questions

from mlaccess.analysis import Diff, diff
from mlaccess.resolver import Resolver
from mlaccess.stack import Deployment, NotExported, RoleDescriptor


def without_privileges(before: Deployment, role: str) -> Deployment:
    """The estate in which a role grants nothing."""
    roles = before.roles
    if isinstance(roles, NotExported):
        raise SystemExit("an estate always has roles")
    return attrs.evolve(before, roles=roles.with_item(role, RoleDescriptor(role)))


def check(found: Diff, before: Deployment, after: Deployment, asked: list[tuple[str, str, str]]) -> int:
    """How many of some cells differ; stops the program where the difference says something else."""
    old, new = Resolver(before), Resolver(after)
    number = {caller.name: at for at, caller in enumerate(found.blocks.callers)}
    differing = 0
    for user, space, job in asked:
        levels = [resolver.access(user, space=space, job=job).level for resolver in (old, new)]
        told = [
            [reading.level for reading in (block.before, block.after) if reading is not None]
            for block in found.blocks.blocks
            if block.place[1] == space and block.place[2].id == job and block.callers >> number[user] & 1
        ]
        if told != ([levels] if levels[0] is not levels[1] else []):
            raise SystemExit(f"{user} in {space} to {job}: {levels} one by one, {told} in the difference")
        differing += bool(told)
    return differing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", choices=tuple(SCALES), default="medium")
    parser.add_argument("--role", default="reader")
    parser.add_argument("--check", type=int, default=1000, help="cells that are asked one by one")
    parser.add_argument("--levels-only", action="store_true", help="compare no capabilities and operations")
    options = parser.parse_args()
    data = estate(options.scale)
    before = deployment(data)
    after = without_privileges(before, options.role)
    holders = sum(options.role in user["roles"] for user in data["users"])
    asked = questions(data, options.check, seed=random.Random("changes").randrange(1000))
    capabilities = () if options.levels_only else None
    print(f"{options.scale}: `{options.role}` is held by {holders:,} of {len(data['users']):,} users")
    if asked:
        found = diff(before, after, capabilities=capabilities)
        print(f"{len(asked):,} cells asked one by one agree; {check(found, before, after, asked):,} of them differ")
    start = time.perf_counter()
    found = diff(before, after, capabilities=capabilities)
    took = time.perf_counter() - start
    print(
        f"{len(found.blocks):,} of {found.asked:,} cells differ, in {len(found.blocks.blocks):,} blocks: {took:.1f} s"
    )
    start = time.perf_counter()
    groups = found.groups
    took = time.perf_counter() - start
    print(f"causes: {', '.join(group.title for group in groups)}: {took:.1f} s")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
