"""What a case of Kibana's suite states: who asks, where, with which licence and switches."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from mlaccess.catalog.kibana_features import FEATURES, OTHER_FEATURES
from mlaccess.catalog.kibana_versions import Profile
from mlaccess.catalog.reserved_roles import reserved_role
from mlaccess.permission import Role
from mlaccess.permission.kibana import (
    KibanaPrivileges,
    parse_kibana_grants,
    to_elasticsearch,
)
from mlaccess.rules.verdict import Verdict
from mlaccess.stack.kibana import ApplicationPrivilege, Space
from mlaccess.stack.roles import IndicesGrant, RoleDescriptor
from mlaccess.stack.values import FrozenMap
from mlaccess.twins import kibana as twins

__all__ = ["ANALYTICS", "APPLICATION", "DETECTOR", "Case", "Head", "World", "contains", "license_type", "same"]

Case = Mapping[str, Any]
Head = Mapping[str, Any]

SUITES = Path(__file__).parent / "suites" / "kibana"
"""Beside the suite lie the bodies that its cases name, in `examples/`."""
VERSIONS: dict[Profile, str] = {"readers_test_models": "9.2.1", "admins_test_models": "9.6.0"}
APPLICATION = "kibana-.kibana"
DETECTOR, ANALYTICS = "anomaly-detector", "data-frame-analytics"


def same(name: str, found: object, expected: object) -> None:
    assert found == expected, f"{name}: {show(found)}, not {show(expected)}"


def show(value: object) -> str:
    return json.dumps(value, default=str, sort_keys=True)[:400]


def contains(name: str, found: object, expected: object) -> None:
    """The expected parts of an object, at any depth."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in cast("dict[str, object]", expected).items():
            assert key in found, f"{name}: no `{key}`"
            contains(f"{name}.{key}", cast("dict[str, object]", found)[key], value)
    else:
        same(name, found, expected)


def license_type(text: object) -> str | None:
    """`trial (FTR default, …)`, `expired platinum`, `full`; None for no licence information."""
    if text is None:
        return None
    words = [word for word in re.findall(r"\w+", str(text)) if word != "expired"]
    word = next(iter(words), "")
    return {"full": "platinum"}.get(word, word)


