"""Any verbs and any edits by hand, in any order: how every task stands is what a plain reading of the lines says."""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from neuromem_sync import app, tasks
from neuromem_sync.answer import run_blocking
from neuromem_sync.clock import ManualClock
from neuromem_sync.config import load
from neuromem_sync.errors import NeuromemError
from tests.workshop import Workshop

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
NAMES = ("auth", "csv import", "Ship it")
STATES = ("started", "progress", "paused", "completed", "abandoned", "failed", "done", "half way")
OVER = {"completed", "abandoned", "failed", "done"}
AS = {"done": "completed", "half way": "progress"}
texts = st.sampled_from(("", "Plain words", "state:: completed", "- task:: auth\n- state:: failed", "```\n# x\n```"))
names = st.sampled_from(NAMES)


@dataclass
class Told:
    """One entry, as whoever wrote it meant it."""

    day: str
    minute: int
    name: str
    state: str
    progress: str = ""


@dataclass
class Model:
    """What stands in each log, in its order."""

    logs: dict[str, list[Told]] = field(default_factory=dict)

    def add(self, told: Told) -> None:
        self.logs.setdefault(told.day, []).append(told)

    def run(self, name: str) -> list[Told]:
        """The entries of a task since it was last over; of one that is over, since the time before."""
        in_order = sorted(
            (told.day, told.minute, place, told)
            for log in self.logs.values()
            for place, told in enumerate(log)
            if told.name == name
        )
        found: list[Told] = []
        for *_, told in in_order:
            found = [told] if found and found[-1].state in OVER else [*found, told]
        return found

    def is_open(self, name: str) -> bool:
        run = self.run(name)
        return bool(run) and run[-1].state not in OVER

    def standing(self) -> dict[str, tuple[str, str]]:
        """Name → state and progress."""
        runs = {name: self.run(name) for name in NAMES}
        return {name: (_state(run[-1]), _progress(run)) for name, run in runs.items() if run}


def _state(told: Told) -> str:
    return AS.get(told.state, told.state)


def _progress(run: list[Told]) -> str:
    return "" if _state(run[-1]) == "completed" else next((t.progress for t in reversed(run) if t.progress), "")


class Machine(RuleBasedStateMachine):
    """The clock only goes on; hands write of now, or change what stands."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="tasks-"))
        self.shop = Workshop(self.folder)
        self.shop.write("README.md", "Always here.\n")
        self.now = MIDNIGHT + 8 * 3600
        self.model = Model()

    def teardown(self) -> None:
        found = self.shop.verify()
        shutil.rmtree(self.folder)
        assert found.equal, found.differences

    def told(self, name: str, state: str, progress: str = "") -> Told:
        day = datetime.fromtimestamp(self.now, UTC).date().isoformat()
        return Told(day, int(self.now % 86400) // 60, name, state, progress)

    def do(self, verb, name: str, state: str, *words: str, **more: str) -> None:  # type: ignore[no-untyped-def]
        """The verb works exactly when the model says it fits, and then the model has one entry more."""
        fits = self.model.is_open(name) is (verb is not tasks.start)
        with closing(app.doors(self.shop.workspace, load(), ManualClock(self.now))) as doors:
            try:
                recorded = run_blocking(verb(doors, name.upper(), *words, **more))
            except NeuromemError:
                assert not fits
                return
        assert fits
        assert recorded.task.state == state
        assert recorded.meanwhile == ()
        self.model.add(self.told(name, state, more.get("progress", "")))

    @rule(minutes=st.sampled_from((0, 1, 47, 26 * 60)))
    def time_passes(self, minutes: int) -> None:
        self.now += 60 * minutes

    @rule(name=names, text=texts)
    def start(self, name: str, text: str) -> None:
        self.do(tasks.start, name, "started", text)

    @rule(name=names, text=texts, percent=st.integers(0, 100))
    def update(self, name: str, text: str, percent: int) -> None:
        self.do(tasks.update, name, "progress", text, progress=f"{percent}%")

    @rule(name=names)
    def resume(self, name: str) -> None:
        self.do(tasks.resume, name, "progress")

    @rule(name=names, text=texts.filter(bool))
    def pause(self, name: str, text: str) -> None:
        self.do(tasks.pause, name, "paused", text)

    @rule(name=names, text=texts)
    def complete(self, name: str, text: str) -> None:
        self.do(tasks.complete, name, "completed", text)

    @rule(name=names, text=texts.filter(bool), fails=st.booleans())
    def give_up(self, name: str, text: str, fails: bool) -> None:
        self.do(tasks.fail if fails else tasks.abandon, name, "failed" if fails else "abandoned", text)

    @rule(name=names, state=st.sampled_from(STATES))
    def write_by_hand(self, name: str, state: str) -> None:
        told = self.told(name, state)
        place = self.shop.root / f"memory/{told.day}.md"
        before = place.read_text() if place.exists() else "# Day\n"
        entry = f"### {told.minute // 60:02}:{told.minute % 60:02} — By hand\n\n- task:: {name}\n- state:: {state}\n"
        self.shop.write(f"memory/{told.day}.md", f"{before}\n{entry}")
        self.model.add(told)

    @precondition(lambda self: any(self.model.logs.values()))
    @rule(data=st.data(), state=st.sampled_from(STATES))
    def edit_by_hand(self, data: st.DataObject, state: str) -> None:
        day, place = self.somewhere(data)
        head, entries = self.split(day)
        entries[place] = re.sub(r"^- state:: .*$", f"- state:: {state}", entries[place], flags=re.M)
        self.shop.write(f"memory/{day}.md", head + "".join(entries))
        self.model.logs[day][place].state = state

    @precondition(lambda self: any(self.model.logs.values()))
    @rule(data=st.data())
    def delete_by_hand(self, data: st.DataObject) -> None:
        day, place = self.somewhere(data)
        head, entries = self.split(day)
        del entries[place], self.model.logs[day][place]
        self.shop.write(f"memory/{day}.md", head + "".join(entries))

    @rule()
    def lose_the_state(self) -> None:
        shutil.rmtree(self.shop.home, ignore_errors=True)

    @invariant()
    def every_task_stands_as_its_lines_say(self) -> None:
        with closing(app.doors(self.shop.workspace, load(), ManualClock(self.now))) as doors:
            found = run_blocking(tasks.tasks(doors, everything=True))
        assert {task.name.lower(): (task.state, task.progress) for task in found} == {
            name.lower(): standing for name, standing in self.model.standing().items()
        }

    def somewhere(self, data: st.DataObject) -> tuple[str, int]:
        day = data.draw(st.sampled_from(sorted(day for day, log in self.model.logs.items() if log)))
        return day, data.draw(st.integers(0, len(self.model.logs[day]) - 1))

    def split(self, day: str) -> tuple[str, list[str]]:
        head, *entries = re.split(r"^(?=### \d)", (self.shop.root / f"memory/{day}.md").read_text(), flags=re.M)
        assert len(entries) == len(self.model.logs[day])
        return head, entries


def test_tasks_stand_as_their_lines_say() -> None:
    _run(examples=6, steps=12)


@pytest.mark.long
def test_tasks_stand_as_their_lines_say_many_times() -> None:
    _run(examples=400, steps=50)


def _run(examples: int, steps: int) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
