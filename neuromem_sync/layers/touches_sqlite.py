"""L1 on SQLite, the part that is no file: which entries were recalled or written lately, and how often at all.

Lives in `live.db`, apart from the index, so that a recall never waits for a cycle. Lost with the state folder.
Holds ids, not keys: an index built anew gives other keys.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from neuromem_sync.sqlite import migrate, transaction

TTL = 300.0  # seconds a touch counts; docs/architecture.md

MIGRATIONS = (
    """
    CREATE TABLE touches (id TEXT PRIMARY KEY, first REAL NOT NULL, last REAL NOT NULL, count INTEGER NOT NULL,
        streak INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX touches_last ON touches(last);
    """,
)

# `streak` is how many touches came each within the TTL of the one before; two make an entry working memory.
_TOUCH = """
INSERT INTO touches VALUES (?1, ?2, ?2, 1, ?4)
ON CONFLICT (id) DO UPDATE SET last = max(last, ?2), count = count + 1,
    streak = CASE WHEN ?2 - last <= ?3 THEN streak + ?4 ELSE ?4 END
"""
RECALLED, WRITTEN = 1, 2


@dataclass(frozen=True, slots=True)
class Heat:
    """First and last touch (POSIX seconds) and how many there were."""

    first: float
    last: float
    count: int


class SqliteTouches:
    """The touches in a live database; `ttl` is how many seconds one counts."""

    def __init__(self, live: sqlite3.Connection, ttl: float = TTL) -> None:
        migrate(live, "touches", MIGRATIONS)
        self._live = live
        self._ttl = ttl

    def touch(self, ids: Collection[str], at: float, weight: int = RECALLED) -> None:
        """Note that these entries were recalled, or (`weight=WRITTEN`) just written, at that moment."""
        with transaction(self._live) as tx:
            tx.executemany(_TOUCH, [(each, at, self._ttl, weight) for each in ids])

    def touched(self, now: float) -> list[str]:
        """Ids that are working memory for their touches, most recent first."""
        rows = self._live.execute(
            "SELECT id FROM touches WHERE last >= ? AND streak >= ? ORDER BY last DESC, id", (now - self._ttl, WRITTEN)
        )
        return [each for (each,) in rows]

    def heat(self, ids: Collection[str]) -> dict[str, Heat]:
        rows = self._live.execute(
            "SELECT id, first, last, count FROM touches WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {each: Heat(first, last, count) for each, first, last, count in rows}
