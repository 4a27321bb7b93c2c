"""Role mappings: which roles a caller from an external realm holds, as far as the known attributes tell.

Sources, below `x-pack/plugin/`: `core/src/main/java/org/elasticsearch/xpack/core/security/authc/support/mapper/
ExpressionRoleMapping.java`, `.../authc/support/UserRoleMapper.java` and
`security/src/main/java/org/elasticsearch/xpack/security/authc/support/{DnRoleMapper,mapper/NativeRoleMappingStore}.java`.
"""

import json
from collections.abc import Iterable, Mapping

import attrs

from mlaccess.automata import TooComplex
from mlaccess.errors import RequestError
from mlaccess.permission.dn import normalize_dn
from mlaccess.permission.mapping_model import Model
from mlaccess.permission.mapping_rules import MappingRule, parse_rules, rules_to_json
from mlaccess.permission.templates import CannotRender, render_roles
from mlaccess.rules.verdict import Verdict
from mlaccess.stack.deployment import Part
from mlaccess.stack.mappings import FileRoleMapping, RoleMapping, RoleTemplate
from mlaccess.stack.origin import NotExported, Origin
from mlaccess.stack.users import Identity
from mlaccess.stack.values import FrozenMap, Json, thaw

__all__ = [
    "MappedRoles",
    "MappingEvidence",
    "RoleMapper",
    "applies_to",
    "file_mappings_apply_to",
    "matches",
    "parse_role_mapping",
    "role_mapping_to_json",
    "roles_for",
]

_UNMAPPED_REALMS = frozenset({"native", "file", "reserved"})
"""Realms whose users carry their roles themselves; every other realm maps (`ldap`, `saml`, `oidc`, a custom one)."""

_FILE_MAPPED_REALMS = frozenset({"ldap", "active_directory", "pki"})
"""Realms that also read `role_mapping.yml`."""


@attrs.frozen
class MappingEvidence:
    """What one mapping says about one caller.

    `roles` are the names it gives, or would give where the verdict is UNKNOWN. `reason` is empty where GRANTED.
    """

    name: str
    verdict: Verdict
    roles: frozenset[str]
    reason: str
    origin: Origin | None = attrs.field(eq=False, repr=False)


@attrs.frozen
class MappedRoles:
    """The roles of an external caller.

    `roles` are certain. `possible` may be held besides them. `unknown` says why there may be roles that nobody can name
    (a template over unknown attributes, mappings that were not exported); where it is empty the two sets are all.
    """

    roles: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    evidence: tuple[MappingEvidence, ...] = ()


def applies_to(realm_type: str | None) -> bool:
    """Whether role mappings apply to users of such a realm; an unknown type counts as external."""
    return realm_type not in _UNMAPPED_REALMS


def file_mappings_apply_to(realm_type: str | None) -> Verdict:
    """Whether `role_mapping.yml` applies to users of such a realm."""
    return Verdict.UNKNOWN if realm_type is None else Verdict.of(realm_type in _FILE_MAPPED_REALMS)


def matches(rules: FrozenMap[str, Json], identity: Identity) -> Verdict:
    """Whether a caller satisfies the rules of a mapping.

    Attributes that are None are unknown, an empty tuple or map means that there are none. Raises RequestError, with
    Elasticsearch's reason, if the rules are not valid.
    """
    return Model.of(identity).match(parse_rules(rules))


def roles_for(
    mappings: Part[Mapping[str, RoleMapping]],
    file_mappings: Part[Iterable[FileRoleMapping]],
    identity: Identity,
    *,
    unmapped_groups_as_roles: bool = False,
) -> MappedRoles:
    """The roles that a caller gets from role mappings. For many callers, build one `RoleMapper`."""
    return RoleMapper.of(mappings, file_mappings, unmapped_groups_as_roles=unmapped_groups_as_roles).roles_for(identity)


@attrs.frozen
class _Compiled:
    mapping: RoleMapping
    rule: MappingRule | None
    problem: str = ""


