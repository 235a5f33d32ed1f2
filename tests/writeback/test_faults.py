"""Every system call of a write killed or failed: the file is the old or the new one, and can be written again."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.writeback import fault
from tests.writeback.bench import NEW, OLD, PATH, REFUSED, Bench, body, linux_only, version

GET = "get it with: apt-get install strace"
ERRORS = ("ENOSPC", "EIO", "EACCES")
# What cannot fail in a way that a program could see, or is Python's own: memory, time, signals.
WITHOUT_ERRORS = frozenset(
    {"brk", "mmap", "munmap", "mremap", "madvise", "rt_sigaction", "rt_sigprocmask", "getpid", "geteuid", "getrandom"}
)
SLOW = "F_SETLK, {l_type=F_UNLCK"  # a lock that SQLite could not give back keeps itself waiting for ten seconds
SAMPLE = 9  # of the calls and errors, in every run


pytestmark = linux_only


@pytest.fixture(autouse=True)
def _strace() -> None:
    if fault.strace():
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"strace is missing, and with it the proof: {GET}")
    pytest.skip(f"faults in system calls are put in by strace, which is missing: {GET}")


def write(bench: Bench) -> None:
    with bench.desk() as desk, fault.marked():
        assert desk.writeback.write(PATH, version(1), body=body).written


class Target:
    """A workspace that is as it was before each fault."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._first = folder / "first"
        self._first.mkdir()
        with Bench.at(self._first).desk():  # makes the journal
            pass

    def fresh(self) -> Bench:
        self._number += 1
        folder = self._folder / str(self._number)
        shutil.copytree(self._first, folder)
        return Bench(folder / "ava", folder / "state")

    def calls(self) -> list[fault.Call]:
        bench = self.fresh()
        found = fault.calls(lambda: write(bench), self._folder / "trace")
        assert bench.data == NEW
        return found


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(tmp_path)


def require_whole(bench: Bench, call: fault.Call) -> None:
    """Old or new, recovered by itself, nothing left, and a later write succeeds."""
    assert bench.data in (OLD, NEW), call
    bench.wait_out()
    assert bench.data in (OLD, NEW), call
    assert bench.names == [PATH], call
    assert bench.write(2), call
    assert bench.data == version(2)(OLD), call


def test_the_trace_shows_the_protocol(target: Target) -> None:
    names = [call.name for call in target.calls()]
    steps = [name for name in names if name in {"renameat2", "rename", "fsync", "fdatasync", "fchmod", "unlink"}]
    assert steps.count("renameat2") == 1
    assert len(steps) - 1 - steps[::-1].index("renameat2") > steps.index("rename")
    assert "fsync" in steps[: steps.index("rename")], "staged only when it is on the disk"
    assert "fsync" in steps[steps.index("renameat2") :], "and told only when the exchange is"


def test_killed_at_every_call(target: Target) -> None:
    for call in target.calls():
        bench = target.fresh()
        code = fault.inject(lambda bench=bench: write(bench), call, "signal=SIGKILL")
        assert code == -signal.SIGKILL, f"{call} did not come"
        require_whole(bench, call)


def failing(target: Target) -> list[tuple[fault.Call, str]]:
    calls = [call for call in target.calls() if call.name not in WITHOUT_ERRORS]
    return [(call, error) for call in calls for error in ERRORS]


def fail(target: Target, faults: list[tuple[fault.Call, str]]) -> None:
    for call, error in faults:
        bench = target.fresh()
        code = fault.inject(lambda bench=bench: write(bench), call, f"error={error}")
        assert code in (0, REFUSED), f"{call}, {error}: not told in our words"
        assert code == REFUSED or bench.data == NEW, call
        require_whole(bench, call)


def test_some_calls_fail(target: Target) -> None:
    quick = [(call, error) for call, error in failing(target) if SLOW not in call.given]
    fail(target, quick[::SAMPLE])


@pytest.mark.long
def test_every_call_fails_in_every_way(target: Target) -> None:
    fail(target, failing(target))
