"""Opens folders, zip archives and single files, and yields their entries; never writes, never follows a way out."""

import hashlib
import os
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath

import attrs

from . import limits
from .report import Report

__all__ = ["Entry", "Unreadable", "digest", "entries", "is_archive", "read_file"]

_CHUNK = 1 << 20


class Unreadable(Exception):
    """The bytes of an entry cannot be had. `found` and `expected` are the words of the report."""

    def __init__(self, found: str, expected: str = "") -> None:
        self.found = found
        self.expected = expected
        super().__init__(found)


@attrs.frozen
class Entry:
    """One file of the input. `path` is how reports and origins call it; `root` is the input that it came from."""

    path: str
    root: str
    size: int
    read: Callable[[], bytes] = attrs.field(eq=False, repr=False)
    given: bool = False
    """Whether the caller named this very file."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Folder names and the file's name."""
        return tuple(self.path.split("/"))

    @property
    def name(self) -> str:
        """The file's name."""
        return self.parts[-1]


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def is_archive(path: Path) -> bool:
    """Whether a file calls itself a zip archive or starts like one."""
    if path.suffix.lower() == ".zip":
        return True
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False


def entries(paths: Sequence[Path], wanted: Callable[[str], bool], report: Report) -> Iterator[Entry]:
    """Every entry of every input, in a stable order. `wanted` says which file names matter.

    Paths are told relative to a folder; with several inputs, and for archives, the input's own name comes first.
    """
    labels = _labels(paths)
    for path, label in zip(paths, labels, strict=True):
        prefix = f"{label}/" if len(paths) > 1 else ""
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            report.problem(str(path), "", _os_words(error), "a folder, a zip archive or an exported file")
            continue
        if stat.S_ISDIR(mode):
            yield from _folder(path, prefix, wanted, report)
        elif not stat.S_ISREG(mode):
            report.problem(str(path), "", "neither a file nor a folder", "a folder, a zip archive or an exported file")
        elif is_archive(path):
            yield from _archive(path, f"{label}/", wanted, report)
        else:
            yield Entry(
                prefix + path.name if len(paths) > 1 and not label.endswith(path.name) else label,
                label,
                path.stat().st_size,
                partial(read_file, path),
                given=True,
            )


def _labels(paths: Sequence[Path]) -> list[str]:
    names = [path.resolve().name or str(path) for path in paths]
    return [name if names.count(name) == 1 else str(path) for path, name in zip(paths, names, strict=True)]


