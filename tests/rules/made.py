"""Rules made up of given facts."""

from collections.abc import Sequence

from hypothesis import strategies as st

from mlaccess.rules import AllOf, AnyOf, Ask, Rule
from mlaccess.rules.facts import Fact


def rules_about(facts: Sequence[Fact]) -> st.SearchStrategy[Rule]:
    """Small trees, empty ones included."""
    return st.recursive(
        st.sampled_from(facts).map(Ask),
        lambda parts: st.one_of(
            st.lists(parts, max_size=3).map(lambda p: AllOf(tuple(p))),
            st.lists(parts, max_size=3).map(lambda p: AnyOf(tuple(p))),
        ),
        max_leaves=8,
    )
