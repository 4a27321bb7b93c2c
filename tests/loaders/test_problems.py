"""Broken exports: one report with every problem and its place, never a traceback, never a partial answer."""

import json
import sys

import pytest

from mlaccess.errors import LoadError
from mlaccess.loaders import load
from mlaccess.loaders.catalogue import FILES, FileRow
from mlaccess.loaders.limits import MAX_DEPTH, MAX_PROBLEMS_PER_FILE
from mlaccess.stack import NotExported

from .conftest import WriteFolder


def problems(folder: WriteFolder, files: dict[str, object]) -> list[str]:
    with pytest.raises(LoadError) as caught:
        load(folder(files))
    return [str(p) for p in caught.value.problems]


def test_every_problem_of_every_file_is_told_at_once(folder: WriteFolder) -> None:
    """Each with its file, its JSON pointer, what was found and what was expected."""
    found = problems(
        folder,
        {
            "licenses.json": {"license": {"type": 5, "status": ["active"]}},
            "security_roles.json": {
                "r": {"cluster": [1, "all"], "indices": [{"names": ["a"]}, 7], "run_as": {"a": 1}},
                "s/t": "superuser",
            },
            "security_users.json": {
                "ana": {"roles": 3, "enabled": "perhaps"},
                "ben": {"enabled": True},
                "cai": ["superuser"],
            },
        },
    )
    assert found == [
        "licenses.json#/license/type: a number, expected a licence type",
        "licenses.json#/license/status: a list, expected a licence status",
        "security_roles.json#/r/cluster/0: a number, expected a text",
        "security_roles.json#/r/indices/0: no `privileges`, expected a list of index privileges",
        "security_roles.json#/r/indices/1: a number, expected an entry: an object with `privileges`",
        "security_roles.json#/r/run_as: an object, expected a list of user names",
        "security_roles.json#/s~1t: a text, expected a role: an object with `cluster`, `indices`, `applications`",
        "security_users.json#/ana/roles: a number, expected a list of role names",
        "security_users.json#/ana/enabled: a text, expected true or false",
        "security_users.json#/ben: no `roles`, expected the roles of a user",
        "security_users.json#/cai: a list, expected a user, an object with `roles`",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": {"roles": ["x"], "enab', "the text ends in the middle of a value at line 1, column"),
        ('{"a": {"roles": ["x"]', "the text ends in the middle of a value at line 1, column"),
        ('{\n  "a": {},,\n}', "not JSON at line 2, column"),
        ("{'a': 1}", "not JSON at line 1, column 2: expecting property name"),
        ('{} {"b": 1}', "text after the end of the value at line 1, column 4"),
        ("users:\n  - ana\n", "not JSON at line 1, column 1: expecting value"),
        ('{"a": NaN}', "`NaN` at line 1, column 7"),
        ('{"NaN": "NaN", "a":\n -Infinity}', "`-Infinity` at line 2, column 2"),
        (b'{"a": "\xff"}', "bytes that are not UTF-8 at line 1, column 8"),
        (b'{\n"a": "\xe9t\xe9"}', "bytes that are not UTF-8 at line 2, column 7"),
        (b"\xff\xfe{", "bytes that are not UTF-16"),
        (b"\x00\x01\x02\x03", "not JSON at line 1, column 1"),
        ('{"a": 1' + "0" * 5000 + "}", "a number of more than 4300 digits at line 1, column 7"),
        ("[" * 200_000, f"nested more than {MAX_DEPTH} levels deep at line 1, column {MAX_DEPTH + 1}"),
        ('{"a":' * 100_000, f"nested more than {MAX_DEPTH} levels deep at line 1, column {5 * MAX_DEPTH + 1}"),
        ("null", "null, expected"),
        ("true", "true, expected"),
        ("17", "a number, expected"),
        ('"ana"', "a text, expected"),
    ],
)
def test_a_file_that_is_not_json_says_where(folder: WriteFolder, text: str | bytes, words: str) -> None:
    """Line and column, or the pointer of a value of the wrong type."""
    [found] = problems(folder, {"security_users.json": text})
    assert found.startswith("security_users.json")
    assert words in found


