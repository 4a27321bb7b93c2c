"""Exposure: results seen without their sources, callers whom spaces do not confine, and who could become full."""

import json
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings

from mlaccess import Resolver, UnknownNameError, Verdict, load
from mlaccess.analysis.changes import AddRole, DeleteRole, PutRole, SetEnabled
from mlaccess.analysis.exposure import Exposure, Unconfined, exposure
from mlaccess.examples import path
from mlaccess.stack import ApiKey, Deployment, FrozenMap, IndicesGrant, RoleDescriptor
from tests.analysis.worlds import SPACES, USERS, deployments

EXPECTED = json.loads((Path(__file__).parent.parent / "acme" / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def acme() -> Deployment:
    """The example deployment."""
    return load(path("acme"))


@pytest.fixture(scope="module")
def found(acme: Deployment) -> Exposure:
    """Its exposure."""
    return exposure(Resolver(acme))


def with_role(deployment: Deployment, role: RoleDescriptor, user: str = "celia") -> Deployment:
    """The deployment in which a user holds one role more."""
    return AddRole(user, role.name).apply(PutRole(role).apply(deployment))


def unconfined(deployment: Deployment, user: str) -> tuple[str, ...]:
    """The ways of one user around spaces."""
    rows: dict[str, Unconfined] = {u.caller.name: u for u in exposure(Resolver(deployment)).unconfined}
    return tuple(w.kind for w in rows[user].ways) if user in rows else ()


def powers(deployment: Deployment, user: str) -> set[str]:
    """The powers of one user."""
    rows = {e.caller.name: e for e in exposure(Resolver(deployment)).escalations}
    return {p.id for p in rows[user].powers} if user in rows else set()


@pytest.mark.parametrize("row", EXPECTED["exposure"], ids=lambda r: f"{r['space']}-{r['job']}")
def test_the_kibana_warning_names_exactly_the_expected_users(found: Exposure, row: dict[str, Any]) -> None:
    """Page sentence P30, certain and possible."""
    rows = [r for r in found.results if (r.space, r.job) == (row["space"], row["job"])]
    certain = {n for r in rows for n in r.names(Verdict.GRANTED)}
    possible = {n for r in rows for n in r.names(Verdict.UNKNOWN)}
    interpretation = set(row["interpretation_users"])
    assert certain - interpretation == set(row["users"])
    assert possible - interpretation == set(row["possible"])
    assert interpretation <= certain | possible


def test_no_job_is_certainly_exposed_in_a_space_beyond_the_expected_ones(found: Exposure) -> None:
    """A job behind a redacted namespace may be anywhere; that is said as possible and no more."""
    listed = {(r["space"], r["job"]) for r in EXPECTED["exposure"]}
    beyond = [r for r in found.results if r.interface == "kibana" and (r.space, r.job) not in listed]
    assert {r.job for r in beyond} == {"refund_spikes"}
    assert not any(r.names(Verdict.GRANTED) for r in beyond)


def test_the_api_warning_names_exactly_the_expected_users(found: Exposure) -> None:
    """Page sentence P16, and holders of equivalent cluster privileges."""
    rows = {r.job: set(r.names(Verdict.GRANTED)) for r in found.results if r.interface == "api"}
    for row in EXPECTED["exposure_api"]:
        assert rows[row["job"]] == {*row["users"], *row["equivalent"]}


@given(deployments())
@settings(max_examples=60, deadline=None)
def test_exposure_says_of_everybody_at_once_what_access_says_of_one(deployment: Deployment) -> None:
    """Every note of every single answer is in the table, with the same sources and certainty, and nothing else is."""
    resolver = Resolver(deployment)
    names = [n for n in USERS if _asked(resolver, n)]
    table = {
        (r.interface, r.space, e.caller.name, e.verdict, tuple(m.source for m in e.missing))
        for r in exposure(resolver, users=names, spaces=SPACES).results
        for e in r.callers
    }
    single: set[tuple[str, str, str, Verdict, tuple[str, ...]]] = set()
    for name in names:
        for interface, space in (*(("kibana", s) for s in SPACES), ("api", "")):
            try:
                access = resolver.access(name, interface=interface, space=space or None, job="ad")  # type: ignore[arg-type]
            except UnknownNameError:
                continue
            single.update((interface, space, name, n.verdict, n.sources) for n in access.exposure)
    assert table == single


def _asked(resolver: Resolver, name: str) -> bool:
    users = resolver.deployment.users
    return not hasattr(users, "reason") and name in users


def test_every_exposed_caller_comes_with_route_and_witness(found: Exposure) -> None:
    """The route holds the role that opens it; the witness a source that no entry covers."""
    row = next(r for r in found.results if (r.space, r.job) == ("fraud", "account_takeover"))
    umar = next(e for e in row.callers if e.caller.name == "umar")
    assert umar.routes
    assert all(route.finding.evidence for route in umar.routes)
    assert {m.source for m in umar.missing} <= {"payments-current", "customers"}
    assert all(m.finding.verdict is Verdict.DENIED for m in umar.missing)


def test_a_cluster_privilege_shows_jobs_of_all_spaces(acme: Deployment) -> None:
    """`monitor` holds `monitor_ml`, whatever the role was meant for; a Kibana privilege confines."""
    assert unconfined(acme, "celia") == ()
    assert unconfined(with_role(acme, RoleDescriptor("ops", cluster=("monitor",))), "celia") == ("elasticsearch",)


def test_a_raw_grant_on_one_results_index_is_found(acme: Deployment) -> None:
    """Of the result indices, those that jobs of this deployment write to are asked one by one."""
    job = attrs.evolve(acme.jobs["web_request_rate"], results_index_name="custom-web")
    acme = attrs.evolve(acme, jobs=acme.jobs.with_item(job.id, job))
    name = ".ml-anomalies-custom-web"
    role = RoleDescriptor("raw", indices=(IndicesGrant((name,), ("read",)),))
    assert unconfined(with_role(acme, role), "celia") == ("results-index",)
    other = RoleDescriptor("raw", indices=(IndicesGrant(("logs-*",), ("read",)),))
    assert unconfined(with_role(acme, other), "celia") == ()


def test_acting_as_an_unconfined_user_is_a_way_and_acting_as_a_confined_one_is_not(acme: Deployment) -> None:
    """`run_as` is worth what the other user is worth."""
    assert unconfined(with_role(acme, RoleDescriptor("proxy", run_as=("mira",))), "celia") == ("run-as",)
    assert unconfined(with_role(acme, RoleDescriptor("proxy", run_as=("bruno",))), "celia") == ()


def test_a_key_that_reaches_the_apis_makes_its_owner_unconfined_until_it_is_invalidated(acme: Deployment) -> None:
    """The key keeps the privileges its owner had when it was made."""
    snapshot = ((RoleDescriptor("old", cluster=("monitor_ml",)),),)
    key = ApiKey("k", "old-key", username="celia", role_descriptors=(), limited_by=snapshot)
    keys = acme.api_keys
    assert unconfined(attrs.evolve(acme, api_keys=keys.with_item("k", key)), "celia") == ("api-key",)
    dead = attrs.evolve(key, invalidated=True)
    assert unconfined(attrs.evolve(acme, api_keys=keys.with_item("k", dead)), "celia") == ()


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (RoleDescriptor("x", cluster=("manage_security",)), {"edit-roles", "edit-users", "change-passwords"}),
        (RoleDescriptor("x", cluster=("cluster:admin/xpack/security/role/put",)), {"edit-roles"}),
        (RoleDescriptor("x", cluster=("manage_service_account",)), {"service-tokens"}),
        (
            RoleDescriptor("x", indices=(IndicesGrant((".security*",), ("write",), allow_restricted_indices=True),)),
            {"write-security-index"},
        ),
        (RoleDescriptor("x", run_as=("rosa",)), {"run-as"}),
    ],
    ids=lambda v: "" if isinstance(v, set) else str(v.cluster or v.run_as or "indices"),
)
def test_powers_that_become_full_access_are_found(acme: Deployment, role: RoleDescriptor, expected: set[str]) -> None:
    """Each by the action or index that carries it, not by the name of a privilege."""
    assert powers(acme, "celia") == set()
    assert expected <= powers(with_role(acme, role), "celia")


