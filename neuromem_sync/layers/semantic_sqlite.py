"""L3 on SQLite: what is known. Statements are searched as text, facts are walked as a graph.

Writes only; the walks are readings in graph_sqlite.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from neuromem_sync.changes import EntryChange
from neuromem_sync.layers.facts_sqlite import SCHEMA, apply_facts, canonical_facts
from neuromem_sync.layers.text_sqlite import TextTable, text_schema
from neuromem_sync.model import Layer


class SemanticTable(TextTable):
    layer = Layer.SEMANTIC
    migrations: Sequence[str] = (text_schema(Layer.SEMANTIC), SCHEMA)

    def apply(self, tx: sqlite3.Connection, changes: Sequence[EntryChange]) -> None:
        super().apply(tx, changes)
        apply_facts(tx, changes)

    def canonical(self, connection: sqlite3.Connection) -> Iterator[str]:
        yield from super().canonical(connection)
        yield from canonical_facts(connection)
