"""What all tests share: the option that points the conformance tests at other suites of the same formats."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# No test times anything. A gate must give the same answer to the same commit; elsewhere every run looks at other
# examples.
settings.register_profile("everywhere", deadline=None)
settings.register_profile("gate", derandomize=True, deadline=None)
settings.load_profile("gate" if os.environ.get("CI") else "everywhere")

KEPT = Path(__file__).parent / "conformance" / "suites"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--suites DIR`: a folder with `elasticsearch/`, `lucene/`, `kibana/`, any of whose files may be missing."""
    parser.addoption("--suites", default=str(KEPT), help="folder of conformance suites (default: the copy kept here)")
