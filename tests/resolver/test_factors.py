"""A rule about a space and a job, taken apart by what it depends on, and put back for one space."""

import pytest

from mlaccess.catalog.documented import Target
from mlaccess.resolver.factors import ANY_SPACE, factors, in_space, view_titles, whereabouts
from mlaccess.rules import AllOf, AnyOf, Ask, Rule, Verdict
from mlaccess.rules.facts import (
    AccountUsable,
    AssignedToSpace,
    ClusterPrivilege,
    DataViewCovers,
    Fact,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
    MlVisible,
)
from mlaccess.stack import DataView, FrozenMap, NotExported, SpaceAssignments

from .world import world

GONE = NotExported("for a test")
ANOMALY = "anomaly-detector"


def of_space(space: str = ANY_SPACE) -> list[Ask]:
    return [
        Ask(KibanaFeature(("ml",), "all", space), "P1"),
        Ask(KibanaAction("login:", space)),
        Ask(MlVisible(space)),
    ]


OF_BOTH = [Ask(AssignedToSpace(ANOMALY, "web", ANY_SPACE)), Ask(DataViewCovers("logs-*", ANY_SPACE))]
OF_JOB = [Ask(AccountUsable()), Ask(ClusterPrivilege("manage_ml")), Ask(IndexPrivilege("logs-*", "read"))]


def test_parts_of_a_conjunction_are_told_apart_by_their_facts() -> None:
    """However deep; an alternative is one part, of both if some of it is, and facts about another space are of none."""
    elsewhere = of_space("sales")
    space, job, both = of_space(), OF_JOB, OF_BOTH
    mixed, open_ = AnyOf((space[0], both[0])), AnyOf((space[0], job[1]))
    rule = AllOf(
        (AllOf((space[0], job[0], AllOf((both[0],)))), *space[1:], *job[1:], both[1], mixed, open_, *elsewhere)
    )
    found = factors(rule)
    assert found.space == AllOf((*space, open_))
    assert found.job == AllOf((*job, *elsewhere))
    assert found.both == (*both, mixed)


@pytest.mark.parametrize("kind", [AllOf, AnyOf])
def test_a_rule_about_any_space_is_asked_about_one(kind: type[AllOf] | type[AnyOf]) -> None:
    """Titles and sentences stay, and so do facts about jobs and about a space that is named."""
    parts: tuple[Rule, ...] = (*of_space(), *OF_JOB, *of_space("named"), AllOf((OF_BOTH[0],)))
    expected: tuple[Rule, ...] = (
        *of_space("sales"),
        *OF_JOB,
        *of_space("named"),
        AllOf((Ask(AssignedToSpace(ANOMALY, "web", "sales")),)),
    )
    assert in_space(kind(parts, "title", "P2"), "sales") == kind(expected, "title", "P2")


def test_data_views_are_alike_where_their_titles_are() -> None:
    """In whatever space; what was not exported is like nothing but itself."""
    same = (DataView("1", "a"), DataView("2", "b"))
    views = FrozenMap(
        {"x": same, "y": (DataView("3", "a"), DataView("4", "b")), "z": same[:1], "none": (), "gone": GONE}
    )
    found = world(data_views=views)
    titles = {space: view_titles(found, space) for space in (*views, "unlisted")}
    assert titles == {"x": ("a", "b"), "y": ("a", "b"), "z": ("a",), "none": (), "gone": None, "unlisted": None}
    assert view_titles(world(data_views=GONE), "x") is None


@pytest.mark.parametrize(
    ("target", "asked", "named", "elsewhere"),
    [
        (Target(), "", {}, Verdict.GRANTED),
        (Target(ANOMALY, "web"), "sales support", {"sales": Verdict.GRANTED}, Verdict.DENIED),
        (Target(ANOMALY, "all"), "*", {}, Verdict.GRANTED),
        (Target("trained-model", "lang"), "sales", {"sales": Verdict.GRANTED}, Verdict.DENIED),
    ],
)
def test_where_a_job_is(target: Target, asked: str, named: dict[str, Verdict], elsewhere: Verdict) -> None:
    """The spaces of its assignment that differ from all others."""
    job_spaces: FrozenMap[str, tuple[str, ...]] = FrozenMap({"web": ("sales", "support"), "all": ("*",)})
    deployment = world(job_spaces=SpaceAssignments(FrozenMap({ANOMALY: job_spaces})))
    facts: list[str] = []

    def decide(fact: Fact) -> Verdict:
        assert isinstance(fact, AssignedToSpace)
        facts.append(fact.space)
        return Verdict.of(fact.id == "all" or fact.space == "sales")

    assert whereabouts(deployment, decide, target) == (named, elsewhere)
    assert facts == ([ANY_SPACE, *asked.split()] if target.id else [])
