"""Where files lie is not access: one folder, several inputs in any order, and archives are read the same."""

import random
import shutil
import zipfile
from pathlib import Path

import pytest

from mlaccess import Deployment, Resolver, load
from mlaccess.examples import path

ACME = path("acme")
ROOTS = sorted(p for p in ACME.iterdir())
QUESTIONS = [
    ("amira", "default", "web_request_rate"),
    ("celia", "marketing", "campaign_clicks"),
    ("petra", "ops", None),
]


def answers(deployment: Deployment) -> list[str]:
    """What some users may do, in short."""
    resolver = Resolver(deployment)
    return [repr(resolver.access(user, space=space, job=job)) for user, space, job in QUESTIONS]


@pytest.fixture(scope="module")
def whole() -> Deployment:
    """The example as it lies."""
    return load(ACME)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_inputs_never_matters(whole: Deployment, seed: int) -> None:
    """The same files and bundles, named one by one in another order."""
    inputs = ROOTS.copy()
    random.Random(seed).shuffle(inputs)
    assert load(*inputs) == whole
    assert answers(load(*inputs)) == answers(whole)


def test_an_archive_is_its_folder(whole: Deployment, tmp_path: Path) -> None:
    """Zipped, the export says the same."""
    target = tmp_path / "export.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(ACME.rglob("*")):
            archive.write(file, file.relative_to(ACME))
    assert answers(load(target)) == answers(whole)


def test_a_folder_deeper_is_the_same_folder(whole: Deployment, tmp_path: Path) -> None:
    """Wherever the export is copied to."""
    shutil.copytree(ACME, tmp_path / "a" / "b" / "export")
    assert load(tmp_path / "a") == whole
