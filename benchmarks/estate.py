"""A made-up Elastic deployment of a given size, as plain JSON values and as mlaccess's own, the same every time.

The scripts and engines that mlaccess is compared with answer a simpler question than the documentation asks. The
estate is such that both have the same answer: roles have no cluster privileges, every space has a data view over
everything, and licence and nodes are in order.
"""

import json
import random
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

from mlaccess.permission.kibana import to_elasticsearch
from mlaccess.stack import (
    AnomalyDetectionJob,
    ClusterSettings,
    Datafeed,
    DataFrameAnalyticsJob,
    DataView,
    Deployment,
    FrozenMap,
    IndicesGrant,
    KibanaGrant,
    License,
    Node,
    RoleDescriptor,
    Space,
    SpaceAssignments,
    UserTable,
)

__all__ = ["SCALES", "Scale", "deployment", "estate", "questions", "write"]


@dataclass(frozen=True)
class Scale:
    users: int
    roles: int
    spaces: int
    jobs: int
    teams: int


SCALES = {
    "tiny": Scale(30, 15, 4, 20, 4),
    "small": Scale(100, 50, 10, 100, 10),
    "medium": Scale(10_000, 1_000, 100, 2_000, 100),
    "large": Scale(1_000_000, 5_000, 1_000, 20_000, 1_000),
}

KINDS = ("logs", "metrics", "traces", "netflow", "audit")
STAGES = ("live", "test", "lab")
GIFTS = (
    (24, ("read",)),
    (34, ("read", "view_index_metadata")),
    (9, ("read", "view_index_metadata", "index", "manage")),
    (6, ("read", "write")),
    (5, ("write", "create_index")),
    (5, ("manage",)),
    (7, ("all",)),
    (5, ("read", "monitor")),
    (5, ("index", "create", "read")),
)


class _Skewed:
    """Small numbers often, large ones rarely: the k-th with weight 1 / k ** steepness."""

    def __init__(self, count: int, steepness: float) -> None:
        self._sums = list(accumulate((k + 1) ** -steepness for k in range(count)))

    def draw(self, rng: random.Random) -> int:
        return min(bisect_left(self._sums, rng.random() * self._sums[-1]), len(self._sums) - 1)


def _pick(rng: random.Random, table: tuple[tuple[int, Any], ...]) -> Any:
    return rng.choices([row[1] for row in table], [row[0] for row in table])[0]


def _grant_name(rng: random.Random, team: str) -> str:
    kind, stage = rng.choice(KINDS), rng.choice(STAGES)
    shapes = (
        (12, f"{kind}-*"),
        (45, f"{kind}-{team}-*"),
        (12, f"{kind}-{team}-{stage}"),
        (10, f"{kind}-{team}-{stage}-*"),
        (5, f".ml-anomalies-{team}-*"),
        (10, f"analysed-{team}-*"),
        (3, f"{kind}-*-{stage}"),
        (3, f"*-{team}-{stage}"),
    )
    return str(_pick(rng, shapes))


def _source(rng: random.Random, team: str) -> str:
    kind, stage = rng.choice(KINDS), rng.choice(STAGES)
    shapes = (
        (45, f"{kind}-{team}-*"),
        (35, f"{kind}-{team}-{stage}"),
        (12, f"{kind}-{team}-{stage}-*"),
        (8, f"{kind}-*"),
    )
    return str(_pick(rng, shapes))


def _somewhere(rng: random.Random, spaces: list[str], everywhere: float) -> list[str]:
    if rng.random() < everywhere:
        return ["*"]
    return rng.sample(spaces, min(len(spaces), rng.randint(1, 3)))


