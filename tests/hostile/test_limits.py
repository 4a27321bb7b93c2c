"""Every limit is a constant, stands on one page, and is named by the error that it causes."""

import importlib
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from mlaccess.automata import Language, TooComplex
from mlaccess.automata.limits import DEPTH_LIMIT
from mlaccess.checker import verify
from mlaccess.errors import LoadError
from mlaccess.loaders import limits, load
from mlaccess.patterns import pattern
from mlaccess.patterns.regex import LENGTH_LIMIT
from mlaccess.permission.templates import MAX_SECTION_DEPTH, CannotRender, render_roles
from mlaccess.render.limits_page import ROWS, limits_page
from mlaccess.stack import Identity, RoleTemplate

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "limits.md"
CHECK = importlib.import_module("mlaccess.checker.check")
YAML = importlib.import_module("mlaccess.loaders.yaml_text")

Patch: TypeAlias = pytest.MonkeyPatch
Provoke: TypeAlias = Callable[[Path, Patch], str]
USERS = '{"ana": {"username": "ana", "roles": ["r"], "enabled": true}}'
CERTIFICATE = (
    '{"format": "mlaccess-certificate", "version": 1, "question": {"at": null, "caller": {}},'
    ' "files": {"users.json": {"sha256": ""}}}'
)


