"""Whoever uses the library without a type checker is told what was expected, where the value was given."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from mlaccess import AccessLevel, Identity, Resolver
from mlaccess.analysis import diff, exposure, fixes, lint, matrix, totals, what_if, who_can
from mlaccess.stack import (
    ApplicationGrant,
    Deployment,
    FrozenMap,
    IndicesGrant,
    Node,
    RoleDescriptor,
    RoleMapping,
    Space,
    User,
    Users,
)

from .world import world

Given = Any


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda r: r.access(5), "a caller is a user's name or an Identity, found 5"),
        (lambda r: r.access("otto", space=5), "`space` must be a text, found 5"),
        (lambda r: r.access("otto", job=["web"]), "`job` must be a text, found ['web']"),
        (lambda r: r.access("otto", model=5), "`model` must be a text, found 5"),
        (lambda r: r.access(api_key=5), "`api_key` must be a text, found 5"),
        (lambda r: r.access("otto", at="2026-01-01"), "a datetime is expected, found '2026-01-01'"),
        (lambda r: r.can("otto", 5), "`what` must be a text, found 5"),
        (lambda r: r.levels([("otto", None, None)], at="now"), "a datetime is expected, found 'now'"),
        (lambda r: r.levels([("otto", None, None), ("otto",)]), "question 1: expected (user, space, job): not enough"),
        (lambda r: r.levels([5]), "question 0: expected (user, space, job): "),
        (
            lambda r: r.levels([(5, None, None)]),
            "question 0: expected (user, space, job): `user` must be a text, found 5",
        ),
        (
            lambda r: r.levels([("otto", ["a"], None)]),
            "question 0: expected (user, space, job): `space` must be a text",
        ),
        (
            lambda r: r.levels([("otto", None, 5)]),
            "question 0: expected (user, space, job): `job` must be a text, found 5",
        ),
        (lambda r: r.access("otto").decision(3), "a level is an AccessLevel or its word, found 3"),
        (lambda r: r.access("otto").reaches(None), "a level is an AccessLevel or its word, found None"),
        (lambda r: fixes(r, r.access("otto"), to=3), "a level is an AccessLevel or its word, found 3"),
        (lambda r: fixes(r.deployment, r.access("otto")), "a Resolver is expected, found "),
        (lambda r: who_can(r.deployment, "full"), "a Resolver is expected, found "),
        (lambda r: who_can(r, 3), "a level is an AccessLevel or its word, found 3"),
        (lambda r: matrix(r.deployment, rows="user", cols="space"), "a Resolver is expected, found "),
        (lambda r: matrix(r, rows="user", cols="job", space=5), "`space` must be a text, found 5"),
        (lambda r: totals(r, at="now"), "a datetime is expected, found 'now'"),
        (lambda r: exposure(r.deployment), "a Resolver is expected, found "),
        (lambda r: lint(r), "a Deployment is expected, found "),
        (lambda r: diff(r, 5), "a Deployment is expected, found 5"),
        (lambda r: what_if(r, "x"), "a change of `mlaccess.analysis.changes` is expected, found 'x'"),
        (lambda r: Resolver("x"), "a Deployment is expected, found 'x'"),
    ],
)
def test_something_else_in_place_of_a_value_is_named(ask: Callable[[Given], object], words: str) -> None:
    """As a `TypeError`, by its name or by what was expected."""
    with pytest.raises(TypeError) as caught:
        ask(Resolver(world()))
    assert str(caught.value).startswith(words)


def test_what_a_resolver_is_asked_about_stays_the_same() -> None:
    """What it remembers is about that deployment."""
    resolver = Resolver(world())
    with pytest.raises(AttributeError):
        resolver.deployment = world(version="8.0.0")  # type: ignore[misc]


def test_an_empty_name_is_no_caller() -> None:
    """It would be a user that no export lists."""
    with pytest.raises(ValueError, match="the name of a caller is empty"):
        Resolver(world()).access("")


def test_the_word_of_a_level_is_taken_wherever_a_level_is() -> None:
    """As `who_can` and the command line take it."""
    resolver = Resolver(world())
    access = resolver.access("otto", space="sales")
    for level in (AccessLevel.FULL, AccessLevel.READ_ONLY, AccessLevel.UPLOAD):
        assert access.decision(level.word) is access.decision(level)
        assert access.reaches(level.word) is access.reaches(level)
        assert who_can(resolver, level.word, space="sales").certain == who_can(resolver, level, space="sales").certain
        found, named = (fixes(resolver, access, to=to) for to in (level, level.word))
        assert list(map(str, found.fixes)) == list(map(str, named.fixes))
    with pytest.raises(ValueError, match="`reader` is not a level"):
        access.decision("reader")


def test_lists_and_dicts_become_immutable() -> None:
    """A deployment written by hand is equal to one of tuples and maps, and can be hashed."""
    grant = IndicesGrant(["logs-*"], ["read"])
    role = RoleDescriptor(
        "r",
        cluster=["monitor_ml"],
        indices=[grant],
        applications=[ApplicationGrant("kibana-.kibana", ["feature_ml.read"], ["space:a"])],
        metadata={"a": [1, {"b": None}]},
    )
    assert role == RoleDescriptor(
        "r",
        cluster=("monitor_ml",),
        indices=(IndicesGrant(("logs-*",), ("read",)),),
        applications=(ApplicationGrant("kibana-.kibana", ("feature_ml.read",), ("space:a",)),),
        metadata=FrozenMap({"a": (1, FrozenMap({"b": None}))}),
    )
    values = (
        role,
        User("ana", ["r"], metadata={}),
        Identity("ana", groups=["g"], metadata={"m": [1]}),
        Node("n", "n", ["ml"], {"xpack.ml.enabled": True}),
        RoleMapping("m", True, {"field": {"groups": ["g"]}}, ["r"]),
        Space("a", disabled_features=["ml"]),
    )
    assert all(isinstance(hash(value), int) for value in values)
    by_hand = attrs.evolve(world(), users=[User("ana", ["superuser"])])
    assert by_hand.users == Users([User("ana", ("superuser",))])
    assert (
        Resolver(by_hand).can("ana", "ml.put_job").granted
        == Resolver(by_hand).access("ana", interface="api").full.granted
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: IndicesGrant("logs-*", ["read"]),
        lambda: RoleDescriptor("r", cluster="monitor_ml"),
        lambda: User("ana", "superuser"),
        lambda: Identity("ana", groups="g"),
        lambda: Space("a", disabled_features="ml"),
        lambda: IndicesGrant(5, ["read"]),  # type: ignore[arg-type]
    ],
)
def test_one_text_in_place_of_a_list_of_names_is_refused(make: Callable[[], object]) -> None:
    """Its letters would be the names."""
    with pytest.raises(TypeError, match="expected a list of texts, found"):
        make()


def test_metadata_is_an_object() -> None:
    """Also where it comes from JSON by hand."""
    with pytest.raises(TypeError, match="expected an object, found"):
        Identity("ana", metadata=["a"])  # type: ignore[arg-type]


def test_a_moment_without_a_zone_is_utc() -> None:
    """For every reading alike."""
    resolver = Resolver(world())
    naive, aware = datetime(2030, 1, 1), datetime(2030, 1, 1, tzinfo=UTC)  # what is tested
    assert resolver.access("otto", at=naive).level is resolver.access("otto", at=aware).level
    assert isinstance(resolver.deployment, Deployment)