def _os_words(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "not allowed to read it"
    return (getattr(error, "strerror", None) or str(error) or "cannot be read").lower()


def read_file(path: Path) -> bytes:
    """The bytes of a file outside an archive. Raises `Unreadable`."""
    try:
        if path.is_dir():
            raise Unreadable("a folder", "a file")
        if not path.is_file():
            raise Unreadable("no regular file", "a file")
        with path.open("rb") as file:
            data = file.read(limits.MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Unreadable(_os_words(error), "a readable file") from None
    if len(data) > limits.MAX_FILE_BYTES:
        raise Unreadable(f"more than {limits.MAX_FILE_BYTES} bytes", "at most MAX_FILE_BYTES")
    return data


def _folder(root: Path, prefix: str, wanted: Callable[[str], bool], report: Report) -> Iterator[Entry]:
    base = root.resolve()
    count = archives = 0
    for folder, folders, files in os.walk(root, onerror=lambda error: _walk_problem(error, root, prefix, report)):
        here = Path(folder)
        inside = prefix + here.relative_to(root).as_posix() + "/" if here != root else prefix
        folders.sort()
        for name in list(folders):
            place = here / name
            if place.is_symlink():
                folders.remove(name)
                report.notice(inside + name, "a symbolic link to a folder, not followed", "symlink")
            elif wanted(name) and "." in name:
                folders.remove(name)
                report.problem(inside + name, "", "a folder", "a file")
        if len(here.relative_to(root).parts) >= limits.MAX_FOLDER_DEPTH and folders:
            report.problem(inside, "", f"more than {limits.MAX_FOLDER_DEPTH} folders deep", "at most MAX_FOLDER_DEPTH")
            folders.clear()
        for name in sorted(files):
            count += 1
            if count > limits.MAX_ENTRIES:
                report.problem(str(root), "", f"more than {limits.MAX_ENTRIES} files", "at most MAX_ENTRIES")
                return
            place = here / name
            if name.lower().endswith(".zip"):
                archives += 1
                if archives > limits.MAX_NESTED_ARCHIVES:
                    report.problem(inside + name, "", "too many archives", "at most MAX_NESTED_ARCHIVES in one folder")
                    continue
                if _leaves(place, base, inside + name, report):
                    continue
                yield from _archive(place, f"{inside}{name}/", wanted, report)
            elif wanted(name) and not _leaves(place, base, inside + name, report):
                try:
                    size = place.stat().st_size
                except OSError as error:
                    report.problem(inside + name, "", _os_words(error), "a readable file")
                    continue
                yield Entry(inside + name, str(root), size, partial(read_file, place))


def _walk_problem(error: OSError, root: Path, prefix: str, report: Report) -> None:
    place = Path(error.filename) if isinstance(error.filename, str) else root
    name = place.relative_to(root).as_posix() if place.is_relative_to(root) else place.name
    report.problem(prefix + name, "", _os_words(error), "a readable folder")


def _leaves(place: Path, base: Path, name: str, report: Report) -> bool:
    if not place.is_symlink():
        return False
    try:
        target = place.resolve(strict=True)
    except (OSError, RuntimeError):
        report.notice(name, "a symbolic link that leads nowhere, not read", "symlink")
        return True
    if target.is_relative_to(base):
        return False
    report.notice(name, "a symbolic link that leaves the folder, not read", "symlink")
    return True


def _archive(path: Path, prefix: str, wanted: Callable[[str], bool], report: Report) -> Iterator[Entry]:
    label = prefix.rstrip("/")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, UnicodeDecodeError):
        report.problem(label, "", "not a zip archive, or a damaged one", "a zip archive")
        return
    with archive:
        infos = archive.infolist()
        if len(infos) > limits.MAX_ENTRIES:
            report.problem(label, "", f"{len(infos)} entries", f"at most {limits.MAX_ENTRIES} (MAX_ENTRIES)")
            return
        budget = [limits.MAX_ARCHIVE_BYTES]
        names = Counter(map(_name_in, infos))
        last = ""
        for info in sorted(infos, key=_name_in):
            name = _name_in(info)
            if not name or name.endswith("/"):
                continue
            parts = PurePosixPath(name).parts
            if not parts or not wanted(parts[-1]):
                continue
            if name.startswith("/") or ".." in parts or (len(parts[0]) == 2 and parts[0][1] == ":"):
                report.notice(prefix + name, "a name that leaves the archive, not read", "traversal")
                continue
            if stat.S_ISLNK(info.external_attr >> 16):
                report.notice(prefix + name, "a symbolic link inside an archive, not read", "symlink")
                continue
            if len(parts) > limits.MAX_FOLDER_DEPTH:
                report.problem(
                    prefix + name, "", f"more than {limits.MAX_FOLDER_DEPTH} folders deep", "at most MAX_FOLDER_DEPTH"
                )
                continue
            if name == last:
                continue
            last = name
            read = _ambiguous if names[name] > 1 else _entry_reader(archive, info, budget)
            yield Entry(prefix + name, label, info.file_size, read)


def _name_in(info: zipfile.ZipInfo) -> str:
    # Some packers write the separators of Windows.
    return info.filename.replace("\\", "/")


def _ambiguous() -> bytes:
    # Readers disagree on which one counts, so neither does.
    raise Unreadable("two entries of this name in the archive", "each file once")


def _entry_reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: list[int]) -> Callable[[], bytes]:
    def read() -> bytes:
        if info.flag_bits & 0x1:
            raise Unreadable("an encrypted entry", "an archive without a password")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # Collectors deflate. Other methods have errors of their own, and some ask for memory as the entry says.
            raise Unreadable("an entry packed by another method than deflate", "deflate")
        ratio_limit = max(info.compress_size * limits.MAX_RATIO, limits.RATIO_FLOOR_BYTES)
        allowed = min(limits.MAX_FILE_BYTES, ratio_limit, budget[0])
        if info.file_size > allowed:
            raise Unreadable(*_too_large(info, allowed))
        chunks: list[bytes] = []
        size = 0
        try:
            with archive.open(info) as stream:
                # The announced size may lie, so what is unpacked is counted.
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > allowed:
                        raise Unreadable(*_too_large(info, allowed))
                    chunks.append(chunk)
        except (NotImplementedError, RuntimeError):
            raise Unreadable("an entry of a kind that Python does not know", "deflate") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
            raise Unreadable("a damaged entry of the archive", "an intact archive") from None
        budget[0] -= size
        return b"".join(chunks)

    return read


def _too_large(info: zipfile.ZipInfo, allowed: int) -> tuple[str, str]:
    if allowed == limits.MAX_FILE_BYTES:
        return f"more than {limits.MAX_FILE_BYTES} bytes", "at most MAX_FILE_BYTES"
    if allowed == max(info.compress_size * limits.MAX_RATIO, limits.RATIO_FLOOR_BYTES):
        return (
            f"an entry that grows from {info.compress_size} to more than {allowed} bytes",
            f"at most {limits.MAX_RATIO} times its packed size (MAX_RATIO)",
        )
    return f"more than {limits.MAX_ARCHIVE_BYTES} bytes in one archive", "at most MAX_ARCHIVE_BYTES"
