"""What entries are evidence for: mentions, aliases, relations and attributes, each row naming its entry.

Everything is kept per evidence, so that deleting an entry deletes exactly what it alone supported. Names, weights and
validity follow from these rows when read (graph_sqlite.py): what is not stored cannot go stale.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from neuromem_sync.changes import EntryChange
from neuromem_sync.model import Entry

MENTIONS = 16  # entities of one entry: a table of contents is no evidence that its topics belong together

SCHEMA = """
CREATE TABLE mentions (entity TEXT NOT NULL, entry INTEGER NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
    PRIMARY KEY (entity, entry)) WITHOUT ROWID;
CREATE INDEX mentions_entry ON mentions(entry);
CREATE TABLE aliases (alias TEXT NOT NULL, entity TEXT NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY (alias, entity, entry)) WITHOUT ROWID;
CREATE INDEX aliases_entity ON aliases(entity);
CREATE INDEX aliases_entry ON aliases(entry);
CREATE TABLE relations (subject TEXT NOT NULL, kind TEXT NOT NULL, object TEXT NOT NULL, entry INTEGER NOT NULL,
    context TEXT NOT NULL, PRIMARY KEY (subject, kind, object, entry)) WITHOUT ROWID;
CREATE INDEX relations_object ON relations(object, kind, subject);
CREATE INDEX relations_entry ON relations(entry);
CREATE TABLE attributes (subject TEXT NOT NULL, name TEXT NOT NULL, entry INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (subject, name, entry)) WITHOUT ROWID;
CREATE INDEX attributes_entry ON attributes(entry);
"""

_INSERTS = {
    "mentions": "INSERT OR IGNORE INTO mentions VALUES (?, ?, ?, ?)",
    "aliases": "INSERT OR IGNORE INTO aliases VALUES (?, ?, ?)",
    "relations": "INSERT OR IGNORE INTO relations VALUES (?, ?, ?, ?, ?)",
    "attributes": "INSERT OR IGNORE INTO attributes VALUES (?, ?, ?, ?)",
}
_CANONICAL = {
    "mentions": "entity, name, type",
    "aliases": "alias, entity",
    "relations": "subject, kind, object, context",
    "attributes": "subject, name, value",
}


def apply_facts(tx: sqlite3.Connection, changes: Sequence[EntryChange]) -> None:
    """Replace the facts of every entry whose facts differ, whatever its layer."""
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in _INSERTS}
    outdated: list[tuple[int]] = []
    for change in changes:
        if change.old is not None and change.new is not None and _facts(change.old) == _facts(change.new):
            continue
        if change.old is not None:
            outdated.append((change.key,))
        if change.new is not None:
            for table, row in facts_of(change.key, change.new):
                rows[table].append(row)
    for table, insert in _INSERTS.items():
        tx.executemany(f"DELETE FROM {table} WHERE entry = ?", outdated)
        tx.executemany(insert, rows[table])


def canonical_facts(connection: sqlite3.Connection) -> Iterator[str]:
    for table, columns in _CANONICAL.items():
        for path, line, *values in connection.execute(
            f"""SELECT path, line, {", ".join(f"held.{name}" for name in columns.split(", "))} FROM {table} AS held
            LEFT JOIN entries ON entries.key = held.entry LEFT JOIN documents ON documents.id = document"""
        ):
            yield f"{path}:{line}\t{table} {values}"


def _facts(entry: Entry) -> tuple[object, ...]:
    return entry.entities, entry.relations, entry.subject, entry.attributes


def facts_of(key: int, entry: Entry) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Table and row of all that an entry is evidence for. Of equal keys the first counts."""
    for entity in entry.entities[:MENTIONS]:
        yield "mentions", (entity.key, key, entity.name, entity.type)
        for alias in entity.aliases:
            yield "aliases", (alias, entity.key, key)
    for relation in entry.relations:
        yield "relations", (relation.subject, relation.kind, relation.object, key, relation.context)
    if entry.subject:
        for name, value in entry.attributes.items():
            yield "attributes", (entry.subject, name, key, value)
