"""The Python API: the memory of one agent, for programs that run an event loop.

    async with Memory.open(agent="ava") as memory:
        for hit in await memory.recall("what did we decide about the gateway"):
            print(f"{hit.path}:{hit.line} [{hit.layer}] {hit.text}")

What its verbs do is in verbs.py. Programs without an event loop have `BlockingMemory` (blocking.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from neuromem_sync.awaiting import AwaitingDoors
from neuromem_sync.opening import doors_of
from neuromem_sync.verbs import Verbs


class Memory(Verbs):
    """What one agent remembers. Made by `Memory.open`; any number of tasks of one event loop may use it at once."""

    @classmethod
    @asynccontextmanager
    async def open(cls, agent: str | None = None) -> AsyncIterator[Memory]:
        """The memory of `agent`: a registered name or a path of a workspace. Without one: NEUROMEM_AGENT, the workspace
        around the current folder, or the only one registered.

        Raises WorkspaceError naming the agents there are, ConfigError for settings that are wrong.
        """
        doors = AwaitingDoors(await asyncio.to_thread(doors_of, agent))
        try:
            yield cls(doors)
        finally:
            await doors.close()
