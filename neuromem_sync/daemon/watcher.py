"""Watch one workspace: every event becomes a signal, and nothing is read, judged or remembered here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog.events import (
    DirAttribEvent,
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)

from neuromem_sync.daemon.mounts import places
from neuromem_sync.daemon.signals import Doubt, Hint, Pulse, Signal
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.exchange import sharing
from neuromem_sync.files import reason

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver

# opening and reading are events too: without a filter, every look of ours would cause another
WANTED: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    FileAttribEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
    DirAttribEvent,
]
ROOT_GONE = Doubt("the workspace's folder was deleted", lasting=True)


class Watcher:
    """Watches `root` and the file `mark` until stopped; `tell` is called from another thread, in order of events."""

    def __init__(self, root: Path, mark: Path, tell: Callable[[Signal], None]) -> None:
        self._root = root
        self._mark = mark
        self._tell = tell
        self._observer: BaseObserver | None = None
        self._shared = False

    @property
    def marks(self) -> bool:
        """Whether a touch comes back here and proves anything, so that queries may wait for one.

        It does not where others can change files without an event in our kernel: on a network share, by FUSE.
        """
        return self._in_order and not self._shared

    @property
    def _in_order(self) -> bool:
        return sys.platform == "linux"

    def start(self) -> None:
        """Everything that happens after this returns is told. Raises WorkspaceError if the system refuses."""
        try:
            self._shared = self._in_order and any(map(_is_shared, places(self._root)))
            self._observer = self._make()
            handler = _Handler(str(self._root), str(self._mark), self._tell)
            self._observer.schedule(handler, str(self._root), recursive=True, event_filter=WANTED)
            self._observer.start()
        except OSError as error:
            self.stop()
            raise WorkspaceError(
                f"cannot watch {self._root}: {reason(error)}",
                "raise fs.inotify.max_user_watches and max_user_instances; until then files are scanned",
            ) from error

    def stop(self) -> None:
        """Stop telling; a stopped watcher may be started again."""
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            if observer.is_alive():
                observer.join()

    def _make(self) -> BaseObserver:
        if self._in_order:
            from neuromem_sync.daemon.inotify import MarkedObserver

            self._mark.touch(mode=0o600)
            return MarkedObserver(str(self._mark), self._tell)
        from watchdog.observers import Observer

        return Observer()


def _is_shared(place: Path) -> bool:
    try:
        return bool(sharing(place))
    except OSError:
        return True  # nobody can tell


class _Handler(FileSystemEventHandler):
    def __init__(self, root: str, mark: str, tell: Callable[[Signal], None]) -> None:
        self._root = root
        self._mark = mark
        self._tell = tell

    def dispatch(self, event: FileSystemEvent) -> None:
        """An exception here would end watchdog's thread without a word; a scan makes good what was missed."""
        try:
            for signal in signals(event, self._root, self._mark):
                self._tell(signal)
        except Exception as error:  # noqa: BLE001 - the edge of a thread
            self._tell(Doubt(f"an event could not be handled: {error!r}"))


def signals(event: FileSystemEvent, root: str, mark: str) -> Iterator[Signal]:
    """What an event says, in our words.

    A new or moved folder is one hint at the folder, whose content is walked later: files born in it before it was
    watched are never reported, and watchdog's guesses at them (`is_synthetic`) add nothing.
    """
    here = os.fsdecode(event.src_path)
    if here == mark:
        yield Pulse.MARK
    elif here == root:
        yield ROOT_GONE if event.event_type == "deleted" else Pulse.ROOT
    elif not event.is_synthetic:
        yield from _hints(event.event_type, here, os.fsdecode(event.dest_path), len(root) + 1)


def _hints(kind: str, here: str, there: str, cut: int) -> Iterator[Hint]:
    yield Hint(here[cut:], gone=kind in ("deleted", "moved"), closed=kind == "closed")
    if kind == "moved":
        yield Hint(there[cut:], closed=True)
