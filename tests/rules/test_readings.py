"""The readings of a rule: what each says, which facts it asks for that, and what is remembered for other callers."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaccess.rules import (
    AllOf,
    AnyOf,
    Ask,
    Common,
    Explanation,
    Finding,
    FixesAlgebra,
    Population,
    PopulationAlgebra,
    Rule,
    Verdict,
    VerdictAlgebra,
    explain,
    explanation,
    explanation_of,
    facts_of,
    fold,
    verdict_of,
)
from mlaccess.rules.facts import AccountUsable, ClusterAction, Fact, IndexAction, MlVisible, RequestDetail
from tests.rules.made import rules_about

GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED
YES, MAYBE, NO = (Ask(ClusterAction(name)) for name in ("yes", "maybe", "no"))
ANSWERS = {"yes": GRANTED, "maybe": UNKNOWN, "no": DENIED}
OTHER = Ask(ClusterAction("maybe"), "P01")

OWN: list[Fact] = [AccountUsable(), IndexAction("i", "a"), RequestDetail("a")]
"""Facts that each caller is judged on, or each question."""
OF_SOME: list[Fact] = [ClusterAction(name) for name in "abc"]
"""Facts on which several callers may find the same."""
OF_ALL: list[Fact] = [MlVisible(name) for name in "xyz"]
"""Facts on which all callers find the same."""
FACTS = [*OWN, *OF_SOME, *OF_ALL]
RULES = rules_about(FACTS)
VERDICTS = st.sampled_from(list(Verdict))


def verdicts_on(facts: list[Fact]) -> st.SearchStrategy[dict[Fact, Verdict]]:
    return st.fixed_dictionaries(dict.fromkeys(facts, VERDICTS))


class Alike:
    """What callers have in common, by a table."""

    def __init__(self, answers: dict[Fact, Verdict], wider: Common | None = None) -> None:
        self.explained: dict[int, Explanation] = {}
        self.wider = wider
        self.answers = answers

    def find(self, fact: Fact, /) -> Finding | None:
        if fact in self.answers:
            return Finding(self.answers[fact], "made.up")
        return None if self.wider is None else self.wider.find(fact)


class Asked:
    """A judge by a table, that remembers what it was asked."""

    def __init__(self, answers: dict[Fact, Verdict] | None = None) -> None:
        self.answers = answers
        self.facts: list[Fact] = []

    def __call__(self, fact: Fact) -> Finding:
        return Finding(self.decide(fact), "made.up")

    def decide(self, fact: Fact) -> Verdict:
        self.facts.append(fact)
        if self.answers is not None:
            return self.answers[fact]
        assert isinstance(fact, ClusterAction)
        return ANSWERS[fact.action]


STRAIGHT: list[Callable[[Rule, Asked], Verdict]] = [
    verdict_of,
    lambda rule, asked: fold(rule, VerdictAlgebra(asked.decide)),
]


@pytest.mark.parametrize("read", STRAIGHT, ids=["straight", "folded"])
@pytest.mark.parametrize(
    ("rule", "verdict", "asked"),
    [
        (YES, GRANTED, "yes"),
        (AllOf(()), GRANTED, ""),
        (AnyOf(()), DENIED, ""),
        (AllOf((YES, NO, MAYBE)), DENIED, "yes no"),
        (AllOf((MAYBE, YES, NO)), DENIED, "maybe yes no"),
        (AllOf((MAYBE, YES)), UNKNOWN, "maybe yes"),
        (AllOf((YES, YES)), GRANTED, "yes yes"),
        (AnyOf((NO, YES, MAYBE)), GRANTED, "no yes"),
        (AnyOf((MAYBE, NO, YES)), GRANTED, "maybe no yes"),
        (AnyOf((MAYBE, NO)), UNKNOWN, "maybe no"),
        (AnyOf((NO, NO)), DENIED, "no no"),
        (AllOf((AnyOf((NO, MAYBE)), AnyOf((NO,)), YES)), DENIED, "no maybe no"),
        (AnyOf((AllOf((YES, NO)), AllOf((YES, YES)), YES)), GRANTED, "yes no yes yes"),
        (AnyOf((AllOf((MAYBE,)), AllOf((NO, YES)))), UNKNOWN, "maybe no"),
        (AllOf((AllOf((MAYBE,)), AnyOf((NO, YES)))), UNKNOWN, "maybe no yes"),
    ],
)
def test_a_verdict_asks_no_more_facts_than_it_needs(
    read: Callable[[Rule, Asked], Verdict], rule: Rule, verdict: Verdict, asked: str
) -> None:
    """Left to right, up to the first that settles it."""
    judge = Asked()
    assert read(rule, judge) is verdict
    assert [fact.action for fact in judge.facts if isinstance(fact, ClusterAction)] == asked.split()


@given(
    RULES,
    st.tuples(verdicts_on(OWN), verdicts_on(OWN), verdicts_on(OWN)),
    st.tuples(verdicts_on(OF_SOME), verdicts_on(OF_SOME)),
    st.sets(st.sampled_from(OF_SOME)),
    verdicts_on(OF_ALL),
    st.booleans(),
)
def test_reading_straight_reads_as_folding_does_and_asks_nobody_about_what_is_common(
    rule: Rule,
    own: tuple[dict[Fact, Verdict], ...],
    of_some: tuple[dict[Fact, Verdict], ...],
    judged: set[Fact],
    of_all: dict[Fact, Verdict],
    level_first: bool,
) -> None:
    """For five callers in turn, of two cohorts: some facts are judged for each even so."""
    everyone = Alike(of_all)
    cohorts = [Alike({f: v for f, v in some.items() if f not in judged}, everyone) for some in of_some]
    for caller, cohort in ((0, 0), (1, 1), (1, 0), (2, 1), (0, 0)):
        answers = {**own[caller], **of_some[cohort], **of_all}
        common, judge = cohorts[cohort], Asked(answers)
        expected = explain(rule, Asked(answers))
        begun = explanation_of(rule, judge, common, None, True) if level_first else None
        if begun is not None:
            assert begun.verdict is expected.verdict
            assert begun.parts == expected.parts[: len(begun.parts)]
        whole = explanation_of(rule, judge, common, begun)
        assert whole == expected
        assert (whole is begun) == (begun == expected)
        assert not (common.answers.keys() | of_all.keys()) & set(judge.facts)
        assert verdict_of(rule, judge) is expected.verdict


def test_a_brief_explanation_goes_no_further_than_the_verdict() -> None:
    """And is gone on with from there."""
    rule = AllOf((Ask(OWN[0]), AnyOf((Ask(OWN[1]), Ask(OWN[2]))), Ask(OF_SOME[0])))
    judge = Asked({OWN[0]: GRANTED, OWN[1]: DENIED, OWN[2]: DENIED, OF_SOME[0]: GRANTED})
    begun = explanation_of(rule, judge, Alike({}), None, True)
    assert (begun.verdict, len(begun.parts)) == (DENIED, 2)
    assert judge.facts == OWN
    judge.facts.clear()
    whole = explanation_of(rule, judge, Alike({}), begun)
    assert (whole.verdict, len(whole.parts)) == (DENIED, 3)
    assert judge.facts == OF_SOME[:1]


def test_what_is_common_is_the_same_object_for_all_who_share_it() -> None:
    """Of the widest circle that finds it; what hangs on the caller or on the question is explained anew."""
    for_all: Rule = AllOf((Ask(OF_ALL[0]), AnyOf((Ask(OF_ALL[1]),))))
    for_some: Rule = AllOf((Ask(OF_SOME[0]), AnyOf((Ask(OF_ALL[1]), Ask(OF_SOME[1])))))
    for_one: Rule = AllOf((Ask(OF_ALL[2]), Ask(OWN[1])))
    whole = AllOf((for_all, for_some, for_one, Ask(OF_SOME[2]), Ask(OF_ALL[0]), Ask(OWN[0])))
    answers: dict[Fact, Verdict] = dict.fromkeys(FACTS, GRANTED)
    everyone = Alike(dict.fromkeys(OF_ALL, GRANTED))
    mine, theirs = (Alike(dict.fromkeys(OF_SOME, GRANTED), everyone) for _ in range(2))
    first, second, other = (explanation_of(whole, Asked(answers), common) for common in (mine, mine, theirs))
    assert [a is b for a, b in zip(first.parts, second.parts, strict=True)] == [True, True, False, True, True, False]
    assert [a is b for a, b in zip(first.parts, other.parts, strict=True)] == [True, False, False, False, True, False]
    assert first == second == other
    assert set(everyone.explained) == {id(for_all), id(whole.parts[4]), id(for_one.parts[0])}
    assert set(mine.explained) - set(everyone.explained) == {id(for_some), id(whole.parts[3])}
    assert {id(whole), id(for_one)}.isdisjoint(mine.explained)


def test_so_many_explanations_are_remembered_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one begins anew, and explanations stay right."""
    monkeypatch.setattr(explanation, "_KNOWN", 3)
    common = Alike(dict.fromkeys(OF_ALL, UNKNOWN))
    sizes: list[int] = []
    rules = [AllOf((AllOf((Ask(OF_ALL[0]),)), AllOf((Ask(OF_ALL[1]),)))) for _ in range(4)]
    for rule in rules:
        assert explanation_of(rule, Asked({}), common).verdict is UNKNOWN
        sizes.append(len(common.explained))
    assert sizes == [2, 1, 3, 2]


