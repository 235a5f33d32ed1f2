"""Breadth-first walks through a graph, the same over every store: a store says only what edges there are.

Capped on degree and on entities seen: one hub would otherwise turn two hops into thousands of rows. Knows no statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from neuromem_sync.layers.graph import Edge, Leg, Neighbour
from neuromem_sync.sqlite import Reading

DEGREE = 50
"""Edges of one direction that are followed from an entity."""
REACH = 2000
"""Entities looked at for a way between two."""
EVIDENCE = 64
"""Latest entries of an entity that are looked at for what it occurs with."""

Way: TypeAlias = tuple[Leg, ...]
Legs: TypeAlias = Mapping[str, Sequence[Leg]]


@dataclass(frozen=True, slots=True)
class Steps:
    """How a store is walked: the legs that begin at each of some keys, and how many keys it is asked for at once.

    `legs` is given the keys, the degree, and whether only what was stated counts.
    """

    legs: Callable[[Sequence[str], int, bool], Reading[Legs]]
    at_once: int

    def around(self, front: Sequence[str], degree: int, *, stated: bool = False) -> Iterator[Reading[Legs]]:
        """The legs of a front, some keys at a time: who has seen enough asks for no more."""
        for first in range(0, len(front), self.at_once):
            yield self.legs(front[first : first + self.at_once], degree, stated)


def legs(key: str, names: Sequence[str], edges: Iterable[Edge], meant: Mapping[str, str]) -> list[Leg]:
    """The legs of an entity by the edges of its names; `meant` is what other keys stand for, where not themselves."""
    found: list[Leg] = []
    for edge in edges:
        outward = edge.subject in names
        end = edge.object if outward else edge.subject
        found.append(Leg(key, meant.get(end, end), edge, outward))
    return found


def neighbours(steps: Steps, keys: Iterable[str], hops: int, cap: int, degree: int) -> Reading[list[Neighbour]]:
    """Entities within `hops`, nearest first, at most `cap`."""
    front = list(dict.fromkeys(keys))
    seen, found = set(front), list[Neighbour]()
    for hop in range(1, hops + 1):
        reached: list[str] = []
        for asking in steps.around(front, degree):
            for leg in chain.from_iterable((yield from asking).values()):
                if leg.end not in seen and len(found) < cap:
                    seen.add(leg.end)
                    reached.append(leg.end)
                    found.append(Neighbour(leg.end, hop, leg))
            if len(found) >= cap:
                return found
        front = reached
    return found


def path(steps: Steps, start: str, goal: str, cap: int, degree: int, *, stated: bool) -> Reading[Way | None]:
    """A shortest way between two entities, met from both ends; None when none was found among `cap` entities.

    `stated`: only over what somebody stated, not over what stands in one entry.
    """
    ways: tuple[dict[str, Way], dict[str, Way]] = ({start: ()}, {goal: ()})
    fronts = [[start], [goal]]
    if start == goal:
        return ()
    while all(fronts) and len(ways[0]) + len(ways[1]) < cap:
        side = 0 if len(fronts[0]) <= len(fronts[1]) else 1
        fronts[side] = yield from _widen(steps, fronts[side], ways[side], degree, stated)
        met = [key for key in fronts[side] if key in ways[1 - side]]
        if met:
            best = min(met, key=lambda key: (len(ways[0][key]) + len(ways[1][key]), key))
            return (*ways[0][best], *(leg.back() for leg in reversed(ways[1][best])))
    return None


def _widen(steps: Steps, front: Sequence[str], ways: dict[str, Way], degree: int, stated: bool) -> Reading[list[str]]:
    """One step from every entity of a front; `ways` learns how each new one was reached."""
    reached: list[str] = []
    for asking in steps.around(front, degree, stated=stated):
        for leg in chain.from_iterable((yield from asking).values()):
            if leg.end not in ways:
                ways[leg.end] = (*ways[leg.start], leg)
                reached.append(leg.end)
    return reached
