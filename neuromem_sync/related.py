"""What is known around a thing that is named: what it is called, what it is joined to, and where that is written.

Walks no graph itself (layers/); finds no thing by likeness, only by its names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from neuromem_sync.answer import Doors, with_degraded
from neuromem_sync.entities import mentions
from neuromem_sync.errors import NeuromemError
from neuromem_sync.layers.graph import Edge, Fact, Graph, Neighbour
from neuromem_sync.model import Problem, asked_key
from neuromem_sync.preferred import preferred
from neuromem_sync.query import Freshness, Hit
from neuromem_sync.sqlite import Reading
from neuromem_sync.step import Step, steps

FURTHEST = 4
"""Hops that mean something: at five, in a workspace of one person, everything is related to everything."""
EVIDENCE = 5  # latest entries shown of the thing itself
NEAR = 5  # names offered for one that nobody mentions


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A thing `hops` away; `via` is the edge by which it was first reached, with keys for its ends, `step` the same
    by names, with the latest entry that says so.
    """

    key: str
    name: str
    type: str
    hops: int
    via: Edge
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What is known around `name`, nearest first; nothing at all if nobody mentions it, `similar` then names some.

    `facts` are its attributes with their validity, `entries` the latest that mention it. `store` is what answered, and
    `problems` why it was not another.
    """

    key: str
    name: str
    type: str
    facts: tuple[Fact, ...]
    things: tuple[Thing, ...]
    entries: tuple[Hit, ...]
    freshness: Freshness
    similar: tuple[str, ...] = ()
    store: str = ""
    problems: tuple[Problem, ...] = ()


async def related(doors: Doors, entity: str, *, hops: int = 2, limit: int = 30) -> Related:
    """The things within `hops` (1 to `FURTHEST`) of an entity, at most `limit`; any of its names may be given."""
    if not 1 <= hops <= FURTHEST:
        raise NeuromemError(f"{hops} hops are not from 1 to {FURTHEST}", "2 is what is usually meant")
    freshness = await doors.prove()
    answered = await doors.read(
        preferred(doors.graphs, lambda graph: _around(graph, entity, hops, limit, freshness), doors.clock.now())
    )
    problems = await with_degraded(doors, answered.problems)
    return replace(answered.found, store=answered.store, problems=problems)


def _around(graph: Graph, entity: str, hops: int, limit: int, freshness: Freshness) -> Reading[Related]:
    key = yield from graph.resolve(asked_key(entity))
    written = yield from graph.entity(key)
    name, kind = written or (entity, "")
    things = yield from _things(graph, (yield from graph.neighbours([key], hops, limit)))
    latest = yield from mentions(graph, key, EVIDENCE)
    return Related(
        key=key,
        name=name,
        type=kind,
        facts=tuple((yield from graph.attributes(key))),
        things=things,
        entries=tuple(Hit(entry=entry, score=0.0) for entry in latest),
        freshness=freshness,
        similar=() if written or things else tuple((yield from graph.similar(key, NEAR))),
    )


def _things(graph: Graph, found: Sequence[Neighbour]) -> Reading[tuple[Thing, ...]]:
    ends = dict.fromkeys(key for near in found for key in (near.leg.start, near.leg.end))
    written = yield from graph.names(list(ends))
    names = {key: name for key, (name, _) in written.items()}
    told = yield from steps(graph, [near.leg for near in found], names, 1)
    return tuple(
        Thing(
            key=near.key,
            name=names.get(near.key, near.key),
            type=written[near.key][1] if near.key in written else "",
            hops=near.hops,
            via=near.leg.edge,
            step=step,
        )
        for near, step in zip(found, told, strict=True)
    )
