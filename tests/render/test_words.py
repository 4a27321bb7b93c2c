"""Every finding has words with all their values, and every fact can be asked in words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from mlaccess.render.words import PHRASES, asked, found
from mlaccess.rules import Evidence, Finding, Verdict, facts
from mlaccess.stack import FrozenMap

RESOLVER = Path(__file__).parents[2] / "mlaccess" / "resolver"
TREES = {p.name: ast.parse(p.read_text(encoding="utf-8")) for p in sorted(RESOLVER.glob("*.py"))}
CODE = re.compile(r"[a-z_]+\.[a-z_]+")

# Texts of the resolver that have the shape of a code and are none: settings, files and stems.
NO_CODES = {"kibana.feature", "kibana.action"} | {"ml.available", "ml.enabled", "security.enabled"}
NO_CODES |= {"kibana.yml", "elasticsearch.yml", "roles.yml"}
# What codes that are put together can become. A new way of putting one together has to be added here.
TOGETHER = {
    "f'{code}_missing'": ["kibana.feature_missing", "kibana.action_missing"],
    "f'{code}_{suffix}'": [
        f"kibana.{what}_{suffix}" for what in ("feature", "action") for suffix in ("granted", "unknown")
    ],
    "f'indices.{fact.direction}_not_exported'": ["indices.source_not_exported", "indices.destination_not_exported"],
    "asked.granted + '_jointly'": [
        "cluster.granted_jointly",
        "cluster.action_granted_jointly",
        "index.granted_jointly",
    ],
}


def _nodes() -> Iterator[ast.AST]:
    for tree in TREES.values():
        yield from ast.walk(tree)


def _plain_codes() -> set[str]:
    texts = {n.value for n in _nodes() if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return {text for text in texts if CODE.fullmatch(text)} - NO_CODES


def _findings() -> Iterator[tuple[ast.expr, ast.Call]]:
    """The code of every finding that is made, with the call that makes it."""
    for node in _nodes():
        if not isinstance(node, ast.Call) or not node.args:
            continue
        match ast.unparse(node.func), node.args:
            case (("Finding" | "Finding.of"), [_, code, *_]):
                yield code, node
            case "made", [ast.Name("Finding"), ast.Tuple([_, code, *_])]:
                yield code, node
            case "_doubt", [code, *_]:
                yield code, node
            case _:
                pass


@pytest.mark.parametrize("code", sorted(_plain_codes()))
def test_a_finding_code_has_a_phrase(code: str) -> None:
    """A code without words would leave a reader guessing."""
    assert code in PHRASES


def test_codes_that_are_put_together_are_known_and_have_phrases() -> None:
    """A code that no text of the source spells out is listed with all it can become."""
    made = {ast.unparse(code) for code, _ in _findings() if isinstance(code, ast.JoinedStr | ast.BinOp)}
    assert made == set(TOGETHER)
    assert {code for codes in TOGETHER.values() for code in codes} <= set(PHRASES)


def test_no_phrase_is_left_over() -> None:
    """A phrase that nothing finds would be read as something that can happen."""
    assert set(PHRASES) - _plain_codes() - {code for codes in TOGETHER.values() for code in codes} == set()


def _keywords(call: ast.Call) -> set[str] | None:
    """The names of the values given to a finding; None where the call alone does not tell."""
    names = {k.arg for k in call.keywords}
    if None in names:
        return None
    maker = ast.unparse(call.func)
    if maker == "_doubt":
        return {"role"} | {n for n in names if n}
    if maker == "Finding.of":
        return {n for n in names if n}
    given = call.args[2] if len(call.args) > 2 else None
    if isinstance(given, ast.Call) and given.args and isinstance(given.args[0], ast.Dict):
        keys = given.args[0].keys
        if all(isinstance(k, ast.Constant) for k in keys):
            return {str(k.value) for k in keys if isinstance(k, ast.Constant)}
    return None


def test_a_finding_brings_every_value_that_its_phrase_names() -> None:
    """Checked in the source, wherever a call spells out its code and its values."""
    checked = 0
    for code, call in _findings():
        given = _keywords(call)
        for text in (n.value for n in ast.walk(code) if isinstance(n, ast.Constant) and n.value in PHRASES):
            if given is not None:
                checked += 1
                named = {name for _, name, _, _ in Formatter().parse(PHRASES[str(text)]) if name}
                assert named <= given, f"{text} names {named - given}"
    assert checked > 50


def test_a_finding_without_words_or_values_is_still_said() -> None:
    """Want of a word must not cost the answer."""
    assert found(Finding(Verdict.UNKNOWN, "new.thing_found")) == "new: thing found"
    bare = Finding(Verdict.UNKNOWN, "role.not_exported", FrozenMap(), (Evidence("doubt", "x", "no file holds it"),))
    assert found(bare) == "what role `…` grants is not in the export: no file holds it"


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
