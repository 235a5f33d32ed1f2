"""The rest of a night: archive what faded, ask about what contradicts itself, and say what was left lying.

Writes no line of MEMORY.md; the only file it touches is an inbox that is there, and only at its end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from neuromem_sync import lock
from neuromem_sync.ageing import Aged, ageing
from neuromem_sync.archive import archive, prune
from neuromem_sync.changes import EVERYTHING
from neuromem_sync.clock import Clock
from neuromem_sync.contradictions import Contradiction, anchors, contradictions, inbox_item, unasked
from neuromem_sync.files import Content, stable_read
from neuromem_sync.layers.base import Shelf
from neuromem_sync.ledger import Ledger
from neuromem_sync.logbook import INBOX, append
from neuromem_sync.sqlite import failure, read
from neuromem_sync.sync import Sync
from neuromem_sync.workspace import Workspace


class Chores:
    """Of one workspace, whose index is in step. `retention` in seconds."""

    def __init__(self, workspace: Workspace, engine: Sync, shelf: Shelf, ledger: Ledger, clock: Clock) -> None:
        self._workspace = workspace
        self._engine = engine
        self._shelf = shelf
        self._ledger = ledger
        self._clock = clock

    def archive(self, retention: float) -> int:
        """Archive what faded and forget touches of nothing; how many entries were archived. Lets others in between.

        Raises StateError, LockHeld.
        """
        now, connection, touches = self._clock.now(), self._engine.connection, self._engine.touches
        archived, left = 0, True
        while left:
            with self._turn():
                done = archive(connection, self._shelf, touches, now, retention)
            archived, left = archived + done.archived, done.left
        with self._turn():
            prune(connection, touches, now, retention)
        return archived

    def ask(self) -> tuple[Contradiction, ...]:
        """Put new contradictions into the inbox, each once; those that were. Without an inbox of ours none is asked.

        Raises WorkspaceError for an inbox that cannot be written.
        """
        inbox = stable_read(self._workspace.root, INBOX)
        if self._workspace.readonly or not isinstance(inbox, Content):
            return ()
        seen = self._ledger.asked()
        found = unasked(read(self._engine.connection, contradictions()), inbox.data, seen)
        today = datetime.fromtimestamp(self._clock.now(), ZoneInfo(self._workspace.zone)).date()
        for each in found:
            append(self._workspace, INBOX, inbox_item(each), today)
        # what stands there was asked, though the state that knew of it was lost
        if new := {*anchors(inbox.data), *(each.anchor for each in found)} - seen:
            self._ledger.ask(sorted(new))
        if found:
            self._engine.cycle(EVERYTHING)
        return found

    def aged(self) -> tuple[Aged, ...]:
        """What is open and was left lying, the most pressing first."""
        return tuple(read(self._engine.connection, ageing(self._clock.now(), self._workspace.zone)))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with lock.turn(self._engine.state):
            try:
                yield
            except sqlite3.Error as error:
                raise failure(self._engine.state, error) from error
