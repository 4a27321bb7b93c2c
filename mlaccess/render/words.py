"""WORDS: what each fact asks and each finding says. One style: lower case, no final period, names in back-ticks."""

from mlaccess.rules import Evidence, Explanation, Finding, Value
from mlaccess.rules.facts import (
    AccountUsable,
    AssignedToSpace,
    CapabilitySwitch,
    ClusterAction,
    ClusterPrivilege,
    DataViewCovers,
    Fact,
    IndexAction,
    IndexPrivilege,
    IndicesKnown,
    KibanaAction,
    KibanaFeature,
    KibanaProfile,
    LicenseFeature,
    MlEnabledEverywhere,
    MlEnabledInKibana,
    MlNode,
    MlVisible,
    NotUpgrading,
    RequestDetail,
    Subscription,
)

__all__ = ["FEATURE_NAMES", "PHRASES", "asked", "evidence_text", "found", "found_of"]

FEATURE_NAMES = {
    "ml": "Machine Learning",
    "indexPatterns": "Data Views Management",
    "discover_v2": "Discover",
    "discover": "Discover",
}

PHRASES: dict[str, str] = {
    "account.anonymous": "requests without credentials run under this name",
    "account.disabled": "user `{user}` is disabled",
    "account.enabled": "user `{user}` is enabled",
    "account.external": "`{user}` comes from realm `{realm}`; role mappings decide the roles",
    "account.service": "service account `{user}`",
    "account.service_not_exported": "the export does not show what service account `{user}` may do",
    "account.supposed": "a user who would hold exactly {roles}",
    "account.two_realms": "`{user}` exists in two realms, and which one authenticates is not in the export",
    "anonymous.unknown": "whether anonymous access adds roles to every user is not in the export",
    "api_key.cross_cluster": "API key `{key}` is for other clusters, not for requests to this one",
    "api_key.descriptors_not_exported": "the export does not show the descriptors of API key `{key}`",
    "api_key.expired": "API key `{key}` expired on {on}",
    "api_key.expiry_unknown": "API key `{key}` expires on {on}, and the moment asked about is unknown",
    "api_key.invalidated": "API key `{key}` has been invalidated",
    "api_key.not_exported": "API key `{key}` is not in the export: {reason}",
    "api_key.owner_not_exported": "the export does not show what the owner of API key `{key}` could do (`limited_by`)",
    "api_key.usable": "API key `{key}` is neither expired nor invalidated",
    "assignment.all_spaces": "`{id}` is assigned to all spaces",
    "assignment.elsewhere": "`{id}` is assigned to {spaces} only",
    "assignment.kind_unknown": "the export does not tell what kind of job `{id}` is",
    "assignment.listed": "`{id}` is assigned to `{space}`",
    "assignment.not_exported": "the spaces of `{id}` are not in the export: {reason}",
    "assignment.redacted": "`{id}` is assigned to a space that whoever made the export could not see",
    "assignment.unlisted": "`{id}` has no saved object in `{space}`",
    "assignment.unlisted_redacted": "`{id}` is not listed, and whoever made the export could not see every space",
    "cluster.action_granted": "the action is granted",
    "cluster.action_granted_jointly": "roles grant the action together",
    "cluster.action_missing": "no role grants the action `{action}`",
    "cluster.granted": "cluster privilege `{privilege}`, or an equivalent, is held",
    "cluster.granted_jointly": "roles together hold the equivalent of cluster privilege `{privilege}`",
    "cluster.missing": "no role grants cluster privilege `{privilege}` or an equivalent",
    "data_view.covers": "data view `{title}` covers `{expression}`",
    "data_view.missing": "no data view of `{space}` covers `{expression}`",
    "data_view.not_exported": "the data views of `{space}` are not in the export: {reason}",
    "data_view.undecided": "whether a data view of `{space}` covers `{expression}` cannot be decided from the text",
    "index.date_math": "`{expression}` depends on the date, and `{privilege}` does not cover all its names",
    "index.exclusions": "`{expression}` excludes names; `{privilege}` does not cover all of the rest for certain",
    "index.granted": "`{privilege}` on `{expression}` is granted",
    "index.granted_jointly": "roles together grant `{privilege}` on `{expression}`",
    "index.missing": "no role grants `{privilege}` on `{expression}`",
    "index.not_covered": "no role grants `{privilege}` on all of `{expression}`: not on `{witness}`, for example",
    "index.remote_granted": "`{privilege}` on remote `{expression}` is granted by `remote_indices`",
    "index.remote_unknown": "`{expression}` is on the remote cluster `{cluster}`, whose roles are in another export",
    "indices.destination_not_exported": "the export does not show the destination of `{id}`",
    "indices.source_not_exported": "the export does not show the sources of `{id}`",
    "kibana.action_granted": "Kibana action `{action}` is granted",
    "kibana.action_missing": "no role grants Kibana action `{action}` in `{space}`",
    "kibana.action_unknown": "whether Kibana action `{action}` is granted in `{space}` is unknown",
    "kibana.feature_granted": "{feature}: {level} is held in `{space}`",
    "kibana.feature_missing": "no role grants {feature}: {level} in `{space}`",
    "kibana.feature_unknown": "what a Kibana privilege of this version grants is unknown, so {feature}: {level} is",
    "kibana.profile": "this Kibana's code is of profile `{profile}`",
    "kibana.profile_unknown": "which of two behaviours this Kibana's version has is unknown",
    "license.active": "{type} licence, {status}",
    "license.active_until": "{type} licence, in force until {until}",
    "license.expired": "the {type} licence expired on {on}",
    "license.said_expired": "the {type} licence has expired, says Elasticsearch, whatever its dates",
    "license.expired_some_time": "the {type} licence had expired when it was asked about; no date tells since when",
    "license.grace_period": "the {type} licence expired on {on}; versions before 8.0 may keep features for a week",
    "license.invalid": "the {type} licence is invalid",
    "license.no_expiry_date": "the export does not say when the {type} licence expires",
    "license.not_exported": "the licence is not in the export: {reason}",
    "license.not_yet_issued": "the {type} licence was issued on {on}, after the moment asked about",
    "license.type": "{type} licence ({status})",
    "license.type_too_low": "the {type} licence is below {minimum}",
    "license.unknown_status": "the {type} licence has an unknown status, `{status}`",
    "license.unknown_type": "`{type}` is no licence type known here",
    "license.usage_available": "the usage report says that the licence allows machine learning",
    "license.usage_unavailable": "the usage report says that the licence does not allow machine learning",
    "mapping.unknown": "the roles of `{user}` are not all known: {reason}",
    "nodes.incomplete": "not every node is in the export",
    "nodes.ml_disabled": "`xpack.ml.enabled` is false on {nodes}",
    "nodes.ml_enabled": "`xpack.ml.enabled` is true on all {count} nodes",
    "nodes.ml_mixed": "`xpack.ml.enabled` is false on {off} of {count} nodes, and which one is asked is unknown",
    "nodes.none_listed": "the export lists no node",
    "nodes.not_exported": "the nodes are not in the export: {reason}",
    "nodes.roles_not_exported": "the roles of some nodes are not in the export",
    "nodes.settings_not_exported": "the settings of {nodes} are not in the export",
    "nodes.with_ml": "role `ml`: {nodes}",
    "nodes.without_ml": "none of {count} nodes has the role `ml`",
    "pattern.too_complex": "a pattern is not valid, or too complex to decide within the work limit",
    "request.detail": "it depends on the request: {text}",
    "role.maybe_elsewhere": "role `{role}` is defined in no export; another file or provider may define it",
    "role.maybe_in_file": "role `{role}` is defined in no export; `roles.yml` may define it",
    "role.not_exported": "what role `{role}` grants is not in the export: {reason}",
    "role.possibly_held": "a role that may be in force would grant it",
    "role.reserved_unknown_version": "what the reserved role `{role}` grants in version {version} is unknown here",
    "role.transform_error": "Kibana could not show what role `{role}` grants, and the raw role is not in the export",
    "role.unknown_privilege": "a role holds a privilege name unknown to its version, so what it gives is unknown",
    "security.off": "security is switched off, so nothing is checked",
    "serverless.nodes": "serverless: nodes and settings are the platform's",
    "serverless.subscription": "serverless: the subscription is the platform's",
    "space.hides_ml": "space `{space}` hides machine learning",
    "space.not_exported": "the spaces are not in the export: {reason}",
    "space.not_listed": "space `{space}` is not in the export, and whoever made it may not see every space",
    "space.shows_ml": "space `{space}` shows machine learning",
    "space.solution_unknown": "space `{space}` has the solution view `{solution}`, which is unknown here",
    "switch.default": "the switch `{switch}` is on by default; `kibana.yml` is in no export",
    "switch.not_serverless": "not serverless",
    "switch.serverless_nodes": "serverless shows no nodes",
    "switch.serverless_project": "whether `{switch}` is on depends on the type of serverless project",
    "upgrade.not_exported": "whether machine learning is in upgrade mode is not in the export: {reason}",
    "upgrade.off": "machine learning is not in upgrade mode",
    "upgrade.on": "machine learning is in upgrade mode",
    "user.maybe_external": "user `{user}` is in no export; a realm whose users no export lists may know them",
    "user.not_exported": "the users are not in the export: {reason}",
    "user.not_listed": "user `{user}` is not listed, and {reason}",
}
"""Finding code -> what it says. Values in braces come from the finding."""


