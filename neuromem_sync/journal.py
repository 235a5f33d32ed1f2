"""What we wrote into files that people edit, and what is still under way: `journal.db` in the state folder.

Of a file it holds our region's bodies and digests, never a byte from outside the region. Touches no workspace.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from neuromem_sync.errors import StateError
from neuromem_sync.signature import Tombs
from neuromem_sync.sqlite import Row, connect, failure, migrate, transaction

FILE = "journal.db"
KEPT_SECONDS = 7 * 86400.0
KEPT_VERSIONS = 20
KEPT_WRITES = 100
KEPT_STAMPS = 1000
"""Writes of which an older copy of the file is known for one: two years of nights."""
LATE_LOOKS = (0.0, 1.0, 5.0, 60.0)
"""Seconds after an exchange at which the displaced file is looked at; after the last, each LATE_LOOKS[-1] seconds."""
CONFLICT, RETURN = "conflict", "return"

SCHEMA = (
    """
    CREATE TABLE plans (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL, spare TEXT NOT NULL, before BLOB NOT NULL, after BLOB NOT NULL,
        lines BLOB NOT NULL, found BLOB, body BLOB, daemon INTEGER NOT NULL, at REAL NOT NULL
    );
    CREATE TABLE writes (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL, after BLOB NOT NULL, daemon INTEGER NOT NULL, at REAL NOT NULL
    );
    CREATE TABLE versions (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL, found BLOB NOT NULL, body BLOB NOT NULL, at REAL NOT NULL
    );
    CREATE TABLE displaced (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL, spare TEXT NOT NULL, digest BLOB NOT NULL, lines BLOB NOT NULL,
        looks INTEGER NOT NULL, since REAL NOT NULL, due REAL NOT NULL
    );
    CREATE TABLE marks (path TEXT NOT NULL, kind TEXT NOT NULL, at REAL NOT NULL);
    CREATE INDEX writes_by_path ON writes (path, id);
    CREATE INDEX versions_by_path ON versions (path, id);
    """,
    "CREATE TABLE tombs (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, older TEXT NOT NULL, gone TEXT NOT NULL);",
)
_PLAN = "id, path, spare, before, after, lines, found, body, daemon, at"
_DISPLACED = "id, path, spare, digest, lines, looks, since, due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A write under way: `path` from digest `before` to `after`, by way of a file called `spare` beside it.

    `lines` are digests of the lines before (weave.py). `found` and `body` are our region before and after, None where
    nothing is kept of it.
    """

    path: str
    spare: str
    before: bytes
    after: bytes
    lines: bytes
    found: bytes | None
    body: bytes | None
    daemon: bool
    at: float
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A body of our region that we wrote, what stood there before, and when (POSIX seconds)."""

    path: str
    found: bytes
    body: bytes
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Displaced:
    """A file that an exchange put aside at `since`, and when its next look is `due`: somebody may write into it late.

    `digest` and `lines` are of what the file at `path` has of it already.
    """

    id: int
    path: str
    spare: str
    digest: bytes
    lines: bytes
    looks: int
    since: float
    due: float


class Journal:
    """One connection. Each method is one transaction, on the disk when it returns. Raises StateError."""

    def __init__(self, state: Path) -> None:
        self._place = state / FILE
        self._connection = connect(self._place)
        try:
            self._prepare()
        except StateError:
            self.close()
            raise

    def _prepare(self) -> None:
        with self._failing():
            # a plan must be on the disk before the file is touched
            self._connection.execute("PRAGMA synchronous = FULL")
            # only the holder of writer.lock writes, so only it can checkpoint
            self._connection.execute("PRAGMA wal_autocheckpoint = 1000")
            migrate(self._connection, "journal", SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def begin(self, plan: Plan) -> Plan:
        """Keep the plan; gives it with its id."""
        values = (plan.path, plan.spare, plan.before, plan.after, plan.lines, plan.found, plan.body)
        with self._writing() as tx:
            statement = f"INSERT INTO plans ({_PLAN}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
            ((key,),) = tx.execute(statement, (*values, plan.daemon, plan.at)).fetchall()
        return replace(plan, id=key)

    def plans(self) -> tuple[Plan, ...]:
        """Those that no end is known of."""
        rows = self._rows(f"SELECT {_PLAN} FROM plans ORDER BY id")
        return tuple(Plan(**dict(zip(_PLAN.split(", "), row, strict=True))) for row in rows)

    def abandon(self, plan: Plan) -> None:
        """It did not come to an exchange, and nothing of it is left."""
        with self._writing() as tx:
            tx.execute("DELETE FROM plans WHERE id = ?", (plan.id,))

    def withdrawn(self, plan: Plan, lines: bytes, now: float) -> None:
        """Ours stood for a moment and somebody opened it: what is written into it yet goes by its own `lines`."""
        with self._writing() as tx:
            tx.execute("DELETE FROM plans WHERE id = ?", (plan.id,))
            _watch(tx, plan, plan.after, lines, now)

    def swapped(self, plan: Plan, now: float) -> None:
        """The new version stood at the path; the displaced one is under watch from now on."""
        with self._writing() as tx:
            tx.execute("DELETE FROM plans WHERE id = ?", (plan.id,))
            written = (plan.path, plan.after, plan.daemon, plan.at)
            tx.execute("INSERT INTO writes (path, after, daemon, at) VALUES (?, ?, ?, ?)", written)
            _watch(tx, plan, plan.before, plan.lines, now)
            if plan.found is not None and plan.body is not None:
                self._count_returns(tx, plan.path, plan.found, now)
                kept = (plan.path, plan.found, plan.body, plan.at)
                tx.execute("INSERT INTO versions (path, found, body, at) VALUES (?, ?, ?, ?)", kept)
            _prune(tx, plan.path, now)

    def _count_returns(self, tx: sqlite3.Connection, path: str, found: bytes, now: float) -> None:
        """A body of people's ends the count of those of ours that came back."""
        if self.stale(path, found):
            tx.execute("INSERT INTO marks VALUES (?, ?, ?)", (path, RETURN, now))
        elif all(found != version.body for version in self.versions(path)):
            tx.execute("DELETE FROM marks WHERE path = ? AND kind = ?", (path, RETURN))

    def ours(self, path: str, content: bytes) -> bool:
        """Whether this digest of a file's bytes is what we wrote there last: nobody edited it since."""
        rows = self._rows("SELECT after FROM writes WHERE path = ? ORDER BY id DESC LIMIT 1", path)
        return rows == [(content,)]

    def daemon_writes(self, path: str, since: float) -> int:
        """How often the daemon wrote this file after that moment."""
        statement = "SELECT id FROM writes WHERE path = ? AND daemon AND at > ?"
        return len(self._rows(statement, path, since))

    def versions(self, path: str) -> tuple[Version, ...]:
        """The kept versions of our region, newest first."""
        rows = self._rows("SELECT found, body, at FROM versions WHERE path = ? ORDER BY id DESC", path)
        return tuple(Version(path=path, found=found, body=body, at=at) for found, body, at in rows)

    def bodies(self) -> tuple[bytes, ...]:
        """All that is kept of our regions, of every file: as they were found and as they were written."""
        return tuple(body for row in self._rows("SELECT found, body FROM versions ORDER BY id") for body in row)

    def base(self, path: str, body: bytes) -> bytes | None:
        """The version of ours that this body grew from: itself if it is one, else the last; None if there is none.

        Measured against the last one, what an editor's stale buffer put back would look like a person's deletions.
        """
        bodies = [version.body for version in self.versions(path)]
        return body if body in bodies else next(iter(bodies), None)

    def stale(self, path: str, body: bytes) -> bool:
        """Whether this is an older version of ours: an editor with an old buffer put it back."""
        bodies = [version.body for version in self.versions(path)]
        return body in bodies[1:] and body != bodies[0]

    def frozen(self, path: str, body: bytes, since: float = 0.0) -> bool:
        """Whether an older version came back again after we had put the last one in its place; `since` that moment."""
        return self.stale(path, body) and self.marks(path, RETURN, since) > 0

    def bury(self, path: str, tombs: Tombs) -> None:
        """Keep the tombstones that the file holds now, in place of those it held before."""
        gone = " ".join(f"{sig}:{fingerprint:016x}" for sig, fingerprint in tombs.gone.items())
        values = (path, tombs.stamp, " ".join(tombs.older[:KEPT_STAMPS]), gone)
        with self._writing() as tx:
            tx.execute("INSERT OR REPLACE INTO tombs VALUES (?, ?, ?, ?)", values)

    def tombs(self, path: str) -> Tombs | None:
        """The tombstones that the file held when it was written last; None if that is not known."""
        for stamp, older, gone in self._rows("SELECT stamp, older, gone FROM tombs WHERE path = ?", path):
            pairs = (each.split(":") for each in gone.split())
            return Tombs(stamp, tuple(older.split()), {sig: int(fingerprint, 16) for sig, fingerprint in pairs})
        return None

    def mark_conflict(self, path: str, now: float) -> None:
        """People were in the way of a write, to its end."""
        with self._writing() as tx:
            tx.execute("INSERT INTO marks VALUES (?, ?, ?)", (path, CONFLICT, now))

    def marks(self, path: str, kind: str, since: float = 0.0) -> int:
        """How many there are of a kind, CONFLICT or RETURN, after that moment."""
        return len(self._rows("SELECT at FROM marks WHERE path = ? AND kind = ? AND at > ?", path, kind, since))

    def displaced(self) -> tuple[Displaced, ...]:
        """Those under watch, the first due first."""
        rows = self._rows(f"SELECT {_DISPLACED} FROM displaced ORDER BY due, id")
        return tuple(Displaced(**dict(zip(_DISPLACED.split(", "), row, strict=True))) for row in rows)

    def next_due(self) -> float | None:
        """When (POSIX seconds) one of them is to be looked at next; None if none is under watch."""
        return next((displaced.due for displaced in self.displaced()), None)

    def taken_in(self, displaced: Displaced, content: bytes, lines: bytes) -> Displaced:
        """What was written late is in the file, up to this digest and these lines."""
        with self._writing() as tx:
            tx.execute("UPDATE displaced SET digest = ?, lines = ? WHERE id = ?", (content, lines, displaced.id))
        return replace(displaced, digest=content, lines=lines)

    def looked(self, displaced: Displaced, now: float) -> None:
        """It was looked at: when to look again follows from LATE_LOOKS."""
        looks = displaced.looks + 1
        due = displaced.since + LATE_LOOKS[looks] if looks < len(LATE_LOOKS) else now + LATE_LOOKS[-1]
        with self._writing() as tx:
            tx.execute("UPDATE displaced SET looks = ?, due = ? WHERE id = ?", (looks, due, displaced.id))

    def released(self, displaced: Displaced) -> None:
        """It is under watch no more."""
        with self._writing() as tx:
            tx.execute("DELETE FROM displaced WHERE id = ?", (displaced.id,))

    def _rows(self, statement: str, *values: object) -> list[Row]:
        with self._failing():
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._failing(), transaction(self._connection) as tx:
            yield tx

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise failure(self._place, error) from error


def _watch(tx: sqlite3.Connection, plan: Plan, content: bytes, lines: bytes, now: float) -> None:
    displaced = (plan.path, plan.spare, content, lines, now, now)
    tx.execute(f"INSERT INTO displaced ({_DISPLACED}) VALUES (NULL, ?, ?, ?, ?, 0, ?, ?)", displaced)


def _prune(tx: sqlite3.Connection, path: str, now: float) -> None:
    """The last version and the last write stay however old: the next edit of a person is measured against them."""
    old = now - KEPT_SECONDS
    for table, most in (("versions", KEPT_VERSIONS), ("writes", KEPT_WRITES)):
        newest = f"SELECT id FROM {table} WHERE path = ? ORDER BY id DESC LIMIT"
        tx.execute(
            f"DELETE FROM {table} WHERE path = ? AND id NOT IN ({newest} 1) AND (at < ? OR id NOT IN ({newest} ?))",
            (path, path, old, path, most),
        )
    tx.execute("DELETE FROM marks WHERE at < ?", (old,))
