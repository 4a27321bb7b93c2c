"""CHECKER: whether a certificate holds for an export. Reads both anew; shares no code with what made the certificate.

`check.py` compares, folds and re-reads, and can be read alone; `plain.py` is a second opinion on single leaves.
"""

import os

from .check import Mismatch, Report, check
from .plain import Reading

__all__ = ["Mismatch", "Report", "verify"]


def verify(certificate: str | os.PathLike[str], *exports: str | os.PathLike[str]) -> Report:
    """Checks a certificate against an export: it holds where the report has no `problems`, and with nothing `unproved`.

    With `problems` it does not hold. With `unproved` alone it may, and is not proved: these name what the answer rests
    on and the checker could not decide itself.

    Raises `LoadError` where certificate or export cannot be read.
    """
    return check(certificate, *exports, second=Reading)
