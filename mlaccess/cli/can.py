"""`mlaccess can`: whether Elasticsearch or Kibana would let a caller do something, by what their code checks."""

import argparse

from mlaccess.cli.console import Console
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.options import add_caller, add_common, add_export, caller_of, open_resolver, subject_of, suggest_user
from mlaccess.cli.parsers import Subparsers, add_command
from mlaccess.render.json import enforced_json
from mlaccess.render.text import explanation_lines

__all__ = ["add_parser", "run"]

_EPILOG = """examples:
  mlaccess can amira canCreateJob --space default example:acme
  mlaccess can otto ml.put_job example:acme
  mlaccess can kenza "POST /internal/ml/results/anomalies_table_data" --space fraud \\
      --job card_fraud_velocity example:acme
  mlaccess can otto cluster:admin/xpack/ml/job/put example:acme

exit codes: 0 granted, 1 denied, 2 trouble, 3 unknown
"""


def add_parser(commands: Subparsers, about: str) -> None:
    """The options of the command."""
    parser = add_command(commands, "can", about, _EPILOG)
    add_caller(parser)
    parser.add_argument("what", metavar="WHAT", help="capability, API, `METHOD /path`, or raw action")
    parser.add_argument("--space", metavar="ID", help="Kibana space (default: `default`)")
    parser.add_argument("--job", metavar="ID", help="the job it is about")
    parser.add_argument("--job-type", choices=("anomaly-detector", "data-frame-analytics"), help="which kind of job")
    parser.add_argument("--model", metavar="ID", help="the trained model it is about")
    parser.add_argument("--source", action="append", metavar="INDEX", help="a source index; repeat for several")
    parser.add_argument("--index", action="append", default=[], metavar="INDEX", help="an index of an index action")
    parser.add_argument("--at", metavar="TIME", help="moment for licences and keys, ISO 8601")
    parser.add_argument("--explain", action="store_true", help="print every check with its evidence")
    add_common(parser)
    add_export(parser)


def run(args: argparse.Namespace, console: Console) -> ExitCode:
    """Answer and print."""
    caller = caller_of(args)
    resolver = open_resolver(args, console)
    suggest_user(caller["user"], resolver, console)
    decision = resolver.can(caller["user"], args.what, api_key=caller["api_key"], index=args.index, **subject_of(args))
    if args.format == "json":
        console.emit(enforced_json(decision, explain=args.explain))
        return ExitCode.of(decision.verdict)
    console.say(str(decision))
    answer = decision.answer
    if answer is not None:
        console.say(f"{answer.status}: {answer.reason}")
    for text in decision.not_asked:
        console.say(f"note: not asked without more: {text}")
    if args.explain:
        console.say()
        console.tree(explanation_lines(decision.explanation))
    return ExitCode.of(decision.verdict)
