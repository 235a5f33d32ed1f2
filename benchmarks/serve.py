"""The servers that measures are taken on: those the environment names, else those of the tests, where these can run.

Takes no measure, and leaves nothing running.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def servers(place: Path) -> Iterator[list[str]]:
    """Named by the environment while this lasts; a line for each that is not to be had."""
    with ExitStack() as stack:
        yield [*_redis(place / "redis", stack), *_neo4j(place / "neo4j", stack)]


def _redis(folder: Path, stack: ExitStack) -> Iterator[str]:
    from tests.servers import PACKAGE, RedisServer, program

    if "NEUROMEM_REDIS_URL" in os.environ:
        return
    if program() is None:
        yield f"nothing is measured on Redis: install {PACKAGE}, or set NEUROMEM_REDIS_URL"
        return
    server = RedisServer(folder)
    server.start()
    stack.callback(server.close)
    _name(stack, NEUROMEM_REDIS_URL=server.url)


def _neo4j(folder: Path, stack: ExitStack) -> Iterator[str]:
    from tests.neo4j_server import lacking, started

    if "NEUROMEM_NEO4J_URL" in os.environ:
        return
    if lack := lacking():
        yield f"nothing is measured on Neo4j: install {lack}, or set NEUROMEM_NEO4J_URL"
        return
    folder.mkdir()
    server = started(folder)
    stack.callback(server.kill)
    _name(
        stack, NEUROMEM_NEO4J_URL=server.url, NEUROMEM_NEO4J_USER=server.user, NEUROMEM_NEO4J_PASSWORD=server.password
    )


def _name(stack: ExitStack, **variables: str) -> None:
    os.environ.update(variables)
    for name in variables:
        stack.callback(os.environ.pop, name)
