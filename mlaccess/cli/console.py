"""The terminal: colour where there is one, plain text elsewhere, progress on standard error."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console as RichConsole
from rich.markup import escape
from rich.table import Table

from mlaccess.render.text import ASCII_MARKS, MARKS, Line
from mlaccess.rules import Verdict

__all__ = ["Console"]

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


class Console:
    """Where commands print. `NO_COLOR` and the width of the terminal are honoured by the library underneath."""

    def __init__(self) -> None:
        self.out = RichConsole(soft_wrap=True, highlight=False)
        self._tables = RichConsole(width=400, highlight=False)
        self.err = RichConsole(stderr=True, soft_wrap=True, highlight=False)
        encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
        self._marks = MARKS if encoding.startswith("utf") else ASCII_MARKS
        self._unicode = encoding.startswith("utf")

    def say(self, text: str = "", style: str = "") -> None:
        """One line of output, printed as it is."""
        self.out.print(escape(text), style=style or None)

    def complain(self, text: str) -> None:
        """One line on standard error."""
        self.err.print(escape(text), style="red")

    def note(self, text: str) -> None:
        """A quiet line on standard error."""
        self.err.print(escape(text), style="dim")

    def emit(self, value: object) -> None:
        """A JSON document on standard output."""
        sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")

    def tree(self, lines: Iterable[Line]) -> None:
        """An explanation, with its marks coloured."""
        for line in lines:
            lead = line.lead if self._unicode else line.lead.translate(_ASCII_LINES)
            text = line.text if self._unicode else line.text.encode("ascii", "replace").decode()
            if line.verdict is None:
                self.out.print(f"{escape(lead)}[dim]{escape(text)}[/dim]")
            else:
                mark = f"[{_STYLES[line.verdict]}]{self._marks[line.verdict]}[/]"
                self.out.print(f"{escape(lead)}{mark} {escape(text)}")

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> None:
        """An aligned table; words of levels and verdicts are coloured. `right` are columns aligned to the right."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for i, name in enumerate(head):
            table.add_column(name, justify="right" if i in right else "left", no_wrap=True, overflow="ignore")
        for row in rows:
            table.add_row(*(_styled(cell) for cell in row))
        # A row stays one line, however narrow the terminal: paths are there to be copied.
        self._tables.print(table)

    @contextmanager
    def progress(self, what: str) -> Iterator[Callable[[str], None]]:
        """A line on standard error that shows what is being done, on a terminal only."""
        if not self.err.is_terminal:
            yield lambda _: None
            return
        with self.err.status(escape(what)) as status:
            yield lambda detail: status.update(escape(f"{what} {detail}"))


_ASCII_LINES = str.maketrans({"├": "|", "└": "`", "─": "-", "│": "|"})


def _styled(cell: str) -> str:
    style = _WORDS.get(cell)
    return f"[{style}]{escape(cell)}[/]" if style else escape(cell)
