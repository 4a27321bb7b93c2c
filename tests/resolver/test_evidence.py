"""Evidence: which entry decides a fact, where it stands, and what comes near on a denial."""

from mlaccess import Deployment, Verdict
from mlaccess.resolver.evidence import entry_evidence, index_near
from mlaccess.rules import Evidence, Finding
from mlaccess.rules.facts import ClusterPrivilege, Fact, IndexPrivilege, KibanaFeature
from mlaccess.stack import ApplicationGrant, IndicesGrant, Origin, RoleDescriptor

from .world import ask, with_role, world

ENTRIES = (
    IndicesGrant(("logs-*",), ("read", "view_index_metadata"), origin=Origin("roles.json", "/r/indices/0")),
    IndicesGrant(("logs-web",), ("monitor",), origin=Origin("roles.json", "/r/indices/1")),
    IndicesGrant(("x-*",), ("read",), origin=Origin("roles.json", "/r/indices/2")),
    IndicesGrant(
        (".ml-config",), ("read",), allow_restricted_indices=True, origin=Origin("roles.json", "/r/indices/3")
    ),
)
READ = IndexPrivilege("logs-web", "read")


def findings(deployment: Deployment, user: str = "ana", **question: object) -> dict[Fact, Finding]:
    """What the explanation of full access says of each fact."""
    leaves = ask(deployment, user, **question).full.explanation.leaves()
    return {leaf.rule.fact: leaf.finding for leaf in leaves if leaf.finding is not None}  # type: ignore[union-attr]


def grant(number: int) -> Evidence:
    entry = ENTRIES[number]
    return Evidence("grant", "engineer", f"{', '.join(entry.privileges)} on {', '.join(entry.names)}", entry.origin)


def test_a_granted_index_privilege_names_the_entries_that_grant_it() -> None:
    """Not those that grant another privilege on the name, or the privilege on another name."""
    found = findings(with_role(indices=ENTRIES), job="web")[READ]
    assert (found.verdict, found.code, found.evidence, found.near) == (
        Verdict.GRANTED,
        "index.granted",
        (grant(0),),
        (),
    )


def test_a_restricted_name_is_granted_by_the_entry_that_allows_it() -> None:
    """The flag of the entry counts."""
    found = findings(with_role(indices=ENTRIES), sources=[".ml-config"])[IndexPrivilege(".ml-config", "read")]
    assert (found.verdict, found.evidence) == (Verdict.GRANTED, (grant(3),))


def test_entries_that_only_together_grant_are_all_named() -> None:
    """None of them alone covers the pattern."""
    parts = tuple(
        IndicesGrant((name,), ("read",), origin=Origin("roles.json", f"/r/indices/{n}"))
        for n, name in enumerate(("a?", "/a..+/", "a"))
    )
    found = findings(with_role(indices=parts), sources=["a*"])[IndexPrivilege("a*", "read")]
    assert found.verdict is Verdict.GRANTED
    assert [str(e.origin) for e in found.evidence] == [str(p.origin) for p in parts]


def test_a_denied_index_privilege_names_the_entries_that_touch_the_names() -> None:
    """Nearest misses, not evidence."""
    found = findings(with_role(indices=ENTRIES[1:3]), job="web")[READ]
    assert (found.verdict, found.code, found.evidence, found.near) == (
        Verdict.DENIED,
        "index.missing",
        (),
        (grant(1),),
    )


def test_a_cluster_privilege_names_the_role_and_what_it_holds() -> None:
    """On a denial as what comes near."""
    asked = ClusterPrivilege("manage_ml")
    found = findings(world(), "otto", interface="api", space=None)[asked]
    assert [(e.kind, e.name, e.detail) for e in found.evidence] == [("role", "operator", "manage_ml")]
    denied = findings(world())[asked]
    assert denied.verdict is Verdict.DENIED
    assert [(e.kind, e.name, e.detail) for e in denied.near] == [("role", "engineer", "manage_ingest_pipelines")]


def test_a_kibana_privilege_names_the_entry_the_resources_and_by_what_it_was_decided() -> None:
    """On a denial the entries that speak of the space."""
    place = Origin("roles.json", "/r/applications/0")
    entry = ApplicationGrant("kibana-.kibana", ("feature_ml.all",), ("space:sales", "space:x"), origin=place)
    found = findings(with_role(applications=(entry,)))
    held, missing = (
        found[KibanaFeature(("ml",), "all", "sales")],
        found[KibanaFeature(("indexPatterns",), "all", "sales")],
    )
    assert held.evidence == (
        Evidence("role", "engineer", "feature_ml.all on space:sales, space:x", place),
        Evidence("catalogue", "catalogue"),
    )
    assert held.near == ()
    assert (missing.code, missing.evidence) == ("kibana.feature_missing", ())
    assert missing.near == (Evidence("grant", "engineer", "feature_ml.all", place),)


def test_an_entry_that_cannot_be_compared_comes_near() -> None:
    """Its name is no pattern, or the one asked about is none."""
    bad, good = IndicesGrant(("/bad(",), ("read",)), IndicesGrant(("logs-*",), ("read",))
    role = RoleDescriptor("r", indices=(bad, good))
    for asked, expected in (("x", [bad]), ("logs-a", [bad, good]), ("/bad(", [bad, good])):
        assert list(index_near(role, asked)) == [entry_evidence(role, entry) for entry in expected]
