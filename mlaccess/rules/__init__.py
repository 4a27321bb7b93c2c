"""GRAMMAR: verdicts, facts, rules, and the one fold with its algebras."""

from . import facts
from .algebras import (
    Explainer,
    Explanation,
    FixesAlgebra,
    Judge,
    Population,
    PopulationAlgebra,
    VerdictAlgebra,
    explain,
    refold,
    verdict_of,
)
from .facts import Fact
from .finding import Evidence, Finding, Value
from .rule import Algebra, AllOf, AnyOf, Ask, Rule, facts_of, fold
from .verdict import Verdict

__all__ = [
    "Algebra",
    "AllOf",
    "AnyOf",
    "Ask",
    "Evidence",
    "Explainer",
    "Explanation",
    "Fact",
    "Finding",
    "FixesAlgebra",
    "Judge",
    "Population",
    "PopulationAlgebra",
    "Rule",
    "Value",
    "Verdict",
    "VerdictAlgebra",
    "explain",
    "facts",
    "facts_of",
    "fold",
    "refold",
    "verdict_of",
]
