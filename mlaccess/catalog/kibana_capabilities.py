"""The machine learning capabilities of Kibana's interface: who is granted each, and what takes it away again.

Capability `X` is the interface action `ui:ml/X`; the HTTP routes ask the twin action `api:ml:X`. Sources, all in
elastic/kibana:

* the sets: `x-pack/platform/packages/shared/ml/common_types/capabilities.ts` @ a788a5bec987
* the order of removal: `x-pack/platform/plugins/shared/ml/server/lib/capabilities/capabilities_switcher.ts`
  @ 040d35c4fb8f, `check_capabilities.ts` @ 027ff2160655 (same folder)
* who may test a model: pull request 282002 moved `canTestTrainedModels` from the read set to the all set
"""

from functools import cache
from typing import Literal, TypeAlias

import attrs

from mlaccess.rules import AllOf, AnyOf, Ask, Rule
from mlaccess.rules.facts import (
    AccountUsable,
    CapabilitySwitch,
    KibanaAction,
    KibanaProfile,
    LicenseFeature,
    MlEnabledInKibana,
    MlVisible,
    NotUpgrading,
)

from .kibana_versions import Profile

__all__ = [
    "CAPABILITIES",
    "FULL_LICENSE",
    "LOGIN",
    "MINIMUM_LICENSE",
    "Capability",
    "Group",
    "capabilities_granted",
    "capability_rule",
    "in_read",
    "removed_in_upgrade_mode",
    "switch_rule",
]

Group: TypeAlias = Literal["ad", "dfa", "nlp", ""]
Holders: TypeAlias = Literal["flag", "all", "read", "both", "moved"]

LOGIN = "login:"
"""The action that opens a space at all. Feature and base privileges carry it, reserved privileges do not."""

FULL_LICENSE = LicenseFeature("ml", "platinum", "kibana_full")
MINIMUM_LICENSE = LicenseFeature("ml", "basic", "kibana_minimum")


@attrs.frozen
class Capability:
    """One capability. `holders` names the privilege set that it is declared in:

    `flag` (in both sets, later overwritten from the configuration), `all`, `read`, `both` (declared in both sets,
    which matters in upgrade mode), `moved` (in the read set before pull request 282002, in the all set since).
    """

    name: str
    holders: Holders
    group: Group = ""
    """The feature group whose switch takes it away."""
    basic: bool = False
    """Whether a basic or an expired licence leaves it."""
    switch: str = ""
    """A switch of its own: `ad`, `dfa`, `nlp` for the three flags, `nodes` (not serverless), `aiops`."""
    apm_user: bool = False
    """Whether the reserved privilege `ml_apm_user` grants it."""

    @property
    def ui_action(self) -> str:
        """The action that the interface needs."""
        return f"ui:ml/{self.name}"

    @property
    def api_action(self) -> str:
        """The action that HTTP routes ask."""
        return f"api:ml:{self.name}"


_ROWS: tuple[Capability, ...] = (
    Capability("isADEnabled", "flag", switch="ad"),
    Capability("isDFAEnabled", "flag", switch="dfa"),
    Capability("isNLPEnabled", "flag", switch="nlp"),
    Capability("canCreateJob", "all", "ad"),
    Capability("canDeleteJob", "all", "ad"),
    Capability("canOpenJob", "all", "ad"),
    Capability("canCloseJob", "all", "ad"),
    Capability("canResetJob", "all", "ad"),
    Capability("canUpdateJob", "all", "ad"),
    Capability("canForecastJob", "all", "ad"),
    Capability("canDeleteForecast", "all", "ad"),
    Capability("canCreateDatafeed", "all", "ad"),
    Capability("canDeleteDatafeed", "all", "ad"),
    Capability("canStartStopDatafeed", "all", "ad"),
    Capability("canUpdateDatafeed", "all", "ad"),
    Capability("canPreviewDatafeed", "all", "ad"),
    Capability("canGetFilters", "all", "ad"),
    Capability("canCreateCalendar", "all", "ad"),
    Capability("canDeleteCalendar", "all", "ad"),
    Capability("canCreateFilter", "all", "ad"),
    Capability("canDeleteFilter", "all", "ad"),
    Capability("canCreateDataFrameAnalytics", "all", "dfa"),
    Capability("canDeleteDataFrameAnalytics", "all", "dfa"),
    Capability("canStartStopDataFrameAnalytics", "all", "dfa"),
    Capability("canCreateMlAlerts", "all"),
    Capability("canUseMlAlerts", "both"),
    Capability("canViewMlNodes", "all", switch="nodes"),
    Capability("canCreateTrainedModels", "all", "nlp"),
    Capability("canDeleteTrainedModels", "all", "nlp"),
    Capability("canStartStopTrainedModels", "all", "nlp"),
    Capability("canCreateInferenceEndpoint", "all", "nlp"),
    Capability("canGetJobs", "read", "ad", apm_user=True),
    Capability("canGetDatafeeds", "read", "ad"),
    Capability("canGetCalendars", "read", "ad"),
    Capability("canFindFileStructure", "read", basic=True),
    Capability("canGetDataFrameAnalytics", "read", "dfa"),
    Capability("canGetAnnotations", "read", "ad"),
    Capability("canCreateAnnotation", "read", "ad"),
    Capability("canDeleteAnnotation", "read", "ad"),
    Capability("canGetTrainedModels", "read", "nlp"),
    Capability("canTestTrainedModels", "moved", "nlp"),
    Capability("canGetFieldInfo", "read", basic=True),
    Capability("canGetMlInfo", "read", basic=True),
    Capability("canUseAiops", "read", switch="aiops"),
)

