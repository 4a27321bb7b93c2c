"""Certificates of the example deployment, and the export they speak of, copied where tests may change it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from mlaccess import Resolver, certify, load
from mlaccess.checker import Report, verify
from mlaccess.checker.check import Files, _Check
from mlaccess.checker.plain import Reading
from mlaccess.examples import path

ACME = path("acme")
QUESTIONS: dict[str, dict[str, Any]] = {
    "denied": {"user": "amira", "space": "default", "job": "order_volume"},
    "full": {"user": "nadia", "interface": "api", "job": "edge_store_traffic"},
    "read-only": {"user": "celia", "space": "marketing", "job": "campaign_clicks"},
    "analytics": {"user": "umar", "space": "marketing", "job": "customer_segments"},
    "unknown": {"user": "nadia", "space": "default", "job": "refund_spikes"},
    "model": {"user": "celia", "space": "marketing", "model": "support_ticket_ner"},
    "upload": {"user": "rosa", "space": "ops", "destinations": ["uploads-q3"]},
    "api key": {"api_key": "iFyO1gJVVfaDsH_uMBnS", "interface": "api"},
}

Body: TypeAlias = dict[str, Any]
CheckBody: TypeAlias = Callable[[Body], Report]
CheckFiles: TypeAlias = Callable[[Body, Path], Report]


@pytest.fixture(scope="session")
def certificates() -> dict[str, Body]:
    """One certificate for each of the questions."""
    resolver = Resolver(load(ACME))
    return {name: certify(resolver, [ACME], **question) for name, question in QUESTIONS.items()}


@pytest.fixture(scope="session")
def check_body() -> CheckBody:
    """Checks a certificate against the example as it lies; files are read, and leaves decided, once for all tests."""
    files, decided = Files([ACME]), dict[str, Any]()

    class Remembering(Reading):
        def decide(self, fact: str, of: dict[str, Any]) -> str | None:
            key = json.dumps([self._question, fact, of])
            if key not in decided:
                decided[key] = super().decide(fact, of)
            return decided[key]

    def check(body: Body) -> Report:
        return _Check(body, files, Remembering(files, body)).report()

    return check


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A copy of the example that a test may change."""
    return Path(shutil.copytree(ACME, tmp_path / "export"))


@pytest.fixture
def check_files(tmp_path: Path) -> CheckFiles:
    """Checks a certificate as the command does: from a file, against an export."""

    def check(body: Body, *exports: Path) -> Report:
        file = tmp_path / "certificate.json"
        file.write_text(json.dumps(body), encoding="utf-8")
        return verify(file, *exports)

    return check
