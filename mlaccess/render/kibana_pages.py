"""The reference pages of Kibana's capabilities and routes, written from the tables.

`python -m mlaccess.render.kibana_pages capabilities` (or `routes`) prints a page; tests keep the files in step.
"""

import sys
from collections.abc import Iterator

from mlaccess.catalog.kibana_capabilities import CAPABILITIES, Capability, in_read, removed_in_upgrade_mode
from mlaccess.catalog.kibana_routes import ROUTES, Route
from mlaccess.catalog.kibana_versions import Profile

__all__ = ["PAGES", "capabilities_page", "routes_page"]

_PROFILES: tuple[Profile, ...] = ("readers_test_models", "admins_test_models")

_CAPABILITIES = """\
# Capabilities

The {count} capabilities of machine learning in Kibana: what shows and enables each part of its pages. The page is made
from the table in `mlaccess/catalog/kibana_capabilities.py`; do not edit it by hand
(`python -m mlaccess.render.kibana_pages capabilities > docs/reference/capabilities.md`).

A role grants capability `X` as the action `ui:ml/X`; routes ask its twin `api:ml:X`. *Granted by* names the least level
of the feature Machine Learning (All grants every capability). Then the space, the licence, the configuration and the
upgrade mode take some away again, in this order
([how Kibana decides](../explanation/how-kibana-decides.md)):

| column | what takes it away |
|---|---|
| (all but the flags) | a space that hides machine learning |
| basic licence | everything without *yes*, where the licence is expired or less than platinum |
| switch | that part of Kibana's configuration is off |
| upgrade mode | while it is on, everything with *removed* goes from `GET /internal/ml/ml_capabilities` |

A *flag* needs no privilege: under a full licence it says what the configuration says. *Since #282002* marks what
pull request elastic/kibana#282002 changed: who may test a trained model.
"""

_ROUTES = """\
# Routes

The {count} HTTP routes of Kibana that machine learning and file upload use, and what each asks before it answers. The
page is made from the table in `mlaccess/catalog/kibana_routes.py`; do not edit it by hand
(`python -m mlaccess.render.kibana_pages routes > docs/reference/routes.md`).

A route checks, in this order: that it is registered (*switch*), the API privileges (*asks for*), the licence, the space,
and then, where it asks Elasticsearch as the caller, the caller's own rights. Neither a space that hides machine learning
nor upgrade mode closes a route: hiding is no security control.

| column | values |
|---|---|
| asks for | `X` is the action `api:ml:X` of a [capability](capabilities.md); *any* where one of several is enough; *nothing* where Kibana leaves the question to Elasticsearch |
| licence | *full*: platinum, enterprise or trial, in force; *basic*: any known licence; empty: not asked |
| runs as | whose rights Elasticsearch looks at: *internal* is Kibana's own user, *current* the caller, *secondary* Kibana's user, with the caller's credentials beside it, which Elasticsearch checks and stores; empty where it was not read |
| space | *item*: the job or model in the path must be assigned to the space; *body*: those in the body; *filtered*: others are left out of the answer; *login*: the caller must be able to enter the space; *creates*: what it creates belongs to the space; *capabilities*: what it answers, not whether, follows the caller's capabilities |
"""  # noqa: E501  # rows of a Markdown table cannot be wrapped


def capabilities_page() -> str:
    """`docs/reference/capabilities.md`, as Markdown."""
    return "\n".join(_capability_lines()) + "\n"


def _capability_lines() -> Iterator[str]:
    yield _CAPABILITIES.format(count=len(CAPABILITIES)).rstrip("\n")
    yield ""
    yield "| capability | granted by | group | basic licence | switch | upgrade mode |"
    yield "|---|---|---|---|---|---|"
    for capability in CAPABILITIES.values():
        cells = (
            f"`{capability.name}`",
            _holder(capability),
            capability.group,
            "yes" if capability.basic else "",
            _switch(capability),
            _upgrade(capability),
        )
        yield f"| {' | '.join(cells)} |"


def _holder(capability: Capability) -> str:
    if capability.holders == "flag":
        return "(flag)"
    before, since = ("Read" if in_read(capability, p) else "All" for p in _PROFILES)
    level = before if before == since else f"{before}; {since} since #282002"
    return f"{level}; `reserved_ml_apm_user`" if capability.apm_user else level


def _switch(capability: Capability) -> str:
    if capability.switch:
        return {"nodes": "(not serverless)", "aiops": "log analysis"}.get(
            capability.switch, f"`xpack.ml.{capability.switch}.enabled`"
        )
    # Models serve data frame analytics too, so either switch keeps them.
    names = {"": (), "ad": ("ad",), "dfa": ("dfa",), "nlp": ("nlp", "dfa")}[capability.group]
    return " or ".join(f"`xpack.ml.{name}.enabled`" for name in names)


def _upgrade(capability: Capability) -> str:
    before, since = (removed_in_upgrade_mode(capability, p) for p in _PROFILES)
    if before == since:
        return "removed" if since else ""
    return "removed since #282002" if since else "removed before #282002"


def routes_page() -> str:
    """`docs/reference/routes.md`, as Markdown."""
    return "\n".join(_route_lines()) + "\n"


def _route_lines() -> Iterator[str]:
    yield _ROUTES.format(count=len(ROUTES)).rstrip("\n")
    families = dict.fromkeys(route.family for route in ROUTES)
    for family in families:
        rows = [route for route in ROUTES if route.family == family]
        yield ""
        yield f"## {family.replace('_', ' ').capitalize()}"
        yield ""
        yield "| route | asks for | licence | switch | runs as | space |"
        yield "|---|---|---|---|---|---|"
        yield from (_route_row(route) for route in rows)
        notes = [route for route in rows if route.note]
        if notes:
            yield ""
            yield from (f"* `{route.name}`: {route.note}." for route in notes)
    yield ""
    yield "## Sources"
    yield ""
    yield "Files of elastic/kibana, and the commit that was read."
    yield ""
    yield "| routes | file |"
    yield "|---|---|"
    for family in families:
        sources = dict.fromkeys(r.source for r in ROUTES if r.family == family and r.source)
        yield from (f"| {family.replace('_', ' ').capitalize()} | `{source}` |" for source in sources)


def _route_row(route: Route) -> str:
    names = ", ".join(f"`{action.removeprefix('api:ml:')}`" for action in route.actions) or "nothing"
    asked = f"any of {names}" if route.any_of and len(route.actions) > 1 else names
    switches = " or ".join(f"`{switch}`" for switch in route.switches)
    space = f"{route.space} ({route.item.replace('_', ' ')})" if route.item else route.space
    return f"| `{route.name}` | {asked} | {route.guard} | {switches} | {route.identity} | {space} |"


PAGES = {"capabilities": capabilities_page, "routes": routes_page}
"""Name of a page in `docs/reference/` -> what it should say."""


if __name__ == "__main__":
    sys.stdout.write(PAGES[sys.argv[1]]())
