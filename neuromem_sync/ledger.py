"""What became of each night, and what was asked in the inbox: tables beside the journal's, and no text of entries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from neuromem_sync.journal import FILE
from neuromem_sync.sqlite import connect, failure, migrate, transaction

KEPT = 400
"""Nights: a year of them."""
SCHEMA = (
    """
    CREATE TABLE nights (
        at REAL NOT NULL, written INTEGER NOT NULL, promoted INTEGER NOT NULL, demoted INTEGER NOT NULL,
        archived INTEGER NOT NULL, eligible INTEGER NOT NULL, blocked INTEGER NOT NULL, reason TEXT NOT NULL
    );
    CREATE TABLE asked (anchor TEXT PRIMARY KEY) WITHOUT ROWID;
    """,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A night: when (POSIX seconds), counts of items and archived entries, and why nothing was written.

    `eligible` are the claims that came through the gates of trust; `blocked`: it should have been written.
    """

    at: float
    written: bool
    promoted: int
    demoted: int
    archived: int
    eligible: int
    blocked: bool
    reason: str


_COLUMNS = ", ".join(each.name for each in fields(Past))


class Ledger:
    """For one call at a time. Raises StateError."""

    def __init__(self, state: Path) -> None:
        self._place = state / FILE

    def note(self, night: Past) -> None:
        with self._open() as connection, transaction(connection) as tx:
            tx.execute(f"INSERT INTO nights ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", astuple(night))
            tx.execute("DELETE FROM nights WHERE at NOT IN (SELECT at FROM nights ORDER BY at DESC LIMIT ?)", (KEPT,))

    def nights(self, most: int) -> tuple[Past, ...]:
        """The last ones, newest first."""
        with self._open() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM nights ORDER BY at DESC LIMIT ?", (most,)).fetchall()
        return tuple(_past(*row) for row in rows)

    def asked(self) -> frozenset[str]:
        """Anchors of every question that was ever put into the inbox: one that a person deleted is not asked again."""
        with self._open() as connection:
            return frozenset(anchor for (anchor,) in connection.execute("SELECT anchor FROM asked"))

    def ask(self, anchors: Iterable[str]) -> None:
        with self._open() as connection, transaction(connection) as tx:
            tx.executemany("INSERT OR IGNORE INTO asked VALUES (?)", [(anchor,) for anchor in anchors])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(connect(self._place)) as connection:
            try:
                connection.execute("PRAGMA synchronous = FULL")
                migrate(connection, "ledger", SCHEMA)
                yield connection
            except sqlite3.Error as error:
                raise failure(self._place, error) from error


def _past(
    at: float, written: int, promoted: int, demoted: int, archived: int, eligible: int, blocked: int, reason: str
) -> Past:
    return Past(
        at=at,
        written=bool(written),
        promoted=promoted,
        demoted=demoted,
        archived=archived,
        eligible=eligible,
        blocked=bool(blocked),
        reason=reason,
    )
