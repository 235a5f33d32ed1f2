"""From the outbox to a server: what is told, in which order, and what becomes of a server that fails."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from random import Random

import pytest

from neuromem_sync import app, index, outbox
from neuromem_sync.clock import ManualClock
from neuromem_sync.config import Settings
from neuromem_sync.daemon.desk import HELD_UP
from neuromem_sync.daemon.projector import BATCH, IN_A_ROW, OFF, PARTING, Projector
from neuromem_sync.errors import Emptied, LayerUnavailable, Rejected
from neuromem_sync.layers.circuit_sqlite import LONGEST, TRIAL, Circuit
from neuromem_sync.layers.projection import Projected, Served, Told
from neuromem_sync.lock import WRITER, held
from neuromem_sync.outbox import TRIES
from neuromem_sync.sqlite import connect, read, rehearsal, transaction
from tests.workshop import Workshop

pytestmark = pytest.mark.embedded("the server that is told is its own, in memory")

LOG = "memory/2026-03-01.md"


class Store:
    """A server in memory; `fails` is raised by whatever is asked of it, `refuses` an entry that says that."""

    name = "redis"

    def __init__(self) -> None:
        self.entries: dict[str, tuple[int, str]] = {}
        self.mark: int | None = None
        self.fails: Exception | None = None
        self.refuses = ""
        self.told: list[int] = []
        self.left: list[str] = []
        self.cleared = 0
        self.interrupt: Callable[[], None] = lambda: None
        self.evict: Callable[[], None] = lambda: None
        self.hangs = False

    async def reached(self, epoch: str, agent: str) -> int | None:
        self._ask()
        if self.hangs:
            await asyncio.Event().wait()
        return self.mark

    async def begin(self, epoch: str, agent: str) -> None:
        self._ask()
        self.entries, self.mark = {}, 0

    async def project(self, epoch: str, agent: str, rows: Sequence[Projected]) -> None:
        self._ask()
        self.evict()
        if self.mark is None:
            raise Emptied("empty")
        if self.refuses and any(row.entry is not None and self.refuses in row.entry.text for row in rows):
            raise Rejected("not this one")
        self.told.append(len(rows))
        for row in rows:
            self.entries[row.id] = (row.version, "" if row.entry is None else row.entry.text)
            self.mark = max(self.mark, row.version)
        self.interrupt()

    async def clear(self, agent: str) -> None:
        self._ask()
        self.entries, self.mark = {}, None
        self.cleared += 1

    async def leave(self, epoch: str, agent: str) -> None:
        self._ask()
        self.left.append(agent)

    async def others(self, epoch: str, agent: str, ids: Sequence[str]) -> Sequence[Told]:
        self._ask()
        return ()

    async def check(self) -> Served:
        self._ask()
        return Served(version="memory 1", latency_ms=0.1)

    async def close(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()

    def _ask(self) -> None:
        if self.fails:
            raise self.fails

    @property
    def texts(self) -> list[str]:
        return sorted(text for _, text in self.entries.values() if text)


class World:
    """A workspace with a projector that tells a store in memory."""

    def __init__(self, folder: Path) -> None:
        self.shop = Workshop(folder)
        self.store = Store()
        self.clock = ManualClock(1000.0)
        self.state = self.shop.workspace.make_state()
        self.live = connect(self.state / "live.db")
        index.open_index(self.state / "index.db", ()).close()
        self.shop.sync()
        self.circuit = Circuit(self.live, "redis", Random(1))

    def projector(self) -> Projector:
        live = connect(self.state / "live.db")
        return Projector(
            self.store, Circuit(live, "redis", Random(1)), (connect(self.state / "index.db"), live),
            agent="ava", state=self.state, clock=self.clock, random=Random(1),
        )  # fmt: skip

    def drain(self, seconds: float = float("inf")) -> tuple[int, int, str]:
        """Told, left, why."""

        async def once() -> tuple[int, int, str]:
            projector = self.projector()
            drained = await projector.drain(seconds)
            await projector.close()
            return drained.told, drained.lag.letters, drained.reason

        return asyncio.run(once())

    def write(self, *texts: str, path: str = LOG) -> None:
        self.shop.write(path, "# Log\n\n" + "".join(f"- {text}\n" for text in texts))
        self.shop.sync()

    def lag(self) -> outbox.Lag:
        with closing(connect(self.state / "index.db")) as connection:
            return read(connection, outbox.lag("redis"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.live.close()


def test_a_new_server_is_told_everything_and_then_what_changes(world: World) -> None:
    world.write("one", "two")
    assert world.drain() == (2, 0, "")
    world.write("one", "three")
    assert world.lag().letters == 1
    assert world.drain() == (1, 0, "")
    assert world.store.texts == ["- one", "- three"]
    (world.shop.root / LOG).unlink()
    world.shop.sync()
    assert world.drain() == (2, 0, "")
    assert world.store.texts == []


def test_many_edits_of_an_entry_are_one_letter(world: World) -> None:
    world.write("draft 0")
    world.drain()
    for number in range(1, 6):
        world.write(f"draft {number}")
    assert world.lag().letters == 1
    assert world.drain() == (1, 0, "")
    assert world.store.texts == ["- draft 5"]


def test_nothing_is_kept_for_a_server_nobody_named(world: World) -> None:
    world.write("one")
    with closing(connect(world.state / "index.db")) as connection:
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def test_a_server_that_is_away_costs_lag(world: World) -> None:
    world.write("one")
    world.drain()
    world.store.fails = LayerUnavailable("away", "start it")
    world.write("one", "two")
    assert world.drain() == (0, 1, "away")
    world.store.fails = None
    assert world.drain() == (0, 1, "away")  # the circuit is open
    world.clock.shift(LONGEST)
    assert world.drain() == (1, 0, "")
    assert world.store.texts == ["- one", "- two"]
    assert world.circuit.known.failures == 0


def test_a_server_that_was_emptied_is_filled_again(world: World) -> None:
    world.write("one", "two")
    world.drain()
    world.store.entries, world.store.mark = {}, None
    assert world.drain() == (2, 0, "")
    assert world.store.texts == ["- one", "- two"]


def test_so_is_one_emptied_between_two_batches(world: World) -> None:
    world.write(*(f"entry {number}" for number in range(BATCH + 10)))

    def empty() -> None:
        world.store.entries, world.store.mark, world.store.interrupt = {}, None, lambda: None

    world.store.interrupt = empty
    assert world.drain()[1:] == (0, "")
    assert len(world.store.texts) == BATCH + 10


def test_one_that_knows_generations_the_index_lost_is_filled_anew(world: World) -> None:
    world.write("one")
    world.drain()
    world.store.mark, world.store.entries = 99, {"lost": (99, "- lost in a power cut")}
    assert world.drain() == (1, 0, "")
    assert world.store.texts == ["- one"]


def test_who_is_interrupted_while_filling_fills_again(world: World) -> None:
    world.write("one")
    world.drain()
    world.store.mark = None
    with closing(connect(world.state / "index.db")) as connection, transaction(connection) as tx:
        outbox.refill(tx, "redis")
    assert world.drain() == (1, 0, "")


def test_what_changed_while_it_was_told_is_told_again(world: World) -> None:
    world.write("first")

    def edit() -> None:
        world.store.interrupt = lambda: None
        world.write("first and second")

    world.store.interrupt = edit
    assert world.drain()[1:] == (0, "")
    assert world.store.texts == ["- first and second"]


def test_what_a_well_server_refuses_holds_up_nothing_else_and_is_a_dead_letter_at_last(world: World) -> None:
    world.write("good", "bad", "fine")
    world.store.refuses = "bad"
    assert world.drain() == (2, 1, "")
    assert world.store.texts == ["- fine", "- good"]
    for _ in range(TRIES):
        world.clock.shift(3600)
        world.drain()
    assert world.lag() == outbox.Lag(letters=1, dead=1, reason="not this one")
    asked = len(world.store.told)
    world.clock.shift(3600)
    world.drain()
    assert len(world.store.told) == asked
    world.store.refuses = ""
    world.write("good", "bad, mended", "fine")
    assert world.drain()[1:] == (0, "")
    assert world.store.texts == ["- bad, mended", "- fine", "- good"]


def test_a_server_that_is_away_makes_no_dead_letters(world: World) -> None:
    world.write("one")
    world.store.fails = LayerUnavailable("away")
    for _ in range(2 * TRIES):
        world.clock.shift(60)
        world.drain()
    assert world.lag().dead == 0


def test_only_one_process_tells_a_server_at_a_time(world: World) -> None:
    world.write("one")
    with held(world.state / "redis.lock"):
        assert world.drain()[2] == "another process is telling it"
    assert world.drain()[2] == ""


def test_a_drain_can_be_bounded(world: World) -> None:
    world.write(*(f"entry {number}" for number in range(2 * BATCH)))
    assert world.drain(seconds=0)[:2] == (BATCH, BATCH)


def test_one_that_is_switched_off_and_on_again_is_told_what_it_missed(world: World) -> None:
    world.write("one")
    world.drain()
    for number in range(3):
        world.write("one", f"while it was off {number}")
    assert world.drain() == (1, 0, "")
    assert world.store.texts == ["- one", "- while it was off 2"]


def come_and_gone(world: World, days: int) -> None:
    """So many days on each of which five entries are written, and gone again."""
    for day in range(days):
        path = f"memory/day-{day}.md"
        world.write(*(f"{word} of day {day}" for word in ("alpha", "beta", "gamma", "delta", "epsilon")), path=path)
        (world.shop.root / path).unlink()
        world.shop.sync()


def test_one_that_is_away_for_long_begins_anew_when_more_is_gone_than_there_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MISSED", 10)
    world.write("kept", "dropped")
    world.drain()
    world.store.fails = LayerUnavailable("away", "start it")
    world.write("kept")
    come_and_gone(world, 8)
    left = world.lag().letters
    assert 0 < left <= 2 * 6 + 10 + 5, "of 40 that came and went"
    assert world.drain()[1:] == (left, "away")
    world.store.fails = None
    world.clock.shift(LONGEST)
    assert world.drain()[1:] == (0, "")
    assert world.store.texts == ["- kept"]


def test_until_it_has_it_is_behind_though_there_is_nothing_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MISSED", 3)
    world.write("one", "two", "three", "four", "five")
    world.drain()
    (world.shop.root / LOG).unlink()
    world.shop.sync()
    come_and_gone(world, 2)
    assert world.shop.ids() == {}
    assert world.lag().letters
    with closing(connect(world.state / "index.db")) as connection:
        assert not read(connection, outbox.has_begun("redis"))
        assert read(connection, outbox.due("redis", world.clock.now(), BATCH)) == [], "it is told nothing before"
    assert world.drain()[1:] == (0, "")
    assert world.store.texts == []


def test_it_may_come_to_that_while_it_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was under way then is of entries that are gone, of which no letter tells any more."""
    monkeypatch.setattr(outbox, "MISSED", 3)
    world.write("kept")
    world.drain()
    world.write("kept", "one", "two", "three", "four", "five")

    def interrupt() -> None:
        world.store.interrupt = lambda: None
        world.write("kept")
        come_and_gone(world, 5)

    world.store.interrupt = interrupt
    assert world.drain()[1:] == (0, "")
    assert world.store.texts == ["- kept"]


