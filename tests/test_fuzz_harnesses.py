"""The fuzzing harnesses of `fuzz/` run on their seeds: what they check of hostile input holds, without a fuzzer."""

import importlib
from collections.abc import Callable

import pytest

from fuzz import HARNESSES

EXPECTED = {
    "exports": {"all broken", "some broken", "read"},
    "raw_files": {"read", "not exported", "refused"},
    "file_realm": {"read"},
    "archives": {"read", "refused", "partly read"},
    "patterns": {"included", "not included", "partly refused"},
    "command": {"exit 0", "exit 1", "exit 2", "exit 3"},
}
"""What becomes of the seeds of each harness: seeds that all end alike would check little."""


@pytest.mark.parametrize("harness", HARNESSES)
def test_a_harness_finds_nothing_in_its_seeds(harness: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And its seeds reach every outcome it tells apart."""
    monkeypatch.setenv("MLACCESS_DEBUG", "1")
    module = importlib.import_module(f"fuzz.{HARNESSES[harness]}")
    # Tests time nothing: a busy machine is no finding.
    monkeypatch.setattr("fuzz.oracles.SLOWDOWN", [float("inf")])
    entry: Callable[[bytes], str] = module.run
    assert {entry(seed) for seed in module.SEEDS.values()} == EXPECTED[harness]
