"""A real Neo4j that fails in every way, under edits and questions: nothing is lost, and no question waits for it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, LiteralString

import pytest

from neuromem_sync.config import Settings
from tests import sites
from tests.missing import left_out
from tests.neo4j_server import Server, lacking, started, take_possession
from tests.network import LOOPBACK, Network, cable, cable_if_allowed
from tests.sites import BACK, RECALL, Fault, Neo4jSite, Site, brought_back, cuts, paused, percentile, restarted
from tests.workshop import Workshop

pytestmark = pytest.mark.embedded("the server that fails is its own")

THINGS = ("gateway", *(f"T{number}" for number in range(0, 50, 7)))


@contextmanager
def at(network: Network, folder: Path) -> Iterator[Neo4jSite]:
    """A site whose server is there."""
    if lack := lacking():
        left_out(lack)
    server = started(folder, network)
    try:
        with closing(Neo4jSite(Workshop(folder / "site"), server)) as site:
            yield site
    finally:
        server.resume()
        server.kill()


def tell(server: Server, statement: LiteralString, **values: Any) -> None:
    """As whoever runs the server."""
    from neo4j import GraphDatabase

    with GraphDatabase.driver(server.url, auth=(server.user, server.password)) as driver, driver.session() as session:
        session.run(statement, values).consume()


@contextmanager
def emptied(site: Site[Server]) -> Iterator[None]:
    tell(site.server, "MATCH (n) CALL { WITH n DETACH DELETE n } IN TRANSACTIONS OF 500 ROWS")
    yield


@contextmanager
def replaced(site: Site[Server]) -> Iterator[None]:
    """By one that has nothing, neither data nor schema, at the same place."""
    site.server.kill()
    yield
    shutil.rmtree(site.server.home / "data")
    site.server.again()
    take_possession(site.server)


@contextmanager
def locked(site: Site[Server]) -> Iterator[None]:
    """The password is another one."""
    change: LiteralString = "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED"
    known = site.server.password
    tell(site.server, change, password="another-password")
    site.server.password = "another-password"
    yield
    tell(site.server, change, password=known)
    site.server.password = known


@contextmanager
def read_only(site: Site[Server]) -> Iterator[None]:
    configuration = site.server.home / "neo4j.conf"
    given = configuration.read_text()
    configuration.write_text(f"{given}server.databases.default_to_read_only=true\n")
    site.server.kill()
    site.server.again()
    yield
    configuration.write_text(given)
    site.server.kill()
    brought_back(site.server)


@contextmanager
def held_up(site: Site[Server]) -> Iterator[None]:
    """Somebody else's transaction holds what ours has to write."""
    from neo4j import GraphDatabase

    with (
        GraphDatabase.driver(site.server.url, auth=(site.server.user, site.server.password)) as driver,
        driver.session() as session,
        session.begin_transaction() as tx,
    ):
        tx.run("MATCH (e:Epoch) SET e.held = true").consume()
        yield
        tx.rollback()


@contextmanager
def without_schema(site: Site[Server]) -> Iterator[None]:
    """As another version of ours might have left it."""
    for kind, names in (("CONSTRAINT", ("statement", "epoch")), ("INDEX", ("text", "agent"))):
        for name in names:
            tell(site.server, f"DROP {kind} neuromem_{name} IF EXISTS")  # type: ignore[arg-type]
    yield


OTHERS: tuple[Fault[Server], ...] = (emptied, locked, read_only, held_up, without_schema)
"""Here the server answers, and is not what it should be."""
through = partial(sites.through, answering=OTHERS)


def agree(site: Neo4jSite) -> None:
    """The server says of everything what the index says; one that has just come up is too slow for a while."""
    for thing in THINGS:
        began = time.monotonic()
        while (served := site.around(thing)).store != "neo4j":
            assert time.monotonic() - began < BACK, served.problems
            time.sleep(0.2)
        own = site.around(thing, Settings())
        assert [(each.key, each.via) for each in served.things] == [(each.key, each.via) for each in own.things]


def settled(site: Neo4jSite) -> None:
    site.settle()
    agree(site)
    assert not site.lag().dead
    assert not site.shop.verify().differences


def test_each_fault_once_and_nothing_is_lost(tmp_path: Path) -> None:
    with at(LOOPBACK, tmp_path) as site, site.daemon():
        site.edit(5)
        site.settle()
        site.recall_again()
        through(site, (paused, *OTHERS, replaced), 5)
        settled(site)
        assert percentile(site.took) <= 2 * RECALL  # of 16 questions this is the slowest, on a machine that is busy


def test_packets_that_vanish_cost_lag_and_nothing_else(tmp_path: Path) -> None:
    with cable() as network, at(network, tmp_path) as site, site.daemon():
        for cut in cuts(network):
            site.edit(5)
            site.settle()
            site.recall_again()
            through(site, (cut,), 5)
        settled(site)
        assert percentile(site.took) <= 2 * RECALL


@pytest.mark.long
def test_twenty_kills_and_ten_pauses_under_twenty_thousand_edits(tmp_path: Path) -> None:
    with cable_if_allowed() as network, at(network, tmp_path) as site, site.daemon():
        site.edit(5)
        site.settle()
        site.recall_again()
        faults = [restarted] * 20 + [paused] * 10 + list(cuts(network)) * 5 + [*OTHERS, replaced] * 2
        site.random.shuffle(faults)
        for fault in faults:
            through(site, (fault,), 20_000 // len(faults) + 1)
            if site.random.random() < 0.2:
                site.settle()
        settled(site)
        print(site.figures())
        assert site.edits >= 20_000
        assert percentile(site.took) <= RECALL, site.figures()
        assert max(site.backs) <= BACK, site.figures()