def asked(fact: Fact) -> str:
    """What a fact asks, as a requirement."""
    match fact:
        case Subscription(minimum, active):
            if minimum == "basic":
                return "a basic subscription or better"
            return f"a {minimum} subscription or better{', in force' if active else ''}, or a trial"
        case LicenseFeature(feature, minimum):
            return f"a licence that allows {feature} ({minimum} or better)"
        case MlEnabledEverywhere():
            return "`xpack.ml.enabled` true on every node"
        case MlEnabledInKibana():
            return "machine learning enabled on the node that is asked"
        case MlNode():
            return "a node with the role `ml`"
        case NotUpgrading():
            return "machine learning not in upgrade mode"
        case CapabilitySwitch(name):
            return f"the switch `{name}` on"
        case KibanaProfile(profile):
            return f"a Kibana of profile `{profile}`"
        case MlVisible(space):
            return f"machine learning visible in `{space}`"
        case AccountUsable():
            return "an account that can authenticate"
        case ClusterPrivilege(privilege):
            return f"cluster privilege `{privilege}` or an equivalent"
        case ClusterAction(action):
            return f"cluster action `{action}`"
        case IndexPrivilege(expression, privilege):
            return f"`{privilege}` on `{expression}`"
        case IndexAction(expression, action):
            return f"index action `{action}` on `{expression}`"
        case KibanaFeature(features, level, space):
            return f"{_feature(features[0])}: {level.capitalize()} in `{space}`"
        case KibanaAction(action, space):
            return f"Kibana action `{action}` in {'every space' if space == '*' else f'`{space}`'}"
        case DataViewCovers(expression, space):
            return f"a data view for `{expression}` in `{space}`"
        case AssignedToSpace(_, id_, space):
            return f"`{id_}` assigned to `{space}`"
        case IndicesKnown(_, id_, direction):
            return f"the {direction} indices of `{id_}`"
        case RequestDetail(text):
            return text


