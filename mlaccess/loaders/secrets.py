"""Keeps secrets out of the nouns: values under such keys are dropped before anything else sees them."""

import re

from mlaccess.stack import FrozenMap, Json

from .cursor import Cursor

__all__ = ["is_secret", "is_secret_setting", "metadata_of", "scrubbed"]

_SECRET = re.compile(
    r"passw(?:or)?d|passphrase|secret|(?:^|[._-])(?:hash|token|encoded|credentials?|private_key|secure_[a-z_]+)$|"
    r"(?:api|access|account)_?key$|(?:access|auth|bearer|refresh|service)_?tokens?$",
    re.IGNORECASE,
)


def is_secret(key: str) -> bool:
    """Whether a key names a password, hash, token or key."""
    return _SECRET.search(key) is not None


def is_secret_setting(name: str, value: object) -> bool:
    """Whether a setting tells a secret: one part of its dotted name says so, and the value is more than a switch."""
    return value not in (True, False, "true", "false") and any(map(is_secret, (name, *name.split("."))))


def scrubbed(value: Json) -> Json:
    """The value without the members whose keys name secrets, at any depth."""
    if isinstance(value, FrozenMap):
        return FrozenMap({key: scrubbed(member) for key, member in value.items() if not is_secret(key)})
    if isinstance(value, tuple):
        return tuple(scrubbed(element) for element in value)
    return value


def metadata_of(body: Cursor, key: str = "metadata") -> FrozenMap[str, Json]:
    """The metadata of a noun, without secrets."""
    member = body.get(key)
    if member is None:
        return FrozenMap()
    found = scrubbed(member.json_object())
    return found if isinstance(found, FrozenMap) else FrozenMap()