def test_what_is_forgotten_meanwhile_is_forgotten_there_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MISSED", 3)
    world.write("kept", "dropped")
    world.drain()
    with closing(connect(world.state / "index.db")) as connection, transaction(connection) as tx:
        outbox.clear_first(tx)
    world.write("kept")
    come_and_gone(world, 5)
    with closing(connect(world.state / "index.db")) as connection:
        assert read(connection, outbox.to_be_cleared()) == ["redis"]
    assert world.drain()[1:] == (0, "")
    assert world.store.cleared == 1
    assert world.store.texts == ["- kept"]


def test_one_that_is_emptied_faster_than_it_is_filled_is_left_alone_for_a_while(world: World) -> None:
    world.write("one")

    def forget() -> None:
        world.store.entries, world.store.mark = {}, None

    world.store.evict = forget
    assert world.drain() == (0, 1, "empty")
    assert not world.circuit.closed(world.clock.now())
    world.store.evict = lambda: None
    world.clock.shift(LONGEST)
    assert world.drain() == (1, 0, "")


def test_one_that_refuses_everything_makes_no_dead_letters_of_it(world: World) -> None:
    world.write(*(f"bad entry {number}" for number in range(3 * IN_A_ROW)))
    world.store.refuses = "bad"
    assert world.drain() == (0, 3 * IN_A_ROW, "not this one")
    assert not world.circuit.closed(world.clock.now())
    world.store.refuses = ""
    world.clock.shift(3600)
    assert world.drain()[1:] == (0, "")


