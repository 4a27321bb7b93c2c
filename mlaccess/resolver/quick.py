"""The usual case of a judgement, fast: each role contributes on its own, and nothing is in doubt.

Every function gives the finding that `Judge` makes the general way, or None where only the general way can decide.
"""

from collections.abc import Sequence
from typing import TypeAlias

import attrs

from mlaccess.automata import TooComplex
from mlaccess.errors import PatternError
from mlaccess.permission.cluster import ClusterPermission
from mlaccess.permission.plain import PlainPattern, add_up, gives
from mlaccess.rules import Evidence, Finding, Verdict
from mlaccess.rules.facts import (
    ClusterAction,
    ClusterPrivilege,
    Fact,
    IndexAction,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
)

from .compiled import Compiler
from .shares import (
    ClusterQuestion,
    Entry,
    IndexQuestion,
    KibanaBook,
    KibanaPart,
    KibanaQuestion,
    KibanaShare,
    Reach,
    RoleShares,
    cluster_question,
    index_question,
    kibana_question,
)
from .subjects import Side

__all__ = ["Standing"]

_GRANTED, _UNKNOWN, _DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED
_ABOUT_CLUSTERS = (ClusterPrivilege, ClusterAction)
_ABOUT_INDICES = (IndexPrivilege, IndexAction)
_ABOUT_KIBANA = (KibanaFeature, KibanaAction)


_Books: TypeAlias = tuple[tuple[RoleShares, KibanaBook | None], ...]


@attrs.frozen(eq=False)
class _Reached:
    """How far all roles of a side reach into a pattern."""

    covering: list[tuple[RoleShares, Reach]]
    on_shortest: tuple[Entry, ...]
    near: tuple[Evidence, ...]
    settled: bool
    """Whether they are all that the side has, and all are understood."""


