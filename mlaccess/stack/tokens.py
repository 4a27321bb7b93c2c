"""What Elasticsearch's messages call the token that a JSON value starts with.

Source: `libs/x-content/src/main/java/org/elasticsearch/xcontent/XContentParser.java`.
"""

from mlaccess.stack.values import FrozenMap, Json

__all__ = ["token_of"]


def token_of(value: Json) -> str:
    """`START_OBJECT`, `START_ARRAY`, `VALUE_STRING`, `VALUE_NUMBER`, `VALUE_BOOLEAN` or `VALUE_NULL`."""
    match value:
        case None:
            return "VALUE_NULL"
        case bool():
            return "VALUE_BOOLEAN"
        case str():
            return "VALUE_STRING"
        case int() | float():
            return "VALUE_NUMBER"
        case tuple():
            return "START_ARRAY"
        case FrozenMap():
            return "START_OBJECT"
