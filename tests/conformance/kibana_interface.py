"""Questions about what a user is shown and may call: capabilities, pages, routes, upload."""

import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, cast

from mlaccess.catalog.kibana_capabilities import CAPABILITIES, capabilities_granted, capability_rule
from mlaccess.catalog.kibana_features import FEATURES
from mlaccess.catalog.kibana_routes import find_route
from mlaccess.permission.kibana import (
    ml_visible,
)
from mlaccess.rules import VerdictAlgebra, fold
from mlaccess.rules.facts import (
    AccountUsable,
    CapabilitySwitch,
    Fact,
    KibanaAction,
    LicenseFeature,
    MlEnabledInKibana,
    MlVisible,
    NotUpgrading,
)
from mlaccess.rules.verdict import Verdict
from mlaccess.stack.roles import RoleDescriptor
from mlaccess.twins import kibana as twins
from tests.conformance.kibana_world import World, contains, license_type, same

__all__ = ["InterfaceQuestions"]


class InterfaceQuestions(World):
    """Capabilities, pages, routes and upload."""

    # -- capabilities --------------------------------------------------------------------------------------------

    def resolved(self, named: str) -> dict[str, Verdict]:
        """Capabilities that a unit test states by the name of a set."""
        word = named.split()[0]
        level = {"admin": "all", "full": "all", "all": "all", "user": "read", "read": "read"}.get(word)
        granted = () if level is None else capabilities_granted(cast("Any", level), self.profile)
        return {n: Verdict.of(n in granted or c.holders == "flag") for n, c in CAPABILITIES.items()}

    def provider(self) -> None:
        """The provider behind `GET /internal/ml/ml_capabilities`, with capabilities resolved already."""
        body = twins.respond(
            self.resolved(self.given["input_capabilities"]),
            not_upgrading=self.not_upgrading(),
            is_full_license=Verdict.of(self.given.get("isFullLicense", True)),
            ml_visible=Verdict.of(self.given.get("isMlEnabledInSpace", True)),
            profile=self.profile,
        )
        self.compare_capabilities(body)

    def compare_capabilities(self, body: Mapping[str, object]) -> None:
        """The parts of a capabilities response that the case expects."""
        shown = cast("dict[str, object]", body["capabilities"])
        for key, expected in self.expect.items():
            if key == "number_of_capabilities":
                same(key, len(shown), expected)
            elif key in ("capabilities", "upgradeInProgress", "isPlatinumOrTrialLicense", "mlFeatureEnabledInSpace"):
                contains(key, body[key], expected)
            elif key not in ("status", "note"):
                raise AssertionError(f"nothing answers `{key}`")

    def response(self, roles: list[RoleDescriptor]) -> twins.Answer:
        """`GET /internal/ml/ml_capabilities` for a caller; the rule of each capability must say the same."""
        ask = self.asker(roles)
        visible = ml_visible(self.space_of(self.space))
        world = twins.World(
            has_action=lambda action: ask(action, self.space),
            license=self.license(),
            may_enter=ask("login:", self.space),
            rbac=Verdict.of(self.given.get("security", True)),
            ml_visible=visible,
            not_upgrading=self.not_upgrading(),
            switches=self.switches(),
            profile=self.profile,
        )
        answer = twins.ml_capabilities(world)
        if answer.status == 200 and self.given.get("security", True):
            for name, value in cast("Any", answer.body)["capabilities"].items():
                rule = capability_rule(name, self.space, self.profile)
                same(f"rule of {name}", fold(rule, VerdictAlgebra(self.fact(world, ask))) is Verdict.GRANTED, value)
        return answer

    def fact(self, world: twins.World, ask: Callable[[str, str], Verdict]) -> Callable[[Fact], Verdict]:
        """The verdict on each fact that the rules of capabilities ask."""

        def decide(fact: Fact) -> Verdict:
            match fact:
                case KibanaAction(action, space):
                    return ask(action, space)
                case AccountUsable():
                    return Verdict.GRANTED
                case MlVisible():
                    return world.ml_visible
                case LicenseFeature(_, _, family):
                    return world.license.full if family == "kibana_full" else world.license.minimum
                case MlEnabledInKibana():
                    return world.license.enabled
                case CapabilitySwitch(name):
                    return cast("Verdict", getattr(world.switches, name))
                case NotUpgrading():
                    return world.not_upgrading
                case _:
                    raise AssertionError(f"{fact}")

        return decide

    def capabilities(self) -> None:
        """What a user is shown in a space."""
        for roles in self.callers():
            answer = self.response(roles)
            same("status", answer.status, self.expect.get("status", 200))
            if answer.status == 200:
                self.compare_capabilities(cast("Mapping[str, object]", answer.body))

    def license_gate(self) -> None:
        """Licence and configuration alone."""
        full, enabled = self.given.get("isFullLicense", True), self.given.get("isMlEnabled", True)
        license_ = twins.MlLicense(Verdict.of(full), Verdict.GRANTED, Verdict.of(enabled))
        verdict = twins.license_gate(self.given["requested"], license_, self.switches())
        same("allowed", verdict is Verdict.GRANTED, self.expect["allowed"])

    def has_capabilities(self) -> None:
        """What other plugins are told."""
        given = self.given
        stated = given.get("resolved")
        held = given.get("has_privileges", True) if given.get("authorization", True) is not None else None
        held_license = license_type(given.get("licence", "full"))
        result = twins.has_ml_capabilities(
            given["requested"],
            resolved=None if stated is None else self.resolved(stated),
            background=bool(given.get("fake_request")),
            has_privileges=None if held is None else Verdict.of(bool(held)),
            license_=None if held_license is None else twins.MlLicense.of(held_license),
            switches=None if "features" in given and given["features"] is None else self.switches(),
        )
        same("result", result, self.expect["result"])

    def interface(self) -> None:
        """The access of a user in one word, and every element of a page whose capability the case names."""
        for roles in self.callers():
            answer = self.response(roles)
            # A user who may not enter the space is answered 403, and so sees nothing.
            shown = (
                cast("Any", answer.body)["capabilities"] if answer.status == 200 else dict.fromkeys(CAPABILITIES, False)
            )
            if "ml_access" in self.expect:
                found = twins.access_label(shown)
                same("ml_access", "none" if found == "basic-only" else found, self.expect["ml_access"])
            for element in elements(self.expect.get("ui", ())):
                self.element(element, shown, roles)

    def element(self, element: Mapping[str, str], shown: Mapping[str, object], roles: list[RoleDescriptor]) -> None:
        """A page element whose state hangs on a capability or a privilege."""
        state = element["state"].split("(")[0]
        there = not any(word in state for word in ("disabled", "absent", "hidden", "denied", "Forbidden"))
        needed = element.get("capability", "")
        if needed.startswith("can"):
            for name in re.findall(r"can[A-Z]\w+", needed):
                same(f"{element['element']} ({name})", shown[name], there)
        elif needed.startswith("fileUpload:"):
            same(element["element"], self.asker(roles)(f"api:{needed}", self.space) is Verdict.GRANTED, there)
        elif needed.startswith("cluster "):
            privilege = needed.split()[1]
            same(element["element"], self.has_cluster(roles)(privilege) is Verdict.GRANTED, there)
        elif element["state"] == "Forbidden page":
            same(element["element"], shown["canGetJobs"], False)
        elif element["element"] == "Kibana nav ML entry":
            same(element["element"], self.asker(roles)("ui:navLinks/ml", self.space) is Verdict.GRANTED, there)

    def interface_entries(self) -> None:
        """Navigation links and catalogue entries after the security and the spaces switcher."""
        features = [f.like for f in FEATURES.values()]
        for roles in self.callers():
            ask = self.asker(roles)
            stated = {k: True for k in self.expect if "." in k}
            secured = twins.security_switcher(stated, features, lambda action, ask=ask: ask(action, self.space))
            shown = twins.space_switcher(secured, features, self.space_of(self.space).disabled_features)
            for path in stated:
                same(path, shown[path], self.expect[path])

    # -- routes --------------------------------------------------------------------------------------------------

    def answer_of(self, request: str, roles: list[RoleDescriptor]) -> twins.Answer:
        """What a route's own checks answer a caller."""
        route = find_route(request)
        assert route is not None, f"no route `{request}`"
        ask = self.asker(roles)
        return twins.answer_route(
            route,
            has_action=lambda action: ask(action, self.space),
            license_=self.license(),
            switches=self.switches(),
            rbac=self.given.get("security", True),
        )

    def status_of(self, request: str, roles: list[RoleDescriptor]) -> int | None:
        """The status of a route for a caller; a refusal has the words that the case expects."""
        answer = self.answer_of(request, roles)
        if answer.status != 200 and "error" in self.expect:
            same("error", cast("Any", answer.body)["error"], self.expect["error"])
        return answer.status

    def route(self) -> None:
        """Whether a route answers. That an object is not there is said only to those whom the route lets in."""
        expected = 200 if self.expect["status"] == 404 else self.expect["status"]
        for roles in self.callers():
            same("status", self.status_of(self.given["request"], roles), expected)

    def has_privileges(self) -> None:
        """`POST /internal/ml/_has_privileges`: the route's own check, then Elasticsearch's answer about the caller."""
        for roles in self.callers():
            status = self.status_of("POST /internal/ml/_has_privileges", roles)
            same("status", status, self.expect.get("status", 200))
            if status != 200:
                continue
            index: dict[str, dict[str, bool]] = {}
            for group in self.given["request"].get("index", ()):
                for name in group["names"]:
                    for privilege in group["privileges"]:
                        granted = self.has_index(roles)(name, privilege) is Verdict.GRANTED
                        index.setdefault(name, {})[privilege] = granted
            cluster = {
                p: self.has_cluster(roles)(p) is Verdict.GRANTED for p in self.given["request"].get("cluster", ())
            }
            every = [*cluster.values(), *(v for found in index.values() for v in found.values())]
            body = {
                "hasPrivileges": {
                    "username": self.given["user"],
                    "has_all_requested": all(every),
                    "cluster": cluster,
                    "index": index,
                    "application": {},
                },
                "upgradeInProgress": self.not_upgrading() is Verdict.DENIED,
            }
            if "body" in self.expect:
                same("body", body, self.expect["body"])
            if "upgradeInProgress" in self.expect:
                same("upgradeInProgress", body["upgradeInProgress"], self.expect["upgradeInProgress"])

    def index_exists(self) -> None:
        """`POST /internal/ml/index_exists`: the route's check, then `view_index_metadata` of the caller."""
        present = self.given.get("indices_present", ())
        asked = list(self.expect.get("body", {})) or ["ft_farequote_small"]
        for roles in self.callers():
            status = self.status_of("POST /internal/ml/index_exists", roles)
            may_look = all(self.has_index(roles)(n, "view_index_metadata") is Verdict.GRANTED for n in asked)
            if status == 200 and not may_look:
                # Elasticsearch's refusal, which Kibana passes on.
                status = 403
                same("error", "Forbidden", self.expect.get("error", "Forbidden"))
            same("status", status, self.expect.get("status", 200))
            if "body" in self.expect:
                found = {n: {"exists": any(fnmatchcase(p, n) for p in present)} for n in asked}
                same("body", found, self.expect["body"])

    def info(self) -> None:
        """`GET /internal/ml/info`: whether it answers, and what it says of the deployment."""
        for roles in self.callers():
            same("status", self.status_of("GET /internal/ml/info", roles), self.expect.get("status", 200))
        nodes = self.switches().nodes is Verdict.GRANTED
        found = {
            "upgrade_mode": self.not_upgrading() is Verdict.DENIED,
            "showLicenseInfo": nodes,
            "showNodeInfo": nodes,
        }
        for key in found.keys() & self.expect.keys():
            same(key, found[key], self.expect[key])

    # -- upload --------------------------------------------------------------------------------------------------

    def import_permission(self) -> None:
        """`GET /internal/file_upload/has_import_permission`."""
        query = self.given.get("query", {})
        for roles in self.callers():
            ask = self.asker(roles)
            answer = twins.has_import_permission(
                twins.UploadQuery(
                    manage_pipeline=query.get("checkHasManagePipeline", False),
                    create_data_view=query.get("checkCreateDataView", False),
                    index=query.get("indexName"),
                ),
                has_action=lambda action, ask=ask: ask(action, self.space),
                has_cluster=self.has_cluster(roles),
                has_index=self.has_index(roles),
                authenticated=self.given.get("authenticated", True),
                rbac=self.given.get("security", True) and self.given.get("useRbac", True),
            )
            same("body", answer.body, {"hasImportPermission": self.expect["hasImportPermission"]})

    def upload_capabilities(self) -> None:
        """The upload's own switcher."""
        if "provided" in self.expect:
            same("provided", {"fileUpload": {"show": True, "canImport": True}}, self.expect["provided"])
            return
        given = self.given
        change, asked = twins.upload_capabilities(
            security=given.get("security", True),
            rbac=given.get("useRbac", True),
            authenticated=given.get("authenticated", True),
            default_capabilities=given.get("default_capabilities", False),
            may_import=lambda: Verdict.of(given.get("hasAllRequested", False)),
        )
        same("change", {"fileUpload": change} if change else {}, self.expect["change"])
        if "privilege_check" in self.expect:
            same("privilege_check", "called" if asked else "not called", self.expect["privilege_check"])


def elements(stated: Any) -> Iterator[Mapping[str, str]]:
    groups = stated.values() if isinstance(stated, dict) else (stated,)
    for group in groups:
        yield from group
