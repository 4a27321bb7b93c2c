"""Every finding about a privilege: by which role, by roles together, perhaps, or not at all, with what proves it.

Each is found in two ways, the quick one and the general one, which must agree.
"""

from typing import Any

import attrs
import pytest

from mlaccess import NotExported, Resolver
from mlaccess.resolver.judge import Judge
from mlaccess.rules.facts import (
    ClusterAction,
    ClusterPrivilege,
    Fact,
    IndexAction,
    IndexPrivilege,
    IndicesKnown,
    KibanaAction,
    KibanaFeature,
    RequestDetail,
)
from mlaccess.stack import (
    ApiKey,
    ApplicationGrant,
    ApplicationPrivilege,
    FieldSecurity,
    FrozenMap,
    IndicesGrant,
    KibanaGrant,
    KibanaRole,
    Origin,
    RemoteIndicesGrant,
    RoleDescriptor,
    User,
    Users,
)

from .world import told, world

GONE = NotExported("was not asked", "GET /x")
UNLICENSED = {"license": GONE}
WITHOUT_SETTINGS = {"cluster_settings": GONE, "nodes": GONE}
LIMIT = FieldSecurity(("f",))


def place(name: str) -> Origin:
    return Origin("roles.json", f"/{name}")


def cluster(name: str, *privileges: str) -> RoleDescriptor:
    return RoleDescriptor(name, privileges, origin=place(name))


def indices(name: str, *entries: tuple[str, str], limited: bool = False) -> RoleDescriptor:
    """Entries of names and privileges, each separated by commas."""
    grants = tuple(
        IndicesGrant(
            tuple(names.split(",")),
            tuple(privileges.split(",")),
            LIMIT if limited else None,
            origin=place(f"{name}/{n}"),
        )
        for n, (names, privileges) in enumerate(entries)
    )
    return RoleDescriptor(name, indices=grants, origin=place(name))


def kibana(name: str, *entries: tuple[str, str], limited: bool = False) -> RoleDescriptor:
    """Entries of privileges and resources, each separated by commas."""
    grants = tuple(
        ApplicationGrant(
            "kibana-.kibana", tuple(names.split(",")), tuple(resources.split(",")), origin=place(f"{name}/{n}")
        )
        for n, (names, resources) in enumerate(entries)
    )
    limits = (IndicesGrant(("x",), ("read",), LIMIT),) if limited else ()
    return RoleDescriptor(name, applications=grants, indices=limits, origin=place(name))


def limited(role: RoleDescriptor) -> RoleDescriptor:
    """The same with an entry for which a licence is needed."""
    return attrs.evolve(role, indices=(*role.indices, IndicesGrant(("limited",), ("none",), LIMIT)))


def judge(held: tuple[RoleDescriptor | str, ...], parts: dict[str, Any]) -> Judge:
    """The judge of a user who has these roles, of which those that are only named stand in no export of roles."""
    defined = {role.name: role for role in held if isinstance(role, RoleDescriptor)}
    names = tuple(role if isinstance(role, str) else role.name for role in held)
    given: dict[str, Any] = {
        "roles": FrozenMap(defined),
        "kibana_roles": FrozenMap(),
        "users": Users([User("ana", names)]),
    }
    return Resolver(world(**(given | parts))).judge("ana")


ML_ADMIN, ML_MONITOR = cluster("admin", "manage_ml"), cluster("monitor", "monitor_ml", "manage_watcher")
RAW = cluster("raw", "cluster:admin/xpack/ml/*")
ODD = cluster("odd", "fly")
BAD = cluster("bad", "/cluster:(/")
MANAGE, PUT = ClusterPrivilege("manage_ml"), ClusterAction("cluster:admin/xpack/ml/job/put")
TOMORROW = {"version": "10.0.0", "kibana_version": "10.0.0"}
SOME_ROLES = {"incomplete": frozenset({"roles", "kibana_roles"})}
IN_KIBANA = {
    "kibana_roles": FrozenMap(
        {
            "broken": KibanaRole("broken", cluster("", "monitor_ml"), transform_error=("x",), origin=place("broken")),
            "shown": KibanaRole(
                "shown",
                cluster("", "monitor_ml"),
                (KibanaGrant(("sales",), feature=FrozenMap({"ml": ("all",)})),),
                origin=place("shown"),
            ),
        }
    )
}


