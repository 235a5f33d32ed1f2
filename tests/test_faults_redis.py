"""A real Redis that fails in every way, under edits and questions: nothing is lost, and no question waits for it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import pytest

from neuromem_sync import app
from neuromem_sync.answer import ask, run_blocking
from neuromem_sync.config import Settings
from neuromem_sync.finding import Code
from neuromem_sync.layers.scripts_redis import key
from neuromem_sync.query import Query
from neuromem_sync.servers import Layers, WorkingServer
from tests import sites
from tests.network import Network, cable, cable_if_allowed
from tests.servers import PASSWORD, RedisServer, redis_server, serving
from tests.sites import BACK, RECALL, Fault, RedisSite, Site, cuts, killed, paused, percentile, said
from tests.workshop import CLOCK, Workshop

__all__ = ["redis_server"]
pytestmark = pytest.mark.embedded("the server that fails is its own")


def with_redis(url: str) -> Settings:
    return replace(Settings(), layers=Layers(working=WorkingServer(url=url)))


@pytest.fixture
def site(tmp_path: Path, redis_server: RedisServer) -> Iterator[RedisSite]:
    with closing(RedisSite(Workshop(tmp_path), redis_server)) as site:
        yield site


@contextmanager
def at(network: Network, folder: Path) -> Iterator[RedisSite]:
    """A site whose server is there."""
    for server in serving(folder / "redis", network=network):
        with closing(RedisSite(Workshop(folder), server)) as site:
            yield site


@contextmanager
def emptied(site: Site[RedisServer]) -> Iterator[None]:
    site.server.command("FLUSHALL")
    yield


@contextmanager
def full(site: Site[RedisServer]) -> Iterator[None]:
    site.server.command("CONFIG", "SET", "maxmemory", "1")
    yield
    site.server.command("CONFIG", "SET", "maxmemory", "0")


@contextmanager
def evicting(site: Site[RedisServer]) -> Iterator[None]:
    site.server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    with full(site):
        yield
    site.server.command("CONFIG", "SET", "maxmemory-policy", "noeviction")


@contextmanager
def following(site: Site[RedisServer]) -> Iterator[None]:
    site.server.command("REPLICAOF", "127.0.0.1", "1")
    yield
    site.server.command("REPLICAOF", "NO", "ONE")


@contextmanager
def locked(site: Site[RedisServer]) -> Iterator[None]:
    site.server.command("CONFIG", "SET", "requirepass", "another")
    yield
    site.server.command("CONFIG", "SET", "requirepass", PASSWORD, password="another")


OTHERS: tuple[Fault[RedisServer], ...] = (emptied, full, evicting, following, locked)
"""Here the server answers, and is not what it should be."""
through = partial(sites.through, answering=OTHERS)


def test_each_fault_once_and_nothing_is_lost(site: RedisSite) -> None:
    with site.daemon():
        through(site, (killed, paused, *OTHERS), 5)
        site.settle()
    assert percentile(site.took) <= 2 * RECALL  # of 16 questions this is the slowest, on a machine that is busy
    assert not site.shop.verify().differences


def test_packets_that_vanish_cost_lag_and_nothing_else(tmp_path: Path) -> None:
    with cable() as network, at(network, tmp_path) as site, site.daemon():
        for cut in cuts(network):
            site.settle()
            site.recall_again()
            through(site, (cut,), 5)
        site.settle()
        assert site.degraded not in said(site.recall())
        assert percentile(site.took) <= 2 * RECALL
        assert not site.shop.verify().differences


@pytest.mark.long
def test_fifty_kills_and_ten_pauses_under_twenty_thousand_edits(tmp_path: Path) -> None:
    with cable_if_allowed() as network, at(network, tmp_path) as site, site.daemon():
        faults = [killed] * 50 + [paused] * 10 + list(cuts(network)) * 5 + list(OTHERS) * 2
        site.random.shuffle(faults)
        for fault in faults:
            through(site, (fault,), 20_000 // len(faults) + 1)
            if site.random.random() < 0.2:
                site.settle()
        site.settle()
        print(site.figures())
        assert site.edits >= 20_000
        assert percentile(site.took) <= RECALL, site.figures()
        assert max(site.backs) <= BACK, site.figures()
        assert not site.shop.verify().differences


def test_health_says_how_a_server_is_and_never_its_password(site: RedisSite) -> None:
    site.edit(1)
    site.shop.sync()

    def found(code: Code) -> str:
        report = app.health(site.shop.workspace, site.settings, CLOCK)
        (finding,) = [each for each in report.findings if each.code is code]
        assert PASSWORD not in finding.message + finding.hint
        return finding.message

    app.project(site.shop.workspace, site.settings, CLOCK, 10.0)
    assert re.match(r"\w+ \d+\.\d+\.\d+ answers in \d+\.\d ms, in step", found(Code.SERVER))
    site.edit(3)
    site.shop.sync()
    assert "behind" in found(Code.SERVER_LAGS)
    site.server.kill()
    assert "cannot be reached" in found(Code.SERVER_AWAY)


def test_a_sync_without_a_daemon_tells_the_server_in_bounded_time(site: RedisSite) -> None:
    site.edit(4)
    site.shop.sync()
    (drained,) = app.project(site.shop.workspace, site.settings, CLOCK, 5.0)
    assert (drained.lag.letters, drained.reason) == (0, "")
    assert site.told()
    site.server.pause()
    site.edit(2)
    site.shop.sync()
    began = time.monotonic()
    (drained,) = app.project(site.shop.workspace, site.settings, CLOCK, 5.0)
    assert drained.reason.endswith("does not answer in time")
    assert time.monotonic() - began < 2.0


def test_no_password_is_in_the_state_folder_or_in_what_is_printed(site: RedisSite) -> None:
    site.edit(2)
    with site.daemon():
        site.settle()
        site.server.kill()
        site.edit(2)
        while not any("event=server" in line for line in site.said):
            time.sleep(0.01)
    said = "".join(site.said)
    url = subprocess.run(
        [sys.executable, "-m", "neuromem_sync", "config"],
        env={**os.environ, "NEUROMEM_REDIS_URL": site.server.url}, stdout=subprocess.PIPE, check=True,
    ).stdout  # fmt: skip
    kept = b"".join(path.read_bytes() for path in site.shop.home.rglob("*") if path.is_file())
    for secret in (PASSWORD.encode(), b"s3same"):
        assert secret not in kept
        assert secret not in url
        assert secret not in said.encode()


def test_a_comparison_touches_nothing_on_a_server(site: RedisSite) -> None:
    site.edit(2)
    site.shop.sync()
    assert not app.verify(site.shop.workspace, site.settings, CLOCK).differences
    assert site.server.command("EXISTS", key("ava", "touched")) == b":0"


def untouched(shop: Workshop) -> None:
    """What was just written counts as touched, and a server that knows of no touch is told so."""
    (shop.workspace.state / "live.db").unlink()


def test_two_machines_share_touches_and_agents_share_nothing(tmp_path: Path, redis_server: RedisServer) -> None:
    settings = with_redis(redis_server.url)
    one, two, stranger = (Workshop(tmp_path / name) for name in ("one", "two", "three"))
    stranger.workspace = replace(stranger.workspace, agent="bo")
    for shop in (one, two, stranger):
        shop.write("mind/NOTES.md", "# Notes\n\nThe gateway of 2019 moved behind the proxy\n")
        shop.sync()
        untouched(shop)
        app.project(shop.workspace, settings, CLOCK, 5.0)

    def recalled(shop: Workshop) -> int:
        with closing(app.doors(shop.workspace, settings, CLOCK)) as doors:
            run_blocking(ask(doors, Query(text="gateway", now=CLOCK.now())))
            return len(run_blocking(doors.working()))

    assert (recalled(one), recalled(two)) == (0, 1)  # the second recall was on the other machine
    assert recalled(stranger) == 0


@pytest.mark.parametrize("queries", [400, pytest.param(100_000, marks=pytest.mark.long)])  # of eight agents
def test_no_agent_ever_meets_what_another_one_touched(queries: int, tmp_path: Path, redis_server: RedisServer) -> None:
    """Each has the same notes, so the same ids, and a note of its own: what one touches must be cold for the others."""
    settings = with_redis(redis_server.url)
    names = [f"agent{number}" for number in range(8)]
    ways, own = {}, {}
    for name in names:
        shop = Workshop(tmp_path / name)
        shop.workspace = replace(shop.workspace, agent=name)
        shop.write("mind/NOTES.md", f"# Notes\n\n- the gateway is behind the proxy\n\n- canary of {name}\n")
        shop.sync()
        untouched(shop)
        app.project(shop.workspace, settings, CLOCK, 5.0)
        own[name] = shop.ids()
        ways[name] = app.doors(shop.workspace, settings, CLOCK)
    random, busy = Random(8), names[0]
    try:
        for _ in range(queries):
            name = random.choice(names)
            text = "canary" if name == busy else f"proxy {random.randrange(9)}"
            run_blocking(ask(ways[name], Query(text=text, limit=1, now=CLOCK.now()), stale_ok=True))
            held = ways[name].touches.touched(CLOCK.now())
            assert not ways[name].touches.problems
            assert set(held) <= set(own[name].values())
            mine = own[name][f"- canary of {name}"]
            assert (mine in held) <= (name == busy)
    finally:
        for each in ways.values():
            each.close()
