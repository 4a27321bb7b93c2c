"""What one file gave: a value of its part, words for people, and whether the list is whole."""

from typing import Generic, TypeVar

import attrs

__all__ = ["Gave"]

T = TypeVar("T")


@attrs.frozen
class Gave(Generic[T]):
    """A part read from one file. `complete` is False where the file says that there are more members than it lists."""

    value: T
    words: str
    complete: bool = True
