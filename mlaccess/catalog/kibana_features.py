"""Kibana's features and what each of their privileges grants, as far as machine learning access touches them.

Sources, all in elastic/kibana:

* `x-pack/platform/plugins/shared/features/server/oss_features.ts` @ 061779e6392c (Discover, Dashboard, ...)
* `x-pack/platform/plugins/shared/ml/server/plugin.ts` @ d65e42388c15 (Machine Learning and its reserved privileges)
* `x-pack/platform/packages/private/security/authorization_core/src/privileges/privileges.ts` @ 0658193b46dd, and its
  `feature_privilege_builder/` (how a declaration becomes actions; base privileges; who carries the login action)
* `x-pack/platform/test/api_integration/apis/features/features/features.ts` @ 01769bdde337 (ids that exist)

Kibana has many more features. A row here is complete unless it says otherwise; a feature without a row is unknown.
"""

from collections.abc import Iterator
from functools import cache
from typing import Literal, TypeAlias

import attrs

from mlaccess.rules.verdict import Verdict
from mlaccess.stack.values import FrozenMap

from .kibana_capabilities import LOGIN, capabilities_granted
from .kibana_versions import BASE_INCLUDES_ML, CATALOGUED, FEATURE_PRIVILEGES, Profile, Span, parse, profile_of

__all__ = [
    "BASE_ONLY_ACTIONS",
    "BASE_PRIVILEGES",
    "EVERY_TYPE",
    "FEATURES",
    "HIDDEN_BY_SOLUTION",
    "OTHER_FEATURES",
    "READ_OPERATIONS",
    "RESERVED",
    "WRITE_OPERATIONS",
    "ActionSet",
    "Declaration",
    "Feature",
    "FeatureLike",
    "Replacement",
    "SubPrivilege",
    "base_actions",
    "feature_actions",
    "reserved_actions",
    "visible_types",
]

Level: TypeAlias = Literal["all", "read"]

READ_OPERATIONS = ("bulk_get", "get", "find", "open_point_in_time", "close_point_in_time")
WRITE_OPERATIONS = ("create", "bulk_create", "update", "bulk_update", "delete", "bulk_delete", "share_to_space")

EVERY_TYPE = "*"
"""In a list of saved-object types: every visible type that Kibana knows at run time."""

_RULE_READ = ("get", "find")
_RULE_ALL = ("get", "find", "create", "delete", "update", "enable", "disable")
_ALERT_ALL = ("get", "find", "update")


@attrs.frozen
class Declaration:
    """What a privilege declares when its feature is registered."""

    app: tuple[str, ...] = ()
    catalogue: tuple[str, ...] = ()
    management: tuple[tuple[str, str], ...] = ()
    api: tuple[str, ...] = ()
    ui: tuple[str, ...] = ()
    saved_all: tuple[str, ...] = ()
    saved_read: tuple[str, ...] = ()
    alerting: Literal["", "all", "read"] = ""
    """The right over the feature's own rule types."""


@attrs.frozen
class Replacement:
    """What a deprecated privilege is replaced by: privileges of one newer feature."""

    feature: str
    privileges: tuple[str, ...]


@attrs.frozen
class SubPrivilege:
    """A sub-feature privilege. `declaration` None: the id exists, what it grants is not catalogued."""

    id: str
    declaration: Declaration | None = None
    include_in: Literal["all", "none"] = "all"
    condition: str = ""
    """Where it is registered only then: `reporting enabled`, `gold licence`."""


@attrs.frozen
class FeatureLike:
    """What deciding the visibility of a feature needs to know of it."""

    id: str
    category: str = ""
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()
    app: tuple[str, ...] = ()
    catalogue: tuple[str, ...] = ()
    management: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class Feature:
    """A Kibana feature as registered."""

    id: str
    name: str
    category: str
    all: Declaration
    read: Declaration
    sub: tuple[SubPrivilege, ...] = ()
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()
    privileges_replaced_by: FrozenMap[str, tuple[Replacement, ...]] = FrozenMap()
    span: Span = CATALOGUED
    """The versions for which the ids and the levels All and Read of this row are known."""
    rule_types: tuple[str, ...] = ()

    @property
    def privilege_ids(self) -> tuple[str, ...]:
        """Every id that may follow `feature_<id>.`"""
        return ("all", "read", "minimal_all", "minimal_read", *(s.id for s in self.sub))

    @property
    def like(self) -> FeatureLike:
        """This feature as the spaces see it."""
        return FeatureLike(
            self.id,
            self.category,
            self.deprecated,
            self.replaced_by,
            self.all.app,
            self.all.catalogue,
            self.all.management,
        )


