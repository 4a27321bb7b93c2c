"""Users of a realm: `GET _security/user`, a page of `POST _security/_query/user`, a list, or one user's body."""

import json
from typing import cast

from mlaccess.stack import Users, UserTable, thaw

from .cursor import Cursor
from .lists import named
from .outcome import Gave
from .secrets import is_secret, metadata_of

__all__ = ["read_users"]


def _is_body(body: Cursor) -> bool:
    roles = body.get("roles", "role")
    return (roles is not None and not roles.is_object) or isinstance(body.get("password", "password_hash"), Cursor)


def read_users(root: Cursor) -> Gave[Users] | None:
    """The users of a file, in any of the shapes people have."""
    inner = root.get("users")
    if inner is not None and len(root.members) == 1 and inner.is_object and not _is_body(inner):
        return _map(inner)
    if root.is_object and not _is_body(root) and not (inner is not None and inner.is_list):
        return _map(root)
    found = named(root, envelope=("users",), name_key=("username",), what="user", is_body=_is_body, map_by_name=False)
    if found is None:
        return None
    table = UserTable()
    for name, body in found:
        _add(table, name, body, origin=True)
    return Gave(table.users(file=root.file), f"{len(table.index)} users", complete=found.complete)


def _map(members: Cursor) -> Gave[Users]:
    """Users by name, perhaps a million: no cursor is made for a member without oddities."""
    table = UserTable()
    memo: dict[str, bool] = {}
    for name, body in members.members.items():
        if not _add_plain(table, name, body, memo):
            _add(table, name, members.at(name, body))
    return Gave(table.users(file=members.file, pointer=members.pointer), f"{len(table.index)} users")


def _add_plain(table: UserTable, name: str, body: object, memo: dict[str, bool]) -> bool:
    """Adds a user who is exactly as Elasticsearch writes one; False, and nothing added, for any other."""
    if not isinstance(body, dict):
        return False
    user = cast("dict[str, object]", body)
    roles, enabled, metadata = user.get("roles"), user.get("enabled"), user.get("metadata")
    full_name, email = user.get("full_name"), user.get("email")
    if (
        not isinstance(roles, list)
        or (enabled is not True and enabled is not False)
        or user.get("username", name) != name
        or not (full_name is None or isinstance(full_name, str))
        or not (email is None or isinstance(email, str))
    ):
        return False
    names, numbers = cast("list[str]", roles), table.numbers
    try:
        held = [numbers[role] for role in names]
    except (KeyError, TypeError):
        # A role that no user before held, or no name at all.
        if not all(isinstance(role, str) for role in cast("list[object]", roles)):
            return False
        held = [numbers.setdefault(role, len(numbers)) for role in names]
    text = ""
    if metadata:
        if not isinstance(metadata, dict):
            return False
        for key, value in cast("dict[str, object]", metadata).items():
            secret = memo.get(key)
            if secret is None:
                secret = memo.setdefault(key, is_secret(key))
            if secret or isinstance(value, dict | list):
                return False
        text = json.dumps(metadata)
    elif metadata is not None and not isinstance(metadata, dict):
        return False
    table.add_row(name, held, enabled, full_name, email, text)
    return True


def _add(table: UserTable, name: str, body: Cursor, *, origin: bool = False) -> None:
    """Adds a user after looking closely, reporting everything that is wrong or odd."""
    if not body.is_object:
        body.fail("a user, an object with `roles`")
        return
    roles = body.get("roles", "role")
    if roles is None:
        body.refuse("no `roles`", "the roles of a user")
    elif body.get("roles") is None:
        roles.note("`role` where Elasticsearch writes `roles`, read as such", "spelling")
    username = body.get("username")
    if username is not None and username.text("a user name") != name and isinstance(username.value, str):
        username.refuse("another name than the user's key", f"`{name}`")
    enabled = body.get("enabled")
    if enabled is None:
        body.note("a user without `enabled`, read as enabled", "default")
    full_name, email = body.get("full_name"), body.get("email")
    metadata = metadata_of(body)
    table.add(
        name,
        roles.strings("a list of role names") if roles is not None else (),
        enabled=enabled.flag() if enabled is not None else True,
        full_name=full_name.text() if full_name is not None else None,
        email=email.text() if email is not None else None,
        metadata_json=json.dumps(thaw(metadata)) if metadata else "",
        origin=body.origin if origin else None,
    )
