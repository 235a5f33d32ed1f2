"""Where the projector reads letters and ticks them off: a thread of its own, with the databases of one workspace.

SQLite may wait for another writer: not on the loop, where other workspaces are kept. Knows no letter.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from neuromem_sync.errors import LockHeld
from neuromem_sync.lock import WRITER, held
from neuromem_sync.sqlite import Reading, failure, read, transaction

T = TypeVar("T")
HELD_UP = 1.0
"""Seconds for which a lock of ours, or another writer of a database, is waited for, and after which one that stayed
taken is tried again: a daemon that is told to stop waits no longer for either. What was told and not ticked off is told
again.
"""


class Desk:
    """Connections to an `index`, to be written, and to its `live` database, both in the folder `state`."""

    def __init__(self, name: str, index: sqlite3.Connection, live: sqlite3.Connection, state: Path) -> None:
        self.index, self._live, self._state = index, live, state
        self._thread = ThreadPoolExecutor(1, name)
        self._ended = False
        for connection in (index, live):
            connection.execute(f"PRAGMA busy_timeout = {int(HELD_UP * 1000)}")

    async def do(self, work: Callable[[], T]) -> T:
        """Raises StateError if a database fails."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            raise failure(self._state, error) from error

    async def read(self, reading: Reading[T]) -> T:
        return await self.do(lambda: read(self.index, reading))

    async def write(self, writing: Callable[[sqlite3.Connection], None]) -> None:
        """In one transaction. Raises LockHeld while somebody else writes the index."""
        await self.do(lambda: self._write(writing))

    def _write(self, writing: Callable[[sqlite3.Connection], None]) -> None:
        try:
            lock = held(self._state / WRITER, timeout=HELD_UP, go_on=self._go_on)
            with lock, transaction(self.index) as tx:
                writing(tx)
        except LockHeld as error:
            raise LockHeld("another process is writing the index", "it is told again by and by", error.pid) from error

    def _go_on(self) -> None:
        if self._ended:
            raise LockHeld("it is being closed")

    async def close(self) -> None:
        """After what the thread still does, which begins no other write."""
        self._ended = True
        await self.do(self.index.close)
        await self.do(self._live.close)
        self._thread.shutdown(wait=False)
