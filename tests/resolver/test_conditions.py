"""Conditions on roles: whom they are met by, for whom they leave it open, and how those of parts become one."""

from collections.abc import Callable
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaccess.resolver.conditions import ALWAYS, DENIED, GRANTED, NEVER, UNKNOWN, Condition, Holders
from mlaccess.rules import Verdict

ROLES = range(4)
SETS = [frozenset(held) for held in chain.from_iterable(combinations(ROLES, n) for n in range(5))]
YES, MAYBE, NO = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED

role_sets = st.frozensets(st.sampled_from(ROLES), min_size=1, max_size=2)
clauses = st.lists(st.lists(role_sets, min_size=1, max_size=2).map(tuple), min_size=1, max_size=2).map(tuple)
nobody = st.just(frozenset[int]())
conditions = st.one_of(
    st.builds(Condition, clauses),
    st.builds(Condition, st.one_of(clauses, st.none()), nobody, role_sets),
    st.builds(Condition, st.one_of(clauses, st.none()), role_sets),
    st.builds(Condition, clauses, nobody, nobody, st.just(True)),
)


@st.composite
def holders(draw: st.DrawFn) -> Holders:
    """Who certainly holds something, and who possibly does: those and some more."""
    fixed = draw(st.sampled_from((None, None, None, GRANTED, UNKNOWN, DENIED)))
    if fixed is not None:
        return fixed
    granted = draw(conditions)
    if draw(st.booleans()):
        return Holders(granted, granted)
    if granted.clauses is None or draw(st.booleans()):
        return Holders(granted, ALWAYS)
    more = draw(role_sets)
    wider = tuple((*clause, more) for clause in granted.clauses)
    return Holders(granted, Condition(wider, granted.joint, granted.touched, granted.open_to_all))


@pytest.mark.parametrize(
    ("condition", "met", "open_"),
    [
        (ALWAYS, SETS, []),
        (NEVER, [], []),
        (Condition(((frozenset({0}), frozenset({1})),)), [s for s in SETS if s & {0, 1}], []),
        (Condition(((frozenset({0}),), (frozenset({1}),))), [s for s in SETS if s >= {0, 1}], []),
        (Condition(None, touched=frozenset({2})), [], [s for s in SETS if 2 in s]),
        (Condition(None, joint=frozenset({1, 2, 3})), [], [s for s in SETS if len(s & {1, 2, 3}) > 1]),
        (Condition(((),)), [], []),
        (Condition(None, open_to_all=True), [], SETS),
    ],
)
def test_a_condition_is_met_by_a_role_of_each_clause_and_open_for_some(
    condition: Condition, met: list[frozenset[int]], open_: list[frozenset[int]]
) -> None:
    """Two roles that count together, one of those that are odd, or anybody."""
    assert [held for held in SETS if condition.met(held)] == met
    assert [held for held in SETS if condition.open(held)] == open_
    assert condition.decided is (open_ == [])
    assert condition.always is (met == SETS)
    assert [held for held in SETS if condition.met(tuple(held))] == met
    assert not condition.open((1, 1)) or condition.open((1,))


@pytest.mark.parametrize(
    ("holder", "verdicts"),
    [
        (GRANTED, {YES}),
        (UNKNOWN, {MAYBE}),
        (DENIED, {NO}),
        (Holders(Condition(((frozenset({0}),),)), Condition(((frozenset({0, 1}),),))), {YES, MAYBE, NO}),
        (Holders(Condition(None, frozenset({0, 1})), ALWAYS), {None, MAYBE}),
        (Holders(NEVER, Condition(None, touched=frozenset({0}))), {None, NO}),
    ],
)
def test_holders_give_a_verdict_or_leave_it_to_the_judge(holder: Holders, verdicts: set[Verdict | None]) -> None:
    assert {holder.verdict(held) for held in SETS} == verdicts
    assert holder.decided is (None not in verdicts)
    assert holder.certain is (MAYBE not in verdicts and holder.granted is holder.possible)


def test_a_verdict_for_everybody() -> None:
    assert {v: Holders.of(v) for v in Verdict} == {YES: GRANTED, MAYBE: UNKNOWN, NO: DENIED}


def may_be(part: Holders, held: frozenset[int]) -> set[Verdict]:
    """The verdict on a part, or those that the judge may give where it is left to him."""
    said = part.verdict(held)
    if said is not None:
        return {said}
    return {MAYBE, YES} if part.possible.met(held) and not part.possible.open(held) else set(Verdict)


@given(st.lists(holders(), max_size=3), st.booleans())
def test_parts_are_held_together_by_whoever_holds_all_or_one(parts: list[Holders], conjunction: bool) -> None:
    """The verdict is the worst or the best of the parts, whatever those that are open come to."""
    whole = Holders.all_of(parts) if conjunction else Holders.any_of(parts)
    together: Callable[[Verdict, Verdict], Verdict] = min if conjunction else max
    for held in SETS:
        expected = {YES if conjunction else NO}
        for part in parts:
            expected = {together(one, other) for one in expected for other in may_be(part, held)}
        verdict = whole.verdict(held)
        assert expected == {verdict} or (verdict is None and not all(part.decided for part in parts))
    assert whole.certain or not all(part.certain for part in parts)


def test_parts_that_settle_everything_are_the_whole() -> None:
    """The same objects, so that nothing is computed of them again."""
    one = Holders(Condition(((frozenset({0}),),)), ALWAYS)
    assert Holders.all_of([]) is GRANTED
    assert Holders.any_of([]) is DENIED
    assert Holders.all_of([GRANTED, one, GRANTED]) is one
    assert Holders.any_of([DENIED, one, DENIED]) is one
    assert Holders.all_of([one, DENIED, one]) is DENIED
    assert Holders.any_of([one, GRANTED, one]) is GRANTED


def test_equal_clauses_are_asked_once() -> None:
    """Of all parts together."""
    zero, one = (frozenset({0}),), (frozenset({1}),)
    first, second = (Holders(c, c) for c in (Condition((zero, one)), Condition((one,))))
    assert Holders.all_of([first, second]).granted.clauses == (zero, one)
    assert Holders.any_of([second, second]).granted.clauses == (one,)
    assert Holders.any_of([first, second]).granted.clauses == ((*zero, *one), one)


def test_a_part_that_nobody_holds_and_that_is_decided_is_never() -> None:
    """One that is open for some is not."""
    never, some = Holders(NEVER, ALWAYS), Condition(((frozenset({0}),),))
    assert Holders.all_of([never, Holders(some, ALWAYS)]).granted is NEVER
    assert Holders.any_of([never, never]).granted is NEVER
    odd = Condition(None, touched=frozenset({3}))
    found = Holders.all_of([Holders(odd, ALWAYS), Holders(some, ALWAYS)]).granted
    assert (found.clauses, found.touched) == (None, frozenset({3}))
