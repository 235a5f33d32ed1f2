"""The two locks of a workspace's state folder: `watch.lock` for a daemon's life, `writer.lock` for one write.

POSIX only (`flock`): the kernel releases a lock when its process ends, however it ends. Decides nothing about
who should hold one, and never removes a lock file.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from neuromem_sync.clock import Clock, SystemClock
from neuromem_sync.errors import LockHeld, StateError

WATCH = "watch.lock"
WRITER = "writer.lock"
TURN = 60.0
"""Seconds to wait for another process of ours to end its write."""

# `holder` looks by taking a shared lock for some microseconds, which must never refuse anybody
GRACE = 0.05
FIRST_NAP = 0.0005
LONGEST_NAP = 0.02


@contextmanager
def held(
    path: Path, *, timeout: float = 0.0, clock: Clock | None = None, go_on: Callable[[], None] = lambda: None
) -> Iterator[int]:
    """Hold the lock for the block; gives its descriptor. Waits at most `timeout` seconds, and until `go_on` raises.

    Raises LockHeld with the pid of the one who has it, StateError if the file cannot be used.
    """
    descriptor = _acquire(path, max(timeout, GRACE), clock or SystemClock(), go_on)
    try:
        _sign(path, descriptor)
        yield descriptor
    finally:
        with suppress(OSError):  # what was done under it is done, and the next one signs it anew
            os.ftruncate(descriptor, 0)
        os.close(descriptor)


def turn(state: Path, go_on: Callable[[], None] = lambda: None) -> AbstractContextManager[int]:
    """Hold `writer.lock` of a state folder, for one cycle or one write. Raises what `held` and `go_on` raise."""
    return held(state / WRITER, timeout=TURN, go_on=go_on)


def holder(path: Path) -> int | None:
    """The pid of the process that holds the lock now, None if nobody does, 0 if it has not said who it is."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path, error) from error
    try:
        if _try(descriptor, fcntl.LOCK_SH):
            return None
        return _pid(descriptor)
    finally:
        os.close(descriptor)


def still_held(path: Path, descriptor: int) -> bool:
    """Whether what stands at `path` is still what was opened: a lock file, once removed, keeps nobody out."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _acquire(path: Path, timeout: float, clock: Clock, go_on: Callable[[], None]) -> int:
    deadline, nap = clock.monotonic() + timeout, FIRST_NAP
    while True:
        descriptor = _open(path)
        try:
            if _try(descriptor, fcntl.LOCK_EX) and still_held(path, descriptor):
                return descriptor
            pid = _pid(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise _unusable(path, error) from error
        os.close(descriptor)
        go_on()
        if clock.monotonic() >= deadline:
            who = f"process {pid}" if pid else "another process"
            raise LockHeld(f"{path.name} is held by {who}", "wait for it, or stop it", pid=pid)
        clock.sleep(nap)
        nap = min(nap * 2, LONGEST_NAP)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(path, error) from error


def _sign(path: Path, descriptor: int) -> None:
    try:
        os.ftruncate(descriptor, 0)
    except OSError as error:
        raise _unusable(path, error) from error
    with suppress(OSError):  # on a full disk it is held without a name
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def _try(descriptor: int, mode: int) -> bool:
    try:
        fcntl.flock(descriptor, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pid(descriptor: int) -> int:
    text = os.pread(descriptor, 32, 0).strip()
    return int(text) if text.isdigit() else 0


def _unusable(path: Path, error: OSError) -> StateError:
    return StateError(f"cannot lock {path}: {error.strerror}", "make the state folder writable for you")
