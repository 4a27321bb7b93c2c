"""Many questions at once, and conditions on roles, in worlds where each thing that decides is there on purpose.

What they say is what `Resolver.access` and the judge of each caller say. Generated worlds: `tests/analysis`.
"""

import random
from functools import cache
from itertools import product
from typing import Any, Literal, TypeAlias

import attrs
import pytest

from mlaccess import AccessLevel, Deployment, NotExported, Resolver, UnknownNameError, Verdict
from mlaccess.automata import limits
from mlaccess.resolver import plan, roster
from mlaccess.rules.facts import (
    AccountUsable,
    ClusterAction,
    ClusterPrivilege,
    Fact,
    IndexAction,
    IndexPrivilege,
    KibanaAction,
    KibanaFeature,
    MlVisible,
    Subscription,
)
from mlaccess.stack import (
    AnomalyDetectionJob,
    ApplicationGrant,
    ApplicationPrivilege,
    ClusterSettings,
    Collector,
    Datafeed,
    DataFrameAnalyticsJob,
    DataView,
    FieldSecurity,
    FrozenMap,
    IndicesGrant,
    KibanaRole,
    License,
    RemoteIndicesGrant,
    RoleDescriptor,
    Space,
    SpaceAssignments,
    User,
    Users,
    XPackUsage,
)

from .world import ROLE, world

GONE = NotExported("for a test")


def entry(names: str, privileges: str, *, limited: bool = False) -> IndicesGrant:
    return IndicesGrant(tuple(names.split()), tuple(privileges.split()), FieldSecurity(("f",)) if limited else None)


def kibana(privileges: str, *resources: str) -> tuple[ApplicationGrant, ...]:
    return (ApplicationGrant("kibana-.kibana", tuple(privileges.split()), resources),)


def role(name: str, *indices: IndicesGrant, **more: Any) -> RoleDescriptor:
    return RoleDescriptor(name, indices=indices, **more)


DISCOVER = "feature_discover_v2.all"
ALL_IN_KIBANA = f"feature_ml.all feature_indexPatterns.all {DISCOVER}"
ROLES = {
    r.name: r
    for r in (
        ROLE,
        role("reader", entry("logs-*", "read"), applications=kibana("feature_ml.read", "space:sales", "space:default")),
        role("everywhere", applications=kibana(ALL_IN_KIBANA, "*"), cluster=("manage_ingest_pipelines",)),
        role("by_pattern", applications=kibana("feature_ml.all", "space:s*")),
        role("each_space", applications=kibana("feature_ml.all", "space:*")),
        role(
            "uploader", entry("*", "all"), applications=kibana("feature_discover_v2.all", "space:sales", "space:open")
        ),
        role("logs", entry("logs-*", "read view_index_metadata")),
        role("scores", entry("scores", "read manage index"), entry("s*", "create_index")),
        role("suffix", entry("*-web", "read view_index_metadata"), entry("l*-*b", "monitor")),
        role("other", entry("x*-web logs-w*-web a*b ab* *b-*", "read")),
        role("left", entry("/logs-a.*/", "read")),
        role("right", entry("/logs-([^a].*)?/", "read")),
        role("parted", entry("a?", "read"), entry("/a..+/", "read"), entry("a", "read")),
        role("parting", entry("a?", "write")),
        role("search", entry("logs-*", "indices:data/read"), cluster=("cluster:admin/xpack/ml/*",)),
        role("resolve", entry("logs-*", "indices:admin/*"), cluster=("monitor_ml",)),
        role("limited", entry("logs-*", "read", limited=True), applications=kibana("feature_ml.all", "*")),
        role("odd", entry("logs-*", "peruse"), applications=kibana("feature_ml.all", "space:sales")),
        role("system", entry(".ml-*", "read"), IndicesGrant((".sec*",), ("all",), allow_restricted_indices=True)),
        role("old", applications=kibana("feature_discover.all", "*")),
        role("odd_remote", cluster=("fly",), remote_indices=(RemoteIndicesGrant(("eu",), ("logs-*",), ("read",)),)),
        role("remote", remote_indices=(RemoteIndicesGrant(("eu",), ("logs-*",), ("read",)),), cluster=("all",)),
    )
}
BROKEN = KibanaRole("broken", RoleDescriptor("", ("manage_ml",), ROLES["logs"].indices), transform_error=("x",))
NAMES = (*ROLES, "broken", "ghost", "machine_learning_admin")
BAD = role("bad", entry("/bad(", "read"))
FULL_BY_PARTS = ("everywhere", "logs", "scores")


