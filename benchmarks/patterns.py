"""How long questions about name patterns take. Prints a table of medians in microseconds.

    python benchmarks/patterns.py [--repeat N] [--memory]

"Cold" builds everything anew, past every cache; "prepared" asks again of the same languages.
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from collections.abc import Callable

from mlaccess.automata import Language, TooComplex
from mlaccess.patterns import PatternError, StringMatcher, clear_caches, pattern, patterns

TYPICAL = [
    "logs-*", "metrics-*", ".ml-anomalies-*", ".ml-notifications*", ".ml-annotations*", "kibana_sample_data_*",
    "filebeat-*", "metricbeat-*", "traces-apm*", "apm-*", "auditbeat-8.*", "winlogbeat-*", "orders", "customers",
    "web-traffic-2024", "*-reindexed", "*nginx*", "logs-*-prod", "/shop-[0-9]{4}-[^-]+/", "/\\.siem-signals-.*/",
]  # fmt: skip
OTHER = [
    "logs-*-*", "metrics-system*", ".ml-*", "kibana_sample_data_*", "packetbeat-*", "heartbeat-*", "traces-*",
    "apm-7.*", "auditbeat-*", "shop-*", "orders", "customers", "invoices", "web-traffic-????", "*-archive", "*access*",
    "metrics-*-dev", "/(orders|invoices)-[0-9]{4}/", "/~(\\..*)/", "security-*",
]  # fmt: skip
RESTRICTED = [
    ".security", ".security-[0-9]*", ".security-tokens*", ".kibana*", ".tasks*", ".ml-config*", ".ml-meta*",
    ".ml-inference-*", ".async-search*", ".fleet-*", ".watches*", ".triggered_watches*", ".transform-internal-*",
    "/\\.security-[0-9]+.*/", "/\\.fleet-(agents|policies|servers)(-[0-9]+)?/",
]  # fmt: skip
PREFIXES = [f"team-{n * 7919 % 100_000:05d}-*" for n in range(300)]
SUFFIXES = [f"*-team-{n * 7919 % 100_000:05d}" for n in range(300)]
LITERALS = [f"index-{n * 7919 % 100_000:05d}" for n in range(300)]
QUESTION_MARKS = "*a" + "?" * 12


def cold(action: Callable[[], object]) -> Callable[[], object]:
    """The action, with every cache emptied first (not timed: see `measure`)."""
    action.__dict__["cold"] = True
    return action


def measure(action: Callable[[], object], repeat: int) -> float:
    """The median of `repeat` runs, in microseconds; quick actions are timed in batches."""
    is_cold = action.__dict__.get("cold", False)
    number = 1
    if not is_cold:
        action()  # what is prepared lazily is prepared
        start = time.perf_counter()
        action()
        number = max(1, min(10_000, int(0.002 / max(1e-7, time.perf_counter() - start))))
    times: list[float] = []
    for _ in range(repeat):
        if is_cold:
            clear_caches()
        start = time.perf_counter()
        for _ in range(number):
            action()
        times.append((time.perf_counter() - start) / number)
    return statistics.median(times) * 1e6


def includes(outer: list[str], inner: list[str]) -> Callable[[], object]:
    return cold(lambda: patterns(outer).includes(patterns(inner)))


def lacks(outer: list[str], inner: list[str]) -> Callable[[], object]:
    return cold(lambda: patterns(outer).counterexample(patterns(inner)))


def questions() -> dict[str, Callable[[], object]]:
    typical, other = patterns(TYPICAL), patterns(OTHER)
    inside, outside = pattern("logs-app-*"), pattern("logs*")
    joint_outer, joint_inner = patterns(["logs-?*", "logs-", "x*"]), pattern("logs-*")
    matcher = StringMatcher.of(TYPICAL)
    narrowed = pattern("*").minus(patterns(RESTRICTED))
    wide = Language.union(pattern("/~(\\.(security|kibana|fleet).*)/"), patterns(TYPICAL))
    return {
        "cold: build 20 patterns": cold(lambda: patterns(TYPICAL)),
        "cold: build 20, one is inside": includes(TYPICAL, ["logs-app-*"]),
        "cold: build 20, one is not, shortest witness": lacks(TYPICAL, ["logs*"]),
        "cold: build 20, joint cover by a regex": includes([*TYPICAL, "/~(logs-.*)/"], ["*"]),
        "cold: build 20 and 20, included?": includes(TYPICAL, OTHER),
        "cold: build 20 and 20, shortest witness": lacks(TYPICAL, OTHER),
        "cold: build 20 and 20 again, equal sets": includes(TYPICAL, list(reversed(TYPICAL))),
        "cold: * minus restricted, inside 20?": cold(
            lambda: patterns(TYPICAL).counterexample(pattern("*").minus(patterns(RESTRICTED)))
        ),
        "prepared: inside": lambda: typical.includes(inside),
        "prepared: not inside": lambda: typical.includes(outside),
        "prepared: shortest witness, 1 against 20": lambda: typical.counterexample(outside),
        "prepared: shortest witness, 20 against 20": lambda: typical.counterexample(other),
        "prepared: 20 against 20": lambda: typical.includes(other),
        "prepared: joint cover": lambda: joint_outer.includes(joint_inner),
        "prepared: * minus restricted": lambda: wide.includes(narrowed),
        "match: literal": lambda: matcher.matches("orders"),
        "match: prefix": lambda: matcher.matches(".ml-anomalies-shared"),
        "match: by regex": lambda: matcher.matches("shop-2024-reports"),
        "match: miss": lambda: matcher.matches("invoices-2024-06"),
        "match: long miss": lambda: matcher.matches("logx-nothing-of-the-kind-that-is-listed-000001"),
        "cold: 300 prefixes, one inside": includes(PREFIXES, [PREFIXES[150] + "a*"]),
        "cold: 300 prefixes, one not, witness": lacks(PREFIXES, ["team-0*"]),
        "cold: 300 prefixes in 300 prefixes": includes(PREFIXES, [text + "x*" for text in PREFIXES]),
        "cold: 300 prefixes in 299, witness": lacks(PREFIXES[1:], PREFIXES),
        "cold: 300 suffixes, one inside": includes(SUFFIXES, ["*a" + SUFFIXES[150][1:]]),
        "cold: 300 suffixes, one not, witness": lacks(SUFFIXES, ["*-0"]),
        "cold: 300 suffixes in 300 suffixes": includes(SUFFIXES, ["*x" + text[1:] for text in SUFFIXES]),
        "cold: 300 suffixes in 299, witness": lacks(SUFFIXES[1:], SUFFIXES),
        "cold: 300 literals in 300 literals": includes(LITERALS, list(reversed(LITERALS))),
        "cold: *a????????????, inside *a*": includes(["*a*"], [QUESTION_MARKS]),
        "cold: *b*a????????????, inside": includes([QUESTION_MARKS], ["*b" + QUESTION_MARKS]),
        "cold: *a?????????????, inside *a????????????": includes([QUESTION_MARKS], [QUESTION_MARKS + "?"]),
        "cold: ~(.*a.{12}) inside x*": lacks(["x*"], ["/~(.*a.{12})/"]),
        "cold: 20 of *x*y*, one inside": includes([f"*{c}*{d}*" for c in "abcd" for d in "efghi"], ["q*?d*i"]),
    }


HOSTILE: dict[str, Callable[[], object]] = {
    "nested stars": lambda: patterns(["x*"]).counterexample(pattern("/" + "(" * 200 + "a*" + ")*b" * 200 + "/")),
    "2,000 *x*y*": lambda: patterns([f"*{n}*z{n}*" for n in range(2000)]).counterexample(pattern("*q*z*")),
    "5,000 alternatives": lambda: pattern("/(" + "|".join(f"a{n}.*b" for n in range(5000)) + ")*/").counterexample(
        pattern("/(a[0-9]+.+b)*/")
    ),
    "24,000 parentheses": lambda: pattern("/" + "(" * 24_000 + "a" + ")" * 24_000 + "/").shortest(),
    "9,000 nested choices": lambda: pattern("/" + "(a|" * 9_000 + "a" + ")b" * 9_000 + "/").matches("a" + "b" * 9_000),
    "{1,1000000}": lambda: pattern("/(a|b){1,1000000}/").counterexample(pattern("/[abc]{0,900000}/")),
    "(x?){1000000}": lambda: pattern("/(x?y?){1000000}/").matches("xyxy" * 100),
    "nested counts": lambda: pattern("/(((a{1000}){1000}){1000}){1000}/").includes(pattern("/a{7,}/")),
    "~ in ~ in ~": lambda: pattern("/" + "~(a" * 40 + "b" + "c)" * 40 + "/").is_total(),
    "~ of a wide window": lambda: pattern("/~(.*a.{30})/").includes(pattern("/~(.*a.{29}b)/")),
    "& of windows": lambda: pattern(
        "/" + "&".join(f"(.*[a-{c}].{{{9 + n}}})" for n, c in enumerate("bcdefghij")) + "/"
    ).shortest(),
    "1 MB literal": lambda: pattern("a" * 1_000_000).counterexample(pattern("a" * 999_999 + "*")),
    "1 MB of a*": lambda: pattern("a*" * 500_000).counterexample(pattern("a?" * 500_000)),
    "1 MB of a?": lambda: pattern("a?" * 500_000).counterexample(pattern("a*" * 500_000)),
    "1 MB regex": lambda: pattern("/" + "(a|b)?" * 160_000 + "/").matches("a" * 1000),
    "50 kB regex": lambda: pattern("/" + "(a|b)?" * 8_000 + "/").matches("a" * 1000),
    "50 kB of (a&b)*": lambda: pattern("/" + "(a&b)*" * 8_000 + "/").matches("a" * 1000),
    "50 kB of one-letter classes": lambda: pattern("/" + "[a]" * 16_000 + "/").shortest(),
    "4,000 globs in 4,000 others": lambda: patterns([f"{n}*{n}*x" for n in range(4000)]).counterexample(
        patterns([f"{n}*{n}*y*{n}*x" for n in range(4000)])
    ),
    "1 MB name": lambda: patterns(["*a*b*c?d*", "/(x|y)*z/"]).matches("abc" * 333_333),
    "wide classes": lambda: pattern(
        "/" + "".join(f"[^{chr(200 + n)}{chr(900 + n)}]?" for n in range(3000)) + "/"
    ).is_total(),
    "20,000 suffixes": lambda: patterns([f"*{n}" for n in range(20_000)]).counterexample(
        patterns([f"*?{n}" for n in range(500)])
    ),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=31, help="runs of which the median is printed")
    parser.add_argument("--memory", action="store_true", help="also trace the peak memory of each question (slower)")
    arguments = parser.parse_args()
    print(f"{'question':52} {'median us':>12}" + (f" {'peak kB':>10}" if arguments.memory else ""))
    for name, action in questions().items():
        line = f"{name:52} {measure(action, arguments.repeat):12.2f}"
        if arguments.memory:
            line += f" {_peak(action)[0] / 1024:10.0f}"
        print(line)
    print(f"\n{'hostile':52} {'ms':>12}" + (f" {'peak kB':>10}" if arguments.memory else "") + "  outcome")
    for name, action in HOSTILE.items():
        clear_caches()
        start = time.perf_counter()
        outcome = _outcome(action)
        line = f"{name:52} {(time.perf_counter() - start) * 1e3:12.1f}"
        if arguments.memory:
            line += f" {_peak(action)[0] / 1024:10.0f}"
        print(f"{line}  {outcome:.40}")


def _outcome(action: Callable[[], object]) -> str:
    try:
        return repr(action())
    except (TooComplex, PatternError) as error:
        return f"{type(error).__name__}: {error}"


def _peak(action: Callable[[], object]) -> tuple[int, str]:
    clear_caches()
    tracemalloc.start()
    outcome = _outcome(action)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, outcome


if __name__ == "__main__":
    main()