@attrs.frozen
class RoleMapper:
    """All mappings of a deployment, their rules parsed once."""

    compiled: tuple[_Compiled, ...]
    files: tuple[tuple[FileRoleMapping, frozenset[str]], ...]
    """File mappings with their DNs normalised; a text that is no DN is skipped, as Elasticsearch does."""
    absent: tuple[tuple[bool, str], ...] = ()
    """(about files, why) for what was not exported."""
    unmapped_groups_as_roles: bool = False

    @classmethod
    def of(
        cls,
        mappings: Part[Mapping[str, RoleMapping]],
        file_mappings: Part[Iterable[FileRoleMapping]],
        *,
        unmapped_groups_as_roles: bool = False,
    ) -> "RoleMapper":
        """Compile mappings. `unmapped_groups_as_roles` is the setting of that name of an LDAP or AD realm."""
        absent: list[tuple[bool, str]] = []
        compiled: tuple[_Compiled, ...] = ()
        files: tuple[tuple[FileRoleMapping, frozenset[str]], ...] = ()
        if isinstance(mappings, NotExported):
            absent.append((False, f"role mappings are {mappings}"))
        else:
            compiled = tuple(_compile(m) for m in mappings.values())
        if isinstance(file_mappings, NotExported):
            absent.append((True, f"`role_mapping.yml` is {file_mappings}"))
        else:
            files = tuple(
                (m, frozenset(dn for dn in map(normalize_dn, m.dns) if dn is not None)) for m in file_mappings
            )
        return cls(compiled, files, tuple(absent), unmapped_groups_as_roles)

    def roles_for(self, identity: Identity) -> MappedRoles:
        """The roles of one caller."""
        if not applies_to(identity.realm_type):
            return MappedRoles()
        in_files = file_mappings_apply_to(identity.realm_type)
        model = Model.of(identity)
        found = [_native(c, model, identity) for c in self.compiled]
        unknown = [reason for about_files, reason in self.absent if not (about_files and in_files == Verdict.DENIED)]
        for evidence, unnamed in found:
            if unnamed:
                unknown.append(f"role mapping `{evidence.name}`: {unnamed}")
        everything = [evidence for evidence, _ in found]
        if in_files != Verdict.DENIED:
            everything += [_file(m, dns, identity, in_files) for m, dns in self.files]
            if self.unmapped_groups_as_roles and identity.realm_type != "pki":
                unknown.append("the realm takes groups that `role_mapping.yml` does not map for roles")
        certain = frozenset[str]().union(*(e.roles for e in everything if e.verdict == Verdict.GRANTED))
        possible = frozenset[str]().union(*(e.roles for e in everything if e.verdict == Verdict.UNKNOWN))
        return MappedRoles(certain, possible - certain, tuple(unknown), tuple(everything))


def _compile(mapping: RoleMapping) -> _Compiled:
    try:
        return _Compiled(mapping, parse_rules(mapping.rules, name=mapping.name))
    except RequestError as error:
        return _Compiled(mapping, None, error.reason)
    except TooComplex:
        return _Compiled(mapping, None, "a pattern of its rules is too complex to evaluate")


def _native(compiled: _Compiled, model: Model, identity: Identity) -> tuple[MappingEvidence, str]:
    """The evidence, and why some of the mapping's roles cannot be named (empty if all can)."""
    mapping, rule = compiled.mapping, compiled.rule

    def evidence(verdict: Verdict, roles: frozenset[str], reason: str) -> MappingEvidence:
        return MappingEvidence(mapping.name, verdict, roles, reason, mapping.origin)

    if not mapping.enabled:
        return evidence(Verdict.DENIED, frozenset(), "the mapping is disabled"), ""
    reason = ""
    if rule is None:
        verdict, reason = Verdict.UNKNOWN, compiled.problem
    else:
        verdict = model.match(rule)
    if verdict == Verdict.DENIED:
        return evidence(verdict, frozenset(), "the rules do not match"), ""
    roles, unnamed = set(mapping.roles), ""
    for template in mapping.role_templates:
        try:
            roles |= render_roles(template, identity)
        except CannotRender as error:
            unnamed = str(error)
    if verdict == Verdict.UNKNOWN and not reason:
        fields = sorted(model.unknown_fields(rule)) if rule is not None else []
        not_known = ", ".join(f"`{f}`" for f in fields)
        reason = model.unusable or (f"not known of the user: {not_known}" if fields else "a pattern is too complex")
    return evidence(verdict, frozenset(roles), reason), unnamed


def _file(mapping: FileRoleMapping, dns: frozenset[str], identity: Identity, applies: Verdict) -> MappingEvidence:
    """A file mapping compares the user's DN and groups as DNs, without patterns."""
    own = [identity.dn] if identity.dn is not None else []
    held = {normalize_dn(text) for text in [*own, *(identity.groups or ())]}
    missing = ["`groups`"] if identity.groups is None else []
    if identity.dn is None and not identity.dn_known:
        missing.insert(0, "`dn`")
    name = f"role_mapping.yml#{mapping.role}"
    if held & dns:
        reason = "" if applies == Verdict.GRANTED else "the type of the user's realm is not known"
        return MappingEvidence(name, applies, frozenset({mapping.role}), reason, mapping.origin)
    if missing and dns:
        reason = "not known of the user: " + ", ".join(missing)
        return MappingEvidence(name, Verdict.UNKNOWN, frozenset({mapping.role}), reason, mapping.origin)
    return MappingEvidence(name, Verdict.DENIED, frozenset(), "none of its names is the user's", mapping.origin)