def _replaced(feature: str, *, queries: bool, sub: tuple[str, ...]) -> FrozenMap[str, tuple[Replacement, ...]]:
    """The usual mapping of a `_v2` feature, whose saved queries moved to a feature of their own."""
    mapping: dict[str, tuple[Replacement, ...]] = {}
    for privilege in ("all", "read", "minimal_all", "minimal_read"):
        new = [Replacement(feature, (privilege,))]
        if queries:
            new.append(Replacement("savedQueryManagement", (privilege,)))
        mapping[privilege] = tuple(new)
    for privilege in sub:
        mapping[privilege] = (Replacement(feature, (privilege,)),)
    return FrozenMap(mapping)


_SHORT_URL = SubPrivilege("url_create", Declaration(saved_all=("url",), ui=("createShortUrl",)))
_SESSIONS = SubPrivilege(
    "store_search_session",
    Declaration(saved_all=("search-session",), ui=("storeSearchSession",), api=("store_search_session",)),
)
_REPORT = SubPrivilege(
    "generate_report",
    Declaration(saved_all=("scheduled_report",), ui=("generateCsv",), api=("generateReport",)),
    condition="reporting enabled",
)
_DISCOVER_SUB = (_SHORT_URL, _SESSIONS, _REPORT)
_DASHBOARD_SUB = (
    SubPrivilege("url_create"),
    SubPrivilege("store_search_session"),
    SubPrivilege("generate_report", condition="gold licence"),
    SubPrivilege("download_csv_report"),
)
_VISUALIZE_SUB = (SubPrivilege("url_create"), SubPrivilege("generate_report", condition="gold licence"))

_DASHBOARD_READS = (
    "index-pattern",
    "search",
    "visualization",
    "canvas-workpad",
    "event-annotation-group",
    "lens",
    "links",
    "map",
    "tag",
)
_QUERY_API = ("savedQuery:manage", "savedQuery:read")

ML_TYPES = ("index-pattern", "dashboard", "search", "visualization", "ml-job", "ml-module", "ml-trained-model")
"""The saved objects that come with Machine Learning: All and Read."""


def _ml_all() -> Declaration:
    names = capabilities_granted("all", "readers_test_models")
    return Declaration(
        app=("ml", "kibana"),
        catalogue=("ml", "ml_file_data_visualizer"),
        management=(("insightsAndAlerting", "jobsListLink"), ("insightsAndAlerting", "triggersActions")),
        api=("fileUpload:analyzeFile", *(f"ml:{n}" for n in names)),
        ui=names,
        saved_all=ML_TYPES,
        alerting="all",
    )


def _ml_read(profile: Profile) -> Declaration:
    names = capabilities_granted("read", profile)
    return Declaration(
        app=("ml", "kibana"),
        catalogue=("ml",),
        management=(("insightsAndAlerting", "triggersActions"),),
        api=("fileUpload:analyzeFile", *(f"ml:{n}" for n in names)),
        ui=names,
        saved_read=ML_TYPES,
        alerting="read",
    )


_V2 = Span((9, 0, 0), CATALOGUED.until)
"""The `_v2` features came with saved query management of its own; 9.0's release notes name it. Earlier: unknown."""


def _discover(*, v2: bool) -> Feature:
    query_all: tuple[str, ...] = () if v2 else ("query",)
    save_query: tuple[str, ...] = () if v2 else ("saveQuery",)
    return Feature(
        "discover_v2" if v2 else "discover",
        "Discover",
        "kibana",
        all=Declaration(
            app=("discover", "kibana"),
            catalogue=("discover",),
            api=("fileUpload:analyzeFile", *(() if v2 else _QUERY_API)),
            ui=("show", "save", *save_query),
            saved_all=("search", *query_all),
            saved_read=("index-pattern",),
        ),
        read=Declaration(
            app=("discover", "kibana"),
            catalogue=("discover",),
            api=() if v2 else ("savedQuery:read",),
            ui=("show",),
            saved_read=("index-pattern", "search", *query_all),
        ),
        sub=_DISCOVER_SUB,
        deprecated=not v2,
        replaced_by=() if v2 else ("discover_v2",),
        privileges_replaced_by=FrozenMap()
        if v2
        else _replaced("discover_v2", queries=True, sub=tuple(s.id for s in _DISCOVER_SUB)),
        span=_V2 if v2 else CATALOGUED,
    )


