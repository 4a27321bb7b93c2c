"""The enforced rulebook's questions: a capability, a Kibana route, an Elasticsearch API or a raw action, as a rule.

What Elasticsearch and Kibana check, in their own order. The documented levels are another rulebook:
`catalog.documented`.
"""

from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache

import attrs

from mlaccess.catalog import operations
from mlaccess.catalog.documented import Target
from mlaccess.catalog.kibana_capabilities import CAPABILITIES, capability_rule
from mlaccess.catalog.kibana_routes import ItemKind, find_route, route_rule
from mlaccess.catalog.kibana_versions import Profile
from mlaccess.catalog.operation_rows import (
    Check,
    ClusterActionCheck,
    EndpointCheck,
    IndexCheck,
    LicenseCheck,
    NodeCheck,
    UpgradeModeCheck,
)
from mlaccess.catalog.privileges import cluster_privileges_granting, index_privileges_granting
from mlaccess.errors import UnknownNameError
from mlaccess.permission.denial import DeniedCaller, denial_message, indices_context
from mlaccess.rules import AllOf, AnyOf, Ask, Explanation, Finding, Rule, Verdict, VerdictAlgebra, fold
from mlaccess.rules.facts import (
    AccountUsable,
    ClusterAction,
    Fact,
    IndexAction,
    IndexPrivilege,
    LicenseFeature,
    MlEnabledInKibana,
    MlNode,
    NotUpgrading,
    RequestDetail,
)

from .access import Decision
from .judge import Judge
from .record import Record, record_of
from .subjects import Subject

__all__ = ["ApiAnswer", "EnforcedDecision", "EnforcedQuestion", "enforced_question"]


_ITEMS: dict[str, ItemKind] = {
    "anomaly-detector": "job",
    "data-frame-analytics": "analytics",
    "trained-model": "model",
}
"""Saved-object kinds of targets, as routes name them."""


@attrs.frozen
class ApiAnswer:
    """What the live API would answer instead: an HTTP status and Elasticsearch's own reason."""

    status: int
    reason: str


@attrs.frozen
class _Step:
    check: Check | None
    rule: Rule


@attrs.frozen
class EnforcedQuestion:
    """A question of the enforced rulebook: its rule, its checks in order, and what only a job would add."""

    name: str
    kind: str
    """`capability`, `route`, `operation` or `action`."""
    steps: tuple[_Step, ...]
    not_asked: tuple[str, ...] = ()
    """Checks that depend on a job or on indices which the question does not name."""

    @cached_property
    def rule(self) -> Rule:
        """All steps, in order."""
        if len(self.steps) == 1:
            return self.steps[0].rule
        return AllOf(tuple(step.rule for step in self.steps), title=self.name)

    def answer(self, judge: Callable[[Fact], Finding], subject: Subject) -> ApiAnswer | None:
        """What Elasticsearch answers at the first check that certainly fails; None where none does or none is known."""
        for step in self.steps:
            if fold(step.rule, VerdictAlgebra(lambda fact: judge(fact).verdict)) is Verdict.DENIED:
                return _answer(step, subject, judge, self.name)
        return None


@attrs.frozen(eq=False, repr=False)
class EnforcedDecision:
    """The answer to a `can` question: a decision, and what the live API would say instead of yes."""

    decision: Decision
    question: EnforcedQuestion
    judge: Judge

    @property
    def verdict(self) -> Verdict:
        """Denied, unknown or granted."""
        return self.decision.verdict

    @property
    def granted(self) -> bool:
        """True only where the answer is certainly yes."""
        return self.decision.granted

    @property
    def explanation(self) -> Explanation:
        """Every check with its verdict and evidence, in the order in which the stack makes them."""
        return self.decision.explanation

    @property
    def only_gates_fail(self) -> bool:
        """Whether it is not a permission problem."""
        return self.decision.only_gates_fail

    @property
    def not_asked(self) -> tuple[str, ...]:
        """Checks that depend on a job or on indices which the question did not name."""
        return self.question.not_asked

    @property
    def answer(self) -> ApiAnswer | None:
        """Status and message of the first check that certainly fails, in Elasticsearch's words where they are known."""
        return self.question.answer(self.judge, self.judge.subject)

    def __reduce__(self) -> "tuple[type[EnforcedDecision], tuple[Decision, EnforcedQuestion, Record]]":
        """Pickled with its findings, and without the deployment."""
        return (EnforcedDecision, (self.decision, self.question, record_of(self.judge, [self.question.rule])))

    def __bool__(self) -> bool:
        raise TypeError("a decision has three verdicts and no truth; use `.granted` or compare `.verdict`")

    def __repr__(self) -> str:
        return f"<EnforcedDecision {self.question.name}: {self.verdict.word}>"

    def __str__(self) -> str:
        return str(self.decision)


