"""What is known around a thing that is named: what it is called, what it is joined to, and where that is written.

Walks no graph itself (layers/); finds no thing by likeness, only by its names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neuromem_sync.answer import Doors
from neuromem_sync.entities import mentions
from neuromem_sync.errors import NeuromemError
from neuromem_sync.layers.base import Edge, Fact, Graph, Neighbour
from neuromem_sync.model import entity_key
from neuromem_sync.query import Freshness, Hit
from neuromem_sync.sqlite import Reading

FURTHEST = 4
"""Hops that mean something: at five, in a workspace of one person, everything is related to everything."""
EVIDENCE = 5  # latest entries shown of the thing itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A thing `hops` away; `via` is the edge by which it was first reached, its ends canonical keys."""

    key: str
    name: str
    type: str
    hops: int
    via: Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What is known around `name`, nearest first; nothing at all if nobody mentions it.

    `facts` are its attributes with their validity, `entries` the latest that mention it.
    """

    key: str
    name: str
    type: str
    facts: tuple[Fact, ...]
    things: tuple[Thing, ...]
    entries: tuple[Hit, ...]
    freshness: Freshness


async def related(doors: Doors, entity: str, *, hops: int = 2, limit: int = 30) -> Related:
    """The things within `hops` (1 to `FURTHEST`) of an entity, at most `limit`; any of its names may be given."""
    if not 1 <= hops <= FURTHEST:
        raise NeuromemError(f"{hops} hops are not from 1 to {FURTHEST}", "2 is what is usually meant")
    freshness = await doors.prove()
    return await doors.read(_around(doors.graph, entity, hops, limit, freshness))


def _around(graph: Graph, entity: str, hops: int, limit: int, freshness: Freshness) -> Reading[Related]:
    key = yield from graph.resolve(entity_key(entity))
    name, kind = (yield from graph.entity(key)) or (entity, "")
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
    )


def _things(graph: Graph, found: Sequence[Neighbour]) -> Reading[tuple[Thing, ...]]:
    things: tuple[Thing, ...] = ()
    for near in found:
        name, kind = (yield from graph.entity(near.key)) or (near.key, "")
        things += (Thing(key=near.key, name=name, type=kind, hops=near.hops, via=near.edge),)
    return things
