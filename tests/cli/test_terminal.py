"""What a terminal, a pipe, a file and an odd encoding get: the same answer, and never a wrong exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlaccess.cli import main
from mlaccess.cli.console import Console, json_text, visible
from mlaccess.render.text import Line
from mlaccess.rules import Verdict

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "mlaccess"]


def _environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "MLACCESS_DEBUG")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def test_a_closed_pipe_is_no_denial() -> None:
    """`mlaccess … | head -1` under `pipefail` must not look like "denied"."""
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [*COMMAND, "access", "amira", "--explain", "example:acme"],
            stdout=write,
            stderr=subprocess.PIPE,
            env=_environment(),
            check=False,
        )
    finally:
        os.close(write)
    assert done.returncode == 2
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_full_disk_is_trouble_and_no_bug(form: str) -> None:
    """An answer that nobody could read was not given."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "access", "amira", "--format", form, "example:acme"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=_environment(),
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == ["error: no space left on device"]


def test_a_terminal_without_unicode_gets_ascii_marks_and_the_same_answer() -> None:
    """Names that it cannot show are escaped."""
    done = subprocess.run(
        [*COMMAND, "access", "ünal", "--explain", "example:acme"],
        capture_output=True,
        env=_environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0"),
        check=False,
    )
    text = done.stdout.decode("ascii")
    assert done.returncode == 3
    assert text.startswith("whether `\\xfcnal` has access")
    assert "|-- ? full access: unknown" in text
    assert done.stderr == b""


def test_names_are_never_markup_emoji_or_commands_to_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Exports hold names that others chose."""
    console = Console()
    console.say("a:key:b [red]x[/red] \x1b[2J\u202e\\")
    console.table(("name",), [("a:key:b [bold] \x1b]0;x\x07",)])
    console.tree([Line("", Verdict.GRANTED, "a:lock:b [dim]\x1b[1A")])
    console.complain("`\x1b[2J`: odd\nhelp: `:key:`")
    said = capsys.readouterr()
    assert [line.rstrip() for line in said.out.splitlines()] == [
        "a:key:b [red]x[/red] \\x1b[2J\\u202e\\",
        "name",
        "a:key:b [bold] \\x1b]0;x\\x07",
        "✓ a:lock:b [dim]\\x1b[1A",
    ]
    assert said.err.splitlines() == ["`\\x1b[2J`: odd", "help: `:key:`"]


def test_what_is_printable_stays_as_it_is() -> None:
    """Only control characters and the like are shown as escapes."""
    assert visible("Zoë – 東京 ✓") == "Zoë – 東京 ✓"
    assert visible("a\nb\tc\x9b") == "a\\nb\\tc\\x9b"


def test_json_stays_json_where_a_character_cannot_be_printed() -> None:
    """A half of a surrogate pair has no UTF-8."""
    assert json_text({"a": "\ud800"}) == '{"a": "\\ud800"}'
    assert json_text({"a": "é"}) == '{"a": "é"}'


class _Terminal:
    """Runs a command on a terminal 100 columns wide."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        pty = pytest.importorskip("pty", reason="needs pseudo-terminals")
        import fcntl
        import struct
        import termios

        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        with subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.DEVNULL,
            env=_environment(**{"TERM": "xterm-256color", "COLUMNS": "100", **environment}),
        ) as process:
            os.close(theirs)
            found = b""
            # The end of a terminal is an error on Linux and an empty read elsewhere.
            try:
                while part := os.read(ours, 65536):
                    found += part
            except OSError:
                pass
        os.close(ours)
        self.code = process.returncode
        self.text = found.decode().replace("\r\n", "\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
def test_a_terminal_gets_colours_unless_no_color_is_set() -> None:
    """Verdicts are green, red and yellow; with `NO_COLOR` nothing has a colour."""
    arguments = ("access", "celia", "--space", "marketing", "--explain", "example:acme")
    coloured, plain = _Terminal(*arguments), _Terminal(*arguments, NO_COLOR="1")
    assert (coloured.code, plain.code) == (0, 0)
    assert "\x1b[31m✗" in coloured.text
    assert "\x1b[32m✓" in coloured.text
    assert not any(f"\x1b[{code}m" in plain.text for code in range(30, 50))


@pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
def test_on_a_terminal_long_lines_go_on_under_their_own_text() -> None:
    """The lines of the tree stay unbroken at the left; only a single long word may stick out."""
    found = _Terminal("access", "bruno", "--space", "default", "--explain", "example:acme", NO_COLOR="1", TERM="dumb")
    tree = found.text[found.text.index("✓ access") :].splitlines()
    assert all(len(line) <= 100 or len(line.split()[-1]) > 60 for line in tree)
    assert all(line.startswith(("├", "│", "└", " ", "✓ access")) for line in tree)


def test_a_misspelt_command_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    """One complaint, no list to search."""
    assert main(["acess", "amira", "example:acme"]) == 2
    assert capsys.readouterr().err.splitlines()[:2] == ["error: no command `acess`", "help: did you mean `access`?"]


def test_without_its_extra_the_command_says_in_one_line_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The library works without it; the command cannot print."""
    monkeypatch.setitem(sys.modules, "rich", None)
    assert main(["show", "example:acme"]) == 2
    said = capsys.readouterr()
    assert said.err == "the command needs its extra: pip install 'mlaccess[cli]'\n"
    assert said.out == ""
