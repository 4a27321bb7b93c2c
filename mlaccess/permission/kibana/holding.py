"""What application entries of roles hold of Kibana: a feature level, an action, a saved-object type; with the entry.

The privileges that the deployment stores (`GET _security/privilege`) win over the catalogue. How Elasticsearch
reads an application entry: `x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/privilege/
ApplicationPrivilege.java` (names are looked up, anything else is an action pattern) and `../permission/
ApplicationPermission.java` (the resources of one entry must cover the resource asked).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Literal, TypeAlias

import attrs

from mlaccess.catalog.kibana_capabilities import LOGIN
from mlaccess.catalog.kibana_features import (
    BASE_PRIVILEGES,
    FEATURES,
    READ_OPERATIONS,
    RESERVED,
    WRITE_OPERATIONS,
    ActionSet,
    base_actions,
    feature_actions,
    reserved_actions,
)
from mlaccess.catalog.kibana_versions import BASE_INCLUDES_ML, CATALOGUED, parse
from mlaccess.rules.verdict import Verdict
from mlaccess.stack.kibana import ApplicationPrivilege
from mlaccess.stack.roles import ApplicationGrant, RoleDescriptor

from .matching import covers_resource, matches_action, matches_application
from .roles import FEATURE_PRIVILEGE, OWN_APPLICATION

__all__ = ["Basis", "Holding", "KibanaPrivileges", "SavedObjectAccess"]

Level: TypeAlias = Literal["all", "read"]

Basis: TypeAlias = Literal["name", "stored", "catalogue", "pattern", ""]
"""What decided: the privilege's name, the actions the deployment stores for it, the shipped catalogue, or a pattern
of actions that stands in the role itself."""

_PRIVILEGE_NAME = re.compile(r"[a-z][a-zA-Z0-9_.\-]*\Z")


@attrs.frozen
class Holding:
    """Whether something is held, and through what.

    Granted or unknown: `grant` is the entry and `privilege` the name (or pattern) in it that decides. Denied: `near`
    are the entries that speak of this space and fall short.
    """

    verdict: Verdict
    basis: Basis = ""
    grant: ApplicationGrant | None = None
    privilege: str = ""
    near: tuple[ApplicationGrant, ...] = ()


@attrs.frozen
class SavedObjectAccess:
    """What may be done with saved objects of a type: what is certain, and the best still possible."""

    certain: Literal["none", "read", "all"]
    ceiling: Literal["none", "read", "all"]
    holding: Holding


class KibanaPrivileges:
    """The meaning of Kibana's privilege names in one deployment.

    `stored` are the application privileges of the export, None where it does not hold them; `version` is Kibana's
    version, which picks catalogue rows where nothing is stored. Immutable once made; answers are cached by name.
    """

    def __init__(
        self,
        stored: Mapping[tuple[str, str], ApplicationPrivilege] | None,
        version: str | None,
        *,
        application: str = OWN_APPLICATION,
    ) -> None:
        self.application = application
        self.version = version
        self._stored: dict[str, frozenset[str]] | None = None
        # Stored privileges, and none of this Kibana: it was never started, or has another name. Names may be empty.
        self._foreign = False
        if stored is not None:
            own = {name: p.actions for (app, name), p in stored.items() if app == application}
            self._stored = own or None
            self._foreign = not own
        self._levels: dict[tuple[str, str, Level], tuple[Verdict, Basis]] = {}
        self._granted: dict[tuple[str, str], tuple[Verdict, Basis]] = {}
        self._shares: dict[tuple[str, str, Level], int] = {}
        self._needed: dict[tuple[str, Level], frozenset[str] | None] = {}

    @property
    def stored(self) -> bool:
        """Whether the deployment's own definitions decide."""
        return self._stored is not None

    # -- a feature level, by the conventions of the page ---------------------------------------------------------

    def grants_feature(
        self, held: RoleDescriptor | Iterable[ApplicationGrant], feature: str, level: Level, space: str
    ) -> Holding:
        """Whether entries hold `All` or `Read` of a feature in a space (`*`: in every space).

        By name: the feature's own and minimal privileges, base privileges, `*`, for machine learning the reserved
        ones; and by inclusion: entries whose stored actions hold all that the feature's privilege is stored with.
        Read is implied by All. Base privileges hold no machine learning before 8.0.
        """
        return self._best(held, space, lambda entries: self._feature_in(entries, feature, level))

    def _feature_in(self, entries: tuple[ApplicationGrant, ...], feature: str, level: Level) -> Holding:
        best = Holding(Verdict.DENIED, near=entries)
        for entry in entries:
            for name in entry.privileges:
                verdict, basis = self._level_of(name, feature, level)
                if verdict is Verdict.GRANTED:
                    return Holding(verdict, basis, entry, name)
                if verdict > best.verdict:
                    best = Holding(verdict, basis, entry, name)
        return self._jointly(entries, feature, level) or best

    def _level_of(self, name: str, feature: str, level: Level) -> tuple[Verdict, Basis]:
        key = (name, feature, level)
        found = self._levels.get(key)
        if found is None:
            found = self._levels[key] = self._decide_level(name, feature, level)
        return found

    def _decide_level(self, name: str, feature: str, level: Level) -> tuple[Verdict, Basis]:
        needed = self._needed_actions(feature, level)
        if not _PRIVILEGE_NAME.match(name):
            if name == "*":
                return Verdict.GRANTED, "pattern"
            return (min(matches_action(name, a) for a in needed) if needed else Verdict.DENIED), "pattern"
        by_name = _named(name, feature, level)
        if self._stored is not None:
            actions = self._stored.get(name)
            if actions is None:
                return Verdict.DENIED, "stored"
            if by_name == "own":
                return Verdict.GRANTED, "name"
            return (min(_among(actions, a) for a in needed) if needed else Verdict.DENIED), "stored"
        if not by_name:
            return Verdict.DENIED, "catalogue"
        number = parse(self.version)
        if by_name == "base" and feature == "ml" and CATALOGUED.holds(number) and not BASE_INCLUDES_ML.holds(number):
            return Verdict.DENIED, "catalogue"
        row = FEATURES.get(feature)
        span = CATALOGUED if by_name == "reserved" or row is None else row.span
        known = row is not None and span.holds(number) and not self._foreign
        return (Verdict.GRANTED if known else Verdict.UNKNOWN), "catalogue"

    def _needed_actions(self, feature: str, level: Level) -> frozenset[str] | None:
        """What holding the level comes to, as actions; None where neither the deployment nor the catalogue says.

        Login is left out: the reserved privileges lack it and still are the level.
        """
        key = (feature, level)
        if key not in self._needed:
            actions: frozenset[str] | None = None
            if self._stored is not None:
                actions = self._stored.get(f"feature_{feature}.{level}")
            elif feature in FEATURES:
                known = feature_actions(feature, level, self.version)
                # Actions that only some versions grant are asked too: asking more never grants wrongly.
                actions = known.actions | known.maybe if known.complete else None
            self._needed[key] = actions - {LOGIN} if actions is not None else None
        return self._needed[key]

    def _jointly(self, entries: tuple[ApplicationGrant, ...], feature: str, level: Level) -> Holding | None:
        """Several privileges that hold the level only together: Kibana asks for each action on its own."""
        if sum(len(e.privileges) for e in entries) < 2:
            return None
        whole = self.whole(feature, level)
        if not whole:
            return None
        covered = 0
        first: tuple[ApplicationGrant, str] | None = None
        for entry in entries:
            for name in entry.privileges:
                share = self._share(name, feature, level)
                if share:
                    first = first or (entry, name)
                    covered |= share
        if first is None or covered != whole:
            return None
        return Holding(Verdict.GRANTED, "stored" if self.stored else "catalogue", *first)

    def whole(self, feature: str, level: Level) -> int:
        """The share that is all of a level: a bit for each action it comes to; 0 where that is not known."""
        return (1 << len(self._needed_actions(feature, level) or ())) - 1

    def share(self, entries: Iterable[ApplicationGrant], feature: str, level: Level) -> int:
        """Which actions of a level the privileges of entries grant together, as bits of `whole`."""
        covered = 0
        for entry in entries:
            for name in entry.privileges:
                covered |= self._share(name, feature, level)
        return covered

    def _share(self, name: str, feature: str, level: Level) -> int:
        key = (name, feature, level)
        found = self._shares.get(key)
        if found is None:
            found = 0
            for bit, action in enumerate(sorted(self._needed_actions(feature, level) or ())):
                if self._action_of(name, action)[0] is Verdict.GRANTED:
                    found |= 1 << bit
            self._shares[key] = found
        return found

    # -- one action, as Kibana asks Elasticsearch ------------------------------------------------------------------

    def grants_action(self, held: RoleDescriptor | Iterable[ApplicationGrant], action: str, space: str) -> Holding:
        """Whether entries grant one action (`ui:ml/canCreateJob`, `api:ml:canGetJobs`, `login:`) at a space.

        Space `*` asks for all spaces at once, which only entries that cover every resource grant: having each
        single space is not enough.
        """
        return self._best(held, space, lambda entries: self._action_in(entries, action))

    def _action_in(self, entries: tuple[ApplicationGrant, ...], action: str) -> Holding:
        best = Holding(Verdict.DENIED, near=entries)
        for entry in entries:
            for name in entry.privileges:
                verdict, basis = self._action_of(name, action)
                if verdict is Verdict.GRANTED:
                    return Holding(verdict, basis, entry, name)
                if verdict > best.verdict:
                    best = Holding(verdict, basis, entry, name)
        return best

    def _action_of(self, name: str, action: str) -> tuple[Verdict, Basis]:
        key = (name, action)
        found = self._granted.get(key)
        if found is None:
            found = self._granted[key] = self._decide_action(name, action)
        return found

    def _decide_action(self, name: str, action: str) -> tuple[Verdict, Basis]:
        if not _PRIVILEGE_NAME.match(name):
            return matches_action(name, action), "pattern"
        if self._stored is not None:
            return _among(self._stored.get(name, frozenset()), action), "stored"
        found = self.catalogued(name).verdict(action)
        return (min(found, Verdict.UNKNOWN) if self._foreign else found), "catalogue"

    def catalogued(self, name: str) -> ActionSet:
        """What the shipped catalogue knows a privilege name to grant in this version."""
        feature = FEATURE_PRIVILEGE.match(name)
        if feature:
            return feature_actions(feature[1], feature[2], self.version)
        if name.startswith("reserved_"):
            return reserved_actions(name.removeprefix("reserved_"), self.version)
        return base_actions(name, self.version)

    # -- saved objects -------------------------------------------------------------------------------------------

    def saved_object_access(
        self, held: RoleDescriptor | Iterable[ApplicationGrant], type_: str, space: str
    ) -> SavedObjectAccess:
        """What entries allow with saved objects of a type: everything, reading, or nothing."""
        grants = tuple(held.applications if isinstance(held, RoleDescriptor) else held)
        reads = [self.grants_action(grants, f"saved_object:{type_}/{o}", space) for o in READ_OPERATIONS]
        writes = [self.grants_action(grants, f"saved_object:{type_}/{o}", space) for o in WRITE_OPERATIONS]
        read = min(h.verdict for h in reads)
        both = min(read, *(h.verdict for h in writes))
        certain: Literal["none", "read", "all"] = (
            "all" if both is Verdict.GRANTED else "read" if read is Verdict.GRANTED else "none"
        )
        ceiling: Literal["none", "read", "all"] = (
            "all" if both > Verdict.DENIED else "read" if read > Verdict.DENIED else "none"
        )
        return SavedObjectAccess(certain, ceiling, writes[0] if certain == "all" else reads[0])

    # -- entries -------------------------------------------------------------------------------------------------

    def _best(
        self,
        held: RoleDescriptor | Iterable[ApplicationGrant],
        space: str,
        decide: Callable[[tuple[ApplicationGrant, ...]], Holding],
    ) -> Holding:
        """The answer from the entries that are about this Kibana and cover the space."""
        covering, doubtful = self.about(held, space)
        found = decide(covering)
        if found.verdict is not Verdict.DENIED or not doubtful:
            return found
        maybe = decide(doubtful)
        return attrs.evolve(maybe, verdict=Verdict.UNKNOWN) if maybe.verdict > Verdict.DENIED else found

    def about(
        self, held: RoleDescriptor | Iterable[ApplicationGrant], space: str
    ) -> tuple[tuple[ApplicationGrant, ...], tuple[ApplicationGrant, ...]]:
        """The entries about this Kibana that cover a space, and those of which that cannot be told."""
        grants = held.applications if isinstance(held, RoleDescriptor) else held
        resource = "*" if space == "*" else f"space:{space}"
        own = [g for g in grants if matches_application(g.application, self.application)]
        covering = [(g, covers_resource(g.resources, resource)) for g in own]
        return (
            tuple(g for g, v in covering if v is Verdict.GRANTED),
            tuple(g for g, v in covering if v is Verdict.UNKNOWN),
        )


def _among(actions: frozenset[str], action: str) -> Verdict:
    if action in actions:
        return Verdict.GRANTED
    return max((matches_action(a, action) for a in actions if _is_pattern(a)), default=Verdict.DENIED)


def _is_pattern(action: str) -> bool:
    return any(c in action for c in "*?") or action.startswith("/")


@lru_cache(maxsize=4096)
def _named(name: str, feature: str, level: Level) -> Literal["own", "base", "reserved", ""]:
    """How a privilege name, by itself, is a level of a feature."""
    levels = ("all",) if level == "all" else ("all", "read")
    own = FEATURE_PRIVILEGE.match(name)
    if own:
        return "own" if own[1] == feature and own[2].removeprefix("minimal_") in levels else ""
    if name in BASE_PRIVILEGES:
        return "base" if BASE_PRIVILEGES[name] in levels else ""
    if feature == "ml" and name.startswith("reserved_") and RESERVED.get(name.removeprefix("reserved_")) in levels:
        return "reserved"
    return ""
