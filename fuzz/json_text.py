"""JSON as a text that a JSON writer would not write: keys twice, numbers that are none, halves of characters."""

import json
from typing import TypeAlias

import attrs

__all__ = ["JsonValue", "Raw", "Twice", "nested", "written"]

JsonValue: TypeAlias = object


@attrs.frozen
class Raw:
    """A piece of text in place of a value."""

    text: str


@attrs.frozen
class Twice:
    """An object that repeats one of its keys with another value."""

    members: dict[str, object]
    key: str
    again: object


def nested(depth: int, *, objects: bool = False) -> Raw:
    """Lists (or objects) inside each other."""
    return Raw('{"a":' * depth + "1" + "}" * depth if objects else "[" * depth + "]" * depth)


def written(value: JsonValue) -> str:
    """The text of a value."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, Twice):
        pairs = [*value.members.items(), (value.key, value.again)]
        return "{" + ", ".join(f"{json.dumps(k)}: {written(v)}" for k, v in pairs) + "}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)