def enforced_question(
    what: str,
    *,
    space: str,
    target: Target,
    profile: Profile | None,
    index: Iterable[str] = (),
) -> EnforcedQuestion:
    """Read a question: `canCreateJob`, `POST /internal/ml/...`, `ml.put_job`, `PUT /_ml/...`, or a raw action.

    Raises `UnknownNameError` for anything else.
    """
    return _question(what, space, target, profile, tuple(index))


@lru_cache(4096)
def _question(
    what: str, space: str, target: Target, profile: Profile | None, index: tuple[str, ...]
) -> EnforcedQuestion:
    # The same question is the same object, for callers share explanations of the same rules.
    if what in CAPABILITIES:
        return EnforcedQuestion(what, "capability", (_Step(None, capability_rule(what, space, profile)),))
    if " " in what.strip():
        return _request(what, space, target, index)
    if what.startswith(("cluster:", "indices:", "internal:")):
        return _action(what, target, index)
    try:
        return _operation(operations.operation(what), target, index)
    except UnknownNameError:
        known = [*CAPABILITIES, *(o.name for o in operations.operations())]
        raise UnknownNameError("capability, operation, route or action", what, known, where="in the tables") from None


def _request(what: str, space: str, target: Target, index: tuple[str, ...]) -> EnforcedQuestion:
    route = find_route(what)
    if route is not None:
        item = (_ITEMS[target.kind], target.id) if target.kind in _ITEMS else None
        return EnforcedQuestion(route.name, "route", (_Step(None, route_rule(route, space, item=item)),))
    method, _, path = what.strip().partition(" ")
    operation = operations.operation_at(method, path)
    if operation is None:
        known = [str(r) for o in operations.operations() for r in o.routes]
        raise UnknownNameError("request", what, known, where="in the tables")
    return _operation(operation, target, index)


def _action(what: str, target: Target, index: tuple[str, ...]) -> EnforcedQuestion:
    account = _Step(None, Ask(AccountUsable()))
    if what.startswith("indices:"):
        names = index or target.sources or ()
        if not names:
            step = _Step(None, Ask(RequestDetail("the indices")))
            return EnforcedQuestion(what, "action", (account, step), ("the indices: name them with `index`",))
        # One request, so one answer that tells of every name that is not granted.
        asks = tuple(Ask(IndexAction(name, what)) for name in names)
        rule = asks[0] if len(asks) == 1 else AllOf(asks, title="index indices")
        return EnforcedQuestion(what, "action", (account, _Step(IndexCheck("index", (what,), "request"), rule)))
    row = operations.action_row(what)
    if row is None:
        return EnforcedQuestion(what, "action", (account, _Step(ClusterActionCheck(what), Ask(ClusterAction(what)))))
    return _checks(what, "action", row.checks(), target, index)


def _operation(operation: operations.Operation, target: Target, index: tuple[str, ...]) -> EnforcedQuestion:
    return _checks(operation.name, "operation", operation.checks(), target, index)


def _checks(name: str, kind: str, checks: Iterable[Check], target: Target, index: tuple[str, ...]) -> EnforcedQuestion:
    steps: list[_Step] = []
    not_asked: list[str] = []
    authenticated = False
    for check in checks:
        if isinstance(check, ClusterActionCheck) and not authenticated:
            # Whoever is not authenticated is answered 401 before any action is authorized.
            steps.append(_Step(None, Ask(AccountUsable())))
            authenticated = True
        rule = _rule_of(check, target, index, not_asked)
        if rule is not None:
            steps.append(_Step(check, rule))
    return EnforcedQuestion(name, kind, tuple(steps), tuple(not_asked))


def _rule_of(check: Check, target: Target, index: tuple[str, ...], not_asked: list[str]) -> Rule | None:
    match check:
        case EndpointCheck():
            return Ask(MlEnabledInKibana())
        case ClusterActionCheck():
            return None if check.same_user else Ask(ClusterAction(check.action))
        case UpgradeModeCheck():
            return Ask(NotUpgrading())
        case LicenseCheck():
            asked: Rule = Ask(LicenseFeature(check.feature, check.minimum))
            return AnyOf((asked, Ask(RequestDetail(check.exempt)))) if check.exempt else asked
        case IndexCheck():
            return _index_rule(check, target, index, not_asked)
        case NodeCheck():
            return _node_rule(check)


