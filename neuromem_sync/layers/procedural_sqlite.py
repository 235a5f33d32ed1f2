"""L4 on SQLite: how things are done. Decisions with their state, error patterns, procedures with their success rates.

Rates and states are counted when read, from rows that each name their evidence. Renders no templates.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence

from neuromem_sync.changes import EntryChange
from neuromem_sync.layers.base import SUPERSEDES, Rate
from neuromem_sync.layers.text_sqlite import TextTable, text_schema
from neuromem_sync.model import Entry, Kind, Layer, Procedure, entity_key
from neuromem_sync.sqlite import Reading

_SCHEMA = """
CREATE TABLE procedures (entry INTEGER PRIMARY KEY, name TEXT NOT NULL, successes INTEGER NOT NULL,
    failures INTEGER NOT NULL);
CREATE INDEX procedures_name ON procedures(name);
CREATE TABLE outcomes (entry INTEGER PRIMARY KEY, procedure TEXT NOT NULL, outcome TEXT NOT NULL);
CREATE INDEX outcomes_procedure ON outcomes(procedure);
CREATE TABLE decisions (entry INTEGER PRIMARY KEY, title TEXT NOT NULL);
CREATE INDEX decisions_title ON decisions(title);
CREATE TABLE superseded (title TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (title, entry)) WITHOUT ROWID;
CREATE INDEX superseded_entry ON superseded(entry);
"""
_INSERTS = {
    "procedures": "INSERT OR REPLACE INTO procedures VALUES (?, ?, ?, ?)",
    "outcomes": "INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?)",
    "decisions": "INSERT OR REPLACE INTO decisions VALUES (?, ?)",
    "superseded": "INSERT OR IGNORE INTO superseded (entry, title) VALUES (?, ?)",
}
_CANONICAL = {
    "procedures": "name, successes, failures",
    "outcomes": "procedure, outcome",
    "decisions": "title",
    "superseded": "title",
}
_ENDED = """SELECT own.entry FROM decisions AS own JOIN entries AS mine ON mine.key = own.entry
WHERE own.entry IN (SELECT value FROM json_each(?)) AND (
    EXISTS (SELECT 1 FROM superseded WHERE superseded.title = own.title AND superseded.entry <> own.entry)
    OR EXISTS (SELECT 1 FROM decisions AS later JOIN entries ON entries.key = later.entry
        WHERE later.title = own.title AND entries.instant > mine.instant))"""


class ProceduralTable(TextTable):
    layer = Layer.PROCEDURAL
    migrations: Sequence[str] = (text_schema(Layer.PROCEDURAL), _SCHEMA)

    def apply(self, tx: sqlite3.Connection, changes: Sequence[EntryChange]) -> None:
        super().apply(tx, changes)
        differing = [(c.key, c.old, c.new) for c in changes if not (c.old and c.new and _facts(c.old) == _facts(c.new))]
        outdated = [(key,) for key, old, _ in differing if old is not None and _facts(old)]
        rows = [(table, (key, *row)) for key, _, new in differing if new is not None for table, row in _facts(new)]
        for table, insert in _INSERTS.items():
            tx.executemany(f"DELETE FROM {table} WHERE entry = ?", outdated)
            tx.executemany(insert, [row for name, row in rows if name == table])

    def canonical(self, connection: sqlite3.Connection) -> Iterator[str]:
        yield from super().canonical(connection)
        for table, columns in _CANONICAL.items():
            for path, line, *values in connection.execute(
                f"""SELECT path, line, {", ".join(f"held.{name}" for name in columns.split(", "))} FROM {table} AS held
                LEFT JOIN entries ON entries.key = held.entry LEFT JOIN documents ON documents.id = document"""
            ):
                yield f"{path}:{line}\t{table} {values}"

    def faded(self, keys: Collection[int]) -> Reading[set[int]]:
        """Decisions that a later one of the same title, or one that says so, has superseded."""
        rows = yield _ENDED, (json.dumps(list(keys)),)
        return {key for (key,) in rows}


def rates(names: Collection[str]) -> Reading[Mapping[str, Rate]]:
    """The success rate of each of these procedures, by the name as given."""
    keys = json.dumps([entity_key(name) for name in names])
    started = yield (
        """SELECT name, sum(successes), sum(failures) FROM procedures
        WHERE name IN (SELECT value FROM json_each(?)) GROUP BY name""",
        (keys,),
    )
    ended = yield (
        """SELECT procedure, sum(outcome = 'success'), sum(outcome = 'failure') FROM outcomes
        WHERE procedure IN (SELECT value FROM json_each(?)) GROUP BY procedure""",
        (keys,),
    )
    counts: dict[str, list[int]] = {}
    for name, good, bad in (*started, *ended):
        total = counts.setdefault(name, [0, 0])
        total[0], total[1] = total[0] + good, total[1] + bad
    return {name: Rate(*counts.get(entity_key(name), (0, 0))) for name in names}


def listed() -> Reading[list[int]]:
    """Keys of the entries that tell a procedure, by its name, then by their place."""
    rows = yield (
        """SELECT entry FROM procedures JOIN entries ON entries.key = entry JOIN documents ON documents.id = document
        ORDER BY name, path, start""",
        (),
    )
    return [key for (key,) in rows]


def last(names: Collection[str]) -> Reading[Mapping[str, int]]:
    """Name as given → key of the latest outcome of each of these procedures that has one."""
    rows = yield (
        """SELECT procedure, entry FROM outcomes JOIN entries ON entries.key = entry
        JOIN documents ON documents.id = document
        WHERE procedure IN (SELECT value FROM json_each(?)) AND outcome IN ('success', 'failure')
        ORDER BY instant, path, start""",
        (json.dumps([entity_key(name) for name in names]),),
    )
    latest: dict[str, int] = dict(rows)
    return {name: latest[key] for name in names if (key := entity_key(name)) in latest}


def _facts(entry: Entry) -> tuple[tuple[str, tuple[object, ...]], ...]:
    return tuple(_rows(entry))


def _rows(entry: Entry) -> Iterator[tuple[str, tuple[object, ...]]]:
    if isinstance(entry.procedure, Procedure):
        yield "procedures", (entity_key(entry.procedure.name), entry.procedure.successes, entry.procedure.failures)
    if entry.kind is Kind.OUTCOME and "procedure" in entry.attributes:
        outcome = entry.attributes.get("outcome", "").strip().casefold()
        yield "outcomes", (entity_key(entry.attributes["procedure"]), outcome)
    if entry.kind is Kind.DECISION:
        yield "decisions", (entity_key(entry.title),)
        for relation in entry.relations:
            if relation.kind == SUPERSEDES:
                yield "superseded", (relation.object,)
