"""What is unknown says why, in words that are about the doubt and not about the fact."""

import attrs

from mlaccess import NotExported, Resolver
from mlaccess.stack import License

from .world import ask, world

GONE = NotExported("for a test")


def test_without_any_export_of_roles_the_reason_names_the_role_and_why() -> None:
    """The finding carries the doubt's own values."""
    access = ask(world(roles=GONE), job="web")
    assert "what role `engineer` grants is not in the export: for a test" in str(access.explanation)
    assert "`engineer`" in str(access)
    assert "what role `engineer` grants" in str(Resolver(world(roles=GONE)).can("ana", "ml.put_job"))


def test_only_gates_fail_where_every_permission_is_certain() -> None:
    """An unknown permission is not known to be no problem."""
    basic = License("basic", "active")
    assert ask(world(license=basic)).full.only_gates_fail
    assert not ask(attrs.evolve(world(license=basic), roles=GONE)).full.only_gates_fail
    assert not ask(world(license=basic), "nobody").full.only_gates_fail
