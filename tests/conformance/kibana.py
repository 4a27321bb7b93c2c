"""Kibana's own unit, API and functional tests, restated as data, asked of this project.

A case is recognised by what it states and expects, never by its id: other cases of the same shapes run too.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

from mlaccess.catalog.kibana_capabilities import CAPABILITIES, capabilities_granted, capability_rule
from mlaccess.catalog.kibana_features import FEATURES, OTHER_FEATURES, FeatureLike, Replacement
from mlaccess.catalog.kibana_routes import find_route
from mlaccess.catalog.kibana_versions import Profile
from mlaccess.catalog.privileges import cluster_actions, index_actions
from mlaccess.catalog.reserved_roles import reserved_role
from mlaccess.patterns import pattern, patterns
from mlaccess.permission.kibana import (
    KibanaPrivileges,
    disabled_in_effect,
    kibana_role,
    ml_visible,
    parse_kibana_grants,
    to_elasticsearch,
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
from mlaccess.stack.kibana import ApplicationPrivilege, Space
from mlaccess.stack.roles import ApplicationGrant, IndicesGrant, RoleDescriptor
from mlaccess.stack.values import FrozenMap
from mlaccess.twins import kibana as twins

__all__ = ["check_case", "out_of_scope"]

Case = Mapping[str, Any]
Head = Mapping[str, Any]

_SUITES = Path(__file__).parent / "suites" / "kibana"
"""Beside the suite lie the bodies that its cases name, in `examples/`."""
_VERSIONS: dict[Profile, str] = {"readers_test_models": "9.2.1", "admins_test_models": "9.6.0"}
_APPLICATION = "kibana-.kibana"

_DETECTOR, _ANALYTICS = "anomaly-detector", "data-frame-analytics"

# Cases that restate more than Kibana's access decisions.
_NEEDS_STATE = "the answer hangs on objects in Elasticsearch that the case does not state"
_NO_USER = "the user is defined in no version of Kibana's test fixtures"


def out_of_scope(case: Case) -> str | None:
    """Why a case is not asked; None where it is."""
    given, expect = case["given"], case["expect"]
    if str(case.get("version_profile", "")).startswith("unmerged") or "not defined" in str(given.get("user", "")):
        return _NO_USER
    if expect.get("status") == 404 and "request" in given and not {"jobs", "item", "state"} & set(given):
        return _NEEDS_STATE
    return None


def check_case(case: Case, head: Head) -> None:
    """Ask one case, in each version profile that it speaks of. Raises `AssertionError` where the answer differs."""
    stated = str(case.get("version_profile", "any"))
    profiles: tuple[Profile, ...] = ("readers_test_models", "admins_test_models")
    if stated.startswith("pre_282002"):
        profiles = ("readers_test_models",)
    elif stated.startswith(("post_282002", "newest")):
        profiles = ("admins_test_models",)
    for profile in profiles:
        _World(case, head, profile).check()


def _same(name: str, found: object, expected: object) -> None:
    assert found == expected, f"{name}: {_show(found)}, not {_show(expected)}"


def _show(value: object) -> str:
    return json.dumps(value, default=str, sort_keys=True)[:400]


def _contains(name: str, found: object, expected: object) -> None:
    """The expected parts of an object, at any depth."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in cast("dict[str, object]", expected).items():
            assert key in found, f"{name}: no `{key}`"
            _contains(f"{name}.{key}", cast("dict[str, object]", found)[key], value)
    else:
        _same(name, found, expected)


def _license_type(text: object) -> str | None:
    """`trial (FTR default, …)`, `platinum`, `full`; None for no licence information."""
    if text is None:
        return None
    word = str(text).split()[0]
    return {"full": "platinum"}.get(word, word)


