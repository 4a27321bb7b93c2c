"""Kibana's APIs for callers of a deployment: bodies that follow from roles, licence, spaces and assignments."""

from typing import Any, cast

import attrs
import pytest

from mlaccess import Resolver
from mlaccess.analysis.buttons import buttons
from mlaccess.errors import UnknownNameError
from mlaccess.rules import Verdict
from mlaccess.rules.facts import IndexPrivilege
from mlaccess.stack import (
    NOT_EXPORTED,
    ApplicationGrant,
    Deployment,
    FrozenMap,
    IndicesGrant,
    License,
    NotExported,
    RoleDescriptor,
    Space,
    SpaceAssignments,
    User,
    Users,
)
from mlaccess.twins.kibana import UploadQuery, access_label, sync_needed
from mlaccess.twins.kibana.callers import KibanaCaller, sync_state
from tests.resolver.world import with_role, world

GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED


def caller(deployment: Deployment, user: str = "ana", space: str = "sales") -> KibanaCaller:
    return KibanaCaller(Resolver(deployment), user, space=space)


def label(found: KibanaCaller) -> str:
    body = cast("Any", found.ml_capabilities().body)
    return access_label(body["capabilities"])


def reserved_only() -> Deployment:
    """`lars` holds a built-in machine learning role and nothing else."""
    grant = ApplicationGrant("kibana-*", ("reserved_ml_user",), ("*",))
    role = RoleDescriptor("ml_user_like", cluster=("monitor_ml",), applications=(grant,))
    return world(roles=FrozenMap({role.name: role}), users=Users([User("lars", (role.name,))]))


def test_capabilities_follow_from_the_roles_in_the_space() -> None:
    """Full where the role speaks of the space; elsewhere the space is closed to the caller."""
    deployment = world()
    assert label(caller(deployment)) == "full"
    assert caller(deployment, space="default").ml_capabilities().status == 403
    assert caller(deployment, "otto").ml_capabilities().status == 403


def test_a_reserved_role_alone_cannot_enter_and_a_second_role_opens_the_door() -> None:
    """Login comes from any feature or base privilege, the rights from the reserved one: they add up."""
    deployment = reserved_only()
    assert caller(deployment, "lars").ml_capabilities().status == 403
    door = RoleDescriptor(
        "door", applications=(ApplicationGrant("kibana-.kibana", ("feature_dashboard.read",), ("*",)),)
    )
    roles = FrozenMap({**cast("Any", deployment.roles), "door": door})
    both = attrs.evolve(deployment, roles=roles, users=Users([User("lars", ("ml_user_like", "door"))]))
    assert label(caller(both, "lars")) == "read"


def test_hiding_machine_learning_empties_the_interface_and_closes_no_route() -> None:
    """The finding an auditor wants to see."""
    hidden = world(spaces=FrozenMap({"sales": Space("sales", disabled_features=frozenset({"ml"}))}))
    found = caller(hidden)
    assert label(found) == "none"
    assert cast("Any", found.ml_capabilities().body)["mlFeatureEnabledInSpace"] is False
    assert found.route("GET /internal/ml/anomaly_detectors").status == 200
    decision = Resolver(hidden).can("ana", "POST /internal/ml/jobs/jobs", space="sales")
    assert decision.verdict is GRANTED


@pytest.mark.parametrize(
    ("license_", "expected"),
    [(License("basic", "active"), "basic-only"), (License("gold", "active"), "basic-only")],
)
def test_a_poor_licence_leaves_the_basic_capabilities(license_: License, expected: str) -> None:
    """Whatever the roles say."""
    assert label(caller(world(license=license_))) == expected


def test_what_is_not_exported_is_null_in_the_body_never_a_guess() -> None:
    """Without spaces: visibility is unknown, what the roles lack is still false, and the flags are known."""
    body = cast("Any", caller(world(spaces=NOT_EXPORTED)).ml_capabilities().body)
    assert body["mlFeatureEnabledInSpace"] is None
    assert body["capabilities"]["canCreateJob"] is None
    assert body["capabilities"]["isADEnabled"] is True
    assert body["isPlatinumOrTrialLicense"] is True
    unlicensed = cast("Any", caller(world(license=NOT_EXPORTED)).ml_capabilities())
    assert unlicensed.body["isPlatinumOrTrialLicense"] is None


def test_the_body_and_the_decisions_agree() -> None:
    """`Resolver.can` and the response say the same of every capability."""
    for deployment, user in ((world(), "ana"), (reserved_only(), "lars"), (world(spaces=NOT_EXPORTED), "ana")):
        answer = caller(deployment, user).ml_capabilities()
        for name in ("canGetJobs", "canCreateJob", "canTestTrainedModels", "isADEnabled"):
            verdict = Resolver(deployment).can(user, name, space="sales").verdict
            if answer.status == 403:
                assert verdict is DENIED
            else:
                value = cast("Any", answer.body)["capabilities"][name]
                assert verdict is {True: GRANTED, False: DENIED, None: UNKNOWN}[value], name


