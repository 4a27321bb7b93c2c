"""`python -m fuzz.run HARNESS [libFuzzer options]`: runs one harness under atheris and keeps count.

A finding does not end the run: the input goes to `fuzz-out/HARNESS/`, once for each place in the program and law.
`fuzz-out/HARNESS.json` is rewritten every few seconds (runs, processor time, outcomes, findings) and added to by the
next run, which starts from the inputs that earlier ones found worth keeping. Remove `fuzz-out` to start afresh.
"""

import hashlib
import importlib
import json
import os
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

import atheris  # pyright: ignore[reportMissingImports]

from . import HARNESSES

OUT = Path("fuzz-out")


class Run:
    """One run of a harness."""

    def __init__(self, name: str, entry: object) -> None:
        self.name = name
        self.entry = entry
        self.runs = 0
        self.outcomes: Counter[str] = Counter()
        self.findings: dict[str, int] = {}
        self.slowest = 0.0
        self.started = time.process_time()
        self.written = 0.0
        if self.count.exists():
            earlier = json.loads(self.count.read_text("utf-8"))
            self.runs, self.slowest, self.findings = earlier["runs"], earlier["slowest"], earlier["findings"]
            self.outcomes.update(earlier["outcomes"])
            self.started -= earlier["cpu_seconds"]

    @property
    def count(self) -> Path:
        """The file of the count."""
        return OUT / f"{self.name}.json"

    def take(self, data: bytes) -> None:
        """One input."""
        began = time.process_time()
        try:
            self.outcomes[self.entry(data)] += 1
        except Exception as error:  # every kind is a finding; the run goes on to the next
            self.keep(data, error)
        self.runs += 1
        self.slowest = max(self.slowest, time.process_time() - began)
        if time.monotonic() - self.written > 5:
            self.write()

    def keep(self, data: bytes, error: Exception) -> None:
        """Saves an input whose kind of finding is new."""
        frames = [
            f for f in traceback.extract_tb(error.__traceback__) if "mlaccess" in f.filename or "fuzz" in f.filename
        ]
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
        kind = f"{type(error).__name__} at {place}: {str(error).partition(':')[0][:80]}"
        self.findings[kind] = self.findings.get(kind, 0) + 1
        if self.findings[kind] == 1 and len(self.findings) <= 200:
            stem = OUT / self.name / hashlib.sha256(kind.encode()).hexdigest()[:12]
            stem.parent.mkdir(parents=True, exist_ok=True)
            stem.with_suffix(".input").write_bytes(data)
            stem.with_suffix(".txt").write_text("".join(traceback.format_exception(error)), "utf-8", "backslashreplace")
            self.write()

    def write(self) -> None:
        """The count so far."""
        self.written = time.monotonic()
        OUT.mkdir(exist_ok=True)
        told = {
            "runs": self.runs,
            "cpu_seconds": round(time.process_time() - self.started, 1),
            "slowest": round(self.slowest, 2),
            "outcomes": dict(self.outcomes),
            "findings": self.findings,
        }
        self.count.write_text(json.dumps(told, indent=1), "utf-8", "backslashreplace")


def main() -> None:
    """Runs the harness until libFuzzer ends it."""
    name = sys.argv[1]
    os.environ["MLACCESS_DEBUG"] = "1"
    with atheris.instrument_imports(include=["mlaccess"]):
        module = importlib.import_module(f"fuzz.{HARNESSES[name]}")
    module.SLOWDOWN[0] = 4.0
    corpus = OUT / f"{name}.corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed, data in module.SEEDS.items():
        (corpus / f"seed-{seed}").write_bytes(data)
    run = Run(name, module.run)
    options = [
        f"-artifact_prefix={OUT}/",
        "-print_final_stats=1",
        "-max_len=16384",
        "-len_control=0",
        "-timeout=1200",
        "-rss_limit_mb=3000",
    ]
    atheris.Setup([sys.argv[0], *options, *sys.argv[2:], str(corpus)], run.take)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
