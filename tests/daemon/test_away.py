"""A daemon whose servers hang: it rests, however much it has to tell them, and it stops at once."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from neuromem_sync import app, outbox
from neuromem_sync.config import Settings
from neuromem_sync.lock import WRITER, held
from neuromem_sync.servers import Layers, SemanticServer, WorkingServer
from neuromem_sync.sqlite import connect, read, transaction
from tests.workshop import CLOCK, Workshop, stop

pytestmark = pytest.mark.embedded("the servers that hang are its own")

STOPS = 4.0
"""Seconds in which it stops, on a machine that is busy: 1 s alone."""


@pytest.fixture
def hanging() -> Iterator[Layers]:
    """Where connections are taken and nothing is ever said."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        yield Layers(
            working=WorkingServer(url=f"redis://:p@{address}"),
            semantic=SemanticServer(url=f"bolt://{address}", password="p"),
        )


def waiting(shop: Workshop, letters: int) -> None:
    """So many letters for each of both, which were told what there was before."""
    with closing(connect(shop.workspace.state / "index.db")) as connection, transaction(connection) as tx:
        for store in ("redis", "neo4j"):
            outbox.begun(tx, store)
            tx.execute("DELETE FROM outbox WHERE store = ?", (store,))
            tx.executemany(
                "INSERT INTO outbox (store, id, generation) VALUES (?, ?, 1)",
                [(store, f"entry{number}") for number in range(letters)],
            )


@pytest.mark.parametrize(("seconds", "share"), [(4, 0.01), pytest.param(60, 0.001, marks=pytest.mark.long)])
async def test_it_rests(seconds: int, share: float, hanging: Layers, tmp_path: Path) -> None:
    """Of a processor it takes next to nothing. What is waited for first are imports, and first failures."""
    shop = Workshop(tmp_path)
    shop.write("a.md", "# A\n\n- one\n")
    shop.sync()
    projectors = app.projectors(shop.workspace, replace(Settings(), layers=hanging), CLOCK)
    waiting(shop, 20_000)
    tasks = [asyncio.create_task(each.run(lambda *_, **__: None)) for each in projectors]
    await asyncio.sleep(4)
    began = time.process_time()
    await asyncio.sleep(seconds)
    took = (time.process_time() - began) / seconds
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(*(each.close() for each in projectors))
    print(f"{100 * took:.3f} % of a processor")
    assert took < share


def test_it_stops_at_once(hanging: Layers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROMEM_REDIS_URL", hanging.working.url)
    monkeypatch.setenv("NEUROMEM_NEO4J_URL", hanging.semantic.url)
    monkeypatch.setenv("NEUROMEM_NEO4J_PASSWORD", "p")
    shop = Workshop(tmp_path)
    shop.write("a.md", "# A\n\n- one\n")
    process = shop.start()
    time.sleep(0.5)
    began = time.monotonic()
    stop(process)
    assert time.monotonic() - began < STOPS


def test_so_it_does_while_another_process_is_writing_the_index(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write("a.md", "# A\n\n- one\n")
    process = shop.start()
    with held(shop.workspace.state / WRITER):
        shop.write("a.md", "# A\n\n- two\n")
        time.sleep(0.5)
        began = time.monotonic()
        stop(process)
        assert time.monotonic() - began < STOPS


def test_a_one_shot_leaves_them_in_time_and_says_so(hanging: Layers, tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write("a.md", "# A\n\n- one\n")
    shop.sync()
    began = time.monotonic()
    redis, neo4j = app.project(shop.workspace, replace(Settings(), layers=hanging), CLOCK, 3.0)
    assert time.monotonic() - began < 3.0 + STOPS
    assert redis.reason.endswith("does not answer in time")
    assert neo4j.reason
    assert (redis.lag.letters, neo4j.lag.letters) == (1, 1)


def test_what_waits_is_read_a_batch_at_a_time(hanging: Layers, tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write("a.md", "# A\n\n- one\n")
    shop.sync()
    app.project(shop.workspace, replace(Settings(), layers=hanging), CLOCK, 1.0)
    waiting(shop, 20_000)
    with closing(connect(shop.workspace.state / "index.db", readonly=True)) as connection:
        assert len(read(connection, outbox.due("redis", CLOCK.now(), 200))) == 200
