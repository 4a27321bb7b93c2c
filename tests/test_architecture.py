"""The rooms and their doors: who may import whom, what importing costs, what the project never does."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mlaccess"

# Lowest first. A room may import from the rooms before it.
ORDER = [
    "errors",
    "checker",
    "automata",
    "patterns",
    "stack",
    "rules",
    "catalog",
    "permission",
    "resolver",
    "twins",
    "analysis",
    "render",
    "testing",
    "cli",
]
# The dock stands beside the house: it knows nouns and errors, privilege names, and how Elasticsearch reads a body.
DOCK = {"errors", "stack", "catalog", "loaders", "patterns", "automata"}
# `str()` of a value is worded by the windows above it; each of these imports is made when the text is asked for.
LATE = {("rules", "render"), ("resolver", "render")}
FREE = {"examples", "__init__", "__main__"}


def imports_of(path: Path) -> set[tuple[str, bool]]:
    """(room, made late) for every import of this package in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
    found: set[tuple[str, bool]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0 and node.module.startswith("mlaccess"):
            parts = node.module.split(".")
            rooms = [parts[1]] if len(parts) > 1 else [a.name for a in node.names]
            found.update((room, id(node) in late) for room in rooms)
        elif isinstance(node, ast.ImportFrom) and node.level > 1:
            depth = len(path.relative_to(PACKAGE).parts) - node.level
            if depth == 0:
                rooms = [node.module.split(".")[0]] if node.module else [a.name for a in node.names]
                found.update((room, id(node) in late) for room in rooms)
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_from_rooms_below_it(path: Path) -> None:
    """The order of rooms is the order of knowledge: languages know nothing of Elastic, windows decide nothing."""
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if room in FREE:
        return
    allowed = DOCK if room == "loaders" else set(ORDER[: ORDER.index(room) + 1])
    if room in ("twins", "analysis", "render", "testing", "cli"):
        allowed = allowed | {"loaders", "examples"}
    for imported, late in imports_of(path):
        if late and (room, imported) in LATE:
            continue
        assert imported in allowed or imported not in [*ORDER, "loaders"], f"{path.name} imports {imported}"


def test_no_room_is_a_lumber_room() -> None:
    """A helper belongs to the noun it helps."""
    names = {p.stem for p in PACKAGE.rglob("*") if p.is_dir() or p.suffix == ".py"}
    assert not names & {"util", "utils", "helper", "helpers", "common", "misc"}


def test_importing_the_package_loads_no_room() -> None:
    """`import mlaccess` does no work: tables and engines load when first used."""
    code = "import sys, mlaccess; print([m for m in sys.modules if m.startswith('mlaccess.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_door_shows_exactly_its_names() -> None:
    """Every public name resolves, and completion shows nothing else."""
    import mlaccess

    assert dir(mlaccess) == sorted(mlaccess.__all__)
    for name in mlaccess.__all__:
        assert getattr(mlaccess, name) is not None


CHECKER = PACKAGE / "checker"


@pytest.mark.parametrize("path", sorted(CHECKER.glob("*.py")), ids=lambda p: p.name)
def test_the_checker_shares_no_code_with_what_it_checks(path: Path) -> None:
    """It imports the standard library, the errors and itself: nothing that loads, compiles, decides or renders."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert all(name.name.split(".")[0] in sys.stdlib_module_names for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            assert node.module == "mlaccess.errors" or str(node.module).split(".")[0] in sys.stdlib_module_names
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1
            assert node.module in {"answers", "check", "mappings", "places", "plain"}


def test_the_checker_can_be_read_alone() -> None:
    """`check.py` has at most 300 lines, and needs no other file but the errors."""
    text = (CHECKER / "check.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert "from ." not in text


def test_checking_loads_nothing_that_decides() -> None:
    """Not even by a detour: after a check, no room above the checker is loaded."""
    code = """
import sys, json, pathlib, tempfile
from mlaccess.checker import verify
from mlaccess.errors import LoadError
try:
    verify(__file__ if "__file__" in globals() else sys.executable, ".")
except LoadError:
    pass
print(sorted(m for m in sys.modules if m.startswith("mlaccess.")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = [
        "mlaccess.checker",
        *(f"mlaccess.checker.{n}" for n in ("answers", "check", "mappings", "places", "plain")),
        "mlaccess.errors",
    ]
    assert done.stdout.strip() == str(names)
