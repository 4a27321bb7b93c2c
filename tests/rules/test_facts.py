"""Kinds of facts: which no privilege changes, which are about the caller, and what is meant where nothing is said."""

from typing import Any

from mlaccess.rules import AllOf, AnyOf, Ask, Evidence, Explanation, Finding, Verdict, facts
from mlaccess.rules.facts import FACTS, GATES, PERSONAL, LicenseFeature, Subscription, said_by
from mlaccess.stack import FrozenMap

KINDS: tuple[Any, ...] = FACTS
OF_THE_DEPLOYMENT = (
    "Subscription LicenseFeature MlEnabledEverywhere MlEnabledInKibana MlNode NotUpgrading CapabilitySwitch MlVisible "
    "KibanaProfile"
)
OF_THE_CALLER = "AccountUsable ClusterPrivilege ClusterAction IndexPrivilege IndexAction KibanaFeature KibanaAction"
OF_THINGS = "DataViewCovers AssignedToSpace IndicesKnown RequestDetail"


def test_each_kind_of_fact_is_about_the_deployment_the_caller_or_a_thing() -> None:
    """Gates are opened without granting anything; facts about a caller are asked anew for each."""
    assert [kind.__name__ for kind in GATES] == OF_THE_DEPLOYMENT.split()
    assert {kind.__name__ for kind in PERSONAL} == set(OF_THE_CALLER.split())
    every = {*OF_THE_DEPLOYMENT.split(), *OF_THE_CALLER.split(), *OF_THINGS.split()}
    assert {kind.__name__ for kind in FACTS} == every
    assert every < set(facts.__all__)


def test_facts_of_different_kinds_that_hold_the_same_are_different_facts() -> None:
    """And so are rules."""
    for length in range(1, 4):
        made = [kind(*"abc"[:length]) for kind in KINDS if len(kind._fields) == length + 1]
        assert len(set(made)) == len(made)
    empty = [kind() for kind in KINDS if len(kind._fields) == 1]
    assert len(set(empty)) == len(empty) > 1
    assert AllOf(()) != AnyOf(())


def test_a_fact_says_what_it_holds_and_not_what_kind_it_is() -> None:
    """The kind is its class."""
    assert said_by(Subscription("platinum")) == {"minimum": "platinum", "active": True}
    assert [said_by(kind()) for kind in KINDS if len(kind._fields) == 1] == [{}] * 5


def test_what_a_fact_says_where_nothing_is_said() -> None:
    """A subscription is to be in force, and a licensed feature is asked of Elasticsearch."""
    assert Subscription("platinum") == Subscription("platinum", active=True)
    assert LicenseFeature("ml", "platinum") == LicenseFeature("ml", "platinum", "elasticsearch")


def test_rules_and_findings_say_nothing_by_themselves() -> None:
    """No title, no sentence, no reason, no proof."""
    ask = Ask(Subscription("basic"))
    assert ask == Ask(Subscription("basic"), "")
    assert (AllOf((ask,)), AnyOf((ask,))) == (AllOf((ask,), "", ""), AnyOf((ask,), "", ""))
    assert Evidence("role") == Evidence("role", "", "", None)
    assert Finding(Verdict.DENIED, "x") == Finding(Verdict.DENIED, "x", FrozenMap(), (), ())
    assert Explanation(ask, Verdict.DENIED) == Explanation(ask, Verdict.DENIED, (), None)
