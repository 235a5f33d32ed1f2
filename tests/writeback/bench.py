"""A file with a region between two marker lines, all that writes into it, and processes that die half-way."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from neuromem_sync import lock
from neuromem_sync.clock import Clock, ManualClock
from neuromem_sync.displaced import Watch
from neuromem_sync.errors import NeuromemError
from neuromem_sync.journal import LATE_LOOKS, Journal
from neuromem_sync.writeback import Writeback

PATH = "MEMORY.md"
BEGIN, END = b"<begin>\n", b"<end>\n"
OLD = b"# Memory\n\nA line of Ada's.\n\n" + BEGIN + b"- version 0\n" + END + b"\nThe last line.\n"
START = 1_700_000_000.0

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges files under a lease")

REFUSED = 3
"""Exit code of a process whose write was refused, in words for a person."""


def body(data: bytes) -> bytes:
    """What stands between the marker lines."""
    return data[data.index(BEGIN) + len(BEGIN) : data.index(END)]


def version(number: int) -> Callable[[bytes], bytes]:
    """An edit of the region alone."""

    def edit(data: bytes) -> bytes:
        if BEGIN not in data or END not in data:
            return data
        return data.replace(body(data), b"- version %d\n" % number, 1)

    return edit


NEW = version(1)(OLD)


@dataclass(frozen=True)
class Desk:
    """Everything open, and `writer.lock` held."""

    journal: Journal
    writeback: Writeback
    watch: Watch


@dataclass(frozen=True)
class Bench:
    """A workspace `root` with one file, and its `state`."""

    root: Path
    state: Path

    @classmethod
    def at(cls, folder: Path, data: bytes = OLD) -> Bench:
        bench = cls(folder / "ava", folder / "state")
        bench.root.mkdir()
        bench.state.mkdir()
        bench.place.write_bytes(data)
        return bench

    @property
    def place(self) -> Path:
        return self.root / PATH

    @property
    def data(self) -> bytes:
        return self.place.read_bytes()

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.root.iterdir())

    @property
    def spares(self) -> list[Path]:
        return sorted(path for path in self.root.iterdir() if path.name.endswith((".neuromem", ".neuromem-part")))

    @contextmanager
    def desk(self, clock: Clock | None = None, *, daemon: bool = False) -> Iterator[Desk]:
        with lock.held(self.state / lock.WRITER), closing(Journal(self.state)) as journal:
            writeback = Writeback(self.root, self.state, journal, clock or ManualClock(START), daemon=daemon)
            yield Desk(journal, writeback, Watch(self.root, journal, writeback))

    def write(self, number: int) -> bool:
        """One write of the region, all opened and closed again; whether it wrote."""
        with self.desk() as desk:
            return desk.writeback.write(PATH, version(number), body=body).written

    def wait_out(self) -> None:
        """Recover, and let the time of every displaced file pass."""
        with self.desk() as desk:
            desk.writeback.recover()
            now = START
            while (due := desk.journal.next_due()) is not None:
                now = max(now, due)
                assert not desk.watch.look(now)
                assert now < START + 10 * LATE_LOOKS[-1], "a displaced file stays for ever"


def in_child(work: Callable[[], object]) -> int:
    """Do it in a process of its own; its exit code: REFUSED for an error of ours, negative for a signal."""
    pid = fork()
    if pid == 0:
        exit_with(work)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def fork() -> int:
    """Python warns when there are other threads: the child does its one work and looks at nothing of theirs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def exit_with(work: Callable[[], object]) -> NoReturn:
    code = 1
    try:
        work()
        code = 0
    except NeuromemError as error:
        sys.stderr.write(f"{error}\n")
        code = REFUSED
    finally:
        os._exit(code)


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError
