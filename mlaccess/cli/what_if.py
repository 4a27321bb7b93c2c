"""`mlaccess what-if`: what a change would do, before it is made."""

import argparse
from pathlib import Path
from urllib.parse import quote

from mlaccess.analysis import ApiRequest, Change, read_request, what_if
from mlaccess.analysis.changes import AddRole, AssignJob, HideMl, RemoveRole, ShowMl, UnassignJob
from mlaccess.analysis.gate_changes import DropMlNodes, ExpireLicense
from mlaccess.cli.console import Console
from mlaccess.cli.diffs import add_compared, add_limit, compared, diff_json, print_diff
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.json_input import UsageError, read_json, text_of_file
from mlaccess.cli.options import add_common, add_export, moment, open_resolver
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.resolver.questions import find_target
from mlaccess.stack import Deployment, FrozenMap, Json, freeze

__all__ = ["add_parser", "run"]

_EPILOG = """examples:
  mlaccess what-if --add-role celia ml_engineer example:acme
  mlaccess what-if --edit-role ml_viewer role.json example:acme
  mlaccess what-if --hide-ml fraud example:acme
  mlaccess what-if --assign order_volume ops --unassign order_volume default example:acme
  mlaccess what-if --at 2036-01-01 example:acme
  mlaccess what-if --drop-ml-nodes example:acme

changes are made in the order of this list of options: roles, spaces, jobs, nodes, licence.
exit codes: 0 compared, 2 trouble
"""


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "what-if", about, _EPILOG)

    def pair(option: str, first: str, second: str, text: str) -> None:
        parser.add_argument(option, nargs=2, action="append", default=[], metavar=(first, second), help=text)

    pair("--add-role", "USER", "ROLE", "assign a role")
    pair("--remove-role", "USER", "ROLE", "take a role away")
    pair("--edit-role", "ROLE", "FILE", "put the role body in a JSON file, of either API")
    parser.add_argument("--hide-ml", metavar="SPACE", action="append", default=[], help="hide machine learning")
    parser.add_argument("--show-ml", metavar="SPACE", action="append", default=[], help="show machine learning")
    pair("--assign", "JOB", "SPACE", "assign a job to a space")
    pair("--unassign", "JOB", "SPACE", "take a job out of a space")
    parser.add_argument("--drop-ml-nodes", action="store_true", help="no node has the role ml")
    parser.add_argument("--expire-license", action="store_true", help="the licence runs out now")
    parser.add_argument("--at", metavar="TIME", help="the later side is judged at this moment, ISO 8601")
    parser.add_argument("--user", action="append", help="compare only this user; repeat for several")
    parser.add_argument("--space", action="append", help="compare only this space; repeat for several")
    parser.add_argument("--job", action="append", help="compare only this job; repeat for several")
    add_compared(parser)
    add_limit(parser)
    add_common(parser)
    add_export(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Make the changes to a copy, compare and print."""
    resolver = open_resolver(args, console)
    changes = _changes(args, resolver.deployment)
    if not changes and args.at is None:
        raise UsageError("name at least one change")
    tried = what_if(resolver, *changes, at=moment(args.at))
    with console.progress("comparing"):
        found = tried.compare(users=args.user, spaces=args.space, jobs=args.job, capabilities=compared(args))
    if args.format == "json":
        console.emit({"changes": [str(change) for change in changes], "at": args.at, **diff_json(found, args.limit)})
    else:
        console.say(f"if you {tried}:")
        print_diff(found, console, args.limit)
    return ExitCode.GRANTED


def _changes(args: argparse.Namespace, deployment: Deployment) -> list[Change]:
    changes: list[Change] = [AddRole(user, role) for user, role in args.add_role]
    changes += [RemoveRole(user, role) for user, role in args.remove_role]
    for name, file in args.edit_role:
        changes += _role_changes(deployment, name, _body(file))
    changes += [HideMl(space) for space in args.hide_ml]
    changes += [ShowMl(space) for space in args.show_ml]
    changes += [AssignJob(find_target(deployment, job=job).kind, job, space) for job, space in args.assign]
    changes += [UnassignJob(find_target(deployment, job=job).kind, job, space) for job, space in args.unassign]
    if args.drop_ml_nodes:
        changes.append(DropMlNodes())
    if args.expire_license:
        changes.append(ExpireLicense())
    return changes


def _role_changes(deployment: Deployment, name: str, body: Json) -> tuple[Change, ...]:
    """A role body of either API: Kibana's has `elasticsearch` and `kibana`."""
    if not isinstance(body, FrozenMap):
        raise UsageError(f"the body of role `{name}` is not an object")
    kibana = "elasticsearch" in body or "kibana" in body
    path = f"{'kbn:/api/security' if kibana else '/_security'}/role/{quote(name, safe='')}"
    return read_request(deployment, ApiRequest("PUT", path, body))


def _body(file: str) -> Json:
    if not Path(file).is_file():
        raise UsageError(f"{file}: no such file")
    try:
        return freeze(read_json(text_of_file(file)))
    except (ValueError, RecursionError):
        raise UsageError(f"{file}: not JSON") from None
