"""Immutable JSON, and maps that can be hashed: what every noun of the stack is made of."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Generic, TypeAlias, TypeVar, cast, overload

__all__ = ["FrozenMap", "Json", "freeze", "thaw"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
T = TypeVar("T")


class FrozenMap(Mapping[K, V], Generic[K, V]):
    """An immutable mapping that keeps insertion order, compares like a dict and hashes by content."""

    __slots__ = ("_data", "_hash")

    def __init__(self, data: "Mapping[K, V] | Iterable[tuple[K, V]]" = ()) -> None:
        self._data: dict[K, V] = dict(data)
        self._hash: int | None = None

    def __getitem__(self, key: K) -> V:
        return self._data[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __contains__(self, key: object) -> bool:
        return key in self._data

    # As `Mapping` has it, but `Mapping` asks for the value and catches the error.

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, /, default: V) -> V: ...
    @overload
    def get(self, key: K, /, default: T) -> V | T: ...
    def get(self, key: K, /, default: object = None) -> object:
        """The value of a key, or the default."""
        return self._data.get(key, default)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._data.items()))
        return self._hash

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenMap):
            return self._data == cast("FrozenMap[object, object]", other)._data
        return NotImplemented

    def __repr__(self) -> str:
        return f"FrozenMap({self._data!r})"

    def __reduce__(self) -> "tuple[type[FrozenMap[K, V]], tuple[dict[K, V]]]":
        return (FrozenMap, (self._data,))

    def with_item(self, key: K, value: V) -> "FrozenMap[K, V]":
        """A copy in which `key` has `value`."""
        return FrozenMap({**self._data, key: value})

    def without(self, key: K) -> "FrozenMap[K, V]":
        """A copy that lacks `key`."""
        return FrozenMap({k: v for k, v in self._data.items() if k != key})


Json: TypeAlias = "None | bool | int | float | str | tuple[Json, ...] | FrozenMap[str, Json]"


def freeze(value: object) -> Json:
    """JSON as `json.loads` gives it, made immutable: lists become tuples, objects `FrozenMap`."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return FrozenMap({str(k): freeze(v) for k, v in cast("dict[object, object]", value).items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(v) for v in cast("Iterable[object]", value))
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, FrozenMap):
        return cast("FrozenMap[str, Json]", value)
    raise TypeError(f"not a JSON value: {value!r}")


def thaw(value: Json) -> object:
    """The inverse of `freeze`: plain lists and dicts, ready for `json.dumps`."""
    if isinstance(value, FrozenMap):
        return {k: thaw(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return [thaw(v) for v in value]
    return value


def texts(value: Iterable[str]) -> tuple[str, ...]:
    """A list of texts made immutable. Raises `TypeError` for one text, whose letters would be taken for the members."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, str) or not isinstance(value, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"expected a list of texts, found {value!r}")
    return tuple(value)


def optional_texts(value: Iterable[str] | None) -> tuple[str, ...] | None:
    """`texts`, or None."""
    return None if value is None else texts(value)


def text_set(value: Iterable[str]) -> frozenset[str]:
    """Texts as a set. Raises `TypeError` as `texts` does."""
    return value if isinstance(value, frozenset) else frozenset(texts(value))


def json_map(value: Mapping[str, object]) -> FrozenMap[str, Json]:
    """A JSON object made immutable. Raises `TypeError` for what is none."""
    if isinstance(value, FrozenMap):
        return cast("FrozenMap[str, Json]", value)
    frozen = freeze(value)
    if not isinstance(frozen, FrozenMap):
        raise TypeError(f"expected an object, found {value!r}")
    return frozen


def optional_json_map(value: Mapping[str, object] | None) -> FrozenMap[str, Json] | None:
    """`json_map`, or None."""
    return None if value is None else json_map(value)
