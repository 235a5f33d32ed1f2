"""From the outbox to a server: at least once, an entry's versions in order, each as the index has it at that moment.

A server that is away opens the circuit and costs lag; one that was emptied, or that knows of generations the index lost
in a power cut, is filled anew; an entry it refuses while well is tried again, later and later, at last a dead letter.
Reads no files, and holds up no cycle: it writes only to tick off what was told.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from functools import partial
from math import inf
from pathlib import Path
from random import Random
from typing import TypeAlias

from neuromem_sync import index, outbox
from neuromem_sync.clock import Clock
from neuromem_sync.daemon.desk import HELD_UP, Desk
from neuromem_sync.daemon.letters import Drained, projected
from neuromem_sync.errors import Emptied, LayerUnavailable, LockHeld, NeuromemError, Rejected
from neuromem_sync.layers.projection import Breaker, Projection
from neuromem_sync.lock import held
from neuromem_sync.outbox import LATEST, Lag, Letter
from neuromem_sync.sqlite import failure, read

Telling: TypeAlias = Callable[[int, int], None]
BATCH = 200
"""Entries told at a time: some milliseconds for a server. Halved while a server does not take so many in its time."""
OFF = "it was switched off for good (project --forget)"
REFILLS = 2
"""Times that a server is filled in one go: one that is emptied faster has no room, and is left alone for a while."""
IN_A_ROW = 20
"""Entries refused one after another that say of the server that it refuses everything, and of them nothing."""
NAP = 0.05
"""Seconds between two tries at the least."""
PARTING = 1.0
"""Seconds to take leave of a server, which may not listen."""
LOOK = 5.0
"""Seconds between two looks at a server to which nothing has to be told: was it emptied?"""
AGAIN = 1.0
"""Seconds before an entry that was refused is tried again: at first, doubled by each refusal."""


class Projector:
    """One server for one workspace. `connections` are to its index, to be written, and its live database.

    `breaker` is the server's, on the latter. Closed with it.
    """

    def __init__(
        self,
        store: Projection,
        breaker: Breaker,
        connections: tuple[sqlite3.Connection, sqlite3.Connection],
        *,
        agent: str,
        state: Path,
        clock: Clock,
        random: Random,
    ) -> None:
        self.store = store
        self.breaker = breaker
        self._desk = Desk(f"project-{store.name}", *connections, state)
        self._agent = agent
        self._state = state
        self._clock = clock
        self._random = random
        self._batch = BATCH
        self._told = self._fills = self._refused = 0
        self._woken = asyncio.Event()
        self._ended = False
        try:
            outbox.switch_on(self._desk.index, store.name)
        except sqlite3.Error as error:
            raise failure(state, error) from error

    async def run(self, note: Callable[..., None]) -> None:
        """Keep the server in step until cancelled; `note` hears of events and facts: it lags, it is in step."""
        said = ""
        while not self._ended:
            self._woken.clear()
            pause = LOOK
            try:
                reason, _ = await self._turn(inf, False, None)
                pause = await self._desk.do(partial(self._pause, reason))
            except NeuromemError as error:
                reason = error.message
            except Exception as error:  # noqa: BLE001 - the edge of the process: one server must not end the watch
                reason = type(error).__name__  # what it says may be what was sent, or the URL
            if reason != said:
                note("server", store=self.store.name, state="lagging" if reason else "in step", reason=reason)
                said = reason
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._woken.wait()

    def wake(self) -> None:
        """There may be something to tell."""
        self._woken.set()

    def end(self) -> None:
        """Begin nothing more. Who cancels `run` does this too: a driver may lose a cancel."""
        self._ended = True
        self.wake()

    async def drain(self, seconds: float = inf, *, at_once: bool = False, progress: Telling | None = None) -> Drained:
        """Tell the server what it has yet to be told, for about so long; `at_once`: though it failed a moment ago.

        `progress` hears of entries told, and of how many. Raises StateError if the state fails.
        """
        reason, hint = await self._turn(seconds, at_once, progress)
        lag = await self._desk.do(self.lag)
        return Drained(store=self.store.name, told=self._told, lag=lag, reason=reason, hint=hint)

    async def _turn(self, seconds: float, at_once: bool, progress: Telling | None) -> tuple[str, str]:
        """Why not all was told, and what to do about it."""
        self._told = self._fills = self._refused = 0
        if at_once or await self._desk.do(lambda: self.breaker.closed(self._clock.now())):
            return await self._drain(seconds, progress)
        known = await self._desk.do(lambda: self.breaker.known)
        return known.message, known.hint

    async def _drain(self, seconds: float, progress: Telling | None) -> tuple[str, str]:
        try:
            async with self._alone(), self._within(seconds):
                if not await self._desk.read(outbox.is_on(self.store.name)):
                    return OFF, "neuromem project tells it everything again"
                await self._tell_all(self._clock.monotonic() + seconds, progress)
        except LockHeld as error:
            return error.message, error.hint
        except LayerUnavailable as error:
            self._batch = max(1, self._batch // 2)
            await self._desk.do(partial(self.breaker.broke, self._clock.now(), error))
            return error.message, error.hint
        await self._desk.do(self.breaker.worked)
        return "", ""

    async def _tell_all(self, deadline: float, progress: Telling | None) -> None:
        await self._begin()
        while letters := await self._letters():
            self._told += await self._tell(letters)
            if progress is not None:
                progress(self._told, self._told + (await self._desk.do(self.lag)).letters)
            if self._ended or self._clock.monotonic() >= deadline:
                break

    @asynccontextmanager
    async def _within(self, seconds: float) -> AsyncIterator[None]:
        """A server that hangs holds nobody up for longer; one that took something until then did not fail."""
        try:
            async with asyncio.timeout(None if seconds == inf else max(seconds, HELD_UP)):
                yield
        except TimeoutError as error:
            if not self._told:
                message = f"{self.store.name} took nothing in {seconds:.2g} s"
                raise LayerUnavailable(message, "see whether it runs, and how busy it is") from error

    async def told(self, seconds: float, *, rebuild: bool, at_once: bool, progress: Telling | None) -> Drained:
        """What `drain` gives, after a `rebuild` if that is wanted; that the server is away is no error."""
        try:
            if rebuild:
                async with self._within(seconds):
                    await self.rebuild()
            return await self.drain(seconds, at_once=at_once or rebuild, progress=progress)
        except (LayerUnavailable, Rejected, LockHeld) as error:
            lag = await self._desk.do(self.lag)
            return Drained(store=self.store.name, told=0, lag=lag, reason=error.message, hint=error.hint)

    async def rebuild(self) -> None:
        """Let the server forget all of the agent, and tell it everything. Raises LayerUnavailable, LockHeld."""
        async with self._alone():
            await self.store.clear(self._agent)
            await self._fill()

    async def forget(self) -> None:
        """Let the server forget all of the agent, and keep nothing for it any more. Raises LayerUnavailable, LockHeld.

        Both within the lock: who waits for it to tell the server finds that there is nothing to tell.
        """
        async with self._alone():
            await self.store.clear(self._agent)
            await self._desk.write(lambda tx: outbox.switch_off(tx, self.store.name))

    async def _begin(self) -> None:
        if self.store.name in await self._desk.read(outbox.to_be_cleared()):
            await self.store.clear(self._agent)
            await self._desk.write(lambda tx: outbox.cleared(tx, self.store.name))
        await self._leave(await self._desk.read(outbox.told_as(self.store.name)))
        reached = await self.store.reached(await self._epoch(), self._agent)
        if reached is None or reached > await self._desk.read(index.generation()):
            await self._fill()

    async def _leave(self, before: str) -> None:
        """What the server was told under another name is not left there."""
        if before == self._agent:
            return
        if before:
            await self.store.leave(await self._epoch(), before)
        await self._desk.write(lambda tx: outbox.call(tx, self.store.name, self._agent))

    async def _fill(self) -> None:
        """First the letters, then the beginning: who is interrupted between the two does both again."""
        self._fills += 1
        await self._desk.write(lambda tx: outbox.refill(tx, self.store.name))
        await self.store.begin(await self._epoch(), self._agent)
        await self._desk.write(lambda tx: outbox.begun(tx, self.store.name))

    async def _letters(self) -> list[Letter]:
        """What the server can be told now: from the beginning, if it missed too much, meanwhile or while it was off."""
        if not await self._desk.read(outbox.has_begun(self.store.name)):
            await self._fill()
        return await self._desk.do(self._due)

    async def _tell(self, letters: Sequence[Letter]) -> int:
        """How many it took."""
        rows = await self._desk.read(projected(letters))
        try:
            await self.store.project(await self._epoch(), self._agent, rows)
        except Emptied:
            if self._fills > REFILLS:
                raise
            await self._fill()
            return 0
        except Rejected as error:
            if len(letters) > 1:
                return sum([await self._tell([letter]) for letter in letters])
            await self._desk.write(partial(self._refuse, letters[0], error.message))
            self._refused += 1
            if self._refused == IN_A_ROW:
                raise LayerUnavailable(error.message, error.hint, passes=False) from error
            return 0
        await self._desk.write(lambda tx: outbox.told(tx, self.store.name, letters))
        self._batch, self._refused = min(BATCH, self._batch * 2), 0
        return len(letters)

    def _refuse(self, letter: Letter, reason: str, tx: sqlite3.Connection) -> None:
        pause = min(LATEST, AGAIN * 2**letter.tries) * (1 + self._random.random()) / 2
        outbox.refused(tx, self.store.name, letter, self._clock.now() + pause, reason)

    def _due(self) -> list[Letter]:
        return read(self._desk.index, outbox.due(self.store.name, self._clock.now(), self._batch))

    def lag(self) -> Lag:
        """What the server has yet to be told."""
        return read(self._desk.index, outbox.lag(self.store.name))

    def _pause(self, reason: str) -> float:
        """Seconds until the server is asked again, if nothing happens before."""
        now, known = self._clock.now(), self.breaker.known
        if known.failures:
            return min(LOOK * 3, max(NAP, known.until - now))
        if reason:
            return HELD_UP * (1 + self._random.random()) / 2
        due = read(self._desk.index, outbox.next_due(self.store.name))
        return LOOK if due is None else min(LOOK, max(NAP, due - now))

    async def _epoch(self) -> str:
        return await self._desk.read(index.meta("epoch")) or ""

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Two that fill a server at once would undo each other's work. Raises LockHeld."""
        with ExitStack() as stack:
            try:
                await self._desk.do(lambda: stack.enter_context(held(self._state / f"{self.store.name}.lock")))
            except LockHeld as error:
                hint = "the daemon does so by itself: neuromem health"
                raise LockHeld("another process is telling it", hint, error.pid) from error
            yield

    async def close(self) -> None:
        self.end()
        await asyncio.gather(self._part(), self._desk.close())

    async def _part(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(PARTING):
                await self.store.close()