def zipped(folder: Path, **files: str) -> Path:
    """An archive of files, named without their ending."""
    with zipfile.ZipFile(folder / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.json", content)
    return folder / "export.zip"


def refused(*paths: Path) -> str:
    """What the loader says."""
    with pytest.raises(LoadError) as caught:
        load(*paths)
    return str(caught.value)


def unchecked(folder: Path, export: Path, certificate: str = CERTIFICATE) -> str:
    """What the checker says."""
    file = folder / "certificate"
    file.write_text(certificate, encoding="utf-8")
    with pytest.raises(LoadError) as caught:
        verify(file, export)
    return str(caught.value)


def written(folder: Path, name: str, content: str) -> Path:
    """A file of an export."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8")
    return folder


def too_complex(ask: Callable[[], object]) -> str:
    """What a question about languages says."""
    with pytest.raises(TooComplex) as caught:
        ask()
    return str(caught.value)


def lowered(patch: Patch, where: object, name: str, value: int) -> None:
    """A limit small enough to be met."""
    assert getattr(where, name) > value
    patch.setattr(where, name, value)


def file_bytes(folder: Path, patch: Patch) -> str:
    lowered(patch, limits, "MAX_FILE_BYTES", 10)
    return refused(written(folder, "security_users.json", USERS))


def archive_bytes(folder: Path, patch: Patch) -> str:
    lowered(patch, limits, "MAX_ARCHIVE_BYTES", 10)
    return refused(zipped(folder, security_users=USERS))


def ratio(folder: Path, patch: Patch) -> str:
    lowered(patch, limits, "RATIO_FLOOR_BYTES", 100)
    return refused(zipped(folder, security_users=USERS + " " * 100_000))


def entries(folder: Path, patch: Patch) -> str:
    lowered(patch, limits, "MAX_ENTRIES", 1)
    return refused(zipped(folder, security_users=USERS, alias="{}"))


def nested(folder: Path, patch: Patch) -> str:
    lowered(patch, limits, "MAX_NESTED_ARCHIVES", 0)
    zipped(folder, security_users=USERS)
    return refused(folder)


def folders(folder: Path, patch: Patch) -> str:
    return refused(written(folder, "d/" * (limits.MAX_FOLDER_DEPTH + 1) + "security_users.json", USERS))


def depth(folder: Path, patch: Patch) -> str:
    return refused(written(folder, "security_users.json", "[" * 100_000))


def digits(folder: Path, patch: Patch) -> str:
    return refused(written(folder, "security_users.json", "9" * (limits.MAX_DIGITS + 1)))


def yaml(folder: Path, patch: Patch) -> str:
    lowered(patch, YAML, "MAX_YAML_CHARACTERS", 10)
    return refused(written(folder, "roles.yml", "r:\n  cluster: [all]\n"))


def directives(folder: Path, patch: Patch) -> str:
    return refused(written(folder, "role_mapping.yml", "%TAG !a! tag:a\n" * (YAML.MAX_YAML_DIRECTIVES + 1)))


def problems(folder: Path, patch: Patch) -> str:
    bad = {f"u{n}": {"roles": 1} for n in range(limits.MAX_PROBLEMS_PER_FILE + 1)}
    return refused(written(folder, "security_users.json", json.dumps(bad)))


def certificate_bytes(folder: Path, patch: Patch) -> str:
    lowered(patch, CHECK, "MAX_CERTIFICATE_BYTES", 10)
    return unchecked(folder, folder)


def cited_bytes(folder: Path, patch: Patch) -> str:
    lowered(patch, CHECK, "MAX_CITED_BYTES", 10)
    return unchecked(folder, written(folder, "users.json", USERS))


def cited_ratio(folder: Path, patch: Patch) -> str:
    lowered(patch, CHECK, "MAX_CITED_RATIO", 0)
    return unchecked(folder, zipped(folder, users=" " * ((1 << 25) + 1)))


def cited_files(folder: Path, patch: Patch) -> str:
    lowered(patch, CHECK, "MAX_CITED_FILES", 1)
    return unchecked(folder, zipped(folder, users=USERS, alias="{}"))


def length(folder: Path, patch: Patch) -> str:
    return too_complex(lambda: pattern(f"/{'a' * (LENGTH_LIMIT + 1)}/"))


def language_depth(folder: Path, patch: Patch) -> str:
    def nest() -> None:
        language = Language.prefix("a")
        for _ in range(DEPTH_LIMIT + 1):
            language = Language.prefix("b").minus(Language.prefix("c").intersect(language))

    return too_complex(nest)


def work(folder: Path, patch: Patch) -> str:
    one, other = pattern("/~((a|b)*a(a|b){30})/"), pattern("/~((a|b)*b(a|b){29}a)/")
    return too_complex(lambda: one.includes(other))


def sections(folder: Path, patch: Patch) -> str:
    source = "{{#a}}" * (MAX_SECTION_DEPTH + 1) + "{{/a}}" * (MAX_SECTION_DEPTH + 1)
    with pytest.raises(CannotRender) as caught:
        render_roles(RoleTemplate(json.dumps({"source": source})), Identity("ana"))
    return str(caught.value)


PROVOKED: dict[str, Provoke] = {
    "MAX_FILE_BYTES": file_bytes,
    "MAX_ARCHIVE_BYTES": archive_bytes,
    "MAX_RATIO": ratio,
    "MAX_ENTRIES": entries,
    "MAX_NESTED_ARCHIVES": nested,
    "MAX_FOLDER_DEPTH": folders,
    "MAX_DEPTH": depth,
    "MAX_DIGITS": digits,
    "MAX_YAML_CHARACTERS": yaml,
    "MAX_YAML_DIRECTIVES": directives,
    "MAX_PROBLEMS_PER_FILE": problems,
    "MAX_CERTIFICATE_BYTES": certificate_bytes,
    "MAX_CITED_BYTES": cited_bytes,
    "MAX_CITED_RATIO": cited_ratio,
    "MAX_CITED_FILES": cited_files,
    "LENGTH_LIMIT": length,
    "DEPTH_LIMIT": language_depth,
    "WORK_LIMIT": work,
    "MAX_SECTION_DEPTH": sections,
}


def test_the_page_of_limits_is_fresh() -> None:
    """It is made from the constants."""
    assert PAGE.read_text(encoding="utf-8") == limits_page(), (
        "python -m mlaccess.render.limits_page > docs/reference/limits.md"
    )


def test_every_constant_that_limits_inputs_is_on_the_page() -> None:
    """Those of the loaders and of the checker all; none is provoked that the page lacks, and the other way round."""
    listed = {row.constant for row in ROWS}
    assert {name for name in vars(limits) if name.isupper()} <= listed
    assert {name for name in vars(CHECK) if re.match(r"MAX_", name)} <= listed
    assert set(PROVOKED) | {"RATIO_FLOOR_BYTES"} == listed


@pytest.mark.parametrize("name", PROVOKED)
def test_an_error_names_the_limit_that_it_met(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that whoever meets it finds it on the page."""
    assert re.search(rf"\b{name}\b", PROVOKED[name](tmp_path, monkeypatch))
