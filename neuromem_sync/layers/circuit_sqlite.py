"""Whether a server is worth asking now: a circuit breaker that all processes of a workspace share.

Whoever meets a server that is away opens the circuit for all, for a while that grows with every failure; so one command
in a while waits for a time limit, not each. Kept in the live database, which is cheap to lose. Asks no server itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from random import Random

from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.layers.projection import Known
from neuromem_sync.sqlite import migrate, transaction

MIGRATIONS = (
    """
    CREATE TABLE circuits (
        name TEXT PRIMARY KEY, failures INTEGER NOT NULL, until REAL NOT NULL, since REAL NOT NULL,
        message TEXT NOT NULL, hint TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
)
FIRST, LONGEST = 0.5, 15.0
"""Seconds until a server that failed is tried again: at first, and at most, so that an outbox is empty within 30 s of
its return. Each failure doubles them; a random half of them (jitter) keeps many clients from coming at once."""
TRIAL = 1.0
"""Seconds for which whoever tries it again does so alone, and may end without having said how it went."""

_READ = "SELECT failures, until, since, message, hint FROM circuits WHERE name = ?"
_TRY = "UPDATE circuits SET until = ? WHERE name = ? AND until = ?"
_BROKE = """INSERT INTO circuits VALUES (:name, :failures, :until, :now, :message, :hint)
ON CONFLICT (name) DO UPDATE SET failures = :failures, until = :until, message = :message, hint = :hint"""


class Circuit:
    """Of the server `name`, on a connection to the live database. For one thread at a time.

    What cannot be written down (a full disk) is not shared: then everybody finds out, and waits, alone.
    """

    def __init__(self, live: sqlite3.Connection, name: str, random: Random) -> None:
        migrate(live, "circuits", MIGRATIONS)
        self._live = live
        self._name = name
        self._random = random
        self._trying = False

    @property
    def known(self) -> Known:
        row = self._live.execute(_READ, (self._name,)).fetchone()
        return Known(*row) if row else Known()

    def closed(self, now: float) -> bool:
        """Of all who come when it may be tried again one is let through, who says by the other two how it went."""
        known = self.known
        if not known.failures:
            return True
        if now < known.until <= now + LONGEST:
            return False
        self._trying = self._write(_TRY, (now + TRIAL, self._name, known.until))
        return self._trying

    def worked(self) -> None:
        """Of a server that is well nothing is kept."""
        self._trying = False
        if self.known.failures:
            self._write("DELETE FROM circuits WHERE name = ?", (self._name,))

    def broke(self, now: float, error: LayerUnavailable) -> None:
        """Those who were asking it when it failed for the first of them met one failure, not many."""
        known, trying = self.known, self._trying
        self._trying = False
        if known.failures and now < known.until and not trying:
            return
        pause = min(LONGEST, FIRST * 2 ** min(known.failures, 10)) * (1 + self._random.random()) / 2
        said = {"message": error.message, "hint": error.hint, "failures": known.failures + 1, "until": now + pause}
        self._write(_BROKE, {"name": self._name, "now": now, **said})

    def _write(self, statement: str, values: Sequence[object] | Mapping[str, object]) -> bool:
        """Whether nobody else was there first."""
        try:
            with transaction(self._live) as tx:
                return tx.execute(statement, values).rowcount > 0
        except sqlite3.Error:
            return True
