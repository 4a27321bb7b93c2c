"""Spaces: what they hide in effect, what that takes out of the interface, and who may enter."""

import pytest

from mlaccess.catalog.kibana_features import FeatureLike
from mlaccess.permission.kibana import disabled_in_effect, effective_disabled_features, ml_visible
from mlaccess.permission.kibana.spaces import solution_decides
from mlaccess.rules import Verdict
from mlaccess.stack import Space
from mlaccess.twins.kibana import get_spaces, security_switcher, served_space, space_switcher

GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED


@pytest.mark.parametrize(
    ("space", "expected"),
    [
        (Space("s"), GRANTED),
        (Space("s", disabled_features=frozenset({"ml"})), DENIED),
        (Space("s", disabled_features=frozenset({"ml"}), solution="classic", effective=False), DENIED),
        (Space("s", disabled_features=frozenset({"ml"}), solution="security", effective=False), GRANTED),
        (Space("s", disabled_features=frozenset({"ml"}), solution="security", effective=True), DENIED),
        (Space("s", disabled_features=frozenset({"ml"}), solution="search", effective=False), UNKNOWN),
        (Space("s", disabled_features=frozenset({"apm"}), solution="es"), GRANTED),
    ],
)
def test_machine_learning_is_visible_unless_the_effective_list_names_it(space: Space, expected: Verdict) -> None:
    """A solution view ignores what somebody wrote, and no known one hides machine learning."""
    assert ml_visible(space) is expected


def test_deprecated_ids_in_a_stored_list_hide_what_replaced_them() -> None:
    """Each once; ids that no feature has stay as they are."""
    space = Space("s", disabled_features=frozenset({"discover", "discover_v2", "ml", "gone"}))
    assert sorted(effective_disabled_features(space)) == ["discover_v2", "gone", "ml"]


def test_only_deprecated_features_are_replaced() -> None:
    """A feature in use is hidden itself, whatever stands beside it; a deprecated one without heir stays as it is."""
    features = (
        FeatureLike("used", replaced_by=("new",)),
        FeatureLike("old", deprecated=True, replaced_by=("new", "newer")),
        FeatureLike("orphan", deprecated=True),
    )
    assert disabled_in_effect(["used"], None, features) == ("used",)
    assert disabled_in_effect(["old"], "classic", features) == ("new", "newer")
    assert disabled_in_effect(["orphan", "unknown"], None, features) == ("orphan", "unknown")


def test_a_solution_view_hides_the_other_solutions_categories() -> None:
    """Whatever the stored list says, and without deprecated features."""
    features = [
        FeatureLike("apm", "observability"),
        FeatureLike("observabilityAIAssistant", "observability"),
        FeatureLike("siem", "securitySolution", deprecated=True),
        FeatureLike("siemV5", "securitySolution"),
        FeatureLike("search", "enterpriseSearch"),
        FeatureLike("ml", "kibana"),
    ]
    assert disabled_in_effect(["ml"], "es", features) == ("apm", "siemV5")
    assert disabled_in_effect(["ml"], "oblt", features) == ("siemV5",)
    assert disabled_in_effect(["ml"], "security", features) == ("apm", "observabilityAIAssistant", "search")
    assert disabled_in_effect(["ml"], "chat", features) == ("apm", "observabilityAIAssistant", "siemV5", "search")
    assert disabled_in_effect(["ml"], "one of tomorrow", features) == ()
    assert disabled_in_effect(["ml"], None, features) == ("ml",)


def test_chat_is_hidden_by_every_other_solution_view() -> None:
    """It has a category of its own."""
    features = [FeatureLike("agent", "chat")]
    hidden = {
        solution: bool(disabled_in_effect([], solution, features)) for solution in ("es", "oblt", "security", "chat")
    }
    assert hidden == {"es": True, "oblt": True, "security": True, "chat": False}


def test_an_entry_stays_while_an_enabled_feature_has_it_too() -> None:
    """Deprecated features keep nothing alive."""
    features = [
        FeatureLike("a", app=("shared", "mine"), catalogue=("c",)),
        FeatureLike("b", app=("shared",)),
        FeatureLike("old", deprecated=True, app=("mine",)),
    ]
    state = {"navLinks.shared": True, "navLinks.mine": True, "catalogue.c": True, "a.save": True, "b.save": True}
    after = space_switcher(state, features, ["a"])
    assert {k for k, v in after.items() if not v} == {"navLinks.mine", "catalogue.c", "a.save"}
    assert space_switcher(state, features, ["a"], authenticated_route=False) == state


def test_links_of_no_feature_are_not_taken_by_privileges() -> None:
    """`management` is every user's."""
    state = {"navLinks.management": True, "navLinks.ml": True, "catalogue.ml": True}
    features = [FeatureLike("ml", app=("ml",), catalogue=("ml",))]
    after = security_switcher(state, features, lambda action: Verdict.of(action == "ui:catalogue/ml"))
    assert after == {"navLinks.management": True, "navLinks.ml": False, "catalogue.ml": True}


def test_spaces_are_listed_for_those_who_may_enter_them() -> None:
    """Nobody's list is a refusal, and a doubtful space leaves the status open."""
    bodies = {"a": {"id": "a"}, "b": {"id": "b"}}
    assert get_spaces(bodies, lambda s: Verdict.of(s == "a")).body == [{"id": "a"}]
    assert get_spaces(bodies, lambda _: DENIED).status == 403
    doubtful = get_spaces(bodies, lambda s: GRANTED if s == "a" else UNKNOWN)
    assert (doubtful.status, doubtful.body) == (None, [{"id": "a"}])


def test_the_api_shows_effective_lists() -> None:
    """And serverless shows neither lists nor solutions."""
    stored = Space("s", disabled_features=frozenset({"ml"}), solution="es", effective=False)
    assert served_space(stored)["disabledFeatures"] == []
    assert served_space(stored)["solution"] == "es"
    assert served_space(stored, serverless=True) == {"id": "s", "name": "", "disabledFeatures": []}


@pytest.mark.parametrize(
    ("solution", "decides"), [(None, False), ("", False), ("classic", False), ("security", True), ("tomorrow", True)]
)
def test_a_solution_view_decides_unless_it_is_the_classic_one(solution: str | None, decides: bool) -> None:
    """An empty text is none."""
    assert solution_decides(solution) is decides
