"""The crop of a workspace from night to night: documents that did not change are not cut into units again.

A cache in `units.db`, of no worth beside the index: without it the crop takes longer, and is the same. Decides nothing
about units.
"""

from __future__ import annotations

import hashlib
import marshal
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from neuromem_sync import crew
from neuromem_sync.crop import Crop, gleaned
from neuromem_sync.index import meta
from neuromem_sync.rarity import Tally, Words
from neuromem_sync.records import SELECT, entry_of
from neuromem_sync.sheaf import Cut, Facts, Label, Sheaf, bound, facts_of, packed, threshed, unpacked
from neuromem_sync.sift import formulas, formulas_of, writers
from neuromem_sync.sqlite import checkpoint, connect, failure, migrate, read, transaction

Progress = Callable[[int, int], None]
"""Told how many documents of how many are cut."""

MIGRATIONS = (
    """
    CREATE TABLE sums (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE facts (
        path TEXT PRIMARY KEY, digest BLOB NOT NULL, labels BLOB NOT NULL, facts BLOB NOT NULL
    );
    CREATE TABLE sheaves (path TEXT PRIMARY KEY, packed BLOB NOT NULL);
    """,
)
MANY = 200
"""Documents from which starting processes (0.3 s) pays."""
WHOLE = 100_000
"""Runs that may have changed, from which all are counted anew, rather than these looked for in every document."""
TURN = "PRAGMA busy_timeout = 180000"
"""Milliseconds to wait for another process that harvests the same workspace."""


class Document(NamedTuple):
    """A document of the index: its row number there, its path, and the digest of its bytes."""

    number: int
    path: str
    digest: bytes


class Harvest:
    """The harvest of one workspace, in its state folder. Close it."""

    def __init__(self, state: Path) -> None:
        self.place = state / "units.db"
        self._connection = connect(self.place)
        try:
            self._connection.execute(TURN)
            migrate(self._connection, "units", MIGRATIONS)
        except sqlite3.Error as error:
            self._connection.close()
            raise failure(self.place, error) from error

    def gather(self, index: sqlite3.Connection, progress: Progress | None = None) -> Crop:
        """The crop of a workspace as of its index. Raises StateError."""
        try:
            with transaction(self._connection) as tx:
                crop = _Gathering(tx, index).crop(progress or _silent)
            checkpoint(self.place)
        except sqlite3.Error as error:
            raise failure(self.place, error) from error
        return crop

    def close(self) -> None:
        self._connection.close()


def _silent(done: int, of: int) -> None:
    """Progress that nobody watches."""


