"""QUESTIONS: many decisions compared. Who can, what differs, what would help, what is exposed, what is odd."""

from .changes import Change, NotApplicable
from .diff import Diff, DiffGroup, Summary, diff
from .exposure import ExposedResults, Exposure, exposure
from .fixes import Fix, Fixes, fixes
from .lint import LintFinding, lint
from .matrix import Axis, Matrix, MatrixCell, matrix
from .request_reading import read_request
from .requests import ApiRequest, requests_of
from .suppressions import Suppression, parse_suppressions
from .totals import Tally, Totals, totals
from .what_if import WhatIf, what_if
from .who_can import WhoCan, who_can

__all__ = [
    "ApiRequest",
    "Axis",
    "Change",
    "Diff",
    "DiffGroup",
    "ExposedResults",
    "Exposure",
    "Fix",
    "Fixes",
    "LintFinding",
    "Matrix",
    "MatrixCell",
    "NotApplicable",
    "Summary",
    "Suppression",
    "Tally",
    "Totals",
    "WhatIf",
    "WhoCan",
    "diff",
    "exposure",
    "fixes",
    "lint",
    "matrix",
    "parse_suppressions",
    "read_request",
    "requests_of",
    "totals",
    "what_if",
    "who_can",
]
