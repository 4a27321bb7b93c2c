"""The files of a node are read as leniently as Elasticsearch reads them, and every omission is told."""

import sys
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlaccess.loaders.file_realm import FileRealm, read_file_realm
from mlaccess.stack import FileRoleMapping, FrozenMap, NotExported, Origin, Users


def realm(**files: str) -> FileRealm:
    names = {"roles": "roles.yml", "role_mapping": "role_mapping.yml", "settings": "elasticsearch.yml"}
    return read_file_realm({f"config/{names.get(k, k)}": text.encode() for k, text in files.items()})


def notices(found: FileRealm) -> list[str]:
    return [notice.id for notice in found.notices]


def test_users_keep_their_names_and_roles_and_never_their_hashes() -> None:
    found = realm(
        users="# comment\nana:$2a$10$hashhashhash\n\nbob:$2a$10$otherhash\n",
        users_roles="ml_ops:ana, bob\nviewer:bob\n",
    )
    assert isinstance(found.users, Users)
    assert {name: user.roles for name, user in found.users.items()} == {"ana": ("ml_ops",), "bob": ("ml_ops", "viewer")}
    assert "hash" not in repr(found)
    assert found.users["ana"].origin == Origin("config/users", "/ana")


def test_a_bad_line_is_left_out_and_never_quoted() -> None:
    found = realm(users="$2a$10$only_a_hash\nana:h\nana:\n\u00e9:h\n", users_roles="no_colon\n:ana\nviewer: \nr:ana\n")
    assert isinstance(found.users, Users)
    assert list(found.users) == ["ana"]
    assert found.users.roles_of("ana") == ("r",)
    assert notices(found) == ["bad-line", "bad-line", "bad-name", "bad-line", "bad-line", "bad-line"]
    assert "only_a_hash" not in str([str(n) for n in found.notices])


def test_roles_of_somebody_who_is_not_in_users_make_no_user() -> None:
    found = realm(users="ana:h\n", users_roles="viewer:ana,ghost\n")
    assert isinstance(found.users, Users)
    assert list(found.users) == ["ana"]
    assert notices(found) == ["unknown-user"]


@pytest.mark.parametrize("files", [{"users": "ana:h\n"}, {"users_roles": "viewer:ana\n"}])
def test_one_of_the_two_files_alone_settles_nothing(files: dict[str, str]) -> None:
    assert isinstance(realm(**files).users, NotExported)


def test_roles_that_two_nodes_tell_differently_are_unknown() -> None:
    """Which node answers decides then; the same file twice is one."""
    users = {"a/users": b"ana:h\nbob:h\n", "a/users_roles": b"viewer:ana\n"}
    found = read_file_realm({**users, "b/users_roles": b"viewer:bob\n"})
    assert isinstance(found.users, NotExported)
    assert [str(p) for p in found.problems] == [
        "b/users_roles: a second `users_roles` that differs from a/users_roles, expected the files of one node"
    ]
    twice = read_file_realm({**users, "b/users_roles": b"viewer:ana\n"}).users
    assert isinstance(twice, Users)
    assert twice.roles_of("ana") == ("viewer",)


def test_a_role_that_is_not_valid_is_skipped_and_the_others_are_read() -> None:
    found = realm(
        roles="""
good:
  cluster: [ monitor_ml ]
  indices: [ { names: 'logs-*', privileges: [ read ] } ]
scalar:
  cluster: all
broken: [
unknown:
  clusters: [ all ]
\u00e9:
  cluster: [ all ]
last:
  run_as: [ 'a*' ]
"""
    )
    assert isinstance(found.roles, FrozenMap)
    assert list(found.roles) == ["good", "last"]
    assert notices(found) == ["skipped-role"] * 4
    good = found.roles["good"]
    assert good.cluster == ("monitor_ml",)
    assert str(good.indices[0].origin) == "config/roles.yml#/good/indices/0"


