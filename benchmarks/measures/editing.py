"""From an editor's save to another process's answer, with the daemon running.

The clock starts when the writing process has closed the file, and stops when this one has been told that every edit so
far is in the index, or has its answer. An answer without the edit ends the run.
"""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.generate import LAST_DAY, Author, log
from benchmarks.table import Row, quantile, spread
from neuromem_sync.memory import Memory

LONG_LOG = 400_000  # bytes


def measure(bench: Bench, edits: int = 300) -> Iterator[Row]:
    usual = sorted((bench.root / "memory").glob("*.md"))[-200:]
    long = bench.root / "memory" / f"{LAST_DAY}-long.md"
    author = Author(seed=2)
    long.write_text("\n".join(log(author, LAST_DAY, "-long", LONG_LOG // 400).lines), encoding="utf-8")
    floor = quantile(commits(bench.place / "floor.db"), 0.5)
    with bench.daemon():
        visible, answered = asyncio.run(_edits(bench, [usual[at % len(usual)] for at in range(edits)]))
        name = "edit saved → visible to another process"
        yield from spread(name, visible, goals=(3, 15, 50), floor=floor, floor_name="pipe, commit, read")
        yield from spread("edit saved → answered by recall", answered, goals=(None, None))
        visible, _ = asyncio.run(_edits(bench, [long] * (edits // 3)))
        name = f"visible, in a log of {long.stat().st_size / 1000:.0f} kB"
        yield from spread(name, visible, goals=(4, None, None), floor=floor, floor_name="pipe, commit, read")
    long.unlink()
    bench.neuromem("sync", str(bench.root))


async def _edits(bench: Bench, paths: list[Path]) -> tuple[list[float], list[float]]:
    """For every other edit how long `wait` takes, for the rest how long `recall` does, until the new word is found."""
    taken: tuple[list[float], list[float]] = ([], [])
    author = Author(seed=3)
    with _writer() as write:
        async with Memory.open(agent=str(bench.root)) as memory:
            await memory.recall("warm up")
            for at, path in enumerate(paths):
                word = f"{author.vocabulary.coin()}{author.vocabulary.coin()}{bench.edits}"
                bench.edits += 1
                closed = write(path, word)
                if at % 2 == 0:
                    await memory.wait()
                else:
                    await memory.recall(word, limit=3)
                taken[at % 2].append((time.monotonic_ns() - closed) / 1e6)
                found = await memory.recall(word, limit=3, stale_ok=True)
                if not any(word in hit.text for hit in found.hits):
                    raise RuntimeError(f"{path}: an edit made before a query was not in its answer")
    return taken


@contextmanager
def _writer() -> Iterator[Callable[[Path, str], int]]:
    """Another process that edits: a function that has it write, and returns when the file was closed, in ns."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.writer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        into, out = process.stdin, process.stdout
        assert into is not None
        assert out is not None

        def write(path: Path, word: str) -> int:
            into.write(f"{path} {word}\n")
            into.flush()
            return int(out.readline())

        yield write
        into.close()


def commits(place: Path, times: int = 200) -> list[float]:
    """The floor: another process is told, a row is committed, and read on a connection of its own; ms."""
    taken = []
    with closing(sqlite3.connect(place, isolation_level=None)) as writer, closing(sqlite3.connect(place)) as reader:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA synchronous = NORMAL")
        writer.execute("CREATE VIRTUAL TABLE words USING fts5(word)")
        echo = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert echo.stdin is not None
        assert echo.stdout is not None
        for at in range(times):
            start = time.perf_counter()
            echo.stdin.write(b"x")
            echo.stdin.flush()
            echo.stdout.read(1)
            writer.execute("INSERT INTO words VALUES (?)", (f"w{at}",))
            reader.execute("SELECT rowid FROM words WHERE words MATCH ?", (f"w{at}",)).fetchall()
            taken.append((time.perf_counter() - start) * 1000)
        echo.communicate()
    return taken
