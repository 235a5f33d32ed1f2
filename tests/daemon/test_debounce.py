"""Settling, with time made by hand."""

from __future__ import annotations

from neuromem_sync.changes import Batch
from neuromem_sync.daemon.debounce import Debounce, Settle

SETTLE = Settle(closed=1, open=10, longest=30)


def paths(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_nothing_offered_is_never_due() -> None:
    debounce = Debounce(SETTLE)
    assert debounce.next_due() is None
    assert debounce.due(1e9) is None
    assert debounce.flush() is None


def test_a_closed_file_is_due_after_a_short_quiet_and_then_forgotten() -> None:
    debounce = Debounce(SETTLE)
    debounce.offer("a", 100, closed=True)
    assert debounce.next_due() == 101
    assert debounce.due(100.9) is None
    assert debounce.due(101) == Batch(paths=paths("a"), closed=paths("a"))
    assert debounce.next_due() is None


def test_a_write_without_a_close_waits_longer_until_the_close_comes() -> None:
    debounce = Debounce(SETTLE)
    debounce.offer("a", 100)
    assert debounce.next_due() == 110
    debounce.offer("a", 102, closed=True)
    assert debounce.due(103) == Batch(paths=paths("a"), closed=paths("a"))


def test_a_write_after_the_close_opens_the_file_again() -> None:
    debounce = Debounce(SETTLE)
    debounce.offer("a", 100, closed=True)
    debounce.offer("a", 100.5)
    assert debounce.due(101) is None
    assert debounce.due(110.5) == Batch(paths=paths("a"))


def test_a_path_that_is_never_quiet_waits_no_longer_than_the_longest_wait() -> None:
    debounce = Debounce(SETTLE)
    for moment in range(100, 130, 5):
        debounce.offer("a", moment)
    assert debounce.next_due() == 130
    assert debounce.due(130) == Batch(paths=paths("a"))


def test_a_busy_path_holds_up_no_other() -> None:
    debounce = Debounce(SETTLE)
    debounce.offer("busy", 100)
    debounce.offer("done", 100, closed=True)
    assert debounce.due(101) == Batch(paths=paths("done"), closed=paths("done"))
    assert debounce.next_due() == 110


def test_both_ends_of_a_move_are_in_one_batch() -> None:
    debounce = Debounce(SETTLE)
    debounce.offer("old", 100, gone=True)
    debounce.offer("new", 100, closed=True)
    assert debounce.due(101) == Batch(paths=paths("old", "new"), gone=paths("old"), closed=paths("new"))


def test_a_path_deleted_and_made_again_is_looked_at_and_was_gone() -> None:
    debounce = Debounce(SETTLE)
    debounce.offer("a", 100, gone=True)
    debounce.offer("a", 100.2, closed=True)
    assert debounce.due(102) == Batch(paths=paths("a"), gone=paths("a"), closed=paths("a"))


def test_lost_hints_make_the_next_batch_everything_and_keep_what_was_named_gone() -> None:
    debounce = Debounce(SETTLE)
    debounce.offer("a", 100, gone=True)
    debounce.offer_everything(100)
    assert debounce.due(101) is None
    assert debounce.next_due() == 110
    assert debounce.due(110) == Batch(paths=paths("a"), gone=paths("a"), everything=True)
    assert debounce.next_due() is None


def test_a_storm_of_losses_is_looked_at_after_the_longest_wait() -> None:
    debounce = Debounce(SETTLE)
    for moment in range(100, 130, 5):
        debounce.offer_everything(moment)
    assert debounce.due(130) == Batch(everything=True)


def test_a_flush_takes_what_has_not_settled() -> None:
    debounce = Debounce(SETTLE)
    debounce.offer("a", 100)
    assert debounce.flush() == Batch(paths=paths("a"))
    assert debounce.flush() is None
