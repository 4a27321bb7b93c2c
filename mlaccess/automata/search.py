"""The search for a shortest string that one graph holds and another does not.

It walks both graphs at once, nodes of the inner one against states of the outer one, nearest first (A*: the least
length of what can still follow is never too long a guess, so the first hit is a shortest string). Two cuts keep it
small: a pair is dropped if the same inner node was already met, no later, with a part of the outer nodes (an antichain,
De Wulf and others 2006), and if the inner node is itself one of the outer nodes.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import Final

from mlaccess.automata.expression import INFINITE
from mlaccess.automata.limits import Work
from mlaccess.automata.nodes import ACCEPT, Core
from mlaccess.automata.states import ALL, State

__all__ = ["shortest_difference"]

_ANTICHAIN: Final = 32
"""How many earlier sets of outer nodes are compared for each inner node."""

_Step = tuple["_Step | None", str]


def shortest_difference(inner: Iterable[Core], outer: State, work: Work, bound: int = INFINITE) -> str | None:
    """A shortest string, shorter than `bound`, that some `inner` node holds and `outer` does not; None without one.

    Raises `TooComplex` when `work` runs out.
    """
    queue: list[tuple[int, int, int, Core, State, _Step | None]] = []
    best: dict[tuple[Core, State], int] = {}
    met: dict[Core, list[frozenset[Core]]] = {}
    serial = 0
    if outer is not ALL:
        for node in inner:
            if node.least < bound and node not in outer.nodes:
                heappush(queue, (node.least, 0, serial, node, outer, None))
                serial += 1
    while queue:
        _, depth, _, node, state, path = heappop(queue)
        depth = -depth
        if node.accepts and not state.accepts:
            return _spell(path)
        if node is ACCEPT:
            continue
        earlier = met.get(node)
        nodes = state.nodes
        if earlier is None:
            met[node] = [nodes]
        else:
            work.spend(1)
            if any(map(nodes.issuperset, earlier)):
                continue
            if len(earlier) < _ANTICHAIN:
                earlier.append(nodes)
            else:
                largest = max(earlier, key=len)
                if len(nodes) < len(largest):
                    earlier[earlier.index(largest)] = nodes
        moves = node.moves(work)
        spans = state.spans(work)
        steps = [(spans.by(char), char, cores) for char, cores in moves.singles.items()]
        if moves.always:
            steps += [(target, char, moves.always) for target, char in spans.choices]
        for first, last, cores in moves.runs:
            steps += [(target, char, cores) for target, char in spans.choices_within(first, last)]
        work.spend(len(steps))
        depth += 1
        for target, char, cores in steps:
            if target is ALL:
                continue
            for core in cores:
                total = depth + core.least
                if total >= bound or core in target.nodes:
                    continue
                key = (core, target)
                known = best.get(key)
                if known is not None and known <= depth:
                    continue
                best[key] = depth
                serial += 1
                heappush(queue, (total, -depth, serial, core, target, (path, char)))
    return None


def _spell(path: _Step | None) -> str:
    letters: list[str] = []
    while path is not None:
        path, char = path
        letters.append(char)
    return "".join(reversed(letters))
