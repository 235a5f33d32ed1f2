"""What a real observer says of real files. Each test waits for a signal, never for a time."""

from __future__ import annotations

import ctypes
import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest

from neuromem_sync.daemon import watcher
from neuromem_sync.daemon.signals import Doubt, Hint, Pulse, Signal
from neuromem_sync.daemon.watcher import Watcher
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.freshness import touch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the order of events is promised by inotify alone")
PATIENCE = 10.0


class Watched:
    """A watched folder beside its mark."""

    def __init__(self, folder: Path) -> None:
        self.root, self.mark = folder / "root", folder / "mark"
        self.root.mkdir()
        self.signals: Queue[Signal] = Queue()
        self.watcher = Watcher(self.root, self.mark, self.signals.put)

    def until(self, last: Signal) -> list[Signal]:
        """All signals up to this one."""
        heard: list[Signal] = []
        while last not in heard:
            heard.append(self.signals.get(timeout=PATIENCE))
        return heard

    def after(self, deed: Callable[[], object]) -> set[Signal]:
        """All signals of a deed: those that came before a touch of the mark made after it."""
        deed()
        touch(self.mark)
        return set(self.until(Pulse.MARK)) - {Pulse.MARK}


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    (watched.root / "old").mkdir()
    (watched.root / "old" / "a.md").write_text("a")
    watched.watcher.start()
    yield watched
    watched.watcher.stop()


def test_a_write_is_told_until_its_close(watched: Watched) -> None:
    heard = watched.after(lambda: (watched.root / "a.md").write_text("text"))
    assert heard == {Hint("a.md"), Hint("a.md", closed=True)}


def test_a_read_says_nothing(watched: Watched) -> None:
    assert watched.after(lambda: (watched.root / "old/a.md").read_text()) == set()
    assert watched.after(lambda: list(watched.root.iterdir())) == set()


def test_an_atomic_save_names_both_ends_and_the_real_path_is_whole(watched: Watched, tmp_path: Path) -> None:
    def save() -> None:
        (watched.root / "old/.a.tmp").write_text("new")
        (watched.root / "old/.a.tmp").replace(watched.root / "old/a.md")

    heard = watched.after(save)
    assert {Hint("old/.a.tmp", gone=True), Hint("old/a.md", closed=True)} <= heard


def test_a_deletion_is_gone(watched: Watched) -> None:
    assert watched.after((watched.root / "old/a.md").unlink) == {Hint("old/a.md", gone=True)}


def test_a_folder_renamed_is_gone_and_come_and_its_files_are_told_by_the_new_name(watched: Watched) -> None:
    heard = watched.after(lambda: (watched.root / "old").rename(watched.root / "new"))
    assert heard == {Hint("old", gone=True), Hint("new", closed=True)}
    heard = watched.after(lambda: (watched.root / "new/a.md").write_text("b"))
    assert Hint("new/a.md", closed=True) in heard


