"""A real Redis that fails in every way, under edits and questions: nothing is lost, and no question waits for it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from threading import Thread

import pytest
import redis

from neuromem_sync import app, outbox
from neuromem_sync.answer import ask, run_blocking
from neuromem_sync.config import Settings
from neuromem_sync.finding import Code
from neuromem_sync.layers.scripts_redis import key
from neuromem_sync.query import Query
from neuromem_sync.servers import Layers, WorkingServer
from neuromem_sync.sqlite import connect, read
from tests.servers import PASSWORD, RedisServer, redis_server
from tests.workshop import CLOCK, Workshop

__all__ = ["redis_server"]

BACK = 30.0
"""Seconds within which a server that is back holds everything again."""
RECALL = 0.25


class Site:
    """A workspace whose working memory is on a server, and a daemon that tells it."""

    def __init__(self, shop: Workshop, server: RedisServer) -> None:
        self.shop = shop
        self.server = server
        self.settings = with_redis(server.url)
        self.random = Random(6)
        self.slowest = 0.0
        self.said: list[str] = []

    @contextmanager
    def daemon(self) -> Iterator[None]:
        """What it says is read all the time, into `said`: it would wait for a reader, and tell no server meanwhile."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NEUROMEM_REDIS_URL", self.server.url)
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
            lines = [f"- entry {self.random.randrange(10**6)} of the gateway" for _ in range(self.random.randrange(9))]
            self.shop.write(f"memory/2026-03-0{day}.md", "\n".join(["# Log", "", *lines, ""]))

    def recall(self) -> tuple[str, ...]:
        """The problems an answer names."""
        with closing(app.doors(self.shop.workspace, self.settings, CLOCK)) as doors:
            run_blocking(doors.prove())
            began = time.monotonic()
            answer = run_blocking(ask(doors, Query(text="gateway", now=CLOCK.now()), stale_ok=True))
            self.slowest = max(self.slowest, time.monotonic() - began)
        return tuple(problem.message for problem in answer.problems)

    def settle(self) -> None:
        """Until the server was told everything."""
        self.shop.sync()
        deadline = time.monotonic() + BACK
        while not self.told():
            assert time.monotonic() < deadline, (self.lag(), self.circuit())
            time.sleep(0.05)

    def lag(self) -> outbox.Lag:
        with closing(connect(self.shop.workspace.state / "index.db", readonly=True)) as connection:
            return read(connection, outbox.lag("redis"))

    def circuit(self) -> tuple[object, ...]:
        """What all processes know of the server."""
        with closing(connect(self.shop.workspace.state / "live.db", readonly=True)) as connection:
            found: tuple[object, ...] = connection.execute("SELECT * FROM circuits").fetchone()
        return found

    def told(self) -> bool:
        """Whether the server holds exactly the entries that there are, each as long as it is."""
        if self.lag().letters:
            return False
        with closing(connect(self.shop.workspace.state / "index.db", readonly=True)) as connection:
            there = dict(connection.execute("SELECT id, length(text) FROM entries"))
            (epoch,) = connection.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone()
        return held(self.server, epoch) == there


def held(server: RedisServer, epoch: str) -> dict[str, int]:
    with redis.Redis.from_url(server.url, decode_responses=True) as driver:
        found = driver.hgetall(key("ava", "entries", epoch))
    return {name: int(value.split()[1]) for name, value in found.items() if name != ":reached"}


def with_redis(url: str) -> Settings:
    return replace(Settings(), layers=Layers(working=WorkingServer(url=url)))


@pytest.fixture
def site(tmp_path: Path, redis_server: RedisServer) -> Site:
    return Site(Workshop(tmp_path), redis_server)


def kill(site: Site) -> None:
    site.server.kill()
    site.edit(3)
    site.recall()
    site.server.start()


def pause(site: Site) -> None:
    site.server.pause()
    site.edit(3)
    assert any("this machine's alone" in problem for problem in site.recall())
    site.recall()
    site.server.resume()


def empty(site: Site) -> None:
    site.server.command("FLUSHALL")
    site.edit(1)


def fill(site: Site) -> None:
    site.server.command("CONFIG", "SET", "maxmemory", "1")
    site.edit(2)
    site.recall()
    site.server.command("CONFIG", "SET", "maxmemory", "0")


def evict(site: Site) -> None:
    site.server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    fill(site)
    site.server.command("CONFIG", "SET", "maxmemory-policy", "noeviction")


def follow(site: Site) -> None:
    site.server.command("REPLICAOF", "127.0.0.1", "1")
    site.edit(2)
    site.recall()
    site.server.command("REPLICAOF", "NO", "ONE")


def lock_out(site: Site) -> None:
    site.server.command("CONFIG", "SET", "requirepass", "another")
    site.edit(2)
    site.recall()
    site.server.command("CONFIG", "SET", "requirepass", PASSWORD, password="another")


FAULTS: tuple[Callable[[Site], None], ...] = (kill, pause, empty, fill, evict, follow, lock_out)


def test_each_fault_once_and_nothing_is_lost(site: Site) -> None:
    site.edit(5)
    with site.daemon():
        for fault in FAULTS:
            fault(site)
            site.edit(2)
            site.recall()
        site.settle()
    assert site.slowest < 2 * RECALL  # a single question may have waited, on a machine that is busy
    assert not site.shop.verify().differences


@pytest.mark.long
def test_fifty_kills_and_ten_pauses_under_twenty_thousand_edits(site: Site) -> None:
    took: list[float] = []
    with site.daemon():
        for fault in [kill] * 50 + [pause] * 10 + [empty, fill, evict, follow, lock_out]:
            site.edit(20_000 // 65)
            site.slowest = 0.0
            fault(site)
            took.append(site.slowest)
            site.recall()
        site.settle()
    assert sorted(took)[int(len(took) * 0.99) - 1] <= 2 * RECALL
    assert not site.shop.verify().differences


def test_health_says_how_a_server_is_and_never_its_password(site: Site) -> None:
    site.edit(1)
    site.shop.sync()

    def found(code: Code) -> str:
        report = app.health(site.shop.workspace, site.settings, CLOCK)
        (finding,) = [each for each in report.findings if each.code is code]
        assert PASSWORD not in finding.message + finding.hint
        return finding.message

    app.project(site.shop.workspace, site.settings, CLOCK, 10.0)
    assert re.match(r"redis \(\w+ \d+\.\d+\.\d+\) answers in \d+\.\d ms, in step", found(Code.SERVER))
    site.edit(3)
    site.shop.sync()
    assert "behind" in found(Code.SERVER_LAGS)
    site.server.kill()
    assert "cannot be reached" in found(Code.SERVER_AWAY)


def test_a_sync_without_a_daemon_tells_the_server_in_bounded_time(site: Site) -> None:
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


def test_no_password_is_in_the_state_folder_or_in_what_is_printed(site: Site) -> None:
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


def test_a_comparison_touches_nothing_on_a_server(site: Site) -> None:
    site.edit(2)
    site.shop.sync()
    assert not app.verify(site.shop.workspace, site.settings, CLOCK).differences
    assert site.server.command("EXISTS", key("ava", "touched")) == b":0"


def test_two_machines_share_touches_and_agents_share_nothing(tmp_path: Path, redis_server: RedisServer) -> None:
    settings = with_redis(redis_server.url)
    one, two, stranger = (Workshop(tmp_path / name) for name in ("one", "two", "three"))
    stranger.workspace = replace(stranger.workspace, agent="bo")
    for shop in (one, two, stranger):
        shop.write("mind/NOTES.md", "# Notes\n\nThe gateway of 2019 moved behind the proxy\n")
        shop.sync()
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
