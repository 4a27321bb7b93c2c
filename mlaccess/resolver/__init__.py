"""JUDGE: the only place that decides. Facts asked of one compiled deployment, and the questions made of them."""

from .access import Access, AccessLevel, Decision, ExposureNote
from .judge import Judge
from .resolver import Caller, Resolver

__all__ = ["Access", "AccessLevel", "Caller", "Decision", "ExposureNote", "Judge", "Resolver"]
