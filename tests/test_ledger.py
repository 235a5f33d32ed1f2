"""What is known of past nights and past questions, and that a state folder that fails says so."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from neuromem_sync.errors import StateError
from neuromem_sync.journal import FILE
from neuromem_sync.ledger import KEPT, Ledger, Past


def night(at: float, **more: bool) -> Past:
    facts = {"written": False, "blocked": False, **more}
    return Past(at=at, promoted=1, demoted=2, archived=3, eligible=4, reason="why", **facts)


def test_the_last_nights_newest_first_and_a_year_of_them(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    assert ledger.nights(9) == ()
    past = [night(float(at), written=at % 2 == 0, blocked=at % 3 == 0) for at in range(KEPT + 2)]
    for each in past:
        ledger.note(each)
    assert ledger.nights(2) == (past[-1], past[-2])
    assert len(ledger.nights(2 * KEPT)) == KEPT


def test_what_was_asked_once_is_known_for_ever(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.ask(["nm-1", "nm-2"])
    ledger.ask(["nm-2", "nm-3"])
    assert Ledger(tmp_path).asked() == {"nm-1", "nm-2", "nm-3"}


def test_a_table_that_cannot_be_read_is_an_error_of_the_state_with_a_hint(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.note(night(1.0))
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.executescript("DROP TABLE nights; DROP TABLE asked")
    for call in (lambda: ledger.note(night(2.0)), lambda: ledger.nights(1), ledger.asked, lambda: ledger.ask(["nm-1"])):
        with pytest.raises(StateError, match="no such table") as caught:
            call()
        assert caught.value.hint
