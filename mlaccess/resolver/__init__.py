"""JUDGE: the only place that decides. Facts asked of one compiled deployment, and the questions made of them."""

from .access import Access, AccessLevel, Decision, Discrepancy, ExposureNote
from .enforced import ApiAnswer, EnforcedDecision
from .judge import Judge
from .resolver import Caller, Resolver
from .subjects import HeldPermission, Subject

__all__ = [
    "Access",
    "AccessLevel",
    "ApiAnswer",
    "Caller",
    "Decision",
    "Discrepancy",
    "EnforcedDecision",
    "ExposureNote",
    "HeldPermission",
    "Judge",
    "Resolver",
    "Subject",
]