@pytest.mark.parametrize(
    ("held", "parts", "fact", "finding"),
    [
        ((), {}, MANAGE, "denied cluster.missing privilege=manage_ml"),
        (
            (ML_MONITOR, ML_ADMIN),
            {},
            MANAGE,
            "granted cluster.granted privilege=manage_ml | role admin manage_ml roles.json#/admin/cluster",
        ),
        (
            (ML_MONITOR, indices("x", ("a", "read"))),
            {},
            MANAGE,
            (
                "denied cluster.missing privilege=manage_ml"
                " ~ role monitor monitor_ml, manage_watcher roles.json#/monitor/cluster"
            ),
        ),
        (
            (ML_MONITOR, RAW),
            {},
            MANAGE,
            (
                "granted cluster.granted_jointly privilege=manage_ml"
                " | role monitor monitor_ml, manage_watcher roles.json#/monitor/cluster"
                " | role raw cluster:admin/xpack/ml/* roles.json#/raw/cluster"
            ),
        ),
        (
            (ML_MONITOR, ODD),
            {},
            MANAGE,
            "unknown role.unknown_privilege privilege=manage_ml | role odd fly roles.json#/odd",
        ),
        (
            (ML_ADMIN, ODD),
            {},
            MANAGE,
            "granted cluster.granted privilege=manage_ml | role admin manage_ml roles.json#/admin/cluster",
        ),
        (
            (ML_MONITOR, BAD),
            {},
            MANAGE,
            "unknown role.unknown_privilege privilege=manage_ml | role bad /cluster:(/ roles.json#/bad",
        ),
        (
            (ML_MONITOR, "ghost"),
            {},
            MANAGE,
            (
                "denied cluster.missing privilege=manage_ml"
                " ~ role monitor monitor_ml, manage_watcher roles.json#/monitor/cluster"
            ),
        ),
        (
            (ML_MONITOR, "ghost"),
            SOME_ROLES,
            MANAGE,
            (
                "unknown role.not_exported privilege=manage_ml reason=the list is incomplete role=ghost"
                " | doubt role.not_exported the list is incomplete | absence roles the list is incomplete"
            ),
        ),
        (
            (ML_ADMIN, "ghost"),
            SOME_ROLES,
            MANAGE,
            "granted cluster.granted privilege=manage_ml | role admin manage_ml roles.json#/admin/cluster",
        ),
        (
            (ML_MONITOR,),
            WITHOUT_SETTINGS,
            MANAGE,
            "unknown anonymous.unknown privilege=manage_ml | doubt anonymous.unknown",
        ),
        (
            (ML_MONITOR, limited(ML_ADMIN)),
            UNLICENSED,
            MANAGE,
            "unknown role.possibly_held privilege=manage_ml | role admin roles.json#/admin",
        ),
        (
            (ML_MONITOR, limited(RAW)),
            UNLICENSED,
            MANAGE,
            "unknown role.possibly_held privilege=manage_ml | role raw roles.json#/raw",
        ),
        (
            (ML_MONITOR, limited(cluster("other", "monitor"))),
            UNLICENSED,
            MANAGE,
            (
                "denied cluster.missing privilege=manage_ml"
                " ~ role monitor monitor_ml, manage_watcher roles.json#/monitor/cluster"
            ),
        ),
        (
            (ML_MONITOR, limited(ODD)),
            UNLICENSED,
            MANAGE,
            "unknown role.possibly_held privilege=manage_ml | role odd roles.json#/odd",
        ),
        (
            ("broken",),
            IN_KIBANA,
            MANAGE,
            "denied cluster.missing privilege=manage_ml ~ role broken monitor_ml roles.json#/broken/cluster",
        ),
        (
            ("broken",),
            IN_KIBANA,
            ClusterPrivilege("monitor_ml"),
            "granted cluster.granted privilege=monitor_ml | role broken monitor_ml roles.json#/broken/cluster",
        ),
        ((), {}, PUT, "denied cluster.action_missing action=cluster:admin/xpack/ml/job/put"),
        (
            (ML_MONITOR, RAW),
            {},
            PUT,
            (
                "granted cluster.action_granted action=cluster:admin/xpack/ml/job/put"
                " | role raw cluster:admin/xpack/ml/* roles.json#/raw/cluster"
            ),
        ),
        (
            (ML_MONITOR,),
            {},
            PUT,
            (
                "denied cluster.action_missing action=cluster:admin/xpack/ml/job/put"
                " ~ role monitor monitor_ml, manage_watcher roles.json#/monitor/cluster"
            ),
        ),
        (
            (ML_MONITOR, ODD),
            {},
            PUT,
            ("unknown role.unknown_privilege action=cluster:admin/xpack/ml/job/put | role odd fly roles.json#/odd"),
        ),
        (
            (ML_MONITOR, limited(RAW)),
            UNLICENSED,
            PUT,
            "unknown role.possibly_held action=cluster:admin/xpack/ml/job/put | role raw roles.json#/raw",
        ),
    ],
)
def test_on_the_cluster(
    held: tuple[RoleDescriptor | str, ...], parts: dict[str, Any], fact: Fact, finding: str
) -> None:
    asked = judge(held, parts)
    assert told(asked(fact)) == finding
    assert told(asked.at_length(fact)) == finding


LOGS = indices("logs", ("logs-*", "read,monitor"))
WEB = indices("web", ("logs-web", "read"), ("x-*", "read"))
WRITER = indices("writer", ("logs-*,metrics-*", "write"))
LEFT, RIGHT = indices("left", ("/logs-a.*/", "read")), indices("right", ("/logs-([^a].*)?/", "read"))
RAW_LEFT, RAW_RIGHT = (
    indices("left", ("/logs-a.*/", "indices:*")),
    indices("right", ("/logs-([^a].*)?/", "indices:*")),
)
OF_DATA = indices("of_data", ("logs-*", "indices:*"))
OF_FAILURES = indices("of_failures", ("logs-*", "manage_failure_store"))
BY_PARTS = indices("by_parts", ("logs-*", "indices:*"), ("logs-*,x", "manage_failure_store"), ("y", "read"))
PARTED = indices("parted", ("a?", "read"), ("/a..+/", "read"), ("a", "read"))
PARTING = indices("parting", ("a?", "write"))
SEARCH, RESOLVE = indices("search", ("logs-*", "indices:data/read")), indices("resolve", ("logs-*", "indices:admin/*"))
NO_PATTERN = indices("bad", ("/bad(", "read"))
REMOTE = attrs.evolve(indices("remote"), remote_indices=(RemoteIndicesGrant(("eu", "us-*"), ("logs-*",), ("read",)),))
UNKNOWN_REMOTE = attrs.evolve(REMOTE, name="unknown_remote", cluster=("fly",))


