"""Names that stand for other names: aliases and data streams. Only concrete requests look at them."""

import attrs

from .origin import Origin
from .values import FrozenMap

__all__ = ["DataStream", "IndexNames"]


@attrs.frozen
class DataStream:
    """`GET _data_stream`."""

    name: str
    backing_indices: tuple[str, ...] = ()
    failure_indices: tuple[str, ...] = ()
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class IndexNames:
    """Concrete indices with their aliases (`GET _alias`), and data streams."""

    aliases: FrozenMap[str, frozenset[str]] = FrozenMap()
    """index -> its aliases"""
    data_streams: FrozenMap[str, DataStream] = FrozenMap()
    aliases_exported: bool = True
    data_streams_exported: bool = True
