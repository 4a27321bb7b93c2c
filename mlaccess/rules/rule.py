"""A rule is a small tree: all of, any of, or one fact. There is no "not".

`fold` evaluates a rule in any algebra (Green, Karvounarakis and Tannen, "Provenance semirings", PODS 2007).
Parts reach the algebra lazily, so an algebra may stop early.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, Protocol, TypeAlias, TypeVar, final

from .facts import Fact

__all__ = ["Algebra", "AllOf", "AnyOf", "Ask", "Rule", "facts_of", "fold"]

T = TypeVar("T")


@final
class Ask(NamedTuple):
    """A leaf: one fact. `sentence` is the id of the catalogue row that asks it."""

    fact: Fact
    sentence: str = ""


@final
class AllOf(NamedTuple):
    """Every part must hold. Without parts it holds (nothing is asked)."""

    parts: "tuple[Rule, ...]"
    title: str = ""
    sentence: str = ""
    tag: Literal["all of"] = "all of"


@final
class AnyOf(NamedTuple):
    """One part is enough. Without parts it does not hold."""

    parts: "tuple[Rule, ...]"
    title: str = ""
    sentence: str = ""
    tag: Literal["any of"] = "any of"


Rule: TypeAlias = Ask | AllOf | AnyOf


class Algebra(Protocol[T]):
    """What a fold needs: the value of a leaf, and how values combine."""

    def leaf(self, rule: Ask) -> T:
        """The value of one fact."""
        ...

    def all_of(self, rule: AllOf, parts: Iterable[T]) -> T:
        """The value of a conjunction."""
        ...

    def any_of(self, rule: AnyOf, parts: Iterable[T]) -> T:
        """The value of a disjunction."""
        ...


def fold(rule: Rule, algebra: Algebra[T]) -> T:
    """Evaluate a rule in an algebra, leaves first, parts on demand."""
    if isinstance(rule, Ask):
        return algebra.leaf(rule)
    parts = (fold(part, algebra) for part in rule.parts)
    if isinstance(rule, AllOf):
        return algebra.all_of(rule, parts)
    return algebra.any_of(rule, parts)


def facts_of(rule: Rule) -> Iterator[Fact]:
    """Every fact a rule asks, left to right, with repetitions."""
    if isinstance(rule, Ask):
        yield rule.fact
    else:
        for part in rule.parts:
            yield from facts_of(part)