def read(expression: str) -> IndexPrivilege:
    return IndexPrivilege(expression, "read")


@pytest.mark.parametrize(
    ("held", "parts", "fact", "finding"),
    [
        ((), {}, read("logs-web"), "denied index.missing expression=logs-web privilege=read"),
        ((), {}, read("logs-*"), "denied index.not_covered expression=logs-* privilege=read witness=logs-"),
        (
            (WEB, LOGS),
            {},
            read("logs-web"),
            ("granted index.granted expression=logs-web privilege=read | grant web read on logs-web roles.json#/web/0"),
        ),
        (
            (WRITER, LOGS),
            {},
            read("logs-*"),
            (
                "granted index.granted expression=logs-* privilege=read"
                " | grant logs read, monitor on logs-* roles.json#/logs/0"
            ),
        ),
        (
            (WEB, WRITER),
            {},
            read("logs-app"),
            (
                "denied index.missing expression=logs-app privilege=read"
                " ~ grant writer write on logs-*, metrics-* roles.json#/writer/0"
            ),
        ),
        (
            (WEB, WRITER),
            {},
            read("logs-*"),
            (
                "denied index.not_covered expression=logs-* privilege=read witness=logs-"
                " ~ grant web read on logs-web roles.json#/web/0"
                " ~ grant writer write on logs-*, metrics-* roles.json#/writer/0"
            ),
        ),
        (
            (WEB,),
            {},
            read("logs-web*"),
            (
                "denied index.not_covered expression=logs-web* privilege=read witness=logs-weba"
                " ~ grant web read on logs-web roles.json#/web/0"
            ),
        ),
        (
            (LOGS,),
            {},
            read("logs-a,metrics-a"),
            ("denied index.not_covered expression=logs-a,metrics-a privilege=read witness=metrics-a"),
        ),
        (
            (LOGS,),
            {},
            read("logs-a,logs-b"),
            (
                "granted index.granted expression=logs-a,logs-b privilege=read"
                " | grant logs read, monitor on logs-* roles.json#/logs/0"
            ),
        ),
        (
            (LOGS, ODD),
            {},
            read("metrics-*"),
            "unknown role.unknown_privilege expression=metrics-* privilege=read | role odd fly roles.json#/odd",
        ),
        (
            (LOGS, NO_PATTERN),
            {},
            read("metrics-*"),
            (
                "unknown pattern.too_complex expression=metrics-* privilege=read"
                " | role invalid pattern [/bad(]. patterns starting with '/' indicate regular expression"
                " pattern and therefore must also end with '/'. other patterns (those that do not start"
                " with '/') will be treated as simple wildcard patterns\n  /bad(\n       ^"
            ),
        ),
        (
            (LOGS, "ghost"),
            {},
            read("metrics-*"),
            "denied index.not_covered expression=metrics-* privilege=read witness=metrics-",
        ),
        (
            (LOGS, "ghost"),
            SOME_ROLES,
            read("metrics-*"),
            (
                "unknown role.not_exported expression=metrics-* privilege=read reason=the list is"
                " incomplete role=ghost | doubt role.not_exported the list is incomplete"
                " | absence roles the list is incomplete"
            ),
        ),
        (
            (LOGS,),
            WITHOUT_SETTINGS,
            read("metrics-*"),
            "unknown anonymous.unknown expression=metrics-* privilege=read | doubt anonymous.unknown",
        ),
        (
            (WEB, limited(LOGS)),
            UNLICENSED,
            read("logs-*"),
            "unknown role.possibly_held expression=logs-* privilege=read | role logs roles.json#/logs",
        ),
        (
            (WEB, limited(LOGS)),
            UNLICENSED,
            read("logs-web"),
            ("granted index.granted expression=logs-web privilege=read | grant web read on logs-web roles.json#/web/0"),
        ),
        (
            (WEB, limited(LOGS)),
            UNLICENSED,
            read("metrics-*"),
            "denied index.not_covered expression=metrics-* privilege=read witness=metrics-",
        ),
        (
            (WEB, limited(NO_PATTERN)),
            UNLICENSED,
            read("metrics-*"),
            (
                "unknown pattern.too_complex expression=metrics-* privilege=read"
                " | role invalid pattern [/bad(]. patterns starting with '/' indicate regular expression"
                " pattern and therefore must also end with '/'. other patterns (those that do not start"
                " with '/') will be treated as simple wildcard patterns\n  /bad(\n       ^"
            ),
        ),
        (
            (WEB, limited(ODD)),
            UNLICENSED,
            read("metrics-*"),
            "unknown role.possibly_held expression=metrics-* privilege=read | role odd roles.json#/odd",
        ),
        (
            (LEFT, RIGHT),
            {},
            read("logs-*"),
            (
                "granted index.granted_jointly expression=logs-* privilege=read"
                " | grant left read on /logs-a.*/ roles.json#/left/0"
                " | grant right read on /logs-([^a].*)?/ roles.json#/right/0"
            ),
        ),
        (
            (LEFT,),
            {},
            read("logs-*"),
            (
                "denied index.not_covered expression=logs-* privilege=read witness=logs-"
                " ~ grant left read on /logs-a.*/ roles.json#/left/0"
            ),
        ),
        (
            (LEFT, limited(RIGHT)),
            UNLICENSED,
            read("logs-*"),
            "unknown role.possibly_held expression=logs-* privilege=read | role right roles.json#/right",
        ),
        (
            (SEARCH, RESOLVE),
            {},
            read("logs-*"),
            (
                "granted index.granted_jointly expression=logs-* privilege=read"
                " | grant search indices:data/read on logs-* roles.json#/search/0"
                " | grant resolve indices:admin/* on logs-* roles.json#/resolve/0"
            ),
        ),
        (
            (SEARCH,),
            {},
            read("logs-*"),
            (
                "denied index.not_covered expression=logs-* privilege=read witness=logs-"
                " ~ grant search indices:data/read on logs-* roles.json#/search/0"
            ),
        ),
        (
            (PARTED,),
            {},
            read("a*"),
            (
                "granted index.granted expression=a* privilege=read"
                " | grant parted read on a? roles.json#/parted/0"
                " | grant parted read on /a..+/ roles.json#/parted/1"
                " | grant parted read on a roles.json#/parted/2"
            ),
        ),
        (
            (PARTED, PARTING),
            {},
            read("a*"),
            (
                "denied index.missing expression=a* privilege=read"
                " ~ grant parted read on a? roles.json#/parted/0"
                " ~ grant parted read on /a..+/ roles.json#/parted/1"
                " ~ grant parted read on a roles.json#/parted/2"
                " ~ grant parting write on a? roles.json#/parting/0"
            ),
        ),
        (
            (PARTED, limited(PARTING)),
            UNLICENSED,
            read("a*"),
            "unknown role.possibly_held expression=a* privilege=read | role parting roles.json#/parting",
        ),
        (
            (PARTED, limited(LOGS)),
            UNLICENSED,
            read("a*"),
            (
                "granted index.granted expression=a* privilege=read"
                " | grant parted read on a? roles.json#/parted/0"
                " | grant parted read on /a..+/ roles.json#/parted/1"
                " | grant parted read on a roles.json#/parted/2"
            ),
        ),
        (
            (PARTED, "ghost"),
            SOME_ROLES,
            read("a*"),
            (
                "unknown role.not_exported expression=a* privilege=read reason=the list is incomplete"
                " role=ghost | doubt role.not_exported the list is incomplete"
                " | absence roles the list is incomplete"
            ),
        ),
        (
            (LOGS,),
            {},
            read("<logs-{now/d}>"),
            (
                "granted index.granted expression=<logs-{now/d}> privilege=read"
                " | grant logs read, monitor on logs-* roles.json#/logs/0"
            ),
        ),
        ((LOGS,), {}, read("<metrics-{now/d}>"), "unknown index.date_math expression=<metrics-{now/d}> privilege=read"),
        (
            (LOGS,),
            {},
            read("logs-*,-logs-web"),
            (
                "granted index.granted expression=logs-*,-logs-web privilege=read"
                " | grant logs read, monitor on logs-* roles.json#/logs/0"
            ),
        ),
        (
            (LOGS,),
            {},
            read("*,-metrics-*"),
            (
                "unknown index.exclusions expression=*,-metrics-* privilege=read"
                " ~ grant logs read, monitor on logs-* roles.json#/logs/0"
            ),
        ),
        (
            (REMOTE,),
            {},
            read("eu:logs-a"),
            (
                "granted index.remote_granted expression=eu:logs-a privilege=read"
                " | role remote remote_indices for eu roles.json#/remote"
            ),
        ),
        (
            (LOGS, REMOTE),
            {},
            read("us-1:logs-*"),
            (
                "granted index.remote_granted expression=us-1:logs-* privilege=read"
                " | role remote remote_indices for us-1 roles.json#/remote"
            ),
        ),
        (
            (REMOTE,),
            {},
            read("asia:logs-a"),
            "unknown index.remote_unknown cluster=asia expression=asia:logs-a privilege=read",
        ),
        (
            (UNKNOWN_REMOTE,),
            {},
            read("eu:logs-a"),
            "unknown index.remote_unknown cluster=eu expression=eu:logs-a privilege=read",
        ),
        (
            (LOGS, REMOTE),
            {},
            read("logs-a,eu:logs-a"),
            (
                "granted index.remote_granted expression=eu:logs-a privilege=read"
                " | role remote remote_indices for eu roles.json#/remote"
                " | grant logs read, monitor on logs-* roles.json#/logs/0"
            ),
        ),
        (
            (WRITER, REMOTE),
            {},
            read("logs-a,eu:logs-a"),
            (
                "denied index.missing expression=logs-a privilege=read"
                " ~ grant writer write on logs-*, metrics-* roles.json#/writer/0"
            ),
        ),
        (
            (LOGS, REMOTE),
            {},
            read("logs-a,asia:logs-a"),
            "unknown index.remote_unknown cluster=asia expression=asia:logs-a privilege=read",
        ),
        (
            (LOGS,),
            {},
            IndexAction("logs-*", "indices:data/read/search"),
            (
                "granted index.granted expression=logs-* privilege=indices:data/read/search"
                " | grant logs read, monitor on logs-* roles.json#/logs/0"
            ),
        ),
        (
            (WRITER,),
            {},
            IndexAction("logs-*", "indices:data/read/search"),
            (
                "denied index.not_covered expression=logs-* privilege=indices:data/read/search"
                " witness=logs- ~ grant writer write on logs-*, metrics-* roles.json#/writer/0"
            ),
        ),
        (
            (indices("m", ("logs-*", "manage")),),
            {},
            IndexPrivilege("logs-*", "manage"),
            ("granted index.granted expression=logs-* privilege=manage | grant m manage on logs-* roles.json#/m/0"),
        ),
        (
            (indices("m", ("logs-*", "manage")),),
            {},
            IndexPrivilege("logs-*::failures", "manage"),
            (
                "granted index.granted expression=logs-*::failures privilege=manage"
                " | grant m manage on logs-* roles.json#/m/0"
            ),
        ),
        ((LOGS,), {}, read(""), "denied index.missing expression= privilege=read"),
        (
            (indices("system", (".ml-config,.*", "read")),),
            {},
            read(".ml-config"),
            (
                "denied index.missing expression=.ml-config privilege=read"
                " ~ grant system read on .ml-config, .* roles.json#/system/0"
            ),
        ),
        (
            (indices("none", ("logs-*", "none")), LOGS),
            {},
            read("logs-*"),
            (
                "granted index.granted expression=logs-* privilege=read"
                " | grant logs read, monitor on logs-* roles.json#/logs/0"
            ),
        ),
        (
            (RAW_LEFT, RAW_RIGHT),
            {"version": "8.11.0"},
            IndexPrivilege("logs-*", "manage"),
            (
                "granted index.granted_jointly expression=logs-* privilege=manage"
                " | grant left indices:* on /logs-a.*/ roles.json#/left/0"
                " | grant right indices:* on /logs-([^a].*)?/ roles.json#/right/0"
            ),
        ),
        (
            (RAW_LEFT, RAW_RIGHT),
            {},
            IndexPrivilege("logs-*", "manage"),
            (
                "denied index.not_covered expression=logs-* privilege=manage witness=logs-"
                " ~ grant left indices:* on /logs-a.*/ roles.json#/left/0"
                " ~ grant right indices:* on /logs-([^a].*)?/ roles.json#/right/0"
            ),
        ),
        (
            (BY_PARTS,),
            {},
            IndexPrivilege("logs-*", "manage"),
            (
                "granted index.granted expression=logs-* privilege=manage"
                " | grant by_parts indices:* on logs-* roles.json#/by_parts/0"
                " | grant by_parts manage_failure_store on logs-*, x roles.json#/by_parts/1"
                " | grant by_parts read on y roles.json#/by_parts/2"
            ),
        ),
        (
            (BY_PARTS,),
            {},
            IndexPrivilege("logs-*::failures", "manage"),
            (
                "granted index.granted expression=logs-*::failures privilege=manage"
                " | grant by_parts manage_failure_store on logs-*, x roles.json#/by_parts/1"
            ),
        ),
        (
            (OF_DATA, OF_FAILURES),
            {},
            IndexPrivilege("logs-*", "manage"),
            (
                "granted index.granted_jointly expression=logs-* privilege=manage"
                " | grant of_data indices:* on logs-* roles.json#/of_data/0"
                " | grant of_failures manage_failure_store on logs-* roles.json#/of_failures/0"
            ),
        ),
        (
            (OF_DATA, OF_FAILURES),
            {},
            IndexPrivilege("logs-web", "manage"),
            (
                "granted index.granted_jointly expression=logs-web privilege=manage"
                " | grant of_data indices:* on logs-* roles.json#/of_data/0"
                " | grant of_failures manage_failure_store on logs-* roles.json#/of_failures/0"
            ),
        ),
        (
            (OF_DATA,),
            {},
            IndexPrivilege("logs-web", "manage"),
            (
                "denied index.missing expression=logs-web privilege=manage"
                " ~ grant of_data indices:* on logs-* roles.json#/of_data/0"
            ),
        ),
    ],
)
def test_on_indices(held: tuple[RoleDescriptor | str, ...], parts: dict[str, Any], fact: Fact, finding: str) -> None:
    """`_jointly`: by roles together. A witness is a name of the pattern that nothing covers."""
    asked = judge(held, parts)
    assert told(asked(fact)) == finding
    assert told(asked.at_length(fact)) == finding


