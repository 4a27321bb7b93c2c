"""What is odd about a deployment's configuration, by the table of rules, less what somebody has accepted."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import attrs

from mlaccess.resolver.questions import check_type
from mlaccess.stack import Deployment, NotExported, Origin

from .changes import Change
from .lint_rules import EXPIRED, RULES, UNUSED, LintRule
from .lint_scope import Hit, Scope, Severity
from .suppressions import Suppression

__all__ = ["RULES", "LintFinding", "LintRule", "lint", "rule_ids"]


@attrs.frozen
class LintFinding:
    """What a rule found. `change`, where there is one, removes it and leaves every answer about access as it is."""

    rule: str
    severity: Severity
    subject: str
    """Whom it is about: a role, a user, a mapping."""
    text: str
    position: str
    """File and JSON pointer where they are known, else the subject."""
    fix: str
    anchor: str
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)
    change: Change | None = attrs.field(default=None, eq=False, repr=False)

    def __str__(self) -> str:
        return f"{self.position}: {self.severity} {self.rule}: {self.subject}: {self.text}"


def rule_ids() -> tuple[str, ...]:
    """The ids of all rules whose findings can be suppressed."""
    return tuple(rule.id for rule in RULES)


def lint(
    deployment: Deployment,
    *,
    suppressions: Sequence[Suppression] = (),
    rules: Iterable[str] | None = None,
    at: datetime | None = None,
) -> tuple[LintFinding, ...]:
    """Every finding of every rule, or of those named, in the order of the table.

    Findings that a suppression covers are left out while it is in force at `at` (default: when the export was made);
    suppressions that are over, or cover nothing, are findings themselves. Roles that are built in are not judged.
    """
    check_type(Deployment, deployment)
    if at is None and not isinstance(deployment.collected_at, NotExported):
        at = deployment.collected_at
    scope = Scope(deployment, at)
    wanted = None if rules is None else set(rules)
    asked = [r for r in RULES if wanted is None or r.id in wanted]
    found = [_finding(rule, hit) for rule in asked for hit in rule.check(scope)]
    in_force = [s for s in suppressions if not s.expired(at)]
    shown = [f for f in found if not any(s.covers(f.rule, f.position) for s in in_force)]
    return (*shown, *_about(suppressions, found, at, {r.id for r in asked}))


def _finding(rule: LintRule, hit: Hit) -> LintFinding:
    return LintFinding(
        rule.id, rule.severity, hit.subject, hit.text, hit.position, rule.fix, rule.anchor, hit.origin, hit.change
    )


def _about(
    suppressions: Sequence[Suppression], found: Sequence[LintFinding], at: datetime | None, asked: set[str]
) -> Iterator[LintFinding]:
    for s in suppressions:
        used = sum(s.covers(f.rule, f.position) for f in found)
        if s.expired(at):
            rule, text = EXPIRED, f"expired on {s.expires.isoformat()} ({s.reason}); it covered {used} findings"
        elif not used and s.rule in asked:
            rule, text = UNUSED, f"covers no finding ({s.reason})"
        else:
            continue
        subject, anchor = f"{s.rule} at `{s.position}`", f"docs/reference/lint.md#{rule.id.lower()}"
        yield LintFinding(rule.id, rule.severity, subject, text, f"suppressions#/{s.number}", rule.fix, anchor)
