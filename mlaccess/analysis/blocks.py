"""BLOCKS: cells that differ in the same way at one place, kept as one.

An edit of a role that thousands hold changes millions of cells, in few ways: a block is a place, the answer before, the
answer after, and a set of callers. Cells are made of it when somebody wants to see them.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from heapq import merge
from itertools import islice

import attrs

from .cells import Caller, Cell, CellClass, Reading
from .electorate import positions
from .poll import Place

__all__ = ["Block", "Blocks"]


@attrs.frozen
class Block:
    """The callers, by position, whose answers at a place are the same before, and the same after."""

    place: Place
    before: Reading | None
    after: Reading | None
    callers: int

    def cell(self, caller: Caller) -> Cell:
        """The cell of one caller."""
        return Cell(caller, *self.place, self.before, self.after)


@attrs.frozen(eq=False)
class Blocks:
    """Blocks of some callers, no cell in two of them."""

    callers: Sequence[Caller] = attrs.field(repr=False)
    blocks: tuple[Block, ...] = attrs.field(repr=False)

    def __len__(self) -> int:
        return sum(block.callers.bit_count() for block in self.blocks)

    def __iter__(self) -> Iterator[Cell]:
        """Every cell, caller by caller."""
        for at, number in merge(*(_numbered(block, number) for number, block in enumerate(self.blocks))):
            yield self.blocks[number].cell(self.callers[at])

    def first(self, number: int) -> tuple[Cell, ...]:
        """So many of the cells."""
        return tuple(islice(self, number))

    @cached_property
    def samples(self) -> tuple[tuple[Cell, int], ...]:
        """A cell for each way in which cells differ, and how many do in that way."""
        caller = Caller("user", "")
        found: dict[tuple[Reading | None, Reading | None], tuple[Cell, int]] = {}
        for block in self.blocks:
            key = block.before, block.after
            cell, count = found.get(key) or (block.cell(caller), 0)
            found[key] = cell, count + block.callers.bit_count()
        return tuple(found.values())

    @property
    def counts(self) -> dict[CellClass, int]:
        """How many cells are of each class that occurs."""
        found: dict[CellClass, int] = {}
        for cell, count in self.samples:
            found[cell.kind] = found.get(cell.kind, 0) + count
        return found


def _numbered(block: Block, number: int) -> Iterator[tuple[int, int]]:
    """The callers of a block with its number, one at a time: there may be millions."""
    for at in positions(block.callers):
        yield at, number
