"""What the three text layers share: an inverted index of token strings, and the strings themselves to score from.

Finds keys by terms and gives back token strings; scores nothing (recall.py) and keeps no text as written (index.py).
`bm25()` of FTS5 is not used: without column sizes it returns -0.0 for every row and no error.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence

from neuromem_sync.changes import EntryChange
from neuromem_sync.layers.base import Size, TokenString
from neuromem_sync.layers.terms import TOKEN_MARKS, token_string
from neuromem_sync.model import Entry, Layer
from neuromem_sync.sqlite import Reading, read

MERGE_PAGES = 64  # of one `tidy`: some milliseconds

# automerge = 0: merges would run inside COMMIT and stall it for 0.2-1.7 s; they run in `tidy` instead.
# hashsize: a full build flushes every 8 MB, so it leaves few segments.
_SCHEMA = """
CREATE TABLE {layer}_text (key INTEGER PRIMARY KEY, length INTEGER NOT NULL, terms TEXT NOT NULL);
CREATE VIRTUAL TABLE {layer}_terms USING fts5
    (terms, content='', detail=none, columnsize=0, tokenize="ascii tokenchars '{marks}'");
INSERT INTO {layer}_terms ({layer}_terms, rank) VALUES ('automerge', 0);
INSERT INTO {layer}_terms ({layer}_terms, rank) VALUES ('crisismerge', 256);
INSERT INTO {layer}_terms ({layer}_terms, rank) VALUES ('hashsize', 8388608);
CREATE TABLE {layer}_size (entries INTEGER NOT NULL, tokens INTEGER NOT NULL);
INSERT INTO {layer}_size VALUES (0, 0);
"""


class TextTable:
    """The searchable text of one layer. Subclasses set `layer` and add their own tables to `migrations`."""

    layer: Layer
    migrations: Sequence[str]

    def __init__(self) -> None:
        self._name = f"{self.layer}_terms"

    def apply(self, tx: sqlite3.Connection, changes: Sequence[EntryChange]) -> None:
        """Index the texts that changed; an entry that only moved inside its document costs nothing."""
        wanted = {change.key: self._terms(change.new) for change in changes if self._concerned(change)}
        if not wanted:
            return
        held = read(tx, self.token_strings(wanted))
        outdated = [(key, terms) for key, (_, terms) in held.items() if terms != wanted[key]]
        arriving = [
            (key, terms.count("  ") + 1, terms)
            for key, terms in wanted.items()
            if terms is not None and (key not in held or held[key][1] != terms)
        ]
        self._remove(tx, outdated)
        self._insert(tx, arriving)
        tokens = sum(length for _, length, _ in arriving) - sum(held[key][0] for key, _ in outdated)
        tx.execute(
            f"UPDATE {self.layer}_size SET entries = entries + ?, tokens = tokens + ?",
            (len(arriving) - len(outdated), tokens),
        )

    def canonical(self, connection: sqlite3.Connection) -> Iterator[str]:
        rows = connection.execute(
            f"""SELECT path, line, terms FROM {self.layer}_text AS held
            LEFT JOIN entries ON entries.key = held.key LEFT JOIN documents ON documents.id = document"""
        )
        for path, line, terms in rows:
            yield f"{path}:{line}\t{self.layer} text{terms}"

    def tidy(self, connection: sqlite3.Connection, now: float) -> bool:
        """Merge a few pages of segments: a search costs a seek per term and segment."""
        before = connection.total_changes
        connection.execute(f"INSERT INTO {self._name} ({self._name}, rank) VALUES ('merge', ?)", (MERGE_PAGES,))
        return connection.total_changes - before >= 2

    def size(self) -> Reading[Size]:
        rows = yield f"SELECT entries, tokens FROM {self.layer}_size", ()
        return Size(*rows[0])

    def newest(self, tokens: Sequence[str], limit: int, low: int, high: int) -> Reading[list[int]]:
        """Keys in `low..high` of entries with all these tokens, largest (in logs: newest) first."""
        rows = yield (
            f"""SELECT rowid FROM {self._name} WHERE {self._name} MATCH ? AND rowid BETWEEN ? AND ?
            ORDER BY rowid DESC LIMIT ?""",
            (" ".join(f'"{token}"' for token in tokens), low, high, limit),
        )
        return [key for (key,) in rows]

    def token_strings(self, keys: Collection[int]) -> Reading[dict[int, TokenString]]:
        """The token strings of those of these entries that live in this layer."""
        rows = yield (
            f"SELECT key, length, terms FROM {self.layer}_text WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
        return {key: (length, terms) for key, length, terms in rows}

    def faded(self, keys: Collection[int]) -> Reading[set[int]]:
        """None; layers in which entries age say otherwise."""
        yield from ()
        return set()

    def _remove(self, tx: sqlite3.Connection, rows: list[tuple[int, str]]) -> None:
        tx.executemany(f"INSERT INTO {self._name} ({self._name}, rowid, terms) VALUES ('delete', ?, ?)", rows)
        tx.executemany(f"DELETE FROM {self.layer}_text WHERE key = ?", ((key,) for key, _ in rows))

    def _insert(self, tx: sqlite3.Connection, rows: list[tuple[int, int, str]]) -> None:
        tx.executemany(f"INSERT INTO {self.layer}_text VALUES (?, ?, ?)", rows)
        found = ((key, terms) for key, _, terms in rows)
        tx.executemany(f"INSERT INTO {self._name} (rowid, terms) VALUES (?, ?)", found)

    def _concerned(self, change: EntryChange) -> bool:
        old, new = change.old, change.new
        if old is not None and new is not None and old.layer == new.layer == self.layer:
            return _searched(old) != _searched(new)
        return (old is not None and old.layer == self.layer) or (new is not None and new.layer == self.layer)

    def _terms(self, entry: Entry | None) -> str | None:
        if entry is None or entry.layer != self.layer:
            return None
        return token_string((*entry.heading, entry.title, *_unwritten(entry), entry.text), entry.tags)


def text_schema(layer: Layer) -> str:
    """The first migration of a text layer."""
    return _SCHEMA.format(layer=layer, marks=TOKEN_MARKS)


def _searched(entry: Entry) -> tuple[object, ...]:
    return entry.text, entry.title, entry.heading, entry.tags, tuple(entry.attributes)


def _unwritten(entry: Entry) -> list[str]:
    """Names of attributes that the entry's own lines do not show: the header above a table's row."""
    lowered = entry.text.lower() if entry.attributes else ""
    return [name for name in (key.replace("_", " ") for key in entry.attributes) if name not in lowered]