class _World:
    """What a case states, with the fixtures' defaults, and the questions it asks."""

    def __init__(self, case: Case, head: Head, profile: Profile) -> None:
        self.case, self.head, self.profile = case, head, profile
        self.given: Mapping[str, Any] = case["given"]
        self.expect: Mapping[str, Any] = case["expect"]
        self.version = _VERSIONS[profile]
        self.space: str = self.given["space"] if isinstance(self.given.get("space"), str) else "default"
        self.privileges = KibanaPrivileges(_stored(self.version), self.version)

    # -- which question ------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Find the question by what the case states, and ask it."""
        for applies, ask in self._questions():
            if applies:
                ask()
                return
        raise AssertionError(f"no question for {sorted(self.given)} -> {sorted(self.expect)}")

    def _questions(self) -> Iterator[tuple[bool, Callable[[], None]]]:
        given, expect = set(self.given), set(self.expect)
        path = str(self.case.get("source", {}).get("path", ""))
        # Unit tests.
        yield "input_capabilities" in given, self.provider
        yield "requested" in given and "allowed" in expect, self.license_gate
        yield "requested" in given, self.has_capabilities
        yield "allowRbac" in given, self.rbac_mode
        yield bool({"provided", "change"} & expect), self.upload_capabilities
        yield "effective_disabled" in expect, self.solution
        yield "features" in given, self.space_switcher
        # Roles.
        yield "es_applications" in given, self.transform
        yield "es_role" in given, self.read_role
        yield "put" in given or "put_file" in given or "put_kibana" in given, self.write_role
        yield "createOnly" in given, self.create_only
        yield "names" in given, self.sorted_roles
        yield "roles" in given, self.roles_by_space
        yield path.endswith("/security/roles.ts") and set(given) == {"licence"}, self.dls_fls
        # Listings.
        yield bool({"ids_file", "contains", "does_not_contain"} & expect), self.feature_ids
        yield "no_action_contains_star" in expect, self.no_wildcards
        yield any(k.startswith("features.") for k in expect), self.privilege_listing
        yield "role" in given and "hasImportPermission" in expect, self.import_permission
        yield "role" in given and "status" in expect, self.list_features
        yield "/spaces_api_integration/" in path, self.list_spaces
        # Saved objects.
        yield "canDelete" in expect, self.can_delete
        yield "canSync" in expect, self.can_sync
        yield "state" in given, self.synchronise
        yield "item" in given, self.move
        yield "jobs" in given and "body" in expect, self.list_jobs_spaces
        # Users in spaces.
        yield any(k.startswith(("catalogue.", "navLinks.")) for k in expect), self.interface_entries
        yield "ml_access" in expect or "ui" in expect, self.interface
        yield (
            bool({"mlFeatureEnabledInSpace", "isPlatinumOrTrialLicense", "number_of_capabilities"} & expect)
            or ("capabilities" in expect),
            self.capabilities,
        )
        yield "showLicenseInfo" in expect or "showNodeInfo" in expect, self.info
        yield isinstance(self.given.get("request"), str), self.route
        yield isinstance(self.given.get("request"), dict), self.has_privileges
        yield "hasImportPermission" in expect, self.import_permission
        yield "upgradeInProgress" in expect, self.capabilities
        yield path.endswith("index_exists.ts"), self.index_exists

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
            indices=tuple(_indices(raw.get("indices") or ())),
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

    @staticmethod
    def has_cluster(roles: Iterable[RoleDescriptor]) -> Callable[[str], Verdict]:
        """Whether a caller has a named cluster privilege."""
        held = cluster_actions(frozenset(p for r in roles for p in r.cluster))
        return lambda name: Verdict.of(held.includes(cluster_actions(frozenset({name}))))

    @staticmethod
    def has_index(roles: Iterable[RoleDescriptor]) -> Callable[[str, str], Verdict]:
        """Whether a caller has an index privilege on an index name or pattern, through one entry."""
        entries = [g for r in roles for g in r.indices if g.privileges]

        def has(name: str, privilege: str) -> Verdict:
            wanted, asked = pattern(name), index_actions(frozenset({privilege}))
            return Verdict.of(
                any(
                    patterns(e.names).includes(wanted) and index_actions(frozenset(e.privileges)).includes(asked)
                    for e in entries
                )
            )

        return has

    # -- where ---------------------------------------------------------------------------------------------------

    def space_of(self, id_: str) -> Space:
        """A fixture space; one whose disabled features are given in words hides all of them."""
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
            _license_type(stated),
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
        base = Path(name).name
        path = _SUITES / "examples" / base
        assert path.exists(), f"the case names `{name}`, which is not beside the suite"
        return json.loads(path.read_text(encoding="utf-8"))

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
                _same(key, len(shown), expected)
            elif key in ("capabilities", "upgradeInProgress", "isPlatinumOrTrialLicense", "mlFeatureEnabledInSpace"):
                _contains(key, body[key], expected)
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
                _same(f"rule of {name}", fold(rule, VerdictAlgebra(self.fact(world, ask))) is Verdict.GRANTED, value)
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
            _same("status", answer.status, self.expect.get("status", 200))
            if answer.status == 200:
                self.compare_capabilities(cast("Mapping[str, object]", answer.body))

    def license_gate(self) -> None:
        """Licence and configuration alone."""
        full, enabled = self.given.get("isFullLicense", True), self.given.get("isMlEnabled", True)
        license_ = twins.MlLicense(Verdict.of(full), Verdict.GRANTED, Verdict.of(enabled))
        verdict = twins.license_gate(self.given["requested"], license_, self.switches())
        _same("allowed", verdict is Verdict.GRANTED, self.expect["allowed"])

    def has_capabilities(self) -> None:
        """What other plugins are told."""
        given = self.given
        stated = given.get("resolved")
        held = given.get("has_privileges", True) if given.get("authorization", True) is not None else None
        license_type = _license_type(given.get("licence", "full"))
        result = twins.has_ml_capabilities(
            given["requested"],
            resolved=None if stated is None else self.resolved(stated),
            background=bool(given.get("fake_request")),
            has_privileges=None if held is None else Verdict.of(bool(held)),
            license_=None if license_type is None else twins.MlLicense.of(license_type),
            switches=None if "features" in given and given["features"] is None else self.switches(),
        )
        _same("result", result, self.expect["result"])

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
                _same("ml_access", "none" if found == "basic-only" else found, self.expect["ml_access"])
            for element in _elements(self.expect.get("ui", ())):
                self.element(element, shown, roles)

    def element(self, element: Mapping[str, str], shown: Mapping[str, object], roles: list[RoleDescriptor]) -> None:
        """A page element whose state hangs on a capability or a privilege."""
        state = element["state"].split("(")[0]
        there = not any(word in state for word in ("disabled", "absent", "Forbidden"))
        needed = element.get("capability", "")
        if re.fullmatch(r"can\w+(/can\w+)*", needed):
            for name in needed.split("/"):
                _same(f"{element['element']} ({name})", shown[name], there)
        elif needed.startswith("fileUpload:"):
            _same(element["element"], self.asker(roles)(f"api:{needed}", self.space) is Verdict.GRANTED, there)
        elif needed.startswith("cluster "):
            privilege = needed.split()[1]
            _same(element["element"], self.has_cluster(roles)(privilege) is Verdict.GRANTED, there)
        elif element["state"] == "Forbidden page":
            _same(element["element"], shown["canGetJobs"], False)
        elif element["element"] == "Kibana nav ML entry":
            _same(element["element"], self.asker(roles)("ui:navLinks/ml", self.space) is Verdict.GRANTED, there)

    def interface_entries(self) -> None:
        """Navigation links and catalogue entries after the security and the spaces switcher."""
        features = [f.like for f in FEATURES.values()]
        for roles in self.callers():
            ask = self.asker(roles)
            stated = {k: True for k in self.expect if "." in k}
            secured = twins.security_switcher(stated, features, lambda action, ask=ask: ask(action, self.space))
            shown = twins.space_switcher(secured, features, self.space_of(self.space).disabled_features)
            for path in stated:
                _same(path, shown[path], self.expect[path])

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
            _same("error", cast("Any", answer.body)["error"], self.expect["error"])
        return answer.status

    def route(self) -> None:
        """Whether a route answers."""
        for roles in self.callers():
            _same("status", self.status_of(self.given["request"], roles), self.expect["status"])

    def has_privileges(self) -> None:
        """`POST /internal/ml/_has_privileges`: the route's own check, then Elasticsearch's answer about the caller."""
        for roles in self.callers():
            status = self.status_of("POST /internal/ml/_has_privileges", roles)
            _same("status", status, self.expect["status"])
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
                _same("body", body, self.expect["body"])
            if "upgradeInProgress" in self.expect:
                _same("upgradeInProgress", body["upgradeInProgress"], self.expect["upgradeInProgress"])

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
                _same("error", "Forbidden", self.expect.get("error", "Forbidden"))
            _same("status", status, self.expect["status"])
            if "body" in self.expect:
                found = {n: {"exists": any(fnmatchcase(p, n) for p in present)} for n in asked}
                _same("body", found, self.expect["body"])

    def info(self) -> None:
        """`GET /internal/ml/info`: whether it answers, and what it says of the deployment."""
        for roles in self.callers():
            _same("status", self.status_of("GET /internal/ml/info", roles), self.expect.get("status", 200))
        nodes = self.switches().nodes is Verdict.GRANTED
        found = {
            "upgrade_mode": self.not_upgrading() is Verdict.DENIED,
            "showLicenseInfo": nodes,
            "showNodeInfo": nodes,
        }
        for key in found.keys() & self.expect.keys():
            _same(key, found[key], self.expect[key])

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
            _same("body", answer.body, {"hasImportPermission": self.expect["hasImportPermission"]})

    def upload_capabilities(self) -> None:
        """The upload's own switcher."""
        if "provided" in self.expect:
            _same("provided", {"fileUpload": {"show": True, "canImport": True}}, self.expect["provided"])
            return
        given = self.given
        change, asked = twins.upload_capabilities(
            security=given.get("security", True),
            rbac=given.get("useRbac", True),
            authenticated=given.get("authenticated", True),
            default_capabilities=given.get("default_capabilities", False),
            may_import=lambda: Verdict.of(given.get("hasAllRequested", False)),
        )
        _same("change", {"fileUpload": change} if change else {}, self.expect["change"])
        if "privilege_check" in self.expect:
            _same("privilege_check", "called" if asked else "not called", self.expect["privilege_check"])

    # -- spaces --------------------------------------------------------------------------------------------------

    def solution(self) -> None:
        """Hidden features by solution view."""
        features = [_feature(f) for f in self.given["features"]]
        found = disabled_in_effect(self.given.get("disabledFeatures", ()), self.given.get("solution"), features)
        _same("effective_disabled", sorted(found), sorted(self.expect["effective_disabled"]))
        for id_ in self.expect.get("never_contains", ()):
            assert id_ not in found, f"{id_} is hidden"

    def space_switcher(self) -> None:
        """What the spaces switcher takes away, of registered features that each have two capabilities of their own."""
        features = [_feature(f) for f in self.given["features"]]
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
            _same("changed", sorted(changed), sorted(self.expect["changed"]))
        for wanted in self.expect.get("false", ()):
            matching = [k for k in before if fnmatchcase(k, wanted)]
            assert matching, f"no capability `{wanted}`"
            assert set(matching) <= changed, f"{wanted} is still true"
        if "false" in self.expect:
            named = {k for k in before for wanted in self.expect["false"] if fnmatchcase(k, wanted)}
            foreign = {k for k in changed - named if k.partition(".")[0] not in {f.id for f in features}}
            _same("also false", sorted(foreign), [])
        for kept in self.expect.get("still_true", ()):
            _same(kept, after[kept], True)

    def list_spaces(self) -> None:
        """`GET /api/spaces/space`."""
        if "user" in self.given:
            for roles in self.callers():
                ask = self.asker(roles)
                bodies = {s: {"id": s} for s in self.known_spaces}
                answer = twins.get_spaces(bodies, lambda s, ask=ask: ask("login:", s))
                _same("status", answer.status, self.expect["status"])
                if "body" in self.expect:
                    _same("body", answer.body, self.expect["body"])
            return
        stored = Space(
            self.given["space"],
            disabled_features=frozenset({"ml"}),
            solution=self.given.get("solution", "es" if self.given.get("serverless") else None),
            effective=False,
        )
        shown = twins.served_space(stored, serverless=self.given.get("serverless", False))
        if "ml_in_disabledFeatures" in self.expect:
            hidden = cast("list[str]", shown["disabledFeatures"])
            _same("ml_in_disabledFeatures", "ml" in hidden, self.expect["ml_in_disabledFeatures"])
        if "disabledFeatures_file" in self.expect:
            listed = {body["id"]: body for body in self.files(self.expect["disabledFeatures_file"])}[stored.id]
            exported = Space(stored.id, disabled_features=frozenset(listed["disabledFeatures"]))
            _same("exported list hides ml", ml_visible(exported) is Verdict.DENIED, "ml" in listed["disabledFeatures"])
        if "disabledFeatures" in self.expect:
            _same("disabledFeatures", shown["disabledFeatures"], self.expect["disabledFeatures"])
        if "solution" in self.expect:
            _same("solution", shown.get("solution"), self.expect["solution"])

    def rbac_mode(self) -> None:
        """Whether roles are looked at, within one request."""
        _same("modes", list(twins.uses_rbac(self.given["allowRbac"])), self.expect["useRbacForRequest_same_request"])

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
        application = self.given.get("application", _APPLICATION)
        answer = twins.get_role("role", raw, application=application, replacements=replacements)
        if "status" in self.expect:
            _same("status", answer.status, self.expect["status"])
            return
        body = cast("dict[str, object]", answer.body)
        for key in ("kibana", "_transform_error", "_unrecognized_applications"):
            if key in self.expect:
                _same(key, body[key], self.expect[key])

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
        _same("body", answer.body, expected)

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
            dls_fls_licensed=_license_type(given.get("licence", "trial")) not in ("basic", "standard", "gold"),
        )
        _same("status", answer.status, self.expect["status"])
        if "applications" in self.expect:
            assert role is not None
            _same("applications", role["applications"], self.expect["applications"])
        if "es_role_file" in self.expect:
            expected = next(iter(self.files(self.expect["es_role_file"]).values()))
            # What Elasticsearch itself adds when it shows a role.
            del expected["transient_metadata"]
            for entry in expected["indices"]:
                entry.pop("allow_restricted_indices")
            _same("role", role, expected)

    def create_only(self) -> None:
        """`?createOnly=true`."""
        existing: dict[str, object] | None = {"applications": []} if self.given.get("exists") else None
        answer, _ = twins.put_role({}, existing=existing, create_only=self.given["createOnly"])
        _same("status", answer.status, self.expect["status"])

    def dls_fls(self) -> None:
        """A role that limits documents and fields, under a licence."""
        entry = {"names": ["a"], "privileges": ["read"], "query": "{}", "field_security": {"grant": ["*"]}}
        licensed = _license_type(self.given["licence"]) not in ("basic", "standard", "gold")
        answer, _ = twins.put_role({"elasticsearch": {"indices": [entry]}}, dls_fls_licensed=licensed)
        _same("status", answer.status, self.expect["status"])

    def sorted_roles(self) -> None:
        """The order of the list."""
        answer = twins.get_roles({name: {"applications": []} for name in self.given["names"]})
        _same("order", [r["name"] for r in cast("Any", answer.body)], self.expect["order"])

    def roles_by_space(self) -> None:
        """Roles with an entry for a space."""
        roles = [
            kibana_role(RoleDescriptor(n, applications=(ApplicationGrant(_APPLICATION, ("space_read",), tuple(r)),)))
            for n, r in self.given["roles"].items()
        ]
        found = twins.roles_of_space(roles, self.space)
        for key, present in (("contains", True), ("does_not_contain", False)):
            for name in _list(self.expect.get(key, ())):
                _same(f"{name} listed", name in found, present)

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
            _same("ids", sorted(ids), sorted(self.files(self.expect["ids_file"])))

    def list_features(self) -> None:
        """Who may call `GET /api/features`."""
        for roles in self.callers():
            answer = twins.features_answer(self.asker(roles)("api:read_features", "*"), FEATURES)
            _same("status", answer.status, self.expect["status"])

    def privilege_listing(self) -> None:
        """`GET /api/security/privileges`."""
        body = cast("dict[str, Any]", twins.privileges_answer(self.version).body)
        for key, expected in self.expect.items():
            if key.startswith("features."):
                _same(key, body["features"][key.removeprefix("features.")], expected)
            elif key == "reserved_set":
                _same(key, sorted(body["reserved"]), sorted(expected))
            else:
                _same(key, body[key], expected)

    def no_wildcards(self) -> None:
        """No registered action contains a wildcard."""
        stored = twins.registered_privileges(self.version)
        starred = [a for p in stored.values() for a in p.actions if "*" in a]
        _same("no_action_contains_star", not starred, self.expect["no_action_contains_star"])

    # -- saved objects -------------------------------------------------------------------------------------------

    def item(self) -> twins.Item:
        """The job or model that the case is about."""
        stated = self.given["item"]
        kind = str(stated.get("jobType") or stated.get("type") or "trained-model")
        kind = next((k for w, k in (("trained", "trained-model"), ("analytics", _ANALYTICS)) if w in kind), _DETECTOR)
        return twins.Item(cast("Any", kind), str(stated.get("id", "item")), tuple(stated["namespaces"]))

    def can_delete(self) -> None:
        """What the delete dialog offers."""
        for roles in self.callers():
            shown = cast("Any", self.response(roles).body)["capabilities"]
            found = twins.can_delete(
                self.item(),
                has_capability=lambda name, shown=shown: Verdict.of(shown[name]),
                ask=self.asker(roles),
                spaces_enabled=self.given.get("spaces", True) is not False,
                space=self.space,
            )
            for key, value in found.body().items():
                _same(key, value, self.expect[key])

    def can_sync(self) -> None:
        """Whether items may go to all spaces."""
        kind = self.given.get("item", {}).get("type")
        for roles in self.callers():
            verdict = twins.can_share_everywhere(kind, self.asker(roles))
            _same("canSync", verdict is Verdict.GRANTED, self.expect["canSync"])

    def move(self) -> None:
        """Changing the spaces of an item."""
        request, item = self.given["request"], self.item()
        name = "trained_models" if item.kind == "trained-model" else "jobs"
        for roles in self.callers():
            status = self.status_of(f"POST /internal/ml/saved_objects/update_{name}_spaces", roles)
            after: tuple[str, ...] | None = item.namespaces
            body: Any = None
            if status == 200:
                answer, after = twins.update_spaces(
                    item,
                    space=self.space,
                    add=request["spacesToAdd"],
                    remove=request["spacesToRemove"],
                    ask=self.asker(roles),
                )
                status, body = answer.status, answer.body
            _same("status", status, self.expect["status"])
            if "body" in self.expect:
                _same("body", body, self.expect["body"])
            if "success" in self.expect:
                _same("success", body[item.id]["success"], self.expect["success"])
            for key in ("message", "error"):
                if key in self.expect:
                    _same(key, body[key], self.expect[key])
            if "namespaces_after" in self.expect:
                _same("namespaces_after", list(after or ()), self.expect["namespaces_after"])

    def list_jobs_spaces(self) -> None:
        """`GET /internal/ml/saved_objects/jobs_spaces`."""
        items = [
            twins.Item(cast("Any", kind), id_, tuple(namespaces))
            for kind, found in self.given["jobs"].items()
            for id_, namespaces in found.items()
        ]
        for roles in self.callers():
            status = self.status_of("GET /internal/ml/saved_objects/jobs_spaces", roles)
            _same("status", status, self.expect["status"])
            if status == 200:
                _same("body", twins.jobs_spaces(items, self.known_spaces, self.asker(roles)), self.expect["body"])

    def synchronise(self) -> None:
        """`GET /api/ml/saved_objects/sync`, with the checks before and after."""
        request = self.given.get("request") or {}
        simulate = bool(request.get("simulate"))
        for roles in self.callers():
            state = _sync_state(self.given["state"])
            ask = self.asker(roles)
            status = self.status_of("GET /api/ml/saved_objects/sync", roles)
            _same("status", status, self.expect.get("status", 200))
            for key in ("sync_check_before", "sync_check"):
                if key in self.expect:
                    _same(key, twins.sync_needed(state), self.expect[key])
            if "job_without_saved_object_spaces_before" in self.expect:
                # A job without a saved object has no namespaces, and so is listed nowhere.
                objects = state.saved_objects["anomaly-detector"]
                items = [
                    twins.Item("anomaly-detector", i, objects[i].namespaces if i in objects else ())
                    for i in state.jobs["anomaly-detector"]
                ]
                listed = twins.jobs_spaces(items, self.known_spaces, ask).get("anomaly-detector", {})
                unseen = [n for i in state.jobs["anomaly-detector"] if i not in objects for n in listed.get(i, [])]
                _same("spaces before", unseen, self.expect["job_without_saved_object_spaces_before"])
            for _ in range(2 if self.expect.get("repeatable") else 1):
                body, after = twins.sync(
                    state,
                    space=self.space,
                    spaces=self.known_spaces,
                    ask=ask,
                    simulate=simulate,
                    everywhere=bool(request.get("addToAllSpaces", True)),
                )
                _same("body", body, self.expect["body"])
                state = after
            if "sync_check_after" in self.expect:
                _same("sync_check_after", twins.sync_needed(after), self.expect["sync_check_after"])


