"""JUDGE: one fact asked of one caller in one deployment gives a verdict with its evidence. Nothing else decides."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

import attrs

from mlaccess.automata import TooComplex
from mlaccess.errors import PatternError
from mlaccess.rules import Evidence, Explanation, Finding, Rule, Value, Verdict, explanation_of, verdict_of
from mlaccess.rules.facts import (
    PARTICULAR,
    PERSONAL,
    AccountUsable,
    AssignedToSpace,
    CapabilitySwitch,
    ClusterAction,
    ClusterPrivilege,
    DataViewCovers,
    Fact,
    IndexAction,
    IndexPrivilege,
    IndicesKnown,
    KibanaAction,
    KibanaFeature,
    KibanaProfile,
    LicenseFeature,
    MlEnabledEverywhere,
    MlEnabledInKibana,
    MlNode,
    MlVisible,
    NotUpgrading,
    RequestDetail,
    Subscription,
)
from mlaccess.stack import FrozenMap, RoleDescriptor

from .compiled import Compiler
from .evidence import (
    cluster_evidence,
    cluster_near,
    index_evidence,
    index_near,
    kibana_finding,
)
from .expressions import parse_expression, separate
from .gates import Gates
from .places import Places
from .quick import Standing
from .shares import cluster_question
from .subjects import Side, Subject
from .weighing import Asked, Weighing, attempt

__all__ = ["Judge", "Shared"]

_FINDINGS_KEPT = 65_536
"""So many findings about the deployment are kept; there could be one for every job in every space."""


class Shared:
    """What was found about the deployment at one moment: the same for every caller."""

    def __init__(self) -> None:
        self.findings: dict[Fact, Finding] = {}
        self.explained: dict[int, Explanation] = {}


class Judge:
    """Decides facts about one caller; findings are kept, so a fact costs once however many rules ask it."""

    def __init__(
        self,
        gates: Gates,
        places: Places,
        compiler: Compiler,
        subject: Subject,
        shared: Shared | None = None,
    ) -> None:
        self._gates = gates
        self._places = places
        self._compiler = compiler
        self.subject = subject
        self._shared = Shared() if shared is None else shared
        self._own: dict[Fact, Finding] = {}
        self._security_off = gates.security_off()
        self._standing: Standing | None = None

    def __call__(self, fact: Fact) -> Finding:
        """The finding on a fact."""
        found = self._own.get(fact)
        if found is None:
            found = self._about_caller(fact) if type(fact) in PERSONAL else self._about_deployment(fact)
            self._own[fact] = found
        return found

    @cached_property
    def _weighing(self) -> Weighing:
        return Weighing(self._compiler)

    def verdict(self, fact: Fact) -> Verdict:
        """The verdict alone."""
        return self(fact).verdict

    def verdict_of(self, rule: Rule) -> Verdict:
        """The verdict on a rule."""
        return verdict_of(rule, self, self._own, self._shared.explained)

    def explain(self, rule: Rule) -> Explanation:
        """The explanation of a rule."""
        return explanation_of(rule, self, self._own, PARTICULAR, self._shared.explained)

    # -- facts that are the same for every caller -------------------------------------------------------------------

    def _about_deployment(self, fact: Fact) -> Finding:
        findings = self._shared.findings
        found = findings.get(fact)
        if found is None:
            if len(findings) >= _FINDINGS_KEPT:
                findings.clear()
            found = findings[fact] = self._impersonal(fact)
        return found

    def _impersonal(self, fact: Fact) -> Finding:
        match fact:  # what there is most of comes first
            case AssignedToSpace():
                return self._places.assigned(fact)
            case DataViewCovers():
                return self._places.data_view(fact)
            case Subscription():
                return self._gates.subscription(fact)
            case LicenseFeature():
                return self._gates.license_feature(fact)
            case MlEnabledEverywhere():
                return self._gates.ml_enabled_everywhere()
            case MlEnabledInKibana():
                return self._gates.ml_enabled_in_kibana()
            case MlNode():
                return self._gates.ml_node()
            case NotUpgrading():
                return self._gates.not_upgrading()
            case CapabilitySwitch():
                return self._gates.capability_switch(fact)
            case KibanaProfile():
                return self._gates.kibana_profile(fact)
            case MlVisible():
                return self._gates.visible(fact)
            case RequestDetail(text):
                return Finding(Verdict.UNKNOWN, "request.detail", FrozenMap({"text": text}))
            case IndicesKnown():
                return Finding(Verdict.UNKNOWN, f"indices.{fact.direction}_not_exported", FrozenMap({"id": fact.id}))
            case _:
                raise AssertionError(f"a fact about a caller: {fact!r}")

    # -- facts about the caller -------------------------------------------------------------------------------------

    def _about_caller(self, fact: Fact) -> Finding:
        if self._security_off is not None:
            return self._security_off
        if isinstance(fact, AccountUsable):
            return self.subject.account
        # The usual case is a caller with one side, and nothing that needs a closer look.
        standing = self._standing
        if standing is None:
            sides = self.subject.sides
            if len(sides) != 1:
                return self.at_length(fact)
            standing = self._standing = Standing(sides[0], self._compiler)
        return standing.find(fact) or self.at_length(fact)

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
            return attrs.evolve(finding, code="index.not_covered", values=FrozenMap({**values, "witness": witness}))
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
        return attrs.evolve(worst, evidence=evidence)
    return worst
