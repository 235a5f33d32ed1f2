"""The daemon over a real folder and a real watcher, with an engine that only takes notes.

Times are made by hand where a test is about time; everything else waits for what the engine is told.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from queue import Queue
from random import Random

import pytest

from neuromem_sync import freshness
from neuromem_sync.changes import Batch, SyncReport
from neuromem_sync.clock import Clock, ManualClock, SystemClock
from neuromem_sync.daemon.engine import Rhythm
from neuromem_sync.daemon.keeper import Keeper
from neuromem_sync.daemon.loop import run
from neuromem_sync.daemon.signals import Doubt
from neuromem_sync.daemon.view import LogView
from neuromem_sync.errors import Halted, LockHeld, NeuromemError, StateError
from neuromem_sync.freshness import Unanswered, ask
from neuromem_sync.lock import WATCH, held, holder
from neuromem_sync.query import Freshness, State
from neuromem_sync.sqlite import connect

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only inotify reports a touch")
PATIENCE = 10.0
NOTHING, EVERYTHING = Batch(), Batch(everything=True)


class Notes:
    """An engine that notes what it is told; `known` are the files it has looked at."""

    agent = "mo"

    def __init__(self, folder: Path) -> None:
        self.root, self.state = folder / "root", folder / "state"
        self.root.mkdir(parents=True)
        self.state.mkdir()
        self.index = connect(self.state / "index.db")
        self.batches: Queue[Batch] = Queue()
        self.known: set[str] = set()
        self.generation = 0
        self.look: float | None = None
        self.chores = 0
        self.failure: Exception | None = None
        self.closed = False
        self.on_cycle: Callable[[], object] = lambda: None

    def cycle(self, batch: Batch) -> SyncReport:
        self.on_cycle()
        self.batches.put(batch)
        if self.failure is not None:
            raise self.failure
        self.look = None
        places = [self.root] if batch.everything else [self.root / path for path in batch.paths]
        for place in places:
            files = place.rglob("*") if place.is_dir() else [place]
            self.known.update(str(file.relative_to(self.root)) for file in files)
        self.generation += batch != NOTHING
        return SyncReport(
            agent=self.agent, added=0, changed=0, deleted=0, entries=0, problems=(),
            generation=self.generation, seconds=0.0,
        )  # fmt: skip

    def next_look(self) -> float | None:
        return self.look

    def cancel(self) -> None:
        self.cancelled = True

    def tidy(self) -> bool:
        self.chores -= 1
        return self.chores > 0

    def close(self) -> None:
        self.closed = True
        self.index.close()

    async def told(self) -> Batch:
        """The next batch."""
        return await asyncio.to_thread(self.batches.get, timeout=PATIENCE)


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    return Notes(tmp_path / "mo")


@asynccontextmanager
async def kept(notes: Notes, clock: Clock) -> AsyncIterator[Keeper]:
    """The workspace's keeper, which nobody runs."""
    with held(notes.state / WATCH) as lock, open(os.devnull, "w") as out:
        keeper = Keeper(notes, lock, clock, Rhythm(), LogView(out, clock), Random(1))
        try:
            yield keeper
        finally:
            await keeper.close()
            notes.close()


@asynccontextmanager
async def running(notes: Notes) -> AsyncIterator[None]:
    """The workspace is kept as in life, and its first full look is over."""
    stop = asyncio.Event()
    async with kept(notes, SystemClock()) as keeper:
        task = asyncio.create_task(keeper.run(stop))
        await becomes_fresh(notes)
        assert await notes.told() == EVERYTHING
        yield
        stop.set()
        keeper.wake()
        await task


class Hand:
    """Time and turns by hand, after the first full look."""

    def __init__(self, notes: Notes, keeper: Keeper, clock: ManualClock) -> None:
        self.notes, self.keeper, self.clock = notes, keeper, clock

    async def after(self, *pauses: float) -> list[Batch]:
        """The batches of a turn after each of these pauses."""
        for pause in pauses:
            self.clock.shift(pause)
            await self.keeper.turn()
        return [self.notes.batches.get() for _ in range(self.notes.batches.qsize())]

    @property
    def said(self) -> Freshness:
        live = connect(self.notes.state / "live.db")
        said = freshness.status(live)
        live.close()
        assert said is not None
        return said.freshness


@pytest.fixture
async def hand(notes: Notes) -> AsyncIterator[Hand]:
    clock = ManualClock(1000)
    async with kept(notes, clock) as keeper:
        hand = Hand(notes, keeper, clock)
        assert await hand.after(0) == [EVERYTHING]
        assert hand.said.state is State.FRESH
        yield hand


async def query(notes: Notes, timeout: float = PATIENCE) -> Freshness | Unanswered:
    """A query's question, as another process would put it."""

    def question() -> Freshness | Unanswered:
        live = connect(notes.state / "live.db")
        try:
            freshness.prepare(live)
            return ask(live, notes.state, notes.root, clock=SystemClock(), timeout=timeout)
        finally:
            live.close()

    return await asyncio.to_thread(question)


