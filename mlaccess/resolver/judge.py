"""JUDGE: one fact asked of one caller in one deployment gives a verdict with its evidence. Nothing else decides."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from mlaccess.automata import TooComplex
from mlaccess.errors import PatternError
from mlaccess.rules import (
    Common,
    Evidence,
    Explanation,
    Finding,
    Rule,
    Value,
    Verdict,
    explanation_of,
    verdict_of,
)
from mlaccess.rules.facts import (
    PERSONAL,
    AccountUsable,
    ClusterAction,
    ClusterPrivilege,
    Fact,
    IndexAction,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
)
from mlaccess.stack import FrozenMap, RoleDescriptor

from .cohort import Cohorts
from .evidence import (
    cluster_evidence,
    cluster_near,
    index_evidence,
    index_near,
    kibana_finding,
)
from .expressions import parse_expression, separate
from .quick import Standing
from .shares import cluster_question
from .subjects import Side, Subject
from .weighing import Asked, Weighing, attempt

__all__ = ["Judge"]


class Judge:
    """Decides facts about one caller; findings are kept, so a fact costs once however many rules ask it."""

    def __init__(self, subject: Subject, cohorts: Cohorts) -> None:
        self.subject = subject
        self._compiler = cohorts.compiler
        self._everyone = everyone = cohorts.everyone
        self._own: dict[Fact, Finding] = {}
        self._standing: Standing | None = None
        """The usual case: security is on, and the caller has one side."""
        if everyone.security_off is None and len(subject.sides) == 1:
            self._standing = Standing(subject.sides[0], cohorts)

    def __call__(self, fact: Fact) -> Finding:
        """The finding on a fact: `find`, which is called faster where many facts are asked."""
        return self.find(fact)

    def find(self, fact: Fact) -> Finding:
        """The finding on a fact."""
        found = self._own.get(fact)
        if found is None:
            kind = type(fact)
            if kind not in PERSONAL:
                found = self._everyone.find(fact)
            elif kind is AccountUsable:
                found = self._everyone.security_off or self.subject.account
            elif self._standing is None:
                found = self._everyone.security_off or self.at_length(fact)
            else:
                found = self._standing.find(fact) or self.at_length(fact)
            self._own[fact] = found
        return found

    @cached_property
    def _weighing(self) -> Weighing:
        return Weighing(self._compiler)

    def verdict(self, fact: Fact) -> Verdict:
        """The verdict alone."""
        return self.find(fact).verdict

    def verdict_of(self, rule: Rule) -> Verdict:
        """The verdict on a rule."""
        return verdict_of(rule, self.find)

    def explain(
        self, rule: Rule, space: str = "", begun: Explanation | None = None, brief: bool = False
    ) -> Explanation:
        """The explanation of a rule, which is quickest if it asks about one Kibana space, and `space` is this one.

        A `brief` one has the verdict, but only the parts that come before it is settled; `begun`: one to go on with.
        """
        return explanation_of(rule, self.find, self.in_common(space), begun, brief)

    def in_common(self, space: str) -> Common:
        """What this caller has in common with others, as far as a space and the cluster go."""
        standing = self._standing
        return self._everyone.in_space(space) if standing is None else standing.cohort(space)

    # -- facts about the caller -------------------------------------------------------------------------------------

    def at_length(self, fact: Fact) -> Finding:
        """The finding on a fact about privileges by the general way, which needs no help of the quick one."""
        match fact:
            case ClusterPrivilege() | ClusterAction():
                return self._on_every_side(lambda side: self._cluster(side, fact))
            case IndexPrivilege(expression, privilege):
                return self._on_every_side(lambda side: self._index(side, expression, privilege))
            case IndexAction(expression, action):
                return self._on_every_side(lambda side: self._index(side, expression, action))
            case KibanaFeature():
                return self._on_every_side(lambda side: self._kibana_feature(side, fact))
            case KibanaAction(action, space):
                return self._on_every_side(lambda side: self._kibana_action(side, action, space))
            case _:
                raise AssertionError(f"not a fact about privileges: {fact!r}")

    def _on_every_side(self, decide: Callable[[Side], Finding]) -> Finding:
        """Every side must grant."""
        return _all_of([decide(side) for side in self.subject.sides])

    # -- Elasticsearch privileges -----------------------------------------------------------------------------------

    def _cluster(self, side: Side, fact: ClusterPrivilege | ClusterAction) -> Finding:
        question = cluster_question(fact)
        return self._weighing.held(
            side,
            Asked(
                lambda role: question.test(role.cluster),
                question.granted,
                question.nothing.code,
                question.values,
                evidence=lambda role: cluster_evidence(role.descriptor),
                near=lambda role: cluster_near(role.descriptor),
            ),
        )

    def _index(self, side: Side, expression: str, privilege: str) -> Finding:
        members = separate(expression)
        if len(members) > 1:
            return _all_of([self._index(side, member, privilege) for member in members])
        parsed = parse_expression(expression)
        values: FrozenMap[str, Value] = FrozenMap({"privilege": privilege, "expression": expression})
        if parsed.cluster:
            return self._remote_index(side, parsed.cluster, parsed.names[0], privilege, values)
        # Name by name: a pattern that cannot be compared with one of them says nothing of the others.
        finding = _all_of([self._name(side, name, privilege, values) for name in parsed.names])
        if finding.verdict is not Verdict.DENIED:
            return finding
        if parsed.date_math:
            return Finding(Verdict.UNKNOWN, "index.date_math", values, near=finding.near)
        if parsed.exclusions:
            return Finding(Verdict.UNKNOWN, "index.exclusions", values, near=finding.near)
        return finding

    def _name(self, side: Side, name: str, privilege: str, values: FrozenMap[str, Value]) -> Finding:
        """One name or pattern of an index expression."""
        finding = self._weighing.held(
            side,
            Asked(
                lambda role: role.indices.check(name, [privilege])[privilege],
                "index.granted",
                "index.missing",
                values,
                evidence=lambda role: index_evidence(role.descriptor, name, privilege, self._compiler.version),
                near=lambda role: index_near(role.descriptor, name),
                for_good=lambda role: role.indices.check(name, [privilege], alone=True)[privilege],
            ),
        )
        if finding.verdict is not Verdict.DENIED:
            return finding
        witness = self._witness(side, name, privilege)
        if witness and witness != values["expression"]:  # no index has an empty name, so it is no example
            return finding._replace(code="index.not_covered", values=FrozenMap({**values, "witness": witness}))
        return finding

    def _witness(self, side: Side, name: str, privilege: str) -> str | None:
        """A shortest name of a pattern that nothing covers."""
        union = self._compiler.union(side.certain)
        try:
            return union.indices.witness(name, privilege)
        except (TooComplex, PatternError):
            return None

    def _remote_index(
        self, side: Side, cluster: str, name: str, privilege: str, values: FrozenMap[str, Value]
    ) -> Finding:
        """Choice C06: granted by one entry of `remote_indices`, otherwise unknown; the rest is the remote cluster's."""
        for descriptor in side.certain:
            role = self._compiler.role(descriptor)
            if not role.unknown and attempt(lambda r: r.remote_check(cluster, name, privilege), role.permission, []):
                evidence = (Evidence("role", role.name, f"remote_indices for {cluster}", descriptor.origin),)
                return Finding(Verdict.GRANTED, "index.remote_granted", values, evidence)
        return Finding(Verdict.UNKNOWN, "index.remote_unknown", FrozenMap({**values, "cluster": cluster}))

    # -- Kibana privileges ------------------------------------------------------------------------------------------

    def _kibana_feature(self, side: Side, fact: KibanaFeature) -> Finding:
        values: FrozenMap[str, Value] = FrozenMap(
            {"feature": fact.features[0], "level": fact.level, "space": fact.space}
        )

        def hold(descriptors: Iterable[RoleDescriptor]) -> Iterator[Finding]:
            for feature in fact.features:
                for descriptor in descriptors:
                    holding = self._compiler.kibana.grants_feature(descriptor, feature, fact.level, fact.space)
                    yield kibana_finding(holding, descriptor, values, "kibana.feature")

        return self._weighing.kibana(side, hold, values, "kibana.feature")

    def _kibana_action(self, side: Side, action: str, space: str) -> Finding:
        values: FrozenMap[str, Value] = FrozenMap({"action": action, "space": space})

        def hold(descriptors: Iterable[RoleDescriptor]) -> Iterator[Finding]:
            for descriptor in descriptors:
                holding = self._compiler.kibana.grants_action(descriptor, action, space)
                yield kibana_finding(holding, descriptor, values, "kibana.action")

        return self._weighing.kibana(side, hold, values, "kibana.action")


def _all_of(findings: Sequence[Finding]) -> Finding:
    """What must hold of several sides or names: the worst speaks, and where all are granted the evidence of all."""
    worst = min(findings, key=lambda f: f.verdict)
    if worst.verdict is Verdict.GRANTED and len(findings) > 1:
        evidence = tuple(dict.fromkeys(e for f in findings for e in f.evidence))
        return worst._replace(evidence=evidence)
    return worst