class Standing:
    """One side of a caller, with its roles compiled."""

    __slots__ = (
        "_books",
        "_compiler",
        "_kibana",
        "_on_cluster",
        "_privileges",
        "_reached",
        "_settled",
        "_settled_in_kibana",
        "_split",
        "_usable",
    )

    def __init__(self, side: Side, compiler: Compiler) -> None:
        self._compiler = compiler
        self._usable: list[RoleShares] = []
        self._on_cluster: list[RoleShares] = []
        self._kibana: list[RoleShares] = []
        settled = not side.possible
        for descriptor in side.certain:
            role = compiler.role(descriptor)
            shares = role.shares
            if role.unknown:
                settled = False
                continue
            self._usable.append(shares)
            if shares.speaks_of_cluster:
                self._on_cluster.append(shares)
            if shares.speaks_of_kibana:
                self._kibana.append(shares)
        self._settled = settled and all(doubt.kibana_only for doubt in side.doubts)
        self._settled_in_kibana = settled and not side.doubts
        self._privileges: frozenset[str] | None = None
        self._split = compiler.split
        self._books: dict[str, _Books] = {}
        self._reached: dict[PlainPattern, _Reached] = {}

    def find(self, fact: Fact) -> Finding | None:
        """The finding on a fact about privileges."""
        if isinstance(fact, _ABOUT_KIBANA):
            return self.kibana(kibana_question(fact))
        if isinstance(fact, _ABOUT_INDICES):
            question = index_question(fact)
            return None if question is None else self.index(question)
        if isinstance(fact, _ABOUT_CLUSTERS):
            return self.cluster(cluster_question(fact))
        raise AssertionError(f"not a fact about privileges: {fact!r}")

    def cluster(self, question: ClusterQuestion) -> Finding | None:
        """The finding on a fact about the cluster."""
        roles = self._on_cluster
        if not roles:
            return question.nothing if self._settled else None
        near: list[Evidence] = []
        try:
            for role in roles:
                share = role.cluster(question)
                if share.finding is not None:
                    return share.finding
                near.extend(share.near)
            if not self._settled or (len(roles) > 1 and question.test(_together(roles))):
                return None
        except (TooComplex, PatternError):
            return None
        return Finding(_DENIED, question.nothing.code, question.values, near=tuple(near))

    def index(self, question: IndexQuestion) -> Finding | None:
        """The finding on a fact about one plain index pattern."""
        privilege, whole, pattern = question.privilege, question.whole, question.pattern
        held = 0
        try:
            if self._may_add_up(privilege):
                return None
            reached = self._reached.get(pattern) or self._reach(pattern)
            for role, reach in reached.covering:
                found = 0
                for entry in reach.covering:
                    found |= gives(entry.given, privilege, self._split)
                if found == whole:
                    proof = _proof(role, reach, question, self._split)
                    return Finding(_GRANTED, "index.granted", question.values, proof)
                held |= found
            if held == whole or not reached.settled:
                return None
            if not reached.near:
                return question.nothing
            if not pattern.is_literal:
                missing = whole & ~held
                first = missing & -missing
                if any(gives(entry.given, privilege, self._split) & first for entry in reached.on_shortest):
                    return None
        except (TooComplex, PatternError):
            return None
        nothing = question.nothing
        return Finding(_DENIED, nothing.code, nothing.values, (), reached.near)

    def _reach(self, pattern: PlainPattern) -> _Reached:
        """How far all roles reach into a pattern. Raises `TooComplex` and `PatternError`."""
        near: tuple[Evidence, ...] = ()
        on_shortest: tuple[Entry, ...] = ()
        covering: list[tuple[RoleShares, Reach]] = []
        settled = self._settled
        for role in self._usable:
            reach = role.reach(pattern)
            if reach is None:
                settled = False
                break
            if reach.near:
                near += reach.near
                on_shortest += reach.on_shortest
                if reach.covering:
                    covering.append((role, reach))
        found = self._reached[pattern] = _Reached(covering, on_shortest, near, settled)
        return found

    def kibana(self, question: KibanaQuestion) -> Finding | None:
        """The finding on a fact about Kibana."""
        if not self._kibana:
            return question.nothing if self._settled_in_kibana else None
        kibana = self._compiler.kibana
        space = question.space
        books = self._books.get(space) or self._open(space)
        unknown: KibanaShare | None = None
        near: tuple[Evidence, ...] = ()
        speaking: list[tuple[KibanaPart, RoleShares, KibanaShare]] = []
        for part in question.parts:
            for role, book in books:
                if book is None:
                    return None
                share = book.get(part) or role.kibana(part, space, kibana, book)
                if share.speaks:
                    verdict = share.verdict
                    if verdict is _GRANTED:
                        return Finding(verdict, question.granted, question.values, share.evidence)
                    if verdict is _UNKNOWN and unknown is None:
                        unknown = share
                    speaking.append((part, role, share))
                    near += share.near
        if not self._settled_in_kibana:
            return None
        if not speaking:
            return question.nothing
        if len(speaking) > 1 and self._jointly(speaking, space):
            return None
        if unknown is not None:
            return Finding(_UNKNOWN, question.unknown, question.values, unknown.evidence)
        # Ids of one feature each find the same entries near.
        return Finding(_DENIED, question.missing, question.values, (), tuple(dict.fromkeys(near)))

    def _open(self, space: str) -> _Books:
        """The books of all roles with entries about Kibana, for one space."""
        found = self._books[space] = tuple([(role, role.in_space(space)) for role in self._kibana])
        return found

    def _jointly(self, speaking: Sequence[tuple[KibanaPart, RoleShares, KibanaShare]], space: str) -> bool:
        """Whether entries of several roles hold together what none of them holds alone."""
        kibana = self._compiler.kibana
        covered: dict[KibanaPart, int] = {}
        for part, role, share in speaking:
            covered[part] = covered.get(part, 0) | role.bits(part, space, kibana, share)
        return any(held and held == part.whole(kibana) for part, held in covered.items())

    def _may_add_up(self, privilege: str) -> bool:
        """Whether index privileges of these roles might hold another together, of which none holds it."""
        names = self._privileges
        if names is None:
            # Of all roles seen so far: almost always the answer is no, and it is the same set for many callers.
            names = self._privileges = self._compiler.index_privileges([role.index_privileges for role in self._usable])
        if not add_up(names, privilege):
            return False
        return add_up(frozenset[str]().union(*(role.index_privileges for role in self._usable)), privilege)


def _proof(role: RoleShares, reach: Reach, question: IndexQuestion, split: bool) -> tuple[Evidence, ...]:
    """The entries that cover a pattern and give a privilege; all of the role's where none alone does."""
    whole, privilege = question.whole, question.privilege
    found = tuple([e.evidence for e in reach.covering if gives(e.given, privilege, split) == whole])
    return found or tuple([e.evidence for e in role.entries or ()])


def _together(roles: Sequence[RoleShares]) -> ClusterPermission:
    """What roles may do with the cluster together."""
    return ClusterPermission(
        [name for role in roles for name in role.descriptor.cluster],
        [element for role in roles for element in role.descriptor.global_],
    )
