"""What the daemon asks of a sync engine, and how often. The engine itself is given to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from neuromem_sync.changes import Batch, SyncReport
from neuromem_sync.daemon.debounce import Settle


class Engine(Protocol):
    """One workspace's sync. Its methods are synchronous, run on one thread of its own, and never two at once."""

    agent: str
    root: Path
    state: Path

    def cycle(self, batch: Batch) -> SyncReport:
        """Make the index equal to the files the batch may have touched; an empty batch looks again at what is
        pending. Takes `writer.lock` itself. Raises NeuromemError, and then the index is what it was."""
        ...

    def cancel(self) -> None:
        """From another thread: a cycle under way, or the next one, raises Cancelled and writes nothing."""
        ...

    def next_look(self) -> float | None:
        """Monotonic seconds when something pending wants another look."""
        ...

    def tidy(self) -> bool:
        """A short piece of idle-time work; True if more is left, and then the next one comes after a breath."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Seconds. `check`: between looks at the root's identity and at other processes' commits; `scan` (± `spread`
    of itself): between full scans, `poll` while the watcher or the last cycle is in doubt; `answer`: how long a
    touch may take to come back; `idle`: quiet before idle-time work; `again`: before a watch is made anew."""

    settle: Settle = field(default_factory=Settle)
    check: float = 5.0
    scan: float = 300.0
    spread: float = 0.25
    poll: float = 10.0
    answer: float = 2.0
    idle: float = 2.0
    again: float = 60.0
