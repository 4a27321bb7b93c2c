"""What callers may do besides reaching a level: capabilities in Kibana, and operations on Elasticsearch's APIs."""

from collections.abc import Iterable
from functools import cache

from mlaccess.catalog.documented import Interface, Target
from mlaccess.catalog.kibana_capabilities import CAPABILITIES
from mlaccess.catalog.kibana_versions import Profile
from mlaccess.catalog.operations import operations
from mlaccess.resolver.enforced import enforced_question
from mlaccess.rules import Rule, facts_of
from mlaccess.rules.facts import PERSONAL, Fact, MlVisible

__all__ = ["Abilities", "known_abilities"]

_INTERFACES: tuple[Interface, Interface] = ("kibana", "api")
_AREAS = ("anomaly", "dfa", "trained_models", "ml", "inference", "ingest", "text_structure")


@cache
def known_abilities() -> tuple[str, ...]:
    """Every capability of machine learning, and of its operations one for each rule: others are granted with it."""
    found: dict[object, str] = {}
    for operation in operations():
        if operation.area in _AREAS:
            question = enforced_question(operation.name, space="", target=Target(), profile=None)
            found.setdefault(tuple(step.rule for step in question.steps), operation.name)
    return (*CAPABILITIES, *found.values())


def _asked_at(name: str) -> Interface:
    """Elasticsearch's operations (`ml.put_job`) and actions (`cluster:...`) are asked on the API, others in a space."""
    api = (":" in name or "." in name) and " " not in name
    return "api" if api else "kibana"


class Abilities:
    """Capabilities, operations and actions as rules, by where they are asked. None: all that are known.

    Raises `UnknownNameError` for what no table knows.
    """

    def __init__(self, names: Iterable[str] | None, profile: Profile | None) -> None:
        self.names = known_abilities() if names is None else tuple(dict.fromkeys(names))
        self._profile: Profile | None = profile
        self._rules: dict[tuple[Interface, str], tuple[tuple[str, Rule], ...]] = {}
        self._by_interface = {i: tuple(n for n in self.names if _asked_at(n) == i) for i in _INTERFACES}
        for interface in _INTERFACES:
            self.at(interface, "default")

    def at(self, interface: Interface, space: str) -> tuple[tuple[str, Rule], ...]:
        """What is asked by an interface, in a space, with its rule. Dev Tools is asked nothing of its own."""
        key = (interface, space)
        found = self._rules.get(key)
        if found is None:
            found = self._rules[key] = tuple(
                (name, enforced_question(name, space=space, target=Target(), profile=self._profile).rule)
                for name in self._by_interface.get(interface, ())
            )
        return found

    def gates(self) -> frozenset[Fact]:
        """The facts among theirs that are the same for every caller and in every space."""
        rules = [rule for i in _INTERFACES for _, rule in self.at(i, "default")]
        facts = {fact for rule in rules for fact in facts_of(rule)}
        return frozenset(f for f in facts if type(f) not in PERSONAL and not isinstance(f, MlVisible))
