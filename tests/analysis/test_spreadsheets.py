"""CSV: what a spreadsheet opens does not run what somebody called a role."""

import csv
import io

import pytest

from mlaccess.analysis.matrix import matrix
from mlaccess.analysis.spreadsheets import csv_text
from mlaccess.resolver import Resolver
from mlaccess.stack import Deployment, FrozenMap, RoleDescriptor


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_name_that_begins_like_a_formula_is_text(start: str) -> None:
    name = f'{start}HYPERLINK("x", "y")'
    assert list(csv.reader(io.StringIO(csv_text([(name, -1)]), newline=""))) == [[f"'{name}", "-1"]]


@pytest.mark.parametrize("name", ["viewer", "a=b", "a,b", 'a"b', "a\nb", "", "'=1"])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert list(csv.reader(io.StringIO(csv_text([(name, "x")]), newline=""))) == [[name, "x"]]


def test_roles_named_like_formulas_are_text_in_a_matrix_too() -> None:
    role = RoleDescriptor("=1+1", cluster=("monitor_ml",))
    found = matrix(Resolver(Deployment(version="9.2.1", roles=FrozenMap({"=1+1": role}))), rows="role", cols="space")
    assert [line.partition(",")[0] for line in found.to_csv().splitlines()][1:] == ["'=1+1"]
    assert found.row_names == ("=1+1",)
