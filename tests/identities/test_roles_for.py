"""Which roles a caller from an external realm holds: certain, possible, and what nobody can name."""

from typing import Any

import pytest

from mlaccess.errors import RequestError
from mlaccess.permission.mapping import (
    RoleMapper,
    applies_to,
    file_mappings_apply_to,
    parse_role_mapping,
    role_mapping_to_json,
    roles_for,
)
from mlaccess.rules.verdict import Verdict
from mlaccess.stack import (
    NOT_EXPORTED,
    FileRoleMapping,
    FrozenMap,
    Identity,
    NotExported,
    RoleMapping,
    RoleTemplate,
    freeze,
)


def mapping(name: str, rules: object, *roles: str, enabled: bool = True, templates: Any = ()) -> RoleMapping:
    frozen = freeze(rules)
    assert isinstance(frozen, FrozenMap)
    return RoleMapping(name, enabled, frozen, roles, tuple(templates))


def mappings(*several: RoleMapping) -> FrozenMap[str, RoleMapping]:
    return FrozenMap({m.name: m for m in several})


ANYONE = {"field": {"username": "*"}}
IN_ML = {"field": {"groups": "ml"}}
ANA = Identity("ana", realm="saml1", realm_type="saml", groups=("ml",), metadata=FrozenMap(), dn_known=True)
CN_ANA = FileRoleMapping("ops", ("CN=Ana, DC=x",))


def test_matching_mappings_give_their_roles_together() -> None:
    found = roles_for(mappings(mapping("a", ANYONE, "r1", "r2"), mapping("b", IN_ML, "r3")), (), ANA)
    assert (found.roles, found.possible, found.unknown) == ({"r1", "r2", "r3"}, frozenset(), ())
    assert [(e.name, e.verdict, e.reason) for e in found.evidence] == [
        ("a", Verdict.GRANTED, ""),
        ("b", Verdict.GRANTED, ""),
    ]


def test_disabled_and_failing_mappings_give_nothing_and_say_why() -> None:
    found = roles_for(
        mappings(mapping("off", ANYONE, "r1", enabled=False), mapping("no", {"field": {"groups": "x"}}, "r2")), (), ANA
    )
    assert found.roles == frozenset()
    assert [(e.name, e.verdict, e.reason) for e in found.evidence] == [
        ("off", Verdict.DENIED, "the mapping is disabled"),
        ("no", Verdict.DENIED, "the rules do not match"),
    ]


def test_unknown_attributes_make_roles_possible_and_are_named() -> None:
    found = roles_for(mappings(mapping("m", IN_ML, "r1"), mapping("n", ANYONE, "r2")), (), Identity("ana"))
    assert (found.roles, found.possible) == ({"r2"}, {"r1"})
    assert found.evidence[0].reason == "not known of the user: `groups`"


def test_a_role_that_is_certain_by_one_mapping_is_not_merely_possible_by_another() -> None:
    found = roles_for(mappings(mapping("m", IN_ML, "r"), mapping("n", ANYONE, "r")), (), Identity("ana"))
    assert (found.roles, found.possible) == ({"r"}, frozenset())


def test_a_template_that_cannot_be_rendered_leaves_roles_that_nobody_can_name() -> None:
    templates = [RoleTemplate("_{{username}}"), RoleTemplate("_{{metadata.team}}")]
    found = roles_for(mappings(mapping("m", ANYONE, templates=templates)), (), Identity("ana"))
    assert found.roles == {"_ana"}
    assert found.unknown == ("role mapping `m`: `metadata.team` of the user is not known",)


def test_a_mapping_that_cannot_be_read_may_give_its_roles() -> None:
    found = roles_for(mappings(mapping("m", {"none": []}, "r")), (), ANA)
    assert (found.roles, found.possible) == (frozenset(), {"r"})
    assert "field [none] is not recognised in object [m]" in found.evidence[0].reason


@pytest.mark.parametrize("realm_type", ["native", "file", "reserved"])
def test_users_of_internal_realms_are_not_mapped(realm_type: str) -> None:
    identity = Identity("ana", realm=realm_type, realm_type=realm_type)
    found = roles_for(mappings(mapping("m", ANYONE, "r")), (CN_ANA,), identity)
    assert (found.roles, found.possible, found.unknown, found.evidence) == (frozenset(), frozenset(), (), ())
    assert not applies_to(realm_type)


@pytest.mark.parametrize("realm_type", ["ldap", "active_directory", "pki"])
def test_directory_realms_also_read_the_mapping_file(realm_type: str) -> None:
    identity = Identity("ana", realm="r", realm_type=realm_type, dn="cn=ana,dc=X", groups=())
    assert roles_for(FrozenMap(), (CN_ANA,), identity).roles == {"ops"}


