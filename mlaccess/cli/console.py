"""The terminal: colour where there is one, plain text elsewhere, progress on standard error."""

import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper

from rich.cells import cell_len
from rich.console import Console as _RichConsole
from rich.table import Table
from rich.text import Text

from mlaccess.render.text import ASCII_MARKS, MARKS, Line
from mlaccess.rules import Verdict

__all__ = ["Console", "json_text", "visible"]

_STYLES = {Verdict.GRANTED: "green", Verdict.UNKNOWN: "yellow", Verdict.DENIED: "red"}
_WORDS = {
    "granted": "green",
    "full": "green",
    "read-only": "cyan",
    "upload": "blue",
    "none": "red",
    "denied": "red",
    "unknown": "yellow",
}


class _Rich(_RichConsole):
    def on_broken_pipe(self) -> None:
        # Rich would exit with 1, which here means "denied". The program decides what a closed pipe means.
        raise BrokenPipeError


class Console:
    """Where commands print. `NO_COLOR` and the width of the terminal are honoured by the library underneath.

    Names come from exports, so text is never read as markup, and control characters are shown instead of sent.
    """

    def __init__(self) -> None:
        # A name that the terminal's encoding lacks is printed escaped; it must not end the answer.
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        self.out = _Rich(highlight=False, emoji=False, markup=False)
        self._tables = _Rich(highlight=False, emoji=False, markup=False)
        self.err = _Rich(stderr=True, highlight=False, emoji=False, markup=False)
        encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
        self._unicode = encoding.startswith("utf")
        self._marks = MARKS if self._unicode else ASCII_MARKS

    def say(self, text: str = "", style: str = "") -> None:
        """One line of output. A terminal gets it broken between words; a file or pipe gets one line."""
        _print(self.out, visible(text), style, wrap=self.out.is_terminal)

    def verbatim(self, text: str) -> None:
        """One line to be copied, such as a command: never broken."""
        _print(self.out, visible(text), "", wrap=False)

    def complain(self, text: str) -> None:
        """A complaint on standard error; further lines of it are advice."""
        for line in text.split("\n"):
            _print(self.err, visible(line), "red", wrap=False)

    def note(self, text: str) -> None:
        """A quiet line on standard error."""
        _print(self.err, visible(text), "dim", wrap=False)

    def emit(self, value: object) -> None:
        """A JSON document on standard output."""
        sys.stdout.write(json_text(value, indent=2) + "\n")

    def tree(self, lines: Iterable[Line]) -> None:
        """An explanation, with its marks coloured. On a terminal long lines go on under their own text."""
        width = self.out.width if self.out.is_terminal else 0
        for line in lines:
            lead = line.lead if self._unicode else line.lead.translate(_ASCII_LINES)
            hang = line.hang if self._unicode else line.hang.translate(_ASCII_LINES)
            mark = "" if line.verdict is None else f"{self._marks[line.verdict]} "
            first, *more = _broken(visible(line.text), width - max(len(lead) + len(mark), len(hang)))
            printed = Text(lead)
            if line.verdict is not None:
                printed.append(mark, style=_STYLES[line.verdict])
            printed.append(first, style="dim" if line.verdict is None else "")
            self.out.print(printed, soft_wrap=True)
            for rest in more:
                style = "dim" if line.verdict is None else ""
                self.out.print(Text(hang).append(rest, style=style), soft_wrap=True)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> None:
        """An aligned table; words of levels and verdicts are coloured. `right` are columns aligned to the right."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        shown = [[visible(cell) for cell in row] for row in rows]
        # The table aligns to the left only, because its lines must not be folded.
        every = [max(map(cell_len, (name, *(row[i] for row in shown)))) for i, name in enumerate(head)]
        widths = {i: every[i] for i in right}
        for i, name in enumerate(head):
            table.add_column(_padded(name, widths.get(i, 0)), no_wrap=True, overflow="ignore")
        for row in shown:
            cells = (Text(_padded(c, widths.get(i, 0)), style=_WORDS.get(c, "")) for i, c in enumerate(row))
            table.add_row(*cells)
        # A row stays one line, however narrow the terminal: paths are there to be copied.
        self._tables.width = sum(every) + 2 * len(every) + 1
        self._tables.print(table)

    @contextmanager
    def progress(self, what: str) -> Iterator[Callable[[str], None]]:
        """A line on standard error that shows what is being done, on a terminal only."""
        if not self.err.is_terminal:
            yield lambda _: None
            return
        with self.err.status(Text(what)) as status:
            yield lambda detail: status.update(Text(f"{what} {visible(detail)}"))


def _print(where: _RichConsole, text: str, style: str, *, wrap: bool) -> None:
    where.print(Text(text, style=style), soft_wrap=not wrap)


def _broken(text: str, width: int) -> list[str]:
    """Lines of at most `width` where words allow; one line where there is no width, or hardly any."""
    if width < 20:
        return [text]
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _padded(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text


def visible(text: str) -> str:
    """The text with everything that is not printable shown as an escape: exports must not steer a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON for standard output. What a terminal would obey, or its encoding lacks, is escaped; it stays valid JSON."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    text = _BEYOND_ASCII.sub(_escaped, text)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent, allow_nan=False)
    return text


def _escaped(match: re.Match[str]) -> str:
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in match.group())


_BEYOND_ASCII = re.compile(r"[^\n -~]+")

_ASCII_LINES = str.maketrans({"├": "|", "└": "`", "─": "-", "│": "|"})
