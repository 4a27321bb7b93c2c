"""How every command's parser looks."""

import argparse
from typing import Any, Protocol

__all__ = ["Subparsers", "add_command"]


class Subparsers(Protocol):
    """What `ArgumentParser.add_subparsers` returns, as far as commands need it."""

    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:
        """A parser for one command."""
        ...


def add_command(commands: Subparsers, name: str, about: str, epilog: str) -> argparse.ArgumentParser:
    """A parser for one command, with its examples at the end of `--help`."""
    return commands.add_parser(
        name,
        help=about,
        description=about[0].upper() + about[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
