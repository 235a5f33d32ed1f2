"""Archive what faded, bring back what is recalled again often, and drop the touches that stand for nothing.

Marks entries in the index, never a file. The rule is lifecycle.py's; here is only whose turn it is: an entry is looked
at when it is as old as the retention time, and again when it would have faded if nobody had recalled it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from neuromem_sync import index
from neuromem_sync.layers.base import Heat, Shelf, Touches
from neuromem_sync.lifecycle import LONGEST, OFTEN, fades, importance, points_at, returns
from neuromem_sync.model import Entry, Origin, entity_key
from neuromem_sync.sqlite import Reading, read, transaction

AT_ONCE = 2000
"""Entries looked at in one pass: some 50 ms, in which a cycle would wait."""
ORPHANED = 7 * 86400.0
"""Seconds without a touch after which one of no entry is dropped: a file moved away and back keeps its heat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveReport:
    """How many entries were newly archived, and how many brought back; `left`: there is more to look at."""

    archived: int
    restored: int
    left: bool = False


def archive(
    connection: sqlite3.Connection, shelf: Shelf, touches: Touches, now: float, retention: float
) -> ArchiveReport:
    """One pass over what is due. For the holder of `writer.lock`; `retention` in seconds.

    Reads first; one short transaction writes what differs, and none if nothing does.
    """
    due = read(connection, _entries(shelf.due(now - retention, AT_ONCE)))
    stored = read(connection, _entries(shelf.archived(touches.often(OFTEN))))
    both = {**due, **stored}
    weights = read(connection, _weights(shelf, both))
    heat = touches.heat([entry.id for entry in both.values()])
    ends = {
        key: fades(entry.instant or now, weights[key], heat.get(entry.id), retention) for key, entry in both.items()
    }
    gone = [key for key in due if ends[key] <= now]
    back = [key for key, entry in stored.items() if _returns(entry, weights[key], heat, now, retention)]
    kept = {key: ends[key] - retention for key in (*due, *back) if ends[key] > now}
    if gone or kept:
        with transaction(connection) as tx:
            shelf.archive(tx, gone)
            shelf.keep(tx, kept)
    return ArchiveReport(archived=len(gone), restored=len(back), left=len(due) == AT_ONCE)


def _weights(shelf: Shelf, entries: Mapping[int, Entry]) -> Reading[dict[int, float]]:
    """The importance of these entries, with what the rest of the index says of them."""
    links = yield from _links(shelf, entries.values())
    recurring = yield from shelf.recurring(entries)
    return {
        key: importance(entry, links=links[str(entry.source)], recurring=recurring.get(key, 0))
        for key, entry in entries.items()
    }


def prune(connection: sqlite3.Connection, touches: Touches, now: float, retention: float) -> int:
    """Drop the touches of entries that are no more, and those too old to keep anything; returns how many."""
    idle = touches.idle(now - ORPHANED)
    faded = set(touches.idle(now - (LONGEST + 1) * retention))
    known = read(connection, _known(idle))
    dropped = [each for each in idle if each in faded or each not in known]
    if dropped:
        touches.drop(dropped)
    return len(dropped)


def _returns(entry: Entry, weight: float, heat: Mapping[str, Heat], now: float, retention: float) -> bool:
    return returns(entry.instant or now, weight, heat.get(entry.id), now, retention)


def _entries(keys: Reading[list[int]]) -> Reading[dict[int, Entry]]:
    return (yield from index.entries_of((yield from keys)))


def _links(shelf: Shelf, entries: Iterable[Entry]) -> Reading[dict[str, int]]:
    """`path:line` → how many entries of other documents link to it. Our own region is evidence of nothing."""
    entries = list(entries)
    linking = yield from shelf.linking(sorted({_note(entry.source.path) for entry in entries}))
    others = yield from index.entries_of(sorted({key for keys in linking.values() for key in keys}))
    found = {}
    for entry in entries:
        note = _note(entry.source.path)
        found[str(entry.source)] = sum(_means(others[key], note, entry) for key in linking[note] if key in others)
    return found


def _means(other: Entry, note: str, entry: Entry) -> bool:
    if other.origin is Origin.NEUROMEM or other.source.path == entry.source.path:
        return False
    here = (link for link in other.links if _note(link.partition("|")[0].partition("#")[0]) == note)
    return any(points_at(link, entry) for link in here)


def _note(path: str) -> str:
    """The canonical key of a document, or of a link's target."""
    return entity_key(PurePosixPath(path.strip()).name.removesuffix(".md"))


def _known(ids: Sequence[str]) -> Reading[set[str]]:
    rows = yield "SELECT id FROM entries WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    return {each for (each,) in rows}
