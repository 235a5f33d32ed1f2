"""What moves: files between two looks, entries between two versions, and the cycle that carries it over.

Frozen values; does no I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from neuromem_sync.model import NOTHING, Entry, Problem


class Phase(StrEnum):
    """What a cycle, or the daemon, is doing now."""

    SCAN = "scan"
    APPLY = "apply"
    IDLE = "idle"
    HALTED = "halted"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """What `stat` says of a file, and the BLAKE2b-128 of its bytes (empty: not read yet).

    `names` is how many hard links it has.
    """

    path: str
    dev: int
    ino: int
    size: int
    mtime_ns: int
    ctime_ns: int
    digest: bytes = b""
    names: int = 1

    @property
    def identity(self) -> tuple[int, int, int, int, int]:
        """Equal identities mean the same bytes, unless the file is racy."""
        return (self.dev, self.ino, self.size, self.mtime_ns, self.ctime_ns)

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The files of a workspace at one moment: `files` by path; `unknown` could not be looked at, so are not absent.

    `root` is `(device, inode)`; `droppings` are editors' and sync tools' leftovers, `links` lead out of the workspace:
    both are skipped.
    """

    root: tuple[int, int]
    files: Mapping[str, FileState]
    unknown: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    droppings: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file before and after: `old` None is a new file, `new` None a deleted one."""

    path: str
    old: FileState | None
    new: FileState | None


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as the index has it: its row number, its id, and what was parsed (whose own id is empty)."""

    key: int
    id: str
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """An entry before and after; None means absent. `key` is its row number in every embedded table."""

    key: int
    old: Entry | None
    new: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Settled hints: paths to look at, or `everything` after an overflow or a doubt.

    `gone` are paths (files or folders) that a delete or move event named; `closed` are files whose writer closed them.
    """

    paths: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    everything: bool = False


EVERYTHING = Batch(everything=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """One cycle: counts are entries, `files` is how many documents were read, `entries` and `total` are how many
    entries and documents the index has after it.

    `documents` has `(added, changed, deleted)` of each document that changed; `late` is what people need to know of
    lines that came into a file while it was written.
    """

    agent: str
    added: int
    changed: int
    deleted: int
    entries: int
    problems: tuple[Problem, ...]
    generation: int
    seconds: float
    files: int = 0
    total: int = 0
    unverified: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    documents: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    late: tuple[Problem, ...] = ()