@pytest.mark.parametrize(
    "role",
    [
        RoleDescriptor("x", cluster=("manage_api_key", "grant_api_key", "manage_own_api_key", "read_security")),
        RoleDescriptor("x", indices=(IndicesGrant(("*",), ("all",)),)),
        RoleDescriptor("x", run_as=("bruno",)),
    ],
    ids=["keys", "indices", "run-as"],
)
def test_powers_that_stay_within_what_their_holder_has_are_not_listed(acme: Deployment, role: RoleDescriptor) -> None:
    """Keys never hold more than their owner; `*` leaves out the security index."""
    assert powers(with_role(acme, role), "celia") == set()


def test_disabled_users_expose_nothing_and_have_no_powers(acme: Deployment) -> None:
    """Who cannot log in cannot escalate."""
    assert powers(acme, "rosa")
    off = SetEnabled("rosa", False).apply(acme)
    assert powers(off, "rosa") == set()
    assert unconfined(off, "rosa") == ()


def test_an_unlisted_role_makes_powers_possible_and_not_certain(acme: Deployment) -> None:
    """Without the roles in the export nobody is cleared and nobody accused."""
    silent = load(path("acme"), without=["security_roles.json", "kibana_roles.json"])
    rows = {e.caller.name: e for e in exposure(Resolver(silent)).escalations}
    assert {p.verdict for p in rows["celia"].powers} == {Verdict.UNKNOWN}


def test_jobs_whose_sources_are_not_exported_are_named(acme: Deployment) -> None:
    """Nothing is said about their results."""
    silent = exposure(Resolver(load(path("acme"), without=["ml_datafeeds.json", "ml_anomaly_detectors.json"])))
    assert "web_request_rate" in {i.id for i in silent.silent}
    assert "web_request_rate" not in {r.job for r in silent.results}


def test_built_in_users_are_left_out_unless_asked_for(acme: Deployment) -> None:
    """`elastic` can do anything, which is no finding."""
    assert "elastic" not in {e.caller.name for e in exposure(Resolver(acme)).escalations}
    assert "elastic" in {e.caller.name for e in exposure(Resolver(acme), reserved=True).escalations}


def test_a_deleted_role_takes_its_powers_along(acme: Deployment) -> None:
    """The other direction of a finding: nothing is remembered."""
    world = with_role(acme, RoleDescriptor("x", cluster=("manage_security",)))
    assert powers(world, "celia")
    assert powers(DeleteRole("x").apply(world), "celia") == set()
    assert isinstance(world.roles, FrozenMap)
