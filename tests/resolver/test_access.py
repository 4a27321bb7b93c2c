"""What an answer says of itself: levels in words and in order, what is certain and what is possible, and why."""

from typing import Any

import attrs
import pytest

from mlaccess import AccessLevel, Deployment, NotExported, Resolver, Verdict
from mlaccess.catalog.kibana_features import WRITE_OPERATIONS
from mlaccess.catalog.page import sentence
from mlaccess.resolver import Access
from mlaccess.resolver.access import Decision
from mlaccess.resolver.saved_objects import SavedObjects
from mlaccess.rules import AllOf, AnyOf, Ask, explain, facts_of
from mlaccess.rules.facts import (
    AccountUsable,
    AssignedToSpace,
    IndexPrivilege,
    IndicesKnown,
    KibanaAction,
    RequestDetail,
)
from mlaccess.stack import (
    ApplicationGrant,
    Datafeed,
    FrozenMap,
    IndicesGrant,
    License,
    RoleDescriptor,
    SpaceAssignments,
    User,
    Users,
)

from .world import ROLE, ask, with_role, world

GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED
NONE, UPLOAD, READ_ONLY, FULL = AccessLevel
GONE = NotExported("for a test")


def test_levels_are_ordered_and_have_words() -> None:
    assert NONE < UPLOAD < READ_ONLY < FULL
    assert [level.word for level in AccessLevel] == ["none", "upload", "read-only", "full"]
    assert [str(level) for level in AccessLevel] == [level.word for level in AccessLevel]


@pytest.mark.parametrize(
    ("word", "level"), [("full", FULL), ("Read-Only", READ_ONLY), ("READ_ONLY", READ_ONLY), ("upload", UPLOAD)]
)
def test_a_level_is_read_from_its_word(word: str, level: AccessLevel) -> None:
    """In any case, with a hyphen or an underscore."""
    assert AccessLevel.parse(word) is level


def test_a_word_for_no_level_is_an_error_that_tells_the_words() -> None:
    with pytest.raises(ValueError, match="`read` is not a level, expected one of none, upload, read-only, full"):
        AccessLevel.parse("read")


def kibana(privileges: str, *spaces: str) -> tuple[ApplicationGrant, ...]:
    resources = tuple(f"space:{space}" for space in spaces)
    return (ApplicationGrant("kibana-.kibana", tuple(privileges.split()), resources),)


WRITER = with_role(applications=kibana(" ".join(f"saved_object:ml-job/{o}" for o in WRITE_OPERATIONS), "sales"))
READER = with_role(applications=kibana("feature_ml.read", "sales"))
UPLOADER = with_role(applications=kibana("feature_discover_v2.all feature_indexPatterns.all", "sales"))


@pytest.mark.parametrize(
    ("deployment", "user", "question", "level", "ceiling", "upload"),
    [
        (world(), "ana", {}, FULL, FULL, GRANTED),
        (world(), "ana", {"job": "web"}, FULL, FULL, GRANTED),
        (world(), "otto", {"interface": "api", "space": None}, FULL, FULL, DENIED),
        (world(), "nobody", {}, NONE, NONE, DENIED),
        (READER, "ana", {}, READ_ONLY, READ_ONLY, DENIED),
        (UPLOADER, "ana", {}, UPLOAD, UPLOAD, GRANTED),
        (UPLOADER, "ana", {"job": "web"}, UPLOAD, UPLOAD, GRANTED),
        (attrs.evolve(UPLOADER, job_spaces=SpaceAssignments()), "ana", {"job": "web"}, NONE, NONE, GRANTED),
        (attrs.evolve(UPLOADER, job_spaces=GONE), "ana", {"job": "web"}, NONE, UPLOAD, GRANTED),
        (attrs.evolve(READER, license=GONE), "ana", {}, NONE, READ_ONLY, DENIED),
        (world(license=GONE), "ana", {}, NONE, FULL, UNKNOWN),
        (world(nodes=GONE), "ana", {}, UPLOAD, FULL, GRANTED),
        (world(roles=GONE), "ana", {}, NONE, FULL, UNKNOWN),
    ],
)
def test_an_answer_has_a_certain_level_and_a_possible_one(
    deployment: Deployment,
    user: str,
    question: dict[str, object],
    level: AccessLevel,
    ceiling: AccessLevel,
    upload: Verdict,
) -> None:
    """Uploading is a right beside any level, and the headline only in the space of the job asked about."""
    access = ask(deployment, user, **question)
    assert (access.level, access.ceiling, access.can_upload) == (level, ceiling, upload)
    assert access.certain is (level is ceiling)
    for wanted in AccessLevel:
        expected = GRANTED if wanted <= level else UNKNOWN if wanted <= ceiling else DENIED
        assert access.reaches(wanted) is expected


