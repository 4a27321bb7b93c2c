"""The usual case of a judgement, fast: each role contributes on its own, and nothing is in doubt.

Every function gives the finding that `Judge` makes the general way, or None where only the general way can decide.
"""

from bisect import bisect_left
from typing import NamedTuple

from mlaccess.automata import TooComplex
from mlaccess.errors import PatternError
from mlaccess.permission.plain import PlainPattern, add_up, gives
from mlaccess.rules import Evidence, Finding, Verdict
from mlaccess.rules.facts import Fact, IndexAction, IndexPrivilege, KibanaAction, KibanaFeature
from mlaccess.stack.made import made

from .cohort import Cohort, Cohorts
from .shares import Entry, IndexQuestion, Reach, RoleShares, index_question
from .subjects import Side

__all__ = ["Standing"]

_ABOUT_KIBANA = (KibanaFeature, KibanaAction)
_GRANTED, _DENIED = Verdict.GRANTED, Verdict.DENIED


class _Reached(NamedTuple):
    """How far all roles of a side reach into a pattern."""

    covering: tuple[tuple[RoleShares, Reach], ...]
    on_shortest: tuple[Entry, ...]
    near: tuple[Evidence, ...]
    settled: bool
    """Whether they are all that the side has, and all are understood."""


_NOTHING_REACHED = _Reached((), (), (), True)
_NOTHING_KNOWN = _Reached((), (), (), False)


class Standing:
    """One side of a caller, with its roles compiled."""

    __slots__ = (
        "_cohorts",
        "_compiler",
        "_latest",
        "_privileges",
        "_reached",
        "_settled",
        "_settled_in_kibana",
        "_usable",
    )

    def __init__(self, side: Side, cohorts: Cohorts) -> None:
        self._compiler = compiler = cohorts.compiler
        self._cohorts = cohorts
        self._usable: list[RoleShares] = []
        settled = not side.possible
        for descriptor in side.certain:
            role = compiler.role(descriptor)
            if role.unknown:
                settled = False
            else:
                self._usable.append(role.shares)
        doubts = side.doubts
        self._settled_in_kibana = settled and not doubts
        self._settled = settled and (not doubts or all(doubt.kibana_only for doubt in doubts))
        self._privileges: frozenset[str] | None = None
        self._latest: tuple[str, Cohort] | None = None
        self._reached: dict[PlainPattern, _Reached] = {}

    def cohort(self, space: str) -> Cohort:
        """Those whose roles say the same of a space and of the cluster; of the cluster alone where there is none."""
        latest = self._latest
        if latest is not None and latest[0] == space:
            return latest[1]
        found = self._cohorts.of(self._usable, space, self._settled, self._settled_in_kibana)
        self._latest = (space, found)
        return found

    def find(self, fact: Fact) -> Finding | None:
        """The finding on a fact about privileges."""
        if type(fact) is not IndexPrivilege and type(fact) is not IndexAction:
            return self.cohort(fact.space if isinstance(fact, _ABOUT_KIBANA) else "").find(fact)
        question = index_question(fact)
        if question is None:
            return None
        privilege, whole, pattern = question.privilege, question.whole, question.pattern
        held = 0
        try:
            reached = self._reached.get(pattern) or self._reach(pattern)
            if not reached.near and reached.settled:
                return question.nothing
            if self._may_add_up(privilege):
                return None
            for role, reach in reached.covering:
                found = 0
                for entry in reach.covering:
                    found |= gives(entry.given, privilege, self._compiler.split)
                if found == whole:
                    proof = _proof(role, reach, question, self._compiler.split)
                    return made(Finding, (_GRANTED, "index.granted", question.values, proof, ()))
                held |= found
            if held == whole or not reached.settled:
                return None
            if not pattern.is_literal:
                missing = whole & ~held
                first = missing & -missing
                if any(gives(entry.given, privilege, self._compiler.split) & first for entry in reached.on_shortest):
                    return None
        except (TooComplex, PatternError):
            return None
        nothing = question.nothing
        return made(Finding, (_DENIED, nothing.code, nothing.values, (), reached.near))

    def _reach(self, pattern: PlainPattern) -> _Reached:
        """How far all roles reach into a pattern. Raises `TooComplex` and `PatternError`."""
        found = _NOTHING_REACHED if self._settled else _NOTHING_KNOWN
        first = pattern.first
        for role in self._usable:
            # Most roles have nothing to do with most patterns, which the beginnings of their names tell.
            begins = role.begins
            if not first.startswith(begins):
                at = bisect_left(begins, first)
                if at == len(begins) or not begins[at].startswith(first):
                    continue
            reach = role.reach(pattern)
            if reach is None:
                found = found._replace(settled=False)
                break
            covering = ((role, reach),) if reach.covering else ()
            near, on_shortest = found.near + reach.near, found.on_shortest + reach.on_shortest
            found = made(_Reached, (found.covering + covering, on_shortest, near, found.settled))
        self._reached[pattern] = found
        return found

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
