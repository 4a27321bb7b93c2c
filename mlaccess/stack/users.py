"""Users, the callers that no export lists, and API keys. No password, hash, token or key is ever a field here."""

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import attrs

from .made import made
from .origin import Origin
from .roles import RoleDescriptor
from .values import FrozenMap, Json, freeze, json_map, optional_json_map, optional_texts, texts, thaw

__all__ = ["Account", "ApiKey", "Identity", "User", "UserTable", "Users"]


@attrs.frozen
class User:
    """A native, reserved or file user: `GET _security/user`."""

    username: str
    roles: tuple[str, ...] = attrs.field(default=(), converter=texts)
    enabled: bool = True
    full_name: str | None = None
    email: str | None = None
    metadata: FrozenMap[str, Json] = attrs.field(default=FrozenMap(), converter=json_map)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def reserved(self) -> bool:
        """Whether Elasticsearch marks it as built in."""
        return self.metadata.get("_reserved") is True


class _Texts:
    """A column of optional texts, packed into one buffer. An empty text counts as none."""

    __slots__ = ("_data", "_ends")

    def __init__(self) -> None:
        self._data = bytearray()
        self._ends = array("Q")

    def put(self, position: int, text: str) -> None:
        """Sets the text of a position; positions only grow."""
        ends = self._ends
        if len(ends) < position:
            ends.extend([len(self._data)] * (position - len(ends)))
        self._data += text.encode("utf-8", "surrogatepass")
        ends.append(len(self._data))

    def get(self, position: int) -> str | None:
        """The text of a position, None where none was set."""
        if position >= len(self._ends):
            return None
        start = self._ends[position - 1] if position else 0
        return self._data[start : self._ends[position]].decode("utf-8", "surrogatepass") or None


class UserTable:
    """Collects users as columns; `users` turns them into `Users`. Names must differ."""

    __slots__ = (
        "disabled",
        "emails",
        "full_names",
        "index",
        "metadata",
        "numbers",
        "offsets",
        "origins",
        "role_numbers",
    )

    def __init__(self) -> None:
        self.index: dict[str, int] = {}
        self.offsets = array("I", [0])
        self.role_numbers = array("I")
        self.numbers: dict[str, int] = {}
        self.disabled: set[int] = set()
        self.full_names = _Texts()
        self.emails = _Texts()
        self.metadata = _Texts()
        self.origins: dict[int, Origin] = {}

    def add(
        self,
        username: str,
        roles: Iterable[str],
        *,
        enabled: bool = True,
        full_name: str | None = None,
        email: str | None = None,
        metadata_json: str = "",
        origin: Origin | None = None,
    ) -> None:
        """Adds one user. `metadata_json` is JSON text, empty for none; `origin` is for users found in odd places."""
        numbers = self.numbers
        held = [numbers.setdefault(role, len(numbers)) for role in roles]
        self.add_row(username, held, enabled, full_name, email, metadata_json, origin)

    def add_row(
        self,
        username: str,
        role_numbers: list[int],
        enabled: bool,
        full_name: str | None,
        email: str | None,
        metadata_json: str,
        origin: Origin | None = None,
    ) -> None:
        """Adds one user whose roles are already numbered as in `numbers`."""
        index = self.index
        position = len(index)
        if index.setdefault(username, position) != position:
            raise ValueError(f"duplicate user `{username}`")
        self.role_numbers.extend(role_numbers)
        self.offsets.append(len(self.role_numbers))
        if not enabled:
            self.disabled.add(position)
        if full_name:
            self.full_names.put(position, full_name)
        if email:
            self.emails.put(position, email)
        if metadata_json:
            self.metadata.put(position, metadata_json)
        if origin is not None:
            self.origins[position] = origin

    def users(self, *, file: str = "", pointer: str = "", positional: bool = False) -> "Users":
        """The table as a mapping. The table must not be changed afterwards."""
        return Users((), file=file, pointer=pointer, positional=positional, table=self)


