"""RECORD: what a judge found, without the deployment it was found in, so that an answer can be pickled."""

from collections.abc import Iterable, Mapping

from mlaccess.rules import Common, Explanation, Finding, Rule, facts_of
from mlaccess.rules.facts import Fact

from .judge import Judge
from .subjects import Subject

__all__ = ["Record", "record_of"]


class _Alone:
    """A caller who has nothing in common with others."""

    def __init__(self) -> None:
        self.explained: dict[int, Explanation] = {}
        self.wider: Common | None = None

    def find(self, fact: Fact) -> Finding | None:
        return None


class Record(Judge):
    """Answers about the facts that it holds as the judge did whose findings these are."""

    def __init__(self, findings: Mapping[Fact, Finding], subject: Subject) -> None:
        self.subject = subject
        self._own = dict(findings)

    def in_common(self, space: str) -> Common:
        return _Alone()

    def find(self, fact: Fact) -> Finding:
        """The finding on a fact. Raises `LookupError` for one that was not asked of the judge."""
        found = self._own.get(fact)
        if found is None:
            raise LookupError(f"an answer that was pickled holds its own facts alone; ask a resolver about {fact!r}")
        return found

    def __reduce__(self) -> "tuple[type[Record], tuple[dict[Fact, Finding], Subject]]":
        return (Record, (self._own, self.subject))


def record_of(judge: Judge, rules: Iterable[Rule]) -> Record:
    """The findings of a judge on all facts of some rules."""
    return Record({fact: judge(fact) for rule in rules for fact in facts_of(rule)}, judge.subject)
