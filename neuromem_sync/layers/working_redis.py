"""L1 on Redis, the part that follows from files: how long each entry is, and which ones are gone.

With that the server keeps the token budget of what was touched (touches_redis.py) by itself, for all processes and
machines of an agent. What is on the table for its day or its task is read from the index, which never lags.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from neuromem_sync.errors import Emptied, LayerUnavailable, NeuromemError, Rejected
from neuromem_sync.layers.projection import GONE, Projected, Served, Told
from neuromem_sync.layers.resp import LIMIT, Conversation, Reply, code_of, unavailable
from neuromem_sync.layers.scripts_redis import BEGIN, HELD, KEPT_S, PROJECT, Script, key

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.exceptions import MovedError

T = TypeVar("T")
OLDEST = 6  # users with rights, and the scripts' way to replicate
KINDS = ("entries", "gone", "before")
SHARED = ("touched", "streaks")
CODES = {
    "AuthenticationError": "WRONGPASS",
    "AuthenticationWrongNumberOfArgsError": "WRONGPASS",
    "AuthorizationError": "NOPERM",
    "NoPermissionError": "NOPERM",
    "ReadOnlyError": "READONLY",
    "OutOfMemoryError": "OOM",
    "NoScriptError": "NOSCRIPT",
    "BusyLoadingError": "LOADING",
    "MasterDownError": "MASTERDOWN",
    "ClusterDownError": "CLUSTERDOWN",
    "MovedError": "MOVED",
    "AskError": "ASK",
    "TryAgainError": "TRYAGAIN",
}
"""The driver's exceptions for replies whose code it takes off."""


