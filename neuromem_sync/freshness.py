"""How a query learns that every earlier edit is in the index, and how a daemon tells it (docs/freshness.md).

Decides nothing about deletion, and never syncs: where no daemon can vouch, it says so and the caller syncs.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from neuromem_sync.clock import Clock
from neuromem_sync.lock import WATCH, holder
from neuromem_sync.query import Freshness, State
from neuromem_sync.sqlite import migrate, transaction

# A touch comes back within a millisecond; 4,000 files written before it were reported within this time
TIMEOUT = 2.0
KEPT = 1000
FIRST_NAP, LONGEST_NAP, EAGER = 0.0002, 0.005, 0.01

MIGRATIONS = (
    """
    CREATE TABLE waits (
        token INTEGER PRIMARY KEY AUTOINCREMENT,
        state TEXT, generation INTEGER, as_of TEXT, reason TEXT
    );
    CREATE INDEX waits_open ON waits(token) WHERE state IS NULL;
    CREATE TABLE daemon (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        pid INTEGER NOT NULL, state TEXT NOT NULL, generation INTEGER NOT NULL, as_of TEXT NOT NULL,
        reason TEXT NOT NULL, answers INTEGER NOT NULL
    );
    """,
    "ALTER TABLE daemon ADD COLUMN scanned TEXT NOT NULL DEFAULT ''",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What a daemon says of itself; `answers` is False where the system does not report a touch.

    `scanned` is when it last ended a look at all files (ISO 8601), "" before it did.
    """

    pid: int
    freshness: Freshness
    answers: bool
    scanned: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """No daemon vouches, and why: the caller looks at the files itself."""

    reason: str


class MovedOn(NamedTuple):
    """Files that are not what the index knows: `changed` still stand there, `gone` do not."""

    changed: frozenset[str]
    gone: frozenset[str]


def prepare(live: sqlite3.Connection) -> None:
    """Make the tables of this module in the live database."""
    migrate(live, "waits", MIGRATIONS)


def touch(place: Path) -> bool:
    """Give a file or folder its own times: only its change time moves. False if we may not."""
    try:
        found = os.stat(place)
        os.utime(place, ns=(found.st_atime_ns, found.st_mtime_ns))
    except OSError:
        return False
    return True


def ask(
    live: sqlite3.Connection, state: Path, root: Path, *, clock: Clock, timeout: float = TIMEOUT
) -> Freshness | Unanswered:
    """Wait, at most `timeout` seconds, until a daemon has every edit made before this call in the index.

    `state` is the workspace's state folder. Blocks its thread.
    """
    pid = holder(state / WATCH)
    if pid is None:
        return Unanswered(reason="no daemon watches")
    try:
        return _doubt(status(live), pid) or _wait(live, root, clock, timeout)
    except sqlite3.Error as error:
        return Unanswered(reason=f"the live database: {error}")


def moved_on(root: Path, files: Mapping[str, tuple[int, int, int, int, int]]) -> MovedOn:
    """Which of these files differ from the identities the index has of them (`FileState.identity`)."""
    changed, gone = set(), set()
    for path, identity in files.items():
        try:
            found = os.lstat(root / path)
        except (FileNotFoundError, NotADirectoryError):
            gone.add(path)
            continue
        except OSError:
            changed.add(path)
            continue
        if identity != (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns):
            changed.add(path)
    return MovedOn(frozenset(changed), frozenset(gone))


def status(live: sqlite3.Connection) -> Status | None:
    """What the last daemon said of itself; it lives only if it holds `watch.lock`."""
    row = live.execute("SELECT pid, answers, scanned, state, generation, as_of, reason FROM daemon").fetchone()
    return row and Status(pid=row[0], answers=bool(row[1]), scanned=row[2], freshness=_freshness(row[3:]))


def publish(live: sqlite3.Connection, said: Status) -> None:
    """A daemon says what it is now."""
    live.execute(
        "INSERT OR REPLACE INTO daemon (one, pid, answers, scanned, state, generation, as_of, reason)"
        " VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
        (said.pid, said.answers, said.scanned, *_columns(said.freshness)),
    )


def unanswered(live: sqlite3.Connection) -> list[int]:
    """The tokens of the queries that wait."""
    return [token for (token,) in live.execute("SELECT token FROM waits WHERE state IS NULL")]


def answer(live: sqlite3.Connection, tokens: Iterable[int], said: Status) -> None:
    """Release these queries: every edit made before their tokens is in the index, as far as `said` says."""
    marks = [(*_columns(said.freshness), token) for token in tokens]
    with transaction(live):
        publish(live, said)
        live.executemany("UPDATE waits SET state = ?, generation = ?, as_of = ?, reason = ? WHERE token = ?", marks)
        live.execute("DELETE FROM waits WHERE token < (SELECT max(token) FROM waits) - ?", (KEPT,))


def _doubt(said: Status | None, pid: int) -> Unanswered | None:
    if said is None or (pid and said.pid != pid):
        return Unanswered(reason="the daemon is starting")
    if not said.answers:
        return Unanswered(reason="this system does not report a touch")
    return None if said.freshness.state in (State.FRESH, State.VERIFYING) else _doubtful(said.freshness)


def _doubtful(said: Freshness) -> Unanswered:
    return Unanswered(reason=said.reason or f"the daemon is {said.state}")


def _wait(live: sqlite3.Connection, root: Path, clock: Clock, timeout: float) -> Freshness | Unanswered:
    start, nap = clock.monotonic(), FIRST_NAP
    token = live.execute("INSERT INTO waits DEFAULT VALUES").lastrowid
    if not touch(root):
        live.execute("DELETE FROM waits WHERE token = ?", (token,))
        return Unanswered(reason="we may not touch the root")
    while (waited := clock.monotonic() - start) < timeout:
        clock.sleep(nap)
        row = live.execute(
            "SELECT state, generation, as_of, reason FROM waits WHERE token = ? AND state IS NOT NULL",
            (token,),
        ).fetchone()
        if row:
            proved = _freshness(row)
            return proved if proved.state is State.FRESH else _doubtful(proved)
        if waited > EAGER:
            nap = min(nap * 1.5, LONGEST_NAP)
    _distrust(live, token, timeout)
    return Unanswered(reason=f"the daemon did not answer within {timeout:g} s")


def _distrust(live: sqlite3.Connection, token: int | None, timeout: float) -> None:
    """Spare the next query the wait. The daemon takes it back with its answer to this token, so there must be none."""
    live.execute(
        "UPDATE daemon SET state = ?, reason = ?"
        " WHERE state = ? AND EXISTS (SELECT 1 FROM waits WHERE token = ? AND state IS NULL)",
        (State.DEGRADED, f"it did not answer within {timeout:g} s", State.FRESH, token),
    )


def _columns(freshness: Freshness) -> tuple[str, int, str, str]:
    return (freshness.state, freshness.generation, freshness.as_of, freshness.reason)


def _freshness(row: tuple[str, int, str, str]) -> Freshness:
    state, generation, as_of, reason = row
    return Freshness(state=State(state), generation=generation, as_of=as_of, reason=reason)