class Account(NamedTuple):
    """What answers about a user rest on."""

    roles: tuple[str, ...]
    enabled: bool
    """Whether it may authenticate."""
    origin: Origin | None


class Users(Mapping[str, User]):
    """All users of a realm, held as columns and yielded as `User` on demand.

    A million users fit in about 200 bytes each: names, one flat array of role numbers, packed texts for full names,
    addresses and metadata, and a set of the few who are disabled. The origin of a user is `pointer` and the user's
    name, or the user's number where `positional`.
    """

    __slots__ = ("_file", "_hash", "_index", "_role_names", "_table", "pointer", "positional")

    def __init__(
        self,
        users: Iterable[User] = (),
        *,
        file: str = "",
        pointer: str = "",
        positional: bool = False,
        table: UserTable | None = None,
    ) -> None:
        self._file = file
        self.pointer = pointer
        self.positional = positional
        self._hash: int | None = None
        if table is None:
            table = UserTable()
            for user in users:
                default = Origin(file, pointer).child(user.username) if file else None
                table.add(
                    user.username,
                    user.roles,
                    enabled=user.enabled,
                    full_name=user.full_name,
                    email=user.email,
                    metadata_json=json.dumps(thaw(user.metadata)) if user.metadata else "",
                    origin=user.origin if user.origin != default else None,
                )
        self._table = table
        self._index = table.index
        self._role_names: tuple[str, ...] = tuple(table.numbers)

    def __getitem__(self, username: str) -> User:
        i = self._index[username]
        table = self._table
        metadata = table.metadata.get(i)
        return User(
            username,
            self._roles_at(i),
            enabled=i not in table.disabled,
            full_name=table.full_names.get(i),
            email=table.emails.get(i),
            metadata=FrozenMap({k: freeze(v) for k, v in json.loads(metadata).items()}) if metadata else FrozenMap(),
            origin=self._origin_at(i, username),
        )

    def _roles_at(self, i: int) -> tuple[str, ...]:
        names, offsets = self._role_names, self._table.offsets
        return tuple([names[n] for n in self._table.role_numbers[offsets[i] : offsets[i + 1]]])

    def roles_of(self, username: str) -> tuple[str, ...]:
        """The role names of one user, without building the `User`."""
        return self._roles_at(self._index[username])

    def account(self, username: str) -> "Account | None":
        """What answers about a user rest on, without building the `User`; None where no user has this name."""
        i = self._index.get(username)
        if i is None:
            return None
        return made(Account, (self._roles_at(i), i not in self._table.disabled, self._origin_at(i, username)))

    def _origin_at(self, i: int, username: str) -> Origin | None:
        origin = self._table.origins.get(i)
        if origin is None and self._file:
            return Origin(self._file, self.pointer).child(i if self.positional else username)
        return origin

    def is_enabled(self, username: str) -> bool:
        """Whether the account may authenticate."""
        return self._index[username] not in self._table.disabled

    @property
    def role_names(self) -> tuple[str, ...]:
        """Every role name that some user holds; its position is the number used in `columns`."""
        return self._role_names

    def columns(self) -> "tuple[array[int], array[int], tuple[str, ...]]":
        """(offsets, role numbers, role names): user i holds numbers[offsets[i]:offsets[i+1]]. Do not modify."""
        return self._table.offsets, self._table.role_numbers, self._role_names

    def disabled(self) -> tuple[int, ...]:
        """Positions of the users who may not authenticate."""
        return tuple(sorted(self._table.disabled))

    @property
    def positions(self) -> Mapping[str, int]:
        """The column of each user, by name. Do not modify."""
        return self._index

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
    groups: tuple[str, ...] | None = attrs.field(default=None, converter=optional_texts)
    metadata: FrozenMap[str, Json] | None = attrs.field(default=None, converter=optional_json_map)
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
    metadata: FrozenMap[str, Json] = attrs.field(default=FrozenMap(), converter=json_map)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
