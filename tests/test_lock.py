"""One holder at a time, known by its pid, forgotten when its process ends."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from neuromem_sync.clock import ManualClock
from neuromem_sync.errors import Cancelled, LockHeld, StateError
from neuromem_sync.lock import held, holder, still_held

HOLD = """
import sys
from pathlib import Path
from neuromem_sync.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "watch.lock"


@pytest.fixture
def other(lock: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_lock_has_a_holder_only_while_it_is_held(lock: Path) -> None:
    assert holder(lock) is None
    with held(lock):
        assert holder(lock) == os.getpid()
        assert lock.stat().st_mode & 0o777 == 0o600
    assert holder(lock) is None


def test_looking_for_the_holder_takes_nothing(lock: Path) -> None:
    with held(lock):
        holder(lock)
        with pytest.raises(LockHeld), held(lock, clock=ManualClock()):
            pass


def test_the_second_is_refused_with_the_pid_of_the_first(lock: Path, other: subprocess.Popen[str]) -> None:
    assert holder(lock) == other.pid
    with pytest.raises(LockHeld, match=f"process {other.pid}") as refused, held(lock, clock=ManualClock()):
        pass
    assert refused.value.pid == other.pid


def test_a_killed_process_holds_nothing(lock: Path, other: subprocess.Popen[str]) -> None:
    other.kill()
    other.wait()
    assert holder(lock) is None
    with held(lock):
        assert holder(lock) == os.getpid()


class Impatience(ManualClock):
    """Lets the first one go after some naps."""

    def __init__(self, other: subprocess.Popen[str], naps: int) -> None:
        super().__init__()
        self.other, self.naps = other, naps

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.naps -= 1
        if self.naps == 0:
            self.other.communicate()


def test_a_wait_ends_when_the_first_lets_go(lock: Path, other: subprocess.Popen[str]) -> None:
    clock = Impatience(other, naps=3)
    with held(lock, timeout=5, clock=clock):
        assert holder(lock) == os.getpid()
    assert clock.now() < 0.1


def test_a_wait_ends_after_its_time(lock: Path, other: subprocess.Popen[str]) -> None:
    clock = ManualClock()
    with pytest.raises(LockHeld), held(lock, timeout=5, clock=clock):
        pass
    assert 5 <= clock.now() < 5.1


def test_a_wait_ends_when_whoever_waits_is_told_to_stop(lock: Path, other: subprocess.Popen[str]) -> None:
    clock = ManualClock()

    def go_on() -> None:
        if clock.now() > 1.0:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled), held(lock, timeout=60.0, clock=clock, go_on=go_on):
        pass
    assert clock.now() < 2.0


def test_a_removed_lock_file_is_noticed_and_does_not_stand_in_for_the_new_one(lock: Path) -> None:
    with held(lock) as first:
        assert still_held(lock, first)
        lock.unlink()
        assert not still_held(lock, first)
        with held(lock) as second:
            assert still_held(lock, second)
            assert not still_held(lock, first)


def test_a_folder_that_is_not_there_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot lock") as refused, held(tmp_path / "absent" / "x.lock"):
        pass
    assert refused.value.hint
    assert holder(tmp_path / "absent" / "x.lock") is None


def test_on_a_full_disk_it_is_held_without_a_name(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with held(lock):
        assert holder(lock) == 0
