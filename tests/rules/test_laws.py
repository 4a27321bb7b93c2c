"""Laws of the grammar: Kleene's three values, one fold, and readings that agree. Facts are made up."""

from hypothesis import given
from hypothesis import strategies as st

from mlaccess.rules import (
    AllOf,
    AnyOf,
    Ask,
    Finding,
    FixesAlgebra,
    Population,
    PopulationAlgebra,
    Rule,
    Verdict,
    VerdictAlgebra,
    explain,
    facts_of,
    fold,
    refold,
)
from mlaccess.rules.facts import ClusterAction, Fact
from tests.rules.made import rules_about

FACTS: list[Fact] = [ClusterAction(name) for name in "abcdef"]
RULES = rules_about(FACTS)
VERDICTS = st.sampled_from(list(Verdict))
WORLDS = st.fixed_dictionaries(dict.fromkeys(FACTS, VERDICTS))


def verdict(rule: Rule, world: dict[Fact, Verdict]) -> Verdict:
    """The verdict reading."""
    return fold(rule, VerdictAlgebra(world.__getitem__))


@given(RULES, WORLDS)
def test_the_explanation_has_the_verdict_of_the_verdict_reading(rule: Rule, world: dict[Fact, Verdict]) -> None:
    """Stopping early changes no answer, and the tree's own leaves give its verdict again."""
    explanation = explain(rule, lambda fact: Finding(world[fact], "made.up"))
    assert explanation.verdict is verdict(rule, world)
    assert refold(explanation) is explanation.verdict


@given(RULES, WORLDS, st.sampled_from(FACTS), VERDICTS)
def test_a_better_fact_never_makes_a_worse_answer(
    rule: Rule, world: dict[Fact, Verdict], fact: Fact, better: Verdict
) -> None:
    """Rules are monotone: they have no negation."""
    improved = {**world, fact: max(world[fact], better)}
    assert verdict(rule, improved) >= verdict(rule, world)


@given(RULES, WORLDS)
def test_forgetting_a_fact_never_flips_an_answer(rule: Rule, world: dict[Fact, Verdict]) -> None:
    """What becomes unknown leaves the answer as it was, or unknown."""
    for fact in FACTS:
        assert verdict(rule, {**world, fact: Verdict.UNKNOWN}) in (verdict(rule, world), Verdict.UNKNOWN)


@given(RULES, st.lists(WORLDS, min_size=1, max_size=5))
def test_the_population_reading_is_the_verdict_of_everyone(rule: Rule, worlds: list[dict[Fact, Verdict]]) -> None:
    """Bit i of both sets is what the verdict reading says of caller i."""

    def census(fact: Fact) -> Population:
        granted = sum(1 << i for i, w in enumerate(worlds) if w[fact] is Verdict.GRANTED)
        possible = sum(1 << i for i, w in enumerate(worlds) if w[fact] is not Verdict.DENIED)
        return Population(granted, possible)

    found = fold(rule, PopulationAlgebra(census, (1 << len(worlds)) - 1))
    for i, world in enumerate(worlds):
        answer = verdict(rule, world)
        assert (found.granted >> i & 1 == 1) is (answer is Verdict.GRANTED)
        assert (found.possible >> i & 1 == 1) is (answer is not Verdict.DENIED)
        assert found.verdict(i) is answer


@given(st.lists(st.frozensets(st.sampled_from(FACTS), min_size=1), min_size=1, max_size=8))
def test_of_the_ways_to_a_rule_those_are_fixes_that_hold_no_other(ways: list[frozenset[Fact]]) -> None:
    """Nothing holds yet, and every way is a set of facts."""
    rule = AnyOf(tuple(AllOf(tuple(Ask(fact) for fact in FACTS if fact in way)) for way in ways))
    expected = {way for way in ways if not any(other < way for other in ways)}
    assert fold(rule, FixesAlgebra(lambda _: Verdict.DENIED, 12)) == expected


@given(RULES, WORLDS)
def test_every_fix_reaches_the_rule_and_no_smaller_one_does(rule: Rule, world: dict[Fact, Verdict]) -> None:
    """A fix is a minimal set of facts that would have to hold."""
    fixes = fold(rule, FixesAlgebra(world.__getitem__, 12))
    for fix in fixes:
        assert verdict(rule, {**world, **dict.fromkeys(fix, Verdict.GRANTED)}) is Verdict.GRANTED
        for fact in fix:
            less = {f: Verdict.GRANTED for f in fix if f != fact}
            assert verdict(rule, {**world, **less}) is not Verdict.GRANTED
    everything = dict.fromkeys(FACTS, Verdict.GRANTED)
    assert bool(fixes) is (verdict(rule, everything) is Verdict.GRANTED)


@given(RULES, WORLDS)
def test_the_decisive_leaves_settle_the_answer(rule: Rule, world: dict[Fact, Verdict]) -> None:
    """Turning every decisive leaf of a denial into a yes leaves nothing of that denial."""
    explanation = explain(rule, lambda fact: Finding(world[fact], "made.up"))
    decisive = {leaf.rule.fact for leaf in explanation.decisive() if isinstance(leaf.rule, Ask)}
    assert decisive <= set(facts_of(rule))
    if explanation.verdict is Verdict.GRANTED:
        others = {f: Verdict.DENIED for f in FACTS if f not in decisive}
        assert verdict(rule, {**world, **others}) is Verdict.GRANTED
    if explanation.verdict is Verdict.DENIED:
        others = {f: Verdict.GRANTED for f in FACTS if f not in decisive}
        assert verdict(rule, {**world, **others}) is Verdict.DENIED


def test_a_verdict_has_no_truth() -> None:
    """`if verdict:` would merge unknown with one of the others."""
    for value in Verdict:
        try:
            bool(value)
        except TypeError:
            continue
        raise AssertionError(f"{value!r} has a truth value")
