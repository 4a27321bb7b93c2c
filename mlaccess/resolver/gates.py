"""Facts about the deployment that no privilege can change: licence, nodes, settings, spaces, upgrade mode."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property

from mlaccess.catalog.kibana_versions import profile_of
from mlaccess.permission import kibana as kibana_spaces
from mlaccess.rules import Evidence, Finding, Verdict
from mlaccess.rules.facts import CapabilitySwitch, KibanaProfile, LicenseFeature, MlVisible, Subscription
from mlaccess.stack import ClusterSettings, Deployment, FrozenMap, Json, License, NotExported, freeze

from .questions import check_type

__all__ = ["Gates", "license_rank", "setting_list"]

# x-pack/plugin/core/src/main/java/org/elasticsearch/license/License.java: operation modes in their order, and the
# spellings that stand for them. A trial allows every feature.
_ORDER = ("missing", "basic", "standard", "gold", "platinum", "enterprise")
_SPELLINGS = {
    "none": "trial",
    "dev": "trial",
    "development": "trial",
    "trial": "trial",
    "silver": "gold",
    "internal": "platinum",
    "cloud_internal": "platinum",
}
_GRACE = timedelta(days=7)
_STATUSES = ("active", "valid", "expired")


def license_rank(type_: str) -> int | None:
    """The place of a licence type among `missing` to `enterprise` (trial above all); None for an unknown word."""
    word = _SPELLINGS.get(type_.lower(), type_.lower())
    if word == "trial":
        return len(_ORDER)
    return _ORDER.index(word) if word in _ORDER else None


def setting_list(value: Json) -> tuple[str, ...]:
    """A list setting: a real list, or a comma list in one string."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, tuple):
        return tuple(str(part) for part in value)
    return ()


