"""The files of a self-managed node: `users`, `users_roles`, `roles.yml`, `role_mapping.yml` and `elasticsearch.yml`.

Each is read as Elasticsearch reads it, which is leniently: a bad line, role or name is left out, and a notice says so.
Sources, below `x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/`: `authc/file/
{FileUserPasswdStore,FileUserRolesStore}.java`, `authz/store/FileRolesStore.java`, `authc/support/DnRoleMapper.java`;
settings: `server/src/main/java/org/elasticsearch/common/settings/Settings.java`. No password hash is ever kept.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import attrs

from mlaccess.errors import Problem, RequestError
from mlaccess.loaders.role_body import parse_role_body
from mlaccess.loaders.secrets import is_secret_setting
from mlaccess.loaders.yaml_text import YamlError, YamlMissing, read_yaml
from mlaccess.stack.deployment import Notice, Part
from mlaccess.stack.mappings import FileRoleMapping
from mlaccess.stack.origin import NOT_EXPORTED, NotExported, Origin
from mlaccess.stack.roles import RoleDescriptor
from mlaccess.stack.users import User, Users
from mlaccess.stack.values import FrozenMap, freeze

__all__ = ["FILE_NAMES", "FileRealm", "read_file_realm"]

FILE_NAMES = ("users", "users_roles", "roles.yml", "role_mapping.yml", "elasticsearch.yml")
"""The files, by the name that Elasticsearch gives them."""

_MAX_NAME_LENGTH = 1024
_LIST_COMMA = re.compile(r"\s*,\s*")
_HASH = re.compile(r"\$2[aby]\$|\{[A-Za-z0-9_]+\}")
"""How the hashes of `Hasher.java` begin: bcrypt bare, others after their name in braces."""
_LINE_END = re.compile("\r\n|\r|\n")
_SKIPPED = re.compile("#[^\x85\u2028\u2029]*|[ \t\x0b\f]*")
_INSIDE = re.compile("[ \t\x0b\f][^\x85\u2028\u2029]+")
_MORE_LINES = re.compile("[\x85\u2028\u2029]")
"""How `FileRolesStore.java` cuts a text; Java's `.` and `\\s` are not Python's. The last: what YAML takes for lines."""
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")


@attrs.frozen
class FileRealm:
    """What the files say. A part whose file is missing or unreadable is not exported."""

    users: Part[Users] = NOT_EXPORTED
    roles: Part[FrozenMap[str, RoleDescriptor]] = NOT_EXPORTED
    role_mappings: Part[tuple[FileRoleMapping, ...]] = NOT_EXPORTED
    settings: FrozenMap[str, object] | None = None
    """Flat settings of `elasticsearch.yml`, each a text or a tuple of texts, without secrets; None where not given."""
    notices: tuple[Notice, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_file_realm(files: Mapping[str, bytes]) -> FileRealm:
    """The file realm that some files make.

    Keys are paths, of which the last part names the kind of file (`FILE_NAMES`); others are left alone. Two files of
    one kind that differ are a problem, and neither counts: which one holds, hangs on the node that answers. Only
    `elasticsearch.yml` may differ from node to node; the last one is told.
    """
    reader = _Reader()
    found: dict[str, list[tuple[str, str]]] = {}
    for path, content in files.items():
        name = path.replace("\\", "/").rpartition("/")[2]
        if name in FILE_NAMES:
            text = reader.decode(path, content)
            if text is not None:
                found.setdefault(name, []).append((path, text))
    differ: dict[str, NotExported] = {}
    for name, several in found.items():
        other = next((path for path, text in several if text != several[0][1]), None)
        if other is not None and name != "elasticsearch.yml":
            why = f"a second `{name}` that differs from {several[0][0]}"
            differ[name] = reader.broken(other, why, "the files of one node")
    last = {name: several[-1] for name, several in found.items() if name not in differ}
    unread = next((differ[name] for name in ("users", "users_roles") if name in differ), None)
    users = reader.users(last.get("users"), last.get("users_roles")) if unread is None else unread
    roles = reader.roles(*last["roles.yml"]) if "roles.yml" in last else differ.get("roles.yml", NOT_EXPORTED)
    mappings: Part[tuple[FileRoleMapping, ...]] = differ.get("role_mapping.yml", NOT_EXPORTED)
    if "role_mapping.yml" in last:
        mappings = reader.role_mappings(*last["role_mapping.yml"])
    settings = reader.settings(*found["elasticsearch.yml"][-1]) if "elasticsearch.yml" in found else None
    return FileRealm(users, roles, mappings, settings, tuple(reader.notices), tuple(reader.problems))


class _Reader:
    """Collects notices and problems while it reads."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.problems: list[Problem] = []

    def notice(self, position: str, text: str, id: str) -> None:
        self.notices.append(Notice(position, text, id))

    def broken(self, path: str, why: str, expected: str = "") -> NotExported:
        self.problems.append(Problem(path, "", why, expected))
        return NotExported(f"`{path}` cannot be read", file=path)

    def decode(self, path: str, content: bytes) -> str | None:
        try:
            return content.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            before = content[: error.start]
            line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
            self.broken(path, f"bytes that are not UTF-8 at line {line}, column {column}", "UTF-8 text")
            return None

    # --- users and users_roles ---

    def users(self, users: tuple[str, str] | None, users_roles: tuple[str, str] | None) -> Part[Users]:
        if users is None and users_roles is None:
            return NOT_EXPORTED
        if users is None:
            return NotExported("`users_roles` is there, but `users`, which says who exists, is not")
        path, text = users
        names = self._user_names(path, text)
        if users_roles is None:
            return NotExported("`users` is there, but `users_roles`, which gives their roles, is not", file=path)
        roles: dict[str, list[str]] = {}
        self._roles_of_users(*users_roles, roles)
        for name in roles:
            if name not in names:
                self.notice(users_roles[0], f"`{name}` has roles, but is not in `users`", "unknown-user")
        found = [
            User(name, tuple(dict.fromkeys(roles.get(name, ()))), origin=Origin(path).child(name)) for name in names
        ]
        return Users(found, file=path)

    def _user_names(self, path: str, text: str) -> dict[str, None]:
        names: dict[str, None] = {}
        for number, line in _lines(text):
            name, colon, hash_ = line.partition(":")
            # Nothing of the line is quoted: without its colon it may be a hash.
            if not name or not colon or not hash_:
                self.notice(f"{path}:{number}", "not `name:hash`, left out", "bad-line")
            elif not _is_valid_name(name):
                self.notice(f"{path}:{number}", "not a valid user name, left out", "bad-name")
            else:
                names[name] = None
        return names

    def _roles_of_users(self, path: str, text: str, roles: dict[str, list[str]]) -> None:
        for number, line in _lines(text):
            role, colon, rest = line.partition(":")
            role, rest = role.strip(), rest.strip()
            if not role or not colon or not rest:
                self.notice(f"{path}:{number}", "not `role:user,user`, left out", "bad-line")
            elif not _is_valid_name(role):
                self.notice(f"{path}:{number}", "not a valid role name, left out", "bad-name")
            elif _HASH.match(rest):
                # A file `users` under the wrong name: what would be taken for a user must not be repeated.
                self.notice(f"{path}:{number}", "a password hash where users belong, left out", "bad-line")
            else:
                for user in _LIST_COMMA.split(rest):
                    if user:
                        roles.setdefault(user, []).append(role)

    # --- roles.yml ---

    def roles(self, path: str, text: str) -> Part[FrozenMap[str, RoleDescriptor]]:
        roles: dict[str, RoleDescriptor] = {}
        for numbers, segment in _role_segments(text):
            position = f"{path}:{numbers[0]}"
            try:
                document = read_yaml(segment)
            except YamlMissing as error:
                return self.broken(path, str(error))
            except YamlError as error:
                if error.doubtful:
                    return self.broken(path, error.told(numbers), error.expected)
                self.notice(position, f"a role that Elasticsearch skips: {error.told(numbers)}", "skipped-role")
                continue
            self._aliases(position, document.aliases)
            role = self._role(path, position, document.value)
            if role is not None:
                if role.name in roles:
                    self.notice(position, f"the role `{role.name}` is there twice; the last one counts", "duplicate")
                roles[role.name] = role
        return FrozenMap(roles)

    def _role(self, path: str, position: str, value: object) -> RoleDescriptor | None:
        body = cast("dict[str, object]", value) if isinstance(value, dict) else {}
        if not body:
            if value is not None:
                self.notice(position, "not a role, which Elasticsearch skips", "skipped-role")
            return None
        # Elasticsearch stops behind the first key of what it takes for one role.
        name, definition = next(iter(body.items()))
        if len(body) > 1:
            ignored = ", ".join(f"`{key}`" for key in list(body)[1:4])
            self.notice(position, f"only `{name}` is read here; ignored: {ignored}", "ignored-key")
        if not isinstance(definition, dict):
            self.notice(position, f"the role `{name}` holds no object; Elasticsearch skips it", "skipped-role")
            return None
        origin = Origin(path).child(name)
        try:
            role = parse_role_body(
                name,
                freeze(cast("object", definition)),
                allow_description=True,
                allow_2x_format=True,
                origin=origin,
            )
        except RequestError as error:
            self.notice(position, f"the role `{name}` is invalid and Elasticsearch skips it: {error}", "skipped-role")
            return None
        return _with_origins(role, origin, cast("dict[str, object]", definition))

    def _aliases(self, position: str, aliases: tuple[str, ...]) -> None:
        if aliases:
            names = ", ".join(f"`*{alias}`" for alias in aliases[:3])
            self.notice(position, f"YAML aliases, which Elasticsearch reads as plain text: {names}", "yaml-alias")

    # --- role_mapping.yml and elasticsearch.yml ---

    def role_mappings(self, path: str, text: str) -> Part[tuple[FileRoleMapping, ...]]:
        settings = self._flat(path, text)
        if isinstance(settings, NotExported):
            return settings
        found: list[FileRoleMapping] = []
        for key, value in settings.items():
            if "." in key:
                self.notice(path, f"`{key}` holds a dot or an object, so it maps nobody", "bad-mapping")
                continue
            if isinstance(value, str):
                names = tuple(name.strip() for name in value.split(",") if name.strip())
                if len(names) > 1:
                    text_ = f"`{key}` is one text, which Elasticsearch splits at its commas; a list was probably meant"
                    self.notice(path, text_, "split-dn")
            else:
                names = value
            found.append(FileRoleMapping(key, names, origin=Origin(path).child(key)))
        return tuple(found)

    def settings(self, path: str, text: str) -> FrozenMap[str, object] | None:
        settings = self._flat(path, text)
        if isinstance(settings, NotExported):
            return None
        kept = {key: value for key, value in settings.items() if not is_secret_setting(key, value)}
        for key, value in kept.items():
            if any(_PLACEHOLDER.search(v) for v in ([value] if isinstance(value, str) else value)):
                self.notice(path, f"`{key}` holds a placeholder, whose value is not in the file", "placeholder")
        return FrozenMap[str, object](kept)

    def _flat(self, path: str, text: str) -> dict[str, str | tuple[str, ...]] | NotExported:
        """The settings of a file: dotted keys, every value a text or a list of texts."""
        try:
            document = read_yaml(text)
            self._aliases(path, document.aliases)
            flat: dict[str, str | tuple[str, ...]] = {}
            value = document.value
            if value is not None:
                if not isinstance(value, dict):
                    return self.broken(path, "not an object", "an object of settings")
                _flatten("", cast("dict[str, object]", value), flat)
        except YamlMissing as error:
            return self.broken(path, str(error))
        except YamlError as error:
            return self.broken(path, str(error), error.expected)
        return flat


