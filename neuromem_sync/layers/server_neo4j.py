"""A Neo4j server, and how it is spoken to: official driver, time limits, no retries, errors in our own words.

Knows no schema. The password is in no message, and in no text this prints.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, LiteralString

from neuromem_sync.errors import LayerUnavailable, Rejected
from neuromem_sync.servers import SemanticServer
from neuromem_sync.sqlite import Row

if TYPE_CHECKING:
    from neo4j import AsyncDriver, AsyncTransaction
    from neo4j.exceptions import Neo4jError

CONNECT_S = 2.0
"""Seconds for a connection, its handshake and its login: once a process. What asks has its own, shorter limit."""

NOT_THE_DATA = (
    "Neo.ClientError.Security.Forbidden",
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase",
    "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase",
    "Neo.ClientError.Database.DatabaseNotFound",
)
"""Refusals that whoever runs the server has to lift: nothing that is sent would be taken."""


class Neo4jServer:
    """Connections to the home database of a login, opened when first needed. For one event loop."""

    def __init__(self, login: SemanticServer) -> None:
        self._login = login
        self._driver: AsyncDriver | None = None

    async def ask(self, cypher: LiteralString, seconds: float, /, **values: Any) -> list[Row]:
        """The rows of a statement that only reads. Raises LayerUnavailable, after `seconds` too."""
        import asyncio

        from neo4j import READ_ACCESS, Query

        with _translated(self._login.url):
            async with asyncio.timeout(seconds):
                async with self._open().session(default_access_mode=READ_ACCESS) as session:
                    result = await session.run(Query(cypher, timeout=seconds), values)
                    return [tuple(record.values()) async for record in result]

    @asynccontextmanager
    async def transaction(self, seconds: float) -> AsyncIterator[AsyncTransaction]:
        """All that is run in it, or nothing. Raises LayerUnavailable, after `seconds` too; Rejected."""
        import asyncio

        with _translated(self._login.url):
            async with (
                asyncio.timeout(seconds),
                self._open().session() as session,
                await session.begin_transaction(timeout=seconds) as tx,
            ):
                yield tx
                await tx.commit()

    async def command(self, cypher: LiteralString, seconds: float, /, **values: Any) -> None:
        """A statement that manages its own transactions: of the schema, or `IN TRANSACTIONS`."""
        import asyncio

        with _translated(self._login.url):
            async with asyncio.timeout(seconds), self._open().session() as session:
                await (await session.run(cypher, values)).consume()

    async def version(self, seconds: float) -> tuple[str, float]:
        """Product and version, and the milliseconds it took to say so on a connection that is open."""
        statement: LiteralString = "CALL dbms.components() YIELD versions, edition RETURN versions[0], edition"
        await self.ask("RETURN 1", seconds)
        begun = time.monotonic()
        ((version, edition),) = await self.ask(statement, seconds)
        return f"Neo4j {version} {edition}", (time.monotonic() - begun) * 1000

    def _open(self) -> AsyncDriver:
        if self._driver is None:
            from neo4j import AsyncGraphDatabase

            self._driver = AsyncGraphDatabase.driver(
                self._login.url,
                auth=(self._login.user, self._login.password),
                connection_timeout=CONNECT_S,
                connection_acquisition_timeout=CONNECT_S,
                max_transaction_retry_time=0,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
                user_agent="neuromem",
            )
        return self._driver

    async def close(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            await driver.close()


class _translated:  # noqa: N801 - read as a word of a `with`
    """Turns what the driver raises into errors that say whether waiting may help."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from neo4j.exceptions import DriverError, Neo4jError

        if isinstance(error, Neo4jError):
            raise _answered(self._url, error) from error
        if isinstance(error, DriverError | OSError | ValueError):  # TimeoutError is an OSError
            raise _unanswered(self._url, error) from error


def _answered(url: str, error: Neo4jError) -> LayerUnavailable | Rejected:
    """What a server meant that answered with an error."""
    from neo4j.exceptions import AuthError

    code = error.code or ""
    if isinstance(error, AuthError):
        hint = "set layers.semantic.user and layers.semantic.password"
        return LayerUnavailable(f"Neo4j at {url} refuses the login", hint, passes=False)
    if error.is_retryable() or code.startswith(("Neo.TransientError", "Neo.DatabaseError")):
        return LayerUnavailable(f"Neo4j at {url} is not able to now: {code}", "see the log of the server")
    if code in NOT_THE_DATA:
        hint = "its user has to read and write its home database"
        return LayerUnavailable(f"Neo4j at {url} refuses: {code}", hint, passes=False)
    return Rejected(f"Neo4j at {url} does not take it: {code}", "see the log of the server")


def _unanswered(url: str, error: Exception) -> LayerUnavailable:
    from neo4j.exceptions import ConfigurationError

    if isinstance(error, ValueError | ConfigurationError):
        hint = "write it like bolt://HOST:7687, with bolt+s:// for TLS"
        return LayerUnavailable(f"{url} is no address of a Neo4j", hint, passes=False)
    if isinstance(error, TimeoutError):
        return LayerUnavailable(f"Neo4j at {url} takes too long", "see whether it is busy, or stopped")
    return LayerUnavailable(f"Neo4j at {url} cannot be reached", "see whether it runs, and whether its port is open")
