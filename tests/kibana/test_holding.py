"""What entries of roles hold of Kibana: by name, by the actions stored, by catalogue, by pattern, together."""

from itertools import product

import pytest

from mlaccess.permission.kibana import KibanaPrivileges
from mlaccess.rules.verdict import Verdict
from mlaccess.stack import ApplicationGrant, ApplicationPrivilege, FrozenMap, RoleDescriptor
from mlaccess.twins.kibana import registered_privileges

NOW = "9.2.1"
STORED = FrozenMap(registered_privileges(NOW))
OWN = "kibana-.kibana"


def role(*privileges: str, application: str = OWN, resources: tuple[str, ...] = ("space:sales",)) -> RoleDescriptor:
    return RoleDescriptor("r", applications=(ApplicationGrant(application, privileges, resources),))


def both() -> list[KibanaPrivileges]:
    """The same meaning, from the deployment and from the catalogue."""
    return [KibanaPrivileges(STORED, NOW), KibanaPrivileges(None, NOW)]


def verdict(
    privileges: KibanaPrivileges, held: RoleDescriptor, level: str, *, feature: str = "ml", space: str = "sales"
) -> Verdict:
    assert level in ("all", "read")
    return privileges.grants_feature(held, feature, level, space).verdict


@pytest.mark.parametrize(
    ("name", "all_", "read"),
    [
        ("feature_ml.all", True, True),
        ("feature_ml.read", False, True),
        ("feature_ml.minimal_all", True, True),
        ("feature_ml.minimal_read", False, True),
        ("feature_ml.none", False, False),
        ("feature_discover_v2.all", False, False),
        ("all", True, True),
        ("space_all", True, True),
        ("read", False, True),
        ("space_read", False, True),
        ("reserved_ml_admin", True, True),
        ("reserved_ml_user", False, True),
        ("reserved_ml_apm_user", False, False),
        ("*", True, True),
    ],
)
def test_names_mean_a_level_of_machine_learning(name: str, all_: bool, read: bool) -> None:
    """The page's conventions; the deployment's own definitions and the catalogue agree."""
    for privileges in both():
        assert verdict(privileges, role(name), "all") is Verdict.of(all_)
        assert verdict(privileges, role(name), "read") is Verdict.of(read)


def test_reserved_names_are_levels_of_machine_learning_alone() -> None:
    """By name; what else they hold, the deployment's own definitions say."""
    catalogue = KibanaPrivileges(None, NOW)
    for name, feature in product(("reserved_ml_admin", "reserved_ml_user"), ("discover_v2", "indexPatterns")):
        assert verdict(catalogue, role(name), "read", feature=feature) is not Verdict.GRANTED


@pytest.mark.parametrize(
    ("name", "level", "action"),
    [
        ("feature_ml.all", ("name", "catalogue"), ("stored", "catalogue")),
        ("all", ("stored", "catalogue"), ("stored", "catalogue")),
        ("*", ("pattern", "pattern"), ("pattern", "pattern")),
        ("ui:ml/*", ("", ""), ("pattern", "pattern")),
    ],
)
def test_an_answer_says_by_what_it_was_decided(name: str, level: tuple[str, str], action: str) -> None:
    """By the name, the stored actions, a pattern in the role; without stored privileges by the catalogue."""
    assert tuple(p.grants_feature(role(name), "ml", "all", "sales").basis for p in both()) == level
    assert tuple(p.grants_action(role(name), "ui:ml/canGetJobs", "sales").basis for p in both()) == action


@pytest.mark.parametrize(
    ("application", "counts"),
    [(OWN, True), ("kibana-*", True), ("*", True), ("kibana-.kibana-2", False), ("kibana-.other", False), ("x", False)],
)
def test_only_entries_about_this_kibana_count(application: str, counts: bool) -> None:
    """Its own application, or a wildcard that matches it."""
    for privileges in both():
        assert verdict(privileges, role("feature_ml.all", application=application), "all") is Verdict.of(counts)


