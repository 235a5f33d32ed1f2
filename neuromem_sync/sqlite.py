"""How we use SQLite: open with our pragmas, migrate in order, one transaction at a time, readings.

A *reading* is a generator that yields statements and is sent their rows. What reads the index never holds a connection,
so the same code runs in a command and on an event loop's reading thread, and says itself which failures it can bear.
Knows no schema.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from neuromem_sync.errors import StateError

T = TypeVar("T")
Row: TypeAlias = tuple[Any, ...]
Statement: TypeAlias = tuple[str, Sequence[Any] | Mapping[str, Any]]
Reading: TypeAlias = Generator[Statement, list[Row], T]

LARGE_LOG = 4 << 20
"""Bytes of write-ahead log worth a checkpoint, which syncs the disk and holds up an edit by tens of milliseconds."""
HUGE_LOG = 4 * LARGE_LOG
"""Bytes worth it at once, in the middle of work: it would grow for as long as there is no quiet moment."""

# synchronous is not inherited: left at FULL, each commit costs an fsync of 4 ms (docs/speed.md)
PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -16384",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA wal_autocheckpoint = 0",
    f"PRAGMA journal_size_limit = {LARGE_LOG}",
)

HINTS = {
    sqlite3.SQLITE_ERROR: "another version of neuromem made it: stop the daemon if one runs, then run: neuromem sync",
    sqlite3.SQLITE_FULL: "make room on the disk of the state folder",
    sqlite3.SQLITE_IOERR: "see whether the disk of the state folder is full, or fails",
    sqlite3.SQLITE_BUSY: "another process is writing: try again",
    sqlite3.SQLITE_READONLY: "make the state folder writable for you",
}
"""What to do about a failure that is no damage, by primary result code."""


def connect(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    """A connection with no implicit transactions. A database that is made here is its owner's alone (0600).

    Raises StateError if the file is no database or not reachable.
    """
    try:
        if not readonly:
            path.touch(mode=0o600)
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
    except (OSError, sqlite3.Error) as error:
        raise failure(path, error) from error
    try:
        for pragma in (*PRAGMAS, *(() if readonly else ("PRAGMA journal_mode = WAL",))):
            connection.execute(pragma)
    except sqlite3.Error as error:
        connection.close()
        raise failure(path, error) from error
    return connection


def failure(place: object, error: OSError | sqlite3.Error) -> StateError:
    """What a database at `place` that failed means to its owner, and what there is to do."""
    hint = HINTS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "remove the state folder and run: neuromem sync")
    return StateError(f"{place}: {error}", hint)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing; the write lock is taken at once, so that a later statement cannot fail on it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        _roll_back(connection)
        raise
    connection.execute("COMMIT")


@contextmanager
def rehearsal(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A transaction that is always rolled back: what would happen, exactly, without its happening."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    finally:
        _roll_back(connection)


def migrate(connection: sqlite3.Connection, part: str, steps: Sequence[str]) -> None:
    """Bring `part` of the schema up to `len(steps)`, each step (one or more statements) in a transaction of its own."""
    connection.execute("CREATE TABLE IF NOT EXISTS migrations (part TEXT PRIMARY KEY, step INTEGER NOT NULL)")
    done = _step(connection, part)
    if done > len(steps):
        raise StateError(
            f"the state was written by a newer version (part {part}, step {done})",
            "upgrade neuromem-sync, or remove the state folder and run: neuromem sync",
        )
    for number, step in enumerate(steps[done:], done + 1):
        with transaction(connection):
            # another process may have been here since
            if _step(connection, part) < number:
                for statement in _statements(step):
                    connection.execute(statement)
                connection.execute("INSERT OR REPLACE INTO migrations VALUES (?, ?)", (part, number))


def _step(connection: sqlite3.Connection, part: str) -> int:
    found = connection.execute("SELECT step FROM migrations WHERE part = ?", (part,)).fetchone()
    return int(found[0]) if found else 0


def _statements(script: str) -> Iterator[str]:
    pending = ""
    for line in script.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        yield pending


def read(connection: sqlite3.Connection, reading: Reading[T]) -> T:
    """Run a reading to its result on a plain connection, all of it on one state of the database.

    A failing statement raises inside the reading; if the reading does not bear it, StateError comes out.
    """
    with _snapshot(connection):
        try:
            statement = next(reading)
            while True:
                try:
                    rows = connection.execute(*statement).fetchall()
                except sqlite3.Error as error:
                    statement = reading.throw(error)
                else:
                    statement = reading.send(rows)
        except StopIteration as done:
            result: T = done.value
            return result
        except sqlite3.Error as error:
            raise failure("the state database", error) from error


@contextmanager
def _snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Every statement of the block sees the same commit, whatever others write meanwhile."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        _roll_back(connection)


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # a failure, such as a full disk, may have ended it
        connection.execute("ROLLBACK")


def checkpoint(path: Path, larger: int = LARGE_LOG) -> None:
    """Move a write-ahead log larger than that into its database. Only for the holder of `writer.lock`.

    SQLite 3.7.0 to 3.51.2 can damage a database that several connections checkpoint at once.
    """
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size > larger:
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def one(statement: str, *values: Any) -> Reading[Any]:
    """A reading of the first column of the first row, None when there is none."""
    rows = yield statement, values
    return rows[0][0] if rows else None
