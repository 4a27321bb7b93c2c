"""Saved objects that come with Kibana privileges (page sentence P17): what they allow in a space."""

from functools import lru_cache

import attrs

from mlaccess.catalog.kibana_features import READ_OPERATIONS, WRITE_OPERATIONS
from mlaccess.rules import AllOf, Ask, Rule, Verdict
from mlaccess.rules.facts import AccountUsable, KibanaAction

from .access import Decision

__all__ = ["SavedObjects", "saved_object_rule"]


@attrs.frozen(eq=False)
class SavedObjects:
    """What a caller may do with saved objects of one type in one space."""

    type: str
    space: str
    read: Decision
    write: Decision

    @property
    def certain(self) -> str:
        """`all`, `read` or `none`: what is certain."""
        return self._best(Verdict.GRANTED)

    @property
    def ceiling(self) -> str:
        """`all`, `read` or `none`: the best still possible."""
        return self._best(Verdict.UNKNOWN)

    def _best(self, least: Verdict) -> str:
        if self.write.verdict >= least:
            return "all"
        return "read" if self.read.verdict >= least else "none"


@lru_cache(maxsize=4096)
def saved_object_rule(type_: str, space: str, access: str) -> Rule:
    """What `read` or `write` access to a saved-object type asks: the actions that Kibana registers for it."""
    operations = READ_OPERATIONS if access == "read" else (*READ_OPERATIONS, *WRITE_OPERATIONS)
    asks = tuple(Ask(KibanaAction(f"saved_object:{type_}/{o}", space), "P17") for o in operations)
    return AllOf((Ask(AccountUsable(), "P05"), *asks), title=f"{access} saved objects of type {type_}", sentence="P17")
