"""How an expression grows into nodes, one step at a time: the texts, characters, sequences, choices and repetitions.

A node made here holds a part of an expression and the node that comes after it. Taking it apart makes its branches,
once; a loop is a node whose branches lead back to it.
"""

from __future__ import annotations

from mlaccess.automata.charset import ALL_CHARS, Charset
from mlaccess.automata.expression import Both, Chars, Choice, Expression, Not, Repeat, Sequence, Text
from mlaccess.automata.limits import Work
from mlaccess.automata.nodes import ACCEPT, Core, Cores, Graph, Joint, Moves, Node, appended, intersection

__all__ = ["Letter", "Letters", "Pending"]


class Letters(Core):
    """The rest of a text from `index` on, then whatever follows it."""

    __slots__ = ("after", "index", "value")

    def __init__(self, value: str, index: int, after: Node) -> None:
        super().__init__(len(value) - index + after.least)
        self.value = value
        self.index = index
        self.after = after

    def _expand(self, work: Work) -> Moves:
        following = self.index + 1
        if following < len(self.value):
            return Moves({self.value[self.index]: (Letters(self.value, following, self.after),)})
        return Moves({self.value[self.index]: self.after.cores(work)})


class Letter(Core):
    """Characters of one set, `due` of them and then up to `spare` more, then whatever follows."""

    __slots__ = ("_total", "after", "chars", "due", "spare")

    def __init__(self, chars: Charset, due: int, spare: int, after: Node) -> None:
        super().__init__(due + after.least)
        self.chars = chars
        self.due = due
        self.spare = spare
        self.after = after
        self._total: bool | None = None if chars == ALL_CHARS and due == 1 else False

    def total(self, work: Work) -> bool:
        """True of a loop over any character that may end at every turn."""
        total = self._total
        if total is None:
            following = self.after.cores(work)
            total = self._total = self in following and ACCEPT in following
        return total

    def _expand(self, work: Work) -> Moves:
        following: Cores = ()
        if self.due > 1:
            following = (Letter(self.chars, self.due - 1, self.spare, self.after),)
        else:
            if self.spare:
                following = (Letter(self.chars, 1, self.spare - 1, self.after),)
            following += self.after.cores(work)
        if self.chars == ALL_CHARS:
            return Moves(always=following)
        singles = {chr(first): following for first, last in self.chars if first == last}
        return Moves(singles, (), tuple([(first, last, following) for first, last in self.chars if first < last]))


class Pending(Joint):
    """An expression that is still to be taken apart, then whatever follows it."""

    __slots__ = ("expression",)

    def __init__(self, expression: Expression, after: Node, graph: Graph) -> None:
        super().__init__(expression.least + after.least, after, graph)
        self.expression = expression

    def _branch(self, work: Work) -> tuple[Node, ...]:
        expression, after, graph = self.expression, self.after, self.graph
        match expression:
            case Text(value=value):
                return (Letters(value, 0, after) if value else after,)
            case Chars(chars=chars):
                return (Letter(chars, 1, 0, after),)
            case Sequence(parts=parts):
                return (Chain(self.least, parts, 0, after, graph),)
            case Choice(parts=parts):
                work.spend(len(parts))
                return tuple(Pending(part, after, graph) for part in parts)
            case Repeat(part=part, low=0, high=None):
                return (Pending(part, self, graph), after)
            case Repeat(part=Chars(chars=chars), low=low, high=high):
                if high is None:
                    return (Letter(chars, low, 0, Pending(Repeat(expression.part, 0, None), after, graph)),)
                first = Letter(chars, low or 1, high - (low or 1), after)
                return (first,) if low else (first, after)
            case Repeat(part=part, low=low, high=high):
                return (Counter(part, low, high, after, graph),)
            case Both(left=left, right=right):
                lefts = Pending(left, ACCEPT, graph).cores(work)
                rights = Pending(right, ACCEPT, graph).cores(work)
                return _followed(intersection(lefts, rights, graph, work), after, graph)
            case Not(part=part):
                state = graph.states.state(Pending(part, ACCEPT, graph).cores(work), work)
                return _followed(state.complement(graph), after, graph)
            case _:
                raise AssertionError(expression)


class Chain(Joint):
    """The parts of a sequence from `index` on."""

    __slots__ = ("index", "parts")

    def __init__(self, least: int, parts: tuple[Expression, ...], index: int, after: Node, graph: Graph) -> None:
        super().__init__(least, after, graph)
        self.parts = parts
        self.index = index

    def _branch(self, work: Work) -> tuple[Node, ...]:
        following = self.index + 1
        if following == len(self.parts):
            return (Pending(self.parts[self.index], self.after, self.graph),)
        rest = Chain(self.least - self.parts[self.index].least, self.parts, following, self.after, self.graph)
        return (Pending(self.parts[self.index], rest, self.graph),)


class Counter(Joint):
    """The turns of a bounded repetition that are still due (`low`) or allowed (`high`)."""

    __slots__ = ("high", "low", "part")

    def __init__(self, part: Expression, low: int, high: int | None, after: Node, graph: Graph) -> None:
        super().__init__(part.least * low + after.least, after, graph)
        self.part = part
        self.low = low
        self.high = high

    def _branch(self, work: Work) -> tuple[Node, ...]:
        low, high = self.low, self.high
        if low:
            rest = Counter(self.part, low - 1, None if high is None else high - 1, self.after, self.graph)
            return (Pending(self.part, rest, self.graph),)
        if high is None:
            return (Pending(self.part, self, self.graph), self.after)
        if high == 0:
            return (self.after,)
        rest = Counter(self.part, 0, high - 1, self.after, self.graph)
        return (Pending(self.part, rest, self.graph), self.after)


def _followed(cores: Cores, after: Node, graph: Graph) -> tuple[Node, ...]:
    """As `append`, but leaving `after` to be taken apart later: it may stand for a loop that leads back here."""
    if after is ACCEPT:
        return cores
    nodes: list[Node] = [appended(core, after, graph) for core in cores if core is not ACCEPT]
    if any(core.accepts for core in cores):
        nodes.append(after)
    return tuple(nodes)
