"""Where the page and the code disagree: for each row, a caller for whom they differ and one for whom they agree."""

from collections.abc import Callable
from typing import cast

import attrs
import pytest

from mlaccess import AccessLevel, Resolver
from mlaccess.analysis.buttons import buttons
from mlaccess.rules import Verdict
from mlaccess.stack import ApplicationGrant, Deployment, FrozenMap, IndicesGrant, RoleDescriptor, Space, User, Users
from mlaccess.twins.kibana import UploadQuery, can_share_everywhere
from mlaccess.twins.kibana.callers import KibanaCaller
from tests.resolver.world import API_ROLE, INDICES, with_role, world

GRANTED, DENIED = Verdict.GRANTED, Verdict.DENIED
FULL, READ_ONLY, NONE = AccessLevel.FULL, AccessLevel.READ_ONLY, AccessLevel.NONE


def kibana(*privileges: str, application: str = "kibana-.kibana", resources: str = "space:sales") -> ApplicationGrant:
    return ApplicationGrant(application, privileges, (resources,))


def role(*privileges: str, indices: tuple[IndicesGrant, ...] = INDICES) -> Deployment:
    """`ana` with these Kibana privileges in `sales`."""
    return with_role(applications=(kibana(*privileges),), indices=indices)


def level(deployment: Deployment, user: str = "ana", job: str | None = None) -> AccessLevel:
    return Resolver(deployment).access(user, space="sales", job=job).level


def can(deployment: Deployment, what: str, user: str = "ana", job: str | None = None) -> Verdict:
    return Resolver(deployment).can(user, what, space="sales", job=job).verdict


def pressed(deployment: Deployment, row: str, job: str) -> Verdict:
    """Whether Elasticsearch accepts what a button sends."""
    return {b.row.id: b.succeeds for b in buttons(Resolver(deployment), "ana", space="sales", job=job)}[row]


def imports(deployment: Deployment, index: str = "uploads-1", *, data_view: bool = False) -> bool:
    query = UploadQuery(manage_pipeline=True, create_data_view=data_view, index=index)
    body = KibanaCaller(Resolver(deployment), "ana", space="sales").has_import_permission(query).body
    return cast("dict[str, bool]", body)["hasImportPermission"]


def uploads(deployment: Deployment) -> Verdict:
    return Resolver(deployment).access("ana", space="sales", destinations=("uploads-1",)).can_upload


def test_data_views_management_is_not_asked_for_machine_learning_itself() -> None:
    """The page: full needs it. The code: the Create button is there without it."""
    without = role("feature_ml.all")
    assert (level(without), can(without, "canCreateJob")) == (READ_ONLY, GRANTED)
    assert (level(world()), can(world(), "canCreateJob")) == (FULL, GRANTED)


def test_putting_jobs_asks_read_or_search_not_metadata() -> None:
    """The page: view_index_metadata too. Only the wizards ask for it."""
    bare = (IndicesGrant(("logs-*",), ("read",)), INDICES[1])
    blind = role("feature_ml.all", "feature_indexPatterns.all", indices=bare)
    assert level(blind, job="web") is READ_ONLY
    assert pressed(blind, "put_datafeed", "web") is GRANTED
    assert pressed(blind, "put_analytics", "churn") is GRANTED
    assert pressed(blind, "job_wizard", "web") is DENIED
    assert pressed(world(), "job_wizard", "web") is GRANTED


def test_the_destination_needs_create_index_not_manage_and_deleting_it_delete_index() -> None:
    """The page: read, manage, index. Creating asks less, deleting the destination asks delete_index."""
    narrow = (INDICES[0], IndicesGrant(("scores",), ("read", "index", "create_index")))
    thrifty = role("feature_ml.all", "feature_indexPatterns.all", indices=narrow)
    assert level(thrifty, job="churn") is READ_ONLY
    assert pressed(thrifty, "put_analytics", "churn") is GRANTED
    assert pressed(thrifty, "delete_analytics_with_destination", "churn") is DENIED
    assert level(world(), job="churn") is FULL
    assert pressed(world(), "delete_analytics_with_destination", "churn") is GRANTED


def test_results_need_no_privilege_on_the_sources() -> None:
    """The page: read-only needs read. The code: the right and the job's visibility."""
    blind = role("feature_ml.read", indices=())
    request = "POST /internal/ml/results/anomalies_table_data"
    assert (level(blind, job="web"), can(blind, request, job="web")) == (NONE, GRANTED)
    assert (level(world(), job="web"), can(world(), request, job="web")) == (FULL, GRANTED)
    stranger = role("feature_dashboard.read")
    assert (level(stranger, job="web"), can(stranger, request, job="web")) == (NONE, DENIED)


