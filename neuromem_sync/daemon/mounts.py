"""Notice that a disk was mounted or taken away at or below a folder: no event tells of it. Linux; elsewhere, nothing.

Does not look at the disks.
"""

from __future__ import annotations

import os
import re
import select
from pathlib import Path

TABLE = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(rb"\\([0-7]{3})")


class Mounts:
    """The mounts at and below `root`. The system says when its table changed, so asking again costs microseconds."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._table = os.open(TABLE, os.O_RDONLY | os.O_CLOEXEC) if TABLE.exists() else None
        self._changes = select.poll()
        if self._table is not None:
            self._changes.register(self._table, select.POLLPRI)
        self._last = self._read()

    def moved(self) -> bool:
        """Whether they are others than when this was last asked."""
        if self._table is None or not self._changes.poll(0):
            return False
        last, self._last = self._last, self._read()
        return last != self._last

    def close(self) -> None:
        if self._table is not None:
            os.close(self._table)

    def _read(self) -> frozenset[bytes]:
        return below(TABLE.read_bytes(), self._root) if self._table is not None else frozenset()


def below(table: bytes, root: Path) -> frozenset[bytes]:
    """Of a table of mounts, what says which disk is where at and below `root`: the first five fields of a line."""
    place = os.fsencode(root)
    found = set()
    for line in table.splitlines():
        fields = line.split(b" ", 5)[:5]
        point = _point(fields)
        if point == place or point.startswith(place.rstrip(b"/") + b"/"):
            found.add(b" ".join(fields))
    return frozenset(found)


def places(root: Path) -> list[Path]:
    """The folder, and every place below it where a disk is mounted."""
    table = TABLE.read_bytes() if TABLE.exists() else b""
    return [root, *(Path(os.fsdecode(_point(line.split(b" ")))) for line in sorted(below(table, root)))]


def _point(fields: list[bytes]) -> bytes:
    return _ESCAPED.sub(lambda escaped: bytes([int(escaped[1], 8)]), fields[4])
