"""What may be believed to be gone: when an absent or shrunken file is taken at its word, and when loss halts sync.

Absence is not deletion: an editor's save makes a file vanish for a moment, a mount for an hour. Reads no content and
changes nothing; sync.py acts on what is said here.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from neuromem_sync.changes import FileState
from neuromem_sync.clock import Clock
from neuromem_sync.errors import Halted

NAMED = 0.2
"""Seconds an absence lasts before it is believed, when an event named it or a one-shot command looks."""
UNNAMED = 3.0
"""The same on the daemon's timer."""
EMPTY = 5.0
"""The same for a file that was emptied: some savers truncate, think, and write."""
FEW = 20
SHARE = 0.3
"""More than FEW files and more than SHARE of them gone at once, unexplained, halt sync."""


@dataclass(slots=True)
class _Doubt:
    since: float
    wait: float


class Guard:
    """Remembers since when something has been absent or shrunken; times are seconds of `clock.now()`."""

    def __init__(self, root: Path, clock: Clock, unnamed: float) -> None:
        self._root = root
        self._clock = clock
        self._unnamed = unnamed
        self._doubts: dict[str, _Doubt] = {}

    def absent(self, state: FileState, *, named: bool) -> float | None:
        """Seconds until this absence is believed, 0 if it is; None when the folder cannot say (another device)."""
        folder = _nearest_folder(self._root, state.path)
        if folder is None or folder.st_dev != state.dev:
            return None
        return self._wait(state.path, folder.st_mtime, NAMED if named else self._unnamed)

    def shrunken(self, old: FileState, new: FileState, *, closed: bool) -> float:
        """Seconds until the new size is believed, 0 if it is: at once after its writer's close."""
        if closed or new.size * 2 >= old.size:
            return 0.0
        return self._wait(new.path, new.ctime_ns / 1e9, NAMED if new.size else EMPTY)

    def _wait(self, path: str, changed_at: float, wait: float) -> float:
        now = self._clock.now()
        doubt = self._doubts.setdefault(path, _Doubt(now, wait))
        doubt.wait = min(doubt.wait, wait)
        doubt.since = min(doubt.since, now)  # later than now: the clock was set back
        # unchanged since before our first look: the time before it counts too, and a one-shot command need not wait
        since = min(doubt.since, changed_at)
        return max(0.0, since + doubt.wait - now)

    def settle(self, path: str) -> None:
        """Forget a doubt: the file is back, or its absence was acted on."""
        self._doubts.pop(path, None)

    def doubted(self) -> frozenset[str]:
        return frozenset(self._doubts)

    def next_look(self) -> float | None:
        """When (clock.now) the first doubt wants another look."""
        return min((doubt.since + doubt.wait for doubt in self._doubts.values()), default=None)


def check_root(root: Path, documents: int) -> os.stat_result:
    """The root's stat. Raises Halted if it is away, or empty though documents are known."""
    try:
        found = root.stat()
        with os.scandir(root) as entries:
            empty = next(entries, None) is None
    except OSError as error:
        raise Halted(
            f"{root}: the workspace's folder cannot be read: {error.strerror}",
            "mount it or give it back; nothing indexed is lost",
        ) from error
    if empty and documents:
        raise Halted(
            f"{root}: the folder is empty, {documents} documents are known",
            f"mount or restore it; if they are meant to be gone: neuromem sync {root} --confirm-loss",
        )
    return found


def check_loss(
    root: Path, missing: Collection[FileState], explained: Iterable[str], total: int, *, same_root: bool
) -> None:
    """Raises Halted when too much is gone that no event, move or vanished folder explains."""
    told = set(explained)
    lost = [state for state in missing if state.path not in told]
    if same_root:
        lost = [state for state in lost if _folder_stands(root, state.path)]
    mass = len(lost) > FEW and len(lost) > SHARE * total
    if lost and (mass or not same_root):
        what = "was replaced" if not same_root else "lost many files at once"
        raise Halted(
            f"{root}: the folder {what}: {len(lost)} of {total} documents are gone, such as {lost[0].path}",
            f"restore them; if they are meant to be gone: neuromem sync {root} --confirm-loss",
        )


def _folder_stands(root: Path, path: str) -> bool:
    """A file missing from a folder that stands is unexplained; a folder that left as a whole was moved or removed."""
    return (root / path).parent.is_dir()


def _nearest_folder(root: Path, path: str) -> os.stat_result | None:
    folder = (root / path).parent
    while True:
        try:
            return folder.stat()
        except (FileNotFoundError, NotADirectoryError):
            if folder == root:
                return None
            folder = folder.parent
        except OSError:
            return None
