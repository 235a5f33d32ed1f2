"""How the servers are that hold layers: whether they answer, how far behind they are, what they refused.

Asks each of them once, and fills none (daemon/projector.py).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from neuromem_sync import outbox
from neuromem_sync.clock import Clock, iso
from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.finding import Code, Finding
from neuromem_sync.layers.projection import Breaker, Projection, Served
from neuromem_sync.sqlite import read


@dataclass(frozen=True, slots=True)
class Server:
    """A store on a server, and what all processes know of it."""

    store: Projection
    breaker: Breaker


def servers(given: Sequence[Server], index: sqlite3.Connection, clock: Clock, name: str) -> Iterator[Finding]:
    """What there is to say of each; `name` is what to type for the workspace."""
    for server in given:
        lag = read(index, outbox.lag(server.store.name))
        yield _standing(server, lag.letters - lag.dead, clock, name)
        if lag.dead:
            message = f"{server.store.name} does not take {_entries(lag.dead)}: {lag.reason}"
            hint = f"mend what it says, then: neuromem project {name} --rebuild"
            yield Finding(code=Code.DEAD_LETTERS, message=message, hint=hint)


def _standing(server: Server, left: int, clock: Clock, name: str) -> Finding:
    behind = f"{_entries(left)} behind" if left else "in step"
    store = server.store.name
    try:
        served = _asked(server, clock)
    except LayerUnavailable as error:
        since = server.breaker.known.since
        lasting = f" since {iso(since)}" if since else ""
        message = f"{error.message}{lasting}; the embedded layer answers for it ({behind})"
        return Finding(code=Code.SERVER_AWAY, message=message, hint=error.hint)
    message = f"{store} ({served.version}) answers in {served.latency_ms:.1f} ms, {behind}"
    hint = f"the daemon tells it, or: neuromem project {name}" if left else ""
    return Finding(code=Code.SERVER_LAGS if left else Code.SERVER, message=message, hint=hint)


def _asked(server: Server, clock: Clock) -> Served:
    import asyncio

    async def once() -> Served:
        try:
            return await server.store.check()
        finally:
            await server.store.close()

    try:
        served = asyncio.run(once())
    except LayerUnavailable as error:
        server.breaker.broke(clock.now(), error)
        raise
    server.breaker.worked(clock.now(), served)
    return served


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"