CAPABILITIES: dict[str, Capability] = {row.name: row for row in _ROWS}
"""All capabilities, in the order in which Kibana declares them."""

_WRITABLE_BY_READERS = frozenset({"canCreateAnnotation", "canDeleteAnnotation"})


def in_read(capability: Capability, profile: Profile) -> bool:
    """Whether `Machine Learning: Read` grants it. `Machine Learning: All` grants every one."""
    if capability.holders == "moved":
        return profile == "readers_test_models"
    return capability.holders in ("flag", "read", "both")


def removed_in_upgrade_mode(capability: Capability, profile: Profile) -> bool:
    """Whether upgrade mode takes it out of the body of `GET /internal/ml/ml_capabilities`.

    The all set goes (`canUseMlAlerts` with it, for it is declared in both), and the two writing annotation rights.
    """
    if capability.holders == "moved":
        return profile == "admins_test_models"
    return capability.holders in ("all", "both") or capability.name in _WRITABLE_BY_READERS


def capabilities_granted(level: Literal["all", "read", "apm_user"], profile: Profile) -> tuple[str, ...]:
    """The names that a privilege of the feature declares, in Kibana's order."""
    if level == "all":
        return tuple(CAPABILITIES)
    if level == "apm_user":
        return tuple(c.name for c in _ROWS if c.apm_user)
    return tuple(c.name for c in _ROWS if in_read(c, profile))


def switch_rule(capability: Capability) -> Rule | None:
    """The configuration switches a capability needs; None where no switch touches it.

    Trained models serve data frame analytics too, so their group goes only where both switches are off.
    """
    if capability.switch:
        return Ask(CapabilitySwitch(capability.switch))
    if capability.group == "nlp":
        return AnyOf((Ask(CapabilitySwitch("nlp")), Ask(CapabilitySwitch("dfa"))), "trained models are switched on")
    if capability.group:
        return Ask(CapabilitySwitch(capability.group))
    return None


def _upgrade_rule(capability: Capability, profile: Profile | None) -> Rule | None:
    known: tuple[Profile, ...] = (profile,) if profile else ("readers_test_models", "admins_test_models")
    removed = {removed_in_upgrade_mode(capability, p) for p in known}
    if removed == {False}:
        return None
    if removed == {True}:
        return Ask(NotUpgrading())
    return AnyOf((Ask(NotUpgrading()), Ask(KibanaProfile("readers_test_models"))), "upgrade mode does not take it away")


@cache
def capability_rule(name: str, space: str, profile: Profile | None = None, *, entering: bool = True) -> Rule:
    """What a caller needs so that Kibana's interface shows a capability in a space, as a tree of facts.

    `profile` None is for a Kibana whose version does not settle who may test models. With `entering`, the rule also
    asks for the login action of the space, without which `GET /internal/ml/ml_capabilities` answers 403.
    The three flags need no privilege: under a full licence the machine learning switcher overwrites them.
    Raises `KeyError` for a name that is no capability.
    """
    capability = CAPABILITIES[name]
    parts: list[Rule] = [Ask(AccountUsable())]
    if entering:
        parts.append(Ask(KibanaAction(LOGIN, space)))
    if capability.holders != "flag":
        parts.append(Ask(KibanaAction(capability.ui_action, space)))
        parts.append(Ask(MlVisible(space)))
    parts.append(Ask(MINIMUM_LICENSE if capability.basic else FULL_LICENSE))
    parts.append(Ask(MlEnabledInKibana()))
    switch = switch_rule(capability)
    if switch is not None:
        parts.append(switch)
    upgrade = _upgrade_rule(capability, profile)
    if upgrade is not None:
        parts.append(upgrade)
    return AllOf(tuple(parts), name)
