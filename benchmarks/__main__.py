"""`python -m benchmarks`: make a workspace, take the measures, print the table."""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measures import SUBJECTS
from benchmarks.table import Row, markdown


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure speed and memory on a made-up workspace."
    )
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--entries", type=int, help="twelve a file unless told")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=SUBJECTS, action="append", help="may be given several times")
    given = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="neuromem-bench-") as place:
        bench = Bench(Path(place), given.files, given.entries or 12 * given.files, given.seed)
        for subject in given.only or SUBJECTS:
            print(f"{time.strftime('%H:%M:%S')} {subject}", file=sys.stderr, flush=True)
            rows += import_module(f"benchmarks.measures.{subject}").measure(bench)
    print(
        f"{bench.made.files:,} files, {bench.made.entries:,} entries written, {bench.made.size / 1e6:.0f} MB; "
        f"Python {platform.python_version()}, {platform.machine()}\n"
    )
    print(markdown(rows))


if __name__ == "__main__":
    main()
