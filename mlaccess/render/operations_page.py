"""The reference page of operations, `docs/reference/operations.md`, written from the table.

`python -m mlaccess.render.operations_page` prints it; a test keeps the file in step with the table.
"""

import sys
from collections.abc import Iterator

from mlaccess.catalog.operation_rows import ActionRow, Area, IndexCheck, NodeCheck, Operation
from mlaccess.catalog.operations import actions, operations, operations_of
from mlaccess.catalog.privileges import cluster_privileges_granting

__all__ = ["operations_page"]

_AREAS: dict[Area, str] = {
    "anomaly": "Anomaly detection",
    "dfa": "Data frame analytics",
    "trained_models": "Trained models",
    "ml": "Machine learning as a whole",
    "inference": "Inference endpoints",
    "ingest": "Ingest pipelines",
    "text_structure": "Text structure (file upload)",
    "license": "Licence",
    "security": "Identity",
}

_INTRODUCTION = """\
# Operations

What Elasticsearch checks before it performs an API of machine learning, and where each check is written in its sources.
The page is made from the table in `mlaccess/catalog/operations.py`; do not edit it by hand
(`python -m mlaccess.render.operations_page > docs/reference/operations.md`).

The checks come in this order, and the first that fails answers:

| check | status | what Elasticsearch answers |
|---|---|---|
| endpoint: `xpack.ml.enabled` is not `false` on the node that receives the request | 400 | `no handler found for uri [...] and method [...]` |
| authentication | 401 | |
| action: the caller's cluster privileges grant the action | 403 | `action [...] is unauthorized for user [...] ..., this action is granted by the cluster privileges [...]` |
| upgrade mode is off | 429 | `Cannot perform ... action while upgrade mode is enabled` |
| licence: the feature is allowed, and the licence is in force | 403 | `current license is non-compliant for [ml]` |
| indices: privileges on the indices that a request names | 403 | `Cannot create datafeed [...] because user ... lacks permissions on the indices: ...`, or the denial of the search itself |
| nodes | 429 or 400 | see the row |

*Granted by* lists the cluster privileges, least access first. *Asks for* names every check beyond the endpoint and the
action. *Serverless* says whether the API is there: public, private
(for Elastic's own use) or absent.
"""  # noqa: E501  # rows of a Markdown table cannot be wrapped


def operations_page() -> str:
    """The page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION.rstrip("\n")
    for area, title in _AREAS.items():
        rows = [row for row in operations() if row.area == area]
        yield ""
        yield f"## {title}"
        yield ""
        yield "| operation | routes | action | granted by | asks for | serverless |"
        yield "|---|---|---|---|---|---|"
        for row in rows:
            yield _table_row(row)
        notes = [(row.name, row.note) for row in rows if row.note]
        if notes:
            yield ""
            yield from (f"* `{name}`: {note}." for name, note in notes)
    yield ""
    yield "## Actions without an API of their own"
    yield ""
    yield "Nodes and other APIs perform them. No machine learning privilege grants an `internal` one."
    yield ""
    yield "| action | about | kind | granted by | asks for |"
    yield "|---|---|---|---|---|"
    for action in sorted(actions().values(), key=lambda a: a.name):
        if not operations_of(action.name):
            cells = (f"`{action.name}`", _AREAS[action.area], action.access, _granting(action), _checks(action))
            yield f"| {' | '.join(cells)} |"
    yield ""
    yield "## Sources of the checks"
    yield ""
    yield "| action | file |"
    yield "|---|---|"
    for action in sorted(actions().values(), key=lambda a: a.name):
        for source in action.sources:
            yield f"| `{action.name}` | `{source}` |"


def _table_row(row: Operation) -> str:
    name = f"`{row.name}`" + (f" (deprecated: {row.deprecated})" if row.deprecated else "")
    routes = "<br>".join(f"`{route}`" for route in row.routes)
    names = "<br>".join(f"`{action.name}`" for action in row.actions)
    checks = "<br>".join(dict.fromkeys(text for action in row.actions if (text := _checks(action))))
    granting = "<br>".join(dict.fromkeys(map(_granting, row.actions)))
    return f"| {name} | {routes} | {names} | {granting} | {checks} | {row.serverless} |"


def _granting(action: ActionRow) -> str:
    return ", ".join(f"`{name}`" for name in cluster_privileges_granting(action.name))


def _checks(action: ActionRow) -> str:
    parts: list[str] = []
    if action.same_user:
        parts.append("nothing, for one's own account")
    if action.upgrade_blocked:
        parts.append("upgrade mode off")
    if action.license is not None:
        exempt = f" (not for {action.license.exempt})" if action.license.exempt else ""
        parts.append(f"licence: {action.license.minimum}{exempt}")
    parts += map(_index_check, action.index_checks)
    parts += map(_node_check, action.nodes)
    return "; ".join(parts)


def _index_check(check: IndexCheck) -> str:
    privileges = ", ".join(f"`{name}`" for name in check.privileges)
    what = {"datafeed": "the datafeed's indices", "index": "the index"}.get(check.target, f"the {check.target} index")
    whose = "" if check.subject == "caller" else ", with the rights of the last who created or updated it"
    manner = "" if check.manner == "has_privileges" else " (by making the request)"
    when = f" if {check.when}" if check.when else ""
    return f"{privileges} on {what}{manner}{whose}{when}"


def _node_check(check: NodeCheck) -> str:
    roles = " or ".join(f"`{role}`" for role in check.roles)
    when = f" if {check.when}" if check.when else ""
    escape = f" (else {check.escape})" if check.escape else ""
    return f"a node with the role {roles}{when}{escape}"


if __name__ == "__main__":
    sys.stdout.write(operations_page())
