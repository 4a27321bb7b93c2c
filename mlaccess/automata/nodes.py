"""The graph behind a language, grown only where somebody walks.

A node stands for the strings that can still follow. Core nodes read a character (`moves`) or accept; joints stand for
a choice of core nodes (`cores`). Nodes are made from an expression and what comes after it, one step at a time and
once each, so walking the same way twice meets the same nodes. Complement and intersection are core nodes too: a
complement holds one state of the determinised inner graph, an intersection holds a pair of nodes.
(Antimirov, *Partial derivatives of regular expressions*, 1996, with Brzozowski's boolean operators as leaves.)
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final

from mlaccess.automata.expression import INFINITE
from mlaccess.automata.limits import Work

if TYPE_CHECKING:
    from mlaccess.automata.states import States

__all__ = [
    "ACCEPT",
    "ANYTHING",
    "Core",
    "Cores",
    "Graph",
    "Joint",
    "Moves",
    "Node",
    "append",
    "appended",
    "intersection",
]

Cores = tuple["Core", ...]


class Moves:
    """Where a core node goes: by any character, by certain characters, by runs of characters. The three add up."""

    __slots__ = ("always", "runs", "singles")

    def __init__(
        self,
        singles: dict[str, Cores] | None = None,
        always: Cores = (),
        runs: tuple[tuple[int, int, Cores], ...] = (),
    ) -> None:
        self.singles: dict[str, Cores] = {} if singles is None else singles
        self.always = always
        self.runs = runs

    def by(self, char: str) -> Cores:
        """Where this one character leads."""
        found = self.always + self.singles.get(char, ())
        if self.runs:
            code = ord(char)
            for first, last, cores in self.runs:
                if first <= code <= last:
                    found += cores
        return found


class Node:
    """Any node."""

    __slots__ = ("_least",)

    def __init__(self, least: int) -> None:
        self._least = least

    @property
    def least(self) -> int:
        """A lower bound on the length of what can still follow."""
        return self._least

    @abstractmethod
    def cores(self, work: Work) -> Cores:
        """The core nodes that this node stands for."""


class Core(Node):
    """A node that reads a character or accepts."""

    __slots__ = ("_moves", "accepts")

    def __init__(self, least: int, accepts: bool = False) -> None:
        super().__init__(least)
        self.accepts = accepts
        self._moves: Moves | None = None

    def cores(self, work: Work) -> Cores:
        return (self,)

    def moves(self, work: Work) -> Moves:
        moves = self._moves
        if moves is None:
            work.spend(1)
            moves = self._moves = self._expand(work)
        return moves

    def total(self, work: Work) -> bool:
        """Whether every string can follow, as far as that is plain to see."""
        return False

    @abstractmethod
    def _expand(self, work: Work) -> Moves: ...


class _Accept(Core):
    __slots__ = ()

    def _expand(self, work: Work) -> Moves:
        return Moves()


class _Anything(Core):
    __slots__ = ()

    def total(self, work: Work) -> bool:
        return True

    def _expand(self, work: Work) -> Moves:
        return Moves(always=(self,))


ACCEPT: Final[Core] = _Accept(0, accepts=True)
ANYTHING: Final[Core] = _Anything(0, accepts=True)


class Joint(Node):
    """A node that stands for others; `branches` are found once, so that their identity is stable."""

    __slots__ = ("_branches", "_cores", "after", "graph")

    def __init__(self, least: int, after: Node, graph: Graph) -> None:
        super().__init__(least)
        self.after = after
        self.graph = graph
        self._branches: tuple[Node, ...] | None = None
        self._cores: Cores | None = None

    def branches(self, work: Work) -> tuple[Node, ...]:
        branches = self._branches
        if branches is None:
            work.spend(1)
            branches = self._branches = self._branch(work)
        return branches

    @abstractmethod
    def _branch(self, work: Work) -> tuple[Node, ...]: ...

    def cores(self, work: Work) -> Cores:
        if self._cores is not None:
            return self._cores
        found: dict[Core, None] = {}
        seen: set[Joint] = {self}
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            work.spend(1)
            if isinstance(node, Core):
                found[node] = None
            elif isinstance(node, Joint):
                if node._cores is not None:
                    found.update(dict.fromkeys(node._cores))
                    work.spend(len(node._cores))
                    continue
                for branch in node.branches(work):
                    if isinstance(branch, Joint):
                        if branch in seen:
                            continue
                        seen.add(branch)
                    stack.append(branch)
        self._cores = tuple(found)
        return self._cores


class Pair(Core):
    """What two nodes have in common."""

    __slots__ = ("graph", "left", "right")

    def __init__(self, left: Core, right: Core, graph: Graph) -> None:
        super().__init__(max(left.least, right.least), left.accepts and right.accepts)
        self.left = left
        self.right = right
        self.graph = graph

    def _expand(self, work: Work) -> Moves:
        left, right, graph = self.left.moves(work), self.right.moves(work), self.graph
        singles = {
            char: intersection(left.by(char), right.by(char), graph, work)
            for char in sorted(left.singles.keys() | right.singles.keys())
        }
        runs = [
            (first, last, intersection(cores, right.always, graph, work))
            for first, last, cores in left.runs
            if right.always
        ]
        runs += [
            (first, last, intersection(left.always, cores, graph, work))
            for first, last, cores in right.runs
            if left.always
        ]
        work.spend(len(singles) + len(left.runs) * len(right.runs))
        for first, last, cores in left.runs:
            for other_first, other_last, others in right.runs:
                low, high = max(first, other_first), min(last, other_last)
                if low <= high:
                    runs.append((low, high, intersection(cores, others, graph, work)))
        always = intersection(left.always, right.always, graph, work)
        return Moves({char: cores for char, cores in singles.items() if cores}, always, tuple(runs))


class Appended(Core):
    """The strings of a complement or an intersection, then whatever follows it."""

    __slots__ = ("after", "first", "graph")

    def __init__(self, first: Core, after: Node, graph: Graph) -> None:
        super().__init__(first.least + after.least)
        self.first = first
        self.after = after
        self.graph = graph

    def _expand(self, work: Work) -> Moves:
        moves = self.first.moves(work)
        return Moves(
            {char: append(cores, self.after, self.graph, work) for char, cores in moves.singles.items()},
            append(moves.always, self.after, self.graph, work),
            tuple((low, high, append(cores, self.after, self.graph, work)) for low, high, cores in moves.runs),
        )


class Graph:
    """What the nodes of one expression share: pairs and appended nodes made so far, and the states of complements."""

    __slots__ = ("appended", "pairs", "states")

    def __init__(self, states: States) -> None:
        self.pairs: dict[tuple[Core, Core], Pair] = {}
        self.appended: dict[tuple[Core, Node], Appended] = {}
        self.states = states

    @property
    def size(self) -> int:
        """How much is kept here, in the units of `Work`."""
        return len(self.pairs) + len(self.appended) + self.states.size


def intersection(lefts: Cores, rights: Cores, graph: Graph, work: Work) -> Cores:
    """The nodes for what one of `lefts` shares with one of `rights`."""
    if not lefts or not rights:
        return ()
    work.spend(len(lefts) * len(rights))
    found: dict[Core, None] = {}
    for left in lefts:
        for right in rights:
            if left is ANYTHING or left is right:
                found[right] = None
            elif right is ANYTHING:
                found[left] = None
            elif left is ACCEPT or right is ACCEPT:
                if left.accepts and right.accepts:
                    found[ACCEPT] = None
            elif left.least < INFINITE and right.least < INFINITE:
                key = (left, right)
                pair = graph.pairs.get(key)
                if pair is None:
                    work.spend(2)
                    pair = graph.pairs.setdefault(key, Pair(left, right, graph))
                found[pair] = None
    return tuple(found)


def appended(core: Core, after: Node, graph: Graph) -> Core:
    """The node for a string of `core`, then `after`; `ACCEPT` is not to be appended to."""
    key = (core, after)
    node = graph.appended.get(key)
    return graph.appended.setdefault(key, Appended(core, after, graph)) if node is None else node


def append(cores: Cores, after: Node, graph: Graph, work: Work) -> Cores:
    """The nodes for a string of one of `cores`, then `after`."""
    if after is ACCEPT or not cores:
        return cores
    work.spend(len(cores))
    found: dict[Core, None] = {}
    for core in cores:
        if core is not ACCEPT:
            found[appended(core, after, graph)] = None
        if core.accepts:
            found.update(dict.fromkeys(after.cores(work)))
    return tuple(found)