def users(number: int) -> list[User]:
    """Each role alone, and some sets of roles: the same for the same number."""
    drawn = random.Random(number)
    sets = [(), FULL_BY_PARTS, *((name,) for name in NAMES)]
    sets += [tuple(drawn.sample(NAMES, drawn.randint(2, 4))) for _ in range(14)]
    sets += [(*FULL_BY_PARTS, drawn.choice(NAMES)), ("left", "right", "by_pattern"), ("reader", drawn.choice(NAMES))]
    # In Kibana they may do all; the indices they have only by two roles together.
    sets += [("everywhere", "left", "right"), ("everywhere", "search", "resolve")]
    return [User(f"u{n}", held, enabled=n != 9) for n, held in enumerate(sets)]


SPACES = {
    "default": Space("default"),
    "sales": Space("sales"),
    "open": Space("open"),
    "hidden": Space("hidden", disabled_features=frozenset({"ml"})),
}
VIEWS = {
    "default": (DataView("1", "logs-*"),),
    "sales": (DataView("1", "logs-*"), DataView("2", "scores")),
    "open": (DataView("1", "logs-*"), DataView("2", "scores")),
    "hidden": (DataView("1", "logs-web"),),
}
SOURCES = {"web": "logs-web", "apps": "logs-*", "lost": "logs-web", "gone": "logs-web", "a": "a*", "far": "eu:logs-*"}
PLACES: dict[str, tuple[str, ...]] = {
    "web": ("sales",),
    "apps": ("*",),
    "lost": ("open", "?"),
    "a": ("default", "sales"),
    "far": ("*",),
}


def deployment(number: int = 0, **changes: Any) -> Deployment:
    parts: dict[str, Any] = {
        "users": Users(users(number)),
        "roles": FrozenMap(ROLES),
        "kibana_roles": FrozenMap({"broken": BROKEN}),
        "spaces": FrozenMap(SPACES),
        "data_views": FrozenMap(VIEWS),
        "jobs": FrozenMap({job: AnomalyDetectionJob(job) for job in SOURCES}),
        "datafeeds": FrozenMap({job: Datafeed(job, job, (source,)) for job, source in SOURCES.items()}),
        "analytics": FrozenMap({"churn": DataFrameAnalyticsJob("churn", ("logs-web",), "scores")}),
        "job_spaces": SpaceAssignments(
            FrozenMap(
                {
                    "anomaly-detector": FrozenMap(PLACES),
                    "data-frame-analytics": FrozenMap[str, tuple[str, ...]]({"churn": ("sales", "open", "default")}),
                }
            )
        ),
    }
    return world(**(parts | changes))


def anonymous(*roles: str) -> dict[str, Any]:
    key = "xpack.security.authc.anonymous.roles"
    return {"cluster_settings": ClusterSettings(defaults=FrozenMap({key: roles}))}


