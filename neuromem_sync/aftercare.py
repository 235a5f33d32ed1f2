"""What write-backs left to do: settle those that were cut short, watch the files that were put aside.

Opens the journal once there is one; a workspace that was never written into pays one look for a file.
"""

from __future__ import annotations

from pathlib import Path

from neuromem_sync.clock import Clock
from neuromem_sync.errors import StateError
from neuromem_sync.journal import FILE, Journal
from neuromem_sync.model import Problem

AGAIN = 10.0
"""Seconds until what could not be done is tried again: a disk that may only be read stays so for hours."""


class Aftercare:
    """Of the workspace at `root`. `look` wants `writer.lock` held by this process."""

    def __init__(self, root: Path, state: Path, clock: Clock) -> None:
        self._root, self._state, self._clock = root, state, clock
        self._journal: Journal | None = None
        self._not_before = 0.0

    def next_due(self) -> float | None:
        """When (POSIX seconds) there is something to look at next; None if nothing is left to do.

        Now, if the journal cannot be read: the look says why.
        """
        try:
            journal = self._open()
            due = self._due(journal) if journal else None
        except StateError:
            return 0.0
        return None if due is None else max(due, self._not_before)

    def look(self, now: float) -> tuple[Problem, ...]:
        """Do what is due. Gives what people need to know. Raises StateError."""
        journal = self._open()
        if journal is None or not (journal.plans() or journal.displaced()):
            return ()
        # 5 ms of a command that has nothing to do here
        from neuromem_sync.displaced import Watch
        from neuromem_sync.writeback import Writeback

        writeback = Writeback(self._root, self._state, journal, self._clock)
        writeback.recover()
        late = Watch(self._root, journal, writeback).look(now)
        due = self._due(journal)
        self._not_before = now + AGAIN if due is not None and due <= now else 0.0
        return late

    def _due(self, journal: Journal) -> float | None:
        return 0.0 if journal.plans() else journal.next_due()

    def close(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _open(self) -> Journal | None:
        if self._journal is None and (self._state / FILE).exists():
            self._journal = Journal(self._state)
        return self._journal
