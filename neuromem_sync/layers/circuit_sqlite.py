"""Whether a server is worth asking now: a circuit breaker that all processes of a workspace share.

Whoever meets a server that is away opens the circuit for all, for a while that grows with every failure; so one command
in a while waits for a time limit, not each. Kept in the live database, which is cheap to lose. Asks no server itself.
"""

from __future__ import annotations

import sqlite3
from random import Random

from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.layers.projection import Known, Served
from neuromem_sync.sqlite import migrate, transaction

MIGRATIONS = (
    """
    CREATE TABLE circuits (
        name TEXT PRIMARY KEY, failures INTEGER NOT NULL, until REAL NOT NULL, since REAL, seen REAL,
        message TEXT NOT NULL, hint TEXT NOT NULL, version TEXT NOT NULL, latency_ms REAL
    ) WITHOUT ROWID;
    """,
)
FIRST, LONGEST = 0.5, 15.0
"""Seconds until a server that failed is tried again: at first, and at most, so that an outbox is empty within 30 s of
its return. Each failure doubles them; a random half of them (jitter) keeps many clients from coming at once."""

_READ = "SELECT failures, until, since, seen, message, hint, version, latency_ms FROM circuits WHERE name = ?"
_WROTE = """INSERT INTO circuits VALUES (:name, 0, 0, NULL, :now, '', '', :version, :latency_ms)
ON CONFLICT (name) DO UPDATE SET failures = 0, until = 0, since = NULL, seen = :now, message = '', hint = '',
    version = iif(:version = '', version, :version), latency_ms = coalesce(:latency_ms, latency_ms)"""
_BROKE = """INSERT INTO circuits VALUES (:name, 1, :until, :now, NULL, :message, :hint, '', NULL)
ON CONFLICT (name) DO UPDATE SET failures = failures + 1, until = :until, since = coalesce(since, :now),
    message = :message, hint = :hint"""


class Circuit:
    """Of the server `name`, on a connection to the live database."""

    def __init__(self, live: sqlite3.Connection, name: str, random: Random) -> None:
        migrate(live, "circuits", MIGRATIONS)
        self._live = live
        self._name = name
        self._random = random

    @property
    def known(self) -> Known:
        row = self._live.execute(_READ, (self._name,)).fetchone()
        return Known(*row) if row else Known()

    def closed(self, now: float) -> bool:
        known = self.known
        return not known.failures or not now < known.until <= now + LONGEST

    def worked(self, now: float, served: Served | None = None) -> None:
        """Written when that is news."""
        if served is None and self.known.failures == 0:
            return
        facts = {"version": served.version if served else "", "latency_ms": served.latency_ms if served else None}
        with transaction(self._live) as tx:
            tx.execute(_WROTE, {"name": self._name, "now": now, **facts})

    def broke(self, now: float, error: LayerUnavailable) -> None:
        pause = min(LONGEST, FIRST * 2 ** min(self.known.failures, 10)) * (1 + self._random.random()) / 2
        said = {"message": error.message, "hint": error.hint, "until": now + pause}
        with transaction(self._live) as tx:
            tx.execute(_BROKE, {"name": self._name, "now": now, **said})
