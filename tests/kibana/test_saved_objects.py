"""Jobs and models in spaces: seeing, sharing, moving, deleting, synchronising."""

from typing import Any, cast

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlaccess.rules import Verdict
from mlaccess.twins.kibana import (
    CanDelete,
    Item,
    SavedObject,
    SyncState,
    can_delete,
    can_share_everywhere,
    findable,
    jobs_spaces,
    redact,
    sync,
    sync_needed,
    update_spaces,
)
from mlaccess.twins.kibana.saved_objects import May

GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED


def holder(*spaces: str) -> May:
    """Somebody with everything in these spaces; `*` in all."""
    return lambda action, space: Verdict.of("*" in spaces or space in spaces)


def yes(_: object) -> Verdict:
    return GRANTED


def job(*namespaces: str) -> Item:
    return Item("anomaly-detector", "web", namespaces)


def test_a_job_is_seen_where_it_is_assigned_and_may_be_found() -> None:
    """Without a saved object nowhere; a redacted space may be this one."""
    everywhere = holder("*")
    assert findable("anomaly-detector", ("a",), "a", everywhere) is GRANTED
    assert findable("anomaly-detector", ("*",), "a", everywhere) is GRANTED
    assert findable("anomaly-detector", ("b",), "a", everywhere) is DENIED
    assert findable("anomaly-detector", ("b", "?"), "a", everywhere) is UNKNOWN
    assert findable("anomaly-detector", (), "a", everywhere) is DENIED
    assert findable("anomaly-detector", ("a",), "a", holder("b")) is DENIED


def test_spaces_one_may_not_enter_are_redacted_and_come_last() -> None:
    """All spaces are never redacted; what may be shown or not is null."""
    assert redact(("b", "a", "*"), holder("a")) == ("a", "*", "?")
    assert redact(("a", "b"), holder("*")) == ("a", "b")
    assert redact(("a",), lambda *_: UNKNOWN) == (None,)


def test_jobs_are_listed_across_the_spaces_one_may_read() -> None:
    """A kind without jobs has no key."""
    items = [job("a"), Item("data-frame-analytics", "churn", ("b",))]
    assert jobs_spaces(items, ["a", "b"], holder("a")) == {"anomaly-detector": {"web": ["a"]}}
    assert jobs_spaces(items, ["a", "b"], lambda *_: UNKNOWN) == {}


def test_sharing_with_all_spaces_needs_all_of_them_at_once() -> None:
    """Each single space is not enough; creating without login neither."""
    assert can_share_everywhere("anomaly-detector", holder("*")) is GRANTED
    assert can_share_everywhere("anomaly-detector", holder("a", "b")) is DENIED
    assert can_share_everywhere(None, lambda action, _: Verdict.of(action != "login:")) is DENIED
    assert can_share_everywhere(None, lambda action, _: Verdict.of("trained" not in action)) is DENIED


@pytest.mark.parametrize(
    ("namespaces", "who", "expected"),
    [
        (("*",), holder("*"), CanDelete(GRANTED, DENIED)),
        (("*",), holder("a"), CanDelete(DENIED, DENIED)),
        (("a", "b"), holder("a"), CanDelete(DENIED, GRANTED)),
        (("a", "b"), holder("a", "b"), CanDelete(GRANTED, GRANTED)),
        (("a",), holder("a"), CanDelete(GRANTED, DENIED)),
        ((), holder("*"), CanDelete(DENIED, DENIED)),
        (("b",), holder("*"), CanDelete(DENIED, DENIED)),
    ],
)
def test_the_delete_dialog_looks_at_the_spaces_shown(
    namespaces: tuple[str, ...], who: May, expected: CanDelete
) -> None:
    """Space `a` is the current one."""
    assert can_delete(job(*namespaces), has_capability=yes, ask=who, space="a") == expected


def test_deleting_needs_the_capability_and_without_spaces_nothing_else() -> None:
    """Then nothing can be removed from a space either."""
    assert can_delete(job("a"), has_capability=lambda _: DENIED, ask=holder("*"), space="a") == CanDelete(
        DENIED, DENIED
    )
    alone = can_delete(job(), has_capability=yes, ask=holder(), spaces_enabled=False)
    assert alone == CanDelete(GRANTED, DENIED)
    unsure = can_delete(job("a"), has_capability=lambda _: UNKNOWN, ask=holder("*"), space="a")
    assert unsure.body() == {"canDelete": None, "canRemoveFromSpace": False}


