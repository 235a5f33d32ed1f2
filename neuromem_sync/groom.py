"""One night of one workspace: consolidate, rehearse, write back, archive; each gate says what it held back, and why.

Chooses no fact (consolidate.py), merges no line (merge.py) and swaps no file (writeback.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from neuromem_sync import lock, rehearsal
from neuromem_sync.ageing import Aged
from neuromem_sync.beliefs import Belief, decisions_since, facts_since, items_since
from neuromem_sync.changes import Batch
from neuromem_sync.chores import Chores
from neuromem_sync.clock import Clock
from neuromem_sync.config import Settings
from neuromem_sync.contradictions import Contradiction
from neuromem_sync.difference import difference
from neuromem_sync.errors import NeuromemError, WorkspaceError, WriteConflict
from neuromem_sync.files import Outcome, Unreadable, Vanished, stable_read
from neuromem_sync.journal import Journal
from neuromem_sync.layers.base import TextLayer
from neuromem_sync.learn import learn
from neuromem_sync.ledger import Ledger, Past
from neuromem_sync.managed import Managed, Unmanaged, managed
from neuromem_sync.model import Layer
from neuromem_sync.promotion import NO_COUNTS, Consolidation, NearMiss
from neuromem_sync.query import Query
from neuromem_sync.recall import recall
from neuromem_sync.rewrite import Rewrite, items
from neuromem_sync.sidecar import remove_sidecar, write_sidecar
from neuromem_sync.sqlite import connect, read
from neuromem_sync.sync import TURN, Sync
from neuromem_sync.undo import Undo
from neuromem_sync.why import Why, why
from neuromem_sync.writeback import Writeback

LONGEST_QUIET = 10.0
"""Seconds that somebody who asked for a night waits at most for a pause in the edits of MEMORY.md."""
LOOK_AGAIN = 0.25
NOTHING_NEW = "nothing new to write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Groomed:
    """What a night did. `promoted` and `demoted` are the texts that came into the region and left it.

    `reason` says why nothing was written, and `hint` what to type; `blocked`: it should have been. `diff` is what was,
    or would be, changed in `path`. `eligible` counts the units that came through the gates of trust, `held_back` those
    that a gate kept, `nearest` the best of them. `asked` was put into the inbox, `aged` is open and was left lying.
    """

    agent: str
    path: str = ""
    written: bool = False
    promoted: tuple[str, ...] = ()
    demoted: tuple[str, ...] = ()
    archived: int = 0
    asked: tuple[Contradiction, ...] = ()
    aged: tuple[Aged, ...] = ()
    eligible: int = 0
    held_back: Mapping[str, int] = field(default_factory=lambda: NO_COUNTS)
    nearest: tuple[NearMiss, ...] = ()
    reason: str = ""
    hint: str = ""
    blocked: bool = False
    diff: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What a night is wired to."""

    engine: Sync
    journal: Journal
    writeback: Writeback
    chores: Chores
    ledger: Ledger
    clock: Clock
    zone: str
    settings: Settings
    layers: Sequence[TextLayer]


