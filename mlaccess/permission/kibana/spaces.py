"""Which features a space really hides.

`x-pack/platform/plugins/shared/spaces/server/lib/utils/space_solution_disabled_features.ts` @ 057dcf9cdc63, and
`.../spaces_client/spaces_client.ts` @ 01c1a0e852f8, both in elastic/kibana.
"""

from collections.abc import Iterable
from typing import TypeGuard

from mlaccess.catalog.kibana_features import FEATURES, HIDDEN_BY_SOLUTION, FeatureLike
from mlaccess.rules.verdict import Verdict
from mlaccess.stack.kibana import Space

__all__ = ["disabled_in_effect", "effective_disabled_features", "ml_visible", "solution_decides"]

_ML = "ml"


def solution_decides(solution: str | None) -> TypeGuard[str]:
    """Whether a solution view replaces what somebody wrote into the space."""
    return solution not in (None, "", "classic")


def effective_disabled_features(space: Space, features: Iterable[FeatureLike] | None = None) -> tuple[str, ...]:
    """The features a space hides in effect: an exported list is that already, a list by hand is worked out.

    Where only machine learning matters, ask `ml_visible`, which also knows when it is unknown.
    """
    solution = None if space.effective else space.solution
    return disabled_in_effect(sorted(space.disabled_features), solution, features)


def disabled_in_effect(
    disabled: Iterable[str], solution: str | None, features: Iterable[FeatureLike] | None = None
) -> tuple[str, ...]:
    """The features a space hides, from the stored list and the solution view.

    In the classic view the stored list counts, with deprecated ids mapped to what replaces them. A solution view
    ignores the list and hides the features of other solutions' categories, deprecated ones left out.
    `features` are the registered ones; by default the catalogued ones, none of which a solution view ever hides.
    """
    registered = tuple(f.like for f in FEATURES.values()) if features is None else tuple(features)
    if not solution_decides(solution):
        known = {f.id: f for f in registered}
        found: list[str] = []
        for id_ in disabled:
            feature = known.get(id_)
            new = feature.replaced_by if feature is not None and feature.deprecated and feature.replaced_by else (id_,)
            found.extend(n for n in new if n not in found)
        return tuple(found)
    categories, kept = HIDDEN_BY_SOLUTION.get(solution, (frozenset[str](), frozenset[str]()))
    return tuple(f.id for f in registered if not f.deprecated and f.category in categories and f.id not in kept)


def ml_visible(space: Space) -> Verdict:
    """Whether a space shows machine learning.

    An export of the API holds the effective list. A list that somebody wrote is replaced by a solution view, which
    never hides machine learning; of a solution view that the tables do not know, nothing is known.
    """
    if space.effective or not solution_decides(space.solution):
        return Verdict.of(_ML not in space.disabled_features)
    return Verdict.GRANTED if space.solution in HIDDEN_BY_SOLUTION else Verdict.UNKNOWN
