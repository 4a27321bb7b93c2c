"""Damage to the bytes of a file, whatever its kind, with what must be told of it: the exact place."""

from collections.abc import Callable

import attrs

__all__ = ["DAMAGES", "Damage"]


@attrs.frozen
class Damage:
    """`spoil` makes the bytes of a file from its JSON text. `told` is the problem without the file's name; where it is
    empty, the file gives nothing for the reason `reason`, or all it gave before, with the notices `notices`."""

    name: str
    spoil: Callable[[str], bytes]
    told: Callable[[str], str] = lambda _: ""
    reason: str = ""
    notices: tuple[str, ...] = ()


def _fixed(problem: str) -> Callable[[str], str]:
    return lambda _: problem


def _end(text: str) -> str:
    return f"line 1, column {len(text) + 1}"


_ERROR = b'{"error": {"type": "security_exception", "reason": "action [x] is unauthorized"}, "status": 403}'

DAMAGES: tuple[Damage, ...] = (
    Damage(
        "cut short",
        lambda t: t[:-1].encode(),
        lambda t: f"the text ends in the middle of a value at line 1, column {len(t)}, expected valid JSON",
    ),
    Damage(
        "cut in a text",
        lambda t: t[: t.index('"') + 2].encode(),
        lambda t: (
            f"the text ends in the middle of a value at line 1, column {t.index(chr(34)) + 1}, expected valid JSON"
        ),
    ),
    Damage(
        "two answers in one file",
        lambda t: f"{t}{t}".encode(),
        lambda t: f"text after the end of the value at {_end(t)}, expected valid JSON",
    ),
    Damage(
        "a comment behind it",
        lambda t: f"{t}\n// exported by hand".encode(),
        _fixed("text after the end of the value at line 2, column 1, expected valid JSON"),
    ),
    Damage(
        "a null byte before it",
        lambda t: b"\0" + t.encode(),
        _fixed("not JSON at line 1, column 1: expecting value, expected valid JSON"),
    ),
    Damage(
        "a null byte behind it",
        lambda t: t.encode() + b"\0",
        lambda t: f"text after the end of the value at {_end(t)}, expected valid JSON",
    ),
    Damage(
        "a byte of Latin-1",
        lambda t: t.encode() + b" \xe9",
        lambda t: f"bytes that are not UTF-8 at line 1, column {len(t) + 2}, expected UTF-8 text",
    ),
    Damage(
        "half of a surrogate pair in UTF-8",
        lambda t: b'{"x": "\xed\xa0\x80"}',
        _fixed("bytes that are not UTF-8 at line 1, column 8, expected UTF-8 text"),
    ),
    Damage(
        "an overlong null in UTF-8",
        lambda t: b'["\xc0\x80"]',
        _fixed("bytes that are not UTF-8 at line 1, column 3, expected UTF-8 text"),
    ),
    Damage(
        "half of a surrogate pair as an escape",
        lambda t: b'{"x": ["\\ud800"]}',
        lambda t: "#/x/0: half of a surrogate pair, which is no character, expected text in Unicode",
    ),
    Damage(
        "UTF-16 cut in the middle of a character",
        lambda t: t.encode("utf-16-le").join((b"\xff\xfe", b"\0")),
        lambda t: f"bytes that are not UTF-16 at line 1, column {2 * len(t) + 3}, expected UTF-8 text",
    ),
    Damage(
        "not a number",
        lambda t: b'{"x": NaN}',
        _fixed("`NaN` at line 1, column 7, expected valid JSON, which has no such number"),
    ),
    Damage(
        "less than every number",
        lambda t: b"[\n-Infinity]",
        _fixed("`-Infinity` at line 2, column 1, expected valid JSON, which has no such number"),
    ),
    Damage(
        "a number beyond those of 64 bits",
        lambda t: b'{"1e999": "1e999", "x": 1e999}',
        _fixed("a number beyond 1.8e308 at line 1, column 25, expected a number of 64 bits"),
    ),
    Damage(
        "a number of many digits",
        lambda t: b"[" + b"9" * 5000 + b"]",
        _fixed("a number of more than 4300 digits at line 1, column 2, expected at most MAX_DIGITS"),
    ),
    Damage(
        "lists in lists",
        lambda t: b"[" * 100_000,
        _fixed("nested more than 100 levels deep at line 1, column 101, expected at most 100 levels (MAX_DEPTH)"),
    ),
    Damage(
        "objects in objects",
        lambda t: b'{"a":' * 5000 + b"1" + b"}" * 5000,
        _fixed("nested more than 100 levels deep at line 1, column 501, expected at most 100 levels (MAX_DEPTH)"),
    ),
    Damage(
        "single quotes",
        lambda t: t.replace('"', "'").encode(),
        lambda t: "not JSON at line 1, column " + ("3" if t.startswith("[") else "2") + ": expecting property name "
        "enclosed in double quotes, expected valid JSON",
    ),
    Damage(
        "a line break inside a text",
        lambda t: b'{"a\nb": 1}',
        _fixed("not JSON at line 1, column 4: invalid control character at, expected valid JSON"),
    ),
    Damage("a number alone", lambda t: b"7"),
    Damage("nothing", lambda t: b"", reason="the file is empty"),
    Damage("white space", lambda t: b" \r\n\t", reason="the file is empty"),
    Damage("a byte order mark and nothing", lambda t: b"\xef\xbb\xbf", reason="the file is empty"),
    Damage(
        "an error of Elasticsearch",
        lambda t: _ERROR,
        reason="the request failed with status 403: `security_exception: action [x] is unauthorized`",
    ),
    Damage(
        "an error of Kibana",
        lambda t: b'{"statusCode": 404, "error": "Not Found", "message": "no"}',
        reason="the request failed with status 404: `Not Found: no`",
    ),
    Damage(
        "an error page of a proxy",
        lambda t: b"<html><head><title>502 Bad Gateway</title></head></html>",
        reason="the request failed with status 502: `502 Bad Gateway`",
    ),
    Damage("a byte order mark", lambda t: b"\xef\xbb\xbf" + t.encode()),
    Damage("UTF-16", lambda t: t.encode("utf-16"), notices=("encoding",)),
    Damage("UTF-16 of the other end", lambda t: b"\xfe\xff" + t.encode("utf-16-be"), notices=("encoding",)),
    Damage("UTF-32", lambda t: t.encode("utf-32")),
    Damage("line breaks of Windows", lambda t: t.replace(", ", ",\r\n").encode() + b"\r\n"),
    Damage("escapes for every character", lambda t: t.replace("roles", "\\u0072\\u006f\\u006c\\u0065\\u0073").encode()),
)
"""Each is tried on every kind of file."""
