"""Role templates: the mustache that a role mapping may use in place of role names.

Rendered exactly where the given attributes and the constructs suffice; anything else is `CannotRender` with the reason,
never a guess. Sources: `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authc/support/mapper/
TemplateRoleName.java`, `.../security/support/MustacheTemplateEvaluator.java` and
`modules/lang-mustache/src/main/java/org/elasticsearch/script/mustache/{CustomMustacheFactory,
CustomReflectionObjectHandler}.java`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias, cast

import attrs

from mlaccess.stack.mappings import RoleTemplate
from mlaccess.stack.users import Identity
from mlaccess.stack.values import FrozenMap, Json, freeze, thaw

__all__ = ["MAX_SECTION_DEPTH", "CannotRender", "TemplateScript", "render_roles", "script_of"]


class CannotRender(Exception):
    """The role names of a template cannot be told; the text says why."""


@attrs.frozen
class TemplateScript:
    """A template's script: its source or the id of a stored one, its own parameters and its content type."""

    source: str
    stored_id: str = ""
    params: FrozenMap[str, Json] = FrozenMap()
    content_type: str = "application/json"


def script_of(template: RoleTemplate) -> TemplateScript:
    """The script of a template, whose `source` holds either the mustache or the JSON that Elasticsearch prints."""
    text = template.source
    try:
        parsed = freeze(json.loads(text))
    except ValueError:
        return TemplateScript(text)
    if isinstance(parsed, str):
        if template.format != "string":
            raise CannotRender("the template is a quoted text, which may be its source or what it yields")
        return TemplateScript(parsed)
    if not isinstance(parsed, FrozenMap) or not ({"source", "id"} & set(parsed)):
        return TemplateScript(text)
    options, params = parsed.get("options"), parsed.get("params")
    content_type = options.get("content_type", "application/json") if isinstance(options, FrozenMap) else None
    source, stored = parsed.get("source"), parsed.get("id")
    if source is not None and not isinstance(source, str):
        source = json.dumps(thaw(source), separators=(",", ":"), ensure_ascii=False)
    return TemplateScript(
        source or "",
        stored if isinstance(stored, str) else "",
        params if isinstance(params, FrozenMap) else FrozenMap(),
        content_type if isinstance(content_type, str) else "application/json",
    )


def render_roles(template: RoleTemplate, identity: Identity) -> frozenset[str]:
    """The role names that the template yields for a caller. Raises CannotRender."""
    script = script_of(template)
    if script.stored_id:
        raise CannotRender(f"the stored script `{script.stored_id}` is not part of an export")
    nodes = _parse(script.source)
    if template.format == "string":
        _refuse_layout(script.source, nodes)
    groups = sorted(set(identity.groups or ()))
    # Elasticsearch holds the groups as a set, in no order: only what every order yields is certain.
    names = _roles(template.format, _Scope.of(script, identity, groups).render(nodes))
    if len(groups) > 1:
        other = _roles(template.format, _Scope.of(script, identity, groups[::-1]).render(nodes))
        if names != other:
            raise CannotRender("the result depends on the order of the user's groups, which Elasticsearch leaves open")
    return names


def _roles(format_: str, text: str) -> frozenset[str]:
    if format_ == "string":
        return frozenset({text})
    try:
        # Elasticsearch reads the first JSON value and never looks behind it.
        value, _ = json.JSONDecoder().raw_decode(text.lstrip())
    except ValueError:
        raise CannotRender(f"the template yields `{text}`, which is not JSON") from None
    if isinstance(value, str):
        return frozenset({value})
    if not isinstance(value, list):
        raise CannotRender("the template must generate a string or an array of strings")
    names = [v for v in cast("list[object]", value) if v is not None]
    if not all(isinstance(v, str) for v in names):
        raise CannotRender("the template's array may only contain strings")
    return frozenset(cast("list[str]", names))


# --- the language ---


@attrs.frozen
class _Text:
    text: str


@attrs.frozen
class _Variable:
    name: str
    escaped: bool


@attrs.frozen
class _Section:
    name: str
    inverted: bool
    nodes: "tuple[_Node, ...]"


@attrs.frozen
class _Comment:
    pass


_Node: TypeAlias = _Text | _Variable | _Section | _Comment

