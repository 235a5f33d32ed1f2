"""The queries that wait, and the touch that proves what they wait for.

A query writes a token and touches the root. That touch, come back, says only that somebody calls: by now further
queries may have written tokens, after edits whose events are still under way. So the tokens are read first, then the
daemon touches the root and a mark of its own. When the mark comes back, every event older than any of those tokens
has come before it, and if the root's did not, the watched root is not the one at the path.
"""

from __future__ import annotations

import math
import sqlite3
from pathlib import Path

from neuromem_sync.daemon.signals import Pulse
from neuromem_sync.freshness import Status, answer, touch, unanswered


class Callers:
    """At most one touch is under way; who calls meanwhile is in the next one."""

    def __init__(self, live: sqlite3.Connection, root: Path, mark: Path, patience: float) -> None:
        self._live = live
        self._root = root
        self._mark = mark
        self._patience = patience
        self._called = False
        self._under_way: list[int] | None = None
        self._overdue = 0.0
        self._expect_root = False
        self._proved: list[int] = []

    def heard(self, pulse: Pulse) -> bool:
        """Take a touch that came back. False if it proves that the root is not what is watched."""
        if pulse is Pulse.ROOT:
            self._called = True
            self._expect_root = False
            return True
        if self._under_way is not None:
            self._proved += self._under_way
            self._under_way = None
        lost, self._expect_root = self._expect_root, False
        return not lost

    def call(self) -> None:
        """As if the root had been touched: a token may be there whose touch was lost."""
        self._called = True

    def ask(self, now: float) -> None:
        """Touch for the queries that wait now, if somebody called and no touch is under way."""
        if not self._called or self._under_way is not None:
            return
        self._called = False
        tokens = [token for token in unanswered(self._live) if token not in self._proved]
        if not tokens:
            return
        self._under_way = tokens
        self._overdue = now + self._patience
        self._expect_root = touch(self._root)
        touch(self._mark)

    def forget(self) -> None:
        """The watch was made anew: a touch of before cannot come back, and only so may another one set out."""
        self._under_way = None
        self._called = True

    def is_silent(self, now: float) -> bool:
        """Whether the touch under way should have come back by now; said once. It is waited for all the same."""
        silent = self._under_way is not None and now >= self._overdue
        if silent:
            self._overdue = math.inf
        return silent

    @property
    def overdue(self) -> float:
        """When the touch under way should have come back; infinite if none is, or if it is known to be late."""
        return math.inf if self._under_way is None else self._overdue

    @property
    def proved(self) -> bool:
        """Whether queries wait for nothing but the edits told so far."""
        return bool(self._proved)

    def release(self, said: Status) -> None:
        """Every edit told so far is in the index, as far as `said` says."""
        answer(self._live, self._proved, said)
        self._proved = []
