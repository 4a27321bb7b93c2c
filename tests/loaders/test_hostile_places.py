"""Hostile folders, archives, node files and names: what is no file, is there twice, or would steer a terminal."""

import json
import os
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mlaccess.cli import main
from mlaccess.errors import LoadError
from mlaccess.loaders import limits, load
from mlaccess.stack import Deployment, NotExported
from tests.loaders.hostile.export import FILES, REALM

USERS = json.dumps(FILES["security_users.json"]).encode()
ROLES = json.dumps(FILES["security_roles.json"]).encode()
OTHER = USERS.replace(b"viewer", b"superuser")


def problems(path: Path) -> list[str]:
    with pytest.raises(LoadError) as caught:
        load(path)
    return [str(p) for p in caught.value.problems]


def zipped(path: Path, *entries: tuple[str, bytes]) -> Path:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")
        for name, content in entries:
            archive.writestr(name, content)
    return path


def no_users(deployment: Deployment) -> bool:
    return isinstance(deployment.users, NotExported) and not isinstance(deployment.roles, NotExported)


@pytest.mark.parametrize("order", [(USERS, OTHER), (OTHER, USERS)])
def test_of_two_entries_of_one_name_neither_counts(tmp_path: Path, order: tuple[bytes, bytes]) -> None:
    """Also with `keep_going`: whichever an unpacker would keep, the other could be the true one."""
    path = zipped(tmp_path / "a.zip", *(("security_users.json", c) for c in order), ("security_roles.json", ROLES))
    told = "a.zip/security_users.json: two entries of this name in the archive, expected each file once"
    assert problems(path) == [told]
    going = load(path, keep_going=True)
    assert no_users(going)
    assert [(f.path, f.status) for f in going.inputs] == [
        ("a.zip/security_roles.json", "read"),
        ("a.zip/security_users.json", "broken"),
    ]


def test_two_entries_that_only_windows_takes_for_one(tmp_path: Path) -> None:
    r"""`a\b` and `a/b` are the same place to some unpackers."""
    path = zipped(tmp_path / "a.zip", ("x\\security_users.json", USERS), ("x/security_users.json", OTHER))
    data = path.read_bytes().replace(b"x/security_users.json", b"x\\security_users.json", 1)
    path.write_bytes(data)
    assert problems(path) == [
        "a.zip/x/security_users.json: two entries of this name in the archive, expected each file once"
    ]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_of_two_files_that_contradict_each_other_neither_counts(tmp_path: Path, names: tuple[str, str]) -> None:
    """No order of folders can tell which export is the true one."""
    for folder, content in zip(names, (USERS, OTHER), strict=True):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "security_users.json").write_bytes(content)
    (tmp_path / "security_roles.json").write_bytes(ROLES)
    assert problems(tmp_path) == [
        "b/security_users.json: a second `security_users.json` that differs from a/security_users.json, "
        "expected the export of one deployment"
    ]
    going = load(tmp_path, keep_going=True)
    assert no_users(going)
    assert {f.path: f.status for f in going.inputs if f.part == "users"} == {
        "a/security_users.json": "broken",
        "b/security_users.json": "broken",
    }


