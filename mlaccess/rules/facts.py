"""The closed union of facts: what a rule can ask about a deployment and a caller.

Every fact is stated so that *true helps* ("not upgrading", "account usable"); rules have no negation, so they
are monotone in their facts, and every reading of a rule rests on that.
"""

from typing import Literal, TypeAlias, get_args

import attrs

# Facts are looked up far more often than made, so their hashes are kept.

__all__ = [
    "AccountUsable",
    "AssignedToSpace",
    "CapabilitySwitch",
    "ClusterAction",
    "ClusterPrivilege",
    "DataViewCovers",
    "Fact",
    "IndexAction",
    "IndexPrivilege",
    "IndicesKnown",
    "KibanaAction",
    "KibanaFeature",
    "KibanaProfile",
    "LicenseFeature",
    "MlEnabledEverywhere",
    "MlEnabledInKibana",
    "MlNode",
    "MlVisible",
    "NotUpgrading",
    "RequestDetail",
    "Subscription",
]

Level: TypeAlias = Literal["all", "read"]


@attrs.frozen(cache_hash=True)
class Subscription:
    """The licence is of type `minimum` or better. With `active`, it must also be in force at the moment asked about."""

    minimum: str
    active: bool = True


@attrs.frozen(cache_hash=True)
class LicenseFeature:
    """Elasticsearch or Kibana considers a licensed feature available. `family` is how the asker decides:

    `elasticsearch` (mode and activity), `kibana_full` (active platinum or better), `kibana_minimum`
    (licence information available at all), `kibana_valid` (not expired).
    """

    feature: str
    minimum: str
    family: str = "elasticsearch"


@attrs.frozen(cache_hash=True)
class MlEnabledEverywhere:
    """`xpack.ml.enabled` has its default value of true on every node."""


@attrs.frozen(cache_hash=True)
class MlEnabledInKibana:
    """The node that Kibana asks says that machine learning is enabled: true where all nodes would, false where none.

    Nodes that differ leave it unknown, for Kibana may ask any of them.
    """


@attrs.frozen(cache_hash=True)
class MlNode:
    """At least one node has the role `ml`."""


@attrs.frozen(cache_hash=True)
class NotUpgrading:
    """Machine learning is not in upgrade mode."""


@attrs.frozen(cache_hash=True)
class CapabilitySwitch:
    """A Kibana switch is on: `ad`, `dfa`, `nlp`, `aiops`, or `nodes` (not serverless)."""

    name: str


@attrs.frozen(cache_hash=True)
class MlVisible:
    """The space shows machine learning: `ml` is not among its effective disabled features."""

    space: str


@attrs.frozen(cache_hash=True)
class AccountUsable:
    """The caller can authenticate: an enabled user, or a key that is neither expired nor invalidated."""


@attrs.frozen(cache_hash=True)
class ClusterPrivilege:
    """The caller's cluster permission implies a named cluster privilege, or an equivalent."""

    privilege: str


@attrs.frozen(cache_hash=True)
class ClusterAction:
    """The caller's cluster permission grants one action."""

    action: str


@attrs.frozen(cache_hash=True)
class IndexPrivilege:
    """The caller has an index privilege on every name of an index expression, as `_has_privileges` decides it."""

    expression: str
    privilege: str


@attrs.frozen(cache_hash=True)
class IndexAction:
    """The caller is granted an index action on every name of an index expression."""

    expression: str
    action: str


@attrs.frozen(cache_hash=True)
class KibanaFeature:
    """The caller has `All` or `Read` of a Kibana feature in a space. Several ids: any of them (deprecated twins)."""

    features: tuple[str, ...]
    level: Level
    space: str


@attrs.frozen(cache_hash=True)
class KibanaAction:
    """The caller is granted an action that Kibana registers, at a space (`*` asks for all spaces)."""

    action: str
    space: str


@attrs.frozen(cache_hash=True)
class KibanaProfile:
    """This Kibana's code is of a certain profile where versions differ, such as `readers_test_models`."""

    profile: str


@attrs.frozen(cache_hash=True)
class DataViewCovers:
    """A data view of the space has a title that covers an index expression."""

    expression: str
    space: str


@attrs.frozen(cache_hash=True)
class AssignedToSpace:
    """A job or model is assigned to the space. `kind` is the saved-object type: `anomaly-detector`, ..."""

    kind: str
    id: str
    space: str


@attrs.frozen(cache_hash=True)
class IndicesKnown:
    """The export shows which indices a job reads or writes; false never, unknown where it does not."""

    kind: str
    id: str
    direction: Literal["source", "destination"]


@attrs.frozen(cache_hash=True)
class RequestDetail:
    """Something about the request that the question does not tell, so that it stays unknown. `text` says what."""

    text: str


Fact: TypeAlias = (
    Subscription
    | LicenseFeature
    | MlEnabledEverywhere
    | MlEnabledInKibana
    | MlNode
    | NotUpgrading
    | CapabilitySwitch
    | MlVisible
    | AccountUsable
    | ClusterPrivilege
    | ClusterAction
    | IndexPrivilege
    | IndexAction
    | KibanaFeature
    | KibanaAction
    | KibanaProfile
    | DataViewCovers
    | AssignedToSpace
    | IndicesKnown
    | RequestDetail
)

FACTS: tuple[type, ...] = get_args(Fact)

GATES: tuple[type, ...] = (
    Subscription,
    LicenseFeature,
    MlEnabledEverywhere,
    MlEnabledInKibana,
    MlNode,
    NotUpgrading,
    CapabilitySwitch,
    MlVisible,
    KibanaProfile,
)
"""Facts that no privilege can change."""

PERSONAL: frozenset[type] = frozenset(
    (AccountUsable, ClusterPrivilege, ClusterAction, IndexPrivilege, IndexAction, KibanaFeature, KibanaAction)
)
"""Facts about the caller; all others are the same for everybody."""

PARTICULAR: frozenset[type] = PERSONAL | {AssignedToSpace, DataViewCovers, IndicesKnown, RequestDetail}
"""Facts about the caller, or about one job, index expression or request: hardly ever asked twice."""
