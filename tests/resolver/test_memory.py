"""What a resolver remembers: a bounded amount, for programs that run long; forgetting changes no answer."""

import gc
import weakref
from datetime import UTC, datetime, timedelta

import pytest

from mlaccess import Deployment, NotExported, Resolver, Verdict, load
from mlaccess.catalog.documented import Target, level_rule
from mlaccess.examples import path
from mlaccess.resolver import cohort, compiled, everyone
from mlaccess.resolver.cohort import Cohorts
from mlaccess.resolver.compiled import Compiler
from mlaccess.resolver.everyone import Everyone
from mlaccess.resolver.gates import Gates
from mlaccess.resolver.judge import Judge
from mlaccess.resolver.places import Places
from mlaccess.resolver.questions import find_target
from mlaccess.rules import AllOf, Ask
from mlaccess.rules.facts import IndexPrivilege, KibanaFeature, MlVisible, RequestDetail
from mlaccess.stack import ApplicationGrant, FrozenMap, IndicesGrant, RoleDescriptor, User, Users

from .world import ROLE, world

GONE = NotExported("for a test")
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_what_was_found_for_a_moment_is_forgotten_after_others() -> None:
    """A service asks about the present, and it is a new one each time."""
    resolver = Resolver(world())
    first = weakref.ref(resolver.judge("ana", at=NOW))
    assert first() is resolver.judge("ana", at=NOW)
    for day in range(1, 60):
        resolver.access("ana", at=NOW + timedelta(days=day))
    gc.collect()
    assert first() is None
    assert resolver.access("ana", at=NOW).level is Resolver(world()).access("ana", at=NOW).level


def test_forgetting_compiled_roles_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of roles that grant together, which are kept as unions, nor of those that grant alone."""
    parts = [RoleDescriptor(n, indices=(IndicesGrant((p,), ("read",)),)) for n, p in (("a", "/a?x*/"), ("b", "/b?x*/"))]
    roles = {role.name: role for role in (ROLE, *parts)}
    users = Users([User("both", ("a", "b")), User("one", ("a",)), User("ana", (ROLE.name,))])
    found = world(roles=FrozenMap(roles), users=users)
    facts = [IndexPrivilege(name, "read") for name in ("/[ab]x*/", "/(b|a)x*/", "/ax*/", "/bx/", "logs-*")]

    def verdicts(resolver: Resolver) -> list[Verdict]:
        return [resolver.judge(user).verdict(fact) for fact in facts for user in ("both", "one", "ana")]

    expected = verdicts(Resolver(found))
    monkeypatch.setattr(compiled, "_KEPT", 1)
    assert verdicts(Resolver(found)) == expected
    compiler = Compiler(found)
    assert compiler.role(ROLE) is compiler.role(ROLE)
    first = weakref.ref(compiler.role(ROLE).shares)
    for role in parts:
        compiler.role(role)
    gc.collect()
    assert first() is None
    assert {Verdict.GRANTED, Verdict.DENIED} <= set(expected)


def asking(deployment: Deployment, *roles: str) -> tuple[Cohorts, Judge]:
    """A judge of somebody who has these roles, and what it has in common with others."""
    cohorts = Cohorts(Everyone(Gates(deployment, None), Places(deployment)), Compiler(deployment))
    return cohorts, Judge(Resolver(deployment).judge_of_roles(roles).subject, cohorts)


def test_what_was_found_about_the_deployment_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """There could be a finding for every space."""
    monkeypatch.setattr(everyone, "_FINDINGS_KEPT", 3)
    resolver = Resolver(world())
    find = Everyone(Gates(world(), None), Places(world())).find
    kept: list[bool] = []
    for space in ("sales", "default", "a", "sales", "b", "b", "sales"):
        fact = MlVisible(space)
        before = find(fact)
        assert before.verdict is resolver.judge("ana").verdict(fact)
        kept.append(find(MlVisible("sales")) is find(MlVisible("sales")) and find(fact) is before)
    assert kept == [True, True, True, True, True, True, True]
    first = find(MlVisible("sales"))
    for space in ("c", "d", "e"):
        find(MlVisible(space))
    assert find(MlVisible("sales")) == first
    assert find(MlVisible("sales")) is not first


def test_what_spaces_have_in_common_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the export does not list them, a caller may ask about any."""
    monkeypatch.setattr(everyone, "_SPACES_KEPT", 2)
    found = Everyone(Gates(world(), None), Places(world()))
    first, second = found.in_space("a"), found.in_space("b")
    assert found.in_space("a") is first
    assert found.in_space("b") is second
    third = found.in_space("c")
    assert found.in_space("c") is third
    assert found.in_space("a") is not first


