"""L1: what follows from files, what follows from touches, and the budget over both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from contract import TableContract, World, entry

from neuromem_sync.layers.base import Heat
from neuromem_sync.layers.touches_sqlite import SqliteTouches
from neuromem_sync.layers.working_sqlite import WorkingTable
from neuromem_sync.model import Entry, Kind, Layer
from neuromem_sync.sqlite import connect, read

TABLE = WorkingTable()
TODAY = (1772323200.0, 1772409600.0)  # 1 March 2026, UTC
BUDGET = 8000


def task(state: str, line: int, at: str = "2026-02-01T09:00:00+00:00") -> Entry:
    return entry(
        f"task:: Ship it, {state}", line, kind=Kind.TASK, attributes={"task": "Ship it", "state": state}, at=at
    )


SNAPSHOT = entry("resume here", 8, path="mind/CONTEXT/late.md", kind=Kind.SNAPSHOT)


class TestWorking(TableContract):
    table = TABLE
    samples = (task("started", 7), SNAPSHOT)

    def members(self, world: World, touched: tuple[str, ...] = (), budget: int = BUDGET) -> dict[int, str]:
        return dict(read(world.connection, TABLE.members(touched, TODAY, budget)))

    def test_today_belongs_to_it_and_yesterday_does_not(self, world: World) -> None:
        today, _ = world.put(
            entry("now", 1, at="2026-03-01T09:00:00+00:00"), entry("then", 2, at="2026-02-28T09:00:00+00:00")
        )
        assert self.members(world) == {today: "today"}

    def test_a_task_is_as_open_as_its_last_entry(self, world: World) -> None:
        started, paused = world.put(task("started", 1), task("paused", 2))
        assert self.members(world) == {paused: "task"}
        world.put(task("completed", 3))
        assert self.members(world) == {}
        world.put(task("progress", 4, at="2026-01-01T09:00:00+00:00"))
        assert self.members(world) == {}
        assert started != paused

    def test_what_is_open_is_told_by_time_then_by_place(self, world: World) -> None:
        def told(*new: Entry) -> list[bool]:
            world.put(*new)
            told = read(world.connection, TABLE.told("ship it"))
            assert (read(world.connection, TABLE.told(everything=False)) == told) is not told["ship it"][-1][1]
            return [over for _, over in told["ship it"]]

        assert told(task("started", 4)) == [False]
        assert told(task("done", 2)) == [True, False]
        assert told(task("abandoned", 5)) == [True, False, True]
        assert told(task("paused", 1, at="2026-02-01T09:01:00+00:00")) == [True, False, True, False]
        assert told(replace(task("failed", 9), at=None)) == [True, True, False, True, False]

    def test_only_the_latest_resume_notes_belong_to_it(self, world: World) -> None:
        early = entry("older", 1, path="mind/CONTEXT/early.md", kind=Kind.SNAPSHOT)
        _, late = world.put(early, SNAPSHOT)
        assert self.members(world) == {late: "resume"}

    def test_touched_entries_come_first_and_least_recent_ones_fall_out(self, world: World) -> None:
        first, second, _ = world.put(
            entry("x" * 400, 1, id="a"),
            entry("y" * 400, 2, id="b"),
            entry("z" * 400, 3, id="c", at="2026-03-01T09:00:00+00:00"),
        )
        assert list(self.members(world, ("b", "a", "unknown"), budget=200)) == [second, first]

    def test_touched_entries_may_live_in_any_layer(self, world: World) -> None:
        (key,) = world.put(entry("a statement", 1, id="s", layer=Layer.SEMANTIC))
        assert self.members(world, ("s",)) == {key: "touched"}


class TestTouches:
    @pytest.fixture
    def touches(self, tmp_path: Path) -> Iterator[SqliteTouches]:
        live = connect(tmp_path / "live.db")
        yield SqliteTouches(live, ttl=300)
        live.close()

    def test_recalled_once_is_not_enough(self, touches: SqliteTouches) -> None:
        touches.touch(["a"], at=1000)
        assert touches.touched(now=1001) == []

    def test_recalled_twice_within_the_ttl_is(self, touches: SqliteTouches) -> None:
        touches.touch(["a"], at=1000)
        touches.touch(["a"], at=1300)
        assert touches.touched(now=1600) == ["a"]
        assert touches.touched(now=1601) == []

    def test_a_touch_after_the_ttl_begins_anew(self, touches: SqliteTouches) -> None:
        touches.touch(["a"], at=1000)
        touches.touch(["a"], at=1301)
        assert touches.touched(now=1302) == []

    def test_just_written_is_at_once(self, touches: SqliteTouches) -> None:
        touches.touch(["a"], at=1000, written=True)
        assert touches.touched(now=1001) == ["a"]

    def test_the_most_recent_comes_first(self, touches: SqliteTouches) -> None:
        touches.touch(["a"], at=1000, written=True)
        touches.touch(["b"], at=1001, written=True)
        touches.touch(["a"], at=1002)
        assert touches.touched(now=1003) == ["a", "b"]

    def test_heat_lasts_beyond_the_ttl(self, touches: SqliteTouches) -> None:
        for moment in (1000, 2000, 9000):
            touches.touch(["a"], at=moment)
        assert touches.heat(["a", "never"]) == {"a": Heat(first=1000, last=9000, count=3)}