def _flatten(prefix: str, value: dict[str, object], flat: dict[str, str | tuple[str, ...]]) -> None:
    for key, member in value.items():
        name = f"{prefix}{key}"
        if isinstance(member, dict):
            _flatten(f"{name}.", cast("dict[str, object]", member), flat)
            continue
        if name in flat:
            raise YamlError(f"the setting `{name[:100]}` twice", expected="each setting once")
        if isinstance(member, list):
            elements = cast("list[object]", member)
            if any(isinstance(e, dict | list) or e is None for e in elements):
                raise YamlError(f"`{name[:100]}` holds more than a list of values", expected="a list of texts")
            flat[name] = tuple(_text(e) for e in elements)
        elif member is None:
            raise YamlError(f"`{name[:100]}` has no value", expected="a value")
        else:
            flat[name] = _text(member)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _lines(text: str) -> "list[tuple[int, str]]":
    """Lines with their numbers, without comments and empty ones."""
    numbered = enumerate(text.splitlines(), start=1)
    return [(number, line) for number, line in numbered if line.strip() and not line.startswith("#")]


def _is_valid_name(name: str) -> bool:
    return (
        1 <= len(name) <= _MAX_NAME_LENGTH
        and all(" " <= c <= "~" for c in name)
        and not name.startswith(" ")
        and not name.endswith(" ")
    )


