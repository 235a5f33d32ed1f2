"""One database of the predecessor, read row by row as far as it can be read.

Decides nothing about what a row means (predecessor.py). The file is opened for reading alone.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from neuromem_sync.errors import StateError
from neuromem_sync.files import reason

Row = Mapping[str, object]
_BINARY = frozenset({"embedding"})


class Store:
    """A database file. `lost` is told of tables and rows that could not be read.

    Raises sqlite3.Error if it is no database, StateError if there is no room for the copy it may take.
    """

    def __init__(self, path: Path, lost: Counter[str]) -> None:
        self.name = path.name
        self._lost = lost
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._connection = self._opened(path)
        self._connection.text_factory = self._text
        self.tables = frozenset(_tables(self._connection))

    def _opened(self, path: Path) -> sqlite3.Connection:
        """So that no file in its folder is made or changed, and nothing that stands in its journal is left out.

        A database with a write-ahead log is opened in its place by whoever writes to it still, and where the log is
        gone; else from a copy, as is one whose journal has to be played back first.
        """
        log, shared = (path.with_name(f"{path.name}-{part}") for part in ("wal", "shm"))
        if not _has_log(path) or shared.exists():
            try:
                return _connect(path, "mode=ro")
            except sqlite3.OperationalError:
                return self._copied(path)
        return self._copied(path) if log.exists() else _connect(path, "immutable=1")

    def _copied(self, path: Path) -> sqlite3.Connection:
        self._copy = tempfile.TemporaryDirectory(prefix="neuromem-")
        try:
            for part in (path, *(path.with_name(f"{path.name}-{part}") for part in ("wal", "journal"))):
                if part.exists():
                    shutil.copyfile(part, Path(self._copy.name, part.name))
            return _connect(Path(self._copy.name, path.name), "mode=rw")
        except OSError as error:
            self._copy.cleanup()
            hint = "make it readable, and room in the folder for temporary files"
            raise StateError(f"{path} cannot be read: {reason(error)}", hint) from error
        except sqlite3.Error:
            self._copy.cleanup()
            raise

    def close(self) -> None:
        self._connection.close()
        if self._copy:
            self._copy.cleanup()

    def columns(self, table: str) -> frozenset[str]:
        """The names of a table's columns in small letters; none if there is no such table."""
        return frozenset(name.lower() for name in self._spelled(table))

    def count(self, table: str, column: str = "*") -> int:
        """How many rows a table has, or how many of them something in this column."""
        if table not in self.tables:
            return 0
        try:
            named = "*" if column == "*" else _quoted(column)
            return int(self._connection.execute(f"SELECT count({named}) FROM {_quoted(table)}").fetchone()[0])
        except sqlite3.DatabaseError:
            return 0

    def rows(self, table: str, *, needed: bool = True) -> list[Row]:
        """The rows in the order they were written in, without binary columns; `lost` is told of what is damaged."""
        columns = [name for name in self._spelled(table) if name.lower() not in _BINARY]
        if not columns:
            self._lost[f"{self.name} has no table {table}"] += needed
            return []
        found: dict[int, Row] = {}
        damaged = ""
        for order in ("", " DESC"):  # from the other end: what stands behind a damaged page
            try:
                found.update(self._selected(table, columns, order))
                break
            except sqlite3.DatabaseError as error:
                damaged = str(error)
        if damaged:
            self._lost[f"{self.name} is damaged ({damaged}): only {len(found)} rows of {table} could be read"] += 1
        return [found[key] for key in sorted(found)]

    def _selected(self, table: str, columns: list[str], order: str) -> Iterator[tuple[int, Row]]:
        names = [name.lower() for name in columns]
        listed = ", ".join(map(_quoted, columns))
        key = "rowid" if self._has_rowid(table) else "row_number() OVER ()"
        query = f"SELECT {key} AS _place, {listed} FROM {_quoted(table)} ORDER BY _place{order}"
        for key, *values in self._connection.execute(query):
            yield int(key), dict(zip(names, values, strict=True))

    def _has_rowid(self, table: str) -> bool:
        try:
            self._connection.execute(f"SELECT rowid FROM {_quoted(table)} LIMIT 0")
        except sqlite3.OperationalError:
            return False
        return True

    def _text(self, data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError:
            self._lost["bytes that are no UTF-8, in a text (written as \ufffd)"] += 1
            return data.decode(errors="replace")

    def _spelled(self, table: str) -> list[str]:
        if table not in self.tables:
            return []
        return [str(row[1]) for row in self._connection.execute(f"PRAGMA table_info({_quoted(table)})")]


def _has_log(path: Path) -> bool:
    """Whether a database has a write-ahead log, as its header says."""
    try:
        with path.open("rb") as file:
            return file.read(20)[18:] == b"\2\2"
    except OSError:
        return False


def _connect(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(path))}?{how}", uri=True)
    try:
        connection.execute("BEGIN")  # one moment of it, should the predecessor still be writing
        _tables(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _tables(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    with closing(connection.execute(query)) as cursor:
        return sorted(str(name) for (name,) in cursor)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
