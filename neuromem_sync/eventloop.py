"""An event loop that no resolver holds up: a name is looked up on a thread that nobody waits for.

The loop of the library looks names up on threads that it waits for when it ends, and the process after it: with a
resolver that is away, for tens of seconds after all is said. Knows no server.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Loop(asyncio.SelectorEventLoop):
    """What asks it for the addresses of a name may give up at any time."""

    async def getaddrinfo(self, host: Any, port: Any, **wanted: Any) -> Any:
        found: asyncio.Future[Any] = self.create_future()

        def look() -> None:
            try:
                addresses = socket.getaddrinfo(host, port, **wanted)
            except (OSError, UnicodeError) as error:
                hand(found.set_exception, error)
            else:
                hand(found.set_result, addresses)

        def hand(take: Callable[[Any], None], value: Any) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self.call_soon_threadsafe(lambda: None if found.done() else take(value))

        Thread(target=look, name=f"look up {host}", daemon=True).start()
        return await found


def run(work: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`, on such a loop."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(work)