# --- role mapping documents ---

_KNOWN_KEYS = ("roles", "role_templates", "rules", "metadata", "enabled")
_INDEX_KEYS = ("doc_type", "type")


def parse_role_mapping(name: str, body: Json, *, from_index: bool = False) -> RoleMapping:
    """The body of `PUT _security/role_mapping/{name}`, or (`from_index`) a document of the security index.

    Raises RequestError (`parsing_exception`) with Elasticsearch's reason.
    """
    if not isinstance(body, FrozenMap):
        raise RequestError("[role-mapping] Expected START_OBJECT", kind="parsing_exception")
    for key in body:
        if key not in _KNOWN_KEYS and not (from_index and key in _INDEX_KEYS):
            raise RequestError(f"[role-mapping] unknown field [{key}]", kind="x_content_parse_exception")
    roles = _strings(body, "roles")
    templates = _templates(body)
    if roles is None and templates is None:
        raise _missing(name, "roles")
    rules = body.get("rules")
    if rules is None:
        raise _missing(name, "rules")
    parse_rules(rules, name=name)
    enabled = body.get("enabled")
    if enabled is None:
        raise _missing(name, "enabled")
    if enabled in ("true", "false"):
        enabled = enabled == "true"
    if not isinstance(enabled, bool):
        raise _not_supported("enabled", enabled)
    metadata = body.get("metadata", FrozenMap[str, Json]())
    if not isinstance(metadata, FrozenMap):
        raise _not_supported("metadata", metadata)
    assert isinstance(rules, FrozenMap)  # parse_rules refuses anything else
    return RoleMapping(name, enabled, rules, roles or (), templates or (), metadata)


def _missing(name: str, field: str) -> RequestError:
    return RequestError(f"failed to parse role-mapping [{name}]. missing field [{field}]", kind="parsing_exception")


def _not_supported(field: str, value: Json, parser: str = "role-mapping") -> RequestError:
    shown = json.dumps(thaw(value), ensure_ascii=False)
    return RequestError(f"[{parser}] {field} doesn't support values like {shown}", kind="x_content_parse_exception")


def _strings(body: FrozenMap[str, Json], key: str) -> tuple[str, ...] | None:
    if key not in body:
        return None
    given = body[key]
    items = given if isinstance(given, tuple) else (given,)
    names = tuple(v for v in items if isinstance(v, str))
    if len(names) != len(items):
        raise _not_supported(key, given)
    return names


def _templates(body: FrozenMap[str, Json]) -> tuple[RoleTemplate, ...] | None:
    if "role_templates" not in body:
        return None
    given = body["role_templates"]
    items = given if isinstance(given, tuple) else (given,)
    return tuple(map(_template, items))


def _template(item: Json) -> RoleTemplate:
    parser = "role-mapping-template"
    if not isinstance(item, FrozenMap):
        raise _not_supported("role_templates", item)
    for key in item:
        if key not in ("template", "format"):
            raise RequestError(f"[{parser}] unknown field [{key}]", kind="x_content_parse_exception")
    if "template" not in item:
        raise RequestError("Required [template]", kind="illegal_argument_exception")
    template, format_ = item["template"], item.get("format", "string")
    if isinstance(template, FrozenMap):
        source = json.dumps(thaw(template), separators=(",", ":"), ensure_ascii=False)
    elif isinstance(template, str):
        source = template
    else:
        raise _not_supported("template", template, parser)
    if not isinstance(format_, str):
        raise _not_supported("format", format_, parser)
    if format_.lower() not in ("json", "string"):
        reason = f"Invalid format [{format_}] expected one of [json,string]"
        raise RequestError(reason, kind="x_content_parse_exception")
    return RoleTemplate(source, format_.lower())


def role_mapping_to_json(mapping: RoleMapping, *, index_format: bool = False) -> FrozenMap[str, Json]:
    """The mapping as `GET _security/role_mapping` prints it, or (`index_format`) as the security index keeps it."""
    body: dict[str, Json] = {"enabled": mapping.enabled}
    if mapping.roles:
        body["roles"] = mapping.roles
    if mapping.role_templates:
        body["role_templates"] = tuple(
            FrozenMap[str, Json]({"template": t.source, "format": t.format}) for t in mapping.role_templates
        )
    body["rules"] = rules_to_json(parse_rules(mapping.rules, name=mapping.name))
    body["metadata"] = mapping.metadata
    if index_format:
        body["doc_type"] = "role-mapping"
    return FrozenMap(body)