ODD = (
    "left",
    "right",
    "parted",
    "parting",
    "search",
    "resolve",
    "limited",
    "odd",
    "odd_remote",
    "by_pattern",
    "each_space",
)
PLAIN: dict[str, Any] = {"roles": FrozenMap({n: r for n, r in ROLES.items() if n not in ODD}), "kibana_roles": GONE}
WORLDS: dict[str, dict[str, Any]] = {
    "all is known": {},
    "plain roles": PLAIN,
    "plain roles and anonymous access": PLAIN | anonymous("logs"),
    "two roles whose names add up": PLAIN
    | {"roles": FrozenMap({n: r for n, r in ROLES.items() if n not in ODD or n in ("left", "right")})},
    "two roles whose privileges add up": PLAIN
    | {"roles": FrozenMap({n: r for n, r in ROLES.items() if n not in ODD or n in ("search", "resolve")})},
    "plain roles in fewer spaces": PLAIN
    | {"data_views": FrozenMap({"sales": (DataView("1", "logs-*"), DataView("2", "scores")), "open": ()})},
    "plain roles without uploads": PLAIN
    | {"roles": FrozenMap({n: attrs.evolve(r, cluster=()) for n, r in ROLES.items() if n not in ODD})},
    "a role whose names are no patterns": {"roles": FrozenMap({**ROLES, "ghost": attrs.evolve(BAD, name="ghost")})},
    "a role whose names on another cluster are no patterns": {
        "roles": FrozenMap(
            {**ROLES, "ghost": role("ghost", remote_indices=(RemoteIndicesGrant(("eu",), ("/bad(",), ("read",)),))}
        )
    },
    "a basic licence": {"license": License("basic", "active")},
    "no licence": {"license": GONE},
    "no licence, and a role in doubt with patterns of spaces": {
        "license": GONE,
        "roles": FrozenMap(
            {**ROLES, "limited": attrs.evolve(ROLES["limited"], applications=kibana("feature_ml.read", "space:s*"))}
        ),
    },
    "roles of anonymous access": anonymous("logs", "left"),
    "one role of anonymous access, in doubt": anonymous("odd"),
    "two roles that add up for everyone": anonymous("search", "resolve"),
    "no settings": {"cluster_settings": GONE, "nodes": GONE},
    "no roles": {"roles": GONE, "kibana_roles": GONE},
    "no data views and assignments": {"data_views": GONE, "job_spaces": GONE},
    "data views of one space": {"data_views": FrozenMap({"sales": (DataView("1", "logs-*,-logs-web"),), "open": GONE})},
    "nothing is shown to be a job": {"jobs": GONE, "analytics": GONE, "datafeeds": GONE},
    "some users in files": {
        "file_users": Users(
            [
                User("u1", ("reader",)),
                User("u3", FULL_BY_PARTS),
                User("filed", FULL_BY_PARTS),
                User("astray", ("nowhere", "reader")),
            ]
        )
    },
    "no users": {"users": GONE, "file_users": Users([User("filed", FULL_BY_PARTS)])},
    "no security": {"settings_files": (FrozenMap({"xpack.security.enabled": False}),)},
    "an old version": {"version": "8.11.0", "kibana_version": "8.11.0"},
    "a version to come": {"version": "10.0.0", "kibana_version": "10.0.0"},
}


@cache
def made(name: str) -> Deployment:
    return deployment(list(WORLDS).index(name), **WORLDS[name])


Question: TypeAlias = tuple[str, str | None, str | None]


def answer(resolver: Resolver, question: Question) -> tuple[AccessLevel, AccessLevel]:
    user, space, job = question
    access = resolver.access(user, space=space, job=job)
    return access.level, access.ceiling


def listed(found: Deployment) -> list[str]:
    return [*(found.users if isinstance(found.users, Users) else ("u0",)), "filed"]


@pytest.mark.parametrize("name", WORLDS)
def test_many_questions_are_answered_as_each_alone(name: str) -> None:
    """In whatever order, the first time and again, when spaces and jobs are known already."""
    found = made(name)
    every = list(product(listed(found), (*SPACES, None, "elsewhere"), (*SOURCES, "churn", None)))
    questions = random.Random(name).sample(every, min(len(every), 80))
    if isinstance(found.users, Users):
        by_parts = {user for user in found.users if "everywhere" in found.users.roles_of(user)}
        questions += [question for question in every if question[0] in by_parts and question not in questions]
    alone, many = Resolver(found), Resolver(found)
    expected = [answer(alone, question) for question in questions]
    for turn in range(2):
        assert many.levels(questions) == expected, turn
    one_by_one = Resolver(found)
    assert [one_by_one.levels([question])[0] for question in questions] == expected


