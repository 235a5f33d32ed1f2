"""The Python API, and that a trip is the same through doors that block and doors that await."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from neuromem_sync import Memory
from neuromem_sync.errors import NeuromemError, WorkspaceError
from tests.workshop import Workshop

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
