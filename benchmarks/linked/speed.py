"""`python -m benchmarks.linked.speed`: the graph of the index and that of a server, asked the same.

20,000 entities and 80,000 relations, every entry stating four. The server is the one the environment names.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from neuromem_sync import index
from neuromem_sync.changes import EntryChange, FileState
from neuromem_sync.clock import SystemClock
from neuromem_sync.config import load
from neuromem_sync.layers import graph_sqlite
from neuromem_sync.layers.asking_neo4j import Asking
from neuromem_sync.layers.graph import Graph
from neuromem_sync.layers.graph_neo4j import Neo4jGraph
from neuromem_sync.layers.projection import Projected
from neuromem_sync.layers.registry import circuit, projections, tables
from neuromem_sync.model import Entry, Kind, Layer, Relation, Source, Span
from neuromem_sync.sqlite import read, transaction

ENTITIES, EACH, ASKED = 20_000, 4, 200
WARM = 20
"""Questions that are not counted: a server plans each kind once."""
PATIENT = 30.0
"""Seconds a question may take here; elsewhere it is then given to the index."""
AGENT = "benchmark"


def entries(dice: random.Random) -> list[Entry]:
    found = []
    for number in range(ENTITIES):
        others = [f"n{dice.randrange(ENTITIES)}" for _ in range(EACH)]
        span = Span(start=number * 100, end=number * 100 + 50, line=number + 1, end_line=number + 1)
        relations = tuple(Relation(subject=f"n{number}", kind="uses", object=other) for other in others)
        found.append(
            Entry(
                layer=Layer.SEMANTIC,
                kind=Kind.RELATION,
                text=f"n{number} uses {', '.join(others)}",
                id=f"e{number}",
                source=Source(path="n.md", span=span),
                relations=relations,
            )
        )
    return found


def main() -> None:
    for store, what, times in measured():
        print(f"{store:8} {what:10} p50 {statistics.median(times):6.2f} p99 {percentile(times):6.2f} ms")


def measured() -> Iterator[tuple[str, str, list[float]]]:
    """Of each store the milliseconds of what it does; of `nothing` first, what asking it costs at the least."""
    dice = random.Random(3)
    made = entries(dice)
    with tempfile.TemporaryDirectory() as folder, closing(index.open_index(Path(folder) / "i.db", tables())) as opened:
        put(opened, made)
        epoch = read(opened, index.meta("epoch")) or ""
        for graph, nothing in stores(Path(folder), opened):
            yield graph.name, "nothing", [timed(nothing) for _ in range(WARM + ASKED)][WARM:]
            one = [replace(each, id=f"{each.id} again") for each in made[:ASKED]]
            embedded = graph is graph_sqlite
            yield graph.name, "put", [timed(put, opened, [each]) for each in one] if embedded else filled(epoch, made)
            for name, ask in questions(graph, dice).items():
                times = [timed(lambda ask=ask: read(opened, ask())) for _ in range(WARM + ASKED)][WARM:]
                yield graph.name, name, times
            graph.close()
        asyncio.run(clear())


def put(opened: sqlite3.Connection, made: Sequence[Entry]) -> None:
    """One commit, as a cycle makes it."""
    with transaction(opened) as tx:
        writer = index.Writer(tx, tables())
        state = FileState(path="n.md", dev=0, ino=0, size=0, mtime_ns=0, ctime_ns=0)
        document = writer.put_document(state, "note", racy=False, unverified=None)
        writer.apply([EntryChange(key=writer.next_key(), old=None, new=each) for each in made], {"n.md": document})


def stores(state: Path, opened: sqlite3.Connection) -> Iterator[tuple[Graph, Callable[[], object]]]:
    """Each with what asks it for nothing."""
    yield graph_sqlite, lambda: opened.execute("SELECT 1").fetchall()
    login = load().layers.semantic
    if login.url:
        asking = Asking(login, lambda: circuit(state, "neo4j"), SystemClock(), PATIENT)
        yield Neo4jGraph(asking, AGENT), partial(asking, "RETURN 1")


def questions(graph: Graph, dice: random.Random) -> dict[str, Callable[[], object]]:
    def some() -> str:
        return f"n{dice.randrange(ENTITIES)}"

    found: dict[str, Callable[[], object]] = {
        f"{hops} hops": lambda hops=hops: graph.neighbours([some()], hops, 2000) for hops in (1, 2, 3)
    }
    return {**found, "path": lambda: graph.path(some(), some())}


def filled(epoch: str, made: Sequence[Entry]) -> list[float]:
    """The server has all of it; milliseconds of telling it one entry more."""
    return asyncio.run(_fill(epoch, made))


async def _fill(epoch: str, made: Sequence[Entry]) -> list[float]:
    times: list[float] = []
    for store in (each for each in projections(load()) if each.name == "neo4j"):
        await store.clear(AGENT)
        await store.begin(epoch, AGENT)
        rows = [Projected(id=each.id, version=1, entry=each, key=key) for key, each in enumerate(made, 1)]
        await store.project(epoch, AGENT, rows)
        for number in range(ASKED):
            one = [Projected(id=f"e{number}", version=2, entry=made[number], key=number + 1)]
            begun = time.perf_counter()
            await store.project(epoch, AGENT, one)
            times.append((time.perf_counter() - begun) * 1000)
        await store.close()
    return times


async def clear() -> None:
    for store in projections(load()):
        await store.clear(AGENT)
        await store.close()


def timed(ask: Callable[..., object], *given: object) -> float:
    begun = time.perf_counter()
    ask(*given)
    return (time.perf_counter() - begun) * 1000


def percentile(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


if __name__ == "__main__":
    main()
