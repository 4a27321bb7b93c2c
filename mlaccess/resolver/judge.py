"""JUDGE: one fact asked of one caller in one deployment gives a verdict with its evidence. Nothing else decides."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from mlaccess.automata import TooComplex
from mlaccess.errors import PatternError
from mlaccess.permission import Role
from mlaccess.rules import Evidence, Explainer, Explanation, Finding, Rule, Value, Verdict, verdict_of
from mlaccess.rules.facts import (
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
from mlaccess.stack import Deployment, FrozenMap, RoleDescriptor

from .compiled import CompiledRole, Compiler
from .evidence import (
    cluster_evidence,
    cluster_near,
    doubt_evidence,
    index_evidence,
    index_near,
    kibana_finding,
)
from .expressions import parse_expression, separate
from .gates import Gates
from .places import Places
from .quick import Standing
from .shares import cluster_question, index_question, kibana_question
from .subjects import Side, Subject

__all__ = ["Judge", "Shared"]

_NOTHING: FrozenMap[str, Value] = FrozenMap()


class Shared:
    """What was found about the deployment at one moment: the same for every caller."""

    def __init__(self) -> None:
        self.findings: dict[Fact, Finding] = {}
        self.explained: dict[int, Explanation] = {}


class Judge:
    """Decides facts about one caller; findings are kept, so a fact costs once however many rules ask it."""

    def __init__(
        self,
        deployment: Deployment,
        gates: Gates,
        places: Places,
        compiler: Compiler,
        subject: Subject,
        shared: Shared | None = None,
    ) -> None:
        self._deployment = deployment
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
            found = self._own[fact] = self._find(fact)
        return found

    def verdict(self, fact: Fact) -> Verdict:
        """The verdict alone."""
        return self(fact).verdict

    def verdict_of(self, rule: Rule) -> Verdict:
        """The verdict on a rule."""
        return verdict_of(rule, self.__call__)

    def explain(self, rule: Rule) -> Explanation:
        """The explanation of a rule."""
        return Explainer(self.__call__, PERSONAL, self._shared.explained)(rule)

    def _find(self, fact: Fact) -> Finding:
        kind = type(fact)
        if kind not in PERSONAL:
            found = self._shared.findings.get(fact)
            if found is None:
                found = self._shared.findings[fact] = self._impersonal(fact)
            return found
        if self._security_off is not None:
            return self._security_off
        if kind is AccountUsable:
            return self.subject.account
        return self._quickly(fact) or self.at_length(fact)

    # -- facts that are the same for every caller -------------------------------------------------------------------

    def _impersonal(self, fact: Fact) -> Finding:
        match fact:
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
            case AssignedToSpace():
                return self._places.assigned(fact)
            case DataViewCovers():
                return self._places.data_view(fact)
            case RequestDetail(text):
                return Finding(Verdict.UNKNOWN, "request.detail", FrozenMap({"text": text}))
            case IndicesKnown():
                return Finding(Verdict.UNKNOWN, f"indices.{fact.direction}_not_exported", FrozenMap({"id": fact.id}))
            case _:
                raise AssertionError(f"a fact about a caller: {fact!r}")

    # -- facts about the caller -------------------------------------------------------------------------------------

    def _quickly(self, fact: Fact) -> Finding | None:
        """The finding of the usual case: a caller with one side, and nothing that needs a closer look."""
        standing = self._standing
        if standing is None:
            sides = self.subject.sides
            if len(sides) != 1:
                return None
            standing = self._standing = Standing(sides[0], self._compiler)
        if isinstance(fact, IndexPrivilege | IndexAction):
            question = index_question(fact)
            return None if question is None else standing.index(question)
        if isinstance(fact, KibanaFeature | KibanaAction):
            return standing.kibana(kibana_question(fact))
        if isinstance(fact, ClusterPrivilege | ClusterAction):
            return standing.cluster(cluster_question(fact))
        raise AssertionError(f"not a fact about privileges: {fact!r}")

    def at_length(self, fact: Fact) -> Finding:
        """The finding on a fact about privileges by the general way, which needs no help of the quick one."""
        match fact:
            case ClusterPrivilege(privilege):
                return self._on_every_side(lambda side: self._cluster_privilege(side, privilege))
            case ClusterAction(action):
                return self._on_every_side(lambda side: self._cluster_action(side, action))
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
        """Every side must grant; the finding of the worst side speaks, with the evidence of all that grant."""
        findings = [decide(side) for side in self.subject.sides]
        worst = min(findings, key=lambda f: f.verdict)
        if worst.verdict is Verdict.GRANTED and len(findings) > 1:
            evidence = tuple(e for f in findings for e in f.evidence)
            return Finding(Verdict.GRANTED, worst.code, worst.values, evidence)
        return worst

    # -- Elasticsearch privileges -----------------------------------------------------------------------------------

    def _cluster_privilege(self, side: Side, privilege: str) -> Finding:
        return self._held(
            side,
            lambda role: role.cluster.implies(privilege),
            "cluster.granted",
            "cluster.missing",
            lambda role: cluster_evidence(role.descriptor),
            FrozenMap({"privilege": privilege}),
            near=lambda role: cluster_near(role.descriptor),
        )

    def _cluster_action(self, side: Side, action: str) -> Finding:
        return self._held(
            side,
            lambda role: role.cluster.grants(action),
            "cluster.action_granted",
            "cluster.action_missing",
            lambda role: cluster_evidence(role.descriptor),
            FrozenMap({"action": action}),
            near=lambda role: cluster_near(role.descriptor),
        )

    def _index(self, side: Side, expression: str, privilege: str) -> Finding:
        members = separate(expression)
        if len(members) > 1:
            return min((self._index(side, member, privilege) for member in members), key=lambda f: f.verdict)
        parsed = parse_expression(expression)
        values: FrozenMap[str, Value] = FrozenMap({"privilege": privilege, "expression": expression})
        if parsed.cluster:
            return self._remote_index(side, parsed.cluster, parsed.names[0], privilege, values)

        def granted(role: Role) -> bool:
            return all(role.indices.check(name, [privilege])[privilege] for name in parsed.names)

        def for_good(role: Role) -> bool:
            return all(role.indices.check(name, [privilege], alone=True)[privilege] for name in parsed.names)

        finding = self._held(
            side,
            granted,
            "index.granted",
            "index.missing",
            lambda role: index_evidence(role.descriptor, parsed.names, privilege, self._compiler.version),
            values,
            near=lambda role: index_near(role.descriptor, parsed.names),
            for_good=for_good,
        )
        if finding.verdict is not Verdict.DENIED:
            return finding
        if parsed.date_math:
            return Finding(Verdict.UNKNOWN, "index.date_math", values, near=finding.near)
        if parsed.exclusions:
            return Finding(Verdict.UNKNOWN, "index.exclusions", values, near=finding.near)
        witness = self._witness(side, parsed.names, privilege)
        if witness and witness not in parsed.names:  # no index has an empty name, so it is no example
            return Finding(
                Verdict.DENIED, "index.not_covered", FrozenMap({**values, "witness": witness}), near=finding.near
            )
        return finding

    def _witness(self, side: Side, names: tuple[str, ...], privilege: str) -> str | None:
        """A shortest name of the expression that nothing covers: only said where something comes near."""
        union = self._compiler.union(side.certain)
        for name in names:
            try:
                if not union.indices.check(name, [privilege])[privilege]:
                    return union.indices.witness(name, privilege)
            except (TooComplex, PatternError):
                return None
        return None

    def _remote_index(
        self, side: Side, cluster: str, name: str, privilege: str, values: FrozenMap[str, Value]
    ) -> Finding:
        """Choice C06: granted by one entry of `remote_indices`, otherwise unknown; the rest is the remote cluster's."""
        for descriptor in side.certain:
            role = self._compiler.role(descriptor)
            if not role.unknown and _try(lambda r: r.remote_check(cluster, name, privilege), role.permission, []):
                evidence = (Evidence("role", role.name, f"remote_indices for {cluster}", descriptor.origin),)
                return Finding(Verdict.GRANTED, "index.remote_granted", values, evidence)
        return Finding(Verdict.UNKNOWN, "index.remote_unknown", FrozenMap({**values, "cluster": cluster}))

    def _held(
        self,
        side: Side,
        test: Callable[[Role], bool],
        granted: str,
        missing: str,
        evidence: Callable[[CompiledRole], Iterable[Evidence]],
        values: FrozenMap[str, Value],
        *,
        near: Callable[[CompiledRole], Iterable[Evidence]],
        for_good: Callable[[Role], bool] | None = None,
    ) -> Finding:
        """A privilege on one side: by one role, by roles together, possibly, or not at all with the nearest miss.

        `for_good` is a stricter test than `test`, where one is needed: what passes it holds whatever other roles the
        caller has. Index entries that cover a pattern only together do not: a role that adds privileges to the names of
        one of them parts them, for Elasticsearch merges entries by their names and joins those of equal privileges.
        """
        usable: list[CompiledRole] = []
        unknown: list[CompiledRole] = []
        complex_: list[str] = []
        for descriptor in side.certain:
            role = self._compiler.role(descriptor)
            (unknown if role.unknown else usable).append(role)
        final = for_good or test
        for role in usable:
            if _try(final, role.permission, complex_):
                return Finding(Verdict.GRANTED, granted, values, tuple(evidence(role)))
        descriptors = [role.descriptor for role in usable]
        together = self._compiler.union(descriptors)
        if len(usable) > 1 and _try(final, together, complex_):
            joint = tuple(e for role in usable for e in near(role))
            return Finding(Verdict.GRANTED, granted + "_jointly", values, joint)
        doubt = self._doubt(side, unknown, descriptors, test, complex_)
        if for_good is not None and usable and _try(test, together, complex_):
            if (doubt is None or doubt[0] == _POSSIBLY) and self._whatever_is_possible(
                side, descriptors, test, complex_
            ):
                alone = next((r for r in usable if _try(test, r.permission, complex_)), None)
                found = tuple(evidence(alone)) if alone else tuple(e for role in usable for e in near(role))
                return Finding(Verdict.GRANTED, granted if alone else granted + "_jointly", values, found)
            doubt = doubt or (_POSSIBLY, {}, _as_roles(side.possible))
        if doubt is not None:
            code, said, reasons = doubt
            return Finding(Verdict.UNKNOWN, code, FrozenMap({**values, **said}), reasons)
        return Finding(Verdict.DENIED, missing, values, near=tuple(e for role in usable for e in near(role)))

    def _doubt(
        self,
        side: Side,
        unknown: list[CompiledRole],
        descriptors: list[RoleDescriptor],
        test: Callable[[Role], bool],
        complex_: list[str],
    ) -> tuple[str, Mapping[str, Value], tuple[Evidence, ...]] | None:
        """Why a privilege may be held all the same, with the reason's own values; None where it certainly is not."""
        for doubt in side.doubts:
            if not doubt.kibana_only:
                evidence = (*doubt_evidence(doubt.finding), *doubt.finding.evidence)
                return doubt.finding.code, doubt.finding.values, evidence
        for role in unknown:
            names = ", ".join(role.unknown)
            return "role.unknown_privilege", {}, (Evidence("role", role.name, names, role.descriptor.origin),)
        if complex_:
            return "pattern.too_complex", {}, (Evidence("role", detail=complex_[0]),)
        if any(self._compiler.role(d).unknown for d in side.possible) or any(
            _try(test, union, complex_) for union in self._with_possible(side, descriptors)
        ):
            return _POSSIBLY, {}, _as_roles(side.possible)
        if complex_:  # of what is possible, so that the answer is not known to be no
            return "pattern.too_complex", {}, (Evidence("role", detail=complex_[0]),)
        return None

    def _whatever_is_possible(
        self,
        side: Side,
        descriptors: list[RoleDescriptor],
        test: Callable[[Role], bool],
        complex_: list[str],
    ) -> bool:
        """Whether a privilege is held whichever of the possible roles are in force."""
        return not any(self._compiler.role(d).unknown for d in side.possible) and all(
            _try(test, union, complex_) for union in self._with_possible(side, descriptors)
        )

    def _with_possible(self, side: Side, descriptors: list[RoleDescriptor]) -> list[Role]:
        """What is held with all that is possible, and with one possible role at a time.

        The latter because a role may take away what others give together: see `_held`.
        """
        if not side.possible:
            return []
        cases = [[*descriptors, *side.possible], *([*descriptors, d] for d in side.possible)]
        return [self._compiler.union(case) for case in cases]

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

        return self._kibana(side, hold, values, "kibana.feature")

    def _kibana_action(self, side: Side, action: str, space: str) -> Finding:
        values: FrozenMap[str, Value] = FrozenMap({"action": action, "space": space})

        def hold(descriptors: Iterable[RoleDescriptor]) -> Iterator[Finding]:
            for descriptor in descriptors:
                holding = self._compiler.kibana.grants_action(descriptor, action, space)
                yield kibana_finding(holding, descriptor, values, "kibana.action")

        return self._kibana(side, hold, values, "kibana.action")

    def _kibana(
        self,
        side: Side,
        hold: Callable[[Iterable[RoleDescriptor]], Iterator[Finding]],
        values: FrozenMap[str, Value],
        code: str,
    ) -> Finding:
        usable = [d for d in side.certain if not self._compiler.role(d).unknown]
        unknown: Finding | None = None
        near: list[Evidence] = []
        for finding in hold(usable):
            if finding.verdict is Verdict.GRANTED:
                return finding
            if finding.verdict is Verdict.UNKNOWN and unknown is None:
                unknown = finding
            near.extend(finding.near)
        if len(usable) > 1:
            # Entries of several roles may hold together what none of them holds alone.
            for finding in hold([_together(usable)]):
                if finding.verdict is Verdict.GRANTED:
                    return finding
                if finding.verdict is Verdict.UNKNOWN and unknown is None:
                    unknown = finding
        for doubt in side.doubts:
            evidence = (*doubt_evidence(doubt.finding), *doubt.finding.evidence)
            said = FrozenMap({**values, **doubt.finding.values})
            return Finding(Verdict.UNKNOWN, doubt.finding.code, said, evidence)
        if unknown is not None:
            return unknown
        for descriptor in side.certain:
            role = self._compiler.role(descriptor)
            if role.unknown:
                evidence = (Evidence("role", role.name, ", ".join(role.unknown), descriptor.origin),)
                return Finding(Verdict.UNKNOWN, "role.unknown_privilege", values, evidence)
        # A role that cannot be built may give anything, if it is in force.
        if any(self._compiler.role(d).unknown for d in side.possible) or (
            side.possible and any(f.verdict is not Verdict.DENIED for f in hold([_together([*usable, *side.possible])]))
        ):
            return Finding(Verdict.UNKNOWN, _POSSIBLY, values, _as_roles(side.possible))
        return Finding(Verdict.DENIED, f"{code}_missing", values, near=tuple(near))


_POSSIBLY = "role.possibly_held"


def _together(descriptors: Iterable[RoleDescriptor]) -> RoleDescriptor:
    """The application entries of several roles, as those of one."""
    found = tuple(descriptors)
    names = ", ".join(d.name for d in found)
    return RoleDescriptor(names, applications=tuple(g for d in found for g in d.applications))


def _as_roles(descriptors: Iterable[RoleDescriptor]) -> tuple[Evidence, ...]:
    return tuple(Evidence("role", d.name, origin=d.origin) for d in descriptors)


def _try(test: Callable[[Role], bool], role: Role, complex_: list[str]) -> bool:
    """Run a test; patterns over the work limit are reported, not taken for a no."""
    try:
        return test(role)
    except (TooComplex, PatternError) as error:
        complex_.append(str(error))
        return False
