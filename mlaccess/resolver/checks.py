"""What is checked beside the level of an access: results without their sources, and what the code does differently."""

from mlaccess.catalog.discrepancies import DISCREPANCIES, Comparison
from mlaccess.catalog.documented import Target, assignment_part, level_rule
from mlaccess.catalog.kibana_versions import Profile
from mlaccess.rules import AllOf, Verdict
from mlaccess.rules.facts import IndexPrivilege

from .access import Access, Decision, Discrepancy, ExposureNote

__all__ = ["Checks"]


class Checks:
    """Checks answers about one deployment, whose Kibana has a profile if its version is known."""

    def __init__(self, profile: Profile | None) -> None:
        self._profile: Profile | None = profile

    def exposure(self, access: Access) -> tuple[ExposureNote, ...]:
        """The page's two warnings: results of an anomaly detection job without `read` on its sources."""
        target, judge = access.target, access.judge
        if target.kind != "anomaly-detector" or not target.sources:
            return ()
        in_space = access.space if access.interface == "kibana" else None
        open_ = level_rule("read-only", access.interface, access.space, Target())
        if in_space is not None:
            open_ = AllOf((open_, assignment_part(target.kind, target.id, in_space)))
        reachable = judge.verdict_of(open_)
        lacking = {s: judge(IndexPrivilege(s, "read")).verdict for s in target.sources}
        denied = tuple(s for s, v in lacking.items() if v is Verdict.DENIED)
        unsure = tuple(s for s, v in lacking.items() if v is Verdict.UNKNOWN)
        if reachable is Verdict.DENIED or not (denied or unsure):
            return ()
        certain = reachable is Verdict.GRANTED and bool(denied)
        return (
            ExposureNote(
                "P16" if in_space is None else "P30",
                target.id,
                denied if certain else denied + unsure,
                Verdict.GRANTED if certain else Verdict.UNKNOWN,
            ),
        )

    def discrepancies(self, access: Access) -> tuple[Discrepancy, ...]:
        """Rows whose documented decision and enforced rule certainly differ."""
        compared = Comparison(access.interface, access.space, access.target, access.destinations, self._profile)
        found: list[Discrepancy] = []
        for row in DISCREPANCIES:
            rule = row.build(compared)
            if rule is None:
                continue
            documented: Decision = getattr(access, row.documented)
            enforced = Decision(row.title, rule, access.judge, access.space)
            if {documented.verdict, enforced.verdict} == {Verdict.GRANTED, Verdict.DENIED}:
                found.append(Discrepancy(row, documented, enforced))
        return tuple(found)
