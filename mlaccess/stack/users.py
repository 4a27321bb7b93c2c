"""Users, the callers that no export lists, and API keys. No password, hash, token or key is ever a field here."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import attrs

from .origin import Origin
from .roles import RoleDescriptor
from .values import FrozenMap, Json

__all__ = ["ApiKey", "Identity", "User", "Users"]


@attrs.frozen
class User:
    """A native, reserved or file user: `GET _security/user`."""

    username: str
    roles: tuple[str, ...] = ()
    enabled: bool = True
    full_name: str | None = None
    email: str | None = None
    metadata: FrozenMap[str, Json] = FrozenMap()
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def reserved(self) -> bool:
        """Whether Elasticsearch marks it as built in."""
        return self.metadata.get("_reserved") is True


class Users(Mapping[str, User]):
    """All users of a realm, held as columns and yielded as `User` on demand.

    A million users fit in about 200 bytes each: names, one flat array of role numbers, and a sparse
    dict for what few users have (metadata, a full name, being disabled).
    """

    __slots__ = ("_extras", "_file", "_hash", "_index", "_offsets", "_role_names", "_role_numbers", "pointer")

    def __init__(self, users: Iterable[User] = (), *, file: str = "", pointer: str = "") -> None:
        self._file = file
        self.pointer = pointer
        self._index: dict[str, int] = {}
        self._offsets = array("I", [0])
        self._role_numbers = array("I")
        self._extras: dict[int, User] = {}
        self._hash: int | None = None
        numbers: dict[str, int] = {}
        for user in users:
            i = len(self._offsets) - 1
            if user.username in self._index:
                raise ValueError(f"duplicate user `{user.username}`")
            self._index[user.username] = i
            for role in user.roles:
                self._role_numbers.append(numbers.setdefault(role, len(numbers)))
            self._offsets.append(len(self._role_numbers))
            if not user.enabled or user.full_name or user.email or user.metadata:
                self._extras[i] = user
        self._role_names: tuple[str, ...] = tuple(numbers)

    def __getitem__(self, username: str) -> User:
        i = self._index[username]
        extra = self._extras.get(i)
        if extra is not None:
            return extra
        origin = Origin(self._file, self.pointer).child(username) if self._file else None
        return User(username, self._roles_at(i), origin=origin)

    def _roles_at(self, i: int) -> tuple[str, ...]:
        names = self._role_names
        return tuple([names[n] for n in self._role_numbers[self._offsets[i] : self._offsets[i + 1]]])

    def roles_of(self, username: str) -> tuple[str, ...]:
        """The role names of one user, without building the `User`."""
        return self._roles_at(self._index[username])

    def is_enabled(self, username: str) -> bool:
        """Whether the account may authenticate."""
        extra = self._extras.get(self._index[username])
        return extra is None or extra.enabled

    @property
    def role_names(self) -> tuple[str, ...]:
        """Every role name that some user holds; its position is the number used in `columns`."""
        return self._role_names

    def columns(self) -> "tuple[array[int], array[int], tuple[str, ...]]":
        """(offsets, role numbers, role names): user i holds numbers[offsets[i]:offsets[i+1]]. Do not modify."""
        return self._offsets, self._role_numbers, self._role_names

    def disabled(self) -> tuple[int, ...]:
        """Positions of the users who may not authenticate."""
        return tuple(i for i, u in self._extras.items() if not u.enabled)

    def position(self, username: str) -> int:
        """The column of a user."""
        return self._index[username]

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)

    def __contains__(self, username: object) -> bool:
        return username in self._index

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Users):
            return NotImplemented
        return len(self) == len(other) and all(name in other and self[name] == other[name] for name in self)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self._index))
        return self._hash

    def __repr__(self) -> str:
        return f"<Users {len(self)}>"

    def with_user(self, user: User) -> "Users":
        """A copy in which one user is added or replaced."""
        rest = [self[name] for name in self]
        if user.username in self:
            rest = [user if u.username == user.username else u for u in rest]
        else:
            rest.append(user)
        return Users(rest, file=self._file, pointer=self.pointer)


@attrs.frozen
class Identity:
    """A caller from an external realm, as the caller of mlaccess knows them. Role mappings decide their roles.

    None means unknown; an empty tuple or map means none.
    """

    username: str
    realm: str | None = None
    realm_type: str | None = None
    dn: str | None = None
    groups: tuple[str, ...] | None = None
    metadata: FrozenMap[str, Json] | None = None
    dn_known: bool = False
    """True where `dn` None means that the user has no DN, not that it is unknown."""


@attrs.frozen
class ApiKey:
    """An API key without its secret: `GET _security/api_key?with_limited_by=true`."""

    id: str
    name: str = ""
    type: str = "rest"
    username: str = ""
    realm: str = ""
    realm_type: str = ""
    created_at: datetime | None = None
    expires_at: datetime | None = None
    invalidated: bool = False
    role_descriptors: tuple[RoleDescriptor, ...] | None = None
    """None where the export does not show them; empty means "as the owner"."""
    limited_by: tuple[tuple[RoleDescriptor, ...], ...] | None = None
    """The owner's snapshot, one set of descriptors per owner; None where not exported."""
    metadata: FrozenMap[str, Json] = FrozenMap()
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