class Groom:
    """The nights of one workspace."""

    def __init__(self, night: Night) -> None:
        self._night = night
        self._engine = night.engine
        self._clock = night.clock
        self._root = night.engine.root

    def run(self, *, dry_run: bool = False, adopt: bool = False) -> Groomed:
        """Consolidate and write back. With `dry_run` nothing is written, `adopt` makes a region where there is none.

        Raises NeuromemError if the workspace cannot be synced; a gate that held the write back is no error.
        """
        self._engine.cycle()
        groomed = self._region(dry_run=dry_run, adopt=adopt)
        if dry_run:
            return groomed
        chores = self._night.chores
        archived = chores.archive(self._night.settings.episodic.retention_days * 86400.0)
        groomed = replace(groomed, archived=archived, asked=chores.ask(), aged=chores.aged())
        self._night.ledger.note(_past(groomed, self._clock.now()))
        return groomed

    def _region(self, *, dry_run: bool, adopt: bool) -> Groomed:
        try:
            place = managed(self._engine.connection, self._root, self._night.journal, adopt=adopt)
        except (Unmanaged, WriteConflict) as refused:
            return self._blocked(Groomed(agent=self._engine.agent), refused)
        learned = learn(self._engine.connection, place, self._night.settings.consolidate)
        rewrite = self._rewrite(place, learned, adopt=adopt)
        groomed = self._begun(place, learned)
        if dry_run:
            return self._shown(groomed, place, rewrite)
        if place.fault:
            return self._beside(groomed, rewrite, place.fault)
        return self._written(groomed, place, rewrite)

    def undo(self, *, dry_run: bool = False) -> Undo:
        """Take back the last write of which anything still stands. Raises WriteConflict if people are in the way."""
        self._engine.cycle()
        place = managed(self._engine.connection, self._root, self._night.journal)
        undone = Undo(place.path, self._night.journal)
        if dry_run:
            undone(place.data)
            return undone
        self._wait_for_quiet(place.path)
        with self._turn():
            self._night.writeback.write(place.path, undone, body=undone.body)
        self._engine.cycle(Batch(paths=frozenset({place.path})))
        return undone

    def why(self, path: str | None, line: int) -> Why:
        """What is behind the item on this line of MEMORY.md. Raises WorkspaceError if there is none."""
        self._engine.cycle()
        place = managed(self._engine.connection, self._root, self._night.journal)
        if path is not None and (self._root / path).resolve() != (self._root / place.path).resolve():
            raise WorkspaceError(f"our region is in {place.path}", f"name a line of it: {place.path}:14")
        learned = learn(self._engine.connection, place, self._night.settings.consolidate)
        return why(self._engine.connection, place, line, learned)

    def since(self, moment: float) -> list[Belief]:
        """What is believed now and was not at that moment (POSIX seconds), and the other way round."""
        self._engine.cycle()
        connection = self._engine.connection
        procedural = next(layer for layer in self._night.layers if layer.layer is Layer.PROCEDURAL)
        found = [*read(connection, facts_since(moment)), *read(connection, decisions_since(moment, procedural))]
        try:
            place = managed(connection, self._root, self._night.journal)
        except (Unmanaged, WriteConflict):
            return found
        return [*found, *items_since(place, self._night.journal.versions(place.path), moment)]

    def _rewrite(self, place: Managed, learned: Consolidation, *, adopt: bool) -> Rewrite:
        today = datetime.fromtimestamp(self._clock.now(), ZoneInfo(self._night.zone)).date().isoformat()
        shown = {item.path for item in place.region.items} if place.region else set[str]()
        lost = {path for path in shown if not (self._root / path).exists()}
        return Rewrite(place.path, items(learned.promotions, today), self._night.journal, lost=lost, adopt=adopt)

    def _begun(self, place: Managed, learned: Consolidation) -> Groomed:
        return Groomed(
            agent=self._engine.agent,
            path=place.path,
            eligible=learned.eligible,
            held_back=learned.held_back,
            nearest=learned.nearest,
        )

    def _shown(self, groomed: Groomed, place: Managed, rewrite: Rewrite) -> Groomed:
        try:
            rewrite(place.data)
        except WriteConflict as refused:
            return self._blocked(groomed, refused)
        return _merged(groomed, rewrite)

    def _written(self, groomed: Groomed, place: Managed, rewrite: Rewrite) -> Groomed:
        def check(before: bytes, after: bytes) -> None:
            rewrite.check(before, after)
            self._rehearse(place.path, after)

        try:
            self._wait_for_quiet(place.path)
            with self._turn():
                done = self._night.writeback.write(place.path, rewrite, check=check, body=rewrite.body)
        except WriteConflict as refused:
            return self._beside(groomed, rewrite, refused) if refused.sidecar else self._blocked(groomed, refused)
        if remove_sidecar(self._root, place.path) or done.written:
            self._engine.cycle(Batch(paths=frozenset({place.path})))
        return replace(_merged(groomed, rewrite), written=done.written)

    def _rehearse(self, path: str, data: bytes) -> None:
        """Raises WriteConflict if a question that is answered now would not be with these bytes at `path`."""
        asked = _questions(stable_read(self._root, rehearsal.PATH))
        if not asked:
            return
        index = self._engine.state / "index.db"
        with closing(connect(index, readonly=True)) as now, self._engine.imagined(path, data) as then:
            for each in rehearsal.broken(asked, self._asking(now), self._asking(then)):
                raise WriteConflict(
                    f"{rehearsal.PATH}:{each.question.line}: {each.question.text!r} would be answered no more:"
                    f" {each.faults[0]}",
                    "see what would change: neuromem groom --dry-run",
                )

    def _asking(self, connection: sqlite3.Connection) -> rehearsal.Ask:
        def ask(question: str) -> list[str]:
            query = Query(text=question, limit=rehearsal.HITS, now=self._clock.now(), zone=self._night.zone)
            return [hit.text for hit in read(connection, recall(query, self._night.layers)).hits]

        return ask

    def _beside(self, groomed: Groomed, rewrite: Rewrite, refused: WriteConflict) -> Groomed:
        """What cannot go into the file goes into one of ours beside it."""
        try:
            with self._turn():
                done = write_sidecar(self._root, groomed.path, rewrite.alone())
        except WriteConflict as both:
            return self._blocked(groomed, both)
        if done.written:
            self._engine.cycle(Batch(paths=frozenset({done.path})))
        reason = f"{refused.message}; what was learned is in {done.path}"
        return replace(groomed, written=done.written, reason=reason, hint=refused.hint, blocked=True)

    def _blocked(self, groomed: Groomed, refused: NeuromemError) -> Groomed:
        return replace(groomed, reason=refused.message, hint=refused.hint, blocked=True)

    def _wait_for_quiet(self, path: str) -> None:
        """Nobody saved the file for a while, or WriteConflict: an editor that saves is about to save again."""
        deadline = self._clock.monotonic() + LONGEST_QUIET
        while 0 <= self._clock.now() - (self._root / path).stat().st_mtime < self._night.settings.writeback.quiet_s:
            if self._clock.monotonic() >= deadline:
                raise WriteConflict(f"{path} is being edited", "try again when it is saved")
            self._clock.sleep(LOOK_AGAIN)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with lock.held(self._engine.state / lock.WRITER, timeout=TURN):
            yield


def _questions(found: Outcome) -> Sequence[rehearsal.Question]:
    """Those of `rehearsal.PATH`, none if there is no such file. Raises WriteConflict if it cannot be read."""
    if isinstance(found, Vanished):
        return ()
    if isinstance(found, Unreadable):
        raise WriteConflict(f"{found.path} cannot be read: {found.reason}", "make it readable, or move it away")
    asked, problems = rehearsal.questions(found.data)
    for fault in problems:
        if fault.unverified:
            raise WriteConflict(str(fault), "save it as UTF-8, or move it away")
    return asked


def _merged(groomed: Groomed, rewrite: Rewrite) -> Groomed:
    diff = difference(groomed.path, rewrite.before, rewrite.merged.data)
    reason = "" if rewrite.before != rewrite.merged.data else NOTHING_NEW
    return replace(groomed, promoted=rewrite.merged.added, demoted=rewrite.merged.removed, diff=diff, reason=reason)


def _past(groomed: Groomed, now: float) -> Past:
    return Past(
        at=now,
        written=groomed.written,
        promoted=len(groomed.promoted),
        demoted=len(groomed.demoted),
        archived=groomed.archived,
        eligible=groomed.eligible,
        blocked=groomed.blocked,
        reason=groomed.reason,
    )