class _Gathering:
    """What is known of a workspace, brought up to date inside one transaction, and the crop from it.

    `touched` are the runs of documents that came, went or changed: all others are formulas, or none, as before.
    """

    def __init__(self, tx: sqlite3.Connection, index: sqlite3.Connection) -> None:
        self._tx, self._index = tx, index
        self._forget_unless_made_by(f"{rules()} {read(index, meta('rules'))}")
        self._names: frozenset[str] = frozenset(self._sum("names", ()))
        self._formulas: set[int] = set(self._sum("formulas", ()))
        self._tally = Tally(*self._sum("tally", ()))
        self._labels: dict[str, frozenset[Label]] = {}
        self._facts: dict[str, Facts] = {}
        self._digests: dict[str, bytes] = {}
        for path, digest, labels, facts in tx.execute("SELECT path, digest, labels, facts FROM facts"):
            self._digests[path] = digest
            self._labels[path] = marshal.loads(labels)
            self._facts[path] = facts_of(facts)
        self._moved = False
        self._touched: set[int] = set()
        self._fresh: set[str] = set()

    def crop(self, progress: Progress) -> Crop:
        rows = self._index.execute("SELECT id, path, digest FROM documents ORDER BY path")
        documents = [Document(*row) for row in rows]
        new = [document for document in documents if self._digests.get(document.path) != document.digest]
        for path in sorted(self._digests.keys() - {document.path for document in documents}):
            self._drop(path)
        for done, (document, cut) in enumerate(zip(new, self._cut(new), strict=True), 1):
            self._drop(document.path)
            self._take(document, cut)
            progress(done, len(new))
        self._name_writers()
        self._find_formulas()
        self._keep()
        return gleaned(self._facts, self._sheaf, self._names, self._tally)

    def _forget_unless_made_by(self, made: str) -> None:
        if self._sum("rules", "") != made:
            for table in ("sums", "facts", "sheaves"):
                self._tx.execute(f"DELETE FROM {table}")
            self._note("rules", made)

    def _sum(self, name: str, otherwise: Any) -> Any:
        found = self._tx.execute("SELECT value FROM sums WHERE name = ?", (name,)).fetchone()
        return marshal.loads(found[0]) if found else otherwise

    def _note(self, name: str, value: Any) -> None:
        self._tx.execute("INSERT OR REPLACE INTO sums VALUES (?, ?)", (name, marshal.dumps(value)))

    def _cut(self, documents: Sequence[Document]) -> Iterator[Cut]:
        """Each of them, cut into units; many of them in several processes."""
        names = tuple(sorted(self._names))
        tasks = [(document.number, names) for document in documents]
        if len(tasks) < MANY or crew.hands() < 2:
            return (cut(self._index, *task) for task in tasks)
        file = next(row[2] for row in self._index.execute("PRAGMA database_list"))
        return crew.shared("neuromem_sync.harvest", (file,), tasks, crew.hands())

    def _sheaf(self, path: str) -> Sheaf:
        (packed,) = self._tx.execute("SELECT packed FROM sheaves WHERE path = ?", (path,)).fetchone()
        return unpacked(path, packed)

    def _drop(self, path: str) -> None:
        facts = self._facts.pop(path, None)
        if facts:
            self._touch(facts)
            self._tally.leave(threshed(self._sheaf(path), self._names)[1])
            del self._labels[path], self._digests[path]
            self._tx.execute("DELETE FROM facts WHERE path = ?", (path,))
            self._tx.execute("DELETE FROM sheaves WHERE path = ?", (path,))

    def _take(self, document: Document, cut: Cut) -> None:
        path = document.path
        self._labels[path] = marshal.loads(cut.labels)
        self._digests[path] = document.digest
        self._tx.execute("INSERT INTO sheaves VALUES (?, ?)", (path, cut.sheaf))
        self._hold(path, facts_of(cut.facts), Words(*marshal.loads(cut.words)))

    def _hold(self, path: str, facts: Facts, words: Words) -> None:
        self._facts[path] = facts
        self._tally.join(words)
        self._touch(facts)
        self._fresh.add(path)

    def _touch(self, facts: Facts) -> None:
        self._moved = True
        if len(self._touched) < WHOLE:
            self._touched.update(facts.runs)

    def _name_writers(self) -> None:
        """Names that began or ceased to be those of writers change what their lines say."""
        before, self._names = self._names, writers(label for labels in self._labels.values() for label in labels)
        other = before ^ self._names
        for path, labels in self._labels.items():
            if other and not other.isdisjoint(name for name, _ in labels):
                sheaf = self._sheaf(path)
                self._touch(self._facts[path])
                self._tally.leave(threshed(sheaf, before)[1])
                self._hold(path, *threshed(sheaf, self._names))

    def _find_formulas(self) -> None:
        """Only documents with a run that began or ceased to be a formula are reckoned again."""
        if not self._moved:
            return
        before = self._formulas
        if len(self._touched) < WHOLE:
            self._formulas = (before - self._touched) | formulas_of(self._touched, self._facts.values())
        else:
            self._formulas = formulas(self._facts.values())
        other = before ^ self._formulas
        for path, facts in self._facts.items():
            if not (self._formulas if path in self._fresh else other).isdisjoint(facts.runs):
                facts.reckon(self._formulas)
                self._fresh.add(path)

    def _keep(self) -> None:
        rows = (
            (path, self._digests[path], marshal.dumps(self._labels[path]), self._facts[path].packed())
            for path in sorted(self._fresh)
        )
        self._tx.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)", rows)
        if self._moved:
            self._note("names", tuple(sorted(self._names)))
            self._note("formulas", tuple(self._formulas))
            self._note("tally", self._tally.plain())


def cut(index: sqlite3.Connection, number: int, names: Iterable[str]) -> Cut:
    """A document of the index, cut into units, and reckoned as long as only these names are those of writers."""
    rows = index.execute(f"{SELECT} WHERE document = ? ORDER BY start", (number,)).fetchall()
    return packed(bound(rows[0][2] if rows else "", map(entry_of, rows)), frozenset(names))


@lru_cache(maxsize=1)
def rules() -> str:
    """What decides which units entries give: the source of the whole package, and the Python that packed them."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".toml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    with closing(connect(Path(sys.argv[1]), readonly=True)) as connection:
        crew.work(lambda task: cut(connection, *task))
