"""Changes of JSON values, chosen by a stream of decisions: what a collector, a person or an attacker could write."""

from collections.abc import Iterator
from functools import cache
from typing import cast

from .base import base_files
from .choices import Choices
from .json_text import Raw, Twice, nested
from .oracles import MARKER

__all__ = ["SECRET_KEYS", "Document", "change", "damaged"]

SECRET_KEYS: tuple[str, ...] = (
    "password",
    "password_hash",
    "passwd",
    "secret",
    "client_secret",
    "hash",
    "api_key",
    "apikey",
    "token",
    "access_token",
    "encoded",
    "credentials",
    "private_key",
    "keystore.secure_password",
    "ssl.key_passphrase",
)
"""Keys whose values must be dropped wherever they stand."""

Place = tuple[str | int, ...]


class Document:
    """One file's value under change."""

    def __init__(self, value: object) -> None:
        self.value = _copy(value)
        self.planted = False

    def places(self) -> list[Place]:
        """Every place in the value, the root first."""
        return list(_places(self.value, ()))

    def at(self, place: Place) -> object:
        """The value at a place."""
        found = self.value
        for step in place:
            found = cast("dict[str | int, object]", found)[step]
        return found

    def put(self, place: Place, value: object) -> None:
        """Replaces the value at a place."""
        if not place:
            self.value = value
            return
        cast("dict[str | int, object]", self.at(place[:-1]))[place[-1]] = value


def _places(value: object, here: Place) -> Iterator[Place]:
    yield here
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _places(member, (*here, key))
    elif isinstance(value, list):
        for i, member in enumerate(value):
            yield from _places(member, (*here, i))


def _copy(value: object) -> object:
    if isinstance(value, dict):
        return {k: _copy(v) for k, v in value.items()}
    return [_copy(v) for v in value] if isinstance(value, list) else value


@cache
def _keys() -> tuple[str, ...]:
    """Every key of every file, so that a change can put a known key where it does not belong."""
    found: dict[str, None] = {}
    for value in base_files().values():
        for place in _places(value, ()):
            found.update({str(step): None for step in place if isinstance(step, str)})
    return tuple(found)


def _hostile(c: Choices, document: Document) -> object:
    match c.byte() % 14:
        case 0:
            return None
        case 1:
            return c.pick((True, False))
        case 2:
            return c.pick((0, -1, 1, 0.5, 1e300, -(10**30), 2**63, 2**31))
        case 3:
            return Raw(c.pick(("NaN", "Infinity", "-Infinity", "1e999", "-0", "9" * 5000, "01", "0x1", "1.", "")))
        case 4:
            return []
        case 5:
            return {}
        case 6:
            return nested(c.pick((20, 99, 100, 101, 2000)), objects=c.chance(2))
        case 7:
            return Raw(c.pick(('"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\x"', '"\t"', "'a'", "undefined")))
        case 8:
            return [c.text(), c.text()]
        case 9:
            return {c.text(): c.text()}
        case 10 | 11:
            places = document.places()
            return _copy(document.at(places[c.index(len(places))]))
        case _:
            return c.text()


def change(c: Choices, document: Document) -> None:
    """One change at one place."""
    places = [p for p in document.places() if not isinstance(document.at(p), Raw | Twice)]
    if not places:
        return
    place = places[c.index(len(places))]
    value = document.at(place)
    match c.byte() % 9:
        case 0 | 1 | 2:
            document.put(place, _hostile(c, document))
        case 3 if place:
            parent = document.at(place[:-1])
            del cast("dict[str | int, object]", parent)[place[-1]]
        case 4 if place and isinstance(place[-1], str):
            parent = cast("dict[str | int, object]", document.at(place[:-1]))
            parent[c.text() if c.chance(2) else c.pick(_keys())] = parent.pop(place[-1])
        case 5 if isinstance(value, dict) and value:
            members = cast("dict[str, object]", value)
            document.put(place, Twice(members, c.pick(tuple(members)), _hostile(c, document)))
        case 6 if isinstance(value, dict):
            cast("dict[str, object]", value)[c.pick(_keys())] = _hostile(c, document)
        case 7 if isinstance(value, dict) and "field" not in place and "anomaly-detector" not in document.value:
            # A field of a rule is what users are compared with, whatever its name; a job may have any name. Both stay.
            document.planted = True
            secret: object = MARKER if not c.chance(4) else {"value": MARKER}
            cast("dict[str, object]", value)[c.pick(SECRET_KEYS)] = secret
        case 8 if isinstance(value, list) and value:
            members_ = cast("list[object]", value)
            members_.append(_copy(members_[c.index(len(members_))]))
        case _:
            document.put(place, [value])


def damaged(c: Choices, text: str) -> bytes:
    """The bytes of a text, sometimes as no API would send them."""
    data = text.encode("utf-8", "surrogatepass")
    match c.byte() % 24:
        case 1:
            return data[: c.index(min(len(data), 65_536) + 1)]
        case 2:
            return b"\xef\xbb\xbf" + data
        case 3:
            return text.encode("utf-16", "surrogatepass")
        case 4:
            at = c.index(min(len(data), 65_536) + 1)
            return data[:at] + c.pick((b"\xff", b"\xc3", b"\x00", b"\xed\xa0\x80", b",", b"}", b'"')) + data[at:]
        case 5:
            return data.replace(b", ", b",\r\n")
        case 6:
            return c.pick((b"{}", b"[]", b"null", b"", b" \n", b"0", b'"text"', b"<html>", b"curl: (7) Failed"))
        case 7:
            return data + c.pick((b"\n", data[:40], b"\x00", b"]", b"// end"))
        case 8:
            return text.encode("latin-1", "replace") + b"\xe9"
        case _:
            return data