def test_what_is_wrong_with_a_role_is_told_with_its_line_in_the_file() -> None:
    found = realm(roles="a:\n  cluster: [ all ]\n\n# note\nb:\n\n  # note\n  cluster: all: x\n  cluster: []\n")
    assert [str(n) for n in found.notices] == [
        "config/roles.yml:5: a role that Elasticsearch skips: mapping values are not allowed in this context"
        " at line 8, column 15"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            'ok:\n  cluster: [ all ]\na:\n\n  metadata: { x: "\\ud83d\\ude00" }\n',
            "found invalid Unicode character escape code at line 5, column 21, expected valid YAML",
        ),
        (
            f"a:\n  metadata: {'[' * 200}\n",
            "nested more than 100 levels deep at line 2, column 111, expected at most 100 levels (MAX_DEPTH)",
        ),
    ],
    ids=["surrogates", "deep"],
)
def test_a_role_that_only_elasticsearch_can_read_makes_the_file_a_problem(text: str, problem: str) -> None:
    """To leave it out would deny what it may grant."""
    found = realm(roles=text)
    assert isinstance(found.roles, NotExported)
    assert [str(p) for p in found.problems] == [f"config/roles.yml: {problem}"]


def test_roles_may_be_longer_together_than_each_may_be() -> None:
    """Elasticsearch reads them one by one."""
    filler = "#" * 79 + "\n"
    found = realm(roles="".join(f"r{i}:\n  cluster: [ all ]\n{filler * 1000}" for i in range(45)))
    assert isinstance(found.roles, FrozenMap)
    assert len(found.roles) == 45


def test_a_text_at_the_margin_ends_the_role_before_it() -> None:
    found = realm(roles="a:\n  cluster:\n- all\nb:\n  cluster: [ all ]\n")
    assert isinstance(found.roles, FrozenMap)
    assert list(found.roles) == ["b"] or list(found.roles) == ["a", "b"]
    assert "skipped-role" in notices(found)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("a:\n  metadata: { x: 'b\n\tc' }\n  cluster: [ all ]\n", {"a": ("all",)}),
        ("a:\n  cluster: [ all ]\n---\n  b:\n    cluster: [ monitor ]\n", {"a": ("all",), "b": ("monitor",)}),
        ("---\na:\n  cluster: [ all ]\n...\n", {"a": ("all",)}),
        ("a:\r\n  cluster: [ all ]\r\nb:\r  cluster: [ monitor ]\r", {"a": ("all",), "b": ("monitor",)}),
        ("a:\n  cluster: [ all ]\x0cb:\n  run_as: []\n", {}),
        ("a:\n  cluster: [ all ]\n  metadata: { x: 'b\u2028c' }\n  run_as: []\n", {"a": ("all",)}),
        ("  a:\n    cluster: [ all ]\nb:\n  cluster: [ all ]", {"b": ("all",)}),
    ],
    ids=["tab", "marker-inside", "markers", "line-ends", "form-feed", "line-separator", "inside-nothing"],
)
def test_roles_are_cut_where_elasticsearch_cuts_them(text: str, roles: dict[str, tuple[str, ...]]) -> None:
    """By Java's notion of lines and of white space."""
    found = realm(roles=text)
    assert isinstance(found.roles, FrozenMap)
    assert {name: role.cluster for name, role in found.roles.items()} == roles


def test_the_old_form_of_field_security_is_read_in_roles_yml() -> None:
    found = realm(roles="a:\n  indices:\n    - names: [x]\n      privileges: [read]\n      fields: [f]\n")
    assert isinstance(found.roles, FrozenMap)
    assert found.roles["a"].uses_dls_or_fls


def test_the_last_of_two_roles_of_one_name_counts() -> None:
    found = realm(roles="a:\n  cluster: [ all ]\na:\n  cluster: [ monitor ]\n")
    assert isinstance(found.roles, FrozenMap)
    assert found.roles["a"].cluster == ("monitor",)
    assert notices(found) == ["duplicate"]


def test_an_alias_is_the_text_of_its_name_as_in_elasticsearch() -> None:
    found = realm(roles="a:\n  cluster: &all [ all ]\n  run_as: [ *all ]\n")
    assert isinstance(found.roles, FrozenMap)
    assert found.roles["a"].run_as == ("all",)
    assert notices(found) == ["yaml-alias"]


def test_an_empty_roles_file_holds_no_roles() -> None:
    assert realm(roles="# nothing here\n---\n").roles == FrozenMap()


def test_role_mappings_are_lists_of_distinguished_names() -> None:
    found = realm(role_mapping='ml_ops:\n  - "cn=ml,ou=groups,dc=example,dc=com"\n  - "cn=ana,dc=example,dc=com"\n')
    assert found.role_mappings == (
        FileRoleMapping("ml_ops", ("cn=ml,ou=groups,dc=example,dc=com", "cn=ana,dc=example,dc=com")),
    )