def _feature(id_: str) -> str:
    return FEATURE_NAMES.get(id_, id_)


def found(finding: Finding) -> str:
    """What a finding says. Never fails: a reader would get no answer for want of a word."""
    phrase = PHRASES.get(finding.code)
    if phrase is None:
        return finding.code.replace("_", " ").replace(".", ": ", 1)
    return phrase.format_map(_Filling({key: _value(key, value) for key, value in finding.values.items()}, finding))


class _Filling(dict[str, str]):
    """The values of a phrase. What the finding does not carry comes from its evidence, or is left open."""

    def __init__(self, values: dict[str, str], finding: Finding) -> None:
        super().__init__(values)
        self._finding = finding

    def __missing__(self, key: str) -> str:
        for evidence in self._finding.evidence:
            if key == "role" and evidence.kind in ("role", "grant") and evidence.name:
                return evidence.name
            if key == "reason" and evidence.kind in ("doubt", "absence") and evidence.detail:
                return evidence.detail
        return "…"


def found_of(leaf: Explanation) -> str:
    """What was found for a leaf of an explanation."""
    return "" if leaf.finding is None else found(leaf.finding)


def _value(key: str, value: Value) -> str:
    if isinstance(value, tuple):
        shown = [f"`{v}`" for v in value[:5]]
        more = f" and {len(value) - 5} more" if len(value) > 5 else ""
        return ", ".join(shown) + more if shown else "nothing"
    if key == "feature":
        return _feature(str(value))
    if key == "level":
        return str(value).capitalize()
    return str(value)


_BASES = {
    "name": "by the privilege's name",
    "stored": "by the actions that the deployment stores for it",
    "catalogue": "by the shipped catalogue of this version",
    "pattern": "by a pattern in the role itself",
}


def evidence_text(evidence: Evidence) -> str:
    """One piece of evidence, with where it was read."""
    where = f" ({evidence.origin})" if evidence.origin is not None else ""
    match evidence.kind:
        case "role" | "grant":
            detail = f": {evidence.detail}" if evidence.detail else ""
            return f"role `{evidence.name}`{detail}{where}"
        case "catalogue":
            return _BASES.get(evidence.name, evidence.name)
        case "absence":
            return f"missing: {evidence.name} ({evidence.detail})"
        case "doubt":
            return evidence.detail
        case kind:
            detail = f": {evidence.detail}" if evidence.detail else ""
            return f"{kind.replace('_', ' ')} `{evidence.name}`{detail}{where}"
