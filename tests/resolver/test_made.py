"""What is made of all its fields at once is what its class would make of them, with the tag of its kind."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from mlaccess import Resolver, load
from mlaccess.catalog.documented import Interface
from mlaccess.examples import path
from mlaccess.rules import Explanation

RESOLVER = Resolver(load(path("acme")))


def named_tuples(value: object) -> Iterator[tuple[object, ...]]:
    """Every named tuple in a value, itself included."""
    if isinstance(value, tuple):
        parts = cast("tuple[object, ...]", value)
        if hasattr(parts, "_fields"):
            yield parts
        for part in parts:
            yield from named_tuples(part)


def as_its_class_makes_it(value: tuple[object, ...]) -> object:
    """Without the tag, which the class knows."""
    fields: tuple[str, ...] = cast("Any", value)._fields
    assert len(value) == len(fields), value
    return type(value)(**{name: part for name, part in zip(fields, value, strict=True) if name != "tag"})


@pytest.mark.parametrize("interface", ["kibana", "api"])
@pytest.mark.parametrize("job", sorted([*RESOLVER.deployment.jobs, *RESOLVER.deployment.analytics]))
def test_everything_in_an_answer_is_as_its_class_makes_it(job: str, interface: Interface) -> None:
    seen: set[type] = set()
    for user in RESOLVER.deployment.users:
        for space in RESOLVER.deployment.spaces if interface == "kibana" else (None,):
            access = RESOLVER.access(user, interface=interface, space=space, job=job)
            for value in named_tuples((access.explanation, access.rules, access.judge.subject)):
                assert value == as_its_class_makes_it(value)
                seen.add(type(value))
    assert Explanation in seen
