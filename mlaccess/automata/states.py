"""Sets of nodes as states, made when first met: the determinised graph, as far as somebody walked it.

A `State` keeps the moves that texts have made so far as a `Step`, so that reading costs one look-up a character.
`spans` gives all moves, for whole runs of characters, which is what a search needs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from operator import attrgetter
from typing import Final

from mlaccess.automata.charset import LAST, pick
from mlaccess.automata.limits import KEEP_LIMIT, Work
from mlaccess.automata.nodes import ANYTHING, Core, Cores, Graph, Moves

__all__ = ["ALL", "NONE", "Spans", "State", "States", "Step"]

Step = dict[str, "Step"]
"""Where the characters that were met so far lead, each to the next of these; a state that accepts has the key "". That
of a state that nothing leads out of is empty (`ALL`, `NONE`)."""


_accepts: Final = attrgetter("accepts")


class Spans:
    """The moves of a state: by single characters, and for all others by the run they are in."""

    __slots__ = ("choices", "singles", "starts", "states")

    def __init__(self, singles: dict[str, State], starts: list[int], states: list[State]) -> None:
        self.singles = singles
        self.starts = starts
        self.states = states
        self.choices = self._choices()

    def by(self, char: str) -> State:
        """Where this character leads."""
        state = self.singles.get(char)
        if state is not None:
            return state
        return self.states[0] if len(self.states) == 1 else self.states[bisect_right(self.starts, ord(char)) - 1]

    def _choices(self) -> list[tuple[State, str]]:
        """Every state that some character leads to, once, with such a character."""
        found: dict[State, str] = {}
        for state, first, last in self.runs():
            if state not in found:
                char = pick(first, last, self.singles)
                if char is not None:
                    found[state] = char
        for char, state in self.singles.items():
            found.setdefault(state, char)
        return list(found.items())

    def runs(self) -> Iterable[tuple[State, int, int]]:
        """The runs between the single characters, in order."""
        ends = [start - 1 for start in self.starts[1:]] + [LAST]
        return zip(self.states, self.starts, ends, strict=True)

    def choices_within(self, first: int, last: int) -> list[tuple[State, str]]:
        """Every state that some character of a run leads to, once, with such a character."""
        found: dict[State, str] = {}
        for state, start, end in self.runs():
            low, high = max(first, start), min(last, end)
            if low <= high and state not in found:
                char = pick(low, high, self.singles)
                if char is not None:
                    found[state] = char
        for char, state in self.singles.items():
            if first <= ord(char) <= last:
                found.setdefault(state, char)
        return list(found.items())


class State:
    """A set of nodes: what can follow if any one of them is right."""

    __slots__ = ("_complement", "_spans", "accepts", "nodes", "states", "step", "targets")

    def __init__(self, nodes: frozenset[Core], states: States) -> None:
        self.nodes = nodes
        self.states = states
        self.accepts = any(map(_accepts, nodes))
        self.step: Step = {"": {}} if self.accepts else {}
        self.targets: dict[str, State] = {}
        self._spans: Spans | None = None
        self._complement: Cores | None = None

    def reads(self, text: str, work: Work) -> bool:
        """Whether the text leads to an accepting state; states are made as needed, and paid for."""
        state = self
        for char in text:
            if state is ALL:
                return True
            if state is NONE:
                return False
            target = state.targets.get(char)
            if target is None:
                work.spend(1)
                self.states.size += 1
                target = state.targets[char] = state.spans(work).by(char)
                state.step[char] = target.step
            state = target
        return state.accepts

    def spans(self, work: Work) -> Spans:
        """The moves of this state."""
        spans = self._spans
        if spans is None:
            spans = self._spans = self._span(work)
        return spans

    def _span(self, work: Work) -> Spans:
        state = self.states.state
        always: list[Core] = []
        singles: dict[str, list[Core]] = {}
        runs: list[tuple[int, int, Cores]] = []
        work.spend(1 + len(self.nodes))
        for node in self.nodes:
            moves = node.moves(work)
            if moves.always:
                always.extend(moves.always)
            if moves.runs:
                runs.extend(moves.runs)
            for char, cores in moves.singles.items():
                if char in singles:
                    singles[char].extend(cores)
                else:
                    singles[char] = [*cores]
        work.spend(len(singles))
        if len(singles) > 1:  # in one order whatever the nodes' own is, so that the same witness is found each time
            singles = dict(sorted(singles.items()))
        if not runs:
            if not always:
                return Spans({char: state(reached, work) for char, reached in singles.items()}, [0], [NONE])
            return Spans(
                {char: state(always + reached, work) for char, reached in singles.items()}, [0], [state(always, work)]
            )
        for char, reached in singles.items():
            code = ord(char)
            for first, last, others in runs:
                if first <= code <= last:
                    reached.extend(others)
        edges = sorted({0, *(first for first, _, _ in runs), *(last + 1 for _, last, _ in runs)} - {LAST + 1})
        work.spend(len(runs) * (len(singles) + len(edges)))
        starts: list[int] = []
        states: list[State] = []
        for edge in edges:
            reached = [*always]
            for first, last, others in runs:
                if first <= edge <= last:
                    reached.extend(others)
            target = state(reached, work)
            if not states or states[-1] is not target:
                starts.append(edge)
                states.append(target)
        return Spans({char: state(always + reached, work) for char, reached in singles.items()}, starts, states)

    def loop(self) -> None:
        """Make every character lead back here."""
        self._spans = Spans({}, [0], [self])
        self.step = {}

    def complement(self, graph: Graph) -> Cores:
        """The nodes for every string that this state does not lead to."""
        if self is ALL:
            return ()
        if self is NONE:
            return (ANYTHING,)
        if self._complement is None:
            self._complement = (Outside(self, graph),)
        return self._complement


class Outside(Core):
    """What does not follow from a state."""

    __slots__ = ("graph", "state")

    def __init__(self, state: State, graph: Graph) -> None:
        super().__init__(1 if state.accepts else 0, not state.accepts)
        self.state = state
        self.graph = graph

    def _expand(self, work: Work) -> Moves:
        spans, graph = self.state.spans(work), self.graph
        singles = {char: state.complement(graph) for char, state in spans.singles.items()}
        work.spend(len(spans.starts) * (1 + len(singles)))
        runs: list[tuple[int, int, Cores]] = []
        for state, first, last in spans.runs():
            cores = state.complement(graph)
            if not cores:
                continue
            for char in sorted(spans.singles):
                code = ord(char)
                if first <= code <= last:
                    if first < code:
                        runs.append((first, code - 1, cores))
                    first = code + 1
            if first <= last:
                runs.append((first, last, cores))
        return Moves(singles, (), tuple(runs))


class States:
    """The states of one graph met so far. `size` is what they hold, in the units of `Work`."""

    __slots__ = ("known", "size")

    def __init__(self) -> None:
        self.known: dict[frozenset[Core], State] = {}
        self.size = 0

    def state(self, nodes: Iterable[Core], work: Work) -> State:
        """The state of these nodes; `ALL` where one of them plainly accepts everything, `NONE` where there are none."""
        key = frozenset(nodes)
        state = self.known.get(key)
        if state is not None:
            return state
        if not key:
            return NONE
        cost = 1 + len(key)
        work.spend(cost)
        self.size += cost
        for node in key:
            if node.total(work):
                return self.known.setdefault(key, ALL)
        return self.known.setdefault(key, State(key, self))

    @property
    def full(self) -> bool:
        """Whether more is kept here than should be for the next question."""
        return self.size > KEEP_LIMIT


def _sink(nodes: frozenset[Core], states: States) -> State:
    """A state that nothing leads out of."""
    state = State(nodes, states)
    state.loop()
    return state


_LIMBO: Final = States()
NONE: Final = _sink(frozenset(), _LIMBO)
ALL: Final = _sink(frozenset((ANYTHING,)), _LIMBO)
