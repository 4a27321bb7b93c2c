"""Every finding has words, and every fact can be asked in words."""

import re
from pathlib import Path

import pytest

from mlaccess.render.words import PHRASES, asked
from mlaccess.rules import facts

RESOLVER = Path(__file__).parents[2] / "mlaccess" / "resolver"
SOURCE = "\n".join(p.read_text(encoding="utf-8") for p in RESOLVER.glob("*.py"))
# Codes stand as plain strings; a few are put together from a stem.
PLAIN = {
    code
    for code in re.findall(r'"([a-z_]+\.[a-z_]+)"', SOURCE)
    if code.split(".")[0] in {p.split(".")[0] for p in PHRASES}
    and not code.endswith((".yml", ".enabled", ".available"))
}
STEMS = {"kibana.feature", "kibana.action"}


@pytest.mark.parametrize("code", sorted(PLAIN - STEMS - {"ml.available", "ml.enabled"}))
def test_a_finding_code_has_a_phrase(code: str) -> None:
    """A code without words would be a crash in front of a reader."""
    assert code in PHRASES


@pytest.mark.parametrize("stem", sorted(STEMS))
@pytest.mark.parametrize("suffix", ["granted", "unknown", "missing"])
def test_a_composed_code_has_a_phrase(stem: str, suffix: str) -> None:
    """Codes made from a stem have all their phrases."""
    assert f"{stem}_{suffix}" in PHRASES


def test_phrases_follow_the_style() -> None:
    """Lower case, no final period."""
    for phrase in PHRASES.values():
        assert not phrase.endswith(".")
        assert not phrase[0].isupper() or phrase.startswith(("API key", "Kibana"))


EXAMPLES: list[facts.Fact] = [
    facts.Subscription("platinum"),
    facts.LicenseFeature("ml", "platinum"),
    facts.MlEnabledEverywhere(),
    facts.MlEnabledInKibana(),
    facts.MlNode(),
    facts.NotUpgrading(),
    facts.CapabilitySwitch("ad"),
    facts.KibanaProfile("readers_test_models"),
    facts.MlVisible("sales"),
    facts.AccountUsable(),
    facts.ClusterPrivilege("manage_ml"),
    facts.ClusterAction("cluster:monitor/main"),
    facts.IndexPrivilege("logs-*", "read"),
    facts.IndexAction("logs-*", "indices:data/read/search"),
    facts.KibanaFeature(("ml",), "all", "sales"),
    facts.KibanaAction("login:", "*"),
    facts.DataViewCovers("logs-*", "sales"),
    facts.AssignedToSpace("anomaly-detector", "web", "sales"),
    facts.IndicesKnown("anomaly-detector", "web", "source"),
    facts.RequestDetail("the indices"),
]


def test_the_examples_are_all_kinds_of_facts() -> None:
    """A new fact needs words too."""
    assert {type(f) for f in EXAMPLES} == set(facts.FACTS)


@pytest.mark.parametrize("fact", EXAMPLES, ids=lambda f: type(f).__name__)
def test_every_fact_can_be_asked_in_words(fact: facts.Fact) -> None:
    """What a fact asks reads as a requirement."""
    assert asked(fact)
