"""A Neo4j server, and how it is spoken to: official driver, time limits, no retries, errors in our own words.

Knows no schema. The password is in no message, and in no text this prints.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, LiteralString

from neuromem_sync.errors import LayerUnavailable, Rejected
from neuromem_sync.servers import SemanticServer
from neuromem_sync.sqlite import Row

if TYPE_CHECKING:
    from neo4j import AsyncDriver, AsyncTransaction
    from neo4j.exceptions import Neo4jError

CONNECT_S = 2.0
"""Seconds for a connection, its handshake and its login: once a process. What asks has its own, shorter limit."""

IDLE_S = 1.0
"""Seconds after which a connection is tried before it is used: a server that was started again hung up on it."""

OF_THE_DATA = ("Neo.ClientError.Statement.", "Neo.ClientError.Schema.ConstraintValidationFailed")
"""Refusals that are about what was sent; every other one whoever runs the server has to lift: rights, a database that
is read-only or stopped, a schema that is in our way.
"""

SILENT = logging.NullHandler()
LOGIN = "set layers.semantic.user and layers.semantic.password"
OF_THE_LOGIN = {
    "Neo.ClientError.Security.AuthenticationRateLimit": ("refuses all logins for a while: too many were wrong", LOGIN),
    "Neo.ClientError.Security.CredentialsExpired": (
        "wants the password it came with changed",
        "type there: ALTER CURRENT USER SET PASSWORD FROM 'old' TO 'new'",
    ),
}
"""Refusals of a login that are no plain one, in our words, and what to do."""


class Neo4jServer:
    """Connections to the home database of a login, opened when first needed. For one event loop."""

    def __init__(self, login: SemanticServer) -> None:
        self._login = login
        self.url = login.url
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

    async def require(self, oldest: int, seconds: float) -> None:
        """Raises LayerUnavailable if its version is an older one."""
        version, _ = await self.version(seconds)
        if int(version.split()[1].partition(".")[0]) < oldest:
            hint = f"give it Neo4j {oldest} or later"
            raise LayerUnavailable(f"Neo4j at {self._login.url} is too old: {version}", hint, passes=False)

    def _open(self) -> AsyncDriver:
        if self._driver is None:
            from neo4j import AsyncGraphDatabase

            # it logs some failures that it raises as well; without a handler they would be on the terminal twice
            logging.getLogger("neo4j").addHandler(SILENT)
            self._driver = AsyncGraphDatabase.driver(
                self._login.url,
                auth=(self._login.user, self._login.password),
                connection_timeout=CONNECT_S,
                connection_acquisition_timeout=CONNECT_S,
                max_transaction_retry_time=0,
                liveness_check_timeout=IDLE_S,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
                user_agent="neuromem",
            )
        return self._driver

    async def close(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            await driver.close()


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Turns what the driver raises into errors that say whether waiting may help."""
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except Neo4jError as error:
        raise _answered(url, error) from error
    except UnicodeError as error:
        raise Rejected(f"Neo4j at {url} cannot be told it: {error}", "it holds what no encoding has") from error
    except (DriverError, OSError, ValueError) as error:  # TimeoutError is an OSError
        raise _unanswered(url, error) from error


def _answered(url: str, error: Neo4jError) -> LayerUnavailable | Rejected:
    """What a server meant that answered with an error."""
    from neo4j.exceptions import AuthError

    code = error.code or ""
    if code in OF_THE_LOGIN:
        said, hint = OF_THE_LOGIN[code]
        return LayerUnavailable(f"Neo4j at {url} {said}", hint, passes=False)
    if isinstance(error, AuthError):
        return LayerUnavailable(f"Neo4j at {url} refuses the login", LOGIN, passes=False)
    if error.is_retryable() or code.startswith(("Neo.TransientError", "Neo.DatabaseError")):
        return LayerUnavailable(f"Neo4j at {url} is not able to now: {code}", "see the log of the server")
    if not code.startswith(OF_THE_DATA):
        hint = "its user has to read and write its home database"
        return LayerUnavailable(f"Neo4j at {url} refuses: {code}", hint, passes=False)
    return Rejected(f"Neo4j at {url} does not take it: {code}", "see the log of the server")


def _unanswered(url: str, error: Exception) -> LayerUnavailable:
    from neo4j.exceptions import ConfigurationError

    if isinstance(error, ValueError | ConfigurationError):
        hint = "write it like bolt://HOST:7687, with bolt+s:// for TLS"
        return LayerUnavailable(f"{url} is no address of a Neo4j", hint, passes=False)
    if isinstance(error, TimeoutError):
        return overdue(url)
    if doubt := _distrust(error):
        hint = "name the certificate of who signed it in SSL_CERT_FILE, and the server as the certificate does"
        return LayerUnavailable(f"Neo4j at {url} cannot be trusted: {doubt}", hint, passes=False)
    why, secured = _why(error), "+s" in url.partition("://")[0]
    hint = f"see whether it runs, and whether its port is open{' and speaks TLS' if secured else ''}"
    return LayerUnavailable(f"Neo4j at {url} cannot be reached{f': {why}' if why else ''}", hint)


def _distrust(error: BaseException) -> str:
    """What is wrong with the certificate that the server showed, "" if nothing is."""
    from ssl import SSLCertVerificationError

    said = _of_the_system(error)
    return f"its certificate: {said.verify_message}" if isinstance(said, SSLCertVerificationError) else ""


def _of_the_system(error: BaseException | None) -> OSError | None:
    """What the driver met with first."""
    while error is not None and not isinstance(error, OSError):
        inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
        error = inner or error.__cause__ or error.__context__
    return error


def _why(error: BaseException | None) -> str:
    """What the system said to the driver, in its words, "" where it said nothing."""
    error = _of_the_system(error)
    if error is None or isinstance(error, TimeoutError):
        return ""
    if isinstance(error, socket.gaierror):
        return error.strerror or "its name is not known"
    return os.strerror(error.errno) if error.errno else "it hung up"


def overdue(url: str) -> LayerUnavailable:
    """It did not answer in time."""
    return LayerUnavailable(f"Neo4j at {url} takes too long", "see whether it is busy, or stopped")
