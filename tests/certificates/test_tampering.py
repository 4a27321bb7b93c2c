"""Whoever changes a certificate, or the export beneath it, is found: with the leaf that no longer holds."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import ACME, QUESTIONS, Body, CheckBody, CheckFiles
from .folding import LEVELS, VERDICTS, refolded

FEW = ("denied", "api key")


def places(report: Any) -> set[str]:
    """Where a report finds fault."""
    return {problem.where for problem in report.problems}


def inner(tree: Body, op: str) -> Iterator[Body]:
    """Every node of a kind in a tree."""
    for key in ("all_of", "any_of"):
        for part in tree.get(key, ()):
            yield from inner(part, op)
    if op in tree:
        yield tree


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_fresh_certificate_holds(name: str, certificates: dict[str, Body], check_files: CheckFiles) -> None:
    """With most of its leaves decided a second time."""
    report = check_files(certificates[name], ACME)
    assert report.problems == ()
    assert len(report.decided) >= 3 * len(report.read_only)
    assert {*report.decided, *report.read_only} == set(certificates[name]["leaves"])


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_changed_verdict_is_found(name: str, certificates: dict[str, Body], check_body: CheckBody) -> None:
    """Of a leaf alone, its tree gives it away; with everything above changed along, the export does.

    The second needs a leaf that plain reading decides; the others are told as read only.
    """
    for id_, leaf in certificates[name]["leaves"].items():
        for verdict in set(VERDICTS) - {leaf["verdict"]}:
            body = copy.deepcopy(certificates[name])
            body["leaves"][id_]["verdict"] = verdict
            report = check_body(refolded(body))
            assert f"leaves/{id_}" in places(report) or id_ in report.read_only
    for tree_name, tree in certificates[name]["trees"].items():
        body = copy.deepcopy(certificates[name])
        body["trees"][tree_name]["verdict"] = VERDICTS[VERDICTS.index(tree["verdict"]) - 1]
        assert places(check_body(body)) == {f"trees/{tree_name}"}


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("op", ["all_of", "any_of"])
def test_a_dropped_requirement_is_found(
    name: str, op: str, certificates: dict[str, Body], check_body: CheckBody
) -> None:
    """Even one that holds, whose absence changes no verdict: the checker knows what the page asks."""
    for tree_name in ("full", "read-only", "upload", "upload-level"):
        for i, node in enumerate(inner(certificates[name]["trees"][tree_name], op)):
            for part in range(len(node[op])):
                body = copy.deepcopy(certificates[name])
                del list(inner(body["trees"][tree_name], op))[i][op][part]
                assert check_body(refolded(body)).problems, f"{tree_name}, node {i}, part {part}"


@pytest.mark.parametrize("name", FEW)
def test_an_added_alternative_is_found(name: str, certificates: dict[str, Body], check_body: CheckBody) -> None:
    """An "or" with one more granted part would open any door."""
    granted = next(i for i, leaf in certificates[name]["leaves"].items() if leaf["verdict"] == "granted")
    for tree_name in ("full", "upload"):
        for i, _ in enumerate(inner(certificates[name]["trees"][tree_name], "any_of")):
            body = copy.deepcopy(certificates[name])
            list(inner(body["trees"][tree_name], "any_of"))[i]["any_of"].append({"leaf": granted})
            assert check_body(refolded(body)).problems


@pytest.mark.parametrize("name", FEW)
def test_a_leaf_that_asks_something_else_is_found(
    name: str, certificates: dict[str, Body], check_body: CheckBody
) -> None:
    """Another index, another space, a lower licence: the leaf that the page does not ask is named."""
    for id_, leaf in certificates[name]["leaves"].items():
        for key, value in leaf["of"].items():
            body = copy.deepcopy(certificates[name])
            body["leaves"][id_]["of"][key] = ["ml"] if isinstance(value, list) and value != ["ml"] else "other"
            assert f"leaves/{id_}" in places(check_body(body))
        body = copy.deepcopy(certificates[name])
        body["leaves"][id_]["fact"] = "MlNode" if leaf["fact"] != "MlNode" else "AccountUsable"
        body["leaves"][id_]["of"] = {}
        assert f"leaves/{id_}" in places(check_body(body))


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("key", ["level", "ceiling", "can_upload", "at_least"])
def test_a_swapped_answer_is_found(name: str, key: str, certificates: dict[str, Body], check_body: CheckBody) -> None:
    """The answer must follow from the trees."""
    for value in set(LEVELS if key in ("level", "ceiling") else VERDICTS) - {certificates[name]["answer"][key]}:
        body = copy.deepcopy(certificates[name])
        body["answer"][key] = value
        assert places(check_body(body)) == {f"answer/{key}"}


@pytest.mark.parametrize("name", FEW)
def test_another_file_or_place_is_found(name: str, certificates: dict[str, Body], check_body: CheckBody) -> None:
    """A quotation must stand where the certificate says, whichever file is cited instead."""
    body = certificates[name]
    by_evidence = {
        **{leaf["evidence"][0]: f"leaves/{id_}" for id_, leaf in body["leaves"].items() if leaf["evidence"]},
        **{held["evidence"][0]: f"caller/held/{i}" for i, held in enumerate(body["caller"]["held"])},
    }
    other = next(f for f in body["files"] if f.endswith("alias.json"))
    for id_, where in by_evidence.items():
        for change in ({"file": other}, {"pointer": "/nowhere"}, {"pointer": ""}, {"value": "something"}):
            forged = copy.deepcopy(body)
            forged["evidence"][id_] |= change
            assert where in places(check_body(forged)), change


def test_another_role_cited_for_a_role_is_found(certificates: dict[str, Body], check_body: CheckBody) -> None:
    """The place and the value are right, and it is not the role that the caller holds."""
    body = copy.deepcopy(certificates["denied"])
    first, second = (held["evidence"] for held in body["caller"]["held"])
    body["caller"]["held"][0]["evidence"], body["caller"]["held"][1]["evidence"] = second, first
    assert places(check_body(body)) == {"caller/held/0", "caller/held/1"}


def test_a_role_left_out_is_found(certificates: dict[str, Body], check_body: CheckBody) -> None:
    """A denial rests on the roles that the caller holds, so the list of them is read again."""
    body = copy.deepcopy(certificates["denied"])
    body["caller"]["roles"].remove("web_logs_reader")
    assert places(check_body(body)) == {"caller/roles"}


@pytest.mark.parametrize(("key", "value"), [("sources", []), ("sources", ["logs-web-*"]), ("destinations", ["x"])])
def test_other_indices_of_a_job_are_found(
    key: str, value: list[str], certificates: dict[str, Body], check_body: CheckBody
) -> None:
    """What a job reads stands in the export, and what is asked follows from it."""
    body = copy.deepcopy(certificates["denied"])
    body["question"]["target"][key] = value
    assert f"question/target/{key}" in places(check_body(body))


def test_another_moment_is_found(certificates: dict[str, Body], check_body: CheckBody) -> None:
    """Where the question named none, the export's own counts."""
    body = copy.deepcopy(certificates["denied"])
    body["question"]["at"] = "2030-01-01T00:00:00+00:00"
    assert "question/at" in places(check_body(body))


