"""Where a noun was read, and the named absence of what was not exported."""

import attrs

__all__ = ["NOT_EXPORTED", "NotExported", "Origin"]


@attrs.frozen
class Origin:
    """The place in the export that a noun was read from.

    It rides on nouns unseen: two nouns are equal wherever they were read.
    """

    file: str
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.file}#{self.pointer}" if self.pointer else self.file

    def child(self, *parts: str | int) -> "Origin":
        """The origin of a part of this noun (JSON pointer, RFC 6901)."""
        pointer = self.pointer
        for part in parts:
            pointer += "/" + str(part).replace("~", "~0").replace("/", "~1")
        return Origin(self.file, pointer)


@attrs.frozen
class NotExported:
    """A part of the deployment that the export does not hold. Never `None`, never an empty list.

    `reason` completes "not exported, because …"; `request` is the API request that would fetch the part.
    """

    reason: str = "no input file holds it"
    request: str = ""
    file: str = ""

    def __str__(self) -> str:
        return f"not exported: {self.reason}"

    def __bool__(self) -> bool:
        raise TypeError("absence is neither true nor false; test with isinstance(part, NotExported)")


NOT_EXPORTED = NotExported()
