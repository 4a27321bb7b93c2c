"""What roles contribute is remembered up to a number of contributions, those of all roles together."""

from collections.abc import Callable

import pytest

from mlaccess.permission import Role
from mlaccess.permission.kibana import KibanaPrivileges
from mlaccess.resolver import shares
from mlaccess.resolver.shares import Ledger, RoleShares, cluster_question, index_question, kibana_question
from mlaccess.rules.facts import (
    ClusterAction,
    ClusterPrivilege,
    IndexAction,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
)
from mlaccess.stack import IndicesGrant, RoleDescriptor

from .world import told


def test_books_are_kept_until_together_they_hold_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then all of them forget, and it begins anew."""
    monkeypatch.setattr(shares, "_REMEMBERED", 3)
    ledger = Ledger()
    books: list[dict[int, str]] = [ledger.open({}), ledger.open({})]
    kept: list[int] = []
    for number in range(9):
        books[number % 2][number] = "kept"
        ledger.count()
        kept.append(len(books[0]) + len(books[1]))
    assert kept == [1, 2, 3, 0, 1, 2, 3, 0, 1]


def test_each_contribution_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the cluster, to indices and to Kibana; asking again counts nothing."""
    monkeypatch.setattr(shares, "_REMEMBERED", 2)
    descriptor = RoleDescriptor("r", ("monitor",), (IndicesGrant(("logs-*",), ("read",)),))
    names = ("manage_ml", "monitor", "all")
    patterns = [question.pattern for name in names if (question := index_question(IndexPrivilege(name, "read")))]

    def ask_of_kibana(role: RoleShares, n: int) -> object:
        part = kibana_question(KibanaFeature((names[n],), "all", "default")).parts[0]
        book = role.in_space("default")
        assert book is not None
        return book.get(part) or role.kibana(part, "default", book)

    asks: list[Callable[[RoleShares, int], object]] = [
        lambda role, n: role.cluster(cluster_question(ClusterPrivilege(names[n]))),
        lambda role, n: role.reach(patterns[n]),
        ask_of_kibana,
    ]
    for ask in asks:
        ledger = Ledger()
        mine = ledger.open({"mine": True})
        role = RoleShares(descriptor, Role.of([descriptor]), KibanaPrivileges(None, "8.15.0"), ledger)
        kept: list[bool] = []
        for number in (0, 0, 1, 1, 2):
            ask(role, number)
            kept.append("mine" in mine)
        assert kept == [True, True, True, True, False]


def test_equal_facts_are_one_question() -> None:
    """So that what is found for one is found for the other."""
    assert cluster_question(ClusterPrivilege("manage_ml")) is cluster_question(ClusterPrivilege("manage_ml"))
    assert index_question(IndexPrivilege("a*", "read")) is index_question(IndexPrivilege("a*", "read"))
    first, second = (kibana_question(KibanaFeature(("ml",), "all", space)) for space in ("a", "b"))
    assert first.parts[0] is second.parts[0]


@pytest.mark.parametrize(
    ("expression", "plain"),
    [
        ("logs-*", True),
        ("l*b", True),
        ("ab", True),
        (".s*", True),
        ("*", False),
        ("_all", False),
        (".ml-config", False),
        (".security*", False),
        ("a**", False),
        ("a,b", False),
        ("far:a", False),
        ("/a/", False),
        ("a?", False),
    ],
)
def test_only_plain_patterns_of_this_cluster_have_a_question(expression: str, plain: bool) -> None:
    """Those about system indices have none either."""
    for fact in (IndexPrivilege(expression, "read"), IndexAction(expression, "indices:data/read/search")):
        assert (index_question(fact) is not None) is plain


def test_questions_say_what_is_found_where_no_role_comes_near() -> None:
    nothing = [
        cluster_question(ClusterPrivilege("manage_ml")).nothing,
        cluster_question(ClusterAction("cluster:x")).nothing,
        kibana_question(KibanaFeature(("discover_v2", "discover"), "all", "a")).nothing,
        kibana_question(KibanaAction("login:", "*")).nothing,
    ]
    assert [told(finding) for finding in nothing] == [
        "denied cluster.missing privilege=manage_ml",
        "denied cluster.action_missing action=cluster:x",
        "denied kibana.feature_missing feature=discover_v2 level=all space=a",
        "denied kibana.action_missing action=login: space=*",
    ]