@pytest.mark.parametrize("change", [{"space": "legal"}, {"interface": "api"}, {"destinations": ["x"]}])
def test_another_question_is_found(change: Body, certificates: dict[str, Body], check_body: CheckBody) -> None:
    """The trees answer the question that was asked, and no other."""
    body = copy.deepcopy(certificates["denied"])
    body["question"] |= change
    assert check_body(body).problems


def test_another_caller_is_found(certificates: dict[str, Body], check_body: CheckBody) -> None:
    """The certificate of one user is none of another."""
    body = copy.deepcopy(certificates["denied"])
    body["question"]["caller"]["name"] = "petra"
    assert "caller/roles" in places(check_body(body))


@pytest.mark.parametrize("name", FEW)
def test_a_changed_export_is_found(name: str, certificates: dict[str, Body], export: Path, tmp_path: Path) -> None:
    """Each cited file in turn gets another value at a cited place: its hash differs, and the leaves on it are named."""
    from mlaccess.checker.check import Files, _Check
    from mlaccess.checker.plain import Reading

    body = certificates[name]
    cited = {evidence["file"]: id_ for id_, evidence in body["evidence"].items()}
    for file, id_ in cited.items():
        path = export / file
        before = path.read_text(encoding="utf-8")
        document = json.loads(before)
        place, *rest = reversed(body["evidence"][id_]["pointer"].split("/")[1:])
        holder = document
        for token in reversed(rest):
            holder = holder[int(token) if isinstance(holder, list) else token]
        holder[int(place) if isinstance(holder, list) else place] = "changed"
        path.write_text(json.dumps(document), encoding="utf-8")
        files = Files([export])
        report = _Check(body, files, Reading(files, body)).report()
        path.write_text(before, encoding="utf-8")
        assert f"files/{file}" in places(report)
        resting = {f"leaves/{i}" for i, leaf in body["leaves"].items() if id_ in leaf["evidence"]}
        resting |= {f"caller/held/{i}" for i, h in enumerate(body["caller"]["held"]) if id_ in h["evidence"]}
        assert resting
        assert resting <= places(report)
        assert any("another value" in p.what or "nothing is at" in p.what for p in report.problems)
    files = Files([export])
    assert _Check(body, files, Reading(files, body)).report().problems == ()


def test_a_file_that_the_certificate_keeps_quiet_about_is_found(
    certificates: dict[str, Body], check_files: CheckFiles, export: Path
) -> None:
    """A `roles.yml` would win over the API's roles, so an export with one is another export."""
    (export / "roles.yml").write_text("web_logs_reader:\n  cluster: [all]\n", encoding="utf-8")
    assert "files/roles.yml" in places(check_files(certificates["denied"], export))


def test_a_file_that_is_gone_is_found(certificates: dict[str, Body], check_files: CheckFiles, export: Path) -> None:
    """With the leaves that rest on it."""
    name = "api-diagnostics-20261102-081504/licenses.json"
    (export / name).unlink()
    found = places(check_files(certificates["denied"], export))
    assert {f"files/{name}", "leaves/L1"} <= found


def test_a_part_said_to_be_missing_is_looked_for(
    certificates: dict[str, Body], check_files: CheckFiles, export: Path
) -> None:
    """An unknown leaf says which files would settle it, and the export must not have them."""
    body = copy.deepcopy(certificates["denied"])
    body["leaves"]["L1"]["absent"] = ["licenses.json"]
    problems = check_files(body, export).problems
    assert [p.where for p in problems] == ["leaves/L1"]
    assert "licenses.json` not exported" in problems[0].what
