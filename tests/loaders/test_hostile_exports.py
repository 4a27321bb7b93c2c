"""Hostile exports, hundreds of them: each is refused at its exact place, gives nothing, or changes nothing.

The catalogue is in `hostile/`: a small export of every kind of file, damages to the bytes of a file, and values that do
not belong where they stand. What must hold of each refusal is in `refused`.
"""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from mlaccess.errors import LoadError
from mlaccess.loaders import load
from mlaccess.loaders.catalogue import row_of
from mlaccess.stack import Deployment, NotExported
from tests.loaders.hostile.damage import DAMAGES, Damage
from tests.loaders.hostile.export import FILES

WITNESSES = ("kibana_user.json", "licenses.json", "trained_models_spaces.json")
"""Files beside the hostile one, which must stay what they are."""

PLACES = Path(__file__).parent / "hostile" / "places.txt"


def export(root: Path, name: str, content: bytes) -> Path:
    root.mkdir(exist_ok=True)
    for witness in WITNESSES:
        (root / witness).write_text(json.dumps(FILES[witness]), encoding="utf-8")
    (root / name).write_bytes(content)
    return root


def part(deployment: Deployment, name: str) -> object:
    """What a kind of file gives."""
    row = row_of(name)
    assert row is not None
    found = getattr(deployment, row.part)
    if row.part == "data_views" and not isinstance(found, NotExported):
        return found["default"]
    return found


def others(deployment: Deployment, name: str) -> list[object]:
    """What the witnesses give."""
    row = row_of(name)
    assert row is not None
    parts = [row_of(w).part for w in WITNESSES]  # type: ignore[union-attr]
    return [getattr(deployment, p) for p in parts if p != row.part]


def refused(root: Path, name: str, told: list[str]) -> None:
    """All problems are told, and nothing else; with `keep_going` the file gives nothing and the others all they did."""
    with pytest.raises(LoadError) as caught:
        load(root)
    assert [str(p) for p in caught.value.problems] == told
    assert all(p.file == name for p in caught.value.problems)
    going = load(root, keep_going=True)
    assert [str(n) for n in going.notices if n.id == "broken"] == told
    assert isinstance(part(going, name), NotExported)
    assert others(going, name) == others(load(root, without=[name]), name)


_GAVE: dict[str, Deployment] = {}


def gave(root: Path, name: str) -> Deployment:
    """The export with the file as it should be, loaded once for each kind."""
    if name not in _GAVE:
        (root / "sound").mkdir()
        _GAVE[name] = load(export(root / "sound", name, json.dumps(FILES[name]).encode()))
    return _GAVE[name]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.name.replace(" ", "-"))
@pytest.mark.parametrize("name", FILES)
def test_damage_to_the_bytes_of_a_file(tmp_path: Path, name: str, damage: Damage) -> None:
    """Refused with line and column, or understood: never half read."""
    text = json.dumps(FILES[name])
    whole = gave(tmp_path, name)
    root = export(tmp_path / "export", name, damage.spoil(text))
    told = damage.told(text)
    if damage.name == "a number alone":
        with pytest.raises(LoadError) as caught:
            load(root)
        [problem] = caught.value.problems
        assert (problem.position, problem.found) in {(name, f) for f in ("a number", "no object", "no licence")}
    elif told:
        refused(root, name, [f"{name}{told}" if told.startswith("#") else f"{name}: {told}"])
    elif damage.reason:
        found = load(root)
        value = part(found, name)
        assert isinstance(value, NotExported)
        assert damage.reason in value.reason or row_of(name).part == "collected_at"  # type: ignore[union-attr]
        assert [f.gave for f in found.inputs if f.path == name] == [damage.reason]
        assert others(found, name) == others(whole, name)
    else:
        found = load(root)
        assert found == whole
        assert tuple(n.id for n in found.notices) == damage.notices


@attrs.frozen
class Replaced:
    """One row of `places.txt`."""

    name: str
    pointer: str
    value: str
    told: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}{self.pointer}={self.value[:24]}"


def rows() -> Iterator[Replaced]:
    head: list[str] = []
    told: list[str] = []
    for line in [*PLACES.read_text(encoding="utf-8").splitlines(), "end"]:
        if line.startswith("    "):
            told.append(line.strip())
        elif line and not line.startswith("#"):
            if head:
                yield Replaced(head[0], head[1], head[2], tuple(told))
            head, told = line.split(" ", 2), []


def replaced(value: Any, pointer: str, by: str) -> Any:
    """The value with another one at a place."""
    value = copy.deepcopy(value)
    *path, last = [t.replace("%20", " ").replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:]]
    node = value
    for step in path:
        node = node[int(step)] if isinstance(node, list) else node[step]
    key = int(last) if isinstance(node, list) else last
    if by == "ABSENT":
        del node[key]
    else:
        node[key] = json.loads(by)
    return value


@pytest.mark.parametrize("row", list(rows()), ids=str)
def test_a_value_that_does_not_belong_where_it_stands(tmp_path: Path, row: Replaced) -> None:
    """The exact place and what belongs there are told, or the value is read in the one way that it can be."""
    root = export(tmp_path / "export", row.name, json.dumps(replaced(FILES[row.name], row.pointer, row.value)).encode())
    if not row.told[0].startswith("unchanged"):
        refused(root, row.name, [f"{row.name}{line}" for line in row.told])
        return
    found = load(root)
    assert [n.id for n in found.notices] == row.told[0].split()[1:]
    assert found == gave(tmp_path, row.name)


def test_the_catalogue_is_large_and_names_each_kind_of_file() -> None:
    """Two hundred hostile exports were asked for; every kind of file has values of its own."""
    places = list(rows())
    assert len({(r.name, r.pointer, r.value) for r in places}) == len(places) >= 200
    assert {r.name for r in places} >= FILES.keys() - {"diagnostic_manifest.json"}


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    """One run tells all there is to repair."""
    expected: list[str] = []
    for name in sorted(FILES):
        row = next((r for r in rows() if r.name == name and not r.told[0].startswith("unchanged")), None)
        value = FILES[name] if row is None else replaced(FILES[name], row.pointer, row.value)
        (tmp_path / name).write_text(json.dumps(value), encoding="utf-8")
        expected += [] if row is None else [f"{name}{line}" for line in row.told]
    with pytest.raises(LoadError) as caught:
        load(tmp_path)
    assert [str(p) for p in caught.value.problems] == expected
    assert len(expected) > 25