@pytest.mark.parametrize(
    ("resources", "space", "counts"),
    [
        (("*",), "sales", True),
        (("*",), "*", True),
        (("space:sales",), "sales", True),
        (("space:sales",), "sal", False),
        (("space:sales",), "*", False),
        (("space:*",), "sales", True),
        (("space:*",), "*", False),
        (("space:s?les",), "sales", True),
        (("/space:(a|sales)/",), "sales", True),
        (("/space:(a|sales)/",), "b", False),
        (("sales",), "sales", False),
    ],
)
def test_resources_are_patterns_and_all_spaces_need_a_total_one(
    resources: tuple[str, ...], space: str, counts: bool
) -> None:
    """Asking globally is asking for every resource there could be: single spaces never add up to it."""
    for privileges in both():
        assert verdict(privileges, role("all", resources=resources), "all", space=space) is Verdict.of(counts)


def test_a_pattern_that_elasticsearch_would_refuse_leaves_the_answer_unknown() -> None:
    """An unreadable resource is not a denial."""
    for privileges in both():
        found = privileges.grants_action(role("all", resources=("/space:(/",)), "login:", "sales")
        assert found.verdict is Verdict.UNKNOWN


def test_entries_at_one_space_add_up() -> None:
    """Kibana asks for each action on its own: raw interface and route actions together are a level."""
    needed = sorted(STORED[OWN, "feature_indexPatterns.all"].actions - {"login:"})
    half = len(needed) // 2
    first = ApplicationGrant(OWN, tuple(needed[:half]), ("space:sales",))
    second = ApplicationGrant(OWN, tuple(needed[half:]), ("*",))
    for privileges in both():
        whole = RoleDescriptor("r", applications=(first, second))
        assert verdict(privileges, whole, "all", feature="indexPatterns") is Verdict.GRANTED
        found = privileges.grants_feature(whole, "indexPatterns", "all", "sales")
        assert (found.grant, found.privilege) == (first, needed[0])  # the first that holds a share is named
        alone = RoleDescriptor("r", applications=(first,))
        assert verdict(privileges, alone, "all", feature="indexPatterns") is Verdict.DENIED


def test_what_the_deployment_stores_wins_over_the_catalogue() -> None:
    """A Kibana of 7.x stores base privileges without machine learning, whatever version the export claims."""
    actions = frozenset(a for a in STORED[OWN, "all"].actions if ":ml" not in a and "ml/" not in a)
    stored = dict(STORED) | {(OWN, "all"): ApplicationPrivilege(OWN, "all", actions)}
    found = KibanaPrivileges(stored, NOW).grants_feature(role("all"), "ml", "all", "sales")
    assert (found.verdict, len(found.near)) == (Verdict.DENIED, 1)
    assert verdict(KibanaPrivileges(None, NOW), role("all"), "all") is Verdict.GRANTED


def test_a_custom_privilege_counts_by_the_actions_stored_for_it() -> None:
    """By inclusion, not by name; the basis says so."""
    custom = ApplicationPrivilege(
        OWN, "everything", frozenset({"ui:*", "api:*", "app:*", "saved_object:*", "alerting:*"})
    )
    stored = dict(STORED) | {(OWN, "everything"): custom}
    found = KibanaPrivileges(stored, NOW).grants_feature(role("everything"), "ml", "all", "sales")
    assert (found.verdict, found.basis, found.privilege) == (Verdict.GRANTED, "stored", "everything")


def test_a_name_that_the_deployment_does_not_store_grants_nothing() -> None:
    """Elasticsearch resolves it to no actions."""
    stored = {key: value for key, value in STORED.items() if key[1] != "feature_ml.all"}
    held = role("feature_ml.all")
    assert KibanaPrivileges(stored, NOW).grants_action(held, "ui:ml/canGetJobs", "sales").verdict is Verdict.DENIED
    assert verdict(KibanaPrivileges(stored, NOW), held, "all") is Verdict.DENIED


