"""The doors of a query for an event loop: reads through aiosqlite, everything that blocks on threads of its own.

Decides nothing: behind every door is the blocking one (doors.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import aiosqlite

from neuromem_sync.answer import run_blocking
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.freshness import MovedOn
from neuromem_sync.layers.base import Heat
from neuromem_sync.model import Problem
from neuromem_sync.query import Freshness
from neuromem_sync.sqlite import Reading, connect, read
from neuromem_sync.workspace import Workspace

T = TypeVar("T")


class Reader(aiosqlite.Connection):
    """Runs a whole reading in one hop to the connection's thread: statement by statement a recall takes 5 ms longer."""

    async def read(self, reading: Reading[T]) -> T:
        result: T = await self._execute(lambda: read(self._conn, reading))  # type: ignore[no-untyped-call]
        return result


class AwaitingDoors:
    """`answer.Doors` for an event loop. What proves and what only asks have a thread each.

    So a query that does not want proof never waits for a cycle, however long that one is.
    """

    def __init__(self, make: Callable[[], BlockingDoors]) -> None:
        self._prover, self._asker = make(), make()
        self.workspace = self._prover.workspace
        self.settings = self._prover.settings
        self.clock = self._prover.clock
        self.layers = self._prover.layers
        self.graph = self._prover.graph
        self.graphs = self._prover.graphs
        self.procedures = self._prover.procedures
        self.tasks = self._prover.tasks
        self._proves = ThreadPoolExecutor(1, thread_name_prefix="neuromem-prove")
        self._asks = ThreadPoolExecutor(1, thread_name_prefix="neuromem-ask")
        self._proving = asyncio.Lock()
        self._next: asyncio.Task[Freshness] | None = None
        self._open = AsyncExitStack()
        self._reader: Reader | None = None
        self._opened = 0
        self._opening = asyncio.Lock()

    async def prove(self) -> Freshness:
        """One look at the files serves everybody who asked before it began."""
        if self._next is None:
            self._next = asyncio.create_task(self._prove())
        return await asyncio.shield(self._next)

    async def _prove(self) -> Freshness:
        async with self._proving:
            self._next = None
            return await self._on(self._proves, self._prover.prove)

    async def resync(self, moved: MovedOn) -> None:
        await self._on(self._proves, self._prover.resync, moved)

    async def known(self) -> Freshness:
        return await self._ask(self._asker.known)

    async def moved_on(self, paths: Iterable[str]) -> MovedOn:
        return await self._ask(self._asker.moved_on, paths)

    async def working(self) -> Mapping[int, str]:
        return await self._ask(self._asker.working)

    async def touch(self, ids: Sequence[str]) -> None:
        await self._ask(self._asker.touch, ids)

    async def heat(self, ids: Sequence[str]) -> Mapping[str, Heat]:
        return await self._ask(self._asker.heat, ids)

    async def troubles(self) -> tuple[Problem, ...]:
        return await self._ask(self._asker.troubles)

    async def degraded(self) -> tuple[Problem, ...]:
        return await self._ask(self._asker.degraded)

    async def write(self, writing: Callable[[Workspace, float], T]) -> T:
        """On a thread of its own: to write something down waits for no cycle."""
        return await asyncio.to_thread(writing, self.workspace, self.clock.now())

    async def files(self, reading: Callable[[Workspace], T]) -> T:
        return await asyncio.to_thread(reading, self.workspace)

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def read(self, reading: Reading[T]) -> T:
        return await (await self._current()).read(reading)

    async def _ask(self, door: Callable[..., Coroutine[None, None, T]], *given: Any) -> T:
        await self._current()
        return await self._on(self._asks, door, *given)

    async def _current(self) -> Reader:
        """The reader of the state folder that the prover has open; what is open of one before it leads nowhere."""
        async with self._opening:
            if self._reader is None or self._opened != self._prover.opened:
                self._opened = self._prover.opened
                await self._on_thread(self._asks, self._asker.close)
                self._reader = await self._connect()
            return self._reader

    async def _connect(self) -> Reader:
        await self._open.aclose()
        path = self._asker.index_path()
        reader = Reader(lambda: connect(path, readonly=True), iter_chunk_size=64)
        await self._open.enter_async_context(reader)
        return reader

    async def _on(self, thread: ThreadPoolExecutor, door: Callable[..., Coroutine[None, None, T]], *given: Any) -> T:
        return await self._on_thread(thread, lambda: run_blocking(door(*given)))

    async def _on_thread(self, thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(thread, work)

    async def close(self) -> None:
        if self._next is not None:
            await asyncio.wait([self._next])
        await self._open.aclose()
        for thread, doors in ((self._proves, self._prover), (self._asks, self._asker)):
            await self._on_thread(thread, doors.close)
            thread.shutdown()