def test_cohorts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgetting them changes no answer."""
    monkeypatch.setattr(cohort, "_COHORTS", 2)
    monkeypatch.setattr(cohort, "_OUTCOMES", 2)
    found = world()
    cohorts, judge = asking(found, ROLE.name)
    spaces = ("sales", "default", "c", "d", "sales", "default")
    seen: list[object] = []
    for space in spaces:
        seen.append(judge.in_common(space))
        judge.verdict(KibanaFeature(("ml",), "read", space))
        assert len(cohorts.outcomes) <= 2
    assert len({id(common) for common in seen}) == len(spaces) - 1  # one is met again before it is forgotten
    for space in spaces:
        for feature in ("ml", "discover", "indexPatterns", "ml"):
            fact = KibanaFeature((feature,), "all", space)
            assert judge(fact) == Judge(judge.subject, cohorts).at_length(fact)
            assert all(len(kept) <= 2 for kept in cohorts.outcomes.values())


def test_what_roles_come_to_is_bounded_with_the_cohorts(monkeypatch: pytest.MonkeyPatch) -> None:
    """There could be as many sets of roles as callers."""
    monkeypatch.setattr(cohort, "_COHORTS", 2)
    grant = ApplicationGrant("kibana-.kibana", ("feature_ml.read",), ("*",))
    roles = {name: RoleDescriptor(name, applications=(grant,)) for name in "abcdefgh"}
    found = world(roles=FrozenMap(roles))
    cohorts = Cohorts(Everyone(Gates(found, None), Places(found)), Compiler(found))
    for name in roles:
        judge = Judge(Resolver(found).judge_of_roles(name).subject, cohorts)
        assert judge.verdict(KibanaFeature(("ml",), "read", "sales")) is Verdict.GRANTED
        assert 0 < len(cohorts.outcomes) <= 2


def test_jobs_that_were_asked_about_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the export does not list them, a caller may ask about any."""
    monkeypatch.setattr("mlaccess.resolver.resolver._JOBS_KEPT", 2)
    resolver = Resolver(world(jobs=GONE, analytics=GONE))
    targets: list[Target] = []

    def find(deployment: Deployment, *, job: str) -> Target:
        targets.append(find_target(deployment, job=job))
        return targets[-1]

    monkeypatch.setattr("mlaccess.resolver.resolver.find_target", find)
    for job in "aabbacaa":
        assert resolver.access("ana", job=job).target == find_target(resolver.deployment, job=job)
    assert [target.id for target in targets] == ["a", "b", "c", "a"]


def test_answers_do_not_depend_on_who_was_asked_before() -> None:
    """Callers share what is about the deployment, and nothing else: neither verdicts nor explanations."""
    deployment = load(path("acme"))
    assert not isinstance(deployment.users, NotExported)
    shared = Resolver(deployment)
    for interface, space, job in (
        ("kibana", "default", None),
        ("kibana", "fraud", "card_fraud_velocity"),
        ("api", None, None),
    ):
        alone = {}
        for user in deployment.users:
            access = Resolver(deployment).access(user, interface=interface, space=space, job=job)
            alone[user] = access.level, access.explanation
        for turn in range(2):
            for user in (*alone, *reversed(alone)):
                access = shared.access(user, interface=interface, space=space, job=job)
                explained = access.explanation if turn == 0 else None
                assert access.level is alone[user][0], user
                assert explained in (None, alone[user][1]), user


def test_explanations_of_what_is_about_one_thing_are_not_kept() -> None:
    """There is one for every job, index and request; those of the deployment and of spaces are kept."""
    found = world(jobs=GONE, analytics=GONE, datafeeds=GONE)
    _, asked = asking(found, ROLE.name)

    def explain(number: int) -> None:
        target = Target("job", f"j{number}", None, (f"scores-{number}",))
        asked.explain(level_rule("full", "kibana", "sales", target), "sales")
        asked.explain(AllOf((Ask(RequestDetail(f"detail {number}")),)), "sales")

    explain(0)
    size = len(asked.in_common("sales").explained)
    assert size > 0
    for number in range(1, 30):
        explain(number)
    assert len(asked.in_common("sales").explained) == size
