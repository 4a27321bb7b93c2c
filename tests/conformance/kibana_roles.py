"""Questions about roles and spaces: converted, written, listed, hidden."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, cast

from mlaccess.catalog.kibana_features import FEATURES, OTHER_FEATURES, FeatureLike, Replacement
from mlaccess.permission.kibana import (
    disabled_in_effect,
    kibana_role,
    ml_visible,
)
from mlaccess.rules.verdict import Verdict
from mlaccess.stack.kibana import Space
from mlaccess.stack.roles import ApplicationGrant, RoleDescriptor
from mlaccess.twins import kibana as twins
from tests.conformance.kibana_world import APPLICATION, World, license_type, same

__all__ = ["RoleQuestions"]


class RoleQuestions(World):
    """Roles, spaces and listings."""

    # -- spaces --------------------------------------------------------------------------------------------------

    def solution(self) -> None:
        """Hidden features by solution view."""
        features = [feature(f) for f in self.given["features"]]
        found = disabled_in_effect(self.given.get("disabledFeatures", ()), self.given.get("solution"), features)
        same("effective_disabled", sorted(found), sorted(self.expect["effective_disabled"]))
        for id_ in self.expect.get("never_contains", ()):
            assert id_ not in found, f"{id_} is hidden"

    def space_switcher(self) -> None:
        """What the spaces switcher takes away, of registered features that each have two capabilities of their own."""
        features = [feature(f) for f in self.given["features"]]
        space = cast("dict[str, Any]", self.given["space"])
        before: dict[str, bool] = {}
        for f in features:
            before.update({f"navLinks.{a}": True for a in f.app})
            before.update({f"catalogue.{c}": True for c in f.catalogue})
            before.update({f"management.{s}.{e}": True for s, e in f.management})
            before.update({f"{f.id}.{c}": True for c in ("foo", "bar")})
        hidden = disabled_in_effect(space["disabledFeatures"], space.get("solution"), features)
        after = twins.space_switcher(
            before,
            features,
            hidden,
            authenticated_route=space.get("route_auth_required", True),
            default_capabilities=space.get("use_default_capabilities", False),
        )
        changed = {k for k in after if not after[k]}
        if "changed" in self.expect:
            same("changed", sorted(changed), sorted(self.expect["changed"]))
        for wanted in self.expect.get("false", ()):
            matching = [k for k in before if fnmatchcase(k, wanted)]
            assert matching, f"no capability `{wanted}`"
            assert set(matching) <= changed, f"{wanted} is still true"
        if "false" in self.expect:
            named = {k for k in before for wanted in self.expect["false"] if fnmatchcase(k, wanted)}
            foreign = {k for k in changed - named if k.partition(".")[0] not in {f.id for f in features}}
            same("also false", sorted(foreign), [])
        for kept in self.expect.get("still_true", ()):
            same(kept, after[kept], True)

    def list_spaces(self) -> None:
        """`GET /api/spaces/space`."""
        if "user" in self.given:
            for roles in self.callers():
                ask = self.asker(roles)
                bodies = {s: {"id": s} for s in self.known_spaces}
                answer = twins.get_spaces(bodies, lambda s, ask=ask: ask("login:", s))
                same("status", answer.status, self.expect.get("status", 200))
                if "body" in self.expect:
                    same("body", answer.body, self.expect["body"])
            return
        serverless = self.given.get("serverless", False)
        solution = self.given.get("solution", "es" if serverless else None)
        id_ = self.given["space"]
        listed: list[str] | None = None
        if "disabledFeatures_file" in self.expect:
            listed = {body["id"]: body for body in self.files(self.expect["disabledFeatures_file"])}[id_][
                "disabledFeatures"
            ]
        # What a space with a solution stores is not shown, so machine learning may well be in it.
        fixture = Space(id_, disabled_features=frozenset(listed)) if listed is not None else self.space_of(id_)
        hidden = fixture.disabled_features if solution in (None, "classic") else frozenset({"ml"})
        stored = Space(id_, disabled_features=hidden, solution=solution, effective=False)
        shown = twins.served_space(stored, serverless=serverless)
        if "ml_in_disabledFeatures" in self.expect:
            served = cast("list[str]", shown["disabledFeatures"])
            same("ml_in_disabledFeatures", "ml" in served, self.expect["ml_in_disabledFeatures"])
        if listed is not None:
            exported = Space(stored.id, disabled_features=frozenset(listed))
            same("exported list hides ml", ml_visible(exported) is Verdict.DENIED, "ml" in listed)
        if "disabledFeatures" in self.expect:
            same("disabledFeatures", shown["disabledFeatures"], self.expect["disabledFeatures"])
        if "solution" in self.expect:
            same("solution", shown.get("solution"), self.expect["solution"])

    def rbac_mode(self) -> None:
        """Whether roles are looked at, within one request."""
        same("modes", list(twins.uses_rbac(self.given["allowRbac"])), self.expect["useRbacForRequest_same_request"])

    # -- roles ---------------------------------------------------------------------------------------------------

    def transform(self) -> None:
        """Application entries as Kibana shows them, in each shape of the error that the case accepts."""
        replacements = None
        if self.given.get("replaceDeprecatedPrivileges"):
            replacements = {
                (key.split(".")[0], key.split(".")[1]): tuple(
                    Replacement(r["feature"], tuple(r["privileges"])) for r in value
                )
                for key, value in self.given.items()
                if key.endswith(".replacedBy")
            }
        raw = {"applications": self.given["es_applications"]}
        application = self.given.get("application", APPLICATION)
        answer = twins.get_role("role", raw, application=application, replacements=replacements)
        if "status" in self.expect:
            same("status", answer.status, self.expect["status"])
            return
        body = cast("dict[str, object]", answer.body)
        for key in ("kibana", "_unrecognized_applications"):
            if key in self.expect:
                same(key, body[key], self.expect[key])
        if "_transform_error" in self.expect:
            expected = self.expect["_transform_error"]
            same("_transform_error", transform_errors(body["_transform_error"], expected), expected)

    def read_role(self) -> None:
        """A raw role with a foreign application, as Kibana shows it."""
        words = str(self.given["es_role"])
        named = self.files(words.split()[0])
        name, raw = next(iter(cast("dict[str, Any]", named).items()))
        foreign = re.findall(r"application (\S+)", words)
        entries = [{"application": a, "privileges": ["x"], "resources": ["*"]} for a in foreign]
        raw = {**raw, "applications": [*raw["applications"], *entries]}
        expected = self.files(self.expect["body_file"])
        answer = twins.get_role(expected.get("name", name), raw)
        same("body", answer.body, expected)

    def write_role(self) -> None:
        """A role body as Kibana writes it to Elasticsearch."""
        given = self.given
        body = self.files(given["put_file"]) if "put_file" in given else given.get("put", {})
        if "put_kibana" in given:
            body = {**body, "kibana": given["put_kibana"]}
        existing = {"applications": given["existing_applications"]} if "existing_applications" in given else None
        answer, role = twins.put_role(
            body,
            existing=existing,
            create_only=given.get("createOnly", False),
            dls_fls_licensed=license_type(given.get("licence", "trial")) not in ("basic", "standard", "gold"),
        )
        same("status", answer.status, self.expect["status"])
        if "applications" in self.expect:
            assert role is not None
            same("applications", role["applications"], self.expect["applications"])
        if "es_role_file" in self.expect:
            expected = next(iter(self.files(self.expect["es_role_file"]).values()))
            # What Elasticsearch itself adds when it shows a role.
            del expected["transient_metadata"]
            for entry in expected["indices"]:
                entry.pop("allow_restricted_indices")
            same("role", role, expected)

    def create_only(self) -> None:
        """`?createOnly=true`."""
        existing: dict[str, object] | None = {"applications": []} if self.given.get("exists") else None
        answer, _ = twins.put_role({}, existing=existing, create_only=self.given["createOnly"])
        same("status", answer.status, self.expect["status"])

    def dls_fls(self) -> None:
        """A role that limits documents and fields, under a licence."""
        entry = {"names": ["a"], "privileges": ["read"], "query": "{}", "field_security": {"grant": ["*"]}}
        licensed = license_type(self.given["licence"]) not in ("basic", "standard", "gold")
        answer, _ = twins.put_role({"elasticsearch": {"indices": [entry]}}, dls_fls_licensed=licensed)
        same("status", answer.status, self.expect["status"])

    def sorted_roles(self) -> None:
        """The order of the list."""
        answer = twins.get_roles({name: {"applications": []} for name in self.given["names"]})
        same("order", [r["name"] for r in cast("Any", answer.body)], self.expect["order"])

    def roles_by_space(self) -> None:
        """Roles with an entry for a space."""
        roles = [
            kibana_role(RoleDescriptor(n, applications=(ApplicationGrant(APPLICATION, (base(r),), tuple(r)),)))
            for n, r in self.given["roles"].items()
        ]
        found = twins.roles_of_space(roles, self.space)
        for key, present in (("contains", True), ("does_not_contain", False)):
            for name in names_in(self.expect.get(key, ())):
                same(f"{name} listed", name in found, present)

    # -- listings ------------------------------------------------------------------------------------------------

    def feature_ids(self) -> None:
        """Ids of `GET /api/features` in the newest version."""
        if "roles" in self.given:
            self.roles_by_space()
            return
        ids = {f.id for f in FEATURES.values() if not f.deprecated} | set(OTHER_FEATURES)
        for id_ in self.expect.get("contains", ()):
            assert id_ in ids, f"{id_} is missing"
        for id_ in self.expect.get("does_not_contain", ()):
            assert id_ not in ids, f"{id_} is there"
        if "ids_file" in self.expect:
            same("ids", sorted(ids), sorted(self.files(self.expect["ids_file"])))

    def list_features(self) -> None:
        """Who may call `GET /api/features`."""
        for roles in self.callers():
            answer = twins.features_answer(self.asker(roles)("api:read_features", "*"), FEATURES)
            same("status", answer.status, self.expect["status"])

    def privilege_listing(self) -> None:
        """`GET /api/security/privileges`."""
        body = cast("dict[str, Any]", twins.privileges_answer(self.version).body)
        for key, expected in self.expect.items():
            if key.startswith("features."):
                same(key, body["features"][key.removeprefix("features.")], expected)
            elif key == "reserved_set":
                same(key, sorted(body["reserved"]), sorted(expected))
            else:
                same(key, body[key], expected)

    def no_wildcards(self) -> None:
        """No registered action contains a wildcard."""
        stored = twins.registered_privileges(self.version)
        starred = [a for p in stored.values() for a in p.actions if "*" in a]
        same("no_action_contains_star", not starred, self.expect["no_action_contains_star"])


def base(resources: Iterable[str]) -> str:
    """The base privilege that Kibana writes for these resources."""
    return "read" if "*" in resources else "space_read"


def transform_errors(found: object, like: list[Any]) -> object:
    """The errors in the shape that a case states: objects with a reason, reasons alone, or the section's name."""
    errors = cast("list[dict[str, Any]]", found)
    if not like or isinstance(like[0], dict):
        return errors
    reasons = [error["reason"] for error in errors]
    return reasons if ":" in like[0] else list(dict.fromkeys(reason.partition(":")[0] for reason in reasons))


def names_in(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(cast("Iterable[str]", value))


def feature(stated: Mapping[str, Any]) -> FeatureLike:
    return FeatureLike(
        stated["id"],
        stated.get("category", ""),
        stated.get("deprecated", False),
        app=tuple(stated.get("app", ())),
        catalogue=tuple(stated.get("catalogue", ())),
        management=tuple((s, e) for s, entries in stated.get("management", {}).items() for e in entries),
    )
