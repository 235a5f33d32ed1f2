"""Carry out a plan inside one transaction: read, parse, match with what was there, write what differs.

Decides nothing about which files to read; memory stays bounded because new documents stream through.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from neuromem_sync.changes import EntryChange, FileState, Stored
from neuromem_sync.crew import take_all
from neuromem_sync.diff import Names, Pool, content, frame, match
from neuromem_sync.index import PENDING, UNSEEN, Known, Writer, stored_as, stored_entries
from neuromem_sync.intake import Intake, Taken, Task
from neuromem_sync.model import Entry, ParseResult, Problem
from neuromem_sync.plan import Plan
from neuromem_sync.snapshot import racy
from neuromem_sync.sqlite import read
from neuromem_sync.workspace import route

CHUNK = 400
"""Entry changes written at a time: enough to make statements cheap, few enough to bound memory."""

Progress = Callable[[int, int], None]
"""Called with how many of how many documents are done."""


class Application:
    """One plan being carried out, and what it did.

    `counts` are `[added, changed, deleted]` by path; `written` are the ids of what was added or changed, by the time
    (POSIX seconds) its file was saved.
    """

    def __init__(self, tx: sqlite3.Connection, writer: Writer, root: Path, intake: Intake, plan: Plan) -> None:
        self._tx = tx
        self._writer = writer
        self._root = root
        self._intake = intake
        self._plan = plan
        self._pool = Pool()
        self._names = Names(writer.taken)
        self._rows: dict[str, int] = {}
        self._homeless: list[Entry] = []
        self._changes: list[EntryChange] = []
        self.counts: dict[str, list[int]] = {}
        self.written: dict[float, list[str]] = {}
        self._saved = {state.path: state.mtime_ns / 1e9 for state in plan.read}

    def run(self, progress: Progress) -> None:
        """Documents that lose entries come first, so that documents that gain them can claim them."""
        states = sorted(self._plan.read, key=lambda state: (state.path not in self._plan.known, state.path))
        for path, reason in {**dict.fromkeys(self._plan.pending, PENDING), **self._plan.doubt}.items():
            self._writer.doubt(path, reason)
        self._remark()
        self._forget()
        tasks = [Task(state.path, state.size, self._known_digest(state.path)) for state in states]
        for number, (state, taken) in enumerate(zip(states, take_all(self._intake, self._root, tasks), strict=True)):
            if state.path not in self._plan.known:
                self._house()
            self._enter(state, taken)
            progress(number + 1, len(states))
        self._house()
        for stored in self._pool.rest():
            self._emit(stored.entry.source.path, EntryChange(key=stored.key, old=stored.entry, new=None))
        self._flush()

    def _known_digest(self, path: str) -> bytes | None:
        """What need not be parsed again: bytes whose entries stand in the index, made by the rules of today."""
        known = self._plan.known.get(path)
        return known.state.digest if known and not known.unverified and not self._plan.afresh else None

    def _remark(self) -> None:
        for path, reason in self._plan.unseen.items():
            hint = "make it readable, or rename it: what it holds is not in the memory"
            problem = reason and Problem(path=path, line=1, code=UNSEEN, message=reason, hint=hint, unverified=True)
            self._writer.put_problems(path, [problem] if problem else ())

    def _forget(self) -> None:
        for known in self._plan.forget:
            self._pool.put(read(self._tx, stored_entries(known.document)))
            self._writer.drop_document(known)
            self._intake.forget(known.state.path)

    def _enter(self, state: FileState, taken: Taken) -> None:
        known = self._plan.known.get(state.path)
        if taken.reason is not None:
            problem = Problem(
                path=state.path, line=1, code="unreadable", message=f"cannot be read: {taken.reason}",
                hint=f"{taken.hint}; its last good entries stand until then", unverified=True,
            )  # fmt: skip
            digest = known.state.digest if known else b""
            self._keep(replace(state, digest=digest), [problem], taken.reason)
        elif taken.state is None:
            self._plan.pending.append(state.path)
            self._writer.doubt(state.path, PENDING)
        elif taken.result is None:
            self._put(taken.state, None)
        elif taken.result.entries is None:
            self._keep(taken.state, taken.result.problems, taken.result.problems[0].message)
        else:
            self._replace(taken.state, self._stored(known) if known else [], taken.result)

    def _keep(self, state: FileState, problems: Iterable[Problem], reason: str) -> None:
        """The last good entries stay and are listed as unverified."""
        self._put(state, reason)
        self._writer.put_problems(state.path, problems)

    def _put(self, state: FileState, unverified: str | None) -> None:
        self._rows[state.path] = self._writer.put_document(
            state, route(state.path), racy=racy(state, self._plan.looked_ns), unverified=unverified
        )

    def _stored(self, known: Known) -> list[Stored]:
        """A document's entries in the index; of one edited lately, by the rules of today, they need not be read."""
        given = None if self._plan.afresh else self._intake.given(known.state.path, known.state.digest)
        held = read(self._tx, stored_as(known.document, given)) if given else None
        return held or read(self._tx, stored_entries(known.document))

    def _replace(self, state: FileState, old: Sequence[Stored], result: ParseResult) -> None:
        self._put(state, None)
        self._writer.put_problems(state.path, result.problems)
        new = result.entries or ()
        same = frame(old, new)
        if same.tail and (same.bytes or same.lines):
            start = old[-same.tail].entry.source.span.start
            self._writer.shift(self._rows[state.path], start, same.bytes, same.lines)
            self.counts.setdefault(state.path, [0, 0, 0])
        found = match(old[same.head : len(old) - same.tail], new[same.head : len(new) - same.tail])
        for stored, entry in found.pairs:
            self._update(stored, entry)
        self._pool.put(found.gone)
        self._homeless += found.fresh

    def _house(self) -> None:
        """Give entries that matched nothing in their own document an entry that left another one, or a new id."""
        for entry in self._homeless:
            stored = self._pool.claim(entry)
            if stored:
                self._update(stored, entry)
            else:
                named = self._names.name(entry)
                self._emit(entry.source.path, EntryChange(key=self._writer.next_key(), old=None, new=named))
        self._homeless.clear()

    def _update(self, stored: Stored, entry: Entry) -> None:
        if entry != stored.entry:
            new = replace(entry, id=stored.id)
            self._emit(entry.source.path, EntryChange(key=stored.key, old=stored.entry, new=new))

    def _emit(self, path: str, change: EntryChange) -> None:
        counts = self.counts.setdefault(path, [0, 0, 0])
        if change.new is None:
            counts[2] += 1
        elif change.old is None or content(change.new) != content(change.old):
            counts[0 if change.old is None else 1] += 1
            self.written.setdefault(self._saved[path], []).append(change.new.id)
        self._changes.append(change)
        if len(self._changes) >= CHUNK:
            self._flush()

    def _flush(self) -> None:
        if self._changes:
            self._writer.apply(self._changes, self._rows)
            self._changes.clear()
