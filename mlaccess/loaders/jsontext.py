"""Bytes of an exported file -> JSON values, or the reason why not: encoding, syntax, depth, duplicate keys, numbers."""

import json
import re
from math import isinf
from typing import cast

import attrs

from .limits import MAX_DEPTH, MAX_DIGITS
from .report import Report

__all__ = [
    "Doubled",
    "ErrorBody",
    "decode",
    "embedded_object",
    "error_body",
    "escape",
    "parse",
    "report_duplicates",
    "text_error_body",
]


class Doubled(dict[str, object]):
    """An object in which a key occurs twice; `keys_twice` maps such a key to whether its values differ."""

    __slots__ = ("keys_twice",)

    keys_twice: dict[str, bool]


@attrs.frozen
class ErrorBody:
    """An HTTP error that a collector stored in place of the answer."""

    status: int | None
    text: str

    def __str__(self) -> str:
        text = f"`{self.text}`" if self.text else "an HTTP error"
        return f"the request failed with status {self.status}: {text}" if self.status else f"the request failed: {text}"


def decode(data: bytes, file: str, report: Report) -> str | None:
    """The text of a JSON file; None after reporting a wrong encoding.

    A byte order mark settles the encoding (PowerShell writes UTF-16); without one it must be UTF-8, as RFC 8259 asks.
    """
    encoding = "utf-8"
    if data.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    elif data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        encoding = "utf-32"
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
        report.notice(file, "encoded as UTF-16, read as such; APIs answer in UTF-8", "encoding")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        report.problem(file, "", f"bytes that are not {encoding.upper()} at line {line}, column {column}", "UTF-8 text")
        return None


def parse(
    text: str, file: str, report: Report, *, name_depths: frozenset[int] = frozenset(), strict: bool = False
) -> object:
    """The value of a JSON text. Raises `ValueError` after reporting, where there is none.

    `name_depths` and `strict` say what keys that occur twice mean: see `report_duplicates`.
    """
    doubled = False

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        value = dict(items)
        if len(value) == len(items):
            return value
        twice = Doubled(items)
        twice.keys_twice = _keys_twice(items)
        nonlocal doubled
        doubled = True
        return twice

    def constant(name: str) -> object:
        raise _NotANumber(name)

    def number(digits: str) -> float:
        value = float(digits)
        if isinf(value):
            raise _TooLarge(digits)
        return value

    try:
        value: object = json.loads(text, object_pairs_hook=pairs, parse_constant=constant, parse_float=number)
    except _NotANumber as error:
        offset = _find_constant(text, str(error))
        report.problem(file, "", f"`{error}` at {_place(text, offset)}", "valid JSON, which has no such number")
        raise ValueError("not JSON") from None
    except _TooLarge as error:
        place = _place(text, _find_number(text, str(error)))
        report.problem(file, "", f"a number beyond 1.8e308 at {place}", "a number of 64 bits")
        raise ValueError("not a number") from None
    except json.JSONDecodeError as error:
        report.problem(file, "", _syntax(text, error), "valid JSON")
        raise ValueError("not JSON") from None
    except RecursionError:
        offset = _too_deep_at(text)
        report.problem(
            file,
            "",
            f"nested more than {MAX_DEPTH} levels deep at {_place(text, offset)}",
            f"at most {MAX_DEPTH} levels (MAX_DEPTH)",
        )
        raise ValueError("too deep") from None
    except ValueError:
        # Python refuses integers beyond `sys.set_int_max_str_digits`.
        digits = re.search(rf"\d{{{MAX_DIGITS},}}", text)
        place = _place(text, digits.start()) if digits else "an unknown place"
        report.problem(file, "", f"a number of more than {MAX_DIGITS} digits at {place}", "at most MAX_DIGITS")
        raise ValueError("not a number") from None
    if _SURROGATE.search(text):
        lone = _lone_surrogate(value)
        if lone is not None:
            pointer, where = lone
            found = f"half of a surrogate pair{where}, which is no character"
            report.problem(file, pointer, found, "text in Unicode")
            raise ValueError("not Unicode")
    if doubled:
        report_duplicates(value, file, report, name_depths=name_depths, strict=strict)
    return value


def report_duplicates(value: object, file: str, report: Report, *, name_depths: frozenset[int], strict: bool) -> None:
    """Reports keys that occur twice. At `name_depths` keys are names, so two are an error; elsewhere `strict` says
    whether two different values are one. Otherwise the last value counts, with a notice."""
    stack: list[tuple[object, str, int]] = [(value, "", 0)]
    while stack:
        node, pointer, depth = stack.pop()
        if isinstance(node, Doubled):
            for key, differ in node.keys_twice.items():
                place = f"{pointer}/{escape(key)}"
                if depth in name_depths:
                    report.problem(file, place, f"the name `{key}` twice", "each name once")
                elif differ and strict:
                    report.problem(file, place, f"the key `{key}` twice with different values", "each key once")
                else:
                    how = "the last value counts" if differ else "both values are the same"
                    report.notice(f"{file}#{place}", f"a key occurs twice; {how}", "duplicate")
        if isinstance(node, dict):
            stack += [(v, f"{pointer}/{escape(k)}", depth + 1) for k, v in cast("dict[str, object]", node).items()]
        elif isinstance(node, list):
            stack += [(v, f"{pointer}/{i}", depth + 1) for i, v in enumerate(cast("list[object]", node))]


