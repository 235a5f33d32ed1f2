"""How the servers are that hold layers: whether they answer, how far behind they are, what they refused.

Asks each of them once, and fills none (daemon/projector.py). What is known of them without asking is `told`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from neuromem_sync import outbox
from neuromem_sync.clock import Clock
from neuromem_sync.config import config_path, table_of, users
from neuromem_sync.errors import LayerUnavailable, Rejected
from neuromem_sync.finding import Code, Finding
from neuromem_sync.index import meta
from neuromem_sync.layers.projection import INSTEAD, Breaker, Projection, Served
from neuromem_sync.model import Layer
from neuromem_sync.query import Stored
from neuromem_sync.servers import has_password
from neuromem_sync.sqlite import read

LAYERS = {"redis": Layer.WORKING, "neo4j": Layer.SEMANTIC}


@dataclass(frozen=True, slots=True)
class Server:
    """A store on a server, and what all processes know of it."""

    store: Projection
    breaker: Breaker


@dataclass(frozen=True, slots=True)
class Whose:
    """The agent that is meant, and what to type for its workspace."""

    agent: str
    name: str


def servers(given: Sequence[Server], index: sqlite3.Connection, clock: Clock, whose: Whose) -> Iterator[Finding]:
    """What there is to say of each, and of those that no setting names any more."""
    for server in given:
        lag = read(index, outbox.lag(server.store.name))
        yield _standing(server, index, clock, whose, lag.letters - lag.dead)
        if lag.dead:
            message = f"{server.store.name} does not take {outbox.entries(lag.dead)}: {lag.reason}"
            hint = f"mend what it says, then: neuromem project {whose.name} --rebuild"
            yield Finding(code=Code.DEAD_LETTERS, message=message, hint=hint)
    for store in sorted(set(read(index, outbox.stores())) - {server.store.name for server in given}):
        kept = outbox.entries(read(index, outbox.lag(store)).letters)
        message = f"{store} is switched off, and what it misses is kept for it ({kept})"
        hint = f"if it does not come back: neuromem project {whose.name} --forget {store}"
        yield Finding(code=Code.SERVER_OFF, message=message, hint=hint)


def exposed() -> Iterator[Finding]:
    """Whether others can read the password of a server in the user's own settings."""
    path = config_path()
    if path.exists() and path.stat().st_mode & 0o077 and has_password(users(table_of(path), path).layers):
        message = f"others can read {path}, which holds the password of a server"
        yield Finding(code=Code.PASSWORD_OPEN, message=message, hint=f"chmod 600 {path}", place=str(path))


def told(given: Sequence[Server], index: sqlite3.Connection) -> list[Stored]:
    """Which store answers for each layer that a server was named for, by what is known; nobody is asked."""
    return [_told(server, index) for server in given]


def _told(server: Server, index: sqlite3.Connection) -> Stored:
    store, known = server.store.name, server.breaker.known
    left = read(index, outbox.lag(store)).letters
    reason = known.message if known.failures else ""
    if not reason and left and store == "neo4j":  # working memory needs to be told only how long entries are
        reason = f"{store} has yet to be told of {outbox.entries(left)}"
    return Stored(layer=LAYERS[store], store="sqlite" if reason else store, server=store, left=left, reason=reason)


def _standing(server: Server, index: sqlite3.Connection, clock: Clock, whose: Whose, left: int) -> Finding:
    store = server.store.name
    behind = f"{outbox.entries(left)} behind" if left else "in step"
    try:
        served, holds = _asked(server, clock, read(index, meta("epoch")) or "", whose.agent)
    except (LayerUnavailable, Rejected) as error:
        since = server.breaker.known.since
        lasting = f" for {_lasting(clock.now() - since)}" if since and clock.now() - since >= 1 else ""
        message = f"{error.message}{lasting}; {INSTEAD[store]} ({behind})"
        return Finding(code=Code.SERVER_AWAY, message=message, hint=error.hint)
    if not holds or not read(index, outbox.is_on(store)):
        holds, behind = False, f"holds nothing of {whose.agent} yet"
    message = f"{_named(store, served.version)} answers in {served.latency_ms:.1f} ms, {behind}"
    hint = f"the daemon tells it, or: neuromem project {whose.name}" if left or not holds else ""
    return Finding(code=Code.SERVER_LAGS if hint else Code.SERVER, message=message, hint=hint)


def _asked(server: Server, clock: Clock, epoch: str, agent: str) -> tuple[Served, bool]:
    """What it says of itself, and whether it holds anything of this index."""
    import asyncio

    async def once() -> tuple[Served, bool]:
        try:
            return await server.store.check(), await server.store.reached(epoch, agent) is not None
        finally:
            await server.store.close()

    try:
        served, holds = asyncio.run(once())
    except LayerUnavailable as error:
        server.breaker.broke(clock.now(), error)
        raise
    server.breaker.worked()
    return served, holds


def _named(store: str, version: str) -> str:
    product, _, number = version.partition(" ")
    return f"{store} {number}" if product.lower() == store else f"{store} ({version})"


def _lasting(seconds: float) -> str:
    for unit, size in (("day", 86400), ("h", 3600), ("min", 60)):
        number = int(seconds // size)
        if number:
            return f"{number} {unit}{'s' if unit == 'day' and number > 1 else ''}"
    return f"{int(seconds)} s"
