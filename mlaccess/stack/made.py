"""Named tuples made of all their fields at once: for what is made by the dozen for every answer.

It takes half the time that calling the class takes. No type checker looks at the fields, and none has a default; so
this is not for everywhere.
"""

from typing import Protocol, TypeVar

__all__ = ["made"]

T = TypeVar("T", bound=tuple[object, ...])


class _Made(Protocol):
    def __call__(self, kind: type[T], fields: tuple[object, ...], /) -> T:
        """The named tuple of this kind with these fields."""
        ...


made: _Made = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # typeshed leaves the elements open
