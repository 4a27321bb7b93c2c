"""Three verdicts, ordered: denied < unknown < granted. "And" is the minimum, "or" the maximum (Kleene)."""

from enum import IntEnum

__all__ = ["Verdict"]


class Verdict(IntEnum):
    """What is certain about a fact or a rule. `UNKNOWN` means that the export does not settle it."""

    DENIED = 0
    UNKNOWN = 1
    GRANTED = 2

    def __bool__(self) -> bool:
        raise TypeError("a verdict has three values and no truth; compare it, or use `.granted` of a decision")

    def __str__(self) -> str:
        return self.name.lower()

    def __repr__(self) -> str:
        return f"<Verdict {self.name.lower()}>"

    @property
    def word(self) -> str:
        """`denied`, `unknown` or `granted`."""
        return self.name.lower()

    @classmethod
    def of(cls, known: bool) -> "Verdict":
        """The verdict on something that is certain."""
        return cls.GRANTED if known else cls.DENIED
