"""The example deployment: every file of a complete export gives its part."""

from datetime import UTC, datetime

import attrs
import pytest

from mlaccess import examples
from mlaccess.loaders import load, missing
from mlaccess.stack import Deployment, NotExported


@pytest.fixture(scope="module")
def acme() -> Deployment:
    return load(examples.path())


def test_a_complete_export_lacks_only_what_no_bundle_holds(acme: Deployment) -> None:
    """Service accounts and the files of a file realm were not given; all else is there, without a notice."""
    assert {m.part for m in missing(acme)} == {"service_accounts", "file_users", "file_roles", "file_role_mappings"}
    assert acme.notices == ()
    assert acme.incomplete == frozenset()


def test_every_file_of_a_complete_export_is_read(acme: Deployment) -> None:
    """Each input says its part, what it gave, and the digest of its bytes."""
    assert {i.status for i in acme.inputs} == {"read"}
    assert all(i.part and i.gave and len(i.sha256) == 64 for i in acme.inputs)
    on_disk = {str(p.relative_to(examples.path())) for p in examples.path().rglob("*") if p.is_file()}
    assert {i.path for i in acme.inputs} == on_disk


def test_the_moment_of_the_export_is_that_of_elasticsearch(acme: Deployment) -> None:
    """Two manifests are there; the one of Elasticsearch wins over the one of Kibana."""
    assert acme.collected_at == datetime(2026, 11, 2, 8, 15, 4, 317000, tzinfo=UTC)


def test_members_carry_the_place_they_were_read_from(acme: Deployment) -> None:
    """An origin is the file relative to the input and the JSON pointer inside."""
    assert not isinstance(acme.roles, NotExported)
    assert not isinstance(acme.users, NotExported)
    name = next(name for name, role in acme.roles.items() if role.indices)
    assert str(acme.roles[name].indices[0].origin).endswith(f"commercial/security_roles.json#/{name}/indices/0")
    assert str(acme.users["amira"].origin).endswith("commercial/security_users.json#/amira")


def test_data_views_belong_to_the_space_of_their_folder(acme: Deployment) -> None:
    """The space `default` has no folder."""
    assert not isinstance(acme.data_views, NotExported)
    assert set(acme.data_views) == {"default", "fraud", "legal", "marketing", "ops"}
    assert not isinstance(acme.data_views["fraud"], NotExported)
    assert {v.title for v in acme.data_views["fraud"]} == {"payments-*", "payments-current,customers", "fraud_scores"}


@pytest.mark.parametrize(
    ("file", "parts"),
    [
        ("licenses.json", {"license"}),
        ("commercial/security_users.json", {"users"}),
        ("commercial/security_roles.json", {"roles"}),
        ("jobs_spaces.json", {"job_spaces"}),
        ("kibana_spaces.json", {"spaces"}),
        ("alias.json", set[str]()),
        ("commercial/data_stream.json", set[str]()),
        ("cluster_settings.json", set[str]()),
        ("commercial/xpack.json", {"xpack"}),
    ],
)
def test_a_file_left_out_takes_away_its_part_alone(acme: Deployment, file: str, parts: set[str]) -> None:
    """`without` names a file by the end of its path; what another file also holds stays."""
    less = load(examples.path(), without=[file])
    assert {m.part for m in missing(less)} - {m.part for m in missing(acme)} == parts
    assert len(less.inputs) == len(acme.inputs) - 1


def test_a_data_view_file_left_out_makes_the_views_of_its_space_unknown() -> None:
    """The space stays listed, and the request that would fetch its data views is told."""
    less = load(examples.path(), without=["space_marketing/kibana_data_views.json"])
    assert not isinstance(less.data_views, NotExported)
    views = less.data_views["marketing"]
    assert isinstance(views, NotExported)
    assert views.request == "GET kbn:/s/marketing/api/data_views"
    assert [m.space for m in missing(less) if m.part == "data_views"] == ["marketing"]


def test_a_replaced_file_is_read_in_place_of_the_original() -> None:
    """`replace` names a file by the end of its path and the file to read for it."""
    variants = examples.path().parent / "variants"
    changed = load(examples.path(), replace={"licenses.json": variants / "licenses.trial_expired.json"})
    assert not isinstance(changed.license, NotExported)
    assert (changed.license.type, changed.license.status) == ("trial", "expired")
    assert str(changed.license.origin).endswith("licenses.json#/license")


def test_two_loads_of_the_same_files_are_equal(acme: Deployment) -> None:
    """A deployment compares by what it says, not by where it was read."""
    again = load(examples.path())
    assert again == acme
    assert attrs.evolve(again, version="8.0.0") != acme


def test_progress_names_every_file_once(acme: Deployment) -> None:
    """`progress` is called before each file."""
    seen: list[str] = []
    load(examples.path(), progress=seen.append)
    assert seen == [i.path for i in acme.inputs]


def test_an_unknown_example_is_told_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match="there is `acme`"):
        examples.path("apex")
