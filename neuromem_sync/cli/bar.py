"""A progress bar for work that takes long, on a terminal alone; loads `rich` only when it is due."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress

AFTER = 1.0  # seconds; a bar that flashes by tells nobody anything


class Advance(Protocol):
    """Tell how far the work is: `done` of `total` pieces."""

    def __call__(self, done: int, total: int) -> None: ...


@contextmanager
def progress(label: str, monotonic: Any, *, quiet: bool = False) -> Iterator[Advance]:
    """A bar on a terminal's stderr once the work has taken AFTER; nothing elsewhere, or if `quiet`.

    `monotonic` is a clock's.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    bar = _Bar(label, monotonic)
    try:
        yield bar.advance
    finally:
        bar.close()


class _Bar:
    def __init__(self, label: str, monotonic: Any) -> None:
        self._label, self._monotonic, self._start = label, monotonic, monotonic()
        self._progress: Progress | None = None

    def advance(self, done: int, total: int) -> None:
        if self._progress is None:
            if self._monotonic() - self._start < AFTER:
                return
            self._progress = self._open(total)
        self._progress.update(self._progress.task_ids[0], completed=done, total=total)

    def _open(self, total: int) -> Progress:
        from rich.console import Console
        from rich.progress import Progress

        opened = Progress(console=Console(stderr=True), transient=True)
        opened.add_task(self._label, total=total)
        opened.start()
        return opened

    def close(self) -> None:
        if self._progress:
            self._progress.stop()
