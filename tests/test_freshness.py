"""A query and a daemon in two processes' places, with time made by hand."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from neuromem_sync import freshness
from neuromem_sync.clock import ManualClock
from neuromem_sync.files import file_state
from neuromem_sync.freshness import Status, Unanswered, answer, ask, moved_on, publish, status, touch, unanswered
from neuromem_sync.lock import WATCH, held
from neuromem_sync.query import Freshness, State
from neuromem_sync.sqlite import connect

FRESH = Freshness(state=State.FRESH, generation=7, as_of="2026-03-01T09:00:00.000+00:00")
SOUND = Status(pid=os.getpid(), freshness=FRESH, answers=True)


class Daemon(ManualClock):
    """Time passes only while the query sleeps, and then the daemon has its turn."""

    def __init__(self, turn: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.turn = turn

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.turn()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connect(tmp_path / "live.db")
    freshness.prepare(connection)
    yield connection
    connection.close()


@pytest.fixture
def alive(tmp_path: Path, live: sqlite3.Connection) -> Iterator[None]:
    """A daemon lives, and has said that it is fresh."""
    with ExitStack() as stack:
        stack.enter_context(held(tmp_path / WATCH))
        publish(live, SOUND)
        yield


def test_without_a_daemon_the_caller_looks_itself(tmp_path: Path, root: Path, live: sqlite3.Connection) -> None:
    publish(live, SOUND)
    assert ask(live, tmp_path, root, clock=Daemon()) == Unanswered(reason="no daemon watches")
    assert unanswered(live) == []


@pytest.mark.usefixtures("alive")
def test_a_query_is_released_with_the_generation_that_holds_its_edits(
    tmp_path: Path, root: Path, live: sqlite3.Connection
) -> None:
    before = root.stat()

    def turn() -> None:
        assert root.stat().st_ctime_ns >= before.st_ctime_ns
        answer(live, unanswered(live), SOUND)

    assert ask(live, tmp_path, root, clock=Daemon(turn)) == FRESH
    assert root.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.usefixtures("alive")
def test_a_daemon_that_says_nothing_is_waited_for_once(tmp_path: Path, root: Path, live: sqlite3.Connection) -> None:
    clock = Daemon()
    assert ask(live, tmp_path, root, clock=clock) == Unanswered(reason="the daemon did not answer within 2 s")
    assert 2 <= clock.now() < 2.1
    assert ask(live, tmp_path, root, clock=clock) == Unanswered(reason="it did not answer within 2 s")
    assert clock.now() < 2.1, "the second query did not wait"
    answer(live, unanswered(live), SOUND)
    assert status(live) == SOUND, "an answer, however late, restores trust"


@pytest.mark.usefixtures("alive")
def test_an_answer_that_comes_too_late_by_a_hair_costs_no_trust(
    tmp_path: Path, root: Path, live: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    distrust = freshness._distrust

    def late(*given: Any) -> None:
        answer(live, unanswered(live), SOUND)
        distrust(*given)

    monkeypatch.setattr(freshness, "_distrust", late)
    assert isinstance(ask(live, tmp_path, root, clock=Daemon()), Unanswered)
    assert status(live) == SOUND


@pytest.mark.usefixtures("alive")
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (replace(SOUND, pid=1), "the daemon is starting"),
        (replace(SOUND, answers=False), "this system does not report a touch"),
        (replace(SOUND, freshness=replace(FRESH, state=State.DEGRADED, reason="mass loss")), "mass loss"),
        (replace(SOUND, freshness=replace(FRESH, state=State.STOPPED)), "the daemon is stopped"),
    ],
)
def test_a_daemon_that_cannot_vouch_is_not_asked(
    tmp_path: Path, root: Path, live: sqlite3.Connection, said: Status, reason: str
) -> None:
    publish(live, said)
    clock = Daemon()
    assert ask(live, tmp_path, root, clock=clock) == Unanswered(reason=reason)
    assert clock.now() == 0
    assert unanswered(live) == []


@pytest.mark.usefixtures("alive")
def test_a_daemon_in_doubt_releases_the_query_without_an_answer(
    tmp_path: Path, root: Path, live: sqlite3.Connection
) -> None:
    halted = replace(SOUND, freshness=replace(FRESH, state=State.DEGRADED, reason="mass loss"))
    clock = Daemon(lambda: answer(live, unanswered(live), halted))
    assert ask(live, tmp_path, root, clock=clock) == Unanswered(reason="mass loss")


@pytest.mark.usefixtures("alive")
def test_a_root_we_may_not_touch_is_not_waited_for(
    tmp_path: Path, root: Path, live: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object, **options: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(freshness.os, "utime", refuse)
    assert ask(live, tmp_path, root, clock=Daemon()) == Unanswered(reason="we may not touch the root")
    assert unanswered(live) == []


@pytest.mark.usefixtures("alive")
def test_a_broken_live_database_is_a_reason_and_no_crash(tmp_path: Path, root: Path, live: sqlite3.Connection) -> None:
    live.execute("DROP TABLE waits")
    answered = ask(live, tmp_path, root, clock=Daemon())
    assert answered == Unanswered(reason="the live database: no such table: waits")


def test_old_waits_are_swept_while_new_ones_are_answered(live: sqlite3.Connection) -> None:
    for _ in range(3):
        live.executemany("INSERT INTO waits DEFAULT VALUES", [()] * freshness.KEPT)
        answer(live, unanswered(live), SOUND)
    assert live.execute("SELECT count(*) FROM waits").fetchone()[0] <= freshness.KEPT + 1


def test_a_touch_of_nothing_is_refused(root: Path) -> None:
    assert touch(root)
    assert not touch(root / "absent")


def test_candidates_that_moved_on_are_named_apart_from_those_that_are_gone(root: Path) -> None:
    for name in ("same.md", "edited.md", "gone.md"):
        (root / name).write_text("one")
    known = {path.name: file_state(path.name, path.stat()).identity for path in root.iterdir()}
    (root / "edited.md").write_text("more")
    (root / "gone.md").unlink()
    assert moved_on(root, known) == (frozenset({"edited.md"}), frozenset({"gone.md"}))
