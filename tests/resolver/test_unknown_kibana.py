"""Kibana privileges whose meaning is unknown leave the answer unknown, in one role and in several together."""

import pytest

from mlaccess import Deployment, Resolver, Verdict
from mlaccess.rules.facts import KibanaFeature
from mlaccess.stack import ApplicationGrant, FrozenMap, RoleDescriptor, User, Users

from .world import world

TOMORROW = "10.0.0"
ML_ALL = KibanaFeature(("ml",), "all", "sales")


def roles(*several: tuple[str, ...]) -> Deployment:
    """`ana` has one role for each list of Kibana privileges, in a Kibana that no table describes."""
    made = {
        f"r{n}": RoleDescriptor(f"r{n}", applications=(ApplicationGrant("kibana-.kibana", held, ("space:sales",)),))
        for n, held in enumerate(several)
    }
    users = Users([User("ana", tuple(made))])
    return world(version=TOMORROW, kibana_version=TOMORROW, roles=FrozenMap(made), users=users)


def decided(deployment: Deployment) -> set[tuple[Verdict, str]]:
    """Verdict and code of Machine Learning: All, by the quick way and at length."""
    judge = Resolver(deployment).judge("ana")
    return {(found.verdict, found.code) for found in (judge(ML_ALL), judge.at_length(ML_ALL))}


@pytest.mark.parametrize(
    ("held", "verdict", "code"),
    [
        ((("feature_ml.all",),), Verdict.UNKNOWN, "kibana.feature_unknown"),
        ((("feature_discover_v2.all",), ("feature_ml.all",)), Verdict.UNKNOWN, "kibana.feature_unknown"),
        ((("feature_ml.all",), ("feature_discover_v2.all",)), Verdict.UNKNOWN, "kibana.feature_unknown"),
        ((("feature_discover_v2.all",),), Verdict.DENIED, "kibana.feature_missing"),
        ((("feature_discover_v2.all",), ("feature_indexPatterns.all",)), Verdict.DENIED, "kibana.feature_missing"),
        ((("*",),), Verdict.GRANTED, "kibana.feature_granted"),
        ((("feature_ml.all",), ("*",)), Verdict.GRANTED, "kibana.feature_granted"),
    ],
)
def test_a_name_of_an_unknown_version_is_neither_granted_nor_denied(
    held: tuple[tuple[str, ...], ...], verdict: Verdict, code: str
) -> None:
    """Whichever role holds it; one that certainly grants decides, and names of other features never do."""
    assert decided(roles(*held)) == {(verdict, code)}


@pytest.mark.parametrize("held", [(("feature_ml.all",), ("feature_ml.minimal_all",)), (("feature_ml.all",), ("x",))])
def test_of_several_roles_in_doubt_the_first_is_named(held: tuple[tuple[str, ...], ...]) -> None:
    """By both ways of judging."""
    judge = Resolver(roles(*held)).judge("ana")
    found = judge(ML_ALL)
    assert found == judge.at_length(ML_ALL)
    assert found.evidence[0].name == "r0"