def _node_rule(check: NodeCheck) -> Rule | None:
    if "master" in check.roles:
        return None  # every cluster has one
    node: Rule = (
        Ask(MlNode()) if check.roles == ("ml",) else Ask(RequestDetail(f"a node with {', '.join(check.roles)}"))
    )
    ways = [node]
    if check.escape:
        ways.append(Ask(RequestDetail(check.escape)))
    if check.when:
        ways.append(Ask(RequestDetail(f"unless {check.when}")))
    return node if len(ways) == 1 else AnyOf(tuple(ways))


def _index_rule(check: IndexCheck, target: Target, index: tuple[str, ...], not_asked: list[str]) -> Rule | None:
    names = _names(check, target, index)
    if not names:
        asked = ", ".join(check.privileges)
        not_asked.append(f"{asked} on the {check.target} indices" + (f", when {check.when}" if check.when else ""))
        return None
    if check.subject == "stored":
        not_asked.append(f"{', '.join(check.privileges)} on the {check.target}, asked of who created the job")
        return None
    fact: Callable[[str, str], Fact] = IndexPrivilege if check.manner == "has_privileges" else IndexAction
    # Elasticsearch leaves remote names out of this check; the remote cluster decides about them.
    local = [n for n in names if ":" not in n.replace("::", "")]
    asks = AllOf(tuple(Ask(fact(n, p)) for n in local for p in check.privileges), title=f"{check.target} indices")
    return AnyOf((asks, Ask(RequestDetail(f"unless {check.when}")))) if check.when else asks


def _names(check: IndexCheck, target: Target, index: tuple[str, ...]) -> tuple[str, ...]:
    if check.target == "index":
        return index
    if check.target == "destination":
        return target.destinations or ()
    return target.sources or index


def _answer(step: _Step, subject: Subject, judge: Callable[[Fact], Finding], name: str) -> ApiAnswer | None:
    check = step.check
    match check:
        case None:
            if isinstance(step.rule, Ask) and isinstance(step.rule.fact, AccountUsable):
                return ApiAnswer(401, f"unable to authenticate user [{subject.name}]")
            return None
        case ClusterActionCheck():
            privileges = cluster_privileges_granting(check.action)
            return ApiAnswer(
                check.status, denial_message(check.action, _caller(subject), cluster_privileges=privileges)
            )
        case UpgradeModeCheck():
            return ApiAnswer(check.status, check.message)
        case LicenseCheck():
            return ApiAnswer(check.status, check.message)
        case EndpointCheck():
            row = operations.operation(name) if "." in name and ":" not in name else None
            if row is None:
                return None
            route = row.routes[0]
            return ApiAnswer(check.status, check.message(method=route.method, path=route.path))
        case IndexCheck():
            return _index_answer(check, step.rule, subject, judge)
        case NodeCheck():
            return ApiAnswer(check.status, check.message) if check.message else None


def _index_answer(
    check: IndexCheck, rule: Rule, subject: Subject, judge: Callable[[Fact], Finding]
) -> ApiAnswer | None:
    denied: dict[str, dict[str, bool]] = {}
    for fact in _index_facts(rule):
        privilege = fact.privilege if isinstance(fact, IndexPrivilege) else fact.action
        verdict = judge(fact).verdict
        denied.setdefault(fact.expression, {})[privilege] = verdict is Verdict.GRANTED
    if check.manner == "request":
        names = [name for name, answers in denied.items() if not all(answers.values())]
        action = next(a for name in names for a, ok in denied[name].items() if not ok)
        return ApiAnswer(
            check.status,
            denial_message(
                action,
                _caller(subject),
                index_privileges=index_privileges_granting(action),
                context=indices_context(names),
            ),
        )
    if not check.what:
        return None
    answers = ",".join(
        f'"{name}":{{' + ",".join(f'"{p}":{str(ok).lower()}' for p, ok in sorted(of.items())) + "}"
        for name, of in sorted(denied.items())
    )
    return ApiAnswer(check.status, check.message(id="...", username=subject.name, privileges="{" + answers + "}"))


def _index_facts(rule: Rule) -> "Iterable[IndexPrivilege | IndexAction]":
    if isinstance(rule, Ask):
        if isinstance(rule.fact, IndexPrivilege | IndexAction):
            yield rule.fact
        return
    for part in rule.parts:
        yield from _index_facts(part)


def _caller(subject: Subject) -> DeniedCaller:
    """Who is denied, as Elasticsearch names them."""
    if subject.kind == "api_key":
        return DeniedCaller(subject.owner or subject.name, api_key_id=subject.name)
    assigned = tuple(sorted(subject.roles))
    gone = {*subject.undefined_roles, *subject.dropped_roles}
    return DeniedCaller(subject.name, tuple(r for r in assigned if r not in gone), assigned)
