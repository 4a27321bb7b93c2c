"""Buttons that are there and fail: what Kibana offers a caller, beside what Elasticsearch then asks of them.

A capability comes from Kibana's privileges; many actions then reach Elasticsearch with the caller's own rights
(`catalog.kibana_identities`). Where the first is granted and the second is not, pressing ends in a 403.
"""

from collections.abc import Iterable
from datetime import datetime

import attrs

from mlaccess.catalog.kibana_capabilities import capability_rule
from mlaccess.catalog.kibana_identities import IDENTITIES, IdentityRow, needs_rule
from mlaccess.catalog.kibana_versions import Profile, profile_of
from mlaccess.resolver import Caller, Resolver
from mlaccess.resolver.questions import JobType, check_space, find_target
from mlaccess.rules import Explanation, Judge, Verdict, VerdictAlgebra, explain, fold

__all__ = ["Button", "buttons"]


@attrs.frozen
class Button:
    """One thing people do in Kibana, for one caller, space and job: whether it is offered, and whether it succeeds."""

    row: IdentityRow
    capability: str
    offered: Verdict
    succeeds: Verdict
    """Whether the caller's own Elasticsearch privileges suffice; says nothing about the capability."""
    judge: Judge = attrs.field(eq=False, repr=False)
    needs: Explanation = attrs.field(eq=False, repr=False)

    @property
    def fails(self) -> Verdict:
        """Whether the button is there and pressing it is refused, at once or in a step before."""
        if self.row.refused not in ("at once", "in the wizard"):
            return Verdict.DENIED
        return min(self.offered, Verdict(2 - self.succeeds))

    def __str__(self) -> str:
        return f"{self.row.title} ({self.capability}): offered {self.offered.word}, succeeds {self.succeeds.word}"


def buttons(
    resolver: Resolver,
    user: Caller | None = None,
    *,
    api_key: str | None = None,
    space: str = "default",
    job: str | None = None,
    job_type: JobType | None = None,
    sources: Iterable[str] | None = None,
    destinations: Iterable[str] = (),
    at: datetime | None = None,
) -> tuple[Button, ...]:
    """Every action of Kibana that asks something of the caller's own Elasticsearch rights, for these indices.

    With a job, its sources and destination are asked; else `sources` and `destinations`. Rows whose indices are not
    named, and rows that ask nothing of the caller, are left out. Raises `UnknownNameError` as `Resolver.can` does.
    """
    check_space(resolver.deployment, space)
    target = find_target(resolver.deployment, job=job, job_type=job_type, sources=sources)
    judge = resolver.judge(user, api_key=api_key, at=at)
    profile = _profile(resolver)
    read = target.sources or ()
    written = tuple(target.destinations or ()) or tuple(destinations)
    found: list[Button] = []
    for row in IDENTITIES:
        if not row.needs or (row.profile and profile and row.profile != profile):
            continue
        if target.kind and row.about not in ("", target.kind):
            continue
        asked = {need.on for need in row.needs}
        if ("source" in asked and not read) or ("destination" in asked and not written):
            continue
        rule = needs_rule(row, sources=tuple(read), destinations=written)
        for capability in row.capabilities:
            offered = fold(capability_rule(capability, space, profile), VerdictAlgebra(judge.verdict))
            needs = explain(rule, judge)
            found.append(Button(row, capability, offered, needs.verdict, judge, needs))
    return tuple(found)


def _profile(resolver: Resolver) -> Profile | None:
    for version in (resolver.deployment.kibana_version, resolver.deployment.version):
        if isinstance(version, str):
            return profile_of(version)
    return None