@pytest.mark.parametrize("row", [r for r in FILES if r.file.endswith(".json")], ids=lambda r: r.base_name)
@pytest.mark.parametrize(
    "value", ["null", "17", '"x"', "true", "[17]", "[[]]", '{"a": 17}', '{"a": []}', '{"": {"": ""}}']
)
def test_any_json_in_any_place_is_read_or_reported(folder: WriteFolder, row: FileRow, value: str) -> None:
    """No shape of JSON makes a traceback; what is not read is reported at its place."""
    root = folder({row.base_name: value})
    deployment = load(root, keep_going=True)
    [file] = deployment.inputs
    broken = [n for n in deployment.notices if n.id == "broken"]
    assert file.status == ("broken" if broken else file.status)
    assert all(n.position.startswith(row.base_name) and str(n).isprintable() for n in broken)
    if broken:
        with pytest.raises(LoadError):
            load(root)
    else:
        assert load(root) == deployment


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("security_users.json", '{"a":{"roles":[]},"a":{"roles":["superuser"]}}', "#/a: the name `a` twice"),
        ("security_roles.json", '{"r":{"cluster":[]},"r":{"cluster":[]}}', "#/r: the name `r` twice"),
        (
            "security_roles.json",
            '{"r":{"cluster":[],"cluster":["all"]}}',
            "#/r/cluster: the key `cluster` twice with different",
        ),
        ("kibana_spaces.json", '[{"id":"s"},{"id":"s"}]', "#/1: the space `s` twice"),
        ("kibana_roles.json", '[{"name":"r","kibana":[]},{"name":"r","kibana":[]}]', "#/1: the role `r` twice"),
        ("jobs_spaces.json", '{"anomaly-detector":{"j":["a"],"j":["*"]}}', "#/anomaly-detector/j: the name `j` twice"),
        (
            "security_users.json",
            '{"users":[{"username":"u","roles":[]},{"username":"u","roles":[]}]}',
            "#/users/1: the user `u`",
        ),
    ],
)
def test_a_name_that_occurs_twice_is_an_error(folder: WriteFolder, file: str, text: str, words: str) -> None:
    """Python would keep the last one; which one counts may decide about access."""
    [found] = problems(folder, {file: text})
    assert words in found


def test_a_key_twice_where_nothing_hangs_on_it_is_a_notice(folder: WriteFolder) -> None:
    """Equal values anywhere, different ones in files that do not grant."""
    same = load(folder({"security_roles.json": '{"r":{"cluster":["all"],"cluster":["all"]}}'}, "same"))
    other = load(folder({"version.json": '{"tagline":"a","tagline":"b","version":{"number":"9.0.0"}}'}, "other"))
    assert [str(n) for n in same.notices] == [
        "security_roles.json#/r/cluster: a key occurs twice; both values are the same"
    ]
    assert [str(n) for n in other.notices] == ["version.json#/tagline: a key occurs twice; the last value counts"]


def test_a_user_under_another_name_is_an_error(folder: WriteFolder) -> None:
    """The key and `username` are the same in every answer."""
    found = problems(folder, {"security_users.json": {"ana": {"username": "ben", "roles": [], "enabled": True}}})
    assert found == ["security_users.json#/ana/username: another name than the user's key, expected `ana`"]


