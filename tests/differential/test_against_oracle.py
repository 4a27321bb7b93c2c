"""Production and oracle agree on generated worlds: a small budget here, a large one in `tests.differential.deep`."""

from hypothesis import HealthCheck, given, settings

from tests.differential.comparing import Check, Inquiry, checks, inquiries

BUDGET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@BUDGET
@given(inquiries())
def test_levels_and_capabilities_are_those_of_the_oracle(inquiry: Inquiry) -> None:
    """Level, ceiling, upload and capabilities, errors about names included."""
    assert not inquiry.differences(), "\n".join(inquiry.differences())


@BUDGET
@given(checks())
def test_has_privileges_is_that_of_the_oracle(check: Check) -> None:
    """Cluster, index and application privileges, of users and of API keys."""
    assert not check.differences(), "\n".join(check.differences())