MAX_SECTION_DEPTH = 50
"""Sections inside sections."""

_JOIN = re.compile(r"join delimiter='(.*)'")


def _tokens(source: str) -> Iterator[_Text | tuple[str, str]]:
    """The texts and tags of a template; a tag is its sigil (`{` for three braces) and its content."""
    pos = 0
    while (start := source.find("{{", pos)) >= 0:
        if start > pos:
            yield _Text(source[pos:start])
        raw = source.startswith("{{{", start)
        close = "}}}" if raw else "}}"
        end = source.find(close, start + len(close))
        if end < 0:
            raise CannotRender("a tag is not closed")
        body = source[start + len(close) : end]
        if raw:
            yield "{", body.strip()
        elif body[:1] and body[0] in "#^/&!>=<$":
            yield body[0], body[1:].strip()
        else:
            yield "", body.strip()
        pos = end + len(close)
    if pos < len(source):
        yield _Text(source[pos:])


def _parse(source: str) -> tuple[_Node, ...]:
    stack: list[tuple[str, bool, list[_Node]]] = [("", False, [])]
    for token in _tokens(source):
        nodes = stack[-1][2]
        if isinstance(token, _Text):
            nodes.append(token)
            continue
        sigil, name = token
        match sigil:
            case "":
                nodes.append(_Variable(name, escaped=True))
            case "{" | "&":
                nodes.append(_Variable(name, escaped=False))
            case "!":
                nodes.append(_Comment())
            case "#" | "^" if len(stack) <= MAX_SECTION_DEPTH:
                stack.append((name, sigil == "^", []))
            case "/":
                opened, inverted, nodes = stack.pop()
                if not stack or opened != name:
                    raise CannotRender(f"the section `{name}` is closed where it is not open")
                stack[-1][2].append(_Section(name, inverted, tuple(nodes)))
            case "#" | "^":
                raise CannotRender(f"sections are nested more than {MAX_SECTION_DEPTH} deep (MAX_SECTION_DEPTH)")
            case _:
                raise CannotRender(f"a tag `{sigil}` is more than variables and sections")
    if len(stack) > 1:
        raise CannotRender(f"the section `{stack[-1][0]}` is not closed")
    return tuple(stack[0][2])


def _walk(nodes: tuple[_Node, ...]) -> Iterator[_Node]:
    for node in nodes:
        yield node
        if isinstance(node, _Section):
            yield from _walk(node.nodes)


def _refuse_layout(source: str, nodes: tuple[_Node, ...]) -> None:
    """Mustache removes lines that hold nothing but a section's tag; for a role name that white space counts."""
    everything = tuple(_walk(nodes))
    if not any(isinstance(n, _Section | _Comment) for n in everything):
        return
    if "\n" in source or "\r" in source or any(isinstance(n, _Text) and not n.text.strip() for n in everything):
        raise CannotRender("the template holds white space beside sections, which may or may not be kept")


class _Missing:
    """The user has no such attribute, and that is certain."""


_MISSING = _Missing()
_Value: TypeAlias = "Json | _Missing"


