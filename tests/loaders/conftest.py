"""Exports on disk and in archives, made from a few lines."""

import json
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Files = Mapping[str, object]
WriteFolder = Callable[..., Path]
WriteZip = Callable[..., Path]


def as_bytes(content: object) -> bytes:
    """Bytes as they are, a text as UTF-8, anything else as JSON."""
    if isinstance(content, bytes):
        return content
    return content.encode("utf-8") if isinstance(content, str) else json.dumps(content).encode("utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> WriteFolder:
    """Writes files into a folder and returns it."""

    def write(files: Files, name: str = "export") -> Path:
        root = tmp_path / name
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        for path, content in files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(as_bytes(content))
        return root

    return write


@pytest.fixture
def archive(tmp_path: Path) -> WriteZip:
    """Writes files into a zip archive and returns it."""

    def write(files: Files, name: str = "export.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for inside, content in files.items():
                file.writestr(inside, as_bytes(content))
        return path

    return write
