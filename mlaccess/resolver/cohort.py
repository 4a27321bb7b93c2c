"""Callers whose roles say the same of a Kibana space and of the cluster: what is found about one is found about all.

A caller has many roles, but few of them speak of one space; so there are far fewer cohorts than sets of roles.
Findings are those that `Judge` makes the general way; None where only the general way can decide.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from mlaccess.automata import TooComplex
from mlaccess.errors import PatternError
from mlaccess.permission.cluster import ClusterPermission
from mlaccess.rules import Common, Evidence, Explanation, Finding, Verdict
from mlaccess.rules.facts import ClusterAction, ClusterPrivilege, Fact, KibanaAction, KibanaFeature
from mlaccess.stack.made import made

from .compiled import Compiler
from .everyone import Everyone
from .shares import (
    ClusterQuestion,
    KibanaPart,
    KibanaQuestion,
    KibanaShare,
    RoleShares,
    cluster_question,
    kibana_question,
)

__all__ = ["Cohort", "Cohorts"]

_COHORTS = 12_288
"""So many cohorts are kept, of some 2.3 KB each, and as many of those that were met before them."""
_OUTCOMES = 256
"""So many outcomes are kept for each."""

_ABOUT_KIBANA = (KibanaFeature, KibanaAction)
_ABOUT_CLUSTERS = (ClusterPrivilege, ClusterAction)
_GRANTED, _UNKNOWN, _DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED


class _Outcome(NamedTuple):
    """What the roles of a cohort come to, for a feature or an action."""

    verdict: Verdict
    evidence: tuple[Evidence, ...] = ()
    near: tuple[Evidence, ...] = ()


_EACH = _Outcome(_UNKNOWN)
"""Where only the general way can decide, for each caller."""

_Outcomes: TypeAlias = dict[tuple[KibanaPart, ...], _Outcome]
"""By feature or action."""


class Cohort:
    """Callers with the same roles of those that speak of a space, or of the cluster.

    `settled`: these are all that there is, and they are understood; `settled_in_kibana`: as far as Kibana goes, too.
    """

    __slots__ = (
        "_kibana",
        "_outcomes",
        "_roles",
        "_settled",
        "_settled_in_kibana",
        "_space",
        "explained",
        "wider",
    )

    def __init__(
        self, cohorts: "Cohorts", space: str, roles: tuple[RoleShares, ...], settled: bool, settled_in_kibana: bool
    ) -> None:
        self.wider: Common = cohorts.everyone.in_space(space)
        self._kibana = cohorts.compiler.kibana
        self._space = space
        self._settled = settled
        self._settled_in_kibana = settled_in_kibana
        self._roles = roles
        named = bool(space) and any(role.in_space(space) is not role.elsewhere for role in roles)
        # Roles that do not name the space say the same of all that they do not name.
        self._outcomes = {} if named else cohorts.outcomes.setdefault((settled_in_kibana, roles), {})
        self.explained: dict[int, Explanation] = self.wider.explained.copy()
        """Explanations that are the same for the whole cohort, by the identity of the rule."""

    def find(self, fact: Fact) -> Finding | None:
        """What all members find on a fact; None where each must be judged, or where it is about something else."""
        if isinstance(fact, _ABOUT_KIBANA):
            return self.kibana(kibana_question(fact)) if fact.space == self._space else None
        if isinstance(fact, _ABOUT_CLUSTERS):
            return self.cluster(cluster_question(fact))
        return self.wider.find(fact)

    def cluster(self, question: ClusterQuestion) -> Finding | None:
        """The finding on a fact about the cluster."""
        roles = [role for role in self._roles if role.speaks_of_cluster]
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

    def kibana(self, question: KibanaQuestion) -> Finding | None:
        """The finding on a fact about the space in Kibana."""
        parts = question.parts
        outcome = self._outcomes.get(parts)
        if outcome is None:
            if len(self._outcomes) >= _OUTCOMES:
                self._outcomes.clear()
            outcome = self._outcomes[parts] = self._outcome(parts, question.space)
        if outcome is _EACH:
            return None
        verdict, evidence, near = outcome
        if verdict is _DENIED:
            return made(Finding, (verdict, question.missing, question.values, (), near)) if near else question.nothing
        code = question.granted if verdict is _GRANTED else question.unknown
        return made(Finding, (verdict, code, question.values, evidence, ()))

    def _outcome(self, parts: tuple[KibanaPart, ...], space: str) -> _Outcome:
        unknown: KibanaShare | None = None
        near: tuple[Evidence, ...] = ()
        speaking: list[tuple[KibanaPart, RoleShares, KibanaShare]] = []
        for part in parts:
            for role in self._roles:
                book = role.in_space(space)
                if book is None:
                    return _EACH
                share = book.get(part) or role.kibana(part, space, book)
                if share.speaks:
                    verdict = share.verdict
                    if verdict is _GRANTED:
                        return _Outcome(verdict, share.evidence)
                    if verdict is _UNKNOWN and unknown is None:
                        unknown = share
                    speaking.append((part, role, share))
                    near += share.near
        if not self._settled_in_kibana or (len(speaking) > 1 and self._jointly(speaking, space)):
            return _EACH
        if unknown is not None:
            return _Outcome(_UNKNOWN, unknown.evidence)
        # Ids of one feature each find the same entries near.
        return _Outcome(_DENIED, (), tuple(dict.fromkeys(near)))

    def _jointly(self, speaking: Sequence[tuple[KibanaPart, RoleShares, KibanaShare]], space: str) -> bool:
        """Whether entries of several roles hold together what none of them holds alone."""
        covered: dict[KibanaPart, int] = {}
        for part, role, share in speaking:
            covered[part] = covered.get(part, 0) | role.bits(part, space, share)
        return any(held and held == part.whole(self._kibana) for part, held in covered.items())


def _together(roles: Sequence[RoleShares]) -> ClusterPermission:
    """What roles may do with the cluster together."""
    return ClusterPermission(
        [name for role in roles for name in role.descriptor.cluster],
        [element for role in roles for element in role.descriptor.global_],
    )


class Cohorts:
    """The cohorts of callers at one moment, found by their roles."""

    def __init__(self, everyone: Everyone, compiler: Compiler) -> None:
        self.everyone = everyone
        self.compiler = compiler
        self._known: dict[tuple[object, ...], Cohort] = {}
        self._earlier: dict[tuple[object, ...], Cohort] = {}
        """Those that were known before the known ones: who is met again goes on being known."""
        self.outcomes: dict[tuple[object, ...], _Outcomes] = {}
        """What roles come to in spaces that they do not name, by the roles and whether they are all that there is."""

    def of(self, roles: Sequence[RoleShares], space: str, settled: bool, settled_in_kibana: bool) -> Cohort:
        """The cohort of callers with these roles, in a space; the empty text asks about the cluster alone."""
        speaking = tuple([role for role in roles if (only := role.speaks_only_in) is None or space in only])
        key = (space, settled, settled_in_kibana, speaking)
        found = self._known.get(key)
        if found is None:
            found = self._earlier.get(key)
            if len(self._known) >= _COHORTS:
                self._earlier, self._known, self.outcomes = self._known, {}, {}
            self._known[key] = found = found or Cohort(self, space, speaking, settled, settled_in_kibana)
        return found
