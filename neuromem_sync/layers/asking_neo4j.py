"""Asks a Neo4j from code that blocks: on a loop and a thread of its own, opened when needed.

Who asks waits for as long as a question may take and no longer; what was asked goes on without them for a while, so
that a connection that is slow to make, or a plan that is slow to compile, is there for the next question.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, LiteralString

from neuromem_sync.clock import Clock
from neuromem_sync.errors import LayerUnavailable, Rejected
from neuromem_sync.layers.projection import Breaker
from neuromem_sync.layers.server_neo4j import Neo4jServer, overdue
from neuromem_sync.servers import SemanticServer
from neuromem_sync.sqlite import Row

if TYPE_CHECKING:
    import asyncio

LIMIT_S = 0.25
"""Seconds of one statement outside of a question."""
GOES_ON_S = 5.0
"""Seconds for which it goes on: a server that has just started compiles its first plan for so long."""
PARTING_S = 0.5
"""Seconds to take leave of a server, which may not listen."""


class Asking:
    """Calling it asks: a statement that only reads, and its values by name. For one question at a time.

    A statement finds them in one map, `$given`: lists of their own have a server plan it anew for 1, 10 and 100 names.

    `breaker` opens what is known of the server when that is first needed, and closes it with this.
    """

    def __init__(
        self,
        login: SemanticServer,
        breaker: Callable[[], AbstractContextManager[Breaker]],
        clock: Clock,
        limit: float = LIMIT_S,
    ) -> None:
        self._server = Neo4jServer(login)
        self._breaker = breaker
        self._held = ExitStack()
        self._clock = clock
        self._limit = limit
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._opened: Breaker | None = None
        self._deadline: float | None = None

    def begin(self, seconds: float) -> None:
        """A question: its statements have so long altogether. Raises LayerUnavailable if none is worth asking now."""
        breaker = self._known()
        if not breaker.closed(self._clock.now()):
            raise LayerUnavailable(breaker.known.message, breaker.known.hint)
        import neo4j  # noqa: F401 - 0.3 s, once a process, and no fault of the server

        self._deadline = time.monotonic() + seconds

    def __call__(self, cypher: LiteralString, **values: Any) -> list[Row]:
        """The rows. Raises LayerUnavailable; nobody asks the server for a while then."""
        limit = self._limit if self._deadline is None else self._deadline - time.monotonic()
        try:
            rows = self._awaited(cypher, limit, values)
        except LayerUnavailable as error:
            self._known().broke(self._clock.now(), error)
            raise
        except Rejected as error:  # it is well, and not spoken to as it wants: whoever asked has the index
            raise LayerUnavailable(error.message, error.hint, passes=False) from error
        self._known().worked()
        return rows

    def _awaited(self, cypher: LiteralString, limit: float, values: Mapping[str, Any]) -> list[Row]:
        import asyncio

        if limit <= 0:
            raise overdue(self._server.url)
        asked = self._server.ask(cypher, max(limit, GOES_ON_S), given=values)
        try:
            return asyncio.run_coroutine_threadsafe(asked, self._running()).result(limit)
        except TimeoutError as error:
            raise overdue(self._server.url) from error

    def _known(self) -> Breaker:
        if self._opened is None:
            self._opened = self._held.enter_context(self._breaker())
        return self._opened

    def _running(self) -> asyncio.AbstractEventLoop:
        from neuromem_sync import eventloop

        with self._lock:
            if self._loop is None:
                self._loop = eventloop.Loop()
                self._thread = Thread(target=self._loop.run_forever, name="neuromem-neo4j", daemon=True)
                self._thread.start()
            return self._loop

    def close(self) -> None:
        import asyncio

        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None and self._thread is not None:
            asyncio.run_coroutine_threadsafe(self._leave(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join()
            loop.close()
        self._opened = None
        self._held.close()

    async def _leave(self) -> None:
        """Give up what still goes on, and hang up."""
        import asyncio

        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(PARTING_S):
                await self._server.close()