class RedisWorking:
    """`projection.Projection` of every agent into the server at `url`: through the driver, without its retries."""

    name = "redis"

    def __init__(self, url: str, limit: float = LIMIT) -> None:
        self._named = self._url = url
        self._limit = limit
        self.place = Conversation(url).place
        self._driver: Redis | None = None

    async def reached(self, epoch: str, agent: str) -> int | None:
        found = await self._do(lambda redis: redis.hget(key(agent, "entries", epoch), ":reached"))
        return None if found is None else int(found)

    async def begin(self, epoch: str, agent: str) -> None:
        await self.check()
        before = [value for other in (await self._others(epoch, agent)).items() for value in other]
        keys = (*(key(agent, kind, epoch) for kind in KINDS), key(agent, "epochs"))
        await self._run(BEGIN, keys, (epoch, KEPT_S, *before))

    async def project(self, epoch: str, agent: str, rows: Sequence[Projected]) -> None:
        keys = (key(agent, "entries", epoch), key(agent, "gone", epoch), key(agent, "touched"), key(agent, "streaks"))
        told = [
            value
            for row in rows
            for value in (row.id, row.version, "" if row.entry is None else len(row.entry.text))
        ]  # fmt: skip
        await self._run(PROJECT, keys, (KEPT_S, GONE, *told))

    async def leave(self, epoch: str, agent: str) -> None:
        """What a user may not reach any more, whose rights are those of the new name, ends by itself."""
        try:
            shared = [] if await self._others(epoch, agent) else [key(agent, each) for each in SHARED]
            await self._do(lambda redis: redis.delete(*(key(agent, kind, epoch) for kind in KINDS), *shared))
            await self._do(lambda redis: redis.srem(key(agent, "epochs"), epoch))
        except LayerUnavailable as error:
            if error.passes:
                raise

    async def _others(self, epoch: str, agent: str) -> dict[str, int]:
        """The other epochs of an agent, and how far they reached; those that fell silent are struck off."""
        epochs = sorted(set(map(str, await self._do(lambda redis: redis.smembers(key(agent, "epochs"))))) - {epoch})
        reached = {each: await self.reached(each, agent) for each in epochs}
        silent = [each for each in epochs if reached[each] is None]
        if silent:
            await self._do(lambda redis: redis.srem(key(agent, "epochs"), *silent))
        return {each: far for each, far in reached.items() if far is not None}

    async def others(self, epoch: str, agent: str, ids: Sequence[str]) -> Sequence[Told]:
        found = []
        for each, reached in (await self._others(epoch, agent)).items():
            entries, held = await self._run(HELD, (key(agent, "entries", each),), ids)
            before = await self._before(epoch, agent, each)
            found.append(Told(entries=entries, held=held, since=before != reached))
        return found

    async def _before(self, epoch: str, agent: str, other: str) -> int | None:
        found = await self._do(lambda redis: redis.hget(key(agent, "before", epoch), other))
        return None if found is None else int(found)

    async def clear(self, agent: str) -> None:
        kept = [key(agent, kind) for kind in (*SHARED, "epochs")]
        epochs = sorted(map(str, await self._do(lambda redis: redis.smembers(kept[-1]))))
        kept += [key(agent, kind, epoch) for epoch in epochs for kind in KINDS]
        await self._do(lambda redis: redis.delete(*kept))

    async def check(self) -> Served:
        said = await self._do(lambda redis: redis.info("server"))
        began = time.perf_counter()
        await self._do(lambda redis: redis.ping())
        took = (time.perf_counter() - began) * 1000
        if (await self._do(lambda redis: redis.info("replication"))).get("role") == "slave":
            raise unavailable(self.place, Reply("READONLY it is a replica"))
        product = said.get("server_name", "redis")
        version = f"{product} {said.get(f'{product}_version', said['redis_version'])}"
        if int(str(said["redis_version"]).partition(".")[0]) < OLDEST:
            hint = f"give it Redis {OLDEST} or later, or Valkey"
            raise LayerUnavailable(f"{self.place} is too old: {version}", hint, passes=False)
        return Served(version=version, latency_ms=took)

    async def close(self) -> None:
        from redis.exceptions import RedisError

        driver, self._driver, self._url = self._driver, None, self._named
        if driver is not None:
            with suppress(OSError, RedisError):  # one that is too busy to be left is left all the same
                await driver.aclose()

    async def _run(self, script: Script, keys: Sequence[str], values: Sequence[Any]) -> Any:
        given = (*keys, *values)
        try:
            return await self._do(lambda redis: redis.evalsha(script.digest, len(keys), *given))
        except Rejected as error:
            if "NOSCRIPT" not in error.message:
                raise
        return await self._do(lambda redis: redis.eval(script.text, len(keys), *given))

    async def _do(self, ask: Callable[[Redis], Awaitable[T]]) -> T:
        """One command. A connection that failed is not used again."""
        import asyncio

        from redis.exceptions import MovedError, RedisError, ResponseError

        try:
            async with asyncio.timeout(self._limit):
                try:
                    return await ask(self._connected())
                except MovedError as moved:
                    await self._follow(moved)
                    return await ask(self._connected())
        except ResponseError as error:
            raise self._refusal(f"{CODES.get(type(error).__name__, '')} {error}".strip()) from error
        except (OSError, RedisError) as error:
            await self.close()
            raise self._failure(error) from error
        except asyncio.CancelledError:  # the reply may come yet, and is none to what is asked next
            await self.close()
            raise

    async def _follow(self, moved: MovedError) -> None:
        """An agent's keys are in one slot of a cluster: we talk with the node that has it, and no other."""
        where = urlsplit(self._url)
        who, at, _ = where.netloc.rpartition("@")
        host = f"[{moved.host}]" if ":" in moved.host else moved.host or str(where.hostname)
        await self.close()
        self._url = where._replace(netloc=f"{who}{at}{host}:{moved.port}").geturl()

    def _refusal(self, text: str) -> NeuromemError:
        if code_of(text) == "EMPTIED":
            return Emptied(f"{self.place} was emptied", "it is filled again from the index")
        return unavailable(self.place, Reply(text))

    def _failure(self, error: Exception) -> NeuromemError:
        """The driver has exceptions of its own for what the system, and some replies, say."""
        name = type(error).__name__
        if name in CODES:
            return unavailable(self.place, Reply(CODES[name]))
        if name == "TimeoutError":
            return unavailable(self.place, TimeoutError())
        cause = error.__cause__ or error.__context__ or error
        return unavailable(self.place, cause if isinstance(cause, OSError) else ConnectionResetError())

    def _connected(self) -> Redis:
        if self._driver is None:
            from redis.asyncio import Redis
            from redis.asyncio.retry import Retry
            from redis.backoff import NoBackoff

            self._driver = Redis.from_url(
                self._url,
                decode_responses=True,
                socket_timeout=self._limit,
                socket_connect_timeout=self._limit,
                retry=Retry(NoBackoff(), 0),
                protocol=2,
            )
        return self._driver
