"""Settle hints into batches: a path is due when it has been quiet, or has waited long enough.

Pure: time is an argument. Knows no files and no events.
"""

from __future__ import annotations

from dataclasses import dataclass

from neuromem_sync.changes import Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """Seconds of quiet: `closed` after a close, a move or a deletion, `open` after a write whose end is not known.

    `longest` bounds the wait of a path that is never quiet.
    """

    closed: float = 0.004
    open: float = 0.05
    longest: float = 0.5


@dataclass(slots=True)
class _Pending:
    first: float
    due: float
    gone: bool = False
    closed: bool = False


class Debounce:
    """Hints that wait. A path is named once per batch, however often it was offered."""

    def __init__(self, settle: Settle | None = None) -> None:
        self._settle = settle or Settle()
        self._pending: dict[str, _Pending] = {}
        self._everything: _Pending | None = None

    def offer(self, path: str, now: float, *, gone: bool = False, closed: bool = False) -> None:
        """Something happened at `path`. It stays `gone` in its batch once it was; `closed` is what it was last."""
        pending = self._pending.setdefault(path, _Pending(now, now))
        pending.due = self._due(pending, now, gone or closed)
        pending.gone |= gone
        pending.closed = closed

    def offer_everything(self, now: float) -> None:
        """Hints were lost, or are in doubt: the next batch is everything."""
        self._everything = self._everything or _Pending(now, now)
        self._everything.due = self._due(self._everything, now, False)

    def due(self, now: float) -> Batch | None:
        """What has settled by `now`, and is forgotten here; None if nothing has."""
        if self._everything is not None:
            return self.flush() if self._everything.due <= now else None
        return self._take([path for path, pending in self._pending.items() if pending.due <= now])

    def flush(self) -> Batch | None:
        """All that waits, settled or not; None if nothing does."""
        everything = self._everything is not None
        self._everything = None
        return self._take(list(self._pending), everything)

    def next_due(self) -> float | None:
        """When `due` will give something, if nothing more is offered."""
        if self._everything is not None:
            return self._everything.due
        return min((pending.due for pending in self._pending.values()), default=None)

    def _due(self, pending: _Pending, now: float, settled: bool) -> float:
        quiet = self._settle.closed if settled else self._settle.open
        return min(now + quiet, pending.first + self._settle.longest)

    def _take(self, paths: list[str], everything: bool = False) -> Batch | None:
        if not paths and not everything:
            return None
        taken = {path: self._pending.pop(path) for path in paths}
        return Batch(
            paths=frozenset(taken),
            gone=frozenset(path for path, pending in taken.items() if pending.gone),
            closed=frozenset(path for path, pending in taken.items() if pending.closed),
            everything=everything,
        )
