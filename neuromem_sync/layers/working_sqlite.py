"""L1 on SQLite, the part that follows from files: which entries are on the table now.

Today's entries, tasks that are not over and the latest resume notes belong to working memory while that is true. What
a session touched is not in files and lives in touches_sqlite.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence

from neuromem_sync.changes import EntryChange
from neuromem_sync.model import Entry, Kind, Layer, TaskState, entity_key
from neuromem_sync.sqlite import Reading, Row

CHARACTERS = 4  # of text for one token, as models count on average

_SCHEMA = """
CREATE TABLE tasks (entry INTEGER PRIMARY KEY, name TEXT NOT NULL, over INTEGER NOT NULL);
CREATE INDEX tasks_name ON tasks(name);
CREATE TABLE resumes (entry INTEGER PRIMARY KEY, instant REAL NOT NULL);
CREATE INDEX resumes_instant ON resumes(instant);
"""
# The time of an entry once more, so that what is over is told from what may be open without reading entries.
_TIMES = """
ALTER TABLE tasks ADD COLUMN instant REAL;
UPDATE tasks SET instant = (SELECT instant FROM entries WHERE key = entry);
DROP INDEX tasks_name;
CREATE INDEX tasks_time ON tasks(name, over, instant);
"""
_TOUCHED = """SELECT entries.key, length(text) FROM json_each(?) AS touched JOIN entries ON entries.id = touched.value
ORDER BY touched.key"""
# Ends no later than its last line that is no end: of equally late ones the place decides.
_MAYBE_OPEN = """SELECT name FROM tasks GROUP BY name
HAVING max(iif(over, instant, NULL)) IS NULL OR max(iif(over, NULL, instant)) >= max(iif(over, instant, NULL))"""
# A task's present state is its last entry: by time, then by place, so that no order of edits can change it.
_OPEN = f"""SELECT key, length(text) FROM entries WHERE key IN (SELECT entry FROM (
    SELECT entry, over,
        row_number() OVER (PARTITION BY name ORDER BY tasks.instant DESC, path DESC, start DESC) AS place
    FROM tasks JOIN entries ON key = entry JOIN documents ON documents.id = document WHERE name IN ({_MAYBE_OPEN}))
WHERE place = 1 AND NOT over)"""
_TOLD = """SELECT name, entry, over FROM tasks JOIN entries ON key = entry JOIN documents ON documents.id = document
WHERE {} ORDER BY name, tasks.instant, path, start"""
_RESUME = """SELECT key, length(text) FROM entries WHERE key IN (SELECT entry FROM resumes) AND document =
    (SELECT document FROM resumes JOIN entries ON key = entry JOIN documents ON documents.id = document
    WHERE resumes.instant = (SELECT max(instant) FROM resumes) ORDER BY path DESC LIMIT 1)"""
_TODAY = """SELECT key, length(text) FROM entries WHERE instant >= ? AND instant < ?
ORDER BY instant DESC, document DESC, start DESC"""
AT_ONCE = 100  # touched entries looked up at a time: a busy session touches many more than there is room for
CRUMB = 80  # characters, a short line: with less room than that left, nothing more is looked for


class WorkingTable:
    layer = Layer.WORKING
    migrations: Sequence[str] = (_SCHEMA, _TIMES)

    def apply(self, tx: sqlite3.Connection, changes: Sequence[EntryChange]) -> None:
        outdated = [(change.key,) for change in changes if change.old is not None and _is_ours(change.old)]
        arriving = [(change.key, change.new) for change in changes if change.new is not None and _is_ours(change.new)]
        tx.executemany("DELETE FROM tasks WHERE entry = ?", outdated)
        tx.executemany("DELETE FROM resumes WHERE entry = ?", outdated)
        tx.executemany(
            "INSERT OR REPLACE INTO tasks VALUES (?, ?, ?, ?)",
            [
                (key, entity_key(entry.attributes["task"]), _is_over(entry), entry.instant)
                for key, entry in arriving
                if _is_task(entry)
            ],
        )
        tx.executemany(
            "INSERT OR REPLACE INTO resumes VALUES (?, ?)",
            [(key, entry.instant or 0.0) for key, entry in arriving if entry.kind is Kind.SNAPSHOT],
        )

    def canonical(self, connection: sqlite3.Connection) -> Iterator[str]:
        for path, line, name, over in connection.execute(
            """SELECT path, line, name, over FROM tasks
            LEFT JOIN entries ON key = entry LEFT JOIN documents ON documents.id = document"""
        ):
            yield f"{path}:{line}\ttask {name} {'over' if over else 'open'}"
        for path, line in connection.execute(
            """SELECT path, line FROM resumes
            LEFT JOIN entries ON key = entry LEFT JOIN documents ON documents.id = document"""
        ):
            yield f"{path}:{line}\tresume"

    def tidy(self, connection: sqlite3.Connection, now: float) -> bool:
        """Nothing to keep up."""
        return False

    def members(self, touched: Sequence[str], day: tuple[float, float], budget: int) -> Reading[Mapping[int, str]]:
        """Key → why, for what is in working memory: at most `budget` tokens of text.

        `touched` are ids, latest first; they come before open tasks, resume notes and the entries of `day` (POSIX
        seconds, half-open), latest first. What no longer fits is out: least recently used first among the touched.
        """
        room = _Room(budget * CHARACTERS)
        asked = [
            ("touched", _TOUCHED, (json.dumps(touched[first : first + AT_ONCE]),))
            for first in range(0, len(touched), AT_ONCE)
        ]
        for why, statement, values in (*asked, ("task", _OPEN, ()), ("resume", _RESUME, ()), ("today", _TODAY, day)):
            if room.left >= CRUMB:
                room.take(why, (yield statement, values))
        return room.kept

    def told(
        self, name: str | None = None, *, everything: bool = True
    ) -> Reading[Mapping[str, list[tuple[int, bool]]]]:
        """Canonical name → (key, ends it), in the order of time, then of place."""
        wanted = "true" if everything else f"name IN ({_MAYBE_OPEN})"
        asked = (_TOLD.format(wanted), ()) if name is None else (_TOLD.format("name = ?"), (name,))
        found: dict[str, list[tuple[int, bool]]] = {}
        for task, key, over in (yield asked):
            found.setdefault(task, []).append((key, bool(over)))
        return found if everything else {task: told for task, told in found.items() if not told[-1][1]}


class _Room:
    """What fits into so many characters, in the order it is offered."""

    def __init__(self, characters: int) -> None:
        self.left = characters
        self.kept: dict[int, str] = {}

    def take(self, why: str, rows: Iterable[Row]) -> None:
        for key, size in rows:
            if size <= self.left and key not in self.kept:
                self.left -= size
                self.kept[key] = why


def _is_ours(entry: Entry) -> bool:
    return entry.kind is Kind.SNAPSHOT or _is_task(entry)


def _is_task(entry: Entry) -> bool:
    """One that failed is an error pattern, and no less the end of its task."""
    return entry.kind in (Kind.TASK, Kind.ERROR) and {"task", "state"} <= entry.attributes.keys()


def _is_over(entry: Entry) -> bool:
    return TaskState.read(entry.attributes["state"]).over
