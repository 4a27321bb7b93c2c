"""The checker has its own tables, so that it shares no code; here they are held against the engine's."""

import re

import pytest

from mlaccess.catalog.privileges import builtin_privilege_names, is_known
from mlaccess.checker import plain
from mlaccess.checker.check import LEFT_OUT, NAMES
from mlaccess.loaders.catalogue import FILES
from mlaccess.permission import Role
from mlaccess.render.certificate import _is_left_out
from mlaccess.stack import IndicesGrant, RoleDescriptor

VERSIONS = ("8.0.0", "8.5.0", "8.12.0", "8.19.0", "9.0.0", "9.2.1", "9.6.0")
CLUSTER = tuple(name for name in plain._HOLDERS if name in plain._ACTIONS)
INDEX = tuple(name for name in plain._HOLDERS if name not in plain._ACTIONS)


def holds(privilege: str, names: tuple[str, ...], version: str | None = None) -> bool:
    """Whether the engine finds a privilege held by names in one role."""
    if privilege in CLUSTER:
        return Role.of([RoleDescriptor("r", cluster=names)], version=version).cluster.implies(privilege)
    entry = IndicesGrant(("logs-*",), names)
    role = Role.of([RoleDescriptor("r", indices=(entry,))], version=version)
    return role.indices.check("logs-*", [privilege])[privilege]


def test_every_file_that_is_read_is_known_to_the_checker() -> None:
    """Otherwise an export could hold a file that decides, and the certificate keep quiet about it."""
    assert {name for row in FILES for name in (row.base_name, *row.aliases)} == NAMES


@pytest.mark.parametrize("privilege", [*CLUSTER, *INDEX])
def test_holders_are_the_engines(privilege: str) -> None:
    """Name by name; and all other names together do not hold it either."""
    known = plain._CLUSTER if privilege in CLUSTER else plain._INDEX
    for name in known:
        assert holds(privilege, (name,)) == (name in plain._HOLDERS[privilege]), name
    assert not holds(privilege, tuple(sorted(known - plain._HOLDERS[privilege])))


def test_known_names_are_known_to_every_version() -> None:
    """A role with a name that its version lacks is unknown, so the checker must not think it known."""
    for version in VERSIONS:
        assert {n for n in plain._CLUSTER if not is_known("cluster", n, version)} == set()
        assert {n for n in plain._INDEX if not is_known("index", n, version)} == set()
    assert set(builtin_privilege_names("index")) >= plain._INDEX


@pytest.mark.parametrize("privilege", CLUSTER)
def test_every_holder_has_the_actions_that_matter(privilege: str) -> None:
    """Raw patterns that touch none of them cannot make up for a missing holder."""
    prefix = plain._ACTIONS[privilege]
    others = tuple(sorted(plain._CLUSTER - plain._HOLDERS[privilege]))
    assert not holds(privilege, (*others, "cluster:admin/a*", "cluster:monitor/y*", "indices:*"))
    assert holds(privilege, (f"{prefix}*", "cluster:*"))


@pytest.mark.parametrize(
    "key",
    [
        "password", "xpack.security.authc.bind_password", "passphrase", "client_secret", "secret_key", "hash",
        "access_token", "refreshTokens", "token", "api_key", "apikey", "encoded", "credentials", "private_key",
        "secure_bind", "metadata", "email", "full_name", "imageUrl", "description",
        "roles", "enabled", "names", "privileges", "xpack.security.authc.token.enabled", "tokenizer", "keyword",
        "metadata.groups", "hashes",
    ],
)  # fmt: skip
def test_writer_and_checker_leave_out_the_same(key: str) -> None:
    """Each by its own table; where they differed, a fresh certificate would not hold."""
    assert (LEFT_OUT.search(key) is not None) == _is_left_out(key)
    assert not re.search(r"\s", key)
