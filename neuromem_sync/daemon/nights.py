"""When a workspace is consolidated: once a day, and sooner after much change. Asked, it says; it waits for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

APART = 3600.0
"""Seconds between two consolidations that much change asks for: a bulk import is one night, not ten."""
SETTLED = 60.0
"""Seconds without an edit before one begins: a person at work is not reorganised."""
AGAIN = 600.0
"""Seconds of waiting for such a pause, after which the night is not put off further."""


class Nights:
    """`at` is a time of day ("": never), `after` a number of changed entries (0: never), `last` the last night.

    All moments are POSIX seconds.
    """

    def __init__(self, at: str, after: int, zone: str, last: float) -> None:
        self._at = at
        self._after = after
        self._zone = ZoneInfo(zone)
        self._last = last
        self._changed = 0
        self._enough = float("inf")
        self._edited = 0.0

    def changed(self, entries: int, now: float) -> None:
        """So many entries are new or other ones."""
        if entries:
            self._changed += entries
            self._edited = now
            if self._after and self._changed >= self._after:
                self._enough = min(self._enough, now)

    def due(self, now: float) -> bool:
        self._last = min(self._last, now)  # a clock that was set back has had no night in its future
        since = min(self._nightly(), self._sooner())
        waited = now - since
        return waited >= 0 and (now - self._edited >= SETTLED or waited >= AGAIN)

    def begun(self, now: float) -> None:
        """A consolidation begins now, whoever asked for it."""
        self._last, self._changed, self._enough = now, 0, float("inf")

    def _nightly(self) -> float:
        """The first time of day `at` after the last night, in the agent's zone."""
        if not self._at:
            return float("inf")
        hour, minute = map(int, self._at.split(":"))
        last = datetime.fromtimestamp(self._last, self._zone)
        night = last.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return (night if night > last else night + timedelta(days=1)).timestamp()

    def _sooner(self) -> float:
        return max(self._last + APART, self._enough)
