"""The state database: documents, the full record of every entry, problems, and the generation they belong to.

Decides nothing about files and searches nothing: sync.py says what to write, the layers answer questions.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from neuromem_sync.changes import EntryChange, FileState, Stored
from neuromem_sync.layers.base import Table
from neuromem_sync.model import Entry, Kind, Problem
from neuromem_sync.outbox import Outbox, prepare
from neuromem_sync.records import COLUMNS, PLACES, SELECT, canonical_entry, entry_of, values_of
from neuromem_sync.sqlite import Reading, Row, connect, failure, migrate, one, read

MIGRATIONS = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE documents (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, route TEXT NOT NULL,
        dev INTEGER NOT NULL, ino INTEGER NOT NULL, size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,
        digest BLOB NOT NULL, racy INTEGER NOT NULL, unverified TEXT
    );
    CREATE INDEX documents_unverified ON documents(path) WHERE unverified IS NOT NULL;
    CREATE TABLE entries (
        key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL,
        layer TEXT NOT NULL, kind TEXT NOT NULL,
        start INTEGER NOT NULL, "end" INTEGER NOT NULL, line INTEGER NOT NULL, end_line INTEGER NOT NULL,
        anchor TEXT, title TEXT NOT NULL, heading TEXT NOT NULL, at TEXT, instant REAL,
        text TEXT NOT NULL, origin TEXT NOT NULL, scope TEXT NOT NULL, extra TEXT NOT NULL
    );
    CREATE INDEX entries_document ON entries(document, start);
    CREATE INDEX entries_instant ON entries(instant);
    CREATE TABLE problems (
        path TEXT NOT NULL, line INTEGER NOT NULL, code TEXT NOT NULL,
        message TEXT NOT NULL, hint TEXT NOT NULL, unverified INTEGER NOT NULL
    );
    CREATE INDEX problems_path ON problems(path);
    """,
    "CREATE INDEX entries_kind ON entries(kind) WHERE kind NOT IN ('entry', 'statement', 'attribute');",
    # Covers the counting of tags (tags.py), which would else read every page of the largest table.
    """CREATE INDEX entries_tagged ON entries(extra, instant, at) WHERE instr(extra, '"tags":');""",
)

UNSEEN = "unseen"
"""Code of the problem that a place could not be looked at, so that nothing is known of what stands there."""
PENDING = "it vanished or shrank a moment ago"
"""Why a document is unverified while its absence or its new size is not believed yet (guard.py)."""
_STATE = "dev, ino, size, mtime_ns, ctime_ns, digest"


@dataclass(frozen=True, slots=True)
class Known:
    """A document as last seen: its row, its file then, and whether (and why) its entries are unverified."""

    document: int
    state: FileState
    racy: bool
    unverified: str | None


def open_index(path: Path, tables: Sequence[Table]) -> sqlite3.Connection:
    """The writer's connection, its schema brought up to date. Raises StateError."""
    connection = connect(path)
    try:
        migrate(connection, "index", MIGRATIONS)
        for table in tables:
            migrate(connection, table.layer, table.migrations)
        prepare(connection)
        if read(connection, meta("epoch")) is None:  # a write would wait for another's first index
            connection.execute("INSERT OR IGNORE INTO meta VALUES ('epoch', lower(hex(randomblob(8))))")
    except sqlite3.Error as error:
        connection.close()
        raise failure(path, error) from error
    return connection


def meta(name: str) -> Reading[str | None]:
    found: str | None = yield from one("SELECT value FROM meta WHERE name = ?", name)
    return found


def generation() -> Reading[int]:
    return int((yield from meta("generation")) or 0)


def known_root() -> Reading[tuple[int, int] | None]:
    """Device and inode of the root as last seen."""
    found = yield from meta("root")
    device, _, inode = (found or "").partition(":")
    return (int(device), int(inode)) if found else None


def document_count() -> Reading[int]:
    return int((yield from one("SELECT count(*) FROM documents")))


def known_documents() -> Reading[dict[str, Known]]:
    rows = yield f"SELECT id, path, {_STATE}, racy, unverified FROM documents", ()
    return {row[1]: _known(row) for row in rows}


