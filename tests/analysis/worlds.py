"""Small random deployments: few users, roles, spaces and jobs, in every combination that decides something."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from mlaccess.stack import (
    NOT_EXPORTED,
    AnomalyDetectionJob,
    ApiKey,
    ApplicationGrant,
    Datafeed,
    DataFrameAnalyticsJob,
    DataView,
    Deployment,
    FrozenMap,
    IndicesGrant,
    License,
    Node,
    RoleDescriptor,
    Space,
    SpaceAssignments,
    TrainedModel,
    User,
    Users,
    XPackUsage,
)

NOW = datetime(2026, 11, 2, tzinfo=UTC)
USERS = ("ana", "ben", "cem")
ROLES = ("r0", "r1", "r2")
SPACES = ("default", "s1")
KINDS = {"ad": "anomaly-detector", "dfa": "data-frame-analytics", "model": "trained-model"}

cluster_names = st.sampled_from(("monitor_ml", "manage_ml", "monitor", "manage_ingest_pipelines", "all", "manage"))
index_names = st.sampled_from(("logs-*", "logs-a", "*", "out", "metrics-?", "/logs-[ab]/"))
index_privileges = st.sampled_from(("read", "view_index_metadata", "manage", "index", "all", "write"))
kibana_names = st.sampled_from(
    (
        "feature_ml.all",
        "feature_ml.read",
        "feature_indexPatterns.all",
        "feature_discover_v2.all",
        "feature_ml.minimal_all",
    )
)


def some(elements: st.SearchStrategy[str], *, least: int = 0, most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    """A few different names."""
    return st.lists(elements, min_size=least, max_size=most, unique=True).map(tuple)


indices_grants = st.builds(
    IndicesGrant, names=some(index_names, least=1), privileges=some(index_privileges, least=1, most=3)
)
spaces_of_grant = st.sampled_from((("space:default",), ("space:s1",), ("space:default", "space:s1"), ("*",)))
application_grants = st.one_of(
    st.builds(
        ApplicationGrant,
        application=st.just("kibana-.kibana"),
        privileges=some(kibana_names, least=1),
        resources=spaces_of_grant,
    ),
    st.sampled_from(
        (
            ApplicationGrant("kibana-.kibana", ("all",), ("*",)),
            ApplicationGrant("kibana-.kibana", ("space_all",), ("space:s1",)),
            ApplicationGrant("kibana-.kibana", ("space_read",), ("space:default",)),
            ApplicationGrant("kibana-*", ("reserved_ml_user",), ("*",)),
        )
    ),
)


def roles(name: str) -> st.SearchStrategy[RoleDescriptor]:
    """A role with few entries of each kind."""
    return st.builds(
        RoleDescriptor,
        name=st.just(name),
        cluster=some(cluster_names),
        indices=st.lists(indices_grants, max_size=2).map(tuple),
        applications=st.lists(application_grants, max_size=2).map(tuple),
    )


def users(name: str) -> st.SearchStrategy[User]:
    """A user with roles of the deployment, built-in ones and one that nothing defines."""
    held = some(st.sampled_from((*ROLES, "machine_learning_user", "machine_learning_admin", "ghost")), most=3)
    return st.builds(User, username=st.just(name), roles=held, enabled=st.sampled_from((True, True, True, False)))


_spaces = st.tuples(*(st.booleans() for _ in SPACES)).map(
    lambda hidden: FrozenMap(
        {s: Space(s, disabled_features=frozenset({"ml"} if h else ())) for s, h in zip(SPACES, hidden, strict=True)}
    )
)
_views = st.tuples(*(some(st.sampled_from(("logs-*", "logs-a", "out", "logs-a,out"))) for _ in SPACES)).map(
    lambda titles: FrozenMap(
        {s: tuple(DataView(t, t, (s,)) for t in found) for s, found in zip(SPACES, titles, strict=True)}
    )
)
_places = st.sampled_from((("default",), ("s1",), ("default", "s1"), ("*",), ("default", "?")))


def _assignments(*kinds: str) -> st.SearchStrategy[SpaceAssignments]:
    return st.tuples(*(_places for _ in kinds)).map(
        lambda places: SpaceAssignments(
            FrozenMap({KINDS[k]: FrozenMap({k: p}) for k, p in zip(kinds, places, strict=True)})
        )
    )


@st.composite
def deployments(draw: st.DrawFn, *, silent: bool = True) -> Deployment:
    """A small deployment; with `silent`, some parts may be missing from the export."""

    def part(strategy: st.SearchStrategy[object]) -> object:
        if silent and draw(st.integers(0, 11)) == 0:
            return NOT_EXPORTED
        return draw(strategy)

    listed = draw(st.lists(st.sampled_from(USERS), min_size=1, unique=True))
    named = draw(st.lists(st.sampled_from(ROLES), min_size=1, unique=True))
    changes: dict[str, object] = {
        "license": part(
            st.sampled_from(
                (
                    License("platinum", "active"),
                    License("platinum", "active", expires_at=datetime(2027, 1, 1, tzinfo=UTC)),
                    License("basic", "active"),
                    License("trial", "expired"),
                )
            )
        ),
        "nodes": part(
            st.sampled_from(
                (
                    FrozenMap({"n1": Node("n1", "one", ("master", "ml"))}),
                    FrozenMap({"n1": Node("n1", "one", ("master", "ml"))}),
                    FrozenMap({"n1": Node("n1", "one", ("master",))}),
                )
            )
        ),
        "users": part(st.tuples(*map(users, listed)).map(Users)),
        "roles": part(st.tuples(*map(roles, named)).map(lambda found: FrozenMap({r.name: r for r in found}))),
        "spaces": part(_spaces),
        "data_views": part(_views),
        "jobs": part(st.just(FrozenMap({"ad": AnomalyDetectionJob("ad", results_index_name="shared")}))),
        "datafeeds": part(
            st.sampled_from((("logs-a",), ("logs-*",), ("logs-a", "metrics-1"))).map(
                lambda names: FrozenMap({"feed": Datafeed("feed", "ad", names)})
            )
        ),
        "analytics": part(
            st.sampled_from(("logs-a", "logs-b")).map(
                lambda source: FrozenMap({"dfa": DataFrameAnalyticsJob("dfa", (source,), "out")})
            )
        ),
        "trained_models": part(st.just(FrozenMap({"model": TrainedModel("model")}))),
        "job_spaces": part(_assignments("ad", "dfa")),
        "model_spaces": part(_assignments("model")),
    }
    key = ApiKey(
        "k1",
        username="ana",
        role_descriptors=draw(st.sampled_from(((), (RoleDescriptor("own", cluster=("monitor_ml",)),)))),
        limited_by=((draw(roles("owner")),),),
    )
    return Deployment(
        version="9.2.1",
        build_flavor="default",
        kibana_version="9.2.1",
        collected_at=NOW,
        xpack=XPackUsage(security_enabled=True, realms=("native", "reserved")),
        api_keys=FrozenMap({"k1": key}),
        **changes,  # type: ignore[arg-type]  # each value is drawn for its field
    )