def _dashboard(*, v2: bool) -> Feature:
    query: tuple[str, ...] = () if v2 else ("query",)
    api = ("bulkGetUserProfiles", "dashboardUsageStats")
    return Feature(
        "dashboard_v2" if v2 else "dashboard",
        "Dashboard",
        "kibana",
        all=Declaration(
            app=("dashboards", "kibana"),
            catalogue=("dashboard",),
            api=(*api, *(() if v2 else _QUERY_API)),
            ui=("createNew", "show", "showWriteControls", *(() if v2 else ("saveQuery",))),
            saved_all=("dashboard", *query),
            saved_read=_DASHBOARD_READS,
        ),
        read=Declaration(
            app=("dashboards", "kibana"),
            catalogue=("dashboard",),
            api=(*api, *(() if v2 else ("savedQuery:read",))),
            ui=("show",),
            saved_read=(*_DASHBOARD_READS, "dashboard", *query),
        ),
        sub=_DASHBOARD_SUB,
        deprecated=not v2,
        replaced_by=() if v2 else ("dashboard_v2",),
        privileges_replaced_by=FrozenMap()
        if v2
        else _replaced("dashboard_v2", queries=True, sub=tuple(s.id for s in _DASHBOARD_SUB)),
        span=_V2 if v2 else CATALOGUED,
    )


def _visualize(*, v2: bool) -> Feature:
    query: tuple[str, ...] = () if v2 else ("query",)
    return Feature(
        "visualize_v2" if v2 else "visualize",
        "Visualize library",
        "kibana",
        all=Declaration(
            app=("visualize", "lens", "kibana"),
            catalogue=("visualize",),
            api=() if v2 else _QUERY_API,
            ui=("show", "delete", "save", *(() if v2 else ("saveQuery",))),
            saved_all=("visualization", "lens", *query),
            saved_read=("index-pattern", "search", "tag"),
        ),
        read=Declaration(
            app=("visualize", "lens", "kibana"),
            catalogue=("visualize",),
            api=() if v2 else ("savedQuery:read",),
            ui=("show",),
            saved_read=("index-pattern", "search", "visualization", "lens", "tag", *query),
        ),
        sub=_VISUALIZE_SUB,
        deprecated=not v2,
        replaced_by=() if v2 else ("visualize_v2",),
        privileges_replaced_by=FrozenMap()
        if v2
        else _replaced("visualize_v2", queries=True, sub=tuple(s.id for s in _VISUALIZE_SUB)),
        span=_V2 if v2 else CATALOGUED,
    )


