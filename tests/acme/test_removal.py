"""With an input file removed, an answer stays or becomes unknown. It never flips."""

from itertools import combinations
from pathlib import Path

import pytest

from mlaccess import LoadError, Resolver, Verdict, load
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


FORBIDDEN = '{"error": {"type": "security_exception", "reason": "action is unauthorized"}, "status": 403}'


@pytest.mark.parametrize("file", FILES, ids=lambda f: Path(f).name)
def test_a_file_that_holds_an_error_instead_of_an_answer_counts_as_missing(file: str, tmp_path: Path) -> None:
    """Collectors save whatever the server said. A refusal is no empty list."""
    (tmp_path / "refused.json").write_text(FORBIDDEN, encoding="utf-8")
    refused = Resolver(load(ACME, replace={file: tmp_path / "refused.json"}))
    left_out = Resolver(load(ACME, without=(file,)))
    for one, other in zip(answers(refused), answers(left_out), strict=True):
        assert (one.level, one.ceiling, one.can_upload) == (other.level, other.ceiling, other.can_upload)


@pytest.mark.parametrize("file", FILES, ids=lambda f: Path(f).name)
def test_a_broken_file_counts_as_missing_where_it_is_not_an_error(file: str, tmp_path: Path) -> None:
    """With `keep_going`, a truncated file is not exported, with that reason; without, nothing is answered."""
    text = (ACME / file).read_text(encoding="utf-8").rstrip()
    (tmp_path / "broken.json").write_text(text[: len(text) // 2], encoding="utf-8")
    with pytest.raises(LoadError):
        load(ACME, replace={file: tmp_path / "broken.json"})
    broken = Resolver(load(ACME, replace={file: tmp_path / "broken.json"}, keep_going=True))
    left_out = Resolver(load(ACME, without=(file,)))
    for one, other in zip(answers(broken), answers(left_out), strict=True):
        assert (one.level, one.ceiling, one.can_upload) == (other.level, other.ceiling, other.can_upload)
