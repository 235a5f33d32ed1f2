"""Suites on servers: what a test makes is there, the next test finds nothing of it, and nobody's memory is emptied."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis

from neuromem_sync import outbox
from neuromem_sync.config import load
from neuromem_sync.sqlite import connect, read
from tests.served import ON, UNNAMED, RedisStand, stood
from tests.servers import RedisServer, redis_server
from tests.workshop import Workshop, eventually

__all__ = ["redis_server"]


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_server.url) as client:
        yield client


@pytest.mark.parametrize("stores", ON, indirect=True)
def test_workspaces_stand_on_what_was_asked_for(stores: frozenset[str], tmp_path: Path) -> None:
    layers = load().layers
    assert (bool(layers.working.url), bool(layers.semantic.url)) == ("redis" in stores, "neo4j" in stores)
    shop = Workshop(tmp_path)
    shop.write("a.md", "The [[gateway]] is up.\n")
    shop.sync()
    assert eventually(lambda: in_step(shop) == stores, 60.0)


def in_step(shop: Workshop) -> set[str]:
    """The servers that were told of a workspace, and have nothing left to be told."""
    shop.tell()
    with closing(connect(shop.workspace.state / "index.db", readonly=True)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM stores")]
        return {name for name in names if not read(connection, outbox.lag(name)).letters}


def test_a_run_on_servers_leaves_out_what_stands_on_none_and_says_why() -> None:
    tests = ("tests/test_lookups.py::test_a_daemon_stops_at_once", "tests/daemon/test_away.py::test_it_stops_at_once")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.on_redis", *tests]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    assert re.search(rf"SKIPPED \[2\] tests/served.py:\d+: {UNNAMED}\n", run.stdout), run.stdout
    assert re.search(r"SKIPPED \[1\] tests/served.py:\d+: the servers that hang are its own\n", run.stdout)
    assert "passed" not in run.stdout


def test_a_server_that_holds_a_memory_is_left_alone(redis_server: RedisServer, client: redis.Redis) -> None:
    client.set("neuromem:{ava}:touched", "hers")
    stand = RedisStand(redis_server.url)
    with pytest.raises(pytest.fail.Exception, match="holds a memory"), stood(stand):
        pass
    assert client.keys() == [b"neuromem:{ava}:touched"]


def test_what_a_killed_run_left_is_the_tests_own(redis_server: RedisServer, client: redis.Redis) -> None:
    stand = RedisStand(redis_server.url)
    stand.claim()
    client.set("neuromem:{ava}:touched", "a test's")
    with stood(stand):
        client.set("another", "program's")
    assert client.keys() == [b"another"]
