"""Walks through what is known: who is named, their attributes with validity, their neighbours, the way between two.

Walks go step by step (walks.py). Writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from neuromem_sync.layers import walks
from neuromem_sync.layers.graph import CO_OCCURS, Edge, Fact, Leg, Mentioned, Neighbour, Told
from neuromem_sync.sqlite import Reading, Row, one

name = "sqlite"
TYPING_SLIP = 2  # letters by which a mistyped name is longer or shorter than the one that is meant

_OUT = "SELECT :key, kind, object, count(*) FROM relations WHERE subject = :key GROUP BY kind, object LIMIT :degree"
_IN = "SELECT subject, kind, :key, count(*) FROM relations WHERE object = :key GROUP BY kind, subject LIMIT :degree"
_WITH = f"""SELECT :key, '{CO_OCCURS}', other.entity, count(*) AS weight
FROM (SELECT entry FROM mentions WHERE entity = :key ORDER BY entry DESC LIMIT {walks.EVIDENCE}) AS own
JOIN mentions AS other ON other.entry = own.entry WHERE other.entity <> :key
GROUP BY other.entity ORDER BY weight DESC, other.entity LIMIT :degree"""
_NAMED = "entity IN (SELECT value FROM json_each(?))"
_OTHERS = "SELECT DISTINCT entity FROM mentions WHERE"
_COUNTED = """SELECT entity, count(*) AS number FROM mentions WHERE :type IS NULL OR type = :type
GROUP BY entity ORDER BY number DESC, entity LIMIT :limit"""
_WRITTEN = f"SELECT min(name), min(type) FROM mentions WHERE {_NAMED}"
_STATED = """SELECT count(*) FROM (SELECT DISTINCT subject, kind, object FROM relations
    WHERE subject IN (SELECT value FROM json_each(?)) OR object IN (SELECT value FROM json_each(?)))"""
_STANDS_FOR = """SELECT alias, entity FROM (SELECT alias, entity, row_number() OVER
    (PARTITION BY alias ORDER BY count(*) DESC, entity) AS place FROM aliases GROUP BY alias, entity)
WHERE place = 1 AND alias <> entity"""
_PLACED = """SELECT path, line, text, at, key, '' FROM entries JOIN documents ON documents.id = document
WHERE key IN ({}) ORDER BY instant IS NULL, instant DESC, path, line LIMIT ?"""
_SAID = _PLACED.format("SELECT entry FROM relations WHERE subject = ? AND kind = ? AND object = ?")
_BOTH = _PLACED.format(
    "SELECT entry FROM mentions WHERE entity = ? INTERSECT SELECT entry FROM mentions WHERE entity = ?"
)
_KNOWN = """SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM mentions WHERE entity = value)
OR EXISTS (SELECT 1 FROM relations WHERE subject = value) OR EXISTS (SELECT 1 FROM relations WHERE object = value)
OR EXISTS (SELECT 1 FROM aliases WHERE alias = value)"""
_MEANT = """SELECT alias, entity FROM (SELECT alias, entity, row_number() OVER
    (PARTITION BY alias ORDER BY count(*) DESC, entity) AS place FROM aliases
    WHERE alias IN (SELECT value FROM json_each(?)) GROUP BY alias, entity)
