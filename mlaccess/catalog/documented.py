"""The documented rulebook: the rules that the sentences of Elastic's page make (`page`).

Where the page is silent, a numbered choice decides (reasons in `docs/explanation/choices.md`).
Each part of a rule depends on as little of the question as possible (the deployment, the space, the job),
so that parts can be decided once and shared by many questions.
"""

from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

import attrs

from mlaccess.rules import AllOf, AnyOf, Ask, Rule
from mlaccess.rules.facts import (
    AccountUsable,
    AssignedToSpace,
    ClusterPrivilege,
    DataViewCovers,
    IndexPrivilege,
    IndicesKnown,
    KibanaFeature,
    MlEnabledEverywhere,
    MlNode,
    MlVisible,
    Subscription,
)
from mlaccess.stack.made import made

__all__ = [
    "Interface",
    "LevelRules",
    "Target",
    "account_part",
    "assignment_part",
    "deployment_part",
    "headline_rule",
    "level_rule",
    "level_rules",
    "obligations",
    "upload_rule",
    "use_part",
    "visible_part",
]

Interface: TypeAlias = Literal["kibana", "api", "dev_tools"]
Level: TypeAlias = Literal["full", "read-only"]

ML = ("ml",)
DATA_VIEWS_MANAGEMENT = ("indexPatterns",)
DISCOVER = ("discover_v2", "discover")


@attrs.frozen
class Target:
    """What a question is about, with its indices as the export shows them. None = the export does not show them."""

    kind: str = ""
    """Saved-object type: `anomaly-detector`, `data-frame-analytics`, `trained-model`, `job` where the export
    does not tell which kind of job, or empty where the question names none."""
    id: str = ""
    sources: tuple[str, ...] | None = ()
    destinations: tuple[str, ...] | None = ()


@lru_cache(maxsize=8)
def deployment_part() -> Rule:
    """The requirements that no privilege can change, whoever asks (P01 to P03)."""
    return AllOf(
        (
            Ask(Subscription("platinum"), "P01"),
            Ask(MlEnabledEverywhere(), "P02"),
            Ask(MlNode(), "P03"),
        ),
        title="the deployment",
    )


@lru_cache(maxsize=4096)
def visible_part(space: str) -> Rule:
    """Machine learning is visible in the space (P04, P09, P18)."""
    return Ask(MlVisible(space), "P04")


@lru_cache(maxsize=8)
def account_part() -> Rule:
    """The caller can authenticate (P05)."""
    return Ask(AccountUsable(), "P05")


@lru_cache(maxsize=16384)
def use_part(level: Level, space: str | None) -> Rule:
    """The privileges to use machine learning: in a space by either route, on the APIs (space None) by one."""
    full = level == "full"
    privilege = "manage_ml" if full else "monitor_ml"
    if space is None:
        return Ask(ClusterPrivilege(privilege), "P10" if full else "P13")
    feature = Ask(KibanaFeature(ML, "all" if full else "read", space), "P21" if full else "P26")
    kibana: Rule = feature
    if full:
        kibana = AllOf(
            (feature, Ask(KibanaFeature(DATA_VIEWS_MANAGEMENT, "all", space), "P22")),
            title="by Kibana feature privileges",
        )
    return AnyOf(
        (kibana, Ask(ClusterPrivilege(privilege), "P07")),
        title="the use of machine learning, by either route",
        sentence="P07",
    )


def assignment_part(kind: str, id_: str, space: str) -> Rule:
    """The job or model is assigned to the space (P20)."""
    return made(Ask, (made(AssignedToSpace, (kind, id_, space, "assigned to space")), "P20"))


Direction: TypeAlias = Literal["source", "destination"]
_BothLevels: TypeAlias = tuple[list[Rule], list[Rule]]
"""What is asked for full access, and for read-only."""

_INDEX_PRIVILEGES: dict[Direction, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "source": (("read", "view_index_metadata"), ("read",)),
    "destination": (("read", "manage", "index"), ("read",)),
}
_SENTENCES_OF_INDICES: dict[tuple[Direction, bool], tuple[str, str]] = {
    ("source", False): ("P11", "P14"),
    ("source", True): ("P23", "P28"),
    ("destination", False): ("P12", "P15"),
    ("destination", True): ("P25", "P29"),
}
"""By direction, and whether it is in a space of Kibana; for full access and for read-only."""
_SENTENCES_OF_DATA_VIEWS: dict[Direction, tuple[str, str]] = {"source": ("P24", "P27"), "destination": ("P25", "P29")}


