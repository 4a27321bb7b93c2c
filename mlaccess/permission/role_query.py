"""Document level security queries that `PUT _security/role` refuses: those that look elsewhere than in the document.

Source: `DLSRoleQueryValidator.java` in
`x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/support/`.
"""

import json
from collections.abc import Iterator
from typing import cast

from mlaccess.errors import RequestError
from mlaccess.stack.roles import RoleDescriptor

__all__ = ["check_role_queries"]

_REFUSED = ("has_child", "has_parent", "percolate")
_COMPOUND = ("bool", "boosting", "constant_score", "function_score")
"""Queries whose own queries are looked at; any other is taken as a whole."""

_INNER = ("must", "should", "filter", "must_not", "positive", "negative", "query")
_MAX_DEPTH = 200


def check_role_queries(role: RoleDescriptor) -> None:
    """Raises RequestError for a query that no role may have, or that is not JSON.

    A template is not looked into, and neither are the entries of `remote_indices`.
    """
    for number, grant in enumerate(role.indices):
        if grant.query is None:
            continue
        problem = _problem(grant.query)
        if problem is not None:
            names = ",".join(grant.names)
            raise RequestError(
                f"failed to parse field 'query' for indices [{names}] at index privilege [{number}] of role descriptor"
                f". {problem}",
                kind="parse_exception",
            )


def _problem(text: str) -> str | None:
    try:
        query = json.loads(text)
    except (ValueError, RecursionError):
        return "the query is not JSON"
    if not isinstance(query, dict) or not query:
        return "expected an object with a query name or 'template'"
    body = cast("dict[str, object]", query)
    return None if next(iter(body)) == "template" else _refusal(body, 0)


def _refusal(query: object, depth: int) -> str | None:
    if not isinstance(query, dict) or depth > _MAX_DEPTH:
        return None
    for name, body in cast("dict[str, object]", query).items():
        if name in _REFUSED:
            return f"{name} query isn't supported as part of a role query"
        if name == "terms" and _has_lookup(body, "index"):
            return "terms query with terms lookup isn't supported as part of a role query"
        if name == "geo_shape" and _has_lookup(body, "indexed_shape"):
            return "geoshape query referring to indexed shapes isn't supported as part of a role query"
        if name in _COMPOUND:
            for inner in _inner(body):
                found = _refusal(inner, depth + 1)
                if found is not None:
                    return found
    return None


def _has_lookup(body: object, key: str) -> bool:
    """Whether a field of the query is given by reference to another document."""
    if not isinstance(body, dict):
        return False
    return any(isinstance(value, dict) and key in value for value in cast("dict[str, object]", body).values())


def _inner(body: object) -> Iterator[object]:
    if not isinstance(body, dict):
        return
    for key, value in cast("dict[str, object]", body).items():
        if key in _INNER:
            yield from cast("list[object]", value) if isinstance(value, list) else [value]
