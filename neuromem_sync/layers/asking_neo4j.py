"""Asks a Neo4j from code that blocks, within a time limit: on a loop and a thread of its own, opened when needed.

A server that did not answer is left alone for a while, so that it costs one question its limit and the next nothing.
"""

from __future__ import annotations

import time
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, LiteralString

from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.layers.server_neo4j import Neo4jServer
from neuromem_sync.servers import SemanticServer
from neuromem_sync.sqlite import Row

if TYPE_CHECKING:
    import asyncio

LIMIT_S = 0.25
"""Seconds of one question: what a recall may take altogether while a server is away."""
REST_S = 5.0
"""Seconds for which a server that failed is not asked: one question in twenty, if they come four a second, waits."""


class Asking:
    """Calling it asks: a statement that only reads, and its values by name. Any thread may."""

    def __init__(self, login: SemanticServer, limit: float = LIMIT_S) -> None:
        self._server = Neo4jServer(login)
        self._limit = limit
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._failed: LayerUnavailable | None = None
        self._until = 0.0

    def __call__(self, cypher: LiteralString, **values: Any) -> list[Row]:
        """The rows. Raises LayerUnavailable."""
        import asyncio

        if self._failed is not None and time.monotonic() < self._until:
            raise self._failed
        asked = asyncio.run_coroutine_threadsafe(self._server.ask(cypher, self._limit, **values), self._running())
        try:
            rows = asked.result()
        except LayerUnavailable as error:
            self._failed, self._until = error, time.monotonic() + REST_S
            raise
        self._failed = None
        return rows

    def _running(self) -> asyncio.AbstractEventLoop:
        import asyncio

        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(target=self._loop.run_forever, name="neuromem-neo4j", daemon=True)
                self._thread.start()
            return self._loop

    def close(self) -> None:
        import asyncio

        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None and self._thread is not None:
            asyncio.run_coroutine_threadsafe(self._server.close(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join()
            loop.close()
