"""Leave nothing in the state folder of what the index no longer holds: not in free pages, logs, segments or copies.

Touches no workspace, and decides nothing about what is forgotten. What a disk keeps of overwritten blocks is beyond it.
"""

from __future__ import annotations

import shlex
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from neuromem_sync import lock
from neuromem_sync.errors import StateError
from neuromem_sync.sqlite import connect, failure, transaction

KEPT: Mapping[str, tuple[str, ...]] = {"versions": ("found", "body"), "touches": ("id",)}
"""Tables outside of the index that hold words or ids of entries, and in which columns."""
DATABASES = ("index.db", "live.db", "journal.db")
CACHE = "units.db*"
"""What nights keep of the claims in the files, and its logs: of no worth beside the index (harvest.py)."""
ATTEMPTS = 3
"""Of emptying a log, each as long as SQLite waits for a reader."""


def purge(state: Path, needles: Iterable[str]) -> None:
    """Overwrite what SQLite has let go of, and delete what was kept of texts or ids with one of these `needles`.

    To be called when the cycle that dropped the entries is done. Raises StateError if a reader holds an old state.
    """
    wanted = sorted({needle for needle in needles if needle})
    with lock.turn(state):
        for folder in sorted(state.glob("verify-*")):
            shutil.rmtree(folder, ignore_errors=True)
        for file in sorted(state.glob(CACHE)):
            file.unlink(missing_ok=True)
        for name in DATABASES:
            if (state / name).exists():
                _purge(state / name, wanted)


def _purge(path: Path, needles: Iterable[str]) -> None:
    with closing(connect(path)) as connection:
        try:
            tables = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
            for name in sorted(KEPT.keys() & tables.keys()):
                _drop(connection, name, needles)
            for name in sorted(tables):
                # a segment keeps the tokens of deleted rows until it is merged
                if "using fts5" in tables[name].lower():
                    connection.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
            connection.execute("VACUUM")
            busy = all(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] for _ in range(ATTEMPTS))
        except sqlite3.Error as error:
            raise failure(path, error) from error
    if busy:
        hint = f"end what reads it, then to be sure: rm -r {shlex.quote(str(path.parent))}; neuromem sync"
        raise StateError(f"{path}: somebody reads it all the time, so that its log cannot be emptied", hint)


def _drop(connection: sqlite3.Connection, table: str, needles: Iterable[str]) -> None:
    with transaction(connection) as tx:
        for column in KEPT[table]:
            statement = f"DELETE FROM {table} WHERE instr(CAST({column} AS BLOB), CAST(? AS BLOB))"
            tx.executemany(statement, [(needle,) for needle in needles])
