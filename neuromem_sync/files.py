"""Bytes in and out of files: stable reads, atomic writes, exclusive creation, digests.

Knows nothing of Markdown, of ignore rules or of what a file is for.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

from neuromem_sync.changes import FileState
from neuromem_sync.errors import WorkspaceError

ATTEMPTS = 5

# Linux alone has files without a name, and not on every disk, or without /proc: elsewhere it fails with one of these.
NAMELESS = getattr(os, "O_TMPFILE", os.O_DIRECTORY)
NO_NAMELESS = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT, errno.EPERM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The bytes of a file and the state they had from before the read until after it, digest included."""

    data: bytes
    state: FileState


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """Nothing stands at the path."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Something stands at the path and its bytes cannot be had now: that is unknown, not absent."""

    path: str
    reason: str
    hint: str = "make it readable"


Outcome: TypeAlias = Content | Vanished | Unreadable


def digest(data: bytes) -> bytes:
    """BLAKE2b, 128 bits."""
    return blake2b(data, digest_size=16).digest()


def file_state(path: str, found: os.stat_result, content: bytes = b"") -> FileState:
    """What `stat` found of the file known by `path`; `content` is the digest of its bytes, if read."""
    return FileState(
        path=path,
        dev=found.st_dev,
        ino=found.st_ino,
        size=found.st_size,
        mtime_ns=found.st_mtime_ns,
        ctime_ns=found.st_ctime_ns,
        digest=content,
        names=found.st_nlink,
    )


def stable_read(root: Path, path: str, *, most: int = sys.maxsize) -> Outcome:
    """The bytes of `root/path`, none of them written while they were read.

    A link is never followed. A file that changes during every one of ATTEMPTS reads is Unreadable, and so, without
    being read, is one of more than `most` bytes.
    """
    for _ in range(ATTEMPTS):
        try:
            outcome = _read_once(root / path, path, most)
        except (FileNotFoundError, NotADirectoryError):
            return Vanished(path=path)
        except OSError as error:
            return Unreadable(path=path, reason=reason(error))
        except ValueError as error:
            return Unreadable(path=path, reason=str(error))
        if outcome is not None:
            return outcome
    return Unreadable(path=path, reason="it changes while it is read")


def _read_once(place: Path, path: str, most: int) -> Content | Unreadable | None:
    # O_NONBLOCK: opening a pipe would wait for its writer
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            return Unreadable(path=path, reason="it is no regular file")
        if before.st_size > most:
            return Unreadable(path=path, reason=f"larger than {most >> 20} MiB", hint="split it")
        data = _drain(descriptor, before.st_size)
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    state = file_state(path, after, digest(data))
    still = file_state(path, os.lstat(place))
    if state.identity == file_state(path, before).identity == still.identity and len(data) == state.size:
        return Content(data=data, state=state)
    return None


def _drain(descriptor: int, size: int) -> bytes:
    """Its bytes, or the first of them: of a file that has grown meanwhile, one more than `size` says so."""
    data = os.read(descriptor, size + 1)
    while 0 < len(data) < size and (part := os.read(descriptor, size + 1 - len(data))):
        data += part
    return data


def reason(error: OSError) -> str:
    """Why the system refused, in words for a message."""
    if error.errno == errno.ELOOP:
        return "it is a link"
    return (error.strerror or str(error)).lower()


def remedy(error: OSError) -> str:
    """What to do where the system refused to write a file."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "make room on its disk"
    if error.errno == errno.EROFS:
        return "its disk is mounted to be read only: mount it so that it can be written"
    if error.errno == errno.EPERM:
        return "take its protection away (lsattr shows it), or run as its owner"
    if error.errno == errno.EBUSY:
        return "something is mounted there (findmnt shows it): take it off, or put the file itself there"
    return "make its folder writable for you"


def write_atomic(place: Path, data: bytes, *, like: Path | None = None) -> None:
    """Replace the file by these bytes, durably and keeping its mode: readers see the old or the new, no part.

    A file that is new gets the mode of `like`. A link is replaced, not followed. Raises WorkspaceError, and then the
    file is what it was.
    """
    beside = place.with_name(f".{place.name}.{os.urandom(4).hex()}.tmp~")
    try:
        modes = (_mode(each) for each in (place, like) if each is not None)
        _write_new(beside, data, next((mode for mode in modes if mode is not None), None))
        os.replace(beside, place)
        flush_folder(place.parent)
    except OSError as error:
        with suppress(OSError):
            os.unlink(beside)
        raise WorkspaceError(f"cannot write {place}: {reason(error)}", remedy(error)) from error


def _mode(place: Path) -> int | None:
    try:
        return stat.S_IMODE(os.lstat(place).st_mode)
    except FileNotFoundError:
        return None


def create(place: Path, data: bytes) -> bool:
    """Make a file that must not exist yet; False if something stands there already, which is left as it is.

    It comes to stand there with all its bytes: who appends to it as soon as it is there appends behind them.
    Raises WorkspaceError if it cannot be written; no part of it is left.
    """
    try:
        _link_new(place, data)
        flush_folder(place.parent)
    except FileExistsError:
        return False
    except OSError as error:
        raise WorkspaceError(f"cannot create {place}: {reason(error)}", remedy(error)) from error
    return True


def _link_new(place: Path, data: bytes) -> None:
    """By a link, which unlike a rename never replaces anything."""
    try:
        _link_nameless(place, data)
    except OSError as error:
        if error.errno not in NO_NAMELESS:
            raise
        _link_beside(place, data)


def _link_nameless(place: Path, data: bytes) -> None:
    """To a file without a name, of which a process that is killed leaves nothing."""
    descriptor = os.open(place.parent, NAMELESS | os.O_WRONLY | os.O_CLOEXEC, 0o666)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)
        # with `src_dir_fd`, which says nothing here, Python takes the call that does follow
        os.link(f"/proc/self/fd/{descriptor}", place, src_dir_fd=descriptor, follow_symlinks=True)


def _link_beside(place: Path, data: bytes) -> None:
    beside = place.with_name(f".{place.name}.{os.urandom(4).hex()}.tmp~")
    _write_new(beside, data, None)
    try:
        os.link(beside, place)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP):
            raise
        _write_new(place, data, None)  # a disk without links
    finally:
        os.unlink(beside)


def _write_new(place: Path, data: bytes, mode: int | None) -> None:
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        with open(descriptor, "wb") as file:
            if mode is not None:
                os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
    except OSError:
        os.unlink(place)
        raise


def flush_folder(folder: Path) -> None:
    """Make what was created, renamed or removed in it outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
