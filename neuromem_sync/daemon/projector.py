"""From the outbox to a server: at least once, an entry's versions in order, each as the index has it at that moment.

A server that is away opens the circuit and costs lag; one that was emptied, or that knows of generations the index lost
in a power cut, is filled anew; an entry it refuses while well is tried again, later and later, at last a dead letter.
Reads no files, and holds up no cycle: it writes only to tick off what was told.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

from neuromem_sync import index, outbox
from neuromem_sync.clock import Clock
from neuromem_sync.errors import Emptied, LayerUnavailable, LockHeld, NeuromemError, Rejected
from neuromem_sync.layers.projection import Breaker, Projected, Projection
from neuromem_sync.lock import held, turn
from neuromem_sync.outbox import Lag, Letter
from neuromem_sync.sqlite import Reading, failure, read, transaction

T = TypeVar("T")
BATCH = 200
"""Entries told at a time: some milliseconds for a server. Halved while a server does not take so many in its time."""
LOOK = 5.0
"""Seconds between two looks at a server to which nothing has to be told: was it emptied?"""
AGAIN, LATEST = 1.0, 3600.0
"""Seconds before an entry that was refused is tried again: at first, doubled by each refusal, and at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """How many entries a server was told of, how much it has yet to be told, and why it was not all ("" if it was)."""

    store: str
    told: int
    lag: Lag
    reason: str = ""


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
        self._connection, self._live = connections
        self._agent = agent
        self._state = state
        self._clock = clock
        self._random = random
        self._batch = BATCH
        self._thread = ThreadPoolExecutor(1, f"project-{store.name}")
        self._woken = asyncio.Event()
        outbox.switch_on(self._connection, store.name)

    async def run(self, note: Callable[..., None]) -> None:
        """Keep the server in step until cancelled; `note` hears of events and facts: it lags, it is in step."""
        said = ""
        while True:
            self._woken.clear()
            pause = LOOK
            try:
                reason = (await self.drain()).reason
                pause = await self._on_thread(self._pause)
            except NeuromemError as error:
                reason = error.message
            except Exception as error:  # noqa: BLE001 - the edge of the process: one server must not end the watch
                reason = repr(error)
            if reason != said:
                note("server", store=self.store.name, state="lagging" if reason else "in step", reason=reason)
                said = reason
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), pause)

    def wake(self) -> None:
        """There may be something to tell."""
        self._woken.set()

    async def drain(self, seconds: float = float("inf")) -> Drained:
        """Tell the server what it has yet to be told, for about so long. Raises StateError if the state fails."""
        told, reason = 0, self.breaker.known.message
        if await self._on_thread(lambda: self.breaker.closed(self._clock.now())):
            told, reason = await self._drain(self._clock.monotonic() + seconds)
        return Drained(store=self.store.name, told=told, lag=await self._on_thread(self.lag), reason=reason)

    async def _drain(self, deadline: float) -> tuple[int, str]:
        told = 0
        try:
            with self._alone():
                await self._begin()
                while letters := await self._on_thread(self._due):
                    told += await self._tell(letters)
                    if self._clock.monotonic() >= deadline:
                        break
        except LockHeld:
            return told, "another process is telling it"
        except LayerUnavailable as error:
            self._batch = max(1, self._batch // 2)
            await self._on_thread(partial(self.breaker.broke, self._clock.now(), error))
            return told, error.message
        await self._on_thread(lambda: self.breaker.worked(self._clock.now()))
        return told, ""

    async def rebuild(self) -> None:
        """Let the server forget all of the agent, and tell it everything. Raises LayerUnavailable, LockHeld."""
        with self._alone():
            await self.store.clear(self._agent)
            await self._fill()

    async def _begin(self) -> None:
        reached = await self.store.reached(self._epoch, self._agent)
        if reached is None or reached > read(self._connection, index.generation()):
            await self._fill()

    async def _fill(self) -> None:
        """First the letters, then the beginning: who is interrupted between the two does both again."""
        await self._on_thread(lambda: self._write(lambda tx: outbox.refill(tx, self.store.name)))
        await self.store.begin(self._epoch, self._agent)

    async def _tell(self, letters: Sequence[Letter]) -> int:
        """How many it took."""
        rows = await self._on_thread(lambda: read(self._connection, _projected(letters)))
        try:
            await self.store.project(self._epoch, self._agent, rows)
        except Emptied:
            await self._fill()
            return 0
        except Rejected as error:
            if len(letters) > 1:
                return sum([await self._tell([letter]) for letter in letters])
            await self._on_thread(partial(self._write, partial(self._refuse, letters[0], error.message)))
            return 0
        await self._on_thread(lambda: self._write(lambda tx: outbox.told(tx, self.store.name, letters)))
        self._batch = min(BATCH, self._batch * 2)
        return len(letters)

    def _refuse(self, letter: Letter, reason: str, tx: sqlite3.Connection) -> None:
        pause = min(LATEST, AGAIN * 2**letter.tries) * (1 + self._random.random()) / 2
        outbox.refused(tx, self.store.name, letter, self._clock.now() + pause, reason)

    def _due(self) -> list[Letter]:
        return read(self._connection, outbox.due(self.store.name, self._clock.now(), self._batch))

    def lag(self) -> Lag:
        """What the server has yet to be told."""
        return read(self._connection, outbox.lag(self.store.name))

    def _pause(self) -> float:
        """Seconds until the server is asked again, if nothing happens before."""
        now, known = self._clock.now(), self.breaker.known
        if known.failures:
            return max(0.0, min(LOOK * 3, known.until - now))
        due = read(self._connection, outbox.next_due(self.store.name))
        return LOOK if due is None else min(LOOK, max(0.05, due - now))

    @property
    def _epoch(self) -> str:
        return read(self._connection, index.meta("epoch")) or ""

    def _alone(self) -> AbstractContextManager[int]:
        """Two that fill a server at once would undo each other's work. Raises LockHeld."""
        return held(self._state / f"{self.store.name}.lock")

    def _write(self, writing: Callable[[sqlite3.Connection], None]) -> None:
        with turn(self._state), transaction(self._connection) as tx:
            writing(tx)

    async def _on_thread(self, work: Callable[[], T]) -> T:
        """SQLite may wait for another writer: not on the loop, where other workspaces are kept."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            raise failure(self._state, error) from error

    async def close(self) -> None:
        await self.store.close()
        self._thread.shutdown()
        self._connection.close()
        self._live.close()


def _projected(letters: Sequence[Letter]) -> Reading[list[Projected]]:
    """The entries of letters as they are now, all of one moment."""
    there = yield from index.entries_named([letter.id for letter in letters])
    rows = []
    for letter in letters:
        key, entry = there.get(letter.id, (0, None))
        rows.append(Projected(id=letter.id, version=letter.generation, entry=entry, key=key))
    return rows
