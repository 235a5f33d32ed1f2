"""The touch that proves what waiting queries wait for: no answer before it came back, and none to a later query."""

from __future__ import annotations

import math
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from neuromem_sync import freshness
from neuromem_sync.daemon.callers import Callers
from neuromem_sync.daemon.signals import Pulse
from neuromem_sync.daemon.standing import Standing
from neuromem_sync.freshness import Status, unanswered
from neuromem_sync.query import Freshness, State
from neuromem_sync.sqlite import connect

FRESH = Freshness(state=State.FRESH, generation=7, as_of="2026-03-01T09:00:00.000+00:00")
SOUND = Status(pid=os.getpid(), freshness=FRESH, answers=True)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "live.db")
    freshness.prepare(connection)
    yield connection
    connection.close()


@pytest.fixture
def callers(tmp_path: Path, live: sqlite3.Connection) -> Callers:
    (tmp_path / "root").mkdir()
    (tmp_path / "mark").touch()
    return Callers(live, tmp_path / "root", tmp_path / "mark", patience=2)


def query(live: sqlite3.Connection) -> int | None:
    return live.execute("INSERT INTO waits DEFAULT VALUES").lastrowid


def test_a_query_is_proved_when_the_mark_came_back_after_its_token_was_read(
    callers: Callers, live: sqlite3.Connection
) -> None:
    query(live)
    assert callers.heard(Pulse.ROOT)
    assert not callers.proved
    callers.ask(100)
    assert callers.overdue == 102
    assert callers.heard(Pulse.ROOT)
    assert callers.heard(Pulse.MARK)
    assert callers.proved
    callers.release(SOUND)
    assert unanswered(live) == []
    assert not callers.proved


def test_a_query_that_came_after_the_touch_set_out_waits_for_the_next(
    callers: Callers, live: sqlite3.Connection
) -> None:
    query(live)
    callers.heard(Pulse.ROOT)
    callers.ask(100)
    late = query(live)
    callers.heard(Pulse.ROOT)  # the late one's touch: it may be older than the daemon's own
    assert not callers.proved
    callers.ask(100)
    callers.heard(Pulse.MARK)
    callers.release(SOUND)
    assert unanswered(live) == [late]
    callers.ask(100)
    callers.heard(Pulse.ROOT)
    callers.heard(Pulse.MARK)
    callers.release(SOUND)
    assert unanswered(live) == []


def test_without_a_waiting_query_no_touch_sets_out(callers: Callers, tmp_path: Path) -> None:
    before = (tmp_path / "root").stat().st_ctime_ns
    callers.heard(Pulse.ROOT)
    callers.ask(100)
    assert callers.overdue == math.inf
    assert (tmp_path / "root").stat().st_ctime_ns == before


def test_a_mark_without_the_root_before_it_says_that_another_root_is_watched(
    callers: Callers, live: sqlite3.Connection
) -> None:
    query(live)
    callers.call()
    callers.ask(100)
    assert not callers.heard(Pulse.MARK)


def test_a_touch_that_does_not_come_back_is_said_once_and_stays_under_way(
    callers: Callers, live: sqlite3.Connection
) -> None:
    query(live)
    callers.call()
    callers.ask(100)
    assert not callers.is_silent(101)
    assert callers.is_silent(102)
    assert not callers.is_silent(103)
    query(live)
    callers.call()
    callers.ask(103)
    assert callers.overdue == math.inf, "a second touch could be proved by the first one's return"
    callers.forget()
    callers.ask(104)
    assert callers.overdue == 106


def test_a_standing_is_fresh_only_when_proved_and_without_doubt() -> None:
    standing = Standing()
    assert standing.freshness("now").state is State.VERIFYING
    standing.proved("then")
    assert standing.scanned == "then"
    assert standing.freshness("now").state is State.FRESH
    standing.doubt("watcher", "limit")
    standing.doubt("sync", "mass loss")
    assert standing.freshness("now") == Freshness(
        state=State.DEGRADED, generation=0, as_of="now", reason="limit; mass loss"
    )
    standing.trust("watcher")
    standing.trust("sync")
    standing.unproved()
    assert standing.freshness("now").state is State.VERIFYING
