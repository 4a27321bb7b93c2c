"""What an export may cost before it is refused. Every limit is named in the error that it causes."""

__all__ = [
    "LIMITS",
    "MAX_ARCHIVE_BYTES",
    "MAX_DEPTH",
    "MAX_ENTRIES",
    "MAX_FILE_BYTES",
    "MAX_FOLDER_DEPTH",
    "MAX_NESTED_ARCHIVES",
    "MAX_PROBLEMS_PER_FILE",
    "MAX_RATIO",
    "RATIO_FLOOR_BYTES",
]

MAX_FILE_BYTES = 1 << 30
"""One file, unpacked: 1 GiB. A million users with metadata stay well below it."""

MAX_ARCHIVE_BYTES = 4 << 30
"""Everything that is read of one archive or folder, unpacked: 4 GiB."""

MAX_RATIO = 200
"""Unpacked size over packed size of one archive entry; JSON exports compress 10 to 60 times."""

RATIO_FLOOR_BYTES = 32 << 20
"""Entries below 32 MiB are never refused for their ratio."""

MAX_ENTRIES = 100_000
"""Entries of one archive, or files of one folder."""

MAX_NESTED_ARCHIVES = 64
"""Archives inside a folder. Archives inside archives are never opened."""

MAX_FOLDER_DEPTH = 16
"""Folders inside folders."""

MAX_DEPTH = 100
"""JSON values inside JSON values."""

MAX_PROBLEMS_PER_FILE = 200
"""Problems reported of one file; the rest are counted."""

LIMITS: tuple[tuple[str, str, str], ...] = (
    ("MAX_FILE_BYTES", "1 GiB", "one file, unpacked"),
    ("MAX_ARCHIVE_BYTES", "4 GiB", "what is read of one archive, unpacked"),
    ("MAX_RATIO", f"{MAX_RATIO}", "unpacked size over packed size of an entry above 32 MiB (`RATIO_FLOOR_BYTES`)"),
    ("MAX_ENTRIES", f"{MAX_ENTRIES:,}", "entries of one archive, or files of one folder"),
    ("MAX_NESTED_ARCHIVES", f"{MAX_NESTED_ARCHIVES}", "archives in a folder; archives in archives are not opened"),
    ("MAX_FOLDER_DEPTH", f"{MAX_FOLDER_DEPTH}", "folders inside folders"),
    ("MAX_DEPTH", f"{MAX_DEPTH}", "JSON values inside JSON values"),
    ("MAX_PROBLEMS_PER_FILE", f"{MAX_PROBLEMS_PER_FILE}", "problems told of one file; the rest are counted"),
)
"""The limits as the reference page tells them: name, value, and of what."""
