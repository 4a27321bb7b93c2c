"""Forged certificates are never said to hold: what is told as holding is what the export says of its question."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlaccess import Resolver, certify, load
from mlaccess.checker import Report
from mlaccess.checker.check import Files, _Check
from mlaccess.checker.plain import Reading
from mlaccess.cli import main
from mlaccess.stack import FrozenMap, Identity, NotExported
from mlaccess.testing.strategies import worlds
from mlaccess.testing.worlds import World

from .conftest import ACME, QUESTIONS, Body, CheckBody
from .folding import VERDICTS, refolded
from .test_worlds import certified


def saml(*groups: str, **known: Any) -> Identity:
    """Somebody who comes by SAML."""
    return Identity("t.anders", "saml-acme", "saml", None, groups, FrozenMap(known), dn_known=True)


ASKED: dict[str, dict[str, Any]] = {
    **QUESTIONS,
    "reserved": {"user": "elastic", "space": "default", "job": "order_volume"},
    "service account": {"user": "elastic/kibana", "interface": "api"},
    "external without roles": {"user": saml(), "space": "marketing"},
    "external": {"user": saml("marketing-analysts"), "space": "marketing", "job": "campaign_clicks"},
    "external lead": {"user": saml("fraud-leads", contractor=False), "interface": "api", "destinations": ["x"]},
    "external contractor": {"user": saml("fraud-leads", contractor=True), "space": "default"},
}


@pytest.fixture(scope="module")
def bodies() -> dict[str, Body]:
    """A true certificate for each question."""
    resolver = Resolver(load(ACME))
    return {name: json.loads(json.dumps(certify(resolver, [ACME], **asked))) for name, asked in ASKED.items()}


def holds(report: Report) -> bool:
    """What ends in exit code 0."""
    return not report.problems and not report.unproved


def verdicts(body: Body) -> Iterator[Body]:
    """Each leaf says something else, and everything above it follows."""
    for id_, leaf in body["leaves"].items():
        for verdict in set(VERDICTS) - {leaf["verdict"]}:
            forged = copy.deepcopy(body)
            forged["leaves"][id_]["verdict"] = verdict
            yield refolded(forged)
    for verdict in VERDICTS:
        forged = copy.deepcopy(body)
        for leaf in forged["leaves"].values():
            leaf["verdict"] = verdict
        yield refolded(forged)


def evidence(body: Body) -> Iterator[Body]:
    """The evidence of each leaf is that of a leaf of another kind: true, and beside the point."""
    for id_, leaf in body["leaves"].items():
        for other in body["leaves"].values():
            related = {"ClusterPrivilege", "IndexPrivilege", "KibanaFeature"}
            same = leaf["fact"] == other["fact"] or {leaf["fact"], other["fact"]} <= related
            nodes = {leaf["fact"], other["fact"]} <= {"MlNode", "MlEnabledEverywhere"}
            held = {leaf["fact"], other["fact"]} & related and "AccountUsable" in (leaf["fact"], other["fact"])
            if other["evidence"] and not (same or nodes or held):
                forged = copy.deepcopy(body)
                forged["leaves"][id_]["evidence"] = other["evidence"]
                yield forged


def roles(body: Body) -> Iterator[Body]:
    """A role is left out, called otherwise or added, among those that the caller has and those in force."""
    for i, name in enumerate(body["caller"]["roles"]):
        for change in ([], ["forged"], [name, name], [name, "forged"]):
            forged = copy.deepcopy(body)
            forged["caller"]["roles"][i : i + 1] = change
            yield forged
    for i, _ in enumerate(body["caller"]["held"]):
        forged = copy.deepcopy(body)
        del forged["caller"]["held"][i]
        yield forged
        forged = copy.deepcopy(body)
        forged["caller"]["held"][i]["role"] = "forged"
        yield forged
    forged = copy.deepcopy(body)
    forged["caller"]["roles"].append("forged")
    yield forged
    for key in ("undefined", "dropped"):
        forged = copy.deepcopy(body)
        forged["caller"][key] = ["forged"]
        yield forged


def shapes(body: Body) -> Iterator[Body]:
    """Each node of each tree loses a part, gets one twice, or turns from "and" to "or" and back."""

    def nodes(tree: Body) -> Iterator[Body]:
        yield tree
        for key in ("all_of", "any_of"):
            for part in tree.get(key, ()):
                yield from nodes(part)

    for name, tree in body["trees"].items():
        for i, node in enumerate(nodes(tree)):
            if "leaf" in node:
                continue
            key, other = ("all_of", "any_of") if "all_of" in node else ("any_of", "all_of")
            for part in range(len(node[key])):
                forged = copy.deepcopy(body)
                del list(nodes(forged["trees"][name]))[i][key][part]
                yield refolded(forged)
            if node[key]:
                forged = copy.deepcopy(body)
                list(nodes(forged["trees"][name]))[i][key].append(node[key][0])
                yield refolded(forged)
                forged = copy.deepcopy(body)
                at = list(nodes(forged["trees"][name]))[i]
                at[other] = at.pop(key)
                yield refolded(forged)


FORGERIES = {"verdicts": verdicts, "evidence": evidence, "roles": roles, "shapes": shapes}


@pytest.mark.parametrize("name", ASKED)
def test_a_true_certificate_holds_or_says_what_it_rests_on(
    name: str, bodies: dict[str, Body], check_body: CheckBody
) -> None:
    """External callers and listed ones. What was not proved is a leaf that was only read."""
    report = check_body(bodies[name])
    assert report.problems == ()
    read = {f"leaves/{id_}" for id_ in report.read_only}
    assert {m.where for m in report.unproved} <= read
    assert holds(report) == (name != "full")


@pytest.mark.parametrize("kind", FORGERIES)
@pytest.mark.parametrize("name", ASKED)
def test_no_forgery_holds(name: str, kind: str, bodies: dict[str, Body], check_body: CheckBody) -> None:
    """Where a leaf that does not matter says something else, the answer is still the right one."""
    for forged in FORGERIES[kind](bodies[name]):
        if holds(check_body(forged)):
            assert kind == "verdicts"
            assert forged["answer"] == bodies[name]["answer"]
            changed = [
                i for i, leaf in forged["leaves"].items() if leaf["verdict"] != bodies[name]["leaves"][i]["verdict"]
            ]
            assert set(changed) <= set(check_body(forged).read_only)


@pytest.mark.parametrize(
    "change",
    [
        {"groups": []}, {"groups": ["fraud-leads"]}, {"realm": "other"}, {"realm_type": "ldap"}, {"name": "x"},
        {"metadata": {"contractor": True}}, {"dn": "cn=x,dc=y"}, {"kind": "user"}, {"kind": "api_key"},
        {"kind": "service_account"}, {"realm_type": "native"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["external", "external lead", "external contractor"])
def test_another_external_caller_is_found_or_answered_alike(
    name: str, change: Body, bodies: dict[str, Body], check_body: CheckBody
) -> None:
    """Who is asked about decides the roles: a certificate that holds for another is one that the other would get."""
    body = copy.deepcopy(bodies[name])
    body["question"]["caller"] |= change
    if holds(check_body(body)):
        told = body["question"]["caller"]
        assert told["kind"] == "identity"
        who = Identity(
            told["name"], told["realm"], told["realm_type"], told.get("dn"), tuple(told["groups"]),
            FrozenMap(told["metadata"]), dn_known=True,
        )  # fmt: skip
        true = certify(Resolver(load(ACME)), [ACME], **{**ASKED[name], "user": who})
        assert (true["answer"], true["caller"]["roles"]) == (body["answer"], body["caller"]["roles"])


@pytest.mark.parametrize("name", ["denied", "read-only", "analytics", "unknown", "external", "upload"])
def test_another_space_throughout_is_found_or_answered_alike(
    name: str, bodies: dict[str, Body], check_body: CheckBody
) -> None:
    """The question and every leaf name another space: it holds only where that space would get the same answer."""
    resolver = Resolver(load(ACME))
    spaces = resolver.deployment.spaces
    assert not isinstance(spaces, NotExported)
    for space in (*spaces, "no-such-space"):
        body = copy.deepcopy(bodies[name])
        body["question"]["space"] = space
        for leaf in body["leaves"].values():
            leaf["of"] |= {"space": space} if "space" in leaf["of"] else {}
            leaf["evidence"] = []
        if holds(check_body(body)):
            true = certify(resolver, [ACME], **{**ASKED[name], "space": space})
            assert true["answer"] == body["answer"]


def test_access_forged_for_somebody_without_roles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An external user without any role is made full, and every quotation stays true: it does not hold."""
    file = tmp_path / "forged.json"
    body = json.loads(json.dumps(certify(Resolver(load(ACME)), [ACME], **ASKED["external without roles"])))
    for leaf in body["leaves"].values():
        leaf["verdict"] = "granted"
    file.write_text(json.dumps(refolded(body)), encoding="utf-8")
    assert body["answer"]["level"] == "full"
    assert main(["verify", str(file), "example:acme"]) == 1
    assert capsys.readouterr().out.startswith("does not hold: identity `t.anders`")


