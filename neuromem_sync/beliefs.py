"""What the memory believes now that it did not believe at an earlier moment, and the other way round.

Facts and decisions follow from the dates in the files; the items of MEMORY.md from its kept versions, which last seven
days. Writes nothing.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from neuromem_sync.errors import WriteConflict
from neuromem_sync.index import entries_of
from neuromem_sync.journal import Journal, Version
from neuromem_sync.layers.base import SUPERSEDES, TextLayer
from neuromem_sync.managed import Managed, Unmanaged, managed
from neuromem_sync.model import Entry, Kind, Origin, entity_key
from neuromem_sync.query import Freshness
from neuromem_sync.sqlite import Reading, Row, read
from neuromem_sync.undo import items_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """`what` is item, fact or decision. `old` is no longer believed, `new` is believed now; "" where there is none.

    `place` is the `path:line` that says so, `at` its time (ISO 8601).
    """

    what: str
    old: str = ""
    new: str = ""
    place: str = ""
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beliefs:
    """What changed since a moment: facts, decisions, items."""

    found: tuple[Belief, ...]
    freshness: Freshness


def since(
    moment: float, connection: sqlite3.Connection, root: Path, journal: Journal, procedural: TextLayer
) -> tuple[Belief, ...]:
    """What is believed now and was not at that moment (POSIX seconds), and the other way round."""
    found = [*read(connection, facts_since(moment)), *read(connection, decisions_since(moment, procedural))]
    try:
        place = managed(connection, root, journal)
    except (Unmanaged, WriteConflict):
        return tuple(found)
    return (*found, *items_since(place, journal.versions(place.path), moment))


def items_since(place: Managed, versions: Sequence[Version], since: float) -> list[Belief]:
    """Items of the region that came and went; `versions` of it, newest first."""
    if place.region is None:
        return []
    now = {item.sig: item for item in place.region.items}
    then = items_of(_body_at(place, versions, since))
    came = [Belief(what="item", new=item.text, place=item.path) for sig, item in now.items() if sig not in then]
    went = [Belief(what="item", old=item.text, place=item.path) for sig, item in then.items() if sig not in now]
    return [*went, *came]


def _body_at(place: Managed, versions: Sequence[Version], since: float) -> bytes:
    """The region as it was written last before that moment; before the first kept write, as that one found it."""
    earlier = next((version.body for version in versions if version.at <= since), None)
    if earlier is not None:
        return earlier
    if versions:
        return versions[-1].found
    return place.region.body if place.region else b""


def facts_since(since: float) -> Reading[list[Belief]]:
    """Attributes that got another value, by a line dated since then (POSIX seconds); how tasks stand is no belief."""
    rows = yield (
        """SELECT subject, name, value, at, instant, path, line FROM attributes
        JOIN entries ON entries.key = entry JOIN documents ON documents.id = document
        WHERE instant IS NOT NULL AND origin IN (?, ?) AND kind != ?
            AND (subject, name) IN (SELECT subject, name FROM attributes JOIN entries ON entries.key = entry
                WHERE instant >= ?)
        ORDER BY subject, name, instant, path, line""",
        (Origin.OWNER, Origin.AGENT, Kind.TASK, since),
    )
    held: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for subject, name, *rest in rows:
        held[subject, name].append(tuple(rest))
    return [belief for (subject, name), values in held.items() for belief in _fact(subject, name, values, since)]


def _fact(subject: str, name: str, values: Sequence[Row], since: float) -> Iterator[Belief]:
    before = [value for value, _, instant, _, _ in values if instant < since]
    value, at, instant, path, line = values[-1]
    old = before[-1] if before else ""
    if instant >= since and value != old:
        shown = f"{subject} · {name}: "
        yield Belief(what="fact", old=shown + old if old else "", new=shown + value, place=f"{path}:{line}", at=at)


def decisions_since(since: float, procedural: TextLayer) -> Reading[list[Belief]]:
    """Decisions dated since then, and those that one of them has put out of force."""
    rows = yield (
        """SELECT key, instant FROM entries WHERE kind = ? AND kind NOT IN ('entry', 'statement', 'attribute')
        ORDER BY instant, key""",
        (Kind.DECISION,),
    )
    recent = [key for key, instant in rows if instant is not None and instant >= since]
    if not recent:
        return []
    ended = yield from procedural.faded([key for key, _ in rows])
    shown = yield from entries_of([key for key, _ in rows])
    names = {name for key in recent for name in _names(shown[key])}
    out = [shown[key] for key, _ in rows if key in ended and entity_key(shown[key].title) in names]
    new = [shown[key] for key in recent if key not in ended]
    return [
        *(Belief(what="decision", old=_decided(each), place=str(each.source), at=each.at) for each in out),
        *(Belief(what="decision", new=_decided(each), place=str(each.source), at=each.at) for each in new),
    ]


def _names(decision: Entry) -> Iterator[str]:
    """Titles that this decision has the say about: its own, and those it supersedes."""
    yield entity_key(decision.title)
    for relation in decision.relations:
        if relation.kind == SUPERSEDES:
            yield relation.object


def _decided(entry: Entry) -> str:
    return " ".join((entry.attributes.get("decision") or entry.title or entry.text).split())
