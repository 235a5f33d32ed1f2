"""L2 on SQLite: what happened, in the order of time, and what of it is archived (shelf_sqlite.py)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence

from neuromem_sync.changes import EntryChange
from neuromem_sync.layers import shelf_sqlite
from neuromem_sync.layers.text_sqlite import TextTable, text_schema
from neuromem_sync.model import Layer
from neuromem_sync.sqlite import Reading


class EpisodicTable(TextTable):
    layer = Layer.EPISODIC
    migrations: Sequence[str] = (text_schema(Layer.EPISODIC), *shelf_sqlite.MIGRATIONS)

    def __init__(self) -> None:
        super().__init__()
        self._shelf = shelf_sqlite.SqliteShelf()

    def apply(self, tx: sqlite3.Connection, changes: Sequence[EntryChange]) -> None:
        super().apply(tx, changes)
        self._shelf.apply(tx, changes)

    def faded(self, keys: Collection[int]) -> Reading[set[int]]:
        """Those that are archived."""
        rows = yield f"{shelf_sqlite.ARCHIVED} WHERE key IN (SELECT value FROM json_each(?))", (json.dumps(list(keys)),)
        return {key for (key,) in rows}
