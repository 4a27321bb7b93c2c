"""Kibana's own unit, API and functional tests, restated as data, asked of this project.

A case is recognised by what it states and expects, never by its id: other cases of the same shapes run too.
"""

from collections.abc import Callable, Iterator

from mlaccess.catalog.kibana_versions import Profile
from tests.conformance.kibana_roles import RoleQuestions
from tests.conformance.kibana_saved_objects import SavedObjectQuestions
from tests.conformance.kibana_world import Case, Head

__all__ = ["check_case", "out_of_scope"]

# Cases that restate more than Kibana's access decisions.
_NO_USER = "the user is defined in no version of Kibana's test fixtures"


def out_of_scope(case: Case) -> str | None:
    """Why a case is not asked; None where it is."""
    user = str(case.get("given", {}).get("user", ""))
    if str(case.get("version_profile", "")).startswith("unmerged") or "not defined" in user:
        return _NO_USER
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
        _Question(case, head, profile).check()


class _Question(SavedObjectQuestions, RoleQuestions):
    """One case, recognised by what it states and expects."""

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
        listed = any(k.startswith("features.") or k in ("reserved_set", "global", "space") for k in expect)
        yield listed, self.privilege_listing
        yield "role" in given and "hasImportPermission" in expect, self.import_permission
        yield ("role" in given or path.endswith("/features.ts")) and "status" in expect, self.list_features
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
        yield path.endswith("/info.ts") or bool({"showLicenseInfo", "showNodeInfo"} & expect), self.info
        yield isinstance(self.given.get("request"), str), self.route
        yield isinstance(self.given.get("request"), dict), self.has_privileges
        yield "hasImportPermission" in expect, self.import_permission
        yield "upgradeInProgress" in expect or path.endswith("capabilities.ts"), self.capabilities
        yield path.endswith("index_exists.ts"), self.index_exists
