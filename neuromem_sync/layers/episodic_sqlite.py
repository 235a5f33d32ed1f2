"""L2 on SQLite: what happened, in the order of time, and what of it is archived.

Archiving is a mark in the index: the files stay, the entry is still found, only lower. The mark is no part of the
files' meaning, so it is not canonical.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence

from neuromem_sync.changes import EntryChange
from neuromem_sync.layers.text_sqlite import TextTable, text_schema
from neuromem_sync.model import Entry, Layer
from neuromem_sync.sqlite import Reading, transaction

HOUR = 3600.0
RETENTION = 90 * 24 * HOUR
"""Seconds after which an entry is archived, unless the settings say otherwise."""
ARCHIVED = "SELECT key FROM episodic_archive"


class EpisodicTable(TextTable):
    layer = Layer.EPISODIC
    migrations: Sequence[str] = (
        text_schema(Layer.EPISODIC),
        "CREATE TABLE episodic_archive (key INTEGER PRIMARY KEY);",
    )

    def __init__(self, retention: float = RETENTION) -> None:
        super().__init__()
        self._retention = retention
        self._archived_at = float("-inf")

    def tidy(self, connection: sqlite3.Connection, now: float) -> bool:
        """Archive, once an hour, what happened more than the retention time ago."""
        if now - self._archived_at > HOUR:
            self._archived_at = now
            with transaction(connection) as tx:
                archive(tx, now - self._retention)
        return super().tidy(connection, now)

    def apply(self, tx: sqlite3.Connection, changes: Sequence[EntryChange]) -> None:
        """An entry that is gone, left the layer or got another time loses its mark; `archive` decides anew."""
        super().apply(tx, changes)
        moved = [(each.key,) for each in changes if each.old is not None and _time(each.old) != _time(each.new)]
        tx.executemany("DELETE FROM episodic_archive WHERE key = ?", moved)

    def faded(self, keys: Collection[int]) -> Reading[set[int]]:
        rows = yield f"{ARCHIVED} WHERE key IN (SELECT value FROM json_each(?))", (json.dumps(list(keys)),)
        return {key for (key,) in rows}


def archive(tx: sqlite3.Connection, before: float) -> int:
    """Mark what happened before that moment; returns how many entries were newly marked."""
    return tx.execute(
        "INSERT INTO episodic_archive SELECT key FROM entries WHERE layer = 'episodic' AND instant < ?"
        f" AND key NOT IN ({ARCHIVED})",
        (before,),
    ).rowcount


def _time(entry: Entry | None) -> tuple[Layer, str | None] | None:
    return (entry.layer, entry.at) if entry else None
