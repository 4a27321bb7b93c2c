"""What is found about the deployment at one moment: the same for every caller."""

from collections.abc import Callable
from typing import Any

from mlaccess.rules import Common, Explanation, Finding, Verdict
from mlaccess.rules.facts import (
    PARTICULAR,
    PERSONAL,
    AssignedToSpace,
    CapabilitySwitch,
    DataViewCovers,
    Fact,
    IndicesKnown,
    KibanaProfile,
    LicenseFeature,
    MlEnabledEverywhere,
    MlEnabledInKibana,
    MlNode,
    MlVisible,
    NotUpgrading,
    RequestDetail,
    Subscription,
)

from .gates import Gates
from .places import Places

__all__ = ["Everyone"]

_SPACES_KEPT = 4096
"""For so many spaces explanations are kept; where the export does not list them, there could be any number."""

_FINDINGS_KEPT = 65_536
"""So many findings about the deployment are kept; there could be one for every space."""


class _InSpace:
    """What all callers have in common, as far as a space goes."""

    __slots__ = ("_everyone", "explained", "wider")

    def __init__(self, everyone: "Everyone") -> None:
        self._everyone = everyone
        self.explained: dict[int, Explanation] = {}
        self.wider: Common | None = None

    def find(self, fact: Fact) -> Finding | None:
        """The finding on a fact, if it is the same for every caller and is not about one job or index."""
        kind = type(fact)
        return None if kind in PERSONAL or kind in PARTICULAR else self._everyone.find(fact)


class Everyone:
    """All callers of a deployment, who have in common what is found about it."""

    def __init__(self, gates: Gates, places: Places) -> None:
        self.security_off = gates.security_off()
        """What is found on every fact about a caller where security is switched off."""
        self._findings: dict[Fact, Finding] = {}
        self._spaces: dict[str, Common] = {}
        self._finders: dict[type, Callable[[Any], Finding]] = {  # each takes facts of its kind
            Subscription: gates.subscription,
            LicenseFeature: gates.license_feature,
            MlEnabledEverywhere: lambda fact: gates.ml_enabled_everywhere(),
            MlEnabledInKibana: lambda fact: gates.ml_enabled_in_kibana(),
            MlNode: lambda fact: gates.ml_node(),
            NotUpgrading: lambda fact: gates.not_upgrading(),
            CapabilitySwitch: gates.capability_switch,
            KibanaProfile: gates.kibana_profile,
            MlVisible: gates.visible,
            AssignedToSpace: places.assigned,
            DataViewCovers: places.data_view,
            RequestDetail: _request_detail,
            IndicesKnown: _indices_known,
        }

    def in_space(self, space: str) -> Common:
        """What all callers have in common in a space; the empty text is for the APIs."""
        found = self._spaces.get(space)
        if found is None:
            if len(self._spaces) >= _SPACES_KEPT:
                self._spaces.clear()
            found = self._spaces[space] = _InSpace(self)
        return found

    def find(self, fact: Fact) -> Finding:
        """The finding on a fact that is the same for every caller."""
        kind = type(fact)
        if kind in PARTICULAR:  # there is one for every job or index in every space: each judge keeps its own
            return self._finders[kind](fact)
        findings = self._findings
        found = findings.get(fact)
        if found is None:
            if len(findings) >= _FINDINGS_KEPT:
                findings.clear()
            found = findings[fact] = self._finders[kind](fact)
        return found

    def verdict(self, fact: Fact) -> Verdict:
        """The verdict alone."""
        return self.find(fact).verdict


def _request_detail(fact: RequestDetail) -> Finding:
    return Finding.of(Verdict.UNKNOWN, "request.detail", text=fact.text)


def _indices_known(fact: IndicesKnown) -> Finding:
    return Finding.of(Verdict.UNKNOWN, f"indices.{fact.direction}_not_exported", id=fact.id)
