"""YAML as Elasticsearch reads it: the first document of a text, aliases not followed, only `true`, `false`, numbers and
`null` taken for more than text.

Elasticsearch reads YAML through Jackson, which has no merge keys, and whose aliases arrive as the text of their name;
so no document can unfold to more than it is long. Sources: `libs/x-content/impl/src/main/java/org/elasticsearch/
xcontent/provider/yaml/YamlXContentImpl.java` and `YAMLParser.java` of jackson-dataformat-yaml.
"""

import importlib
import re
from collections.abc import Iterator
from typing import Any, cast

import attrs

from mlaccess.loaders.limits import MAX_DEPTH

__all__ = ["MAX_YAML_CHARACTERS", "YamlError", "YamlMissing", "YamlText", "read_yaml"]

MAX_YAML_CHARACTERS = 1 << 20
"""A text of a million characters: thousands of roles, and about a quarter of a minute for the pure reader."""

_INTEGER = re.compile(r"[-+]?[0-9][0-9_]*")
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*)?\.?[0-9_]+(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, None | bool] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


class YamlError(Exception):
    """The text is not YAML; says where and why, without quoting the text."""


class YamlMissing(Exception):
    """No YAML reader is installed."""

    def __init__(self) -> None:
        super().__init__("reading YAML needs the extra `yaml`\nhelp: pip install 'mlaccess[yaml]'")


@attrs.frozen
class YamlText:
    """The value of the first document, and the names of the aliases that were read as text."""

    value: object
    aliases: tuple[str, ...] = ()


def read_yaml(text: str) -> YamlText:
    """The first document of a YAML text as plain lists, dicts, texts, numbers, booleans and None.

    Raises YamlError for a text that is not YAML, that repeats a key, or that passes a limit; YamlMissing.
    """
    if len(text) > MAX_YAML_CHARACTERS:
        raise YamlError(f"longer than {MAX_YAML_CHARACTERS} characters (MAX_YAML_CHARACTERS)")
    builder = _Builder()
    for event in _events(text):
        if builder.take(event):
            break
    return YamlText(builder.value, tuple(dict.fromkeys(builder.aliases)))


def _events(text: str) -> "Iterator[Any]":
    try:
        ruamel = importlib.import_module("ruamel.yaml")
    except ImportError:
        raise YamlMissing from None
    reader = cast("Any", ruamel).YAML(typ="safe", pure=True, plug_ins=[])
    try:
        yield from reader.parse(text)
    except cast("Any", ruamel).error.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark is not None else ""
        raise YamlError(f"not YAML{where}") from None
    except (ValueError, IndexError, AttributeError, TypeError, AssertionError, RecursionError):
        # The reader meets a few malformed texts with errors of its own making.
        raise YamlError("not YAML") from None


class _Builder:
    """Makes a value of the reader's events, without recursion."""

    def __init__(self) -> None:
        self.value: object = None
        self.aliases: list[str] = []
        self._open: list[list[object] | dict[str, object]] = []
        self._keys: list[str | None] = []

    def take(self, event: "Any") -> bool:
        """Takes one event; true once the first document is complete."""
        match type(event).__name__:
            case "ScalarEvent":
                plain = event.style in (None, "")
                self._add(_scalar(event.value) if plain else event.value, event.value)
            case "AliasEvent":
                self.aliases.append(event.anchor)
                self._add(event.anchor, event.anchor)
            case "SequenceStartEvent":
                self._begin([])
            case "MappingStartEvent":
                self._begin({})
            case "SequenceEndEvent" | "MappingEndEvent":
                self._open.pop()
                self._keys.pop()
            case "DocumentEndEvent":
                return True
            case _:
                pass  # the stream's and the document's start
        return False

    def _begin(self, container: "list[object] | dict[str, object]") -> None:
        if len(self._open) >= MAX_DEPTH:
            raise YamlError(f"nested more than {MAX_DEPTH} levels deep (MAX_DEPTH)")
        self._add(container, None)
        self._open.append(container)
        self._keys.append(None)

    def _add(self, value: object, as_key: str | None) -> None:
        if not self._open:
            self.value = value
            return
        container = self._open[-1]
        if isinstance(container, list):
            container.append(value)
            return
        key = self._keys[-1]
        if key is None:
            if as_key is None:
                raise YamlError("a list or an object where a key belongs")
            if as_key in container:
                raise YamlError(f"the key `{as_key[:100]}` is there twice")
            self._keys[-1] = as_key
            return
        container[key] = value
        self._keys[-1] = None


def _scalar(text: str) -> None | bool | int | float | str:
    if text in _WORDS:
        return _WORDS[text]
    if len(text) < 400 and _INTEGER.fullmatch(text):
        return int(text.replace("_", ""))
    if len(text) < 400 and any(c in text for c in ".eE") and _FLOAT.fullmatch(text):
        try:
            return float(text.replace("_", ""))
        except ValueError:
            return text
    return text
