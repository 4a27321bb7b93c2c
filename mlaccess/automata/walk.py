"""What a language keeps of the walks through its graph, and the atoms that languages share.

Everything here is scratch: it can be thrown away at any time and grown again, and it is thrown away once it holds more
than `KEEP_LIMIT`. Two threads may grow the same walk; at worst they make a node twice.
"""

from __future__ import annotations

from mlaccess.automata.expression import Expression
from mlaccess.automata.growth import Pending
from mlaccess.automata.limits import KEEP_LIMIT, Work
from mlaccess.automata.nodes import ACCEPT, Cores, Graph
from mlaccess.automata.states import State, States

__all__ = ["Atom", "Walk"]


class Walk:
    """The nodes a language starts with and the states met from there."""

    __slots__ = ("cores", "graph", "state", "states")

    def __init__(self) -> None:
        self.states = States()
        self.graph = Graph(self.states)
        self.cores: Cores | None = None
        self.state: State | None = None

    def begin(self, cores: Cores, work: Work) -> State:
        """The state of the starting nodes."""
        self.cores = cores
        state = self.state = self.states.state(cores, work)
        return state

    @property
    def full(self) -> bool:
        """Whether more is kept here than should be for the next question."""
        return self.graph.size > KEEP_LIMIT


class Atom:
    """An expression with its graph. Languages that hold the same atom share its nodes."""

    __slots__ = ("_cores", "_graph", "expression")

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        self._graph: Graph | None = None
        self._cores: Cores | None = None

    def start(self, work: Work) -> Cores:
        """The nodes at which the expression starts."""
        cores = self._cores
        if cores is None:
            graph = self._graph = Graph(States())
            cores = self._cores = Pending(self.expression, ACCEPT, graph).cores(work)
        return cores

    def forget(self) -> None:
        """Throw the graph away."""
        self._graph = self._cores = None
