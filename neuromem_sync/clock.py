"""Time as an argument: `SystemClock` for processes, `ManualClock` for tests and for `NEUROMEM_NOW`.

Formats and parses no dates of documents; that is the parsers' work.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from neuromem_sync.errors import ConfigError

MARGIN = 7 * 86400.0
"""Seconds that a set clock must be able to go on."""


class Clock(Protocol):
    def now(self) -> float:
        """POSIX seconds."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, never going back."""
        ...

    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class ManualClock:
    """Stands still until told: `sleep` moves it at once, `shift` sets it on."""

    def __init__(self, now: float = 0.0) -> None:
        self._now = now

    def now(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.shift(seconds)

    def shift(self, seconds: float) -> None:
        self._now += seconds


class OffsetClock(SystemClock):
    """The system clock, set to begin at another moment."""

    def __init__(self, start: float) -> None:
        self._offset = start - time.time()

    def now(self) -> float:
        return time.time() + self._offset


def clock_from_environment() -> Clock:
    """The clock a command uses: `NEUROMEM_NOW` (ISO 8601, UTC if it names no zone) or the system's."""
    given = os.environ.get("NEUROMEM_NOW")
    if not given:
        return SystemClock()
    try:
        moment = datetime.fromisoformat(given)
        start = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        datetime.fromtimestamp(start + MARGIN, UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigError(f"NEUROMEM_NOW is not a time: {given!r}", "write it like 2026-03-01T09:00+01:00") from error
    return OffsetClock(start)


def today(now: float, zone: str) -> tuple[float, float]:
    """When the day of `now` begins and ends by the calendar of a zone, POSIX seconds: two days a year have not 24 h."""
    from zoneinfo import ZoneInfo  # 3 ms

    midnight = datetime.fromtimestamp(now, ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return midnight.timestamp(), (midnight + timedelta(days=1)).timestamp()


def iso(seconds: float) -> str:
    """ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
