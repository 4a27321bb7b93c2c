"""GRAMMAR: verdicts, facts, rules, and the one fold with its algebras."""

from . import facts
from .algebras import FixesAlgebra, Judge, Population, PopulationAlgebra, VerdictAlgebra, verdict_of
from .explanation import Common, Explanation, explain, explanation_of, refold
from .facts import Fact
from .finding import Evidence, Finding, Value
from .rule import Algebra, AllOf, AnyOf, Ask, Rule, facts_of, fold
from .verdict import Verdict

__all__ = [
    "Algebra",
    "AllOf",
    "AnyOf",
    "Ask",
    "Common",
    "Evidence",
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
    "explanation_of",
    "facts",
    "facts_of",
    "fold",
    "refold",
    "verdict_of",
]
