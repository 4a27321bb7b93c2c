"""The judges of callers who were asked about before: the latest few, and those who are asked about again and again."""

from .judge import Judge

__all__ = ["Judges"]

_LATEST = 4
"""So many judges are kept for whatever comes next."""
_RETURNING = 256
"""So many judges are kept of callers who were asked about more than once."""
_NAMES = 256
"""So many names are remembered, to see who comes again."""


class Judges:
    """Keeps judges by caller. Most questions of an audit come in runs about one caller, who then never comes again.

    A judge holds all that it found, a few hundred objects. One that is soon let go costs little; one that lives for a
    thousand questions is looked at by the garbage collector over and over, which made answers a third slower.
    """

    def __init__(self) -> None:
        self._latest: dict[object, Judge] = {}
        self._returning: dict[object, Judge] = {}
        self._names: set[object] = set()

    def get(self, caller: object) -> Judge | None:
        """The judge of a caller, if it is kept."""
        return self._latest.get(caller) or self._returning.get(caller)

    def put(self, caller: object, judge: Judge) -> None:
        """Keeps a judge."""
        if caller in self._names:
            if len(self._returning) >= _RETURNING:
                self._returning.clear()
            self._returning[caller] = judge
            return
        if len(self._names) >= _NAMES:
            self._names.clear()
        self._names.add(caller)
        if len(self._latest) >= _LATEST:
            self._latest.clear()
        self._latest[caller] = judge
