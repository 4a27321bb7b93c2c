"""With an input file removed, an answer stays or becomes unknown. It never flips."""

from itertools import combinations
from pathlib import Path

import pytest

from mlaccess import Resolver, Verdict, load
from mlaccess.examples import path
from mlaccess.resolver import Access

ACME = path("acme")
FILES = sorted(str(p.relative_to(ACME)) for p in ACME.rglob("*.json") if "manifest" not in p.name)
QUESTIONS = [
    ("amira", "kibana", "default", "web_request_rate", None),
    ("celia", "kibana", "marketing", "campaign_clicks", None),
    ("hugo", "kibana", "fraud", "fraud_outliers", None),
    ("farid", "kibana", "ops", "platform_heartbeat", None),
    ("petra", "kibana", "marketing", None, None),
    ("rosa", "kibana", "legal", None, None),
    ("quinn", "kibana", "default", None, None),
    ("umar", "kibana", "ops", "edge_store_traffic", None),
    ("mira", "api", None, "web_request_rate", None),
    ("nadia", "api", None, "order_value_regression", None),
    ("lars", "dev_tools", None, None, None),
    ("celia", "kibana", "marketing", None, "support_ticket_ner"),
]


def answers(resolver: Resolver) -> list[Access]:
    """The access to every question."""
    return [
        resolver.access(user, interface=interface, space=space, job=job, model=model)
        for user, interface, space, job, model in QUESTIONS
    ]


WHOLE = answers(Resolver(load(ACME)))


def check(without: tuple[str, ...]) -> None:
    """Compare every decision with that of the whole export."""
    for whole, partial in zip(WHOLE, answers(Resolver(load(ACME, without=without))), strict=True):
        for name in ("full", "read_only", "upload"):
            before, after = getattr(whole, name).verdict, getattr(partial, name).verdict
            assert after in (before, Verdict.UNKNOWN), f"{whole!r}: {name} {before.word} -> {after.word}"
        assert partial.level <= whole.level
        assert partial.ceiling >= whole.ceiling


@pytest.mark.parametrize("file", FILES, ids=lambda f: Path(f).name)
def test_without_one_file_no_answer_flips(file: str) -> None:
    """Whatever file is left out, what is still certain is what it was."""
    check((file,))


SETTLING = ("security_roles.json", "kibana_roles.json", "security_priv.json", "security_users.json", "nodes.json")


@pytest.mark.parametrize("files", list(combinations(SETTLING, 2)), ids="+".join)
def test_without_two_files_that_stand_in_for_each_other_no_answer_flips(files: tuple[str, str]) -> None:
    """Files that say the same in two ways may both be missing."""
    check(files)
