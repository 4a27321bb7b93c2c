"""Harnesses that throw hostile input at the loaders, the pattern parser, the command and the zip reader."""

__all__ = ["HARNESSES"]

HARNESSES: dict[str, str] = {
    "exports": "exports",
    "raw_files": "raw_files",
    "file_realm": "file_realm",
    "archives": "archives",
    "patterns": "patterns",
    "command": "command",
}
"""Harness -> its module in this package, which holds `run` and `SEEDS`."""