async def heard(hand: Hand) -> Batch:
    """The next batch that comes of an event."""
    async with asyncio.timeout(PATIENCE):
        while not (batches := await hand.after(0.01)):
            await asyncio.sleep(0.001)
    return batches[0]


async def heard_back(hand: Hand) -> None:
    """Until the daemon's touch has come back."""
    async with asyncio.timeout(PATIENCE):
        while hand.said.state is State.DEGRADED:
            await hand.after(0.01)


async def becomes_fresh(notes: Notes) -> Freshness:
    live = connect(notes.state / "live.db")
    try:
        async with asyncio.timeout(PATIENCE):
            while (said := freshness.status(live)) is None or said.freshness.state is not State.FRESH:
                await asyncio.sleep(0.001)
        return said.freshness
    finally:
        live.close()


async def test_an_edit_becomes_a_batch(notes: Notes) -> None:
    async with running(notes):
        (notes.root / "a.md").write_text("a")
        assert await notes.told() == Batch(paths=frozenset({"a.md"}), closed=frozenset({"a.md"}))


async def test_a_query_is_answered_when_its_edit_is_in_the_index(notes: Notes) -> None:
    async with running(notes):
        (notes.root / "a.md").write_text("a")
        answered = await query(notes)
        assert isinstance(answered, Freshness)
        assert answered.state is State.FRESH
        assert "a.md" in notes.known
        assert answered.generation == notes.generation


async def test_no_query_of_many_is_answered_before_its_own_edit(notes: Notes) -> None:
    async with running(notes):

        async def writer(number: int) -> None:
            for turn in range(15):
                folder = notes.root / f"{number}" / f"{turn}"
                await asyncio.to_thread(folder.mkdir, parents=True)
                (folder / "a.md").write_text("a")
                assert isinstance(await query(notes), Freshness)
                assert f"{number}/{turn}/a.md" in notes.known

        await asyncio.gather(*(writer(number) for number in range(6)))


async def test_a_storm_of_files_is_in_the_index_of_the_next_query(notes: Notes) -> None:
    async with running(notes):
        for number in range(200):
            (notes.root / f"{number}.md").write_text("a")
        assert isinstance(await query(notes), Freshness)
        assert notes.known >= {f"{number}.md" for number in range(200)}


async def test_a_query_that_changed_nothing_gets_the_generation_that_stands(notes: Notes) -> None:
    async with running(notes):
        before = notes.generation
        answered = await query(notes)
        assert isinstance(answered, Freshness)
        assert answered.generation == before


@pytest.mark.parametrize("failure", [Halted("mass loss"), ZeroDivisionError("a bug")])
async def test_a_failed_cycle_degrades_until_a_full_look_succeeds(hand: Hand, failure: Exception) -> None:
    hand.notes.failure, hand.notes.look = failure, 1001
    assert await hand.after(1) == [NOTHING]
    assert hand.said.state is State.DEGRADED
    assert str(failure) in hand.said.reason
    assert await query(hand.notes) == Unanswered(reason=hand.said.reason)
    assert await hand.after(5) == [], "what failed is not tried in a tight circle"
    hand.notes.failure = None
    assert await hand.after(5) == [EVERYTHING]
    assert hand.said.state is State.FRESH


async def test_everything_is_looked_at_now_and_then(hand: Hand) -> None:
    assert await hand.after(300 * 0.75 - 1) == []
    assert await hand.after(300 * 0.5 + 1) == [EVERYTHING]


async def test_lost_events_mean_a_new_watch_and_a_full_look(hand: Hand) -> None:
    hand.keeper.tell(Doubt("more happened than could be reported"))
    assert await hand.after(1) == []
    assert hand.said.state is State.VERIFYING
    assert await hand.after(0.05) == [EVERYTHING]
    assert hand.said.state is State.FRESH


async def test_a_watch_that_cannot_be_trusted_is_said_and_scans_come_often(hand: Hand) -> None:
    await hand.after(61)
    hand.keeper.tell(Doubt("too many folders", lasting=True))
    await hand.after(0)
    hand.keeper.tell(Doubt("too many folders", lasting=True))
    await hand.after(1)
    assert hand.said.state is State.DEGRADED
    assert hand.said.reason == "too many folders"
    assert await hand.after(10) == [EVERYTHING]
    assert await hand.after(10) == [EVERYTHING]
    assert hand.said.state is State.DEGRADED
    await hand.after(40, 1)
    assert hand.said.state is State.FRESH


async def test_a_full_look_after_a_failure_is_not_put_off_by_further_failures(hand: Hand) -> None:
    hand.notes.failure = Halted("mass loss")
    hand.notes.look = 1001
    await hand.after(1)
    for number in range(4):
        (hand.notes.root / f"{number}.md").write_text("a")
        assert not (await heard(hand)).everything
        await hand.after(1)
    assert EVERYTHING in await hand.after(7)


