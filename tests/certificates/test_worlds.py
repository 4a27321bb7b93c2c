"""Certificates of generated worlds: a fresh one verifies, and a changed export is found with its leaves."""

import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlaccess import Resolver, UnknownNameError, certify, load
from mlaccess.catalog.kibana_versions import parse
from mlaccess.checker.check import Files, _Check
from mlaccess.checker.plain import Reading
from mlaccess.testing.strategies import worlds
from mlaccess.testing.worlds import World

from .exporting import export
from .folding import VERDICTS, refolded

BUDGET = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


def certified(world: World, folder: Path) -> dict[str, Any] | None:
    """The certificate of a world whose export is written to a folder.

    None where the question names nothing known, or where no export could hold the version: it is refused.
    """
    versions = (world.deployment.version, world.deployment.kibana_version)
    if any(isinstance(version, str) and parse(version) is None for version in versions):
        return None
    export(world.deployment, folder)
    question = {a.name: getattr(world.question, a.name) for a in attrs.fields(type(world.question))}
    try:
        return certify(Resolver(load(folder)), [folder], **question)
    except UnknownNameError:
        return None


@given(world=worlds(), data=st.data())
@BUDGET
def test_a_certificate_of_any_world(
    world: World, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Holds when fresh; each leaf that is decided again is found when it says anything else; so is a changed file."""
    folder = tmp_path_factory.mktemp("world")
    body = certified(world, folder)
    if body is None:
        return
    body = json.loads(json.dumps(body))
    files = Files([folder])
    report = _Check(body, files, Reading(files, body)).report()
    assert report.problems == ()
    if report.decided:
        id_ = data.draw(st.sampled_from(report.decided))
        forged = json.loads(json.dumps(body))
        forged["leaves"][id_]["verdict"] = next(v for v in VERDICTS if v != body["leaves"][id_]["verdict"])
        found = _Check(refolded(forged), files, Reading(files, forged)).report()
        assert f"leaves/{id_}" in {p.where for p in found.problems}
    cited = sorted({e["file"] for e in body["evidence"].values()})
    if cited:
        file = data.draw(st.sampled_from(cited))
        with (folder / file).open("a", encoding="utf-8") as stream:
            stream.write("\n")
        files = Files([folder])
        found = _Check(body, files, Reading(files, body)).report()
        resting = {
            f"leaves/{i}"
            for i, leaf in body["leaves"].items()
            if any(body["evidence"][e]["file"] == file for e in leaf["evidence"])
        }
        assert resting | {f"files/{file}"} <= {p.where for p in found.problems}
