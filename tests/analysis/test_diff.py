"""The difference between two deployments: exactly the cells that differ, their classes and their causes."""

from datetime import UTC, datetime
from itertools import product

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlaccess import AccessLevel, Resolver, UnknownNameError, Verdict, load
from mlaccess.analysis import causes, grid
from mlaccess.analysis.cells import Caller, Cell, CellClass, Item, Reading, World, known_items
from mlaccess.analysis.changes import AddRole, HideMl, RemoveRole, SetEnabled, UnassignJob
from mlaccess.analysis.diff import Summary, diff
from mlaccess.analysis.gate_changes import DropMlNodes
from mlaccess.examples import path
from mlaccess.stack import ApplicationGrant, Deployment, NotExported, RoleDescriptor, User, Users
from tests.analysis.worlds import SPACES, USERS, deployments

NONE, READ, FULL = AccessLevel.NONE, AccessLevel.READ_ONLY, AccessLevel.FULL
ITEMS = (
    {},
    {"job": "ad", "job_type": "anomaly-detector"},
    {"job": "dfa", "job_type": "data-frame-analytics"},
    {"model": "model"},
)

SOME = ("canCreateJob", "canGetJobs", "ml.put_job", "cluster:monitor/xpack/ml/job/get")
"""Some capabilities, an operation and an action: to compare all takes long in many worlds."""

Key = tuple[str, str, str, str]


@pytest.fixture(scope="module")
def acme() -> Deployment:
    """The example deployment."""
    return load(path("acme"))


def answers(deployment: Deployment) -> dict[Key, tuple[int, int, int]]:
    """Every cell of a small world, each asked by itself through the public door; what is not there is left out."""
    resolver = Resolver(deployment)
    listed = isinstance(deployment.users, NotExported) or deployment.users
    found: dict[Key, tuple[int, int, int]] = {}
    for user, interface, space, item in product((*USERS, "k1"), ("kibana", "api"), SPACES, ITEMS):
        if interface == "api" and space != SPACES[0]:
            continue
        if user != "k1" and listed is not True and user not in listed:
            continue
        caller = {"api_key": "k1"} if user == "k1" else {"user": user}
        try:
            access = resolver.access(**caller, interface=interface, space=space, **item)  # type: ignore[arg-type]
        except UnknownNameError:
            continue
        name = str(item.get("job") or item.get("model") or "")
        upload = int(access.can_upload) if not name and interface == "kibana" else 0
        key = (user, interface, space if interface == "kibana" else "", name)
        found[key] = (int(access.level), int(access.ceiling), upload)
    return found


