"""The table of files, the page that is made from it, and the list of what is missing."""

from pathlib import Path

import attrs
import pytest

from mlaccess.loaders import FILES, FileRow, load, missing
from mlaccess.loaders.catalogue import request_for, row_of, rows_of
from mlaccess.render.exports_page import exports_page
from mlaccess.stack import Deployment

from .conftest import WriteFolder

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "exports.md"


def test_the_page_of_exports_is_fresh() -> None:
    """It is made from the table; nobody edits it."""
    assert PAGE.read_text(encoding="utf-8") == exports_page(), (
        "run: python -m mlaccess.render.exports_page > docs/reference/exports.md"
    )


def test_every_row_gives_a_field_of_the_deployment() -> None:
    fields = {f.name for f in attrs.fields(Deployment)}
    assert {row.part for row in FILES} <= fields


def test_every_part_that_can_be_missing_has_a_row(folder: WriteFolder) -> None:
    """So that for each the file and the request can be told."""
    for found in missing(load(folder({"manifest.json": {}}))):
        assert rows_of("version" if found.part == "build_flavor" else found.part), found.part
        assert found.reason


def test_no_two_rows_share_a_name() -> None:
    """A file is recognised by its name alone."""
    names = [name for row in FILES for name in (row.base_name, *row.aliases)]
    assert len(names) == len(set(names))
    assert all(row_of(row.base_name) is row for row in FILES)


@pytest.mark.parametrize(
    ("part", "version", "request_line"),
    [
        ("users", "9.2.1", "GET _security/user"),
        ("users", "6.8.23", "GET _xpack/security/user"),
        ("license", "7.17.29", "GET _license?accept_enterprise=true"),
        ("license", "7.2.0", "GET _license"),
        ("api_keys", "8.19.3", "GET _security/api_key?with_limited_by=true"),
        ("api_keys", "8.4.0", "GET _security/api_key"),
        ("collector", "7.5.2", "GET kbn:/api/security/v1/me"),
        ("ml_info", "", "GET _ml/info"),
        ("file_roles", "9.0.0", ""),
    ],
)
def test_requests_follow_the_version(part: str, version: str, request_line: str) -> None:
    """The names of APIs changed with 7.0; later versions tell more."""
    assert request_for(part, version) == request_line


def test_a_request_is_also_a_shell_line() -> None:
    """Internal routes of Kibana ask for the headers that Kibana itself sends."""
    assert row("security_users.json").curl() == ('curl -s -u "$AUTH" "$ES_URL/_security/user" -o security_users.json')
    assert row("jobs_spaces.json").curl() == (
        'curl -s -u "$AUTH" -H "kbn-xsrf: true" -H "x-elastic-internal-origin: kibana" -H "elastic-api-version: 1" '
        '"$KIBANA_URL/internal/ml/saved_objects/jobs_spaces" -o jobs_spaces.json'
    )
    assert row("roles.yml").curl() == ""


def row(name: str) -> FileRow:
    found = row_of(name)
    assert found is not None
    return found
