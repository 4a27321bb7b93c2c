"""Sentences and trees: what a reader is told first, and what is not said twice."""

import shutil
from pathlib import Path

import pytest

from mlaccess import Resolver, load
from mlaccess.examples import path
from mlaccess.render.text import ASCII_MARKS, explanation_lines, explanation_text
from mlaccess.rules import AllOf, Ask, Evidence, Explanation, Finding, Verdict
from mlaccess.rules.facts import IndexPrivilege
from mlaccess.stack import FrozenMap, Origin

RESOLVER = Resolver(load(path("acme")))


def _leaf(expression: str, verdict: Verdict) -> Explanation:
    code = {Verdict.GRANTED: "index.granted", Verdict.DENIED: "index.missing"}[verdict]
    evidence = (Evidence("grant", "logs", "read on logs-*", Origin("roles.json", "/logs/indices/0")),)
    finding = Finding(
        verdict,
        code,
        FrozenMap({"privilege": "read", "expression": expression}),
        evidence if verdict is Verdict.GRANTED else (),
        () if verdict is Verdict.GRANTED else evidence,
    )
    return Explanation(Ask(IndexPrivilege(expression, "read"), "P23"), verdict, (), finding)


def test_a_tree_says_what_is_asked_what_was_found_and_where() -> None:
    """Marks, sentence ids, evidence, and on a denial the nearest miss."""
    parts = (_leaf("logs-web", Verdict.GRANTED), _leaf("shop-*", Verdict.DENIED))
    tree = Explanation(AllOf(tuple(p.rule for p in parts), title="source indices"), Verdict.DENIED, parts)
    assert explanation_text(tree).splitlines() == [
        "✗ source indices: denied",
        "├── ✓ `read` on `logs-web` [P23]: granted",
        "│       role `logs`: read on logs-* (roles.json#/logs/indices/0)",
        "└── ✗ `read` on `shop-*` [P23]: no role grants `read` on `shop-*`",
        "        nearest: role `logs`: read on logs-* (roles.json#/logs/indices/0)",
    ]
    assert explanation_text(tree, marks=ASCII_MARKS).startswith("- source indices: denied")


def test_a_tree_does_not_print_the_same_evidence_twice() -> None:
    """What stands above already is named again, and its proof is not."""
    part = _leaf("logs-web", Verdict.GRANTED)
    both = Explanation(AllOf((part.rule,), title="sources"), Verdict.GRANTED, (part,))
    tree = Explanation(AllOf((both.rule, both.rule, part.rule)), Verdict.GRANTED, (both, both, part))
    assert [line.text for line in explanation_lines(tree)] == [
        "all of: granted",
        "sources: granted",
        "`read` on `logs-web` [P23]: granted",
        "role `logs`: read on logs-* (roles.json#/logs/indices/0)",
        "sources: granted, as above",
        "`read` on `logs-web` [P23]: granted",
    ]


@pytest.mark.parametrize(
    ("user", "space", "job", "sentence"),
    [
        (
            "amira",
            "default",
            None,
            "`amira` has full access in space `default`: Machine Learning: All is held in `default`, "
            "by role `ml_engineer`",
        ),
        (
            "celia",
            "marketing",
            None,
            "`celia` has read-only access in space `marketing`, not more: "
            "no role grants Machine Learning: All in `marketing`",
        ),
        (
            "nadia",
            "default",
            "refund_spikes",
            "whether `nadia` has access to `refund_spikes` in space `default` is unknown, at most full: "
            "`refund_spikes` is assigned to a space that whoever made the export could not see",
        ),
    ],
    ids=["full", "read-only", "unknown"],
)
def test_an_access_is_one_sentence_with_its_first_reason(user: str, space: str, job: str | None, sentence: str) -> None:
    """An unsettled answer never reads like "no"."""
    assert str(RESOLVER.access(user, space=space, job=job)) == sentence


def test_a_failing_gate_is_said_to_be_no_permission_problem() -> None:
    """Nobody should go looking for a role when the licence has expired."""
    from datetime import UTC, datetime

    access = RESOLVER.access("amira", space="default", at=datetime(2040, 1, 1, tzinfo=UTC))
    assert str(access) == (
        "`amira` has no access in space `default`: not a permission problem: "
        "the enterprise licence expired on 2035-01-15"
    )


@pytest.mark.parametrize(
    "file",
    [
        "commercial/security_roles.json",
        "commercial/security_users.json",
        "commercial/security_role_mappings.json",
        "commercial/security_priv.json",
        "kibana_spaces.json",
        "licenses.json",
        "nodes.json",
        "jobs_spaces.json",
        "commercial/ml_datafeeds.json",
        "kibana_data_views.json",
        "api_keys.json",
    ],
)
def test_answers_from_an_export_that_lacks_a_file_have_words(tmp_path: Path, file: str) -> None:
    """Whatever is missing, the sentence and the tree can be printed."""
    export = tmp_path / "export"
    shutil.copytree(path("acme"), export)
    kibana_too = ("kibana_roles.json",) if file.endswith("security_roles.json") else ()
    for name in (file, *kibana_too):
        for found in export.rglob(Path(name).name):
            found.unlink()
    resolver = Resolver(load(export))
    for job in (None, "order_volume"):
        for interface in ("kibana", "api", "dev_tools"):
            access = resolver.access("amira", interface=interface, space="default", job=job)
            assert str(access)
            assert str(access.explanation)
    assert str(resolver.can("amira", "canCreateJob", space="default").explanation)


@pytest.mark.parametrize(
    ("user", "what", "said"),
    [
        ("amira", "canCreateJob", "Kibana action `ui:ml/canCreateJob` is granted, by role `ml_engineer`"),
        ("nadia", "ml.put_job", "the action is granted, by role `ml_api_operator`"),
    ],
)
def test_a_yes_names_the_privilege_and_its_role(user: str, what: str, said: str) -> None:
    """Not that the user may log in, which is asked of every capability."""
    assert str(RESOLVER.can(user, what, space="default")) == f"{what} is granted: {said}"
