"""The readings of a rule: what each says, which facts it asks for that, and what is remembered for other callers."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaccess.rules import (
    AllOf,
    AnyOf,
    Ask,
    Explanation,
    Finding,
    FixesAlgebra,
    Population,
    PopulationAlgebra,
    Rule,
    Verdict,
    VerdictAlgebra,
    algebras,
    explain,
    explanation_of,
    facts_of,
    fold,
    verdict_of,
)
from mlaccess.rules.facts import ClusterAction, Fact, RequestDetail
from tests.rules.made import rules_about

GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED
YES, MAYBE, NO = (Ask(ClusterAction(name)) for name in ("yes", "maybe", "no"))
ANSWERS = {"yes": GRANTED, "maybe": UNKNOWN, "no": DENIED}
OTHER = Ask(ClusterAction("maybe"), "P01")

OWN = [ClusterAction(name) for name in "abc"]
SHARED = [RequestDetail(name) for name in "xyz"]
FACTS: list[Fact] = [*OWN, *SHARED]
RULES = rules_about(FACTS)
VERDICTS = st.sampled_from(list(Verdict))
OF_ONE_CALLER = st.fixed_dictionaries(dict.fromkeys(OWN, VERDICTS))
OF_THE_EXPORT = st.fixed_dictionaries(dict.fromkeys(SHARED, VERDICTS))
PERSONAL = frozenset({ClusterAction})


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
    lambda rule, asked: verdict_of(rule, asked),
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


@given(RULES, OF_ONE_CALLER, OF_ONE_CALLER, OF_THE_EXPORT, st.sets(st.sampled_from(OWN)), st.booleans())
def test_reading_straight_reads_as_folding_does_and_asks_about_nobody_once(
    rule: Rule,
    one: dict[Fact, Verdict],
    other: dict[Fact, Verdict],
    export: dict[Fact, Verdict],
    found: set[Fact],
    level_first: bool,
) -> None:
    """For two callers in turn, who share what was found about the export and nothing else; some facts found before."""
    known: dict[int, Explanation] = {}
    alone = isinstance(rule, Ask)
    for turn, own in enumerate((one, other, one)):
        judge = Asked({**own, **export})
        findings = {fact: Finding(own[fact], "made.up") for fact in found}
        expected = explain(rule, Asked({**own, **export}))
        if level_first:
            assert verdict_of(rule, judge, findings, known) is expected.verdict
            judge.facts.clear()
        assert explanation_of(rule, judge, findings, PERSONAL, known) == expected
        about_nobody = [fact for fact in judge.facts if isinstance(fact, RequestDetail)]
        assert alone or not turn or about_nobody == []
        assert verdict_of(rule, judge, findings, known) is expected.verdict
        assert alone or not found.intersection(judge.facts)


def test_what_is_explained_without_the_caller_is_the_same_object_for_all() -> None:
    """Parts of a rule too; what hangs on the caller is explained anew."""
    shared: Rule = AllOf((Ask(SHARED[0]), AnyOf((Ask(SHARED[1]),))))
    whole = AllOf((shared, Ask(OWN[0])))
    known: dict[int, Explanation] = {}
    answers: dict[Fact, Verdict] = dict.fromkeys(FACTS, GRANTED)
    first, second = (explanation_of(whole, Asked(answers), {}, PERSONAL, known) for _ in range(2))
    assert first.parts[0] is second.parts[0]
    assert first.parts[1] is not second.parts[1]
    assert first is not second
    assert {id(shared), id(whole)} & known.keys() == {id(shared)}


def test_so_many_explanations_are_remembered_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one begins anew, and explanations stay right."""
    monkeypatch.setattr(algebras, "_KNOWN", 3)
    known: dict[int, Explanation] = {}
    judge = Asked(dict.fromkeys(FACTS, UNKNOWN))
    sizes: list[int] = []
    rules = [AllOf((Ask(SHARED[0]),)) for _ in range(4)]
    for rule in rules:
        assert explanation_of(rule, judge, {}, PERSONAL, known).verdict is UNKNOWN
        sizes.append(len(known))
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
