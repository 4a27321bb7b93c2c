"""Users of a realm: `GET _security/user`, a page of `POST _security/_query/user`, a list, or one user's body."""

from mlaccess.stack import User, Users
from .cursor import Cursor
from .lists import named
from .outcome import Gave
from .security import metadata_of

__all__ = ["read_users"]


def _is_body(body: Cursor) -> bool:
    roles = body.get("roles", "role")
    return (roles is not None and not roles.is_object) or isinstance(body.get("password", "password_hash"), Cursor)


def read_users(root: Cursor) -> Gave[Users] | None:
    """The users of a file, in any of the shapes people have."""
    found = named(
        root, envelope=("users",), name_key=("username",), what="user", is_body=_is_body, map_by_name=True
    )
    if found is None:
        return None
    users = [user for name, body in found if (user := _user(name, body)) is not None]
    return Gave(Users(users, file=root.file), f"{len(users)} users", complete=found.complete)


def _user(name: str, body: Cursor) -> User | None:
    if not body.is_object:
        body.fail("a user, an object with `roles`")
        return None
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
    return User(
        name,
        roles.strings("a list of role names") if roles is not None else (),
        enabled=enabled.flag() if enabled is not None else True,
        full_name=full_name.text() if full_name is not None else None,
        email=email.text() if email is not None else None,
        metadata=metadata_of(body),
        origin=body.origin,
    )
