"""Every example in the documentation runs and prints what the page says."""

from pathlib import Path

import pytest

from tests.docs.examples import ROOT, console_blocks, pages, pycon_problems, run

PAGES = pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_commands_of_a_page_print_what_it_shows(page: Path) -> None:
    """A `console` block is what a reader would see."""
    for command, expected in console_blocks(page.read_text(encoding="utf-8")):
        assert run(command) == expected, command


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_sessions_of_a_page_print_what_it_shows(page: Path) -> None:
    """A `pycon` block is a doctest."""
    assert pycon_problems(page) == ""
