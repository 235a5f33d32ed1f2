"""What servers have yet to be told: a row for each entry that changed, written in the transaction of the change.

A row names an entry and the generation that changed it, not what it is: whoever tells a server reads the entry as it is
then, so many edits of one entry are one row. Knows no server and reads no entry.

A store that was switched on once keeps its rows while it is off, and whoever writes the index adds to them, whether the
writer's own settings name the server or not: a row for each entry that there is, and for each that is gone until these
are so many that the server is better emptied and told anew. Nothing is missed, however long it is away. Switched off
for good it keeps none; switched on again it is told everything.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from neuromem_sync.changes import EntryChange
from neuromem_sync.sqlite import Reading, migrate, one, read, transaction

MIGRATIONS = (
    """
    CREATE TABLE stores (
        name TEXT PRIMARY KEY, clear INTEGER NOT NULL DEFAULT 0, begun INTEGER NOT NULL DEFAULT 1
    ) WITHOUT ROWID;
    CREATE TABLE outbox (
        store TEXT NOT NULL, id TEXT NOT NULL, generation INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (store, id)
    ) WITHOUT ROWID;
    CREATE INDEX outbox_order ON outbox(store, generation, id);
    """,
    "ALTER TABLE stores ADD COLUMN agent TEXT NOT NULL DEFAULT '';",
)
LATEST = 3600.0
"""Seconds at most before an entry that was refused is tried again; what is due later was written by another clock."""
TRIES = 20
"""After as many refusals by a server that was well, an entry is told no more until it changes: a dead letter."""

MISSED = 10_000
"""Rows of entries that are gone, beyond as many as there are entries, from which a store begins anew. They are 0.7 MB;
and told one by one they would take longer than what there is.
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """An entry a server has to be told of: it changed in `generation`, and was refused `tries` times."""

    id: str
    generation: int
    tries: int


@dataclass(frozen=True, slots=True)
class Lag:
    """Letters under way, dead ones among them, and why the last of those was refused."""

    letters: int
    dead: int
    reason: str


def entries(number: int) -> str:
    """So many, in words."""
    return "1 entry" if number == 1 else f"{number} entries"


class Outbox:
    """Within the transaction of a cycle that will be `generation`."""

    def __init__(self, tx: sqlite3.Connection, generation: int) -> None:
        self._tx = tx
        self._generation = generation
        self._stores = [name for (name,) in tx.execute("SELECT name FROM stores ORDER BY name")]

    def note(self, changes: Sequence[EntryChange]) -> None:
        """Every store that is on has to be told of these; they are not written yet. Tries begin anew."""
        if not self._stores:
            return
        leaving = self._leaving(changes)
        if leaving:
            self._bound()
        ids = {change.new.id for change in changes if change.new is not None} | leaving
        self._tx.executemany(
            "INSERT OR REPLACE INTO outbox (store, id, generation) VALUES (?, ?, ?)",
            [(store, each, self._generation) for store in self._stores for each in sorted(ids)],
        )

    def _leaving(self, changes: Sequence[EntryChange]) -> set[str]:
        keys = json.dumps([change.key for change in changes if change.new is None])
        rows = self._tx.execute("SELECT id FROM entries WHERE key IN (SELECT value FROM json_each(?))", (keys,))
        return {each for (each,) in rows}

    def _bound(self) -> None:
        """A store that misses too much of what is gone has to begin anew. What is noted after this keeps it behind
        until it does, though there is no entry at all.
        """
        (there,) = self._tx.execute("SELECT count(*) FROM entries").fetchone()
        for store in self._stores:
            (letters,) = self._tx.execute("SELECT count(*) FROM outbox WHERE store = ?", (store,)).fetchone()
            if letters > 2 * there + MISSED:
                refill(self._tx, store)
                self._tx.execute("UPDATE stores SET begun = 0 WHERE name = ?", (store,))


def prepare(connection: sqlite3.Connection) -> None:
    """Bring the tables up to date."""
    migrate(connection, "outbox", MIGRATIONS)


def switch_on(connection: sqlite3.Connection, store: str) -> None:
    """This store has to be told everything there is, and from the next cycle on every change; once is enough."""
    if not read(connection, is_on(store)):
        with transaction(connection) as tx:
            tx.execute("INSERT OR IGNORE INTO stores (name, begun) VALUES (?, 0)", (store,))
            refill(tx, store)


def is_on(store: str) -> Reading[bool]:
    """Whether changes are kept for this store."""
    return store in (yield from stores())


