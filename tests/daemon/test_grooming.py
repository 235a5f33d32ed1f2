"""A consolidation in a process of its own: begun when due, heard when it ends, ended when the daemon ends."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from neuromem_sync import app
from neuromem_sync.clock import ManualClock
from neuromem_sync.config import Consolidate
from neuromem_sync.daemon.grooming import Grooming
from neuromem_sync.daemon.nights import Nights
from tests.workshop import Workshop

NOON = 1_772_000_000.0
SAID = '{"agent":"mo","written":true,"promoted":2,"demoted":0,"archived":0,"held_back":7,"reason":""}'


def grooming(script: str) -> Grooming:
    return Grooming([sys.executable, "-c", script], Nights("12:00", 0, "UTC", NOON - 10 * 86400))


async def end_of(one: Grooming) -> Mapping[str, Any]:
    async with asyncio.timeout(20):
        while (facts := await one.turn(NOON, ready=False)) is None:
            await asyncio.sleep(0.01)
    return facts


def heard(script: str) -> Mapping[str, Any]:
    async def night() -> Mapping[str, Any]:
        one = grooming(script)
        assert await one.turn(NOON, ready=True) is None
        return await end_of(one)

    return asyncio.run(night())


def test_what_it_printed_is_shown() -> None:
    assert heard(f"print('{SAID}')") == {"written": True, "promoted": 2, "demoted": 0, "archived": 0}


def test_an_error_is_shown() -> None:
    assert heard("""print('{"error": {"message": "no room"}}')""") == {"failed": "no room"}


def test_so_is_an_end_without_a_word() -> None:
    assert heard("import sys; sys.exit(9)") == {"failed": "it ended with 9"}


def test_another_version_may_say_less() -> None:
    assert heard("""print('{"written": true, "reason": ""}')""") == {"written": True}


def test_one_that_cannot_be_begun_has_failed_and_the_daemon_goes_on(tmp_path: Path) -> None:
    async def night() -> None:
        one = Grooming([str(tmp_path / "gone")], Nights("12:00", 0, "UTC", NOON - 10 * 86400))
        facts = await one.turn(NOON, ready=True)
        assert facts == {"failed": "it could not be begun: no such file or directory"}
        assert await one.turn(NOON, ready=True) is None
        await one.close()

    asyncio.run(night())


def test_nothing_of_the_current_folder_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Workshop(tmp_path)
    monkeypatch.setenv("NEUROMEM_STATE", str(tmp_path))
    shop.write("click.py", "raise SystemExit('a file of people was run')\n")
    monkeypatch.chdir(shop.root)

    async def night() -> Mapping[str, Any]:
        one = app.grooming(shop.workspace, Consolidate(at="12:00"), ManualClock(NOON - 10 * 86400))
        assert await one.turn(NOON, ready=True) is None
        return await end_of(one)

    assert asyncio.run(night())["reason"].startswith("there is no MEMORY.md")


def test_a_workspace_in_doubt_is_not_groomed() -> None:
    async def night() -> None:
        one = grooming("raise SystemExit('it ran')")
        assert await one.turn(NOON, ready=False) is None
        await one.close()
        assert one.nights.due(NOON)

    asyncio.run(night())


def test_it_ends_with_the_daemon() -> None:
    async def night() -> None:
        one = grooming("import time; time.sleep(600)")
        await one.turn(NOON, ready=True)
        async with asyncio.timeout(20):
            await one.close()

    asyncio.run(night())
