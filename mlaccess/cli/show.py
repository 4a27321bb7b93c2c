"""`mlaccess show`: what was loaded from which files, what is missing, and the request that would fetch it."""

import argparse
import re
from collections.abc import Sequence
from typing import Any, TypeAlias

import attrs

from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.options import add_common, add_export, open_resolver
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.loaders import missing
from mlaccess.loaders.missing import Missing
from mlaccess.stack import Deployment, NotExported

__all__ = ["add_parser", "run"]

_Gap: TypeAlias = dict[str, str | None]

_EPILOG = """examples:
  mlaccess show example:acme
  mlaccess show elasticsearch-diagnostics.zip kibana-diagnostics.zip jobs_spaces.json
  mlaccess show --format json export/

exit codes: 0 the export was read, 2 trouble
"""


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "show", about, _EPILOG)
    add_common(parser)
    add_export(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Print what the export holds."""
    resolver = open_resolver(args, console)
    deployment = resolver.deployment
    gaps = [_gap(deployment, gap, resolver.security_off) for gap in missing(deployment)]
    if args.format == "json":
        console.emit(_json(deployment, gaps))
        return ExitCode.GRANTED
    _print(deployment, gaps, console, resolver.security_off)
    return ExitCode.GRANTED


def _text(part: object) -> str:
    return "unknown" if isinstance(part, NotExported) else str(part)


def _print(deployment: Deployment, gaps: Sequence[_Gap], console: Console, security_off: bool) -> None:
    console.say(f"Elasticsearch {_text(deployment.version)}, Kibana {_text(deployment.kibana_version)}")
    collected = deployment.collected_at
    console.say(f"exported {'at an unknown time' if isinstance(collected, NotExported) else collected.isoformat()}")
    if security_off:
        console.say("security is switched off: no privilege is checked")
    console.say()
    read = [f for f in deployment.inputs if f.status == "read"]
    console.table(("part", "gives", "file"), [(f.part, f.gave, f.path) for f in read])
    others = [f for f in deployment.inputs if f.status not in ("read", "ignored")]
    if others:
        console.say()
        console.table(("not read", "why", "file"), [(f.part, f.status, f.path) for f in others])
    if gaps:
        console.say()
        console.say("missing", "bold")
    for gap in gaps:
        space = f" of space `{gap['space']}`" if gap["space"] else ""
        console.say(f"  {gap['part']}{space}: {gap['reason']}", "yellow")
        for label, key in (("needed for", "needed_for"), ("Dev Tools", "request"), ("shell", "curl")):
            if gap[key]:
                console.verbatim(f"    {label + ':':<12}{gap[key]}")
    if deployment.notices:
        console.say()
        console.say("notices", "bold")
        for notice in deployment.notices:
            console.say(f"  {notice}")


def _gap(deployment: Deployment, gap: Missing, security_off: bool) -> _Gap:
    """What is missing, why, what for, and the request that would fetch it, twice: for Dev Tools and for a shell.

    There is no request where this version of the stack has none.
    """
    version = deployment.version if isinstance(deployment.version, str) else ""
    row = next((row for row in gap.rows if row.requests), None)
    request = gap.request
    needed_for = next((row.needed_for for row in gap.rows if row.needed_for), None)
    if security_off and gap.part in _ABOUT_CALLERS:
        request, needed_for = "", "nothing while security is switched off"
    shell = row.curl(version) if row is not None and request else ""
    if "/s/<space>" in request + shell:
        # One request a space; where no space is known, the default one, which every Kibana has.
        place = "" if gap.space in ("", "default") else f"/s/{gap.space}"
        request, shell = (line.replace("/s/<space>", place) for line in (request, shell))
        if place:
            folder = f"space_{gap.space}"
            shell = shell.replace("curl -s", "curl -s --create-dirs").replace(" -o ", f" -o {folder}/")
    if gap.space and not _PLAIN.fullmatch(gap.space):
        shell = ""  # an id from an export goes into no shell line unless it is plainly an id
    return {
        "part": gap.part,
        "space": gap.space or None,
        "reason": gap.reason,
        "needed_for": needed_for,
        "request": request or None,
        "curl": shell or None,
    }


_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_ABOUT_CALLERS = frozenset(
    {
        "users",
        "roles",
        "kibana_roles",
        "role_mappings",
        "api_keys",
        "service_accounts",
        "application_privileges",
        "file_users",
        "file_roles",
        "file_role_mappings",
    }
)
"""Parts that only tell who may do what; with security off, requests for them fail and answers do not need them."""


def _json(deployment: Deployment, gaps: Sequence[_Gap]) -> dict[str, Any]:
    collected = deployment.collected_at
    return {
        "version": None if isinstance(deployment.version, NotExported) else deployment.version,
        "kibana_version": None if isinstance(deployment.kibana_version, NotExported) else deployment.kibana_version,
        "collected_at": None if isinstance(collected, NotExported) else collected.isoformat(),
        "files": [attrs.asdict(f) for f in deployment.inputs],
        "missing": list(gaps),
        "notices": [{"position": n.position, "text": n.text} for n in deployment.notices],
    }
