"""One tree, many readings: verdict, explanation, population and fixes agree."""

import attrs
from hypothesis import given

from mlaccess import Resolver, UnknownNameError, Verdict
from mlaccess.resolver import Decision
from mlaccess.rules import (
    FixesAlgebra,
    Population,
    PopulationAlgebra,
    VerdictAlgebra,
    explain,
    facts_of,
    fold,
    refold,
)
from mlaccess.rules.facts import Fact
from mlaccess.stack import Users
from mlaccess.testing.strategies import worlds
from mlaccess.testing.worlds import World
from tests.laws.asking import LAW


def decisions(world: World) -> tuple[Decision, ...]:
    """Full, read-only, upload, and upload as a level; none where the question names nothing."""
    try:
        access = world.question.access(Resolver(world.deployment))
    except UnknownNameError:
        return ()
    return access.full, access.read_only, access.upload, access.upload_level


@LAW
@given(worlds())
def test_an_explanation_has_the_verdict_of_its_decision_and_of_its_own_leaves(world: World) -> None:
    """The explanation asks every leaf, the verdict stops early: both agree, and so do leaves folded again."""
    for decision in decisions(world):
        explanation = decision.explanation
        assert explanation.verdict is decision.verdict
        assert refold(explanation) is decision.verdict
        assert {leaf.rule.fact for leaf in explanation.leaves()} == set(facts_of(decision.rule))


@LAW
@given(worlds())
def test_the_straight_readings_are_the_folds(world: World) -> None:
    """Verdict and explanation are read without the fold, parts about nobody once for all: the same comes out."""
    for decision in decisions(world):
        assert decision.judge.verdict_of(decision.rule) is fold(decision.rule, VerdictAlgebra(decision.judge.verdict))
        expected = explain(decision.rule, decision.judge)
        assert decision.judge.explain(decision.rule) == expected
        assert decision.judge.explain(decision.rule) == expected


@LAW
@given(worlds())
def test_the_decisive_leaves_decide(world: World) -> None:
    """With the decisive leaves of a denial or doubt turned to granted, the verdict is better."""
    for decision in decisions(world):
        if decision.verdict is Verdict.GRANTED or not any(True for _ in facts_of(decision.rule)):
            continue  # there is nothing to turn; on the APIs nobody uploads, whatever the facts
        decisive = {leaf.rule.fact for leaf in decision.explanation.decisive()}
        known = {leaf.rule.fact: leaf.verdict for leaf in decision.explanation.leaves()}
        turned = {fact: Verdict.GRANTED if fact in decisive else verdict for fact, verdict in known.items()}
        assert fold(decision.rule, VerdictAlgebra(turned.__getitem__)) > decision.verdict


@LAW
@given(worlds())
def test_the_population_reading_is_every_users_verdict(world: World) -> None:
    """Bit i of "granted" and "possible" is what the judge of user i says."""
    users = world.deployment.users
    if not isinstance(users, Users):
        return
    resolver = Resolver(world.deployment)
    judges = [resolver.judge(name, at=world.question.at) for name in users]

    def census(fact: Fact) -> Population:
        verdicts = [judge.verdict(fact) for judge in judges]
        granted = sum(1 << i for i, v in enumerate(verdicts) if v is Verdict.GRANTED)
        return Population(granted, sum(1 << i for i, v in enumerate(verdicts) if v is not Verdict.DENIED))

    for decision in decisions(world):
        population = fold(decision.rule, PopulationAlgebra(census, (1 << len(judges)) - 1))
        for i, judge in enumerate(judges):
            verdict = fold(decision.rule, VerdictAlgebra(judge.verdict))
            assert bool(population.granted >> i & 1) is (verdict is Verdict.GRANTED)
            assert bool(population.possible >> i & 1) is (verdict is not Verdict.DENIED)


@LAW
@given(worlds())
def test_every_fix_works_and_no_smaller_one_does(world: World) -> None:
    """A fix is a set of facts: with them the rule holds, without any one of them it does not."""
    for decision in decisions(world):
        judge = decision.judge
        sets = fold(decision.rule, FixesAlgebra(lambda f, j=judge: j(f).verdict, 12))
        assert (sets == {frozenset()}) is (decision.verdict is Verdict.GRANTED)
        for fix in sets:
            assert _with(decision, fix) is Verdict.GRANTED
            assert all(_with(decision, fix - {fact}) is not Verdict.GRANTED for fact in fix)


def _with(decision: Decision, facts: frozenset[Fact]) -> Verdict:
    judge = decision.judge
    return fold(decision.rule, VerdictAlgebra(lambda f: Verdict.GRANTED if f in facts else judge(f).verdict))


@LAW
@given(worlds())
def test_what_a_resolver_was_asked_before_never_matters(world: World) -> None:
    """It remembers findings; that never changes an answer or its reasons."""
    resolver = Resolver(world.deployment)
    users = world.deployment.users
    try:
        for name in users if isinstance(users, Users) else ():
            attrs.evolve(world.question, user=name, api_key=None).access(resolver)
        later, fresh = world.question.access(resolver), world.access()
    except UnknownNameError:
        return
    assert repr(later) == repr(fresh)
    assert explain(later.full.rule, later.full.judge) == fresh.full.explanation