def test_each_level_has_its_decision_but_none() -> None:
    access = ask(world(), job="web")
    assert access.decision(FULL) is access.full
    assert access.decision(READ_ONLY) is access.read_only
    assert access.decision(UPLOAD) is access.upload_level
    assert access.upload_level is not access.upload
    with pytest.raises(ValueError, match="everyone reaches `none`"):
        access.decision(NONE)
    general = ask(world())
    assert general.upload_level is general.upload


def test_a_decision_is_granted_only_where_it_is_certain() -> None:
    judge = ask(world()).full.judge
    yes, maybe, no = Ask(IndexPrivilege("logs-web", "read")), Ask(RequestDetail("x")), Ask(IndexPrivilege("x", "read"))
    found = [Decision("q", rule, judge) for rule in (yes, maybe, no)]
    assert [d.granted for d in found] == [True, False, False]
    assert [d.verdict for d in found] == [GRANTED, UNKNOWN, DENIED]
    assert [d.explanation.verdict for d in found] == [GRANTED, UNKNOWN, DENIED]
    for answer in (*found, ask(world())):
        with pytest.raises(TypeError):
            bool(answer)


def test_what_is_open_beside_a_gate_is_no_problem_of_gates_alone() -> None:
    """Nor is a denial of which a permission is part; an alternative that only a gate closes is."""
    basic = ask(world(license=License("basic", "active")), job="web")
    gate, no, maybe = basic.full.rule, Ask(IndexPrivilege("x", "read")), Ask(RequestDetail("x"))
    cases = {gate: True, AllOf((gate, no)): False, AllOf((gate, maybe)): False, AnyOf((gate, no)): True}
    assert {rule: Decision("q", rule, basic.full.judge).only_gates_fail for rule in cases} == cases
    assert not ask(world(), job="web").full.only_gates_fail


def test_the_explanation_of_an_answer_is_that_of_its_levels() -> None:
    """With that of uploading in Kibana, and the best of their verdicts."""
    in_kibana, on_the_apis = ask(READER, job="web"), ask(world(), "otto", interface="api", space=None)
    assert in_kibana.explanation.parts == tuple(
        d.explanation for d in (in_kibana.full, in_kibana.read_only, in_kibana.upload)
    )
    assert in_kibana.explanation.verdict is GRANTED
    assert in_kibana.explanation.rule == AnyOf(
        tuple(d.rule for d in (in_kibana.full, in_kibana.read_only, in_kibana.upload)), title="access"
    )
    assert on_the_apis.explanation.parts == (on_the_apis.full.explanation, on_the_apis.read_only.explanation)
    assert ask(world(), "nobody").explanation.verdict is DENIED


def test_an_answer_names_its_question() -> None:
    """Who, where, about what, and which roles of theirs count for nothing."""
    limited = RoleDescriptor("limited", indices=(IndicesGrant(("a",), ("read",), query="{}"),))
    deployment = world(
        users=Users([User("ana", ("engineer", "ghost", "limited"))]),
        roles=FrozenMap({"engineer": ROLE, "limited": limited}),
        license=License("basic", "active"),
        kibana_roles=FrozenMap[str, Any](),
    )
    access = ask(deployment, job="web")
    assert (access.user, access.interface, access.space, access.target.id) == ("ana", "kibana", "sales", "web")
    assert (access.undefined_roles, access.dropped_roles) == (("ghost",), ("limited",))
    questions = [access.full.question, access.read_only.question, access.upload.question, access.upload_level.question]
    assert questions == ["full access", "read-only access", "upload", "upload"]
    assert ask(deployment, space=None).space == "default"
    assert ask(deployment, interface="api", space=None).space == ""