def test_one_that_hangs_is_not_waited_for_longer_than_there_is_time(world: World) -> None:
    world.write("one")
    world.store.hangs = True
    began = time.monotonic()
    assert world.drain(seconds=0.5) == (0, 1, "redis took nothing in 0.5 s")
    assert time.monotonic() - began < 3 * HELD_UP
    assert not world.circuit.closed(world.clock.now())


def test_what_cannot_be_ticked_off_for_another_writes_the_index_is_told_again(world: World) -> None:
    world.write("one")
    world.drain()
    world.write("two")
    with held(world.state / WRITER):
        began = time.monotonic()
        assert world.drain() == (0, 1, "another process is writing the index")
        assert time.monotonic() - began < 3 * HELD_UP
    assert world.store.texts == ["- two"]
    assert world.drain() == (1, 0, "")


def test_a_clock_that_was_set_back_keeps_nothing_waiting(world: World) -> None:
    world.write("bad")
    world.store.refuses = "bad"
    world.drain()
    world.store.refuses = ""
    world.clock.shift(-10 * 86400)
    assert world.drain() == (1, 0, "")
    world.store.fails = LayerUnavailable("away")
    world.write("two")
    world.drain()
    world.store.fails = None
    world.clock.shift(-10 * 86400)
    assert world.drain()[1:] == (0, "")


