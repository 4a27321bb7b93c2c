"""The first document of a YAML text by the events of libyaml. Imported when first needed: it needs the extra `yaml`."""

import re
from collections.abc import Iterator

from yaml import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    CSafeLoader,
    DocumentEndEvent,
    Event,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    Token,
    YAMLError,
)

from mlaccess.loaders.limits import MAX_DEPTH
from mlaccess.loaders.snakeyaml import SUSPECT, difference
from mlaccess.loaders.yaml_text import YamlError, YamlText, line_and_column, too_deep

__all__ = ["first_document"]

_INTEGER = re.compile(r"[-+]?[0-9][0-9_]*")
_FLOAT = re.compile(r"[-+]?(?:(?:[0-9][0-9_]*)?\.)?[0-9_]+(?:[eE][-+]?[0-9]+)?")
_BEGINS_NUMBER = frozenset("+-.0123456789_")
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

_TOO_DEEP = "exceeded maximum nesting depth"
_DOUBTFUL = frozenset(
    [
        "found invalid Unicode character escape code",  # SnakeYAML joins the halves of a surrogate pair
        "found unexpected ':'",
    ]
)
"""Refusals of libyaml that SnakeYAML need not share."""
_BAD_TAB = "found a tab character where an indentation space is expected"
_BAD_NAME = "did not find expected alphabetic or numeric character"
_NAME = re.compile(r"[&*][-\w]*\Z", re.ASCII)
_ENDS_NAME = frozenset([*".:,[]{}/*& \t\n\r\x85\u2028\u2029", ""])
"""Behind the name of an anchor or alias SnakeYAML refuses or ends at these; others it takes into the name."""
_BEHIND_NAME = frozenset("?%@`")
"""libyaml ends the name at these, and may stumble over them."""


def first_document(text: str) -> YamlText:
    """What a printable text of bounded length says. Raises YamlError."""
    try:
        document, end = _read(CSafeLoader(text))
        found = difference(_tokens(CSafeLoader(text)), text, end) if SUSPECT.search(text) else None
    except MarkedYAMLError as error:
        raise _syntax(text, error) from None
    except (YAMLError, ValueError):
        raise YamlError("text that cannot be read as YAML", doubtful=True) from None
    if found is not None:
        raise YamlError(found.found, line_and_column(text, found.index), doubtful=found.doubtful)
    return document


def _read(parser: CSafeLoader) -> tuple[YamlText, int]:
    """The value that a parser's events make, without recursion, and the offset where the document ends."""
    root: object = None
    aliases: dict[str, None] = {}
    outer: list[tuple[list[object] | dict[str, object] | None, str | None]] = []
    container: list[object] | dict[str, object] | None = None
    key: str | None = None
    while (event := parser.get_event()) is not None:
        begun: list[object] | dict[str, object] | None = None
        name: str | None = None
        value: object
        if isinstance(event, ScalarEvent):
            name = event.value
            value = name if event.style else _scalar(name)
        elif isinstance(event, CollectionEndEvent):
            container, key = outer.pop()
            continue
        elif isinstance(event, CollectionStartEvent):
            if len(outer) >= MAX_DEPTH:
                raise too_deep(_start(event))
            value = begun = {} if isinstance(event, MappingStartEvent) else []
        elif isinstance(event, AliasEvent):
            value = event.anchor or ""
            aliases[event.anchor or ""] = None
        elif isinstance(event, DocumentEndEvent):
            return YamlText(root, tuple(aliases)), event.end_mark.index if event.end_mark else 0
        else:
            continue
        if container is None:
            root = value
        elif isinstance(container, list):
            container.append(value)
        elif key is not None:
            container[key] = value
            key = None
        elif name is None:
            found = "an alias" if begun is None else "an object" if isinstance(begun, dict) else "a list"
            raise YamlError(f"{found} where a key belongs", _start(event), "a text as key")
        elif name in container:
            raise YamlError(f"the key `{name[:100]}` twice", _start(event), "each key once")
        else:
            key = name
        if begun is not None:
            outer.append((container, key))
            container, key = begun, None
    return YamlText(root, tuple(aliases)), 0


def _tokens(parser: CSafeLoader) -> Iterator[Token]:
    while (token := parser.get_token()) is not None:
        yield token


def _syntax(text: str, error: MarkedYAMLError) -> YamlError:
    """What libyaml says, which quotes nothing."""
    problem, mark = error.problem or "text that is not YAML", error.problem_mark
    if mark is None:
        return YamlError(problem)
    place = mark.line + 1, mark.column + 1
    if problem == _TOO_DEEP:
        return too_deep(place)
    before, after = text[: mark.index], text[mark.index : mark.index + 1]
    if problem == _BAD_NAME or after in _BEHIND_NAME:
        doubtful = after not in _ENDS_NAME and _NAME.search(before) is not None
    elif problem == _BAD_TAB and error.context_mark is not None:
        # Before the first text of a block SnakeYAML takes it into the text; later the block has ended.
        block = before[error.context_mark.index :].splitlines()[1:]
        doubtful = not any(map(str.strip, block))
    else:
        doubtful = problem in _DOUBTFUL
    return YamlError(problem, place, doubtful=doubtful)


def _start(event: Event) -> tuple[int, int] | None:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else None


def _scalar(text: str) -> None | bool | int | float | str:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _BEGINS_NUMBER or len(text) >= 400:
        return text
    if _INTEGER.fullmatch(text):
        return int(text.replace("_", ""))
    if any(c in text for c in ".eE") and _FLOAT.fullmatch(text):
        try:
            return float(text.replace("_", ""))
        except ValueError:
            return text
    return text
