"""Exit codes that scripts can trust."""

from enum import IntEnum

from mlaccess.rules import Verdict

__all__ = ["ExitCode"]


class ExitCode(IntEnum):
    """What a command ended with."""

    GRANTED = 0
    """Granted; or, for a command that asks nothing, done."""
    DENIED = 1
    """Denied; or a violation of what was required."""
    TROUBLE = 2
    """The question or the export could not be understood."""
    UNKNOWN = 3
    """The export does not settle it."""

    @classmethod
    def of(cls, verdict: Verdict) -> "ExitCode":
        """The code of a verdict."""
        return {Verdict.GRANTED: cls.GRANTED, Verdict.DENIED: cls.DENIED, Verdict.UNKNOWN: cls.UNKNOWN}[verdict]