async def test_neither_a_lock_nor_a_server_that_is_away_makes_it_run_in_circles(world: World) -> None:
    world.write("one")
    projector = world.projector()
    asked = 0
    alone = projector._alone

    def counted() -> AbstractAsyncContextManager[None]:
        nonlocal asked
        asked += 1
        return alone()

    projector._alone = counted  # type: ignore[method-assign]
    with held(world.state / "redis.lock"):
        task = asyncio.create_task(projector.run(lambda *_, **__: None))
        await asyncio.sleep(1.2)
    assert asked <= 3
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await projector.close()


async def test_it_stops_at_once_though_the_server_hangs_and_the_index_is_being_written(world: World) -> None:
    world.write("one")
    world.store.hangs = True
    projector = world.projector()
    with held(world.state / WRITER):
        task = asyncio.create_task(projector.run(lambda *_, **__: None))
        await asyncio.sleep(0.2)
        began = time.monotonic()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await projector.close()
        assert time.monotonic() - began < HELD_UP + PARTING + 1.0


@pytest.mark.parametrize("database", ["index.db", "live.db"])
async def test_stopping_it_holds_up_nobody_though_another_writes_its_database(world: World, database: str) -> None:
    world.write("one")
    world.store.fails = LayerUnavailable("away") if database == "live.db" else None
    projector = world.projector()
    gaps: list[float] = []
    with closing(connect(world.state / database)) as other, rehearsal(other):
        telling = asyncio.create_task(projector.run(lambda *_, **__: None))
        ticking = asyncio.create_task(ticks(gaps))
        await asyncio.sleep(0.2)
        began = time.monotonic()
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
        await projector.close()
        assert time.monotonic() - began < HELD_UP + 2.0
        ticking.cancel()
    assert max(gaps, default=0.0) < 2.0