ML_ALL = kibana("ml_all", ("feature_ml.all", "space:sales,space:x"))
ML_READ = kibana("ml_read", ("feature_ml.read", "space:sales"), ("feature_discover_v2.all", "space:sales"))
BARE = RoleDescriptor(
    "bare", applications=(ApplicationGrant("kibana-.kibana", ("feature_ml.all",), ("*",)),), origin=place("bare")
)
ELSEWHERE = kibana("elsewhere", ("feature_ml.all", "space:default"))
WILD = kibana("wild", ("feature_ml.all", "space:s*"))
ODD_KIBANA = attrs.evolve(kibana("odd_kibana", ("feature_ml.all", "space:sales")), cluster=("fly",))
FUTURE = kibana("future", ("feature_tomorrow.all", "space:sales"))
ONE, TWO = kibana("one", ("feature_one.all", "space:sales")), kibana("two", ("feature_two.all", "space:sales"))
STORED: dict[str, Any] = {
    "application_privileges": FrozenMap(
        {
            ("kibana-.kibana", name): ApplicationPrivilege("kibana-.kibana", name, frozenset(actions.split()))
            for name, actions in {
                "feature_ml.read": "login: ui:a ui:b",
                "feature_one.all": "login: ui:a",
                "feature_two.all": "login: ui:b",
            }.items()
        }
    )
}
ALL = KibanaFeature(("ml",), "all", "sales")
READ = KibanaFeature(("ml",), "read", "sales")
DISCOVER = KibanaFeature(("discover_v2", "discover"), "all", "sales")
CREATE = KibanaAction("ui:ml/canCreateJob", "sales")