@lru_cache(maxsize=16384)
def _index_asks(expression: str, direction: Direction, in_kibana: bool) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The privileges on an index expression, for both levels: the same in all spaces."""
    full, read_only = (
        tuple(Ask(IndexPrivilege(expression, privilege), sentence) for privilege in privileges)
        for privileges, sentence in zip(
            _INDEX_PRIVILEGES[direction], _SENTENCES_OF_INDICES[direction, in_kibana], strict=True
        )
    )
    return full, read_only


def _index_parts(target: Target, space: str | None) -> _BothLevels:
    """Index privileges on every source and destination, and in a space a data view for each."""
    parts: _BothLevels = ([], [])
    if target.sources is None or target.sources:
        _add_index_parts(parts, target, "source", target.sources, space)
    if target.destinations is None or target.destinations:
        _add_index_parts(parts, target, "destination", target.destinations, space)
    return parts


def _add_index_parts(
    parts: _BothLevels, target: Target, direction: Direction, names: tuple[str, ...] | None, space: str | None
) -> None:
    if names is None:
        known = IndicesKnown(target.kind, target.id, direction)
        for found, sentence in zip(parts, _SENTENCES_OF_INDICES[direction, space is not None], strict=True):
            found.append(Ask(known, sentence))
        return
    full: list[Rule] = []
    read_only: list[Rule] = []
    for_full, for_read_only = _SENTENCES_OF_DATA_VIEWS[direction]
    for name in names:
        some, fewer = _index_asks(name, direction, space is not None)
        full += some
        read_only += fewer
        if space is not None:
            covered = made(DataViewCovers, (name, space, "data view covers"))
            full.append(made(Ask, (covered, for_full)))
            read_only.append(made(Ask, (covered, for_read_only)))
    title = f"{direction} indices"
    parts[0].append(made(AllOf, (tuple(full), title, "", "all of")))
    parts[1].append(made(AllOf, (tuple(read_only), title, "", "all of")))


class LevelRules(NamedTuple):
    """What one question asks for each level."""

    full: Rule
    read_only: Rule
    upload: Rule
    """The upload ability itself, whatever the job."""


_NEVER = AnyOf((), title="uploads exist in a Kibana space only", sentence="P33")


def level_rules(interface: Interface, space: str, target: Target, destinations: tuple[str, ...] = ()) -> LevelRules:
    """The whole rules of all levels. Dev Tools is asked what the API is asked (P32, C02).

    `destinations` are those of an upload.
    """
    in_space = space if interface == "kibana" else None
    assigned: tuple[Rule, ...] = ()
    if target.id and in_space is not None:
        assigned = (assignment_part(target.kind, target.id, in_space),)
    for_full, for_read_only = _common_parts(in_space)
    full, read_only = _index_parts(target, in_space)
    return LevelRules(
        made(AllOf, ((*for_full, *assigned, *full), "full access", "", "all of")),
        made(AllOf, ((*for_read_only, *assigned, *read_only), "read-only access", "", "all of")),
        upload_rule(space, destinations) if in_space is not None else _NEVER,
    )


def headline_rule(upload: Rule, interface: Interface, space: str, target: Target) -> Rule:
    """Upload as the level of access: in a question about a job, the job must be in the space (C09)."""
    if target.id and interface == "kibana":
        return AllOf((assignment_part(target.kind, target.id, space), upload), "upload")
    return upload


def level_rule(level: Level, interface: Interface, space: str, target: Target) -> Rule:
    """The whole rule for full or read-only access."""
    rules = level_rules(interface, space, target)
    return rules.full if level == "full" else rules.read_only


@lru_cache(maxsize=4096)
def _common_parts(space: str | None) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """What is asked for full access and for read-only, whatever the question is about."""
    visible = () if space is None else (visible_part(space),)
    first = (deployment_part(), *visible, account_part())
    return (*first, use_part("full", space)), (*first, use_part("read-only", space))


@lru_cache(maxsize=4096)
def upload_rule(space: str, destinations: tuple[str, ...] = ()) -> Rule:
    """Upload and import of files in the Data Visualizer of a space (P33 to P36). No other interface has it."""
    parts: list[Rule] = [
        Ask(Subscription("basic", active=False), "P33"),
        account_part(),
        AnyOf(
            (Ask(KibanaFeature(ML, "read", space), "P33"), Ask(KibanaFeature(DISCOVER, "all", space), "P33")),
            title="Machine Learning: Read or Discover: All",
            sentence="P33",
        ),
        Ask(KibanaFeature(DATA_VIEWS_MANAGEMENT, "all", space), "P34"),
        Ask(ClusterPrivilege("manage_ingest_pipelines"), "P35"),
    ]
    parts.extend(
        Ask(IndexPrivilege(destination, privilege), "P36")
        for destination in destinations
        for privilege in ("create", "create_index", "manage", "read")
    )
    return AllOf(tuple(parts), title="upload")


def obligations(interface: Interface, target: Target) -> tuple[str, ...]:
    """The sentences that a question about a job would ask in addition to one that named none."""
    if target.id or target.sources:
        return ()
    if interface == "kibana":
        return ("P20", "P23", "P24", "P25", "P28", "P27", "P29")
    return ("P11", "P12", "P14", "P15")
