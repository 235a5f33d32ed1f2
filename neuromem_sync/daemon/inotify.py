"""watchdog's inotify observer with what it keeps to itself: lost events, refused watches, and our mark.

Says nothing about what an event means (watcher.py). Linux only.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyEmitter, InotifyWatchGroup
from watchdog.observers.inotify_c import InotifyEvent, InotifyFD, Mask, Watch
from watchdog.observers.inotify_move_event_grouper import InotifyMoveEventGrouper

from neuromem_sync.daemon.signals import Doubt

SILENT = logging.NullHandler()
OVERFLOW = Doubt("more happened at once than the system could report")
LIMIT = Doubt("the system's limit of watched folders is reached (fs.inotify.max_user_watches)", lasting=True)


class MarkedObserver(BaseObserver):
    """Watches folders, and `mark`, a file outside them, in one queue: what it reports is in the order it happened.

    Raises OSError when made or started if the system refuses.
    """

    def __init__(self, mark: str, tell: Callable[[Doubt], None]) -> None:
        # it logs lost events, which we tell of ourselves, and an event that meets its own end, which nobody misses
        logging.getLogger("watchdog").addHandler(SILENT)
        self._descriptor = _Descriptor(tell)
        self._descriptor.start()
        super().__init__(_Emitter, inotify_fd=self._descriptor, mark=mark)

    def on_thread_stop(self) -> None:
        super().on_thread_stop()
        self._descriptor.stop()
        self._descriptor.join()


class _Descriptor(InotifyFD):
    """Tells of an overflow after the watches were rebuilt, so that a scan from then on misses nothing."""

    def __init__(self, tell: Callable[[Doubt], None]) -> None:
        super().__init__()
        self._tell = tell

    def handle_event(self, event: InotifyEvent) -> None:
        super().handle_event(event)
        if event.is_queue_overflow:
            self._tell(OVERFLOW)

    def _get_or_create_watch(self, path: bytes, mask: Mask) -> Watch:
        try:
            watch = super()._get_or_create_watch(path, mask)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.ENOMEM):
                self._tell(LIMIT)
            raise
        if watch.wd == -1:
            del self._watch_for_wd[watch.wd]
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fsdecode(path))
        # one group has the whole descriptor: a folder that comes back by another name still has its old watch
        watch.callbacks.clear()
        return watch


class _QuickGrouper(InotifyMoveEventGrouper):
    """Both ends of a move arrive together; waiting longer for the second holds up everything behind it."""

    delay = 0.005


@dataclass
class _Group(InotifyWatchGroup):
    mark: bytes = b""
    _move_event_grouper: InotifyMoveEventGrouper = field(default_factory=_QuickGrouper, init=False)

    def _add_all_callbacks(self, path: bytes) -> None:
        super()._add_all_callbacks(path)
        if path == self.path:
            self._add_callback(self.mark)

    def on_event(self, event: InotifyEvent) -> None:
        if event.is_attrib and event.is_directory and event.name:
            self._watch_again(event)
        super().on_event(event)

    def _watch_again(self, event: InotifyEvent) -> None:
        """A folder that could not be watched may have become readable."""
        with self._lock:
            path = self._build_event_source_path(event) if self.is_active else None
            if path is not None:
                self._add_all_callbacks(path)


class _Emitter(InotifyEmitter):
    def __init__(self, *args: Any, mark: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._mark = os.fsencode(mark)

    def on_thread_start(self) -> None:
        self._inotify = _Group(
            self._inotify_fd,
            os.fsencode(self.watch.path),
            is_recursive=self.watch.is_recursive,
            event_mask=self.get_event_mask_from_filter(),
            mark=self._mark,
        )
