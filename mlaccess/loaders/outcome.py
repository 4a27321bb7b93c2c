"""What one file gave: a value of its part, words for people, and whether the list is whole."""

from typing import Generic, TypeVar

import attrs

__all__ = ["Gave"]

T_co = TypeVar("T_co", covariant=True)


@attrs.frozen
class Gave(Generic[T_co]):
    """A part read from one file. `complete` is False where the file says that there are more members than it lists."""

    value: T_co
    words: str
    complete: bool = True
