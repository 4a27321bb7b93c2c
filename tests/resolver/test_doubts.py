"""What is unknown says why, in words that are about the doubt and not about the fact."""

import attrs
import pytest

from mlaccess import NotExported, Resolver, Verdict
from mlaccess.rules.facts import ClusterPrivilege, IndexPrivilege
from mlaccess.stack import (
    ApplicationGrant,
    ApplicationPrivilege,
    FrozenMap,
    IndicesGrant,
    License,
    Node,
    RemoteIndicesGrant,
    RoleDescriptor,
    Space,
    User,
    Users,
)

from .world import ask, with_role, world

GONE = NotExported("for a test")


def test_without_any_export_of_roles_the_reason_names_the_role_and_why() -> None:
    """The finding carries the doubt's own values."""
    access = ask(world(roles=GONE), job="web")
    assert "what role `engineer` grants is not in the export: for a test" in str(access.explanation)
    assert "`engineer`" in str(access)
    assert "what role `engineer` grants" in str(Resolver(world(roles=GONE)).can("ana", "ml.put_job"))


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("8.16.0", (Verdict.UNKNOWN, "role.unknown_privilege")),
        ("8.17.0", (Verdict.DENIED, "cluster.missing")),
    ],
)
def test_a_privilege_that_a_version_lacks_leaves_open_what_its_role_gives(
    version: str, told: tuple[Verdict, str]
) -> None:
    """Such a role cannot be built: Elasticsearch may know the name by a plugin, or refuse the role."""
    deployment = attrs.evolve(with_role(cluster=("monitor_stats",)), version=version)
    found = Resolver(deployment).judge("ana")(ClusterPrivilege("manage_ml"))
    assert (found.verdict, found.code) == told


def test_only_gates_fail_where_every_permission_is_certain() -> None:
    """An unknown permission is not known to be no problem."""
    basic = License("basic", "active")
    assert ask(world(license=basic)).full.only_gates_fail
    assert not ask(attrs.evolve(world(license=basic), roles=GONE)).full.only_gates_fail
    assert not ask(world(license=basic), "nobody").full.only_gates_fail


@pytest.mark.parametrize(
    "gate",
    [
        {"license": License("basic", "active")},
        {"nodes": FrozenMap({"n1": Node("n1", "data-1", ("master", "data"))})},
        {"nodes": FrozenMap({"n1": Node("n1", "all", ("ml",), settings=FrozenMap({"xpack.ml.enabled": "false"}))})},
        {
            "nodes": FrozenMap(
                {
                    "n1": Node("n1", "ml-1", ("ml",)),
                    "n2": Node("n2", "data-1", ("data",), settings=FrozenMap({"xpack.ml.enabled": "false"})),
                }
            )
        },
        {"spaces": FrozenMap({"sales": Space("sales", disabled_features=frozenset({"ml"}))})},
    ],
    ids=["licence", "no node", "off on the only node", "off on one node", "hidden in the space"],
)
def test_each_gate_alone_is_no_problem_of_permissions(gate: dict[str, object]) -> None:
    """What an administrator opens without granting anything."""
    full = ask(world(**gate)).full
    assert full.verdict is Verdict.DENIED
    assert full.only_gates_fail


@pytest.mark.parametrize("expression", ["/bad(", "/bad(/", "far:/bad("])
def test_an_expression_that_is_no_pattern_is_not_decided(expression: str) -> None:
    """Neither granted nor an error: it is written in a job, and Elasticsearch has the last word."""
    access = ask(world(), "otto", interface="api", sources=[expression])
    assert access.full.verdict is Verdict.UNKNOWN
    assert str(access.explanation)


def test_a_role_whose_names_are_no_patterns_leaves_the_privilege_unknown() -> None:
    """In `indices` as in `remote_indices`."""
    local = with_role("operator", indices=(IndicesGrant(("/bad(",), ("read",)),))
    assert ask(local, "otto", interface="api", sources=["x"]).full.verdict is Verdict.UNKNOWN
    remote = with_role("operator", remote_indices=(RemoteIndicesGrant(("eu",), ("/bad(",), ("read",)),))
    assert ask(remote, "otto", interface="api", sources=["eu:x"]).full.verdict is Verdict.UNKNOWN


def test_a_possible_role_that_cannot_be_decided_leaves_the_privilege_unknown() -> None:
    """A role that may be in force, for the licence is unknown, is not known to give nothing."""
    limited = RoleDescriptor("limited", indices=(IndicesGrant(("/bad(",), ("read",), query="{}"),))
    users = Users([User("otto", ("operator", "limited"))])
    roles = FrozenMap({"operator": RoleDescriptor("operator", cluster=("manage_ml",)), "limited": limited})
    deployment = world(users=users, roles=roles, license=GONE)
    finding = Resolver(deployment).judge("otto")(IndexPrivilege("logs-web", "read"))
    assert finding.verdict is Verdict.UNKNOWN


def test_kibana_entries_of_several_roles_count_together() -> None:
    """Stored actions of a feature's privilege may be held by two roles, each with a part of them."""
    actions = {"feature_ml.read": {"login:", "ui:a", "ui:b"}, "feature_one.all": {"login:", "ui:a"}}
    actions["feature_two.all"] = {"login:", "ui:b"}
    stored = FrozenMap(
        {
            ("kibana-.kibana", name): ApplicationPrivilege("kibana-.kibana", name, frozenset(held))
            for name, held in actions.items()
        }
    )
    roles = FrozenMap(
        {
            name: RoleDescriptor(
                name, applications=(ApplicationGrant("kibana-.kibana", (f"feature_{name}.all",), ("space:sales",)),)
            )
            for name in ("one", "two")
        }
    )
    for held, verdict in ((("one", "two"), Verdict.GRANTED), (("one",), Verdict.DENIED)):
        deployment = world(users=Users([User("ana", held)]), roles=roles, application_privileges=stored)
        assert ask(deployment).read_only.verdict is verdict


def test_serverless_has_no_anonymous_access_whatever_a_node_setting_says() -> None:
    """Settings are the platform's, so leaving the nodes out changes nothing."""
    node = Node("n", "n", ("ml",), settings=FrozenMap({"xpack.security.authc.anonymous.roles": "operator"}))
    for nodes in (FrozenMap({"n": node}), GONE):
        deployment = world(build_flavor="serverless", nodes=nodes)
        assert ask(deployment, "nobody").full.verdict is Verdict.DENIED
    assert ask(world(nodes=FrozenMap({"n": node})), "nobody").full.verdict is Verdict.GRANTED
