"""Fixes: each works, none is larger than it must be, none cheaper is overlooked; their requests do what they say."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import attrs
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from mlaccess import Access, AccessLevel, Identity, Resolver, UnknownNameError, Verdict, load
from mlaccess.analysis.changes import (
    AddRole,
    AssignJob,
    Change,
    CreateDataView,
    HideMl,
    NotApplicable,
    PutRole,
    SetEnabled,
    ShowMl,
    apply_all,
)
from mlaccess.analysis.diff import diff
from mlaccess.analysis.fix_cost import CostModel, Means, Reach
from mlaccess.analysis.fix_grants import Grant, Granter, atoms_of, atoms_of_grant, with_grants
from mlaccess.analysis.fix_search import BUILT_IN_ROLES, GATE_CHANGES
from mlaccess.analysis.fixes import Fix, Fixes, fixes
from mlaccess.analysis.gate_changes import AddMlNode, DropMlNodes, EnableMl, ExpireLicense, UseLicense
from mlaccess.analysis.request_reading import read_request
from mlaccess.catalog.kibana_capabilities import CAPABILITIES
from mlaccess.examples import path
from mlaccess.render.fixes import effect_words
from mlaccess.rules import facts_of
from mlaccess.rules.facts import AssignedToSpace, DataViewCovers, MlVisible
from mlaccess.stack import (
    ApplicationGrant,
    Deployment,
    FrozenMap,
    IndicesGrant,
    NotExported,
    RoleDescriptor,
)
from tests.analysis.worlds import deployments

FULL, READ, UPLOAD = AccessLevel.FULL, AccessLevel.READ_ONLY, AccessLevel.UPLOAD


@pytest.fixture(scope="module")
def acme() -> Deployment:
    """The example deployment."""
    return load(path("acme"))


def ask(deployment: Deployment, **question: Any) -> Access:
    """A question asked through the public door."""
    return Resolver(deployment).access(**question)


def help_for(deployment: Deployment, to: AccessLevel = FULL, **question: Any) -> Fixes:
    """The fixes for a question."""
    resolver = Resolver(deployment)
    return fixes(resolver, resolver.access(**question), to=to)


questions = st.fixed_dictionaries(
    {
        "user": st.sampled_from(("ana", "ben", "cem")),
        "interface": st.sampled_from(("kibana", "kibana", "api")),
        "space": st.sampled_from(("default", "s1")),
        "job": st.sampled_from((None, None, "ad", "dfa")),
    }
)


def asked(deployment: Deployment, question: dict[str, Any], to: AccessLevel) -> tuple[Resolver, Access]:
    """The answer, where the question makes sense and is not granted already."""
    resolver = Resolver(deployment)
    assume(not isinstance(deployment.users, NotExported) and question["user"] in deployment.users)
    try:
        access = resolver.access(**question)
    except UnknownNameError:
        assume(False)
    assume(access.decision(to).verdict is not Verdict.GRANTED)
    return resolver, access


def smaller(fix: Fix, before: Deployment) -> Iterator[list[Change]]:
    """The changes of a fix with one thing left out: a change, or one grant of a role that is put."""
    changes = list(fix.changes)
    for i, change in enumerate(changes):
        rest = [c for c in changes if c is not change]
        if not isinstance(change, PutRole):
            yield rest
            continue
        old = before.roles.get(change.role.name) if not isinstance(before.roles, NotExported) else None
        kept = frozenset(atoms_of(old)) if old is not None else frozenset()
        for role in without_one(change.role, kept):
            yield [*changes[:i], PutRole(role), *changes[i + 1 :]]


def without_one(role: RoleDescriptor, kept: frozenset[object]) -> Iterator[RoleDescriptor]:
    """A role without one of the things it gives, those in `kept` excepted."""
    for name in role.cluster:
        if ("cluster", name, "") not in kept:
            yield attrs.evolve(role, cluster=tuple(n for n in role.cluster if n != name))
    for i, entry in enumerate(role.indices):
        for privilege in entry.privileges:
            if any(("index", n, privilege) not in kept for n in entry.names):
                left = tuple(p for p in entry.privileges if p != privilege)
                new = (attrs.evolve(entry, privileges=left),) if left else ()
                yield attrs.evolve(role, indices=(*role.indices[:i], *new, *role.indices[i + 1 :]))
    for i, grant in enumerate(role.applications):
        for privilege in grant.privileges:
            if any(("kibana", r, privilege) not in kept for r in grant.resources):
                left = tuple(p for p in grant.privileges if p != privilege)
                entries = (attrs.evolve(grant, privileges=left),) if left else ()
                yield attrs.evolve(role, applications=(*role.applications[:i], *entries, *role.applications[i + 1 :]))


@given(deployments(), questions, st.sampled_from((FULL, READ, UPLOAD)))
@settings(max_examples=60, deadline=None)
def test_every_fix_works_and_none_has_a_smaller_one_inside_it(
    deployment: Deployment, question: dict[str, Any], to: AccessLevel
) -> None:
    """Applied and asked again the level is reached; without any one change, or any one grant, it is not."""
    resolver, access = asked(deployment, question, to)
    found = fixes(resolver, access, to=to)
    costs = [f.cost for f in found.fixes]
    assert costs == sorted(costs)
    for fix in found.fixes[:4]:
        assert ask(fix.deployment, **question).decision(to).verdict is Verdict.GRANTED
        for changes in smaller(fix, deployment):
            after = apply_all(deployment, changes)
            assert ask(after, **question).decision(to).verdict is not Verdict.GRANTED, changes


def universe(deployment: Deployment, access: Access, to: AccessLevel) -> list[tuple[str, object]]:
    """Everything that a fix could be made of: roles to assign, grants into each role, other changes."""
    found: list[tuple[str, object]] = []
    user = access.user
    users, roles = deployment.users, deployment.roles
    assert not isinstance(users, NotExported)
    held = users.roles_of(user)
    defined = {} if isinstance(roles, NotExported) else dict(roles)
    found += [("assign", r) for r in defined if r not in held and r not in BUILT_IN_ROLES]
    granter = Granter(deployment)
    rule = access.decision(to).rule
    grants = {g for f in facts_of(rule) if (g := granter.grant_for(f)) is not None}
    for grant in sorted(grants, key=str):
        found += [(into, grant) for into in ("", *(r for r in held if r in defined))]
    changes: list[Change] = [SetEnabled(user, True), UseLicense("platinum"), EnableMl(), AddMlNode()]
    for fact in dict.fromkeys(facts_of(rule)):
        match fact:
            case MlVisible(space):
                changes.append(ShowMl(space))
            case DataViewCovers(expression, space):
                changes.append(CreateDataView(space, expression))
            case AssignedToSpace(kind, id_, space):
                changes.append(AssignJob(kind, id_, space))
            case _:
                pass
    return [*found, *(("change", c) for c in changes)]


def build(deployment: Deployment, user: str, items: tuple[tuple[str, object], ...]) -> list[Change] | None:
    """The changes that a selection means; None where no role could be written like this."""
    changes: list[Change] = [c for k, c in items if k == "change"]  # type: ignore[misc]  # by their kind
    grants: dict[str, list[Grant]] = {}
    for kind, grant in items:
        if kind not in ("assign", "change"):
            grants.setdefault(kind, []).append(grant)  # type: ignore[arg-type]  # by their kind
    for into, wanted in grants.items():
        roles = deployment.roles
        old = RoleDescriptor("ml_for_" + user) if not into else roles[into]  # type: ignore[index]  # it is defined
        role = with_grants(old, wanted)
        if role is None:
            return None
        changes.append(PutRole(role))
        if not into:
            changes.append(AddRole(user, role.name))
    changes += [AddRole(user, str(role)) for kind, role in items if kind == "assign"]
    return changes


@given(deployments(silent=False), questions, st.sampled_from((FULL, READ, UPLOAD)))
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_no_cheaper_fix_exists_in_a_small_world(
    deployment: Deployment, question: dict[str, Any], to: AccessLevel
) -> None:
    """Every selection of up to four things is priced; whatever is cheaper than the best fix does not work."""
    resolver, access = asked(deployment, {**question, "job": None}, to)
    best = fixes(resolver, access, to=to).best
    granter = Granter(deployment)
    rule = access.decision(to).rule
    atoms = [a for f in facts_of(rule) if (g := granter.grant_for(f)) is not None for a in atoms_of_grant(g)]
    judge: Any = access.full.judge
    held = [d for side in judge.subject.sides for d in side.certain]
    model = CostModel(deployment, held, atoms, access.user)
    for size in range(5):
        for items in combinations(universe(deployment, access, to), size):
            changes = build(deployment, access.user, items)
            if changes is None:
                continue
            cost = model.of(changes, [c for c in changes if isinstance(c, GATE_CHANGES)])
            if best is not None and cost >= best.cost:
                continue
            try:
                after = apply_all(deployment, changes)
            except NotApplicable:
                continue
            works = ask(after, **{**question, "job": None}).decision(to).verdict is Verdict.GRANTED
            assert not works, (changes, cost, best)


@given(deployments(), questions, st.sampled_from((FULL, READ, UPLOAD)))
@settings(max_examples=40, deadline=None)
def test_the_requests_of_a_fix_make_the_predicted_difference(
    deployment: Deployment, question: dict[str, Any], to: AccessLevel
) -> None:
    """Read back as the stack reads them they change exactly the cells that the fix changes."""
    resolver, access = asked(deployment, question, to)
    for fix in fixes(resolver, access, to=to).fixes[:3]:
        after = deployment
        for request in fix.requests:
            if request.method and not request.note:
                after = apply_all(after, read_request(after, request))
        for change in fix.gates:
            if not isinstance(change, ShowMl):
                after = change.apply(after)
        assert diff(fix.deployment, after).cells == ()
        assert {str(c) for c in diff(resolver, after).cells} == {str(c) for c in fix.diff.cells}


# -- the order of least privilege --------------------------------------------------------------------------------


def test_an_existing_role_that_brings_nothing_else_comes_before_a_new_one(acme: Deployment) -> None:
    """bruno lacks exactly what `web_logs_reader` gives."""
    found = help_for(acme, user="bruno", space="default", job="web_request_rate")
    assert found.fixes[0].changes == (AddRole("bruno", "web_logs_reader"),)
    assert [f.cost.means for f in found.fixes[:2]] == [Means.EXISTING_ROLE, Means.NEW_ROLE]
    assert found.fixes[0].cost.excess == found.fixes[1].cost.excess == 0


def test_a_new_role_comes_before_an_existing_one_that_brings_more(acme: Deployment) -> None:
    """Nobody is made a modeler of fraud in order to look at a job."""
    found = help_for(acme, READ, user="celia", space="fraud")
    means = [(f.cost.means, f.cost.excess) for f in found.fixes]
    assert means[0] == (Means.NEW_ROLE, 0)
    assert (Means.EXISTING_ROLE, 2) in means


def test_one_space_comes_before_all_spaces_and_these_before_the_cluster(acme: Deployment) -> None:
    """The reach of what is granted decides first."""
    found = help_for(acme, READ, user="celia", space="fraud")
    reach = [f.cost.reach for f in found.fixes]
    assert reach == sorted(reach)
    assert reach[0] is Reach.ASKED
    assert {Reach.ASKED, Reach.EVERYWHERE} <= set(reach)


def test_a_narrower_privilege_comes_before_a_broader_one(acme: Deployment) -> None:
    """Read-only access on the APIs takes `monitor_ml`, not `manage_ml` or `monitor`."""
    best = help_for(acme, READ, user="celia", interface="api").best
    assert best is not None
    role = next(c.role for c in best.changes if isinstance(c, PutRole))
    assert role.cluster == ("monitor_ml",)


def test_a_role_that_others_hold_is_edited_last(acme: Deployment) -> None:
    """Everybody who holds it would gain."""
    found = help_for(acme, READ, user="celia", space="fraud")
    edited = [f for f in found.fixes if f.cost.means is Means.EDITED_ROLE]
    assert edited
    assert all(f.cost.others > 0 for f in edited)
    assert all(found.fixes.index(f) > 0 for f in edited)
    assert any(c.caller.name != "celia" for f in edited for c in f.side_effects)


def test_nobody_is_offered_the_roles_of_the_stack_itself(acme: Deployment) -> None:
    """`superuser` and `logstash_system` would help, and are no help."""
    found = help_for(acme, READ, user="vera", interface="api")
    assigned = {c.role for f in found.fixes for c in f.changes if isinstance(c, AddRole)}
    assert assigned
    assert not assigned & BUILT_IN_ROLES


# -- what is not a permission problem ----------------------------------------------------------------------------


def test_where_only_a_gate_fails_it_is_said_and_what_would_open_it(acme: Deployment) -> None:
    """kenza has every privilege in the space that hides machine learning."""
    found = help_for(acme, user="kenza", space="legal")
    assert found.only_gates
    assert [n.change for n in found.gates] == [ShowMl("legal")]
    assert found.best is not None
    assert found.best.changes == found.best.gates == (ShowMl("legal"),)
    assert "not a permission problem" in str(found)


@pytest.mark.parametrize(
    ("broken", "change"),
    [(ExpireLicense(), UseLicense("platinum")), (DropMlNodes(), AddMlNode())],
    ids=["licence", "nodes"],
)
def test_licence_and_nodes_are_gates(acme: Deployment, broken: Change, change: Change) -> None:
    """No role helps against them."""
    found = help_for(broken.apply(acme), user="amira", space="default")
    assert found.only_gates
    assert found.best is not None
    assert found.best.changes == (change,)


def test_a_gate_and_a_missing_privilege_are_both_in_the_fix(acme: Deployment) -> None:
    """Then it is a permission problem too."""
    found = help_for(HideMl("marketing").apply(acme), user="celia", space="marketing")
    assert not found.only_gates
    assert found.best is not None
    assert found.best.gates == (ShowMl("marketing"),)
    assert len(found.best.changes) > 1


def test_what_is_granted_already_needs_no_fix(acme: Deployment) -> None:
    """And says so."""
    found = help_for(acme, user="amira", space="default")
    assert (found.fixes, found.verdict) == ((), Verdict.GRANTED)
    assert "granted already" in str(found)


def test_a_key_cannot_be_given_more(acme: Deployment) -> None:
    """Its privileges are fixed when it is made."""
    resolver = Resolver(acme)
    key = next(iter(acme.api_keys))
    access = resolver.access(api_key=key, interface="api", sources=["no-such-index"])
    assert access.full.verdict is not Verdict.GRANTED
    assert fixes(resolver, access).fixes == ()


def test_what_the_export_does_not_show_is_unsettled_and_no_edit_of_it_is_offered(acme: Deployment) -> None:
    """Whether the job must be assigned nobody can say; nor can the edit be shown."""
    silent = load(path("acme"), without=["jobs_spaces.json"])
    found = help_for(silent, user="amira", space="default", job="web_request_rate")
    assert [n.fact for n in found.unsettled] == [AssignedToSpace("anomaly-detector", "web_request_rate", "default")]
    assert found.fixes == ()


# -- other callers and questions ---------------------------------------------------------------------------------


def test_a_user_of_an_external_realm_is_helped_by_a_role_mapping(acme: Deployment) -> None:
    """Roles of such users are not assigned but mapped; the mapping names the user and the realm."""
    resolver = Resolver(acme)
    identity = Identity("zoe", realm="saml-acme", realm_type="saml", groups=(), metadata=FrozenMap(), dn_known=True)
    access = resolver.access(identity, space="marketing")
    found = fixes(resolver, access, to=READ, identity=identity)
    assert found.best is not None
    assert any(r.path.startswith("/_security/role_mapping/") for r in found.best.requests)
    after = Resolver(found.best.deployment)
    assert after.access(identity, space="marketing").level is READ
    other = attrs.evolve(identity, username="yan")
    assert after.access(other, space="marketing").level is AccessLevel.NONE
    with pytest.raises(ValueError, match="identity"):
        fixes(resolver, access)


def test_a_capability_and_an_operation_can_be_asked_for_too(acme: Deployment) -> None:
    """By the enforced rulebook: what Kibana and Elasticsearch check."""
    resolver = Resolver(acme)
    for what, space in (("canCreateJob", "marketing"), ("ml.put_job", None)):
        found = fixes(resolver, resolver.can("celia", what, space=space))
        assert found.best is not None
        assert Resolver(found.best.deployment).can("celia", what, space=space).granted


def test_a_disabled_user_is_enabled_and_given_nothing(acme: Deployment) -> None:
    """quinn is a superuser whose account is off."""
    found = help_for(acme, user="quinn", space="default")
    assert found.best is not None
    assert found.best.changes == (SetEnabled("quinn", True),)
    assert [str(r) for r in found.best.requests] == ["PUT /_security/user/quinn/_enable"]


def test_a_job_and_a_data_view_that_are_missing_are_brought_to_the_space(acme: Deployment) -> None:
    """By the requests of Kibana that do it."""
    found = help_for(acme, READ, user="elastic", space="marketing", job="order_value_regression")
    assert found.best is not None
    (request,) = found.best.requests
    assert (request.method, request.path) == ("POST", "kbn:/s/marketing/api/data_views/data_view")
    found = help_for(acme, READ, user="rosa", space="ops", job="campaign_clicks")
    assert found.best is not None
    paths = [r.path for r in found.best.requests]
    assert "kbn:/s/marketing/internal/ml/saved_objects/update_jobs_spaces" in paths


def test_the_public_route_is_used_where_kibana_has_it(acme: Deployment) -> None:
    """Since 9.3."""
    newer = attrs.evolve(acme, kibana_version="9.3.0")
    found = help_for(newer, READ, user="rosa", space="ops", job="campaign_clicks")
    assert found.best is not None
    assert "kbn:/s/marketing/api/ml/saved_objects/update_jobs_spaces" in [r.path for r in found.best.requests]


# -- how a role takes a grant ------------------------------------------------------------------------------------


def test_an_entry_for_several_spaces_is_split_when_one_of_them_gains() -> None:
    """Kibana knows a space in one entry of a role only; All replaces Read."""
    from mlaccess.analysis.fix_grants import KibanaPrivilegeGrant

    entry = ApplicationGrant("kibana-.kibana", ("feature_ml.read", "feature_dashboard.read"), ("space:a", "space:b"))
    role = with_grants(RoleDescriptor("r", applications=(entry,)), [KibanaPrivilegeGrant("feature_ml.all", "b")])
    assert role is not None
    assert role.applications == (
        attrs.evolve(entry, resources=("space:a",)),
        ApplicationGrant("kibana-.kibana", ("feature_dashboard.read", "feature_ml.all"), ("space:b",)),
    )


def test_a_role_with_a_base_privilege_in_the_space_takes_no_feature_privilege() -> None:
    """Kibana refuses the mixture, so another role is used."""
    from mlaccess.analysis.fix_grants import KibanaPrivilegeGrant

    entry = ApplicationGrant("kibana-.kibana", ("space_read",), ("space:a",))
    grant = KibanaPrivilegeGrant("feature_ml.all", "a")
    assert with_grants(RoleDescriptor("r", applications=(entry,)), [grant]) is None


def test_an_index_grant_never_widens_an_entry_that_limits_documents() -> None:
    """The limited entry stays as it is, and the new one stands beside it."""
    from mlaccess.analysis.fix_grants import IndexGrant

    limited = IndicesGrant(("a",), ("read",), query="{}")
    role = with_grants(RoleDescriptor("r", indices=(limited,)), [IndexGrant(("a",), "manage")])
    assert role is not None
    assert role.indices == (limited, IndicesGrant(("a",), ("manage",)))


# -- what comes along --------------------------------------------------------------------------------------------


def test_what_comes_along_is_every_capability_that_the_same_caller_gains_in_the_same_place(acme: Deployment) -> None:
    """Asked one by one before and after the best fix for `canCreateJob`, which itself is not among them."""
    resolver = Resolver(acme)
    best = fixes(resolver, resolver.can("celia", "canCreateJob", space="marketing")).best
    assert best is not None
    after = Resolver(best.deployment)
    gained = [
        name
        for name in CAPABILITIES
        if resolver.can("celia", name, space="marketing").verdict
        is not after.can("celia", name, space="marketing").verdict
    ]
    assert set(best.brings) == set(gained) - {"canCreateJob"}
    assert {"canDeleteJob", "canCreateTrainedModels"} <= set(best.brings)
    assert effect_words(best) == (
        f"brings canDeleteJob, canOpenJob, canCloseJob, canResetJob, canUpdateJob and {len(gained) - 6} more along"
    )


def test_a_fix_for_an_ability_says_that_it_reaches_a_level_too(acme: Deployment) -> None:
    """`canGetJobs` takes Machine Learning: Read, which is read-only access where nothing else is missing."""
    resolver = Resolver(acme)
    found = fixes(resolver, resolver.can("celia", "canGetJobs", space="fraud"))
    levels = {Resolver(f.deployment).access("celia", space="fraud").level.word: f.brings for f in found.fixes}
    assert all((word == "none") != (f"{word} access" in brings) for word, brings in levels.items())
    assert levels.keys() & {"read-only", "full"}


def test_an_account_that_is_enabled_brings_all_that_it_can_do(acme: Deployment) -> None:
    """quinn is a superuser whose account is off, so `read-only` is the least of it, and other places change as well."""
    best = help_for(acme, READ, user="quinn", space="default").best
    assert best is not None
    assert {"upload", "canCreateJob", "canDeleteJob"} <= set(best.brings)
    callers = {str(cell.caller) for cell in best.side_effects}
    assert callers == {"quinn"}
    assert f"changes {len(best.side_effects)} other answers: of quinn" in effect_words(best)


def test_a_fix_that_changes_nothing_else_says_so(acme: Deployment) -> None:
    """mira operates jobs on the APIs; one of them has a source that she cannot read, and no other has it."""
    best = help_for(acme, READ, user="mira", interface="api", job="nightly_batch_duration").best
    assert best is not None
    assert (best.brings, best.side_effects) == ((), ())
    assert effect_words(best) == "changes nothing else"