@given(deployments(), deployments(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_diff_lists_exactly_the_cells_that_differ(one: Deployment, two: Deployment, data: st.DataObject) -> None:
    """Against asking every cell on both sides: no more, no fewer, with the same answers."""
    taken = data.draw(st.sets(st.sampled_from([f.name for f in attrs.fields(Deployment)])))
    mixed = attrs.evolve(one, **{name: getattr(two, name) for name in taken})
    before, after = answers(one), answers(mixed)
    nothing = (0, 0, 0)
    # What no file names nobody can list, though it can be asked about.
    named = {"", *(i.id for d in (one, mixed) for i in known_items(d))}
    expected = {k for k in before | after if k[3] in named and before.get(k, nothing) != after.get(k, nothing)}
    with pytest.MonkeyPatch.context() as patch:
        # Few cells are asked one by one, many together, unless it is of few users.
        patch.setattr(grid, "_MANY", data.draw(st.sampled_from((1, 10_000))))
        patch.setattr(grid, "_FEW", data.draw(st.sampled_from((1, 20))))
        found = diff(one, mixed, users=USERS, api_keys=["k1"], spaces=SPACES, capabilities=())
    keys = [(c.caller.name, c.interface, c.space, c.item.id) for c in found.cells]
    assert set(keys) == expected
    assert len(keys) == len(expected)
    for cell, key in zip(found.cells, keys, strict=True):
        for reading, side in ((cell.before, before), (cell.after, after)):
            if reading is not None:
                assert (int(reading.level), int(reading.ceiling)) == side[key][:2]


@given(deployments(), deployments(), st.data())
@settings(max_examples=25, deadline=None)
def test_every_cell_that_differs_has_a_cause_among_the_edits(
    one: Deployment, two: Deployment, data: st.DataObject
) -> None:
    """Making the named edits, and nothing else, to the earlier deployment changes the cell's answer."""
    taken = data.draw(st.sets(st.sampled_from([f.name for f in attrs.fields(Deployment)])))
    mixed = attrs.evolve(one, **{name: getattr(two, name) for name in taken})
    with pytest.MonkeyPatch.context() as patch:
        # The cells of an edit are asked one by one at first, and then together.
        patch.setattr(causes, "_FEW", data.draw(st.sampled_from((0, 10_000))))
        found = diff(one, mixed, users=USERS, api_keys=["k1"], capabilities=SOME)
        assert {c for g in found.groups for c in g.cells} == set(found.cells)
    assert found.blocks.first(5) == found.cells[:5]
    assert sum(found.counts.values()) == len(found.blocks) == len(found.cells)
    for group in found.groups:
        edited = one
        for cause in group.causes:
            edited = cause.carried(edited, mixed)
        old, new = (World(Resolver(deployment), abilities=SOME) for deployment in (one, edited))
        for cell in group.cells:
            asked = (cell.caller, cell.interface, cell.space, cell.item)
            # Asked one by one: an item that the later deployment alone lists is in neither list now.
            again = attrs.evolve(cell, before=old.read(*asked), after=new.read(*asked))
            assert again.differs


def abilities(deployment: Deployment) -> dict[tuple[str, str, str], Verdict]:
    """What of `SOME` every caller may do and where, each asked by itself; what is not there may do nothing."""
    resolver = Resolver(deployment)
    users = deployment.users
    found: dict[tuple[str, str, str], Verdict] = {}
    for user, space, name in product((*USERS, "k1"), SPACES, SOME):
        place = "" if ":" in name or "." in name else space
        if user != "k1" and not isinstance(users, NotExported) and user not in users:
            continue
        caller = {"user": None, "api_key": "k1"} if user == "k1" else {"user": user}
        try:
            verdict = resolver.can(**caller, what=name, space=place or None).verdict  # type: ignore[arg-type]
        except UnknownNameError:
            continue
        found[user, place, name] = verdict
    return found


@given(deployments(), deployments(), st.data())
@settings(max_examples=30, deadline=None)
def test_a_diff_lists_exactly_the_abilities_that_differ(one: Deployment, two: Deployment, data: st.DataObject) -> None:
    """Against asking for each on both sides."""
    taken = data.draw(st.sets(st.sampled_from([f.name for f in attrs.fields(Deployment)])))
    mixed = attrs.evolve(one, **{name: getattr(two, name) for name in taken})
    before, after = abilities(one), abilities(mixed)
    denied = Verdict.DENIED
    expected = {
        (*key, before.get(key, denied), after.get(key, denied))
        for key in before | after
        if before.get(key, denied) is not after.get(key, denied)
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grid, "_MANY", data.draw(st.sampled_from((1, 10_000))))
        patch.setattr(grid, "_FEW", 1)
        found = diff(one, mixed, users=USERS, api_keys=["k1"], spaces=SPACES, jobs=(), capabilities=SOME)
    assert {(c.caller.name, c.space, *each) for c in found.cells for each in c.abilities} == expected


@given(deployments(), deployments())
@settings(max_examples=25, deadline=None)
def test_a_diff_turned_around_swaps_gains_and_losses(one: Deployment, two: Deployment) -> None:
    """What one direction gains the other loses, cell by cell."""
    there, back = diff(one, two, capabilities=SOME), diff(two, one, capabilities=SOME)
    assert {(c.where, c.gain, c.loss) for c in there.cells} == {(c.where, c.loss, c.gain) for c in back.cells}
    assert (there.new_access, there.lost_access) == (back.lost_access, back.new_access)


def test_two_loads_of_one_export_are_equivalent_and_no_cell_is_evaluated(acme: Deployment) -> None:
    """Equal inputs are recognised, wherever they were read."""
    found = diff(acme, load(path("acme")))
    assert (found.summary, found.cells, found.parts, found.evaluated) == (Summary.EQUIVALENT, (), (), 0)
    assert found.asked > 1000


def test_a_role_that_is_assigned_widens_access_and_is_the_cause(acme: Deployment) -> None:
    """The group names the user whose roles changed; only that user's cells differ."""
    found = diff(acme, AddRole("amira", "machine_learning_admin").apply(acme))
    assert found.summary is Summary.WIDER
    assert found.new_access is Verdict.GRANTED
    assert found.lost_access is Verdict.DENIED
    assert {c.caller.name for c in found.cells} == {"amira"}
    assert [str(g.causes[0]) for g in found.groups] == ["user `amira` changed"]


def test_each_edit_explains_the_cells_that_it_alone_changes(acme: Deployment) -> None:
    """Two unrelated edits give two groups, an edit that decides nothing is said to have no effect."""
    after = HideMl("marketing").apply(SetEnabled("bruno", False).apply(acme))
    after = attrs.evolve(after, roles=after.roles.with_item("unused", RoleDescriptor("unused", cluster=("all",))))
    found = diff(acme, after)
    titles = {g.title for g in found.groups}
    assert titles == {"space `marketing` changed", "user `bruno` changed"}
    assert [str(p) for p in found.without_effect] == ["role `unused` added"]


def test_edits_that_work_only_together_are_one_cause(acme: Deployment) -> None:
    """A role needs both to exist and to be assigned."""
    role = RoleDescriptor("watchers", cluster=("monitor_ml",))
    after = attrs.evolve(AddRole("amira", "watchers").apply(acme), roles=acme.roles.with_item("watchers", role))
    found = diff(acme, after, interfaces=["api"])
    assert {g.title for g in found.groups} == {"user `amira` changed; role `watchers` added"}
    assert found.of(CellClass.GAINED)


def test_a_file_that_is_no_longer_exported_makes_answers_unknown_and_takes_nothing_certain(acme: Deployment) -> None:
    """Missing evidence is a class of its own: neither gain nor loss is certain."""
    found = diff(acme, load(path("acme"), without=["jobs_spaces.json"]))
    assert set(found.counts) == {CellClass.NOW_UNKNOWN}
    assert found.new_access is Verdict.UNKNOWN
    assert found.lost_access is Verdict.UNKNOWN
    assert {g.title for g in found.groups} == {"space assignment of no longer exported"}


def test_the_moment_asked_about_is_a_cause_of_its_own(acme: Deployment) -> None:
    """After the licence has run out nobody has more than before, and no edit is to blame."""
    found = diff(acme, acme, at_after=datetime(2036, 1, 1, tzinfo=UTC))
    assert found.summary is Summary.STRICTER
    assert {g.title for g in found.groups} == {"the moment asked about"}


def test_a_user_who_is_gone_has_lost_what_they_had(acme: Deployment) -> None:
    """A listed account that is no longer listed has no access, though another realm may know the name."""
    users = acme.users
    assert not isinstance(users, NotExported)
    after = attrs.evolve(acme, users=Users([users[n] for n in users if n != "amira"]))
    found = diff(acme, after)
    assert {c.kind for c in found.cells} == {CellClass.LOST}
    assert all(c.after is None for c in found.cells)
    back = diff(after, acme)
    assert {c.kind for c in back.cells} == {CellClass.GAINED}


def test_a_new_user_without_roles_changes_no_cell(acme: Deployment) -> None:
    """An account that grants nothing is an edit without effect."""
    users = acme.users
    assert not isinstance(users, NotExported)
    found = diff(acme, attrs.evolve(acme, users=users.with_user(User("zoe"))))
    assert not found
    assert [str(p) for p in found.without_effect] == ["user `zoe` added"]


def test_capabilities_are_compared_where_they_are_asked(acme: Deployment) -> None:
    """A capability in its space, an operation on the API."""
    after = RemoveRole("amira", "ml_engineer").apply(acme)
    found = diff(acme, after, users=["amira"], capabilities=["canCreateJob", "ml.put_job"])
    general = {c.space: c for c in found.cells if not c.item.id}
    assert general["default"].before is not None
    assert general["default"].before.abilities["canCreateJob"] is Verdict.GRANTED
    assert "ml.put_job" not in general["default"].before.abilities


@pytest.mark.parametrize(
    ("role", "gained"),
    [
        (RoleDescriptor("extra", cluster=("cluster:admin/xpack/ml/job/delete",)), {"api": {"ml.delete_job"}}),
        (
            RoleDescriptor(
                "extra",
                applications=(ApplicationGrant("kibana-.kibana", ("feature_ml.all",), ("space:fraud",)),),
            ),
            {"kibana": {"canCreateJob", "canDeleteJob"}},
        ),
    ],
)
def test_who_gains_no_level_may_gain_abilities(
    acme: Deployment, role: RoleDescriptor, gained: dict[str, set[str]]
) -> None:
    """All are compared unless the call says otherwise, so that what forbids new access forbids these."""
    roles, users = acme.roles, acme.users
    assert not isinstance(roles, NotExported)
    assert not isinstance(users, NotExported)
    after = AddRole("farid", "extra").apply(attrs.evolve(acme, roles=roles.with_item("extra", role)))
    found = diff(acme, after, users=["farid"])
    assert found.new_access is Verdict.GRANTED
    assert all((c.before and c.before.level) is (c.after and c.after.level) for c in found.cells)
    for interface, names in gained.items():
        assert names <= {n for c in found.cells if c.interface == interface for n, _, _ in c.abilities}
    assert diff(acme, after, users=["farid"], capabilities=()).new_access is Verdict.DENIED


def test_an_ability_that_no_table_knows_is_refused(acme: Deployment) -> None:
    with pytest.raises(UnknownNameError, match="canDance"):
        diff(acme, acme, capabilities=["canDance"])


def test_a_cell_names_a_few_of_its_abilities_and_counts_them(acme: Deployment) -> None:
    """With the sign of what became of them."""
    found = diff(acme, RemoveRole("amira", "ml_engineer").apply(acme), users=["amira"], spaces=["default"], jobs=())
    cell = next(c for c in found.cells if c.interface == "kibana")
    assert cell.besides == f"-{len(cell.abilities)}: {', '.join(n for n, _, _ in cell.abilities[:3])}, …"
    assert str(cell).endswith(f"({cell.besides})")


def test_the_answers_of_one_space_and_one_job_can_be_asked_for(acme: Deployment) -> None:
    """Filters narrow the cells; the general question of the space stays."""
    after = DropMlNodes().apply(UnassignJob("anomaly-detector", "web_request_rate", "ops").apply(acme))
    found = diff(acme, after, users=["kenza"], spaces=["ops"], jobs=["web_request_rate"], interfaces=["kibana"])
    assert {c.item.id for c in found.cells} <= {"", "web_request_rate"}
    assert {c.space for c in found.cells} == {"ops"}
    assert found.asked == 2


@pytest.mark.parametrize(
    ("before", "after", "kind", "gain", "loss"),
    [
        ((NONE, NONE), (FULL, FULL), "GAINED", 2, 0),
        ((FULL, FULL), (READ, READ), "LOST", 0, 2),
        ((NONE, NONE), (NONE, FULL), "NOW_UNKNOWN", 1, 0),
        ((FULL, FULL), (NONE, FULL), "NOW_UNKNOWN", 0, 1),
        ((NONE, FULL), (FULL, FULL), "NOW_KNOWN", 1, 0),
        ((NONE, FULL), (NONE, NONE), "NOW_KNOWN", 0, 1),
        ((NONE, NONE), (READ, FULL), "GAINED", 2, 0),
        ((NONE, FULL), (NONE, READ), "CHANGED", 1, 1),
    ],
)
def test_classes_follow_from_what_is_certain_on_both_sides(
    before: tuple[AccessLevel, AccessLevel],
    after: tuple[AccessLevel, AccessLevel],
    kind: str,
    gain: int,
    loss: int,
) -> None:
    """An answer is an interval of levels; a gain is certain where all of the later one is above all of the earlier."""
    cell = Cell(Caller("user", "u"), "kibana", "s", Item(), Reading(*before), Reading(*after))
    assert (cell.kind.name, int(cell.gain), int(cell.loss)) == (kind, gain, loss)


def test_a_role_that_the_user_does_not_hold_cannot_be_taken_away(acme: Deployment) -> None:
    """A slip of the pen would look like a change without effect."""
    for role in ("viewer", "ml_enginer"):
        with pytest.raises(UnknownNameError, match="among the roles of user `amira`"):
            RemoveRole("amira", role).apply(acme)
