"""Exchange a file with a new version beside it, in one step, and only while nobody else has it open. Linux.

Decides nothing about what is written, keeps no record, and leaves the displaced file where the new one was.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from neuromem_sync.changes import FileState
from neuromem_sync.errors import WriteConflict
from neuromem_sync.files import Content, digest, file_state, reason

if TYPE_CHECKING:
    import ctypes

AT_FDCWD = -100  # linux/fcntl.h
RENAME_EXCHANGE = 2  # linux/fs.h

# statfs(2): a lease taken here says nothing about who has the file open on another machine, or behind the daemon that
# serves it
REMOTE = {
    0x6969: "NFS",
    0xFF534D42: "CIFS",
    0xFE534D42: "SMB",
    0x517B: "SMB",
    0x65735546: "FUSE",
    0x01021997: "9p",
    0x00C36400: "Ceph",
    0x5346414F: "AFS",
    0x73757245: "Coda",
    0x01161970: "GFS2",
    0x7461636F: "OCFS2",
    0x786F4256: "a shared folder",
}
MISSING = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK})


class Lease:
    """That nobody but us has a file open. Whoever opens it breaks the lease, and waits until it is given back."""

    def __init__(self, descriptor: int, kind: int) -> None:
        self._descriptor = descriptor
        self._kind = kind

    def holds(self) -> bool:
        return fcntl.fcntl(self._descriptor, fcntl.F_GETLEASE) == self._kind


@contextmanager
def leased(descriptor: int, kind: int) -> Iterator[Lease]:
    """Hold a lease: F_WRLCK while nobody else has the file open, F_RDLCK while nobody has it open for writing.

    Raises BlockingIOError if somebody has, OSError if the file system knows no leases.
    """
    # a broken lease sends SIGIO, whose default ends the process; SIGURG is ignored by default
    fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, kind)
    try:
        yield Lease(descriptor, kind)
    finally:
        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)


@contextmanager
def _alone(place: Path) -> Iterator[tuple[FileIO, Lease]]:
    """The file, open and leased. Raises WriteConflict if others have it open or if nobody could tell."""
    try:
        with FileIO(place, opener=_open) as file, leased(file.fileno(), fcntl.F_WRLCK) as lease:
            yield file, lease
    except BlockingIOError as error:
        raise WriteConflict(f"{place}: another program has it open", "close it there, or wait", passes=True) from error
    except OSError as error:
        if error.errno in MISSING:
            raise unavailable(place, reason(error)) from error
        raise


def _open(place: str, flags: int) -> int:
    # O_NONBLOCK: what was a regular file a moment ago may be a pipe now
    return os.open(place, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def read(place: Path, path: str) -> Content:
    """The bytes at `place`, read while nobody else has it open: never a part of what somebody is writing.

    Raises WriteConflict if somebody has it open, OSError if it cannot be read.
    """
    with _alone(place) as (file, _):
        data = file.read()
        return Content(data=data, state=file_state(path, os.fstat(file.fileno()), digest(data)))


def swap(place: Path, spare: Path, expected: FileState) -> bool:
    """Exchange the two files, if the one at `place` still is as expected, to the last byte and attribute.

    False if somebody was in the way: then it was left or undone. What stands where afterwards is told by the bytes
    alone, as after a crash. Raises WriteConflict if somebody has it open, OSError if the system refuses.
    """
    ours = os.lstat(spare)
    with _alone(place) as (file, lease):
        if not (_is(expected, place, file) and lease.holds()):
            return False
        exchange(place, spare)
        # who opened it meanwhile waits for the old file, who replaced it has put another one there
        if lease.holds() and os.path.samestat(os.lstat(spare), os.fstat(file.fileno())):
            return True
        _exchange_back(place, spare, ours)
        return False


def writable_by_others(place: Path) -> bool:
    """Whether somebody has the file open for writing now. Raises OSError if it cannot be opened."""
    with FileIO(place, opener=_open) as file:
        try:
            with leased(file.fileno(), fcntl.F_RDLCK):
                return False
        except BlockingIOError:
            return True


def remove(place: Path, content: bytes) -> bool:
    """Remove the file, unless somebody has it open for writing or its bytes are of another digest.

    False if it stays. Raises OSError if the system refuses.
    """
    with FileIO(place, opener=_open) as file:
        try:
            with leased(file.fileno(), fcntl.F_RDLCK) as lease:
                if digest(file.read()) != content or not lease.holds():
                    return False
                os.unlink(place)
                return True
        except BlockingIOError:
            return False


def _is(expected: FileState, place: Path, file: FileIO) -> bool:
    opened, standing = (file_state(expected.path, found) for found in (os.fstat(file.fileno()), os.lstat(place)))
    same = opened.identity == standing.identity == expected.identity
    return same and digest(file.read()) == expected.digest


def _exchange_back(place: Path, spare: Path, ours: os.stat_result) -> None:
    """Two saves in a row can leave a newer file beside than the one that came back: the newer one stands."""
    with suppress(FileNotFoundError):
        exchange(place, spare)
        if not os.path.samestat(os.lstat(spare), ours):
            exchange(place, spare)


def exchange(one: Path, other: Path) -> None:
    """Each of the two names means the other's file from now on; at no moment is one of them missing."""
    import ctypes

    if _system().renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(one))


def require_local(folder: Path) -> None:
    """Raises WriteConflict if files of this folder can be changed by others than this machine's kernel knows of."""
    if sys.platform != "linux" or not hasattr(_system(), "renameat2"):
        raise unavailable(folder, "this system has no exchange of files")
    if kind := sharing(folder):
        raise unavailable(folder, f"it is on {kind}")


def sharing(folder: Path) -> str:
    """What this folder is on, if by it others can change files and this machine's kernel knows nothing of it; or empty.

    Linux only. Raises OSError.
    """
    import ctypes

    found = ctypes.create_string_buffer(512)
    if _system().statfs(os.fsencode(folder), found):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    # f_type is the first field, a long; its upper half is the sign on some systems
    return REMOTE.get(ctypes.c_long.from_buffer(found).value & 0xFFFFFFFF, "")


def unavailable(place: Path, why: str) -> WriteConflict:
    return WriteConflict(f"{place}: cannot be exchanged safely here: {why}", "change it by hand", sidecar=True)


@cache
def _system() -> ctypes.CDLL:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)