def test_what_rests_on_reading_alone_is_not_proved(
    bodies: dict[str, Body], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With exit code 3 and the leaf; without a second reading nothing is proved."""
    file = tmp_path / "nadia.json"
    file.write_text(json.dumps(bodies["full"]), encoding="utf-8")
    assert main(["verify", str(file), "example:acme"]) == 3
    out = capsys.readouterr().out
    assert out.startswith("not proved: user `nadia`")
    assert "the answer depends on it" in out
    report = _Check(bodies["denied"], Files([ACME]), None).report()
    assert report.problems == ()
    assert {m.where for m in report.unproved} <= {f"leaves/{i}" for i in bodies["denied"]["leaves"]}
    assert report.unproved


@given(world=worlds(), data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_holds_is_true_in_any_world(
    world: World, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A certificate changed at random and made consistent: if it holds, it answers as the export does."""
    folder = tmp_path_factory.mktemp("world")
    found = certified(world, folder)
    if found is None:
        return
    body = json.loads(json.dumps(found))
    files = Files([folder])
    for forge in FORGERIES.values():
        forgeries = list(forge(body))
        for forged in data.draw(st.lists(st.sampled_from(forgeries), max_size=8)) if forgeries else ():
            if holds(_Check(forged, files, Reading(files, forged)).report()):
                assert forged["answer"] == body["answer"], attrs.asdict(world.question, recurse=False)
                assert sorted(forged["caller"]["roles"]) == sorted(body["caller"]["roles"])
