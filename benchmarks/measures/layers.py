"""The layers' own verbs, embedded and on servers: touch and read working memory, walk the graph, match a procedure.

The graph is made up and larger than the workspace's own.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from random import Random

from benchmarks.bench import Bench, milliseconds
from benchmarks.linked import speed
from benchmarks.serve import servers
from benchmarks.table import Row, quantile
from neuromem_sync import agents
from neuromem_sync.clock import SystemClock
from neuromem_sync.config import Settings, load
from neuromem_sync.index import open_index
from neuromem_sync.layers import graph_sqlite as graph
from neuromem_sync.layers import registry
from neuromem_sync.memory import Memory
from neuromem_sync.model import Layer
from neuromem_sync.servers import Layers
from neuromem_sync.sqlite import connect, read, transaction

TIMES = 300
CLAIMED_L1, CLAIMED_L3 = 1.0, 15.0
"""Milliseconds that the predecessor claimed."""
ENTITIES, EDGES = 50_000, 500_000


def measure(bench: Bench) -> Iterator[Row]:
    bench.neuromem("sync", str(bench.root))
    workspace, _ = agents.one(str(bench.root), (), agents.registered(load()), bench.root)
    state = workspace.require().make_state()
    settings = load(bench.root)
    with closing(connect(state / "index.db", readonly=True)) as index:
        ids = [one for (one,) in index.execute("SELECT id FROM entries ORDER BY random() LIMIT ?", (TIMES,))]
    yield from _working(bench, ids, replace(settings, layers=Layers()), "embedded", (0.1, 0.05))
    with servers(bench.place) as missing:
        print(*missing, sep="\n", end="\n" if missing else "", file=sys.stderr)
        settings = load(bench.root)
        if settings.layers.working.url:
            yield from _working(bench, ids, settings, "on Redis", (CLAIMED_L1, CLAIMED_L1))
        yield from _linked()
    yield from _graph(bench)
    yield Row(
        name="L4 match (recall in the procedural layer), p50", value=quantile(asyncio.run(_matches(bench)), 0.5), goal=1
    )


def _working(bench: Bench, ids: list[str], settings: Settings, where: str, goals: tuple[float, float]) -> Iterator[Row]:
    """Touches; on a server the predecessor's claim is the goal."""
    with closing(connect(bench.place / "live.db")) as live:
        touches = registry.touches(live, settings, SystemClock(), agent="bench", epoch=lambda: "bench")
        put = [milliseconds(touches.touch, [one], time.time()) for one in ids]
        get = [milliseconds(touches.touched, time.time()) for _ in range(TIMES)]
        touches.close()
    for share in (0.5, 0.99):
        goal = goals if share == 0.5 else (None, None)
        named = f"p{share * 100:.0f}"
        yield Row(name=f"L1 put (touch an entry) {where}, {named}", value=quantile(put, share), goal=goal[0])
        yield Row(name=f"L1 get (working memory) {where}, {named}", value=quantile(get, share), goal=goal[1])


def _linked() -> Iterator[Row]:
    """The same graph in the index and on a Neo4j; beside each what asking that store for nothing takes."""
    floors: dict[str, float] = {}
    for store, what, times in speed.measured():
        floor = floors.setdefault(store, quantile(times, 0.5))
        if what == "nothing":
            continue
        where = "embedded" if store == "sqlite" else "on Neo4j"
        name = f"L3 {what} {where}"
        note = f"{speed.ENTITIES:,} entities, {speed.ENTITIES * speed.EACH:,} relations"
        yield Row(
            name=f"{name}, p50",
            value=quantile(times, 0.5),
            goal=CLAIMED_L3,
            floor=floor,
            floor_name="a statement of nothing",
            note=note,
        )
        yield Row(name=f"{name}, p99", value=quantile(times, 0.99), note=note)


def _graph(bench: Bench) -> Iterator[Row]:
    dice = Random(4)
    with closing(open_index(bench.place / "graph.db", registry.tables())) as index:
        names = [f"entity {number}" for number in range(ENTITIES)]
        # squares favour low numbers: a few hubs with thousands of relations, as in people's notes
        ends = [names[int(ENTITIES * dice.random() ** 2)] for _ in range(2 * EDGES)]
        with transaction(index):
            pairs = zip(ends[::2], ends[1::2], range(EDGES), strict=True)
            index.executemany("INSERT INTO relations VALUES (?, 'uses', ?, ?, '')", pairs)
        picked = dice.choices(names, k=2 * TIMES)
        note = f"{ENTITIES:,} entities, {EDGES:,} relations"
        for hops, goal in ((1, 0.1), (2, 2.0)):
            taken = [milliseconds(read, index, graph.neighbours([key], hops, 500)) for key in picked]
            yield Row(name=f"L3 {hops}-hop, p50", value=quantile(taken, 0.5), goal=goal, note=note)
        ways = zip(picked[::2], picked[1::2], strict=True)
        taken = [milliseconds(read, index, graph.path(*pair)) for pair in ways]
        yield Row(name="L3 path between two entities, p50", value=quantile(taken, 0.5), goal=1, note=note)


async def _matches(bench: Bench) -> list[float]:
    """Times of finding each procedure by words of its title."""
    lines = (bench.root / "mind" / "PROCEDURES.md").read_text(encoding="utf-8").split("\n")
    titles = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    taken = []
    async with Memory.open(agent=str(bench.root)) as memory:
        for at in range(TIMES):
            start = time.perf_counter()
            await memory.recall(titles[at % len(titles)], layer=Layer.PROCEDURAL, stale_ok=True)
            taken.append((time.perf_counter() - start) * 1000)
    return taken
