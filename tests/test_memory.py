"""The Python API, and that a trip is the same through doors that block and doors that await."""

from __future__ import annotations

import asyncio
import inspect
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from neuromem_sync import BlockingMemory, Memory, app
from neuromem_sync.config import load
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.errors import NeuromemError, WorkspaceError
from neuromem_sync.lock import turn
from neuromem_sync.query import Freshness
from neuromem_sync.verbs import Verbs
from tests.workshop import CLOCK, Workshop

LOG = """# 2026-03-01

### 09:00 — Standup

The gateway works again. #ops

### 11:30 — Lunch

With Nadia at the harbour.
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    shop = Workshop(tmp_path)
    os.utime(shop.write("memory/2026-03-01.md", LOG), (0, 0))
    monkeypatch.setenv("NEUROMEM_STATE", str(shop.home))
    return shop


async def test_recall_without_a_daemon_makes_its_own_cycle(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory:
        answer = await memory.recall("gateway")
        first = answer.hits[0]
        assert (first.path, first.line, first.layer) == ("memory/2026-03-01.md", 3, "episodic")
        assert answer.freshness.state == "fresh"
        shop.write("memory/2026-03-01.md", LOG.replace("gateway", "zeppelin"))
        assert not (await memory.recall("gateway")).hits
        assert (await memory.recall("zeppelin")).hits[0].content.startswith("### 09:00")


async def test_the_same_answer_as_a_command_gives(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory:
        awaited = await memory.recall("lunch with Nadia", stale_ok=False)
    blocked = shop.recall("lunch with Nadia")
    assert [hit.entry for hit in awaited.hits] == [hit.entry for hit in blocked.hits]
    assert [hit.score for hit in awaited.hits] == pytest.approx([hit.score for hit in blocked.hits], rel=1e-3)


async def test_many_tasks_at_once(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory:
        answers = await asyncio.gather(*(memory.recall(text) for text in ["gateway", "nadia"] * 20))
    assert [answer.hits[0].entry.title for answer in answers] == ["Standup", "Lunch"] * 20


async def test_recalled_twice_is_working_memory(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory:
        assert (await memory.stats()).layers["working"] == 0
        assert not (await memory.recall("gateway", limit=1)).hits[0].working
        await memory.recall("gateway", limit=1)
        assert (await memory.recall("gateway", limit=1)).hits[0].working
        assert (await memory.stats()).layers["working"] == 1
        listed = await memory.recall(layer="working")
        assert [hit.entry.title for hit in listed.hits] == ["Standup"]


async def test_what_was_just_written_is_working_memory(shop: Workshop) -> None:
    shop.write("a.md", "Just now.\n")
    async with Memory.open(str(shop.root)) as memory:
        assert [hit.text for hit in (await memory.recall(layer="working")).hits] == ["Just now."]


async def test_a_budget_that_is_not_said_is_that_of_the_settings(shop: Workshop) -> None:
    shop.write(".neuromem.toml", "[session]\ntokens = 321\n")
    async with Memory.open(str(shop.root)) as memory:
        assert (await memory.session()).budget == 321
        assert (await memory.context("gateway")).budget == 321


async def test_without_a_query_the_most_recent(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory:
        assert [hit.entry.title for hit in (await memory.recall()).hits] == ["Lunch", "Standup"]
        assert [hit.entry.title for hit in (await memory.recall(tags=["ops"])).hits] == ["Standup"]
        noon = memory_time("2026-03-01T11:00:00+00:00")
        assert [hit.entry.title for hit in (await memory.recall(since=noon)).hits] == ["Lunch"]
        assert [hit.entry.title for hit in (await memory.recall(until=noon)).hits] == ["Standup"]


def memory_time(text: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(text).timestamp()


async def test_what_is_remembered_is_recalled(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory:
        await memory.recall("tortoise")
        written = await memory.remember("The tortoise\n\nIt eats dandelion.", importance=0.8, tags=["garden"])
        (hit,) = (await memory.recall("dandelion")).hits
        assert (hit.path, hit.line) == (written.path, written.line)
        assert (hit.entry.title, hit.entry.tags) == ("The tortoise", ("garden",))
        assert hit.entry.attributes["importance"] == "8"
        item = await memory.remember("feed the tortoise", to="inbox")
        assert item.path == "mind/INBOX.md"
        with pytest.raises(NeuromemError, match="nothing to write down"):
            await memory.remember(" ")


async def test_many_tasks_remember_at_once(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory:
        written = await asyncio.gather(*(memory.remember(f"thought {number}") for number in range(50)))
        assert len({place.line for place in written}) == 50
        found = await memory.recall(limit=50, since=memory_time("2026-03-02T00:00:00+00:00"))
        assert {hit.entry.title for hit in found.hits} == {f"thought {number}" for number in range(50)}


async def test_wait_and_stats(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory:
        assert (await memory.wait()).state == "fresh"
        counts = await memory.stats()
        assert (counts.files, counts.entries, counts.layers["episodic"]) == (1, 2, 2)
        (shop.root / "memory/2026-03-01.md").unlink()
        shop.write("a.md", "Something else.\n")
        assert (await memory.wait()).state == "fresh"
        assert (await memory.stats()).files == 1


async def test_a_state_folder_lost_under_an_open_memory_is_made_again(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory:
        await memory.recall("gateway")
        shutil.rmtree(shop.home)
        answer = await memory.recall("gateway")
        assert answer.freshness.state == "fresh"
        assert answer.hits[0].entry.title == "Standup"


async def test_a_state_folder_that_was_moved_away_is_made_again(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory:
        await memory.recall("gateway")
        shop.home.rename(shop.home.with_name("away"))
        for _ in range(2):
            answer = await memory.recall("gateway")
            assert answer.freshness.state == "fresh"
            assert answer.hits[0].entry.title == "Standup"
    assert shop.verify().equal


async def test_stale_ok_looks_at_nothing_and_says_so(shop: Workshop) -> None:
    shop.sync()
    shop.write("memory/2026-03-01.md", "# 2026-03-01\n")
    async with Memory.open(str(shop.root)) as memory:
        answer = await memory.recall("gateway", stale_ok=True)
    assert answer.hits
    assert answer.freshness.state == "stopped"


async def test_no_agent_is_an_error_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WorkspaceError, match="no agent is registered"):
        async with Memory.open():
            pass


# Each verb with what it is called with, and what of its result tells that it did its work.
CALLS: dict[str, tuple[tuple[str, ...], Callable[[Any], object]]] = {
    "recall": (("gateway",), lambda answer: answer.hits[0].line),
    "recent": ((), lambda answer: [hit.entry.title for hit in answer]),
    "context": (("gateway",), lambda context: context.text()),
    "get_context_for_message": (("is the gateway up?",), str),
    "session": ((), lambda session: "The gateway works again" in session.text()),
    "related": (("Nadia",), lambda related: [thing.key for thing in related.things]),
    "path": (("Nadia", "gateway"), lambda way: way.steps and [str(step) for step in way.steps]),
    "how": (("deploy the gateway",), lambda how: how.procedures),
    "shield": (("make deploy",), lambda shielded: shielded.warnings),
    "tasks": ((), len),
    "page": (("memory/2026-03-01.md",), lambda page: page.lines[2]),
    "pages": ((), lambda paths: paths),
    "stats": ((), lambda counts: counts.entries),
    "wait": ((), lambda freshness: freshness.state),
}
TASK_VERBS = ("start", "update", "pause", "resume", "complete", "abandon", "fail")
WRITING = {"remember", "store_interaction", "procedure_record", *(f"task_{verb}" for verb in TASK_VERBS)}


def verbs(face: type[object]) -> set[str]:
    return {name for name in vars(face) if not name.startswith("_")}


def test_both_faces_have_every_verb() -> None:
    assert verbs(Verbs) - {"agent", "zone"} == verbs(BlockingMemory) - {"open", "close"} == {*CALLS, *WRITING}


@pytest.mark.parametrize("verb", CALLS)
async def test_a_verb_gives_the_same_awaited_or_not(shop: Workshop, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROMEM_NOW", "2026-03-01T18:00+00:00")
    given, seen = CALLS[verb]
    async with Memory.open(str(shop.root)) as memory:
        awaited = seen(await getattr(memory, verb)(*given))

    def blocked() -> object:
        with BlockingMemory.open(str(shop.root)) as memory:
            return seen(getattr(memory, verb)(*given))

    assert awaited == await asyncio.to_thread(blocked)


def test_a_task_without_an_event_loop(shop: Workshop) -> None:
    with BlockingMemory.open(str(shop.root)) as memory:
        memory.task_start("login", "Implement user auth")
        memory.task_update("login", "Working on JWT", progress="50%")
        memory.task_pause("login", "the refresh token is next")
        assert memory.task_resume("login").task.note == "the refresh token is next"
    with BlockingMemory.open(str(shop.root)) as memory:
        assert [task.name for task in memory.tasks()] == ["login"]
        memory.task_complete("login", "Refresh tokens must rotate")
        memory.task_start("proxy")
        memory.task_abandon("proxy", "User said stop")
        memory.task_start("bug")
        memory.task_fail("bug", "Could not reproduce it", avoid="Ask for the log first")
        assert len(memory.tasks()) == 0
        assert len(memory.tasks(everything=True)) == 3
        assert memory.recall("refresh tokens").hits


def test_many_threads_at_once(shop: Workshop) -> None:
    with BlockingMemory.open(str(shop.root)) as memory, ThreadPoolExecutor(8) as threads:
        written = list(threads.map(lambda number: memory.remember(f"thought {number}").line, range(40)))
        answers = list(threads.map(memory.recall, ["gateway", "nadia"] * 20))
    assert len(set(written)) == 40
    assert [answer.hits[0].entry.title for answer in answers] == ["Standup", "Lunch"] * 20


def test_a_trip_that_outlives_its_memory_ends_and_leaves_nothing_open(shop: Workshop) -> None:
    memory = BlockingMemory(lambda: _slow(shop, began, goes_on))
    began, goes_on = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(memory.recall, "gateway")
        assert began.wait(10)
        memory.close()
        goes_on.set()
        assert answer.result(10).hits


def _slow(shop: Workshop, began: threading.Event, goes_on: threading.Event) -> BlockingDoors:
    """Doors that wait before they prove."""
    doors = app.doors(shop.workspace, load(), CLOCK)
    prove = doors.prove

    async def waiting() -> Freshness:
        began.set()
        assert goes_on.wait(10)
        return await prove()

    doors.prove = waiting  # type: ignore[method-assign]
    return doors


async def test_a_long_cycle_holds_up_only_who_wants_proof(shop: Workshop) -> None:
    """Another process writes the index: `writer.lock` is taken, so a cycle of ours has to wait for its turn."""
    shop.sync()
    async with Memory.open(str(shop.root)) as memory:
        await memory.recall("gateway")
        shop.write("new.md", "The tortoise eats dandelion.\n")
        with turn(shop.workspace.state):
            proved = asyncio.create_task(memory.recall("tortoise"))
            known = await memory.recall("gateway", stale_ok=True)
            await memory.remember("A thought meanwhile")
            assert known.hits[0].entry.title == "Standup"
            assert not proved.done()
        assert (await proved).hits[0].path == "new.md"


async def test_one_look_at_the_files_serves_all_who_asked_before_it(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    prove = BlockingDoors.prove

    async def counted(doors: BlockingDoors) -> Freshness:
        looks.append(1)
        return await prove(doors)

    monkeypatch.setattr(BlockingDoors, "prove", counted)
    async with Memory.open(str(shop.root)) as memory:
        answers = await asyncio.gather(*(memory.recall("gateway") for _ in range(30)))
        assert all(answer.hits for answer in answers)
        assert len(looks) == 1
        late = asyncio.create_task(memory.recall("gateway"))
        await asyncio.sleep(0)
        shop.write("new.md", "The tortoise eats dandelion.\n")
        assert (await memory.recall("tortoise")).hits
        await late


async def test_who_gives_up_takes_nobody_along(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory:
        tasks = [asyncio.create_task(memory.recall("gateway")) for _ in range(10)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(each, asyncio.CancelledError) for each in ended] == [True, False] * 5


async def test_a_root_that_is_gone_is_not_made_anew(shop: Workshop) -> None:
    async with Memory.open(str(shop.root)) as memory:
        shop.root.rename(shop.root.with_name("away"))
        with pytest.raises(WorkspaceError, match="no such folder"):
            await memory.remember("where does this go?")
    assert not shop.root.exists()


TYPED = """
from collections.abc import Coroutine
from typing import Any, assert_type