def has_begun(store: str) -> Reading[bool]:
    """Whether letters lead from what it holds, if anything, to what there is: else it may hold what is gone."""
    return bool((yield from one("SELECT begun FROM stores WHERE name = ?", store)))


def begun(tx: sqlite3.Connection, store: str) -> None:
    """The store held nothing of this index, and is told everything now."""
    tx.execute("UPDATE stores SET begun = 1 WHERE name = ?", (store,))


def told_as(store: str) -> Reading[str]:
    """The name of the agent under which the store was told something last, "" before that."""
    return (yield from one("SELECT agent FROM stores WHERE name = ?", store)) or ""


def call(tx: sqlite3.Connection, store: str, agent: str) -> None:
    """The store knows the agent by this name now, and by no other."""
    tx.execute("UPDATE stores SET agent = ? WHERE name = ?", (agent, store))


def switch_off(tx: sqlite3.Connection, store: str) -> None:
    """Nothing is kept for this store any more, dead letters neither."""
    tx.execute("DELETE FROM outbox WHERE store = ?", (store,))
    tx.execute("DELETE FROM stores WHERE name = ?", (store,))


def clear_first(tx: sqlite3.Connection) -> None:
    """Every store has to forget the whole agent before it is told anything: what it held of the forgotten, and under
    which names, is known nowhere any more.
    """
    tx.execute("UPDATE stores SET clear = 1")


def to_be_cleared() -> Reading[list[str]]:
    """The stores that have not done so yet."""
    return [name for (name,) in (yield "SELECT name FROM stores WHERE clear ORDER BY name", ())]


def cleared(tx: sqlite3.Connection, store: str) -> None:
    """The store holds nothing of the agent."""
    tx.execute("UPDATE stores SET clear = 0 WHERE name = ?", (store,))


def refill(tx: sqlite3.Connection, store: str) -> None:
    """The store has to be told everything there is, and nothing of what is gone."""
    tx.execute("DELETE FROM outbox WHERE store = ?", (store,))
    tx.execute(
        """INSERT INTO outbox (store, id, generation)
        SELECT ?, id, coalesce((SELECT value FROM meta WHERE name = 'generation'), 0) FROM entries""",
        (store,),
    )


def due(store: str, now: float, limit: int) -> Reading[list[Letter]]:
    """What the store can be told now, the oldest change first; nothing before it has begun."""
    rows = yield (
        """SELECT id, generation, tries FROM outbox WHERE store = ? AND tries < ? AND (due <= ? OR due > ?)
        AND (SELECT begun FROM stores WHERE name = store) ORDER BY generation, id LIMIT ?""",
        (store, TRIES, now, now + LATEST, limit),
    )
    return [Letter(*row) for row in rows]


def next_due(store: str) -> Reading[float | None]:
    """When a letter can be tried (POSIX seconds); None if there is none that is not dead."""
    found: float | None = yield from one("SELECT min(due) FROM outbox WHERE store = ? AND tries < ?", store, TRIES)
    return found


def told(tx: sqlite3.Connection, store: str, letters: Iterable[Letter]) -> None:
    """The store was told of these; of one that changed meanwhile it has to be told again."""
    tx.executemany(
        "DELETE FROM outbox WHERE store = ? AND id = ? AND generation = ?",
        [(store, each.id, each.generation) for each in letters],
    )


def refused(tx: sqlite3.Connection, store: str, letter: Letter, again: float, reason: str) -> None:
    """The store was well and did not take it; it is tried again at that moment, if it is no dead letter by now."""
    tx.execute(
        "UPDATE outbox SET tries = tries + 1, due = ?, reason = ? WHERE store = ? AND id = ? AND generation = ?",
        (again, reason, store, letter.id, letter.generation),
    )


def lag(store: str) -> Reading[Lag]:
    """How much the store has yet to be told: one that is not on, of everything."""
    if not (yield from is_on(store)):
        return Lag((yield from one("SELECT count(*) FROM entries")), 0, "")
    rows = yield (
        """SELECT count(*), count(*) FILTER (WHERE tries >= :tries), max(reason) FILTER (WHERE tries >= :tries)
        FROM outbox WHERE store = :store""",
        {"store": store, "tries": TRIES},
    )
    letters, dead, reason = rows[0]
    return Lag(letters, dead, reason or "")


def stores() -> Reading[list[str]]:
    """The stores that are on: named once, and not switched off for good."""
    if not (yield "SELECT 1 FROM sqlite_master WHERE name = 'stores'", ()):
        return []  # an index that an older version of the program made, and nobody wrote since
    return [name for (name,) in (yield "SELECT name FROM stores ORDER BY name", ())]
