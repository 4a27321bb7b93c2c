"""Counts of assertions: suite, kind, passed, failed, out of scope. Printed at the end of a run."""

from collections import Counter

__all__ = ["TALLY", "Tally"]


class Tally:
    """What a run of the suites found."""

    def __init__(self) -> None:
        self.passed: Counter[tuple[str, str]] = Counter()
        self.failed: Counter[tuple[str, str]] = Counter()
        self.out: Counter[tuple[str, str]] = Counter()
        self.reasons: dict[tuple[str, str], str] = {}

    def count(self, suite: str, kind: str, problem: str | None) -> None:
        """One assertion that was checked."""
        (self.passed if problem is None else self.failed)[suite, kind] += 1

    def leave_out(self, suite: str, kind: str, reason: str) -> None:
        """One assertion that is outside the product, and why."""
        self.out[suite, kind] += 1
        self.reasons[suite, kind] = reason

    def table(self) -> list[str]:
        """Aligned lines, with the totals and the reasons for what is out of scope."""
        keys = sorted({*self.passed, *self.failed, *self.out})
        if not keys:
            return []
        rows = [("suite", "kind", "passed", "failed", "out of scope")]
        rows += [(s, k, str(self.passed[s, k]), str(self.failed[s, k]), str(self.out[s, k])) for s, k in keys]
        totals = (str(sum(c.values())) for c in (self.passed, self.failed, self.out))
        rows.append(("all", "", *totals))
        widths = [max(len(row[i]) for row in rows) for i in range(5)]
        lines = [
            "  ".join(row[i].ljust(widths[i]) if i < 2 else row[i].rjust(widths[i]) for i in range(5)) for row in rows
        ]
        return lines + [f"out of scope: {s} {k}: {reason}" for (s, k), reason in sorted(self.reasons.items())]


TALLY = Tally()