def test_readers_write_annotations_and_tested_models_until_late_2026() -> None:
    """The page: Machine Learning: Read is read-only."""
    reader = role("feature_ml.read")
    newer = attrs.evolve(reader, version="9.6.0", kibana_version="9.6.0")
    assert level(reader) is level(newer) is READ_ONLY
    assert can(reader, "canCreateAnnotation") is can(newer, "canDeleteAnnotation") is GRANTED
    assert can(reader, "canTestTrainedModels") is GRANTED
    assert can(newer, "canTestTrainedModels") is DENIED
    assert can(reader, "canCreateJob") is DENIED


def test_hiding_machine_learning_closes_no_route_and_a_solution_view_hides_nothing() -> None:
    """The page: it must be visible in the space."""
    disabled = frozenset({"ml"})
    hidden = world(spaces=FrozenMap({"sales": Space("sales", disabled_features=disabled)}))
    assert (level(hidden), can(hidden, "canGetJobs")) == (AccessLevel.UPLOAD, DENIED)
    assert can(hidden, "GET /internal/ml/anomaly_detectors") is GRANTED
    solution = Space("sales", disabled_features=disabled, solution="security", effective=False)
    shown = world(spaces=FrozenMap({"sales": solution}))
    assert (level(shown), can(shown, "canGetJobs")) == (FULL, GRANTED)


def test_reserved_roles_cannot_enter_and_kibana_rights_give_no_api_access() -> None:
    """The page: the most permissive combination of both."""
    assert (level(world(), "otto"), can(world(), "canCreateJob", "otto")) == (FULL, DENIED)
    reserved = attrs.evolve(
        API_ROLE, applications=(kibana("reserved_ml_admin", application="kibana-*", resources="*"),)
    )
    door = RoleDescriptor("door", applications=(kibana("feature_dashboard.read"),))
    roles = FrozenMap({"operator": reserved, "door": door})
    alone = world(roles=roles, users=Users([User("otto", ("operator",))]))
    entered = world(roles=roles, users=Users([User("otto", ("operator", "door"))]))
    assert can(alone, "canCreateJob", "otto") is DENIED
    assert can(entered, "canCreateJob", "otto") is GRANTED
    assert can(world(), "ml.get_jobs") is DENIED
    assert can(world(), "ml.get_jobs", "otto") is GRANTED


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        ((kibana("feature_ml.all", resources="*"),), GRANTED),
        ((kibana("feature_ml.all"), kibana("feature_ml.all", resources="space:default")), DENIED),
        ((kibana("reserved_ml_admin", application="kibana-*", resources="*"),), DENIED),
        (
            (
                kibana("reserved_ml_admin", application="kibana-*", resources="*"),
                kibana("feature_dashboard.read", resources="*"),
            ),
            GRANTED,
        ),
    ],
)
def test_sharing_with_all_spaces_needs_the_right_and_login_everywhere(
    grants: tuple[ApplicationGrant, ...], expected: Verdict
) -> None:
    """The page does not say who may."""
    found = KibanaCaller(Resolver(with_role(applications=grants)), "ana", space="sales")
    assert can_share_everywhere("anomaly-detector", found.ask) is expected


UPLOAD_ROWS: list[tuple[str, Callable[[], Deployment], Verdict, bool]] = [
    ("features", lambda: role("feature_dashboard.read"), DENIED, True),
    ("data views", lambda: role("feature_ml.read"), DENIED, True),
    ("everything", world, GRANTED, True),
    ("no pipelines", lambda: with_role(cluster=()), DENIED, False),
    ("manage_pipeline", lambda: with_role(cluster=("manage_pipeline",)), GRANTED, True),
    (
        "create alone",
        lambda: with_role(indices=(IndicesGrant(("uploads-*",), ("create", "create_index")),)),
        DENIED,
        True,
    ),
    ("no create_index", lambda: with_role(indices=(IndicesGrant(("uploads-*",), ("create", "read")),)), DENIED, False),
]


@pytest.mark.parametrize(("name", "deployment", "documented", "enforced"), UPLOAD_ROWS, ids=[r[0] for r in UPLOAD_ROWS])
def test_importing_asks_less_than_the_page_lists(
    name: str, deployment: Callable[[], Deployment], documented: Verdict, enforced: bool
) -> None:
    """Kibana features are for analysis and the data view; read is used later, manage never; pipelines agree."""
    assert (uploads(deployment()), imports(deployment())) == (documented, enforced)


def test_creating_the_data_view_is_also_granted_by_machine_learning_all() -> None:
    """The page: Data Views Management: All, always."""
    assert imports(role("feature_ml.all"), data_view=True)
    assert imports(role("feature_savedObjectsManagement.all"), data_view=True)
    assert not imports(role("feature_ml.read"), data_view=True)


def test_analysing_a_file_asks_machine_learning_read_or_discover_all() -> None:
    """Here the page and the code agree."""
    analyse = "POST /internal/file_upload/analyze_file"
    for name in ("feature_ml.read", "feature_discover_v2.all", "feature_discover.all", "space_read"):
        assert can(role(name), analyse) is GRANTED
    for name in ("feature_discover_v2.read", "feature_indexPatterns.all"):
        assert can(role(name), analyse) is DENIED
