"""One cycle: look at the files, plan, guard, apply in one transaction, report.

Watches nothing and ranks nothing. Events are hints that make a look smaller; a full look decides the same.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from neuromem_sync import index, lock
from neuromem_sync.aftercare import Aftercare
from neuromem_sync.apply import Application, Progress
from neuromem_sync.changes import EVERYTHING, Batch, SyncReport
from neuromem_sync.clock import Clock, iso
from neuromem_sync.errors import Cancelled
from neuromem_sync.guard import NAMED, UNNAMED, Guard
from neuromem_sync.intake import Imagined, Intake
from neuromem_sync.layers.base import Table, Touches
from neuromem_sync.plan import Look, Plan, Planner, nameable
from neuromem_sync.snapshot import above, look, printable, scan
from neuromem_sync.sqlite import HUGE_LOG, LARGE_LOG, checkpoint, connect, failure, read, rehearsal, transaction
from neuromem_sync.workspace import IGNORE_FILE, Ignore, Workspace

WRITTEN = 200
"""Entries of one cycle that count as written by someone just now."""


class Sync:
    """The sync engine of one workspace: for one thread; several processes take turns.

    `one_shot` is a command's patience: it looks twice within a cycle rather than over time.
    """

    def __init__(
        self,
        workspace: Workspace,
        tables: Sequence[Table],
        touches: Callable[[sqlite3.Connection], Touches],
        clock: Clock,
        intake: Intake,
        *,
        one_shot: bool,
    ) -> None:
        self.agent = workspace.agent
        self.root = workspace.require().root
        self.state = workspace.make_state()
        self.tables = tables
        self._clock = clock
        self._intake = intake
        self._one_shot = one_shot
        self._ignore = Ignore.read(self.root)
        self._guard = Guard(self.root, clock, unnamed=NAMED if one_shot else UNNAMED)
        self._planner = Planner(self.root, self._guard)
        self._aftercare = Aftercare(self.root, self.state, clock)
        self._cancelled = False
        self._linked: set[str] = set()
        self.connection = index.open_index(self.state / "index.db", tables)
        self._live = connect(self.state / "live.db")
        self.touches = touches(self._live)

    def cycle(
        self,
        batch: Batch = EVERYTHING,
        *,
        confirm_loss: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> SyncReport:
        """Make the index equal to the files this batch may have touched, and say what that was.

        Raises Halted when too much is gone (then nothing is written), LockHeld when another writer does not end,
        StateError when the state database fails.
        """
        began = time.perf_counter()
        with lock.turn(self.state, self._go_on):
            self._go_on()
            try:
                late = () if dry_run else self._aftercare.look(self._clock.now())
                plan = self._settled_plan(self._widen(batch), believe=confirm_loss)
                report = self._write(plan, dry_run=dry_run, progress=progress)
                self._checkpoint(HUGE_LOG)
            except sqlite3.Error as error:
                raise failure(self.state, error) from error
        return replace(report, late=late, seconds=time.perf_counter() - began)

    def _widen(self, batch: Batch) -> Batch:
        """A first cycle, or changed rules, look at everything; doubted paths are always looked at again.

        So are files of several names: one written by a name outside of the workspace is no event in it.
        """
        if batch.everything or self._is_stale() or IGNORE_FILE in batch.paths | batch.gone:
            self._ignore = Ignore.read(self.root)
            return replace(batch, everything=True)
        return replace(batch, paths=batch.paths | self._guard.doubted() | self._linked)

    def _is_stale(self) -> bool:
        return read(self.connection, index.meta("rules")) != self._intake.rules

    def _settled_plan(self, batch: Batch, *, believe: bool) -> Plan:
        plan = self._plan(batch, believe=believe)
        if plan.pending and self._one_shot:
            self._clock.sleep(NAMED)
            plan = self._plan(batch, believe=believe)
        return plan

    def _plan(self, batch: Batch, *, believe: bool) -> Plan:
        at_ns = time.time_ns()
        if batch.everything:
            seen, known = scan(self.root, self._ignore), read(self.connection, index.known_documents())
        else:
            hints = batch.paths | batch.gone | batch.closed
            seen = look(self.root, hints, self._ignore)
            known = read(self.connection, index.documents_below(map(printable, hints)))
        self._linked -= known.keys()
        self._linked |= {path for path, state in seen.files.items() if state.names > 1}
        return self._planner.plan(
            Look(
                at_ns=at_ns,
                seen=seen,
                known=known,
                batch=batch,
                total=read(self.connection, index.document_count()),
                known_root=read(self.connection, index.known_root()),
                unseen=self._unseen(batch),
                afresh=self._is_stale(),
                believe=believe,
            ),
            self._ignore,
        )

    def _unseen(self, batch: Batch) -> dict[str, str]:
        """What the index says of places that could not be looked at, among those that this batch looks at."""
        unseen = read(self.connection, index.unseen())
        if batch.everything or not unseen:
            return unseen
        hints = {nameable(printable(path)) for path in batch.paths | batch.gone | batch.closed}
        return {path: why for path, why in unseen.items() if not hints.isdisjoint((path, *above(path)))}

    def _write(self, plan: Plan, *, dry_run: bool, progress: Progress | None) -> SyncReport:
        if not plan and not plan.afresh:
            return self._report(plan, {})
        with (rehearsal if dry_run else transaction)(self.connection) as tx:
            application = self._apply(plan, tx, self._intake, progress)
            report = self._report(plan, application.counts)
        if not dry_run:
            self._touch(application.written)
            for state in (*plan.read, *(known.state for known in plan.forget)):
                self._guard.settle(state.path)
        return report

    @contextmanager
    def imagined(self, path: str, data: bytes) -> Iterator[sqlite3.Connection]:
        """The index as it would be if this document of it held these bytes. For the holder of `writer.lock`."""
        known = read(self.connection, index.documents_at([path]))
        plan = Plan(time.time_ns(), (0, 0), known, read=[known[path].state])
        try:
            with rehearsal(self.connection) as tx:
                self._apply(plan, tx, Imagined(self._intake, data), None)
                yield tx
        except sqlite3.Error as error:
            raise failure(self.state, error) from error

    def _apply(self, plan: Plan, tx: sqlite3.Connection, intake: Intake, progress: Progress | None) -> Application:
        writer = index.Writer(tx, self.tables)
        application = Application(tx, writer, self.root, intake, plan)
        application.run(lambda done, total: self._advance(done, total, progress))
        device, inode = plan.root
        writer.note(rules=self._intake.rules, root=f"{device}:{inode}")
        if application.counts:
            grown = sum(added - deleted for added, _, deleted in application.counts.values())
            writer.finish(grown, as_of=iso(self._clock.now()))
        return application

    def _advance(self, done: int, total: int, progress: Progress | None) -> None:
        self._go_on()
        if progress:
            progress(done, total)

    def _go_on(self) -> None:
        if self._cancelled:
            raise Cancelled("the cycle was told to end", "nothing was written; it will be made again")

    def _touch(self, written: Mapping[float, Sequence[str]]) -> None:
        """What was just written is working memory; a first index, or a checkout of many files, is no writing."""
        now = self._clock.now()
        if 0 < sum(map(len, written.values())) <= WRITTEN:
            for at, ids in written.items():
                with suppress(sqlite3.Error):  # the index is written: that counts, and heat is cheap to lose
                    self.touches.touch(ids, min(at, now), written=True)

    def _report(self, plan: Plan, counts: Mapping[str, Sequence[int]]) -> SyncReport:
        added, changed, deleted = (sum(each[which] for each in counts.values()) for which in range(3))
        return SyncReport(
            agent=self.agent,
            added=added,
            changed=changed,
            deleted=deleted,
            entries=int(read(self.connection, index.meta("entries")) or 0),
            problems=read(self.connection, index.problems()),
            generation=read(self.connection, index.generation()),
            seconds=0.0,
            files=len(plan.read),
            total=read(self.connection, index.document_count()),
            unverified=tuple(read(self.connection, index.unverified())),
            pending=tuple(sorted(plan.pending)),
            documents={path: (each[0], each[1], each[2]) for path, each in sorted(counts.items())},
        )

    def cancel(self) -> None:
        """From another thread: a cycle under way, or the next one, raises Cancelled and writes nothing."""
        self._cancelled = True

    def next_look(self) -> float | None:
        """Monotonic seconds when something absent, shrunken or put aside wants another look; None when nothing does."""
        due = [at for at in (self._guard.next_look(), self._aftercare.next_due()) if at is not None]
        return self._clock.monotonic() + min(due) - self._clock.now() if due else None

    def tidy(self) -> bool:
        """Upkeep for idle moments, some milliseconds at a time. True if more is left to do. Raises StateError."""
        with lock.turn(self.state, self._go_on):
            try:
                left = sum(table.tidy(self.connection, self._clock.now()) for table in self.tables)
                if not left:
                    self._checkpoint(LARGE_LOG)
            except sqlite3.Error as error:
                raise failure(self.state, error) from error
        return left > 0

    def _checkpoint(self, larger: int) -> None:
        for name in ("index.db", "live.db"):
            checkpoint(self.state / name, larger)

    def close(self) -> None:
        self._aftercare.close()
        self.connection.close()
        self.touches.close()
        self._live.close()