def test_moving_needs_the_right_in_the_current_and_in_every_space_added_or_removed() -> None:
    """A refusal is an answer of status 200."""
    for who, success in ((holder("a", "b"), True), (holder("a"), False), (holder("b"), False)):
        answer, after = update_spaces(job("a"), space="a", add=["b"], remove=["a"], ask=who)
        assert (answer.status, answer.body) == (200, {"web": {"type": "anomaly-detector", "success": success}})
        assert after == (("b",) if success else ("a",))
    answer, after = update_spaces(job("a"), space="a", add=["*"], remove=["a"], ask=holder("a", "b"))
    assert cast("Any", answer.body)["web"]["success"] is False
    answer, after = update_spaces(job("a"), space="a", add=["b"], remove=[], ask=lambda *_: UNKNOWN)
    assert (cast("Any", answer.body)["web"]["success"], after) == (None, None)


def test_nothing_may_be_left_without_a_space() -> None:
    """The newest Kibana says so with status 400."""
    answer, after = update_spaces(job("a"), space="a", add=[], remove=["a"], ask=holder("*"))
    assert (answer.status, after) == (400, ("a",))
    assert cast("Any", answer.body)["message"] == "Cannot remove job 'web' from all spaces"
    model = Item("trained-model", "m", ("a",))
    refused, _ = update_spaces(model, space="a", add=[], remove=["a"], ask=holder("*"))
    assert cast("Any", refused.body)["message"] == "Cannot remove trained model 'm' from all spaces"


JOBS = st.lists(st.sampled_from("abcdef"), unique=True)


@st.composite
def states(draw: st.DrawFn) -> SyncState:
    """Jobs and saved objects that agree or not."""
    jobs = tuple(draw(JOBS))
    objects = {
        id_: SavedObject((draw(st.sampled_from(["s1", "s2", "*"])),), draw(st.sampled_from([None, "f1", "f2"])))
        for id_ in draw(JOBS)
    }
    feeds = {id_: draw(st.sampled_from(["f1", "f2"])) for id_ in jobs if draw(st.booleans())}
    return SyncState({"anomaly-detector": jobs}, {"anomaly-detector": objects}, feeds)


@settings(max_examples=60)
@given(states())
def test_one_synchronisation_by_somebody_who_may_do_all_settles_everything(state: SyncState) -> None:
    """A second one finds nothing, and simulating changes nothing."""
    body, after = sync(state, space="s1", spaces=("s1", "s2"), ask=holder("*"))
    assert sync_needed(state) == any(cast("dict[str, Any]", body).values())
    assert not sync_needed(after)
    assert sync(after, space="s1", spaces=("s1", "s2"), ask=holder("*"))[1] == after
    simulated, same = sync(state, space="s1", spaces=("s1", "s2"), ask=holder("*"), simulate=True)
    assert (simulated, same) == (body, state)


def test_creating_in_all_spaces_fails_alone_for_those_who_may_not() -> None:
    """The item is refused, the request is not; in the current space it works."""
    state = SyncState({"anomaly-detector": ("web",)}, {}, {})
    body, after = sync(state, space="a", spaces=("a",), ask=holder("a"))
    assert body["savedObjectsCreated"] == {"anomaly-detector": {"web": {"success": False}}}
    assert after == attrs.evolve(state, saved_objects={})
    body, after = sync(state, space="a", spaces=("a",), ask=holder("a"), everywhere=False)
    assert body["savedObjectsCreated"] == {"anomaly-detector": {"web": {"success": True}}}
    assert after.saved_objects["anomaly-detector"]["web"].namespaces == ("a",)


def test_saved_objects_of_spaces_one_cannot_read_are_left_alone() -> None:
    """Neither deleted nor corrected."""
    objects = {"gone": SavedObject(("b",), None)}
    state = SyncState({"anomaly-detector": ()}, {"anomaly-detector": objects}, {})
    assert sync(state, space="a", spaces=("a", "b"), ask=holder("a"))[0]["savedObjectsDeleted"] == {}
    assert sync_needed(state)
