"""A first consolidation of everything, answers while one runs, and one after each of some more days of logs.

Each is a process of its own, so that its memory is its own. Nothing is written: `--dry-run`.
"""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from hashlib import blake2b
from itertools import cycle

from benchmarks.bench import Bench, Ended, milliseconds
from benchmarks.generate import LAST_DAY, Author, log
from benchmarks.table import Row, quantile, spread
from neuromem_sync.daemon.grooming import NICE
from neuromem_sync.memory import Memory
from neuromem_sync.sqlite import connect

DAY = 27
"""Entries of another day's log, as many as a day of the made-up logs has."""
PAUSE = 0.1
"""Seconds from an answer to the next question."""


def measure(bench: Bench, days: int = 5) -> Iterator[Row]:
    bench.neuromem("sync", str(bench.root))
    reading = milliseconds(_read_and_hash, bench) / 1000
    first = _groom(bench)
    name = f"first consolidation, {bench.made.files:,} files, {bench.made.entries:,} entries"
    yield Row(name=name, value=first.seconds, unit="s", goal=60, floor=reading, floor_name="read and hash the texts")
    yield Row(name="the same, time of the processor", value=first.processor, unit="s")
    yield Row(name="first consolidation, peak memory", value=first.peak, unit="MB", goal=300)
    yield from spread("recall while a first consolidation runs", asyncio.run(_meanwhile(bench)), goals=(None, None))

    author = Author(seed=4)
    nights = []
    for number in range(1, days + 1):
        page = log(author, LAST_DAY + timedelta(number), "-night", DAY)
        page.write(bench.root)
        bench.neuromem("sync", str(bench.root))
        nights.append(_groom(bench))
    yield Row(
        name="consolidation after one more day",
        value=quantile([night.seconds for night in nights], 0.5),
        unit="s",
        goal=3,
        floor=reading,
        floor_name="read and hash the texts",
        note=f"median of {days}",
    )
    yield Row(name="the same, peak memory", value=max(night.peak for night in nights), unit="MB", goal=300)
    for page in (bench.root / "memory").glob("*-night.md"):
        page.unlink()
    bench.neuromem("sync", str(bench.root))


def _groom(bench: Bench) -> Ended:
    return bench.neuromem("groom", *_words(bench))


def _words(bench: Bench) -> tuple[str, ...]:
    return (str(bench.root), "--dry-run", "--adopt", "--json")


async def _meanwhile(bench: Bench) -> list[float]:
    """How long each answer takes (ms) while a daemon watches and a first consolidation runs, as nice as its own."""
    for file in (bench.place / "state").glob("*/units.db*"):
        file.unlink()
    command = ["nice", "-n", str(NICE), bench.executable, "groom", *_words(bench)]
    queries, taken = cycle(needle.query for needle in bench.made.needles), []
    with bench.daemon():
        async with Memory.open(agent=str(bench.root)) as memory:
            await memory.recall(next(queries))
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=bench.environment) as night:
                while night.poll() is None:
                    start = time.perf_counter()
                    answer = await memory.recall(next(queries), limit=10)
                    taken.append((time.perf_counter() - start) * 1000)
                    if not answer.hits:
                        raise RuntimeError("a question had no answer while a consolidation ran")
                    await asyncio.sleep(PAUSE)
    return taken


def _read_and_hash(bench: Bench) -> None:
    """Read every entry's text from the index once."""
    (file,) = (bench.place / "state").glob("*/index.db")
    with closing(connect(file, readonly=True)) as connection:
        for (text,) in connection.execute("SELECT text FROM entries"):
            blake2b(text.encode(), digest_size=16).digest()
