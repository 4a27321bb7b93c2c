"""Evidence: which entries of a role decide a fact, and on a denial which come near. Nothing here decides."""

from collections.abc import Iterator

from mlaccess.automata import TooComplex
from mlaccess.errors import PatternError
from mlaccess.patterns import patterns
from mlaccess.permission import Role
from mlaccess.permission.kibana import Holding
from mlaccess.rules import Evidence, Finding, Value, Verdict
from mlaccess.stack import FrozenMap, IndicesGrant, RoleDescriptor

from .compiled import CompiledRole

__all__ = ["cluster_evidence", "cluster_near", "doubt_evidence", "index_evidence", "index_near", "kibana_finding"]


def doubt_evidence(finding: Finding) -> tuple[Evidence, ...]:
    return (Evidence("doubt", finding.code, str(finding.values.get("reason", ""))),)


def kibana_finding(holding: Holding, descriptor: RoleDescriptor, values: FrozenMap[str, Value], code: str) -> Finding:
    if holding.verdict is Verdict.DENIED:
        near = tuple(Evidence("grant", descriptor.name, ", ".join(g.privileges), g.origin) for g in holding.near)
        return Finding(Verdict.DENIED, f"{code}_missing", values, near=near)
    origin = holding.grant.origin if holding.grant is not None else descriptor.origin
    resources = ", ".join(holding.grant.resources) if holding.grant is not None else ""
    evidence = (
        Evidence("role", descriptor.name, f"{holding.privilege} on {resources}", origin or descriptor.origin),
        *((Evidence("catalogue", holding.basis),) if holding.basis else ()),
    )
    suffix = "granted" if holding.verdict is Verdict.GRANTED else "unknown"
    return Finding(holding.verdict, f"{code}_{suffix}", values, evidence)


def cluster_evidence(role: CompiledRole, asked: str) -> Iterator[Evidence]:
    origin = role.descriptor.origin
    yield Evidence(
        "role", role.name, ", ".join(role.descriptor.cluster), origin.child("cluster") if origin is not None else None
    )


def cluster_near(role: CompiledRole) -> Iterator[Evidence]:
    if role.descriptor.cluster:
        yield from cluster_evidence(role, "")


def index_evidence(role: CompiledRole, names: tuple[str, ...], privilege: str) -> Iterator[Evidence]:
    """The entries that cover an expression and grant the privilege; all of the role's where none alone does."""
    found = [
        Evidence("grant", role.name, f"{', '.join(g.privileges)} on {', '.join(g.names)}", g.origin)
        for g in role.descriptor.indices
        if _entry_grants(role, g.names, g.privileges, g.allow_restricted_indices, names, privilege)
    ]
    if found:
        yield from found
        return
    for g in role.descriptor.indices:
        yield Evidence("grant", role.name, f"{', '.join(g.privileges)} on {', '.join(g.names)}", g.origin)


def _entry_grants(
    role: CompiledRole,
    entry_names: tuple[str, ...],
    privileges: tuple[str, ...],
    restricted: bool,
    names: tuple[str, ...],
    privilege: str,
) -> bool:
    alone = RoleDescriptor(
        role.name, indices=(IndicesGrant(entry_names, privileges, allow_restricted_indices=restricted),)
    )
    permission = Role.of([alone])
    return any(permission.indices.check(name, [privilege])[privilege] for name in names)


def index_near(role: CompiledRole, names: tuple[str, ...], privilege: str) -> Iterator[Evidence]:
    """Entries that fall short: they touch the expression, or carry the privilege elsewhere on a name like it."""
    for grant in role.descriptor.indices:
        try:
            touches = patterns(grant.names).overlaps(patterns(names))
        except (TooComplex, PatternError):
            touches = True
        if touches:
            detail = f"{', '.join(grant.privileges)} on {', '.join(grant.names)}"
            yield Evidence("grant", role.name, detail, grant.origin)