@pytest.mark.parametrize(
    ("held", "parts", "fact", "finding"),
    [
        ((), {}, ALL, "denied kibana.feature_missing feature=ml level=all space=sales"),
        (
            (ML_READ, ML_ALL),
            {},
            ALL,
            (
                "granted kibana.feature_granted feature=ml level=all space=sales"
                " | role ml_all feature_ml.all on space:sales, space:x roles.json#/ml_all/0"
                " | catalogue catalogue"
            ),
        ),
        (
            (ML_READ,),
            {},
            ALL,
            (
                "denied kibana.feature_missing feature=ml level=all space=sales"
                " ~ grant ml_read feature_ml.read roles.json#/ml_read/0"
                " ~ grant ml_read feature_discover_v2.all roles.json#/ml_read/1"
            ),
        ),
        (
            (ML_READ, ELSEWHERE),
            {},
            ALL,
            (
                "denied kibana.feature_missing feature=ml level=all space=sales"
                " ~ grant ml_read feature_ml.read roles.json#/ml_read/0"
                " ~ grant ml_read feature_discover_v2.all roles.json#/ml_read/1"
            ),
        ),
        (
            (WILD,),
            {},
            ALL,
            (
                "granted kibana.feature_granted feature=ml level=all space=sales"
                " | role wild feature_ml.all on space:s* roles.json#/wild/0 | catalogue catalogue"
            ),
        ),
        (
            (WILD, ML_READ),
            {},
            KibanaFeature(("ml",), "all", "x"),
            "denied kibana.feature_missing feature=ml level=all space=x",
        ),
        (
            (ML_READ,),
            {},
            DISCOVER,
            (
                "granted kibana.feature_granted feature=discover_v2 level=all space=sales"
                " | role ml_read feature_discover_v2.all on space:sales roles.json#/ml_read/1"
                " | catalogue catalogue"
            ),
        ),
        (
            (kibana("old", ("feature_discover.all", "*")),),
            {},
            DISCOVER,
            (
                "granted kibana.feature_granted feature=discover_v2 level=all space=sales"
                " | role old feature_discover.all on * roles.json#/old/0 | catalogue catalogue"
            ),
        ),
        (
            (ML_ALL,),
            {},
            DISCOVER,
            (
                "denied kibana.feature_missing feature=discover_v2 level=all space=sales"
                " ~ grant ml_all feature_ml.all roles.json#/ml_all/0"
            ),
        ),
        (
            (FUTURE,),
            {},
            ALL,
            (
                "denied kibana.feature_missing feature=ml level=all space=sales"
                " ~ grant future feature_tomorrow.all roles.json#/future/0"
            ),
        ),
        (
            (FUTURE, ML_READ),
            {},
            ALL,
            (
                "denied kibana.feature_missing feature=ml level=all space=sales"
                " ~ grant future feature_tomorrow.all roles.json#/future/0"
                " ~ grant ml_read feature_ml.read roles.json#/ml_read/0"
                " ~ grant ml_read feature_discover_v2.all roles.json#/ml_read/1"
            ),
        ),
        (
            (FUTURE, ML_ALL),
            {},
            ALL,
            (
                "granted kibana.feature_granted feature=ml level=all space=sales"
                " | role ml_all feature_ml.all on space:sales, space:x roles.json#/ml_all/0"
                " | catalogue catalogue"
            ),
        ),
        (
            (ODD_KIBANA,),
            {},
            ALL,
            (
                "unknown role.unknown_privilege feature=ml level=all space=sales"
                " | role odd_kibana fly roles.json#/odd_kibana"
            ),
        ),
        (
            (ODD_KIBANA, ML_READ),
            {},
            READ,
            (
                "granted kibana.feature_granted feature=ml level=read space=sales"
                " | role ml_read feature_ml.read on space:sales roles.json#/ml_read/0 | catalogue catalogue"
            ),
        ),
        (
            (ML_READ, "ghost"),
            SOME_ROLES,
            ALL,
            (
                "unknown role.not_exported feature=ml level=all reason=the list is incomplete role=ghost"
                " space=sales | doubt role.not_exported the list is incomplete"
                " | absence roles the list is incomplete"
            ),
        ),
        (
            (ML_READ, "ghost"),
            {},
            ALL,
            (
                "denied kibana.feature_missing feature=ml level=all space=sales"
                " ~ grant ml_read feature_ml.read roles.json#/ml_read/0"
                " ~ grant ml_read feature_discover_v2.all roles.json#/ml_read/1"
            ),
        ),
        (
            (ML_READ,),
            WITHOUT_SETTINGS,
            ALL,
            "unknown anonymous.unknown feature=ml level=all space=sales | doubt anonymous.unknown",
        ),
        (
            (ML_READ, "broken"),
            IN_KIBANA,
            ALL,
            (
                "unknown role.transform_error feature=ml level=all role=broken space=sales"
                " | doubt role.transform_error | role broken roles.json#/broken"
            ),
        ),
        (
            (ML_ALL, "broken"),
            IN_KIBANA,
            ALL,
            (
                "granted kibana.feature_granted feature=ml level=all space=sales"
                " | role ml_all feature_ml.all on space:sales, space:x roles.json#/ml_all/0"
                " | catalogue catalogue"
            ),
        ),
        (
            (ML_READ, limited(ML_ALL)),
            UNLICENSED,
            ALL,
            "unknown role.possibly_held feature=ml level=all space=sales | role ml_all roles.json#/ml_all",
        ),
        (
            (ML_READ, limited(ELSEWHERE)),
            UNLICENSED,
            ALL,
            (
                "denied kibana.feature_missing feature=ml level=all space=sales"
                " ~ grant ml_read feature_ml.read roles.json#/ml_read/0"
                " ~ grant ml_read feature_discover_v2.all roles.json#/ml_read/1"
            ),
        ),
        (
            (ML_READ, limited(ODD)),
            UNLICENSED,
            ALL,
            "unknown role.possibly_held feature=ml level=all space=sales | role odd roles.json#/odd",
        ),
        (
            (ML_READ, limited(FUTURE)),
            UNLICENSED,
            ALL,
            (
                "denied kibana.feature_missing feature=ml level=all space=sales"
                " ~ grant ml_read feature_ml.read roles.json#/ml_read/0"
                " ~ grant ml_read feature_discover_v2.all roles.json#/ml_read/1"
            ),
        ),
        (
            (ML_READ, ML_ALL),
            TOMORROW,
            ALL,
            (
                "unknown kibana.feature_unknown feature=ml level=all space=sales"
                " | role ml_all feature_ml.all on space:sales, space:x roles.json#/ml_all/0"
                " | catalogue catalogue"
            ),
        ),
        (
            (ELSEWHERE, ML_READ),
            TOMORROW,
            ALL,
            (
                "denied kibana.feature_missing feature=ml level=all space=sales"
                " ~ grant ml_read feature_ml.read roles.json#/ml_read/0"
                " ~ grant ml_read feature_discover_v2.all roles.json#/ml_read/1"
            ),
        ),
        (
            (ML_ALL, "ghost"),
            TOMORROW | SOME_ROLES,
            ALL,
            (
                "unknown role.not_exported feature=ml level=all reason=the list is incomplete role=ghost"
                " space=sales | doubt role.not_exported the list is incomplete"
                " | absence roles the list is incomplete"
            ),
        ),
        (
            (ML_ALL,),
            TOMORROW,
            CREATE,
            (
                "unknown kibana.action_unknown action=ui:ml/canCreateJob space=sales"
                " | role ml_all feature_ml.all on space:sales, space:x roles.json#/ml_all/0"
                " | catalogue catalogue"
            ),
        ),
        (
            (ML_READ, kibana("every", ("*", "space:sales"))),
            TOMORROW,
            CREATE,
            (
                "granted kibana.action_granted action=ui:ml/canCreateJob space=sales"
                " | role every * on space:sales roles.json#/every/0 | catalogue pattern"
            ),
        ),
        (
            (ML_ALL, limited(WILD)),
            TOMORROW | UNLICENSED,
            ALL,
            (
                "unknown kibana.feature_unknown feature=ml level=all space=sales"
                " | role ml_all feature_ml.all on space:sales, space:x roles.json#/ml_all/0"
                " | catalogue catalogue"
            ),
        ),
        (
            (ONE, TWO),
            STORED,
            READ,
            (
                "granted kibana.feature_granted feature=ml level=read space=sales"
                " | role one, two feature_one.all on space:sales roles.json#/one/0 | catalogue stored"
            ),
        ),
        (
            (ONE,),
            STORED,
            READ,
            (
                "denied kibana.feature_missing feature=ml level=read space=sales"
                " ~ grant one feature_one.all roles.json#/one/0"
            ),
        ),
        (
            (ONE, limited(TWO)),
            STORED | UNLICENSED,
            READ,
            "unknown role.possibly_held feature=ml level=read space=sales | role two roles.json#/two",
        ),
        (
            (ML_READ, ML_ALL),
            {},
            CREATE,
            (
                "granted kibana.action_granted action=ui:ml/canCreateJob space=sales"
                " | role ml_all feature_ml.all on space:sales, space:x roles.json#/ml_all/0"
                " | catalogue catalogue"
            ),
        ),
        (
            (ML_READ,),
            {},
            CREATE,
            (
                "denied kibana.action_missing action=ui:ml/canCreateJob space=sales"
                " ~ grant ml_read feature_ml.read roles.json#/ml_read/0"
                " ~ grant ml_read feature_discover_v2.all roles.json#/ml_read/1"
            ),
        ),
        (
            (FUTURE,),
            {},
            CREATE,
            (
                "denied kibana.action_missing action=ui:ml/canCreateJob space=sales"
                " ~ grant future feature_tomorrow.all roles.json#/future/0"
            ),
        ),
        (
            (ML_READ, limited(ML_ALL)),
            UNLICENSED,
            CREATE,
            "unknown role.possibly_held action=ui:ml/canCreateJob space=sales | role ml_all roles.json#/ml_all",
        ),
        (
            (ML_ALL,),
            {},
            KibanaAction("ui:ml/canCreateJob", "*"),
            "denied kibana.action_missing action=ui:ml/canCreateJob space=*",
        ),
        (
            (BARE,),
            {},
            ALL,
            (
                "granted kibana.feature_granted feature=ml level=all space=sales"
                " | role bare feature_ml.all on * roles.json#/bare | catalogue catalogue"
            ),
        ),
        (
            ("shown",),
            IN_KIBANA,
            ALL,
            (
                "granted kibana.feature_granted feature=ml level=all space=sales"
                " | role shown feature_ml.all on space:sales roles.json#/shown | catalogue catalogue"
            ),
        ),
        (
            (kibana("two", ("feature_ml.read,feature_discover_v2.read", "space:sales")),),
            {},
            ALL,
            (
                "denied kibana.feature_missing feature=ml level=all space=sales"
                " ~ grant two feature_ml.read, feature_discover_v2.read roles.json#/two/0"
            ),
        ),
    ],
)
def test_in_kibana(held: tuple[RoleDescriptor | str, ...], parts: dict[str, Any], fact: Fact, finding: str) -> None:
    """The entry that grants it with the resources, or the entries about the space that do not."""
    asked = judge(held, parts)
    assert told(asked(fact)) == finding
    assert told(asked.at_length(fact)) == finding


