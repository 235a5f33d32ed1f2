"""Breadth-first walks through a graph, the same over every store: a store says only what edges there are.

Capped on degree and on entities seen: one hub would otherwise turn two hops into thousands of rows. Knows no statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from neuromem_sync.layers.base import Edge, Neighbour
from neuromem_sync.sqlite import Reading

DEGREE = 50
"""Edges of one direction that are followed from an entity."""
REACH = 2000
"""Entities looked at for a way between two."""
EVIDENCE = 64
"""Latest entries of an entity that are looked at for what it occurs with."""

Way: TypeAlias = tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """How a store is walked: the edges of each of some keys, and how many keys it is asked for at once."""

    edges: Callable[[Sequence[str], int], Reading[Mapping[str, Sequence[Edge]]]]
    at_once: int

    def around(self, front: Sequence[str], degree: int) -> Iterator[Reading[Mapping[str, Sequence[Edge]]]]:
        """The edges of a front, some keys at a time: who has seen enough asks for no more."""
        for first in range(0, len(front), self.at_once):
            yield self.edges(front[first : first + self.at_once], degree)


def neighbours(steps: Steps, keys: Iterable[str], hops: int, cap: int, degree: int) -> Reading[list[Neighbour]]:
    """Entities within `hops`, nearest first, at most `cap`."""
    front = list(dict.fromkeys(keys))
    seen, found = set(front), list[Neighbour]()
    for hop in range(1, hops + 1):
        reached: list[str] = []
        for asking in steps.around(front, degree):
            for key, edges in (yield from asking).items():
                for edge in edges:
                    other = edge.other(key)
                    if other not in seen and len(found) < cap:
                        seen.add(other)
                        reached.append(other)
                        found.append(Neighbour(other, hop, edge))
            if len(found) >= cap:
                return found
        front = reached
    return found


def path(steps: Steps, start: str, goal: str, cap: int, degree: int) -> Reading[Way | None]:
    """A shortest way between two entities, met from both ends; None when none was found among `cap` entities."""
    ways: tuple[dict[str, Way], dict[str, Way]] = ({start: ()}, {goal: ()})
    fronts = [[start], [goal]]
    if start == goal:
        return ()
    while all(fronts) and len(ways[0]) + len(ways[1]) < cap:
        side = 0 if len(fronts[0]) <= len(fronts[1]) else 1
        fronts[side] = yield from _widen(steps, fronts[side], ways[side], degree)
        met = [key for key in fronts[side] if key in ways[1 - side]]
        if met:
            best = min(met, key=lambda key: (len(ways[0][key]) + len(ways[1][key]), key))
            return (*ways[0][best], *reversed(ways[1][best]))
    return None


def _widen(steps: Steps, front: Sequence[str], ways: dict[str, Way], degree: int) -> Reading[list[str]]:
    """One step from every entity of a front; `ways` learns how each new one was reached."""
    reached: list[str] = []
    for asking in steps.around(front, degree):
        for key, edges in (yield from asking).items():
            for edge in edges:
                other = edge.other(key)
                if other not in ways:
                    ways[other] = (*ways[key], edge)
                    reached.append(other)
    return reached
