"""Servers for whole suites: every workspace a test makes stands on them, in this process and in those it starts.

A server is started once for a run, or named by the environment, and emptied before each test. Tests that kill, fill or
pause a server have one of their own (servers.py, neo4j_server.py).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest

from neuromem_sync import app
from neuromem_sync.answer import Doors, run_blocking
from neuromem_sync.config import load
from neuromem_sync.related import Related, related
from neuromem_sync.way import Way, way
from tests.neo4j_server import Server
from tests.servers import serving
from tests.workshop import CLOCK, Workshop

ON = {"embedded": (), "redis": ("redis",), "neo4j": ("neo4j",), "both": ("redis", "neo4j")}
"""What a test can be run on, and the servers that takes."""
SERVED = tuple(name for name, servers in ON.items() if servers)
MAIN_JOB = {
    "mcp/test_tools.py",
    "recall/test_joined.py",
    *(
        f"test_{subject}.py"
        for subject in (
            "browse conversation forget freshness integration memory procedures related session shield sync tasks watch"
        ).split()
    ),
}
"""Tests that every run makes on all of these: an edit, and what each part then answers. The rest of the suite is as
good on servers, and slower there: `python -m pytest -p tests.on_redis -p tests.on_neo4j`."""
TRANSCRIPTS = ("asking", "connections", "context", "in-step", "session")
"""Pages of tests/cli that go with them."""
EVERYWHERE = pytest.StashKey[frozenset[str]]()
"""Servers that all tests of a run stand on (on_redis.py, on_neo4j.py)."""
UNNAMED = "it is about what is so where no server is named"
"""Why a test that is marked `embedded` is left out of a run on servers, if the mark gives no reason of its own."""
MARK = "tests-of-neuromem"
"""What a server holds that is the tests' own: what a killed run left there may be deleted."""
LABELS = ("Epoch", "Statement", "Entity")
UP = 240.0
"""Seconds until a server must answer within the time of a question: 5 on an idle machine."""
GIVEN = os.environ.get("NEUROMEM_REDIS_URL", "")
"""Read before the tests put the user's own settings out of reach."""


class Stand(Protocol):
    """A server that stands: the variables of the environment that name it."""

    variables: Mapping[str, str]

    def claim(self) -> None:
        """Mark it as the tests' own. Fails if it holds somebody's memory."""

    def empty(self) -> None:
        """Take away all that tests left there."""

    def release(self) -> None:
        """Leave nothing there."""

    def close(self) -> None: ...


class RedisStand:
    def __init__(self, url: str) -> None:
        import redis

        self.variables: Mapping[str, str] = {"NEUROMEM_REDIS_URL": url}
        self._client = redis.Redis.from_url(url)

    def claim(self) -> None:
        require_nobodys(bool(self._keys()), marked=bool(self._client.exists(MARK)))
        self._client.set(MARK, 1)

    def _keys(self) -> list[bytes]:
        return list(self._client.scan_iter("neuromem:*", count=1000))

    def empty(self) -> None:
        if keys := self._keys():
            self._client.delete(*keys)

    def release(self) -> None:
        self.empty()
        self._client.delete(MARK)

    def close(self) -> None:
        self._client.close()


class Neo4jStand:
    def __init__(self, server: Server) -> None:
        from neo4j import GraphDatabase

        self._ours = server.process is not None
        login = {"URL": server.url, "USER": server.user, "PASSWORD": server.password}
        self.variables: Mapping[str, str] = {f"NEUROMEM_NEO4J_{part}": value for part, value in login.items()}
        self._driver = GraphDatabase.driver(server.url, auth=(server.user, server.password))

    def claim(self) -> None:
        labels = {label for (label,) in self._driver.execute_query("CALL db.labels()").records if self._is_used(label)}
        require_nobodys(not labels.isdisjoint(LABELS), marked=self._ours or MARK in labels)
        self._driver.execute_query(f"MERGE (:`{MARK}`)")

    def _is_used(self, label: str) -> bool:
        return bool(self._driver.execute_query(f"MATCH (n:`{label}`) RETURN n LIMIT 1").records)

    def empty(self) -> None:
        self._driver.execute_query(f"MATCH (n:{'|'.join(LABELS)}) DETACH DELETE n")

    def release(self) -> None:
        self.empty()
        self._driver.execute_query(f"MATCH (n:`{MARK}`) DELETE n")

    def close(self) -> None:
        self._driver.close()