async def test_a_root_that_is_away_is_said_and_watched_when_it_is_back(hand: Hand) -> None:
    root = hand.notes.root
    root.rename(root.with_name("elsewhere"))
    await hand.after(5)
    assert hand.said.reason == f"no folder at {root}"
    root.mkdir()
    assert await hand.after(5, 1) == [EVERYTHING]
    assert hand.said.state is State.FRESH
    (root / "a.md").write_text("a")
    assert await heard(hand) == Batch(paths=frozenset({"a.md"}), closed=frozenset({"a.md"}))


async def test_what_a_query_is_told_first_is_shown_too(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[State] = []
    monkeypatch.setattr(LogView, "state", lambda _view, _agent, freshness: shown.append(freshness.state))
    hand.keeper.tell(Doubt("events were lost"))
    live = connect(hand.notes.state / "live.db")
    live.execute("INSERT INTO waits DEFAULT VALUES")
    live.close()
    await heard(hand)
    async with asyncio.timeout(PATIENCE):
        while State.FRESH not in shown:
            await hand.after(0.5)
    assert shown == [State.VERIFYING, State.FRESH]


async def test_a_deaf_watcher_is_noticed_by_the_query_that_it_failed_and_made_anew(hand: Hand) -> None:
    await hand.after(61)
    await asyncio.to_thread(hand.keeper.watcher.stop)
    (hand.notes.root / "unheard.md").write_text("a")
    assert await query(hand.notes, timeout=0.01) == Unanswered(reason="the daemon did not answer within 0.01 s")
    assert await hand.after(5) == []
    assert await hand.after(2) == []
    assert hand.said.reason == "the watcher does not answer"
    assert await hand.after(0.05) == [EVERYTHING]
    assert "unheard.md" in hand.notes.known
    await heard_back(hand)
    assert hand.said.state is State.FRESH


async def test_what_is_pending_is_looked_at_again_when_it_is_due(hand: Hand) -> None:
    hand.notes.look = 1003
    assert hand.keeper.next_turn() <= 1003
    assert await hand.after(2) == []
    assert await hand.after(1) == [NOTHING]


async def test_another_process_commits_and_the_daemon_looks(hand: Hand) -> None:
    with closing(sqlite3.connect(hand.notes.state / "index.db")) as other:
        other.execute("CREATE TABLE t (x)")
    assert await hand.after(5) == [NOTHING]
    assert await hand.after(5) == []


async def test_chores_are_done_when_it_is_quiet(hand: Hand) -> None:
    hand.notes.chores = 3
    await hand.after(1)
    assert hand.notes.chores == 3
    assert hand.keeper.next_turn() == 1002
    await hand.after(1)
    assert hand.notes.chores == 2
    assert hand.keeper.next_turn() > hand.clock.monotonic(), "idle-time work leaves time to be idle"
    await hand.after(0.05, 0.05, 0.05)
    assert hand.notes.chores == 0


async def test_nothing_to_do_means_seconds_of_sleep(hand: Hand) -> None:
    await hand.after(3)
    assert hand.keeper.next_turn() - hand.clock.monotonic() >= 1


async def test_a_daemon_whose_state_was_removed_ends(hand: Hand) -> None:
    (hand.notes.state / WATCH).unlink()
    with pytest.raises(StateError, match="was removed"):
        await hand.after(5)


def test_a_signal_stops_the_daemon_cleanly(notes: Notes, capsys: pytest.CaptureFixture[str]) -> None:
    notes.on_cycle = lambda: os.kill(os.getpid(), signal.SIGTERM)
    run([notes], clock=SystemClock())
    assert notes.closed
    assert holder(notes.state / WATCH) is None
    events = [line.split("event=")[1].split()[0] for line in capsys.readouterr().out.splitlines()]
    assert events == ["watching", "cycle", "fresh", "stopped"]


def test_one_process_keeps_several_workspaces(tmp_path: Path) -> None:
    first, second = Notes(tmp_path / "a"), Notes(tmp_path / "b")
    met = []

    def meet() -> None:
        met.append(1)
        if len(met) == 2:
            os.kill(os.getpid(), signal.SIGINT)

    first.on_cycle = second.on_cycle = meet
    run([first, second], clock=SystemClock())
    assert first.closed
    assert second.closed


def test_a_second_daemon_is_refused_with_the_pid_of_the_first(notes: Notes) -> None:
    with held(notes.state / WATCH), pytest.raises(LockHeld, match=f"by process {os.getpid()}") as refused:
        run([notes], clock=SystemClock())
    assert refused.value.pid == os.getpid()
    assert notes.batches.empty()
    assert notes.closed


def test_the_last_workspace_that_cannot_be_kept_is_the_error(notes: Notes) -> None:
    (notes.state / "live.db").mkdir()
    with pytest.raises(NeuromemError):
        run([notes], clock=SystemClock())
    assert notes.closed
