"""Recall through the Python API without looking at the files: planted facts, and questions of any words.

Freshness is priced in editing.py.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

from benchmarks import floors
from benchmarks.bench import Bench, milliseconds
from benchmarks.generate import Needle
from benchmarks.table import Row, quantile, spread
from benchmarks.words import Vocabulary
from neuromem_sync.memory import Memory

Place = tuple[str, int]


def measure(bench: Bench) -> Iterator[Row]:
    needles = bench.made.needles
    asked = [needle.query for needle in needles]
    anything = _questions(200)
    bench.neuromem("sync", str(bench.root))
    taken, found = asyncio.run(_recall(bench.root, asked))
    any_taken, _ = asyncio.run(_recall(bench.root, anything))
    with closing(floors.StockSearch(bench.root, bench.place / "stock.db")) as stock:
        plain = [milliseconds(stock.best, query, "AND") for query in asked]
        plain_found = [stock.best(query, "AND") for query in asked]
        disjunct = [milliseconds(stock.best, query, "OR") for query in anything]
    name = "recall top-10, selective queries"
    yield from spread(name, taken, goals=(1, 4), floor=quantile(plain, 0.5), floor_name="stock FTS5 AND")
    yield Row(
        name=f"{name}, hit@10",
        value=_rate(needles, found),
        unit="",
        floor=_rate(needles, plain_found),
        floor_name="stock FTS5 AND",
        note="goal: at least .97",
    )
    name = "recall top-10, any query, all layers"
    yield from spread(name, any_taken, goals=(10, 25), floor=quantile(disjunct, 0.5), floor_name="stock FTS5 OR")
    grep = [milliseconds(floors.grep, bench.root, query.split()[0]) for query in asked[:5]]
    yield Row(name="for comparison: grep for a word", value=quantile(grep, 0.5))


async def _recall(root: Path, queries: Sequence[str]) -> tuple[list[float], list[list[Place]]]:
    taken, found = [], []
    async with Memory.open(agent=str(root)) as memory:
        for query in queries[:5]:
            await memory.recall(query, stale_ok=True)
        for query in queries:
            start = time.perf_counter()
            answer = await memory.recall(query, limit=10, stale_ok=True)
            taken.append((time.perf_counter() - start) * 1000)
            spans = [(hit.path, hit.entry.source.span) for hit in answer.hits]
            found.append([(path, line) for path, span in spans for line in range(span.line, span.end_line + 1)])
    return taken, found


def _rate(needles: Sequence[Needle], found: Sequence[Sequence[Place]]) -> float:
    """The share of needles whose line, or that of the heading just above it, is among the places."""
    hits = [
        any((needle.path, line) in places for line in (needle.line, needle.line - 1))
        for needle, places in zip(needles, found, strict=True)
    ]
    return floors.hit_rate(hits)


def _questions(count: int) -> list[str]:
    """One to five words as frequent as in the text itself."""
    dice = Random(9)
    vocabulary = Vocabulary(Random(1))
    return [" ".join(vocabulary.draw(1 + int(dice.random() * 5))) for _ in range(count)]