_ROWS: tuple[Feature, ...] = (
    Feature(
        "ml",
        "Machine Learning",
        "kibana",
        all=_ml_all(),
        read=_ml_read("readers_test_models"),
        span=FEATURE_PRIVILEGES,
        rule_types=("xpack.ml.anomaly_detection_alert", "xpack.ml.anomaly_detection_jobs_health"),
    ),
    _discover(v2=False),
    _discover(v2=True),
    _dashboard(v2=False),
    _dashboard(v2=True),
    _visualize(v2=False),
    _visualize(v2=True),
    Feature(
        "indexPatterns",
        "Data View Management",
        "management",
        all=Declaration(
            app=("kibana",),
            catalogue=("indexPatterns",),
            management=(("kibana", "indexPatterns"),),
            api=("indexPatterns:manage",),
            ui=("save",),
            saved_all=("index-pattern",),
        ),
        read=Declaration(
            app=("kibana",),
            catalogue=("indexPatterns",),
            management=(("kibana", "indexPatterns"),),
            saved_read=("index-pattern",),
        ),
    ),
    Feature(
        "savedObjectsManagement",
        "Saved Objects Management",
        "management",
        all=Declaration(
            app=("kibana",),
            catalogue=("saved_objects",),
            management=(("kibana", "objects"),),
            api=("copySavedObjectsToSpaces",),
            ui=("read", "edit", "delete", "copyIntoSpace", "shareIntoSpace"),
            saved_all=(EVERY_TYPE,),
        ),
        read=Declaration(
            app=("kibana",),
            catalogue=("saved_objects",),
            management=(("kibana", "objects"),),
            api=("copySavedObjectsToSpaces",),
            ui=("read",),
            saved_read=(EVERY_TYPE,),
        ),
    ),
    Feature(
        "savedQueryManagement",
        "Saved Query Management",
        "management",
        all=Declaration(saved_all=("query",), ui=("showQueries", "saveQuery"), api=_QUERY_API),
        read=Declaration(saved_read=("query",), ui=("showQueries",), api=("savedQuery:read",)),
        span=_V2,
    ),
    Feature(
        "dev_tools",
        "Dev Tools",
        "management",
        all=Declaration(
            app=("dev_tools", "kibana"),
            catalogue=("console", "searchprofiler", "grokdebugger"),
            api=("console",),
            ui=("show", "save"),
        ),
        read=Declaration(
            app=("dev_tools", "kibana"),
            catalogue=("console", "searchprofiler", "grokdebugger"),
            api=("console",),
            ui=("show",),
        ),
    ),
    Feature(
        "advancedSettings",
        "Advanced Settings",
        "management",
        all=Declaration(saved_all=("config",), ui=("save",), api=("manage_advanced_settings",)),
        read=Declaration(),
    ),
)

FEATURES: dict[str, Feature] = {row.id: row for row in _ROWS}

OTHER_FEATURES = [
    "actions",
    "agentBuilder",
    "aiAssistantManagementSelection",
    "apm",
    "canvas",
    "dataQuality",
    "enterpriseSearch",
    "enterpriseSearchAnalytics",
    "enterpriseSearchApplications",
    "filesManagement",
    "filesSharedImage",
    "fleet",
    "fleetv2",
    "generalCasesV3",
    "graph",
    "infrastructure",
    "logs",
    "maintenanceWindow",
    "manageReporting",
    "maps_v2",
    "monitoring",
    "observabilityAIAssistant",
    "observabilityCasesV3",
    "osquery",
    "reportingLegacy",
    "rulesSettings",
    "savedObjectsTagging",
    "searchInferenceEndpoints",
    "searchPlayground",
    "searchQueryRules",
    "searchSynonyms",
    "securitySolutionAssistant",
    "securitySolutionAttackDiscovery",
    "securitySolutionCasesV3",
    "securitySolutionNotes",
    "securitySolutionRulesV1",
    "securitySolutionSiemMigrations",
    "securitySolutionTimeline",
    "siemV5",
    "slo",
    "stackAlerts",
    "streams",
    "uptime",
    "workflowsManagement",
]
"""Features that exist in the newest version under a trial licence and have no row here, deprecated ones left out."""

RESERVED: dict[str, Literal["all", "read", "apm_user", "other"]] = {
    "ml_user": "read",
    "ml_admin": "all",
    "ml_apm_user": "apm_user",
    "fleet-setup": "other",
    "monitoring": "other",
}
"""Reserved privileges: `reserved_<id>`, given by built-in roles on application `kibana-*`, without the login action."""

BASE_PRIVILEGES: dict[str, Level] = {"all": "all", "space_all": "all", "read": "read", "space_read": "read"}

BASE_ONLY_ACTIONS: dict[str, frozenset[str]] = {
    "all": frozenset(
        {
            LOGIN,
            "api:decryptedTelemetry",
            "api:read_features",
            "api:taskManager",
            "api:manageSpaces",
            "space:manage",
            "ui:spaces/manage",
            "ui:management/kibana/spaces",
            "ui:catalogue/spaces",
            "ui:enterpriseSearch/all",
            "ui:globalSettings/save",
            "ui:globalSettings/show",
        }
    ),
    "read": frozenset({LOGIN, "api:decryptedTelemetry", "ui:globalSettings/show"}),
    "space_all": frozenset({LOGIN}),
    "space_read": frozenset({LOGIN}),
}
"""What base privileges grant beside the features: only the global ones manage spaces, read features and settings."""

