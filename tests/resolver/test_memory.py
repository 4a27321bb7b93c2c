"""What a resolver remembers: a bounded amount, for programs that run long; forgetting changes no answer."""

import gc
import weakref
from datetime import UTC, datetime, timedelta

import pytest

from mlaccess import Resolver, Verdict
from mlaccess.resolver import compiled
from mlaccess.rules.facts import IndexPrivilege
from mlaccess.stack import FrozenMap, IndicesGrant, RoleDescriptor, User, Users

from .world import ROLE, world

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_what_was_found_for_a_moment_is_forgotten_after_others() -> None:
    """A service asks about the present, and it is a new one each time."""
    resolver = Resolver(world())
    first = weakref.ref(resolver.judge("ana", at=NOW))
    assert first() is resolver.judge("ana", at=NOW)
    for day in range(1, 60):
        resolver.access("ana", at=NOW + timedelta(days=day))
    gc.collect()
    assert first() is None
    assert resolver.access("ana", at=NOW).level is Resolver(world()).access("ana", at=NOW).level


def test_forgetting_compiled_roles_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of roles that grant together, which are kept as unions, nor of those that grant alone."""
    parts = [RoleDescriptor(n, indices=(IndicesGrant((p,), ("read",)),)) for n, p in (("a", "/a?x*/"), ("b", "/b?x*/"))]
    roles = {role.name: role for role in (ROLE, *parts)}
    users = Users([User("both", ("a", "b")), User("one", ("a",)), User("ana", (ROLE.name,))])
    found = world(roles=FrozenMap(roles), users=users)
    facts = [IndexPrivilege(name, "read") for name in ("/[ab]x*/", "/(b|a)x*/", "/ax*/", "/bx/", "logs-*")]

    def verdicts(resolver: Resolver) -> list[Verdict]:
        return [resolver.judge(user).verdict(fact) for fact in facts for user in ("both", "one", "ana")]

    expected = verdicts(Resolver(found))
    monkeypatch.setattr(compiled, "_KEPT", 1)
    assert verdicts(Resolver(found)) == expected
    assert {Verdict.GRANTED, Verdict.DENIED} <= set(expected)