def _kibana(rng: random.Random, spaces: list[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"spaces": _somewhere(rng, spaces, 0.25), "base": [], "feature": {}}
    shape = rng.random()
    if shape < 0.1:
        entry["base"] = ["all"]
    elif shape < 0.28:
        entry["base"] = ["read"]
    else:
        if rng.random() < 0.75:
            entry["feature"]["ml"] = ["all" if rng.random() < 0.4 else "read"]
        if rng.random() < 0.55 or not entry["feature"]:
            entry["feature"]["indexPatterns"] = ["all" if rng.random() < 0.6 else "read"]
        if rng.random() < 0.4:
            entry["feature"]["discover"] = ["all" if rng.random() < 0.3 else "read"]
    return entry


def _indices(names: list[str], privileges: list[str]) -> dict[str, Any]:
    return {"names": names, "privileges": privileges}


def _popular() -> list[dict[str, Any]]:
    """The few broad roles that most users have."""
    see = ["read", "view_index_metadata"]
    everywhere = {"spaces": ["*"], "base": [], "feature": {}}
    return [
        {
            "name": "reader",
            "indices": [_indices(["logs-*", "metrics-*"], ["read"])],
            "kibana": [{**everywhere, "base": ["read"]}],
        },
        {"name": "logs_reader", "indices": [_indices(["logs-*", "netflow-*"], see)], "kibana": []},
        {
            "name": "ml_reader",
            "indices": [_indices([".ml-anomalies-*"], see)],
            "kibana": [{**everywhere, "feature": {"ml": ["read"], "discover": ["read"]}}],
        },
        {
            "name": "ml_editor",
            "indices": [_indices(["analysed-*"], [*see, "index", "manage"])],
            "kibana": [{**everywhere, "feature": {"ml": ["all"], "indexPatterns": ["all"]}}],
        },
        {"name": "metrics_reader", "indices": [_indices(["metrics-*", "traces-*"], see)], "kibana": []},
        {
            "name": "editor",
            "indices": [_indices(["*-sandbox"], ["all"])],
            "kibana": [{**everywhere, "base": ["all"]}],
        },
    ]


def estate(scale: str, seed: int = 1) -> dict[str, Any]:
    """The estate as JSON values: users, roles in Kibana's shape, spaces, and jobs with sources and spaces."""
    size = SCALES[scale]
    rng = random.Random(f"mlaccess {scale} {seed}")
    teams = [f"team{number}" for number in range(1, size.teams + 1)]
    busy = _Skewed(size.teams, 0.7)
    spaces = [
        {"id": f"space-{number}" if number else "default", "hides_ml": number > 0 and rng.random() < 0.1}
        for number in range(size.spaces)
    ]
    ids = [str(space["id"]) for space in spaces]
    roles = _popular()
    for number in range(len(roles), size.roles):
        team = teams[busy.draw(rng)]
        grants = [
            _indices(
                list(dict.fromkeys(_grant_name(rng, team) for _ in range(rng.choices((1, 2, 3), (5, 3, 2))[0]))),
                list(_pick(rng, GIFTS)),
            )
            for _ in range(rng.choices((1, 2, 3, 4), (40, 30, 20, 10))[0])
        ]
        kibana = [_kibana(rng, ids) for _ in range(rng.choices((0, 1, 2), (35, 45, 20))[0])]
        roles.append({"name": f"role-{number}-{team}", "indices": grants, "kibana": kibana})
    popular = _Skewed(size.roles, 1.0)
    names = [str(role["name"]) for role in roles]
    users = []
    for number in range(size.users):
        count = rng.choices((1, 2, 3, 4, 5, 6), (20, 28, 22, 15, 9, 6))[0]
        held = list(dict.fromkeys(names[popular.draw(rng)] for _ in range(count)))
        users.append({"username": f"user-{number}", "roles": held})
    jobs = []
    for number in range(size.jobs):
        team = teams[busy.draw(rng)]
        sources = [_source(rng, team) for _ in range(rng.choices((1, 2, 3), (65, 25, 10))[0])]
        jobs.append(
            {
                "id": f"job-{number}-{team}",
                "sources": list(dict.fromkeys(sources)),
                "destination": f"analysed-{team}-{number}" if rng.random() < 0.35 else None,
                "spaces": _somewhere(rng, ids, 0.2),
            }
        )
    return {"users": users, "roles": roles, "spaces": spaces, "jobs": jobs}


def questions(data: dict[str, Any], count: int, seed: int = 1) -> list[tuple[str, str, str]]:
    """Random (user, space, job); half of them about a space that the job is in."""
    rng = random.Random(f"questions {seed}")
    users, jobs, spaces = data["users"], data["jobs"], data["spaces"]
    asked = []
    for _ in range(count):
        job = rng.choice(jobs)
        own = job["spaces"]
        space = rng.choice(own) if own != ["*"] and rng.random() < 0.5 else rng.choice(spaces)["id"]
        # New strings, as a caller's are.
        asked.append(tuple(str(text + " ")[:-1] for text in (rng.choice(users)["username"], space, job["id"])))
    return asked


def deployment(data: dict[str, Any]) -> Deployment:
    """The estate as mlaccess has it."""
    table = UserTable()
    for user in data["users"]:
        table.add(user["username"], user["roles"])
    roles = {role["name"]: _role(role) for role in data["roles"]}
    spaces = {
        space["id"]: Space(space["id"], disabled_features=frozenset({"ml"} if space["hides_ml"] else ()))
        for space in data["spaces"]
    }
    anomaly = [job for job in data["jobs"] if job["destination"] is None]
    analytics = [job for job in data["jobs"] if job["destination"] is not None]

    def where(jobs: list[dict[str, Any]]) -> FrozenMap[str, tuple[str, ...]]:
        return FrozenMap({job["id"]: tuple(job["spaces"]) for job in jobs})

    return Deployment(
        version="9.2.1",
        kibana_version="9.2.1",
        collected_at=datetime(2026, 1, 1, tzinfo=UTC),
        license=License("enterprise", "active"),
        nodes=FrozenMap({"n1": Node("n1", "n1", roles=("master", "ml"), settings_exported=True, roles_exported=True)}),
        cluster_settings=ClusterSettings(defaults=FrozenMap()),
        users=table.users(),
        roles=FrozenMap(roles),
        spaces=FrozenMap(spaces),
        data_views=FrozenMap({space: (DataView("all", "*"),) for space in spaces}),
        jobs=FrozenMap({job["id"]: AnomalyDetectionJob(job["id"]) for job in anomaly}),
        datafeeds=FrozenMap(
            {f"feed-{job['id']}": Datafeed(f"feed-{job['id']}", job["id"], tuple(job["sources"])) for job in anomaly}
        ),
        analytics=FrozenMap(
            {
                job["id"]: DataFrameAnalyticsJob(job["id"], tuple(job["sources"]), job["destination"])
                for job in analytics
            }
        ),
        job_spaces=SpaceAssignments(
            FrozenMap({"anomaly-detector": where(anomaly), "data-frame-analytics": where(analytics)})
        ),
    )


def write(data: dict[str, Any], folder: Path) -> None:
    """The estate as exported responses, one file each."""

    def put(name: str, body: object) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(body), encoding="utf-8")

    put("version.json", {"version": {"number": "9.2.1", "build_flavor": "default"}})
    put(
        "licenses.json", {"license": {"status": "active", "type": "enterprise", "expiry_date_in_millis": 2052432000000}}
    )
    put("nodes.json", {"_nodes": {"total": 1, "successful": 1, "failed": 0}, "nodes": {"n1": _NODE}})
    put("cluster_settings_defaults.json", {"persistent": {}, "transient": {}, "defaults": {}})
    users = {u["username"]: {**_USER, "username": u["username"], "roles": u["roles"]} for u in data["users"]}
    put("security_users.json", users)
    put("security_roles.json", {role["name"]: _role_body(_role(role)) for role in data["roles"]})
    spaces = [
        {"id": s["id"], "name": s["id"], "disabledFeatures": ["ml"] if s["hides_ml"] else []} for s in data["spaces"]
    ]
    put("kibana_spaces.json", spaces)
    for space in data["spaces"]:
        where = f"spaces/{space['id']}/kibana_data_views.json"
        put(where, {"data_view": [{"id": "all", "title": "*", "name": "all"}]})
    anomaly = [job for job in data["jobs"] if job["destination"] is None]
    analytics = [job for job in data["jobs"] if job["destination"] is not None]
    put("ml_anomaly_detectors.json", {"count": len(anomaly), "jobs": [{"job_id": job["id"]} for job in anomaly]})
    feeds = [{"datafeed_id": f"feed-{j['id']}", "job_id": j["id"], "indices": j["sources"]} for j in anomaly]
    put("ml_datafeeds.json", {"count": len(feeds), "datafeeds": feeds})
    frames = [
        {"id": j["id"], "source": {"index": j["sources"]}, "dest": {"index": j["destination"]}} for j in analytics
    ]
    put("ml_dataframe.json", {"count": len(frames), "data_frame_analytics": frames})
    kinds = (("anomaly-detector", anomaly), ("data-frame-analytics", analytics))
    put("jobs_spaces.json", {kind: {job["id"]: job["spaces"] for job in jobs} for kind, jobs in kinds})


