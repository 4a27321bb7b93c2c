"""Exports made to harm: bombs, false archives, names that lead out. Refused with a reason, or not read."""

import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from mlaccess.errors import LoadError
from mlaccess.loaders import limits, load
from mlaccess.stack import NotExported

from .conftest import WriteFolder, WriteZip

USERS = b'{"ana": {"username": "ana", "roles": ["analyst"], "enabled": true}}'


def problem(*paths: Path) -> str:
    with pytest.raises(LoadError) as caught:
        load(*paths)
    [found] = caught.value.problems
    return str(found)


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"PK\x03\x04 and then nothing", b"hello", b"\x1f\x8b\x08" + b"\0" * 50]
)
def test_a_file_that_only_calls_itself_an_archive(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(content)
    assert problem(path) == "export.zip: not a zip archive, or a damaged one, expected a zip archive"


def test_an_archive_cut_short(archive: WriteZip, tmp_path: Path) -> None:
    """The directory of an archive stands at its end."""
    whole = archive({"security_users.json": USERS}).read_bytes()
    path = tmp_path / "cut.zip"
    path.write_bytes(whole[: len(whole) // 2])
    assert problem(path) == "cut.zip: not a zip archive, or a damaged one, expected a zip archive"


def test_an_entry_whose_bytes_were_damaged(archive: WriteZip) -> None:
    """The check sum does not fit."""
    path = archive({"security_users.json": USERS * 50})
    data = bytearray(path.read_bytes())
    at = 30 + len("security_users.json") + 20
    data[at] ^= 0xFF
    path.write_bytes(bytes(data))
    assert problem(path).startswith("export.zip/security_users.json: a damaged entry of the archive")


def test_an_entry_that_grows_beyond_measure(tmp_path: Path) -> None:
    """A bomb is refused by its announced size before it is unpacked."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("security_users.json", b" " * (limits.RATIO_FLOOR_BYTES + 1))
    found = problem(path)
    assert "an entry that grows from" in found
    assert "MAX_RATIO" in found


def test_an_entry_that_lies_about_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unpacked is counted, whatever the archive announces."""
    monkeypatch.setattr(limits, "RATIO_FLOOR_BYTES", 1000)
    path = tmp_path / "liar.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("security_users.json", b" " * 1_000_000)
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + offset
        data[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))
    with pytest.raises(LoadError):
        load(path)


def test_a_file_above_the_limit(folder: WriteFolder, archive: WriteZip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 20)
    assert problem(folder({"security_users.json": USERS})) == (
        "security_users.json: more than 20 bytes, expected at most MAX_FILE_BYTES"
    )
    assert "MAX_FILE_BYTES" in problem(archive({"security_users.json": USERS}))


def test_an_archive_above_the_limit(archive: WriteZip, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum of what is read counts."""
    monkeypatch.setattr(limits, "MAX_ARCHIVE_BYTES", 100)
    assert "MAX_ARCHIVE_BYTES" in problem(archive({"security_users.json": USERS, "alias.json": b"{}" + b" " * 60}))


def test_too_many_entries(folder: WriteFolder, archive: WriteZip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ENTRIES", 3)
    files = {f"{i}.txt": b"" for i in range(4)}
    assert "MAX_ENTRIES" in problem(archive(files))
    assert "MAX_ENTRIES" in problem(folder(files))


def test_too_many_folders_in_folders(folder: WriteFolder, archive: WriteZip) -> None:
    path = "/".join("d" * (limits.MAX_FOLDER_DEPTH + 1)) + "/security_users.json"
    assert "MAX_FOLDER_DEPTH" in problem(folder({path: USERS}))
    assert "MAX_FOLDER_DEPTH" in problem(archive({path: USERS}))


def test_too_many_archives_in_a_folder(folder: WriteFolder, archive: WriteZip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_NESTED_ARCHIVES", 1)
    inner = archive({"security_users.json": USERS}).read_bytes()
    assert "MAX_NESTED_ARCHIVES" in problem(folder({"a.zip": inner, "b.zip": inner}))


def test_archives_in_archives_are_not_opened(archive: WriteZip) -> None:
    """A bomb of bombs never starts."""
    inner = archive({"security_users.json": USERS}, "inner.zip").read_bytes()
    assert "no file that mlaccess knows" in problem(archive({"inner.zip": inner}))


@pytest.mark.parametrize("name", ["../security_users.json", "a/../../security_users.json", "/etc/security_users.json"])
def test_a_name_that_leaves_the_archive_is_not_read(archive: WriteZip, name: str) -> None:
    """Nothing is extracted, so nothing could be overwritten; still the name tells of ill will."""
    deployment = load(archive({name: USERS, "alias.json": {}}))
    assert isinstance(deployment.users, NotExported)
    assert [n.id for n in deployment.notices] == ["traversal"]


def test_a_link_in_an_archive_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "links.zip"
    info = zipfile.ZipInfo("security_users.json")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(info, "/etc/passwd")
        file.writestr("alias.json", "{}")
    deployment = load(path)
    assert isinstance(deployment.users, NotExported)
    assert [n.id for n in deployment.notices] == ["symlink"]


def test_an_encrypted_entry(archive: WriteZip) -> None:
    """mlaccess asks for no passwords."""
    path = archive({"security_users.json": USERS})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(bytes(data))
    assert problem(path) == (
        "export.zip/security_users.json: an encrypted entry, expected an archive without a password"
    )


def test_an_unknown_compression(archive: WriteZip) -> None:
    path = archive({"security_users.json": USERS})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(signature) + offset] = 99
    path.write_bytes(bytes(data))
    assert "an entry packed by another method than deflate" in problem(path)


def test_two_entries_of_one_name(tmp_path: Path) -> None:
    """Readers disagree on which one counts."""
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("security_users.json", USERS)
        with pytest.warns(UserWarning, match="Duplicate name"):
            file.writestr("security_users.json", USERS.replace(b"analyst", b"superuser"))
    assert (
        problem(path)
        == "twice.zip/security_users.json: two entries of this name in the archive, expected each file once"
    )


def test_a_folder_in_place_of_a_file(folder: WriteFolder) -> None:
    root = folder({"security_users.json/readme.txt": b"", "alias.json": {}})
    assert problem(root) == "security_users.json: a folder, expected a file"


def test_a_pipe_in_place_of_a_file(folder: WriteFolder) -> None:
    """Reading it would wait for ever."""
    root = folder({"alias.json": {}})
    os.mkfifo(root / "security_users.json")
    assert problem(root) == "security_users.json: no regular file, expected a file"


def test_a_broken_archive_beside_a_good_folder(folder: WriteFolder) -> None:
    """An error of its own; with `keep_going` a notice."""
    root = folder({"security_users.json": USERS, "kibana.zip": b"nonsense"})
    assert problem(root) == "kibana.zip: not a zip archive, or a damaged one, expected a zip archive"
    deployment = load(root, keep_going=True)
    assert not isinstance(deployment.users, NotExported)
    assert [n.position for n in deployment.notices] == ["kibana.zip"]


def test_keep_going_with_nothing_left_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(b"nonsense")
    with pytest.raises(LoadError, match="not a zip archive"):
        load(path, keep_going=True)


def test_names_that_are_no_paths(tmp_path: Path) -> None:
    """A null byte cannot be in a path."""
    with pytest.raises(LoadError, match="no such file or folder"):
        load(tmp_path / "a\0b")
