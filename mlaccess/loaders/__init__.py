"""DOCK: you know what a file looked like. Exported files become one `Deployment`, or one report of what is wrong."""

from .catalogue import FILES, FileRow
from .loading import load
from .missing import Missing, missing

__all__ = ["FILES", "FileRow", "Missing", "load", "missing"]