_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _lone_surrogate(value: object) -> tuple[str, str] | None:
    """The pointer of the first text that no encoding can hold; where it is a key, of its object, and that it is one."""
    stack: list[tuple[object, str]] = [(value, "")]
    while stack:
        node, pointer = stack.pop()
        if isinstance(node, str) and not _is_unicode(node):
            return pointer, ""
        if isinstance(node, dict):
            members = cast("dict[str, object]", node)
            if not all(map(_is_unicode, members)):
                return pointer, " in a key"
            stack += [(v, f"{pointer}/{escape(k)}") for k, v in members.items()]
        elif isinstance(node, list):
            stack += [(v, f"{pointer}/{i}") for i, v in enumerate(cast("list[object]", node))]
    return None


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def escape(key: str | int) -> str:
    """One reference token of a JSON pointer (RFC 6901)."""
    text = str(key)
    return text.replace("~", "~0").replace("/", "~1") if "~" in text or "/" in text else text


class _NotANumber(ValueError):
    """`NaN` or `Infinity`, which Python's reader accepts and JSON does not have."""


class _TooLarge(ValueError):
    """A number beyond those of 64 bits, which Python reads as infinity. No API answers with one."""


def _keys_twice(items: list[tuple[str, object]]) -> dict[str, bool]:
    first: dict[str, object] = {}
    twice: dict[str, bool] = {}
    for key, value in items:
        if key in first:
            twice[key] = twice.get(key, False) or first[key] != value
        else:
            first[key] = value
    return twice


def _place(text: str, offset: int) -> str:
    return f"line {text.count(chr(10), 0, offset) + 1}, column {offset - text.rfind(chr(10), 0, offset)}"


def _syntax(text: str, error: json.JSONDecodeError) -> str:
    place = f"line {error.lineno}, column {error.colno}"
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return f"the text ends in the middle of a value at {place}"
    if error.msg == "Extra data":
        return f"text after the end of the value at {place}"
    return f"not JSON at {place}: {error.msg[0].lower()}{error.msg[1:]}"


_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


def _too_deep_at(text: str) -> int:
    depth = 0
    for match in _STRUCTURE.finditer(text):
        char = match.group()[0]
        if char in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return match.start()
        elif char in "]}":
            depth -= 1
    return 0


def _find_constant(text: str, name: str) -> int:
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity)', text):
        if match.group() == name:
            return match.start()
    return 0


def _find_number(text: str, digits: str) -> int:
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|[-+.0-9eE]+', text):
        if match.group() == digits:
            return match.start()
    return 0


def _text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def _int_of(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def error_body(value: object) -> ErrorBody | None:
    """The HTTP error that a JSON value is the body of, if it is one.

    Shapes: Elasticsearch `{"error": {"type", "reason"}, "status"}`, Kibana `{"statusCode", "error", "message"}`,
    the Cloud proxy `{"ok": false, "message"}` and `{"errors": [{"code", "message"}]}`.
    """
    if not isinstance(value, dict):
        return None
    body = cast("dict[str, object]", value)
    status = _int_of(body.get("status")) or _int_of(body.get("statusCode"))
    error = body.get("error")
    if isinstance(error, dict):
        detail = cast("dict[str, object]", error)
        if "reason" in detail or "root_cause" in detail or ("type" in detail and status is not None):
            reason = _text_of(detail.get("reason"))
            kind = _text_of(detail.get("type"))
            return ErrorBody(status, f"{kind}: {reason}" if kind and reason else reason or kind)
        return None
    if isinstance(error, str) and len(body) <= 6:
        message = _text_of(body.get("message"))
        return ErrorBody(status, f"{error}: {message}" if message and message != error else error)
    if "statusCode" in body and status is not None and isinstance(body.get("message"), str):
        return ErrorBody(status, _text_of(body.get("message")))
    if body.get("ok") is False and isinstance(body.get("message"), str):
        return ErrorBody(status, _text_of(body["message"]))
    errors = body.get("errors")
    if isinstance(errors, list) and errors:
        first = cast("list[object]", errors)[0]
        if isinstance(first, dict) and {"code", "message"} <= cast("dict[str, object]", first).keys():
            row = cast("dict[str, object]", first)
            return ErrorBody(status, f"{_text_of(row['code'])}: {_text_of(row['message'])}")
    return None


_TITLE = re.compile(r"<title>\s*(.*?)\s*</title>|<h1>\s*(.*?)\s*</h1>", re.IGNORECASE | re.DOTALL)
_HTTP_PHRASE = re.compile(
    r"^(?:http/\S+\s+)?(?:error:?\s*)?(?:([45]\d\d)\b|unauthorized|forbidden|not found|bad gateway|bad request|"
    r"service unavailable|gateway time-?out|too many requests|internal server error|default backend|"
    r"upstream |no healthy upstream|client sent an http request to an https server|security_exception|"
    r"access denied|access is denied|authentication required|proxy error|connection (?:refused|reset|timed out))",
    re.IGNORECASE,
)


def text_error_body(text: str) -> ErrorBody | None:
    """The HTTP error that a text or HTML page tells of: what a proxy answers in front of the API."""
    head = text.lstrip()[:4096]
    if head.startswith("<"):
        found = _TITLE.search(head)
        title = " ".join((found.group(1) or found.group(2)).split()) if found else ""
        status = re.match(r"([45]\d\d)\b", title)
        return ErrorBody(int(status.group(1)) if status else None, title or "an HTML page")
    found = _HTTP_PHRASE.match(head) if len(text) < 2048 and not head.startswith(("{", "[")) else None
    if found is None:
        return None
    return ErrorBody(int(found.group(1)) if found.group(1) else None, " ".join(head.split())[:200])


def embedded_object(text: str) -> dict[str, object] | None:
    """The JSON object that a text holds, such as the script of a role template; None where it holds none."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", found) if isinstance(found, dict) else None