@pytest.mark.parametrize(
    ("own", "owner", "fact", "finding"),
    [
        (
            ML_ADMIN,
            cluster("owner", "all"),
            MANAGE,
            (
                "granted cluster.granted privilege=manage_ml"
                " | role admin manage_ml roles.json#/admin/cluster"
                " | role owner all roles.json#/owner/cluster"
            ),
        ),
        (
            ML_MONITOR,
            cluster("owner", "all"),
            MANAGE,
            (
                "denied cluster.missing privilege=manage_ml"
                " ~ role monitor monitor_ml, manage_watcher roles.json#/monitor/cluster"
            ),
        ),
        (
            ML_ADMIN,
            ML_MONITOR,
            MANAGE,
            (
                "denied cluster.missing privilege=manage_ml"
                " ~ role monitor monitor_ml, manage_watcher roles.json#/monitor/cluster"
            ),
        ),
        (ML_ADMIN, ODD, MANAGE, "unknown role.unknown_privilege privilege=manage_ml | role odd fly roles.json#/odd"),
        (
            ML_MONITOR,
            ODD,
            MANAGE,
            (
                "denied cluster.missing privilege=manage_ml"
                " ~ role monitor monitor_ml, manage_watcher roles.json#/monitor/cluster"
            ),
        ),
        (
            LOGS,
            indices("owner", ("*", "all")),
            read("logs-*"),
            (
                "granted index.granted expression=logs-* privilege=read"
                " | grant logs read, monitor on logs-* roles.json#/logs/0"
                " | grant owner all on * roles.json#/owner/0"
            ),
        ),
        (
            LOGS,
            WEB,
            read("logs-*"),
            (
                "denied index.not_covered expression=logs-* privilege=read witness=logs-"
                " ~ grant web read on logs-web roles.json#/web/0"
            ),
        ),
        (
            ML_ALL,
            kibana("owner", ("feature_ml.all", "*")),
            ALL,
            (
                "granted kibana.feature_granted feature=ml level=all space=sales"
                " | role ml_all feature_ml.all on space:sales, space:x roles.json#/ml_all/0"
                " | catalogue catalogue | role owner feature_ml.all on * roles.json#/owner/0"
            ),
        ),
        (
            ML_ALL,
            ML_READ,
            ALL,
            (
                "denied kibana.feature_missing feature=ml level=all space=sales"
                " ~ grant ml_read feature_ml.read roles.json#/ml_read/0"
                " ~ grant ml_read feature_discover_v2.all roles.json#/ml_read/1"
            ),
        ),
    ],
)
def test_of_an_api_key(own: RoleDescriptor, owner: RoleDescriptor, fact: Fact, finding: str) -> None:
    """Both its own roles and its owner's must grant; the worse of them speaks."""
    key = ApiKey("k", username="ana", role_descriptors=(own,), limited_by=((owner,),))
    assert told(Resolver(world(api_keys=FrozenMap({"k": key}))).judge(api_key="k")(fact)) == finding


@pytest.mark.parametrize(
    ("fact", "finding"),
    [
        (RequestDetail("the body"), "unknown request.detail text=the body"),
        (IndicesKnown("anomaly-detector", "web", "source"), "unknown indices.source_not_exported id=web"),
        (
            IndicesKnown("data-frame-analytics", "churn", "destination"),
            "unknown indices.destination_not_exported id=churn",
        ),
    ],
)
def test_what_no_export_tells(fact: Fact, finding: str) -> None:
    """Whoever asks."""
    assert told(judge((), {})(fact)) == finding


def test_without_security_every_privilege_is_granted_for_one_reason() -> None:
    """And the account is usable, whatever is said of it."""
    off = {"settings_files": (FrozenMap({"xpack.security.enabled": False}),)}
    asked = judge((), off)
    for fact in (MANAGE, PUT, read("logs-*"), ALL, CREATE):
        assert told(asked(fact)) == "granted security.off | setting xpack.security.enabled false"