def _absence(part: NotExported, name: str) -> tuple[Evidence, ...]:
    return (Evidence("absence", name, part.request or part.reason),)


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Gates:
    """Decides the gate facts of one deployment at one moment."""

    def __init__(self, deployment: Deployment, at: datetime | None) -> None:
        self._deployment = deployment
        if at is not None:
            check_type(datetime, at)
        collected = deployment.collected_at
        self._explicit = at is not None
        exported = None if isinstance(collected, NotExported) else _in_utc(collected)
        self.at: datetime | None = exported if at is None else _in_utc(at)
        # What the export says of its own moment holds from then on; without its date, of no moment that is asked about.
        self._before_export = at is not None and (exported is None or _in_utc(at) < exported)

    # -- licence ----------------------------------------------------------------------------------------------------

    def subscription(self, fact: Subscription) -> Finding:
        """Whether the licence is of a type, and in force (pages' "appropriate subscription level")."""
        deployment = self._deployment
        if deployment.serverless:
            return Finding.of(Verdict.GRANTED, "serverless.subscription", (Evidence("setting", "build_flavor"),))
        license_ = deployment.license
        if isinstance(license_, NotExported):
            return self._subscription_from_usage(fact, license_)
        evidence = (Evidence("license", license_.type, license_.status, license_.origin),)
        rank, minimum = license_rank(license_.type), license_rank(fact.minimum)
        if rank is None or minimum is None:
            return Finding.of(Verdict.UNKNOWN, "license.unknown_type", evidence, type=license_.type)
        if rank < minimum:
            return Finding.of(
                Verdict.DENIED, "license.type_too_low", evidence, type=license_.type, minimum=fact.minimum
            )
        if not fact.active:
            return Finding.of(Verdict.GRANTED, "license.type", evidence, type=license_.type, status=license_.status)
        return self._in_force(license_, evidence)

    def _in_force(self, license_: License, evidence: tuple[Evidence, ...]) -> Finding:
        found = self._by_dates(license_, evidence)
        status = license_.status.lower()
        if found.verdict is Verdict.GRANTED and status not in _STATUSES:
            # No date says more than a status that nobody knows.
            return Finding.of(Verdict.UNKNOWN, "license.unknown_status", evidence, type=license_.type, status=status)
        return found

    def _by_dates(self, license_: License, evidence: tuple[Evidence, ...]) -> Finding:
        type_, status = license_.type, license_.status.lower()
        if status == "invalid":
            return Finding.of(Verdict.DENIED, "license.invalid", evidence, type=type_)
        if self.at is None:
            if status == "expired":
                if self._has_grace():
                    on = _day(license_.expires_at)
                    return Finding.of(Verdict.UNKNOWN, "license.grace_period", evidence, type=type_, on=on)
                return Finding.of(Verdict.DENIED, "license.expired", evidence, type=type_, on=_day(license_.expires_at))
            return Finding.of(Verdict.GRANTED, "license.active", evidence, type=type_, status=status)
        if status == "expired" and (license_.expires_at is None or self.at < license_.expires_at):
            if self._before_export:
                return Finding.of(Verdict.UNKNOWN, "license.expired_some_time", evidence, type=type_)
            # Elasticsearch said so when it was asked, whatever the collector's clock makes of the dates.
            return Finding.of(Verdict.DENIED, "license.said_expired", evidence, type=type_)
        if license_.expires_at is None:
            if self._explicit and license_rank(type_) != _ORDER.index("basic"):
                return Finding.of(Verdict.UNKNOWN, "license.no_expiry_date", evidence, type=type_)
            return Finding.of(Verdict.GRANTED, "license.active", evidence, type=type_, status=status)
        if self.at >= license_.expires_at:
            if self._has_grace() and self.at < license_.expires_at + _GRACE:
                return Finding.of(
                    Verdict.UNKNOWN, "license.grace_period", evidence, type=type_, on=_day(license_.expires_at)
                )
            return Finding.of(Verdict.DENIED, "license.expired", evidence, type=type_, on=_day(license_.expires_at))
        if license_.issued_at is not None and self.at < license_.issued_at:
            return Finding.of(
                Verdict.UNKNOWN, "license.not_yet_issued", evidence, type=type_, on=_day(license_.issued_at)
            )
        return Finding.of(
            Verdict.GRANTED, "license.active_until", evidence, type=type_, until=_day(license_.expires_at)
        )

    def _has_grace(self) -> bool:
        # 6.x and 7.x kept licensed features for a week after expiry; not read in source, so unknown rather than yes.
        version = self._deployment.version
        return not isinstance(version, str) or version.split(".", 1)[0] in ("5", "6", "7")

    def _subscription_from_usage(self, fact: Subscription, absent: NotExported) -> Finding:
        usage = self._deployment.xpack
        if not isinstance(usage, NotExported) and not self._explicit and usage.ml_available is not None:
            evidence = (Evidence("license", "xpack usage", "ml.available", usage.origin),)
            if usage.ml_available:
                return Finding.of(Verdict.GRANTED, "license.usage_available", evidence)
            if fact.active:
                return Finding.of(Verdict.DENIED, "license.usage_unavailable", evidence)
        return Finding.of(
            Verdict.UNKNOWN,
            "license.not_exported",
            _absence(absent, "license"),
            minimum=fact.minimum,
            reason=absent.reason,
        )

    def allows_dls(self) -> Verdict:
        """Whether document and field level security is licensed (platinum, in force: choice C25)."""
        return self.subscription(Subscription("platinum")).verdict

    def license_feature(self, fact: LicenseFeature) -> Finding:
        """Whether Elasticsearch or Kibana takes a licensed feature as available, each in its own way."""
        if fact.family == "kibana_minimum" and not self._deployment.serverless:
            # Kibana's isMinimumLicense holds as soon as licence information is available, even for an expired one.
            license_ = self._deployment.license
            if isinstance(license_, NotExported):
                return Finding.of(
                    Verdict.UNKNOWN,
                    "license.not_exported",
                    _absence(license_, "license"),
                    minimum=fact.minimum,
                    reason=license_.reason,
                )
            rank = license_rank(license_.type)
            evidence = (Evidence("license", license_.type, license_.status, license_.origin),)
            if rank == 0:
                return Finding.of(
                    Verdict.DENIED, "license.type_too_low", evidence, type=license_.type, minimum=fact.minimum
                )
            return Finding.of(Verdict.GRANTED, "license.type", evidence, type=license_.type, status=license_.status)
        return self.subscription(Subscription(fact.minimum))

    # -- nodes and settings -----------------------------------------------------------------------------------------

    def ml_enabled_everywhere(self) -> Finding:
        """`xpack.ml.enabled` on every node (absent means the default, true)."""
        deployment = self._deployment
        if deployment.serverless:
            return Finding.of(Verdict.GRANTED, "serverless.nodes", (Evidence("setting", "build_flavor"),))
        off = tuple(self._explicit_off())
        if off:
            return Finding.of(Verdict.DENIED, "nodes.ml_disabled", off, nodes=tuple(sorted({e.name for e in off})))
        nodes = deployment.nodes
        if isinstance(nodes, NotExported):
            return Finding.of(Verdict.UNKNOWN, "nodes.not_exported", _absence(nodes, "nodes"), reason=nodes.reason)
        if "nodes" in deployment.incomplete:
            return Finding.of(Verdict.UNKNOWN, "nodes.incomplete")
        silent = tuple(sorted(n.name for n in nodes.values() if not n.settings_exported))
        if silent:
            return Finding.of(Verdict.UNKNOWN, "nodes.settings_not_exported", nodes=silent)
        if not nodes:
            return Finding.of(Verdict.UNKNOWN, "nodes.none_listed")
        evidence = tuple(Evidence("node", n.name, origin=n.origin) for n in nodes.values())
        return Finding.of(Verdict.GRANTED, "nodes.ml_enabled", evidence, count=len(nodes))

    def _explicit_off(self) -> Iterator[Evidence]:
        deployment = self._deployment
        if not isinstance(deployment.nodes, NotExported):
            for node in deployment.nodes.values():
                if _is_false(node.settings.get("xpack.ml.enabled")):
                    yield Evidence("node", node.name, "xpack.ml.enabled: false", node.origin)
        settings = deployment.cluster_settings
        if not isinstance(settings, NotExported) and _is_false(_default(settings, "xpack.ml.enabled")):
            yield Evidence("setting", "the answering node", "xpack.ml.enabled: false", settings.defaults_origin)
        if not isinstance(deployment.xpack, NotExported) and deployment.xpack.ml_enabled is False:
            yield Evidence("setting", "the answering node", "ml.enabled: false", deployment.xpack.origin)
        for file_settings in deployment.settings_files:
            value = file_settings.get("xpack.ml.enabled")
            if value is False or value == "false":
                yield Evidence("setting", "elasticsearch.yml", "xpack.ml.enabled: false")

    def ml_enabled_in_kibana(self) -> Finding:
        """What the node that Kibana asks says of `xpack.ml.enabled`; unknown where nodes differ."""
        everywhere = self.ml_enabled_everywhere()
        nodes = self._deployment.nodes
        if everywhere.verdict is not Verdict.DENIED or isinstance(nodes, NotExported):
            return everywhere
        off = sum(_is_false(n.settings.get("xpack.ml.enabled")) for n in nodes.values())
        if off == len(nodes):
            return everywhere
        return Finding.of(Verdict.UNKNOWN, "nodes.ml_mixed", everywhere.evidence, off=off, count=len(nodes))

    def ml_node(self) -> Finding:
        """A node that can run jobs: role `ml`, or on 6.x the attribute `ml.enabled`."""
        deployment = self._deployment
        if deployment.serverless:
            return Finding.of(Verdict.GRANTED, "serverless.nodes", (Evidence("setting", "build_flavor"),))
        nodes = deployment.nodes
        if isinstance(nodes, NotExported):
            return Finding.of(Verdict.UNKNOWN, "nodes.not_exported", _absence(nodes, "nodes"), reason=nodes.reason)
        able = [
            n
            for n in nodes.values()
            if ("ml" in n.roles or n.attributes.get("ml.enabled") == "true")
            and not _is_false(n.settings.get("xpack.ml.enabled"))
        ]
        if able:
            evidence = tuple(Evidence("node", n.name, "role ml", n.origin) for n in able)
            return Finding.of(Verdict.GRANTED, "nodes.with_ml", evidence, nodes=tuple(n.name for n in able))
        if any(not n.roles_exported for n in nodes.values()) or not nodes or "nodes" in deployment.incomplete:
            return Finding.of(Verdict.UNKNOWN, "nodes.roles_not_exported")
        evidence = tuple(Evidence("node", n.name, ", ".join(n.roles), n.origin) for n in nodes.values())
        return Finding.of(Verdict.DENIED, "nodes.without_ml", evidence, count=len(nodes))

    def not_upgrading(self) -> Finding:
        """Machine learning is not in upgrade mode (`GET _ml/info`)."""
        info = self._deployment.ml_info
        if isinstance(info, NotExported):
            return Finding.of(Verdict.UNKNOWN, "upgrade.not_exported", _absence(info, "ml_info"), reason=info.reason)
        evidence = (Evidence("setting", "upgrade_mode", str(info.upgrade_mode).lower(), info.origin),)
        if info.upgrade_mode:
            return Finding.of(Verdict.DENIED, "upgrade.on", evidence)
        return Finding.of(Verdict.GRANTED, "upgrade.off", evidence)

    def security_off(self) -> Finding | None:
        """A granted finding where security is switched off, so that no privilege is checked (choice C24)."""
        return self._security_off

    @cached_property
    def _security_off(self) -> Finding | None:
        deployment = self._deployment
        if not isinstance(deployment.nodes, NotExported):
            for node in deployment.nodes.values():
                if _is_false(node.settings.get("xpack.security.enabled")):
                    evidence = (Evidence("node", node.name, "xpack.security.enabled: false", node.origin),)
                    return Finding.of(Verdict.GRANTED, "security.off", evidence)
        settings = deployment.cluster_settings
        if not isinstance(settings, NotExported) and _is_false(_default(settings, "xpack.security.enabled")):
            evidence = (Evidence("setting", "xpack.security.enabled", "false", settings.defaults_origin),)
            return Finding.of(Verdict.GRANTED, "security.off", evidence)
        if not isinstance(deployment.xpack, NotExported) and deployment.xpack.security_enabled is False:
            evidence = (Evidence("setting", "security.enabled", "false", deployment.xpack.origin),)
            return Finding.of(Verdict.GRANTED, "security.off", evidence)
        for file_settings in deployment.settings_files:
            value = file_settings.get("xpack.security.enabled")
            if value is False or value == "false":
                evidence = (Evidence("setting", "xpack.security.enabled", "false"),)
                return Finding.of(Verdict.GRANTED, "security.off", evidence)
        return None

    def anonymous_roles(self) -> tuple[str, ...] | None:
        """The roles that every user gets beside their own; None where the export does not say (choice C23)."""
        key = "xpack.security.authc.anonymous.roles"
        deployment = self._deployment
        if deployment.serverless:
            return ()  # settings are the platform's, and it has no anonymous access
        found: set[str] = set()
        said = False
        if not isinstance(deployment.nodes, NotExported) and deployment.nodes:
            said = all(n.settings_exported for n in deployment.nodes.values())
            for node in deployment.nodes.values():
                found.update(_setting(node.settings, key))
        settings = deployment.cluster_settings
        if not isinstance(settings, NotExported) and settings.defaults is not None:
            said = True
            found.update(_setting(settings.defaults, key))
        for file_settings in deployment.settings_files:
            said = True
            value = file_settings.get(key)
            found.update(setting_list(freeze(value)))
        if not said and not found:
            return None
        return tuple(sorted(found))

    def anonymous_username(self) -> str:
        """The name under which anonymous requests run."""
        key = "xpack.security.authc.anonymous.username"
        settings = self._deployment.cluster_settings
        if not isinstance(self._deployment.nodes, NotExported):
            for node in self._deployment.nodes.values():
                value = node.settings.get(key)
                if isinstance(value, str):
                    return value
        if not isinstance(settings, NotExported) and settings.defaults is not None:
            value = settings.defaults.get(key)
            if isinstance(value, str):
                return value
        return "_anonymous"

    # -- Kibana's switches -------------------------------------------------------------------------------------------

    def capability_switch(self, fact: CapabilitySwitch) -> Finding:
        """Kibana's configuration switches. `kibana.yml` is in no export, so the stack's defaults speak."""
        serverless = self._deployment.serverless
        if fact.name == "nodes":
            if serverless:
                return Finding.of(Verdict.DENIED, "switch.serverless_nodes", switch=fact.name)
            return Finding.of(Verdict.GRANTED, "switch.not_serverless", switch=fact.name)
        if serverless:
            # Which groups are on depends on the type of project, which no export tells.
            return Finding.of(Verdict.UNKNOWN, "switch.serverless_project", switch=fact.name)
        return Finding.of(Verdict.GRANTED, "switch.default", switch=fact.name)

    def kibana_profile(self, fact: KibanaProfile) -> Finding:
        """Which of two behaviours this Kibana's version has."""
        version = self._deployment.kibana_version
        if not isinstance(version, str):
            version = self._deployment.version
        profile = profile_of(version if isinstance(version, str) else None)
        if profile is None:
            return Finding.of(Verdict.UNKNOWN, "kibana.profile_unknown", profile=fact.profile)
        return Finding.of(Verdict.of(profile == fact.profile), "kibana.profile", profile=profile)

    # -- spaces -----------------------------------------------------------------------------------------------------

    def visible(self, fact: MlVisible) -> Finding:
        """Whether a space shows machine learning, by its effective disabled features."""
        spaces = self._deployment.spaces
        if isinstance(spaces, NotExported):
            return Finding.of(
                Verdict.UNKNOWN,
                "space.not_exported",
                _absence(spaces, "spaces"),
                space=fact.space,
                reason=spaces.reason,
            )
        space = spaces.get(fact.space)
        if space is None:
            return Finding.of(Verdict.UNKNOWN, "space.not_listed", space=fact.space)
        evidence = (Evidence("space", space.id, origin=space.origin),)
        visible = kibana_spaces.ml_visible(space)
        if visible is Verdict.UNKNOWN:
            return Finding.of(
                visible, "space.solution_unknown", evidence, space=space.id, solution=space.solution or ""
            )
        if visible is Verdict.DENIED:
            return Finding.of(visible, "space.hides_ml", evidence, space=space.id)
        return Finding.of(Verdict.GRANTED, "space.shows_ml", evidence, space=space.id)


def _is_false(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.lower() == "false")


def _default(settings: ClusterSettings, key: str) -> Json:
    return None if settings.defaults is None else settings.defaults.get(key)


def _setting(settings: FrozenMap[str, Json], key: str) -> tuple[str, ...]:
    if key in settings:
        return setting_list(settings[key])
    prefix = key + "."
    return tuple(str(v) for k, v in settings.items() if k.startswith(prefix) and k[len(prefix) :].isdigit())


def _day(moment: datetime | None) -> str:
    return "an unknown date" if moment is None else moment.date().isoformat()