def test_the_worlds_hold_every_answer() -> None:
    """Certain and in doubt, so that none is compared with itself alone."""
    resolver = Resolver(made("all is known"))
    found: set[Any] = set(resolver.levels(product(listed(made("all is known")), SPACES, (*SOURCES, "churn", None))))
    none, upload, read, full = AccessLevel
    assert found >= {(none, none), (upload, upload), (read, read), (full, full), (none, full), (none, read)}


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (("nope", "sales", "web"), "user"),
        (("u1", "nope", "web"), "space"),
        (("u1", "sales", "nope"), "job"),
        (("u1", "sales", "both"), "single job"),
    ],
)
def test_names_that_do_not_exist_are_errors_among_many_questions_too(question: Question, kind: str) -> None:
    """Those before them having been answered."""
    found = deployment(
        jobs=FrozenMap({job: AnomalyDetectionJob(job) for job in (*SOURCES, "both")}),
        analytics=FrozenMap({"both": DataFrameAnalyticsJob("both", ("a",), "b")}),
        collector=Collector("boss", ("superuser",)),
        xpack=XPackUsage(realms=("native",)),
    )
    resolver = Resolver(found)
    resolver.levels([("u1", "sales", "web")])
    with pytest.raises(UnknownNameError) as caught:
        resolver.levels([("u1", "sales", "web"), question])
    assert caught.value.kind == kind


READER = role("first", entry("logs-*", "read"), applications=kibana("feature_ml.read", "space:sales"))


@pytest.mark.parametrize(
    ("roles", "level"),
    [
        ((READER,), AccessLevel.READ_ONLY),
        ((attrs.evolve(READER, applications=kibana("feature_dashboard.all", "*")),), AccessLevel.NONE),
        ((attrs.evolve(READER, applications=kibana("feature_ml.read", "space:open")),), AccessLevel.NONE),
        ((attrs.evolve(READER, indices=()),), AccessLevel.NONE),
        ((role("first"), attrs.evolve(READER, name="second")), AccessLevel.READ_ONLY),
    ],
)
def test_what_nobody_reaches_is_reached_by_nobody(roles: tuple[RoleDescriptor, ...], level: AccessLevel) -> None:
    """Not by whoever holds the first of all roles either."""
    found = deployment(
        users=Users([User("ana", tuple(r.name for r in roles)), User("ben")]),
        roles=FrozenMap({r.name: r for r in roles}),
    )
    questions: list[Question] = [("ana", "sales", "web"), ("ben", "sales", "web"), ("ana", "hidden", "web")]
    expected = [(level, level), (AccessLevel.NONE, AccessLevel.NONE), (AccessLevel.NONE, AccessLevel.NONE)]
    resolver = Resolver(found)
    assert [resolver.levels(questions) for _ in range(2)] == [expected, expected]
    assert [answer(Resolver(found), question) for question in questions] == expected


