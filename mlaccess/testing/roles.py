"""Strategies for roles: those that grant machine learning in the usual ways, and some that no one should write."""

from functools import cache
from typing import TypeVar, cast

import attrs
from hypothesis import strategies as st

from mlaccess.stack import ApplicationGrant, FieldSecurity, IndicesGrant, RemoteIndicesGrant, RoleDescriptor

from . import vocabulary as words
from .vocabulary import Pool

__all__ = [
    "application_grants",
    "choice",
    "indices_grants",
    "named",
    "one_in",
    "pick",
    "role_descriptors",
    "some",
    "subset",
]

T = TypeVar("T")

# Strategies are made once and kept: making one costs more than drawing from it.


def choice(*options: T) -> st.SearchStrategy[T]:
    """One of these, the first being the simplest."""
    return cast("st.SearchStrategy[T]", _choice(options))


@cache
def _choice(options: tuple[object, ...]) -> st.SearchStrategy[object]:
    return st.sampled_from(options)


@cache
def one_in(n: int) -> st.SearchStrategy[bool]:
    """True once in `n` draws; shrinks to False."""
    return st.sampled_from((False,) * (n - 1) + (True,))


@cache
def subset(names: tuple[str, ...], least: int = 0, most: int = 9) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of these names, none twice."""
    most = min(most, len(names))
    return st.lists(st.sampled_from(names), min_size=min(least, most), max_size=most, unique=True).map(tuple)


@cache
def pick(pool: Pool, hostile: bool) -> st.SearchStrategy[str]:
    """One name of a pool: mostly ordinary, one in about six hostile where allowed."""
    ordinary, odd = pool
    return st.sampled_from(ordinary * max(1, 5 * len(odd) // len(ordinary)) + odd if hostile else ordinary)


@cache
def some(pool: Pool, hostile: bool, *, least: int = 0, most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    """Several names of a pool."""
    return st.lists(pick(pool, hostile), min_size=least, max_size=most, unique=True).map(tuple)


# Whole entries that administrators copy from the documentation; generated worlds hold access often enough with them.
_READER = IndicesGrant(("logs-*",), ("read", "view_index_metadata"))
_EVERYTHING = IndicesGrant(("*",), ("all",))
_WRITER = IndicesGrant(("out",), ("read", "index", "manage"))
_READY: tuple[IndicesGrant | None, ...] = (_READER, _EVERYTHING, _WRITER, None, None, None, None)
# Entries that cover `logs-*` only together, and one that parts them where it is merged with the first.
_HALVES: tuple[IndicesGrant | None, ...] = (
    IndicesGrant(("logs-a*",), ("read", "view_index_metadata")),
    IndicesGrant(("/logs-~(a.*)/",), ("read", "view_index_metadata")),
    IndicesGrant(("logs-a*",), ("monitor",)),
)


@st.composite
def _indices_grants(draw: st.DrawFn, hostile: bool) -> IndicesGrant:
    ready = draw(choice(*_READY, *(_HALVES if hostile else ())))
    if ready is not None:
        return ready
    grant = IndicesGrant(
        draw(some(words.INDEX_NAMES, hostile, least=1)), draw(some(words.INDEX_PRIVILEGES, hostile, least=1, most=3))
    )
    odd = draw(choice(*[""] * 17, "restricted", "query", "fields")) if hostile else ""
    if odd == "restricted":
        return attrs.evolve(grant, allow_restricted_indices=True)
    if odd == "query":
        return attrs.evolve(grant, query='{"match_all":{}}')
    if odd == "fields":
        return attrs.evolve(grant, field_security=FieldSecurity(("a*",)))
    return grant


@cache
def indices_grants(*, hostile: bool = True) -> st.SearchStrategy[IndicesGrant]:
    """One element of `indices`."""
    return _indices_grants(hostile)


_ADMIN = ("feature_ml.all", "feature_indexPatterns.all")
_PLACES = (("*",), ("space:default",), ("space:sales", "space:ops"))


@st.composite
def _application_grants(draw: st.DrawFn, hostile: bool) -> ApplicationGrant:
    resources = draw(choice(*_PLACES))
    if draw(one_in(3)):
        return ApplicationGrant("kibana-.kibana", _ADMIN, resources)
    if hostile and draw(one_in(5)):
        resources = draw(some(words.RESOURCES, hostile, least=1))
    privileges = draw(some(words.KIBANA_PRIVILEGES, hostile, least=1))
    return ApplicationGrant(draw(pick(words.APPLICATIONS, hostile)), privileges, resources)


@cache
def application_grants(*, hostile: bool = True) -> st.SearchStrategy[ApplicationGrant]:
    """One element of `applications`, mostly Kibana's."""
    return _application_grants(hostile)


@cache
def _entries(hostile: bool) -> st.SearchStrategy[tuple[IndicesGrant, ...]]:
    return st.lists(indices_grants(hostile=hostile), max_size=3).map(tuple)


@cache
def _applications(hostile: bool) -> st.SearchStrategy[tuple[ApplicationGrant, ...]]:
    return st.lists(application_grants(hostile=hostile), max_size=2).map(tuple)


@st.composite
def _role_descriptors(draw: st.DrawFn, hostile: bool) -> RoleDescriptor:
    remote: tuple[RemoteIndicesGrant, ...] = ()
    if hostile and draw(one_in(10)):
        clusters = draw(choice(("*",), ("far",), ("near",)))
        names = draw(some(words.INDEX_NAMES, hostile, least=1))
        remote = (RemoteIndicesGrant(clusters, names, draw(some(words.INDEX_PRIVILEGES, False, least=1))),)
    return RoleDescriptor(
        "r1",
        cluster=draw(some(words.CLUSTER_PRIVILEGES, hostile)),
        indices=draw(_entries(hostile)),
        applications=draw(_applications(hostile)),
        remote_indices=remote,
    )


@cache
def role_descriptors(*, name: str = "r1", hostile: bool = True) -> st.SearchStrategy[RoleDescriptor]:
    """A role of a name. With `hostile`, one in six names is one that breaks tools."""
    roles = _role_descriptors(hostile)
    return roles if name == "r1" else roles.map(lambda role: attrs.evolve(role, name=name))


@st.composite
def _named(draw: st.DrawFn, names: tuple[str, ...], least: int, hostile: bool) -> dict[str, RoleDescriptor]:
    return {name: draw(role_descriptors(name=name, hostile=hostile)) for name in sorted(draw(subset(names, least)))}


@cache
def named(
    names: tuple[str, ...], *, least: int = 0, hostile: bool = True
) -> st.SearchStrategy[dict[str, RoleDescriptor]]:
    """Roles under some of these names."""
    return _named(names, least, hostile)