def documents_below(paths: Iterable[str]) -> Reading[dict[str, Known]]:
    """The documents that these paths name, or that stand below them."""
    found: dict[str, Known] = {}
    for path in paths:
        rows = yield (
            f"SELECT id, path, {_STATE}, racy, unverified FROM documents WHERE path = ? OR (path > ? AND path < ?)",
            (path, f"{path}/", f"{path}0"),
        )
        found.update((row[1], _known(row)) for row in rows)
    return found


def _known(row: Row) -> Known:
    document, path, dev, ino, size, mtime_ns, ctime_ns, digest, racy, unverified = row
    state = FileState(path=path, dev=dev, ino=ino, size=size, mtime_ns=mtime_ns, ctime_ns=ctime_ns, digest=digest)
    return Known(document, state, bool(racy), unverified)


def stored_entries(document: int) -> Reading[list[Stored]]:
    rows = yield f"{SELECT} WHERE document = ? ORDER BY start", (document,)
    return [Stored(row[0], row[1], entry_of(row, with_id=False)) for row in rows]


def stored_as(document: int, entries: Sequence[Entry]) -> Reading[list[Stored] | None]:
    """These entries with the rows they have in the index; None if they do not stand there at these places."""
    rows = yield 'SELECT key, id, start, "end" FROM entries WHERE document = ? ORDER BY start', (document,)
    spans = [(entry.source.span.start, entry.source.span.end) for entry in entries]
    if [(start, end) for _, _, start, end in rows] != spans:
        return None
    return [Stored(key, given, entry) for (key, given, _, _), entry in zip(rows, entries, strict=True)]


def entries_of(keys: Sequence[int]) -> Reading[dict[int, Entry]]:
    found: dict[int, Entry] = {}
    for first in range(0, len(keys), 500):
        some = keys[first : first + 500]
        rows = yield f"{SELECT} WHERE key IN ({','.join('?' * len(some))})", some
        found.update((row[0], entry_of(row)) for row in rows)
    return found


def entries_named(ids: Sequence[str]) -> Reading[dict[str, tuple[int, Entry]]]:
    """Id → key and entry, of those that are there; at most a few hundred at a time."""
    rows = yield f"{SELECT} WHERE entries.id IN ({','.join('?' * len(ids))})", ids
    return {row[1]: (row[0], entry_of(row)) for row in rows}


