"""Which judges are kept: the latest few, and those of callers who come again."""

import pytest

from mlaccess.resolver import Resolver, judges
from mlaccess.resolver.judges import Judges
from mlaccess.stack import Deployment, User


@pytest.fixture
def resolver() -> Resolver:
    return Resolver(Deployment(users=[User(name) for name in "ab"]))


def test_the_latest_judges_are_kept_and_forgotten_together(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judges, "_LATEST", 2)
    kept = Judges()
    found = {name: resolver.judge_of_roles(()) for name in "abc"}
    for name in "ab":
        kept.put(name, found[name])
    assert [kept.get(name) for name in "abc"] == [found["a"], found["b"], None]
    kept.put("c", found["c"])
    assert [kept.get(name) for name in "abc"] == [None, None, found["c"]]


def test_who_comes_again_is_kept_for_longer(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others who come once do not drive them out; others who come again do, when there are too many."""
    monkeypatch.setattr(judges, "_LATEST", 1)
    monkeypatch.setattr(judges, "_RETURNING", 2)
    kept = Judges()
    for name in "abab":
        kept.put(name, resolver.judge_of_roles(()))
    for name in "cde":
        kept.put(name, resolver.judge_of_roles(()))
    assert [kept.get(name) is not None for name in "abcde"] == [True, True, False, False, True]
    kept.put("c", resolver.judge_of_roles(()))
    assert [kept.get(name) is not None for name in "abcde"] == [False, False, True, False, True]


def test_so_many_names_are_remembered_and_no_more(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose name is forgotten comes for the first time again."""
    monkeypatch.setattr(judges, "_LATEST", 1)
    monkeypatch.setattr(judges, "_NAMES", 2)
    kept = Judges()
    for name in "abcad":
        kept.put(name, resolver.judge_of_roles(()))
    assert kept.get("a") is None


def test_a_judge_that_is_kept_answers_again(resolver: Resolver) -> None:
    first = resolver.judge("a")
    assert resolver.judge("a") is first
    assert resolver.judge("b") is not first
