"""What happened, day by day: dated entries in the order of time, all of them or those around a thing.

Ranks nothing, and leaves nothing out for being archived or superseded: it did happen.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import inf

from neuromem_sync import index
from neuromem_sync.answer import Doors
from neuromem_sync.layers.base import TextLayer
from neuromem_sync.layers.graph import Graph
from neuromem_sync.model import Entry, Layer, Origin, entity_key
from neuromem_sync.query import Freshness, Query
from neuromem_sync.question import understand
from neuromem_sync.sqlite import Reading

MATCHES = 5000
"""Entries of a layer that are looked at for a word or a tag: more than anyone reads, and their keys fit in a call."""

# What stands in the managed region happened where its source says so.
_LATEST = """SELECT key FROM entries WHERE instant >= :since AND instant < :until AND origin <> :region
AND (:layer IS NULL OR layer = :layer) AND (:only IS NULL OR key IN (SELECT value FROM json_each(:only)))
ORDER BY instant DESC, document DESC, start DESC LIMIT :limit"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """`date` is ISO 8601, as the entries write it in their own zones; the earliest entry is first."""

    date: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The earliest day is first. `more`: there are earlier entries than the limit let through."""

    days: tuple[Day, ...]
    more: bool
    freshness: Freshness


async def timeline(doors: Doors, query: Query) -> Timeline:
    """The latest `limit` dated entries inside the filters of a query.

    With a text: those that say all of its words, or mention the entity that it names.
    """
    freshness = await doors.prove()
    only = set(await doors.working()) if query.layer is Layer.WORKING else None
    if query.text or query.tags:
        around = await doors.read(_around(query, doors.layers, doors.graph))
        only = around if only is None else only & around
    entries = await doors.read(_latest(query, only))
    return Timeline(days=_days(entries[: query.limit]), more=len(entries) > query.limit, freshness=freshness)


def _around(query: Query, layers: Sequence[TextLayer], graph: Graph) -> Reading[set[int]]:
    question = understand(query)
    words = [term.token for term in question.terms if not term.part] if query.text else []
    found = yield from _having([*question.tags, *words], layers)
    if query.text:
        thing = yield from graph.resolve(entity_key(query.text))
        named = set((yield from graph.evidence(thing, MATCHES)))
        found |= named & (yield from _having(question.tags, layers)) if question.tags else named
    return found


def _having(tokens: Sequence[str], layers: Sequence[TextLayer]) -> Reading[set[int]]:
    found: set[int] = set()
    for layer in layers if tokens else ():
        found.update((yield from layer.newest(tokens, MATCHES, 0, 2**62)))
    return found


def _latest(query: Query, only: Collection[int] | None) -> Reading[list[Entry]]:
    """One more than the limit: it tells that there are more."""
    filters = {
        "since": -inf if query.since is None else query.since,
        "until": inf if query.until is None else query.until,
        "region": Origin.NEUROMEM,
        "layer": None if query.layer is Layer.WORKING else query.layer,
        "only": None if only is None else json.dumps(sorted(only)),
        "limit": query.limit + 1,
    }
    rows = yield _LATEST, filters
    keys = [key for (key,) in rows]
    found = yield from index.entries_of(keys)
    return [found[key] for key in keys]


def _days(latest: Sequence[Entry]) -> tuple[Day, ...]:
    ordered = sorted(latest, key=lambda each: (_date(each), each.instant, each.source.path, each.source.span.start))
    return tuple(Day(date=date, entries=tuple(entries)) for date, entries in groupby(ordered, _date))


def _date(entry: Entry) -> str:
    return (entry.at or "")[:10]
