"""When idle-time work is due: a while after something happened, a short piece at a time, until nothing is left."""

from __future__ import annotations

from math import inf


class Upkeep:
    """Monotonic seconds. `idle`: quiet before it begins; `breath`: between two pieces of it."""

    def __init__(self, now: float, idle: float, breath: float) -> None:
        self._idle, self._breath = idle, breath
        self.due = now

    def later(self, now: float) -> None:
        """Something happened that may leave work behind."""
        self.due = now + self._idle

    def went(self, now: float, *, more: bool) -> None:
        """A piece was done, or could not be; `more` is left."""
        self.due = now + self._breath if more else inf
