"""YAML as Elasticsearch reads it: the first document of a text, aliases not followed, only `true`, `false`, numbers and
`null` taken for more than text.

Elasticsearch reads YAML through Jackson and SnakeYAML. Jackson has no merge keys, and its aliases arrive as the text of
their name; so no document can unfold to more than it is long. Sources: `libs/x-content/impl/src/main/java/org/
elasticsearch/xcontent/provider/yaml/YamlXContentImpl.java` and `YAMLParser.java` of jackson-dataformat-yaml.

Only what needs no YAML reader is here, so that the package works without one; the reading is in `libyaml.py`.
"""

import re
from collections.abc import Sequence

import attrs

from mlaccess.loaders.limits import MAX_DEPTH

__all__ = [
    "MAX_YAML_CHARACTERS",
    "MAX_YAML_DIRECTIVES",
    "YamlError",
    "YamlMissing",
    "YamlText",
    "line_and_column",
    "read_yaml",
    "too_deep",
]

MAX_YAML_CHARACTERS = 3 << 20
"""SnakeYAML, and with it Elasticsearch, refuses a document of more."""

MAX_YAML_DIRECTIVES = 100
"""libyaml compares each `%TAG` with all before it."""

_UNPRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_DIRECTIVE = re.compile("(?:^|[\n\r\x85\u2028\u2029])%")


class YamlError(Exception):
    """The text is not YAML, or passes a limit; says what was found and where, without quoting values.

    `doubtful` says that Elasticsearch may read it all the same.
    """

    def __init__(
        self, found: str, place: tuple[int, int] | None = None, expected: str = "valid YAML", *, doubtful: bool = False
    ) -> None:
        self.found = found
        self.place = place
        self.expected = expected
        self.doubtful = doubtful
        super().__init__(found)

    def told(self, lines: Sequence[int] = ()) -> str:
        """What was found and where; `lines` gives the numbers of the text's lines in their file."""
        if self.place is None:
            return self.found
        line, column = self.place
        if lines:
            line = lines[min(line, len(lines)) - 1]
        return f"{self.found} at line {line}, column {column}"

    def __str__(self) -> str:
        return self.told()


class YamlMissing(Exception):
    """No YAML reader is installed."""


@attrs.frozen
class YamlText:
    """The value of the first document, and the names of the aliases that were read as text."""

    value: object
    aliases: tuple[str, ...] = ()


def read_yaml(text: str) -> YamlText:
    """The first document of a YAML text as plain lists, dicts, texts, numbers, booleans and None.

    Raises YamlError for a text that is not YAML, that repeats a key, or that passes a limit; YamlMissing.
    """
    try:
        from mlaccess.loaders.libyaml import first_document
    except ImportError:
        raise _missing() from None
    if len(text) > MAX_YAML_CHARACTERS:
        expected = f"at most {MAX_YAML_CHARACTERS} (MAX_YAML_CHARACTERS)"
        raise YamlError(f"a document of {len(text)} characters", expected=expected, doubtful=True)
    text = text.removeprefix("\ufeff")  # which libyaml does not count, however many there are
    if text.startswith("\ufeff"):
        raise YamlError("a second byte order mark", (1, 1), doubtful=True)
    unprintable = _UNPRINTABLE.search(text)
    if unprintable is not None:
        found = f"the character U+{ord(unprintable[0]):04X}, which YAML does not allow,"
        raise YamlError(found, line_and_column(text, unprintable.start()))
    if text.count("%") > MAX_YAML_DIRECTIVES and len(_DIRECTIVE.findall(text)) > MAX_YAML_DIRECTIVES:
        expected = f"at most {MAX_YAML_DIRECTIVES} (MAX_YAML_DIRECTIVES)"
        raise YamlError("too many lines that start with `%`", expected=expected, doubtful=True)
    return first_document(text)


def _missing() -> YamlMissing:
    try:
        import yaml as _  # noqa: F401
    except ImportError:
        return YamlMissing("reading YAML needs the extra `yaml`\nhelp: pip install 'mlaccess[yaml]'")
    return YamlMissing(
        "reading YAML needs libyaml, which the PyYAML that is installed was built without\n"
        "help: pip install --force-reinstall --only-binary=pyyaml pyyaml"
    )


def too_deep(place: tuple[int, int] | None) -> YamlError:
    """The error of a text that is nested beyond the limit."""
    found = f"nested more than {MAX_DEPTH} levels deep"
    return YamlError(found, place, f"at most {MAX_DEPTH} levels (MAX_DEPTH)", doubtful=True)


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """The place of an offset, counted from one, lines as YAML breaks them."""
    line, begins = 1, 0
    for ending in _BREAK.finditer(text, 0, offset):
        line, begins = line + 1, ending.end()
    return line, offset - begins + 1