def test_privileges_of_another_kibana_alone_leave_names_unknown() -> None:
    """This Kibana was never started, or has another name: what its names mean there, if anything, is not known."""
    other = {("kibana-.other", name): p for (_, name), p in STORED.items()}
    for stored in (other, {}):
        privileges = KibanaPrivileges(stored, NOW)
        assert not privileges.stored
        assert verdict(privileges, role("feature_ml.all"), "all") is Verdict.UNKNOWN
        assert verdict(privileges, role("feature_ml.read"), "all") is Verdict.DENIED
        assert verdict(privileges, role("*"), "all") is Verdict.GRANTED
        assert privileges.grants_action(role("all"), "login:", "sales").verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("version", "name", "feature", "expected"),
    [
        ("7.17.0", "all", "ml", Verdict.DENIED),
        ("7.17.0", "all", "indexPatterns", Verdict.GRANTED),
        ("7.17.0", "feature_ml.all", "ml", Verdict.GRANTED),
        ("7.5.0", "feature_ml.all", "ml", Verdict.UNKNOWN),
        ("7.5.0", "reserved_ml_admin", "ml", Verdict.GRANTED),
        ("8.0.0", "all", "ml", Verdict.GRANTED),
        ("8.11.0", "feature_discover_v2.all", "discover_v2", Verdict.UNKNOWN),
        ("9.0.0", "feature_discover_v2.all", "discover_v2", Verdict.GRANTED),
        ("10.1.0", "all", "ml", Verdict.UNKNOWN),
        ("10.1.0", "*", "ml", Verdict.GRANTED),
        (None, "feature_ml.all", "ml", Verdict.UNKNOWN),
        (None, "feature_dashboard.all", "ml", Verdict.DENIED),
        ("9.2.1", "feature_nosuch.all", "nosuch", Verdict.UNKNOWN),
    ],
)
def test_without_stored_privileges_a_name_means_what_its_version_gave_it(
    version: str | None, name: str, feature: str, expected: Verdict
) -> None:
    """Outside the versions a row is known for, the answer is unknown, never a guess."""
    assert verdict(KibanaPrivileges(None, version), role(name), "all", feature=feature) is expected


def test_the_reserved_role_holds_actions_everywhere_and_opens_no_space() -> None:
    """The one entry of `machine_learning_admin`."""
    held = role("reserved_ml_admin", application="kibana-*", resources=("*",))
    for privileges in both():
        assert privileges.grants_action(held, "ui:ml/canCreateJob", "any").verdict is Verdict.GRANTED
        assert privileges.grants_action(held, "saved_object:ml-job/create", "*").verdict is Verdict.GRANTED
        assert privileges.grants_action(held, "login:", "any").verdict is Verdict.DENIED


def test_evidence_names_the_entry_and_a_denial_names_the_nearest_ones() -> None:
    """Granted: the entry and the privilege in it. Denied: the entries that speak of this space."""
    held = role("feature_ml.read")
    for privileges in both():
        found = privileges.grants_action(held, "ui:ml/canGetJobs", "sales")
        assert (found.grant, found.privilege) == (held.applications[0], "feature_ml.read")
        assert privileges.grants_action(held, "ui:ml/canCreateJob", "sales").near == held.applications
        assert privileges.grants_action(held, "ui:ml/canCreateJob", "other").near == ()


@pytest.mark.parametrize(
    ("name", "type_", "access"),
    [
        ("feature_ml.all", "ml-job", "all"),
        ("feature_ml.read", "ml-job", "read"),
        ("feature_ml.read", "lens", "none"),
        ("feature_indexPatterns.all", "index-pattern", "all"),
        ("feature_savedObjectsManagement.all", "ml-trained-model", "all"),
        ("feature_savedObjectsManagement.read", "ml-module", "read"),
        ("reserved_ml_apm_user", "ml-job", "read"),
        ("reserved_ml_apm_user", "index-pattern", "none"),
    ],
)
def test_saved_objects_come_with_privileges(name: str, type_: str, access: str) -> None:
    """The page's sentence on saved objects, and who else carries them."""
    for privileges in both():
        found = privileges.saved_object_access(role(name), type_, "sales")
        assert (found.certain, found.ceiling) == (access, access)


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ({"ui:ml/canGetJobs"}, Verdict.GRANTED),
        ({"ui:ml/canGetJobs2"}, Verdict.DENIED),
        ({"ui:ml/*"}, Verdict.GRANTED),
        ({"ui:m?/canGetJobs"}, Verdict.GRANTED),
        ({"/ui:ml.*/"}, Verdict.GRANTED),
        ({"/ui:ml.(/"}, Verdict.UNKNOWN),
        ({"/ui:ml.(/", "ui:ml/*"}, Verdict.GRANTED),
        ({"login:"}, Verdict.DENIED),
        (set[str](), Verdict.DENIED),
    ],
)
def test_stored_actions_may_be_patterns(actions: set[str], expected: Verdict) -> None:
    """With stars, single characters, or between slashes; one that Elasticsearch would refuse settles nothing."""
    stored = {(OWN, "mine"): ApplicationPrivilege(OWN, "mine", frozenset(actions))}
    found = KibanaPrivileges(stored, NOW).grants_action(role("mine"), "ui:ml/canGetJobs", "sales")
    assert found.verdict is expected
    assert (found.privilege, found.basis) == (("", "") if expected is Verdict.DENIED else ("mine", "stored"))


