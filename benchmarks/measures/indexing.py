"""A first index of everything, and a look that finds nothing changed.

Each is a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks import floors
from benchmarks.bench import Bench, milliseconds
from benchmarks.table import Row, quantile


def measure(bench: Bench) -> Iterator[Row]:
    bench.forget()
    reading = milliseconds(floors.read_and_hash, bench.root) / 1000
    cold = bench.neuromem("sync", str(bench.root), "--json")
    said = json.loads(cold.printed)
    name = f"cold index, {bench.made.files:,} files, {said['entries']:,} entries, {bench.made.size / 1e6:.0f} MB"
    yield Row(
        name=name,
        value=cold.seconds,
        unit="s",
        goal=8,
        floor=reading,
        floor_name="read and hash",
        note=f"{said['seconds']} s by itself",
    )
    yield Row(name="cold index, peak memory", value=cold.peak, unit="MB", goal=200)

    sweep = quantile([milliseconds(floors.stat_sweep, bench.root) for _ in range(7)], 0.5)
    again = [json.loads(bench.neuromem("sync", str(bench.root), "--json").printed)["seconds"] * 1000 for _ in range(7)]
    yield Row(
        name="nothing-changed sync",
        value=quantile(again, 0.5),
        goal=120,
        floor=sweep,
        floor_name="scandir and stat",
        note="median of 7",
    )