def test_indices_that_the_export_does_not_show_are_told_by_their_direction() -> None:
    """Sources of a job whose datafeeds are not known, both of an analytics job of which nothing is."""
    gone = NotExported("for a test")
    jobs = {"web": world(datafeeds=gone), "churn": world(analytics=gone)}
    found = {
        job: {
            (fact.kind, fact.direction)
            for decision in (ask(deployment, job=job).full, ask(deployment, job=job).read_only)
            for fact in facts_of(decision.rule)
            if isinstance(fact, IndicesKnown)
        }
        for job, deployment in jobs.items()
    }
    assert found == {
        "web": {("anomaly-detector", "source")},
        "churn": {("data-frame-analytics", "source"), ("data-frame-analytics", "destination")},
    }


def test_an_answer_that_names_no_job_tells_what_one_would_ask() -> None:
    """Sentences of the page."""
    in_kibana, on_the_apis = ask(world()), ask(world(), "otto", interface="api", space=None)
    assert [s.id for s in in_kibana.obligations] == ["P20", "P23", "P24", "P25", "P28", "P27", "P29"]
    assert [s.id for s in on_the_apis.obligations] == ["P11", "P12", "P14", "P15"]
    assert ask(world(), job="web").obligations == ()
    assert ask(world(), model="lang").obligations == ()  # of a model nothing more is asked
    assert sentence("P20").id == "P20"


# -- exposure ---------------------------------------------------------------------------------------------------------


TWO_SOURCES: dict[str, Any] = {"datafeeds": FrozenMap({"d": Datafeed("d", "web", ("logs-web", "secret"))})}
READS_NOTHING = {"roles": FrozenMap({"engineer": attrs.evolve(ROLE, indices=())})}
PERHAPS_HERE: FrozenMap[str, tuple[str, ...]] = FrozenMap({"web": ("?",)})
SOMEWHERE = {"job_spaces": SpaceAssignments(FrozenMap({"anomaly-detector": PERHAPS_HERE}))}
ODD = {
    "users": Users([User("ana", ("engineer", "odd"))]),
    "roles": FrozenMap({"engineer": ROLE, "odd": RoleDescriptor("odd", ("fly",))}),
}


@pytest.mark.parametrize(
    ("changes", "user", "question", "expected"),
    [
        pytest.param({}, "ana", {"job": "web"}, None, id="who may read the sources sees nothing else"),
        pytest.param(TWO_SOURCES, "ana", {"job": "web"}, ("P30", ("secret",), GRANTED), id="one source is missing"),
        pytest.param(
            TWO_SOURCES | READS_NOTHING, "ana", {"job": "web"}, ("P30", ("logs-web", "secret"), GRANTED), id="all are"
        ),
        pytest.param(TWO_SOURCES, "nobody", {"job": "web"}, None, id="who does not get in sees nothing"),
        pytest.param(TWO_SOURCES, "ana", {"job": "web", "space": "default"}, None, id="nor in another space"),
        pytest.param(
            TWO_SOURCES | SOMEWHERE, "ana", {"job": "web"}, ("P30", ("secret",), UNKNOWN), id="the job may be here"
        ),
        pytest.param(TWO_SOURCES | ODD, "ana", {"job": "web"}, ("P30", ("secret",), UNKNOWN), id="it may be readable"),
        pytest.param(
            TWO_SOURCES,
            "otto",
            {"job": "web", "interface": "api", "space": None},
            ("P16", ("secret",), GRANTED),
            id="on the APIs",
        ),
        pytest.param(READS_NOTHING, "ana", {"job": "churn"}, None, id="results of analytics are an index"),
        pytest.param(READS_NOTHING, "ana", {"sources": ["secret"]}, None, id="no job"),
    ],
)
def test_results_are_shown_without_read_on_their_sources(
    changes: dict[str, Any],
    user: str,
    question: dict[str, object],
    expected: tuple[str, tuple[str, ...], Verdict] | None,
) -> None:
    """The page warns of it: certain where access and the missing privilege are."""
    found = ask(world(**changes), user, **question).exposure
    assert [(n.sentence, n.sources, n.verdict) for n in found] == ([] if expected is None else [expected])
    assert all(n.job == "web" for n in found)


