"""A workspace, its daemon, and a real server that a test makes fail: what the suites of faults have in common."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from functools import partial
from random import Random
from threading import Thread
from typing import Generic, TypeAlias, TypeVar

import pytest

from neuromem_sync import app, outbox
from neuromem_sync.answer import ask, run_blocking
from neuromem_sync.config import Settings
from neuromem_sync.query import Answer, Query
from neuromem_sync.related import Related, related
from neuromem_sync.servers import Layers, SemanticServer, WorkingServer
from neuromem_sync.sqlite import connect, read
from tests.neo4j_server import Server
from tests.network import Cable, Network
from tests.servers import RedisServer
from tests.workshop import CLOCK, Workshop

BACK = 30.0
"""Seconds within which a server that is back holds everything again."""
HANGS = 4 * BACK
"""Seconds after which nobody believes any more that it will."""
RECALL = 0.25
"""Seconds of a recall at p99, while a server is away."""
ASKED = 8
"""Questions in an absence: so few that the one which waits for its time limit counts."""
S = TypeVar("S", RedisServer, Server)


class Site(ABC, Generic[S]):
    """`took` are the seconds of each question asked in an absence, `backs` those until a server that was back had been
    told everything, `edits` how many times a file was written.
    """

    store = ""
    degraded = ""
    """What every answer says while the server is away."""
    question = "who uses the gateway"

    def __init__(self, shop: Workshop, server: S, layers: Layers, variables: Mapping[str, str]) -> None:
        self.shop, self.server, self.variables = shop, server, variables
        self.settings = replace(Settings(), layers=layers)
        self.random = Random(6)
        self.edits = 0
        self.took: list[float] = []
        self.backs: list[float] = []
        self.said: list[str] = []
        self.open = partial(app.doors, shop.workspace, self.settings, CLOCK)
        self.standing = self.open()
        """Doors that were open before: what they hold of the server may be dead."""

    @contextmanager
    def daemon(self) -> Iterator[None]:
        """What it says is read all the time, into `said`: it would wait for a reader, and tell no server meanwhile."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.variables.items():
                patch.setenv(name, value)
            process = self.shop.start()
        assert process.stdout is not None
        reading = Thread(target=lambda: self.said.extend(process.stdout or ()))
        reading.start()
        try:
            yield
        finally:
            process.terminate()
            reading.join(20)
            process.wait(20)
            process.stdout.close()

    def edit(self, count: int) -> None:
        for _ in range(count):
            day = self.random.randrange(1, 10)
            entries = [
                f"- entry {self.random.randrange(10**6)}: [[T{self.random.randrange(50)}]] uses the [[gateway]]"
                for _ in range(self.random.randrange(9))
            ]
            self.shop.write(f"memory/2026-03-0{day}.md", "\n".join(["# Log", "", *entries, ""]))
        self.edits += count

    def recall(self) -> Answer:
        """As a command asks, which opens everything anew."""
        with closing(self.open()) as doors:
            return run_blocking(ask(doors, Query(text=self.question, now=CLOCK.now())))

    def recall_again(self) -> Answer:
        """As a program asks that has been running for long."""
        return run_blocking(ask(self.standing, Query(text=self.question, now=CLOCK.now())))

    def ask(self, *, away: bool) -> list[Answer]:
        """Some answers. Of a server that is away it is kept how long they took: one that is slow, or busy, may be."""
        answers, took = [], []
        for count in range(ASKED):
            began = time.monotonic()
            answers.append(self.recall() if count % 2 else self.recall_again())
            took.append(time.monotonic() - began)
        self.took += took if away else ()
        return answers

    def stands_without_it(self, answers: Sequence[Answer]) -> None:
        """The server does not answer, and every answer says so."""
        assert all(self.degraded in said(answer) for answer in answers), [said(answer) for answer in answers]

    def settle(self) -> None:
        """Until the server was told everything there is."""
        self.shop.sync()
        began = time.monotonic()
        while self.lag().letters or not self.told():
            assert time.monotonic() - began < HANGS, (self.lag(), self.circuit(), self.said[-9:])
            time.sleep(0.05)
        self.backs.append(time.monotonic() - began)

    def lag(self) -> outbox.Lag:
        with closing(connect(self.shop.workspace.state / "index.db", readonly=True)) as connection:
            return read(connection, outbox.lag(self.store))

    def circuit(self) -> tuple[object, ...]:
        """What all processes know of the server."""
        with closing(connect(self.shop.workspace.state / "live.db", readonly=True)) as connection:
            found: tuple[object, ...] = connection.execute("SELECT * FROM circuits").fetchone()
        return found

    @abstractmethod
    def told(self) -> bool:
        """Whether the server holds exactly the entries that there are."""

    def entries(self) -> tuple[str, dict[str, int]]:
        """The epoch of the index; of each entry its id and length."""
        with closing(connect(self.shop.workspace.state / "index.db", readonly=True)) as connection:
            (epoch,) = connection.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone()
            return epoch, dict(connection.execute("SELECT id, length(text) FROM entries"))

    def close(self) -> None:
        self.standing.close()

    def figures(self) -> str:
        """What was seen, in a line."""
        took, backs = sorted(self.took), sorted(self.backs)
        return (
            f"{self.store}: {self.edits} edits, {len(took)} questions while away: "
            f"p50 {1000 * took[len(took) // 2]:.0f} ms, "
            f"p99 {1000 * percentile(took):.0f} ms, longest {1000 * took[-1]:.0f} ms; "
            f"outbox 0 after {backs[len(backs) // 2]:.1f} s, at most {backs[-1]:.1f} s"
        )


