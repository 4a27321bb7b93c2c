"""The reference page of operations says what the table says."""

from pathlib import Path

from mlaccess.catalog.operations import operations
from mlaccess.render.operations_page import operations_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "operations.md"


def test_the_page_in_the_repository_is_the_one_the_table_makes() -> None:
    assert PAGE.read_text(encoding="utf-8") == operations_page(), (
        "run: python -m mlaccess.render.operations_page > docs/reference/operations.md"
    )


def test_the_page_has_a_row_for_every_operation() -> None:
    page = operations_page()
    assert all(f"| `{row.name}`" in page for row in operations())


def test_rows_of_the_page_have_as_many_cells_as_their_head() -> None:
    width = 0
    for line in operations_page().splitlines():
        if not line.startswith("|"):
            width = 0
        elif not width:
            width = line.count("|")
        else:
            assert line.count("|") == width, line