def test_a_folder_moved_in_is_one_hint_and_is_watched(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/er/b.md").touch()
    assert watched.after(lambda: (tmp_path / "deep").rename(watched.root / "deep")) == {Hint("deep")}
    assert Hint("deep/er/b.md", closed=True) in watched.after(lambda: (watched.root / "deep/er/b.md").write_text("b"))


def test_a_folder_moved_out_is_gone_and_may_come_back_by_another_name(watched: Watched, tmp_path: Path) -> None:
    assert watched.after(lambda: (watched.root / "old").rename(tmp_path / "out")) == {Hint("old", gone=True)}
    assert watched.after(lambda: (tmp_path / "out").rename(watched.root / "back")) == {Hint("back")}
    assert Hint("back/a.md", closed=True) in watched.after(lambda: (watched.root / "back/a.md").write_text("b"))


def test_files_born_with_their_folders_lie_in_a_folder_that_is_told(watched: Watched) -> None:
    def checkout() -> None:
        for number in range(20):
            folder = watched.root / f"{number}/x/y"
            folder.mkdir(parents=True)
            (folder / "a.md").write_text("a")

    assert {Hint(str(number)) for number in range(20)} <= watched.after(checkout)
    assert Hint("7/x/y/a.md", closed=True) in watched.after(lambda: (watched.root / "7/x/y/a.md").write_text("b"))


def test_every_earlier_file_is_told_before_a_touch_comes_back(watched: Watched) -> None:
    def write() -> None:
        for number in range(1000):
            (watched.root / f"{number}.md").write_text("a")

    assert {Hint(f"{number}.md", closed=True) for number in range(1000)} <= watched.after(write)


def test_a_touch_of_the_root_comes_back_before_the_mark_and_changes_no_time(watched: Watched) -> None:
    before = watched.root.stat()
    assert watched.after(lambda: touch(watched.root)) == {Pulse.ROOT}
    assert watched.root.stat().st_mtime_ns == before.st_mtime_ns


def test_a_deleted_root_is_a_lasting_doubt(watched: Watched) -> None:
    (watched.root / "old/a.md").unlink()
    (watched.root / "old").rmdir()
    watched.root.rmdir()
    assert Doubt("the workspace's folder was deleted", lasting=True) in watched.until(
        Doubt("the workspace's folder was deleted", lasting=True)
    )


def test_a_watcher_starts_again_after_a_stop(watched: Watched) -> None:
    watched.watcher.stop()
    (watched.root / "unseen.md").touch()
    watched.watcher.start()
    assert watched.after(lambda: (watched.root / "a.md").write_text("a")) == {Hint("a.md"), Hint("a.md", closed=True)}


def test_a_touch_proves_nothing_where_others_can_write_unheard(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine's edit of a network share is no event here: a query that waited would be told it was fresh."""
    assert watched.watcher.marks
    watched.watcher.stop()
    below = watched.root / "share"
    with monkeypatch.context() as patch:
        patch.setattr(watcher, "places", lambda root: [root, below])
        patch.setattr(watcher, "sharing", lambda place: "NFS" if place == below else "")
        watched.watcher.start()
        assert not watched.watcher.marks
        assert Hint("b.md", closed=True) in watched.after(lambda: (watched.root / "b.md").write_text("b"))
        watched.watcher.stop()
    watched.watcher.start()
    assert watched.watcher.marks


def test_a_root_that_is_not_there_cannot_be_watched(tmp_path: Path) -> None:
    watcher = Watcher(tmp_path / "absent", tmp_path / "mark", lambda signal: None)
    with pytest.raises(WorkspaceError, match="cannot watch"):
        watcher.start()


def test_an_overflow_is_told_and_the_mark_still_comes_back(watched: Watched) -> None:
    from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, WatchDescriptor

    from neuromem_sync.daemon.inotify import OVERFLOW, MarkedObserver

    observer = watched.watcher._observer
    assert isinstance(observer, MarkedObserver)
    overflow = InotifyEvent(WatchDescriptor(-1), InotifyConstants.IN_Q_OVERFLOW, 0, b"")
    assert watched.after(lambda: observer._descriptor.handle_event(overflow)) == {OVERFLOW}
    assert Hint("old/a.md", closed=True) in watched.after(lambda: (watched.root / "old/a.md").write_text("b"))


def refuse_folders(monkeypatch: pytest.MonkeyPatch, name: bytes, number: int) -> None:
    from watchdog.observers import inotify_c

    real = inotify_c.inotify_add_watch

    def add(descriptor: int, path: bytes, mask: int) -> int:
        if os.path.basename(path) == name:
            ctypes.set_errno(number)
            return -1
        return real(descriptor, path, mask)

    monkeypatch.setattr(inotify_c, "inotify_add_watch", add)


def test_the_limit_of_watches_is_a_lasting_doubt(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    from neuromem_sync.daemon.inotify import LIMIT

    refuse_folders(monkeypatch, b"one-too-many", errno.ENOSPC)
    assert LIMIT in watched.after((watched.root / "one-too-many").mkdir)


def test_a_folder_that_becomes_readable_is_watched_from_then_on(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        refuse_folders(patch, b"shut", errno.EACCES)
        assert watched.after((watched.root / "shut").mkdir) == {Hint("shut")}
    (watched.root / "shut").chmod(0o750)
    watched.until(Hint("shut"))
    assert Hint("shut/a.md", closed=True) in watched.after(lambda: (watched.root / "shut/a.md").write_text("a"))


def test_a_handler_that_fails_is_a_doubt_and_ends_no_thread(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    failures = [ValueError("no")]

    def tell(signal: Signal) -> None:
        if failures and isinstance(signal, Hint):
            raise failures.pop()
        watched.signals.put(signal)

    watched.watcher = Watcher(watched.root, watched.mark, tell)
    watched.watcher.start()
    try:
        heard = watched.after(lambda: (watched.root / "a.md").write_text("a"))
        assert Doubt("an event could not be handled: ValueError('no')") in heard
        assert Hint("a.md", closed=True) in heard
    finally:
        watched.watcher.stop()


def test_what_watchdog_logs_of_its_own_end_is_not_on_the_terminal(tmp_path: Path) -> None:
    """An event may meet the observer's end: `Ctrl-C` would leave a line of an error that is none."""
    program = """
import logging, sys
from neuromem_sync.daemon.inotify import MarkedObserver
observer = MarkedObserver(sys.argv[1], print)
observer.start()
observer.stop()
observer.join()
logging.getLogger("watchdog.observers.inotify").error("called when the thread is inactive")
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