def percentile(values: Sequence[float]) -> float:
    """The 99th."""
    return sorted(values)[max(0, -(-len(values) * 99 // 100) - 1)]


def said(answer: Answer) -> str:
    """What it says was degraded."""
    return " ".join(problem.message for problem in answer.problems)


class RedisSite(Site[RedisServer]):
    store = "redis"
    degraded = "working memory is this machine's alone"

    def __init__(self, shop: Workshop, server: RedisServer) -> None:
        layers = Layers(working=WorkingServer(url=server.url))
        super().__init__(shop, server, layers, {"NEUROMEM_REDIS_URL": server.url})

    def told(self) -> bool:
        epoch, there = self.entries()
        return held(self.server, epoch) == there


def held(server: RedisServer, epoch: str) -> dict[str, int]:
    """Of each entry the server knows its id and length."""
    import redis

    from neuromem_sync.layers.scripts_redis import key

    with redis.Redis.from_url(server.url, decode_responses=True) as driver:
        found = driver.hgetall(key("ava", "entries", epoch))
    return {name: int(value.split()[1]) for name, value in found.items() if name != ":reached"}


class Neo4jSite(Site[Server]):
    store = "neo4j"
    degraded = "the index answers for the graph"

    def __init__(self, shop: Workshop, server: Server) -> None:
        login = SemanticServer(url=server.url, user=server.user, password=server.password)
        variables = {
            "NEUROMEM_NEO4J_URL": server.url,
            "NEUROMEM_NEO4J_USER": server.user,
            "NEUROMEM_NEO4J_PASSWORD": server.password,
        }
        super().__init__(shop, server, Layers(semantic=login), variables)

    def told(self) -> bool:
        epoch, there = self.entries()
        return told_to(self.server, epoch) == set(there)

    def stands_without_it(self, answers: Sequence[Answer]) -> None:
        super().stands_without_it(answers)
        assert self.around("gateway").store == "sqlite"

    def around(self, thing: str, settings: Settings | None = None) -> Related:
        """What is related to it, by the server while that is well; with other `settings` by what they name."""
        with closing(app.doors(self.shop.workspace, settings or self.settings, CLOCK)) as doors:
            return run_blocking(related(doors, thing, hops=2))


def told_to(server: Server, epoch: str) -> set[str]:
    """The ids of the statements that stand there: of one that is gone the version alone is kept."""
    from neo4j import GraphDatabase

    with GraphDatabase.driver(server.url, auth=(server.user, server.password)) as driver:
        statement = "MATCH (s:Statement {epoch: $epoch}) WHERE s.path IS NOT NULL RETURN s.id"
        records, _, _ = driver.execute_query(statement, epoch=epoch)
        return {record[0] for record in records}


Fault: TypeAlias = Callable[[Site[S]], AbstractContextManager[None]]


def through(site: Site[S], faults: Sequence[Fault[S]], edits: int, *, answering: Sequence[Fault[S]]) -> None:
    """Each fault in turn under edits; in those that are `answering` the server answers, if not as it should."""
    for fault in faults:
        site.edit(edits)
        with fault(site):
            site.edit(3)
            answers = site.ask(away=fault not in answering)
            if fault not in answering:
                site.stands_without_it(answers)


@contextmanager
def killed(site: Site[RedisServer]) -> Iterator[None]:
    site.server.kill()
    yield
    site.server.start()


@contextmanager
def restarted(site: Site[Server]) -> Iterator[None]:
    """Killed as by a power cut, and started again, which takes a Neo4j seconds."""
    site.server.kill()
    yield
    brought_back(site.server)


def brought_back(server: Server) -> None:
    """Started again, until it answers."""
    server.again()
    while not server.answers():
        time.sleep(0.1)


@contextmanager
def paused(site: Site[S]) -> Iterator[None]:
    site.server.pause()
    yield
    site.server.resume()


def cuts(network: Network) -> tuple[Fault[S], ...]:
    """How a network fails that may: packets vanish on connections that stand and on new ones, or the cable is out."""
    if not isinstance(network, Cable):
        return ()

    @contextmanager
    def dropped(_site: Site[S]) -> Iterator[None]:
        network.drop()
        yield
        network.let_through()

    @contextmanager
    def pulled(_site: Site[S]) -> Iterator[None]:
        network.pull()
        yield
        network.plug()

    return dropped, pulled
