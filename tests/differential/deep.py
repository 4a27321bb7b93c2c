"""A long comparison of production with the oracle: `python -m tests.differential.deep --worlds 20000 --processes 2`.

A world is one question: about a deployment (which is asked several), or to `_has_privileges`.
Findings are shrunk and printed; the exit code is 1 where there are any.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.differential.comparing import Check, Inquiry, checks, inquiries

BATCH = 400
"""Examples of one run of Hypothesis; after a finding, the rest of its batch is lost."""


class Disagreement(AssertionError):
    """Production and oracle differ."""


def batch(number: int, examples: int) -> tuple[int, list[str]]:
    """(worlds compared, findings) of one batch; the same number gives the same worlds."""
    counted, findings = 0, []
    budget = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
    )

    @seed(number)
    @budget
    @given(inquiries(5))
    def levels(inquiry: Inquiry) -> None:
        nonlocal counted
        counted += len(inquiry.questions)
        differences = inquiry.differences()
        if differences:
            raise Disagreement("\n".join(differences))

    @seed(number)
    @budget
    @given(checks())
    def has_privileges(check: Check) -> None:
        nonlocal counted
        counted += 1
        differences = check.differences()
        if differences:
            raise Disagreement("\n".join(differences))

    for run in (levels, has_privileges):
        try:
            run()
        except Disagreement as finding:
            findings.append(str(finding))
    return counted, findings


def main(arguments: list[str] | None = None) -> int:
    """Run batches until enough worlds were compared."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--worlds", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1, help="number of the first batch")
    options = parser.parse_args(arguments)
    started, worlds, number, findings = time.monotonic(), 0, options.seed, []
    with ProcessPoolExecutor(options.processes) as pool:
        while worlds < options.worlds:
            numbers = range(number, number + options.processes)
            for counted, found in pool.map(batch, numbers, [BATCH] * options.processes):
                worlds += counted
                findings += found
            number += options.processes
            seconds = time.monotonic() - started
            sys.stdout.write(f"{worlds} worlds, {len(findings)} findings, {seconds:.0f} s\n")
            sys.stdout.flush()
    sys.stdout.writelines(f"\n{finding}\n" for finding in findings)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
