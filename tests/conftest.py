"""What all tests share: the option that points the conformance tests at other suites of the same formats."""

from pathlib import Path

import pytest

KEPT = Path(__file__).parent / "conformance" / "suites"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--suites DIR`: a folder with `elasticsearch/`, `lucene/`, `kibana/`, any of whose files may be missing."""
    parser.addoption("--suites", default=str(KEPT), help="folder of conformance suites (default: the copy kept here)")
