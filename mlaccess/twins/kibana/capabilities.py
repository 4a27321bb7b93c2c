"""`GET /internal/ml/ml_capabilities` offline: Kibana's switchers, one after the other, in three values.

In elastic/kibana: `x-pack/platform/plugins/shared/security/server/authorization/disable_ui_capabilities.ts`
@ 7d915d1e2e5d, `.../spaces/server/capabilities/capabilities_switcher.ts` @ 265d1e29fc76, `.../ml/server/lib/
capabilities/capabilities_switcher.ts` @ 040d35c4fb8f and `check_capabilities.ts` @ 027ff2160655,
`.../ml/common/license/ml_license.ts` @ 3ab0fa13492b. The rules of the catalogue say the same as trees; tests hold
the two together.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

import attrs

from mlaccess.catalog.kibana_capabilities import CAPABILITIES, Capability, removed_in_upgrade_mode
from mlaccess.catalog.kibana_versions import Profile
from mlaccess.rules.verdict import Verdict

from .answer import FORBIDDEN, Answer, boolean, error_body

__all__ = [
    "MlLicense",
    "Switches",
    "World",
    "access_label",
    "has_ml_capabilities",
    "license_gate",
    "ml_capabilities",
    "resolve_capabilities",
    "respond",
]

Capabilities: TypeAlias = "dict[str, Verdict]"
_NO, _MAYBE, _YES = Verdict.DENIED, Verdict.UNKNOWN, Verdict.GRANTED

_TYPES = ("basic", "standard", "gold", "platinum", "enterprise", "trial")


@attrs.frozen
class MlLicense:
    """How Kibana reads the licence: `full` (active, platinum or better), `minimum` (information is available, were
    the licence expired), `enabled` (the licence's features say that machine learning is enabled)."""

    full: Verdict
    minimum: Verdict
    enabled: Verdict

    @classmethod
    def of(cls, type_: str | None, *, active: bool = True, ml_enabled: bool = True) -> "MlLicense":
        """From a licence's type (None: no licence information), status, and `xpack.ml.enabled`."""
        known = type_ is not None
        full = known and active and type_ in _TYPES and _TYPES.index(type_) >= _TYPES.index("platinum")
        return cls(Verdict.of(full), Verdict.of(known), Verdict.of(known and ml_enabled))


@attrs.frozen
class Switches:
    """Kibana's configuration: `xpack.ml.{ad,dfa,nlp}.enabled`, log analysis, and nodes to show (not serverless)."""

    ad: Verdict = _YES
    dfa: Verdict = _YES
    nlp: Verdict = _YES
    aiops: Verdict = _YES
    nodes: Verdict = _YES

    def allow(self, capability: Capability) -> Verdict:
        """Whether the configuration leaves a capability."""
        if capability.switch:
            value: Verdict = getattr(self, capability.switch)
            return value
        groups = {"": _YES, "ad": self.ad, "dfa": self.dfa, "nlp": max(self.nlp, self.dfa)}
        return groups[capability.group]


_ALL_ON = Switches()


@attrs.frozen
class World:
    """What Kibana asks and reads while it resolves the capabilities of one caller in one space."""

    has_action: Callable[[str], Verdict]
    """Whether the caller is granted a `ui:` action at the space."""
    license: MlLicense
    may_enter: Verdict = _YES
    """Whether the caller is granted the login action at the space."""
    authenticated: Verdict = _YES
    rbac: Verdict = _YES
    """Whether roles are looked at at all; without security they are not."""
    ml_visible: Verdict = _YES
    not_upgrading: Verdict = _YES
    switches: Switches = _ALL_ON
    profile: Profile | None = None


def resolve_capabilities(world: World) -> Capabilities:
    """`capabilities.ml` of `/api/core/capabilities`: security, then spaces, then the machine learning switcher."""
    resolved: Capabilities = {}
    for name, capability in CAPABILITIES.items():
        by_roles = min(world.authenticated, world.has_action(capability.ui_action))
        value = min(max(by_roles, _not(world.rbac)), world.ml_visible)
        resolved[name] = _licensed(capability, value, world)
    return resolved


def _licensed(capability: Capability, value: Verdict, world: World) -> Verdict:
    """The machine learning switcher: flags come from the configuration, a poor licence leaves the basic ones."""
    full = min(world.license.full, world.license.enabled)
    if capability.holders == "flag":
        return min(full, world.switches.allow(capability))
    under_full = min(value, full, world.switches.allow(capability))
    under_poor = min(value, world.license.enabled, world.license.minimum) if capability.basic else _NO
    return max(under_full, under_poor)


def _not(verdict: Verdict) -> Verdict:
    return Verdict(2 - verdict)


def respond(
    resolved: Mapping[str, Verdict],
    *,
    not_upgrading: Verdict,
    is_full_license: Verdict,
    ml_visible: Verdict,
    profile: Profile | None = None,
) -> dict[str, object]:
    """The body of `GET /internal/ml/ml_capabilities` from resolved ones: upgrade mode takes those that write."""
    profiles: tuple[Profile, ...] = (profile,) if profile else ("readers_test_models", "admins_test_models")
    shown: dict[str, object] = {}
    for name, value in resolved.items():
        capability = CAPABILITIES[name]
        after = {min(value, not_upgrading) if removed_in_upgrade_mode(capability, p) else value for p in profiles}
        shown[name] = boolean(after.pop()) if len(after) == 1 else None
    return {
        "capabilities": shown,
        "upgradeInProgress": boolean(_not(not_upgrading)),
        "isPlatinumOrTrialLicense": boolean(is_full_license),
        "mlFeatureEnabledInSpace": boolean(ml_visible),
    }


def ml_capabilities(world: World) -> Answer:
    """`GET /internal/ml/ml_capabilities` for the caller and space of `world`.

    No API privilege is asked, but reading the active space needs the login action, and the licence guard needs
    licence information.
    """
    if world.authenticated is _NO:
        return Answer(401, error_body(401, "Unauthorized", "Unauthorized"))
    entered = max(world.may_enter, _not(world.rbac))
    if world.license.minimum is _NO or entered is _NO:
        return FORBIDDEN
    body = respond(
        resolve_capabilities(world),
        not_upgrading=world.not_upgrading,
        is_full_license=world.license.full,
        ml_visible=world.ml_visible,
        profile=world.profile,
    )
    sure = min(world.authenticated, world.license.minimum, entered) is _YES
    return Answer(200 if sure else None, body)


def license_gate(requested: Iterable[str], license_: MlLicense, switches: Switches) -> Verdict:
    """Whether licence and configuration allow capabilities, as Kibana checks for background tasks.

    Here each group's own switch counts: models are blocked by their switch alone.
    """
    verdict = _YES
    for name in requested:
        capability = CAPABILITIES[name]
        group = {"": _YES, "ad": switches.ad, "dfa": switches.dfa, "nlp": switches.nlp}[capability.group]
        licensed = _YES if capability.basic else license_.full
        verdict = min(verdict, license_.enabled, group, licensed)
    return verdict


CheckResult: TypeAlias = Literal["ok", "InsufficientMLCapabilities", "MLPrivilegesUninitialized", "unknown"]


def has_ml_capabilities(
    requested: Iterable[str],
    *,
    resolved: Mapping[str, Verdict] | None = None,
    background: bool = False,
    has_privileges: Verdict | None = None,
    license_: MlLicense | None = None,
    switches: Switches | None = _ALL_ON,
) -> CheckResult:
    """What other plugins and alert executors get when they ask for capabilities.

    A real request needs each of the `resolved` ones. A background task (`background`) has none resolved: its API
    key's privileges and the licence gate decide, and anything missing refuses.
    """
    names = tuple(requested)
    if not background:
        if resolved is None:
            return "MLPrivilegesUninitialized"
        verdict = min((resolved.get(n, _NO) for n in names), default=_YES)
    elif has_privileges is None or license_ is None or switches is None:
        verdict = _NO
    else:
        verdict = min(has_privileges, license_gate(names, license_, switches))
    if verdict is _MAYBE:
        return "unknown"
    return "ok" if verdict is _YES else "InsufficientMLCapabilities"


_CREATING = (
    ("isADEnabled", "canCreateJob"),
    ("isDFAEnabled", "canCreateDataFrameAnalytics"),
    ("isNLPEnabled", "canCreateTrainedModels"),
)
_VIEWING = ("canGetJobs", "canGetDataFrameAnalytics", "canGetTrainedModels")


def access_label(capabilities: Mapping[str, object]) -> Literal["none", "basic-only", "read", "full", "unknown"]:
    """One word for the capabilities of a response body: what management pages and tests call the access of a user."""
    creating = [_all(capabilities, pair) for pair in _CREATING]
    viewing = [capabilities.get(name) for name in _VIEWING]
    if True in creating:
        return "full"
    if None in creating:
        return "unknown"
    if True in viewing:
        return "read"
    others = [v for n, v in capabilities.items() if n in CAPABILITIES and CAPABILITIES[n].holders != "flag"]
    if None in others:
        return "unknown"
    return "basic-only" if True in others else "none"


def _all(capabilities: Mapping[str, object], names: Iterable[str]) -> object:
    values = [capabilities.get(n, False) for n in names]
    return False if False in values else None if None in values else True
