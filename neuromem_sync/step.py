"""A step from one thing to the next, as it is told: by their names, with the entries that say so.

Walks no graph itself (layers/).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from neuromem_sync.layers.graph import CO_OCCURS, Graph, Leg, Told
from neuromem_sync.sqlite import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`outward` if the thing it starts at is the subject. `weight` entries say so; `told` are the latest of them."""

    start: str
    kind: str
    end: str
    outward: bool
    weight: int
    told: tuple[Told, ...]

    def __str__(self) -> str:
        """`Gateway -uses-> Redis`, `Redis <-uses- Gateway`, `Ava - Redis` for what stands in one entry."""
        if self.kind == CO_OCCURS:
            return f"{self.start} - {self.end}"
        kind = self.kind.replace("_", " ")
        return f"{self.start} -{kind}-> {self.end}" if self.outward else f"{self.start} <-{kind}- {self.end}"


def steps(graph: Graph, legs: Sequence[Leg], names: Mapping[str, str], limit: int) -> Reading[tuple[Step, ...]]:
    """Each leg as a step, with at most `limit` entries; a thing that `names` lacks is called by its key."""
    told = yield from graph.told([leg.edge for leg in legs], limit)
    return tuple(
        Step(
            start=names.get(leg.start, leg.start),
            kind=leg.edge.kind,
            end=names.get(leg.end, leg.end),
            outward=leg.outward,
            weight=leg.edge.weight,
            told=tuple(told[leg.edge]),
        )
        for leg in legs
    )
