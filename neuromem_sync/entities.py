"""Who and what a memory names: the entities most entries mention, and all that is known of one.

Walks the graph through its protocol; holds no statement about its tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from neuromem_sync import index
from neuromem_sync.answer import Doors
from neuromem_sync.layers.graph import CO_OCCURS, Catalogue, Edge, Graph, Mentioned
from neuromem_sync.model import Entry, entity_key
from neuromem_sync.query import Freshness
from neuromem_sync.sqlite import Reading

DEGREE = 50
"""Edges of one kind of reading that are followed from an entity: a hub has thousands."""
BESIDE = 10
"""Things shown that an entity occurs with."""
LOOKED_AT = 1000
"""Mentions of which the latest by their own time are chosen: keys tell only when an entry was first seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entities:
    """Most mentioned first."""

    entities: tuple[Mentioned, ...]
    freshness: Freshness


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A value true from `since` to `until` (ISO 8601; None: unknown, and still), as `entry` says."""

    name: str
    value: str
    since: str | None
    until: str | None
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A relation as seen from an entity: `outward` if it is the subject. `weight` entries say so."""

    kind: str
    other: str
    outward: bool
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """All that is known of one entity; `mentions` are the latest entries that name it, `beside` what occurs with it.

    `entity` is None for one that nobody mentions; `similar` are then keys that come near.
    """

    entity: Mentioned | None
    aliases: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    relations: tuple[Tie, ...] = ()
    beside: tuple[Tie, ...] = ()
    mentions: tuple[Entry, ...] = ()
    similar: tuple[str, ...] = ()
    freshness: Freshness


async def entities(doors: Doors, *, limit: int = 50, type: str | None = None) -> Entities:
    """The entities that most entries mention, all or those of a type."""
    freshness = await doors.prove()
    return Entities(entities=tuple(await doors.read(doors.graph.listing(limit, type))), freshness=freshness)


async def portrait(doors: Doors, name: str, *, limit: int = 10) -> Portrait:
    """What is known of the entity called so, or by an alias; at most `limit` of its mentions."""
    freshness = await doors.prove()
    return await doors.read(_portrait(doors.graph, entity_key(name), limit, freshness))


def _portrait(graph: Catalogue, name: str, limit: int, freshness: Freshness) -> Reading[Portrait]:
    key = yield from graph.resolve(name)
    entity = yield from graph.mentioned(key)
    if entity is None:
        return Portrait(entity=None, similar=tuple((yield from graph.similar(name, 5))), freshness=freshness)
    aliases = yield from graph.aliases(key)
    ties = yield from _ties(graph, {key, *aliases}, (yield from graph.edges(key, DEGREE)))
    beside = sorted((tie for tie in ties if tie.kind == CO_OCCURS), key=lambda tie: (-tie.weight, tie.other))
    return Portrait(
        entity=entity,
        aliases=aliases,
        attributes=(yield from _attributes(graph, key)),
        relations=tuple(tie for tie in ties if tie.kind != CO_OCCURS),
        beside=tuple(beside[:BESIDE]),
        mentions=(yield from mentions(graph, key, limit)),
        freshness=freshness,
    )


def _ties(graph: Graph, own: set[str], edges: list[Edge]) -> Reading[list[Tie]]:
    """Of each relation one, however many of the entity's names it was found by."""
    found: dict[Edge, Tie] = {}
    for edge in edges:
        outward = edge.subject in own
        other = edge.object if outward else edge.subject
        written = yield from graph.entity(other)
        found[edge] = Tie(kind=edge.kind, other=written[0] if written else other, outward=outward, weight=edge.weight)
    return sorted(found.values(), key=lambda tie: (not tie.outward, tie.kind, -tie.weight, tie.other))


def _attributes(graph: Graph, key: str) -> Reading[tuple[Attribute, ...]]:
    facts = yield from graph.attributes(key)
    entries: Mapping[int, Entry] = yield from index.entries_of([fact.entry for fact in facts])
    return tuple(
        Attribute(name=fact.name, value=fact.value, since=fact.since, until=fact.until, entry=entries[fact.entry])
        for fact in facts
    )


def mentions(graph: Graph, key: str, limit: int) -> Reading[tuple[Entry, ...]]:
    """The latest entries that mention an entity, by their own time; undated ones last."""
    entries = yield from index.entries_of((yield from graph.evidence(key, LOOKED_AT)))
    ordered = sorted(entries.values(), key=lambda entry: (entry.source.path, entry.source.span.start))
    ordered.sort(key=lambda entry: entry.instant or float("-inf"), reverse=True)
    return tuple(ordered[:limit])
