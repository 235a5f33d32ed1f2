"""The Python API: the memory of one agent, for programs that run an event loop.

    async with Memory.open(agent="ava") as memory:
        for hit in await memory.recall("what did we decide about the gateway"):
            print(f"{hit.path}:{hit.line} [{hit.layer}] {hit.text}")

Adds no rule of its own: it goes the trip of answer.py through doors that await.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import aiosqlite

from neuromem_sync import agents, answer, app
from neuromem_sync.answer import Counts
from neuromem_sync.clock import clock_from_environment
from neuromem_sync.config import load
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.freshness import MovedOn
from neuromem_sync.model import Layer
from neuromem_sync.query import Answer, Freshness, Query
from neuromem_sync.sqlite import Reading, connect, read

if TYPE_CHECKING:
    from neuromem_sync.logbook import Book, Written

T = TypeVar("T")


class Memory:
    """What one agent remembers. Made by `Memory.open`; any number of tasks may use it at once."""

    def __init__(self, doors: AwaitingDoors) -> None:
        self._doors = doors
        self._blocking = doors.blocking

    @classmethod
    @asynccontextmanager
    async def open(cls, agent: str | None = None) -> AsyncIterator[Memory]:
        """The memory of `agent`: a registered name or a path of a workspace. Without one: NEUROMEM_AGENT, the workspace
        around the current folder, or the only one registered.

        Raises WorkspaceError naming the agents there are, ConfigError for settings that are wrong.
        """
        workspace, _ = agents.one(agent, (), agents.registered(load()), Path.cwd())
        settings = load(workspace.require().root)
        doors = AwaitingDoors(app.doors(workspace, settings, clock_from_environment()))
        try:
            yield cls(doors)
        finally:
            await doors.close()

    async def recall(
        self,
        text: str = "",
        *,
        limit: int | None = None,
        layer: Layer | str | None = None,
        since: float | None = None,
        until: float | None = None,
        tags: Sequence[str] = (),
        stale_ok: bool = False,
    ) -> Answer:
        """The entries that answer `text`, best first; without it the most recent ones.

        `since` and `until` are POSIX seconds, half-open. `layer` keeps to one layer, `tags` to entries with them all.
        With `stale_ok` the files are not looked at, and the answer says so.
        """
        query = Query(
            text=text,
            limit=self._blocking.settings.recall.limit if limit is None else limit,
            layer=None if layer is None else Layer(layer),
            since=since,
            until=until,
            tags=tuple(tags),
            now=self._blocking.clock.now(),
            zone=self._blocking.workspace.zone,
        )
        return await answer.ask(self._doors, query, stale_ok=stale_ok)

    async def remember(
        self,
        text: str,
        *,
        importance: float | None = None,
        tags: Sequence[str] = (),
        to: Book | str = "log",
    ) -> Written:
        """Write `text` at the end of today's log (`to="log"`) or of the inbox (`to="inbox"`), as a person would have.

        `importance` is from 0 to 1. Gives `path` and `line` of what was written; when this returns it is on the disk,
        and the next `recall` finds it. `problems` tells of secrets, which are written but never indexed.
        Raises NeuromemError for a text, tag or importance that cannot be written, WorkspaceError for a file.
        """
        workspace, now = self._blocking.workspace, self._blocking.clock.now()

        def write() -> Written:
            # all parsers and detectors: 30 ms that who only asks does not need
            from neuromem_sync.logbook import Book, remember

            return remember(workspace, text, now=now, to=Book(to), importance=importance, tags=tags)

        return await asyncio.to_thread(write)

    async def wait(self, timeout: float = 10.0) -> Freshness:
        """Return when all written before this call can be recalled, or after `timeout` seconds: see its state."""
        return await answer.wait(self._doors, self._blocking.clock, timeout)

    async def stats(self) -> Counts:
        """How many documents and entries there are now, and how many in each layer."""
        return await answer.count(self._doors)


class Reader(aiosqlite.Connection):
    """Runs a whole reading in one hop to the connection's thread: statement by statement a recall takes 5 ms longer."""

    async def read(self, reading: Reading[T]) -> T:
        result: T = await self._execute(lambda: read(self._conn, reading))  # type: ignore[no-untyped-call]
        return result


class AwaitingDoors:
    """`answer.Doors` for an event loop: reads through aiosqlite, everything that blocks on one thread."""

    def __init__(self, blocking: BlockingDoors) -> None:
        self.blocking = blocking
        self.layers = blocking.layers
        self.graph = blocking.graph
        self.procedures = blocking.procedures
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="neuromem")
        self._open = AsyncExitStack()
        self._reader: Reader | None = None
        self._opened = 0
        self._opening = asyncio.Lock()

    async def prove(self) -> Freshness:
        return await self._on_thread(self.blocking.prove)

    async def known(self) -> Freshness:
        return await self._on_thread(self.blocking.known)

    async def resync(self, moved: MovedOn) -> None:
        await self._on_thread(self.blocking.resync, moved)

    async def moved_on(self, paths: Iterable[str]) -> MovedOn:
        return await self._on_thread(self.blocking.moved_on, paths)

    async def working(self) -> Mapping[int, str]:
        return await self._on_thread(self.blocking.working)

    async def touch(self, ids: Sequence[str]) -> None:
        await self._on_thread(self.blocking.touch, ids)

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def read(self, reading: Reading[T]) -> T:
        async with self._opening:
            if self._reader is None or self._opened != self.blocking.opened:
                self._reader, self._opened = await self._connect(), self.blocking.opened
        return await self._reader.read(reading)

    async def _connect(self) -> Reader:
        await self._open.aclose()
        path = self.blocking.index_path()
        reader = Reader(lambda: connect(path, readonly=True), iter_chunk_size=64)
        await self._open.enter_async_context(reader)
        return reader

    async def _on_thread(self, door: Callable[..., Coroutine[None, None, T]], *given: Any) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: answer.run_blocking(door(*given)))

    async def close(self) -> None:
        await self._open.aclose()
        await asyncio.get_running_loop().run_in_executor(self._thread, self.blocking.close)
        self._thread.shutdown()