def test_leaves_are_told_from_left_to_right() -> None:
    rule = AllOf((YES, AnyOf((NO, AllOf((MAYBE, YES)), AllOf(()))), OTHER))
    leaves = list(explain(rule, Asked()).leaves())
    assert [leaf.rule for leaf in leaves] == [YES, NO, MAYBE, YES, OTHER]
    assert [leaf.verdict for leaf in leaves] == [GRANTED, DENIED, UNKNOWN, GRANTED, UNKNOWN]
    assert list(facts_of(rule)) == [leaf.rule.fact for leaf in leaves if isinstance(leaf.rule, Ask)]


@pytest.mark.parametrize(
    ("rule", "decisive"),
    [
        (YES, [YES]),
        (AllOf((YES, NO, MAYBE, NO)), [NO, NO]),
        (AllOf((YES, MAYBE, OTHER)), [MAYBE, OTHER]),
        (AllOf((YES, AnyOf((NO, YES, YES)))), [YES, YES]),
        (AnyOf((NO, MAYBE, OTHER)), [MAYBE, OTHER]),
        (AnyOf((NO, AllOf((NO, YES)))), [NO, NO]),
        (AnyOf((NO, YES, YES)), [YES]),
        (AnyOf((AllOf((YES, YES)), YES)), [YES, YES]),
    ],
)
def test_the_decisive_leaves_are_those_with_the_verdict(rule: Rule, decisive: list[Rule]) -> None:
    """Of an alternative that is granted, the first that grants it."""
    assert [leaf.rule for leaf in explain(rule, Asked()).decisive()] == decisive


