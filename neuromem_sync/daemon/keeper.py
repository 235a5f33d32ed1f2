"""Keep one workspace in step: hear, check, watch, ask, cycle, answer, tidy, groom, and sleep until something is due.

Knows no other workspace and no terminal, and never syncs by itself: the engine does.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from math import inf
from random import Random
from typing import TypeVar

from neuromem_sync.changes import Batch, Phase, SyncReport
from neuromem_sync.clock import Clock, iso
from neuromem_sync.daemon.callers import Callers
from neuromem_sync.daemon.commits import Commits
from neuromem_sync.daemon.debounce import Debounce
from neuromem_sync.daemon.engine import Engine, Rhythm
from neuromem_sync.daemon.grooming import Grooming
from neuromem_sync.daemon.mounts import Mounts
from neuromem_sync.daemon.signals import Doubt, Hint, Signal
from neuromem_sync.daemon.standing import Standing
from neuromem_sync.daemon.upkeep import Upkeep
from neuromem_sync.daemon.view import View
from neuromem_sync.daemon.voice import Voice
from neuromem_sync.daemon.watcher import Watcher
from neuromem_sync.errors import Halted, NeuromemError, StateError
from neuromem_sync.freshness import Status, prepare
from neuromem_sync.lock import WATCH, still_held
from neuromem_sync.snapshot import root_identity
from neuromem_sync.sqlite import connect

T = TypeVar("T")
MARK = "mark"


class Keeper:
    """One workspace while the daemon lives. Only `tell` may be called from another thread."""

    def __init__(
        self,
        engine: Engine,
        lock: int,
        clock: Clock,
        rhythm: Rhythm,
        view: View,
        random: Random,
        grooming: Grooming | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.engine, self._lock = engine, lock
        self._grooming, self._changed = grooming or Grooming.never(), changed
        self._clock, self._rhythm, self._view, self._random = clock, rhythm, view, random
        self._signals: deque[Signal] = deque()
        self._debounce = Debounce(rhythm.settle)
        self._standing = Standing()
        self._thread = ThreadPoolExecutor(1, f"sync-{engine.agent}")
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self.looked = asyncio.Event()
        self._waking, self._cycled = False, 0.0
        self._live = connect(engine.state / "live.db")
        prepare(self._live)
        self._voice = Voice(self._live, engine.agent, view)
        mark = engine.state / MARK
        self.watcher = Watcher(engine.root, mark, self.tell)
        self._callers = Callers(self._live, engine.root, mark, rhythm.answer)
        self._commits = Commits(engine.state / "index.db")
        self._root = root_identity(engine.root)
        self._mounts = Mounts(engine.root)
        self._heard: float | None = None
        now = clock.monotonic()
        self._watched = now - rhythm.again
        self._upkeep = Upkeep(now, rhythm.idle, rhythm.settle.open)
        self._check_at, self._watch_at, self._scan_at = now, now, now

    async def run(self, stop: asyncio.Event) -> None:
        """Turn by turn until told to stop (then `wake` it)."""
        while not stop.is_set():
            await self.turn()
            if not stop.is_set():
                await self._sleep()

    async def turn(self) -> None:
        """Every phase once, in the order of PHASES."""
        for phase in PHASES:
            await phase(self, self._clock.monotonic())
        self._voice.say(self._status())
        self.looked.set()

    def wake(self) -> None:
        self._woken.set()

    def next_turn(self) -> float:
        """Monotonic seconds of the next turn, if nothing happens before."""
        settled = self._debounce.next_due()
        if settled is None:
            settled = self._upkeep.due
        return min(settled, self._check_at, self._watch_at, self._scan_at, self._look_at(), self._callers.overdue)

    async def _sleep(self) -> None:
        pause = max(0.0, self.next_turn() - self._clock.monotonic())
        alarm = self._loop.call_later(pause, self._woken.set)
        await self._woken.wait()
        alarm.cancel()
        self._woken.clear()

    def tell(self, signal: Signal) -> None:
        """On the watching thread: one wake-up for however many signals come before the loop has taken them."""
        self._signals.append(signal)
        if not self._waking:
            self._waking = True
            self._loop.call_soon_threadsafe(self._woken.set)

    async def _hear(self, now: float) -> None:
        self._waking = False
        while self._signals:
            signal = self._signals.popleft()
            if isinstance(signal, Hint):
                self._heard = self._heard or now
                self._debounce.offer(signal.path, now, gone=signal.gone, closed=signal.closed)
            elif isinstance(signal, Doubt):
                self._lose(signal, now)
            elif self._callers.heard(signal):
                self._standing.trust("touch")
            else:
                self._lose(Doubt("the watched folder is not at its path"), now)

    def _lose(self, doubt: Doubt, now: float) -> None:
        self._standing.unproved()
        if doubt.lasting:
            self._distrust("watcher", doubt.reason, now)
        else:
            self._view.note(self.engine.agent, "doubt", reason=doubt.reason)
            self._watch_at = max(now, self._watched + self._rhythm.settle.longest)

    def _distrust(self, part: str, reason: str, now: float) -> None:
        """Scan often from now on, and watch anew, though not again and again."""
        if not self._standing.doubts(part):
            self._view.note(self.engine.agent, "doubt", reason=reason)
        self._standing.doubt(part, reason)
        self._scan_at = min(self._scan_at, now + self._rhythm.poll)
        self._watch_at = min(self._watch_at, max(now, self._watched + self._rhythm.again))

    async def _check(self, now: float) -> None:
        if self._callers.is_silent(now):
            self._distrust("touch", "the watcher does not answer", now)
        if self._mounts.moved():
            self._lose(Doubt("a disk was mounted or taken away below the folder"), now)
        if now < self._check_at:
            return
        self._check_at = now + self._rhythm.check
        if not still_held(self.engine.state / WATCH, self._lock):
            raise StateError(f"{self.engine.state} was removed", "start the daemon again")
        self._callers.call()
        self._check_root(now)
        if self._commits.moved():
            await self._run(Batch(everything=self._standing.doubts("sync")), now)

    def _check_root(self, now: float) -> None:
        root = root_identity(self.engine.root)
        if root is None:
            self._standing.doubt("root", f"no folder at {self.engine.root}")
        elif root != self._root or self._standing.doubts("root"):
            self._standing.trust("root")
            self._standing.unproved()
            self._root, self._watch_at = root, now

    async def _watch(self, now: float) -> None:
        if now < self._watch_at:
            return
        self._watched, self._watch_at = now, inf
        self._standing.unproved()
        try:
            await self._on_thread(self._watch_anew)
        except NeuromemError as error:
            self._distrust("watcher", error.message, now)
        else:
            self._standing.trust("watcher")
        self._callers.forget()
        self._debounce.offer_everything(now)
        await self._hear(now)  # folders that could not be watched are told of before anyone is told of trust

    def _watch_anew(self) -> None:
        self.watcher.stop()
        self._signals.clear()
        self.watcher.start()

    async def _ask(self, now: float) -> None:
        self._callers.ask(now)

    async def _cycle(self, now: float) -> None:
        if now >= self._scan_at:
            self._debounce.offer_everything(now)
        settled = self._callers.proved or now >= self._scan_at
        batch = self._debounce.flush() if settled else self._debounce.due(now)
        if batch is None and (self._callers.proved or now >= self._look_at()):
            batch = Batch()
        if batch is not None:
            await self._run(batch, now)

    def _look_at(self) -> float:
        """When something pending is looked at again: not while cycles fail, and never in a tight circle."""
        at = None if self._standing.doubts("sync") else self.engine.next_look()
        return inf if at is None else max(at, self._cycled + self._rhythm.settle.open)

    async def _run(self, batch: Batch, now: float) -> None:
        self._view.phase(self.engine.agent, Phase.SCAN if batch.everything else Phase.APPLY)
        heard, self._heard = self._heard, None
        try:
            report = await self._on_thread(self.engine.cycle, batch)
        except NeuromemError as error:
            self._fail(error.message, now, halted=isinstance(error, Halted))
        except Exception as error:  # noqa: BLE001 - the edge of the process: one bad file must not end the watch
            self._fail(repr(error), now)
        else:
            self._succeed(batch, report, heard, now)
        self._commits.settle()
        self._cycled = self._clock.monotonic()

    def _fail(self, reason: str, now: float, *, halted: bool = False) -> None:
        """The hints of a failed cycle are gone: only a full look can end the doubt."""
        self._standing.doubt("sync", reason)
        again = now + self._rhythm.poll
        self._scan_at = again if now >= self._scan_at else min(self._scan_at, again)
        self._view.note(self.engine.agent, "failed", reason=reason)
        self._view.phase(self.engine.agent, Phase.HALTED if halted else Phase.IDLE)

    def _succeed(self, batch: Batch, report: SyncReport, heard: float | None, now: float) -> None:
        if batch.everything:
            self._standing.trust("sync")
            self._standing.proved(iso(self._clock.now()))
            self._scan_at = now + self._until_scan()
        if report.generation != self._standing.generation:
            self._upkeep.later(now)
            self._changed()
        self._standing.generation = report.generation
        self._grooming.nights.changed(report.added + report.changed, self._clock.now())
        latency = None if heard is None else self._clock.monotonic() - heard
        self._view.cycle(self.engine.agent, batch, report, latency)
        self._view.phase(self.engine.agent, Phase.IDLE)

    def _until_scan(self) -> float:
        if not self._standing.trusted:
            return self._rhythm.poll
        return self._rhythm.scan * (1 + self._rhythm.spread * self._random.uniform(-1, 1))

    async def _answer(self, now: float) -> None:
        if self._callers.proved:
            status = self._status()
            self._callers.release(status)
            self._voice.show(status.freshness)
            self._upkeep.later(now)

    async def _tidy(self, now: float) -> None:
        if now < self._upkeep.due or self._debounce.next_due() is not None:
            return
        try:
            self._upkeep.went(now, more=await self._on_thread(self.engine.tidy))
        except NeuromemError as error:
            self._upkeep.went(now, more=False)
            self._view.note(self.engine.agent, "untidy", reason=error.message)
        self._commits.settle()

    async def _groom(self, now: float) -> None:
        facts = await self._grooming.turn(self._clock.now(), ready=self._standing.trusted)
        if facts is not None:
            self._view.note(self.engine.agent, "groomed", **facts)

    def _status(self) -> Status:
        said, scanned = self._standing.freshness(iso(self._clock.now())), self._standing.scanned
        return Status(pid=os.getpid(), freshness=said, answers=self.watcher.marks, scanned=scanned)

    async def _on_thread(self, work: Callable[..., T], *given: object) -> T:
        return await self._loop.run_in_executor(self._thread, lambda: work(*given))

    async def close(self) -> None:
        """Stop watching and let go of everything but the engine, which belongs to who gave it."""
        await self._grooming.close()
        await self._on_thread(self.watcher.stop)
        self._thread.shutdown()
        self._commits.close()
        self._mounts.close()
        self._live.close()


PHASES: tuple[Callable[[Keeper, float], Awaitable[None]], ...] = (
    Keeper._hear,
    Keeper._check,
    Keeper._watch,
    Keeper._ask,
    Keeper._cycle,
    Keeper._answer,
    Keeper._tidy,
    Keeper._groom,
)
