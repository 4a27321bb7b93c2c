"""How every command's parser looks."""

import argparse
from collections.abc import Callable
from typing import Any, Protocol

__all__ = ["Subparsers", "add_command", "number_of"]


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


def number_of(things: str, least: int, most: int) -> Callable[[str], int]:
    """Reads a number of things from an argument."""

    def read(text: str) -> int:
        found = int(text) if text.isdecimal() and len(text) <= len(str(most)) else -1
        if not least <= found <= most:
            raise argparse.ArgumentTypeError(f"`{text:.40}` is not a number of {things} from {least:,} to {most:,}")
        return found

    return read
