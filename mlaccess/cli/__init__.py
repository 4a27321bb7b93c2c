"""DOORSTEP: argv in, text or JSON out, an exit code. Every command is a module with `add_parser` and `run`."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """The command `mlaccess`. Returns the exit code: 0 granted, 1 denied, 2 trouble, 3 unknown."""
    if find_spec("rich") is None:
        sys.stderr.write("the command needs its extra: pip install 'mlaccess[cli]'\n")
        return 2
    from mlaccess.cli.program import run

    return run(sys.argv[1:] if argv is None else argv)
