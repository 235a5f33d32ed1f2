"""Deletion is not absence: when a missing or shrunken file is believed, and when loss halts."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from neuromem_sync.changes import FileState
from neuromem_sync.clock import ManualClock
from neuromem_sync.errors import Halted
from neuromem_sync.files import file_state
from neuromem_sync.guard import EMPTY, NAMED, UNNAMED, Guard, check_loss, check_root


def state_of(root: Path, name: str, text: str = "0123456789") -> FileState:
    place = root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    return file_state(name, os.stat(place))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(time.time())


def test_an_unnamed_absence_is_believed_after_two_looks(tmp_path: Path, clock: ManualClock) -> None:
    guard = Guard(tmp_path, clock, UNNAMED)
    gone = state_of(tmp_path, "a.md")
    (tmp_path / "a.md").unlink()
    first = guard.absent(gone, named=False)
    assert first == pytest.approx(UNNAMED, abs=0.5)
    clock.shift(UNNAMED)
    assert guard.absent(gone, named=False) == 0


def test_a_named_absence_is_believed_sooner(tmp_path: Path, clock: ManualClock) -> None:
    guard = Guard(tmp_path, clock, UNNAMED)
    gone = state_of(tmp_path, "a.md")
    (tmp_path / "a.md").unlink()
    assert guard.absent(gone, named=True)
    clock.shift(NAMED)
    assert guard.absent(gone, named=False) == 0, "an event that named it is not forgotten"


def test_a_clock_that_is_set_back_makes_nobody_wait_for_it(tmp_path: Path, clock: ManualClock) -> None:
    guard = Guard(tmp_path, clock, UNNAMED)
    gone = state_of(tmp_path, "a.md")
    (tmp_path / "a.md").unlink()
    assert guard.absent(gone, named=True)
    clock.shift(-3600)
    assert guard.absent(gone, named=True) == pytest.approx(NAMED)
    clock.shift(NAMED)
    assert guard.absent(gone, named=True) == pytest.approx(0, abs=1e-6)


def test_an_old_absence_is_believed_at_once(tmp_path: Path, clock: ManualClock) -> None:
    guard = Guard(tmp_path, clock, UNNAMED)
    gone = state_of(tmp_path, "sub/a.md")
    (tmp_path / "sub/a.md").unlink()
    os.utime(tmp_path / "sub", (clock.now() - 60, clock.now() - 60))
    assert guard.absent(gone, named=False) == 0


def test_another_device_says_nothing(tmp_path: Path, clock: ManualClock) -> None:
    guard = Guard(tmp_path, clock, UNNAMED)
    gone = replace(state_of(tmp_path, "a.md"), dev=1)
    (tmp_path / "a.md").unlink()
    assert guard.absent(gone, named=True) is None


def test_a_shrunken_file_is_believed_after_its_writers_close(tmp_path: Path, clock: ManualClock) -> None:
    guard = Guard(tmp_path, clock, UNNAMED)
    old, new = state_of(tmp_path, "a.md"), state_of(tmp_path, "a.md", "012")
    assert guard.shrunken(old, new, closed=True) == 0
    assert guard.shrunken(old, new, closed=False) == pytest.approx(NAMED, abs=0.1)
    clock.shift(NAMED)
    assert guard.shrunken(old, new, closed=False) == 0


def test_an_emptied_file_is_believed_late(tmp_path: Path, clock: ManualClock) -> None:
    guard = Guard(tmp_path, clock, UNNAMED)
    old, new = state_of(tmp_path, "a.md"), state_of(tmp_path, "a.md", "")
    clock.shift(NAMED)
    assert guard.shrunken(old, new, closed=False) > 0
    assert guard.next_look() is not None
    clock.shift(EMPTY)
    assert guard.shrunken(old, new, closed=False) == 0
    guard.settle("a.md")
    assert guard.next_look() is None


def test_half_a_file_is_no_doubt(tmp_path: Path, clock: ManualClock) -> None:
    guard = Guard(tmp_path, clock, UNNAMED)
    old, new = state_of(tmp_path, "a.md"), state_of(tmp_path, "a.md", "01234")
    assert guard.shrunken(old, new, closed=False) == 0


def test_an_empty_or_absent_root_halts(tmp_path: Path) -> None:
    with pytest.raises(Halted, match="empty"):
        check_root(tmp_path, 5)
    with pytest.raises(Halted, match="cannot be read"):
        check_root(tmp_path / "away", 5)
    check_root(tmp_path, 0)


def test_mass_loss_halts_but_a_moved_folder_does_not(tmp_path: Path) -> None:
    lost = [state_of(tmp_path, f"logs/{number}.md") for number in range(25)]
    for state in lost:
        (tmp_path / state.path).unlink()
    with pytest.raises(Halted, match="25 of 30"):
        check_loss(tmp_path, lost, (), 30, same_root=True)
    check_loss(tmp_path, lost, (), 100, same_root=True)
    check_loss(tmp_path, lost, {state.path for state in lost}, 30, same_root=True)
    (tmp_path / "logs").rmdir()
    check_loss(tmp_path, lost, (), 30, same_root=True)


def test_a_replaced_root_halts_at_the_first_loss(tmp_path: Path) -> None:
    lost = [state_of(tmp_path, "a.md")]
    (tmp_path / "a.md").unlink()
    with pytest.raises(Halted, match="replaced"):
        check_loss(tmp_path, lost, (), 1000, same_root=False)
    check_loss(tmp_path, [], (), 1000, same_root=False)
