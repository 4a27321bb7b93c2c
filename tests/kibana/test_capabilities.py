"""Capabilities: the switchers one after the other, and the rule of each as a tree, say the same in three values."""

from collections.abc import Callable
from typing import cast

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlaccess.catalog.kibana_capabilities import CAPABILITIES, capability_rule
from mlaccess.catalog.kibana_versions import Profile
from mlaccess.rules import Verdict, VerdictAlgebra, facts_of, fold
from mlaccess.rules.facts import (
    AccountUsable,
    CapabilitySwitch,
    Fact,
    KibanaAction,
    KibanaProfile,
    LicenseFeature,
    MlEnabledInKibana,
    MlVisible,
    NotUpgrading,
)
from mlaccess.twins.kibana import (
    MlLicense,
    Switches,
    World,
    access_label,
    has_ml_capabilities,
    ml_capabilities,
    resolve_capabilities,
)
from mlaccess.twins.kibana.answer import boolean

VERDICTS = st.sampled_from(list(Verdict))
GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED
PROFILES: list[Profile | None] = ["readers_test_models", "admins_test_models", None]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Any state of every gate; a licence that is full is there, as in Kibana."""
    held = draw(st.dictionaries(st.sampled_from([c.ui_action for c in CAPABILITIES.values()]), VERDICTS))
    full = draw(VERDICTS)
    return World(
        has_action=lambda action: held.get(action, GRANTED),
        license=MlLicense(full, max(full, draw(VERDICTS)), draw(VERDICTS)),
        may_enter=draw(VERDICTS),
        ml_visible=draw(VERDICTS),
        not_upgrading=draw(VERDICTS),
        switches=Switches(*(draw(VERDICTS) for _ in range(5))),
        profile=draw(st.sampled_from(PROFILES)),
    )


def judge(world: World) -> Callable[[Fact], Verdict]:
    """The same world, asked fact by fact."""

    def decide(fact: Fact) -> Verdict:
        match fact:
            case AccountUsable():
                return world.authenticated
            case KibanaAction("login:", _):
                return world.may_enter
            case KibanaAction(action, _):
                return world.has_action(action)
            case MlVisible():
                return world.ml_visible
            case LicenseFeature(_, _, family):
                return world.license.full if family == "kibana_full" else world.license.minimum
            case MlEnabledInKibana():
                return world.license.enabled
            case CapabilitySwitch(name):
                return cast("Verdict", getattr(world.switches, name))
            case NotUpgrading():
                return world.not_upgrading
            case KibanaProfile(profile):
                return UNKNOWN if world.profile is None else Verdict.of(world.profile == profile)
            case _:
                raise AssertionError(f"not asked of a capability: {fact}")

    return decide


@settings(max_examples=60)
@given(worlds())
def test_switchers_and_rules_agree(world: World) -> None:
    """Kibana's pipeline, and the tree with each gate as a fact, give every capability the same verdict.

    The pipeline shows unknown for a capability that upgrade mode takes in one profile only; the tree may know more
    where the profile cannot matter.
    """
    answer = ml_capabilities(attrs.evolve(world, may_enter=GRANTED, license=_there(world.license)))
    shown = cast("dict[str, dict[str, bool | None]]", answer.body)["capabilities"]
    decide = judge(attrs.evolve(world, license=_there(world.license)))
    for name in CAPABILITIES:
        by_tree = fold(capability_rule(name, "s", world.profile, entering=False), VerdictAlgebra(decide))
        assert shown[name] == boolean(by_tree), name


def _there(license_: MlLicense) -> MlLicense:
    """Licence information that is not denied altogether, else the route refuses and shows nothing."""
    return attrs.evolve(license_, minimum=max(license_.minimum, UNKNOWN))


@settings(max_examples=40)
@given(worlds(), st.sampled_from(sorted(CAPABILITIES)))
def test_better_gates_never_take_a_capability_away(world: World, name: str) -> None:
    """Rules are monotone in their facts: with every gate granted, no verdict is lower."""
    rule = capability_rule(name, "s", world.profile)
    before = fold(rule, VerdictAlgebra(judge(world)))
    for fact in set(facts_of(rule)):

        def better(asked: Fact, fact: Fact = fact) -> Verdict:
            return GRANTED if asked == fact else judge(world)(asked)

        assert fold(rule, VerdictAlgebra(better)) >= before


def all_granted(**changes: object) -> World:
    base = World(has_action=lambda _: GRANTED, license=MlLicense.of("trial"), profile="readers_test_models")
    return attrs.evolve(base, **changes)  # type: ignore[arg-type]  # names of fields, checked by attrs


def shown(**changes: object) -> dict[str, bool | None]:
    return cast("dict[str, dict[str, bool | None]]", ml_capabilities(all_granted(**changes)).body)["capabilities"]


def taken(**changes: object) -> set[str]:
    return {name for name, value in shown(**changes).items() if not value}


BASIC = {"canFindFileStructure", "canGetFieldInfo", "canGetMlInfo"}
FLAGS = {"isADEnabled", "isDFAEnabled", "isNLPEnabled"}


@pytest.mark.parametrize("type_", ["platinum", "enterprise", "trial"])
def test_an_active_full_licence_takes_nothing(type_: str) -> None:
    """Privileges alone decide."""
    assert taken(license=MlLicense.of(type_)) == set()


@pytest.mark.parametrize(
    ("type_", "active"),
    [("gold", True), ("standard", True), ("basic", True), ("platinum", False), ("trial", False), ("nosuch", True)],
)
def test_a_poor_or_expired_licence_leaves_the_three_basic_ones(type_: str, active: bool) -> None:
    """And the flags go too."""
    assert set(CAPABILITIES) - taken(license=MlLicense.of(type_, active=active)) == BASIC


def test_disabling_machine_learning_takes_everything_even_from_a_full_licence() -> None:
    """`xpack.ml.enabled: false`."""
    assert taken(license=MlLicense.of("trial", ml_enabled=False)) == set(CAPABILITIES)


def test_without_licence_information_the_route_refuses() -> None:
    """The licence guard."""
    assert ml_capabilities(all_granted(license=MlLicense.of(None))).status == 403


def test_a_hidden_space_leaves_the_three_flags_only() -> None:
    """They are written anew from the configuration."""
    assert set(CAPABILITIES) - taken(ml_visible=DENIED) == FLAGS


def test_a_user_without_any_privilege_still_sees_the_flags() -> None:
    """So flags say nothing about a user."""
    assert set(CAPABILITIES) - taken(has_action=lambda _: DENIED) == FLAGS
    assert access_label(shown(has_action=lambda _: DENIED)) == "none"


def test_upgrade_mode_takes_the_writing_ones_with_alerts_and_annotations() -> None:
    """Reading stays; who may test models decides about testing."""
    gone = taken(not_upgrading=DENIED)
    assert {"canCreateJob", "canUseMlAlerts", "canCreateAnnotation", "canDeleteAnnotation", "canGetFilters"} <= gone
    assert not {"canGetJobs", "canGetAnnotations", "canTestTrainedModels"} & gone
    assert "canTestTrainedModels" in taken(not_upgrading=DENIED, profile="admins_test_models")
    assert shown(not_upgrading=DENIED, profile=None)["canTestTrainedModels"] is None


@pytest.mark.parametrize(
    ("switches", "gone", "kept"),
    [
        (Switches(ad=DENIED), {"canGetJobs", "isADEnabled", "canGetFilters"}, {"canUseMlAlerts", "canGetMlInfo"}),
        (Switches(dfa=DENIED), {"canGetDataFrameAnalytics", "isDFAEnabled"}, {"canGetTrainedModels"}),
        (Switches(nlp=DENIED), {"isNLPEnabled"}, {"canGetTrainedModels", "canTestTrainedModels"}),
        (Switches(nlp=DENIED, dfa=DENIED), {"canGetTrainedModels", "canCreateInferenceEndpoint"}, {"canGetJobs"}),
        (Switches(aiops=DENIED), {"canUseAiops"}, {"canGetJobs"}),
        (Switches(nodes=DENIED), {"canViewMlNodes"}, {"canCreateJob"}),
    ],
)
def test_a_switch_takes_its_group(switches: Switches, gone: set[str], kept: set[str]) -> None:
    """Models serve data frame analytics too, so their group needs both switches off."""
    found = taken(switches=switches)
    assert gone <= found
    assert not kept & found


def test_without_roles_in_use_nobody_is_refused() -> None:
    """Security is off."""
    assert taken(rbac=DENIED, has_action=lambda _: DENIED, may_enter=DENIED) == set()


def test_the_space_must_be_entered() -> None:
    """A user with only a reserved machine learning privilege holds the capabilities and is answered 403."""
    assert ml_capabilities(all_granted(may_enter=DENIED)).status == 403
    assert ml_capabilities(all_granted(may_enter=UNKNOWN)).status is None
    rule = capability_rule("canGetJobs", "s", "readers_test_models")
    assert fold(rule, VerdictAlgebra(judge(all_granted(may_enter=DENIED)))) is DENIED
    assert resolve_capabilities(all_granted(may_enter=DENIED))["canGetJobs"] is GRANTED


def test_someone_who_cannot_authenticate_is_answered_401() -> None:
    """Before anything else."""
    assert ml_capabilities(all_granted(authenticated=DENIED)).status == 401


def test_background_tasks_are_checked_by_licence_and_switches() -> None:
    """Here the model switch alone blocks models, and anything missing refuses."""
    full = MlLicense.of("platinum")
    ask = ["canGetTrainedModels"]
    base = {"background": True, "has_privileges": GRANTED, "license_": full}
    assert has_ml_capabilities(ask, **base) == "ok"  # type: ignore[arg-type]  # the same keywords four times
    assert has_ml_capabilities(ask, **base, switches=Switches(nlp=DENIED)) == "InsufficientMLCapabilities"  # type: ignore[arg-type]
    assert has_ml_capabilities(ask, **base, switches=None) == "InsufficientMLCapabilities"  # type: ignore[arg-type]
    assert has_ml_capabilities(ask, **{**base, "has_privileges": UNKNOWN}) == "unknown"  # type: ignore[arg-type]
    assert has_ml_capabilities(ask, resolved=None) == "MLPrivilegesUninitialized"