def test_jobs_are_seen_by_assignment() -> None:
    """In the space, everywhere, redacted, or without a saved object."""
    assignments = {"here": ("sales",), "all": ("*",), "there": ("default",), "hidden": ("default", "?")}
    by_type = FrozenMap({"anomaly-detector": FrozenMap(assignments)})
    found = caller(world(job_spaces=SpaceAssignments(by_type)))
    seen = {id_: found.sees("anomaly-detector", id_) for id_ in (*assignments, "unlisted")}
    assert seen == {"here": GRANTED, "all": GRANTED, "there": DENIED, "hidden": UNKNOWN, "unlisted": DENIED}
    assert found.jobs_spaces() == {"anomaly-detector": {"here": ["sales"], "all": ["*"]}}
    absent = caller(world(job_spaces=NOT_EXPORTED))
    assert absent.sees("anomaly-detector", "here") is UNKNOWN
    assert isinstance(absent.jobs_spaces(), NotExported)
    assert found.route("GET /internal/ml/anomaly_detectors/{jobId}", item=("anomaly-detector", "there")).status == 404


def test_the_delete_dialog_follows_the_spaces() -> None:
    """A job of all spaces cannot be deleted by somebody of one."""
    by_type = FrozenMap({"anomaly-detector": FrozenMap({"web": ("sales",), "all": ("*",)})})
    found = caller(world(job_spaces=SpaceAssignments(by_type)))
    assert found.can_delete("anomaly-detector", "web").body() == {"canDelete": True, "canRemoveFromSpace": False}
    assert found.can_delete("anomaly-detector", "all").body() == {"canDelete": False, "canRemoveFromSpace": False}
    unknown = caller(world(job_spaces=NOT_EXPORTED)).can_delete("anomaly-detector", "web")
    assert unknown.body() == {"canDelete": None, "canRemoveFromSpace": None}


def test_synchronising_is_needed_where_a_job_has_no_saved_object() -> None:
    """Seen from the export; not exported stays not exported."""
    state = sync_state(Resolver(world()))
    assert not isinstance(state, NotExported)
    assert not sync_needed(state)
    bare = sync_state(Resolver(world(job_spaces=SpaceAssignments())))
    assert not isinstance(bare, NotExported)
    assert sync_needed(bare)
    assert isinstance(sync_state(Resolver(world(jobs=NOT_EXPORTED))), NotExported)


def test_importing_is_checked_as_the_code_checks_it() -> None:
    """Pipeline, index and data view, in the space; the page's own answer may differ."""
    everything = UploadQuery(manage_pipeline=True, create_data_view=True, index="uploads-1")
    assert caller(world()).has_import_permission(everything).body == {"hasImportPermission": True}
    elsewhere = UploadQuery(manage_pipeline=True, create_data_view=True, index="other")
    assert caller(world()).has_import_permission(elsewhere).body == {"hasImportPermission": False}
    assert caller(world(), space="default").has_import_permission(UploadQuery()).body == {"hasImportPermission": False}


def test_a_button_that_is_there_and_fails_says_which_privilege_is_missing() -> None:
    """Machine Learning: All without read on the sources: offered, refused by Elasticsearch, with the reason."""
    blind = with_role(indices=(IndicesGrant(("logs-*",), ("view_index_metadata",)),))
    found = {b.row.id: b for b in buttons(Resolver(blind), "ana", space="sales", job="web")}
    wizard = found["job_wizard"]
    assert (wizard.offered, wizard.succeeds, wizard.fails) == (GRANTED, DENIED, GRANTED)
    missing = [leaf.rule for leaf in wizard.needs.leaves() if leaf.verdict is DENIED]
    assert [getattr(r, "fact", None) for r in missing] == [IndexPrivilege("logs-web", "read")]
    assert found["view_source_charts"].fails is DENIED
    assert {b.fails for b in buttons(Resolver(world()), "ana", space="sales", job="web")} == {DENIED}


def test_a_button_that_is_not_there_does_not_fail() -> None:
    """Nothing to press."""
    viewer = with_role(
        applications=(ApplicationGrant("kibana-.kibana", ("feature_ml.read",), ("space:sales",)),), indices=()
    )
    found = {b.row.id: b for b in buttons(Resolver(viewer), "ana", space="sales", job="web")}
    assert (found["job_wizard"].offered, found["job_wizard"].fails) == (DENIED, DENIED)


def test_only_the_buttons_of_the_jobs_kind_are_asked() -> None:
    """An analytics job has a destination, an anomaly detection job has none."""
    resolver = Resolver(world())
    anomaly = {b.row.about for b in buttons(resolver, "ana", space="sales", job="web")}
    analytics = {b.row.about for b in buttons(resolver, "ana", space="sales", job="churn")}
    assert anomaly == {"anomaly-detector", ""}
    assert analytics == {"data-frame-analytics", ""}


def test_unknown_names_are_errors() -> None:
    """A route that is none, a user who does not exist."""
    with pytest.raises(UnknownNameError, match="route"):
        caller(world()).route("GET /internal/other")
