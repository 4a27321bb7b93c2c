"""How the time of grand totals grows: `python benchmarks/curve.py [--out FILE.svg] [--points N]`.

Counts estates of growing size, prints what each took, and draws time against cells and against the sum of what the work
is made of (roles, users, spaces, jobs and assignments of jobs to spaces), both axes by powers of ten.
"""

import argparse
import time
from pathlib import Path
from xml.sax.saxutils import escape

from estate import SCALES, Scale, deployment, estate

from mlaccess.analysis.totals import totals
from mlaccess.resolver import Resolver

SIZES = (
    Scale(1_000, 100, 10, 200, 10),
    Scale(3_000, 300, 30, 600, 30),
    Scale(10_000, 1_000, 100, 2_000, 100),
    Scale(30_000, 2_000, 200, 4_000, 200),
    Scale(100_000, 3_000, 400, 8_000, 400),
    Scale(300_000, 4_000, 600, 12_000, 600),
)


def measure(size: Scale) -> tuple[int, int, float]:
    """Cells, what the work is made of, and seconds of processor."""
    SCALES["curve"] = size
    data = estate("curve")
    whole = deployment(data)
    assignments = sum(size.spaces if job["spaces"] == ["*"] else len(job["spaces"]) for job in data["jobs"])
    parts = size.users + size.roles + size.spaces + size.jobs + assignments
    del data
    start = time.process_time()
    found = totals(Resolver(whole))
    return found.tally.total, parts, time.process_time() - start


def draw(points: list[tuple[int, int, float]]) -> str:
    """The plot as SVG: two lines over one axis of time."""
    from math import floor, log10

    width, height, left, below = 720, 400, 70, 50
    logs = [[log10(value) for value in row] for row in points]
    low_x, high_x = floor(min(row[1] for row in logs)), floor(max(row[0] for row in logs)) + 1
    low_y, high_y = floor(min(row[2] for row in logs)), floor(max(row[2] for row in logs)) + 1

    def x(value: float) -> float:
        return left + (value - low_x) / (high_x - low_x) * (width - left - 20)

    def y(value: float) -> float:
        return height - below - (value - low_y) / (high_y - low_y) * (height - below - 20)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for power in range(low_x, high_x + 1):
        lines.append(f'<line x1="{x(power):.1f}" x2="{x(power):.1f}" y1="20" y2="{height - below}" stroke="#ddd"/>')
        lines.append(f'<text x="{x(power):.1f}" y="{height - below + 18}" text-anchor="middle">10^{power}</text>')
    for power in range(low_y, high_y + 1):
        lines.append(f'<line x1="{left}" x2="{width - 20}" y1="{y(power):.1f}" y2="{y(power):.1f}" stroke="#ddd"/>')
        lines.append(f'<text x="{left - 8}" y="{y(power) + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
    named = ((0, "#b33", "by cells"), (1, "#226", "by users, roles, spaces, jobs and assignments"))
    for number, (column, colour, name) in enumerate(named):
        path = " ".join(f"{x(row[column]):.1f},{y(row[2]):.1f}" for row in logs)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x(r[column]):.1f}" cy="{y(r[2]):.1f}" r="3" fill="{colour}"/>' for r in logs]
        lines.append(f'<text x="{left + 10}" y="{36 + 16 * number}" fill="{colour}">{escape(name)}</text>')
    lines.append(
        f'<text x="{width / 2}" y="{height - 12}" text-anchor="middle">seconds of processor, grand totals</text>'
    )
    return "\n".join([*lines, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--points", type=int, default=len(SIZES))
    options = parser.parse_args()
    points: list[tuple[int, int, float]] = []
    for size in SIZES[: options.points]:
        cells, parts, seconds = measure(size)
        points.append((cells, parts, seconds))
        print(f"{size.users:>9,} users {cells:>18,} cells {parts:>12,} parts {seconds:8.2f} s", flush=True)
    if options.out is not None:
        options.out.write_text(draw(points), encoding="utf-8")


if __name__ == "__main__":
    main()
