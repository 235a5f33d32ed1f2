"""What the daemon costs while nobody edits: processor time and memory.

Read from /proc, so on Linux only.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.table import Row

SECONDS = 20.0


def measure(bench: Bench) -> Iterator[Row]:
    bench.neuromem("sync", str(bench.root))
    with bench.daemon() as process:
        time.sleep(5)  # the first scan is over; what is measured is the waiting
        before = _processor(process)
        time.sleep(SECONDS)
        share = 100 * (_processor(process) - before) / SECONDS
        yield Row(name="daemon idle, processor", value=share, unit="%", goal=0.5, note=f"over {SECONDS:.0f} s")
        yield Row(name="daemon idle, memory", value=_resident(process), unit="MB", goal=80)


def _processor(process: int) -> float:
    """User and system seconds so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