@pytest.mark.parametrize("name", ["roles.yml", "users", "role_mapping.yml"])
def test_of_two_node_files_that_contradict_each_other_neither_counts(tmp_path: Path, name: str) -> None:
    """Nodes may hold different files; then it hangs on the node who may do what."""
    for folder, content in (("n1", REALM[name]), ("n2", REALM[name] + "\n# another node\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(content, encoding="utf-8")
    (tmp_path / "n1" / "users_roles").write_text(REALM["users_roles"], encoding="utf-8")
    assert problems(tmp_path) == [
        f"n2/{name}: a second `{name}` that differs from n1/{name}, expected the files of one node"
    ]
    going = load(tmp_path, keep_going=True)
    part = {"roles.yml": going.file_roles, "users": going.file_users, "role_mapping.yml": going.file_role_mappings}
    assert isinstance(part[name], NotExported)


def test_a_folder_twice_says_what_it_says_once(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        for name, content in REALM.items():
            (tmp_path / folder / name).write_text(content, encoding="utf-8")
        (tmp_path / folder / "security_users.json").write_bytes(USERS)
    twice, once = load(tmp_path), load(tmp_path / "a")
    assert (twice.users, twice.file_users, twice.file_roles) == (once.users, once.file_users, once.file_roles)


@pytest.mark.parametrize(
    "name",
    [
        "../security_users.json",
        "a/../../security_users.json",
        "/security_users.json",
        "//server/share/security_users.json",
        "C:/security_users.json",
        "C:\\security_users.json",
        "..\\security_users.json",
        "a\\..\\..\\security_users.json",
        "\\\\server\\security_users.json",
        "./../security_users.json",
    ],
)
def test_a_name_that_leads_out_is_not_read(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", ("security_roles.json", ROLES), (name, OTHER))
    before = sorted(tmp_path.rglob("*"))
    deployment = load(path)
    assert no_users(deployment)
    assert [n.id for n in deployment.notices] == ["traversal"]
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "name",
    [
        "SECURITY_USERS.JSON",
        "security_users.json.bak",
        "security_users.json ",
        "security_users.json\x00.txt",
        "\uff53ecurity_users.json",
    ],
)
def test_a_name_that_only_looks_like_one_is_not_read(tmp_path: Path, name: str) -> None:
    """Names are compared as they stand, whatever a file system makes of them."""
    path = zipped(tmp_path / "a.zip", ("security_roles.json", ROLES))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("X" * len(name.encode()), OTHER)
    data = path.read_bytes().replace(b"X" * len(name.encode()), name.encode())
    path.write_bytes(data)
    found = load(path)
    # Python ends a name at its first null byte.
    assert no_users(found) == ("\0" not in name)


def patched(path: Path, local: int, central: int, value: bytes) -> Path:
    """The first entry's headers with some bytes changed in both places."""
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        at = data.index(signature) + offset
        data[at : at + len(value)] = value
    path.write_bytes(bytes(data))
    return path


_DAMAGED = "a damaged entry of the archive, expected an intact archive"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: patched(p, 6, 8, b"\x01\x00"), "an encrypted entry, expected an archive without a password"),
        (lambda p: patched(p, 6, 8, b"\x41\x00"), "an encrypted entry, expected an archive without a password"),
        (lambda p: patched(p, 8, 10, b"\x0e\x00"), "an entry packed by another method than deflate, expected deflate"),
        (lambda p: patched(p, 8, 10, b"\x0c\x00"), "an entry packed by another method than deflate, expected deflate"),
        (lambda p: patched(p, 8, 10, b"\x5d\x00"), "an entry packed by another method than deflate, expected deflate"),
        (lambda p: patched(p, 8, 10, b"\x08\x00"), _DAMAGED),
        (lambda p: patched(p, 14, 16, b"abcd"), _DAMAGED),
        (lambda p: patched(p, 6, 8, b"\x20\x00"), "an entry of a kind that Python does not know, expected deflate"),
        (
            lambda p: patched(p, 22, 24, struct.pack("<I", 2**31 - 1)),
            "more than 1073741824 bytes, expected at most MAX_FILE_BYTES",
        ),
    ],
    ids=[
        "encrypted",
        "strongly encrypted",
        "lzma",
        "bzip2",
        "zstandard",
        "deflate that is none",
        "check sum",
        "patch",
        "size",
    ],
)
def test_an_entry_that_cannot_be_read(tmp_path: Path, change: Callable[[Path], Path], told: str) -> None:
    path = change(zipped(tmp_path / "a.zip", ("security_users.json", USERS), ("security_roles.json", ROLES)))
    expected = told.replace("1073741824", str(min(limits.MAX_FILE_BYTES, limits.RATIO_FLOOR_BYTES)))
    if "MAX_FILE" in told:
        [found] = problems(path)
        assert found.startswith("a.zip/security_users.json: an entry that grows from")
    else:
        assert problems(path) == [f"a.zip/security_users.json: {expected}"]
    assert no_users(load(path, keep_going=True))