def test_answers_saved_under_each_others_names_are_errors(folder: WriteFolder) -> None:
    """Users are no roles, and roles no users: a silent reading would deny everything."""
    users = {"ana": {"username": "ana", "roles": ["r"], "enabled": True, "metadata": {}}}
    roles = {"r": {"cluster": ["all"], "indices": []}}
    mappings = {"m": {"enabled": True, "roles": ["r"], "rules": {"field": {"username": "*"}}}}
    assert problems(folder, {"security_roles.json": users})[0].startswith(
        "security_roles.json#/ana: an object without any clause of a role"
    )
    assert problems(
        folder,
        {"security_users.json": roles},
    )[0].endswith("expected the roles of a user")
    assert problems(folder, {"security_role_mappings.json": roles})[0].startswith(
        "security_role_mappings.json#/r: no `rules`"
    )
    assert problems(folder, {"kibana_roles.json": roles})[0].startswith("kibana_roles.json#/r: neither `elasticsearch`")
    assert problems(folder, {"security_roles.json": mappings})[0].startswith(
        "security_roles.json#/m: an object without"
    )
    assert problems(folder, {"kibana_spaces.json": roles})[0].startswith(
        "kibana_spaces.json: an object without `spaces`"
    )


def test_half_a_character_is_an_error(folder: WriteFolder) -> None:
    """JSON can write what no encoding can print."""
    found = problems(folder, {"security_users.json": r'{"ana": {"roles": ["\ud83d", "\ud83d\ude00"]}}'})
    assert found == [
        "security_users.json#/ana/roles/0: half of a surrogate pair, which is no character, expected text in Unicode"
    ]
    found = problems(folder, {"security_users.json": r'{"\ud83d": {"roles": []}, "": {"roles": []}}'})
    assert found == [
        "security_users.json: half of a surrogate pair in a key, which is no character, expected text in Unicode"
    ]
    whole = load(folder({"security_users.json": r'{"ana": {"roles": ["\ud83d\ude00"], "enabled": true}}'}))
    assert not isinstance(whole.users, NotExported)
    assert whole.users["ana"].roles == ("😀",)


def test_names_cannot_speak_to_the_terminal(folder: WriteFolder) -> None:
    """Control characters in a name are written as escapes, in reports and in notices."""
    found = problems(folder, {"security_users.json": {"a\x1b[2J\nb": 5}})
    assert found == ["security_users.json#/a\\u001b[2J\\u000ab: a number, expected a user, an object with `roles`"]


def test_what_was_expected_cannot_speak_to_the_terminal_either(folder: WriteFolder) -> None:
    """A problem quotes the file in what it expected, too: a key that a name has to repeat."""
    privileges = {"kibana-.kibana": {"a\u001b[2J": {"application": "kibana-.kibana", "name": "b", "actions": []}}}
    with pytest.raises(LoadError) as caught:
        load(folder({"security_priv.json": json.dumps(privileges)}))
    assert [problem.expected for problem in caught.value.problems if problem.expected]
    assert all(str(problem).isprintable() for problem in caught.value.problems)


def test_many_problems_of_one_file_are_counted(folder: WriteFolder) -> None:
    found = problems(folder, {"security_users.json": {f"u{i}": {} for i in range(MAX_PROBLEMS_PER_FILE + 50)}})
    assert len(found) == MAX_PROBLEMS_PER_FILE + 1
    # Two entries of a user: no roles; and `enabled` is only a notice.
    assert found[-1] == "security_users.json: 50 more problems of this file are not listed (MAX_PROBLEMS_PER_FILE)"


def test_deep_metadata_is_refused_where_python_would_cope(folder: WriteFolder) -> None:
    """The limit is the documented one, on every version of Python."""
    deep: object = 1
    for _ in range(MAX_DEPTH + 2):
        deep = [deep]
    [found] = problems(folder, {"security_roles.json": {"r": {"cluster": [], "metadata": {"a": deep}}}})
    assert found.startswith(f"security_roles.json#/r/metadata: nested more than {MAX_DEPTH} levels deep, expected")


def test_utf_16_is_read_with_a_notice(folder: WriteFolder) -> None:
    """PowerShell writes it when output is redirected into a file."""
    text = json.dumps({"ana": {"roles": ["größe"], "enabled": True}}, ensure_ascii=False)
    for encoding in ("utf-16", "utf-8-sig"):
        deployment = load(folder({"security_users.json": text.encode(encoding)}, encoding))
        assert not isinstance(deployment.users, NotExported)
        assert deployment.users["ana"].roles == ("größe",)
        assert [n.id for n in deployment.notices] == (["encoding"] if encoding == "utf-16" else [])