def _sync_state(stated: Any) -> twins.SyncState:
    """A state in the words of the suite: which saved objects, which jobs, and whose datafeed changed in between."""
    if isinstance(stated, str):
        # "after one sync": a missing saved object, synchronised once by somebody who may.
        return twins.sync(
            _sync_state({"es_jobs": ["job"], "saved_objects": {}}),
            space="default",
            spaces=("default",),
            ask=lambda *_: Verdict.GRANTED,
        )[1]
    objects = cast("dict[str, list[str]]", stated.get("saved_objects", {}))
    jobs = tuple(stated.get("es_jobs", objects))
    late = stated.get("datafeed_created_only_in_es_for", [])
    gone = stated.get("datafeed_deleted_only_in_es_for", [])
    renamed = "datafeed" in stated
    saved = {
        id_: twins.SavedObject(tuple(spaces), None if id_ in late else f"datafeed-{id_}")
        for id_, spaces in objects.items()
    }
    feeds = {id_: f"datafeed-{id_}" + ("-2" if renamed else "") for id_ in jobs if id_ not in gone}
    return twins.SyncState(jobs={"anomaly-detector": jobs}, saved_objects={"anomaly-detector": saved}, datafeeds=feeds)


def _list(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(cast("Iterable[str]", value))


def _elements(stated: Any) -> Iterator[Mapping[str, str]]:
    groups = stated.values() if isinstance(stated, dict) else (stated,)
    for group in groups:
        yield from group


def _indices(entries: Iterable[Mapping[str, Any]]) -> Iterator[IndicesGrant]:
    for entry in entries:
        yield IndicesGrant(tuple(entry["names"]), tuple(entry["privileges"]))


def _feature(stated: Mapping[str, Any]) -> FeatureLike:
    return FeatureLike(
        stated["id"],
        stated.get("category", ""),
        stated.get("deprecated", False),
        app=tuple(stated.get("app", ())),
        catalogue=tuple(stated.get("catalogue", ())),
        management=tuple((s, e) for s, entries in stated.get("management", {}).items() for e in entries),
    )


def _stored(version: str) -> FrozenMap[tuple[str, str], ApplicationPrivilege]:
    """What the Kibana of the tests registers: its features, and the features without a row as login alone."""
    stored = dict(twins.registered_privileges(version))
    for id_ in (*OTHER_FEATURES, "foo"):
        for privilege in ("all", "read", "minimal_all", "minimal_read"):
            name = f"feature_{id_}.{privilege}"
            actions = frozenset({"login:", "app:kibana", f"ui:{id_}/show"})
            stored[_APPLICATION, name] = ApplicationPrivilege(_APPLICATION, name, actions)
    return FrozenMap(stored)
