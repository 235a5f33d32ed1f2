"""Where measures are taken: a made-up workspace, a configuration and state of its own, and the product beside them.

Takes no measure.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import Made, generate


@dataclass(frozen=True, slots=True)
class Ended:
    """A process that ended: wall seconds, those of processor that it and its children used, most memory in MB with
    that of its children, and what it printed.
    """

    seconds: float
    processor: float
    peak: float
    printed: str


class Bench:
    """A workspace of so many files under `place`, which must be empty."""

    executable = str(Path(sys.executable).with_name("neuromem"))

    def __init__(self, place: Path, files: int, entries: int, seed: int) -> None:
        self.place = place
        self.edits = 0
        self.root = place / "workspace"
        self.made: Made = generate(self.root, files, entries, seed)
        self.environment = {
            **os.environ,
            "NEUROMEM_CONFIG": str(place / "config"),
            "NEUROMEM_STATE": str(place / "state"),
            "PYTHONPATH": str(Path(__file__).parent.parent),
        }
        os.environ.update(self.environment)

    def forget(self) -> None:
        """As on a fresh machine: no state."""
        shutil.rmtree(self.place / "state", ignore_errors=True)

    def neuromem(self, *words: str) -> Ended:
        """One command of ours, as a process."""
        return self.run([self.executable, *words])

    def run(self, words: Sequence[str]) -> Ended:
        start = time.perf_counter()
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=self.environment)
        with _peak_together(process.pid) as peak:
            printed = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.stdout:
            process.stdout.close()
        if process.returncode > 1:
            raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}")
        alone = usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
        return Ended(seconds, usage.ru_utime + usage.ru_stime, max(alone, *peak), printed)

    @contextmanager
    def daemon(self) -> Iterator[int]:
        """A daemon for the workspace, up to date when this begins; its process id."""
        process = subprocess.Popen(
            [self.executable, "watch", str(self.root)],
            stdout=subprocess.DEVNULL,
            env=self.environment,
        )
        try:
            self.neuromem("wait", str(self.root), "--timeout", "120")
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


@contextmanager
def _peak_together(pid: int) -> Iterator[list[float]]:
    """The proportional memory (MB) of a process and its children, looked at every 50 ms; only Linux tells."""
    seen, ended = [0.0], threading.Event()

    def look() -> None:
        while not ended.wait(0.05):
            seen.append(sum(_proportional(each) for each in (pid, *_children(pid))))

    watch = threading.Thread(target=look)
    watch.start()
    try:
        yield seen
    finally:
        ended.set()
        watch.join()


def _children(pid: int) -> list[int]:
    return [int(each) for each in _told(f"/proc/{pid}/task/{pid}/children").split()]


def _proportional(pid: int) -> float:
    pages = (line.split() for line in _told(f"/proc/{pid}/smaps_rollup").splitlines())
    return next((int(words[1]) / 1024 for words in pages if words[0] == "Pss:"), 0.0)


def _told(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def milliseconds(work: Callable[..., object], *given: object) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work(*given)
    return (time.perf_counter() - start) * 1000
