"""Concrete index names behind aliases and data streams."""

from mlaccess.stack import DataStream, FrozenMap

from .cursor import Cursor
from .outcome import Gave

__all__ = ["read_aliases", "read_data_streams"]


def read_aliases(root: Cursor) -> Gave[FrozenMap[str, frozenset[str]]] | None:
    """`GET _alias`: the aliases of every index."""
    found: dict[str, frozenset[str]] = {}
    for index, body in root.items("indices by name"):
        aliases = body.get("aliases")
        if aliases is None:
            body.refuse("no `aliases`" if body.is_object else "no object", "the aliases of an index")
            continue
        found[index] = frozenset(name for name, _ in aliases.items("aliases by name"))
    return Gave(FrozenMap(found), f"{len(found)} indices")


def read_data_streams(root: Cursor) -> Gave[FrozenMap[str, DataStream]] | None:
    """`GET _data_stream`."""
    members = root.get("data_streams")
    if members is None:
        root.refuse("no `data_streams`" if root.is_object else "no object", "the answer of GET _data_stream")
        return None
    found: dict[str, DataStream] = {}
    for body in members.elements("a list of data streams"):
        name, store = body.get("name"), body.get("failure_store")
        if name is None:
            body.refuse("no `name`" if body.is_object else "no object", "a data stream")
            continue
        failures = store.get("indices") if store is not None and store.is_object else None
        text = name.text("the name of a data stream")
        found[text] = DataStream(
            text,
            backing_indices=_index_names(body.get("indices")),
            failure_indices=_index_names(failures),
            origin=body.origin,
        )
    return Gave(FrozenMap(found), f"{len(found)} data streams")


def _index_names(members: Cursor | None) -> tuple[str, ...]:
    if members is None:
        return ()
    names: list[str] = []
    for body in members.elements("a list of indices"):
        name = body.get("index_name")
        if name is None:
            body.refuse("no `index_name`" if body.is_object else "no object", "an index of a data stream")
        else:
            names.append(name.text("an index name"))
    return tuple(names)