HIDDEN_BY_SOLUTION: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "es": (frozenset({"observability", "securitySolution", "chat"}), frozenset({"observabilityAIAssistant"})),
    "oblt": (frozenset({"securitySolution", "chat"}), frozenset()),
    "security": (frozenset({"observability", "enterpriseSearch", "chat"}), frozenset()),
    "chat": (frozenset({"observability", "securitySolution", "enterpriseSearch"}), frozenset()),
}
"""Solution view -> (hidden categories, ids kept all the same):
`x-pack/platform/plugins/shared/spaces/server/lib/utils/space_solution_disabled_features.ts` @ 057dcf9cdc63."""


@attrs.frozen
class ActionSet:
    """The actions that a privilege grants, as far as known."""

    actions: frozenset[str]
    every_type: frozenset[str] = frozenset()
    """Operations granted on every visible saved-object type."""
    maybe: frozenset[str] = frozenset()
    """Actions that it grants in some of the versions in question only."""
    complete: bool = True
    """Whether it grants nothing else."""
    interface_of: frozenset[str] | None = frozenset()
    """Of an incomplete set: the features whose interface actions it may hold beyond `actions`; None: of any feature."""

    def verdict(self, action: str) -> Verdict:
        """Whether it grants one action."""
        if action in self.actions:
            return Verdict.GRANTED
        kind, _, rest = action.partition(":")
        if kind == "saved_object" and self.every_type:
            type_, _, operation = rest.rpartition("/")
            if operation in self.every_type:
                return Verdict.GRANTED if type_ in visible_types() else Verdict.UNKNOWN
        if action in self.maybe:
            return Verdict.UNKNOWN
        bucket = rest.partition("/")[0]
        if self.complete or (
            # `catalogue`, `navLinks` and `management` are shared by features, so only a feature's own bucket is closed.
            kind == "ui" and bucket in FEATURES and self.interface_of is not None and bucket not in self.interface_of
        ):
            return Verdict.DENIED
        return Verdict.UNKNOWN

    def union(self, other: "ActionSet") -> "ActionSet":
        """Both together."""
        return ActionSet(
            self.actions | other.actions,
            self.every_type | other.every_type,
            self.maybe | other.maybe,
            self.complete and other.complete,
            None if self.interface_of is None or other.interface_of is None else self.interface_of | other.interface_of,
        )


@cache
def visible_types() -> frozenset[str]:
    """The saved-object types that the rows name: all are visible ones."""
    declarations = (d for f in _ROWS for d in (f.all, f.read))
    return frozenset(t for d in declarations for t in (*d.saved_all, *d.saved_read) if t != EVERY_TYPE)


def _declared(feature: Feature, declaration: Declaration) -> ActionSet:
    return ActionSet(
        frozenset(_actions(feature, declaration)),
        frozenset(
            (*READ_OPERATIONS, *WRITE_OPERATIONS)
            if EVERY_TYPE in declaration.saved_all
            else READ_OPERATIONS
            if EVERY_TYPE in declaration.saved_read
            else ()
        ),
    )


def _actions(feature: Feature, d: Declaration) -> Iterator[str]:
    for name in d.api:
        yield f"api:{name}"
    for name in d.app:
        yield f"app:{name}"
        yield f"ui:navLinks/{name}"
    for name in d.catalogue:
        yield f"ui:catalogue/{name}"
    for section, entry in d.management:
        yield f"ui:management/{section}/{entry}"
    for name in d.ui:
        yield f"ui:{feature.id}/{name}"
    for types, operations in ((d.saved_all, (*READ_OPERATIONS, *WRITE_OPERATIONS)), (d.saved_read, READ_OPERATIONS)):
        for type_ in types:
            if type_ != EVERY_TYPE:
                yield from (f"saved_object:{type_}/{operation}" for operation in operations)
    if d.alerting:
        for rule_type in feature.rule_types:
            rule = _RULE_ALL if d.alerting == "all" else _RULE_READ
            alert = _ALERT_ALL if d.alerting == "all" else _RULE_READ
            yield from (f"alerting:{rule_type}/{feature.id}/rule/{o}" for o in rule)
            yield from (f"alerting:{rule_type}/{feature.id}/alert/{o}" for o in alert)


