"""What is archived of the episodic layer, and when the rest is looked at next: two tables of keys.

Archiving is a mark in the index: the files stay, the entry is still found, only lower. The mark is no part of the
files' meaning, so it is not canonical. Decides nothing; archive.py does.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping

from neuromem_sync.changes import EntryChange
from neuromem_sync.model import Entry, Layer
from neuromem_sync.sqlite import Reading

ARCHIVED = "SELECT key FROM episodic_archive"
MIGRATIONS = (
    "CREATE TABLE episodic_archive (key INTEGER PRIMARY KEY);",
    f"""
    CREATE TABLE episodic_ageing (key INTEGER PRIMARY KEY, since REAL NOT NULL);
    CREATE INDEX episodic_ageing_since ON episodic_ageing(since);
    INSERT INTO episodic_ageing SELECT key, instant FROM entries
        WHERE layer = 'episodic' AND instant IS NOT NULL AND key NOT IN ({ARCHIVED});
    """,
)
LINKS = 200  # of one note: a hub has more, and nothing depends on how many more
NAMINGS = 20  # of one entity, likewise


class SqliteShelf:
    """`layers.base.Shelf` over the tables of the episodic layer."""

    def due(self, since: float, limit: int) -> Reading[list[int]]:
        rows = yield "SELECT key FROM episodic_ageing WHERE since < ? ORDER BY since, key LIMIT ?", (since, limit)
        return [key for (key,) in rows]

    def archived(self, ids: Collection[str]) -> Reading[list[int]]:
        rows = yield (
            f"SELECT key FROM entries WHERE id IN (SELECT value FROM json_each(?)) AND key IN ({ARCHIVED})",
            (json.dumps(list(ids)),),
        )
        return [key for (key,) in rows]

    def linking(self, names: Collection[str]) -> Reading[dict[str, list[int]]]:
        found: dict[str, list[int]] = {}
        for name in names:
            rows = yield "SELECT entry FROM mentions WHERE entity = ? AND type = 'note' LIMIT ?", (name, LINKS)
            found[name] = [key for (key,) in rows]
        return found

    def recurring(self, keys: Collection[int]) -> Reading[dict[int, int]]:
        rows = yield (
            f"""SELECT entry, min((SELECT count(*) FROM
                (SELECT 1 FROM mentions AS other WHERE other.entity = own.entity LIMIT {NAMINGS + 1}))) - 1
            FROM mentions AS own WHERE entry IN (SELECT value FROM json_each(?)) GROUP BY entry""",
            (json.dumps(list(keys)),),
        )
        return dict(rows)

    def archive(self, tx: sqlite3.Connection, keys: Collection[int]) -> None:
        tx.executemany("DELETE FROM episodic_ageing WHERE key = ?", _each(keys))
        tx.executemany("INSERT OR IGNORE INTO episodic_archive VALUES (?)", _each(keys))

    def keep(self, tx: sqlite3.Connection, since: Mapping[int, float]) -> None:
        tx.executemany("DELETE FROM episodic_archive WHERE key = ?", _each(since))
        tx.executemany("INSERT OR REPLACE INTO episodic_ageing VALUES (?, ?)", since.items())

    def apply(self, tx: sqlite3.Connection, changes: Iterable[EntryChange]) -> None:
        """What is new, or another in what its archival depends on, is looked at anew; what is gone leaves no mark."""
        moved = [each for each in changes if _ages_by(each.old) != _ages_by(each.new)]
        left = [each.key for each in moved if each.old is not None]
        tx.executemany("DELETE FROM episodic_archive WHERE key = ?", _each(left))
        tx.executemany("DELETE FROM episodic_ageing WHERE key = ?", _each(left))
        dated = [(each.key, each.new.instant) for each in moved if each.new is not None and _ages_by(each.new)]
        tx.executemany("INSERT OR REPLACE INTO episodic_ageing VALUES (?, ?)", dated)


def _each(keys: Iterable[int]) -> list[tuple[int]]:
    return [(key,) for key in keys]


def _ages_by(entry: Entry | None) -> tuple[object, ...] | None:
    """What tells how long an entry lasts; None if it does not age."""
    if entry is None or entry.layer is not Layer.EPISODIC or entry.at is None:
        return None
    return entry.at, entry.kind, entry.origin, entry.tags, entry.attributes, entry.source.anchor
