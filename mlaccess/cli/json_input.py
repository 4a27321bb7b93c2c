"""JSON that people give with a question, in arguments, files or lines. What could be read in two ways is refused."""

import json
import sys
from math import isinf
from pathlib import Path
from typing import Any

from mlaccess.errors import MlAccessError

__all__ = ["UsageError", "read_json", "text_of_file"]


class UsageError(MlAccessError):
    """The command line cannot be understood; the message says what was expected."""


def text_of_file(path: str) -> str:
    """The text of a file, or of standard input for `-`. Raises `UsageError` where it is not UTF-8, and `OSError`."""
    try:
        return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{'standard input' if path == '-' else path}: not UTF-8") from None


def read_json(text: str) -> Any:
    """The value of a JSON text.

    Raises `ValueError` where it is none, nests too deeply, or holds a number that is none (`NaN`, 1e999), and
    `UsageError` where a key is there twice: the answer is about someone's access.
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise UsageError(f"`{key}` is there twice")
            seen.add(key)
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _number(digits: str) -> float:
    value = float(digits)
    return _no_number(digits) if isinf(value) else value
