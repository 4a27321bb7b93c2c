"""QUESTIONS: many decisions compared. Who can, what differs, what would help, what is exposed, what is odd."""

from .changes import Change, NotApplicable
from .diff import Diff, DiffGroup, Summary, diff
from .exposure import ExposedResults, Exposure, exposure
from .lint import LintFinding, lint
from .suppressions import Suppression, parse_suppressions
from .what_if import WhatIf, what_if

__all__ = [
    "Change",
    "Diff",
    "DiffGroup",
    "ExposedResults",
    "Exposure",
    "LintFinding",
    "NotApplicable",
    "Summary",
    "Suppression",
    "WhatIf",
    "diff",
    "exposure",
    "lint",
    "parse_suppressions",
    "what_if",
]
