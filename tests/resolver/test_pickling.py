"""An answer can be sent to another process or kept: it takes its reasons along, and not the deployment."""

import pickle

import pytest

from mlaccess import Resolver, load
from mlaccess.analysis import fixes
from mlaccess.examples import path
from mlaccess.rules.facts import ClusterPrivilege
from mlaccess.stack import Deployment


@pytest.fixture(scope="module")
def acme() -> Deployment:
    """The example deployment."""
    return load(path("acme"))


QUESTIONS = [
    ("bruno", {"space": "default", "job": "web_request_rate"}),
    ("amira", {"space": "default"}),
    ("nobody", {"space": "fraud"}),
    ("nadia", {"interface": "api"}),
]


@pytest.mark.parametrize(("user", "question"), QUESTIONS)
def test_an_access_says_the_same_afterwards(acme: Deployment, user: str, question: dict[str, str]) -> None:
    """Levels, reasons, warnings and disagreements; pickling it again changes nothing."""
    access = Resolver(acme).access(user, **question)  # type: ignore[arg-type]
    kept = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(access))))
    assert str(kept) == str(access)
    assert repr(kept) == repr(access)
    assert (kept.level, kept.ceiling, kept.can_upload) == (access.level, access.ceiling, access.can_upload)
    assert kept.explanation == access.explanation
    assert kept.exposure == access.exposure
    assert [(d.row.id, d.meaning, str(d.enforced)) for d in kept.discrepancies] == [
        (d.row.id, d.meaning, str(d.enforced)) for d in access.discrepancies
    ]


def test_an_enforced_decision_keeps_what_the_api_would_answer(acme: Deployment) -> None:
    """Status and message as before."""
    decision = Resolver(acme).can("bruno", "ml.put_job")
    kept = pickle.loads(pickle.dumps(decision))
    assert kept.answer == decision.answer
    assert kept.answer is not None
    assert kept.explanation == decision.explanation
    assert kept.not_asked == decision.not_asked


def test_a_kept_answer_is_small_and_holds_no_deployment(acme: Deployment) -> None:
    """No other user or role is in it."""
    told = pickle.dumps(Resolver(acme).access("bruno", space="default"))
    assert b"kenza" not in told
    assert len(told) < len(pickle.dumps(acme)) / 10


def test_a_kept_answer_can_still_be_fixed_but_not_asked_anything_new(acme: Deployment) -> None:
    """The resolver knows the deployment; the answer knows its own facts alone."""
    resolver = Resolver(acme)
    access = resolver.access("celia", space="fraud")
    kept = pickle.loads(pickle.dumps(access))
    assert str(fixes(resolver, kept)) == str(fixes(resolver, access))
    with pytest.raises(LookupError, match="ask a resolver"):
        kept.full.judge(ClusterPrivilege("manage_watcher"))


def test_a_resolver_is_sent_to_another_process_as_its_deployment(acme: Deployment) -> None:
    """However much it was asked before."""
    resolver = Resolver(acme)
    told = str(resolver.access("celia", space="fraud"))
    resolver.levels([("celia", "fraud", None)])
    kept = pickle.loads(pickle.dumps(resolver))
    assert kept.deployment == acme
    assert str(kept.access("celia", space="fraud")) == told
    assert len(pickle.dumps(resolver)) < len(pickle.dumps(acme)) + 200
