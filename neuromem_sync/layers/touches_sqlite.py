"""L1 on SQLite, the part that is no file: which entries were recalled or written lately, and how often at all.

Lives in the live database, apart from the index, so that a recall never waits for a cycle; lost with the state
folder. Holds ids, not keys: an index built anew gives other keys.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from neuromem_sync.layers.base import Heat
from neuromem_sync.model import Problem
from neuromem_sync.sqlite import migrate, transaction

MIGRATIONS = (
    """
    CREATE TABLE touches (id TEXT PRIMARY KEY, first REAL NOT NULL, last REAL NOT NULL, count INTEGER NOT NULL,
        streak INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX touches_last ON touches(last);
    """,
    """
    ALTER TABLE touches ADD COLUMN days INTEGER NOT NULL DEFAULT 1;
    UPDATE touches SET days = 2 WHERE CAST(last / 86400 AS INTEGER) > CAST(first / 86400 AS INTEGER);
    """,
)
ENOUGH = 2  # touches, each within the TTL of the one before, that make an entry working memory; written counts as two

_TOUCH = """INSERT INTO touches VALUES (:id, :at, :at, 1, :counts, 1)
ON CONFLICT (id) DO UPDATE SET last = max(last, :at), count = count + 1,
    days = days + (CAST(:at / 86400 AS INTEGER) > CAST(last / 86400 AS INTEGER)),
    streak = CASE WHEN :at - last <= :ttl THEN streak + :counts ELSE :counts END"""


class SqliteTouches:
    """Touches on a connection to the live database, which it brings up to date. `ttl` in seconds."""

    problems: tuple[Problem, ...] = ()

    def __init__(self, live: sqlite3.Connection, ttl: float) -> None:
        migrate(live, "touches", MIGRATIONS)
        self._live = live
        self._ttl = ttl

    def touch(self, ids: Collection[str], at: float, *, written: bool = False) -> None:
        with transaction(self._live) as tx:
            shared = {"at": at, "ttl": self._ttl, "counts": ENOUGH if written else 1}
            tx.executemany(_TOUCH, [{"id": each, **shared} for each in ids])

    def touched(self, now: float) -> list[str]:
        rows = self._live.execute(
            "SELECT id FROM touches WHERE last >= ? AND streak >= ? ORDER BY last DESC, id", (now - self._ttl, ENOUGH)
        )
        return [each for (each,) in rows]

    def heat(self, ids: Collection[str]) -> dict[str, Heat]:
        rows = self._live.execute(
            "SELECT id, first, last, count, days FROM touches WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {each: Heat(*heat) for each, *heat in rows}

    def often(self, days: int) -> list[str]:
        rows = self._live.execute("SELECT id FROM touches WHERE days >= ? ORDER BY id", (days,))
        return [each for (each,) in rows]

    def idle(self, before: float) -> list[str]:
        rows = self._live.execute("SELECT id FROM touches WHERE last < ? ORDER BY last, id", (before,))
        return [each for (each,) in rows]

    def drop(self, ids: Collection[str]) -> None:
        with transaction(self._live) as tx:
            tx.executemany("DELETE FROM touches WHERE id = ?", ((each,) for each in ids))

    def close(self) -> None:
        """Nothing to let go of: the connection is its giver's."""
