"""Which servers are taken: by what they say of themselves, without any of them being there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from neuromem_sync.errors import LayerUnavailable, Rejected
from neuromem_sync.layers import server_neo4j
from neuromem_sync.layers.projection import Served
from neuromem_sync.layers.projection_neo4j import Neo4jProjection
from neuromem_sync.layers.server_neo4j import Neo4jServer
from neuromem_sync.layers.working_redis import RedisWorking
from neuromem_sync.servers import SemanticServer


@contextmanager
def introduced(*facts: str) -> Iterator[str]:
    """The URL of what says these of itself to INFO, and knows PING besides."""
    text = "\r\n".join(facts).encode()

    class Answers(StreamRequestHandler):
        def handle(self) -> None:
            while header := self.rfile.readline():
                words = [self.rfile.read(int(self.rfile.readline()[1:]) + 2)[:-2] for _ in range(int(header[1:]))]
                known = {b"INFO": b"$%d\r\n%b\r\n" % (len(text), text), b"PING": b"+PONG\r\n"}
                self.wfile.write(known.get(words[0].upper(), b"-ERR unknown command\r\n"))

    with ThreadingTCPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"
        server.shutdown()


def check(url: str) -> Served:
    async def once() -> Served:
        store = RedisWorking(url, 5.0)
        try:
            return await store.check()
        finally:
            await store.close()

    return asyncio.run(once())


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (["redis_version:6.0.16"], "redis 6.0.16"),
        (["redis_version:6.2"], "redis 6.2"),
        (["redis_version:7.4.1", "role:master"], "redis 7.4.1"),
        (["redis_version:8.2.0"], "redis 8.2.0"),
        (["redis_version:7.2.4", "server_name:valkey", "valkey_version:8.1.0"], "valkey 8.1.0"),
    ],
)
def test_a_redis_of_today_and_a_valkey_are_taken(facts: list[str], expected: str) -> None:
    with introduced(*facts) as url:
        assert check(url).version == expected


def test_an_older_redis_is_refused_in_words() -> None:
    with introduced("redis_version:5.0.14") as url, pytest.raises(LayerUnavailable) as refused:
        check(url)
    assert refused.value.message.endswith("is too old: redis 5.0.14")
    assert (refused.value.hint, refused.value.passes) == ("give it Redis 6 or later, or Valkey", False)


def test_a_replica_is_refused_before_it_is_written() -> None:
    with introduced("redis_version:7.0.0", "role:slave") as url, pytest.raises(LayerUnavailable, match="READONLY"):
        check(url)


class Saying(Neo4jServer):
    """A Neo4j that says this of itself, and takes every command."""

    def __init__(self, version: str) -> None:
        super().__init__(SemanticServer(url="bolt://test"))
        self._version = version

    async def version(self, seconds: float) -> tuple[str, float]:
        return self._version, 1.0

    async def command(self, cypher: str, seconds: float, /, **values: object) -> None:
        pass


@pytest.mark.parametrize("version", ["Neo4j 5.26.0 community", "Neo4j 2025.09.0 enterprise"])
def test_a_neo4j_of_today_is_taken(version: str) -> None:
    assert asyncio.run(Neo4jProjection(Saying(version)).check()).version == version


def test_an_older_neo4j_is_refused_in_words() -> None:
    with pytest.raises(LayerUnavailable) as refused:
        asyncio.run(Neo4jProjection(Saying("Neo4j 4.4.39 community")).check())
    assert refused.value.message == "Neo4j at bolt://test is too old: Neo4j 4.4.39 community"
    assert (refused.value.hint, refused.value.passes) == ("give it Neo4j 5 or later", False)


def test_what_no_encoding_has_says_nothing_of_the_server() -> None:
    """A word of the command line can hold a byte that is no text."""
    with pytest.raises(Rejected, match="cannot be told it"), server_neo4j._translated("bolt://db.example"):
        b"\xff".decode(errors="surrogateescape").encode()