def require_nobodys(held: bool, *, marked: bool) -> None:
    if held and not marked:
        pytest.fail("the server holds a memory, which tests would delete: name one that is empty", pytrace=False)


@contextmanager
def stood(stand: Stand) -> Iterator[Stand]:
    """The tests' own server, until the end of the block."""
    with closing(stand):
        stand.claim()
        yield stand
        stand.release()


@pytest.fixture(scope="session")
def redis_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    if GIVEN:
        with stood(RedisStand(GIVEN)) as stand:
            yield stand
        return
    for server in serving(tmp_path_factory.mktemp("redis")):
        with stood(RedisStand(server.url)) as stand:
            yield stand


@pytest.fixture(scope="session")
def neo4j_stand(neo4j_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with stood(Neo4jStand(neo4j_server)) as stand:
        with pytest.MonkeyPatch.context() as patch:
            name_it(stand, patch)
            warm(Workshop(tmp_path_factory.mktemp("warm")))
        yield stand


def warm(shop: Workshop) -> None:
    """Ask until the server answers: the first time it plans a question, that takes longer than a question waits."""
    shop.write("Gateway.md", "# Gateway\n\naka the front door\n\n- uses [[Redis]]\n- met [[Redis]] and [[Caddy]]\n")
    shop.sync()
    end = time.monotonic() + UP
    while any(_store(shop, question) != "neo4j" for question in (partial(related, entity="gatewey"), _from_end_to_end)):
        assert time.monotonic() < end, "the server does not answer in time"
        (shop.workspace.state / "live.db").unlink()  # that it was slow a moment ago
        shop.tell()


def _from_end_to_end(doors: Doors) -> Coroutine[Any, Any, Way]:
    return way(doors, "Caddy", "the front door")


def _store(shop: Workshop, question: Callable[[Doors], Coroutine[Any, Any, Related | Way]]) -> str:
    """What answered it."""
    with closing(app.doors(shop.workspace, load(), CLOCK)) as doors:
        return run_blocking(question(doors)).store


def name_it(stand: Stand, patch: pytest.MonkeyPatch) -> None:
    for variable, value in stand.variables.items():
        patch.setenv(variable, value)


@pytest.fixture(autouse=True)
def stores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> frozenset[str]:
    """The servers that the workspaces of this test stand on."""
    given = ON[getattr(request, "param", "embedded")]
    servers = request.config.stash.get(EVERYWHERE, frozenset()) | set(given)
    for name in sorted(servers):
        stand: Stand = request.getfixturevalue(f"{name}_stand")
        stand.empty()
        name_it(stand, monkeypatch)
    return servers


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The main job on everything it can stand on, if this run is not on servers anyway. Drawn texts need none."""
    path = metafunc.definition.path.relative_to(Path(__file__).parent).as_posix()
    drawn = hasattr(metafunc.function, "hypothesis")
    embedded = metafunc.definition.get_closest_marker("embedded")
    if path in MAIN_JOB and not drawn and not embedded and not metafunc.config.stash.get(EVERYWHERE, None):
        metafunc.parametrize("stores", ON, indirect=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Of a run on servers: what is marked `embedded` is left out of it, in one line for each reason."""
    if mark := item.get_closest_marker("embedded"):
        pytest.skip(*mark.args or (UNNAMED,))


def everywhere(config: pytest.Config, server: str) -> None:
    """Let all tests of this run stand on a server."""
    config.stash[EVERYWHERE] = config.stash.get(EVERYWHERE, frozenset()) | {server}
