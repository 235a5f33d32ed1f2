"""Whoever asks hears what could not be verified: no command, and no tool, is silently stale."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp import Client

from neuromem_sync import Memory
from neuromem_sync.cli import run
from neuromem_sync.cli.options import user_settings
from neuromem_sync.mcp import Server
from tests.mcp.serving import text, told
from tests.workshop import Workshop

ASKING = {
    "recall": ["nothing of the kind"],
    "recent": [],
    "context": ["nothing of the kind"],
    "session": [],
    "how": ["nothing of the kind"],
    "shield": ["nothing of the kind"],
    "timeline": ["nothing of the kind"],
    "tags": [],
    "entities": ["nothing of the kind"],
    "show": ["nowhere.md"],
    "stats": [],
    "task": ["list"],
    "procedure": ["list"],
    "secrets": [],
    "problems": [],
}

TOOLS = {
    "recall": {"query": "nothing of the kind"},
    "recent": {"hours": 1e-6},
    "context": {"query": "nothing of the kind"},
    "session": {},
    "how": {"situation": "nothing of the kind"},
    "shield": {"plan": "nothing of the kind"},
    "task": {"action": "list"},
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """A memory of one page, which went bad after it was read."""
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("NEUROMEM_STATE", str(tmp_path / "state"))
    user_settings.cache_clear()
    shop = Workshop(tmp_path)
    place = shop.write("notes.md", "Otters hold hands.\n")
    shop.sync()
    place.write_bytes(b"Otters hold hands.\n\xff\xfe\n")
    yield shop
    user_settings.cache_clear()


@pytest.mark.parametrize("command", ASKING)
def test_people_are_told(shop: Workshop, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    run([command, str(shop.root), *ASKING[command]])
    assert "unverified: notes.md" in capsys.readouterr().err


@pytest.mark.parametrize("command", ASKING)
def test_programs_are_told(shop: Workshop, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    run([command, str(shop.root), *ASKING[command], "--json"])
    assert json.loads(capsys.readouterr().out)["freshness"]["unverified"] == ["notes.md"]


@pytest.mark.parametrize("tool", TOOLS)
async def test_models_are_told(shop: Workshop, tool: str) -> None:
    async with Memory.open(str(shop.root)) as memory, Client(Server(memory)) as ava:
        said = await ava.call_tool(tool, TOOLS[tool])
    assert "Not verified, as they were before: notes.md." in text(said)
    assert told(said)["freshness"]["unverified"] == ["notes.md"]