A, B, C = (Ask(ClusterAction(name)) for name in "abc")


def fixes(rule: Rule, limit: int = 12, **known: Verdict) -> list[str]:
    def decide(fact: Fact) -> Verdict:
        assert isinstance(fact, ClusterAction)
        return known.get(fact.action, DENIED)

    found = fold(rule, FixesAlgebra(decide, limit))
    return sorted("".join(sorted(f.action for f in fix if isinstance(f, ClusterAction))) for fix in found)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (A, ["a"]),
        (AllOf(()), [""]),
        (AnyOf(()), []),
        (AllOf((A, B)), ["ab"]),
        (AnyOf((A, B)), ["a", "b"]),
        (AllOf((A, AnyOf((B, C)))), ["ab", "ac"]),
        (AnyOf((AllOf((A, B)), A)), ["a"]),
        (AnyOf((AllOf((A, B)), AllOf((B, A)), C)), ["ab", "c"]),
        (AllOf((A, AnyOf(()))), []),
    ],
)
def test_fixes_are_the_smallest_sets_of_facts(rule: Rule, expected: list[str]) -> None:
    """None holds another."""
    assert fixes(rule) == expected


def test_what_holds_needs_no_fix_and_what_is_unknown_needs_one() -> None:
    assert fixes(AllOf((A, B)), a=GRANTED) == ["b"]
    assert fixes(AllOf((A, B)), a=GRANTED, b=GRANTED) == [""]
    assert fixes(AllOf((A, B)), a=UNKNOWN) == ["ab"]


def test_fixes_of_more_facts_than_the_limit_are_left_out() -> None:
    """Twelve, where none is given."""
    assert fixes(AllOf((A, B, C)), limit=3) == ["abc"]
    assert fixes(AllOf((A, B, C)), limit=2) == []
    assert fixes(AnyOf((AllOf((A, B)), C)), limit=1) == ["c"]
    many = AllOf(tuple(Ask(ClusterAction(name)) for name in "abcdefghijklm"))
    assert fixes(AllOf(many.parts[:12])) == ["abcdefghijkl"]
    assert fixes(many) == []


@pytest.mark.parametrize(
    ("rule", "asked", "granted", "possible"),
    [
        (AllOf(()), "", 0b11, 0b11),
        (AnyOf(()), "", 0, 0),
        (AllOf((YES, MAYBE)), "yes maybe", 0, 0b11),
        (AllOf((MAYBE, NO, YES)), "maybe no", 0, 0),
        (AnyOf((MAYBE, NO)), "maybe no", 0, 0b11),
        (AnyOf((NO, YES, MAYBE)), "no yes", 0b11, 0b11),
    ],
)
def test_a_population_asks_no_more_facts_than_it_needs(rule: Rule, asked: str, granted: int, possible: int) -> None:
    """Up to the first that leaves nobody, or makes it certain of everybody."""
    told = {"yes": Population(0b11, 0b11), "maybe": Population(0, 0b11), "no": Population(0, 0)}
    facts: list[str] = []

    def census(fact: Fact) -> Population:
        assert isinstance(fact, ClusterAction)
        facts.append(fact.action)
        return told[fact.action]

    assert fold(rule, PopulationAlgebra(census, 0b11)) == Population(granted, possible)
    assert facts == asked.split()


@pytest.mark.parametrize("one", list(Verdict))
@pytest.mark.parametrize("other", list(Verdict))
def test_populations_combine_caller_by_caller_as_verdicts_do(one: Verdict, other: Verdict) -> None:
    """The worse of two, the better of two; a verdict of everybody is that of every caller there might be."""
    first, second = Population.of(one), Population.of(other)
    for caller in (0, 1, 1000):
        assert (first.verdict(caller), second.verdict(caller)) == (one, other)
        assert (first & second).verdict(caller) is min(one, other)
        assert (first | second).verdict(caller) is max(one, other)


def test_verdicts_are_ordered_and_have_words() -> None:
    assert DENIED < UNKNOWN < GRANTED
    assert [v.word for v in Verdict] == ["denied", "unknown", "granted"]
    assert (Verdict.of(True), Verdict.of(False)) == (GRANTED, DENIED)
