"""Tables as CSV, which people open in spreadsheets."""

import csv
import io
from collections.abc import Iterable

__all__ = ["csv_text"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(lines: Iterable[Iterable[str | int]]) -> str:
    """The text of a table, by RFC 4180 with line feeds.

    A name that a spreadsheet would take for a formula (one that begins with `=`, `+`, `-`, `@`, a tab or a carriage
    return) gets an apostrophe before it, for names in an export are whatever somebody called a thing. JSON output has
    names as they are.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for line in lines:
        writer.writerow([_cell(value) for value in line])
    return text.getvalue()


def _cell(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