def keys_of(ids: Sequence[str]) -> Reading[dict[str, int]]:
    """Id → key, of the entries that are there."""
    return dict((yield "SELECT id, key FROM entries WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)))


def of_kinds(kinds: Sequence[Kind]) -> Reading[list[int]]:
    """Keys of the entries of these kinds, which are none of the three that nearly all entries are of."""
    rows = yield (
        f"""SELECT key FROM entries WHERE kind IN ({",".join("?" * len(kinds))})
        AND kind NOT IN ('entry', 'statement', 'attribute') ORDER BY key""",
        kinds,
    )
    return [key for (key,) in rows]


def problems() -> Reading[tuple[Problem, ...]]:
    rows = yield "SELECT path, line, code, message, hint, unverified FROM problems ORDER BY path, line, code", ()
    names = ("path", "line", "code", "message", "hint", "unverified")
    return tuple(Problem(**{**dict(zip(names, row, strict=True)), "unverified": bool(row[5])}) for row in rows)


def unverified() -> Reading[dict[str, str]]:
    """Path → reason, for documents whose last good entries stand in for what could not be read, and unseen places."""
    rows = yield "SELECT path, unverified FROM documents WHERE unverified IS NOT NULL ORDER BY path", ()
    return {**(yield from unseen()), **dict(rows)}


def unseen() -> Reading[dict[str, str]]:
    """Path → what was said of it, for places that could not be looked at."""
    return dict((yield "SELECT path, message FROM problems WHERE code = ?", (UNSEEN,)))


def pending() -> Reading[list[str]]:
    """Documents whose absence or shrinking is not believed yet."""
    rows = yield "SELECT path FROM documents WHERE unverified = ? ORDER BY path", (PENDING,)
    return [path for (path,) in rows]


def documents_at(paths: Sequence[str]) -> Reading[dict[str, Known]]:
    marks = ",".join("?" * len(paths))
    rows = yield f"SELECT id, path, {_STATE}, racy, unverified FROM documents WHERE path IN ({marks})", paths
    return {row[1]: _known(row) for row in rows}


class Writer:
    """Writes one cycle inside an open transaction: documents, entries, problems, and every layer's table."""

    def __init__(self, tx: sqlite3.Connection, tables: Sequence[Table]) -> None:
        self._tx = tx
        self._tables = tables
        self._key = int(tx.execute("SELECT coalesce(max(key), 0) FROM entries").fetchone()[0])
        self._had_entries = self._key > 0
        self._outbox = Outbox(tx, int(self._meta("generation") or 0) + 1)

    def next_key(self) -> int:
        self._key += 1
        return self._key

    def taken(self, entry_id: str) -> bool:
        """Whether an entry has this id already. In an index that was empty none has, and nobody need ask."""
        if not self._had_entries:
            return False
        return self._tx.execute("SELECT 1 FROM entries WHERE id = ?", (entry_id,)).fetchone() is not None

    def put_document(self, state: FileState, route: str, *, racy: bool, unverified: str | None) -> int:
        """The document's row number, the row made or brought up to date."""
        row = self._tx.execute(
            f"INSERT INTO documents (path, route, {_STATE}, racy, unverified) VALUES (?,?,?,?,?,?,?,?,?,?) "
            "ON CONFLICT (path) DO UPDATE SET route = excluded.route, dev = excluded.dev, ino = excluded.ino, "
            "size = excluded.size, mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns, "
            "digest = excluded.digest, racy = excluded.racy, unverified = excluded.unverified RETURNING id",
            (state.path, route, *state.identity, state.digest, racy, unverified),
        ).fetchone()
        return int(row[0])

    def doubt(self, path: str, reason: str | None) -> None:
        """Mark a document's entries unverified (or, with None, verified again)."""
        self._tx.execute("UPDATE documents SET unverified = ? WHERE path = ?", (reason, path))

    def drop_document(self, known: Known) -> None:
        self._tx.execute("DELETE FROM documents WHERE id = ?", (known.document,))
        self.put_problems(known.state.path, ())

    def put_problems(self, path: str, found: Iterable[Problem]) -> None:
        self._tx.execute("DELETE FROM problems WHERE path = ?", (path,))
        self._tx.executemany(
            "INSERT INTO problems VALUES (?,?,?,?,?,?)",
            [(path, p.line, p.code, p.message, p.hint, p.unverified) for p in found],
        )

    def apply(self, changes: Sequence[EntryChange], documents: Mapping[str, int]) -> None:
        """Write entry changes here and in every table. `documents` gives the row number of each new entry's path."""
        self._outbox.note(changes)
        gone: list[Row] = []
        changed: list[Row] = []
        added: list[Row] = []
        for key, old, new in ((change.key, change.old, change.new) for change in changes):
            if new is None:
                gone.append((key,))
            else:
                values = values_of(new, documents[new.source.path])
                (added if old is None else changed).append((*values, key))
        self._tx.executemany("DELETE FROM entries WHERE key = ?", gone)
        self._tx.executemany(f"UPDATE entries SET ({COLUMNS}) = ({PLACES}) WHERE key = ?", changed)
        self._tx.executemany(f"INSERT INTO entries ({COLUMNS}, key) VALUES ({PLACES}, ?)", added)
        for table in self._tables:
            table.apply(self._tx, changes)

    def shift(self, document: int, start: int, by: int, lines: int) -> None:
        """Move the last entries of a document, those from byte `start` on: in every table their keys are the same."""
        self._tx.execute(
            'UPDATE entries SET start = start + ?, "end" = "end" + ?, line = line + ?, end_line = end_line + ? '
            "WHERE document = ? AND start >= ?",
            (by, by, lines, lines, document, start),
        )

    def finish(self, delta: int, **facts: str) -> int:
        """Begin the next generation; `delta` is by how much the number of entries grew. Returns the generation."""
        number = int(self._meta("generation") or 0) + 1
        self.note(generation=str(number), entries=str(int(self._meta("entries") or 0) + delta), **facts)
        return number

    def note(self, **facts: str) -> None:
        self._tx.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())

    def _meta(self, name: str) -> str | None:
        row = self._tx.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None


def canonical(connection: sqlite3.Connection, tables: Sequence[Table]) -> Iterator[str]:
    """Everything the index holds because of the files, a line each; equal files give equal sets of lines."""
    for row in connection.execute(SELECT):
        yield canonical_entry(entry_of(row))
    for table in tables:
        yield from table.canonical(connection)
