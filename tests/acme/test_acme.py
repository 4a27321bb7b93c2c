"""The example deployment: every question has the level, ceiling and upload verdict that its authors expect."""

import json
from pathlib import Path
from typing import Any

import pytest

from mlaccess import Identity, Resolver, load
from mlaccess.examples import path
from mlaccess.stack import FrozenMap, freeze

EXPECTED = json.loads(Path(__file__).with_name("expected.json").read_text(encoding="utf-8"))
ACME = path("acme").parent

_resolvers: dict[str, Resolver] = {}


def resolver_for(question: dict[str, Any]) -> Resolver:
    """The resolver of the export as the question wants it: some files left out, some replaced."""
    without, replace = question.get("without") or [], question.get("replace") or {}
    key = json.dumps([without, replace])
    if key not in _resolvers:
        deployment = load(ACME / "export", without=without, replace={name: ACME / to for name, to in replace.items()})
        _resolvers[key] = Resolver(deployment)
    return _resolvers[key]


def identity_of(given: dict[str, Any]) -> Identity:
    """An external identity as a question states it."""
    metadata = freeze(given["metadata"]) if given.get("metadata") is not None else None
    return Identity(
        given["username"],
        realm=given.get("realm"),
        realm_type=given.get("realm_type"),
        dn=given.get("dn"),
        groups=tuple(given["groups"]) if given.get("groups") is not None else None,
        metadata=metadata if isinstance(metadata, FrozenMap) else None,
    )


@pytest.mark.parametrize("question", EXPECTED["questions"], ids=lambda q: q["id"])
def test_a_question_has_its_expected_answer(question: dict[str, Any]) -> None:
    """Level, ceiling and upload verdict are those of the expected answers, variants and left-out files included."""
    identity, api_key = question.get("identity"), question.get("api_key")
    access = resolver_for(question).access(
        None if api_key else identity_of(identity) if identity else question["user"],
        api_key=api_key,
        interface=question["interface"],
        space=question.get("space"),
        job=question.get("job"),
        job_type=question.get("job_type"),
        model=question.get("model"),
        sources=question.get("sources"),
        destinations=question.get("destinations"),
    )
    found = (access.level.word, access.ceiling.word, access.can_upload.word)
    assert found == (question["level"], question["ceiling"], question["can_upload"]), question["reason"]


@pytest.mark.parametrize("row", EXPECTED["exposure"], ids=lambda r: f"{r['space']}-{r['job']}")
def test_results_visible_without_the_sources_are_noted_for_exactly_the_expected_users(row: dict[str, Any]) -> None:
    """Page sentence P30: who sees the results of a job in a space without `read` on its sources."""
    resolver = resolver_for({})
    users = resolver.deployment.users
    certain, possible = set(), set()
    for name, user in users.items():
        if user.reserved:
            continue
        for note in resolver.access(name, space=row["space"], job=row["job"]).exposure:
            (certain if note.verdict.word == "granted" else possible).add(name)
    interpretation = set(row.get("interpretation_users") or ())
    assert certain - interpretation == set(row["users"])
    assert possible - interpretation == set(row["possible"])
    assert interpretation <= certain | possible


@pytest.mark.parametrize("row", EXPECTED["exposure_api"], ids=lambda r: r["job"])
def test_results_visible_through_the_apis_are_noted_for_exactly_the_expected_users(row: dict[str, Any]) -> None:
    """Page sentence P16, and holders of equivalent cluster privileges."""
    resolver = resolver_for({})
    exposed = {
        name
        for name, user in resolver.deployment.users.items()
        if not user.reserved
        and any(n.verdict.word == "granted" for n in resolver.access(name, interface="api", job=row["job"]).exposure)
    }
    assert exposed == {*row["users"], *row["equivalent"]}


@pytest.mark.parametrize("row", EXPECTED["saved_objects"], ids=lambda r: f"{r['user']}-{r['space']}-{r['type']}")
def test_saved_objects_come_with_the_privileges(row: dict[str, Any]) -> None:
    """Page sentence P17: which saved-object types a user may read or write in a space."""
    found = resolver_for({}).saved_objects(row["user"], space=row["space"], type=row["type"])
    assert (found.certain, found.ceiling) == (row["access"], row["access"]), row["reason"]
