"""Refusals and arrays as Elasticsearch's own parsers word them: what the strict readers of bodies share.

Source: `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/xcontent/XContentUtils.java`.
"""

from typing import NoReturn

from mlaccess.errors import RequestError
from mlaccess.stack.tokens import token_of
from mlaccess.stack.values import Json

__all__ = ["entries", "refuse", "role_strings", "strings"]


def refuse(reason: str) -> NoReturn:
    """Raises RequestError (`parse_exception`)."""
    raise RequestError(reason, kind="parse_exception")


def strings(key: str, value: Json, *, allow_null: bool) -> tuple[str, ...] | None:
    """An array of texts; None where it is null and may be."""
    if value is None and allow_null:
        return None
    start = f"could not parse [{key}] field. expected a string array but"
    if value is None:
        refuse(f"{start} found null value instead")
    if not isinstance(value, tuple):
        refuse(f"{start} found [{token_of(value)}] value instead")
    for item in value:
        if not isinstance(item, str):
            refuse(f"{start} one of the value in the array is [{token_of(item)}]")
    return tuple(item for item in value if isinstance(item, str))


def role_strings(name: str, key: str, value: Json, *, allow_null: bool = True) -> tuple[str, ...] | None:
    """An array of texts inside the role `name`, which the refusal names."""
    try:
        return strings(key, value, allow_null=allow_null)
    except RequestError as error:
        raise RequestError(f"failed to parse role [{name}]. {error.reason}", kind="parse_exception") from error


def entries(value: Json, key: str, start: str) -> tuple[Json, ...]:
    """The elements of an array of objects."""
    if not isinstance(value, tuple):
        refuse(f"{start}. expected field [{key}] value to be an array, but found [{token_of(value)}] instead")
    return value
