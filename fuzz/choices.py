"""Decisions read from bytes, so that a fuzzer that changes bytes changes decisions. No bytes left means the first."""

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["HOSTILE_TEXTS", "Choices"]

T = TypeVar("T")

HOSTILE_TEXTS: tuple[str, ...] = (
    "",
    " ",
    "*",
    "/a(b/",
    "a,b",
    "a/b~c",
    "..",
    "\x00",
    "\x1b[2J\x1b]0;owned\x07",
    "\u202eevil",
    "\u0000null",
    "line\nbreak\r",
    "\ud800",
    "😀",
    "é" * 40,
    "x" * 3000,
    "true",
    "null",
    "1",
    "1e999",
    "2026-13-45",
    "_all",
    "${jndi:x}",
    "{{#toJson}}x{{/toJson}}",
    '{"template": {"source": "x"}}',
    "[red]markup[/red]",
    "superuser",
    "default",
    "manage_ml",
    "feature_ml.all",
    "space:default",
    "space:*",
    "kibana-.kibana",
)
"""Texts that readers, terminals and shells have stumbled over, and some words that mean something here."""


class Choices:
    """A stream of decisions."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes not yet used."""
        return len(self._data) - self._at

    def byte(self) -> int:
        """A number from 0 to 255."""
        if self._at >= len(self._data):
            return 0
        self._at += 1
        return self._data[self._at - 1]

    def index(self, length: int) -> int:
        """An index into something of this length, up to 65,536."""
        return self.byte() % length if length <= 256 else (self.byte() << 8 | self.byte()) % length

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.index(len(options))]

    def chance(self, of: int) -> bool:
        """True once in `of` times; false when no bytes are left."""
        return self.byte() % of == 1

    def bytes(self, most: int) -> bytes:
        """At most so many bytes as they are."""
        count = min(self.byte(), most, self.left)
        self._at += count
        return self._data[self._at - count : self._at]

    def text(self) -> str:
        """A hostile text, or the stream's own bytes as text."""
        if self.chance(3):
            return self.bytes(64).decode("utf-8", "replace")
        return self.pick(HOSTILE_TEXTS)
