"""What was forgotten is on no server: not of this index, not of another one of the agent, not when it was away."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from tests.held import found, held, on_neo4j, on_redis
from tests.machines import SOON, Machine, lost
from tests.servers import RedisServer, redis_server
from tests.workshop import eventually

__all__ = ["redis_server"]

pytestmark = [
    pytest.mark.parametrize("stores", ["both"], indirect=True),
    pytest.mark.usefixtures("alone_on_servers"),
]

LOG = "memory/2026-03-01.md"
SECRET = "Bea hides the key under [[Heliotrope]]"
REST = "# 2026-03-01\n\n- 09:00 [[Gateway]] uses [[Caddy]]\n\n"


@pytest.fixture
def shop(tmp_path: Path) -> Machine:
    """It has told the servers something, and touched it."""
    shop = Machine(tmp_path / "one", "ava")
    shop.write(LOG, f"{REST}- 10:00 {SECRET}\n")
    shop.settle()
    shop.recall("heliotrope")
    shop.recall("heliotrope")
    assert found("heliotrope")
    assert shop.ids()[f"- 10:00 {SECRET}"] in on_redis()
    return shop


def forget(shop: Machine, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "neuromem_sync", "forget", str(shop.root), f"{LOG}:5", "--edit", "--yes"]
    environment = {**os.environ, "NEUROMEM_STATE": str(shop.home), **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def traces(id: str) -> set[str]:
    """What of it is still to be found on the servers."""
    everything = held().casefold()
    return {word for word in ("heliotrope", "bea hides", id) if word in everything} | {"index"} & _indexed()


def _indexed() -> set[str]:
    return {"index"} if found("heliotrope") or found("hides") else set()


@contextmanager
def kept(shop: Machine) -> Iterator[None]:
    """By a daemon, whose output is read: it would wait for a reader."""
    with shop.daemon() as process:
        Thread(target=lambda: list(process.stdout or ()), daemon=True).start()
        yield


def test_it_goes_with_the_command(shop: Machine) -> None:
    id = shop.ids()[f"- 10:00 {SECRET}"]
    done = forget(shop)
    assert (done.returncode, done.stderr) == (0, "")
    assert not traces(id)
    assert shop.things("Gateway") == {"Caddy"}


def test_beside_a_daemon_too(shop: Machine) -> None:
    id = shop.ids()[f"- 10:00 {SECRET}"]
    with kept(shop):
        done = forget(shop)
        assert (done.returncode, done.stderr) == (0, "")
        assert not traces(id)
        assert shop.things("Gateway") == {"Caddy"}
    assert not traces(id)


def test_what_a_lost_index_had_told_goes_too(shop: Machine) -> None:
    id = shop.ids()[f"- 10:00 {SECRET}"]
    lost(shop)
    shop.settle()
    assert forget(shop).returncode == 0
    assert not traces(id)


def test_a_server_that_is_away_is_named_and_forgets_when_it_is_back(shop: Machine) -> None:
    id = shop.ids()[f"- 10:00 {SECRET}"]
    done = forget(shop, NEUROMEM_NEO4J_URL="bolt://127.0.0.1:9")
    assert done.returncode == 1
    assert "neo4j still holds it: Neo4j at bolt://127.0.0.1:9 cannot be reached" in done.stdout
    assert "as soon as it can be" in done.stdout
    assert "heliotrope" not in on_redis() + done.stderr
    assert id not in on_redis()
    assert "Heliotrope" in on_neo4j()
    with kept(shop):
        assert eventually(lambda: not traces(id), SOON)
        assert shop.things("Gateway") == {"Caddy"}


def test_one_that_is_switched_off_is_named_and_forgets_when_it_is_on_again(shop: Machine) -> None:
    id = shop.ids()[f"- 10:00 {SECRET}"]
    done = forget(shop, NEUROMEM_REDIS_URL="")
    assert done.returncode == 1
    assert "redis still holds it: no setting names it" in done.stdout
    assert id in on_redis()
    shop.settle()
    assert not traces(id)


def test_one_that_hangs_keeps_nobody_for_long(
    shop: Machine, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROMEM_REDIS_URL", redis_server.url)
    shop.settle()
    redis_server.pause()
    done = forget(shop)
    redis_server.resume()
    assert done.returncode == 1
    assert "redis still holds it" in done.stdout
    shop.settle()
    assert not traces(shop.ids().get(f"- 10:00 {SECRET}", "heliotrope"))


def test_what_was_not_edited_is_kept_where_it_is(shop: Machine) -> None:
    before = on_neo4j()
    command = [sys.executable, "-m", "neuromem_sync", "forget", str(shop.root), f"{LOG}:5"]
    environment = {**os.environ, "NEUROMEM_STATE": str(shop.home)}
    assert subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False).returncode == 1
    assert on_neo4j() == before
