"""One write at the end of a file: whole or not there, and nothing that stands in the file is rewritten.

The write begins where the file then ends (O_APPEND), so that whatever other programs append meanwhile stays; our own
processes take turns. The one thing ever taken away is the part of our own lines that fitted on a disk before it was
full, and only while it is still the end of the file: what others have written behind it counts more than its form.
Knows no day and no entry (logbook.py).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from neuromem_sync.errors import WorkspaceError
from neuromem_sync.files import reason
from neuromem_sync.lock import held
from neuromem_sync.model import LARGEST
from neuromem_sync.parsers.reading import LONGEST_LINE

PATIENCE = 60.0
"""Seconds to wait for the turn; a turn takes well below a millisecond, two thousand at once some seconds."""
TAIL = 4096
"""Bytes at the end of a file that are looked at: how its lines end, and what its last one is."""
UNWRITTEN = "nothing was written: it takes a file of yours, and room on its disk"
WRITTEN = "the entry is written; whether it outlasts a power cut is not known"

_ITEM_LINE = re.compile(rb"(?:[-*+]|\d{1,9}[.)])[ \t]|[ \t]+\S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What stood in front of the write, and its bytes. `replaced`: another file stands there now, as editors save."""

    before: bytes
    data: bytes
    replaced: bool


def append(place: Path, lines: str, lock: Path) -> Appended:
    """Put whole lines at the end of the file, durably: an item of a list behind an item, else behind a blank line.

    Raises WorkspaceError for a link, for what is no regular file or no text, and where there is no room; then no part
    of them is written. LockHeld if others of ours are at `lock` for longer than PATIENCE.
    """
    with _opened(place) as descriptor:
        with held(lock, timeout=PATIENCE):
            begin, data = _write(descriptor, place, lines)
        try:
            os.fsync(descriptor)
            before = os.pread(descriptor, begin, 0)
            return Appended(before=before, data=data, replaced=not _is_at(place, descriptor))
        except OSError as error:
            raise WorkspaceError(f"{place}: {reason(error)}", WRITTEN) from error


@contextmanager
def _opened(place: Path) -> Iterator[int]:
    # O_NONBLOCK: opening a pipe would wait for its reader
    flags = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(place, flags)
    except OSError as error:
        raise unwritable(place, error) from error
    try:
        _require_regular(descriptor, place)
        yield descriptor
    finally:
        os.close(descriptor)


def _require_regular(descriptor: int, place: Path) -> None:
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError as error:
        raise unwritable(place, error) from error
    if not stat.S_ISREG(mode):
        raise WorkspaceError(f"cannot write {place}: it is no regular file", "put a file in its place")


def _write(descriptor: int, place: Path, lines: str) -> tuple[int, bytes]:
    """Append; where the write began, and its bytes. Raises WorkspaceError, and then no part of it is left."""
    done = 0
    try:
        size = os.fstat(descriptor).st_size
        tail = os.pread(descriptor, TAIL, max(0, size - TAIL))
        data = _joined(tail, lines)
        _require_readable(place, tail, size, data)
        while done < len(data):
            done += os.write(descriptor, data[done:])
        return os.lseek(descriptor, 0, os.SEEK_CUR) - done, data
    except OSError as error:
        _take_back(descriptor, done)
        raise unwritable(place, error) from error


def _joined(tail: bytes, lines: str) -> bytes:
    """The lines as they follow a file that ends so: its line ending, its last line ended, a blank line between."""
    new = lines.encode()
    last = tail.rstrip(b"\r\n").rpartition(b"\n")[2]
    list_goes_on = new.startswith(b"- ") and _ITEM_LINE.match(last) and not tail.endswith((b"\n\n", b"\n\r\n"))
    if tail and not tail.endswith((b"\n\n", b"\n\r\n")) and not list_goes_on:
        new = b"\n" + new
    if tail and not tail.endswith(b"\n"):
        new = b"\n" + new
    return new.replace(b"\n", b"\r\n") if b"\r\n" in tail else new


def _require_readable(place: Path, tail: bytes, size: int, data: bytes) -> None:
    if b"\0" in tail:
        raise WorkspaceError(f"cannot write {place}: it holds a NUL byte", "is it text? Save it as UTF-8")
    if max(map(len, data.split(b"\n"))) > LONGEST_LINE:
        raise WorkspaceError(f"a line is longer than {LONGEST_LINE >> 10} KiB", "break the line")
    if size + len(data) > LARGEST:
        raise WorkspaceError(f"{place} would be larger than {LARGEST >> 20} MiB", "split it")


def _take_back(descriptor: int, done: int) -> None:
    """Cut off the part of our entry that was written, if it is still the end of the file.

    Between the look and the cut nobody can append: the disk is full for them too.
    """
    if done and os.fstat(descriptor).st_size == (end := os.lseek(descriptor, 0, os.SEEK_CUR)):
        os.ftruncate(descriptor, end - done)


def _is_at(place: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.lstat(place), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def unwritable(place: Path, error: OSError) -> WorkspaceError:
    return WorkspaceError(f"cannot write {place}: {reason(error)}", UNWRITTEN)