_LICENCE = {"status": "active", "type": "enterprise", "expiry_date_in_millis": 2052432000000}
_NODE = {"name": "n1", "version": "9.2.1", "roles": ["master", "ml"], "settings": {}}
_USER = {"full_name": "First Last", "email": "first.last@example.org", "metadata": {}, "enabled": True}


def _role_body(role: RoleDescriptor) -> dict[str, object]:
    return {
        "cluster": [],
        "indices": [
            {"names": list(g.names), "privileges": list(g.privileges), "allow_restricted_indices": False}
            for g in role.indices
        ],
        "applications": [
            {"application": a.application, "privileges": list(a.privileges), "resources": list(a.resources)}
            for a in role.applications
        ],
        "run_as": [],
        "metadata": {},
        "transient_metadata": {"enabled": True},
    }


def _role(role: dict[str, Any]) -> RoleDescriptor:
    return RoleDescriptor(
        role["name"],
        indices=tuple(IndicesGrant(tuple(g["names"]), tuple(g["privileges"])) for g in role["indices"]),
        applications=to_elasticsearch(
            KibanaGrant(
                tuple(entry["spaces"]),
                tuple(entry["base"]),
                FrozenMap({feature: tuple(levels) for feature, levels in entry["feature"].items()}),
            )
            for entry in role["kibana"]
        ),
    )
