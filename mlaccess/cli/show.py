"""`mlaccess show`: what was loaded from which files, what is missing, and the request that would fetch it."""

import argparse
from typing import Any

import attrs

from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.options import add_common, add_export, open_resolver
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.loaders import missing
from mlaccess.stack import Deployment, NotExported

__all__ = ["add_parser", "run"]

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
    deployment = open_resolver(args, console).deployment
    if args.format == "json":
        console.emit(_json(deployment))
        return ExitCode.GRANTED
    _print(deployment, console)
    return ExitCode.GRANTED


def _text(part: object) -> str:
    return "unknown" if isinstance(part, NotExported) else str(part)


def _print(deployment: Deployment, console: Console) -> None:
    console.say(f"Elasticsearch {_text(deployment.version)}, Kibana {_text(deployment.kibana_version)}")
    collected = deployment.collected_at
    console.say(f"exported {'at an unknown time' if isinstance(collected, NotExported) else collected.isoformat()}")
    console.say()
    read = [f for f in deployment.inputs if f.status == "read"]
    console.table(("part", "gives", "file"), [(f.part, f.gave, f.path) for f in read])
    others = [f for f in deployment.inputs if f.status not in ("read", "ignored")]
    if others:
        console.say()
        console.table(("not read", "why", "file"), [(f.part, f.status, f.path) for f in others])
    absent = missing(deployment)
    if absent:
        console.say()
        console.say("missing", "bold")
        version = deployment.version if isinstance(deployment.version, str) else ""
        for gap in absent:
            space = f" of space `{gap.space}`" if gap.space else ""
            console.say(f"  {gap.part}{space}: {gap.reason}", "yellow")
            needed = next((row.needed_for for row in gap.rows if row.needed_for), "")
            if needed:
                console.say(f"    without it: {needed}")
            row = next((row for row in gap.rows if row.requests), None)
            request = gap.request or (row.request_of(version) if row is not None else "")
            if request:
                console.say(f"    Dev Tools:  {request}")
            if row is not None and row.curl(version):
                console.say(f"    shell:      {row.curl(version)}")
    if deployment.notices:
        console.say()
        console.say("notices", "bold")
        for notice in deployment.notices:
            console.say(f"  {notice}")


def _json(deployment: Deployment) -> dict[str, Any]:
    collected = deployment.collected_at
    return {
        "version": None if isinstance(deployment.version, NotExported) else deployment.version,
        "kibana_version": None if isinstance(deployment.kibana_version, NotExported) else deployment.kibana_version,
        "collected_at": None if isinstance(collected, NotExported) else collected.isoformat(),
        "files": [attrs.asdict(f) for f in deployment.inputs],
        "missing": [
            {
                "part": gap.part,
                "space": gap.space or None,
                "reason": gap.reason,
                "request": gap.request or None,
                "needed_for": next((row.needed_for for row in gap.rows if row.needed_for), None),
                "curl": next((row.curl() for row in gap.rows if row.curl()), None),
            }
            for gap in missing(deployment)
        ],
        "notices": [{"position": n.position, "text": n.text} for n in deployment.notices],
    }
