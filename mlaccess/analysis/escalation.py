"""Who could give themselves full access: a table of powers, each with the fact that shows it and its source."""

from collections.abc import Sequence

import attrs

from mlaccess.automata import TooComplex
from mlaccess.errors import PatternError
from mlaccess.permission import Role
from mlaccess.resolver import Judge
from mlaccess.rules import Finding, Verdict
from mlaccess.rules.facts import ClusterAction, ClusterPrivilege, Fact, IndexPrivilege

from .cells import Caller

__all__ = [
    "POWERS",
    "POWER_FACTS",
    "Escalation",
    "HeldPower",
    "Power",
    "find_escalations",
    "may_run_as",
    "runs_as_anyone",
]

_SECURITY = "cluster:admin/xpack/security/"
_RESOLVER = (
    "x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/privilege/"
    "ClusterPrivilegeResolver.java"
)


@attrs.frozen
class Power:
    """A power that can be turned into any other. `how` says how."""

    id: str
    fact: Fact
    how: str
    source: str = _RESOLVER


POWERS: tuple[Power, ...] = (
    Power("edit-roles", ClusterAction(_SECURITY + "role/put"), "put any privilege into a role that one holds"),
    Power("edit-users", ClusterAction(_SECURITY + "user/put"), "assign any role, or create a user who has it"),
    Power(
        "change-passwords",
        ClusterAction(_SECURITY + "user/change_password"),
        "set the password of a more powerful user and log in as them",
    ),
    Power(
        "edit-role-mappings",
        ClusterAction(_SECURITY + "role_mapping/put"),
        "map any role to oneself, as a user of an external realm",
    ),
    Power(
        "redefine-privileges",
        ClusterAction(_SECURITY + "privilege/put"),
        "store other actions under a Kibana privilege that one holds",
    ),
    Power(
        "service-tokens",
        ClusterAction(_SECURITY + "service_account/token/create"),
        "create a token of a service account such as `elastic/kibana`, and act as it",
    ),
    Power(
        "enroll-kibana",
        ClusterAction(_SECURITY + "enroll/kibana"),
        "enroll a Kibana, which yields a token of the service account `elastic/kibana`",
    ),
    Power(
        "write-security-index",
        IndexPrivilege(".security-7", "index"),
        "write users and roles straight into the security index",
        "x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/RestrictedIndices.java",
    ),
)
"""`manage_api_key` and `grant_api_key` are not among them: a key never holds more than its owner, and granting one for
another user takes that user's credentials. Kibana's management of roles and users runs as the caller, so it asks for
the same cluster privileges."""


POWER_FACTS: tuple[Fact, ...] = (*(power.fact for power in POWERS), ClusterPrivilege("manage_ml"))
"""Of whoever may hold none of these, nothing is to be said; but for `run_as`."""


@attrs.frozen
class HeldPower:
    """A power that a caller has. `verdict` UNKNOWN: possibly. For `run-as`, `how` names the user."""

    id: str
    how: str
    verdict: Verdict
    finding: Finding | None = attrs.field(default=None, repr=False)


@attrs.frozen
class Escalation:
    """A caller who could give themselves full access. `already`: they manage machine learning as it is."""

    caller: Caller
    powers: tuple[HeldPower, ...]
    already: bool

    def __str__(self) -> str:
        powers = ", ".join(p.id if p.verdict is Verdict.GRANTED else f"possibly {p.id}" for p in self.powers)
        return f"{self.caller}: {powers}" + (" (manages machine learning already)" if self.already else "")


def find_escalations(judged: Sequence[tuple[Caller, Judge]]) -> tuple[Escalation, ...]:
    """Every caller with such a power, or who can act as one with it or as one who manages machine learning."""
    usable = [(c, j, j.subject.account.verdict) for c, j in judged if j.subject.account.verdict is not Verdict.DENIED]
    powers = {caller: _powers(judge, account) for caller, judge, account in usable}
    manages = {c: min(account, j(ClusterPrivilege("manage_ml")).verdict) for c, j, account in usable}
    found: list[Escalation] = []
    for caller, judge, _ in usable:
        held = [*powers[caller]]
        others = [o for o, _, _ in usable if o != caller] if runs_as_anyone(judge) else []
        for other in others:
            strong = max((*(p.verdict for p in powers[other]), manages[other]))
            if strong is not Verdict.DENIED and may_run_as(judge, other.name):
                held.append(HeldPower("run-as", f"act as `{other.name}`", strong))
        if held:
            found.append(Escalation(caller, tuple(held), manages[caller] is Verdict.GRANTED))
    return tuple(found)


def _powers(judge: Judge, account: Verdict) -> tuple[HeldPower, ...]:
    found = ((power, judge(power.fact)) for power in POWERS)
    return tuple(
        HeldPower(power.id, power.how, min(account, finding.verdict), finding)
        for power, finding in found
        if finding.verdict is not Verdict.DENIED
    )


def runs_as_anyone(judge: Judge) -> bool:
    """Whether a caller has any `run_as` at all."""
    return any(d.run_as for side in judge.subject.sides for d in side.certain)


def may_run_as(judge: Judge, username: str) -> bool:
    """Whether a caller may certainly act as another user: on every side, by `run_as` of some role."""

    def allowed(role: Role) -> bool:
        try:
            return role.may_run_as(username)
        except (PatternError, TooComplex):
            return False

    sides = judge.subject.sides
    return bool(sides) and all(allowed(Role.of(side.certain)) for side in sides)
