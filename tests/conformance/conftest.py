"""Collects the suites as tests, one a case, and prints the table of what was found."""

from pathlib import Path

import pytest

from tests.conformance.collect import SOURCES
from tests.conformance.tally import TALLY


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every fixture named after a kind of suite is filled from the folder given."""
    root = Path(metafunc.config.getoption("--suites"))
    for name, source in SOURCES.items():
        if name in metafunc.fixturenames:
            found = list(source(root))
            metafunc.parametrize(name, [value for _, value in found], ids=[id_ for id_, _ in found])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table: suite, kind, passed, failed, out of scope."""
    lines = TALLY.table()
    if lines:
        terminalreporter.section("conformance")
        for line in lines:
            terminalreporter.write_line(line)
