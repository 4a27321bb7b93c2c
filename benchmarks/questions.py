"""Fresh random questions: `python benchmarks/questions.py [--scale small|medium] [--engines script,cedar,casbin]`.

mlaccess answers the whole documented question with `Resolver.levels`. Answers are compared before anything is timed.
Each engine and mlaccess then answer the same blocks in turns, and the ratio is the median over blocks, so that the
machine's noise cancels. Every question is asked once; mlaccess keeps no answers.
"""

import argparse
import gc
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from engines import ENGINES
from estate import SCALES, deployment, estate, questions

from mlaccess.resolver import Resolver

BLOCKS = 10
LEVELS = {0: 0, 2: 1, 3: 2}
Asked = list[tuple[str, str, str]]


def engine_answers(check: Callable[[str, str, str], int], asked: Asked) -> list[int]:
    return [check(user, space, job) for user, space, job in asked]


def timed(answer: Callable[[], Any]) -> float:
    start = time.perf_counter()
    answer()
    return time.perf_counter() - start


def compare(name: str, data: dict[str, Any], resolver: Resolver, count: int) -> None:
    engine = ENGINES[name](data)
    asked = questions(data, min(count, 3_000 if name != "script" else count), seed=7)
    theirs = engine_answers(engine.check, asked)
    ours = [LEVELS[int(level)] for level, _ in resolver.levels(asked)]
    wrong = sum(a != b for a, b in zip(theirs, ours, strict=True))
    if wrong:
        sys.exit(f"{name}: {wrong} of {len(asked)} answers differ")
    rate = timed(lambda: engine_answers(engine.check, asked[:500])) / min(500, len(asked))
    size = max(50, min(count // BLOCKS, int(1.5 / rate)))
    ratios, our_times, their_times, repeated = [], [], [], []
    gc.collect()
    for block in range(BLOCKS):
        fresh = questions(data, size, seed=100 + block)
        sides = [
            (their_times, lambda asked=fresh: engine_answers(engine.check, asked)),
            (our_times, lambda asked=fresh: resolver.levels(asked)),
        ]
        for times, run in sides if block % 2 else reversed(sides):
            times.append(timed(run) / size)
        ratios.append(their_times[-1] / our_times[-1])
        again = timed(lambda asked=fresh: resolver.levels(asked)) / size
        repeated.append(timed(lambda asked=fresh: engine_answers(engine.check, asked)) / size / again)
    print(
        f"{engine.title}: {len(asked)} answers compared, all equal {dict(sorted(Counter(theirs).items()))}; "
        f"{size * BLOCKS} fresh questions: "
        f"{statistics.median(their_times) * 1e6:.2f} us, mlaccess {statistics.median(our_times) * 1e6:.2f} us; "
        f"ratio {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f}); "
        f"the same questions again: ratio {statistics.median(repeated):.1f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", choices=tuple(SCALES), default="small")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--questions", type=int, default=100_000)
    options = parser.parse_args()
    data = estate(options.scale)
    resolver = Resolver(deployment(data))
    first = questions(data, options.questions, seed=3)
    print(f"{options.scale}: {SCALES[options.scale]}")
    cold = timed(lambda: resolver.levels(first[:1]))
    warming = timed(lambda: resolver.levels(first))
    print(
        f"mlaccess: first answer {cold * 1e3:.0f} ms; first {len(first)} questions {warming / len(first) * 1e6:.2f} us"
    )
    for name in options.engines.split(","):
        try:
            compare(name, data, resolver, options.questions)
        except ImportError as error:
            print(f"{name}: not installed ({error})")


if __name__ == "__main__":
    main()