def test_an_entry_without_a_name(tmp_path: Path) -> None:
    """A directory of an archive may say so; Python's own reader stumbles over it."""
    path = zipped(tmp_path / "a.zip", ("security_roles.json", ROLES), ("x", b"y"))
    data = path.read_bytes()
    for signature, size in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
        at = data.rindex(signature)
        name = data.index(b"x", at + 30)
        data = data[: at + size] + b"\0\0" + data[at + size + 2 : name] + data[name + 1 :]
    at = data.rindex(b"PK\x05\x06")
    length, start = (len(data[data.index(b"PK\x01\x02") : at]), data.index(b"PK\x01\x02"))
    path.write_bytes(data[: at + 12] + struct.pack("<II", length, start) + data[at + 20 :])
    assert zipfile.ZipFile(path).namelist() == ["security_roles.json", ""]
    assert not isinstance(load(path).roles, NotExported)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x05\x06" + b"\0" * 18,
        b"PK\x05\x06" + b"\xff" * 18,
        b"PK\x03\x04" + b"\0" * 40,
        b"PK\x06\x06" + b"\xff" * 60 + b"PK\x06\x07" + b"\xff" * 16 + b"PK\x05\x06" + b"\xff" * 18,
    ],
    ids=["empty", "counts beyond measure", "header only", "zip64 beyond measure"],
)
def test_an_archive_that_holds_nothing_or_lies_about_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    [found] = problems(path)
    assert found.startswith(("a.zip: not a zip archive, or a damaged one", f"{path}: no file that mlaccess knows"))


def test_what_stands_before_an_archive_does_not_matter(tmp_path: Path) -> None:
    """As in archives that unpack themselves: the directory counts."""
    path = zipped(tmp_path / "a.zip", ("security_users.json", USERS))
    path.write_bytes(b"#!/bin/sh\nrm -rf /\n" + path.read_bytes())
    assert not isinstance(load(path).users, NotExported)


def test_an_archive_that_calls_itself_a_json_file(tmp_path: Path) -> None:
    path = zipped(tmp_path / "security_users.json", ("security_users.json", USERS))
    assert problems(tmp_path)[0].startswith("security_users.json: ")
    assert not isinstance(load(path).users, NotExported), "given by itself, it is what its first bytes say"


@pytest.mark.parametrize("kind", ["folder", "pipe", "loop", "away", "nowhere", "unreadable socket"])
def test_what_is_not_a_file(tmp_path: Path, kind: str) -> None:
    """Neither waited for, nor followed out of the folder."""
    root, away = tmp_path / "export", tmp_path / "away.json"
    root.mkdir()
    away.write_bytes(OTHER)
    (root / "security_roles.json").write_bytes(ROLES)
    place = root / "security_users.json"
    match kind:
        case "folder":
            place.mkdir()
        case "pipe":
            os.mkfifo(place)
        case "loop":
            place.symlink_to("security_users.json")
        case "away":
            place.symlink_to(away)
        case "nowhere":
            place.symlink_to("gone.json")
        case _:
            os.mknod(place, stat.S_IFSOCK | 0o600)
    expected = {"folder": "a folder, expected a file", "pipe": "no regular file, expected a file"}
    expected["unreadable socket"] = expected["pipe"]
    if kind in expected:
        assert problems(root) == [f"security_users.json: {expected[kind]}"]
    else:
        assert [n.id for n in load(root).notices] == ["symlink"]
    assert no_users(load(root, keep_going=True))


def test_a_hash_under_the_wrong_name_is_not_repeated(tmp_path: Path) -> None:
    """`users` saved as `users_roles`: what stands behind the colon would be taken for a user."""
    (tmp_path / "users").write_text(REALM["users"], encoding="utf-8")
    (tmp_path / "users_roles").write_text("ana:$2a$10$secretsecret\nbob:{PBKDF2}10000$secret=\n", encoding="utf-8")
    deployment = load(tmp_path)
    assert [str(n) for n in deployment.notices] == [
        f"users_roles:{i}: a password hash where users belong, left out" for i in (1, 2)
    ]
    assert "secret" not in repr(deployment)


