"""A real Neo4j that is killed and stopped under edits and questions: nothing is lost, and no question waits for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from neuromem_sync import app, outbox
from neuromem_sync.answer import run_blocking
from neuromem_sync.config import Settings
from neuromem_sync.related import Related, related
from neuromem_sync.servers import Layers, SemanticServer
from neuromem_sync.sqlite import connect, read
from tests.neo4j_server import Server, lacking, started
from tests.workshop import CLOCK, Workshop

BACK = 30.0
"""Seconds within which a server that is back holds everything again."""
AWAY = 1.0
"""Seconds that a question takes at most while it is away, its proof of freshness included."""


class Site:
    """A workspace whose graph is on a server that is its own to end."""

    def __init__(self, shop: Workshop, server: Server) -> None:
        self.shop, self.server = shop, server
        login = SemanticServer(url=server.url, user=server.user, password=server.password)
        self.settings = replace(Settings(), layers=Layers(semantic=login))
        self.edits = 0

    def edit(self) -> None:
        self.edits += 1
        self.shop.write(f"N{self.edits % 7}.md", f"# N{self.edits % 7}\n\n- uses [[T{self.edits}]]\n")
        self.shop.sync()

    def drain(self, seconds: float = 10.0) -> None:
        app.project(self.shop.workspace, self.settings, CLOCK, seconds)

    def lag(self) -> int:
        with closing(connect(self.shop.workspace.state / "index.db", readonly=True)) as connection:
            return read(connection, outbox.lag("neo4j")).letters

    def settle(self) -> None:
        deadline = time.monotonic() + BACK
        self.drain()  # the first one switches the server on
        while self.lag():
            assert time.monotonic() < deadline, self.lag()
            self.drain()

    def related(self, entity: str) -> Related:
        with closing(app.doors(self.shop.workspace, self.settings, CLOCK)) as doors:
            return run_blocking(related(doors, entity, hops=1))

    def agree(self) -> None:
        """The server says of everything what the index says."""
        for name in (f"N{number}" for number in range(7)):
            served = self.from_server(name)
            with closing(app.doors(self.shop.workspace, Settings(), CLOCK)) as doors:
                own = run_blocking(related(doors, name, hops=1))
            assert [(thing.key, thing.via) for thing in served.things] == [
                (thing.key, thing.via) for thing in own.things
            ]

    def from_server(self, name: str) -> Related:
        """A server that has just come up takes longer for its first questions than a question waits."""
        deadline = time.monotonic() + BACK
        while (found := self.related(name)).store != "neo4j":
            assert time.monotonic() < deadline, found.problems
            time.sleep(0.2)
        return found


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    if lack := lacking():
        pytest.skip(lack)
    server = started(tmp_path)
    yield Site(Workshop(tmp_path), server)
    server.resume()
    server.kill()


def killed_and_stopped(site: Site, times: int) -> None:
    for _ in range(times):
        for away, back in ((site.server.kill, site.server.again), (site.server.pause, site.server.resume)):
            site.edit()
            site.settle()
            away()
            site.edit()
            began = time.monotonic()
            found = site.related(f"N{site.edits % 7}")
            assert time.monotonic() - began < AWAY
            assert found.store == "sqlite"
            assert [thing.key for thing in found.things] == [f"t{site.edits}"]
            assert "the index answered for the graph" in found.problems[0].message
            back()
            site.settle()
    site.agree()


@pytest.mark.long
def test_killed_and_stopped_it_catches_up_and_nobody_waits(site: Site) -> None:
    killed_and_stopped(site, 20)


def test_killed_and_stopped_once(site: Site) -> None:
    killed_and_stopped(site, 1)
