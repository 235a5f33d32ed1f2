"""How the servers are that hold layers: whether they answer, how far behind they are, what they refused.

Asks each of them once, and fills none (daemon/projector.py). What is known of them without asking is `told`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from neuromem_sync import outbox
from neuromem_sync.clock import Clock
from neuromem_sync.config import config_path, table_of, users
from neuromem_sync.errors import LayerUnavailable, Rejected
from neuromem_sync.finding import Code, Finding
from neuromem_sync.index import meta
from neuromem_sync.layers.projection import INSTEAD, Breaker, Projection, Served, Told
from neuromem_sync.model import Layer
from neuromem_sync.query import Stored
from neuromem_sync.servers import has_password
from neuromem_sync.sqlite import Reading, one, read

LAYERS = {"redis": Layer.WORKING, "neo4j": Layer.SEMANTIC}
ASKED_S = 10.0
"""Seconds for all that a server is asked here: one that has just started takes some of them, one that hangs all."""
SAMPLE = 500
"""Entries that another index of the agent is asked for: copies of the same files differ by what was edited lately, and
two agents of one name have what `init` wrote in common. Half of the smaller one is in between.
"""
HARM = {
    "redis": "what one touches takes the room of the other in working memory",
    "neo4j": "other agents see what that one shares which told something last",
}
"""What comes of two agents of one name."""


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
        yield from _standing(server, index, clock, whose, lag.letters - lag.dead)
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


def _standing(server: Server, index: sqlite3.Connection, clock: Clock, whose: Whose, left: int) -> Iterator[Finding]:
    store = server.store.name
    behind = f"{outbox.entries(left)} behind" if left else "in step"
    try:
        sample = read(index, _sample())
        served, holds, others = _asked(server, clock, read(index, meta("epoch")) or "", whose.agent, sample)
    except (LayerUnavailable, Rejected) as error:
        since = server.breaker.known.since
        lasting = f" for {_lasting(clock.now() - since)}" if since and clock.now() - since >= 1 else ""
        message = f"{error.message}{lasting}; {INSTEAD[store]} ({behind})"
        yield Finding(code=Code.SERVER_AWAY, message=message, hint=error.hint)
        return
    if not holds or not read(index, outbox.is_on(store)):
        holds, behind = False, f"holds nothing of {whose.agent} yet"
    message = f"{_named(store, served.version)} answers in {served.latency_ms:.1f} ms, {behind}"
    hint = f"the daemon tells it, or: neuromem project {whose.name}" if left or not holds else ""
    yield Finding(code=Code.SERVER_LAGS if hint else Code.SERVER, message=message, hint=hint)
    entries = read(index, one("SELECT count(*) FROM entries"))
    for other in others:
        if other.held / max(1, len(sample)) * entries < min(entries, other.entries) / 2:
            yield _namesake(store, whose, other)


def _sample() -> Reading[list[str]]:
    """Ids are digests: the first of them are drawn as by lot, the same on every machine that has the same files."""
    return [each for (each,) in (yield "SELECT id FROM entries ORDER BY id LIMIT ?", (SAMPLE,))]


def _namesake(store: str, whose: Whose, other: Told) -> Finding:
    """One that told nothing since ours began may be what our own state folder held before it was lost."""
    told = f"{store} was told of {outbox.entries(other.entries)} as {whose.agent}"
    rename = f"neuromem agents rename {whose.agent} NAME"
    named = rename if whose.name == whose.agent else f"neuromem init {whose.name} --agent NAME"
    apart, gone = f"give one of the two a name of its own: {named}", f"neuromem project {whose.name} --rebuild"
    if other.since:
        message, hint = f"{told} by an index of other files: {HARM[store]}", f"{apart}; if it is gone: {gone}"
    else:
        message = f"{told} by an index that is lost, or is of other files: {HARM[store]}"
        hint = f"if a state folder was lost: {gone}; else {apart}"
    return Finding(code=Code.NAMESAKE, message=message, hint=hint)


Answered: TypeAlias = tuple[Served, bool, Sequence[Told]]


def _asked(server: Server, clock: Clock, epoch: str, agent: str, sample: Sequence[str]) -> Answered:
    """What it says of itself, whether it holds anything of this index, and what others told it of the agent."""
    import asyncio

    from neuromem_sync import eventloop

    async def once() -> Answered:
        store = server.store
        try:
            async with asyncio.timeout(ASKED_S):
                served, holds = await store.check(), await store.reached(epoch, agent) is not None
                return served, holds, await store.others(epoch, agent, sample)
        except TimeoutError as error:
            message = f"{store.name} did not answer in {ASKED_S:.0f} s"
            raise LayerUnavailable(message, "see whether it runs, and how busy it is") from error
        finally:
            await store.close()

    try:
        answered = eventloop.run(once())
    except LayerUnavailable as error:
        server.breaker.broke(clock.now(), error)
        raise
    server.breaker.worked()
    return answered


def _named(store: str, version: str) -> str:
    product, _, number = version.partition(" ")
    return f"{store} {number}" if product.lower() == store else f"{store} ({version})"


def _lasting(seconds: float) -> str:
    for unit, size in (("day", 86400), ("h", 3600), ("min", 60)):
        number = int(seconds // size)
        if number:
            return f"{number} {unit}{'s' if unit == 'day' and number > 1 else ''}"
    return f"{int(seconds)} s"
