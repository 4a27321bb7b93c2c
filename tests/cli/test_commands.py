"""The command line: answers, exit codes, and that no traceback ever reaches a user."""

import json
import shutil
from pathlib import Path

import pytest

from mlaccess.cli import main
from mlaccess.examples import path


def test_access_prints_one_sentence_and_exits_with_0_where_the_level_is_reached(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Read-only is enough by default."""
    assert main(["access", "celia", "--space", "marketing", "example:acme"]) == 0
    assert capsys.readouterr().out.startswith("`celia` has read-only access in space `marketing`, not more: ")


def test_at_least_says_what_exit_code_0_means() -> None:
    """The same access is not enough where full is asked for."""
    assert main(["access", "celia", "--space", "marketing", "--at-least", "full", "example:acme"]) == 1


def test_an_answer_that_the_export_does_not_settle_exits_with_3() -> None:
    """Level below, ceiling not below."""
    arguments = ["access", "nadia", "--space", "default", "--job", "refund_spikes", "example:acme"]
    assert main(arguments) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["access", "amira", "--space", "nowhere", "example:acme"],
        ["access", "amira", "--job", "no_such_job", "example:acme"],
        ["access", "amira", "--at", "yesterday", "example:acme"],
        ["access", "amira", "--at-least", "everything", "example:acme"],
        ["access", "amira", "--realm", "x", "--metadata", "{", "example:acme"],
        ["access", "amira", "example:nobody"],
        ["access", "amira", "no/such/folder"],
        ["can", "amira", "canFly", "example:acme"],
        ["can", "amira", "ml.put_job", "--job", "order_volume", "--model", "lang_ident_model_1", "example:acme"],
        ["ask", "--questions", "no-such-file", "example:acme"],
        ["diff", "--space", "nowhere", "example:acme", "example:acme"],
        ["diff", "--job", "no_such_job", "example:acme", "example:acme"],
        ["exposure", "--space", "nowhere", "example:acme"],
        ["exposure", "--job", "no_such_job", "example:acme"],
        ["matrix", "--rows", "job", "--cols", "space", "--role", "ml_enginer", "example:acme"],
        ["what-if", "--add-role", "amira", "ml_enginer", "example:acme"],
        ["what-if", "--assign", "order_volume", "nowhere", "example:acme"],
        ["bogus"],
        [],
    ],
    ids=" ".join,
)
def test_what_cannot_be_understood_exits_with_2_and_says_why(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """One clear complaint on standard error, nothing on standard output, no traceback."""
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.err
    assert said.out == ""
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff\xfe\x00", b"[" * 200_000, b'{"a": 1} trailing', b"\x00\x00"],
    ids=["truncated", "wrong encoding", "nested", "trailing", "binary"],
)
def test_a_broken_export_gives_positions_and_exit_code_2(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Never a traceback, never a partial answer."""
    (tmp_path / "security_users.json").write_bytes(content)
    assert main(["access", "amira", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert "security_users.json" in said.err
    assert said.out == ""
    assert "Traceback" not in said.err


def test_ask_answers_in_order_and_goes_on_after_a_line_it_cannot_understand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bad lines get an error of their own."""
    questions = tmp_path / "questions.jsonl"
    lines = [
        '{"id": 1, "user": "amira", "space": "default"}',
        "not json",
        '{"user": "amira", "interface": "telnet"}',
        '{"user": "amira", "space": "nowhere"}',
        '{"id": 5, "user": "nadia", "interface": "api"}',
        "[1]",
        '{"space": "default"}',
    ]
    questions.write_text("\n".join(lines), encoding="utf-8")
    assert main(["ask", "--questions", str(questions), "example:acme"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [("error" in a) for a in answers] == [False, True, True, True, False, True, True]
    assert (answers[0]["id"], answers[0]["level"]) == (1, "full")
    assert (answers[4]["id"], answers[4]["level"]) == (5, "full")


def test_a_user_that_no_export_lists_may_be_a_slip_of_the_pen(capsys: pytest.CaptureFixture[str]) -> None:
    """The answer stays unknown, for another realm may know the name; a close one is named."""
    body = '{"cluster": ["monitor_ml"]}'
    for arguments in (
        ["access", "amria"],
        ["access", "AMIRA", "--format", "json"],
        ["can", "Amira", "ml.put_job"],
        ["fix", "Amira", "--space", "default"],
        ["has-privileges", "Amira", "--body", body],
    ):
        assert main([*arguments, "example:acme"]) == 3
        assert f"note: no user `{arguments[1]}` is listed; did you mean `amira`?" in capsys.readouterr().err
    assert main(["access", "somebody-else", "example:acme"]) == 3
    assert "did you mean" not in capsys.readouterr().err


def test_an_empty_name_is_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    """An unset variable of a script, say: it must not look like an unknown user."""
    assert main(["access", "", "example:acme"]) == 2
    assert "the name of a caller is empty" in capsys.readouterr().err


def test_an_option_that_a_command_lacks_is_refused_with_the_help_of_that_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not with the list of all commands."""
    assert main(["can", "amira", "ml.put_job", "--interface", "api", "example:acme"]) == 2
    assert "help: mlaccess can --help" in capsys.readouterr().err


def test_why_is_about_listed_users(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody else was asked about."""
    assert main(["who-can", "--can", "ml.put_job", "--why", "Amira", "example:acme"]) == 2
    assert "no user `Amira` among the listed users" in capsys.readouterr().err


def test_can_prints_what_the_api_would_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """Status and reason, in Elasticsearch's words."""
    assert main(["can", "otto", "ml.put_job", "example:acme"]) == 1
    assert "403: action [cluster:admin/xpack/ml/job/put] is unauthorized for user [otto]" in capsys.readouterr().out


def test_show_names_what_is_missing_and_the_request_that_would_fetch_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Dev Tools line and a shell line for each."""
    (tmp_path / "version.json").write_text('{"version": {"number": "9.2.1"}}', encoding="utf-8")
    assert main(["show", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "GET _security/role" in said
    assert "curl -s" in said


def shown(folder: Path, capsys: pytest.CaptureFixture[str], **files: object) -> str:
    """What `show` prints about a folder of these answers."""
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    assert main(["show", str(folder)]) == 0
    return capsys.readouterr().out


def test_show_asks_for_nothing_that_the_version_cannot_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A request that does not exist yet is not printed."""
    said = shown(tmp_path, capsys, version={"version": {"number": "6.8.23"}})
    assert "analytics: Elasticsearch 6.8.23 has no request for it: there is one since 7.3" in said
    assert "_ml/data_frame/analytics" not in said
    assert "GET _xpack/security/user" in said


def test_show_asks_for_no_users_and_roles_where_security_is_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Such requests fail there, and no answer needs them."""
    settings = {"persistent": {}, "transient": {}, "defaults": {"xpack.security.enabled": "false"}}
    said = shown(tmp_path, capsys, version={"version": {"number": "9.2.1"}}, cluster_settings_defaults=settings)
    assert "security is switched off: no privilege is checked" in said
    assert "_security/" not in said
    assert "GET _license" in said
    assert "security is switched off" not in shown(tmp_path, capsys, cluster_settings_defaults={"defaults": {}})


def test_show_asks_for_the_data_views_of_each_space_and_names_files_that_no_api_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One request a space; the files of the file realm are named."""
    said = shown(tmp_path, capsys, kibana_spaces=[{"id": "default"}, {"id": "ops"}])
    assert "GET kbn:/api/data_views" in said
    assert "GET kbn:/s/ops/api/data_views" in said
    assert "file_roles: no API shows it, and no `roles.yml` was given" in said


def test_every_command_has_help_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` ends with lines to copy."""
    from mlaccess.cli.program import COMMANDS

    for command in COMMANDS:
        assert main([command, "--help"]) == 0
        assert "examples:" in capsys.readouterr().out


def test_output_is_plain_where_it_is_not_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """No escape sequence in a pipe."""
    main(["access", "amira", "--space", "default", "--explain", "example:acme"])
    assert "\x1b" not in capsys.readouterr().out


def test_a_bug_is_reported_as_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Even then, no traceback and no answer."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("mlaccess.resolver.Resolver.access", broken)
    monkeypatch.delenv("MLACCESS_DEBUG", raising=False)
    assert main(["access", "amira", "example:acme"]) == 2
    said = capsys.readouterr()
    assert "bug" in said.err
    assert "Traceback" not in said.err


def test_diff_of_an_export_with_itself_is_empty_and_violates_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Equivalent."""
    assert main(["diff", "--forbid-new-access", "--require-no-loss", "example:acme", "example:acme"]) == 0
    assert capsys.readouterr().out.startswith("equivalent: 0 of ")


def test_diff_fails_a_build_on_what_was_forbidden(tmp_path: Path) -> None:
    """Gains and losses are told apart, and depend on the direction."""
    import shutil

    from mlaccess.examples import path

    shutil.copytree(path("acme"), tmp_path / "export")
    users = next((tmp_path / "export").rglob("security_users.json"))
    body = json.loads(users.read_text(encoding="utf-8"))
    body["celia"]["roles"].append("ml_engineer")
    users.chmod(0o644)
    users.write_text(json.dumps(body), encoding="utf-8")
    after = str(tmp_path / "export")
    narrow = ["--user", "celia", "--space", "default"]
    assert main(["diff", "--forbid-new-access", *narrow, "example:acme", after]) == 1
    assert main(["diff", "--require-no-loss", *narrow, "example:acme", after]) == 0
    assert main(["diff", "--require-no-loss", *narrow, after, "example:acme"]) == 1
    assert main(["diff", "--forbid-new-access", *narrow, after, "example:acme"]) == 0


def test_diff_forbids_new_access_that_is_no_level(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An operation alone is access too, unless levels alone are to be compared."""
    import shutil

    from mlaccess.examples import path

    shutil.copytree(path("acme"), tmp_path / "export")
    roles = next((tmp_path / "export").rglob("security_roles.json"))
    body = json.loads(roles.read_text(encoding="utf-8"))
    body["web_logs_reader"]["cluster"].append("cluster:admin/xpack/ml/job/delete")
    roles.chmod(0o644)
    roles.write_text(json.dumps(body), encoding="utf-8")
    sides = ["example:acme", str(tmp_path / "export")]
    assert main(["diff", "--forbid-new-access", *sides]) == 1
    assert "ml.delete_job" in capsys.readouterr().out
    assert main(["diff", "--forbid-new-access", "--capability", "ml.put_job", *sides]) == 0
    assert main(["diff", "--forbid-new-access", "--levels-only", *sides]) == 0


def test_what_if_says_what_a_change_would_do(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is changed but a copy."""
    assert main(["what-if", "--hide-ml", "fraud", "--user", "hugo", "example:acme"]) == 0
    assert "hide machine learning in space `fraud`" in capsys.readouterr().out
    assert main(["what-if", "example:acme"]) == 2


@pytest.mark.parametrize(("limit", "listed"), [([], 20), (["--limit", "3"], 3), (["--limit", "0"], 0)])
def test_so_many_cells_of_a_cause_are_listed_and_all_are_counted(
    limit: list[str], listed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """By default the text shows the first of them, and JSON all."""
    hide = ["what-if", "--hide-ml", "default", "--levels-only", "example:acme"]
    assert main([*hide, *limit]) == 0
    text = capsys.readouterr().out
    assert main([*hide, *limit, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (group,) = found["groups"]
    count = sum(found["counts"].values())
    assert group["count"] == count > 20
    assert len(group["cells"]) == (listed if limit else count)
    assert sum(line.split()[1:2] == ["kibana"] for line in text.splitlines()) == listed
    assert f"and {count - listed} more; --limit {count} or --format json lists them all" in text


@pytest.mark.parametrize("given", ["-1", "x", "1.5", "", "9999999999", "9" * 5000])
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["diff", "example:acme", "example:acme"], "is not a number of cells from 0 to 1,000,000,000"),
        (["fix", "celia", "example:acme"], "is not a number of fixes from 1 to 1,000,000"),
    ],
)
def test_a_limit_is_a_number(command: list[str], expected: str, given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, f"--limit={given}"]) == 2
    assert f"`{given[:40]}` {expected}" in capsys.readouterr().err


def test_exposure_and_lint_exit_with_1_where_something_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    """So that a pipeline notices."""
    assert main(["exposure", "--job", "card_fraud_velocity", "example:acme"]) == 1
    assert "kenza" in capsys.readouterr().out
    assert main(["lint", "example:acme"]) == 1
    assert "data_science_2019" in capsys.readouterr().out
    assert main(["lint", "--rule", "NOPE", "example:acme"]) == 2


def test_has_privileges_prints_the_response_body(capsys: pytest.CaptureFixture[str]) -> None:
    """And refuses what the API would refuse."""
    assert main(["has-privileges", "nadia", "--body", '{"cluster": ["manage_ml"]}', "example:acme"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "username": "nadia",
        "has_all_requested": True,
        "cluster": {"manage_ml": True},
        "index": {},
        "application": {},
    }
    assert main(["has-privileges", "nadia", "--body", '{"cluster": ["mange_ml"]}', "example:acme"]) == 2
    assert "400: unknown cluster privilege [mange_ml]" in capsys.readouterr().err
    assert main(["has-privileges", "amira", "--body", '{"cluster": ["monitor"]}', "example:acme"]) == 1


def test_has_privileges_says_null_where_the_export_does_not_settle_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is granted in any case stays true."""
    roles = {
        "ml": {"cluster": ["manage_ml"], "indices": [], "applications": []},
        "reports": {"cluster": ["a_privilege_of_a_plugin"], "indices": [], "applications": []},
    }
    (tmp_path / "security_roles.json").write_text(json.dumps(roles), encoding="utf-8")
    users = {"ana": {"username": "ana", "roles": ["ml", "reports"], "enabled": True}}
    (tmp_path / "security_users.json").write_text(json.dumps(users), encoding="utf-8")
    mixed = {"cluster": ["manage_ml", "manage"], "index": [{"names": ["a"], "privileges": ["read"]}]}
    assert main(["has-privileges", "ana", "--body", json.dumps(mixed), str(tmp_path)]) == 3
    said = capsys.readouterr()
    assert json.loads(said.out) == {
        "username": "ana",
        "has_all_requested": None,
        "cluster": {"manage_ml": True, "manage": None},
        "index": {"a": {"read": None}},
        "application": {},
    }
    assert "reports" in said.err


def test_has_privileges_is_not_there_where_security_is_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Elasticsearch registers no handler for it then; a body would speak of roles that nobody asks for."""
    settings = {
        "nodes": {"n": {"name": "n", "roles": ["ml"], "settings": {"xpack": {"security": {"enabled": "false"}}}}}
    }
    (tmp_path / "nodes.json").write_text(json.dumps(settings), encoding="utf-8")
    assert main(["has-privileges", "ana", "--body", '{"cluster": ["manage_ml"]}', str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "400: no handler found for uri [/_security/user/_has_privileges] and method [POST]" in said.err
    assert "security is switched off" in said.err


def test_who_can_exits_by_whether_anyone_can(capsys: pytest.CaptureFixture[str]) -> None:
    """0: someone certainly can; 1: nobody; 3: only possibly."""
    assert main(["who-can", "--at-least", "full", "--space", "fraud", "example:acme"]) == 0
    assert "10 of 27 listed users" in capsys.readouterr().out
    assert main(["who-can", "--at-least", "full", "--space", "fraud", "--job", "order_volume", "example:acme"]) == 1
    assert "0 of 27 listed users" in capsys.readouterr().out
    arguments = ["who-can", "--at-least", "read-only", "--space", "default", "--job", "refund_spikes", "example:acme"]
    assert main(arguments) == 3
    assert "0 of 27 listed users, and possibly 4 more" in capsys.readouterr().out


def test_who_can_explains_whom_it_is_asked_about(capsys: pytest.CaptureFixture[str]) -> None:
    """Also where the answer is no."""
    assert main(["who-can", "--can", "ml.put_job", "--why", "amira", "example:acme"]) == 0
    assert "✗ ml.put_job: denied" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["who-can", "example:acme"],
        ["who-can", "--at-least", "none", "example:acme"],
        ["who-can", "--can", "canFly", "example:acme"],
        ["who-can", "--can", "ml.put_job", "--interface", "api", "example:acme"],
        ["who-can", "--at-least", "full", "--space", "nowhere", "example:acme"],
        ["matrix", "--rows", "space", "--cols", "job", "example:acme"],
        ["matrix", "--rows", "user", "--cols", "user", "example:acme"],
        ["matrix", "--rows", "user", "--user", "amira", "example:acme"],
        ["matrix", "--rows", "user", "--role", "viewer", "example:acme"],
        ["matrix", "--cols", "job", "--space", "nowhere", "example:acme"],
        ["matrix", "--open", "amira", "nowhere", "example:acme"],
        ["matrix", "--totals", "--space", "fraud", "example:acme"],
        ["matrix", "--totals", "--processes", "0", "example:acme"],
    ],
    ids=" ".join,
)
def test_questions_about_everyone_that_make_no_question_are_trouble(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and a complaint, nothing on standard output."""
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err


def test_a_matrix_is_printed_as_a_table_as_csv_and_one_cell_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """The same levels in each form."""
    assert main(["matrix", "--space", "fraud", "--cols", "job", "--format", "csv", "example:acme"]) == 0
    head, *rows = (line.split(",") for line in capsys.readouterr().out.splitlines())
    levels = dict(zip(head, next(row for row in rows if row[0] == "hugo"), strict=True))
    assert (levels["fraud_outliers"], levels["order_volume"], levels["campaign_clicks"]) == ("read-only", "n/a", "n/a")
    assert (
        main(["matrix", "--space", "fraud", "--cols", "job", "--open", "hugo", "fraud_outliers", "example:acme"]) == 0
    )
    assert capsys.readouterr().out.startswith("hugo, fraud_outliers: read-only\n")
    assert main(["matrix", "--role", "viewer", "--rows", "job", "example:acme"]) == 0
    assert "read-only" in capsys.readouterr().out


def test_totals_by_two_processes_are_those_of_one(capsys: pytest.CaptureFixture[str]) -> None:
    """As CSV, which has every number."""
    assert main(["matrix", "--totals", "--format", "csv", "example:acme"]) == 0
    alone = capsys.readouterr().out
    assert main(["matrix", "--totals", "--processes", "2", "--format", "csv", "example:acme"]) == 0
    assert capsys.readouterr().out == alone
    assert alone.splitlines()[1].startswith("all,,,55,55,32,32,28,28,1640,1610,")


def test_questions_about_everyone_without_a_list_of_users_are_unknown_not_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Leaving a file out never makes an answer certain."""
    for file in Path(path("acme")).rglob("*.json"):
        if file.name not in {"security_users.json", "security_users_reserved.json"}:
            shutil.copy(file, tmp_path / file.name)
    for command in (["who-can", "--at-least", "full", "--space", "fraud"], ["exposure"], ["discrepancies"]):
        assert main([*command, str(tmp_path)]) == 3
        assert "does not list all users" in capsys.readouterr().err
    assert main(["matrix", "--totals", str(tmp_path)]) == 0
    assert "does not list all users" in capsys.readouterr().err


def test_a_matrix_without_lists_of_spaces_and_jobs_has_those_that_other_files_mention(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As `--totals` counts them, and a note says what is not listed."""
    left_out = {"kibana_spaces.json", "ml_anomaly_detectors.json", "ml_dataframe.json"}
    for file in Path(path("acme")).rglob("*.json"):
        if file.name not in left_out:
            shutil.copy(file, tmp_path / file.name)
    assert main(["matrix", "--format", "csv", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert {"default", "fraud", "marketing"} <= set(said.out.splitlines()[0].split(","))
    assert "does not list all spaces (`kibana_spaces.json`)" in said.err
    assert main(["matrix", "--cols", "job", "--space", "fraud", "--format", "csv", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert {"order_volume", "card_fraud_velocity"} <= set(said.out.splitlines()[0].split(","))
    assert "anomaly detection jobs (`ml_anomaly_detectors.json`)" in said.err
    assert "data frame analytics jobs (`ml_dataframe.json`)" in said.err


def test_exposure_is_not_sure_of_nothing_where_no_jobs_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There may be results that nobody was asked about."""
    users = {"ana": {"username": "ana", "roles": [], "enabled": True}}
    (tmp_path / "security_users.json").write_text(json.dumps(users), encoding="utf-8")
    (tmp_path / "security_roles.json").write_text("{}", encoding="utf-8")
    assert main(["exposure", str(tmp_path)]) == 3
    assert "does not list all anomaly detection jobs" in capsys.readouterr().err


def test_a_table_wider_than_any_terminal_is_whole_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    """Every role has its own column, with its whole name and whole levels."""
    assert main(["matrix", "--rows", "job", "--cols", "role", "example:acme"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert {"superuser", "ml_api_operator", "kibana_admin"} <= set(head.split())
    at = head.index("superuser")
    row = next(line for line in rows if line.startswith("refund_spikes"))
    assert row[at:].startswith("none to full")