_NOTHING = ActionSet(frozenset())
_UNKNOWN = ActionSet(frozenset(), complete=False, interface_of=None)
_LOGIN = ActionSet(frozenset({LOGIN}))


def _own_actions(feature: Feature, privilege: str, version: str | None) -> ActionSet:
    level: Level | None = _LEVELS.get(privilege)
    if level is None:
        sub = next(s for s in feature.sub if s.id == privilege)
        if sub.declaration is None:
            return attrs.evolve(_UNKNOWN, interface_of=frozenset({feature.id, *feature.replaced_by}))
        declared = _declared(feature, sub.declaration)
        return ActionSet(frozenset(), maybe=declared.actions) if sub.condition else declared
    declaration = feature.all if level == "all" else feature.read
    found = _declared(feature, declaration)
    if feature.id == "ml" and level == "read":
        found = _ml_read_actions(feature, version)
    if not privilege.startswith("minimal_"):
        for sub in feature.sub:
            if sub.include_in == level == "all":
                found = found.union(_own_actions(feature, sub.id, version))
    return found


_LEVELS: dict[str, Level] = {"all": "all", "read": "read", "minimal_all": "all", "minimal_read": "read"}


def _ml_read_actions(feature: Feature, version: str | None) -> ActionSet:
    profile = profile_of(version)
    if profile is not None:
        return _declared(feature, _ml_read(profile))
    sets = [
        _declared(feature, _ml_read("readers_test_models")).actions,
        _declared(feature, _ml_read("admins_test_models")).actions,
    ]
    return ActionSet(sets[0] & sets[1], maybe=sets[0] ^ sets[1])


@cache
def feature_actions(feature_id: str, privilege: str, version: str | None) -> ActionSet:
    """What `feature_<id>.<privilege>` grants in a version, login included. Outside the row's versions: all unknown."""
    feature = FEATURES.get(feature_id)
    number = parse(version)
    if feature is None and CATALOGUED.holds(number):
        # Uncatalogued deprecated features (Maps, say) may be replaced by saved query management, by none of the others.
        return attrs.evolve(_UNKNOWN, interface_of=frozenset({"savedQueryManagement"}))
    if feature is None or not feature.span.holds(number):
        return _UNKNOWN
    if privilege not in feature.privilege_ids:
        return _NOTHING
    found = _own_actions(feature, privilege, version).union(_LOGIN)
    for replacement in feature.privileges_replaced_by.get(privilege, ()):
        newer = FEATURES[replacement.feature]
        if newer.span.holds(number):
            for name in replacement.privileges:
                own = _own_actions(newer, name, version)
                found = found.union(attrs.evolve(own, actions=frozenset(a for a in own.actions if a.startswith("ui:"))))
    return found


@cache
def reserved_actions(reserved_id: str, version: str | None) -> ActionSet:
    """What `reserved_<id>` grants: the actions of its level, without login."""
    level = RESERVED.get(reserved_id)
    if level is None or level == "other" or not CATALOGUED.holds(parse(version)):
        return _UNKNOWN
    feature = FEATURES["ml"]
    if level == "apm_user":
        names = capabilities_granted("apm_user", "readers_test_models")
        api = tuple(f"ml:{n}" for n in names)
        return _declared(feature, Declaration(api=api, ui=names, saved_read=("ml-job",)))
    if not feature.span.holds(parse(version)):
        return _UNKNOWN
    return _own_actions(feature, level, version)


@cache
def base_actions(name: str, version: str | None) -> ActionSet:
    """What a base privilege grants: its own actions, and those of the same level of every feature.

    Kibana has features beside the catalogued ones, so the set is never complete; but of a catalogued feature it
    grants exactly the interface actions known here.
    """
    number = parse(version)
    level = BASE_PRIVILEGES.get(name)
    if level is None or not CATALOGUED.holds(number):
        return _UNKNOWN
    found = ActionSet(BASE_ONLY_ACTIONS[name], complete=False)
    for feature in _ROWS:
        if feature.id == "ml" and not BASE_INCLUDES_ML.holds(number):
            continue
        if not feature.span.holds(number):
            continue
        privileges = feature.privilege_ids if level == "all" else ("read",)
        for privilege in privileges:
            found = found.union(_own_actions(feature, privilege, version))
    return attrs.evolve(found, complete=False)
