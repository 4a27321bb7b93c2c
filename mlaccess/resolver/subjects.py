"""Callers: which role descriptors stand behind a name, an identity of an external realm, or an API key.

Anonymous roles, API keys and their two sides: `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/
authc/Subject.java`; the intersection of a key with its owner: `.../authz/permission/LimitedRole.java`.
"""

from collections.abc import Iterable
from typing import NamedTuple

import attrs

from mlaccess.catalog.reserved_roles import SERVICE_ACCOUNTS
from mlaccess.errors import UnknownNameError
from mlaccess.permission import Permission
from mlaccess.permission.mapping import RoleMapper, applies_to
from mlaccess.rules import Evidence, Finding, Verdict
from mlaccess.stack import Account, ApiKey, Deployment, FrozenMap, Identity, NotExported, RoleDescriptor, Users
from mlaccess.stack.made import made

from .definitions import Definitions
from .gates import Gates

__all__ = ["Doubt", "HeldPermission", "Side", "Subject", "Subjects"]


@attrs.frozen
class Doubt:
    """Why a caller may hold more than is certain. `kibana_only`: more Kibana privileges, nothing else."""

    finding: Finding
    kibana_only: bool = False


class Side(NamedTuple):
    """One side of a caller's permission: descriptors certainly in force, those possibly in force, and doubts."""

    certain: tuple[RoleDescriptor, ...] = ()
    possible: tuple[RoleDescriptor, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    label: str = ""
    """For API keys: `key` or `owner`."""


class Subject(NamedTuple):
    """A caller, as far as the export knows them. Every privilege must hold on every side (a user has one)."""

    kind: str
    """`user`, `identity` or `api_key`."""
    name: str
    account: Finding
    sides: tuple[Side, ...]
    roles: tuple[str, ...] = ()
    """Names of roles certainly assigned, defined or not."""
    undefined_roles: tuple[str, ...] = ()
    dropped_roles: tuple[str, ...] = ()
    """Roles left out whole because their document or field level security is not licensed."""
    realm: str = ""
    owner: str = ""
    """The user who owns an API key."""


@attrs.frozen(eq=False)
class HeldPermission:
    """What a caller certainly holds, compiled. With `doubts` it is a lower bound: a yes is certain, a no is not."""

    subject: Subject
    permission: Permission
    doubts: tuple[Finding, ...] = ()


class Subjects:
    """Finds callers in one deployment at one moment."""

    def __init__(self, deployment: Deployment, definitions: Definitions, gates: Gates) -> None:
        self._deployment = deployment
        self._definitions = definitions
        self._gates = gates
        parts = (deployment.users, deployment.file_users)
        self._lists: tuple[Users, ...] = tuple([part for part in parts if not isinstance(part, NotExported)])
        self._mapper: RoleMapper | None = None
        self._anonymous = self._anonymous_roles()
        self._dls = gates.allows_dls()
        self._known: dict[str, tuple[Side, bool, bool]] = {}
        """What a role adds to a side, whether nothing defines it, and whether it is left out."""

    # -- users ------------------------------------------------------------------------------------------------------

    def user(self, name: str) -> Subject:
        """A user by name. Raises `UnknownNameError` where no realm could hold such a user."""
        deployment = self._deployment
        found = [listed for users in self._lists if (listed := users.account(name)) is not None]
        if found:
            return self._of_users(name, found)
        if "/" in name:
            account = self._service_account(name)
            if account is not None:
                return account
        if self._anonymous and name == self._gates.anonymous_username():
            return self._holding("user", name, Finding.of(Verdict.GRANTED, "account.anonymous"), ())
        if isinstance(deployment.users, NotExported):
            return self._unlisted(name, "user.not_exported", deployment.users.reason)
        if "users" in deployment.incomplete:
            return self._unlisted(name, "user.not_listed", "the list of users is incomplete")
        if self._other_realm_possible():
            return self._unlisted(name, "user.maybe_external", "")
        known = tuple(deployment.users)
        hint = "a user of an external realm is asked about as an identity, with realm and groups"
        raise UnknownNameError("user", name, known, hint=hint)

    def _service_account(self, name: str) -> Subject | None:
        """A service account such as `elastic/fleet-server`: one descriptor, no roles, no anonymous roles."""
        accounts = self._deployment.service_accounts
        if not isinstance(accounts, NotExported) and name in accounts:
            evidence = (Evidence("service_account", name, origin=accounts[name].origin),)
            usable = Finding.of(Verdict.GRANTED, "account.service", evidence, user=name)
            return Subject("service_account", name, usable, (Side((accounts[name],)),))
        known = SERVICE_ACCOUNTS.get(name)
        if known is None:
            return None
        usable = Finding.of(Verdict.GRANTED, "account.service", user=name)
        if isinstance(known, str):
            return Subject("service_account", name, usable, (self.of_role(known),))
        unknown = Doubt(Finding.of(Verdict.UNKNOWN, "account.service_not_exported", user=name))
        version = self._deployment.version
        at_least = (known.descriptor,) if isinstance(version, str) and known.covers(version) else ()
        return Subject("service_account", name, usable, (Side(at_least, doubts=(unknown,)),))

    def _of_users(self, name: str, found: list[Account]) -> Subject:
        if len(found) > 1:
            return self._of_two_realms(name, found)
        roles, enabled, origin = found[0]
        verdict, code = (Verdict.GRANTED, "account.enabled") if enabled else (Verdict.DENIED, "account.disabled")
        evidence = (made(Evidence, ("user", name, "", origin)),)
        account = Finding.of(verdict, code, evidence, user=name)
        return self._holding("user", name, account, roles)

    def _of_two_realms(self, name: str, accounts: list[Account]) -> Subject:
        """The same name in two realms: which one authenticates is a matter of realm order and of the password."""
        held = [account.roles for account in accounts]
        shared = set(held[0]).intersection(*held[1:])
        every = {role: None for roles in held for role in roles}
        enabled = [account.enabled for account in accounts]
        verdict = Verdict.GRANTED if all(enabled) else Verdict.UNKNOWN if any(enabled) else Verdict.DENIED
        evidence = tuple(Evidence("user", name, origin=account.origin) for account in accounts)
        usable = Finding.of(verdict, "account.two_realms", evidence, user=name)
        certain, possible = tuple(r for r in every if r in shared), tuple(r for r in every if r not in shared)
        return self._holding("user", name, usable, certain, possible)

    def _unlisted(self, name: str, code: str, reason: str) -> Subject:
        finding = Finding.of(Verdict.UNKNOWN, code, (Evidence("absence", "users", reason),), user=name, reason=reason)
        return self._holding("user", name, finding, (), doubts=(Doubt(finding),))

    def _other_realm_possible(self) -> bool:
        """Whether a realm besides the native and reserved ones may hold users that no export lists."""
        deployment = self._deployment
        if deployment.serverless:
            return True
        if not isinstance(deployment.xpack, NotExported) and deployment.xpack.realms:
            return bool(set(deployment.xpack.realms) - {"native", "reserved"})
        return True

    def _anonymous_roles(self) -> tuple[str, ...] | None:
        return self._gates.anonymous_roles()

    # -- external identities ----------------------------------------------------------------------------------------

    def identity(self, identity: Identity) -> Subject:
        """A caller of an external realm: role mappings decide. Native and file realms are looked up by name."""
        if not applies_to(identity.realm_type) and identity.realm_type is not None:
            return self.user(identity.username)
        if self._mapper is None:
            files = self._deployment.file_role_mappings
            if isinstance(files, NotExported) and not self._deployment.file_realm_announced:
                files = ()
            self._mapper = RoleMapper.of(self._deployment.role_mappings, files)
        mapped = self._mapper.roles_for(identity)
        doubts = tuple(
            Doubt(Finding.of(Verdict.UNKNOWN, "mapping.unknown", user=identity.username, reason=reason))
            for reason in mapped.unknown
        )
        evidence = tuple(
            Evidence("mapping", e.name, e.reason or ", ".join(sorted(e.roles)), e.origin)
            for e in mapped.evidence
            if e.verdict is not Verdict.DENIED
        )
        near = tuple(
            Evidence("mapping", e.name, e.reason, e.origin) for e in mapped.evidence if e.verdict is Verdict.DENIED
        )
        account = Finding(
            Verdict.GRANTED,
            "account.external",
            FrozenMap({"user": identity.username, "realm": identity.realm or "an unknown realm"}),
            evidence,
            near,
        )
        certain, possible = tuple(sorted(mapped.roles)), tuple(sorted(mapped.possible))
        return self._holding("identity", identity.username, account, certain, possible, doubts, identity.realm or "")

    # -- API keys ---------------------------------------------------------------------------------------------------

    def api_key(self, key_id: str) -> Subject:
        """An API key by id: its own descriptors within the owner's snapshot."""
        keys = self._deployment.api_keys
        if isinstance(keys, NotExported) or (key_id not in keys and "api_keys" in self._deployment.incomplete):
            reason = keys.reason if isinstance(keys, NotExported) else "the list of keys is incomplete"
            finding = Finding.of(
                Verdict.UNKNOWN,
                "api_key.not_exported",
                (Evidence("absence", "api_keys", reason),),
                key=key_id,
                reason=reason,
            )
            return Subject("api_key", key_id, finding, (Side(doubts=(Doubt(finding),), label="key"),))
        key = keys.get(key_id)
        if key is None:
            raise UnknownNameError("API key", key_id, tuple(keys))
        return self.key(key)

    def key(self, key: ApiKey) -> Subject:
        """The caller behind one API key."""
        evidence = (Evidence("api_key", key.id, key.name, key.origin),)
        return Subject(
            "api_key",
            key.id,
            self._key_usable(key, evidence),
            self._key_sides(key, evidence),
            realm=key.realm,
            owner=key.username,
        )

    def _key_usable(self, key: ApiKey, evidence: tuple[Evidence, ...]) -> Finding:
        if key.invalidated:
            return Finding.of(Verdict.DENIED, "api_key.invalidated", evidence, key=key.id)
        if key.type == "cross_cluster":
            return Finding.of(Verdict.DENIED, "api_key.cross_cluster", evidence, key=key.id)
        if key.expires_at is not None:
            at = self._gates.at
            on = key.expires_at.date().isoformat()
            if at is None:
                return Finding.of(Verdict.UNKNOWN, "api_key.expiry_unknown", evidence, key=key.id, on=on)
            if key.expires_at <= at:
                return Finding.of(Verdict.DENIED, "api_key.expired", evidence, key=key.id, on=on)
        return Finding.of(Verdict.GRANTED, "api_key.usable", evidence, key=key.id)

    def _key_sides(self, key: ApiKey, evidence: tuple[Evidence, ...]) -> tuple[Side, ...]:
        sides: list[Side] = []
        if key.role_descriptors is None:
            doubt = Doubt(Finding.of(Verdict.UNKNOWN, "api_key.descriptors_not_exported", evidence, key=key.id))
            sides.append(Side(doubts=(doubt,), label="key"))
        elif key.role_descriptors:
            # A descriptor restricted to a workflow grants nothing outside that workflow, which none of ML's is.
            usable = tuple(d for d in key.role_descriptors if d.workflows is None)
            sides.append(Side(usable, label="key"))
        if key.limited_by is None:
            doubt = Doubt(Finding.of(Verdict.UNKNOWN, "api_key.owner_not_exported", evidence, key=key.id))
            sides.append(Side(doubts=(doubt,), label="owner"))
        else:
            sides.extend(Side(tuple(owner), label="owner") for owner in key.limited_by)
            if not key.limited_by:
                sides.append(Side(label="owner"))
        return tuple(sides)

    # -- roles ------------------------------------------------------------------------------------------------------

    def _holding(
        self,
        kind: str,
        name: str,
        account: Finding,
        names: Iterable[str],
        possible_names: tuple[str, ...] = (),
        doubts: tuple[Doubt, ...] = (),
        realm: str = "",
    ) -> Subject:
        """The caller who holds these roles, with anonymous, undefined and unlicensed roles accounted for."""
        certain: list[RoleDescriptor] = []
        possible: list[RoleDescriptor] = []
        found_doubts = list(doubts)
        undefined: list[str] = []
        dropped: list[str] = []
        assigned = dict.fromkeys(names)
        if self._anonymous is None:
            found_doubts.append(Doubt(Finding.of(Verdict.UNKNOWN, "anonymous.unknown")))
        elif self._anonymous:
            assigned.update(dict.fromkeys(self._anonymous))
        may = [n for n in dict.fromkeys(possible_names) if n not in assigned] if possible_names else []
        for held in assigned:
            role, undefined_, dropped_ = self._known.get(held) or self._know(held)
            certain.extend(role.certain)
            possible.extend(role.possible)
            found_doubts.extend(role.doubts)
            if undefined_:
                undefined.append(held)
            if dropped_:
                dropped.append(held)
        for held in may:
            role, _, dropped_ = self._known.get(held) or self._know(held)
            possible.extend((*role.certain, *role.possible))
            found_doubts.extend(role.doubts)
            if dropped_:
                dropped.append(held)
        side = made(Side, (tuple(certain), tuple(possible), tuple(found_doubts), ""))
        roles = tuple(assigned), tuple(undefined), tuple(dropped)
        return made(Subject, (kind, name, account, (side,), *roles, realm, ""))

    def of_role(self, name: str) -> Side:
        """What a role adds to the side of a user who certainly has it, anonymous roles aside."""
        return (self._known.get(name) or self._know(name))[0]

    def _know(self, name: str) -> tuple[Side, bool, bool]:
        found = (self._of_role(name), self._definitions.of(name).undefined, self._is_dropped(name))
        self._known[name] = found
        return found

    def _of_role(self, name: str) -> Side:
        definition = self._definitions.of(name)
        doubts = () if definition.doubt is None else (Doubt(definition.doubt, definition.kibana_only),)
        descriptor = definition.descriptor
        if descriptor is None or self._is_dropped(name):
            return Side(doubts=doubts)
        if descriptor.uses_dls_or_fls and self._dls is not Verdict.GRANTED:
            return Side((), (descriptor,), doubts)
        return Side((descriptor,), (), doubts)

    def _is_dropped(self, name: str) -> bool:
        """Whether a role is left out whole, because its document or field level security is not licensed."""
        descriptor = self._definitions.of(name).descriptor
        return descriptor is not None and descriptor.uses_dls_or_fls and self._dls is Verdict.DENIED

    def with_roles(self, names: Iterable[str]) -> Subject:
        """A user there might be: one who can authenticate and has exactly these roles (and those of anonymous)."""
        roles = tuple(names)
        account = Finding.of(Verdict.GRANTED, "account.supposed", roles=roles)
        return self._holding("roles", ", ".join(roles), account, roles)