def test_exposure_tells_certainly_missing_sources_from_those_in_doubt() -> None:
    """What is certain is told alone; where nothing is, all that may be missing."""
    limited = RoleDescriptor("limited", indices=(IndicesGrant(("maybe",), ("read",), query="{}"),))
    changes: dict[str, Any] = {
        "datafeeds": FrozenMap({"d": Datafeed("d", "web", ("maybe", "secret"))}),
        "users": Users([User("ana", ("engineer", "limited")), User("otto", ("operator",))]),
        "roles": FrozenMap({"engineer": ROLE, "limited": limited}),
    }
    asked = attrs.evolve(world(**changes), license=GONE)
    [note] = ask(asked, job="web").exposure
    assert (note.sources, note.verdict) == (("secret", "maybe"), UNKNOWN)


def test_of_sources_that_nothing_shows_no_exposure_is_told() -> None:
    """Where no datafeed is exported, nobody knows what is missing."""
    unseen = ask(world(datafeeds=GONE), job="web")
    assert (unseen.target.kind, unseen.target.sources) == ("anomaly-detector", None)
    assert unseen.exposure == ()


# -- saved objects ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deployment", "user", "type_", "certain", "ceiling"),
    [
        (world(), "ana", "ml-job", "all", "all"),
        (READER, "ana", "ml-job", "read", "read"),
        (READER, "ana", "index-pattern", "read", "read"),
        (READER, "ana", "canvas-workpad", "none", "none"),
        (world(), "nobody", "ml-job", "none", "none"),
        (WRITER, "ana", "ml-job", "none", "none"),
        (world(roles=GONE), "ana", "ml-job", "none", "all"),
    ],
)
def test_saved_objects_come_with_kibana_privileges(
    deployment: Deployment, user: str, type_: str, certain: str, ceiling: str
) -> None:
    """Read or all, certainly and possibly."""
    found: SavedObjects = Resolver(deployment).saved_objects(user, space="sales", type=type_)
    assert (found.certain, found.ceiling) == (certain, ceiling)
    assert (found.type, found.space) == (type_, "sales")
    assert (found.read.question, found.write.question) == (f"read `{type_}`", f"write `{type_}`")


def test_saved_objects_cite_the_sentence_that_speaks_of_them() -> None:
    """After that on who can authenticate."""
    rule = Resolver(world()).saved_objects("ana", space="sales", type="ml-job").read.rule
    assert isinstance(rule, AllOf)
    assert [part.sentence for part in rule.parts] == ["P05", *(["P17"] * (len(rule.parts) - 1))]
    assert (rule.title, rule.sentence) == ("read saved objects of type ml-job", "P17")
    facts = [part.fact for part in rule.parts if isinstance(part, Ask)]
    assert facts[0] == AccountUsable()
    assert all(isinstance(fact, KibanaAction) and fact.space == "sales" for fact in facts[1:])


def test_a_question_about_a_job_asks_for_its_assignment() -> None:
    access: Access = ask(world(), job="web")
    facts = [leaf.rule.fact for leaf in access.full.explanation.leaves() if isinstance(leaf.rule, Ask)]
    assert AssignedToSpace("anomaly-detector", "web", "sales") in facts


@pytest.mark.parametrize("interface", ["kibana", "api"])
def test_an_explanation_is_whole_whether_or_not_the_level_was_asked_before(interface: Any) -> None:
    """So are those of the decisions, in whatever order they are read."""
    for user in ("ana", "otto", "nobody"):
        asked = [ask(world(), user, interface=interface, job="churn") for _ in range(4)]
        whole = asked[0].explanation
        assert whole == explain(whole.rule, asked[0].judge)
        for access, first in zip(asked[1:], ("level", "ceiling", "full"), strict=True):
            decisions = access.full, access.read_only, access.upload, access.upload_level
            getattr(access, first)
            before = [decision.verdict for decision in decisions]
            assert access.explanation == whole
            for decision, verdict in zip(decisions, before, strict=True):
                assert decision.explanation == explain(decision.rule, access.judge)
                assert decision.explanation.verdict is decision.verdict is verdict
            assert access.explanation == whole
        late = ask(world(), user, interface=interface, job="churn")
        assert late.level is asked[0].level
        assert late.full.explanation == explain(late.full.rule, late.judge)
        assert late.explanation == whole