WHERE place = 1"""
_STATEMENTS = f"SELECT * FROM ({_OUT}) UNION ALL SELECT * FROM ({_IN})"
_EDGES = f"{_STATEMENTS} UNION ALL SELECT * FROM ({_WITH})"


def ready(seconds: float) -> Reading[None]:
    """It is: it is written with the index."""
    yield from ()


def close() -> None:
    """It has nothing open: its readings are run by who has."""


def resolve(name: str) -> Reading[str]:
    """The canonical key a key stands for: the entity that most entries give it as an alias of, else itself."""
    found = yield from one(
        "SELECT entity FROM aliases WHERE alias = ? GROUP BY entity ORDER BY count(*) DESC, entity LIMIT 1", name
    )
    return str(found) if found else name


def known(keys: Sequence[str]) -> Reading[Mapping[str, str]]:
    """Those of these keys that are of an entity, and the canonical key of each."""
    asked = json.dumps(list(keys))
    meant: dict[str, str] = dict((yield _MEANT, (asked,)))
    found = [str(key) for (key,) in (yield _KNOWN, (asked,))]
    return {key: meant.get(key, key) for key in found}


def entity(key: str) -> Reading[tuple[str, str] | None]:
    """Name and type as most entries write them; None for an entity nobody mentions."""
    rows = yield (
        """SELECT name, type FROM mentions WHERE entity = ?
        GROUP BY name, type ORDER BY count(*) DESC, name, type LIMIT 1""",
        (key,),
    )
    return (rows[0][0], rows[0][1]) if rows else None


def names(keys: Sequence[str]) -> Reading[Mapping[str, tuple[str, str]]]:
    """The same of many, without those that nobody mentions."""
    found: dict[str, tuple[str, str]] = {}
    for key in keys:
        written = yield from entity(key)
        if written:
            found[key] = written
    return found


def evidence(key: str, limit: int) -> Reading[list[int]]:
    """Keys of the latest entries that mention an entity, under any of its names."""
    names = json.dumps((key, *(yield from aliases(key))))
    rows = yield f"SELECT DISTINCT entry FROM mentions WHERE {_NAMED} ORDER BY entry DESC LIMIT ?", (names, limit)
    return [entry for (entry,) in rows]


def aliases(key: str) -> Reading[tuple[str, ...]]:
    """The other keys that stand for an entity."""
    rows = yield "SELECT DISTINCT alias FROM aliases WHERE entity = ? AND alias <> ? ORDER BY alias", (key, key)
    return tuple(alias for (alias,) in rows)


def listing(limit: int, type: str | None = None) -> Reading[list[Mentioned]]:
    """The entities that most entries mention; with a `type`, that most mention as such."""
    standing_for: dict[str, str] = dict((yield _STANDS_FOR, ()))
    # -1, all: an entity that has aliases may owe its place to them
    rows = yield _COUNTED, {"type": type, "limit": -1 if standing_for else limit}
    counts: dict[str, int] = {}
    for key, number in rows:
        meant = str(standing_for.get(key, key))
        counts[meant] = counts.get(meant, 0) + number
    most = sorted(counts, key=lambda key: (-counts[key], key))[:limit]
    found: list[Mentioned] = []
    for key in most:
        each = yield from mentioned(key, type)
        found += [each] if each else []
    return sorted(found, key=lambda each: (-each.entries, each.key))


def mentioned(key: str, type: str | None = None) -> Reading[Mentioned | None]:
    """One entity; None for one that nobody mentions."""
    names = json.dumps((key, *(yield from aliases(key))))
    written = (yield from entity(key)) or (yield _WRITTEN, (names,))[0]
    number = yield from one(
        f"SELECT count(DISTINCT entry) FROM mentions WHERE {_NAMED} AND (? IS NULL OR type = ?)", names, type, type
    )
    stated = yield from one(_STATED, names, names)
    return Mentioned(key, written[0], type or written[1], number, stated) if number else None


def similar(key: str, limit: int) -> Reading[list[str]]:
    """Keys that hold this one, shortest first, or that are nearly written like it."""
    holding = yield f"{_OTHERS} instr(entity, ?) ORDER BY length(entity), entity LIMIT ?", (key, limit)
    if holding:
        return [each for (each,) in holding]
    alike = yield f"{_OTHERS} abs(length(entity) - length(?)) <= {TYPING_SLIP} ORDER BY entity", (key,)
    return near(key, [each for (each,) in alike], limit)


def near(key: str, others: Sequence[str], limit: int) -> list[str]:
    """Those that are nearly written like it, the nearest first."""
    import difflib

    return difflib.get_close_matches(key, others, limit, 0.7)


def attributes(subject: str, moment: float | None = None) -> Reading[list[Fact]]:
    """The attributes of an entity: all of them, or those true at a moment (POSIX seconds).

    A dated value ends where a later one of the same name differs. An undated value ends nothing and never ends.
    """
    rows = yield (
        """SELECT name, value, at, instant, entry FROM attributes LEFT JOIN entries ON entries.key = entry
        WHERE subject = ? ORDER BY name, instant, value, entry""",
        (subject,),
    )
    return lasting(rows, moment)


def lasting(rows: Sequence[Row], moment: float | None) -> list[Fact]:
    """Values (name, value, at, instant, entry), ordered by name and instant, with the time they hold."""
    found: list[Fact] = []
    for number, (name, value, at, instant, entry) in enumerate(rows):
        later = (row for row in rows[number + 1 :] if row[0] == name and instant is not None and row[3] > instant)
        end = next((row for row in later if row[1] != value), None)
        begun = moment is None or instant is None or instant <= moment
        if begun and (moment is None or end is None or end[3] > moment):
            found.append(Fact(name, value, at, end[2] if end else None, entry))
    return found


def edges(key: str, degree: int) -> Reading[list[Edge]]:
    """Of each name of an entity: at most `degree` relations from it, to it, and things it occurs with."""
    return (yield from _edges(key, degree, _EDGES))


def _edges(key: str, degree: int, statement: str) -> Reading[list[Edge]]:
    found: list[Edge] = []
    for name in (yield from _names(key, degree)):
        found += [Edge(*row) for row in (yield statement, {"key": name, "degree": degree})]
    return found


def _names(key: str, limit: int) -> Reading[tuple[str, ...]]:
    """A key and at most so many others that stand for it."""
    return (key, *(yield from aliases(key))[:limit])


def neighbours(keys: Iterable[str], hops: int, cap: int, degree: int = walks.DEGREE) -> Reading[list[Neighbour]]:
    """Entities within `hops`, nearest first, at most `cap`; `degree` bounds what is followed from each."""
    return walks.neighbours(_STEPS, keys, hops, cap, degree)


def path(
    start: str, goal: str, cap: int = walks.REACH, degree: int = walks.DEGREE, *, stated: bool = False
) -> Reading[tuple[Leg, ...] | None]:
    """A shortest way between two entities, met from both ends; None when none was found among `cap` entities."""
    return walks.path(_STEPS, start, goal, cap, degree, stated=stated)


def told(edges: Sequence[Edge], limit: int) -> Reading[Mapping[Edge, list[Told]]]:
    """Of each edge the latest entries that say so, or that name both its ends; undated ones last."""
    found: dict[Edge, list[Told]] = {}
    for edge in edges:
        if edge.kind == CO_OCCURS:
            rows = yield _BOTH, (edge.subject, edge.object, limit)
        else:
            rows = yield _SAID, (edge.subject, edge.kind, edge.object, limit)
        found[edge] = [Told(*row) for row in rows]
    return found


def _legs(keys: Sequence[str], degree: int, stated: bool) -> Reading[walks.Legs]:
    found: dict[str, Sequence[Leg]] = {}
    for key in keys:
        around = yield from _edges(key, degree, _STATEMENTS if stated else _EDGES)
        ends = json.dumps(sorted({end for edge in around for end in (edge.subject, edge.object)}))
        meant: dict[str, str] = dict((yield _MEANT, (ends,)))
        found[key] = walks.legs(key, (yield from _names(key, degree)), around, meant)
    return found


_STEPS = walks.Steps(_legs, at_once=1)  # a statement here is microseconds, so a walk stops where it has seen enough