def test_keep_going_makes_broken_files_not_exported(folder: WriteFolder) -> None:
    """The reason is the first problem, the problems become notices, and whole files are read as ever."""
    root = folder({"security_users.json": '{"ana": ', "security_roles.json": {"r": {"cluster": ["all"]}}})
    deployment = load(root, keep_going=True)
    assert isinstance(deployment.users, NotExported)
    assert "the file is broken" in deployment.users.reason
    assert deployment.users.file == "security_users.json"
    assert deployment.users.request == "GET _security/user"
    assert not isinstance(deployment.roles, NotExported)
    assert [n.id for n in deployment.notices] == ["broken"]
    assert {i.path: i.status for i in deployment.inputs} == {
        "security_users.json": "broken",
        "security_roles.json": "read",
    }


def test_keep_going_never_keeps_half_a_file(folder: WriteFolder) -> None:
    """One bad role makes all roles unknown: a user's other roles could be the bad one."""
    roles = {"good": {"cluster": ["all"]}, "bad": {"cluster": 5}}
    deployment = load(folder({"security_roles.json": roles}), keep_going=True)
    assert isinstance(deployment.roles, NotExported)


def test_no_problem_shows_the_value_that_was_misplaced(folder: WriteFolder) -> None:
    """It might be a password."""
    found = problems(folder, {"security_users.json": {"ana": "hunter2", "ben": {"roles": 7, "metadata": "hunter2"}}})
    assert found
    assert not any("hunter2" in text for text in found)


def test_the_limit_of_digits_is_the_interpreters(folder: WriteFolder) -> None:
    """Where the caller lifted it, long numbers are read."""
    limit = sys.get_int_max_str_digits()
    try:
        sys.set_int_max_str_digits(0)
        deployment = load(folder({"version.json": '{"x": 1' + "0" * 5000 + ', "version": {"number": "9.0.0"}}'}))
    finally:
        sys.set_int_max_str_digits(limit)
    assert deployment.version == "9.0.0"


@pytest.mark.parametrize("key", ["password", "password_hash", "api_key", "encoded", "token", "hash", "client_secret"])
def test_no_secret_survives_loading(folder: WriteFolder, key: str) -> None:
    """Whatever the file, a planted secret is nowhere in the deployment."""
    planted = "planted-s3cret"
    deployment = load(
        folder(
            {
                "security_users.json": {
                    "ana": {"roles": [], "enabled": True, key: planted, "metadata": {key: planted}}
                },
                "security_roles.json": {"r": {"cluster": [], key: planted, "metadata": {"deep": {key: [planted]}}}},
                "api_keys.json": {"api_keys": [{"id": "i", key: planted, "metadata": {key: planted}}]},
                "service_accounts.json": {"a/b": {"role_descriptor": {"cluster": []}, key: planted}},
                "security_role_mappings.json": {
                    "m": {"enabled": True, "roles": [], "rules": {}, key: planted, "metadata": {key: planted}}
                },
                "ml_datafeeds.json": {
                    "datafeeds": [
                        {
                            "datafeed_id": "d",
                            "job_id": "j",
                            "indices": ["a"],
                            "authorization": {"api_key": {"id": "i", key: planted}, key: planted},
                        }
                    ]
                },
                "nodes.json": {"nodes": {"n": {"roles": [], "settings": {"xpack": {"x": {key: planted}}}}}},
                "cluster_settings.json": {"persistent": {f"xpack.mail.{key}": planted}, "transient": {}},
                "users": f"fay:{planted}\n",
                "users_roles": "r:fay\n",
            }
        )
    )
    assert not isinstance(deployment.users, NotExported)
    assert not isinstance(deployment.file_users, NotExported)
    everything = [repr(deployment), *map(repr, deployment.users.values()), *map(repr, deployment.file_users.values())]
    everything += [str(n) for n in deployment.notices] + [repr(deployment.inputs)]
    assert not any(planted in text for text in everything)
