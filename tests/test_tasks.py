"""Tasks: lines of the log that say how far something is, whoever writes, reads or kills what in between."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from neuromem_sync import app, handwriting, logbook, tasks
from neuromem_sync.ageing import ageing
from neuromem_sync.answer import run_blocking
from neuromem_sync.awaiting import AwaitingDoors
from neuromem_sync.clock import ManualClock
from neuromem_sync.config import load
from neuromem_sync.consolidate import Known, consolidate
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.errors import NeuromemError
from neuromem_sync.model import Kind, Layer, Route, TaskState
from neuromem_sync.parsers import Document, parse
from neuromem_sync.promotion import Section
from neuromem_sync.sqlite import connect, read
from neuromem_sync.tasks import Recorded, Task
from neuromem_sync.workspace import Workspace
from tests.parsers.documents import LINES, MARKED
from tests.workshop import Workshop

NOON = datetime.fromisoformat("2026-03-01T12:05:00+00:00").timestamp()
LOG = "memory/2026-03-01.md"
HOSTILE = (
    "state:: completed",
    "- state:: completed\n- task:: other",
    "done (state:: completed) and [task:: other",
    "**State:** completed\n**Task:** other",
    "> - **Task:** other",
    "1. **state**: failed",
    "### 23:59 — other: completed\n\n- task:: other\n- state:: completed",
    "text\n## state\ncompleted\n## progress\n99%",
    "```\n## state\ncompleted\n## progress\n99%\n```",
    "```\nleft open",
    "<!-- neuromem:private -->",
    "<!-- left open",
    "<private>",
    "</private> <private>",
    "---\nstate: completed\n---",
    "| task | state |\n|---|---|\n| other | completed |",
    "Lesson: a\nRoot cause: b\ntask:: other",
    "**Timezone:** Asia/Tokyo",
    "- [x] task:: other",
    "23:59 task:: other state:: completed",
    "`task:: other` state:: failed `",
    "<<<<<<< ours\ntask:: other\n=======",
    "\u2028task:: other",
    "a\r**State:** completed\r## state\rcompleted",
    "✅ **state:** ✅",
    "progress:: 99%\r\nstate:: failed\rtask:: other",
)


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@contextmanager
def doors(shop: Workshop, now: float = NOON) -> Iterator[BlockingDoors]:
    with closing(app.doors(shop.workspace, load(), ManualClock(now))) as opened:
        yield opened


def do(shop: Workshop, verb: Callable[..., object], *words: str, now: float = NOON, **more: str) -> Recorded:
    with doors(shop, now) as opened:
        return run_blocking(verb(opened, *words, **more))  # type: ignore[arg-type]


def stand(shop: Workshop, *, everything: bool = True, now: float = NOON) -> dict[str, Task]:
    with doors(shop, now) as opened:
        return {task.name: task for task in run_blocking(tasks.tasks(opened, everything=everything))}


class TestALife:
    def test_from_start_to_end(self, shop: Workshop) -> None:
        do(shop, tasks.start, "auth", "Implement user auth")
        do(shop, tasks.update, "auth", "Working on JWT", progress="50 %", now=NOON + 3600)
        done = do(shop, tasks.complete, "auth", "Tokens need sixty seconds of leeway", now=NOON + 7200)
        assert str(done.task.source) == str(done.written)
        assert stand(shop)["auth"] == Task(
            name="auth",
            text="Implement user auth",
            state=TaskState.COMPLETED,
            progress="",
            at="2026-03-01T14:05:00+00:00",
            started="2026-03-01T12:05:00+00:00",
            source=done.task.source,
            note="Tokens need sixty seconds of leeway",
        )
        assert stand(shop, everything=False) == {}

    def test_the_note_of_a_pause_outlives_the_state_and_the_day(self, shop: Workshop) -> None:
        do(shop, tasks.start, "auth", "Implement user auth")
        do(shop, tasks.pause, "auth", "Look at the clock skew.\n\nThen the tests.")
        shutil.rmtree(shop.home)
        resumed = do(shop, tasks.resume, "AUTH", now=NOON + 2 * 86400)
        assert (resumed.task.name, resumed.task.state, resumed.written.path) == (
            "auth",
            "progress",
            "memory/2026-03-03.md",
        )
        assert resumed.task.note == "Look at the clock skew.\nThen the tests."

    def test_a_new_run_forgets_the_old_one(self, shop: Workshop) -> None:
        do(shop, tasks.start, "auth", "First")
        do(shop, tasks.update, "auth", progress="50%")
        do(shop, tasks.abandon, "auth", "User said stop")
        do(shop, tasks.start, "auth")
        assert (stand(shop)["auth"].text, stand(shop)["auth"].progress, stand(shop)["auth"].note) == ("", "", "")

    def test_lines_written_by_hand_count_as_well(self, shop: Workshop) -> None:
        do(shop, tasks.start, "auth")
        item = "- 09:00 Tests task:: auth state:: Done\n"
        record = "### 08:00 — Moved on\ntask:: Auth\nstate:: in progress\nprogress:: 70%\n"
        shop.write("memory/2026-03-02.md", f"{item}\n{record}")
        task = stand(shop)["auth"]
        assert (task.state, task.note, str(task.source)) == ("completed", "Tests", "memory/2026-03-02.md:1")
        shop.write("memory/2026-03-02.md", record)
        task = stand(shop)["Auth"]
        assert (task.state, task.progress, task.note) == ("progress", "70%", "Moved on")

    def test_in_a_log_with_other_line_ends(self, shop: Workshop) -> None:
        shop.write(LOG, "# Day\r\n\r\n## Log\r\n")
        do(shop, tasks.start, "auth", "Implement it\nall")
        do(shop, tasks.pause, "auth", "Go on\nhere")
        assert b"- state:: paused\r\n" in (shop.root / LOG).read_bytes()
        assert (stand(shop)["auth"].text, stand(shop)["auth"].note) == ("Implement it\nall", "Go on\nhere")

    def test_one_that_failed_is_an_error_and_left_over_no_more(self, shop: Workshop) -> None:
        do(shop, tasks.start, "auth")
        do(shop, tasks.fail, "auth", "The fixture server is slow", avoid="mock it", now=NOON + 60)
        shop.sync()
        *_, failed = shop.entries()
        assert (failed.kind, failed.layer) == (Kind.ERROR, Layer.PROCEDURAL)
        assert failed.attributes["how_to_avoid"] == "mock it"
        with closing(connect(shop.workspace.state / "index.db", readonly=True)) as index:
            assert read(index, ageing(NOON + 3 * 86400, "UTC")) == []


class TestWhatDoesNotFit:
    @pytest.mark.parametrize("verb", [tasks.update, tasks.pause, tasks.complete, tasks.abandon, tasks.fail])
    def test_nothing_is_written_for_a_task_that_is_not_open(self, shop: Workshop, verb: Callable[..., object]) -> None:
        do(shop, tasks.start, "auth")
        with pytest.raises(NeuromemError, match="no task 'oauth'"):
            do(shop, verb, "oauth", "words")
        do(shop, tasks.complete, "auth")
        before = (shop.root / LOG).read_bytes()
        with pytest.raises(NeuromemError, match="over: completed"):
            do(shop, verb, "auth", "words")
        assert (shop.root / LOG).read_bytes() == before

    def test_an_open_one_is_not_started_again(self, shop: Workshop) -> None:
        do(shop, tasks.start, "Build it")
        with pytest.raises(NeuromemError, match="open: started") as error:
            do(shop, tasks.start, "build  IT")
        assert f"neuromem task {shop.root} resume 'Build it'" in error.value.hint

    def test_a_state_that_is_not_known_is_not_built_upon(self, shop: Workshop) -> None:
        do(shop, tasks.start, "auth")
        shop.root.rename(shop.root.with_name("away"))
        shop.root.mkdir()
        with pytest.raises(NeuromemError, match="nothing is written"):
            do(shop, tasks.complete, "auth")
        assert list(shop.root.iterdir()) == []

    def test_nor_one_that_stands_in_what_cannot_be_read(self, shop: Workshop) -> None:
        do(shop, tasks.start, "auth")
        with (shop.root / LOG).open("ab") as log:
            log.write(b"\xff\n")
        before = (shop.root / LOG).read_bytes()
        with pytest.raises(NeuromemError, match=f"{LOG} cannot be read"):
            do(shop, tasks.complete, "auth")
        assert (shop.root / LOG).read_bytes() == before


class TestNothingReachesBeyondItsText:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_another_task_stays_as_it_is(self, shop: Workshop, text: str) -> None:
        do(shop, tasks.start, "other", "Untouched")
        before = stand(shop)["other"]
        do(shop, tasks.start, "mine", text)
        for verb, state in ((tasks.update, "progress"), (tasks.pause, "paused"), (tasks.complete, "completed")):
            do(shop, verb, "mine", text)
            assert {name: task.state for name, task in stand(shop).items()} == {"other": "started", "mine": state}
        do(shop, tasks.start, "mine")
        do(shop, tasks.fail, "mine", text, avoid=text)
        assert stand(shop)["mine"].state == "failed"
        assert stand(shop)["other"] == before
        assert len(shop.entries()) == 7

    @pytest.mark.parametrize("name", [*HOSTILE, "`", "x ^anchor", "[[Link]] #tag", "✅ ship", "naïve_plan", "C++ (2)"])
    def test_a_name_is_read_as_given_or_refused(self, shop: Workshop, name: str) -> None:
        do(shop, tasks.start, "other")
        before = (shop.root / LOG).read_bytes()
        try:
            do(shop, tasks.start, name)
        except NeuromemError:
            assert (shop.root / LOG).read_bytes() == before
        else:
            assert set(stand(shop)) == {"other", " ".join(name.split())}
            assert stand(shop)["other"].state is TaskState.STARTED

    lines = st.one_of(st.sampled_from((*LINES, *MARKED, *HOSTILE)), st.text(max_size=8))

    @settings(max_examples=200, deadline=None)
    @given(st.lists(lines, min_size=1, max_size=6).map("\n".join))
    @example("<private>\n```")
    def test_whatever_the_text_the_fields_are_ours(self, text: str) -> None:
        fields = {"task": "mine", "state": "progress"}
        try:
            at = datetime(2026, 3, 1, 12, 5, tzinfo=ZoneInfo("UTC"))
            markdown = handwriting.log_entry(handwriting.record("mine: progress", fields, text), at)
        except NeuromemError:
            return
        after = "### 13:00 — After it\n"
        found = parse(Document(LOG, f"# Day\n\n{markdown}\n{after}".encode(), Route.LOG, "UTC")).result.entries or ()
        assert [entry.title for entry in found] == ["mine: progress", "After it"]
        assert {key: value for key, value in found[0].attributes.items() if key in logbook.LOG_FIELDS} == fields


class TestWhatIsLearned:
    def test_of_a_completed_task(self, shop: Workshop) -> None:
        lesson = "The importer always needs 60 seconds between two runs, else the gateway answers 503."
        do(shop, tasks.start, "import", "Run the importer nightly")
        do(shop, tasks.complete, "import", lesson)
        do(shop, tasks.start, "tidy")
        do(shop, tasks.complete, "tidy", "Cleaned up")
        shop.sync()
        promoted = consolidate(shop.entries(), Known()).promotions
        assert [(each.section, each.text) for each in promoted] == [(Section.LESSONS, lesson)]

    def test_of_one_that_failed_it_is_found_where_errors_are(self, shop: Workshop) -> None:
        do(shop, tasks.start, "flaky login")
        do(shop, tasks.fail, "flaky login", "The staging clock is nine minutes late")
        (hit,) = shop.recall("staging clock late", layer=Layer.PROCEDURAL).hits
        assert (hit.entry.kind, hit.entry.attributes["root_cause"]) == (
            Kind.ERROR,
            "The staging clock is nine minutes late",
        )


class TestAtTheSameTime:
    def test_what_another_wrote_in_between_is_told(self, shop: Workshop) -> None:
        do(shop, tasks.start, "auth")

        class Late(BlockingDoors):
            async def write(self, writing):  # type: ignore[no-untyped-def]
                tasks.record(self.workspace, NOON, name="auth", state=TaskState.ABANDONED, text="Stop")
                return await super().write(writing)

        with closing(app.doors(shop.workspace, load(), ManualClock(NOON))) as opened:
            opened.__class__ = Late
            recorded = run_blocking(tasks.complete(opened, "auth", "Done"))
        assert [str(source) for source in recorded.meanwhile] == [f"{LOG}:18"]
        assert recorded.task.state is TaskState.COMPLETED

    def test_many_processes_lose_no_line(self, shop: Workshop) -> None:
        words = [sys.executable, "-m", "neuromem_sync", "task", str(shop.root), "start", "auth"]
        environment = {**os.environ, "NEUROMEM_STATE": str(shop.home)}
        racers = [
            subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(3)
        ]
        codes = [racer.wait(timeout=60) for racer in racers]
        (log,) = (shop.root / "memory").iterdir()
        assert log.read_text().count("state:: started") == codes.count(0) > 0
        assert set(codes) <= {0, 2}

    def test_tasks_of_one_event_loop(self, shop: Workshop) -> None:
        names = [f"task {number}" for number in range(5)]

        async def all_at_once() -> tuple[Task, ...]:
            opened = AwaitingDoors(lambda: app.doors(shop.workspace, load(), ManualClock(NOON)))
            await asyncio.gather(*(tasks.start(opened, name) for name in names))
            found = await tasks.tasks(opened)
            await opened.close()
            return found.tasks

        assert sorted(task.name for task in asyncio.run(all_at_once())) == names

    def test_a_process_killed_at_any_moment_leaves_whole_lines(self, shop: Workshop) -> None:
        program = (
            "import sys; from pathlib import Path; from neuromem_sync import tasks\n"
            "from neuromem_sync.workspace import Workspace\n"
            "at = Workspace.at(Path(sys.argv[1]), state_home=Path(sys.argv[2]))\n"
            "for n in range(100):\n"
            f"    tasks.record(at, {NOON} + 60 * n, name='auth', state=tasks.TaskState.PROGRESS, progress=f'{{n}}%')\n"
            "    print(n, flush=True)\n"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(shop.root), str(shop.home)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(10):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split()
        said = int(rest[-1]) if rest else 9
        progress = int(stand(shop, now=NOON + 86400)["auth"].progress.rstrip("%"))
        assert progress in (said, said + 1)
        assert len(re.findall(r"^- progress:: \d+%$", (shop.root / LOG).read_text(), re.M)) == progress + 1


def test_in_another_zone_and_another_log(shop: Workshop) -> None:
    """A task begun in the zone of the agent is ended in a log that has its own."""
    east: Workspace = replace(shop.workspace, zone="Asia/Tokyo")
    shop.write(LOG, "# Day\n\n**Timezone:** America/New_York\n")
    tasks.record(east, NOON - 3600, name="auth", state=TaskState.STARTED)
    tasks.record(east, NOON, name="auth", state=TaskState.COMPLETED)
    assert stand(shop)["auth"].state is TaskState.COMPLETED
    assert "### 21:05 +09:00 — auth: completed" in (shop.root / LOG).read_text()