def _role_segments(text: str) -> Iterator[tuple[list[int], str]]:
    """The text cut where a line starts at its margin: that is how Elasticsearch tells one role from the next.

    Each piece comes with the numbers of its lines.
    """
    numbers: list[int] = []
    lines: list[str] = []
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if _SKIPPED.fullmatch(line):
            continue
        if not _INSIDE.fullmatch(line):
            if lines and not _is_marker(lines):
                yield numbers, "\n".join(lines) + "\n"
            numbers, lines = [], [line]
        elif lines:
            lines.append(line)
        else:
            continue
        numbers.append(number)
        if not line.isascii():
            numbers += [number] * len(_MORE_LINES.findall(line))
    if lines and not _is_marker(lines):
        yield numbers, "\n".join(lines) + "\n"


def _is_marker(lines: list[str]) -> bool:
    return len(lines) == 1 and lines[0].strip() in ("---", "...")


def _with_origins(role: RoleDescriptor, origin: Origin, body: dict[str, object]) -> RoleDescriptor:
    """The role with the places of its entries, which the strict reader does not know; that of the role it has."""
    indices = "indices" if "indices" in body else "index"
    applications = "applications" if "applications" in body else "application"
    placed: dict[str, Any] = {}
    for field, key in (
        ("indices", indices),
        ("applications", applications),
        ("remote_indices", "remote_indices"),
        ("remote_cluster", "remote_cluster"),
    ):
        grants = getattr(role, field)
        if grants:
            placed[field] = tuple(attrs.evolve(g, origin=origin.child(key, i)) for i, g in enumerate(grants))
    return attrs.evolve(role, **placed) if placed else role
