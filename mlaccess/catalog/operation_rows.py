"""What a row of the table of operations says: routes, actions, and the checks Elasticsearch makes, in its own order.

Order of the checks: `x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/action/filter/
SecurityActionFilter.java` runs before `x-pack/plugin/ml/src/main/java/org/elasticsearch/xpack/ml/
MlUpgradeModeActionFilter.java`, and both before the transport action, which asks for the licence first.
"""

from collections.abc import Iterator
from typing import Literal, TypeAlias

import attrs

__all__ = [
    "ActionRow",
    "Area",
    "Check",
    "ClusterActionCheck",
    "EndpointCheck",
    "IndexCheck",
    "LicenseCheck",
    "NodeCheck",
    "Operation",
    "Route",
    "UpgradeModeCheck",
]

Area: TypeAlias = Literal[
    "anomaly", "dfa", "trained_models", "ml", "inference", "ingest", "text_structure", "license", "security"
]
Access: TypeAlias = Literal["read", "write", "execute", "internal"]
Serverless: TypeAlias = Literal["public", "private", "absent"]

_ML_AREAS = ("anomaly", "dfa", "trained_models", "ml")


@attrs.frozen
class Route:
    """One way to call an API: `PUT /_ml/anomaly_detectors/{job_id}`."""

    method: str
    path: str

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path; `{...}` stands for one part."""
        return tuple(self.path.strip("/").split("/"))

    def match(self, method: str, segments: tuple[str, ...]) -> "tuple[bool, ...] | None":
        """Which parts a placeholder stands for, None where the route does not fit."""
        own = self.segments
        if method != self.method or len(own) != len(segments):
            return None
        holes = tuple(part.startswith("{") for part in own)
        return holes if all(h or a == b for h, a, b in zip(holes, own, segments, strict=True)) else None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@attrs.frozen
class EndpointCheck:
    """`xpack.ml.enabled` must not be false on the node that receives the request; else it does not know the path."""

    status: int = 400

    def message(self, *, method: str, path: str) -> str:
        """What Elasticsearch answers."""
        return f"no handler found for uri [{path}] and method [{method}]"


@attrs.frozen
class ClusterActionCheck:
    """The caller's cluster permission must grant the action.

    With `same_user` every authenticated user may act on their own account, whatever their privileges.
    """

    action: str
    same_user: bool = False
    status: int = 403


@attrs.frozen
class UpgradeModeCheck:
    """Machine learning must not be in upgrade mode."""

    action: str
    status: int = 429

    @property
    def message(self) -> str:
        """What Elasticsearch answers."""
        return f"Cannot perform {self.action} action while upgrade mode is enabled"


@attrs.frozen
class LicenseCheck:
    """The licence must allow a feature: `minimum` or better and in force, or a trial in force.

    `exempt` names requests for which the feature is not asked; where a question cannot tell, the answer is unknown.
    """

    feature: str
    minimum: str
    exempt: str = ""
    status: int = 403

    @property
    def message(self) -> str:
        """What Elasticsearch answers."""
        return f"current license is non-compliant for [{self.feature}]"


@attrs.frozen
class IndexCheck:
    """Index privileges asked after the action itself was authorized.

    `target` says which names: `datafeed` (its indices), `source` and `destination` (of data frame analytics), or
    `index` (of the request). Names of remote clusters are left out; none left means that nothing is asked.
    With `manner` `has_privileges` the names are asked as patterns, each of `privileges` as a named privilege or raw
    action. With `request` Elasticsearch itself makes requests with the caller's rights, so that `privileges` are
    actions authorized on the concrete names. `subject` `caller` is the user of the header `es-secondary-authorization`
    where one is sent; `stored` is who last created or updated the configuration.
    """

    target: Literal["datafeed", "source", "destination", "index"]
    privileges: tuple[str, ...]
    manner: Literal["has_privileges", "request"] = "has_privileges"
    subject: Literal["caller", "stored"] = "caller"
    when: str = ""
    """When the check is made; empty: always (with security enabled)."""
    what: str = ""
    """What could not be created, in Elasticsearch's words, for `has_privileges`."""
    status: int = 403

    def message(self, *, id: str, username: str, privileges: str) -> str:
        """What Elasticsearch answers. `privileges` is the `index` part of the has_privileges response, as JSON."""
        return (
            f"Cannot create {self.what} [{id}] because user {username} lacks permissions on the indices: {privileges}"
        )


@attrs.frozen
class NodeCheck:
    """A node of one of the `roles` must exist. `escape` says what lets the request succeed without one."""

    roles: tuple[str, ...]
    message: str
    when: str = ""
    escape: str = ""
    status: int = 429


Check: TypeAlias = EndpointCheck | ClusterActionCheck | UpgradeModeCheck | LicenseCheck | IndexCheck | NodeCheck


@attrs.frozen
class ActionRow:
    """A transport action and what it asks for besides its own privilege."""

    name: str
    area: Area
    access: Access
    license: LicenseCheck | None
    upgrade_blocked: bool
    index_checks: tuple[IndexCheck, ...]
    nodes: tuple[NodeCheck, ...]
    same_user: bool
    note: str
    sources: tuple[str, ...]

    @property
    def needs_ml_enabled(self) -> bool:
        """Whether `xpack.ml.enabled: false` takes the action away; usage and info stay."""
        return self.area in _ML_AREAS

    def checks(self) -> "Iterator[Check]":
        """The checks of the action, in Elasticsearch's order, without the endpoint's."""
        yield ClusterActionCheck(self.name, self.same_user)
        if self.upgrade_blocked:
            yield UpgradeModeCheck(self.name)
        if self.license is not None:
            yield self.license
        yield from self.index_checks
        yield from self.nodes


@attrs.frozen
class Operation:
    """An API by its name in Elastic's specification. Its actions are performed one after the other."""

    name: str
    routes: tuple[Route, ...]
    actions: tuple[ActionRow, ...]
    serverless: Serverless
    deprecated: str
    note: str
    source: str
    """The file of the specification (elastic/elasticsearch-specification)."""

    @property
    def area(self) -> Area:
        """What the API is about."""
        return self.actions[0].area

    @property
    def needs_ml_enabled(self) -> bool:
        """Whether the endpoint exists only where `xpack.ml.enabled` is not false."""
        return any(action.needs_ml_enabled for action in self.actions)

    def checks(self) -> "Iterator[Check]":
        """Every check between the request and its effect, in Elasticsearch's order."""
        if self.needs_ml_enabled:
            yield EndpointCheck()
        for action in self.actions:
            yield from action.checks()

    def __str__(self) -> str:
        return self.name
