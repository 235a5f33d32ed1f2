"""Carry what was written into an older copy of a text over into the text: a three-way merge by whole lines; pure.

What the copies grew from is known by digests of its lines alone. Takes lines in and never takes any out: a copy that
is just being written looks as if most of it were deleted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from neuromem_sync.alignment import Run, runs

SIZE = 8
"""Bytes of a line's digest: two lines of one file that differ are not taken for one another."""


class Change(NamedTuple):
    """Lines `start:end` of the origin became `lines`."""

    start: int
    end: int
    lines: tuple[bytes, ...]

    def overlaps(self, other: Change) -> bool:
        return max(self.start, other.start) < min(self.end, other.end) or self.start < other.start < self.end

    def touches(self, other: Change) -> bool:
        return self.start <= other.end and other.start <= self.end

    @property
    def growth(self) -> int:
        return len(self.lines) - (self.end - self.start)


def line_digests(data: bytes) -> bytes:
    """One digest after the other, of each line without its ending."""
    return b"".join(map(_digest, data.splitlines()))


def weave(origin: bytes, copy: bytes, text: bytes) -> bytes | None:
    """`text` with what `copy` has new; None if both replaced the same lines, or the copy replaced lines by fewer.

    `origin` is `line_digests` of the text that both grew from. A change that both made is in the result once.
    """
    theirs = list(_changes(origin, copy))
    standing = list(_changes(origin, text))
    new = [rest for change in theirs if (rest := _without_known(change, standing)).lines]
    if any(_clashes(change, standing) for change in new):
        return None
    lines = text.splitlines(keepends=True)
    for change in reversed(new):
        at = _spot(change, standing)
        lines[at : at + change.end - change.start] = change.lines
    return _joined(lines, b"\r\n" if b"\r\n" in text else b"\n")


def _changes(origin: bytes, data: bytes) -> Iterator[Change]:
    before = [origin[at : at + SIZE] for at in range(0, len(origin), SIZE)]
    lines = data.splitlines(keepends=True)
    stayed = runs(before, [_digest(line.rstrip(b"\r\n")) for line in lines])
    for above, below in pairwise([Run(0, 0, 0), *stayed, Run(len(before), len(lines), 0)]):
        start, first = above.start + above.length, above.first + above.length
        if start < below.start or first < below.first:
            yield Change(start, below.start, tuple(lines[first : below.first]))


def _digest(line: bytes) -> bytes:
    return blake2b(line, digest_size=SIZE).digest()


def _without_known(change: Change, standing: Sequence[Change]) -> Change:
    """The change, or what is left of it when the text has some of its lines at that place already."""
    known = Counter(line.rstrip(b"\r\n") for other in standing if change.touches(other) for line in other.lines)
    lines = []
    for line in change.lines:
        bare = line.rstrip(b"\r\n")
        if known[bare]:
            known[bare] -= 1
        else:
            lines.append(line)
    if change.start == change.end or not lines:
        return change._replace(lines=tuple(lines))
    return change


def _clashes(change: Change, standing: Sequence[Change]) -> bool:
    """Lines that only came can stand anywhere; those that replaced others need them as they were."""
    if change.start == change.end:
        return False
    return change.growth < 0 or any(change.overlaps(other) for other in standing)


def _spot(change: Change, standing: Sequence[Change]) -> int:
    """Where the change belongs in the text: behind what came at the same place there."""
    passed = [other for other in standing if other.start < change.start or other.end <= change.start]
    behind = max([change.start, *(other.end for other in passed)])
    return behind + sum(other.growth for other in passed)


def _joined(lines: Sequence[bytes], ending: bytes) -> bytes:
    """Only the last line may lack its ending."""
    whole = [line if line.endswith((b"\n", b"\r")) else line + ending for line in lines[:-1]]
    return b"".join([*whole, *lines[-1:]])