def test_a_mapping_written_as_one_text_is_split_at_its_commas_as_elasticsearch_does() -> None:
    found = realm(role_mapping='ml_ops: "cn=ml,dc=example"\n')
    assert found.role_mappings == (FileRoleMapping("ml_ops", ("cn=ml", "dc=example")),)
    assert notices(found) == ["split-dn"]


def test_a_mapping_of_a_role_with_a_dot_maps_nobody() -> None:
    found = realm(role_mapping='team.ops: ["cn=ml"]\n')
    assert found.role_mappings == ()
    assert notices(found) == ["bad-mapping"]


def test_settings_are_flat_texts_without_secrets() -> None:
    found = realm(
        settings="""
node.roles: [ ml, ingest ]
xpack:
  ml.enabled: false
  security.authc.anonymous:
    username: guest
    roles: viewer, ml_user
  security.http.ssl.keystore.password: hunter2
cluster.name: ${NAME}
"""
    )
    assert found.settings == FrozenMap(
        {
            "node.roles": ("ml", "ingest"),
            "xpack.ml.enabled": "false",
            "xpack.security.authc.anonymous.username": "guest",
            "xpack.security.authc.anonymous.roles": "viewer, ml_user",
            "cluster.name": "${NAME}",
        }
    )
    assert "hunter2" not in repr(found)
    assert notices(found) == ["placeholder"]


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2", "- a", "a:", "a: [[1]]", "{{ x }}: y", "a.b: 1\na:\n  b: 2"])
def test_settings_that_elasticsearch_would_not_start_with_are_a_problem(text: str) -> None:
    found = realm(settings=text)
    assert found.settings is None
    assert [p.file for p in found.problems] == ["config/elasticsearch.yml"]


def test_bytes_that_are_not_utf_8_are_a_problem_of_that_file_alone() -> None:
    found = read_file_realm({"roles.yml": b"a:\n  \xff", "role_mapping.yml": b"a: ['cn=x']"})
    assert isinstance(found.roles, NotExported)
    assert found.role_mappings == (FileRoleMapping("a", ("cn=x",)),)
    assert [str(p) for p in found.problems] == [
        "roles.yml: bytes that are not UTF-8 at line 2, column 3, expected UTF-8 text"
    ]


def test_without_a_yaml_reader_the_problem_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    unread(monkeypatch, None)
    found = realm(roles="a:\n  cluster: [ all ]\n", users="ana:h\n", users_roles="a:ana\n")
    assert isinstance(found.roles, NotExported)
    assert "pip install 'mlaccess[yaml]'" in str(found.problems[0])
    assert isinstance(found.users, Users)


def test_a_yaml_reader_without_libyaml_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    unread(monkeypatch, ModuleType("yaml"))
    found = realm(settings="a: b")
    assert found.settings is None
    assert "needs libyaml" in str(found.problems[0])
    assert "pip install --force-reinstall --only-binary=pyyaml pyyaml" in str(found.problems[0])


def unread(monkeypatch: pytest.MonkeyPatch, yaml: ModuleType | None) -> None:
    """As where PyYAML is not installed, or is another."""
    monkeypatch.setitem(sys.modules, "yaml", yaml)
    for name in ("libyaml", "snakeyaml"):
        monkeypatch.delitem(sys.modules, f"mlaccess.loaders.{name}", raising=False)


def test_a_document_that_would_unfold_without_end_stays_as_small_as_its_text() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60)]
    found = realm(settings="\n".join(lines))
    assert found.settings is not None
    assert len(repr(found.settings)) < 5000


def test_a_text_nested_without_end_is_a_problem() -> None:
    found = realm(role_mapping="[" * 500)
    assert isinstance(found.role_mappings, NotExported)


def test_other_files_are_left_alone() -> None:
    assert read_file_realm({"log4j2.properties": b"\xff", "README": b""}) == FileRealm()


@given(
    st.sampled_from(["users", "users_roles", "roles.yml", "role_mapping.yml", "elasticsearch.yml"]),
    st.binary(max_size=60) | st.text(alphabet="ab:\n -[]{}&*!|>'\",#%\t", max_size=40).map(str.encode),
)
def test_any_bytes_give_a_realm_and_never_an_exception(name: str, content: bytes) -> None:
    assert isinstance(read_file_realm({name: content}), FileRealm)