class World:
    """What a case states, with the fixtures' defaults."""

    def __init__(self, case: Case, head: Head, profile: Profile) -> None:
        self.case, self.head, self.profile = case, head, profile
        self.given: Mapping[str, Any] = case.get("given", {})
        self.expect: Mapping[str, Any] = case.get("expect", {})
        self.version = VERSIONS[profile]
        self.space: str = self.given["space"] if isinstance(self.given.get("space"), str) else "default"
        self.privileges = KibanaPrivileges(stored(self.version), self.version)

    # -- who asks ------------------------------------------------------------------------------------------------

    def roles_of(self, user: str) -> list[RoleDescriptor]:
        """The roles of a fixture user, in Elasticsearch's shape."""
        users, scenarios = self.head.get("users", {}), self.head.get("scenario_users", {})
        if user in users:
            return [self.role(name, self.head["roles"][name]) for name in users[user]]
        if user in scenarios:
            return [self.role(user, scenarios[user])]
        raise AssertionError(f"no user `{user}`")

    def role(self, name: str, body: Mapping[str, Any]) -> RoleDescriptor:
        """A role body in Kibana's shape, or the name of a built-in role."""
        built_in = body.get("built_in")
        if built_in:
            found = reserved_role(built_in if isinstance(built_in, str) else name, self.version)
            assert found is not None, f"no built-in role `{name}`"
            return found
        raw = cast("dict[str, Any]", body.get("elasticsearch") or {})
        return RoleDescriptor(
            name,
            cluster=tuple(raw.get("cluster") or ()),
            indices=tuple(indices(raw.get("indices") or ())),
            applications=to_elasticsearch(parse_kibana_grants(body.get("kibana"))),
        )

    def callers(self) -> list[list[RoleDescriptor]]:
        """The role sets that the case speaks of: one for each user named, or the role it states."""
        if "role" in self.given:
            return [[self.role("role", self.given["role"])]]
        users = self.given["user"]
        if users == "no login in any space":
            return [[]]
        return [self.roles_of(u) for u in ([users] if isinstance(users, str) else users)]

    def asker(self, roles: Iterable[RoleDescriptor]) -> Callable[[str, str], Verdict]:
        """`ask(action, space)` for a caller with these roles."""
        grants = [g for r in roles for g in r.applications]
        return lambda action, space: self.privileges.grants_action(grants, action, space).verdict

    def has_cluster(self, roles: Iterable[RoleDescriptor]) -> Callable[[str], Verdict]:
        """Whether a caller has a named cluster privilege."""
        held = Role.of(list(roles), version=self.version).cluster
        return lambda name: Verdict.of(held.implies(name))

    def has_index(self, roles: Iterable[RoleDescriptor]) -> Callable[[str, str], Verdict]:
        """Whether a caller has an index privilege on an index name or pattern."""
        held = Role.of(list(roles), version=self.version).indices
        return lambda name, privilege: Verdict.of(held.holds(name, privilege))

    # -- where ---------------------------------------------------------------------------------------------------

    def space_of(self, id_: str) -> Space:
        """A fixture space; one whose disabled features are given in words hides all of them.

        Without the spaces plugin nothing is hidden.
        """
        if self.given.get("spaces", True) is False:
            return Space(id_)
        fixtures = self.head.get("meta", {}).get("spaces_fixtures", {})
        stored = fixtures.get(id_, {}).get("disabledFeatures", [])
        disabled = [*FEATURES, *OTHER_FEATURES, "foo"] if isinstance(stored, str) else stored
        return Space(id_, disabled_features=frozenset(disabled))

    @property
    def known_spaces(self) -> tuple[str, ...]:
        """The spaces of the deployment."""
        stated = self.given.get("spaces")
        if isinstance(stated, list):
            return tuple(cast("list[str]", stated))
        return tuple(self.head.get("meta", {}).get("spaces_fixtures", {"default": {}}))

    def license(self) -> twins.MlLicense:
        """The licence stated, or the fixtures' trial."""
        stated = self.given.get("licence", "trial")
        return twins.MlLicense.of(
            license_type(stated),
            active="expired" not in str(stated),
            ml_enabled=self.given.get("isMlEnabled", True),
        )

    def switches(self) -> twins.Switches:
        """Kibana's configuration as stated."""

        def on(key: str) -> Verdict:
            return Verdict.of(bool(self.given.get(key, True)))

        return twins.Switches(
            ad=on("ad_enabled"),
            dfa=on("dfa_enabled"),
            nlp=on("nlp_enabled"),
            aiops=on("aiops_enabled"),
            nodes=Verdict.of(not self.given.get("serverless", False)),
        )

    def not_upgrading(self) -> Verdict:
        """Upgrade mode as stated, off by default."""
        return Verdict.of(not (self.given.get("upgrade_mode") or self.given.get("ml_info_upgrade_mode")))

    def files(self, name: str) -> Any:
        """A file that a case names."""
        base, folder = Path(name).name, Path(self.head.get("folder", SUITES))
        beside = (folder / name, folder / "examples" / base, folder.parent.parent / "examples" / "kibana" / base)
        path = next((p for p in (*beside, SUITES / "examples" / base) if p.is_file()), None)
        if path is None:
            raise FileNotFoundError(f"the case names `{name}`, which is not beside the suite")
        return json.loads(path.read_text(encoding="utf-8"))


def indices(entries: Iterable[Mapping[str, Any]]) -> Iterator[IndicesGrant]:
    for entry in entries:
        yield IndicesGrant(tuple(entry["names"]), tuple(entry["privileges"]))


def stored(version: str) -> FrozenMap[tuple[str, str], ApplicationPrivilege]:
    """What the Kibana of the tests registers: its features, and the features without a row as login alone."""
    stored = dict(twins.registered_privileges(version))
    for id_ in (*OTHER_FEATURES, "foo"):
        for privilege in ("all", "read", "minimal_all", "minimal_read"):
            name = f"feature_{id_}.{privilege}"
            actions = frozenset({"login:", "app:kibana", f"ui:{id_}/show"})
            stored[APPLICATION, name] = ApplicationPrivilege(APPLICATION, name, actions)
    return FrozenMap(stored)
