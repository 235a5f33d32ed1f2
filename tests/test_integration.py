"""The predecessor's program runs as it is, but for its import line, and leaves nothing open."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from neuromem_sync.errors import NeuromemError, WorkspaceError
from neuromem_sync.integration import Memory
from tests.workshop import Workshop

PROGRAM = """
import asyncio

from neuromem_sync.integration import Memory


async def main():
    await Memory.initialize()
    await Memory.remember("User prefers dark mode", importance=0.8)
    for r in await Memory.recall("user preferences"):
        print(f"[{r.layer}] {r.content}")
    print(await Memory.get_context_for_message("what does user like?"))
    await Memory.store_interaction("q", "a")


asyncio.run(main())
"""
SLOW = re.compile(r"Executing <.*> took \d+\.\d+ seconds")
"""What asyncio says in this mode of a machine that is busy."""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    shop = Workshop(tmp_path)
    monkeypatch.setenv("NEUROMEM_STATE", str(shop.home))
    yield shop
    Memory.close()


def test_the_program_runs_as_it_is(shop: Workshop) -> None:
    """Every warning is an error in it, and the interpreter tells of what was left open."""
    environment = {**os.environ, "NEUROMEM_AGENT": str(shop.root), "NEUROMEM_NOW": "2026-03-01T09:00+00:00"}
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if not SLOW.fullmatch(line)]
    assert (done.returncode, said) == (0, [])
    lines = done.stdout.splitlines()
    assert lines[0] == "[episodic] ### 09:00 — User prefers dark mode"
    assert any("memory/2026-03-01.md" in line and "User prefers dark mode" in line for line in lines[1:])
    log = (shop.root / "memory/2026-03-01.md").read_text(encoding="utf-8")
    assert "Asked:\n\n```text\n> q\n```\n\nAnswered:\n\n```text\n> a\n```\n" in log


def test_it_belongs_to_no_event_loop(shop: Workshop) -> None:
    asyncio.run(Memory.initialize(str(shop.root)))
    written = asyncio.run(Memory.remember("The gateway moved"))
    (hit,) = asyncio.run(Memory.recall("gateway"))
    assert (hit.path, hit.line) == (written.path, written.line)


async def test_many_at_once(shop: Workshop) -> None:
    await Memory.initialize(str(shop.root))
    await asyncio.gather(*(Memory.remember(f"thought {number}") for number in range(10)))
    answers = await asyncio.gather(*(Memory.recall("thought", limit=20) for _ in range(10)))
    assert [len(answer) for answer in answers] == [10] * 10
    assert len(Memory.opened().recent(hours=1)) == 10


async def test_another_agent_takes_the_place_of_the_first(shop: Workshop, tmp_path: Path) -> None:
    other = Workshop(tmp_path / "other")
    await Memory.initialize(str(shop.root))
    await Memory.remember("The first secret of ava")
    await Memory.initialize(str(other.root))
    assert not await Memory.recall("first secret")


async def test_before_anything_is_opened_it_says_what_to_do() -> None:
    Memory.close()
    with pytest.raises(NeuromemError, match="no memory is open") as refused:
        await Memory.recall("anything")
    assert "Memory.initialize()" in refused.value.hint


async def test_no_agent_is_an_error_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEUROMEM_AGENT", raising=False)
    with pytest.raises(WorkspaceError, match="no agent is registered"):
        await Memory.initialize()
