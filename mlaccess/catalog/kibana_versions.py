"""Which Kibana versions the tables speak of, and where Kibana changed between them."""

import re
from typing import Literal, TypeAlias

import attrs

__all__ = ["BASE_INCLUDES_ML", "CATALOGUED", "FEATURE_PRIVILEGES", "Profile", "Span", "Version", "parse", "profile_of"]

Version: TypeAlias = tuple[int, int, int]

Profile: TypeAlias = Literal["readers_test_models", "admins_test_models"]
"""Who may test a trained model: the read set before pull request elastic/kibana#282002, the all set since."""


def parse(version: str | None) -> Version | None:
    """`9.2.1` or `9.2.1-SNAPSHOT` as numbers; None where the text is no version or there is none."""
    found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", version or "")
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


@attrs.frozen
class Span:
    """The versions a row holds for: from `since` up to, not including, `until`."""

    since: Version
    until: Version

    def holds(self, version: Version | None) -> bool:
        """Whether the row is known to hold for a version; never for an unknown one."""
        return version is not None and self.since <= version < self.until


CATALOGUED = Span((7, 0, 0), (10, 0, 0))
"""Kibana's privilege names as described by `x-pack/platform/packages/private/security/authorization_core/src/
privileges/privileges.ts` @ 0658193b46dd. What a later major does to them is not known here."""

FEATURE_PRIVILEGES = Span((7, 9, 0), (10, 0, 0))
"""`feature_ml.all` and `feature_ml.read` exist: elastic/kibana pull request 70487."""

BASE_INCLUDES_ML = Span((8, 0, 0), (10, 0, 0))
"""Base privileges hold machine learning: elastic/kibana pull request 115444 (breaking, 8.0). They did not before."""

# The pull request was reviewed on 2026-08-13. 9.4.0 was out by then; 9.5 branched about then, so it is left unknown.
_READERS_UNTIL: Version = (9, 4, 1)
_ADMINS_SINCE: Version = (9, 6, 0)


def profile_of(version: str | None) -> Profile | None:
    """Who may test models in a version; None where the tables do not settle it."""
    number = parse(version)
    if number is None or not CATALOGUED.holds(number):
        return None
    if number < _READERS_UNTIL:
        return "readers_test_models"
    return "admins_test_models" if number >= _ADMINS_SINCE else None
