"""What the daemon says of its standing: published for queries, shown to people, each only when it is another one."""

from __future__ import annotations

import sqlite3

from neuromem_sync.daemon.view import View
from neuromem_sync.freshness import Status, publish
from neuromem_sync.query import Freshness


class Voice:
    """For one agent; `live` is its live database."""

    def __init__(self, live: sqlite3.Connection, agent: str, view: View) -> None:
        self._live, self._agent, self._view = live, agent, view
        self._said: Freshness | None = None
        self._scanned = ""

    def say(self, status: Status) -> None:
        said, new = self._said, status.freshness
        is_other = said is None or (said.state, said.reason, said.generation) != (new.state, new.reason, new.generation)
        if is_other or status.scanned != self._scanned:
            publish(self._live, status)
            self._scanned = status.scanned
            self.show(new)

    def show(self, new: Freshness) -> None:
        if self._said is None or self._said.state != new.state:
            self._view.state(self._agent, new)
        self._said = new
