"""The reference pages of Kibana's tables say what the tables say."""

import re
from pathlib import Path

import pytest

from mlaccess.catalog.kibana_capabilities import CAPABILITIES
from mlaccess.catalog.kibana_routes import ROUTES
from mlaccess.render.kibana_pages import PAGES, capabilities_page, routes_page

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_fresh(name: str) -> None:
    """The file in `docs/reference/` is what the table renders to."""
    assert (REFERENCE / f"{name}.md").read_text(encoding="utf-8") == PAGES[name]()


def test_every_capability_and_every_route_has_one_row() -> None:
    """None is left out, and none is listed twice."""
    capabilities = re.findall(r"^\| `(\w+)` \|", capabilities_page(), re.MULTILINE)
    assert capabilities == list(CAPABILITIES)
    routes = re.findall(r"^\| `((?:GET|POST|PUT|DELETE|PATCH) [^`]+)` \|", routes_page(), re.MULTILINE)
    assert sorted(routes) == sorted(route.name for route in ROUTES)


def test_the_rows_of_a_table_have_as_many_cells_as_its_head() -> None:
    """A stray `|` in a note or a name would break the table."""
    for page in (capabilities_page(), routes_page()):
        cells = 0
        for line in page.splitlines():
            if not line.startswith("|"):
                cells = 0
                continue
            cells = cells or line.count("|")
            assert line.count("|") == cells, line
