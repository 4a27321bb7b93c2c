"""Harness `archives`: zip archives built by a stream of decisions, with names, sizes, flags and bytes that lie.

Input: decisions (`fuzz.choices`). The limits are made small, so that a bomb is one at the size of a fuzzer's input.
"""

import io
import struct
import warnings
import zipfile
from pathlib import Path

from mlaccess.loaders import limits, load
from mlaccess.loaders.catalogue import FILES, row_of
from mlaccess.stack import Deployment

from .base import base_text
from .choices import Choices
from .oracles import SLOWDOWN, bounded, check, check_load, outcome_of, parts_differ
from .raw_files import scratch

__all__ = ["SEEDS", "SLOWDOWN", "run"]

SEEDS: dict[str, bytes] = {
    "plain": bytes([2, 9, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0]),
    "twice": bytes([1, 9, 0, 0, 0, 0, 0, 9, 0, 1, 0, 0, 0]),
    "leaves": bytes([1, 9, 2, 0, 0, 0, 0, 10, 3, 0, 0, 0, 0]),
    "link": bytes([1, 9, 0, 0, 0, 2, 0, 10, 0, 0, 0, 0, 0]),
    "bomb": bytes([1, 9, 0, 4, 1, 0, 0, 10, 0, 0, 0, 0, 0]),
    "lies": bytes([0, 9, 0, 0, 1, 0, 0, 1, 1, 0, 22, 9, 1, 0, 24, 9]),
    "cut": bytes([1, 9, 0, 0, 1, 0, 0, 9, 1, 0, 0, 0, 0, 2, 0, 90]),
    "nested": bytes([1, 9, 0, 5, 1, 0, 0, 10, 0, 0, 0, 0, 0]),
}
"""Streams of decisions."""

_NAMES: tuple[str, ...] = (*(row.base_name for row in FILES), "notes.txt", "inner.zip", "security_users.json/x", "")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_FOLDERS = ("", "a/", "../", "/", "a/../../", "C:/", "C:\\", "./", "a//", "d/" * 20, "é/", "\x1b[2J/", "space_x/", "A/")


def run(data: bytes) -> str:
    """Checks one input; says what became of it."""
    c = Choices(data)
    content, sane = _built(c)
    damage = c.byte() % 4
    if damage:
        sane = {}
        content = _spoilt(c, content, damage)
    path = scratch() / "input.zip"
    path.write_bytes(content)
    kept = (limits.RATIO_FLOOR_BYTES, limits.MAX_FILE_BYTES, limits.MAX_ARCHIVE_BYTES)
    limits.RATIO_FLOOR_BYTES, limits.MAX_FILE_BYTES, limits.MAX_ARCHIVE_BYTES = 1 << 14, 1 << 20, 1 << 21
    before = sorted(scratch().rglob("*"))
    try:
        with bounded(f"an archive of {len(content)} bytes, read twice"):
            plain = outcome_of(lambda: load(path))
            going = outcome_of(lambda: load(path, keep_going=True))
        check_load(plain, going)
        check(sorted(scratch().rglob("*")) == before, "reading an archive writes nothing")
        if isinstance(plain, Deployment):
            _check_read(plain)
            if sane:
                _check_folder(plain, sane)
            return "read"
        return "refused" if not isinstance(going, Deployment) else "partly read"
    finally:
        limits.RATIO_FLOOR_BYTES, limits.MAX_FILE_BYTES, limits.MAX_ARCHIVE_BYTES = kept
        path.unlink()


def _built(c: Choices) -> tuple[bytes, dict[str, bytes]]:
    """The archive, and its files where nothing about it is odd."""
    files: dict[str, bytes] = {}
    odd = False
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")
        for _ in range(c.byte() % 8 + 1):
            base = c.pick(_NAMES)
            name = c.pick(_FOLDERS) + (base.upper() if c.chance(24) else base)
            content = _content(c, base)
            info = zipfile.ZipInfo(name or "?")
            info.compress_type = c.pick(_METHODS)
            match c.byte() % 12:
                case 1:
                    info.create_system = 0
                case 2:
                    info.external_attr = 0o120777 << 16
                case 3:
                    info.external_attr = 0x10
                case 4:
                    info.comment, info.extra = c.bytes(40), b"\x01\x00\x04\x00abcd"
                case _:
                    pass
            odd = odd or name in files or not _is_plain(name) or info.external_attr != 0
            try:
                archive.writestr(info, content)
            except (ValueError, UnicodeEncodeError, struct.error, RuntimeError):
                continue
            files[name] = content
        if c.chance(8):
            archive.comment = c.bytes(60)
    return buffer.getvalue(), {} if odd else files


def _is_plain(name: str) -> bool:
    parts = name.split("/")
    return all(p not in ("", ".", "..") and p.isprintable() and "\\" not in p and ":" not in p for p in parts) and (
        len(parts) < limits.MAX_FOLDER_DEPTH
        and not any(row_of(p) for p in parts[:-1])
        and not name.lower().endswith(".zip")
    )


def _content(c: Choices, base: str) -> bytes:
    match c.byte() % 8:
        case 1:
            return b""
        case 2:
            return c.bytes(64)
        case 3:
            return b" " * (1 << 15)
        case 4:
            return b" " * (c.pick((1 << 12, 1 << 18, (1 << 20) + 1)))
        case 5:
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w") as archive:
                archive.writestr("security_users.json", b"{}")
            return inner.getvalue()
        case _:
            return base_text(base).encode() or b"{}"


def _spoilt(c: Choices, content: bytes, how: int) -> bytes:
    """The archive with bytes cut off, added or changed."""
    data = bytearray(content)
    if how == 1:
        for _ in range(1 + c.byte() % 6):
            # Where headers stand, counted from the first or the last header of a kind, so that a change hits a field.
            signature = c.pick((b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"))
            at = (data.rfind(signature) if c.chance(2) else data.find(signature)) + c.byte() % 64
            if 0 <= at < len(data):
                data[at] = c.byte()
    elif how == 2:
        del data[c.index(min(len(data), 65_536) + 1) :]
    else:
        at = c.index(min(len(data), 65_536) + 1)
        data[at:at] = c.bytes(200) or b"PK\x05\x06"
    return bytes(data)


def _check_read(deployment: Deployment) -> None:
    for file in deployment.inputs:
        parts = file.path.split("/")
        check(parts[0] == "input.zip" and ".." not in parts, "no name leads out of the archive", file.path)
        check(file.size <= limits.MAX_FILE_BYTES, "no file is larger than the limit", file.path, file.size)
    check(sum(f.size for f in deployment.inputs) <= limits.MAX_ARCHIVE_BYTES, "the sum stays below the limit")
    paths = [f.path for f in deployment.inputs]
    check(len(paths) == len(set(paths)), "each file is read once", paths)


def _check_folder(plain: Deployment, files: dict[str, bytes]) -> None:
    """An ordinary archive says what a folder of its files says."""
    root = scratch() / "unpacked"
    written: list[Path] = []
    for name, content in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        written.append(place)
    try:
        folder = outcome_of(lambda: load(root))
        check(not parts_differ(plain, folder), "an archive says what its folder says", parts_differ(plain, folder))
    finally:
        for place in written:
            place.unlink()