@pytest.mark.parametrize("name", [name for name in WORLDS if name.startswith("plain")])
def test_where_roles_alone_decide_every_question_but_the_first_is_fast(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of enabled users, where data views serve the job: nobody is judged alone, and no part is looked at again."""
    found = made(name)
    resolver = Resolver(found)
    served = ("sales",) if "fewer spaces" in name else ("sales", "open")
    enabled = [user for user in listed(found)[:-1] if user != "u9"]
    questions: list[Question] = list(product(enabled, served, ("web", "apps", "churn", None)))
    expected = resolver.levels(questions)
    taken_apart: list[Question] = []
    one = plan.Plan._one  # pyright: ignore[reportPrivateUsage]

    def counted(self: plan.Plan, user: str, space: str | None, job: str | None) -> object:
        taken_apart.append((user, space, job))
        return one(self, user, space, job)

    monkeypatch.setattr(plan.Plan, "_one", counted)
    monkeypatch.setattr(Resolver, "access", None)
    assert resolver.levels(questions) == expected
    assert taken_apart == []


def test_roles_of_anonymous_access_that_add_up_leave_everyone_to_the_judge() -> None:
    """Where no other role gives the privilege."""
    roles = FrozenMap({name: ROLES[name] for name in ("search", "resolve")})
    found = deployment(roles=roles, users=Users([User("ana")]), **anonymous("search", "resolve"))
    fact = IndexPrivilege("logs-*", "read")
    assert Resolver(found).judge("ana").verdict(fact) is Verdict.GRANTED
    assert Resolver(found).holders()(fact).verdict([]) in (None, Verdict.GRANTED)


def test_any_number_of_roles_may_be_in_doubt() -> None:
    """So many that sets of them are kept apart: none of them is exported, or all have a privilege that nobody knows."""
    names = tuple(f"r{n}" for n in range(80))
    unknown = FrozenMap({name: role(name, entry("logs-*", "peruse")) for name in names})
    held = Users([User("ana", names), User("ben", names[:1]), User("cem")])
    exports: tuple[dict[str, Any], ...] = ({"roles": GONE, "kibana_roles": GONE}, {"roles": unknown})
    for parts in exports:
        found = deployment(users=held, **parts)
        questions: list[Question] = [(user, "sales", job) for user in held for job in ("web", None)]
        assert Resolver(found).levels(questions) == [answer(Resolver(found), question) for question in questions]


@pytest.mark.parametrize("name", ["all is known", "no licence"])
def test_nothing_hangs_on_what_is_remembered(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for two users, and sets of roles kept apart from two roles on."""
    found = made(name)
    questions: list[tuple[str, str | None, str | None]] = list(
        product(listed(found), ("sales", "open"), ("web", "churn", None))
    )
    expected = Resolver(found).levels(questions)
    monkeypatch.setattr(plan, "_MASKS_KEPT", 2)
    monkeypatch.setattr(roster, "_LARGE", 2)
    small = Resolver(found)
    assert [small.levels(questions) for _ in range(2)] == [expected, expected]


LEVELS: tuple[Literal["all", "read"], ...] = ("all", "read")
FACTS: tuple[Fact, ...] = (
    *(ClusterPrivilege(name) for name in ("manage_ml", "monitor_ml", "manage_ingest_pipelines", "monitor", "all")),
    *(ClusterAction(name) for name in ("cluster:admin/xpack/ml/job/put", "cluster:monitor/xpack/ml/job/get")),
    *(
        IndexPrivilege(expression, privilege)
        for expression in ("logs-*", "logs-web", "a*", "scores", "*", "logs-web,scores", "l*b", ".ml-config", ".sec-1")
        for privilege in ("read", "manage")
    ),
    *(
        IndexPrivilege(expression, "read")
        for expression in (
            "eu:logs-a",
            "logs-a,eu:logs-a",
            "<logs-{now/d}>",
            "logs-*,-logs-a",
            "/logs-.*/",
            "",
            "/bad(",
        )
    ),
    IndexPrivilege("logs-*::failures", "manage"),
    IndexPrivilege("scores", "create_index"),
    IndexPrivilege("scores::data", "read"),
    IndexAction("logs-*", "indices:data/read/search"),
    *(
        KibanaFeature(features, level, space)
        for features in (("ml",), ("discover_v2", "discover"))
        for level in LEVELS
        for space in ("sales", "open", "elsewhere", "*")
    ),
    *(KibanaAction("ui:ml/canCreateJob", space) for space in ("sales", "open", "*")),
    AccountUsable(),
    Subscription("platinum"),
    MlVisible("hidden"),
)


OF_ROLES = ("basic", "licence", "anonymous", "everyone", "settings", "roles", "to come", "patterns")


@pytest.mark.parametrize("name", [name for name in WORLDS if any(word in name for word in OF_ROLES)])
def test_conditions_on_roles_say_of_every_set_of_roles_what_its_judge_says(name: str) -> None:
    """Or leave it to the judge."""
    found = made(name)
    resolver, other = Resolver(found), Resolver(found)
    holders = resolver.holders()
    numbers = holders.roster.numbers
    for user in users(list(WORLDS).index(name)):
        if all(role in numbers for role in user.roles):
            judge = other.judge_of_roles(user.roles)
            held = [numbers[role] for role in user.roles]
            for fact in FACTS:
                said = holders(fact).verdict(held)
                assert said is None or said is judge.verdict(fact), (user.roles, fact)


def test_of_single_roles_only_those_whose_entries_may_add_up_are_left_to_the_judge() -> None:
    """By names that are not plain; and about what is no pattern, all that name indices."""
    holders = Resolver(made("all is known")).holders()
    left = {
        (role, fact.expression)
        for role, number in holders.roster.numbers.items()
        for fact in FACTS
        if holders(fact).verdict([number]) is None and isinstance(fact, IndexPrivilege | IndexAction)
    }
    assert left == {("parted", "a*")}


@pytest.mark.parametrize("verdict", Verdict)
def test_conditions_are_made_for_accounts_of_which_something_else_is_known(verdict: Verdict) -> None:
    """What was found about roles is shared."""
    holders = Resolver(made("all is known")).holders()
    other = holders.having(verdict)
    assert other(AccountUsable()).verdict([]) is verdict
    assert holders(AccountUsable()).verdict([]) is Verdict.GRANTED
    assert other(FACTS[0]) is holders(FACTS[0])


def test_names_that_are_no_patterns_hide_nothing_of_the_roles_after_them() -> None:
    """Whoever has them is in doubt, of the others it is known."""
    after = ("parted", "logs", "limited", "remote")
    roles = [BAD, attrs.evolve(BAD, name="worse"), *(ROLES[name] for name in after)]
    found = deployment(
        roles=FrozenMap({r.name: r for r in roles}), users=Users([User(r.name, (r.name,)) for r in roles])
    )
    holders = Resolver(found).holders()
    for fact in FACTS:
        for r in roles:
            said = holders(fact).verdict([holders.roster.numbers[r.name]])
            assert said is None or said is Resolver(found).judge_of_roles([r.name]).verdict(fact), (r.name, fact)
    read = holders(IndexPrivilege("logs-*", "read"))
    verdicts = {r.name: read.verdict([holders.roster.numbers[r.name]]) for r in roles}
    assert verdicts == {
        "bad": None,
        "worse": None,
        "parted": None,
        "logs": Verdict.GRANTED,
        "limited": Verdict.GRANTED,
        "remote": Verdict.DENIED,
    }


@pytest.mark.parametrize("first", ["read", "write"])
def test_what_was_asked_first_does_not_matter(first: str) -> None:
    """Of two roles whose names only together cover a pattern."""
    found = deployment(roles=FrozenMap({name: ROLES[name] for name in ("left", "right")}), kibana_roles=GONE)
    holders, judge = Resolver(found).holders(), Resolver(found).judge_of_roles(("left", "right"))
    held = [holders.roster.numbers[name] for name in ("left", "right")]
    for privilege in (first, "read", "write", "manage"):
        fact = IndexPrivilege("logs-*", privilege)
        assert holders(fact).verdict(held) in (None, judge.verdict(fact))
        assert judge.verdict(fact) is Verdict.of(privilege == "read")


def stored(**actions: str) -> FrozenMap[tuple[str, str], ApplicationPrivilege]:
    """Privileges of Kibana as stored, by name, each with its actions."""
    return FrozenMap(
        {
            ("kibana-.kibana", name): ApplicationPrivilege("kibana-.kibana", name, frozenset(held.split()))
            for name, held in ((name.replace("__", "."), held) for name, held in actions.items())
        }
    )


@pytest.mark.parametrize("others", [("logs-a*",), ("logs-a*", "x"), ("logs-*b", "logs-a*")])
def test_a_name_that_is_no_plain_one_may_add_up_with_plain_ones(others: tuple[str, ...]) -> None:
    """Each of another role; the plain ones alone do not cover the pattern."""
    plain = [role(f"plain{n}", entry(name, "read")) for n, name in enumerate(others)]
    roles = [role("odd", entry("/logs-([^a].*)?/", "read")), *plain]
    found = deployment(roles=FrozenMap({r.name: r for r in roles}), kibana_roles=GONE)
    resolver, fact = Resolver(found), IndexPrivilege("logs-*", "read")
    numbers = resolver.holders().roster.numbers
    assert resolver.judge_of_roles([r.name for r in roles]).verdict(fact) is Verdict.GRANTED
    assert resolver.holders()(fact).verdict([numbers[r.name] for r in roles]) in (None, Verdict.GRANTED)
    assert resolver.holders()(fact).verdict([numbers[r.name] for r in plain]) in (None, Verdict.DENIED)


def test_what_was_found_about_one_action_or_feature_is_not_said_of_another() -> None:
    """Whichever is asked first, in a space and in all."""
    facts: list[Fact] = [
        maker(space)
        for space in ("sales", "*")
        for maker in (
            lambda space: KibanaAction("ui:ml/canGetJobs", space),
            lambda space: KibanaAction("ui:ml/canCreateJob", space),
            lambda space: KibanaFeature(("ml",), "read", space),
            lambda space: KibanaFeature(("ml",), "all", space),
        )
    ]
    found = made("all is known")
    judge = Resolver(found).judge_of_roles(("reader",))
    expected = [judge.verdict(fact) for fact in facts]
    assert expected[:2] == expected[2:4] == [Verdict.GRANTED, Verdict.DENIED]
    for order in (facts, facts[::-1]):
        holders = Resolver(found).holders()
        held = [holders.roster.numbers["reader"]]
        said = {fact: holders(fact).verdict(held) for fact in order}
        assert [said[fact] for fact in facts] == expected


def test_kibana_privileges_that_add_up_are_left_to_the_judge() -> None:
    """As stored: two that together are Machine Learning: Read. A third has no part in it."""
    privileges = stored(
        feature_ml__read="login: ui:a ui:b", feature_one__all="login: ui:a", feature_two__all="login: ui:b"
    )
    roles = {n: role(n, applications=kibana(f"feature_{n}.all", "space:sales")) for n in ("one", "two", "three")}
    found = deployment(roles=FrozenMap(roles), kibana_roles=GONE, application_privileges=privileges)
    for space, verdict in (("sales", Verdict.GRANTED), ("open", Verdict.DENIED)):
        fact = KibanaFeature(("ml",), "read", space)
        holders = Resolver(found).holders()
        numbers = holders.roster.numbers
        assert Resolver(found).judge_of_roles(("one", "two")).verdict(fact) is verdict
        assert holders(fact).verdict([numbers["one"], numbers["two"]]) in (None, verdict)
        assert [holders(fact).verdict([numbers[n]]) for n in roles] == [Verdict.DENIED] * 3


def test_who_may_upload_by_two_roles_together_is_told_so() -> None:
    """And is neither a reader nor in full control, which is known of the same roles without a closer look."""
    privileges = stored(
        feature_indexPatterns__all="login: ui:a ui:b",
        feature_discover__all="login: ui:d",
        feature_ml__read="login: ui:m",
        feature_ml__all="login: ui:m ui:n",
        feature_one__all="login: ui:a ui:d",
        feature_two__all="login: ui:b",
    )
    roles = {
        "one": role("one", cluster=("manage_ingest_pipelines",), applications=kibana("feature_one.all", "space:sales")),
        "two": role("two", applications=kibana("feature_two.all", "space:sales")),
    }
    users = Users([User("both", ("one", "two")), User("one", ("one",))])
    parts = {"roles": FrozenMap(roles), "kibana_roles": GONE, "users": users, "application_privileges": privileges}
    resolver = Resolver(deployment(**parts))
    expected = {"both": AccessLevel.UPLOAD, "one": AccessLevel.NONE}
    assert {name: resolver.access(name, space="sales").level for name in users} == expected
    questions = [(name, "sales", None) for name in users]
    assert resolver.levels(questions) == [(level, level) for level in expected.values()]


HARD, HARDER = "/~((a|b)*a(a|b){30})/", "/~((a|b)*b(a|b){29}a)/"


def test_patterns_past_the_work_limit_leave_those_in_doubt_who_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others are answered for. With a small limit, for the usual one takes its time."""
    monkeypatch.setattr(limits.Work.__init__, "__defaults__", (20_000,))
    roles = {r.name: r for r in (role("hard", entry(HARD, "read")), role("all", entry("*", "read")), role("none"))}
    found = deployment(roles=FrozenMap(roles), kibana_roles=GONE)
    holders, numbers = Resolver(found).holders(), Resolver(found).holders().roster.numbers
    fact = IndexPrivilege(HARDER, "read")
    for held, verdict in ((("hard",), Verdict.UNKNOWN), (("all",), Verdict.GRANTED), (("none",), Verdict.DENIED)):
        judge = Resolver(found).judge_of_roles(held)
        assert judge.verdict(fact) is verdict
        assert holders(fact).verdict([numbers[name] for name in held]) in (None, verdict)
    assert holders(fact).verdict([numbers["none"]]) is Verdict.DENIED


def test_a_question_past_the_work_limit_leaves_roles_that_may_add_up_to_the_judge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Plain names too, where what is asked is none."""
    plain = [role(f"plain{n}", entry(name, "read")) for n, name in enumerate(("a*b*a*", "*a*b*b", "b*a", "*"))]
    found = deployment(roles=FrozenMap({r.name: r for r in plain}), kibana_roles=GONE)
    fact = IndexPrivilege("/(a|b)*a(a|b){9}/", "read")
    names = ("plain0", "plain1", "plain2")
    for steps in (50, 200, 800, 3_000, 100_000):
        monkeypatch.setattr(limits.Work.__init__, "__defaults__", (steps,))
        holders = Resolver(found).holders()
        said = holders(fact).verdict([holders.roster.numbers[name] for name in names])
        assert said is None or said is Resolver(found).judge_of_roles(names).verdict(fact), steps


@pytest.mark.parametrize(("other", "expected"), [("scores", Verdict.GRANTED), ("metrics-*", Verdict.DENIED)])
def test_a_pattern_that_is_none_is_no_doubt_about_names_that_other_roles_settle(other: str, expected: Verdict) -> None:
    """Each name of a list by itself: one by one role, one by another, or one certainly by none."""
    roles = {r.name: r for r in (role("one", entry("logs-*", "read")), role("two", entry(other, "read")), BAD)}
    found = deployment(roles=FrozenMap(roles), users=Users([User("ana", tuple(roles))]), kibana_roles=GONE)
    resolver = Resolver(found)
    fact = IndexPrivilege("logs-web,scores", "read")
    judged = resolver.judge("ana").verdict(fact)
    together = resolver.holders()
    assert together(fact).verdict([together.roster.numbers[name] for name in roles]) in (judged, None)
    assert judged is (expected if expected is Verdict.GRANTED else Verdict.UNKNOWN)
