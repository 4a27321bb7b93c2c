"""The program: finds the command, runs it, and turns every failure into one clear line and an exit code."""

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import NoReturn, Protocol, cast

from mlaccess import __version__
from mlaccess.cli.console import Console, visible
from mlaccess.cli.exits import ExitCode
from mlaccess.cli.parsers import Subparsers
from mlaccess.errors import LoadError, MlAccessError

__all__ = ["COMMANDS", "run"]

COMMANDS: dict[str, str] = {
    "access": "what machine-learning access someone has, and why",
    "can": "whether a capability, API or action would go through",
    "who-can": "every user who reaches a level or can do something",
    "matrix": "the level in every cell of two of users, roles, spaces and jobs, or how many cells have which",
    "show": "what an export holds and lacks",
    "ask": "many questions at once, as JSON lines",
    "discrepancies": "where the documentation and the code disagree",
    "diff": "what differs between two exports, by cause",
    "what-if": "what a change would do, before it is made",
    "fix": "the smallest changes that would help, least privilege first, as requests",
    "exposure": "who sees results without their sources, and whom spaces do not confine",
    "lint": "what is odd, dead or broader than it looks",
    "verify": "whether a certificate of an answer holds for an export",
    "has-privileges": "Elasticsearch has_privileges requests, answered offline",
}
"""Command -> what it answers. The module is `mlaccess.cli.<command>`, with `_` for `-`."""

_EPILOG = """examples:
  mlaccess access amira --space default example:acme
  mlaccess access amira --space default --job order_volume --explain example:acme
  mlaccess show example:acme

exit codes: 0 granted, 1 denied, 2 trouble, 3 unknown
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # The message repeats the caller's words, which may be names out of an export.
        self.exit(ExitCode.TROUBLE, f"{self.prog}: {visible(message)}\nhelp: {self.prog} --help\n")


def run(argv: Sequence[str]) -> int:
    """Run one command line."""
    console = Console()
    parser = _Parser(
        prog="mlaccess",
        description="Who can do what with machine learning in an Elastic deployment: offline, with the reasons.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"mlaccess {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = next((word for word in argv if not word.startswith("-")), "")
    if chosen and chosen not in COMMANDS:
        close = get_close_matches(chosen, COMMANDS, n=1)
        console.complain(f"error: no command `{chosen}`" + (f"\nhelp: did you mean `{close[0]}`?" if close else ""))
        console.complain("help: mlaccess --help")
        return int(ExitCode.TROUBLE)
    for name, about in COMMANDS.items():
        if name == chosen:
            _module(name).add_parser(commands, about)
        else:
            commands.add_parser(name, help=about)
    try:
        args, unknown = parser.parse_known_args(argv)
        if unknown:  # said by the command whose `--help` has what it takes
            commands.choices[args.command].error(f"unrecognized arguments: {' '.join(unknown)}")
        code = int(_module(args.command).run(args, console))
        sys.stdout.flush()  # a full disk or a closed pipe shows here, not after the exit code is settled
        return code
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(ExitCode.TROUBLE)
    except LoadError as error:
        for problem in error.problems:
            console.complain(f"error: {problem}")
        return int(ExitCode.TROUBLE)
    except MlAccessError as error:
        console.complain(f"error: {error}")
        return int(ExitCode.TROUBLE)
    except BrokenPipeError:
        # Whoever read our output has gone, so there is no answer to report; an exit code must not claim one.
        _forget_output()
        return int(ExitCode.TROUBLE)
    except OSError as error:
        if not error.filename:
            _forget_output()
        where = f"{error.filename}: " if error.filename else ""
        console.complain(f"error: {where}{(error.strerror or str(error)).lower()}")
        return int(ExitCode.TROUBLE)
    except KeyboardInterrupt:
        console.complain("interrupted")
        return int(ExitCode.TROUBLE)
    except Exception as error:  # the last resort: a bug must not look like an answer, nor like a traceback
        if os.environ.get("MLACCESS_DEBUG"):
            raise
        console.complain(f"error: this is a bug in mlaccess: {type(error).__name__}: {error}")
        console.complain("help: run again with MLACCESS_DEBUG=1 and report what it prints")
        return int(ExitCode.TROUBLE)


def _forget_output() -> None:
    """Keeps the interpreter from flushing at exit, and complaining about, output that nobody can get."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Command(Protocol):
    """What every command's module holds."""

    def add_parser(self, commands: Subparsers, about: str) -> None: ...

    def run(self, args: argparse.Namespace, console: Console) -> ExitCode: ...


def _module(command: str) -> _Command:
    return cast("_Command", import_module(f"mlaccess.cli.{command.replace('-', '_')}"))
