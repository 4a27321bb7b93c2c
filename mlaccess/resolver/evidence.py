"""Evidence: which entries of a role decide a fact, and on a denial which come near. Nothing here decides."""

from collections.abc import Iterator

from mlaccess.automata import TooComplex
from mlaccess.catalog.privileges import splits_by_selector
from mlaccess.errors import PatternError
from mlaccess.patterns import pattern, patterns
from mlaccess.permission import IndicesPermission
from mlaccess.permission.groups import merge_grants
from mlaccess.permission.kibana import Holding
from mlaccess.rules import Evidence, Finding, Value, Verdict
from mlaccess.stack import FrozenMap, IndicesGrant, RoleDescriptor

__all__ = [
    "cluster_evidence",
    "cluster_near",
    "doubt_evidence",
    "entry_evidence",
    "index_evidence",
    "index_near",
    "kibana_finding",
    "kibana_proof",
]


def doubt_evidence(finding: Finding) -> tuple[Evidence, ...]:
    return (Evidence("doubt", finding.code, str(finding.values.get("reason", ""))),)


def kibana_finding(holding: Holding, descriptor: RoleDescriptor, values: FrozenMap[str, Value], code: str) -> Finding:
    evidence, near = kibana_proof(holding, descriptor)
    suffix = _SUFFIXES[holding.verdict]
    return Finding(holding.verdict, f"{code}_{suffix}", values, evidence, near)


_SUFFIXES = {Verdict.GRANTED: "granted", Verdict.UNKNOWN: "unknown", Verdict.DENIED: "missing"}


def kibana_proof(holding: Holding, descriptor: RoleDescriptor) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
    """The evidence for a holding of a role, and the nearest miss where there is none."""
    if holding.verdict is Verdict.DENIED:
        return (), tuple(Evidence("grant", descriptor.name, ", ".join(g.privileges), g.origin) for g in holding.near)
    origin = holding.grant.origin if holding.grant is not None else descriptor.origin
    resources = ", ".join(holding.grant.resources) if holding.grant is not None else ""
    evidence = (
        Evidence("role", descriptor.name, f"{holding.privilege} on {resources}", origin or descriptor.origin),
        *((Evidence("catalogue", holding.basis),) if holding.basis else ()),
    )
    return evidence, ()


def cluster_evidence(role: RoleDescriptor) -> Iterator[Evidence]:
    origin = role.origin
    yield Evidence("role", role.name, ", ".join(role.cluster), origin.child("cluster") if origin is not None else None)


def cluster_near(role: RoleDescriptor) -> Iterator[Evidence]:
    if role.cluster:
        yield from cluster_evidence(role)


def entry_evidence(role: RoleDescriptor, grant: IndicesGrant) -> Evidence:
    return Evidence("grant", role.name, f"{', '.join(grant.privileges)} on {', '.join(grant.names)}", grant.origin)


def index_evidence(role: RoleDescriptor, name: str, privilege: str, version: str | None) -> Iterator[Evidence]:
    """The entries that cover a name or pattern and grant the privilege; all of the role's where none alone does."""
    found = [entry_evidence(role, g) for g in role.indices if _entry_grants(role, g, name, privilege, version)]
    if found:
        yield from found
        return
    for g in role.indices:
        yield entry_evidence(role, g)


def _entry_grants(role: RoleDescriptor, grant: IndicesGrant, name: str, privilege: str, version: str | None) -> bool:
    alone = IndicesPermission.compile(merge_grants(((role.name, grant),)), split=splits_by_selector(version))
    return alone.holds(name, privilege)


def index_near(role: RoleDescriptor, name: str) -> Iterator[Evidence]:
    """Entries that fall short: they touch the name or pattern."""
    for grant in role.indices:
        try:
            touches = patterns(grant.names).overlaps(pattern(name))
        except (TooComplex, PatternError):
            touches = True
        if touches:
            yield entry_evidence(role, grant)
