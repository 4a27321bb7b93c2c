"""Pages that are made from tables say what the tables say."""

from pathlib import Path

from mlaccess.render.rulebook_page import choices_page, rules_page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_rules_is_fresh() -> None:
    """`docs/reference/rules.md` is what the table of sentences renders to."""
    assert (DOCS / "reference" / "rules.md").read_text(encoding="utf-8") == rules_page()


def test_the_page_of_choices_is_fresh() -> None:
    """`docs/explanation/choices.md` is what the table of choices renders to."""
    assert (DOCS / "explanation" / "choices.md").read_text(encoding="utf-8") == choices_page()
