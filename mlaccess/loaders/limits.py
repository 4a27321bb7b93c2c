"""What an export may cost before it is refused. Every limit is named in the error that it causes."""

__all__ = [
    "MAX_ARCHIVE_BYTES",
    "MAX_DEPTH",
    "MAX_DIGITS",
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

MAX_DIGITS = 4300
"""Digits of one number: Python's own limit, beyond which it refuses to read an integer."""
