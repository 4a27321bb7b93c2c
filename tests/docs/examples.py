"""The examples in the documentation: found, run, compared, and with `python -m tests.docs.examples` written anew.

A `console` block holds commands after `$ ` with the output that follows them; a `pycon` block is a doctest session.
Commands run in this process, in the repository's root, without colour and 100 columns wide.
"""

import contextlib
import doctest
import io
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

__all__ = ["ROOT", "console_blocks", "pages", "pycon_problems", "run", "written_anew"]

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```(console|pycon)\n(.*?)^```$", re.S | re.M)


def pages() -> list[Path]:
    """Every page with examples to run."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [p for p in found if p.exists() and _BLOCK.search(p.read_text(encoding="utf-8"))]


def run(command: str) -> str:
    """What a command prints, on both streams, and its exit code where that is not 0."""
    from mlaccess.cli import main

    arguments = shlex.split(command)
    assert arguments[0] == "mlaccess", f"an example runs `mlaccess`, not `{arguments[0]}`"
    out = io.StringIO()
    before, here = dict(os.environ), Path.cwd()
    os.environ.update(NO_COLOR="1", COLUMNS="100", TERM="dumb")
    os.chdir(ROOT)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            try:
                code = main(arguments[1:])
            except SystemExit as stop:
                code = stop.code if isinstance(stop.code, int) else 2
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
    text = "\n".join(line.rstrip() for line in out.getvalue().rstrip("\n").splitlines())
    return text + (f"\n(exit code {int(code)})" if code else "")


def console_blocks(text: str) -> Iterator[tuple[str, str]]:
    """(command, expected output) of every command in a page."""
    for kind, body in _BLOCK.findall(text):
        if kind == "console":
            yield from _commands(body)


def _commands(body: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", body, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        while command.endswith("\\"):
            more, _, output = output.partition("\n")
            command = command[:-1] + more.strip()
        yield command, output.rstrip("\n")


def pycon_problems(page: Path) -> str:
    """What a page's Python sessions print that the page does not say; empty where they agree."""
    sessions = "\n".join(body for kind, body in _BLOCK.findall(page.read_text(encoding="utf-8")) if kind == "pycon")
    if not sessions:
        return ""
    test = doctest.DocTestParser().get_doctest(sessions, {}, page.name, str(page), 0)
    report = io.StringIO()
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(test, out=report.write)
    finally:
        os.chdir(here)
    return report.getvalue()


def written_anew(text: str) -> str:
    """A page with the output of every command as it is now."""

    def renew(match: re.Match[str]) -> str:
        if match[1] != "console":
            return match[0]
        parts = re.split(r"^(?=\$ )", match[2], flags=re.M)
        return "```console\n" + "".join(_renewed(p) for p in parts if p.startswith("$ ")) + "```"

    return _BLOCK.sub(renew, text)


def _renewed(part: str) -> str:
    lines = part.splitlines()
    head = 1
    while lines[head - 1].endswith("\\"):
        head += 1
    (command, _), *_ = _commands(part)
    output = run(command)
    return "\n".join([*lines[:head], *([output] if output else [])]) + "\n"


if __name__ == "__main__":
    for page in pages():
        before = page.read_text(encoding="utf-8")
        page.write_text(written_anew(before), encoding="utf-8")