def test_a_secret_below_a_setting_is_dropped(tmp_path: Path) -> None:
    """Flat or nested: one part of the name is enough. A switch is no secret."""
    settings = {"a": {"apikey": {"value": "s3cr3t"}}, "b.password.value": "s3cr3t", "c.token.enabled": "true"}
    (tmp_path / "cluster_settings.json").write_text(json.dumps({"persistent": settings}), encoding="utf-8")
    (tmp_path / "elasticsearch.yml").write_text("a.secret.value: s3cr3t\nd.token.enabled: false\n", encoding="utf-8")
    deployment = load(tmp_path)
    assert "s3cr3t" not in repr(deployment)
    assert "c.token.enabled" in repr(deployment.cluster_settings)
    assert "d.token.enabled" in repr(deployment.settings_files)


def test_a_setting_twice_under_two_spellings(tmp_path: Path) -> None:
    """Flat and nested, with different values: no order tells which one counts."""
    body = {"persistent": {"xpack.ml.enabled": "false", "xpack": {"ml": {"enabled": "true"}}}}
    (tmp_path / "cluster_settings.json").write_text(json.dumps(body), encoding="utf-8")
    [told] = problems(tmp_path)
    assert told.startswith("cluster_settings.json#/persistent/xpack")
    assert "the setting `xpack.ml.enabled` twice with different values" in told


def test_a_value_beside_a_rule_is_not_kept(tmp_path: Path) -> None:
    """Elasticsearch refuses such rules, so what stands there is anything at all."""
    rules = {"all": [{"field": {"username": "ana"}, "password": "s3cr3t"}], "token": {"x": "s3cr3t"}}
    body = {"m": {"enabled": True, "roles": ["r"], "rules": rules}}
    (tmp_path / "role_mappings.json").write_text(json.dumps(body), encoding="utf-8")
    assert "s3cr3t" not in repr(load(tmp_path))


def test_a_date_that_ends_in_a_letter_is_no_time_to_live(tmp_path: Path) -> None:
    """`Z` is a time zone. The key has expired."""
    key = {**FILES["api_keys.json"]["api_keys"][0], "expiration": "2020-01-01T00:00:00Z"}
    (tmp_path / "api_keys.json").write_text(json.dumps({"api_keys": [key]}), encoding="utf-8")
    keys = load(tmp_path).api_keys
    assert not isinstance(keys, NotExported)
    assert keys["k1"].expires_at is not None
    assert keys["k1"].expires_at.year == 2020


_STEERING = [
    "\x1b[2J",
    "\x9b2J",
    "\x07",
    "\r",
    "\x08",
    "\u202e",
    "\x7f",
    "\n",
    "\u2028",
    "\x00",
    "\u200f",
    "\x1b]0;x\x07",
]


@pytest.mark.parametrize("sign", _STEERING, ids=ascii)
def test_names_that_would_steer_a_terminal_are_shown_escaped(
    tmp_path: Path, sign: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In tables, in sentences, in JSON, in complaints."""
    name = f"eve{sign}"
    users = {name: {"username": name, "roles": [name], "enabled": True}}
    roles = {name: {"cluster": ["monitor_ml", name], "indices": [], "applications": [], "run_as": []}}
    (tmp_path / "security_users.json").write_text(json.dumps(users), encoding="utf-8")
    (tmp_path / "security_roles.json").write_text(json.dumps(roles), encoding="utf-8")
    export = str(tmp_path)
    for words in (
        ["access", name, "--explain", export],
        ["access", name, "--format", "json", export],
        ["lint", export],
        ["lint", "--format", "json", export],
        ["access", "nobody" + sign, export],
        ["access", "--nonsense" + sign, export],
        ["show", export + sign],
    ):
        assert main(words) in (0, 1, 2, 3)
        said = "".join(capsys.readouterr())
        assert [c for c in said if not c.isprintable() and c != "\n"] == []
        assert "eve\n" not in said
        assert "bug in mlaccess" not in said