@attrs.frozen
class _Scope:
    """What names stand for: the caller's attributes over the script's own parameters."""

    values: Mapping[str, Json]
    unknown: Callable[[str], bool]
    escape: Callable[[str], str]
    ambiguous_groups: bool
    items: tuple[Json, ...] = ()
    """The elements of the sections that surround the place, innermost last."""

    @classmethod
    def of(cls, script: TemplateScript, identity: Identity, groups: list[str]) -> "_Scope":
        values: dict[str, Json] = dict(script.params)
        unknown: set[str] = set()
        values["username"] = identity.username
        if identity.dn is not None:
            values["dn"] = identity.dn
        elif not identity.dn_known:
            unknown.add("dn")
        if identity.groups is None:
            unknown.add("groups")
        else:
            values["groups"] = tuple(groups)
        if identity.realm is None:
            unknown.add("realm.name")
        else:
            values["realm.name"] = identity.realm
        for key, value in (identity.metadata or {}).items():
            values[f"metadata.{key}"] = value
        blind = identity.metadata is None

        def is_unknown(name: str) -> bool:
            return name in unknown or (blind and name.startswith("metadata."))

        return cls(values, is_unknown, _escape_of(script.content_type), len(groups) > 1)

    def render(self, nodes: tuple[_Node, ...]) -> str:
        return "".join(map(self._node, nodes))

    def _node(self, node: _Node) -> str:
        match node:
            case _Text(text):
                return text
            case _Comment():
                return ""
            case _Variable(name, escaped):
                text = _stringify(name, self._find(name))
                return self.escape(text) if escaped else text
            case _Section():
                return self._section(node)

    def _section(self, section: _Section) -> str:
        lowered = section.name.lower()
        if not section.inverted and lowered in ("tojson", "join", "url"):
            return self._function(lowered, section, delimiter=",")
        join = _JOIN.fullmatch(section.name)
        if join and not section.inverted:
            return self._function("join", section, delimiter=join[1])
        value = self._find(section.name)
        if section.inverted:
            if isinstance(value, tuple):
                raise CannotRender(f"an inverted section on the list `{section.name}`")
            return self.render(section.nodes) if _is_falsey(value) else ""
        if _is_falsey(value):
            return ""
        if isinstance(value, tuple):
            return "".join(self._within(v).render(section.nodes) for v in value if v is not None)
        if value is True:
            return self.render(section.nodes)
        return self._within(cast("Json", value)).render(section.nodes)

    def _within(self, item: Json) -> "_Scope":
        if isinstance(item, FrozenMap | tuple):
            raise CannotRender("a section over nested values")
        return attrs.evolve(self, items=(*self.items, item))

    def _function(self, name: str, section: _Section, *, delimiter: str) -> str:
        match section.nodes:
            case (_Text(variable),) if variable and variable == variable.strip():
                pass
            case _:
                raise CannotRender(f"the function `{section.name}` must contain one and only one identifier")
        value = self._find(variable)
        if name == "url":
            raise CannotRender("the function `url` is not rendered offline")
        if isinstance(value, _Missing | None):
            raise CannotRender(f"the function `{section.name}` is given `{variable}`, which the user does not have")
        if name == "tojson":
            if isinstance(value, tuple | FrozenMap):
                return json.dumps(thaw(value), separators=(",", ":"), ensure_ascii=False)
            return _stringify(variable, value)
        if not isinstance(value, tuple):
            raise CannotRender(f"the function `{section.name}` is given `{variable}`, which is not a list")
        return delimiter.join(_stringify(variable, v) for v in value)

    def _find(self, name: str) -> _Value:
        if name == ".":
            if not self.items:
                raise CannotRender("`{{.}}` outside a section over a list")
            return self.items[-1]
        if self.unknown(name):
            raise CannotRender(f"`{name}` of the user is not known")
        if name in self.values:
            return self.values[name]
        head, dot, key = name.partition(".")
        if not dot:
            return _MISSING
        if self.unknown(head):
            raise CannotRender(f"`{head}` of the user is not known")
        value = self.values.get(head, _MISSING)
        if isinstance(value, _Missing):
            return _MISSING
        if isinstance(value, tuple) and key == "size":
            return len(value)
        if isinstance(value, tuple) and key.isascii() and key.isdigit() and int(key) < len(value):
            if head == "groups" and self.ambiguous_groups:
                raise CannotRender("the order of the user's groups is not defined")
            return value[int(key)]
        raise CannotRender(f"`{name}` reaches into a value")


def _is_falsey(value: _Value) -> bool:
    return isinstance(value, _Missing | None) or value is False or value == "" or value == ()


def _stringify(name: str, value: _Value) -> str:
    match value:
        case str():
            return value
        case _Missing() | None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() if 1e-3 <= abs(value) < 1e7:
            return repr(value)
        case _:
            raise CannotRender(f"`{name}` is not a plain text or number")


_JSON_ESCAPES = {
    **{code: f"\\u{code:04X}" for code in range(32)},
    **{ord(c): "\\" + e for c, e in zip('\b\t\n\f\r"\\', 'btnfr"\\', strict=True)},
}


def _escape_of(content_type: str) -> Callable[[str], str]:
    match content_type:
        case "application/json" | "application/json;charset=utf-8" | "application/json; charset=UTF-8":
            return lambda text: text.translate(_JSON_ESCAPES)
        case "text/plain":
            return lambda text: text
        case _:
            raise CannotRender(f"the content type `{content_type}` is not rendered offline")
