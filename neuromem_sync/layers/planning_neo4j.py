"""Has a server that has just started plan the questions there are: whoever came first would wait for seconds.

Keeps no answer, and holds nobody up: it goes on beside what the server is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, LiteralString

from neuromem_sync.errors import LayerUnavailable, Rejected
from neuromem_sync.layers.server_neo4j import Neo4jServer

if TYPE_CHECKING:
    import asyncio

PLAN_S = 30.0
"""Seconds of one statement: a busy server took 5.6."""
NOTHING = {"limit": 0, "degree": 0, "latest": 0}
"""Values with which each of them reads nothing: what else it would be given is null."""


class Planning:
    """Of statements that only read. For one event loop."""

    def __init__(self, statements: Sequence[LiteralString] = ()) -> None:
        self._statements = statements
        self._task: asyncio.Task[None] | None = None

    def begin(self, server: Neo4jServer) -> None:
        """It is there: once, until `end`."""
        import asyncio

        if self._task is None:
            self._task = asyncio.create_task(self._plan(server))

    def end(self) -> None:
        """It is not: what it had planned goes with it."""
        if self._task is not None:
            self._task.cancel()
        self._task = None

    async def _plan(self, server: Neo4jServer) -> None:
        with suppress(LayerUnavailable, Rejected):
            for statement in self._statements:
                await server.ask(statement, PLAN_S, given=NOTHING)
