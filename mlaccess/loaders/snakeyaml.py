"""Where SnakeYAML, Elasticsearch's reader, refuses what libyaml reads, or may read it otherwise, by a text's tokens.

SnakeYAML keeps to YAML 1.1 where libyaml is lenient. The rules come from reading made texts with both (see `trust.md`)
and hold for SnakeYAML 1.33, 2.2, 2.4 and 2.5; Elasticsearch 9 has 2.0. Source: `ScannerImpl.java` of SnakeYAML.
"""

import re
from collections.abc import Iterable

import attrs
from yaml import (
    AliasToken,
    AnchorToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    ScalarToken,
    TagToken,
    Token,
)

__all__ = ["SUSPECT", "Difference", "difference"]

SUSPECT = re.compile(r"[\t?!\ufeff]|\\/|[|>][-+0-9]*#|[&*][-\w]+[%@`]")
"""A text without any of these is the same to both."""

_COMMENT = re.compile("#[^\n\r\x85\u2028\u2029]*")
_BAD_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\[/\t]")
_TAB_BEGINS_LINE = re.compile("[\n\r\x85\u2028\u2029] *\t")
_BAD_HEADER = re.compile("[|>][-+0-9]*[^-+0-9 \n\r\x85\u2028\u2029]")


@attrs.frozen
class Difference:
    """A place where the two part. `doubtful` where SnakeYAML reads it, only not as libyaml does."""

    found: str
    index: int
    doubtful: bool = False


def difference(tokens: Iterable[Token], text: str, end: int) -> Difference | None:
    """The first difference before an offset, by the tokens that libyaml finds."""
    depth = behind = 0
    plain = False
    for token in tokens:
        start, stop = _offsets(token)
        if start > end:
            break
        if behind < start:
            between = text[behind:start]
            if "\t" in between or "\ufeff" in between:
                found = _between(between, behind, plain)
                if found is not None:
                    return found
        behind = max(behind, stop)
        plain = False
        if isinstance(token, ScalarToken):
            plain = bool(token.plain)
            found = _scalar(text[start:stop], start, "" if plain else str(token.style), depth > 0)
            if found is not None:
                return found
        elif isinstance(token, FlowSequenceStartToken | FlowMappingStartToken):
            depth += 1
        elif isinstance(token, FlowSequenceEndToken | FlowMappingEndToken):
            depth -= 1
        elif isinstance(token, AliasToken | AnchorToken):
            if text[stop : stop + 1] in ("?", "%", "@", "`"):
                return Difference("a character that may belong to the name of an anchor", stop, doubtful=True)
        elif isinstance(token, TagToken):
            after = text[stop : stop + 1]
            if after == "\t":
                return Difference("a tab after a tag", stop)
            if after == "," and depth:
                return Difference("a comma after a tag, which may belong to it", stop, doubtful=True)
    return None


def _offsets(token: Token) -> tuple[int, int]:
    start, stop = token.start_mark, token.end_mark
    return (start.index if start else 0), (stop.index if stop else 0)


def _between(between: str, at: int, after_plain: bool) -> Difference | None:
    """White space and comments between two tokens. Behind a plain text tabs belong to it, up to the end of its line."""
    rest = between.lstrip(" \t") if after_plain else between
    at += len(between) - len(rest)
    bare = _COMMENT.sub(lambda comment: "#" * len(comment[0]), rest)
    if "\t" in bare:
        return Difference("a tab where spaces belong", at + bare.index("\t"))
    if "\ufeff" in bare[at == 0 :]:
        return Difference("a byte order mark inside", at + bare.index("\ufeff", at == 0), doubtful=True)
    return None


def _scalar(raw: str, at: int, style: str, inside: bool) -> Difference | None:
    if not style:
        if inside and "?" in raw:
            return Difference("`?` in a text without quotes inside brackets", at + raw.index("?"))
        if "\t" in raw and (tab := _TAB_BEGINS_LINE.search(raw)) is not None:
            return Difference("a tab where spaces belong", at + tab.end() - 1)
    elif style == '"':
        escape = _BAD_ESCAPE.search(raw)
        if escape is not None:
            what = "`\\/`" if escape[0].endswith("/") else "a backslash before a tab"
            return Difference(f"{what}, an escape that YAML 1.1 lacks,", at + escape.end() - 2)
    elif style in "|>" and (header := _BAD_HEADER.match(raw)) is not None:
        return Difference(f"a character that does not belong behind `{style}`", at + header.end() - 1)
    return None
