"""The closed union of facts: what a rule can ask about a deployment and a caller.

Every fact is stated so that *true helps* ("not upgrading", "account usable"); rules have no negation, so they
are monotone in their facts, and every reading of a rule rests on that.
"""

from typing import Literal, NamedTuple, TypeAlias, final, get_args

# Named tuples: facts are made by the dozen and looked up by the hundred for every answer, and their hashes and
# comparisons are the interpreter's own. `tag` tells facts of different kinds apart that hold the same.

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
    "said_by",
]

Level: TypeAlias = Literal["all", "read"]


@final
class Subscription(NamedTuple):
    """The licence is of type `minimum` or better. With `active`, it must also be in force at the moment asked about."""

    minimum: str
    active: bool = True
    tag: Literal["subscription"] = "subscription"


@final
class LicenseFeature(NamedTuple):
    """Elasticsearch or Kibana considers a licensed feature available. `family` is how the asker decides:

    `elasticsearch` (mode and activity), `kibana_full` (active platinum or better), `kibana_minimum`
    (licence information available at all), `kibana_valid` (not expired).
    """

    feature: str
    minimum: str
    family: str = "elasticsearch"
    tag: Literal["license feature"] = "license feature"


@final
class MlEnabledEverywhere(NamedTuple):
    """`xpack.ml.enabled` has its default value of true on every node."""

    tag: Literal["ml enabled everywhere"] = "ml enabled everywhere"


@final
class MlEnabledInKibana(NamedTuple):
    """The node that Kibana asks says that machine learning is enabled: true where all nodes would, false where none.

    Nodes that differ leave it unknown, for Kibana may ask any of them.
    """

    tag: Literal["ml enabled in kibana"] = "ml enabled in kibana"


@final
class MlNode(NamedTuple):
    """At least one node has the role `ml`."""

    tag: Literal["ml node"] = "ml node"


@final
class NotUpgrading(NamedTuple):
    """Machine learning is not in upgrade mode."""

    tag: Literal["not upgrading"] = "not upgrading"


@final
class CapabilitySwitch(NamedTuple):
    """A Kibana switch is on: `ad`, `dfa`, `nlp`, `aiops`, or `nodes` (not serverless)."""

    name: str
    tag: Literal["capability switch"] = "capability switch"


@final
class MlVisible(NamedTuple):
    """The space shows machine learning: `ml` is not among its effective disabled features."""

    space: str
    tag: Literal["ml visible"] = "ml visible"


@final
class AccountUsable(NamedTuple):
    """The caller can authenticate: an enabled user, or a key that is neither expired nor invalidated."""

    tag: Literal["account usable"] = "account usable"


@final
class ClusterPrivilege(NamedTuple):
    """The caller's cluster permission implies a named cluster privilege, or an equivalent."""

    privilege: str
    tag: Literal["cluster privilege"] = "cluster privilege"


@final
class ClusterAction(NamedTuple):
    """The caller's cluster permission grants one action."""

    action: str
    tag: Literal["cluster action"] = "cluster action"


@final
class IndexPrivilege(NamedTuple):
    """The caller has an index privilege on every name of an index expression, as `_has_privileges` decides it."""

    expression: str
    privilege: str
    tag: Literal["index privilege"] = "index privilege"


@final
class IndexAction(NamedTuple):
    """The caller is granted an index action on every name of an index expression."""

    expression: str
    action: str
    tag: Literal["index action"] = "index action"


@final
class KibanaFeature(NamedTuple):
    """The caller has `All` or `Read` of a Kibana feature in a space. Several ids: any of them (deprecated twins)."""

    features: tuple[str, ...]
    level: Level
    space: str
    tag: Literal["kibana feature"] = "kibana feature"


@final
class KibanaAction(NamedTuple):
    """The caller is granted an action that Kibana registers, at a space (`*` asks for all spaces)."""

    action: str
    space: str
    tag: Literal["kibana action"] = "kibana action"


@final
class KibanaProfile(NamedTuple):
    """This Kibana's code is of a certain profile where versions differ, such as `readers_test_models`."""

    profile: str
    tag: Literal["kibana profile"] = "kibana profile"


@final
class DataViewCovers(NamedTuple):
    """A data view of the space has a title that covers an index expression."""

    expression: str
    space: str
    tag: Literal["data view covers"] = "data view covers"


@final
class AssignedToSpace(NamedTuple):
    """A job or model is assigned to the space. `kind` is the saved-object type: `anomaly-detector`, ..."""

    kind: str
    id: str
    space: str
    tag: Literal["assigned to space"] = "assigned to space"


@final
class IndicesKnown(NamedTuple):
    """The export shows which indices a job reads or writes; false never, unknown where it does not."""

    kind: str
    id: str
    direction: Literal["source", "destination"]
    tag: Literal["indices known"] = "indices known"


@final
class RequestDetail(NamedTuple):
    """Something about the request that the question does not tell, so that it stays unknown. `text` says what."""

    text: str
    tag: Literal["request detail"] = "request detail"


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


def said_by(fact: Fact) -> dict[str, object]:
    """What a fact says, by name: all but its tag."""
    said: dict[str, object] = fact._asdict()
    del said["tag"]
    return said


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

PARTICULAR: frozenset[type] = frozenset(
    (AccountUsable, IndexPrivilege, IndexAction, AssignedToSpace, DataViewCovers, IndicesKnown, RequestDetail)
)
"""Facts about one caller, job, index expression or request: hardly any two questions have them in common."""