def test_other_external_realms_do_not_read_the_mapping_file() -> None:
    found = roles_for(FrozenMap(), (CN_ANA,), Identity("ana", realm_type="saml", dn="cn=ana,dc=x"))
    assert (found.roles, found.possible, found.evidence) == (frozenset(), frozenset(), ())
    assert file_mappings_apply_to("saml") == Verdict.DENIED


def test_a_group_matches_the_mapping_file_too_but_not_as_a_pattern() -> None:
    files = (FileRoleMapping("g", ("cn=ml,dc=x",)), FileRoleMapping("p", ("*,dc=x",)))
    identity = Identity("ana", realm_type="ldap", dn="cn=ana,dc=x", groups=("CN=ML,DC=X",))
    assert roles_for(FrozenMap(), files, identity).roles == {"g"}


def test_the_mapping_file_is_possible_where_dn_or_groups_or_the_realm_are_unknown() -> None:
    for identity in (
        Identity("ana", realm_type="ldap", groups=()),
        Identity("ana", realm_type="ldap", dn="cn=bob,dc=x"),
        Identity("ana", dn="cn=ana,dc=x", groups=()),
    ):
        found = roles_for(FrozenMap(), (CN_ANA,), identity)
        assert (found.roles, found.possible) == (frozenset(), {"ops"})


def test_whoever_is_known_to_have_no_dn_is_not_in_the_mapping_file() -> None:
    """Who may have one that is not known may be."""
    for known, possible in ((True, frozenset[str]()), (False, frozenset({"ops"}))):
        identity = Identity("ana", realm_type="ldap", groups=(), dn_known=known)
        assert roles_for(FrozenMap(), (CN_ANA,), identity).possible == possible


def test_what_was_not_exported_is_a_reason_for_roles_that_nobody_can_name() -> None:
    found = roles_for(NotExported("the file holds an error body"), NOT_EXPORTED, Identity("ana", realm_type="ldap"))
    assert [reason.split(":")[0] for reason in found.unknown] == [
        "role mappings are not exported",
        "`role_mapping.yml` is not exported",
    ]
    only_saml = roles_for(FrozenMap(), NOT_EXPORTED, Identity("ana", realm_type="saml"))
    assert only_saml.unknown == ()


def test_a_realm_that_takes_unmapped_groups_for_roles_leaves_them_unnamed() -> None:
    identity = Identity("ana", realm_type="ldap", dn="cn=ana", groups=("cn=g",))
    assert roles_for(FrozenMap(), (), identity, unmapped_groups_as_roles=True).unknown
    assert not roles_for(FrozenMap(), (), identity).unknown


def test_one_mapper_answers_for_many_callers() -> None:
    mapper = RoleMapper.of(mappings(mapping("m", IN_ML, "r")), ())
    assert mapper.roles_for(ANA).roles == {"r"}
    assert mapper.roles_for(Identity("bob", realm="s", realm_type="saml", groups=())).roles == frozenset()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"enabled": True, "rules": ANYONE}, "failed to parse role-mapping [m]. missing field [roles]"),
        ({"enabled": True, "roles": []}, "failed to parse role-mapping [m]. missing field [rules]"),
        ({"roles": [], "rules": ANYONE}, "failed to parse role-mapping [m]. missing field [enabled]"),
        ({"roles": [], "rules": ANYONE, "enabled": True, "name": "m"}, "[role-mapping] unknown field [name]"),
        ({"roles": [], "rules": ANYONE, "enabled": True, "type": "doc"}, "[role-mapping] unknown field [type]"),
        (
            {"role_templates": [{"template": "x", "format": "yaml"}], "rules": ANYONE, "enabled": True},
            "Invalid format [yaml] expected one of [json,string]",
        ),
        ({"role_templates": [{}], "rules": ANYONE, "enabled": True}, "Required [template]"),
    ],
)
def test_a_mapping_document_is_refused_with_elasticsearchs_reason(body: object, reason: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_role_mapping("m", freeze(body))
    assert caught.value.reason == reason


@pytest.mark.parametrize(("given", "enabled"), [("true", True), ("false", False), (True, True), (False, False)])
def test_a_mapping_is_switched_on_by_a_truth_or_its_word(given: object, enabled: bool) -> None:
    assert parse_role_mapping("m", freeze({"roles": [], "rules": ANYONE, "enabled": given})).enabled is enabled


def test_a_mapping_document_prints_back_with_its_templates_as_text() -> None:
    body = {
        "enabled": False,
        "role_templates": [{"template": {"source": "_{{username}}"}, "format": "string"}],
        "rules": {"all": [ANYONE]},
        "metadata": {"a": 1},
    }
    parsed = parse_role_mapping("m", freeze(body))
    printed = role_mapping_to_json(parsed)
    assert printed["role_templates"] == freeze([{"template": '{"source":"_{{username}}"}', "format": "string"}])
    assert parse_role_mapping("m", printed) == parsed
