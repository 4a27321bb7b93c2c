"""Application entries match by pattern: names of applications, resources and actions."""

import pytest

from mlaccess.permission.kibana.matching import covers_resource, matches_action, matches_application, named_spaces
from mlaccess.rules import Verdict
from mlaccess.stack import ApplicationGrant

GRANTED, UNKNOWN, DENIED = Verdict.GRANTED, Verdict.UNKNOWN, Verdict.DENIED


@pytest.mark.parametrize(
    ("pattern", "action", "verdict"),
    [
        ("ui:ml/canGetJobs", "ui:ml/canGetJobs", GRANTED),
        ("ui:ml/canGetJobs", "ui:ml/canGetJobs2", DENIED),
        ("ui:ml/*", "ui:ml/canGetJobs", GRANTED),
        ("ui:ml/*", "api:ml:canGetJobs", DENIED),
        ("*", "login:", GRANTED),
        ("ui:*/canGetJobs", "ui:ml/canGetJobs", GRANTED),
        ("ui:*/canGetJobs", "ui:ml/canGetDatafeeds", DENIED),
        ("ui:m?/canGetJobs", "ui:ml/canGetJobs", GRANTED),
        ("ui:m?/canGetJobs", "ui:mll/canGetJobs", DENIED),
        ("/(ui|api):ml.*/", "api:ml:canGetJobs", GRANTED),
        ("/(ui|api):ml.*/", "app:ml", DENIED),
        ("ui:ml\\/canGetJobs", "ui:ml/canGetJobs", GRANTED),
        ("/ui:(/", "ui:ml/canGetJobs", UNKNOWN),
        ("/ui:", "ui:ml/canGetJobs", UNKNOWN),
    ],
)
def test_an_action_matches_a_pattern(pattern: str, action: str, verdict: Verdict) -> None:
    """A text that is no pattern settles nothing."""
    assert matches_action(pattern, action) is verdict


@pytest.mark.parametrize(
    ("resources", "resource", "verdict"),
    [
        (("space:a",), "space:a", GRANTED),
        (("space:a", "space:b"), "space:b", GRANTED),
        (("space:a",), "space:ab", DENIED),
        (("space:*",), "space:a", GRANTED),
        (("space:*",), "*", DENIED),
        (("*",), "space:a", GRANTED),
        (("*",), "*", GRANTED),
        (("space:?",), "space:a", GRANTED),
        (("space:?",), "space:ab", DENIED),
        (("space:*a",), "space:bba", GRANTED),
        (("/space:(a|b)/",), "space:b", GRANTED),
        (("/space:(a|b)/",), "space:c", DENIED),
        (("/space:(a|b)/", "space:c"), "space:c", GRANTED),
        (("/.*/",), "*", GRANTED),
        (("/a.*/", "/[^a].*/"), "*", DENIED),
        (("/space:(/",), "space:a", UNKNOWN),
        (("/space:(/", "space:a"), "space:a", GRANTED),
    ],
)
def test_resources_cover_a_resource(resources: tuple[str, ...], resource: str, verdict: Verdict) -> None:
    """A literal or prefix beside a text that is no pattern still counts."""
    assert covers_resource(resources, resource) is verdict


@pytest.mark.parametrize(
    ("entry", "matches"),
    [
        ("kibana-.kibana", True),
        ("kibana-*", True),
        ("*", True),
        ("kibana-.kibana2", False),
        ("kibana-", False),
        ("kibana-.kibanb*", False),
    ],
)
def test_an_application_is_named_or_begins_so(entry: str, matches: bool) -> None:
    """With a star at the end."""
    assert matches_application(entry, "kibana-.kibana") is matches


@pytest.mark.parametrize(
    ("resources", "spaces"),
    [
        (("space:a", "space:b", "*", "space:a"), ("a", "b")),
        (("elsewhere",), ()),
        (("space:a", "/space:b|space:c/"), None),
        (("space:a*",), None),
        (("space:?",), None),
        (("space:\\a",), None),
    ],
)
def test_spaces_are_named_unless_a_pattern_stands_for_some(
    resources: tuple[str, ...], spaces: tuple[str, ...] | None
) -> None:
    """A pattern may stand for any space, so that none can be listed."""
    assert named_spaces([ApplicationGrant("kibana-.kibana", ("all",), resources)]) == spaces