from neuromem_sync import Answer, BlockingMemory, Memory, integration
from neuromem_sync.logbook import Written

def blocked(memory: BlockingMemory) -> None:
    assert_type(memory.recall("gateway", limit=3), Answer)
    assert_type(memory.remember("a thought", tags=["ops"]), Written)
    memory.recall(3)  # type: ignore[arg-type]
    memory.recall("gateway", most=3)  # type: ignore[call-arg]

async def awaited(memory: Memory) -> None:
    assert_type(await memory.recall("gateway", limit=3), Answer)
    assert_type(await integration.Memory.recall("gateway", limit=3), Answer)
    await integration.Memory.remember(3)  # type: ignore[arg-type]
"""


@pytest.mark.long
def test_types_reach_who_uses_them(tmp_path: Path) -> None:
    """mypy on a user's program: results are known, and a wrong argument of any face is found."""
    program = tmp_path / "program.py"
    program.write_text(TYPED, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(program)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.stdout, found.returncode) == ("Success: no issues found in 1 source file\n", 0)


@pytest.mark.parametrize("verb", sorted({*CALLS, *WRITING}))
def test_both_faces_take_the_same(verb: str) -> None:
    awaited, blocked = getattr(Verbs, verb), getattr(BlockingMemory, verb)
    assert inspect.signature(awaited) == inspect.signature(blocked)
    assert awaited.__doc__ == blocked.__doc__
    assert awaited.__doc__
