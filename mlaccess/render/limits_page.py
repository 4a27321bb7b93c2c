"""The reference page of limits, `docs/reference/limits.md`, written from the constants themselves.

`python -m mlaccess.render.limits_page` prints it; a test keeps the file in step, and another that errors name them.
"""

import sys
from collections.abc import Iterator

import attrs

from mlaccess.automata import limits as work
from mlaccess.checker.check import MAX_CERTIFICATE_BYTES, MAX_CITED_BYTES, MAX_CITED_FILES, MAX_CITED_RATIO
from mlaccess.loaders import limits, yaml_text
from mlaccess.patterns.regex import LENGTH_LIMIT
from mlaccess.permission.templates import MAX_SECTION_DEPTH

__all__ = ["ROWS", "LimitRow", "limits_page"]


@attrs.frozen
class LimitRow:
    """One limit: the constant, its value, and what it limits."""

    constant: str
    value: int
    of: str
    where: str

    @property
    def shown(self) -> str:
        """The value for people."""
        for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20)):
            if self.constant.endswith("BYTES") and self.value % size == 0:
                return f"{self.value // size} {unit}"
        return f"{self.value:,}"


_YAML = "characters of a role in `roles.yml`, or of another YAML file; Elasticsearch reads no more"
_EXPORT, _CERTIFICATE, _PATTERN = "mlaccess/loaders", "mlaccess/checker/check.py", "unknown"

ROWS: tuple[LimitRow, ...] = (
    LimitRow("MAX_FILE_BYTES", limits.MAX_FILE_BYTES, "one file, unpacked", _EXPORT),
    LimitRow("MAX_ARCHIVE_BYTES", limits.MAX_ARCHIVE_BYTES, "what is read of one archive, unpacked", _EXPORT),
    LimitRow("MAX_RATIO", limits.MAX_RATIO, "unpacked size over packed size of an archive's entry", _EXPORT),
    LimitRow("RATIO_FLOOR_BYTES", limits.RATIO_FLOOR_BYTES, "smaller entries may have any ratio", _EXPORT),
    LimitRow("MAX_ENTRIES", limits.MAX_ENTRIES, "entries of one archive, or files of one folder", _EXPORT),
    LimitRow("MAX_NESTED_ARCHIVES", limits.MAX_NESTED_ARCHIVES, "archives in a folder; none in archives", _EXPORT),
    LimitRow("MAX_FOLDER_DEPTH", limits.MAX_FOLDER_DEPTH, "folders inside folders", _EXPORT),
    LimitRow("MAX_DEPTH", limits.MAX_DEPTH, "JSON or YAML values inside values", _EXPORT),
    LimitRow("MAX_DIGITS", limits.MAX_DIGITS, "digits of a number", _EXPORT),
    LimitRow("MAX_YAML_CHARACTERS", yaml_text.MAX_YAML_CHARACTERS, _YAML, _EXPORT),
    LimitRow("MAX_YAML_DIRECTIVES", yaml_text.MAX_YAML_DIRECTIVES, "lines that start with `%` in such a text", _EXPORT),
    LimitRow("MAX_PROBLEMS_PER_FILE", limits.MAX_PROBLEMS_PER_FILE, "problems told; the rest are counted", _EXPORT),
    LimitRow("MAX_CERTIFICATE_BYTES", MAX_CERTIFICATE_BYTES, "a certificate", _CERTIFICATE),
    LimitRow("MAX_CITED_BYTES", MAX_CITED_BYTES, "one file of the export, unpacked", _CERTIFICATE),
    LimitRow("MAX_CITED_RATIO", MAX_CITED_RATIO, "unpacked over packed size of entries above 32 MiB", _CERTIFICATE),
    LimitRow("MAX_CITED_FILES", MAX_CITED_FILES, "files of one folder, or entries of one archive", _CERTIFICATE),
    LimitRow("LENGTH_LIMIT", LENGTH_LIMIT, "characters of a regular expression in a role", _PATTERN),
    LimitRow("DEPTH_LIMIT", work.DEPTH_LIMIT, "complements and intersections inside each other", _PATTERN),
    LimitRow("WORK_LIMIT", work.WORK_LIMIT, "steps that one question about patterns may take", _PATTERN),
    LimitRow("MAX_SECTION_DEPTH", MAX_SECTION_DEPTH, "sections inside sections of a role template", _PATTERN),
)

_INTRODUCTION = """\
# Limits

What inputs may cost. Exports, certificates and patterns come from people one may not know, so every limit is a
constant, and the error names it. The page is made from the constants; do not edit it by hand
(`python -m mlaccess.render.limits_page > docs/reference/limits.md`).

Nothing is extracted, and links that lead out of a folder are not followed. What mlaccess cannot answer for other
reasons is in [another page](../explanation/limits.md).
"""
_SECTIONS = (
    (_EXPORT, "Exports", "An export that exceeds one is refused with a `LoadError`; the command ends with 2."),
    (_CERTIFICATE, "Certificates", "`mlaccess verify` has limits of its own, for it shares no code with the loaders."),
    (_PATTERN, "Patterns", "Beyond these an answer is `unknown`, with that reason: never a hang, and never a guess."),
)


def limits_page() -> str:
    """The page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION.rstrip("\n")
    for where, title, words in _SECTIONS:
        yield from ("", f"## {title}", "", words, "", "| limit | value | of what |", "|---|---|---|")
        yield from (f"| `{row.constant}` | {row.shown} | {row.of} |" for row in ROWS if row.where == where)


if __name__ == "__main__":
    sys.stdout.write(limits_page())
