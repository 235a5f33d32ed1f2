"""The mounts below a folder, read from the system's table."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuromem_sync.daemon import mounts
from neuromem_sync.daemon.mounts import Mounts, below, places

TABLE = rb"""21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 21 0:30 / /home/ava/notes rw - tmpfs none rw
31 21 0:31 / /home/ava rw - tmpfs none rw
32 21 0:32 / /home/ava-too rw - tmpfs none rw
33 21 0:33 / /home/ava/my\040notes rw - tmpfs none rw
"""


def test_the_mounts_at_and_below_a_folder() -> None:
    assert below(TABLE, Path("/home/ava")) == {
        b"30 21 0:30 / /home/ava/notes",
        b"31 21 0:31 / /home/ava",
        rb"33 21 0:33 / /home/ava/my\040notes",
    }
    assert len(below(TABLE, Path("/home/ava/my notes"))) == 1
    assert len(below(TABLE, Path("/"))) == 5


def test_the_places_where_disks_are_mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "table").write_bytes(TABLE)
    monkeypatch.setattr(mounts, "TABLE", tmp_path / "table")
    found = places(Path("/home/ava"))
    assert found[0] == Path("/home/ava")
    assert set(found) == {Path("/home/ava"), Path("/home/ava/notes"), Path("/home/ava/my notes")}
    monkeypatch.setattr(mounts, "TABLE", tmp_path / "none")
    assert places(tmp_path) == [tmp_path]


def test_nothing_has_moved_where_nothing_was_mounted(tmp_path: Path) -> None:
    watched = Mounts(tmp_path)
    assert not watched.moved()
    watched.close()
