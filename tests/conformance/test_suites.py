"""Elasticsearch's and Kibana's own tests and Lucene's answers, restated as data, asked of this project."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from mlaccess.automata import Language
from mlaccess.catalog.privileges import cluster_actions, index_actions
from tests.conformance import elasticsearch, identities, kibana, lucene
from tests.conformance.tally import TALLY

ADAPTERS: dict[str, Callable[[Any, Any], None]] = {**elasticsearch.ADAPTERS, **identities.ADAPTERS}
OUT_OF_SCOPE: dict[str, str] = {**elasticsearch.OUT_OF_SCOPE, **identities.OUT_OF_SCOPE}


def _attempt(suite: str, kind: str, check: Callable[[], object]) -> str | None:
    """Run one check and count it; whatever goes wrong is a failure of that check, with its text."""
    problem = None
    try:
        check()
    except FileNotFoundError as error:  # the suite that was given lacks a file which the case names
        TALLY.leave_out(suite, kind, str(error))
        return None
    except AssertionError as error:
        problem = str(error) or "disagrees"
    except Exception as error:  # a crash is a wrong answer too; it is reported with all others
        problem = f"{type(error).__name__}: {error}"
    TALLY.count(suite, kind, problem)
    return problem


def _line(check: Callable[[dict[str, Any]], None], text: str) -> None:
    check(json.loads(text))


def _report(problems: list[str]) -> None:
    assert not problems, "\n".join([f"{len(problems)} disagree:", *problems[:20]])


def test_a_file_of_a_suite_can_be_read(suite_file: Path) -> None:
    """It holds JSON, or JSON on each line: what cannot be read would be left out without a word."""
    text = suite_file.read_text(encoding="utf-8")
    for part in text.split("\n") if suite_file.suffix == ".jsonl" else [text]:
        if part.strip():
            json.loads(part)


def test_elasticsearch_decides_the_same(elasticsearch_case: tuple[str, dict[str, Any]]) -> None:
    """Every assertion of one of Elasticsearch's own test cases holds."""
    suite, case = elasticsearch_case
    problems: list[str] = []
    for number, assertion in enumerate(case.get("assertions") or ()):
        kind = assertion["kind"]
        name = f"elasticsearch/{suite}"
        if kind in OUT_OF_SCOPE:
            TALLY.leave_out(name, kind, OUT_OF_SCOPE[kind])
        elif assertion in lucene.DISPUTED:
            TALLY.leave_out(name, kind, "derived upstream, and contradicted by what Lucene itself answers")
        elif kind in lucene.KINDS:
            problem = _attempt(name, kind, partial(lucene.check_pattern_case, assertion))
            problems += [f"#{number} {kind}: {problem}"] if problem else []
        else:
            adapter = ADAPTERS.get(kind)
            if adapter is None:
                TALLY.count(name, kind, "no adapter")
                problems.append(f"#{number}: no adapter for kind `{kind}`")
                continue
            problem = _attempt(name, kind, partial(adapter, case, assertion))
            problems += [f"#{number} {kind} {json.dumps(assertion)[:300]}: {problem}"] if problem else []
    _report(problems)


def test_lucene_matches_the_same_names(match_lines: list[str]) -> None:
    """A name is in a pattern's language exactly where Lucene says so."""
    problems = [_attempt("lucene", "match", partial(_line, lucene.check_match, text)) for text in match_lines]
    _report([p for p in problems if p])


def test_lucene_compares_languages_the_same(subset_lines: list[str]) -> None:
    """Inclusion, equality, overlap, emptiness and shortest witnesses are Lucene's."""
    problems = [_attempt("lucene", "subset", partial(_line, lucene.check_subset, text)) for text in subset_lines]
    _report([p for p in problems if p])


def test_named_privileges_imply_each_other_as_lucene_says(implication: tuple[str, dict[str, Any]]) -> None:
    """For every pair of named privileges, the actions of one are among the other's exactly where Lucene says so."""
    scope, table = implication
    actions = cluster_actions if scope == "cluster" else index_actions
    languages = {name: actions(frozenset({name})) for name in table["names"]}
    problems: list[str | None] = []
    for a in table["names"]:
        implied = set(table["implies"].get(a, ()))
        for b in table["names"]:
            if a != b:
                check = partial(_same_implication, languages, a, b, b in implied)
                problems.append(_attempt("lucene", f"implication of {scope} privileges", check))
    _report([p for p in problems if p])


def _same_implication(languages: dict[str, Language], holder: str, name: str, expected: bool) -> None:
    found = languages[holder].includes(languages[name])
    assert found is expected, f"`{holder}` implies `{name}`: {found}, not {expected}"


def test_kibana_answers_the_same(kibana_case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """One of Kibana's own unit, API or functional tests holds, for its version profile."""
    head, case = kibana_case
    kind = str(case.get("id", "case")).split(".")[0]
    reason = kibana.out_of_scope(case)
    if reason is not None:
        TALLY.leave_out("kibana", kind, reason)
        return
    problem = _attempt("kibana", kind, partial(kibana.check_case, case, head))
    _report([problem] if problem else [])
