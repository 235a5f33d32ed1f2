"""The predecessor's `Memory`: class methods over one memory of the process, so that its programs run as they are.

    from neuromem_sync.integration import Memory

    await Memory.initialize()
    await Memory.remember("User prefers dark mode", importance=0.8)

It belongs to no event loop: a program may run one after another. New programs have `neuromem_sync.Memory`, which may
open several.
"""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable, Coroutine
from functools import wraps
from threading import Lock
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from neuromem_sync.blocking import BlockingMemory
from neuromem_sync.errors import NeuromemError
from neuromem_sync.opening import doors_of

P = ParamSpec("P")
T = TypeVar("T")


def _awaited(
    verb: Callable[Concatenate[BlockingMemory, P], T],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """The same verb of the memory that is open, on a thread of its own."""

    @wraps(verb)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(verb, Memory.opened(), *args, **kwargs)

    return run


class Memory:
    """The memory of this process. `initialize` opens it, the end of the process closes it."""

    _memory: ClassVar[BlockingMemory | None] = None
    _lock: ClassVar[Lock] = Lock()

    @classmethod
    async def initialize(cls, agent: str | None = None) -> None:
        """Open the memory of `agent`, found as `neuromem_sync.Memory.open` finds it; one that is open is closed first.

        Raises WorkspaceError naming the agents there are, ConfigError for settings that are wrong.
        """
        memory = BlockingMemory(await asyncio.to_thread(doors_of, agent))
        with cls._lock:
            before, cls._memory = cls._memory, memory
        if before:
            await asyncio.to_thread(before.close)

    remember = staticmethod(_awaited(BlockingMemory.remember))
    recall = staticmethod(_awaited(BlockingMemory.recall))
    get_context_for_message = staticmethod(_awaited(BlockingMemory.get_context_for_message))
    store_interaction = staticmethod(_awaited(BlockingMemory.store_interaction))

    @classmethod
    def opened(cls) -> BlockingMemory:
        """The memory that is open, with every other verb. Raises NeuromemError if there is none."""
        if cls._memory is None:
            raise NeuromemError("no memory is open", "first: await Memory.initialize()")
        return cls._memory

    @classmethod
    def close(cls) -> None:
        """Close it; nothing happens where nothing is open."""
        with cls._lock:
            before, cls._memory = cls._memory, None
        if before:
            before.close()


atexit.register(Memory.close)
