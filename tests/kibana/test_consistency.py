"""Two exports of the same roles: what counts as a disagreement, and where it is said to be."""

import attrs
import pytest

from mlaccess.permission.kibana import disagreements, kibana_role
from mlaccess.stack import (
    NOT_EXPORTED,
    ApplicationGrant,
    Deployment,
    FieldSecurity,
    FrozenMap,
    IndicesGrant,
    KibanaGrant,
    KibanaRole,
    Origin,
    RoleDescriptor,
)
from mlaccess.stack.deployment import Notice

OWN = "kibana-.kibana"
ENTRY = IndicesGrant(("a", "b"), ("read", "write"), FieldSecurity(("x",)), "{}", True)
READ = ApplicationGrant(OWN, ("feature_ml.read",), ("space:a",))
RAW = RoleDescriptor("r", ("monitor", "manage"), (ENTRY,), (READ,), ("x", "y"), origin=Origin("security.json", "/r"))
SHOWN = attrs.evolve(kibana_role(RAW), origin=Origin("kibana.json", "/0"))


def compared(raw: RoleDescriptor | None, shown: KibanaRole | None) -> tuple[Notice, ...]:
    roles = FrozenMap({"r": raw} if raw else {})
    kibana_roles = FrozenMap({"r": shown} if shown else {})
    return disagreements(Deployment(roles=roles, kibana_roles=kibana_roles))


def raw(**more: object) -> RoleDescriptor:
    return attrs.evolve(RAW, **more)  # type: ignore[arg-type]  # members of the noun


@pytest.mark.parametrize(
    "changed",
    [
        RAW,
        raw(cluster=("manage", "monitor", "manage")),
        raw(run_as=("y", "x")),
        raw(indices=(ENTRY, IndicesGrant((".hidden",), ("read",), implicitly_granted=True))),
        raw(indices=(attrs.evolve(ENTRY, names=("b", "a"), privileges=("write", "read")), ENTRY)),
        raw(applications=(READ, ApplicationGrant("logstash", ("x",), ("*",)))),
        raw(applications=(attrs.evolve(READ, resources=("space:b",)), ApplicationGrant(OWN, ("all",), ()))),
    ],
    ids=["same", "cluster", "run_as", "implicit", "indices", "foreign", "without resources"],
)
def test_order_repetition_and_what_one_side_never_shows_are_no_disagreement(changed: RoleDescriptor) -> None:
    """Entries that Elasticsearch grants implicitly, foreign applications, and what Kibana could not show at all."""
    assert compared(changed, SHOWN) == ()


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        (
            raw(cluster=("manage",)),
            "cluster privileges differ: `manage` in Elasticsearch, `manage`, `monitor` in Kibana",
        ),
        (raw(run_as=()), "`run_as` differs: none in Elasticsearch, `x`, `y` in Kibana"),
        *(
            (raw(indices=(entry,)), "index privileges differ")
            for entry in (
                attrs.evolve(ENTRY, names=("a",)),
                attrs.evolve(ENTRY, privileges=("read",)),
                attrs.evolve(ENTRY, query=None),
                attrs.evolve(ENTRY, field_security=None),
                attrs.evolve(ENTRY, allow_restricted_indices=False),
            )
        ),
        (raw(indices=()), "index privileges differ"),
        *(
            (raw(applications=entries), "Kibana privileges differ from the application privileges in Elasticsearch")
            for entries in (
                (attrs.evolve(READ, resources=("space:b",)),),
                (attrs.evolve(READ, privileges=("feature_ml.all",)),),
                (attrs.evolve(READ, privileges=("feature_ml.read", "feature_x.read")),),
                (attrs.evolve(READ, privileges=("space_read",)),),
                (READ, ApplicationGrant("kibana-*", ("reserved_ml_admin",), ("*",))),
                (),
            )
        ),
        (
            raw(applications=(attrs.evolve(READ, resources=("a",)),)),
            "Kibana shows it, but could not read these application privileges",
        ),
    ],
)
def test_a_difference_is_said_with_the_place_in_kibanas_export(changed: RoleDescriptor, text: str) -> None:
    assert compared(changed, SHOWN) == (Notice("kibana.json#/0", f"role `r`: {text}", "roles-disagree"),)


def test_an_error_of_kibana_is_a_disagreement_where_there_is_nothing_to_fail_at() -> None:
    """And none where Kibana fails at the very same entries, whatever they are then shown as."""
    failed = attrs.evolve(SHOWN, kibana=(), transform_error=("kibana",))
    assert [n.text for n in compared(RAW, failed)] == [
        "role `r`: Kibana reports a transform error, but could read these application privileges"
    ]
    assert compared(raw(applications=(attrs.evolve(READ, resources=("a",)),)), failed) == ()


def test_a_role_of_one_export_only_is_said_with_the_place_where_it_is() -> None:
    """Its name stands in where the place is not known."""
    assert compared(RAW, None) == (
        Notice("security.json#/r", "role `r` is in the export of Elasticsearch only", "roles-disagree"),
    )
    assert compared(None, SHOWN) == (
        Notice("kibana.json#/0", "role `r` is in the export of Kibana only", "roles-disagree"),
    )
    assert [n.position for n in compared(raw(origin=None), None)] == ["r"]


def test_an_export_that_is_missing_contradicts_nothing() -> None:
    roles, shown = FrozenMap({"r": RAW}), FrozenMap({"s": SHOWN})
    assert disagreements(Deployment(roles=roles, kibana_roles=NOT_EXPORTED)) == ()
    assert disagreements(Deployment(roles=NOT_EXPORTED, kibana_roles=shown)) == ()
    assert len(disagreements(Deployment(roles=roles, kibana_roles=shown))) == 2


def test_privileges_of_another_application_are_not_compared() -> None:
    """Which application is Kibana's own may be told."""
    own = Deployment(roles=FrozenMap({"r": RAW}), kibana_roles=FrozenMap({"r": attrs.evolve(SHOWN, kibana=())}))
    assert len(disagreements(own)) == 1
    assert disagreements(own, application="kibana-.other") == ()
    grant = KibanaGrant(("a",), feature=FrozenMap({"ml": ("read",)}))
    assert disagreements(attrs.evolve(own, kibana_roles=FrozenMap({"r": attrs.evolve(SHOWN, kibana=(grant,))}))) == ()
