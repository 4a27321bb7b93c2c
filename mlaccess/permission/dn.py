"""Distinguished names, normalised so that equal names have equal text.

Elasticsearch compares DNs through the UnboundID LDAP SDK without a schema: attribute names and values lose their case,
runs of spaces collapse, special characters are escaped in one way only.
Source: `src/com/unboundid/ldap/sdk/{DN,RDN}.java` and `CaseIgnoreStringMatchingRule.java` (pingidentity/ldapsdk), as
used by `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authc/support/UserRoleMapper.java`.
"""

from functools import lru_cache

__all__ = ["is_descendant", "normalize_dn"]

_HEX = "0123456789abcdefABCDEF"
_ESCAPED = frozenset('\\="+,;<>')


class _Invalid(Exception):
    """The text is not a distinguished name."""


@lru_cache(16384)
def normalize_dn(text: str) -> str | None:
    """The normal form of a DN, or None where the text is no DN. The empty text is the empty DN."""
    try:
        return ",".join(_normal_rdn(rdn) for rdn in _parse(text))
    except _Invalid:
        return None


def is_descendant(dn: str, suffix: str | None) -> bool:
    """Whether a normalised DN lies strictly below a normalised suffix (None: the suffix is no DN)."""
    if suffix is None:
        return False
    return dn.endswith("," + suffix) or (not suffix and bool(dn))


def _parse(text: str) -> list[list[tuple[str, str]]]:
    """RDNs, each a list of (attribute, value)."""
    rdns: list[list[tuple[str, str]]] = []
    pos, length = 0, len(text)
    expect_more = False
    while pos < length:
        pos = _skip_spaces(text, pos)
        if pos >= length:
            if not rdns:
                return []
            raise _Invalid
        parts: list[tuple[str, str]] = []
        while True:
            name, pos = _attribute(text, pos)
            value, pos = _value(text, pos)
            parts.append((name, value))
            pos = _skip_spaces(text, pos)
            if pos < length and text[pos] == "+":
                pos = _skip_spaces(text, pos + 1)
                if pos >= length:
                    raise _Invalid
                continue
            break
        rdns.append(parts)
        expect_more = False
        if pos < length:
            if text[pos] not in ",;":
                raise _Invalid
            pos += 1
            expect_more = True
    if expect_more:
        raise _Invalid
    return rdns


def _skip_spaces(text: str, pos: int) -> int:
    while pos < len(text) and text[pos] == " ":
        pos += 1
    return pos


def _attribute(text: str, pos: int) -> tuple[str, int]:
    start = pos
    while pos < len(text) and text[pos] not in " =":
        if text[pos] in ",;":
            raise _Invalid
        pos += 1
    name = text[start:pos]
    pos = _skip_spaces(text, pos)
    if not name or pos >= len(text) or text[pos] != "=":
        raise _Invalid
    return name, _skip_spaces(text, pos + 1)


def _value(text: str, pos: int) -> tuple[str, int]:
    if pos < len(text) and text[pos] == "#":
        return _ber_value(text, pos + 1)
    return _string_value(text, pos)


def _ber_value(text: str, pos: int) -> tuple[str, int]:
    """`#` and hex digits: one BER element, whose content is the value."""
    start = pos
    while pos < len(text) and text[pos] not in " +,;":
        pos += 1
    digits = text[start:pos]
    if len(digits) % 2 or any(c not in _HEX for c in digits):
        raise _Invalid
    data = bytes.fromhex(digits)
    if len(data) < 2:
        raise _Invalid
    size, offset = data[1], 2
    if size & 0x80:
        count = size & 0x7F
        size, offset = int.from_bytes(data[2 : 2 + count], "big"), 2 + count
    if offset + size != len(data):
        raise _Invalid
    return data[offset:].decode("utf-8", "replace"), pos


def _string_value(text: str, pos: int) -> tuple[str, int]:
    out: list[str] = []
    start, length = pos, len(text)
    quoted = False
    while pos < length:
        c = text[pos]
        if c == "\\":
            if pos + 1 >= length:
                raise _Invalid
            if text[pos + 1] in _HEX:
                run, pos = _escaped_bytes(text, pos)
                out.append(run)
            else:
                out.append(text[pos + 1])
                pos += 2
            continue
        if c == '"':
            if quoted:
                return "".join(out), _skip_spaces(text, pos + 1)
            if pos != start:
                raise _Invalid
            quoted = True
        elif c in ",;+" and not quoted:
            break
        else:
            out.append(c)
        pos += 1
    if quoted:
        raise _Invalid
    return "".join(out), pos


def _escaped_bytes(text: str, pos: int) -> tuple[str, int]:
    r"""A run of `\xx`, which together are UTF-8."""
    data = bytearray()
    while pos + 1 < len(text) and text[pos] == "\\" and text[pos + 1] in _HEX:
        digits = text[pos + 1 : pos + 3]
        if len(digits) < 2 or digits[1] not in _HEX:
            raise _Invalid
        data.append(int(digits, 16))
        pos += 3
    return data.decode("utf-8", "replace"), pos


def _normal_rdn(parts: list[tuple[str, str]]) -> str:
    if len(parts) == 1:
        items = [(_lower(parts[0][0]), parts[0][1])]
    else:
        # The SDK keeps the parts in a sorted map, so of two parts with one attribute name the last one stays.
        items = sorted({_lower(name): value for name, value in parts}.items())
    return "+".join(f"{name}={_escape(_normal_value(value))}" for name, value in items)


def _lower(text: str) -> str:
    # Java lowers one character to one character; Python would lower a dotted capital I to two.
    return "".join(c.lower()[0] if c.isupper() else c for c in text)


def _normal_value(value: str) -> str:
    if not value:
        return ""
    collapsed = " ".join(word for word in value.split(" ") if word)
    if not collapsed:
        return " "
    return _lower(collapsed)


def _escape(value: str) -> str:
    out: list[str] = []
    last = len(value) - 1
    for i, c in enumerate(value):
        # A normal value begins with a space only where it is nothing else.
        if c in _ESCAPED or (c == "#" and i == 0) or (c == " " and i == last):
            out.append("\\" + c)
        elif " " <= c <= "~":
            out.append(c)
        else:
            out.extend(f"\\{byte:02x}" for byte in c.encode("utf-8", "replace"))
    return "".join(out)
