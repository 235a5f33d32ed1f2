"""How long recall takes on a large index: seeded entries over a Zipf vocabulary, selective and common questions.

Measures the reading alone, in process; freshness is measured apart. Run: `python -m benchmarks.recall_speed [ENTRIES]`.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path

from neuromem_sync.changes import EntryChange, FileState
from neuromem_sync.index import Writer, open_index
from neuromem_sync.layers import registry
from neuromem_sync.layers.base import TextLayer
from neuromem_sync.model import Entry, Kind, Layer, Origin, Source, Span
from neuromem_sync.query import Query
from neuromem_sync.recall import recall
from neuromem_sync.sqlite import connect, read, transaction

VOCABULARY, WORDS, PER_FILE, CHUNK = 50_000, 60, 12, 400
START = datetime(2000, 1, 1, 9, tzinfo=UTC)
NOW = 1_770_000_000.0


def vocabulary(rng: random.Random) -> list[str]:
    """Pronounceable words, all different, the most frequent first."""
    made: dict[str, None] = {}
    while len(made) < VOCABULARY:
        made["".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(2, 5)))] = None
    return list(made)


def entries(count: int, rng: random.Random, known: Sequence[str]) -> Iterator[Entry]:
    """Logs of twelve entries a day: nine in ten episodic, the rest semantic and procedural notes."""
    weights = list(accumulate(1 / rank for rank in range(1, len(known) + 1)))
    for number in range(count):
        day = START + timedelta(days=number // PER_FILE)
        layer = rng.choices((Layer.EPISODIC, Layer.SEMANTIC, Layer.PROCEDURAL), (90, 8, 2))[0]
        text = " ".join(rng.choices(known, cum_weights=weights, k=WORDS))
        place = number % PER_FILE
        yield Entry(
            layer=layer,
            kind=Kind.ENTRY,
            text=text,
            source=Source(
                path=f"memory/{day.date()}.md",
                span=Span(start=place * 500, end=place * 500 + 400, line=place * 2 + 1, end_line=place * 2 + 1),
            ),
            id=f"e{number}",
            heading=(str(day.date()),),
            at=(day + timedelta(minutes=place)).isoformat(),
            origin=Origin.AGENT,
        )


def build(path: Path, made: Iterator[Entry]) -> float:
    """Index the entries; the seconds that took."""
    tables = (registry.working(), *registry.text_layers())
    connection = open_index(path, tables)
    begun = time.perf_counter()
    with transaction(connection) as tx:
        writer = Writer(tx, tables)
        documents: dict[str, int] = {}
        while chunk := list(islice(made, CHUNK)):
            for entry in chunk:
                if entry.source.path not in documents:
                    documents[entry.source.path] = _document(writer, entry.source.path)
            writer.apply([EntryChange(key=writer.next_key(), old=None, new=entry) for entry in chunk], documents)
    for table in tables:
        while table.tidy(connection, 0.0):
            pass
    connection.close()
    return time.perf_counter() - begun


def _document(writer: Writer, path: str) -> int:
    state = FileState(path=path, dev=0, ino=0, size=0, mtime_ns=0, ctime_ns=0)
    return writer.put_document(state, "log", racy=False, unverified=None)


def questions(rng: random.Random, known: Sequence[str]) -> dict[str, list[str]]:
    """Words by their rank in the vocabulary: rare ones, common ones, and one rare among common."""
    ranks = {"selective": (2_000, 20_000), "middling": (100, 2_000), "common": (1, 100)}
    made = {
        kind: [" ".join(known[rng.randrange(*span)] for _ in range(rng.randint(1, 4))) for _ in range(100)]
        for kind, span in ranks.items()
    }
    made["mixed"] = [f"{one} {other}" for one, other in zip(made["selective"], made["common"], strict=True)]
    return made


def measure(connection: sqlite3.Connection, layers: Sequence[TextLayer], asked: Sequence[str]) -> list[float]:
    """Milliseconds of each question, sorted."""
    took: list[float] = []
    for text in asked:
        begun = time.perf_counter()
        read(connection, recall(Query(text=text, now=NOW), layers))
        took.append((time.perf_counter() - begun) * 1000)
    return sorted(took)


def main(count: int = 100_000) -> None:
    rng = random.Random(7)
    known = vocabulary(rng)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.db"
        seconds = build(path, entries(count, rng, known))
        print(f"{count} entries, indexed in {seconds:.1f} s ({seconds / count * 1e6:.0f} µs an entry)")
        connection = connect(path, readonly=True)
        print("| questions | p50 ms | p99 ms | max ms |\n|---|---|---|---|")
        for kind, asked in questions(rng, known).items():
            measure(connection, registry.text_layers(), asked[:10])
            took = measure(connection, registry.text_layers(), asked)
            print(f"| {kind} | {took[len(took) // 2]:.1f} | {took[int(len(took) * 0.99)]:.1f} | {took[-1]:.1f} |")
        connection.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
