"""What a shell waits for: `neuromem recall` as a whole process, with a daemon and without.

The floors are the bare interpreter, and click imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.table import Row, quantile

TIMES = 15


def measure(bench: Bench) -> Iterator[Row]:
    word = bench.made.needles[0].query.split()[0]
    bench.neuromem("sync", str(bench.root))
    click = _median(bench, [sys.executable, "-c", "import click"])
    yield Row(name="bare Python", value=_median(bench, [sys.executable, "-c", "pass"]))
    ours = [bench.executable, "recall", "--agent", str(bench.root), word]
    alone = _median(bench, ours)
    with bench.daemon():
        beside = _median(bench, ours)
    yield Row(
        name="`neuromem recall` as a process, daemon running",
        value=beside,
        goal=120,
        floor=click,
        floor_name="import click",
    )
    yield Row(name="the same without a daemon", value=alone, floor=click, floor_name="import click")


def _median(bench: Bench, words: list[str]) -> float:
    return quantile([bench.run(words).seconds * 1000 for _ in range(TIMES)], 0.5)