def test_a_level_is_all_of_its_actions() -> None:
    """A privilege that lacks one action of it, or an entry that cannot be judged, is not the level."""
    actions = STORED[OWN, "feature_ml.all"].actions - {"login:"}
    for lacking, expected in ((set[str](), Verdict.GRANTED), ({"ui:ml/canGetJobs"}, Verdict.DENIED)):
        mine = ApplicationPrivilege(OWN, "mine", frozenset(actions - lacking))
        privileges = KibanaPrivileges(dict(STORED) | {(OWN, "mine"): mine}, NOW)
        assert verdict(privileges, role("mine"), "all") is expected
        assert verdict(privileges, role(*sorted(actions - lacking)), "all") is expected
        together = role("mine", *sorted(lacking))
        assert verdict(privileges, together, "all") is Verdict.GRANTED
        found = privileges.grants_feature(together, "ml", "all", "sales")
        assert (found.basis, found.privilege) == ("stored", "mine")


def test_an_entry_of_which_the_space_is_not_clear_leaves_the_answer_unknown_and_is_named() -> None:
    """Only where it would grant, and no clear entry does."""
    unclear, clear = (ApplicationGrant(OWN, ("feature_ml.all",), (r,)) for r in ("/space:(/", "space:sales"))
    for privileges in both():
        found = privileges.grants_feature([unclear], "ml", "all", "sales")
        assert (found.verdict, found.grant, found.privilege) == (Verdict.UNKNOWN, unclear, "feature_ml.all")
        assert privileges.grants_feature([unclear, clear], "ml", "all", "sales").grant is clear
        nothing = privileges.grants_feature([unclear], "dashboard", "all", "sales")
        assert (nothing.verdict, nothing.near) == (Verdict.DENIED, ())


def test_shares_of_a_level_are_bits_that_add_up_to_the_whole() -> None:
    """Half of its actions and the other half; nothing where nobody knows the level."""
    needed = sorted(STORED[OWN, "feature_ml.read"].actions - {"login:"})
    first, second = (ApplicationGrant(OWN, tuple(n), ("*",)) for n in (needed[::2], needed[1::2]))
    for privileges in both():
        whole = privileges.whole("ml", "read")
        assert whole == (1 << len(needed)) - 1
        shares = [privileges.share([g], "ml", "read") for g in (first, second)]
        assert shares == [sum(1 << n for n in range(len(needed)) if n % 2 == odd) for odd in (0, 1)]
        assert privileges.share([first, second], "ml", "read") == whole
        assert privileges.whole("nosuch", "read") == 0
        assert privileges.share([first, second], "nosuch", "read") == 0
    assert KibanaPrivileges(None, "6.8.0").whole("ml", "read") == 0
    assert KibanaPrivileges(None, "10.0.0").whole("ml", "read") == 0


@pytest.mark.parametrize(
    ("version", "name", "feature", "level"),
    [
        ("6.8.23", "all", "", ""),
        ("7.0.0", "all", "GRANTED", "DENIED"),
        ("7.9.0", "all", "GRANTED", "DENIED"),
        ("8.0.0", "all", "GRANTED", "GRANTED"),
        ("9.99.99", "all", "GRANTED", "GRANTED"),
        ("10.0.0", "all", "", ""),
        ("7.8.9", "feature_ml.all", "", ""),
        ("7.9.0", "feature_ml.all", "", "GRANTED"),
        ("7.0.0", "reserved_ml_admin", "", "GRANTED"),
        ("6.8.23", "reserved_ml_admin", "", ""),
    ],
)
def test_the_edges_of_what_versions_gave_to_names(version: str, name: str, feature: str, level: str) -> None:
    """Base privileges hold data views from 7.0 and machine learning from 8.0; features are named from 7.9."""
    privileges = KibanaPrivileges(None, version)
    if name == "all":
        found = verdict(privileges, role(name), "all", feature="indexPatterns")
        assert found is (Verdict[feature] if feature else Verdict.UNKNOWN)
    assert verdict(privileges, role(name), "all") is (Verdict[level] if level else Verdict.UNKNOWN)