async def ticks(gaps: list[float]) -> None:
    """For how long the loop was kept from anything else, again and again."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(0.01)
        gaps.append(time.monotonic() - began)


def test_of_all_who_come_when_it_may_be_tried_again_one_is_let_through(world: World) -> None:
    others = [Circuit(world.live, "redis", Random(number)) for number in range(8)]
    now = world.clock.now()
    for each in others:
        each.broke(now, LayerUnavailable("away"))
    assert world.circuit.known.failures == 1  # they met one failure
    now = world.circuit.known.until
    assert [each.closed(now) for each in others].count(True) == 1
    assert [each.closed(now + TRIAL) for each in others].count(True) == 1  # the first ended without a word


def test_rebuild(world: World) -> None:
    world.write("one")
    world.drain()
    world.store.entries["stray"] = (1, "stray")

    async def rebuild() -> None:
        projector = world.projector()
        await projector.rebuild()
        await projector.drain()
        await projector.close()

    asyncio.run(rebuild())
    assert world.store.texts == ["- one"]


async def test_it_keeps_a_server_in_step_and_says_when_it_cannot(world: World) -> None:
    world.write("one")
    said: list[str] = []
    world.store.fails = LayerUnavailable("away")
    projector = world.projector()
    task = asyncio.create_task(projector.run(lambda event, **facts: said.append(f"{event} {facts['state']}")))
    while not said:
        await asyncio.sleep(0.01)
    world.store.fails = None
    world.clock.shift(LONGEST)
    while world.store.texts != ["- one"] or len(said) < 2:
        projector.wake()
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await projector.close()
    assert said == ["server lagging", "server in step"]


def test_settings_without_servers_have_no_projections() -> None:
    assert app.registry.projections(Settings()) == ()


def test_switched_on_it_lags_by_all_there_is_though_nobody_could_be_told(world: World) -> None:
    world.write("one", "two")
    world.store.fails = LayerUnavailable("wrong password", "mend it", passes=False)
    assert world.drain() == (0, 2, "wrong password")
    assert world.lag().letters == 2


def test_a_person_who_asks_need_not_wait_for_the_circuit(world: World) -> None:
    world.write("one")
    world.store.fails = LayerUnavailable("away")
    assert world.drain() == (0, 1, "away")
    world.store.fails = None
    assert world.drain() == (0, 1, "away")
    heard: list[tuple[int, int]] = []

    async def at_once() -> int:
        projector = world.projector()
        drained = await projector.drain(at_once=True, progress=lambda *counts: heard.append(counts))
        await projector.close()
        return drained.told

    assert asyncio.run(at_once()) == 1
    assert heard == [(1, 1)]
    assert world.drain() == (0, 0, "")


async def test_switched_off_for_good_nothing_is_kept_and_nobody_told_until_it_is_on_again(world: World) -> None:
    world.write("one")
    daemon, command = world.projector(), world.projector()
    await daemon.drain()
    await command.forget()
    assert (world.store.texts, world.store.mark) == ([], None)
    world.write("one", "two")
    with closing(connect(world.state / "index.db")) as connection:
        assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
    assert world.lag() == outbox.Lag(2, 0, ""), "whoever asks it now is told nothing of these"
    drained = await daemon.drain()
    assert (drained.told, drained.reason) == (0, OFF)
    again = world.projector()
    assert (await again.drain()).told == 2
    world.write("one", "two", "three")
    assert (await daemon.drain()).told == 1
    for each in (daemon, command, again):
        await each.close()
    assert world.store.texts == ["- one", "- three", "- two"]


async def test_switched_on_again_a_server_that_kept_what_it_had_begins_anew(world: World) -> None:
    world.write("one", "two")
    before = world.projector()
    await before.drain()
    with closing(connect(world.state / "index.db")) as connection, transaction(connection) as tx:
        outbox.switch_off(tx, "redis")
    world.write("one", "changed")
    world.write("one")
    world.write("one", "three")
    assert world.store.mark is not None, "it holds what is gone, and nobody knows any more that it has to go"
    after = world.projector()
    await after.drain()
    assert world.store.texts == ["- one", "- three"]
    for each in (before, after):
        await each.close()
