"""One night of one workspace: consolidate, rehearse, write back, archive; each gate says what it held back, and why.

Chooses no fact (consolidate.py), merges no line (merge.py) and swaps no file (writeback.py).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from neuromem_sync import lock
from neuromem_sync.ageing import Aged
from neuromem_sync.allowed import Allowed
from neuromem_sync.changes import Batch
from neuromem_sync.chores import Chores
from neuromem_sync.clock import Clock
from neuromem_sync.config import Settings
from neuromem_sync.contradictions import Contradiction
from neuromem_sync.difference import difference
from neuromem_sync.errors import NeuromemError, WorkspaceError, WriteConflict
from neuromem_sync.journal import Journal
from neuromem_sync.layers.base import TextLayer
from neuromem_sync.learn import learn
from neuromem_sync.ledger import Ledger, Past
from neuromem_sync.managed import Managed, Unmanaged, managed
from neuromem_sync.permit import unreadable
from neuromem_sync.promotion import NO_COUNTS, Consolidation, NearMiss
from neuromem_sync.redact import hidden
from neuromem_sync.rehearse import rehearse
from neuromem_sync.rewrite import Rewrite, body, bury, check, items
from neuromem_sync.sidecar import remove_sidecar, write_sidecar
from neuromem_sync.sync import Sync
from neuromem_sync.undo import Undo
from neuromem_sync.why import Why, example, why
from neuromem_sync.writeback import Writeback, Written

LONGEST_QUIET = 10.0
"""Seconds that somebody who asked for a night waits at most for a pause in the edits of MEMORY.md."""
LOOK_AGAIN = 0.25
OWN = "ours"
"""The gate of what we wrote ourselves: nothing is held back there."""
NOTHING_NEW = "nothing new to write"
READ_ONLY = "the workspace belongs to another program and is only read"


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
    readonly: bool = False


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
        groomed = replace(self._asked(groomed), archived=archived, aged=chores.aged())
        self._night.ledger.note(_past(groomed, self._clock.now()))
        return groomed

    def _asked(self, groomed: Groomed) -> Groomed:
        try:
            return replace(groomed, asked=self._night.chores.ask())
        except WorkspaceError as refused:
            return groomed if groomed.blocked else self._blocked(groomed, refused)

    def _region(self, *, dry_run: bool, adopt: bool) -> Groomed:
        if self._night.readonly:
            return Groomed(agent=self._engine.agent, reason=READ_ONLY)
        try:
            place = managed(self._engine.connection, self._root, self._night.journal, adopt=adopt)
        except (Unmanaged, WriteConflict) as refused:
            return self._blocked(Groomed(agent=self._engine.agent), refused)
        learned = learn(self._engine.connection, self._engine.state, place, self._night.settings.consolidate)
        rewrite = self._rewrite(place, learned, adopt=adopt)
        groomed = self._begun(place, learned)
        if dry_run:
            return self._shown(groomed, place, rewrite)
        if place.fault:
            return self._beside(groomed, rewrite, place.fault)
        return self._written(groomed, place, rewrite)

    def undo(self, *, dry_run: bool = False) -> Undo:
        """Take back the last write of which anything still stands. Raises WriteConflict if people are in the way."""
        if self._night.readonly:
            raise WriteConflict(READ_ONLY)
        self._engine.cycle()
        place = managed(self._engine.connection, self._root, self._night.journal)
        undone = Undo(place.path, self._night.journal)
        if dry_run:
            undone(place.data)
            return undone
        self._write(place.path, undone)
        self._engine.cycle(Batch(paths=frozenset({place.path})))
        return undone

    def why(self, path: str | None, line: int | None) -> Why:
        """What is behind the item on this line of MEMORY.md. Raises WorkspaceError, naming one, if there is none."""
        self._engine.cycle()
        place = managed(self._engine.connection, self._root, self._night.journal)
        if path is not None and (self._root / path).resolve() != (self._root / place.path).resolve():
            raise WorkspaceError(f"our region is in {place.path}", example(place))
        if line is None:
            raise WorkspaceError("name one line of MEMORY.md", example(place))
        learned = learn(self._engine.connection, self._engine.state, place, self._night.settings.consolidate)
        return why(self._engine.connection, place, line, learned)

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
            held_back={gate: count for gate, count in learned.held_back.items() if gate != OWN},
            nearest=learned.nearest,
        )

    def _shown(self, groomed: Groomed, place: Managed, rewrite: Rewrite) -> Groomed:
        try:
            rewrite(place.data)
        except WriteConflict as refused:
            return self._blocked(groomed, refused)
        return _merged(groomed, rewrite)

    def _written(self, groomed: Groomed, place: Managed, rewrite: Rewrite) -> Groomed:
        try:
            done = self._write(place.path, rewrite)
        except WriteConflict as refused:
            return self._beside(groomed, rewrite, refused) if refused.sidecar else self._blocked(groomed, refused)
        if remove_sidecar(self._root, place.path) or done.written:
            self._engine.cycle(Batch(paths=frozenset({place.path})))
        return replace(_merged(groomed, rewrite), written=done.written)

    def _write(self, path: str, edit: Rewrite | Undo) -> Written:
        """Raises WriteConflict, also if what people wrote would read otherwise, or a question be answered no more."""

        def prove(before: bytes, after: bytes) -> None:
            check(path, before, after)
            now, zone = self._clock.now(), self._night.zone
            rehearse(self._engine, self._night.layers, path, after, now=now, zone=zone)

        self._wait_for_quiet(path)
        kept = partial(body, path, allowed=Allowed(self._night.settings.redact.allow))
        with lock.turn(self._engine.state):
            done = self._night.writeback.write(path, edit, check=prove, body=kept)
            bury(self._night.journal, path, edit.before, edit.after)
            return done

    def _beside(self, groomed: Groomed, rewrite: Rewrite, refused: WriteConflict) -> Groomed:
        """What cannot go into the file goes into one of ours beside it."""
        try:
            with lock.turn(self._engine.state):
                done = write_sidecar(self._root, groomed.path, rewrite.alone())
        except (WriteConflict, WorkspaceError) as both:
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
        while 0 <= self._clock.now() - _saved(self._root, path) < self._night.settings.writeback.quiet_s:
            if self._clock.monotonic() >= deadline:
                raise WriteConflict(f"{path} is being edited", "try again when it is saved")
            self._clock.sleep(LOOK_AGAIN)


def _saved(root: Path, path: str) -> float:
    """When the file was written last (POSIX seconds)."""
    try:
        return os.lstat(root / path).st_mtime
    except OSError as error:
        raise unreadable(path, error) from error


def _merged(groomed: Groomed, rewrite: Rewrite) -> Groomed:
    diff = hidden(difference(groomed.path, rewrite.before, rewrite.merged.data))
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
